"""Group E: the relation and what ends with it (domain.md 2.6): accounts, contacts, prospects, correspondence, shipments, devices."""

import re
from dataclasses import replace

import pytest

from spec.given import Export, plain
from spec.outcome import check

END, DORMANT = "RET-REL-END", "RET-REL-DORMANT"
AS_OF = "2026-11-22"


def test_e05_e06_twelve_months_after_the_end_are_assumed(judge):
    given = """
        case | account_id | email            | closed_at            | verdict      | reason          | why
        E05  | A-1        | jan@example.com  | 2025-11-23           | WITHIN       |                 | last day 2026-11-23
        E06  | A-2        | piet@example.com | 2025-11-20           | OVERDUE      |                 | grace passed
        -    | A-3        | kees@example.com | 2025-11-22           | DUE          |                 |
        -    | A-4        | bas@example.com  |                      | WITHIN       |                 | still open
        -    | A-5        | tim@example.com  | 2026-11-23           | WITHIN       |                 | open today
        -    | A-6        | eva@example.com  | 9999-12-31           | WITHIN       |                 | no end
        -    | A-7        | iris@example.com | 2025-11              | UNDETERMINED | DQ-TS-PRECISION |
        -    | A-8        | lot@example.com  | 31-02-2025           | UNDETERMINED | DQ-TS-PARSE     |
        -    | A-9        | bo@example.com   | 2025-11-21T23:00:00Z | DUE          |                 | midnight in Amsterdam
    """
    done = judge(END, AS_OF, plain("account", given, timezone="Europe/Amsterdam", extracted_at="2026-11-30T12:00:00+01:00"))
    (line,) = [line for line in done.of(END) if line["verdict"] == "OVERDUE"]
    assert (line["severity"], line["confidence"], line["action"]) == ("medium", "assumed", "anonymise")
    assert (str(line["last_permitted_day"]), line["days_overdue"]) == ("2026-11-20", 2)


def test_e07_without_grace_the_end_is_the_last_day(judge):
    given = "account_id | closed_at | verdict\nA-1 | 2025-11-23 | OVERDUE\nA-2 | 2026-11-22 | DUE"
    judge(END, AS_OF, plain("account", given), knobs={"relationship.grace_months": "0"})


SIGNS = {
    "another account": plain("account", "account_id | customer_id | created_at | closed_at\nA-9 | K-1 | 2020-01-01 |"),
    "a running contract": plain("device", "device_id | customer_id | contract_ended_on\nD-1 | K-1 | 2027-01-01"),
    "an open order": plain("order", "order_id | customer_id | ordered_at | status\nO-1 | K-1 | 2024-01-01 | open"),
    "an unpaid invoice": plain("invoice", "invoice_number | customer_id | invoice_date | paid_at\nF-1 | K-1 | 2024-01-01 |"),
    "use of the service": plain("service_event", "happened_at | account_id\n2025-11-23 | A-1"),
    "an open ticket": plain("message", "message_id | customer_id | created_at | closed_at\nM-1 | K-1 | 2024-01-01 |"),
}
NO_SIGNS = {
    "a contract that ended": plain("device", "device_id | customer_id | contract_ended_on\nD-1 | K-1 | 2024-01-01"),
    "a completed order": plain("order", "order_id | customer_id | ordered_at | status\nO-1 | K-1 | 2026-01-01 | completed"),
    "a paid invoice": plain("invoice", "invoice_number | customer_id | invoice_date | paid_at\nF-1 | K-1 | 2024-01-01 | 2024-02-01"),
    "an invoice of which nobody says whether it is paid": plain(
        "invoice", "invoice_number | customer_id | invoice_date\nF-1 | K-1 | 2024-01-01"
    ),
    "use longer ago": plain("service_event", "happened_at | account_id\n2025-11-21 | A-1"),
    "a closed ticket": plain("message", "message_id | customer_id | created_at | closed_at\nM-1 | K-1 | 2024-01-01 | 2024-02-01"),
    "another customer's order": plain("order", "order_id | customer_id | ordered_at | status\nO-1 | K-2 | 2024-01-01 | open"),
    "an order still to come": plain("order", "order_id | customer_id | ordered_at | status\nO-1 | K-1 | 2026-11-23 | open"),
}
CLOSED = "account_id | customer_id | created_at | closed_at | verdict\nA-1 | K-1 | 2020-01-01 | 2025-11-20 | {}"


