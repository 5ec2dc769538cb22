"""What letters call things, by language: `letters/words.nl.yaml` and its like; and how dates, counts and lists are written there."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from houdbaar.resources import package_text


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. `of` looks one up; what has no word there is called `otherwise`."""

    language: str
    table: Mapping[str, Any]

    def of(self, group: str, name: str, otherwise: str | None = None) -> str:
        """A word of a group, such as ('categories', 'MKT')."""
        found: Mapping[str, str] = self.table[group]
        return found.get(name, name if otherwise is None else otherwise)

    def group(self, name: str) -> Mapping[str, str]:
        """All words of a group."""
        found: Mapping[str, str] = self.table[name]
        return found

    def text(self, name: str) -> str:
        """A word that belongs to no group."""
        return str(self.table[name])

    def day(self, day: date) -> str:
        """A date as people write it: 3 november 2026."""
        return f"{day.day} {self.table['months'][day.month - 1]} {day.year}"

    def rows(self, count: int) -> str:
        """A number of rows: 1 regel, 3 regels."""
        one, more = self.table["row"]
        return f"{count} {one if count == 1 else more}"

    def joined(self, items: Sequence[str]) -> str:
        """A list in a sentence: a, b en c."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.text('and')} {items[-1]}"


@functools.cache
def words_of(language: str) -> Words:
    """The words of a language. Raises FileNotFoundError for one that there is none of: that is a bug."""
    from ruamel.yaml import YAML

    return Words(language, YAML(typ="safe").load(package_text(f"subjects/letters/words.{language}.yaml")))
