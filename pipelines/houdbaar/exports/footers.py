"""Parquet footers: which columns a file has, how many rows, and the least and greatest value of a column in each row group.

They are read once for all files of an audit, before any column (design 5, 'The footers decide first').
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from houdbaar.errors import EngineError
from houdbaar.exports.parquet_tail import KnownSchema, footer_of, read_tail, schema_bytes
from houdbaar.exports.syntax import all_of, sql_of, unglobbed
from houdbaar.exports.tally import micros_of

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow.parquet as pq

    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.parquet_tail import RawStatistics, Tail

_READERS = 2
_INT64_BYTES = 8
_BY_HAND = ("BIGINT", "VARCHAR")  # types of columns whose statistics are read without a library
_GROUPS = """
    select
        file_name,
        row_group_id,
        any_value(row_group_num_rows) as rows,
        list({'name': path_in_schema, 'least': stats_min_value, 'greatest': stats_max_value, 'nulls': stats_null_count})
            filter (where list_contains($columns, path_in_schema)) as statistics
    from parquet_metadata($paths)
    group by file_name, row_group_id
    order by file_name, row_group_id
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a footer says of one column in one row group: numbers, UTC timestamps as micros; None where it says nothing usable.

    `only`: the text that all its values are, of a column of texts.
    """

    least: int | None
    greatest: int | None
    nulls: int | None
    only: str | None = None


@dataclass(frozen=True, slots=True)
class RowGroup:
    """One row group of a file: its rows and the statistics of the columns asked for."""

    rows: int
    statistics: dict[str, Statistics]


@dataclass(slots=True)
class Footer:
    """One Parquet file: columns with DuckDB types (one object for all files of a shape), row groups in order.

    `metadata` is what pyarrow made of the footer, where it has read it: parsing that of many row groups again takes long.
    """

    types: dict[str, str] = field(default_factory=dict)
    groups: list[RowGroup] = field(default_factory=list)
    metadata: pq.FileMetaData | None = None

    @property
    def rows(self) -> int:
        """Rows of the whole file."""
        return sum(group.rows for group in self.groups)


def read_footers(engine: Engine, paths: Sequence[Path], columns: Iterable[str]) -> tuple[dict[Path, Footer], list[Path]]:
    """The footers of Parquet files, and the files whose footer can't be read; `columns` are those whose statistics matter."""
    reader = _FooterReader(engine, sorted(columns))
    for path in paths:
        if not reader.read_quickly(path):
            reader.left.append(path)
    reader.read_several()
    reader.read_left()
    return reader.footers, reader.broken


@dataclass(slots=True)
class _FooterReader:
    """Reads files of a shape that is known already by hand, and the others with DuckDB."""

    engine: Engine
    columns: list[str]
    footers: dict[Path, Footer] = field(default_factory=dict)
    broken: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    known: list[tuple[KnownSchema, dict[str, str] | None]] = field(default_factory=list)  # None: DuckDB must read files of this shape
    several: dict[Path, tuple[dict[str, str], KnownSchema]] = field(default_factory=dict)  # files with more than one row group
    parsed: dict[Path, pq.FileMetaData] = field(default_factory=dict)  # of the first file of each shape

    def read_quickly(self, path: Path) -> bool:
        """Whether the file's footer could be read by hand."""
        try:
            footer = footer_of(path)
        except OSError:
            return False
        if footer is None:
            return False
        schema, types = next((entry for entry in self.known if footer.startswith(entry[0].prefix)), None) or self._learn(path, footer)
        if types is None:
            return False
        tail = read_tail(footer, schema)
        if tail is None:
            self.several[path] = types, schema
        else:
            self.footers[path] = Footer(types, [_row_group(tail, types)])
        return True

    def read_several(self) -> None:
        """Read the files with several row groups; those that pyarrow can't read are left to DuckDB."""
        with ThreadPoolExecutor(_READERS) as pool:
            found = pool.map(lambda path: _of_several(self.parsed.get(path) or _metadata(path), *self.several[path]), self.several)
            for path, footer in zip(self.several, found, strict=True):
                if footer is None:
                    self.left.append(path)
                else:
                    self.footers[path] = footer

    def _learn(self, path: Path, footer: bytes) -> tuple[KnownSchema, dict[str, str] | None]:
        """A new shape of file. Stamps that are no plain 64-bit numbers (timestamps of some unit) are left to DuckDB."""
        prefix = schema_bytes(footer)
        with ThreadPoolExecutor(1) as beside:  # both parse the footer, which takes long where there are many row groups
            parsed = beside.submit(_metadata, path)
            try:
                types = types_of(self.engine, path)
            except EngineError:
                return KnownSchema(footer, {}), None
            metadata = parsed.result()
        if metadata is None:
            return KnownSchema(footer, {}), None
        self.parsed[path] = metadata
        leaves = [metadata.schema.column(position) for position in range(metadata.num_columns)]
        names = {position: leaf.name for position, leaf in enumerate(leaves) if leaf.path == leaf.name}  # not those inside a STRUCT
        wanted = {position: name for position, name in names.items() if name in self.columns and types.get(name) in _BY_HAND}
        is_plain = prefix is not None and not any(types.get(name, "").startswith("TIMESTAMP") for name in self.columns)
        self.known.append((KnownSchema(prefix or footer, wanted), types if is_plain else None))
        return self.known[-1]

    def read_left(self) -> None:
        """Read the other files with DuckDB; only when reading all at once fails, one by one."""
        try:
            self._read(self.left)
        except EngineError:
            for path in self.left:
                try:
                    self._read([path])
                except EngineError:
                    self.footers.pop(path, None)
                    self.broken.append(path)

    def _types(self, path: Path, shapes: dict[bytes, dict[str, str]]) -> dict[str, str]:
        """Columns of a file; files with the very same schema bytes share one answer (names and physical types alone would not do)."""
        footer = footer_of(path)
        schema = schema_bytes(footer) if footer is not None else None
        if schema is None:
            return types_of(self.engine, path)
        return shapes.get(schema) or shapes.setdefault(schema, types_of(self.engine, path))

    def _read(self, paths: Sequence[Path]) -> None:
        if not paths:
            return
        by_text = {str(path): path for path in paths}
        shapes: dict[bytes, dict[str, str]] = {}
        rows = self.engine.rows(_GROUPS, {"paths": [unglobbed(path) for path in by_text], "columns": self.columns})
        read = {path: Footer() for path in paths}
        for name, _, count, statistics in rows:
            footer = read[by_text[name]]
            if not footer.groups:
                footer.types = self._types(by_text[name], shapes)
            footer.groups.append(RowGroup(count, {entry["name"]: _statistics(entry) for entry in statistics or ()}))
        for path, footer in read.items():
            if not footer.groups:  # no rows: the footer has no row group, but it has columns
                footer.types = types_of(self.engine, path)
        self.footers |= read


