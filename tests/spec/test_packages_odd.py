"""Answers to requests for access from rows that hold more than they should (domain.md 3.2; GDPR 15, paragraph 4)."""

import pytest

from spec.answered import REGISTERS, Answered, answered
from spec.given import plain, verbatim

ODD_CONTACTS = (
    '{"contact_id": "C-1", "customer_id": "K-1", "first_name": "Jan", "last_name": "Jansen", "email": "jan@voorbeeld.nl", '
    '"phone": "06-12345679", "created_at": "2021-03-01", '
    '"extra": {"hobby": "zeilen", "api_token": "ghp_abcdefghijklmnopqrstuvwxyz0123456789"}, '
    '"contact_people": [{"name": "Noor Verhoeven", "email": "noor@voorbeeld.nl"}, '
    '{"name": "Jan Jansen", "email": "jan@voorbeeld.nl"}]}\n'
    '{"contact_id": "C-2", "customer_id": "K-1", "first_name": "Noor", "last_name": "Verhoeven", "email": "noor@voorbeeld.nl", '
    '"phone": "06-22233344", "created_at": "2021-03-01", "organisation": "Vervoer Voorbeeld"}\n'
)
ODD_ORDERS = """
    order_id | email            | phone       | name       | ordered_at | fraud_rule
    O-1      | jan@voorbeeld.nl |             | Jan Jansen | 2026-01-01 | drie bestellingen per uur
    O-7      |                  | 06-12345679 |            | 2026-01-01 |
"""
ODD_MESSAGES = """
    message_id | created_at | email            | subject | body
    M-1        | 2026-01-05 | jan@voorbeeld.nl | vraag   | Jan Jansen vraagt of Els van der Wit en mevrouw Smit ook bellen op NL91 ABNA 0417 1643 00
    M-2        | 2026-01-05 | jan@voorbeeld.nl | -12,50  | =HYPERLINK("x")
"""  # noqa: E501


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer of a company whose rows hold more than they should."""
    exports = (verbatim("plain.contact", "export.ndjson", ODD_CONTACTS), plain("order", ODD_ORDERS), plain("message", ODD_MESSAGES))
    place = tmp_path_factory.mktemp("odd") / "company"
    found = answered(place, "access", *exports, identifiers="email=jan@voorbeeld.nl;name=Jan Jansen", registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    return found


def test_people_who_are_named_in_a_sentence_stay_out(odd):
    assert odd.rows("message")[0]["body"] == (
        "Jan Jansen vraagt of [naam van een ander] en mevrouw [naam van een ander] ook bellen op [rekeningnummer van een ander]"
    )
    assert odd.holds("Els van", "Smit", "0417") == []
    assert "read 1 texts that people wrote" in odd.stdout


def test_probable_rows_are_in_no_package(odd):
    assert [row["order_id"] for row in odd.rows("order")] == ["O-1"]
    assert odd.holds("O-7") == []
    assert "Met een tweede gegeven, zoals uw klantnummer" in odd.letter


def test_a_colleague_under_the_same_customer_number_stays_out(odd):
    assert odd.holds("Noor", "Verhoeven", "22233344") == []
    assert [row["contact_id"] for row in odd.rows("contact")] == ["C-1"]


def test_people_nested_in_a_row_stay_out(odd):
    (row,) = odd.rows("contact")
    assert row["extra"] == {"hobby": "zeilen"}
    assert row["contact_people"] == ["[gegevens van een ander]", {"name": "Jan Jansen", "email": "jan@voorbeeld.nl"}]
    assert odd.holds("Noor", "ghp_") == []


def test_rules_against_abuse_stay_inside(odd):
    assert "fraud_rule" not in odd.rows("order")[0]
    assert odd.holds("drie bestellingen") == []
    assert "regels waarmee wij misbruik opsporen".casefold() in odd.letter.casefold()


def test_a_cell_is_never_a_formula(odd):
    row = odd.table("message")[1]
    assert row["body"] == '\'=HYPERLINK("x")'
    assert row["subject"] == "-12,50"
    assert odd.rows("message")[1]["body"] == '=HYPERLINK("x")'
