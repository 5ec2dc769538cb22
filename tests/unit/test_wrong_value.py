"""Where a value stands that somebody called wrong: what it is decides how it is looked for."""

from __future__ import annotations

import pytest

from houdbaar.subjects.normalise import EmailRules
from houdbaar.subjects.wrong_value import WrongValue


def fields(old: str, **row: object) -> tuple[str, ...]:
    value = WrongValue.of(old, EmailRules())
    assert value is not None
    return value.fields_of(row)


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("Dijk 1", "DIJK 1, Tiel"),
        ("Dijk 1, 1234 CD", "t.a.v. Jan, dijk 1, 1234CD Tiel"),
        ("Caf\u00e9 Ren\u00e9", "cafe  rene"),
        ("Cafe\u0301", "CAF\u00c9"),
        ("Jansen", "Jansen-de Vries"),
        ("jan@Voorbeeld.nl", "mail naar <JAN@voorbeeld.nl>, graag"),
        ("06-12345679", "bel +31 6 1234 5679 na zes uur"),
        ("0031612345679", "0612345679"),
        ("NL91ABNA0417164300", "rekening NL91 ABNA 0417 1643 00"),
        ("1980-03-01", "01-03-1980"),
        ("1-3-1980", "1980-03-01"),
        ("Jansen", "https://voorbeeld.nl/?naam=Jansen%20Jr"),
    ],
)
def test_a_value_is_found_in_every_spelling(old: str, text: str) -> None:
    assert fields(old, cell=text) == ("cell",)


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("Jan", "jan@voorbeeld.nl"),
        ("Jan", "Jansen"),
        ("Dijk 1", "Dijk 12"),
        ("Dijk", "Afsluitdijk"),
        ("jan@voorbeeld.nl", "arjan@voorbeeld.nl"),
        ("06-12345679", "06-123456790"),
        ("1", "Dijk 1"),
        ("1980-03-01", "03-01-1980"),
    ],
)
def test_a_piece_of_another_value_is_not_it(old: str, text: str) -> None:
    assert fields(old, cell=text) == ()


def test_lists_and_structs_are_looked_through() -> None:
    row = {
        "params": [{"key": "naam", "value": {"string_value": "Jansen"}}, {"key": "pagina", "value": {"string_value": "start"}}],
        "klant": {"adres": {"straat": "Jansen"}},
        "json": '{"tags": ["vip", "Jansen"]}',
        "leeg": None,
    }
    assert fields("jansen", **row) == ("params.naam.string_value", "klant.adres.straat", "json.tags")


def test_fields_that_follow_each_other_may_hold_it_together() -> None:
    row = {"name": "Jan", "street": "Dijk", "house_number": 1, "addition": "", "city": "Tiel"}
    assert fields("Dijk 1", **row) == ("street", "house_number")
    assert fields("Dijk 1 Tiel", **row) == ("street", "house_number", "city")
    assert fields("Jan Tiel", **row) == ()
    assert fields("1", **row) == ("house_number",)


@pytest.mark.parametrize("text", ["", "  ", "-"])
def test_nothing_is_not_looked_for(text: str) -> None:
    assert WrongValue.of(text, EmailRules()) is None
