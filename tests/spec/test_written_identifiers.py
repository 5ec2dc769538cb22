"""Identifiers in the one form in which they are compared, however registers and exports write them (domain.md 4.1)."""

import duckdb
import pytest

from houdbaar.resources import package_text
from houdbaar.subjects.normalise import normalise_email, normalise_iban, normalise_phone
from spec.given import plain

AS_OF = "2026-11-22"
MADE = "2026-11-22T12:00:00+01:00"
ADDRESSES = [
    "a@x.nl", " A@X.nl", "Jan Jansen <a@x.nl>", "<a@x.nl>", "mailto:a@x.nl", "Jan <mailto:A@x.nl>", "mailto:a@x.nl?subject=x", "a@x.nl;",
    "a@x.nl,", '"a@x.nl"', "'a@x.nl", "a@x.nl.", "a\u200b@x.nl", "Jan <a@x.nl>,", "a@x.nl.,", '"Jan" <a@x.nl>', "a\u00ad@x.nl",
    "\u200ea@x.nl", "mailto:a%40x.nl",
]  # fmt: skip
NUMBERS = [
    "0612345672",
    "06-12 34 56 72",
    "+31 6 12345672",
    "+31 (0)6 12345672",
    "0031 (0)6-12345672",
    "+31(0)612345672",
    "31612345672",
    "612345672",
    "0612345672 tst 12",
]


# Some of them, through whole audits: a key is the same wherever it is compared.
HEARD = ["Jan Jansen <a@x.nl>", "mailto:a%40x.nl", "'a@x.nl", "a\u00ad@x.nl"]
DIALLED = ["+31 (0)6 12345672", "612345672", "0612345672 tst 12"]


@pytest.fixture(scope="module")
def key():
    """An identifier as checks compare it."""
    with duckdb.connect() as connection:
        connection.execute(package_text("exports/sql/rows.sql"))

        def run(kind: str, value: str) -> str | None:
            return connection.execute("select identifier_key(?, ?)", [kind, value]).fetchall()[0][0]

        yield run


@pytest.mark.parametrize("address", [*ADDRESSES, "o'neil@x.nl", "jan+gps@x.nl", "'o'neil@x.nl'"])
def test_checks_and_searches_compare_an_address_alike(key, address):
    assert key("email", address) == normalise_email(address)


@pytest.mark.parametrize("number", [*NUMBERS, "+49 30 1234567", "+32 (0)470 12 34 56", "020-1234567", "+39 (0)6 1234567", "+352 26 20 55"])
def test_and_a_telephone_number(key, number):
    assert f"+{key('phone', number)}" == normalise_phone(number).value


@pytest.mark.parametrize(
    "account", ["NL91 ABNA 0417 1643 00", "nl91abna0417164300", "NL91.ABNA.0417.1643.00", "IBAN NL91\u00a0ABNA 0417164300"]
)
def test_and_an_account(key, account):
    assert key("iban", account) == normalise_iban(account)


@pytest.mark.parametrize("address", [*HEARD, "a@x.nl;"])
def test_an_objection_is_heard(audit, address):
    """Missed, it would be a mail too many, and no finding."""
    sent = plain(
        "mail_send",
        "campaign_id | list_id | email | sent_at | category\nc1 | n | a@x.nl | 2026-06-01T10:00:00Z | marketing",
        extracted_at=MADE,
    )
    members = plain("mail_member", "list_id | email | status | opted_in_at\nn | a@x.nl | subscribed | 2026-01-01", extracted_at=MADE)
    objected = f"objection_id | identifier_kind | identifier_value | kind | received_at\nO1 | email | {address} | marketing | 2026-05-01"
    done = audit(AS_OF, sent, members, registers={"objections": objected}, arguments=("--checks", "CON-OBJECTION,CON-STATUS-MAILABLE"))
    assert {(each["code"], each["verdict"]) for each in done.findings} >= {("CON-OBJECTION", "FAIL"), ("CON-STATUS-MAILABLE", "FAIL")}


HOLD = """
    hold_id | kind       | reason  | approver | identifier_kind | identifier_value | starts_on  | ends_on
    H-1     | legal_hold | dispute | board    | phone           | {}               | 2026-01-01 | 2026-12-31
"""
LEAD = """
    contact_id | is_lead | last_name | phone | created_at | last_contact_at | verdict
    C1         | true    | Bos       | {}    | 2020-01-01 | 2025-06-01      | HELD
"""
ERASED = """
    request_id | right   | received_at | identifiers | state    | answered_at | outcome | executed_at
    R-1        | erasure | 2026-10-01  | email={}    | executed | 2026-10-15  | granted | 2026-10-15
"""


@pytest.mark.parametrize("number", DIALLED)
@pytest.mark.parametrize("is_held", [True, False], ids=["as the hold has it", "as the export has it"])
def test_a_hold_by_telephone_holds(judge, number, is_held):
    """Not seen, it would be an order to destroy evidence."""
    held, had = (number, "0612345672") if is_held else ("0612345672", number)
    judge("RET-LEAD-12", AS_OF, plain("contact", LEAD.format(had), extracted_at=MADE), registers={"holds": HOLD.format(held)})


@pytest.mark.parametrize("address", [*HEARD, "Jan <a@x.nl>,"])
def test_who_was_erased_is_found_again(audit, address):
    person = plain("contact", "contact_id | email | last_name\nC1 | a@x.nl | Bos", extracted_at=MADE)
    done = audit(AS_OF, person, registers={"requests": ERASED.format(address)}, arguments=("--checks", "DSR-ERASED-PRESENT"))
    assert [each["verdict"] for each in done.of("DSR-ERASED-PRESENT")] == ["FAIL"]
