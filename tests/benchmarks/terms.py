"""The policy's 26 months as constants, worked out apart from the package so that equal counts mean something (domain.md 2.1 to 2.3)."""

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

# The counts that each audit writes: one row a file, overdue month (NULL for unusable stamps), verdict and reason.
COUNT_COLUMNS = ("file", "overdue_month", "verdict", "reason", "records")


@dataclass(frozen=True, slots=True)
class Terms:
    """Bounds of `event_timestamp` in micros UTC; `labels[n]` names the stamps from `edges[n]` up to the next edge.

    Below the first edge: implausible. From the last edge on (`within_from`): within or due, not counted; above `future_after`: future.
    """

    edges: tuple[int, ...]
    labels: tuple[str, ...]
    within_from: int
    future_after: int
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
    """Return the bounds for the benchmark's as-of date."""
    days = [MIN_PLAUSIBLE + timedelta(days=n) for n in range((AS_OF - MIN_PLAUSIBLE).days)]
    overdue = [day for day in days if add_months(day, MONTHS) < AS_OF]
    months = [(label, day_start(next(of_month))) for label, of_month in groupby(overdue, overdue_month)]
    return Terms(
        edges=tuple(edge for _, edge in months),
        labels=tuple(label for label, _ in months),
        within_from=day_start(overdue[-1] + timedelta(days=1)),
        future_after=int((EXTRACTED_AT + TOLERANCE).timestamp()) * 1_000_000,
        sentinels=(0, day_start(date(1970, 1, 1))),
    )