@pytest.fixture(scope="module")
def customers(auditor):
    """For each sign a customer whose account was closed, with that sign in a source of its own."""
    exports = {}
    for number, (sign, shown) in enumerate((SIGNS | NO_SIGNS).items(), 1):
        closed = plain("account", CLOSED.format("WITHIN" if sign in SIGNS else "OVERDUE"))
        exports |= {f"account {number}": of_customer(closed, number), f"sign {number}": of_customer(shown, number)}
    return auditor(AS_OF, *(replace(export, name=name) for name, export in exports.items())), exports


def of_customer(export: Export, number: int) -> Export:
    """An export about a customer of that number."""
    files = {name: re.sub(rb"\b([ADFKMO]-[129])\b", rf"\g<1>{number}".encode(), content) for name, content in export.files.items()}
    return replace(export, files=files)


@pytest.mark.parametrize("number", range(1, len(SIGNS) + len(NO_SIGNS) + 1), ids=[*SIGNS, *NO_SIGNS])
def test_signs_that_keep_the_relation_going_and_others_that_do_not(customers, number):
    done, exports = customers
    check(done, END, f"account {number}", exports[f"account {number}"].expected)


def test_the_last_of_the_closing_dates_is_the_end(judge):
    """The account closed, the contract ended later, and the last invoice was paid later still."""
    invoice = plain("invoice", "invoice_number | customer_id | invoice_date | paid_at\nF-1 | K-1 | 2025-10-01 | 2025-12-01")
    done = judge(END, "2026-12-02", plain("account", CLOSED.format("OVERDUE")), invoice)
    assert str(done.only(END)["first_trigger"]) == "2025-12-01"
    judge(END, "2026-12-01", plain("account", CLOSED.format("DUE")), invoice)


def test_use_with_an_unclear_date_leaves_it_open_whether_the_relation_runs(judge):
    use = plain("service_event", "happened_at | account_id\n2025-11 | A-1")
    done = judge(END, AS_OF, plain("account", CLOSED.format("UNDETERMINED")), use)
    assert done.only(END)["reason"] == "DQ-TS-PRECISION"


CONTACT = "contact_id | customer_id | last_name | organisation | contract_started_on | contract_ended_on | inactive_at | verdict"


def test_who_left_the_customer_has_no_relation_though_the_firm_stays(judge):
    given = f"""
        {CONTACT}
        C-1 | K-1 | Jansen | Bakkerij BV | 2020-01-01 |            |            | WITHIN
        C-2 | K-1 | Bakker | Bakkerij BV | 2020-01-01 |            | 2025-11-21 | OVERDUE
        C-3 | K-1 | Visser | Bakkerij BV | 2020-01-01 |            | 2025-11-22 | DUE
        C-4 | K-1 | Smit   | Bakkerij BV | 2020-01-01 |            | 2026-12-01 | WITHIN
        C-5 | K-2 | Mulder | Slager BV   | 2020-01-01 | 2025-11-21 |            | OVERDUE
        C-6 | K-2 | Bos    | Slager BV   | 2020-01-01 | 2025-11-21 | 2026-06-01 | OVERDUE
        C-7 | K-3 | Peters | Molen BV    | 2020-01-01 | 9999-12-31 |            | WITHIN
        C-8 | K-4 | Kuiper | Zagerij BV  | 2020-01-01 | 2027-01-01 |            | WITHIN
    """
    judge(END, AS_OF, plain("contact", given))


def test_that_a_person_left_may_be_all_that_an_export_tells(judge):
    given = "contact_id | last_name | inactive_at | verdict\nC-1 | Jansen | 2025-11-21 | OVERDUE\nC-2 | Bakker | 2025-11-22 | DUE"
    judge(END, AS_OF, plain("contact", given))


def test_j07_a_firm_is_out_of_scope_whatever_is_known_of_the_relation(judge):
    given = "contact_id | organisation | kvk_number | phone | created_at | verdict"
    judge(END, AS_OF, plain("contact", f"{given}\nC-1 | Bakkerij BV | 12345678 | 0201234567 | 2020-01-01 | OUT_OF_SCOPE"))


