"""All date arithmetic of the policy: terms, last permitted days, cut-offs, overdue months, local dates.

Everything is pure: dates in, dates out, no clock. Terms are calendar months, clamped to the month's last day, always counted from
the original date and on local dates. SQL only compares a column with a date or instant computed here.

The rest is built on two functions: `last_permitted_day` (date → L) and `_latest_day` (limit → latest date whose L is at most the
limit). A policy with several versions takes the minimum of L over the versions in force on or after the date; as L stays monotone,
its `_latest_day` is the maximum, over those versions, of the version's own, capped by the day before the next version.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from houdbaar.errors import PolicyError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Days = npt.NDArray[np.datetime64]  # of days

Boundary = Literal["inclusive", "exclusive"]

_ISO_PERIOD = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)
_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}([T ].+)?", re.ASCII)
_LONGEST_YEARS = 100
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_ONE_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_DAY_MICROS = _ONE_DAY // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Period:
    """A promised term: calendar months, then days (one of them usually 0)."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The ISO 8601 period `text` (P26M, P2Y, P30D, P4W, P1Y6M); PolicyError for whatever else, never a guess."""
        match = _ISO_PERIOD.fullmatch(text)
        if match is None:
            raise PolicyError(f'period "{text}" can\'t be understood{_hint(text)}')
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        period = cls(months=12 * years + months, days=7 * weeks + days)
        if period.months > 12 * _LONGEST_YEARS or period.days > 366 * _LONGEST_YEARS:
            raise PolicyError(f'period "{text}" is longer than {_LONGEST_YEARS} years')
        return period

    def __str__(self) -> str:
        """The period in ISO 8601, in months and days: `P26M`."""
        months = f"{self.months}M" if self.months else ""
        days = f"{self.days}D" if self.days else ""
        return f"P{months}{days}" if months or days else "P0D"

    @property
    def words(self) -> str:
        """The period as people say it: '26 months', '1 month and 5 days', '0 days'."""
        counts = [(self.months, "month"), (self.days, "day")]
        said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counts if count]
        return " and ".join(said) or "0 days"


def _hint(text: str) -> str:
    """What to write instead, where that is plain."""
    tidy = text.strip().upper()
    if _ISO_PERIOD.fullmatch(tidy):
        return f' — did you mean "{tidy}"?'
    words = re.fullmatch(r"P?T?\s*(\d{1,4})\s*(MONTHS?|MAANDEN|MAAND|M|YEARS?|JAAR|Y|DAYS?|DAGEN|DAG|D)", tidy)
    if words is None:
        return ": write ISO 8601, such as P26M, P2Y or P30D"
    unit = {"M": "M", "Y": "Y", "J": "Y", "D": "D"}[words[2][0]]
    return f' — did you mean "P{words[1]}{unit}"?'


@dataclass(frozen=True, slots=True)
class Term:
    """A promise through time: the first day of each version of the policy, ascending, with its period (domain.md 2.9).

    The first version also governs what is older than the policy. A shorter period reaches the data already held on its first day;
    a longer one never reaches data from before it.
    """

    steps: tuple[tuple[date, Period], ...]

    def __str__(self) -> str:
        """The periods in ISO 8601, each later one with its first day: `P26M`, or `P26M, P38M from 2025-01-01`."""
        (_, first), *later = self.steps
        return ", ".join([str(first), *(f"{period} from {start.isoformat()}" for start, period in later)])

    @property
    def words(self) -> str:
        """The same as people say it: `26 months, 38 months from 2025-01-01`."""
        (_, first), *later = self.steps
        return ", ".join([first.words, *(f"{period.words} from {start.isoformat()}" for start, period in later)])


def _steps(term: Period | Term) -> Iterator[tuple[date, date, Period]]:
    """First and last day of each version (the first began with time), with its period."""
    steps = term.steps if isinstance(term, Term) else ((date.min, term),)
    for position, (start, period) in enumerate(steps):
        end = add_days(steps[position + 1][0], -1) if position + 1 < len(steps) else date.max
        yield date.min if position == 0 else start, end, period


