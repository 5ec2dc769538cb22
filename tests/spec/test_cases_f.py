"""Group F: holds, restriction and pending requests block deletion; they excuse nothing that was too late before (domain.md 2.8)."""

import pytest

from spec.given import md5, plain, table

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


BY_SOURCE = {"identifier_kind": "", "identifier_value": "", "source": "analytics_event"}


def test_a_hold_on_a_source_and_a_period_is_about_the_triggers_in_it(judge):
    day = BY_SOURCE | {"period_from": "2024-01-15", "period_to": "2024-01-15"}
    judge(CODE, "2026-11-22", events("HELD", "HELD"), registers=holds(day))
    judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds(BY_SOURCE | {"period_from": "2024-01-16"}))
    judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds(BY_SOURCE | {"period_to": "2024-01-14"}))


def test_a_kind_of_identifier_without_one_selects_nothing_by_itself(judge):
    judge(CODE, "2026-11-22", events("HELD", "HELD"), registers=holds(BY_SOURCE | {"identifier_kind": "email", "period_to": "2024-12-31"}))


def test_a_period_narrows_what_an_identifier_selects(judge):
    judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=holds({"period_from": "2024-01-15"}))
    judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds({"period_from": "2024-01-16"}))


def test_a_hold_on_another_source_holds_nothing_here(judge):
    judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds({"source": "website"}))
    judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=holds({"source": "analytics_event"}))


def test_a_record_names_all_that_blocks_it_and_is_held_if_one_hold_was_in_time(judge):
    late = {"hold_id": "H-2", "kind": "authority_order", "starts_on": "2026-06-01"}
    done = judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=holds({}, late))
    assert [line["blocked_by"] for line in done.of(CODE)] == [None, ["authority_order:H-2", "legal_hold:H-1"]]


NO_HOLD = [
    ({"hold_id": ""}, "hold_id is missing"),
    ({"kind": ""}, "kind is missing"),
    ({"kind": "dispute"}, "kind is not known"),
    ({"reason": "n/a"}, "reason is missing"),
    ({"approver": "-"}, "approver is missing"),
    ({"starts_on": ""}, "starts_on is missing"),
    ({"starts_on": "some day"}, "starts_on can't be read"),
    ({"starts_on": "3-4-2026"}, "starts_on can be read in more than one way"),
    ({"ends_on": "some day"}, "ends_on can't be read"),
    ({"ends_on": "9999-12-31"}, "ends_on or review_on is missing"),
    ({"identifier_kind": "e-mail"}, "identifier_kind is not known"),
    ({"identifier_kind": "name"}, "identifier_kind links nobody by itself"),
    ({"identifier_kind": ""}, "identifier_kind is missing"),
    (BY_SOURCE, "selector is missing"),
    (BY_SOURCE | {"period_to": "some day"}, "period_to can't be read"),
    ({"source": "web-site"}, "source is not bound"),
    (BY_SOURCE | {"source": "web-site", "period_to": "2024-12-31"}, "source is not bound"),
]


@pytest.mark.parametrize(("change", "reason"), NO_HOLD, ids=[f"{change} {reason}" for change, reason in NO_HOLD])
def test_what_nobody_can_look_for_is_no_hold(judge, change, reason):
    """It says what is wrong, and not the value, which may be anything."""
    done = judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds(change))
    assert done.only("RET-HOLD-INVALID")["reason"] == reason
    assert done.only(CODE)["blocked_by"] is None


def actions(done) -> set[str]:
    return {line["action"] for line in done.of(CODE)}


UNPLACED = [
    ("access", "", "identifiers", "identifiers are missing"),
    ("erasure", "Ann", "identifiers", "an identifier is not kind=value"),
    ("erasure", "client_id=", "identifiers", "an identifier is not kind=value"),
    ("portability", "cookie=app-1", "identifiers", "the kind of an identifier is not known"),
    ("restriction", "client_id=app-2;e-mail=ann@example.com", "identifiers", "the kind of an identifier is not known"),
    ("access", "name=Ann;postcode_house_number=1234AB 1", "identifiers", "no identifier links anybody by itself"),
]


