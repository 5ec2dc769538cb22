"""Spans straight from Parquet footers, and from one scan of one column where a footer does not decide (design 5).

For triggers that Parquet stores as whole numbers: epochs and UTC timestamps. A row group whose least and greatest value lie in one
band, without nulls, between plausible past and extraction, is one span and is never read. Of the others one column is read;
rows whose value needs judgement (null, sentinel, implausible, future, other unit) are handed back as `odd` and judged by SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.stage_sql import UNIT_MICROS
from houdbaar.exports.tally import MOST_RANGES, SLOT_MICROS, Calendar, FileTally, Span, micros_of, midnight_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from houdbaar.exports.footers import Footer, RowGroup
    from houdbaar.exports.stage import Part
    from houdbaar.exports.stage_sql import StageSettings

    Numbers = npt.NDArray[np.int64]

BATCH_ROWS = 1 << 20


@dataclass(frozen=True, slots=True)
class QuickTrigger:
    """A trigger stored as a whole number: the entity's column, the export's, micros a unit, the local zone, the clean [low, high]."""

    name: str
    physical: str
    unit_micros: int
    zone: str
    low: int  # micros: local midnight of the earliest plausible day
    high: int  # micros: the extraction, else the end of 2099


def quick_trigger(part: Part, triggers: Sequence[str], settings: StageSettings) -> QuickTrigger | None:
    """The first trigger, if it can be judged by number alone; None where only SQL can (text, transforms, filters, lists)."""
    item = next((item for item in part.table.columns if item.name == triggers[0]), None)
    if (
        item is None
        or item.transform is not None
        or part.table.excludes
        or part.table.explode
        or part.table.aggregate
        or part.table.loaded_on
    ):
        return None
    physical = next((name for name in part.types if name in item.physical_names), None)
    kind = part.types.get(physical or "")
    if kind == "BIGINT" and item.unit is not None:
        unit_micros = UNIT_MICROS[item.unit]
    elif kind == "TIMESTAMP WITH TIME ZONE":
        unit_micros = 1
    else:
        return None
    latest = settings.extracted_at or datetime(2100, 1, 1, tzinfo=UTC)
    low = midnight_of(settings.min_plausible, settings.local_zone)
    return QuickTrigger(triggers[0], str(physical), unit_micros, settings.local_zone, low, micros_of(latest))


def quick_spans(
    trigger: QuickTrigger, paths: Sequence[Path], footers: Mapping[Path, Footer], edges: Sequence[date]
) -> tuple[list[Span], dict[Path, list[Numbers]]]:
    """The spans of files, and by file the rows that are left to SQL."""
    calendar = Calendar.of(trigger.low, trigger.high, trigger.zone, edges)
    spans: list[Span] = []
    odd: dict[Path, list[Numbers]] = {}
    for path in paths:
        tally = FileTally(str(path), calendar)
        scan: list[tuple[int, int]] = []
        first_row = 1
        for position, group in enumerate(footers[path].groups):
            if not _decided(group, trigger, calendar, tally, first_row):
                scan.append((position, first_row))
            first_row += group.rows
        if scan:
            _scan(path, trigger, scan, tally)
        spans += tally.spans()
        if tally.odd:
            odd[path] = tally.odd
    return spans, odd


def _decided(group: RowGroup, trigger: QuickTrigger, calendar: Calendar, tally: FileTally, first_row: int) -> bool:
    """Whether the footer alone places all of a row group; if so, it is tallied."""
    statistics = group.statistics.get(trigger.physical)
    if statistics is None or statistics.nulls != 0 or statistics.least is None or statistics.greatest is None:
        return False
    least, greatest = statistics.least * trigger.unit_micros, statistics.greatest * trigger.unit_micros
    if least < trigger.low or greatest > trigger.high:
        return False
    first, last = calendar.day_of(least), calendar.day_of(greatest)
    band = calendar.band_of_day(first)
    if band != calendar.band_of_day(last) or band in calendar.odd_bands:
        return False
    tally.add(band, first, last, group.rows, (first_row, first_row + group.rows - 1))
    return True


def _scan(path: Path, trigger: QuickTrigger, groups: Sequence[tuple[int, int]], tally: FileTally) -> None:
    """Read one column of the row groups that their footers left open."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for position, first_row in groups:
            row = first_row
            for batch in file.iter_batches(BATCH_ROWS, row_groups=[position], columns=[trigger.physical], use_threads=False):
                values = batch.column(0)
                _tally_batch(
                    values.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()) if pa.types.is_timestamp(values.type) else values,
                    row,
                    trigger,
                    tally,
                )
                row += len(values)


