"""Every finding code of the monthly audit: a clean company has none, and one break gives that code and nothing else."""

from dataclasses import replace

import pytest

from spec.given import Export, csv_bytes, drawn, ga4_ndjson
from spec.outcome import shown

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"
# Twenty rows a table: one that can't be judged is five percent of them, and not yet a finding of its own (AUD-DATA-QUALITY).
TABLES = {
    "analytics_event": """
        event_at                     | event_date   | event_name | client_id | analytics_consent | page_url
        2026-06-{day}T10:00:00+02:00 | 2026-06-{day} | page_view | app-{day} | granted           | https://www.voorbeeld.nl/
    """,
    "analytics_user": """
        user_id | client_id | first_touch_at | last_active_at
        K-{day} | app-{day} | 2026-01-{day}  | 2026-06-{day}
    """,
    "cookie": """
        cookie_name | domain | client_id              | set_at     | expires_at | max_age_seconds | last_seen_at
        _ga         | x.nl   | 123456{day}.1770000000 | 2026-02-02 | 2028-02-02 |                 | 2026-11-{day}
    """,
    "mail_member": """
        list_id | email              | status     | signup_source | opted_in_at   | unsubscribed_at
        nieuws  | p{day}@example.com | subscribed | newsletter    | 2020-01-{day} |
    """,
    "mail_activity": """
        list_id | campaign_id | email              | kind  | happened_at
        nieuws  | c1          | p{day}@example.com | click | 2026-06-{day}T10:00:00Z
    """,
    "service_event": """
        happened_at                  | account_id | kind
        2026-06-{day}T10:00:00+02:00 | A-{day}    | login
    """,
}
DAYS = [f"{day:02}" for day in range(1, 21)]
COVERED = {"coverage": "from", "covers_from": "2015-01-01"}


def clean(entity: str, **change: str) -> Export:
    """The company's export of an entity. `change` gives the first row other values, or (an empty column) a cell that it lacks."""
    rows = [row for day in DAYS for row in drawn(TABLES[entity].format(day=day))]
    assert set(change) <= set(rows[0])
    rows[0] |= change
    binding = {"extracted_at": MADE, "timezone": "Europe/Amsterdam", **(COVERED if entity == "mail_activity" else {})}
    return Export(f"plain.{entity}", {"export.csv": csv_bytes(rows)}, binding, rows)


def told(line: dict) -> dict[str, str]:
    """What the examples below say of a line."""
    names = ("code", "verdict", "reason", "severity", "field", "entity", "rows", "records", "action")
    return {name: shown(line, name) for name in names}


def test_a_clean_company_has_no_findings(audit):
    done = audit(AS_OF, *(clean(entity) for entity in TABLES))
    assert done.exit_code == 0
    assert [told(line) for line in done.findings] == []
    assert {line["source"] for line in done.of("AUD-NOT-TESTED")} == {None, "policy"}  # whose text an audit doesn't see
    for code, records in {"RET-ANA-26": 40, "RET-COOKIE-24": 20, "RET-MKT-12": 20, "RET-SVC-12": 20}.items():
        assert sum(done.counts(code).values()) == records


