"""The words of the report: both languages have the same, and Dutch has all that the packaged policy says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pytest

from houdbaar.policy.load import load_policy
from houdbaar.policy.model import Policy
from houdbaar.reports.words import LANGUAGES, words_of

NL = words_of("nl")


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def slots(text: object) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(str(text)) if name is not None}


def test_both_languages_have_the_same_words_with_the_same_slots() -> None:
    tables = {language: {name: slots(text) for name, text in flat(words_of(language).table)} for language in LANGUAGES}
    assert tables["nl"] == tables["en"]


def texts(policy: Policy) -> Iterator[str]:
    """Whatever the report shows of a policy file."""
    yield policy.title
    yield from (*policy.categories.values(), *policy.purposes.values())
    for clause in policy.clauses.values():
        yield from filter(None, (clause.duty, clause.check.reason, clause.basis))
    for code in policy.codes.values():
        yield from (code.meaning, code.remediation)
    for defect in policy.defects:
        yield from (defect.defect, defect.treatment)


@pytest.mark.parametrize("text", sorted(set(texts(load_policy()))))
def test_what_the_packaged_policy_says_is_said_in_dutch(text: str) -> None:
    assert NL.knows(text)


def test_a_policy_of_ones_own_is_shown_in_its_own_words() -> None:
    assert (NL.said("we keep it for ever"), NL.knows("we keep it for ever")) == ("we keep it for ever", False)


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("column carrier is missing", "kolom carrier ontbreekt"),
        (
            "column totp_secret holds no value (secret hash, by its name)",
            "kolom totp_secret bevat geen waarde (gehasht geheim, naar de kolomnaam)",
        ),
        (
            "no export feeds invoice; a file of this source can't be read",
            "geen export levert invoice; een bestand van deze bron is niet te lezen",
        ),
        (
            "what people wrote in notes was searched for words and numbers only",
            "wat mensen in notes schreven is alleen op woorden en nummers doorzocht",
        ),
        ("GDPR 6(1)(f)", "AVG 6(1)(f)"),
        ("C-23-6: no export feeds invoice; no export feeds payment", "C-23-6: geen export levert invoice; geen export levert payment"),
        (
            "no contract recognises it; it is most like shopify.orders, but its header lacks Created at: "
            "export it anew with that column, add a contract, or delete it",
            "geen contract herkent het; het lijkt het meest op shopify.orders, maar de kopregel mist Created at: "
            "exporteer het opnieuw met die kolom, voeg een contract toe, of verwijder het",
        ),
        ("columns page_url or user_id is missing", "kolom page_url of user_id ontbreekt"),
        ("no export feeds mail_send, mail_member or mail_activity", "geen export levert mail_send, mail_member of mail_activity"),
    ],
)
def test_reasons_with_names_in_them_are_translated_around_the_names(english: str, dutch: str) -> None:
    assert NL.said(english) == dutch


@pytest.mark.parametrize(
    ("language", "term", "said"),
    [
        ("nl", "P26M", "26 maanden"),
        ("nl", "P0D", "0 dagen"),
        ("en", "P1M", "1 month"),
        ("en", "P12M, P24M from 2025-01-01", "12 months, 24 months from 1 January 2025"),
    ],
)
def test_terms_are_said_as_people_say_them(language: str, term: str, said: str) -> None:
    assert words_of(language).term(term) == said


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    assert (NL.count(1234567), words_of("en").count(1234567)) == ("1.234.567", "1,234,567")
    assert (NL.day("2026-10-31"), words_of("en").month("2026-02"), NL.day(None)) == ("31 oktober 2026", "February 2026", "–")
