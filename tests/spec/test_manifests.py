"""Plans of what to do about findings (domain.md 5.4): what stands on them, what never does, and in which order they are carried out."""

import duckdb
import pytest

from functional.carrying_out import lines_of, load, run_script
from spec.given import files, md5, plain, table, verbatim
from spec.planned import AS_OF, AUDIENCE, CLICKS, CONTACTS, EVENTS, MADE, MESSAGES, hold, index, lines, plans


def test_records_past_their_term_are_deleted_by_key(audit):
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE))
    (plan,) = plans(done, "sql_delete")
    assert [line["message_id"] for line in lines(done, "sql_delete")] == ["M-1", "M-2"]
    assert (plan["lines"], plan["records"], plan["blocked"], plan["codes"], plan["clauses"]) == (2, 2, 0, ["RET-COR-12"], ["C-23-7"])
    assert plan["valid_until"] == "2026-11-29"
    found = {line["finding_id"] for line in done.of("RET-COR-12")}
    assert {each for line in lines(done, "sql_delete") for each in line["finding_ids"]} == found
    script = (done.folder / plan["other_files"][0]["file"]).read_text(encoding="utf-8")
    assert "K-1" not in script
    assert "M-1" not in script
    assert "-- expected: 2" in script


def test_no_two_records_of_a_table_become_the_same_anonymous_one(audit):
    """Files of a source may differ in their columns, which makes two plans; their records stand in one table."""
    header = "contact_id | customer_id | first_name | email | contract_started_on | contract_ended_on | last_contact_at"
    other = f"{header} | phone\n C-2 | K-2 | Piet | piet@voorbeeld.nl | 2020-01-01 | 2024-01-10 | 2024-01-05 | 0612345671"
    first = f"{header}\n C-1 | K-1 | Jan | jan@voorbeeld.nl | 2020-01-01 | 2024-01-10 | 2024-01-05"
    done = audit(AS_OF, files("plain.contact", {"a.csv": first, "b.csv": other}, extracted_at=MADE))
    keys = [line["new_key"] for line in lines(done, "sql_anonymise")]
    assert (len(plans(done, "sql_anonymise")), len(keys), len(set(keys))) == (2, 2, 2)


def test_spaces_around_a_key_are_none_of_it(audit):
    """The script compares keys without them: so does the line."""
    done = audit(AS_OF, plain("message", MESSAGES.replace("    M-1 ", "    ' M-1 ' "), extracted_at=MADE))
    (plan,) = plans(done, "sql_delete")
    script = (done.folder / plan["other_files"][0]["file"]).read_text(encoding="utf-8")
    with duckdb.connect() as base:
        base.execute("create table message as select * from (values (' M-1 '), ('M-2'), ('M-3')) as made (message_id)")
        load(base, "houdbaar_plan", done.folder / plan["file"])
        run_script(base, script)
        assert base.execute("select message_id from message").fetchall() == [("M-3",)]


@pytest.mark.parametrize("starts_on", ["2025-01-01", "2026-06-01", "2026-11-25", "2026-11-29"], ids=["held", "late", "soon", "last day"])
def test_a_hold_until_the_plans_last_day_keeps_a_record_off_it(audit, starts_on):
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE), registers=hold("customer_id", "K-1", starts_on))
    assert [line["message_id"] for line in lines(done, "sql_delete")] == ["M-2"]
    assert [plan["blocked"] for plan in plans(done, "sql_delete")] == [0 if starts_on == "2025-01-01" else 1]


def test_a_hold_from_after_the_plans_last_day_doesn_t(audit):
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE), registers=hold("customer_id", "K-1", "2026-11-30"))
    assert [line["message_id"] for line in lines(done, "sql_delete")] == ["M-1", "M-2"]


def test_a_request_received_after_the_as_of_date_keeps_a_record_off_it(audit):
    register = "request_id | right | received_at | identifiers | state\nR-1 | access | 2026-11-24 | customer_id=K-2 | received"
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE), registers={"requests": register})
    assert [line["message_id"] for line in lines(done, "sql_delete")] == ["M-1"]


