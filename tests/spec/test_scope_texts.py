"""What people wrote: columns that contracts describe, with contents that nobody does (domain.md C-23-3, C-33-2)."""

import pytest

from spec.given import plain

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


@pytest.mark.parametrize("text", TEXTS)
def test_a_number_that_is_called_one(audit, text):
    done = audit(AS_OF, plain("message", f"message_id | body | created_at\nM-1 | {text} | 2026-06-01", extracted_at=MADE))
    lines = [(line["field"], line["verdict"], line["severity"], line["confidence"], line["ranges"]) for line in done.of("SCP-SPECIAL")]
    assert lines == ([("body", "FAIL", "critical", TEXTS[text], [{"first": 1, "last": 1}])] if TEXTS[text] else [])
    assert text not in done.stdout + str(done.lines)


WRITTEN = {
    "contact": "contact_id | created_at | last_name | {} \nC-1 | 2026-06-01 | Jansen | {}",
    "invoice": "invoice_number | invoice_date | {}\nF-1 | 2026-06-01 | {}",
    "mail_member": "list_id | email | status | opted_in_at | {}\nL | jan@example.com | subscribed | 2026-06-01T10:00:00Z | {}",
    "message": "message_id | created_at | {}\nM-1 | 2026-06-01 | {}",
}
PLACES = [(entity, name) for entity in WRITTEN for name in (("subject", "body") if entity == "message" else ("notes", "tags"))]


@pytest.mark.parametrize(("entity", "name"), [*PLACES, ("contact", "opmerking over de klant")])
def test_it_is_looked_for_wherever_people_write(audit, entity, name):
    done = audit(AS_OF, plain(entity, WRITTEN[entity].format(name, "zijn BSN is 111222333"), extracted_at=MADE))
    assert [(line["field"], line["verdict"]) for line in done.of("SCP-SPECIAL")] == [(name, "FAIL")]


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


@pytest.mark.parametrize("text", WORDS)
def test_a_word_of_a_special_category_is_for_a_person_to_read(audit, text):
    done = audit(
        AS_OF, plain("message", f"message_id | body | created_at\nM-1 | {text} | 2026-06-01\nM-2 | ok | 2026-06-01", extracted_at=MADE)
    )
    lines = [(line["field"], line["verdict"], line["reason"], line["action"], line["ranges"]) for line in done.of("SCP-SPECIAL")]
    told = ("body", "UNDETERMINED", "a word of a special category", "review", [{"first": 1, "last": 1}])
    assert lines == ([told] if WORDS[text] else [])
    assert text not in done.stdout + str(done.lines)


@pytest.mark.parametrize(("entity", "name"), PLACES)
def test_texts_that_no_list_of_words_can_clear_are_not_tested(audit, entity, name):
    """No column of free text passes in silence: nobody read it."""
    unread = f"what people wrote in {name} was searched for words and numbers only"
    done = audit(AS_OF, plain(entity, WRITTEN[entity].format(name, "belt morgen terug"), extracted_at=MADE))
    assert unread in done.not_tested(entity)
    empty = audit(AS_OF, plain(entity, WRITTEN[entity].format(name, ""), extracted_at=MADE))
    assert unread not in empty.not_tested(entity)


GIVEN = """
    disclosure_id | recipient          | recipient_kind | disclosed_on | customer_id | order_id | fields
    D-1           | Voorbeeld Koeriers | logistics      | 2026-06-01   | K-1         | 1        | {}
"""
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
    "": None,
    "onbekend": None,
}


@pytest.mark.parametrize("fields", FIELDS)
def test_a_carrier_gets_what_a_shipment_needs(audit, fields):
    done = audit(
        AS_OF, plain("order", "order_id | customer_id | ordered_at\n1 | K-1 | 2026-06-01"), registers={"disclosures": GIVEN.format(fields)}
    )
    expected = FIELDS[fields]
    assert done.counts("SCP-COLUMN", "register.disclosure") == ({expected: 1} if expected else {})
    lines = [line for line in done.of("SCP-COLUMN") if line["source"] == "register.disclosure"]
    told = ("C-33-2", "D-1", "FAIL", "medium", "fields", "fields that no shipment needs")
    assert [(line["clause"], line["record_key"], line["verdict"], line["severity"], line["field"], line["reason"]) for line in lines] == (
        [told] if expected == "failed" else []
    )
    unsaid = "a disclosure to a carrier doesn't say which fields it had"
    assert (unsaid in done.not_tested("register.disclosure")) == (expected is None)


@pytest.mark.parametrize("kind", ["partner", "authority", "auditor"])
def test_what_others_get_is_not_held_against_a_shipment(audit, kind):
    told = GIVEN.format("alles").replace("logistics     ", kind)
    done = audit(AS_OF, plain("order", "order_id | customer_id | ordered_at\n1 | K-1 | 2026-06-01"), registers={"disclosures": told})
    assert done.counts("SCP-COLUMN", "register.disclosure") == {"out_of_scope": 1}
