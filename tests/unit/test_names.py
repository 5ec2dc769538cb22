"""Names taken apart and compared (domain.md 4.1, cases I07 and I08 at this level)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houdbaar.subjects.names import Name, is_compatible, is_conflict, name_of, parse_name

VAN_DER_JANSEN = Name(("jansen",), "van der", "j", "jan")


def named(text: str) -> Name:
    name = parse_name(text)
    assert name is not None
    return name


@pytest.mark.parametrize(
    "text",
    [
        "Jan van der Jansen",
        "JAN VAN DER JANSEN",
        "Jansen, Jan van der",
        "van der Jansen, Jan",
        "Jansen, van der, Jan",
        "dhr. Jan van der Jansen",
        "Drs. Jan van der Jansen, MSc",
        "de heer Jan van der Jansen",
        " jan  van der\tjansen ",
        "Ján vàn der Jansén",
        "Jan\u200b van der Jansen",
        "J. (Jan) van der Jansen",
    ],
)
def test_a_name_is_taken_apart(text: str) -> None:
    assert parse_name(text) == VAN_DER_JANSEN


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jansen, J. van der", Name(("jansen",), "van der", "j", "")),
        ("Jansen J. van der", Name(("jansen",), "van der", "j", "")),
        ("van der Jansen", Name(("jansen",), "van der", "", "")),
        ("Jansen, J.P.", Name(("jansen",), "", "jp", "")),
        ("JP Jansen", Name(("jansen",), "", "jp", "")),
        ("Jansen J.P.", Name(("jansen",), "", "jp", "")),
        ("de Vries J.P.", Name(("vries",), "de", "jp", "")),
        ("Th. de Vries", Name(("vries",), "de", "t", "")),
        ("Marie Jansen-de Vries", Name(("jansen", "vries"), "", "m", "marie")),
        ("Marie Jansen – de Vries", Name(("jansen", "vries"), "", "m", "marie")),
        ("M. de Vries-van den Berg", Name(("vries", "berg"), "de", "m", "")),
        ("M. Jansen geb. de Vries", Name(("jansen", "vries"), "", "m", "")),
        ("Anne-Marie Jansen", Name(("jansen",), "", "am", "anne-marie")),
        ("Sjoerd in 't Veld", Name(("veld",), "in 't", "s", "sjoerd")),
        ("Sjoerd in ’t Veld", Name(("veld",), "in 't", "s", "sjoerd")),
        ("in 't Veld, S.", Name(("veld",), "in 't", "s", "")),
        ("Joke van't Hof", Name(("hof",), "van 't", "j", "joke")),
        ("J. v.d. Berg", Name(("berg",), "vd", "j", "")),
        ("J. v/d Berg", Name(("berg",), "vd", "j", "")),
        ("Pieter ter Braak", Name(("braak",), "ter", "p", "pieter")),
        ("Ludwig von Berg", Name(("berg",), "von", "l", "ludwig")),
        ("Fĳtje Dĳkstra", Name(("dijkstra",), "", "f", "fijtje")),
        ("José Núñez", Name(("nunez",), "", "j", "jose")),
        ("Mehmet Yılmaz", Name(("yilmaz",), "", "m", "mehmet")),
        ("Youssef El Amrani", Name(("amrani",), "el", "y", "youssef")),
        ("Jan O'Brien", Name(("obrien",), "", "j", "jan")),
        ("Jan d'Ancona", Name(("ancona",), "d'", "j", "jan")),
        ("S.A. Bouw", Name(("bouw",), "", "sa", "")),
        ("J. T. Bakker", Name(("bakker",), "", "jt", "")),
        ("Wei Ng", Name(("ng",), "", "w", "wei")),
        ("Op den Akker", Name(("akker",), "op den", "", "")),
        ("Al Bakker", Name(("bakker",), "", "a", "al")),
        ("T.a.v. dhr. J. Jansen", Name(("jansen",), "", "j", "")),
        ("M. Jansen/de Vries", Name(("jansen", "vries"), "", "m", "")),
        ("Fam. de Boer", Name(("boer",), "de", "", "")),
        ("Dhr. en mevr. Jansen", Name(("jansen",), "", "", "")),
        ("Jan en Marie Jansen", Name(("jansen",), "", "", "")),
    ],
)
def test_dutch_names_are_taken_apart(text: str, name: Name) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ",",
        "Jansen",
        "Thomas",
        "van",
        "van der",
        "jan@example.com",
        "06-12345678",
        "J*** J***",
        "Test Test",
        "onbekend",
        "Bakkerij Jansen",
        "Jansen Transport",
        "Jansen B.V.",
        "Stichting Jansen",
        "Dhr. J. Jansen en mevr. P. de Vries",
    ],
)
def test_what_is_no_whole_name_of_a_person_is_none(text: str) -> None:
    assert parse_name(text) is None


@pytest.mark.parametrize(
    "fields",
    [
        ("Jan", None, "van der", "Jansen"),
        ("Jan", "", "", "van der Jansen"),
        ("Jan", None, None, "Jansen, van der"),
        ("Jan", None, None, "Jansen van der"),
        ("Jan van der", None, None, "Jansen"),
        ("dhr. Jan", "J.", "Van Der", "JANSEN"),
    ],
)
def test_fields_of_their_own_give_the_same_name(fields: tuple[str | None, str | None, str | None, str | None]) -> None:
    assert name_of(*fields) == VAN_DER_JANSEN


def test_fields_may_say_less_than_a_name() -> None:
    assert name_of(None, None, None, None) is None
    assert name_of("", "", "van", "") is None
    assert name_of("Jan", None, None, None) == Name((), "", "j", "jan")
    assert name_of(None, None, None, "Jansen-de Vries") == Name(("jansen", "vries"), "", "", "")
    assert name_of("Hans", "J.A.", None, "Jansen") == Name(("jansen",), "", "ja", "hans")
    assert name_of(None, "J.", None, None) == Name((), "", "j", "")
    assert name_of("onbekend", None, None, "n.v.t.") is None
    assert name_of("jan@example.com", None, None, "Jansen") == Name(("jansen",), "", "", "")
    assert name_of("Maria", None, None, "Garcia Lopez") == Name(("garcia", "lopez"), "", "m", "maria")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jansen, J. van der", "Jan van der Jansen"),  # case I07
        ("J. de Vries", "J. de Vries"),  # case I08: compatible, which links nobody by itself
        ("Marie Jansen-de Vries", "M. Jansen"),
        ("Marie Jansen-de Vries", "M. de Vries"),
        ("J. v.d. Berg", "Jan van den Berg"),
        ("Fĳtje Dĳkstra", "Fijtje Dijkstra"),
        ("J.P. Jansen", "J. Jansen"),
        ("Jan Piet Jansen", "Jan Jansen"),
        ("Rob Jansen", "Robert Jansen"),
        ("J.A. (Hans) Jansen", "J. Jansen"),
        ("J.A. (Hans) Jansen", "Hans Jansen"),
        ("Jan Klein Haneveld", "J. Haneveld"),
    ],
)
def test_compatible_names(one: str, other: str) -> None:
    assert is_compatible(named(one), named(other))
    assert not is_conflict(named(one), named(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jan Jansen", "Jan de Vries"),
        ("J. Jansen", "P. Jansen"),
        ("Jan Jansen", "P. Jansen"),
        ("Jan Jansen", "Joke Jansen"),
        ("Fam. Jansen", "Fam. de Vries"),
        ("Kees Jansen", "Cornelis Jansen"),
    ],
)
def test_conflicting_names(one: str, other: str) -> None:
    assert is_conflict(named(one), named(other))
    assert not is_compatible(named(one), named(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fam. Jansen", "Jan Jansen"),  # says too little
        ("van der Jansen", "J. Jansen"),
        ("Jan en Marie Jansen", "Joke Jansen"),
        ("Jan Janssen", "Jan Jansen"),  # may be a misspelling
        ("Erik Bakker", "Eric Bakker"),
        ("Marieke Bakker", "Mareike Bakker"),
        ("Jan Bakker", "Johannes Bakker"),  # may be a call name
        ("J.P. Bakker", "J.M. Bakker"),
        ("C. (Kees) Bakker", "C. (Cornelis) Bakker"),
    ],
)
def test_names_that_neither_support_nor_contradict(one: str, other: str) -> None:
    assert not is_compatible(named(one), named(other))
    assert not is_conflict(named(one), named(other))


def test_a_given_name_alone_supports_nothing_but_may_contradict() -> None:
    jan = name_of("Jan", None, None, None)
    assert jan is not None
    assert not is_compatible(jan, named("Jan Jansen"))
    assert not is_conflict(jan, named("Jan Jansen"))
    assert is_conflict(jan, named("Joke Jansen"))


GIVEN = st.sampled_from(["Jan", "Joke", "Johannes", "Renée", "Fatima", "Anne-Marie", "Sjoerd"])
SURNAME = st.sampled_from(["Jansen", "Vries", "Berg", "Dĳk", "Núñez", "Jansen-de Vries", "O'Brien"])
PREFIX = st.sampled_from(["van", "van der", "de", "in 't", "op den", "ter", "v.d."])


@given(GIVEN, PREFIX, SURNAME)
def test_the_order_of_a_names_parts_makes_no_difference(first: str, prefix: str, last: str) -> None:
    name = name_of(first, None, prefix.replace("v.d.", "vd"), last)
    orders = [f"{first} {prefix} {last}", f"{last}, {first} {prefix}", f"{prefix} {last}, {first}", f"{last}, {prefix}, {first}"]
    assert [parse_name(order) for order in orders] == [name] * 4


@given(st.builds(lambda *parts: " ".join(parts), GIVEN, PREFIX, SURNAME) | st.text("abcjvdtJ .,'-()&", max_size=24))
def test_capitals_make_no_difference_in_a_name(text: str) -> None:
    assert parse_name(text.upper()) == parse_name(text.lower()) == parse_name(text)


@given(st.text(max_size=40) | st.text("abjvdt .,'-/()&", max_size=24))
def test_any_text_is_a_name_or_none(text: str) -> None:
    name = parse_name(text)
    fields = name_of(text, text, text, text)
    for found in (name, fields):
        assert found is None or found.surnames or found.initials
        assert found is None or all(found.surnames)


NAMES = st.builds(
    Name,
    st.lists(st.sampled_from(["jansen", "janssen", "vries", "berg"]), max_size=2, unique=True).map(tuple),
    st.just(""),
    st.sampled_from(["", "j", "jp", "jm", "p", "c"]),
    st.sampled_from(["", "jan", "joke", "johannes", "piet", "jan piet"]),
)


@given(NAMES, NAMES)
def test_comparing_names_is_symmetric_and_never_says_both(one: Name, other: Name) -> None:
    assert is_compatible(one, other) is is_compatible(other, one)
    assert is_conflict(one, other) is is_conflict(other, one)
    assert not (is_compatible(one, other) and is_conflict(one, other))


@given(NAMES)
def test_a_name_never_contradicts_itself(name: Name) -> None:
    assert not is_conflict(name, name)
    assert is_compatible(name, name) is bool(name.surnames and (name.initials or name.given))
