"""Reading one column of some row groups: how many values lie in which band of days, in which rows, and which values are odd."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.odd import OddRows
from houdbaar.exports.tally import MOST_RANGES, BandCount, Ranges, melted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa
    import pyarrow.parquet as pq

    from houdbaar.exports.tally import FileTally

    Numbers = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

BATCH_ROWS = 1 << 17  # fits the processor's cache
STRETCH_ROWS = 1 << 15  # in which runs are sought: where days come in no order, a few show that no band can be listed


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """A row group that its footer left open: its position in the file, its first data row, whether it may have nulls."""

    position: int
    first_row: int
    has_nulls: bool


@dataclass(frozen=True, slots=True)
class ScanJob:
    """Row groups of a file to read: the columns, and the clean interval in the column's unit."""

    path: Path
    metadata: pq.FileMetaData | None  # of the file, where it was read already
    groups: tuple[OpenGroup, ...]
    physical: str
    fallback: str | None  # read as well where there may be nulls
    unit_micros: int
    limits: tuple[int, int]
    tally: FileTally  # read only: which bands are still worth enumerating


@dataclass(frozen=True, slots=True)
class Scanned:
    """What some row groups gave."""

    bands: list[BandCount]
    odd: OddRows


def scan(job: ScanJob) -> Scanned | None:
    """Read and count row groups; None when that fails, so that SQL says what is wrong. Safe in threads: the tally is only looked at."""
    import pyarrow as pa

    counter = _Counter(job)
    try:
        for first_row, batch in _batches(job):
            counter.take(first_row, batch)
    except (OSError, pa.ArrowException):
        return None
    return Scanned(list(counter.bands()), counter.odd)


