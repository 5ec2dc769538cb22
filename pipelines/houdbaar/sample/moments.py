"""The example company's days: when it was exported, and how a local moment is written in each system.

All moments are zone-aware. Amsterdam is at UTC+2 until 25 October 2026 and at UTC+1 on the as-of date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AS_OF = date(2026, 10, 31)
EXTRACTED_AT = datetime(2026, 10, 31, 6, 0, tzinfo=AMSTERDAM)
# Written out, not computed: the sample must not share the policy's arithmetic with the code that it tests.
LAST_OVERDUE_12 = date(2025, 10, 30)
LAST_OVERDUE_30_DAYS = date(2026, 9, 30)
LAST_OVERDUE_26 = date(2024, 8, 30)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Give the moment of a clock time in Amsterdam."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=AMSTERDAM)


def later(moment: datetime, seconds: float) -> datetime:
    """Give the moment so many elapsed seconds later; on the local clock this stays right over a clock change."""
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(AMSTERDAM)


def micros(moment: datetime) -> int:
    """Give microseconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def seconds(moment: datetime) -> int:
    """Give whole seconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def utc_text(moment: datetime) -> str:
    """Give 'YYYY-MM-DD HH:MM:SS' in UTC, without a zone, as mail tools write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def local_day(text: str) -> date:
    """Give the day in Amsterdam of what `utc_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).astimezone(AMSTERDAM).date()


def compact(day: date) -> str:
    """Give 'YYYYMMDD', as Google's date columns and file names have it."""
    return day.strftime("%Y%m%d")


def pick_day(rng: Random, first: date, last: date) -> date:
    """Pick a day from first to last, both included."""
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def pick_moment(rng: Random, first: date, last: date) -> datetime:
    """Pick a moment between seven in the morning and eleven at night on a day from first to last."""
    return local(pick_day(rng, first, last), rng.randrange(7, 23), rng.randrange(60), rng.randrange(60))
