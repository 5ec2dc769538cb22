"""Names of people: taken apart and compared (domain.md 4.1). Names support or contradict a link, they never make one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from houdbaar.subjects.name_words import (
    ALSO_GIVEN,
    AND,
    PREFIXES,
    cut_prefix,
    fold,
    initials_of,
    is_degree,
    is_initials,
    is_no_person,
    is_title,
    letters_only,
    without_call_name,
    without_titles,
    words_of,
)
from houdbaar.subjects.normalise import NO_NAMES

NameParts = tuple[Sequence[str], str, str, str] | None  # a row of the table known_name
_PARTS = re.compile(r"[\s-]+")
# What two parts of names say about each other.
_Relation = Literal["agree", "unclear", "differ"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name's parts, folded: no capitals, accents or signs.

    `surnames` are the cores without tussenvoegsels, several where the name is double; `initials` are letters ('jp'), of the given
    names where none are written; `given` is '' where only initials are known.
    """

    surnames: tuple[str, ...]
    prefix: str
    initials: str
    given: str


def parse_name(text: str) -> Name | None:
    """A whole name in one field: 'Jan van der Jansen', 'Jansen, J. van der', 'dhr. J.P. Jansen-de Vries'.

    None for what is no person's name, and for a single word: nobody can tell whether 'Thomas' is a given name.
    """
    folded = fold(text).removeprefix("t.a.v.")
    if is_no_person(folded):
        return None
    folded, called = without_call_name(folded)
    if "," in folded:
        return _of_comma(folded, called)
    words, is_titled = without_titles(words_of(folded))
    if not words or NO_NAMES.issuperset(words) or (len(words) == 1 and not is_titled and "-" not in words[0]):
        return None
    return _made(*_split(words), called)


def name_of(first: str | None, initials: str | None, prefix: str | None, last: str | None) -> Name | None:
    """A name from fields of their own. Each may be empty, and hold what belongs in another: 'van der Jansen' as a last name."""
    given, called = without_call_name(fold(first)) if first else ("", "")
    given_words, given_prefix = cut_prefix(_field_words(given))
    head, _, tail = fold(last).partition(",") if last else ("", "", "")
    surname, last_prefix = cut_prefix(_field_words(head))
    prefixes = words_of(fold(prefix)) if prefix else given_prefix or last_prefix or (cut_prefix(_field_words(tail))[1] if tail else [])
    name = _made(given_words, prefixes, surname or last_prefix[-1:], called)
    letters = initials_of(words_of(fold(initials))) if initials else ""
    if letters:
        return Name(name.surnames, name.prefix, letters, name.given) if name else Name((), "", letters, "")
    return name


def _field_words(folded: str) -> list[str]:
    words = without_titles(words_of(folded))[0]
    return [] if NO_NAMES.issuperset(words) or is_no_person(folded) else words


def _of_comma(folded: str, called: str) -> Name | None:
    """'jansen, j. van der', 'van der jansen, jan', 'jansen, van der, j.' and 'jan jansen, msc'."""
    first, *others = [words for piece in folded.split(",") if (words := words_of(piece))] or [[]]
    rest = [word for words in others if not all(is_degree(word) or is_title(word) for word in words) for word in words]
    surname = without_titles(first)[0]
    if not surname or NO_NAMES.issuperset(surname):
        return None
    if not rest:
        return _made(*_split(surname), called)
    after = without_titles(rest)[0]
    return _made([word for word in after if word not in PREFIXES], [word for word in after if word in PREFIXES], surname, called)


