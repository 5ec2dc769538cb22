"""Hypothesis strategies for stamps: around the cut-offs, the month ends, the leap days, the clock changes, and all that is no date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reference.months import last_overdue_date

CLOCK_CHANGES = [date(2023, 3, 26), date(2024, 3, 31), date(2024, 10, 27), date(2025, 3, 30), date(2025, 10, 26), date(2026, 3, 29)]
MONTH_ENDS = [date(2023, 2, 28), date(2023, 12, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 4, 30), date(2025, 2, 28)]
EDGES_OF_LIFE = [date(2005, 11, 13), date(2005, 11, 14), date(1999, 12, 31), date(2000, 1, 1), date(2001, 5, 5)]
TIMES = [
    time(0, 0),
    time(0, 30),
    time(1, 59, 59),
    time(2, 30),
    time(12, 0),
    time(21, 59, 59),
    time(22, 0),
    time(22, 30),
    time(23, 0),
    time(23, 30),
    time(23, 59, 59, 999999),
]
NULLS = [None, "", "n/a", "-", "NULL", "none", "Onbekend", " ", "n.v.t.", "(not set)"]
GARBAGE = ["31-02-2025", "2025-02-30", "gisteren", "2024-13-01", "2024-01-15 25:00:00", "15 jan", "99-99-2024", "2023-02-29 10:00:00"]
SENTINEL_TEXTS = [
    "0000-00-00",
    "0000-00-00 00:00:00",
    "0001-01-01",
    "1899-12-30",
    "1899-12-31 00:00:00",
    "1900-01-01",
    "1970-01-01",
    "1970-01-01T00:00:00Z",
    "01-01-1970",
    "2038-01-19 03:14:07",
    "9999-12-31",
    "9999-12-31T23:59:59Z",
    "2999-12-31 12:00:00",
]
OFFSETS = ["", "", "Z", "+01:00", "+0200", " +0100", "-05:00"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What dates lie around: as-of, the extraction where it is known, the terms in months; and none of them after the ceiling, if any."""

    as_of: date
    extracted_at: datetime | None
    months: Sequence[int]
    boundary: str = "inclusive"
    ceiling: date = date.max


def as_ofs() -> st.SearchStrategy[date]:
    """Days to judge on: month ends, leap days, days after them, and any other day since the policy began."""
    known = [
        date(2026, 2, 28),
        date(2024, 2, 29),
        date(2026, 4, 30),
        date(2026, 10, 31),
        date(2026, 11, 22),
        date(2026, 5, 31),
        date(2026, 3, 1),
    ]
    return st.sampled_from(known) | st.dates(date(2023, 1, 1), date(2027, 12, 31))


def extractions(as_of: date) -> st.SearchStrategy[datetime | None]:
    """Instants at which an export was made: before, on or after as-of, at any hour; often unknown."""
    days = st.integers(-3, 40).map(lambda more: as_of + timedelta(days=more))
    moments = st.builds(lambda day, at: datetime.combine(day, at, UTC), days, st.sampled_from(TIMES))
    return st.none() | moments


def snapshot_days(as_of: date) -> st.SearchStrategy[list[datetime]]:
    """Two or three moments at which exports of one source were made, around as-of and the days of grace after it."""
    more = st.lists(st.sampled_from([-400, -60, -1, 0, 6, 7, 8, 40]), min_size=2, max_size=3, unique=True)
    zone = ZoneInfo("Europe/Amsterdam")
    return more.map(lambda found: [datetime.combine(as_of + timedelta(days=number), time(6), zone) for number in sorted(found)])


def days(frame: Frame) -> st.SearchStrategy[date]:
    """Dates near what decides, and some that are far from it."""
    anchors = [last_overdue_date(frame.as_of, months, frame.boundary) for months in frame.months] * 3
    anchors += [frame.as_of] * 2 + ([frame.extracted_at.date()] * 2 if frame.extracted_at else [])
    near = st.builds(lambda day, more: day + timedelta(days=more), st.sampled_from(anchors), st.integers(-3, 4))
    known = st.sampled_from(CLOCK_CHANGES + MONTH_ENDS + EDGES_OF_LIFE)
    found = near | near | known | st.dates(date(2020, 1, 1), frame.as_of + timedelta(days=30))
    return found.map(lambda day: min(day, frame.ceiling))


def moments(frame: Frame) -> st.SearchStrategy[datetime]:
    """Clock times without a zone, mostly near the edges of a day."""
    return st.builds(datetime.combine, days(frame), st.sampled_from(TIMES))


def texts(frame: Frame) -> st.SearchStrategy[object]:
    """Everything that a text export may hold in a column of stamps."""
    swapped = st.builds(
        lambda day, form: day.strftime(form), days(frame), st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y %H:%M"])
    )
    periods = st.builds(write_period, days(frame), st.sampled_from(["month", "quarter", "year"]))
    bad: st.SearchStrategy[object] = st.sampled_from([*NULLS, *GARBAGE, *SENTINEL_TEXTS])
    good = sound(frame, "text")
    return st.one_of(good, good, good, swapped, periods, bad)


def sound(frame: Frame, kind: str) -> st.SearchStrategy[object]:
    """Stamps that are what they should be: text (ISO 8601), timestamp, timestamptz or date."""
    if kind == "text":
        moment: st.SearchStrategy[object] = st.builds(write_moment, moments(frame), st.sampled_from(["T", " "]), st.sampled_from(OFFSETS))
        day: st.SearchStrategy[object] = days(frame).map(date.isoformat)
        return moment | moment | day
    if kind == "date":
        return days(frame)
    return moments(frame).map(lambda moment: moment.replace(tzinfo=UTC if kind == "timestamptz" else None))


def write_moment(moment: datetime, separator: str, offset: str) -> str:
    """ISO 8601, with microseconds only where there are any."""
    return moment.isoformat(separator) + offset


def write_period(day: date, kind: str) -> str:
    """The month, quarter or year of a day."""
    if kind == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return day.strftime("%Y-%m" if kind == "month" else "%Y")


def typed(frame: Frame, kind: str) -> st.SearchStrategy[object]:
    """Values of a typed Parquet column: timestamp, timestamptz or date."""
    good = sound(frame, kind)
    if kind == "date":
        return st.one_of(good, good, good, st.none(), st.sampled_from([date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31)]))
    odd = [datetime(1970, 1, 1), datetime(1899, 12, 30), datetime(2038, 1, 19, 3, 14, 7), datetime(2999, 12, 31, 12)]
    zone = UTC if kind == "timestamptz" else None
    return st.one_of(good, good, good, st.none(), st.sampled_from([moment.replace(tzinfo=zone) for moment in odd]))


def numbers(frame: Frame, unit: str) -> st.SearchStrategy[object]:
    """Counts since 1970 in a unit, some of them in another unit, zero, negative or far away."""
    size = {"micros": 1_000_000, "millis": 1_000, "seconds": 1}
    stamps = moments(frame).map(lambda moment: moment.replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp())
    good = stamps.map(lambda seconds: int(seconds) * size[unit])
    wrong = st.builds(lambda seconds, other: int(seconds) * size[other], stamps, st.sampled_from(["micros", "millis", "seconds"]))
    odd = st.sampled_from([None, 0, 0, -3600 * size[unit], 1, -1, 2_147_483_647 * size[unit], 253_402_214_400 * size[unit]])
    return st.one_of(good, good, good, good, wrong, odd)
