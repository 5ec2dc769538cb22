"""Counting records by band of days, and the runs of rows they stand in, for one file at a time."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from houdbaar.policy.calendar import day_starts_micros

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from houdbaar.exports.odd import OddRows

    Numbers = npt.NDArray[np.int64]
    SmallNumbers = npt.NDArray[np.int32]

MOST_RANGES = 1000  # a span with more is not enumerated (design 6)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SENTINEL_DAY = date(2038, 1, 19)  # the one sentinel between the plausible past and the year 2100

Ranges = list[tuple[int, int]]


def micros_of(instant: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Records of one file that share a band or an issue: local dates of the first and last trigger, data rows (None: over 1,000 ranges)."""

    path: str
    trigger_column: str
    issue: str | None
    first: date | None
    last: date | None
    oldest: date | None  # the latest reading of the oldest record
    records: int
    ranges: Ranges | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Local days from `first_day` on, and slots of time from that day's midnight on. Bands are stretches of whole days.

    A slot is the longest time of which every midnight is a multiple: an hour in most zones.
    """

    first_day: date
    midnights: Numbers  # micros, of each day
    bands: SmallNumbers  # of each day
    odd_bands: frozenset[int]  # days whose values are judged one by one
    slot_micros: int
    first_slot: int  # in which the first day begins, counted from 1970
    slot_days: SmallNumbers  # day of each slot
    slot_bands: SmallNumbers  # band of each slot
    band_slots: tuple[int, ...]  # where each band's slots begin, and where the last one's end

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
        midnights = np.array(day_starts_micros(first_day, len(days), zone), dtype=np.int64)
        slot_micros = int(np.gcd.reduce(midnights))
        first_slot = int(midnights[0]) // slot_micros
        slots = midnights // slot_micros - first_slot
        slot_days = np.repeat(np.arange(len(days) - 1, dtype=np.int32), np.diff(slots))
        band_days = np.searchsorted(bands[:-1], np.arange(bands[-1] + 2))
        return cls(
            first_day,
            midnights,
            bands,
            frozenset(odd),
            slot_micros,
            first_slot,
            slot_days,
            bands[slot_days],
            tuple(slots[band_days].tolist()),
        )

    def day_of(self, micros: int) -> int:
        """Index of the local day of an instant."""
        return bisect.bisect_right(self.midnights, micros) - 1

    def band_of_day(self, day: int) -> int:
        """The band of a day by index."""
        return int(self.bands[day])

    def date_of(self, day: int) -> date:
        """The date of a day by index."""
        return self.first_day + timedelta(days=day)

    def bands_of(self, low: int, high: int) -> range:
        """The bands of the slots from `low` to before `high`."""
        return range(int(self.slot_bands[low]), int(self.slot_bands[high - 1]) + 1)

    def slots_of(self, band: int, low: int = 0) -> slice:
        """The band's slots, counted from the slot `low` on."""
        return slice(max(self.band_slots[band] - low, 0), max(self.band_slots[band + 1] - low, 0))


@dataclass(frozen=True, slots=True)
class BandCount:
    """Records of one band in a stretch of rows; `ranges` are their data rows, None where they are too many to be listed."""

    band: int
    first: int
    last: int
    records: int
    ranges: Ranges | None


@dataclass(slots=True)
class _Band:
    first: int
    last: int
    records: int = 0
    ranges: Ranges | None = field(default_factory=list)


@dataclass(slots=True)
class FileTally:
    """What is known of one file so far, a band: days, records, and ranges until there are too many. `groups`: row groups of the file."""

    path: str
    calendar: Calendar
    groups: int
    bands: dict[int, _Band] = field(default_factory=dict)
    odd: list[OddRows] = field(default_factory=list)

    def add(self, count: BandCount) -> None:
        """Count records of a band, in rows after those of the last call, or before them where a footer decided."""
        entry = self.bands.setdefault(count.band, _Band(count.first, count.last))
        entry.first, entry.last = min(entry.first, count.first), max(entry.last, count.last)
        entry.records += count.records
        if count.ranges is None or entry.ranges is None:
            entry.ranges = None
            return
        extend(entry.ranges, count.ranges)
        # Ranges of decided and of scanned row groups melt only at the end: at most that many are fewer then.
        if len(entry.ranges) > MOST_RANGES + 2 * self.groups:
            entry.ranges = None

    def is_open(self, band: int) -> bool:
        """Whether ranges of the band are still worth finding."""
        entry = self.bands.get(band)
        return entry is None or entry.ranges is not None

    def spans(self, trigger_column: str) -> Iterator[Span]:
        """The finished spans."""
        for entry in self.bands.values():
            ranges: Ranges | None = None
            if entry.ranges is not None:
                extend(ranges := [], sorted(entry.ranges))
            kept = ranges if ranges is not None and len(ranges) <= MOST_RANGES else None
            first, last = self.calendar.date_of(entry.first), self.calendar.date_of(entry.last)
            yield Span(self.path, trigger_column, None, first, last, first, entry.records, kept)


def melted(first: Numbers, last: Numbers, most: int = MOST_RANGES) -> Ranges | None:
    """Ranges of ascending runs of rows; neighbours melt into one. None where more than `most` are left."""
    import numpy as np

    starts = np.flatnonzero(np.concatenate(([True], first[1:] != last[:-1] + 1)))
    if len(starts) > most:
        return None
    ends = np.concatenate((starts[1:] - 1, [len(first) - 1]))
    return list(zip(first[starts].tolist(), last[ends].tolist(), strict=True))


def extend(ranges: Ranges, pieces: Sequence[tuple[int, int]]) -> None:
    """Append ranges of rows; neighbours melt into one."""
    for first, last in pieces:
        if ranges and ranges[-1][1] + 1 == first:
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