def test_j07_a_firm_without_a_person_is_out_of_scope_and_a_sole_trader_is_not(judge):
    given = """
        contact_id | organisation    | legal_form   | kvk_number | email              | last_name | contract_ended_on | verdict
        C-1        | Bakkerij BV     | BV           | 12345678   | info@example.com   |           | 2020-01-01        | OUT_OF_SCOPE
        C-2        | Bakkerij Jansen | eenmanszaak  | 12345678   |                    |           | 2020-01-01        | OVERDUE
        C-3        | Jansen & Zn     | vof          | 12345678   |                    |           | 2020-01-01        | OVERDUE
        C-4        | Bakkerij BV     | BV           | 12345678   | jan@example.com    |           | 2020-01-01        | OVERDUE
        C-5        | Bakkerij BV     | BV           | 12345678   | info@example.com   | Jansen    | 2020-01-01        | OVERDUE
        C-6        |                 |              |            | info@example.com   |           | 2020-01-01        | OVERDUE
    """
    judge(END, AS_OF, plain("contact", given))


def test_c20_the_lapsed_subscriber_is_overdue_and_the_customer_is_not(judge):
    member = "list_id | email | customer_id | status | opted_in_at | verdict\nL | jan@example.com | K-1 | subscribed | 2020-01-01 | OVERDUE"
    activity = plain(
        "mail_activity",
        "list_id | campaign_id | email | kind | happened_at\nL | c1 | jan@example.com | click | 2025-01-01T10:00:00Z",
        coverage="from",
        covers_from="2015-01-01",
        extracted_at="2026-11-22T23:00:00+01:00",
    )
    contact = plain(
        "contact", "contact_id | customer_id | last_name | created_at | contract_started_on\nC-1 | K-1 | Jansen | 2020-01-01 | 2020-01-01"
    )
    done = judge(
        "RET-MKT-12", AS_OF, plain("mail_member", member, extracted_at="2026-11-22T23:00:00+01:00"), activity, contact, is_whole=True
    )
    assert done.counts(END) == {"within": 1}


def test_an_unknown_end_is_reviewed_after_24_months_without_a_sign_of_life(judge):
    given = """
        account_id | created_at | last_login_at | closed_at  | verdict      | why
        A-1        | 2020-01-01 | 2024-11-21    |            | OVERDUE      | a review
        A-2        | 2020-01-01 | 2024-11-22    |            | DUE          |
        A-3        | 2020-01-01 | 2024-11-23    |            | WITHIN       |
        A-4        | 2020-01-01 |               |            | OVERDUE      | never came back
        A-5        |            |               |            | UNDETERMINED |
        A-6        | 2026-12-01 |               |            | NOT_YET      |
    """
    done = judge(DORMANT, AS_OF, plain("account", given, extracted_at="2026-12-02T12:00:00+01:00"))
    lines = [line for line in done.of(DORMANT) if line["verdict"] == "OVERDUE"]
    assert {(line["severity"], line["confidence"], line["action"]) for line in lines} == {("low", "assumed", "review")}


@pytest.mark.parametrize("sign", ["a completed order", "an order long ago"])
def test_an_order_is_a_sign_of_life(judge, sign):
    stamp = {"a completed order": "2024-11-22", "an order long ago": "2024-11-21"}[sign]
    order = plain("order", f"order_id | customer_id | ordered_at | status\nO-1 | K-1 | {stamp} | completed")
    account = "account_id | customer_id | created_at | last_login_at | closed_at | verdict\nA-1 | K-1 | 2020-01-01 | 2020-01-01 | | {}"
    judge(DORMANT, AS_OF, plain("account", account.format("DUE" if stamp.endswith("22") else "OVERDUE")), order)


def test_a_relation_that_ended_is_not_dormant(audit):
    done = audit(AS_OF, plain("account", "account_id | created_at | last_login_at | closed_at\nA-1 | 2020-01-01 | 2020-01-01 | 2026-01-01"))
    assert done.of(END, DORMANT) == []
    assert done.counts(DORMANT) == {}


