"""Group F: holds, restriction and pending requests block deletion; they excuse nothing that was too late before (domain.md 2.8)."""

from spec.given import table

CODE = "RET-ANA-26"
HOLD = {
    "hold_id": "H-1",
    "kind": "legal_hold",
    "reason": "dispute about an invoice",
    "approver": "board",
    "identifier_kind": "client_id",
    "identifier_value": "app-1",
    "source": "",
    "record_key": "",
    "fields": "",
    "period_from": "",
    "period_to": "",
    "starts_on": "2026-03-15",
    "ends_on": "2026-12-31",
    "review_on": "",
    "released_on": "",
}


def holds(*changes: dict[str, str]) -> dict[str, str]:
    """The register of holds: a row a change of HOLD."""
    rows = [HOLD | change for change in changes]
    return {"holds": "\n".join([" | ".join(HOLD), *(" | ".join(row.values()) for row in rows)])}


def request(right: str, received: str, identifiers: str = "client_id=app-1", **change: str) -> dict[str, str]:
    """The register of requests with one row."""
    row = {"request_id": "R-1", "right": right, "received_at": received, "identifiers": identifiers, "state": "received", **change}
    return {"requests": "\n".join([" | ".join(row), " | ".join(row.values())])}


def events(*verdicts: str):
    """Two events of 15 January 2024 (last day 15 March 2026): one of the held visitor, one of another."""
    first, second = verdicts
    return table(
        "plain.analytics_event",
        f"""
        event_at                  | event_name | client_id | verdict
        2024-01-15T10:00:00+01:00 | page_view  | app-1     | {first}
        2024-01-15T11:00:00+01:00 | page_view  | app-2     | {second}
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
    )


def test_a_hold_that_began_on_the_last_day_holds(judge):
    done = judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=holds({}))
    assert [(line["verdict"], line["blocked_by"], line["severity"]) for line in done.of(CODE)] == [
        ("OVERDUE", None, "high"),
        ("HELD", ["legal_hold:H-1"], "info"),
    ]


def test_f14_a_hold_that_began_later_blocks_and_excuses_nothing(judge):
    done = judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds({"starts_on": "2026-06-01"}))
    assert [line["blocked_by"] for line in done.of(CODE)] == [None, ["legal_hold:H-1"]]


def test_f03_a_hold_is_valid_through_its_end_date(judge):
    judge(CODE, "2026-11-21", events("HELD", "OVERDUE"), registers=holds({"ends_on": "2026-11-21"}))
    done = judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds({"ends_on": "2026-11-21"}))
    assert done.only("RET-HOLD-EXPIRED")["severity"] == "medium"
    assert done.only(CODE)["blocked_by"] is None


def test_f07_a_request_for_access_hides_no_late_clean_up(judge):
    done = judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=request("access", "2026-11-20"))
    assert [line["blocked_by"] for line in done.of(CODE)] == [None, ["pending_access:R-1"]]


def test_f08_a_request_for_erasure_in_time_takes_the_row_out_of_clean_up(judge):
    judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=request("erasure", "2026-03-01"))


def test_a_request_blocks_until_it_is_answered(judge):
    judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=request("erasure", "2026-03-01", answered_at="2026-11-22"))
    judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=request("erasure", "2026-03-01", answered_at="2026-11-21"))
