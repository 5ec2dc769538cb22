"""Reading one column of one row group: how many values lie in which band of days, in which rows, and which values are odd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.errors import SourceError
from houdbaar.exports.tally import MOST_RANGES, SLOT_MICROS, BandCount

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from houdbaar.exports.tally import Calendar, FileTally

    Numbers = npt.NDArray[np.int64]

BATCH_ROWS = 1 << 20  # bounds what one giant row group takes of memory
NULL = -(1 << 63)  # stands for a null: a number that is never plausible


@dataclass(frozen=True, slots=True)
class ScanJob:
    """Row groups of a file to read: position and first data row of each, the columns, the clean interval in the column's unit."""

    path: Path
    groups: tuple[tuple[int, int], ...]
    physical: str
    fallback: str | None  # read as well, where the row group may have nulls
    unit_micros: int
    limits: tuple[int, int]
    tally: FileTally  # read only: which bands are still worth enumerating


@dataclass(slots=True)
class OddRows:
    """Rows that need judgement: their numbers (NULL for a null) and, for nulls, what stands in the fallback column."""

    rows: list[int] = field(default_factory=list)
    values: list[int | None] = field(default_factory=list)
    fallbacks: list[object] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What some row groups gave."""

    bands: list[BandCount]
    odd: OddRows | None


def scan(job: ScanJob) -> Scanned:
    """Read and count row groups. Safe to run in several threads: the tally is only looked at. Raises SourceError for a damaged file."""
    import pyarrow as pa

    try:
        return _scan(job)
    except (OSError, pa.ArrowException):
        raise SourceError(f"{job.path.name}: its rows can't be read (damaged, or gone meanwhile): download the export again") from None


def _scan(job: ScanJob) -> Scanned:
    import pyarrow as pa
    import pyarrow.parquet as pq

    bands: list[BandCount] = []
    odd = OddRows()
    closed: set[int] = set()
    columns = [job.physical, *([job.fallback] if job.fallback else [])]
    with pq.ParquetFile(job.path) as file:
        for position, first_row in job.groups:
            row = first_row
            for batch in file.iter_batches(BATCH_ROWS, row_groups=[position], columns=columns, use_threads=False):
                values = batch.column(job.physical)
                if pa.types.is_timestamp(values.type):
                    values = values.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
                fallback = batch.column(job.fallback) if job.fallback else None
                found = _scan_batch(_numbers(values), row, fallback, job, odd, closed)
                closed.update(item.band for item in found if item.ranges is None)
                bands += found
                row += len(values)
    return Scanned(bands, odd if odd.rows else None)


def _numbers(values: pa.Array) -> Numbers:
    """The array's memory as numpy sees it, nulls as NULL; `fill_null` would load pandas wherever that is installed."""
    import numpy as np

    validity, data = values.buffers()
    numbers: Numbers = np.frombuffer(data, dtype=np.int64)[values.offset : values.offset + len(values)]
    if values.null_count == 0:
        return numbers
    bits = np.unpackbits(np.frombuffer(validity, dtype=np.uint8), bitorder="little")[values.offset : values.offset + len(values)]
    return np.where(bits == 1, numbers, NULL)


def _scan_batch(
    numbers: Numbers, first_row: int, fallback: pa.Array | None, job: ScanJob, odd: OddRows, closed: set[int]
) -> list[BandCount]:
    import numpy as np

    low, high = job.limits
    rows: Numbers | None = None
    if len(numbers) and (int(numbers.min()) < low or int(numbers.max()) > high):
        is_clean = (numbers >= low) & (numbers <= high)
        _note_odd(np.flatnonzero(~is_clean), numbers[~is_clean], first_row, fallback, odd)
        rows = np.flatnonzero(is_clean)
        numbers = numbers[is_clean]
    if not len(numbers):
        return []
    first_slot = int(numbers.min()) * job.unit_micros // SLOT_MICROS
    slots = numbers // (SLOT_MICROS // job.unit_micros) - first_slot
    counts = np.bincount(slots)
    calendar = job.tally.calendar
    days = calendar.days_of_slots(first_slot, len(counts))
    bands = calendar.bands[days]
    of_rows = bands[slots]
    for band in calendar.odd_bands.intersection(np.unique(bands[counts > 0]).tolist()):
        places = np.flatnonzero(of_rows == band)
        _note_odd(places if rows is None else rows[places], numbers[places], first_row, fallback, odd)
    found = _counted(counts, days, bands, calendar)
    still_open = [item for item in found if item.band not in closed and job.tally.is_open(item.band)]
    if still_open:
        _add_runs(still_open, of_rows, rows, first_row)
    return found


def _note_odd(places: Numbers, numbers: Numbers, first_row: int, fallback: pa.Array | None, odd: OddRows) -> None:
    """Keep rows for SQL; `places` are positions in the batch, `numbers` what stands there."""
    for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
        is_null = number == NULL
        odd.rows.append(place + first_row)
        odd.values.append(None if is_null else number)
        odd.fallbacks.append(fallback[place].as_py() if is_null and fallback is not None else None)


def _counted(counts: Numbers, days: npt.NDArray[np.int32], bands: npt.NDArray[np.int32], calendar: Calendar) -> list[BandCount]:
    """Records and first and last day of each band."""
    import numpy as np

    present = np.flatnonzero(counts)
    found = []
    for band in np.unique(bands[present]).tolist():
        if band not in calendar.odd_bands:
            inside = present[bands[present] == band]
            found.append(BandCount(band, int(days[inside[0]]), int(days[inside[-1]]), int(counts[inside].sum())))
    return found


def _add_runs(found: Sequence[BandCount], of_rows: npt.NDArray[np.int32], rows: Numbers | None, first_row: int) -> None:
    """Find the runs of rows of each band; a band with too many is not enumerated."""
    import numpy as np

    breaks = of_rows[1:] != of_rows[:-1]
    if rows is not None:
        breaks = breaks | (rows[1:] != rows[:-1] + 1)
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    ends = np.concatenate((starts[1:] - 1, [len(of_rows) - 1]))
    of_run = of_rows[starts]
    run_counts = np.bincount(of_run)
    for item in found:
        # Melting with neighbours outside the batch makes none of them one range fewer.
        if run_counts[item.band] > MOST_RANGES:
            continue
        mine = of_run == item.band
        first, last = (starts[mine], ends[mine]) if rows is None else (rows[starts[mine]], rows[ends[mine]])
        item.ranges = list(zip((first + first_row).tolist(), (last + first_row).tolist(), strict=True))
