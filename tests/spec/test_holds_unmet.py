"""A hold in effect that meets no record protects nothing: an identifier may have been mistyped, and every audit says so (domain.md 2.8)."""

import json
import re

import pytest

from spec.given import md5, plain
from spec.test_cases_f import holds

AS_OF = "2026-11-22"
MADE = "2026-11-20T12:00:00+01:00"
CONTACTS = """
    contact_id | customer_id | last_name | email            | phone      | last_contact_at
    C-1        | K-1243      | Jansen    | jan@voorbeeld.nl | 0612345670 | 2026-10-01
"""
MESSAGES = "message_id | customer_id | created_at\nM-1 | K-1243 | 2026-10-01"
CHECK_IDENTIFIER, CHECK_KEY = "check its identifier", "check its record key"
ON_RECORD = {"identifier_kind": "", "identifier_value": "", "source": "contact"}


def about(kind: str, value: str, /, **more: str) -> dict[str, str]:
    return {"identifier_kind": kind, "identifier_value": value, **more}


# What a hold is about, and what is said of it (None: nothing).
HELD = {
    "a customer whose number is right": (about("customer_id", "K-1243"), None),
    "a customer whose number is mistyped": (about("customer_id", "K-1234"), CHECK_IDENTIFIER),
    "a restriction of a mistyped address": (about("email", "jan@voorbeeld.be", kind="restriction"), CHECK_IDENTIFIER),
    "an address, of which an export has more than spelling tells": (about("email", "JAN@voorbeeld.nl"), None),
    "an order of an authority about a wrong phone": (about("phone", "0612345671", kind="authority_order"), CHECK_IDENTIFIER),
    "a phone number that is none": (about("phone", "onbekend"), CHECK_IDENTIFIER),
    "an address that is none": (about("email", "geen"), CHECK_IDENTIFIER),
    "a kind of identifier that no export has": (about("iban", "NL91ABNA0417164300"), "no export feeds iban"),
    "a kind that another source has": (about("phone", "0612345671", source="message"), "its source has no phone"),
    "the right customer in a source": (about("customer_id", "K-1243", source="message"), None),
    "a record": (ON_RECORD | {"record_key": "C-1"}, None),
    "a record whose key is mistyped": (ON_RECORD | {"record_key": "C-I"}, CHECK_KEY),
    "a source and a period, though nothing lies in it": (ON_RECORD | {"period_to": "1999-12-31"}, None),
    "a mistyped customer, from a later day on": (about("customer_id", "K-1", starts_on="2026-11-23"), None),
    "a mistyped customer, once": (about("customer_id", "K-2", ends_on="2026-11-21"), None),
    "a mistyped customer, released": (about("customer_id", "K-3", released_on="2026-11-01"), None),
    "a mistyped customer, by nobody": (about("customer_id", "K-4", approver=""), None),
}


@pytest.fixture(scope="module")
def held(auditor):
    """Each of these holds, under the number of its place."""
    rows = [{"hold_id": f"H-{number}", **hold} for number, (hold, _) in enumerate(HELD.values(), 1)]
    people, mail = (
        plain(entity, rows, extracted_at=MADE, timezone="Europe/Amsterdam")
        for entity, rows in (("contact", CONTACTS), ("message", MESSAGES))
    )
    return auditor(AS_OF, people, mail, registers=holds(*rows))


def watched(done) -> list[str]:
    """What an audit says beside the holds that lack nothing."""
    notes = {item["note"] for item in done.summary["obligations"] if item["code"] == "RET-HOLD-INVALID" and item["note"]}
    return [note for joined in notes for note in joined.split("; ")]


@pytest.mark.parametrize("name", HELD)
def test_of_a_hold_in_effect_it_is_said_that_it_meets_no_record(held, name):
    number, (_, expected) = list(HELD).index(name) + 1, HELD[name]
    told = [note for note in watched(held) if re.match(rf"hold H-{number} ", note)]
    assert told == ([] if expected is None else [f"hold H-{number} meets no record of these exports: {expected}"])


def test_the_terminal_the_report_and_the_evidence_say_it(held):
    assert "Watch RET-HOLD-INVALID:" in held.stdout
    assert f"hold H-2 meets no record of these exports: {CHECK_IDENTIFIER}" in " ".join(held.stdout.split())
    page = (held.folder / "report.html").read_text(encoding="utf-8")
    assert page.count(f"hold H-2 meets no record of these exports: {CHECK_IDENTIFIER}") == 2  # beside what to watch, and beside the hold
    assert page.count("bewaarblok H-2 treft geen enkel record van deze exports: controleer het kenmerk") == 2
    assert "bewaarblok H-8 treft geen enkel record van deze exports: geen export levert iban" in page
    assert "bewaarblok H-9 treft geen enkel record van deze exports: zijn bron heeft geen phone" in page
    assert "bewaarblok H-12 treft geen enkel record van deze exports: controleer de sleutel van het record" in page
    evidence = json.loads((held.folder / "evidence.json").read_text(encoding="utf-8"))["holds"]
    assert [bool(hold["note"]) for hold in evidence] == [expected is not None for _, expected in HELD.values()]


def test_it_is_no_finding(held):
    assert {line["record_key"] for line in held.of("RET-HOLD-INVALID")} == {f"H-{list(HELD).index('a mistyped customer, by nobody') + 1}"}


@pytest.fixture
def people():
    return plain("contact", CONTACTS, extracted_at=MADE)


def test_one_of_a_holds_identifiers_may_be_mistyped(audit, people):
    done = audit(AS_OF, people, registers=holds(about("customer_id", "K-1243"), about("customer_id", "K-1234")))
    assert watched(done) == [f"hold H-1 meets no record of these exports: {CHECK_IDENTIFIER}"]


def test_an_address_is_met_where_its_hash_alone_is_known(audit):
    clicks = f"list_id | email_md5 | kind | happened_at\nnews | {md5('jan@voorbeeld.nl')} | click | 2026-10-10T10:00:00Z"
    done = audit(
        AS_OF,
        plain("mail_activity", clicks, extracted_at=MADE),
        registers=holds(about("email", "jan@voorbeeld.nl"), about("email", "piet@voorbeeld.nl", hold_id="H-2")),
    )
    assert watched(done) == [f"hold H-2 meets no record of these exports: {CHECK_IDENTIFIER}"]


def test_an_id_that_names_somebody_is_hidden(audit, people):
    done = audit(AS_OF, people, registers=holds(about("customer_id", "K-1234", hold_id="jan@voorbeeld.nl")))
    (told,) = watched(done)
    assert re.fullmatch(rf"hold id-[0-9a-f]{{8}} meets no record of these exports: {CHECK_IDENTIFIER}", told)
    assert "jan@voorbeeld.nl" not in done.stdout + (done.folder / "report.html").read_text(encoding="utf-8")