@pytest.mark.parametrize(("right", "identifiers", "field", "reason"), UNPLACED, ids=[case[3] for case in UNPLACED])
def test_while_nobody_can_tell_whose_data_a_pending_request_is_about_nothing_is_deleted(audit, right, identifiers, field, reason):
    """2.8 and 3.2: what somebody asks for is not destroyed. Any record may be that person's, so a person looks first."""
    done = audit("2026-11-22", events("OVERDUE", "OVERDUE"), registers=request(right, "2026-03-01", identifiers))
    line = done.only("DQ-SCHEMA")
    assert (line["source"], line["field"], line["reason"], line["ranges"]) == (
        "register.request", field, reason, [{"first": 1, "last": 1}],
    )  # fmt: skip
    assert actions(done) == {"review"}
    assert "OVERDUE" in {line["verdict"] for line in done.of(CODE)}  # late is late


@pytest.mark.parametrize(("right", "reason"), [("acces", "right is not known"), ("", "right is missing")])
def test_a_request_for_nobody_knows_what_blocks_what_it_names(judge, right, reason):
    """Whose data it is about can be told: only these are kept."""
    done = judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=request(right, "2026-03-01"))
    assert (done.only("DQ-SCHEMA")["field"], done.only("DQ-SCHEMA")["reason"]) == ("right", reason)
    assert {line["verdict"]: (line["blocked_by"], line["action"]) for line in done.of(CODE)} == {
        "OVERDUE": (None, "delete"),
        "HELD": (["pending_request:R-1"], "review"),
    }


@pytest.mark.parametrize(("received", "reason"), [("", "received_at is missing"), ("some day", "received_at can't be read")])
def test_a_request_of_some_day_blocks_and_excuses_nothing(judge, received, reason):
    done = judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=request("access", received))
    assert (done.only("DQ-SCHEMA")["field"], done.only("DQ-SCHEMA")["reason"]) == ("received_at", reason)
    assert [line["blocked_by"] for line in done.of(CODE)] == [None, ["pending_access:R-1"]]


def test_what_is_done_needs_nobody_s_identifiers_any_more(judge):
    for right, state, is_told in (("access", "closed", False), ("marketing_objection", "closed", True), ("withdrawal", "withdrawn", False)):
        registers = request(right, "2026-03-01", "", state=state, outcome="granted")
        done = judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=registers)
        assert (len(done.of("DQ-SCHEMA")) == 1, actions(done)) == (is_told, {"delete"}), right


def test_to_close_a_request_is_no_answer(judge):
    """Who was told nothing waits on, and what they asked for stays."""
    for outcome, verdict in (("", "HELD"), ("granted", "OVERDUE")):
        registers = request("access", "2026-03-01", state="closed", closed_at="2026-03-20", outcome=outcome)
        judge(CODE, "2026-11-22", events(verdict, "OVERDUE"), registers=registers)


def test_a_request_that_nobody_numbered_blocks_too(judge):
    registers = request("erasure", "2026-03-01", request_id="")
    done = judge(CODE, "2026-11-22", events("HELD", "OVERDUE"), registers=registers)
    assert [line["blocked_by"] for line in done.of(CODE)] == [None, ["pending_erasure:row-1"]]


ANN_MD5 = md5("ann@example.com")
BY_EMAIL = {"identifier_kind": "email", "identifier_value": "Ann@Example.com", "starts_on": "2026-01-01"}


def members(*verdicts: str):
    """Two members who asked for mail on 15 January 2025 and never answered (last day 15 January 2026)."""
    first, second = verdicts
    return plain(
        "mail_member",
        f"""
        email           | status     | opted_in_at          | list_id     | signup_source | verdict
        ann@example.com | subscribed | 2025-01-15T10:00:00Z | news        | newsletter    | {first}
        bob@example.com | subscribed | 2025-01-15T10:00:00Z | news        | newsletter    | {second}
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
    )


def activity(*verdicts: str, email: str = "ann@example.com", email_md5: str = ""):
    """A mail that was opened and one that bounced, a row of activity with the address, or with its hash alone."""
    (verdict,) = verdicts
    return plain(
        "mail_activity",
        f"""
        email   | email_md5   | kind | happened_at          | list_id     | verdict
        {email} | {email_md5} | open | 2026-01-15T10:00:00Z | news        | {verdict}
        eve@example.com | | bounce | 2026-01-15T10:00:00Z | news | -
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
        coverage="from",
        covers_from="2020-01-01",
        timezone="UTC",
    )


