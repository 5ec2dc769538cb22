"""Somebody beside the person in the person's own rows: a partner's account, columns about relatives, names in links (GDPR 15(4))."""

import pytest

from spec.answered import answered
from spec.given import plain

CONTACT = "contact_id | customer_id | first_name | last_name | email | phone | created_at"
JAN = "C-1 | K-1 | Jan | Jansen | jan@voorbeeld.nl | 0612345679 | 2024-01-01"
REGISTERS = {"transfers": "transfer_id | recipient | country | instrument\n"}


def contact(head: str = "", cells: str = ""):
    return plain("contact", f"{CONTACT}{head}\n{JAN}{cells}")


HOLDERS = {
    "J. Jansen en/of E. Bakker": "J. Jansen en/of [naam van een ander]",
    "Hr J Jansen e/o Mw E Bakker": "Hr J Jansen e/o [naam van een ander]",
    "J. Jansen & E. Jansen": "J. Jansen & [naam van een ander]",
    "E. Bakker": "[naam van een ander]",
    "J. Jansen": "J. Jansen",
}
BODIES = {
    "Bel Els Bakker even": "Bel [naam van een ander] even",
    "Bel Jan Jansen even": "Bel Jan Jansen even",
    "getekend voor ontvangst: E. de Bakker": "getekend voor ontvangst: [naam van een ander]",
    "getekend voor ontvangst: J. Jansen": "getekend voor ontvangst: J. Jansen",
    "P.S. Graag snel, aldus B.V. Voorbeeld": "P.S. Graag snel, aldus B.V. Voorbeeld",
    "zie https://voorbeeld.nl/?naam=Els+Bakker&kleur=rood": "zie https://voorbeeld.nl/?naam=[naam van een ander]&kleur=rood",
    "zie https://voorbeeld.nl/?naam=Jan+Jansen": "zie https://voorbeeld.nl/?naam=Jan+Jansen",
}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """What Jan gets of a company that knows all these account holders and messages of his."""
    paid = "\n".join(f"P-{number} | K-1 | {written} | 2026-01-01" for number, written in enumerate(HOLDERS, 1))
    sent = "\n".join(f"M-{number} | K-1 | 2026-01-05 | jan@voorbeeld.nl | {body}" for number, body in enumerate(BODIES, 1))
    payments = plain("payment", f"payment_id | customer_id | account_name | paid_at\n{paid}")
    messages = plain("message", f"message_id | customer_id | created_at | email | body\n{sent}")
    return answered(tmp_path_factory.mktemp("others") / "company", "access", contact(), payments, messages, registers=REGISTERS)


@pytest.mark.parametrize("written", HOLDERS)
def test_the_other_holder_of_an_account_stays_out(given, written):
    (row,) = [row for row in given.rows("payment") if row["payment_id"] == f"P-{list(HOLDERS).index(written) + 1}"]
    assert row["account_name"] == HOLDERS[written]


def test_columns_about_a_relative_stay_out(tmp_path):
    head = " | partner | partner_geboortedatum | adres partner | bsn_partner | noodcontact telefoon | extra"
    nested = '{"partner": {"geboortedatum": "1981-02-04", "adres": "Zeeweg 3"}, "kleur": "rood"}'
    found = answered(
        tmp_path / "company",
        "access",
        contact(head, f" | Els Bakker | 1981-02-03 | Zeeweg 2 | 123456782 | 06-87654321 | {nested}"),
        registers=REGISTERS,
    )
    assert found.holds("Bakker", "1981", "Zeeweg", "123456782", "87654321") == []
    assert "rood" in found.rows("contact")[0]["extra"]


def test_a_partner_in_business_is_nobody(tmp_path):
    partner = contact(" | partner | partner_korting", " | Voorbeeld B.V. | 10%")
    found = answered(tmp_path / "company", "access", partner, registers=REGISTERS)
    assert [found.rows("contact")[0][name] for name in ("partner", "partner_korting")] == ["Voorbeeld B.V.", "10%"]


@pytest.mark.parametrize("body", BODIES)
def test_names_in_texts_and_links(given, body):
    (row,) = [row for row in given.rows("message") if row["message_id"] == f"M-{list(BODIES).index(body) + 1}"]
    assert row["body"] == BODIES[body]


def test_who_lives_at_the_same_house_is_not_told_of(tmp_path):
    people = plain(
        "contact",
        f"{CONTACT} | postcode | house_number\n{JAN} | 1234CD | 1\n"
        "C-2 | K-2 | Els | Bakker | els@voorbeeld.nl | 0687654321 | 2024-01-01 | 1234CD | 1",
    )
    found = answered(tmp_path / "company", "access", people, registers=REGISTERS)
    assert "tweede gegeven" not in found.letter
    assert "1 rows are probably or possibly this person's" in found.stdout
    twice = plain(
        "contact",
        f"{CONTACT} | postcode | house_number\n{JAN} | 1234CD | 1\n"
        "C-2 | K-2 | J. | Jansen | j@voorbeeld.nl | 0687654321 | 2024-01-01 | 1234CD | 1",
    )
    assert "tweede gegeven" in answered(tmp_path / "other", "access", twice, registers=REGISTERS).letter
