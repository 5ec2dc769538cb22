"""What the counts of an obligation are: records of the code's entity, each once; and knobs that weigh them (design.md section 6)."""

import json
from dataclasses import replace

import pytest

from spec.given import md5, plain, table

AS_OF = "2026-11-22"
MADE = "2026-12-01T12:00:00+01:00"
HERE = {"extracted_at": MADE, "timezone": "Europe/Amsterdam"}


def test_a_user_whom_two_rules_of_one_code_judge_counts_once_with_the_worst_verdict(audit):
    """The row may stay for its last visit; the first visit, a field of it, may not."""
    users = plain("analytics_user", "client_id | first_touch_at | last_active_at\nc-1 | 2020-01-01 | 2026-11-01", **HERE)
    done = audit(AS_OF, users)
    assert done.only("RET-ANA-26")["field"] == "first_touch_at"
    assert done.counts("RET-ANA-26", "analytics_user") == {"overdue": 1}


def visits(*days: str):
    return plain("service_event", "\n".join(["account_id | happened_at", *(f"A-1 | {day}T10:00:00+01:00" for day in days)]), **HERE)


@pytest.mark.parametrize(("knobs", "upcoming"), [({}, 2), ({"time.soon_days": "31"}, 3), ({"time.soon_days": "0"}, 0)])
def test_what_reaches_the_end_of_its_term_soon_is_counted(audit, knobs, upcoming):
    """Within its term, and L - as-of is at most time.soon_days (domain.md 0.1): 23 November to 22 December, or to the 23rd."""
    done = audit(AS_OF, visits("2025-11-22", "2025-11-23", "2025-12-22", "2025-12-23"), knobs=knobs)
    item = next(item for item in done.summary["obligations"] if item["code"] == "RET-SVC-12" and item["source"])
    assert (item["due"], item["within"], item["upcoming"]) == (1, 3, upcoming)


def test_records_with_a_key_are_counted_soon_as_well(audit):
    messages = plain("message", "message_id | created_at | closed_at\n1 | 2025-01-01 | 2025-12-01\n2 | 2025-01-01 | 2026-06-01", **HERE)
    done = audit(AS_OF, messages)
    (item,) = [item for item in done.summary["obligations"] if item["code"] == "RET-COR-12" and item["source"]]
    assert (item["within"], item["upcoming"]) == (2, 1)


def leads(count: int):
    rows = [f"{number} | p{number}@example.com | true | 2024-01-01 | 2024-01-01" for number in range(count)]
    return plain("contact", "\n".join(["contact_id | email | is_lead | last_contact_at | created_at", *rows]), **HERE)


def accounts(count: int):
    rows = [f"A-{number} | 2025-06-01 | Welkom{number}" for number in range(count)]
    return plain("account", "\n".join(["account_id | closed_at | password", *rows]), **HERE)


def test_what_is_about_a_role_mailbox_is_a_step_less_severe_and_says_so(audit):
    """domain.md 5.2; a mailbox beside which a name stands is a person's (3.5)."""
    text = """
        list_id | email                 | status     | opted_in_at | signup_source | unsubscribed_at | first_name | job_title
        nieuws  | info@voorbeeld.nl     | subscribed | 2020-01-01  | newsletter    |                 |            |
        nieuws  | sales@voorbeeld.nl    | subscribed | 2020-01-01  | newsletter    |                 | Jan        |
        nieuws  | jan@voorbeeld.nl      | subscribed | 2020-01-01  | newsletter    |                 |            |
        nieuws  | planning@voorbeeld.nl | pending    | 2026-01-01  | newsletter    |                 |            |
        nieuws  | inkoop@voorbeeld.nl   | unsubscribed | 2020-01-01 | newsletter   | 2026-01-01      |            | chef
        nieuws  | x@voorbeeld.nl        | subscribed | 2020-01-01  | newsletter    |                 |            |
    """
    acts = plain("mail_activity", "list_id | email | kind | happened_at\nnieuws | x@voorbeeld.nl | click | 2026-11-01", **HERE)
    heard = replace(acts, binding={**acts.binding, "coverage": "from", "covers_from": "2015-01-01"})
    done = audit(AS_OF, plain("mail_member", text, **HERE), heard)
    done.shows(
        """
        code              | rows | severity | reason
        RET-MKT-12        | 1    | medium   | role mailbox
        RET-MKT-12        | 2    | high     |
        RET-MKT-12        | 3    | high     |
        CON-PENDING-STALE | 4    | info     | role mailbox
        RET-MKT-RESIDUE   | 5    | low      | role mailbox
    """
    )


