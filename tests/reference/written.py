"""From what a file holds to points in time or days, as they are written: the first half of domain.md 2.2 and 2.3."""

import re
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reference.months import month_length

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROS_A_UNIT = {"micros": 1, "millis": 1_000, "seconds": 1_000_000}

TIME = r"(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6}))?)?"
CLOCK = rf"(?:[T ]{TIME}(?: ?(?P<offset>Z|[+-]\d{{2}}:?\d{{2}}))?)?"
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})" + CLOCK)
SWAPPABLE = re.compile(r"(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4})" + CLOCK)
MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")
QUARTER = re.compile(r"(?P<year>\d{4})-?Q(?P<quarter>[1-4])")
YEAR = re.compile(r"(?P<year>\d{4})")


@dataclass(frozen=True, slots=True)
class How:
    """How a column is written, and what it is tested against."""

    source_zone: str = "Europe/Amsterdam"
    local_zone: str = "Europe/Amsterdam"
    unit: str | None = None
    format: str | None = None
    extracted_at: datetime | None = None
    tolerance: timedelta = timedelta(hours=24)
    min_plausible: date | None = None
    is_end: bool = False
    is_day_of_source: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A parsed stamp: first and last reading, in micros since 1970 UTC or in days; `written` is the date and clock that stand there."""

    micros: tuple[int, int] | None = None
    days: tuple[date, date] | None = None
    issue: str | None = None
    notes: tuple[str, ...] = ()
    written: datetime | None = None


def parse(raw: object, how: How) -> Written | None:
    """Any kind of raw value; None where it is no date."""
    if how.unit is not None:
        return parse_number(raw, how.unit)
    if isinstance(raw, datetime):
        return parse_datetime(raw, how)
    if isinstance(raw, date):
        return parse_day(raw, how)
    text = str(raw).strip()
    if how.format is not None:
        return parse_format(text, how)
    return parse_iso(text, how) or parse_swappable(text, how) or parse_period(text)


def parse_number(raw: object, unit: str) -> Written | None:
    """A count of units since 1970, as a number or as digits."""
    if not re.fullmatch(r"-?\d+", str(raw).strip()):
        return None
    micros = int(str(raw)) * MICROS_A_UNIT[unit]
    return Written(micros=(micros, micros))


def parse_datetime(moment: datetime, how: How) -> Written:
    """A point in time; without a zone it stands in the source's."""
    notes: tuple[str, ...] = ()
    if moment.tzinfo is None:
        moment, notes = in_zone(moment, how.source_zone)
    micros = micros_of(moment)
    return Written(micros=(micros, micros), notes=notes, written=moment.replace(tzinfo=None))


def in_zone(naive: datetime, zone: str) -> tuple[datetime, tuple[str, ...]]:
    """A clock time in its zone; one that the clock skipped keeps its date and gets a note."""
    moment = naive.replace(tzinfo=ZoneInfo(zone))
    if not MINYEAR < naive.year < MAXYEAR:
        return moment, ()
    back = moment.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return moment, (() if back == naive else ("DQ-TS-NONEXISTENT",))


def parse_day(day: date, how: How) -> Written:
    """A date: the local day, or what a day of the source's zone overlaps where the column says so (2.2, event_date)."""
    if not how.is_day_of_source or how.source_zone == how.local_zone or not MINYEAR < day.year < MAXYEAR:
        return Written(days=(day, day), written=datetime.combine(day, time()))
    start = datetime.combine(day, time(), ZoneInfo(how.source_zone))
    end = datetime.combine(day, time(23, 59, 59), ZoneInfo(how.source_zone))
    days = (local_date(start, how.local_zone), local_date(end, how.local_zone))
    return Written(days=days, issue="DQ-TS-PRECISION", written=datetime.combine(day, time()))


def parse_format(text: str, how: How) -> Written | None:
    """The one format that the contract declares."""
    try:
        return parse_day(datetime.strptime(text, how.format or "").date(), how)
    except ValueError:
        return None


def parse_iso(text: str, how: How) -> Written | None:
    """ISO 8601 with T or a space, with or without a clock, with or without an offset."""
    found = ISO.fullmatch(text)
    return None if found is None else moment_of(found, int(found["year"]), int(found["month"]), int(found["day"]), how)


def moment_of(found: re.Match[str], year: int, month: int, day: int, how: How) -> Written | None:
    """The day, or the point in time where the match has a clock."""
    try:
        if found["hour"] is None:
            return parse_day(date(year, month, day), how)
        micros = int((found["fraction"] or "0").ljust(6, "0"))
        naive = datetime(year, month, day, int(found["hour"]), int(found["minute"]), int(found["second"] or 0), micros)
    except ValueError:
        return None
    return parse_datetime(naive, how) if found["offset"] is None else at_offset(naive, found["offset"])


def at_offset(naive: datetime, offset: str) -> Written | None:
    """An explicit offset is always honoured; the written date may itself be a sentinel."""
    minutes = 0
    if offset != "Z":
        hours, rest = int(offset[1:3]), int(offset[-2:])
        if rest > 59 or hours > 23:
            return None
        minutes = (hours * 60 + rest) * (-1 if offset[0] == "-" else 1)
    micros = micros_of(naive.replace(tzinfo=UTC)) - minutes * 60_000_000
    return Written(micros=(micros, micros), written=naive)


def parse_swappable(text: str, how: How) -> Written | None:
    """Day-month-year or month-day-year: both readings where both exist."""
    found = SWAPPABLE.fullmatch(text)
    if found is None:
        return None
    one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
    readings = [moment_of(found, year, month, day, how) for day, month in ((one, two), (two, one))]
    known = [reading for reading in readings if reading is not None]
    if len(known) < 2 or known[0] == known[1]:
        return known[0] if known else None
    return both(known[0], known[1])


def both(one: Written, two: Written) -> Written:
    """The interval of two readings."""
    if one.micros is not None and two.micros is not None:
        ends = sorted([one.micros[0], two.micros[0]])
        return replace(one, micros=(ends[0], ends[1]), issue="DQ-TS-AMBIGUOUS", notes=(), written=None)
    assert one.days is not None
    assert two.days is not None
    days = sorted([one.days[0], two.days[0], one.days[1], two.days[1]])
    return replace(one, days=(days[0], days[-1]), issue="DQ-TS-AMBIGUOUS", written=None)


def parse_period(text: str) -> Written | None:
    """Only a month, a quarter or a year."""
    for pattern in (MONTH, QUARTER, YEAR):
        found = pattern.fullmatch(text)
        if found is not None:
            return period_of(found)
    return None


def period_of(found: re.Match[str]) -> Written | None:
    """First and last day of a named period."""
    named = found.groupdict()
    year, first, last = int(named["year"]), 1, 12
    if "quarter" in named:
        first = int(named["quarter"]) * 3 - 2
        last = first + 2
    elif "month" in named:
        first = last = int(named["month"])
    if year == 0 or not 1 <= first <= 12:
        return None
    return Written(days=(date(year, first, 1), date(year, last, month_length(year, last))), issue="DQ-TS-PRECISION")


def micros_of(moment: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def local_date(moment: datetime, zone: str) -> date:
    """The calendar date on which an instant falls in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def day_of(micros: int, zone: str) -> date:
    """The local date of a count of microseconds; what no calendar holds becomes the calendar's first or last day."""
    try:
        return local_date(EPOCH + timedelta(microseconds=micros), zone)
    except OverflowError:
        return date.max if micros > 0 else date.min