def test_lead_a_prospect_counts_from_the_last_contact(judge):
    given = """
        contact_id | last_name | is_lead | created_at | last_contact_at | contract_started_on | verdict      | why
        C-1        | Jansen    | true    | 2024-01-01 | 2025-11-21      |                     | OVERDUE      |
        C-2        | Bakker    | true    | 2024-01-01 | 2025-11-22      |                     | DUE          |
        C-3        | Visser    | true    | 2025-11-21 |                 |                     | OVERDUE      | no contact since
        C-4        | Smit      | true    | 2026-01-01 |                 |                     | WITHIN       |
        C-5        | Mulder    | true    | 2026-01-01 | 2025-01-01      |                     | OVERDUE      | the import is no contact
        C-6        | Bos       | true    |            |                 |                     | UNDETERMINED |
        C-7        | Peters    | true    | 2024-01-01 | 31-02-2025      |                     | UNDETERMINED | no repair
    """
    done = judge("RET-LEAD-12", AS_OF, plain("contact", given, extracted_at="2026-11-22T23:00:00+01:00"))
    assert {line["confidence"] for line in done.of("RET-LEAD-12") if line["verdict"] == "OVERDUE"} == {"assumed"}


def test_lead_a_question_is_contact_and_an_order_makes_a_customer(audit):
    lead = plain("contact", "contact_id | customer_id | last_name | is_lead | created_at\nC-1 | K-1 | Jansen | true | 2024-01-01")
    question = plain("message", "message_id | contact_id | customer_id | created_at\nM-1 | C-1 | K-1 | 2026-01-01")
    order = plain("order", "order_id | customer_id | ordered_at | status\nO-1 | K-1 | 2026-01-01 | completed")
    assert audit(AS_OF, lead).counts("RET-LEAD-12") == {"overdue": 1}
    assert audit(AS_OF, lead, question).counts("RET-LEAD-12") == {"within": 1}
    assert audit(AS_OF, lead, order).counts("RET-LEAD-12") == {}


def test_cor_correspondence_counts_from_its_close_else_from_its_last_message(judge):
    given = """
        message_id | closed_at  | last_message_at | created_at | verdict
        M-1        | 2025-11-21 | 2020-01-01      | 2020-01-01 | OVERDUE
        M-2        | 2025-11-22 | 2020-01-01      | 2020-01-01 | DUE
        M-3        |            | 2025-11-21      | 2020-01-01 | OVERDUE
        M-4        |            | 2025-11-23      | 2020-01-01 | WITHIN
        M-5        |            |                 | 2025-11-21 | OVERDUE
        M-6        |            |                 |            | UNDETERMINED
        M-7        | 31-02-2025 | 2020-01-01      | 2020-01-01 | UNDETERMINED
        M-8        | 9999-12-31 | 2025-11-23      | 2020-01-01 | WITHIN
    """
    judge("RET-COR-12", AS_OF, plain("message", given))


def test_ship_a_shipment_counts_from_its_delivery_else_from_its_dispatch(judge):
    given = """
        shipment_id | shipped_at | delivered_at | verdict
        S-1         | 2025-11-01 | 2025-11-21   | OVERDUE
        S-2         | 2025-11-01 | 2025-11-22   | DUE
        S-3         | 2025-11-21 |              | OVERDUE
        S-4         |            |              | UNDETERMINED
    """
    judge("RET-SHIP-12", AS_OF, plain("shipment", given))


def test_dpa_processor_data_go_back_within_thirty_days(judge):
    given = """
        device_id | customer_id | contract_ended_on | verdict
        D-1       | K-1         | 2026-10-22        | OVERDUE
        D-2       | K-1         | 2026-10-23        | DUE
        D-3       | K-1         |                   | WITHIN
        D-4       | K-2         |                   | OVERDUE
        D-5       | K-1         | 9999-12-31        | WITHIN
    """
    contract = plain("contact", "contact_id | customer_id | last_name | contract_ended_on\nC-1 | K-2 | Jansen | 2026-01-01")
    done = judge("RET-DPA-END", AS_OF, plain("device", given, role="processor"), contract)
    assert {line["severity"] for line in done.of("RET-DPA-END")} == {"high"}


def test_secret_credentials_end_with_their_account(judge, audit):
    given = """
        account_id | closed_at  | password_hash | verdict
        A-1        | 2026-11-21 | geheim-1      | OVERDUE
        A-2        | 2026-11-22 | geheim-2      | DUE
        A-3        |            | geheim-3      | WITHIN
    """
    done = judge("RET-SECRET", AS_OF, plain("account", given), is_whole=True)
    assert done.only("RET-SECRET")["severity"] == "high"
    assert "geheim" not in done.stdout + done.stderr + (done.folder / "summary.json").read_text() + str(done.lines)
    assert audit(AS_OF, plain("account", "account_id | closed_at | password_hash\nA-1 | 2026-11-01 |")).of("RET-SECRET") == []
