"""The policy's 26 months as constants, worked out apart from the package, so that equal counts mean something.

Each audit writes `counts.parquet`: file, overdue_month (NULL for unusable stamps), verdict, reason, records; one row for each that occurs.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
AS_OF = date(2026, 10, 31)
MONTHS = 26
MIN_PLAUSIBLE = date(2005, 11, 14)
EXTRACTED_AT = datetime.fromisoformat("2026-11-01T06:00:00+01:00")
TOLERANCE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Slot:
    """What is said of the stamps from `start` (micros UTC) up to the next slot's start; verdict None: within or due, not counted."""

    start: int
    verdict: str | None
    overdue_month: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """All slots, ascending, the first from the smallest 64-bit number on; and the bounds between which nothing is counted."""

    slots: tuple[Slot, ...]
    within_from: int
    future_from: int
    sentinels: tuple[int, ...]


def add_months(day: date, months: int) -> date:
    """Return the same day number `months` on, or the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_start(day: date) -> int:
    """Return local midnight in micros UTC."""
    return int(datetime.combine(day, datetime.min.time(), ZONE).timestamp()) * 1_000_000


def overdue_month(day: date) -> str:
    """Return the month ('YYYY-MM') of the first day on which a record of `day` is overdue."""
    return f"{add_months(day, MONTHS) + timedelta(days=1):%Y-%m}"


def terms() -> Terms:
    """Return the slots for the benchmark's as-of date."""
    days = [MIN_PLAUSIBLE + timedelta(days=n) for n in range((AS_OF - MIN_PLAUSIBLE).days)]
    overdue = [day for day in days if add_months(day, MONTHS) < AS_OF]
    months = [(label, day_start(next(of_month))) for label, of_month in groupby(overdue, overdue_month)]
    within_from = day_start(overdue[-1] + timedelta(days=1))
    future_from = int((EXTRACTED_AT + TOLERANCE).timestamp()) * 1_000_000 + 1
    sentinels = (day_start(date(1970, 1, 1)), 0)
    slots = [_unusable(-(2**63), "DQ-TS-IMPLAUSIBLE")]
    for sentinel in sentinels:
        slots += [_unusable(sentinel, "DQ-TS-SENTINEL"), _unusable(sentinel + 1, "DQ-TS-IMPLAUSIBLE")]
    slots += [Slot(start, "OVERDUE", label) for label, start in months]
    slots += [Slot(within_from, None), _unusable(future_from, "DQ-TS-FUTURE")]
    return Terms(tuple(slots), within_from, future_from, sentinels)


def _unusable(start: int, reason: str) -> Slot:
    return Slot(start, "UNDETERMINED", reason=reason)
