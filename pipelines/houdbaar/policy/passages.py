"""The policy's text, cut into passages: an item of a list, a heading or a paragraph, with its section and the lines it stands on."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from houdbaar.errors import UsageError
from houdbaar.policy.calendar import Period

HEAD = "kop"
"""Name of the section before the first numbered heading."""

_HEADING = re.compile(r"#*\s*(\d+(?:\.\d+)*)\.?\s+\S.{0,120}")
_ITEM = re.compile(r"[-*•–]\s|\d+[.)]\s|[a-z][.)]\s")
_SENTENCE_ENDS = (".", ";", ":", "!", "?")
_LOOKALIKES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u202f": " ", "\u00ad": None, "‑": "-"})
_NUMBERS = {
    word: number
    for number, words in {
        1: "een één",
        2: "twee",
        3: "drie",
        4: "vier",
        5: "vijf",
        6: "zes",
        7: "zeven",
        8: "acht",
        9: "negen",
        10: "tien",
        11: "elf",
        12: "twaalf",
        15: "vijftien",
        18: "achttien",
        20: "twintig",
        24: "vierentwintig",
        26: "zesentwintig",
        30: "dertig",
        36: "zesendertig",
    }.items()
    for word in words.split()
}
_TERM = re.compile(
    rf"(?<![\w.,-])(\d{{1,4}}|{'|'.join(_NUMBERS)})[\s-](maand|maanden|jaar|jaren)(?!\w)(?!\s+(?:oud|ouder|of ouder)\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text on one or more lines, white space made single; `starts` are the offsets at which its lines begin."""

    section: str
    text: str
    starts: tuple[int, ...]
    lines: tuple[int, ...]

    def line_at(self, offset: int) -> int:
        """The 1-based line of the file on which the character at `offset` stands."""
        return self.lines[bisect_right(self.starts, offset) - 1]

    def is_in(self, section: str) -> bool:
        """Whether the passage stands in the section or below it: 5.1 is in 5."""
        return self.section == section or self.section.startswith(f"{section}.")


@dataclass(frozen=True, slots=True)
class Term:
    """A term that the text names: a number of months or years."""

    line: int
    section: str
    words: str
    period: Period


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy's text: its hash (of the bytes) and its passages."""

    sha256: str
    lines: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def dated(self) -> date | None:
        """The date that stands alone in the first line with any text (13-01-2022), or None."""
        first = next((line.strip() for line in self.lines if line.strip()), "")
        match = re.fullmatch(r"(\d{1,2})-(\d{1,2})-(\d{4})", first)
        try:
            return date(int(match[3]), int(match[2]), int(match[1])) if match else None
        except ValueError:
            return None


def read_policy_text(path: Path) -> PolicyText:
    """The text in a UTF-8 file. Raises UsageError where there is none."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: the policy's text can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: this is no UTF-8 text; save the policy as plain text in UTF-8") from None
    if not text.strip():
        raise UsageError(f"{path}: the file holds no text")
    return policy_text(text, sha256(content).hexdigest())


def policy_text(text: str, digest: str) -> PolicyText:
    """The passages of `text`; `digest` is the SHA-256 of its bytes."""
    lines = tuple(text.splitlines())
    return PolicyText(digest, lines, tuple(_passages(lines)))


def tidy(text: str) -> str:
    """Text in one form: composed characters, plain quotes and hyphens, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_LOOKALIKES).split())


def _heading(line: str) -> str | None:
    """The number of a heading such as '2.1. DIRECTE MARKETING'; None for other lines, also for numbered items that are sentences."""
    match = _HEADING.fullmatch(line)
    return match[1] if match and not line.endswith((".", ";", ",", ":")) else None


def _passages(lines: tuple[str, ...]) -> Iterator[Passage]:
    """Wrapped lines are put together again: a passage ends at a blank line, a heading, a new item, or a line that ends a sentence."""
    section, gathered = HEAD, list[tuple[int, str]]()
    for number, raw in enumerate(lines, 1):
        line = tidy(raw)
        heading = _heading(line)
        starts_anew = not line or heading or _ITEM.match(line) or (gathered and gathered[-1][1].endswith(_SENTENCE_ENDS))
        if starts_anew and gathered:
            yield _passage(section, gathered)
            gathered = []
        section = heading or section
        if heading:
            yield _passage(section, [(number, line)])
        elif line:
            gathered.append((number, line))
    if gathered:
        yield _passage(section, gathered)


def _passage(section: str, gathered: list[tuple[int, str]]) -> Passage:
    starts, offset = [], 0
    for _, line in gathered:
        starts.append(offset)
        offset += len(line) + 1
    return Passage(section, " ".join(line for _, line in gathered), tuple(starts), tuple(number for number, _ in gathered))


def terms(passage: Passage) -> list[Term]:
    """The terms that a passage names, in figures or in words; ages ('16 jaar of ouder') are none."""
    return [
        Term(passage.line_at(match.start()), passage.section, match[0], _period(match[1], match[2]))
        for match in _TERM.finditer(passage.text)
    ]


def _period(number: str, unit: str) -> Period:
    count = int(number) if number.isdecimal() else _NUMBERS[number.lower()]
    return Period(months=12 * count if unit.lower().startswith("jaar") or unit.lower() == "jaren" else count)


def occurrences(word: str, passage: Passage) -> list[int]:
    """The lines on which a word or phrase stands, capitals or not, and no longer word around it."""
    sought = tidy(word)
    before, after = (r"(?<!\w)" if sought[0].isalnum() else ""), (r"(?!\w)" if sought[-1].isalnum() else "")
    return [passage.line_at(match.start()) for match in re.finditer(before + re.escape(sought) + after, passage.text, re.IGNORECASE)]
