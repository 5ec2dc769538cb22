"""Who refuses marketing is found by what the register says of them, or a person has to look: never a silent pass (domain.md 3.3, 4.2)."""

import pytest

from spec.given import Export, files, plain

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"
ALONE = "a phone number alone names nobody: add the mail address to the register"
NOBODY = "no mail address is known: add it to the register"
OBJECTIONS = "objection_id | identifier_kind | identifier_value | kind | received_at\n"
REQUESTS = "request_id | right | received_at | identifiers | state\n"
SUPPRESSED = "suppression_id | email_md5 | added_on\nS-1 | 6396ea38ed0434344ac7b4c4ff5b1b1d | 2026-01-01"
CONSENTS = "consent_id | identifier_kind | identifier_value | purpose | granted_at | withdrawn_at | evidence\n"


def sends(text: str) -> Export:
    return plain("mail_send", text, usual={"campaign_id": "c1", "category": "marketing"}, extracted_at=MADE, timezone="Europe/Amsterdam")


def members(text: str) -> Export:
    usual = {"list_id": "nieuws", "status": "subscribed", "opted_in_at": "2026-01-01", "unsubscribed_at": ""}
    return plain("mail_member", text, usual=usual, extracted_at=MADE, timezone="Europe/Amsterdam")


PEOPLE = members("""
    email         | phone
    a@example.com | +31 6 12345678
    b@example.com |
""")
SENT = """
    email         | sent_at    | verdict      | reason                          | why
    a@example.com | 2026-06-01 | UNDETERMINED | the phone number of who refused | who has this number may be the one who objected
    a@example.com | 2026-04-30 | PASS         |                                 | before it
    b@example.com | 2026-06-01 | PASS         |                                 |
"""


def test_an_objection_by_phone_names_nobody_for_certain(judge):
    registers = {"objections": OBJECTIONS + "O-1 | phone | 06-12345678 | marketing | 2026-05-01T10:00+02:00"}
    done = judge("CON-OBJECTION", AS_OF, sends(SENT), PEOPLE, registers=registers, is_whole=True)
    (told,) = [line for line in done.of("CON-OBJECTION") if line["source"] == "register.objection"]
    assert (told["verdict"], told["reason"], told["field"], told["action"]) == ("UNDETERMINED", ALONE, "identifier_value", "review")
    assert (told["record_key"], told["first_trigger"].isoformat()) == ("O-1", "2026-05-01")
    (member,) = done.of("CON-STATUS-MAILABLE")
    assert (member["verdict"], member["reason"], member["ranges"]) == (
        "UNDETERMINED", "the phone number of who refused", [{"first": 1, "last": 1}]
    )  # fmt: skip


def test_a_request_that_does_not_say_for_what_is_no_refusal(audit):
    """What the register lacks is told (DQ-SCHEMA); nobody is said to have refused anything."""
    asked = "R-1 | | 2026-05-01T10:00+02:00 | phone=0612345678 | received\nR-2 | | 2026-05-01T10:00+02:00 | email=a@example.com | received"
    registers = {"requests": REQUESTS + asked, "suppressions": SUPPRESSED}
    done = audit(AS_OF, PEOPLE, registers=registers)
    assert done.of("CON-OBJECTION", "CON-WITHDRAWN", "DSR-SUPPRESSION-LOST") == []
    assert [line["reason"] for line in done.of("DQ-SCHEMA")] == ["right is missing"]


def test_a_request_by_phone_too_and_by_a_number_that_nobody_has(judge):
    asked = """
        R-1 | marketing_objection | 2026-05-01T10:00+02:00 | phone=+31612345678 | received
        R-2 | marketing_objection | 2026-05-01T10:00+02:00 | phone=0687654321   | closed
        R-3 | withdrawal          | 2026-05-01T10:00+02:00 | name=Jansen        | answered
    """
    done = judge("CON-OBJECTION", AS_OF, sends(SENT), PEOPLE, registers={"requests": REQUESTS + asked}, is_whole=True)
    lines = [line for line in done.of("CON-OBJECTION", "CON-WITHDRAWN") if line["source"] == "register.request"]
    assert {(line["code"], line["record_key"], line["verdict"], line["reason"]) for line in lines} == {
        ("CON-OBJECTION", "R-1", "UNDETERMINED", ALONE),
        ("CON-OBJECTION", "R-2", "UNDETERMINED", ALONE),
        ("CON-WITHDRAWN", "R-3", "UNDETERMINED", NOBODY),
    }
    assert done.counts("CON-OBJECTION", "register.request") == {"undetermined": 2, "out_of_scope": 1}


