"""Counting records by band of days, and the runs of rows they stand in, for one file at a time."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from houdbaar.policy.calendar import day_start_micros

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from houdbaar.exports.scan import OddRows

    Numbers = npt.NDArray[np.int64]

SLOT_MICROS = 15 * 60 * 1_000_000  # every zone's midnight lies on a quarter of an hour
MOST_RANGES = 1000  # a span with more is not enumerated (design 6)
UNMELTED_RANGES = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SENTINEL_DAY = date(2038, 1, 19)  # the one sentinel between the plausible past and the year 2100


def micros_of(instant: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Records of one file in one band: local dates of the first and last trigger, data rows (None: more than 1,000 ranges)."""

    path: str
    first: date
    last: date
    records: int
    ranges: list[tuple[int, int]] | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Local days from `first_day` on, their midnights in micros, and the band of each."""

    first_day: date
    midnights: Numbers
    bands: npt.NDArray[np.int32]  # band of each day
    odd_bands: frozenset[int]  # days whose values are judged one by one
    first_slot: int  # quarter of an hour, counted from 1970, in which the first day begins
    slot_days: npt.NDArray[np.int32]  # day of each quarter of an hour from then on

    @classmethod
    def of(cls, low: int, high: int, zone: str, edges: Sequence[date]) -> Calendar:
        """The days from the instant `low` to the instant `high` (micros) in a zone; `edges` are the first days of the bands."""
        import numpy as np

        first_day = datetime.fromtimestamp(low / 1e6, ZoneInfo(zone)).date()
        last_day = datetime.fromtimestamp(high / 1e6, ZoneInfo(zone)).date() + timedelta(days=3)
        days = np.arange(np.datetime64(first_day), np.datetime64(last_day))
        around = [_SENTINEL_DAY + timedelta(days=shift) for shift in (-1, 0, 1, 2)]  # SQL looks at the UTC day: leave the neighbours to it
        all_edges = np.array(sorted({*edges, *around}), dtype="datetime64[D]")
        bands = np.searchsorted(all_edges, days, side="right").astype(np.int32)
        odd = {int(np.searchsorted(all_edges, np.datetime64(day), side="right")) for day in around[:3]}
        midnights = np.array([day_start_micros(day, zone) for day in days.tolist()], dtype=np.int64)
        slots = midnights // SLOT_MICROS
        slot_days = np.repeat(np.arange(len(days) - 1, dtype=np.int32), np.diff(slots))
        return cls(first_day, midnights, bands, frozenset(odd), int(slots[0]), slot_days)

    def day_of(self, micros: int) -> int:
        """Index of the local day of an instant."""
        return bisect.bisect_right(self.midnights, micros) - 1

    def band_of_day(self, day: int) -> int:
        """The band of a day by index."""
        return int(self.bands[day])

    def date_of(self, day: int) -> date:
        """The date of a day by index."""
        return self.first_day + timedelta(days=day)

    def days_of_slots(self, first_slot: int, count: int) -> npt.NDArray[np.int32]:
        """The local day of each of `count` quarters of an hour, from the one with number `first_slot`."""
        return self.slot_days[first_slot - self.first_slot : first_slot - self.first_slot + count]


@dataclass(slots=True)
class BandCount:
    """Records of one band in a stretch of rows; `ranges` are their data rows, None where they were not looked for or are too many."""

    band: int
    first: int
    last: int
    records: int
    ranges: list[tuple[int, int]] | None = None


@dataclass(slots=True)
class _Band:
    first: int
    last: int
    records: int = 0
    ranges: list[tuple[int, int]] | None = field(default_factory=list)


@dataclass(slots=True)
class FileTally:
    """What is known of one file so far, a band: days, records, and ranges until there are too many."""

    path: str
    calendar: Calendar
    bands: dict[int, _Band] = field(default_factory=dict)
    odd: list[OddRows] = field(default_factory=list)

    def add(self, band: int, first: int, last: int, records: int) -> None:
        """Count records of a band between two days (by index)."""
        entry = self.bands.setdefault(band, _Band(first, last))
        entry.first, entry.last = min(entry.first, first), max(entry.last, last)
        entry.records += records

    def merge(self, counts: Sequence[BandCount]) -> None:
        """Count what a scan has found."""
        for item in counts:
            self.add(item.band, item.first, item.last, item.records)
            if item.ranges is None:
                self.bands[item.band].ranges = None
            else:
                self.add_ranges(item.band, item.ranges)

    def add_ranges(self, band: int, pieces: Sequence[tuple[int, int]]) -> None:
        """Append ranges of rows, ascending; neighbours melt into one."""
        entry = self.bands[band]
        if entry.ranges is None:
            return
        for first, last in pieces:
            if entry.ranges and entry.ranges[-1][1] + 1 == first:
                entry.ranges[-1] = (entry.ranges[-1][0], last)
            else:
                entry.ranges.append((first, last))
        # Ranges of decided and of scanned row groups melt only at the end: until then there may be many more.
        if len(entry.ranges) > UNMELTED_RANGES:
            entry.ranges = None

    def is_open(self, band: int) -> bool:
        """Whether ranges of the band are still worth finding."""
        entry = self.bands.get(band)
        return entry is None or entry.ranges is not None

    def spans(self) -> Iterator[Span]:
        """The finished spans."""
        for entry in self.bands.values():
            ranges = None if entry.ranges is None else _melted(entry.ranges)
            kept = ranges if ranges is not None and len(ranges) <= MOST_RANGES else None
            yield Span(self.path, self.calendar.date_of(entry.first), self.calendar.date_of(entry.last), entry.records, kept)


def _melted(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    melted: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if melted and melted[-1][1] + 1 == first:
            melted[-1] = (melted[-1][0], last)
        else:
            melted.append((first, last))
    return melted