def _split(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Given names, prefix and surname of the words of a name without a comma."""
    words, trailing = cut_prefix(words)
    if trailing:  # 'jansen j. van der'
        return words[1:], trailing, words[:1]
    start = 0 if words[0] not in ALSO_GIVEN or (words[1:2] and words[1] in PREFIXES) else 1  # 'op den akker', but 'al bakker'
    while start < len(words) and words[start] not in PREFIXES:
        start += 1
    end = start
    while end < len(words) and words[end] in PREFIXES:
        end += 1
    given, surname = words[:start], words[end:]
    if start == end:
        given, surname = words[:-1], words[-1:]
    if is_initials(words[-1]) and (not given or not is_initials(words[0])):  # 'jansen j.p.' and 'de vries j.p.'
        surname = [*given, *surname]
        place = next((place for place, word in enumerate(surname) if place and is_initials(word)), len(surname))
        given, surname = surname[place:], surname[:place]
    return given, words[start:end], surname


def _made(given: list[str], prefix: list[str], surname: list[str], called: str) -> Name | None:
    """A name of its words. Two people in one field have no first name ('jan en marie jansen'), or no name ('j. jansen en p. de vries')."""
    if not AND.isdisjoint(given):
        place = next(place for place, word in enumerate(given) if word in AND)
        if place > 1 and not all(map(is_initials, given[:place])):
            return None
        given = []
    cores, inner = _cores(surname)
    name = called or " ".join([word for word in given if not is_initials(word)])
    initials = initials_of(given) or name[:1]
    return Name(cores, " ".join(prefix + inner), initials, name) if cores or initials else None


def _cores(surname: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The cores of a surname's words, and the tussenvoegsels before the first of them."""
    if len(surname) == 1 and surname[0].isalpha():
        return (surname[0],), []
    parts = [part for word in surname for part in _PARTS.split(word) if part]
    count = next((count for count, part in enumerate(parts) if part not in PREFIXES), 0)
    cores = [letters_only(part) for part in parts if part not in PREFIXES and part not in AND] or [
        letters_only(part) for part in parts[-1:]
    ]
    # A letter alone is a part of 'o brien', unless there is nothing else.
    kept = [core for core in cores if len(core) > 1] or [core for core in cores if core]
    return tuple(dict.fromkeys(kept)), parts[:count]


def first_names(name: Name) -> tuple[str, ...]:
    """By what somebody is told from others of the surname, the vaguest first: nothing, the first initial, the given name."""
    return tuple(dict.fromkeys(("", name.initials[:1], name.given)))


def is_compatible(a: Name, b: Name) -> bool:
    """Whether both have a surname core in common, and first names or initials that fit. Symmetric."""
    return not set(a.surnames).isdisjoint(b.surnames) and _first_names(a, b) == "agree"


def is_conflict(a: Name, b: Name) -> bool:
    """Whether surnames or first names contradict each other; what may be a misspelling or a call name doesn't. Symmetric."""
    return _surnames(a, b) == "differ" or _first_names(a, b) == "differ"


def _surnames(a: Name, b: Name) -> _Relation:
    if not a.surnames or not b.surnames:
        return "unclear"
    if not set(a.surnames).isdisjoint(b.surnames):
        return "agree"
    return "unclear" if any(_is_misspelt(one, other) for one in a.surnames for other in b.surnames) else "differ"


def _first_names(a: Name, b: Name) -> _Relation:
    """Given names decide where both are known: Jan and Joke of one house and one letter are two people. Else the initials do."""
    if a.given and b.given:
        return _given_names(a, b)
    letters, others = a.initials[:1] + a.given[:1], b.initials[:1] + b.given[:1]
    if not letters or not others:
        return "unclear"
    if set(letters).isdisjoint(others):
        return "differ"
    is_same = a.initials.startswith(b.initials) or b.initials.startswith(a.initials) or a.initials[:1] != b.initials[:1]
    return "agree" if is_same else "unclear"


def _given_names(a: Name, b: Name) -> _Relation:
    one, other = sorted((letters_only(a.given), letters_only(b.given)), key=lambda name: (len(name), name))
    if other.startswith(one):
        return "agree"  # 'Jan' and 'Jan Piet', 'Rob' and 'Robert'
    is_shortened = len(one) >= 3 and _is_within(one, other)  # 'Jan' and 'Johannes', 'Mieke' and 'Marieke'
    is_same_start = a.given.split()[0] == b.given.split()[0]
    # 'C. (Kees)' and 'C. (Cornelis)': initials that were written down, not taken from the given names.
    is_same_initial = a.initials[:1] == b.initials[:1] and (a.initials[:1] != a.given[:1] or b.initials[:1] != b.given[:1])
    return "unclear" if is_shortened or is_same_start or is_same_initial or _is_misspelt(one, other) else "differ"


def _is_within(one: str, other: str) -> bool:
    """Whether one's letters stand in the other in the same order."""
    letters = iter(other)
    return all(letter in letters for letter in one)


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two words of four letters or more differ by one letter, or by two neighbours that changed places."""
    shortest = min(len(one), len(other))
    if shortest < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = next((place for place in range(shortest) if one[place] != other[place]), shortest)
    end = next((place for place in range(shortest - start) if one[-1 - place] != other[-1 - place]), shortest - start)
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def known_name(parts: NameParts) -> Name | None:
    """A name as the table known_name has it."""
    if parts is None:
        return None
    surnames, prefix, initials, given = parts
    return Name(tuple(surnames), prefix, initials, given)


def named(initials: str | None, first: str | None, prefix: str | None, last: str | None, full: str | None) -> Name | None:
    """The name that a row's fields say, if they say one."""
    if full is None and first is None and initials is None and prefix is None:
        full = last  # some systems know one field only
    return (parse_name(full) if full is not None else None) or name_of(first, initials, prefix, last)
