"""Days in registers: as commands take them, and as rows have them, which may be ambiguous or unreadable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


def iso_day(text: str) -> date | None:
    """The day that a text such as 2026-10-31 names; None for any other text."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wrong_days(values: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    """What is wrong with the days among values; they are not quoted."""
    wrong = [name for name in names if values.get(name) and iso_day(values[name]) is None]
    return [f"--{name.replace('_', '-')} is no day: write it as year-month-day, such as 2026-10-31" for name in wrong]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a register's row: the days that it can mean, or what is wrong with it."""

    first: date | None
    last: date | None
    is_unreadable: bool

    @classmethod
    def of(cls, row: Mapping[str, Any], name: str) -> Day:
        """The day in a column, from the companions that staging has put beside it."""
        first, last, issue = (row[f"{name}_{suffix}"] for suffix in ("first_date", "last_date", "issue"))
        return cls(first, last, first is None and issue != "DQ-TS-NULL")

    def shown(self) -> str | None:
        """The day as answers show it: '2026-10-03', or both readings '2026-10-03/2026-03-10'; None where there is none."""
        if self.first is None or self.last is None:
            return None
        return self.first.isoformat() if self.first == self.last else f"{self.first.isoformat()}/{self.last.isoformat()}"
