"""What people wrote: columns that contracts describe, with contents that nobody does (domain.md C-23-3, C-33-2)."""

from collections import Counter

import pytest

from spec.given import plain, sources
from spec.outcome import rows_of

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"
TEXTS = {
    "BSN 111222333": "certain",
    "klant gaf bsn: 1112.22.333 door": "certain",
    "bsn-nummer is 111 222 333.": "certain",
    "burgerservicenummer 123456782": "certain",
    "BSN 111222334": "assumed",  # fails the eleven-test: mistyped
    "order 111222333": None,
    "BSN gevraagd, bel 0612345678": None,
    "bsn gecontroleerd op 2026-11-22 14:30": None,
    "vakantie": None,
}


def messages(texts):
    """A message with each of these texts."""
    rows = "\n".join(f"M-{number} | {text} | 2026-06-01" for number, text in enumerate(texts, 1))
    return plain("message", f"message_id | body | created_at\n{rows}", extracted_at=MADE)


@pytest.fixture(scope="module")
def numbers(auditor):
    """A help desk for each of these texts, with that one message."""
    return auditor(AS_OF, *sources({f"desk {number}": messages([text]) for number, text in enumerate(TEXTS)}))


@pytest.mark.parametrize("text", TEXTS)
def test_a_number_that_is_called_one(numbers, text):
    names, source = ("field", "verdict", "severity", "confidence", "ranges"), f"desk {list(TEXTS).index(text)}"
    lines = [tuple(line[name] for name in names) for line in numbers.of("SCP-SPECIAL") if line["source"] == source]
    assert lines == ([("body", "FAIL", "critical", TEXTS[text], [{"first": 1, "last": 1}])] if TEXTS[text] else [])
    assert text not in numbers.stdout + str(numbers.lines)


WRITTEN = {
    "contact": "contact_id | created_at | last_name | {} \nC-1 | 2026-06-01 | Jansen | {}",
    "invoice": "invoice_number | invoice_date | {}\nF-1 | 2026-06-01 | {}",
    "mail_member": "list_id | email | status | opted_in_at | {}\nL | jan@example.com | subscribed | 2026-06-01T10:00:00Z | {}",
    "message": "message_id | created_at | {}\nM-1 | 2026-06-01 | {}",
}
PLACES = {entity: ("subject", "body") if entity == "message" else ("notes", "tags") for entity in WRITTEN}


def everywhere(text, **more):
    """A record of each kind with this text wherever people write."""
    places = {entity: (*names, *more.get(entity, ())) for entity, names in PLACES.items()}
    given = {entity: WRITTEN[entity].format(" | ".join(names), " | ".join([text] * len(names))) for entity, names in places.items()}
    return [plain(entity, table, extracted_at=MADE) for entity, table in given.items()]


def test_it_is_looked_for_wherever_people_write(audit):
    more = {"contact": ["opmerking over de klant"]}
    done = audit(AS_OF, *everywhere("zijn BSN is 111222333", **more))
    found = {entity: {(line["field"], line["verdict"]) for line in done.of("SCP-SPECIAL") if line["source"] == entity} for entity in PLACES}
    assert found == {entity: {(name, "FAIL") for name in (*names, *more.get(entity, ()))} for entity, names in PLACES.items()}


def test_what_customers_people_wrote_is_out_of_scope(audit):
    given = WRITTEN["message"].format("body", "BSN 111222333")
    assert audit(AS_OF, plain("message", given, extracted_at=MADE, role="processor")).of("SCP-SPECIAL") == []


WORDS = {
    "klant is ziek geweest, diagnose volgt": True,
    "Zit in een ROLSTOEL": True,
    "moslim, niet bellen op vrijdag": True,
    "lid van de vakbond": True,
    "heeft een strafblad": True,
    "she is pregnant": True,
    "Ziekenhuis Voorbeeld bestelt tien trackers": True,  # perhaps a customer's trade: a person reads it
    "belt morgen terug": False,
    "meldt zich ziek": True,
    "OBD-diagnose: tracker zonder stroom": False,
    "alerts were disabled, diagnosis attached": False,
    "van for disabled passengers": True,
    "muziekschool, handicap": True,
    "muziekschool in de Transvaalstraat": False,
    "Christina Katholiekestraat": False,
}