def _batches(job: ScanJob) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows of the job in the order of the file, each batch with the number of its first row."""
    import pyarrow.parquet as pq

    # Texts come as a few values and their places, which is how odd rows are kept.
    with pq.ParquetFile(
        job.path, metadata=job.metadata, read_dictionary=[job.fallback] if job.fallback else None, pre_buffer=False
    ) as file:
        for group in job.groups:
            row = group.first_row
            columns = [job.physical, *([job.fallback] if job.fallback and group.has_nulls else [])]
            for batch in file.iter_batches(BATCH_ROWS, row_groups=[group.position], columns=columns, use_threads=False):
                yield row, batch
                row += len(batch)


class _Runs:
    """Runs of rows of one band, ascending. `number`: how many, neighbours counted as one."""

    def __init__(self) -> None:
        self.number = 0
        self._firsts: list[Numbers] = []
        self._lasts: list[Numbers] = []

    def add(self, firsts: Numbers, lasts: Numbers) -> None:
        """Add runs after those that are there, none of them neighbours."""
        if len(firsts):
            is_neighbour = bool(self._lasts) and self._lasts[-1][-1] + 1 == firsts[0]
            self.number += len(firsts) - is_neighbour
            self._firsts.append(firsts)
            self._lasts.append(lasts)

    def ranges(self) -> Ranges | None:
        """All of them, neighbours as one."""
        import numpy as np

        return melted(np.concatenate(self._firsts), np.concatenate(self._lasts), self.number)


class _Counter:
    """Counts by quarter of an hour; the runs of rows of a band are found only until they are too many to be listed."""

    def __init__(self, job: ScanJob) -> None:
        import numpy as np

        self.job, self.calendar = job, job.tally.calendar
        self.odd = OddRows()
        self.counts: Numbers = np.zeros(len(self.calendar.slot_days), dtype=np.int64)
        self.low, self.high = len(self.counts), 0  # of the slots that hold anything
        self.runs: dict[int, _Runs] = {}
        self.closed: set[int] = set()  # bands with too many runs
        # Runs melt with neighbours of other jobs, and two of them only over a row group that its footer decided.
        self.most = MOST_RANGES + len(job.groups)

    def take(self, first_row: int, batch: pa.RecordBatch) -> None:
        """Count the rows of a batch."""
        import numpy as np

        if not len(batch):
            return
        numbers, is_valid = _numbers(batch.column(self.job.physical))
        low, high = self.job.limits
        places: Numbers | None = None  # in the batch, of the values that are left
        least, greatest = int(numbers.min()), int(numbers.max())
        if is_valid is not None or least < low or greatest > high:
            is_clean = (numbers >= low) & (numbers <= high)
            if is_valid is not None:
                is_clean &= is_valid
            self._note_odd(np.flatnonzero(~is_clean), numbers[~is_clean], first_row, batch, is_valid)
            places = np.flatnonzero(is_clean)
            numbers = numbers[is_clean]
            least = int(numbers.min()) if len(numbers) else low
        if len(numbers):
            self._count(numbers, least, places, first_row, batch)

    def _count(self, numbers: Numbers, least: int, places: Numbers | None, first_row: int, batch: pa.RecordBatch) -> None:
        import numpy as np

        calendar = self.calendar
        size = calendar.slot_micros // self.job.unit_micros
        first = least // size
        since: npt.NDArray[np.uint64] = (numbers - first * size).view(np.uint64)  # unsigned numbers are divided twice as fast
        slots = np.floor_divide(since, np.uint64(size), out=since).view(np.int64)
        counts = np.bincount(slots)
        low = first - calendar.first_slot
        high = low + len(counts)
        self.counts[low:high] += counts
        self.low, self.high = min(self.low, low), max(self.high, high)
        sought = [band for band in calendar.bands_of(low, high) if band not in self.closed]
        present = [band for band in sought if counts[calendar.slots_of(band, low)].any()]
        of_slots = calendar.slot_bands[low:high]
        if odd_bands := calendar.odd_bands.intersection(present):
            mine = np.flatnonzero(np.isin(of_slots.take(slots), list(odd_bands)))
            self._note_odd(mine if places is None else places[mine], numbers[mine], first_row, batch, None)
        for begin in range(0, len(slots), STRETCH_ROWS):
            regular = [band for band in present if band not in odd_bands and band not in self.closed]
            if not regular:
                break
            own = slice(begin, begin + STRETCH_ROWS)
            rows = np.arange(first_row + begin, first_row + begin + len(slots[own])) if places is None else places[own] + first_row
            self._add_runs(regular, of_slots.take(slots[own]), rows)

    def _add_runs(self, present: list[int], of_rows: npt.NDArray[np.int32], rows: Numbers) -> None:
        """Find the runs of rows of each band in a stretch."""
        import numpy as np

        breaks = (of_rows[1:] != of_rows[:-1]) | (rows[1:] != rows[:-1] + 1)
        starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
        ends = np.concatenate((starts[1:] - 1, [len(of_rows) - 1]))
        of_run = of_rows[starts]
        found = np.bincount(of_run, minlength=present[-1] + 1)
        for band in present:
            runs = self.runs.setdefault(band, _Runs())
            if runs.number + found[band] - 1 > self.most or not self.job.tally.is_open(band):
                self.closed.add(band)
                del self.runs[band]
                continue
            mine = np.flatnonzero(of_run == band)
            runs.add(rows[starts[mine]], rows[ends[mine]])

    def _note_odd(self, places: Numbers, stamps: Numbers, first_row: int, batch: pa.RecordBatch, is_valid: Flags | None) -> None:
        """Keep rows for SQL; `places` are positions in the batch, `stamps` what stands there."""
        import numpy as np

        is_null = np.zeros(len(places), dtype=np.bool_) if is_valid is None else ~is_valid[places]
        fallback = None
        if self.job.fallback and is_null.any():
            encoded = batch.column(self.job.fallback).dictionary_encode()
            codes, is_known = _numbers(encoded.indices)
            codes = codes if is_known is None else np.where(is_known, codes, -1)
            fallback = codes[places], encoded.dictionary.to_pylist()
        self.odd.add(places + first_row, stamps, is_null, fallback)

    def bands(self) -> Iterator[BandCount]:
        """What was counted, by band."""
        import numpy as np

        if self.low >= self.high:
            return
        for band in self.calendar.bands_of(self.low, self.high):
            own = self.calendar.slots_of(band)
            mine = np.flatnonzero(self.counts[own]) + own.start
            if len(mine) and band not in self.calendar.odd_bands:
                first, last = (int(self.calendar.slot_days[slot]) for slot in (mine[0], mine[-1]))
                yield BandCount(band, first, last, int(self.counts[mine].sum()), None if band in self.closed else self.runs[band].ranges())


def _numbers(values: pa.Array) -> tuple[Numbers, Flags | None]:
    """The array's memory as numpy sees it (UTC timestamps as micros), and what of it is no null, where anything is one.

    Arrow's own ways would load pandas wherever that is installed.
    """
    import numpy as np
    import pyarrow as pa

    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("us", tz="UTC"))
    validity, data = values.buffers()
    own = slice(values.offset, values.offset + len(values))
    numbers: Numbers = np.frombuffer(data, dtype=np.dtype(f"i{values.type.bit_width // 8}"))[own]
    if values.null_count == 0:
        return numbers, None
    bits = np.unpackbits(np.frombuffer(validity, dtype=np.uint8), bitorder="little", count=own.stop)
    return numbers, bits[own].view(np.bool_)
