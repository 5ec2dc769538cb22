"""Which identifiers in a person's rows are the person's own: pure, and in doubt they are another's."""

from __future__ import annotations

from itertools import permutations

import pytest

from houdbaar.subjects.normalise import EmailRules
from houdbaar.subjects.package.model import Asked, Record
from houdbaar.subjects.package.own import Own, own_identifiers, written_names


def asked(*identifiers: tuple[str, str]) -> Asked:
    return Asked("DSR-1", "access", None, identifiers, "nl", True)


def record(entity: str, row: int = 1, key: str = "customer_id", **staged: str) -> Record:
    return Record(entity, entity, "CRM", f"{entity}.csv", row, None, [{"key": key}], staged)


def own(request: Asked, *records: Record) -> Own:
    return own_identifiers(request, records, EmailRules())


def test_what_was_asked_by_is_the_persons_own() -> None:
    found = own(asked(("email", "Jan@Voorbeeld.nl"), ("phone", "06-12345679"), ("name", "Jan Jansen")))
    assert found.has_email("jan@voorbeeld.nl")
    assert found.has_phone("+31612345679")
    assert found.has_name("J. Jansen")
    assert not found.has_email("els@voorbeeld.nl")
    assert not found.has_phone("06-87654321")
    assert not found.has_name("Els Bakker")


def test_a_mailbox_of_a_function_and_a_companys_number_are_nobodys() -> None:
    found = own(asked(("email", "jan@voorbeeld.nl")))
    assert found.has_email("info@voorbeeld.nl")
    assert found.has_phone("0900 1234")


def test_a_row_with_a_name_that_fits_gives_its_other_identifiers() -> None:
    first = record("contact", first_name="Jan", last_name="Jansen", email="jan@voorbeeld.nl", phone="06-12345679")
    second = record("order", name="J. Jansen", email="jan.thuis@voorbeeld.nl", phone="06-55566677")
    found = own(asked(("email", "jan@voorbeeld.nl")), first, second)
    assert found.has_email("jan.thuis@voorbeeld.nl")
    assert found.has_phone("06-55566677")
    assert found.others == set()


def test_a_row_with_another_name_is_anothers() -> None:
    mine = record("contact", first_name="Jan", last_name="Jansen", email="jan@voorbeeld.nl")
    parcel = record("shipment", name="Piet Smit", email="piet@voorbeeld.nl", phone="06-11122233")
    found = own(asked(("email", "jan@voorbeeld.nl")), mine, parcel)
    assert found.others == {parcel.place}
    assert found.other_names == {"Piet Smit"}
    assert not found.has_phone("06-11122233")


def test_an_address_that_nothing_proves_is_anothers() -> None:
    mine = record("contact", first_name="Jan", last_name="Jansen", email="jan@voorbeeld.nl")
    member = record("mail_member", email="noor@voorbeeld.nl")
    found = own(asked(("email", "jan@voorbeeld.nl")), mine, member)
    assert found.others == {member.place}
    assert not found.has_email("noor@voorbeeld.nl")


def test_an_address_by_which_the_row_was_found_is_the_persons() -> None:
    member = record("mail_member", key="email", email="jan.oud@voorbeeld.nl")
    assert own(asked(("customer_id", "K-1")), member).has_email("jan.oud@voorbeeld.nl")


def test_by_number_alone_only_rows_that_agree_say_who_it_is() -> None:
    jan = record("contact", 1, first_name="Jan", last_name="Jansen", email="jan@voorbeeld.nl")
    noor = record("contact", 2, first_name="Noor", last_name="Verhoeven", email="noor@voorbeeld.nl")
    assert own(asked(("customer_id", "K-1")), jan).has_email("jan@voorbeeld.nl")
    both = own(asked(("customer_id", "K-1")), jan, noor)
    assert not both.has_email("jan@voorbeeld.nl")
    assert not both.has_email("noor@voorbeeld.nl")


def test_a_companys_name_is_nobodys() -> None:
    invoice = record("invoice", customer_name="Vervoer Voorbeeld B.V.", email="jan@voorbeeld.nl")
    found = own(asked(("email", "jan@voorbeeld.nl")), invoice)
    assert found.others == set()
    assert found.has_name("Vervoer Voorbeeld B.V.")


ROWS = (
    record("contact", 1, first_name="Jan", last_name="Jansen", email="jan@voorbeeld.nl", phone="06-12345679"),
    record("order", 2, name="J. Jansen", email="jan.thuis@voorbeeld.nl"),
    record("order", 3, email="jan.thuis@voorbeeld.nl", phone="06-55566677"),
    record("shipment", 4, name="Piet Smit", email="piet@voorbeeld.nl"),
)


@pytest.mark.parametrize("rows", list(permutations(ROWS)))
def test_the_order_of_rows_plays_no_part(rows: tuple[Record, ...]) -> None:
    found = own(asked(("email", "jan@voorbeeld.nl")), *rows)
    assert found.emails == {"jan@voorbeeld.nl", "jan.thuis@voorbeeld.nl"}
    assert found.phones == {"+31612345679", "+31655566677"}
    assert found.others == {ROWS[3].place}


def test_the_name_is_written_as_the_best_record_has_it() -> None:
    request = asked(("email", "jan@voorbeeld.nl"))
    assert written_names(request, ROWS, own(request, *ROWS)) == ("Jan Jansen",)
    named = asked(("email", "jan@voorbeeld.nl"), ("name", "Jan van Dijk"))
    assert written_names(named, (), own(named)) == ("Jan van Dijk",)
