"""Whether a text names a person: in a field that is called a name of something, and in the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from houdbaar.exports.classify.given_names import GIVEN_NAMES
from houdbaar.exports.classify.names import words_of
from houdbaar.exports.classify.values import cleaned, is_person_like

# What has a name and is nobody: beside one of these words 'name' says nothing of a person.
_THINGS = frozenset(
    """
    ad adgroup ads app apps article artikel artikelen audience audiences author bestand bestandsnaam brand browser campagne campaign
    carrier categorie category channel city collection content country coupon creative currency database device devices discount
    dispatcher domain domein event events feature file filename form formulier groep group host hostname item items keyword land
    language lijst lijsten lineitem list lists medium merk metric model network operating orderline orderregel os page pagina plaats
    plan platform product producten products project promotion property province provincie regio region screen segment segments
    service site source stad stream subject system tag tags template term toestel tracker trackernaam trackers transaction variant
    vehicle version voertuig warehouse website winkel
    """.split()
)
# What was bought is often called after somebody (Hugo Boss, Iris Camera): in such a field only who it is for is a person.
_PRODUCTS = frozenset("article artikel artikelen item items lineitem orderline orderregel product producten products".split())
_OF_PRODUCTS = _PRODUCTS | frozenset("brand description line lines merk naam name omschrijving order titel title type variant".split())
_FOR_WHOM = re.compile(r"(?:\b(?:voor|for|aan|to)\s+|[:'\"‘“]\s*)$", re.IGNORECASE)
# Who stands beside a person: a column that is called so is about somebody else.
_OTHERS = frozenset(
    """
    bewindvoerder buren buurman buurvrouw child children collega colleague daughter dochter echtgenoot echtgenote emergency father
    gemachtigde husband kinderen mantelzorger mentor moeder mother neighbor neighbour noodcontact ouder ouders parent parents partner
    son spouse vader wife zoon
    """.split()
)
_NAME_IN_LINK = re.compile(r"(?<=[?&;])(\w*(?:naam|name)\w*)=([^&#\s]+)", re.IGNORECASE)
_BETWEEN = r"(?:[vV]an|[dD]e|[dD]en|[dD]er|[tT]er|[tT]en|[tT]e|['’]t|[vV]on|[dD]u|[lL]a|[eE]l|[oO]p|[iI]n)"
_MOST_NAMES = 2  # a given name and a surname
_CAPITAL = r"[^\W\d_a-z][^\W\d_]+(?:[-'’][^\W\d_]+)*"
_FULL = re.compile(rf"(?<![\w@.-])({_CAPITAL})\s(?:{_BETWEEN}\s){{0,3}}({_CAPITAL})(?!\w)")
_TITLED = re.compile(
    rf"(?<!\w)(?:[dD]hr|[mM]evr|[mM]w|[mM]eneer|[mM]evrouw|[hH]eer|[mM]rs?|[mM]s)\.?\s(?:[A-Z]\.\s?)*((?:{_BETWEEN}\s){{0,3}}{_CAPITAL})(?!\w)"
)
_INITIALED = re.compile(rf"(?<![\w.@-])((?:[A-Z]\.\s?){{1,4}})(?:{_BETWEEN}\s){{0,3}}{_CAPITAL}(?![\w@])")
_NO_INITIALS = frozenset("PS BV NV VOF US UK EU VS NL".split())
_JOINT = re.compile(r"(\s+(?:en/of|e/o|en|of|and|or|&|\+)\s+|\s*/\s*)", re.IGNORECASE)
_PLACE = re.compile(r"(?:straat|laan|weg|plein|dijk|kade|gracht|hof|singel|steeg|pad|dreef|plantsoen|park|markt)$", re.IGNORECASE)


def is_name_of_somebody(path: str, text: str) -> bool:
    """Whether a field that is called a name holds a person's: by the words of its path, and by the text. Fields are joined by dots.

    A brand, a campaign or a device is nobody, unless it is called as people are.
    """
    said = cleaned([text])
    if not said or any(sign.isdigit() for sign in said[0]) or not is_person_like(said[0]):
        return False
    is_given = said[0].casefold().split()[0].strip(",") in GIVEN_NAMES
    if is_of_product(path):  # 'Hugo Boss Portemonnee' says what it is; 'Noor Verhoeven' nothing but a name
        return is_given and len([word for word in said[0].split() if not re.fullmatch(_BETWEEN, word)]) <= _MOST_NAMES
    return is_given or _THINGS.isdisjoint(words_of(path))


def is_of_product(path: str) -> bool:
    """Whether a field says what was bought, and nothing else."""
    words = set(words_of(path))
    return words <= _OF_PRODUCTS and not words.isdisjoint(_PRODUCTS)


def is_about_another(path: str) -> bool:
    """Whether a field that no contract names is about somebody beside the person: a partner's date of birth."""
    return not _OTHERS.isdisjoint(words_of(path))


def without_names(text: str, is_own: Callable[[str], bool], word: str, *, is_product: bool = False) -> str:
    """A text with `word` in the place of the people whom it names: by first name, initials or a title, and a surname.

    `is_product`: it says what was bought, and names people only where it says for whom.
    """

    def hidden(match: re.Match[str]) -> str:
        name = match[0] if match.re is not _TITLED else match[1]
        is_nobody = match.re is _INITIALED and match[1].replace(".", "").replace(" ", "") in _NO_INITIALS
        return match[0] if is_nobody or is_own(name) else match[0].replace(name, word)

    return _INITIALED.sub(hidden, _TITLED.sub(hidden, _without_full_names(text, is_own, word, is_product)))


def _without_full_names(text: str, is_own: Callable[[str], bool], word: str, is_product: bool) -> str:
    """A name may follow another word with a capital: 'Bel Els Bakker' names Els."""
    parts, start, seen = [], 0, 0
    while match := _FULL.search(text, seen):
        seen = match.end(1)
        is_nobody = is_product and not _FOR_WHOM.search(text[: match.start()])
        if match[1].casefold() in GIVEN_NAMES and not _PLACE.search(match[2]) and not is_nobody:
            seen = match.end()
            parts += [text[start : match.start()], match[0] if is_own(match[0]) else word]
            start = seen
    return "".join([*parts, text[start:]])


def without_joint_names(text: str, is_own: Callable[[str], bool], word: str) -> str:
    """The name of a joint account without the other holder: 'J. Jansen en/of E. Bakker'. One that names the person nowhere stays."""
    parts = _JOINT.split(text)
    if len(parts) < 3 or not any(is_own(name) for name in parts[::2]):
        return text
    return "".join(part if number % 2 or not part.strip() or is_own(part) else word for number, part in enumerate(parts))


def without_names_in_links(text: str, is_own: Callable[[str], bool], word: str) -> str:
    """A text without the names of others that its links pass on: 'https://…/?naam=Els+Bakker'."""

    def hidden(match: re.Match[str]) -> str:
        name = unquote_plus(match[2])
        return f"{match[1]}={word}" if is_name_of_somebody(match[1], name) and not is_own(name) else match[0]

    return _NAME_IN_LINK.sub(hidden, text)
