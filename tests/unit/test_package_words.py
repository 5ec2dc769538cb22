"""The words and templates of letters: the same in each language, and a value in them is never more than text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

import pytest
from jinja2 import Environment

from houdbaar.policy.load import load_policy
from houdbaar.resources import package_names, package_text
from houdbaar.subjects.package.files import csv_bytes
from houdbaar.subjects.package.grounds import BASES, bases_of
from houdbaar.subjects.package.markdown import Markdown, safe
from houdbaar.subjects.package.model import LANGUAGES, RIGHTS
from houdbaar.subjects.package.words import words_of

TEMPLATES = [name for name in package_names("subjects/letters") if name.endswith(".j2")]


def keys(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from keys(item, f"{path}.{name}")
    else:
        yield path


def test_languages_have_the_same_words() -> None:
    found = {language: sorted(keys(dict(words_of(language).table))) for language in LANGUAGES}
    assert len({tuple(each) for each in found.values()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_the_policy_names_has_a_word(language: str) -> None:
    policy, words = load_policy(), words_of(language)
    assert {name for name in policy.categories if name != "all"} == set(words.group("categories"))
    assert {name for name in policy.purposes if name.startswith("P-")} <= set(words.group("purposes"))
    assert set(words.group("subjects")) == set(RIGHTS)
    assert set(BASES) == set(words.group("bases"))
    controlled = set(words.group("categories")) - {"SVC-P"}  # data of others' get no letter
    assert controlled == set(words.group("origins")) == set(words.group("criteria"))


def test_each_purpose_of_the_policy_has_a_basis_or_says_that_it_has_none() -> None:
    policy = load_policy()
    found = {name: bases_of(policy, "CRM", name) for name in policy.purposes if name.startswith("P-")}
    assert set().union(*found.values()) <= {*BASES, "gap"}
    assert found["P-CONTRACT"] == ("contract", "interest")
    assert found["P-BILLING"] == ("contract", "duty")
    assert bases_of(policy, "MKT", "P-MARKETING") == ("consent", "interest")


def test_each_template_is_there_in_each_language() -> None:
    names = {name.split(".")[0] for name in TEMPLATES}
    assert {f"{name}.{language}.md.j2" for name in names for language in LANGUAGES} == set(TEMPLATES)


@pytest.mark.parametrize("name", sorted({name.split(".")[0] for name in TEMPLATES}))
def test_languages_have_the_same_blocks(name: str) -> None:
    texts = [package_text(f"subjects/letters/{name}.{language}.md.j2") for language in LANGUAGES]
    blocks = [re.findall(r"{% (?:block|include|if|elif|for) [^%]*%}", re.sub(r"\.(?:nl|en)\.md", "", text)) for text in texts]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_can_be_read(name: str) -> None:
    Environment(autoescape=True).parse(package_text(f"subjects/letters/{name}"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Jan van der Jansen", "Jan van der Jansen"),
        ("**vet** _schuin_ `code`", r"\*\*vet\*\* \_schuin\_ \`code\`"),
        ("[klik](http://voorbeeld.nl)", r"\[klik\](http\://voorbeeld.nl)"),
        ("<b>x</b> & y", r"\<b\>x\</b\> \& y"),
        ("# kop", r"\# kop"),
        ("- punt", r"\- punt"),
        ("1. een", r"1\. een"),
        ("een\n\n# twee", "een # twee"),
        ("www.voorbeeld.nl", r"www\.voorbeeld.nl"),
        (12, "12"),
    ],
)
def test_a_value_is_text_and_nothing_more(value: object, text: str) -> None:
    assert safe(value) == text


def test_our_own_words_stay_as_they_are() -> None:
    assert safe(Markdown("**vet**")) == "**vet**"


def test_dates_counts_and_lists_are_written_as_people_do() -> None:
    dutch, english = words_of("nl"), words_of("en")
    assert dutch.day(date(2026, 3, 1)) == "1 maart 2026"
    assert english.day(date(2026, 3, 1)) == "1 March 2026"
    assert [dutch.rows(count) for count in (1, 2)] == ["1 regel", "2 regels"]
    assert dutch.joined(["a", "b", "c"]) == "a, b en c"
    assert english.joined(["a"]) == "a"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+31 6 12345678", "+31 6 12345678"),
        ("-12,50", "-12,50"),
        ("-1+cmd|x", "'-1+cmd|x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("gewoon", "gewoon"),
        (None, ""),
        (True, "True"),
    ],
)
def test_no_cell_is_a_formula(value: object, cell: str) -> None:
    _, row = csv.reader(io.StringIO(csv_bytes([{"a": value, "b": "x"}]).decode("utf-8-sig"), newline=""))
    assert row == [cell, "x"]


def test_no_header_is_a_formula() -> None:
    assert csv_bytes([{"=a": "x"}]).decode("utf-8-sig").splitlines()[0] == "'=a"