def add_months(day: date, months: int) -> date:
    """The same day number `months` later (or earlier), else that month's last day; stops at the calendar's ends."""
    year, month0 = divmod(12 * day.year + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month0 + 1, min(day.day, _month_length(year, month0 + 1)))


@lru_cache(maxsize=10_000)
def _month_length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def add_days(day: date, days: int) -> date:
    """`day` moved by `days`; stops at the calendar's ends."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min


def end_of_next_month(day: date) -> date:
    """The last day of the month after the one of `day`."""
    later = add_months(day, 1)
    return later.replace(day=_month_length(later.year, later.month))


def month_starts(first: date, last: date) -> list[date]:
    """The first day of each month that begins from `first` to `last`, ascending."""
    start = first if first.day == 1 else add_months(first.replace(day=1), 1)
    starts = []
    while start <= last:
        starts.append(start)
        start = add_months(start, 1)
    return starts


def last_permitted_day(day: date, term: Period | Term) -> date:
    """L: the last day on which a record with trigger date `day` may be kept; a weekend or holiday never moves it.

    What a shorter version finds past its period was permitted until the day before that version.
    """
    steps = ((end, add_days(start, -1), period) for start, end, period in _steps(term))
    return min(max(_own_last_day(day, period), before) for end, before, period in steps if day <= end)


def last_permitted_days(days: "Days", term: Period | Term) -> "Days":
    """L of many days at once, as NumPy counts them; `last_permitted_day` would take long over the days of sixty years."""
    import numpy as np

    found: Days = np.full(len(days), date.max, dtype="M8[D]")
    for start, end, period in _steps(term):
        before = np.datetime64(add_days(start, -1))
        own = np.maximum(_own_last_days(days, period), before)
        found = np.where(days <= np.datetime64(end), np.minimum(found, own), found)
    return found


def _own_last_days(days: "Days", period: Period) -> "Days":
    import numpy as np

    months = days.astype("M8[M]")
    targets = months + period.months
    lengths = (targets + 1).astype("M8[D]") - targets.astype("M8[D]")
    since = days - months.astype("M8[D]")
    last_days: Days = targets.astype("M8[D]") + np.minimum(since, lengths - 1) + period.days
    return last_days


def _own_last_day(day: date, period: Period) -> date:
    return add_days(add_months(day, period.months), period.days)


def last_overdue_date(as_of: date, term: Period | Term, boundary: Boundary = "inclusive") -> date:
    """The latest trigger date that is OVERDUE at `as_of`: a record is OVERDUE exactly when its trigger date is on or before it."""
    return _latest_day(add_days(as_of, -1) if boundary == "inclusive" else as_of, term, as_of)


def last_due_date(as_of: date, term: Period | Term, boundary: Boundary = "inclusive") -> date:
    """The latest trigger date whose L is not after `as_of`: DUE are the dates after `last_overdue_date` up to this one.

    With the exclusive boundary L itself is overdue already, so both are equal and nothing is DUE.
    """
    return max(_latest_day(as_of, term, add_days(as_of, 1)), last_overdue_date(as_of, term, boundary))


def overdue_month(day: date, term: Period | Term, boundary: Boundary = "inclusive") -> str:
    """The month ('YYYY-MM') of the first overdue day: L + 1, or L itself with the exclusive boundary."""
    return f"{_first_overdue_day(day, term, boundary):%Y-%m}"


def month_edges(first: date, last: date, term: Period | Term, boundary: Boundary = "inclusive") -> list[date]:
    """The first trigger date of each overdue month, ascending, for all trigger dates from `first` to `last`.

    The first edge may lie before `first`. From one edge to the day before the next, `overdue_month` is one and the same.
    """
    month = _first_overdue_day(first, term, boundary).replace(day=1)
    end = _first_overdue_day(last, term, boundary)
    edges = []
    while month <= end:
        overdue_before = last_overdue_date(add_days(month, -1), term, boundary)
        edges.append(add_days(overdue_before, 1))
        month = add_months(month, 1)
    return edges


def book_year(year: int, end: str) -> tuple[date, date]:
    """First and last day of the book year that ends in `year` on the day `end` ('12-31', '06-30')."""
    month, day = (int(part) for part in end.split("-"))
    ended_on, before = date(year, month, day), date(year - 1, month, day)
    return before + _ONE_DAY, ended_on


def local_date(instant: datetime, zone: str) -> date:
    """The date on which `instant` (with any offset) falls in the time zone `zone`."""
    if instant.utcoffset() is None:
        raise ValueError("local_date needs an instant with an offset: a stamp without one has no instant")
    return instant.astimezone(time_zone(zone)).date()


def day_of_judgement(as_of: str | date | datetime, zone: Callable[[], str]) -> date:
    """The day that `as_of` means: of a moment with its offset its date in the zone, for which `zone` is asked then (domain.md 2.1).

    Raises ValueError for what is neither a day such as 2026-10-31 nor such a moment.
    """
    if isinstance(as_of, str):
        # fromisoformat alone would take 20261031 and 2026-W44-6 too, and both are more often slips than meant.
        if not _WRITTEN.fullmatch(as_of):
            raise ValueError(as_of)
        as_of = date.fromisoformat(as_of) if len(as_of) == len("2026-10-31") else datetime.fromisoformat(as_of)
    try:
        return local_date(as_of, zone()) if isinstance(as_of, datetime) else as_of
    except OverflowError:  # at either end of the calendar
        raise ValueError(as_of) from None


def day_start_micros(day: date, zone: str) -> int:
    """The instant at which `day` begins in `zone`, in microseconds since 1970 UTC (where the clock skips midnight: the skip itself)."""
    return day_starts_micros(day, 1, zone)[0]


def day_starts_micros(first: date, count: int, zone: str) -> list[int]:
    """The instants at which `count` days begin, from the day `first` on."""
    begun = datetime(first.year, first.month, first.day, tzinfo=time_zone(zone))
    utc = (first.toordinal() - _EPOCH_ORDINAL) * _DAY_MICROS
    starts = []
    for number in range(count):
        midnight = begun + number * _ONE_DAY  # on the wall, whatever the clocks do
        offset = midnight.utcoffset() or timedelta()
        starts.append(utc + number * _DAY_MICROS - offset // _MICROSECOND)
    return starts


def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone `name`; PolicyError when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PolicyError(f'unknown time zone "{name}": write an IANA name such as Europe/Amsterdam or UTC') from None


def _first_overdue_day(day: date, term: Period | Term, boundary: Boundary) -> date:
    """The first as-of date at which a record with trigger date `day` is OVERDUE."""
    past = 1 if boundary == "inclusive" else 0
    return min(max(add_days(_own_last_day(day, period), past), start) for start, end, period in _steps(term) if day <= end)


def _latest_day(limit: date, term: Period | Term, known_at: date) -> date:
    """The latest date whose L is on or before `limit`, by the versions that have begun by `known_at`."""
    return max(min(_own_latest_day(limit, period), end) for start, end, period in _steps(term) if start <= known_at)


def _own_latest_day(limit: date, period: Period) -> date:
    """The latest date whose L by one period is on or before `limit`.

    Going back by months alone would lose the ends of long months: several dates may share one L when that is a month's last day,
    and then the latest of them is the last day of *its* month.
    """
    target = add_days(limit, -period.days)
    day = add_months(target, -period.months)
    is_month_end = (target + _ONE_DAY).day == 1 if target < date.max else True
    return day.replace(day=_month_length(day.year, day.month)) if is_month_end else day