@pytest.mark.parametrize(
    ("identifiers", "told", "failed"),
    [
        ("phone=0612345678;email=b@example.com", "passed", 1),
        ("email=z@example.com", "passed", 0),
        ("customer_id=K-1", "passed", 1),
        ("invoice_number=F-1", "passed", 1),
        ("customer_id=K-2;postcode_house_number=1011AB 1", "undetermined", 0),
        ("client_id=12.34", "undetermined", 0),
        ("", "undetermined", 0),
    ],
)
def test_an_identifier_that_leads_to_an_address_settles_it(audit, identifiers, told, failed):
    """And then the others who have the same phone number are in no doubt."""
    bills = plain(
        "invoice", "invoice_number | customer_id | invoice_date | email\nF-1 | K-1 | 2026-01-01 | b@example.com", extracted_at=MADE
    )
    registers = {"requests": REQUESTS + f"R-1 | marketing_objection | 2026-05-01 | {identifiers} | received"}
    done = audit(AS_OF, sends(SENT), PEOPLE, bills, registers=registers)
    assert done.counts("CON-OBJECTION", "register.request") == {told: 1}
    assert done.counts("CON-OBJECTION", "mail_send") == {"passed": 3 - failed, **({"failed": failed} if failed else {})}


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        ("C-1 | phone     | 0612345678    | P-MARKETING | 2026-01-01 | 2026-05-01 | form", {"undetermined": 1}),
        ("C-1 | phone     | 0612345678    | P-MARKETING | 2026-01-01 |            | form", {"out_of_scope": 1}),
        ("C-1 | phone     | 0612345678    | P-ANALYTICS | 2026-01-01 | 2026-05-01 | form", {"out_of_scope": 1}),
        ("C-1 | client_id | 12.34         |             | 2026-01-01 | 2026-05-01 | form", {"out_of_scope": 1}),
        ("C-1 | phone     | 0612345678    | P-MARKETING | 2026-01-01 | 2026-12-01 | form", {"not_yet": 1}),
        ("C-1 | email     | a@example.com | P-MARKETING | 2026-01-01 | 2026-05-01 | form", {"passed": 1}),
    ],
    ids=["withdrawn by phone", "not withdrawn", "of cookies", "of visits", "to come", "by address"],
)
def test_a_withdrawal_in_the_register_of_consents(audit, entry, counts):
    done = audit(AS_OF, sends(SENT), PEOPLE, registers={"consents": CONSENTS + entry})
    assert done.counts("CON-WITHDRAWN", "register.consent") == counts


def test_a_consent_by_phone_renews_nothing(audit):
    registers = {
        "consents": CONSENTS + "C-1 | phone | 0612345678 | P-MARKETING | 2026-05-02 | | form",
        "objections": OBJECTIONS + "O-1 | email | a@example.com | marketing | 2026-05-01",
    }
    assert audit(AS_OF, sends(SENT), PEOPLE, registers=registers).counts("CON-OBJECTION", "mail_send") == {"failed": 1, "passed": 2}


def test_a_look_at_the_register_alone_is_no_look_at_what_was_sent(audit):
    registers = {"objections": OBJECTIONS + "O-1 | email | a@example.com | marketing | 2026-05-01"}
    done = audit(AS_OF, PEOPLE, registers=registers)
    assert done.counts("CON-OBJECTION", "register.objection") == {"passed": 1}
    assert "CON-OBJECTION" in done.not_tested()
    (line,) = [each for each in done.of("AUD-NOT-TESTED") if each["field"] == "CON-OBJECTION" and each["clause"] == "C-61-4"]
    assert line["reason"] == "C-61-4: no export feeds analytics_event; no export feeds mail_send"


TWICE = """
    email         | status       | unsubscribed_at           | changed_at                | signup_source
    a@example.com | unsubscribed | 2026-05-01T10:00:00+02:00 | 2026-05-01T10:00:00+02:00 | newsletter
    a@example.com | subscribed   |                           | 2026-07-01T10:00:00+02:00 | {source}
"""


@pytest.mark.parametrize(("source", "code"), [("newsletter", "CON-STATUS-MAILABLE"), ("import", "CON-RESUBSCRIBED")])
def test_two_rows_of_one_export_that_contradict_show_no_switch(audit, source, code):
    """The opt-out still stands, in the other row: it was not carried out. An import is one that brought the address in again."""
    done = audit(AS_OF, members(TWICE.format(source=source)))
    assert {line["code"] for line in done.of("CON-STATUS-MAILABLE", "CON-RESUBSCRIBED")} == {code}
    line = done.only(code)
    assert (line["verdict"], line["severity"]) == ("FAIL", "critical")


def test_rows_that_contradict_in_two_files_of_one_day(audit):
    off, on = ("\n".join(TWICE.format(source="newsletter").strip("\n").splitlines()[index] for index in (0, row)) for row in (1, 2))
    both = files("plain.mail_member", {"afgemeld.csv": off, "aangemeld.csv": on}, extracted_at=MADE, list_id="nieuws")
    done = audit(AS_OF, both)
    assert {line["code"] for line in done.of("CON-STATUS-MAILABLE", "CON-RESUBSCRIBED")} == {"CON-STATUS-MAILABLE"}
