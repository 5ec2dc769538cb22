"""Days in registers: as commands take them, and as rows have them, which may be ambiguous or unreadable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from houdbaar.policy.calendar import local_date

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


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


def iso_stamp_day(text: str, zone: str) -> date | None:
    """The local date of a day, or of a stamp such as 2026-10-31T09:05+01:00 (without an offset: in `zone`); None for any other text."""
    if not _STAMP.fullmatch(text):
        return iso_day(text)
    try:
        stamp = datetime.fromisoformat(text.replace(" ", "T", 1))
    except ValueError:
        return None
    return stamp.date() if stamp.utcoffset() is None else local_date(stamp, zone)


def wrong_stamps(values: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    """What is wrong with the days and stamps among values; they are not quoted."""
    wrong = [name for name in names if values.get(name) and iso_stamp_day(values[name], "UTC") is None]
    return [f"--{name.replace('_', '-')} is no day: write it as 2026-10-31, or with a time as 2026-10-31T09:05" for name in wrong]


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