def _tally_batch(values: pa.Array, first_row: int, trigger: QuickTrigger, tally: FileTally) -> None:
    import numpy as np

    unit = trigger.unit_micros
    numbers = _numbers(values)
    low, high = -(-trigger.low // unit), trigger.high // unit
    least, greatest = (int(numbers.min()), int(numbers.max())) if len(numbers) else (low, low)
    rows: Numbers | None = None
    if least < low or greatest > high:
        is_clean = (numbers >= low) & (numbers <= high)
        tally.odd.append(np.flatnonzero(~is_clean) + first_row)
        rows = np.flatnonzero(is_clean) + first_row
        numbers = numbers[is_clean]
        least, greatest = (int(numbers.min()), int(numbers.max())) if len(numbers) else (low, low)
    if len(numbers):
        _tally_clean(numbers, rows, first_row, (least * unit, greatest * unit), trigger, tally)


def _numbers(values: pa.Array) -> Numbers:
    """The array's memory as numpy sees it, nulls as the least number (never plausible); `fill_null` would load pandas."""
    import numpy as np

    validity, data = values.buffers()
    numbers: Numbers = np.frombuffer(data, dtype=np.int64)[values.offset : values.offset + len(values)]
    if values.null_count == 0:
        return numbers
    bits = np.unpackbits(np.frombuffer(validity, dtype=np.uint8), bitorder="little")[values.offset : values.offset + len(values)]
    return np.where(bits == 1, numbers, np.iinfo(np.int64).min)


def _tally_clean(
    numbers: Numbers, rows: Numbers | None, first_row: int, limits: tuple[int, int], trigger: QuickTrigger, tally: FileTally
) -> None:
    """Count plausible values a band, and find the runs of rows in bands that can still be enumerated."""
    import numpy as np
    import pyarrow as pa

    first_slot, days = tally.calendar.slots(*limits)
    slots = numbers // (SLOT_MICROS // trigger.unit_micros) - first_slot
    counts = np.bincount(slots, minlength=len(days))
    bands_of_slots = tally.calendar.bands[days]
    present = np.flatnonzero(counts)
    for band in np.unique(bands_of_slots[present]).tolist():
        inside = present[bands_of_slots[present] == band]
        if band in tally.calendar.odd_bands:
            odd = np.flatnonzero(bands_of_slots[slots] == band)
            tally.odd.append(rows[odd] if rows is not None else odd + first_row)
            continue
        tally.add(band, int(days[inside[0]]), int(days[inside[-1]]), int(counts[inside].sum()))
    if any(tally.is_open(int(band)) for band in np.unique(bands_of_slots[present])):
        _tally_runs(bands_of_slots[slots], rows, first_row, tally)


def _tally_runs(bands: npt.NDArray[np.int32], rows: Numbers | None, first_row: int, tally: FileTally) -> None:
    import numpy as np

    breaks = bands[1:] != bands[:-1]
    if rows is not None:
        breaks = breaks | (rows[1:] != rows[:-1] + 1)
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    ends = np.concatenate((starts[1:] - 1, [len(bands) - 1]))
    of_run = bands[starts]
    run_counts = np.bincount(of_run)
    for band in np.unique(of_run).tolist():
        if band in tally.calendar.odd_bands or not tally.is_open(band):
            continue
        if run_counts[band] > MOST_RANGES:  # melting with neighbours outside the batch makes none of them one range fewer
            tally.bands[band].ranges = None
            continue
        mine = of_run == band
        first, last = starts[mine], ends[mine]
        located = (rows[first], rows[last]) if rows is not None else (first + first_row, last + first_row)
        tally.add_ranges(band, list(zip(located[0].tolist(), located[1].tolist(), strict=True)))