def _of_several(metadata: pq.FileMetaData | None, types: dict[str, str], schema: KnownSchema) -> Footer | None:
    """The footer of a file with several row groups; None when there are none, or pyarrow couldn't read it."""
    if metadata is None or not metadata.num_row_groups:
        return None
    groups = []
    for position in range(metadata.num_row_groups):
        group = metadata.row_group(position)
        statistics = {name: group.column(leaf).statistics for leaf, name in schema.wanted.items()}
        found = {name: _of_arrow(item) for name, item in statistics.items() if item is not None}
        groups.append(RowGroup(group.num_rows, found))
    return Footer(types, groups, metadata)


def _metadata(path: Path) -> pq.FileMetaData | None:
    """What pyarrow makes of a footer; None when it can't read it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return None


def _of_arrow(item: pq.Statistics) -> Statistics:
    nulls = item.null_count if item.has_null_count else None
    least, greatest = (item.min, item.max) if item.has_min_max else (None, None)
    if isinstance(least, int):
        return Statistics(least, greatest, nulls)
    return Statistics(None, None, nulls, least if least == greatest and isinstance(least, str) else None)


def _row_group(tail: Tail, types: dict[str, str]) -> RowGroup:
    return RowGroup(tail.rows, {name: _of_bytes(item, types[name]) for name, item in tail.statistics.items()})


def _of_bytes(item: RawStatistics, kind: str) -> Statistics:
    if kind == "VARCHAR":
        only = item.least if item.least == item.greatest else None
        return Statistics(None, None, item.nulls, None if only is None else only.decode(errors="replace"))
    return Statistics(_int64(item.least), _int64(item.greatest), item.nulls)


def _int64(raw: bytes | None) -> int | None:
    return int.from_bytes(raw, "little", signed=True) if raw is not None and len(raw) == _INT64_BYTES else None


def _statistics(entry: dict[str, object]) -> Statistics:
    nulls, least, greatest = entry["nulls"], entry["least"], entry["greatest"]
    only = least if least == greatest and isinstance(least, str) else None
    return Statistics(_number(least), _number(greatest), nulls if isinstance(nulls, int) else None, only)


def _number(text: object) -> int | None:
    """A footer's value as DuckDB prints it: a number, or a timestamp in UTC; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        return int(text) if "-" not in text[1:] else micros_of(datetime.fromisoformat(text.removesuffix("+00")).replace(tzinfo=UTC))
    except ValueError:
        return None


def types_of(engine: Engine, path: Path) -> dict[str, str]:
    """Names and DuckDB types of a Parquet file's columns."""
    return engine.columns(sql_of(all_of([path])))