def test_while_nobody_knows_whom_a_request_is_about_nothing_is_deleted(audit):
    register = "request_id | right | received_at | identifiers | state\nR-1 | access | 2026-11-20 | name=Jansen | received"
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE), registers={"requests": register})
    assert index(done)["manifests"] == []
    assert index(done)["withheld"]


def test_rows_without_a_key_are_deleted_by_date(audit):
    done = audit(AS_OF, plain("service_event", EVENTS, extracted_at=MADE))
    shown = [(line["overdue_month"], line["first_day"], line["last_day"], line["records"]) for line in lines(done, "sql_dated")]
    assert shown == [("2026-01", "2025-01-10", "2025-01-11", 2), ("2026-02", "2025-02-10", "2025-02-10", 1)]


def test_spaces_around_an_id_take_nobody_out_of_those_who_are_left_alone(audit):
    """Statements compare ids without the spaces around them: so does the list of whom they leave alone."""
    events = EVENTS.replace("    A-1        | 2025-01-10", "    ' A-1 '    | 2025-01-10")
    done = audit(AS_OF, plain("service_event", events, extracted_at=MADE), registers=hold("account_id", "A-1"))
    (plan,) = plans(done, "sql_dated")
    (kept,) = [file["file"] for file in plan["other_files"] if file["file"].endswith("-kept.jsonl")]
    assert [line["account_id"] for line in lines_of(done.folder / kept)] == ["A-1"]


def test_a_statement_about_dates_leaves_alone_whom_a_hold_is_about(audit):
    done = audit(AS_OF, plain("service_event", EVENTS, extracted_at=MADE), registers=hold("account_id", "A-1"))
    (plan,) = plans(done, "sql_dated")
    assert [(line["first_day"], line["records"]) for line in lines(done, "sql_dated")] == [("2025-01-11", 1)]
    kept = next(each["file"] for each in plan["other_files"] if each["file"].endswith("-kept.jsonl"))
    assert [line["account_id"] for line in lines_of(done.folder / kept)] == ["A-1"]


def test_a_period_of_a_source_that_is_held_is_no_part_of_a_range_of_dates(audit):
    register = (
        "hold_id | kind | reason | approver | source | period_from | period_to | starts_on | ends_on\n"
        "H-1 | legal_hold | dispute | board | service_event | 2025-01-11 | 2025-01-11 | 2026-11-01 | 2027-01-31"
    )
    rows = EVENTS + "    A-4 | 2025-01-12T10:00:00+01:00\n"
    done = audit(AS_OF, plain("service_event", rows, extracted_at=MADE), registers={"holds": register})
    days = [(line["first_day"], line["last_day"], line["records"]) for line in lines(done, "sql_dated")]
    assert days == [("2025-01-10", "2025-01-10", 1), ("2025-01-12", "2025-01-12", 1), ("2025-02-10", "2025-02-10", 1)]


def test_secrets_are_emptied_and_their_account_stays(audit):
    rows = "account_id | closed_at | password_hash\nA-1 | 2026-10-01 | x1\n"
    done = audit(AS_OF, plain("account", rows, extracted_at=MADE))
    (plan,) = plans(done, "sql_clear_fields")
    assert plan["codes"] == ["RET-SECRET"]
    script = (done.folder / plan["other_files"][0]["file"]).read_text(encoding="utf-8")
    assert 'SET "password_hash" = NULL' in script
    assert plans(done, "sql_delete") == []


def test_books_within_their_years_lose_fields_only(audit):
    invoices = """
        invoice_number | customer_id | invoice_date | customer_name | amount | email
        F-1            | K-1         | 2024-01-09   | Voorbeeld BV  | 10.00  | jan@voorbeeld.nl
    """
    done = audit(AS_OF, plain("invoice", invoices, extracted_at=MADE), plain("contact", CONTACTS, extracted_at=MADE))
    (plan,) = plans(done, "sql_clear_fields")
    assert [(line["invoice_number"], line["fields"]) for line in lines(done, "sql_clear_fields")] == [("F-1", ["email"])]
    script = (done.folder / plan["other_files"][0]["file"]).read_text(encoding="utf-8")
    assert 'SET "email" = NULL' in script
    assert [plan["source"] for kind in ("sql_delete", "sql_anonymise") for plan in plans(done, kind)] == ["contact"]


