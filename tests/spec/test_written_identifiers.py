"""Identifiers in the one form in which they are compared, however registers and exports write them (domain.md 4.1)."""

import re
from collections.abc import Sequence
from contextlib import closing

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houdbaar.engines.duckdb import Engine
from houdbaar.exports.expression import offer_macros
from houdbaar.subjects.normalise import normalise_email, normalise_iban, normalise_phone
from spec.given import plain
from spec.outcome import rows_of

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


def people(written: Sequence[str]) -> list[str]:
    """The same writings, each of a person of its own: a@x.nl of the third is a12@x.nl, and 0612345672 is 0612345612."""
    return [
        re.sub(r"[aA](?=\W?(?:%40|@))|72(?= tst|$)", lambda found, own=own: f"{found[0].rstrip('72')}{own}", text)
        for own, text in enumerate(written, 10)
    ]


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """An identifier as checks compare it."""
    with closing(Engine([], tmp_path_factory.mktemp("scratch"))) as engine:
        offer_macros(engine)
        yield lambda kind, value: engine.rows("select identifier_key($kind, $value)", {"kind": kind, "value": value})[0][0]


ODD = [
    "o'neil@x.nl", "jan+gps@x.nl", "'o'neil@x.nl'", "jose\u0301@x.nl", "İ@x.nl", "ja\u200cn@x.nl", "ja\u200dn@x.nl",
    "\uff4a\uff41\uff4e\uff20\uff58\uff0e\uff4e\uff4c", "jan@BÜCHER.example", "Jan <jan@XN--BCHER-KVA.example>", "jan@straße.example",
]  # fmt: skip


@pytest.mark.parametrize("address", [*ADDRESSES, *ODD])
def test_checks_and_searches_compare_an_address_alike(key, address):
    assert key("email", address) == in_letters(normalise_email(address))


def in_letters(address: str) -> str:
    """Checks have a domain in letters, as mail tools hash it; a search has it in ASCII."""
    local, _, domain = address.partition("@")
    return f"{local}@{idna.decode(domain)}"


def test_what_is_no_domain_is_compared_as_it_stands(key):
    assert key("email", "Jan <jan@bücher_x.nl>") == key("email", "jan@bücher_x.nl") == "jan@bücher_x.nl"


def test_a_mail_tools_hash_is_of_what_people_wrote(key):
    assert key("email", "jan@BÜCHER.nl") == "jan@bücher.nl"


@given(st.one_of(st.emails(), st.text(), st.from_regex(r"[a-zA-Zü<>;, .:\x22'@%+-]{1,20}@[a-zß.-]{1,8}\.(nl|com)[>;,. ]{0,2}")))
def test_whatever_is_an_address_has_one_form(key, text):
    if (form := normalise_email(text)) is not None:
        assert ascii_form(key("email", text)) == form
    key("email", text)  # of the others nothing is known but that they don't stop an audit


def ascii_form(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode()}"


@pytest.mark.parametrize("number", [*NUMBERS, "+49 30 1234567", "+32 (0)470 12 34 56", "020-1234567", "+39 (0)6 1234567", "+352 26 20 55"])
def test_and_a_telephone_number(key, number):
    assert f"+{key('phone', number)}" == normalise_phone(number).value


@pytest.mark.parametrize(
    "account", ["NL91 ABNA 0417 1643 00", "nl91abna0417164300", "NL91.ABNA.0417.1643.00", "IBAN NL91\u00a0ABNA 0417164300"]
)
def test_and_an_account(key, account):
    assert key("iban", account) == normalise_iban(account)