OVERDUE = {"verdict": "OVERDUE", "reason": "", "severity": "high", "field": "", "rows": "1", "records": "1"}
BREAKS = {
    "RET-ANA-26 an event": (
        "analytics_event",
        {"event_at": "2024-06-01", "event_date": "2024-06-01"},
        {"code": "RET-ANA-26", **OVERDUE, "action": "delete"},
    ),
    "RET-ANA-26 a visitor": (
        "analytics_user",
        {"first_touch_at": "2024-06-01", "last_active_at": "2024-06-01"},
        {"code": "RET-ANA-26", **OVERDUE, "action": "delete"},
    ),
    "RET-ANA-26 a field": (
        "analytics_user",
        {"first_touch_at": "2024-06-01"},
        {"code": "RET-ANA-26", **OVERDUE, "severity": "medium", "field": "first_touch_at", "action": "clear_field"},
    ),
    "RET-COOKIE-24": (
        "cookie",
        {"expires_at": "2028-02-03"},
        {"code": "RET-COOKIE-24", **OVERDUE, "verdict": "FAIL", "severity": "medium", "action": "review"},
    ),
    "RET-COOKIE-ROLL": (
        "cookie",
        {"client_id": "1234567.1660000000"},
        {"code": "RET-COOKIE-ROLL", **OVERDUE, "verdict": "FAIL", "severity": "low", "action": "review"},
    ),
    "RET-SVC-12": ("service_event", {"happened_at": "2025-06-01T10:00:00+02:00"}, {"code": "RET-SVC-12", **OVERDUE, "action": "delete"}),
    "DQ-SCHEMA": (
        "cookie",
        {"max_age_seconds": "lang"},
        {"code": "DQ-SCHEMA", "verdict": "FAIL", "severity": "medium", "field": "max_age_seconds", "entity": "cookie", "records": "1"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_one_finding(audit, name):
    entity, change, expected = BREAKS[name]
    done = audit(AS_OF, clean(entity, **change))
    assert [{key: told(line)[key] for key in expected} for line in done.findings] == [expected]
    assert done.findings[0]["entity"] == entity


STAMPS = {
    "DQ-TS-NULL": "onbekend",
    "DQ-TS-PARSE": "31-02-2026",
    "DQ-TS-SENTINEL": "1900-01-01",
    "DQ-TS-FUTURE": "2027-01-01",
    "DQ-TS-IMPLAUSIBLE": "1999-06-01",
    "DQ-TS-AMBIGUOUS": "11-12-2025",
    "DQ-TS-PRECISION": "2025-11",
}


@pytest.mark.parametrize("reason", STAMPS)
def test_one_unusable_date_one_undetermined_record(audit, reason):
    expected = {**OVERDUE, "verdict": "UNDETERMINED", "reason": reason}
    done = audit(AS_OF, clean("service_event", happened_at=STAMPS[reason]))
    assert [{key: told(line)[key] for key in expected} for line in done.findings] == [expected]


def test_the_same_where_the_number_fits_another_unit(audit):
    stamps = ["1780300800", *(f"{1780300800 + 86400 * number}000000" for number in range(1, 20))]
    events = "event_timestamp | event_name | user_pseudo_id\n" + "\n".join(f"{stamp} | page_view | app-1" for stamp in stamps)
    done = audit(AS_OF, ga4_ndjson(events, extracted_at=MADE))
    expected = {"code": "RET-ANA-26", **OVERDUE, "verdict": "UNDETERMINED", "reason": "DQ-TS-UNIT"}
    assert [{key: told(line)[key] for key in expected} for line in done.findings] == [expected]


def test_ret_mkt_12_of_one_who_fell_silent(audit):
    expected = {"code": "RET-MKT-12", **OVERDUE, "entity": "mail_member", "action": "archive"}
    done = audit(AS_OF, clean("mail_member"), clean("mail_activity", happened_at="2025-06-01T10:00:00Z"))
    assert [{key: told(line)[key] for key in expected} for line in done.of("RET-MKT-12")] == [expected]
    assert done.codes() == {"RET-MKT-12": 1, "RET-MKT-RESIDUE": 1}, "and what he once clicked has no purpose any more"


def test_dq_ts_future_of_an_act(audit):
    """It buys no time, and takes none: the person's opt-in is recent enough."""
    done = audit(AS_OF, clean("mail_member", opted_in_at="2026-01-01"), clean("mail_activity", happened_at="2027-06-01T10:00:00Z"))
    expected = {"code": "DQ-TS-FUTURE", "verdict": "FAIL", "entity": "mail_activity", "rows": "1", "records": "1", "severity": "high"}
    assert [{key: told(line)[key] for key in expected} for line in done.findings] == [expected]


def test_dq_tz_assumed_of_a_clock_without_a_zone(audit):
    export = clean("service_event", happened_at="2026-06-01 10:00:00")
    assert audit(AS_OF, export).findings == []
    silent = replace(export, binding={"extracted_at": MADE})
    expected = {
        "code": "DQ-TZ-ASSUMED",
        "verdict": "FAIL",
        "severity": "info",
        "field": "happened_at",
        "entity": "service_event",
        "records": "1",
    }
    assert [{key: told(line)[key] for key in expected} for line in audit(AS_OF, silent).findings] == [expected]


def test_dq_schema_of_a_row_with_too_few_cells(audit):
    export = clean("service_event")
    torn = export.files["export.csv"].replace(b"A-20,login\n", b"A-20,login\n2026-06-21T10:00:00+02:00\n")
    done = audit(AS_OF, replace(export, files={"export.csv": torn}))
    expected = {
        "code": "DQ-SCHEMA",
        "verdict": "FAIL",
        "severity": "medium",
        "entity": "service_event",
        "rows": "21",
        "records": "1",
        "field": "",
    }
    assert [{key: told(line)[key] for key in expected} for line in done.findings] == [expected]
    file = done.summary["files"][0]
    assert (file["rows_read"], file["rows_staged"], file["rows_rejected"], file["rows_excluded"]) == (21, 20, 1, 0)
    assert done.exit_code == 0


def test_scp_table_of_a_file_that_nobody_described(audit):
    export = clean("service_event")
    done = audit(AS_OF, replace(export, files={**export.files, "../lunch.csv": b"dag,gerecht\nmaandag,soep\n"}))
    expected = {"code": "SCP-TABLE", "verdict": "FAIL", "severity": "high", "field": "lunch.csv", "records": "1"}
    assert [{key: told(line)[key] for key in expected} for line in done.findings] == [expected]
    assert done.findings[0]["source"] == "unrecognised"
    assert done.not_tested("unrecognised")


def test_aud_data_quality_of_more_than_five_percent(audit):
    export = clean("service_event", happened_at="ooit")
    export = replace(export, files={"export.csv": b"\n".join(export.files["export.csv"].splitlines()[:20]) + b"\n"})  # 19 rows
    done = audit(AS_OF, export)
    assert done.codes() == {"RET-SVC-12": 1, "AUD-DATA-QUALITY": 1}
    line = done.only("AUD-DATA-QUALITY")
    assert (line["verdict"], line["severity"], line["source"], line["entity"]) == ("FAIL", "high", "service_event", "service_event")


def test_aud_not_tested_of_what_nobody_gave(audit):
    whole, without = audit(AS_OF, clean("service_event"), clean("cookie")), audit(AS_OF, clean("service_event"))
    key = ("clause", "source", "field", "verdict", "severity")
    new = {tuple(line[name] for name in key) for line in without.of("AUD-NOT-TESTED")} - {
        tuple(line[name] for name in key) for line in whole.of("AUD-NOT-TESTED")
    }
    codes = {("C-52-2", "RET-COOKIE-24"), ("C-52-2", "RET-COOKIE-ROLL"), ("C-52-3", "SCP-RELINK")}
    codes |= {(None, "DQ-ID-NULL"), (None, "DQ-TS-ORDER")}  # events have neither keys nor ends
    assert new == {(clause, None, code, "FAIL", "medium") for clause, code in codes}


def test_aud_not_tested_of_a_column_that_is_missing(audit):
    rows = drawn("cookie_name | domain | client_id\n_ga | x.nl | app-1")
    done = audit(AS_OF, Export("plain.cookie", {"export.csv": csv_bytes(rows)}, {"extracted_at": MADE}))
    assert done.findings == []
    assert any("set_at" in reason for reason in [*done.not_tested("cookie"), done.stdout])


def test_aud_not_tested_of_an_unknown_extraction(audit):
    export = clean("service_event")
    done = audit(AS_OF, replace(export, binding={"timezone": "Europe/Amsterdam"}))
    assert done.findings == []
    lines = [line for line in done.of("AUD-NOT-TESTED") if line["source"] == "service_event"]
    assert [("future" in line["reason"], line["severity"], line["verdict"]) for line in lines] == [(True, "medium", "FAIL")]
