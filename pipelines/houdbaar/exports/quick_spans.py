"""Spans straight from Parquet footers, and from one scan of one column where a footer does not decide (design 5).

For triggers that Parquet stores as whole numbers: epochs and UTC timestamps. A row group whose least and greatest value lie in one
band, without nulls, between plausible past and extraction, is one span and is never read. Of the others one column is read (`scan.py`);
values that need judgement (null, sentinel, implausible, future, other unit) are handed back and judged by the same SQL as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.contract import bound_columns
from houdbaar.exports.plain_stamps import unit_micros
from houdbaar.exports.scan import OpenGroup, ScanJob, scan
from houdbaar.exports.stage_sql import StageQuery
from houdbaar.exports.stamp_steps import plausible_micros
from houdbaar.exports.tally import BandCount, Calendar, FileTally, Span

if TYPE_CHECKING:
    from datetime import date

    from houdbaar.exports.footers import Footer, RowGroup
    from houdbaar.exports.odd import OddRows
    from houdbaar.exports.part import Part
    from houdbaar.exports.stage_sql import StageSettings

SCANNERS = 2
_FALLBACK_TYPES = ("VARCHAR", "DATE")


@dataclass(frozen=True, slots=True)
class QuickTrigger:
    """A trigger stored as a whole number: the entity's column, the export's, micros a unit, the local zone, the clean [low, high].

    `fallback` is the export's column that stands in for a null, with its DuckDB type; None where the files have none.
    """

    name: str
    physical: str
    unit_micros: int
    zone: str
    low: int  # micros: local midnight of the earliest plausible day
    high: int  # micros: the extraction, else the end of 2099
    fallback: tuple[str, str] | None

    def odd_query(self, part: Part, settings: StageSettings) -> StageQuery:
        """The staging query for odd values: of the two columns alone, under the names of the export's."""
        present = {self.physical: part.types[self.physical], **({self.fallback[0]: self.fallback[1]} if self.fallback else {})}
        bound = bound_columns(part.table, present)
        columns = tuple(item for item in part.table.columns if item.name in bound and item.transform is None)
        return StageQuery(replace(part.table, columns=columns, key=(), derived=(), reads=()), present, settings)


def quick_trigger(part: Part, triggers: Sequence[str], settings: StageSettings) -> QuickTrigger | None:
    """The first trigger, if it can be judged by number alone; None where only SQL can (text, transforms, filters, lists)."""
    table = part.table
    columns = {item.name: item for item in table.columns}
    item = columns.get(triggers[0])
    if (
        item is None
        or item.transform is not None
        or table.excludes
        or table.first_of
        or table.explode
        or table.aggregate
        or table.loaded_on
    ):
        return None
    query = StageQuery(table, part.types, settings)
    physical = query.physical(item)
    micros = unit_micros(part.types.get(physical or ""), item)
    rest = [columns[name] for name in triggers[1:] if name in columns and query.is_fed(columns[name])]
    fallbacks = [(name, part.types[name]) for name in map(query.physical, rest) if name is not None]
    if physical is None or micros is None or len(fallbacks) < len(rest) or any(kind not in _FALLBACK_TYPES for _, kind in fallbacks):
        return None
    low, high = plausible_micros(settings)
    return QuickTrigger(triggers[0], physical, micros, settings.local_zone, low, high, fallbacks[0] if fallbacks else None)


@dataclass(frozen=True, slots=True)
class QuickSpans:
    """What could be told by number: spans, rows that SQL must judge (by file), and files that SQL must read whole."""

    spans: list[Span]
    odd: dict[Path, list[OddRows]]
    whole: list[Path]


def quick_spans(trigger: QuickTrigger, paths: Sequence[Path], footers: Mapping[Path, Footer], edges: Sequence[date]) -> QuickSpans:
    """Place the rows of files in bands. `edges` are the first days of the bands, ascending."""
    calendar = Calendar.of(trigger.low, trigger.high, trigger.zone, edges)
    tallies = {path: FileTally(str(path), calendar, len(footers[path].groups)) for path in paths}
    stretches = 1 if len(paths) > SCANNERS else SCANNERS
    jobs = (job for path in paths for job in _jobs(path, footers[path], trigger, tallies[path], stretches))
    failed: set[Path] = set()
    # Results come in the order of the jobs, so that a file's ranges do too; two threads read while jobs are still being found.
    with ThreadPoolExecutor(SCANNERS) as pool:
        for job, found in pool.map(lambda job: (job, scan(job)), jobs):
            if found is None:
                failed.add(job.path)
                continue
            for count in found.bands:
                job.tally.add(count)
            if found.odd.values:
                job.tally.odd.append(found.odd)
    result = QuickSpans([], {}, [])
    for path, tally in tallies.items():
        if path in failed or any(odd.is_hopeless for odd in tally.odd):
            result.whole.append(path)
            continue
        result.spans.extend(tally.spans(trigger.name))
        if tally.odd:
            result.odd[path] = tally.odd
    return result


def _jobs(path: Path, footer: Footer, trigger: QuickTrigger, tally: FileTally, stretches: int) -> list[ScanJob]:
    """The row groups that their footers leave open, in `stretches` for several threads; what footers decide is tallied."""
    still_open = []
    first_row = 1
    for position, group in enumerate(footer.groups):
        if not _decided(group, trigger, tally, first_row):
            statistics = group.statistics.get(trigger.physical)
            still_open.append(OpenGroup(position, first_row, statistics is None or statistics.nulls != 0))
        first_row += group.rows
    fallback = trigger.fallback[0] if trigger.fallback else None
    limits = (-(-trigger.low // trigger.unit_micros), trigger.high // trigger.unit_micros)
    size = max(1, -(-len(still_open) // stretches))
    parts = [tuple(still_open[start : start + size]) for start in range(0, len(still_open), size)]
    return [ScanJob(path, footer.metadata, part, trigger.physical, fallback, trigger.unit_micros, limits, tally) for part in parts]


def _decided(group: RowGroup, trigger: QuickTrigger, tally: FileTally, first_row: int) -> bool:
    """Whether the footer alone places all of a row group; if so, it is tallied."""
    statistics = group.statistics.get(trigger.physical)
    if statistics is None or statistics.nulls != 0 or statistics.least is None or statistics.greatest is None:
        return False
    least, greatest = statistics.least * trigger.unit_micros, statistics.greatest * trigger.unit_micros
    if least < trigger.low or greatest > trigger.high:
        return False
    calendar = tally.calendar
    first, last = calendar.day_of(least), calendar.day_of(greatest)
    band = calendar.band_of_day(first)
    if band != calendar.band_of_day(last) or band in calendar.odd_bands:
        return False
    tally.add(BandCount(band, first, last, group.rows, [(first_row, first_row + group.rows - 1)]))
    return True