@pytest.fixture(scope="module")
def words(auditor):
    return auditor(AS_OF, messages(WORDS))


@pytest.mark.parametrize("text", WORDS)
def test_a_word_of_a_special_category_is_for_a_person_to_read(words, text):
    names, row = ("field", "verdict", "reason", "action"), list(WORDS).index(text) + 1
    lines = [tuple(line[name] for name in names) for line in words.of("SCP-SPECIAL") if row in rows_of(line)]
    assert lines == ([("body", "UNDETERMINED", "a word of a special category", "review")] if WORDS[text] else [])
    assert text not in words.stdout + str(words.lines)


def test_texts_that_no_list_of_words_can_clear_are_not_tested(audit):
    """No column of free text passes in silence: nobody read it."""
    filled, empty = audit(AS_OF, *everywhere("belt morgen terug")), audit(AS_OF, *everywhere(""))
    for entity, name in ((entity, name) for entity, names in PLACES.items() for name in names):
        unread = f"what people wrote in {name} was searched for words and numbers only"
        assert unread in "; ".join(filled.not_tested(entity)), (entity, name)
        assert unread not in "; ".join(empty.not_tested(entity)), (entity, name)


GIVEN = """
    disclosure_id | recipient          | recipient_kind | disclosed_on | customer_id | order_id | fields
"""
GIVEN_ROW = "    D-{}         | Voorbeeld Koeriers | {}             | 2026-06-01   | K-1         | 1        | {}\n"
ORDER = plain("order", "order_id | customer_id | ordered_at\n1 | K-1 | 2026-06-01")
FIELDS = {
    "name;street;house_number;postcode;city;phone;email;order_id": "passed",
    "naam, adres, telefoonnummer, e-mailadres en ordernummer": "passed",
    "NAW + telefoon": "passed",
    "NAW-gegevens & mobiel nummer": "passed",
    "recipient_name, address line 1, delivery_postcode, shipping_city, customer_email": "passed",
    "verzendadres, zendingsnummer, phone no.": "passed",
    "billing_address": "failed",
    "contact": "failed",
    "name;birth_date": "failed",
    "naam, adres, IBAN": "failed",
    "alles": "failed",
    "name;notes": "failed",
}
UNSAID = "a disclosure to a carrier doesn't say which fields it had"


def given(fields, kinds=("logistics",)):
    """The register of disclosures, with these fields to each kind of recipient."""
    pairs = [(kind, some) for some in fields for kind in kinds]
    return {"disclosures": GIVEN + "".join(GIVEN_ROW.format(number, *pair) for number, pair in enumerate(pairs, 1))}


@pytest.fixture(scope="module")
def shipments(auditor):
    return auditor(AS_OF, ORDER, registers=given(FIELDS))


@pytest.mark.parametrize("fields", FIELDS)
def test_a_carrier_gets_what_a_shipment_needs(shipments, fields):
    names = ("clause", "verdict", "severity", "field", "reason")
    key = f"D-{list(FIELDS).index(fields) + 1}"
    lines = [tuple(line[name] for name in names) for line in shipments.of("SCP-COLUMN") if line["record_key"] == key]
    assert lines == ([("C-33-2", "FAIL", "medium", "fields", "fields that no shipment needs")] if FIELDS[fields] == "failed" else [])
    assert shipments.counts("SCP-COLUMN", "register.disclosure") == dict(Counter(FIELDS.values()))
    assert UNSAID not in shipments.not_tested("register.disclosure")


@pytest.mark.parametrize("fields", ["", "onbekend"])
def test_what_a_carrier_got_may_not_be_said(audit, fields):
    done = audit(AS_OF, ORDER, registers=given([fields]))
    assert done.counts("SCP-COLUMN", "register.disclosure") == {}
    assert UNSAID in done.not_tested("register.disclosure")


def test_what_others_get_is_not_held_against_a_shipment(audit):
    done = audit(AS_OF, ORDER, registers=given(["alles"], ("partner", "authority", "auditor")))
    assert done.counts("SCP-COLUMN", "register.disclosure") == {"out_of_scope": 3}
