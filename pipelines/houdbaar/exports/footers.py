"""Parquet footers: which columns a file has, how many rows, and the least and greatest value of a column in each row group.

They are read once for all files of an audit, before any column (design 5, 'The footers decide first').
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from houdbaar.errors import EngineError
from houdbaar.exports.syntax import all_of

if TYPE_CHECKING:
    from pathlib import Path

    from houdbaar.engines.duckdb import Engine

WORKERS = 2  # parsing is what footers cost; DuckDB parses one list of files on one thread

_GROUPS = """
    select
        file_name,
        row_group_id,
        any_value(row_group_num_rows) as rows,
        cast(bit_xor(hash(path_in_schema, type)) as varchar) as shape,
        list({'name': path_in_schema, 'least': stats_min_value, 'greatest': stats_max_value, 'nulls': stats_null_count})
            filter (where list_contains($columns, path_in_schema)) as statistics
    from parquet_metadata($paths)
    group by file_name, row_group_id
    order by file_name, row_group_id
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a footer says of one column in one row group, as text in the column's own unit; None where it says nothing."""

    least: str | None
    greatest: str | None
    nulls: int | None


@dataclass(frozen=True, slots=True)
class RowGroup:
    """One row group of a file: its rows and the statistics of the columns asked for."""

    rows: int
    statistics: dict[str, Statistics]


@dataclass(slots=True)
class Footer:
    """One Parquet file: columns with DuckDB types (shared by files of one shape), rows, row groups in order."""

    types: dict[str, str] = field(default_factory=dict)
    groups: list[RowGroup] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of the whole file."""
        return sum(group.rows for group in self.groups)


def read_footers(engine: Engine, paths: Sequence[Path], columns: Iterable[str]) -> tuple[dict[Path, Footer], list[Path]]:
    """The footers of Parquet files, and the files whose footer can't be read; `columns` are those whose statistics matter."""
    readable = list(paths)
    broken: list[Path] = []
    try:
        footers = _read(engine, readable, sorted(columns))
    except EngineError:
        readable, broken = _parted(engine, paths)
        footers = _read(engine, readable, sorted(columns))
    return footers, broken


def _parted(engine: Engine, paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Readable and broken files, tried one by one: only when reading all at once has failed."""
    broken = [path for path in paths if not _is_readable(engine, path)]
    return [path for path in paths if path not in set(broken)], broken


def _is_readable(engine: Engine, path: Path) -> bool:
    try:
        engine.rows("select num_rows from parquet_file_metadata($path)", {"path": str(path)})
        types_of(engine, path)
    except EngineError:
        return False
    return True


def _read(engine: Engine, paths: Sequence[Path], columns: Sequence[str]) -> dict[Path, Footer]:
    footers = {path: Footer() for path in paths}
    if not paths:
        return footers
    by_text = {str(path): path for path in paths}
    shapes: dict[str, dict[str, str]] = {}
    for rows in _in_parallel(engine, list(by_text), columns):
        for name, _, count, shape, statistics in rows:
            footer = footers[by_text[name]]
            if not footer.groups:
                footer.types = shapes.get(shape) or shapes.setdefault(shape, types_of(engine, by_text[name]))
            footer.groups.append(RowGroup(count, {str(entry["name"]): _statistics(entry) for entry in statistics or ()}))
    for path, footer in footers.items():
        if not footer.groups:  # no rows: the footer has no row group, but it has columns
            footer.types = types_of(engine, path)
    return footers


def _in_parallel(
    engine: Engine, paths: Sequence[str], columns: Sequence[str]
) -> list[list[tuple[str, int, int, str, list[dict[str, object]]]]]:
    parts = [paths[start::WORKERS] for start in range(WORKERS) if paths[start::WORKERS]]
    with ThreadPoolExecutor(WORKERS) as pool:
        futures = [pool.submit(engine.cursor().rows, _GROUPS, {"paths": part, "columns": list(columns)}) for part in parts]
        return [future.result() for future in futures]


def _statistics(entry: dict[str, object]) -> Statistics:
    least, greatest, nulls = entry["least"], entry["greatest"], entry["nulls"]
    return Statistics(
        least if isinstance(least, str) else None,
        greatest if isinstance(greatest, str) else None,
        nulls if isinstance(nulls, int) else None,
    )


def types_of(engine: Engine, path: Path) -> dict[str, str]:
    """Names and DuckDB types of a Parquet file's columns."""
    return engine.columns(all_of([path]).sql(dialect="duckdb"))
