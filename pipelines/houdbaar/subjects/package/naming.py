"""Whether a text names a person: in a field that is called a name of something, and in the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

from houdbaar.exports.classify.given_names import GIVEN_NAMES
from houdbaar.exports.classify.names import words_of
from houdbaar.exports.classify.values import cleaned, is_person_like

# What has a name and is nobody: beside one of these words 'name' says nothing of a person.
_THINGS = frozenset(
    """
    ad adgroup ads app apps article artikel artikelen audience audiences author bestand bestandsnaam brand browser campagne campaign
    carrier categorie category channel city collection content country coupon creative currency database device devices dispatcher
    domain domein event events feature file filename form formulier groep group host hostname item items keyword land language lijst
    lijsten list lists medium merk metric model network operating os page pagina plaats plan platform product producten products
    project promotion property province provincie regio region screen segment segments service site source stad stream subject
    system tag tags template term toestel tracker trackernaam trackers transaction variant vehicle version voertuig warehouse
    website winkel
    """.split()
)
_BETWEEN = r"(?:[vV]an|[dD]e|[dD]en|[dD]er|[tT]er|[tT]en|[tT]e|['’]t|[vV]on|[dD]u|[lL]a|[eE]l|[oO]p|[iI]n)"
_CAPITAL = r"[^\W\d_a-z][^\W\d_]+(?:[-'’][^\W\d_]+)*"
_FULL = re.compile(rf"(?<![\w@.-])({_CAPITAL})\s(?:{_BETWEEN}\s){{0,3}}({_CAPITAL})(?!\w)")
_TITLED = re.compile(
    rf"(?<!\w)(?:[dD]hr|[mM]evr|[mM]w|[mM]eneer|[mM]evrouw|[hH]eer|[mM]rs?|[mM]s)\.?\s(?:[A-Z]\.\s?)*((?:{_BETWEEN}\s){{0,3}}{_CAPITAL})(?!\w)"
)
_PLACE = re.compile(r"(?:straat|laan|weg|plein|dijk|kade|gracht|hof|singel|steeg|pad|dreef|plantsoen|park|markt)$", re.IGNORECASE)


def is_name_of_somebody(path: str, text: str) -> bool:
    """Whether a field that is called a name holds a person's: by the words of its path, and by the text. Fields are joined by dots.

    A brand, a campaign or a device is nobody, unless it is called as people are.
    """
    said = cleaned([text])
    if not said or any(sign.isdigit() for sign in said[0]) or not is_person_like(said[0]):
        return False
    return said[0].casefold().split()[0].strip(",") in GIVEN_NAMES or _THINGS.isdisjoint(words_of(path))


def without_names(text: str, is_own: Callable[[str], bool], word: str) -> str:
    """A text with `word` in the place of the people whom it names by first name and surname, or by a title and a surname."""

    def hidden(match: re.Match[str]) -> str:
        name = match[0] if match.re is _FULL else match[1]
        is_person = match.re is _TITLED or (match[1].casefold() in GIVEN_NAMES and not _PLACE.search(match[2]))
        return match[0].replace(name, word) if is_person and not is_own(name) else match[0]

    return _TITLED.sub(hidden, _FULL.sub(hidden, text))