def test_an_objection_is_heard(audit):
    """Missed, it would be a mail too many, and no finding."""
    known = people(["a@x.nl"] * len(ADDRESSES))
    mails = "campaign_id | list_id | email | sent_at | category\n" + "\n".join(
        f"c1 | n | {address} | 2026-06-01T10:00:00Z | marketing" for address in known
    )
    members = "list_id | email | status | opted_in_at\n" + "\n".join(f"n | {address} | subscribed | 2026-01-01" for address in known)
    objected = "objection_id | identifier_kind | identifier_value | kind | received_at\n" + "\n".join(
        f"O{number} | email | {address} | marketing | 2026-05-01" for number, address in enumerate(people(ADDRESSES))
    )
    done = audit(
        AS_OF,
        plain("mail_send", mails, extracted_at=MADE),
        plain("mail_member", members, extracted_at=MADE),
        registers={"objections": objected},
        arguments=("--checks", "CON-OBJECTION,CON-STATUS-MAILABLE"),
    )
    for code in ("CON-OBJECTION", "CON-STATUS-MAILABLE"):
        failed = [row for each in done.of(code) if each["verdict"] == "FAIL" for row in rows_of(each)]
        assert sorted(failed) == list(range(1, len(known) + 1))


ONE_PERSON = {
    "a domain in letters and in its ASCII form": ("jan@bücher.example", "jan@xn--bcher-kva.example"),
    "wide letters": ("jan@x.nl", "\uff4a\uff41\uff4e\uff20\uff58\uff0e\uff4e\uff4c"),
    "joiners that nobody sees": ("jan@x.nl", "jan\u200c@x.nl"),
}


@pytest.mark.parametrize(("mailed", "refused"), ONE_PERSON.values(), ids=ONE_PERSON)
def test_what_makes_no_difference_to_a_search_makes_none_to_a_check(audit, mailed, refused):
    sends = f"campaign_id | list_id | email | sent_at | category\nc1 | n | {mailed} | 2026-06-01T10:00:00Z | marketing"
    objected = f"objection_id | identifier_kind | identifier_value | kind | received_at\nO-1 | email | {refused} | marketing | 2026-05-01"
    export, arguments = plain("mail_send", sends, extracted_at=MADE), ("--checks", "CON-OBJECTION")
    done = audit(AS_OF, export, registers={"objections": objected}, arguments=arguments)
    assert [each["verdict"] for each in done.of("CON-OBJECTION")] == ["FAIL"]


@pytest.mark.parametrize("is_held", [True, False], ids=["as the hold has it", "as the export has it"])
def test_a_hold_by_telephone_holds(judge, is_held):
    """Not seen, it would be an order to destroy evidence."""
    odd, usual = people(NUMBERS), people(["0612345672"] * len(NUMBERS))
    held, had = (odd, usual) if is_held else (usual, odd)
    holds = "hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | ends_on\n" + "\n".join(
        f"H-{number} | legal_hold | dispute | board | phone | {phone} | 2026-01-01 | 2026-12-31" for number, phone in enumerate(held)
    )
    leads = "contact_id | is_lead | last_name | phone | created_at | last_contact_at | verdict\n" + "\n".join(
        f"C{number} | true | Bos | {phone} | 2020-01-01 | 2025-06-01 | HELD" for number, phone in enumerate(had)
    )
    judge("RET-LEAD-12", AS_OF, plain("contact", leads, extracted_at=MADE), registers={"holds": holds})


def test_who_was_erased_is_found_again(audit):
    written = people([each for each in ADDRESSES if ";" not in each])  # it parts identifiers
    contacts = "contact_id | email | last_name\n" + "\n".join(
        f"C{number} | {address} | Bos" for number, address in enumerate(people(["a@x.nl"] * len(written)))
    )
    asked = "request_id | right | received_at | identifiers | state | answered_at | outcome | executed_at\n" + "\n".join(
        f"R-{number} | erasure | 2026-10-01 | email={address} | executed | 2026-10-15 | granted | 2026-10-15"
        for number, address in enumerate(written)
    )
    done = audit(
        AS_OF,
        plain("contact", contacts, extracted_at=MADE),
        registers={"requests": asked},
        arguments=("--checks", "DSR-ERASED-PRESENT"),
    )
    found = {each["record_key"]: each["verdict"] for each in done.of("DSR-ERASED-PRESENT")}
    assert found == {f"R-{number}": "FAIL" for number in range(len(written))}
