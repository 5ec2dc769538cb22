"""What falls due if nothing is done (forecast.json), and how old records are (ages.json): counts of the audit's own judgements."""

import json
from datetime import date, timedelta

import pytest

from houdbaar.policy.calendar import end_of_next_month
from spec.given import plain

AS_OF = "2026-10-31"
HERE = {"extracted_at": "2026-12-31T12:00:00+01:00", "timezone": "Europe/Amsterdam"}


def drawn(header: str, *rows: str) -> str:
    return "\n".join([header, *rows])


def visits(*days: str):
    return plain("service_event", drawn("account_id | happened_at", *(f"A-1 | {day}T10:00:00+01:00" for day in days)), **HERE)


def messages(*closed: str):
    rows = (f"{number} | 2020-01-01 | {day}" for number, day in enumerate(closed, 1))
    return plain("message", drawn("message_id | created_at | closed_at", *rows), **HERE)


def forecast(done):
    return json.loads((done.folder / "forecast.json").read_text())


def ages(done):
    return json.loads((done.folder / "ages.json").read_text())


def due(done, code: str) -> list[tuple[int, int, int, int]]:
    return [(line["in_30"], line["in_60"], line["in_90"], line["blocked"]) for line in forecast(done)["falls_due"] if line["code"] == code]


def test_records_without_a_key_fall_due_by_the_day_after_their_last_one(audit):
    """L is a year later; overdue 30 days from 31 October is what had its last day before 30 November."""
    done = audit(AS_OF, visits("2025-10-30", "2025-10-31", "2025-11-29", "2025-11-30", "2025-12-29", "2026-01-28", "2026-01-29"))
    assert due(done, "RET-SVC-12") == [(2, 4, 5, 0)]


def test_records_with_a_key_fall_due_as_well(audit):
    done = audit(AS_OF, messages("2025-10-30", "2025-11-29", "2025-11-30", "2026-05-01"))
    assert due(done, "RET-COR-12") == [(1, 2, 2, 0)]


def test_what_is_overdue_already_does_not_fall_due(audit):
    done = audit(AS_OF, messages("2024-01-01"))
    assert due(done, "RET-COR-12") == []


def test_a_record_of_two_rules_falls_due_once_a_code_with_the_severer(audit):
    """Its last visit (high) and its first touch (medium) are both about to be 26 months old."""
    users = plain("analytics_user", "client_id | first_touch_at | last_active_at\nc-1 | 2024-09-10 | 2024-09-10", **HERE)
    lines = forecast(audit(AS_OF, users))["falls_due"]
    assert [(line["code"], line["severity"], line["in_30"]) for line in lines] == [("RET-ANA-26", "high", 1)]


def test_what_a_hold_blocks_is_told_apart(audit):
    held = {
        "holds": "hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on\n"
        "H-1 | legal_hold | claim | counsel | email | ann@example.com | 2026-01-01 | 2027-01-01"
    }
    mails = plain(
        "message",
        "message_id | email | created_at | closed_at\n"
        "1 | ann@example.com | 2020-01-01 | 2025-11-05\n2 | bob@example.com | 2020-01-01 | 2025-11-05",
        **HERE,
    )
    assert due(audit(AS_OF, mails, registers=held), "RET-COR-12") == [(1, 1, 1, 1)]


def test_a_month_that_is_known_only_falls_due_when_all_of_it_is_overdue(audit):
    """Without its day it is undetermined now: any day of November 2025 is possible, and 60 days on all of them are overdue."""
    done = audit(AS_OF, messages("2025-10"))
    assert done.counts("RET-COR-12", "message") == {"undetermined": 1}
    assert due(done, "RET-COR-12") == [(1, 1, 1, 0)]


