"""What the report calls things, by language: `words/nl.yaml` and `words/en.yaml`, and Dutch for what the policy file says in English."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from houdbaar.policy.calendar import Period
from houdbaar.resources import package_text

LANGUAGES = ("nl", "en")
# Reasons that name a column, a file or a number; what is captured stays as it is.
_PATTERNS = (
    (re.compile(r"columns? (.+) is missing"), "column_missing"),
    (re.compile(r"column (.+) holds no value \((.+)\)"), "column_empty"),
    (re.compile(r"what people wrote in (.+) was searched for words and numbers only"), "text_unread"),
    (re.compile(r"no export feeds (.+)"), "no_export"),
    (re.compile(r"register (.+) is absent: .+"), "register_absent"),
    (re.compile(r"register (.+) can't be read"), "register_unread"),
    (re.compile(r"not selected: run the audit with --checks (.+)"), "not_selected"),
    (re.compile(r"(C-[\w-]+): no check in this version"), "not_built"),
    (re.compile(r"hold (.+) meets no record of these exports: (.+)"), "hold_unmet"),
    (re.compile(r"its source has no (.+)"), "source_unfed"),
    (re.compile(r"read as (.+)"), "read_as"),
    (re.compile(r"(.+), by its name"), "by_name"),
    (re.compile(r"no such clock time in (.+)"), "no_clock_time"),
    (
        re.compile(r"it is most like (.+), but its header lacks (.+): export it anew with that column, add a contract, or delete it"),
        "most_like",
    ),
    (re.compile(r"(C-[\w-]+): (.+)"), "of_clause"),
    # Names of columns only: `client_id or user_id`.
    (re.compile(r"(?=.*_)((?:[\w.]+, )*[\w.]+) or ([\w.]+(?: or [\w.]+)*)"), "either"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. `policy` has translations of the policy's own English texts; none in English itself."""

    language: str
    table: Mapping[str, Any]
    policy: Mapping[str, str]

    def __call__(self, name: str, **values: object) -> str:
        """A word by its dotted name, such as 'verdict.bad', with values put in. Raises KeyError: a bug."""
        found: Any = self.table
        for part in name.split("."):
            found = found[part]
        return str(found).format(**values) if values else str(found)

    def of(self, group: str, name: str | None) -> str:
        """A word of a group; what has none there is called by its own name."""
        found: Any = self.table
        for part in group.split("."):
            found = found[part]
        return "" if name is None else str(found.get(name, name))

    def each(self, group: str, names: Sequence[str]) -> list[str]:
        """The words of a group for several names."""
        return [self.of(group, name) for name in names]

    def said(self, text: str | None) -> str:
        """A text of the policy file or of a check, translated where that is known; several are parted by '; '."""
        if not text or self.language == "en":
            return text or ""
        if text in self.policy:
            return self.policy[text]
        if "; " in text:
            return "; ".join(self.said(part) for part in text.split("; "))
        for pattern, name in _PATTERNS:
            if match := pattern.fullmatch(text):
                return self(f"reasons.{name}").format(*map(self.said, match.groups()))
        if text.startswith("DQ-TS-"):
            return text
        return text.replace("GDPR", "AVG") if text.startswith("GDPR") else text

    def capital(self, text: str | None) -> str:
        """`said`, as the beginning of a sentence."""
        said = self.said(text)
        return said[:1].upper() + said[1:]

    def knows(self, text: str | None) -> bool:
        """Whether a text can be said in this language; else it stands in English and is marked so."""
        return self.language == "en" or not text or self.said(text) != text or text in self.policy

    def day(self, day: str | date | None) -> str:
        """A date as people write it: 3 november 2026."""
        if not day:
            return self("none")
        found = date.fromisoformat(day[:10]) if isinstance(day, str) else day
        return f"{found.day} {self.table['months'][found.month - 1]} {found.year}"

    def moment(self, stamp: str) -> str:
        """A stamp to the minute, with its offset: 2026-10-31 06:00 +01:00."""
        found = datetime.fromisoformat(stamp)
        return f"{found:%Y-%m-%d %H:%M} {stamp[19:]}".rstrip()

    def month(self, month: str) -> str:
        """'2026-11' as november 2026."""
        return f"{self.table['months'][int(month[5:7]) - 1]} {month[:4]}"

    def count(self, number: int | None) -> str:
        """A number with the thousands parted as the language does it."""
        return f"{number or 0:,}".replace(",", self("thousands"))

    def some(self, number: int, name: str) -> str:
        """A number of things: 1 record, 3 records."""
        one, more = self.table["nouns"][name]
        return f"{self.count(number)} {one if number == 1 else more}"

    def term(self, text: str) -> str:
        """Terms in ISO 8601 as people say them: '26 maanden', 'P12M, P24M from 2025-01-01' with its later ones too."""
        return ", ".join(self._period(part) for part in text.split(", "))

    def _period(self, text: str) -> str:
        period, _, start = text.partition(" from ")
        found = Period.parse(period)
        parts = [(found.months, "month"), (found.days, "day")]
        said = self("and").join(self.some(count, name) for count, name in parts if count) or self.some(0, "day")
        return f"{said} {self('from_day', day=self.day(start))}" if start else said

    def joined(self, items: Sequence[str]) -> str:
        """A list in a sentence: a, b en c."""
        return "".join(items) if len(items) < 2 else f"{', '.join(items[:-1])}{self('and')}{items[-1]}"


@functools.cache
def words_of(language: str) -> Words:
    """The words of a language. Raises FileNotFoundError for one that there is none of: that is a bug."""
    return Words(language, _read(language), _read("policy.nl") if language == "nl" else {})


def _read(name: str) -> Mapping[str, Any]:
    from ruamel.yaml import YAML

    found: Mapping[str, Any] = YAML(typ="safe").load(package_text(f"reports/words/{name}.yaml"))
    return found