def test_what_is_about_many_people_is_a_step_more_severe_and_says_so(audit):
    """domain.md 5.2: more than severity.bulk; an assumed term stays medium."""
    found = {}
    for bulk in ("2", "3"):
        done = audit(AS_OF, accounts(3), leads(3), knobs={"severity.bulk": bulk})
        lines = {code: {(line["severity"], line["reason"]) for line in done.of(code)} for code in ("RET-SECRET", "RET-LEAD-12")}
        found[bulk] = lines, {line["finding_id"] for line in done.lines}
    assert found["2"][0] == {"RET-SECRET": {("critical", "many people (severity.bulk)")}, "RET-LEAD-12": {("medium", None)}}
    assert found["3"][0] == {"RET-SECRET": {("high", None)}, "RET-LEAD-12": {("medium", None)}}
    assert found["2"][1] == found["3"][1]


@pytest.mark.parametrize(("bulk", "severity"), [("1", "critical"), ("2", "high")])
def test_of_mails_the_people_who_got_them_count(audit, bulk, severity):
    """Two people, by their addresses, in three mails of three months."""
    people = "list_id | email | opted_in_at\nnieuws | a@example.com | 2026-06-01\nnieuws | b@example.com | 2026-06-01"
    mails = "email | sent_at\na@example.com | 2026-01-10\nb@example.com | 2026-02-10\nA@example.com | 2026-03-10"
    sent = plain("mail_send", mails, usual={"list_id": "nieuws", "campaign_id": "c1", "category": "marketing"}, **HERE)
    done = audit(
        AS_OF,
        sent,
        plain("mail_member", people, usual={"status": "subscribed"}, **HERE),
        knobs={"severity.bulk": bulk},
        arguments=("--checks", "CON-SEND-BEFORE-OPTIN"),
    )
    assert {(line["verdict"], line["severity"]) for line in done.of("CON-SEND-BEFORE-OPTIN")} == {("FAIL", severity)}
    assert len(done.of("CON-SEND-BEFORE-OPTIN")) == 3


@pytest.mark.parametrize(("months", "verdicts"), [("none", ["FAIL", "FAIL"]), ("24", ["FAIL"])])
def test_an_entry_of_the_suppression_list_may_be_gone_when_its_months_have_passed(audit, months, verdicts):
    registers = {
        "objections": "objection_id | identifier_kind | identifier_value | kind | received_at\n"
        "O-1 | email | ann@example.com | marketing | 2024-11-21\nO-2 | email | bob@example.com | marketing | 2024-11-22",
        "suppressions": f"suppression_id | email_md5 | added_on\nS-1 | {md5('eve@example.com')} | 2024-11-22",
    }
    done = audit(AS_OF, visits("2026-01-01"), registers=registers, knobs={"suppression.months": months})
    assert [line["verdict"] for line in done.of("DSR-SUPPRESSION-LOST")] == verdicts


def test_the_run_says_of_each_file_how_wide_it_is_and_when_it_was_made_and_of_each_source_its_days(audit):
    """domain.md 5.5: columns, extraction instant and date range stand beside hash and rows."""
    people = table("plain.contact", "contact_id | is_lead | email | last_contact_at\n1 | true | p@example.com |", name="people")
    done = audit(AS_OF, visits("2025-06-30", "2026-11-20"), people)
    files = {item["source"]: (item["extracted_at"], item["columns"], item["rows_read"]) for item in done.summary["files"]}
    assert files == {"service_event": (MADE, 2, 2), "people": (None, 4, 1)}
    evidence = json.loads((done.folder / "evidence.json").read_text(encoding="utf-8"))
    days = {item["source"]: (item["extracted_at"], item["first_day"], item["last_day"]) for item in evidence["sources"]}
    assert days == {"service_event": (MADE, "2025-06-30", "2026-11-20"), "people": (None, None, None)}


def test_one_code_alone_may_be_asked_for(audit):
    """--checks takes codes as well as groups; what was not asked for is not tested, never passed."""
    members = table(
        "plain.mail_member", "list_id | email | status | opted_in_at\nnieuws | jan@example.com | subscribed | 2020-01-01", **HERE
    )
    done = audit(AS_OF, members, arguments=("--checks", "RET-MKT-12,quality"))
    assert done.summary["run"]["checks"] == ["RET-MKT-12", "quality"]
    assert done.counts("RET-MKT-12", "mail_member") == {"undetermined": 1}  # nobody knows what he clicked on
    assert done.counts("DQ-EMAIL-INVALID", "mail_member") == {"passed": 1}
    (other,) = {item["not_tested_reason"] for item in done.summary["obligations"] if item["code"] == "RET-MKT-RESIDUE"}
    assert other == "not selected: run the audit with --checks retention"