def test_who_lapsed_is_archived_and_deleted_after_review_by_hash(audit):
    audience = verbatim(
        "mailchimp.audience", "subscribed_members_export_ab12.csv", AUDIENCE, name="news", extracted_at=MADE, list_id="news"
    )
    activity = plain("mail_activity", CLICKS, extracted_at=MADE, coverage="from", covers_from="2025-01-01")
    done = audit("2026-11-20", audience, activity)
    who = md5("lapsed@voorbeeld.nl")
    assert [line["path"] for line in lines(done, "mailchimp_archive")] == [f"/lists/news/members/{who}"]
    (line,) = lines(done, "mailchimp_delete_permanent")
    assert (line["path"], line["is_after_review"]) == (f"/lists/news/members/{who}/actions/delete-permanent", True)
    assert [plan["kind"] for plan in index(done)["manifests"]] == ["mailchimp_archive", "mailchimp_delete_permanent", "recipients"]


def test_ids_tracked_without_consent_go_to_google_500_a_day(audit):
    rows = "".join(f"    2026-10-01T10:00:00+02:00 | page_view | {100000 + number}.1700000000 | denied\n" for number in range(501))
    events = "event_at | event_name | client_id | analytics_consent\n" + rows + "2024-01-01T10:00:00+01:00 | page_view | old.1 | granted\n"
    done = audit(AS_OF, table("plain.analytics_event", events, extracted_at=MADE))
    found = lines(done, "ga_user_deletion")
    assert [plan["days"] for plan in plans(done, "ga_user_deletion")] == [2]
    assert [line["day"] for line in found] == [1] * 500 + [2]
    assert {line["type"] for line in found} == {"CLIENT_ID"}
    # Who is merely old stays off it: deletion by id would take what is lawful too.
    assert "old.1" not in {line["userId"] for line in found}
    assert [line["records"] for line in lines(done, "sql_dated")] == [1]


ACCEPTED = (
    "acceptance_id | code | source | max_records | owner | reason | accepted_on | accepted_until\n"
    "A-1 | {} | message | {} | IT | move | 2026-11-01 | 2026-12-31"
)


@pytest.mark.parametrize(
    ("code", "most", "planned", "accepted"),
    [("RET-COR-12", "2", [], 2), ("RET-COR-12", "1", ["M-1", "M-2"], 0), ("RET-SHIP-12", "", ["M-1", "M-2"], 0)],
    ids=["accepted", "more than is accepted", "another code"],
)
def test_what_somebody_answers_for_stays_and_is_on_no_plan(audit, code, most, planned, accepted):
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE), registers={"acceptances": ACCEPTED.format(code, most)})
    assert [line["message_id"] for line in lines(done, "sql_delete")] == planned
    assert index(done)["accepted"] == accepted
    assert ("2 records on no plan" in done.stdout) == bool(accepted)
    assert ("in geen opruimplan: 2 records" in (done.folder / "report.html").read_text(encoding="utf-8")) == bool(accepted)


def test_an_accepted_finding_goes_with_a_record_that_another_one_ends(audit):
    rows = "account_id | closed_at | password_hash\nA-1 | 2024-10-01 | x1\n"
    accepted = ACCEPTED.replace("| message |", "| account |").format("RET-SECRET", "")
    done = audit(AS_OF, plain("account", rows, extracted_at=MADE), registers={"acceptances": accepted})
    (line,) = lines(done, "sql_anonymise")
    assert line["codes"] == ["RET-REL-END"]
    assert line["settled_with_it"] == [done.only("RET-SECRET")["finding_id"]]


def test_rows_of_a_month_that_are_accepted_are_on_no_plan(audit):
    accepted = ACCEPTED.replace("| message |", "| service_event |").format("RET-SVC-12", "")
    done = audit(AS_OF, plain("service_event", EVENTS, extracted_at=MADE), registers={"acceptances": accepted})
    assert (index(done)["manifests"], index(done)["accepted"]) == ([], 3)


def test_a_what_if_plans_nothing(audit):
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE), knobs={"correspondence.months": "6"})
    assert not (done.folder / "manifests.json").exists()


def test_the_same_inputs_give_the_same_bytes(audit):
    first, second = (audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE)) for _ in range(2))
    assert index(first) == index(second)
