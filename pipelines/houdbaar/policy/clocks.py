"""How far clocks are ahead of UTC: what is the same all week long needs no time zone to be looked up for each stamp."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from houdbaar.policy.calendar import time_zone

_HOUR_MICROS = timedelta(hours=1) // timedelta(microseconds=1)
_WEEK_HOURS = 7 * 24
# Stamps of other years are placed by DuckDB's own zones: those follow a law that is new later, or earlier, than Python's do.
_YEARS = (2000, 2026)


def constant_offset(first: int, last: int, zone: str) -> int | None:
    """How far local time is ahead of UTC, in microseconds, from one instant to another (microseconds since 1970 UTC).

    None where clocks change in between, or where more than a week lies in between.
    """
    hours = range(first // _HOUR_MICROS, -(-last // _HOUR_MICROS) + 1)
    offsets = {_offset_at(hour, zone) for hour in hours} if len(hours) <= _WEEK_HOURS else set()
    return offsets.pop() if len(offsets) == 1 else None


@lru_cache(maxsize=100_000)
def _offset_at(hour: int, zone: str) -> int:
    """The distance at an hour since 1970 UTC: zones change their clocks once an hour at the most."""
    offset = datetime.fromtimestamp(hour * 3600, time_zone(zone)).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def weekly_offsets(zone: str) -> tuple[int, tuple[int | None, ...]]:
    """The first week since 1970 that is told of, and for each from it on, how many minutes the clocks of a zone are ahead of UTC.

    None where a clock changes in the week or one of its neighbours: whoever counts weeks by local clocks, or by UTC, is right about all
    others. (No zone has put its clocks forward and back within a week; Morocco and Egypt did within a month.)
    """
    first, end = ((date(year, 1, 1) - date(1970, 1, 1)).days // 7 for year in _YEARS)
    begun = datetime(1970, 1, 1, tzinfo=time_zone(zone))
    begins = [((begun + timedelta(weeks=week)).utcoffset() or timedelta()) // timedelta(minutes=1) for week in range(first - 1, end + 2)]
    around = zip(begins, begins[1:], begins[2:], begins[3:], strict=False)  # of the week before, of it and of the two after
    return first, tuple(offsets[0] if len(set(offsets)) == 1 else None for offsets in around)
