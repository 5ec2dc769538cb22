"""What staging counts in the rows of some files of one shape, each file by its path: rows left out, zone-less stamps, values lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from houdbaar.exports.classify.classify import ColumnClass
from houdbaar.exports.rows_sql import Rows
from houdbaar.exports.stage_sql import StageQuery
from houdbaar.exports.stamp_steps import NAIVE_TYPES
from houdbaar.exports.syntax import Reader, call, column, nested, select_from, sql_of

if TYPE_CHECKING:
    from sqlglot import exp

    from houdbaar.engines.duckdb import Engine

Lost = Mapping[str, Mapping[str, int]]  # rows left out, by path and reason
Flags = Mapping[str, Mapping[str, Mapping[str, int]]]  # values of note, by path, kind and column


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one file for one entity, in source rows, and what staging saw in its columns."""

    rows_read: int
    rows_staged: int
    rejected: tuple[tuple[int, str], ...] = ()
    excluded: Mapping[str, int] = field(default_factory=dict)
    naive: Mapping[str, int] = field(default_factory=dict)  # stamps without a zone, a column
    skipped: Mapping[str, int] = field(default_factory=dict)  # of these, those that a clock change skipped
    uncast: Mapping[str, int] = field(default_factory=dict)  # values that could not be cast, a column
    unknown: tuple[str, ...] = ()  # columns that the contract doesn't name
    classes: tuple[ColumnClass, ...] = ()  # what they hold; of exports in place it is found when a check asks

    def with_found(self, path: str, lost: Lost, flags: Flags) -> Counts:
        """These counts of a file, with what was counted in its rows at a path."""
        lost_rows, flagged_values = lost.get(path, {}), flags.get(path, {})
        return replace(
            self,
            rows_staged=self.rows_staged - sum(lost_rows.values()),
            excluded={**self.excluded, **lost_rows},
            naive=flagged_values.get("naive", {}),
            skipped=flagged_values.get("skipped", {}),
            uncast=flagged_values.get("uncast", {}),
        )


def excluded(engine: Engine, query: StageQuery, reader: Reader, paths: Iterable[str]) -> Lost:
    """Rows that the contract leaves out."""
    rows = Rows(query.table, query.present)
    if not rows.reasons:
        return {}
    found = {path: dict(zip(rows.reasons, counts, strict=True)) for path, *counts in engine.rows(rows.excluded_sql(reader))}
    return {path: found.get(path, dict.fromkeys(rows.reasons, 0)) for path in paths}  # a file without rows has none to group


def flagged(engine: Engine, query: StageQuery, relation: exp.Select) -> Flags:
    """Of staged rows: stamps without a zone, of these the ones that a clock change skipped, values not cast."""
    names = [f"{kind}:{item.name}" for kind in ("naive", "skipped") for item in query.stamps()]
    names += [f"uncast:{name}" for name in (*(item.name for item in query.casts()), *query.raw.nested_texts())]
    if not names:
        return {}
    counting = select_from([column("path"), *(call("count_if", column(name)) for name in names)], nested(relation))
    found: dict[str, dict[str, dict[str, int]]] = {}
    for path, *numbers in engine.rows(sql_of(counting.group_by(column("path"), copy=False))):
        of_file = found.setdefault(path, {"naive": {}, "skipped": {}, "uncast": {}})
        for name, number in zip(names, numbers, strict=True):
            kind, _, item = name.partition(":")
            if number:
                of_file[kind][item] = number
    return found


def needs_counting(query: StageQuery) -> bool:
    """Typed columns can't fail to cast and carry their zone; text and zone-less stamps in Parquet are counted like any text."""
    stamps = [item for item in query.stamps() if query.is_fed(item)]
    is_naive = any(query.value_type(item) in NAIVE_TYPES or (query.is_text(item) and "H" in (item.format or "H")) for item in stamps)
    return is_naive or bool(query.raw.nested_texts()) or any(query.value_type(item) == "VARCHAR" for item in query.casts())