def test_a_hold_on_an_address_holds_the_record_of_a_member(judge):
    done = judge("RET-MKT-12", "2026-11-22", members("HELD", "OVERDUE"), activity("-"), registers=holds(BY_EMAIL))
    assert [line["blocked_by"] for line in done.of("RET-MKT-12")] == [None, ["legal_hold:H-1"]]
    assert done.of("RET-MKT-12")[1]["action"] == "review"


def test_a_hold_on_one_field_blocks_the_deletion_of_its_record(judge):
    judge("RET-MKT-12", "2026-11-22", members("HELD", "OVERDUE"), activity("-"), registers=holds(BY_EMAIL | {"fields": "email, notes"}))


def test_a_hold_on_a_record_key_takes_it_as_a_finding_shows_it(judge):
    open_line = judge("RET-MKT-12", "2026-11-22", members("OVERDUE", "OVERDUE"), activity("-"), registers=holds({"source": "nobody"})).of(
        "RET-MKT-12"
    )[0]
    by_key = {"identifier_kind": "", "identifier_value": "", "source": "mail_member", "record_key": open_line["record_key"]}
    done = judge_one(judge, open_line, by_key | {"starts_on": "2026-01-01"})
    assert [line["verdict"] for line in done.of("RET-MKT-12") if line["record_key"] == open_line["record_key"]] == ["HELD"]


def judge_one(judge, line, hold):
    """The audit of the members in which the record of a line is held."""
    verdicts = ["HELD" if line["ranges"][0]["first"] == row else "OVERDUE" for row in (1, 2)]
    return judge("RET-MKT-12", "2026-11-22", members(*verdicts), activity("-"), registers=holds(hold))


def test_a_hold_on_an_address_finds_its_hash_in_activity(audit):
    """RET-MKT-RESIDUE is about rows of a month: the held ones have a line of their own."""
    for row in ({}, {"email": "", "email_md5": ANN_MD5}):
        done = audit("2026-11-22", activity("-", **row), gone(), registers=holds(BY_EMAIL | {"starts_on": "2025-01-01"}))
        lines = [line for line in done.of("RET-MKT-RESIDUE") if line["entity"] == "mail_activity"]
        assert [line["blocked_by"] for line in lines] == [["legal_hold:H-1"]], row


def gone():
    """The list, which Ann has left long ago."""
    return plain(
        "mail_member",
        """
        email           | status       | opted_in_at          | unsubscribed_at      | list_id     | signup_source
        ann@example.com | unsubscribed | 2024-01-15T10:00:00Z | 2024-06-15T10:00:00Z | news        | newsletter
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
    )


def test_what_blocks_one_row_of_a_record_blocks_the_record(audit):
    """Two people under one number: the one who is overdue for want of a hold may not be deleted by that number either."""
    leads = plain(
        "contact",
        """
        contact_id | email           | last_name | is_lead | last_contact_at           | created_at
        1          | ann@example.com | Jansen    | true    | 2025-01-15T10:00:00+01:00 | 2024-01-15T10:00:00+01:00
        1          | bob@example.com | Pietersen | true    | 2025-01-15T10:00:00+01:00 | 2024-01-15T10:00:00+01:00
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
    )
    done = audit("2026-11-22", leads, registers=holds(BY_EMAIL))
    line = done.only("RET-LEAD-12")
    assert (line["verdict"], line["blocked_by"]) == ("OVERDUE", ["legal_hold:H-1"])


def test_two_holds_that_share_a_number_are_two(judge):
    late = {"starts_on": "2026-06-01"}
    other = {"identifier_value": "app-2"}
    done = judge(CODE, "2026-11-22", events("OVERDUE", "HELD"), registers=holds(late, other))
    assert {line["verdict"]: line["blocked_by"] for line in done.of(CODE)} == {"OVERDUE": ["legal_hold:H-1"], "HELD": ["legal_hold:H-1"]}


def test_a_hold_of_another_period_blocks_nothing(judge):
    period = {"period_from": "2024-02-01", "period_to": "2024-12-31"}
    done = judge(CODE, "2026-11-22", events("OVERDUE", "OVERDUE"), registers=holds(period))
    assert done.only(CODE)["blocked_by"] is None
