"""The words of a name: folded, and told apart into titles, initials, tussenvoegsels and the rest (domain.md 4.1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from houdbaar.subjects.normalise import NO_NAMES

# Tussenvoegsels. 'vd' stands for 'v.d.', which may be van de, van der and van den.
PREFIXES = frozenset(
    "van von vom vd de den der des ter ten te 't 's d' l' het in op uit aan bij onder over voor zu zum zur af "
    "du la le les da das do dos di del della el al".split()
)
# At the start of a whole name these may as well be a given name: 'Al Bakker', 'Do Visser'.
ALSO_GIVEN = frozenset("du la le les da das do dos di del della el al af in op bij".split())
AND = frozenset("en & + and und et e-o en-of".split())
_TITLES = frozenset(
    "dhr hr heer mevr mevrouw mvr mw mej mejuffrouw meneer fam familie gezin erven mr mrs ms miss herr frau dr drs ir ing prof ds jhr jkvr "
    "dipl mgr tav".split()
)
_DEGREES = frozenset("msc bsc mba phd llm med rc ra jr sr junior senior".split())
# Narrower than what columns are recognised by: here S.A. are initials, and Bouw and Winkel surnames.
_FIRM_WORDS = frozenset(
    "stichting vereniging gemeente holding beheer firma maatschap transport koeriers verhuur hoveniers installatietechniek techniek "
    "bakkerij garage loonwerk services logistics logistiek solutions consultancy advies company bedrijf media group groep".split()
)
_FIRM_ENDS = (" bv", " b.v.", " b.v", " nv", " n.v.", " n.v", " vof", " v.o.f.", " gmbh", " ltd", " ltd.", " llc", " inc", " inc.")
_FOLDED = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ÿ": "ij",
    "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "–": "-", "‐": "-", "‑": "-", "—": "-", "\u200b": "", "\ufeff": "", "\xad": "",
})  # fmt: skip
_CALLED = re.compile(r"[(\"]([^()\"]*)[)\"]")
_SHORT_PREFIX = re.compile(r"(?:(?<=\s)|^)v\.? ?/?d\.?(?=\s|$)")
_APOSTROPHE_T = re.compile(r"\b(van|in|op|aan|uit|onder|over|bij|voor)\s*'?t(?=\s)")
_ELISION = re.compile(r"(?:(?<=[\s-])|^)([dl]')\s*(?=\w)")
_BORN = re.compile(r"\s(?:geb\.?|geboren|e/v|e\.v\.?|wed\.?|nee)\s")
_BORN_STARTS = (" geb", " e/v", " e.v", " wed", " nee ")
_DASH = re.compile(r"\s*-\s*")
_NO_PERSON = re.compile(r"[@*\d]")
_VOWELS = frozenset("aeiouy")


def fold(text: str) -> str:
    """A text without capitals and accents; ĳ is ij, and all apostrophes and dashes are the same."""
    if text.isascii():
        return text.lower().replace("`", "'").strip()
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter)).strip()


def is_no_person(folded: str) -> bool:
    """Whether a folded text is an address, a number, masked, a firm's name or a word for nobody."""
    is_nobody = "." in folded and letters_only(folded) in NO_NAMES  # 'n.v.t.'
    return is_nobody or bool(_NO_PERSON.search(folded)) or folded.endswith(_FIRM_ENDS) or not _FIRM_WORDS.isdisjoint(folded.split())


def without_call_name(folded: str) -> tuple[str, str]:
    """'j.a. (hans) jansen' → 'j.a. jansen' and 'hans'."""
    if "(" not in folded and '"' not in folded:
        return folded, ""
    found = _CALLED.search(folded)
    return _CALLED.sub(" ", folded).strip(), letters_only(found[1]) if found else ""


def words_of(folded: str) -> list[str]:
    """The words of a folded name. The parts of a double name stay one word: 'jansen-de vries'."""
    if "'" in folded or " t " in folded:
        folded = _ELISION.sub(r"\1 ", _APOSTROPHE_T.sub(r"\1 't", folded))
    if "v." in folded or "v/" in folded or "v d" in folded:
        folded = _SHORT_PREFIX.sub("vd", folded)
    if any(start in folded for start in _BORN_STARTS):
        folded = _BORN.sub("-", folded)
    folded = folded.replace("/", "-").replace(".", ". ")
    return _joined(_DASH.sub("-", folded).split()) if "-" in folded else folded.split()


def _joined(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        _, dash, tail = joined[-1].rpartition("-") if joined else ("", "", "")
        if dash and tail.rpartition(" ")[2] in PREFIXES:
            joined[-1] += " " + word
        else:
            joined.append(word)
    return joined


def without_titles(words: list[str]) -> tuple[list[str], bool]:
    """The words without titles and degrees, and whether it began with a title."""
    start, end = 0, len(words)
    while start < end and (is_title(words[start]) or words[start : start + 2] == ["de", "heer"] or (start and words[start] in AND)):
        start += 1
    while end - start > 1 and words[end - 1].rstrip(".") in _DEGREES:
        end -= 1
    return (words[start:end], start > 0) if end - start < len(words) else (words, False)


def is_title(word: str) -> bool:
    """A form of address or an academic title."""
    return word in _TITLES or word[:-1] in _TITLES


def is_degree(word: str) -> bool:
    """What stands behind a name."""
    return word.rstrip(".") in _DEGREES


def cut_prefix(words: list[str]) -> tuple[list[str], list[str]]:
    """The words without the tussenvoegsels at their end, and those: 'jansen van der'."""
    end = len(words)
    while end and words[end - 1] in PREFIXES:
        end -= 1
    return words[:end], words[end:]


def is_initials(word: str) -> bool:
    """'j', 'j.', 'th.' and 'jp', but not 'jo' and the surname Ng."""
    return len(word) == 1 or word[-1:] == "." or (len(word) < 4 and _VOWELS.isdisjoint(word) and word.isalpha() and word != "ng")


def initials_of(words: Sequence[str]) -> str:
    """Initials as letters: ['j.', 'p.'] → 'jp', ['th.'] → 't', ['jan', 'piet'] → 'jp', ['jpm'] → 'jpm', ['anne-marie'] → 'am'."""
    letters = ""
    for word in words:
        for piece in word.split("-") if "-" in word else (word,):
            plain = letters_only(piece)
            letters += plain if plain == piece and is_initials(piece) else plain[:1]
    return letters


def letters_only(word: str) -> str:
    """A word without signs."""
    return word if word.isalpha() else "".join(letter for letter in word if letter.isalpha())