def test_a_relation_that_goes_on_does_not_fall_due_though_an_old_contract_ended(audit):
    contacts = plain(
        "contact",
        "contact_id | customer_id | email | contract_started_on | contract_ended_on | last_contact_at\n"
        "C-1 | K-1 | ann@example.com | 2020-01-01 | 2025-11-05 | 2026-10-01\nC-2 | K-1 | bob@example.com | 2026-01-01 | | 2026-10-01",
        **HERE,
    )
    orders = plain("order", "order_id | customer_id | email | ordered_at\nO-1 | K-1 | ann@example.com | 2026-10-20", **HERE)
    assert due(audit(AS_OF, contacts, orders), "RET-REL-END") == []


@pytest.mark.parametrize("closed", ["2025-11-29", "2024-01-01"])
def test_what_is_at_most_medium_does_not_shut_the_gate(audit, closed):
    gate = forecast(audit(AS_OF, messages(closed), arguments=("--checks", "retention")))["next_gate"]
    assert (gate["as_of"], gate["level"], gate["then"]) == ("2026-11-30", "high", [])
    assert (gate["now"], gate["fails"]) == ([], False)


def test_next_months_gate_fails_on_what_is_there_or_comes(audit):
    gate = forecast(audit(AS_OF, visits("2025-10-30", "2025-11-29", "2025-11-30"), arguments=("--checks", "retention")))["next_gate"]
    assert gate["fails"] is True
    assert [(line["code"], line["verdict"], line["records"]) for line in gate["now"]] == [("RET-SVC-12", "OVERDUE", 1)]
    assert [(line["code"], line["severity"], line["records"]) for line in gate["then"]] == [("RET-SVC-12", "high", 1)]


@pytest.mark.parametrize(("day", "end"), [("2026-10-31", "2026-11-30"), ("2026-01-31", "2026-02-28"), ("2026-12-05", "2027-01-31")])
def test_the_gate_is_of_the_last_day_of_the_next_month(day, end):
    assert end_of_next_month(date.fromisoformat(day)) == date.fromisoformat(end)


@pytest.mark.parametrize("entity", ["service_event", "message"])
def test_the_forecast_is_what_an_audit_then_finds_newly_overdue(audit, entity):
    """For terms with one trigger and the same data, whatever the horizon."""
    start = date(2025, 10, 15)
    days = [(start + timedelta(days=shift)).isoformat() for shift in range(0, 130, 3)]
    export, code = (visits(*days), "RET-SVC-12") if entity == "service_event" else (messages(*days), "RET-COR-12")
    now = audit(AS_OF, export, arguments=("--checks", "retention"))
    before = now.counts(code, entity)["overdue"]
    (line,) = due(now, code)
    for horizon, said in zip((30, 60, 90), line, strict=False):
        later = (date.fromisoformat(AS_OF) + timedelta(days=horizon)).isoformat()
        assert audit(later, export, arguments=("--checks", "retention")).counts(code, entity)["overdue"] - before == said


def test_ages_count_records_by_month_of_their_trigger_and_state(audit):
    done = audit(AS_OF, visits("2025-10-01", "2025-10-30", "2025-10-31", "2025-11-01", "2026-03-05", "9999-12-31"))
    found = {
        line["month"]: (line["overdue"], line["within"], line["undetermined"])
        for line in ages(done)["ages"]
        if line["code"] == "RET-SVC-12"
    }
    assert found == {None: (0, 0, 1), "2025-10": (2, 1, 0), "2025-11": (0, 1, 0), "2026-03": (0, 1, 0)}
    assert ages(done)["rules"]["RET-SVC-12"] == {"term": "P12M", "last_overdue_date": "2025-10-30", "is_assumed": False}


def test_ages_count_a_keyed_record_once_a_rule(audit):
    done = audit(AS_OF, messages("2025-01-15", "2025-01-20", "2026-01-05"))
    found = {line["month"]: (line["overdue"], line["within"]) for line in ages(done)["ages"] if line["code"] == "RET-COR-12"}
    assert found == {"2025-01": (2, 0), "2026-01": (0, 1)}
