"""What a shape of file means for a contract's table: what it feeds, what it lacks, whether its rows must be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.errors import EngineError
from houdbaar.exports.contract import unknown_columns
from houdbaar.exports.source import BoundFile
from houdbaar.exports.stage_sql import StageQuery, StageSettings
from houdbaar.exports.staged_counts import needs_counting
from houdbaar.exports.syntax import Reader, all_rows, in_place_reader, located_reader, nested, sql_of

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.contract import Table
    from houdbaar.exports.footers import Footer

UNUSABLE = "its rows can't be read as its contract says (damaged, or columns of another type): download it again, or mend the contract"
_LOCATING = {"filename": "VARCHAR", "file_row_number": "BIGINT"}  # what DuckDB names the place of a row


@dataclass(frozen=True, slots=True)
class Shape:
    """What a shape of Parquet file means for a table: what it feeds, unknown columns, whether rows must be looked at, what it lacks."""

    fed: frozenset[str]
    unknown: tuple[str, ...]
    is_counted: bool
    missing: str | None


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of the Parquet files of one audit. `settings` give each file's zones and bounds, by its name and entity."""

    engine: Engine
    settings: Mapping[tuple[str, str], StageSettings]
    _known: dict[tuple[str, str, int, StageSettings], Shape] = field(default_factory=dict)

    def of(self, bound: BoundFile, table: Table, footer: Footer) -> Shape:
        """What holds for all Parquet files of one contract, shape and settings: a year of shards is looked at once."""
        settings = self.settings[bound.name, table.entity]
        key = (bound.contract.id, table.entity, id(footer.types), settings)
        if key not in self._known:
            query = StageQuery(table, footer.types, settings)
            if (missing := self._unreadable(bound, query)) is not None:
                return Shape(frozenset(), (), False, missing)
            is_counted = bool(table.excludes or table.first_of or table.explode) or needs_counting(query)
            unknown = unknown_columns(bound.contract, tuple(footer.types))
            self._known[key] = Shape(query.fed(), unknown, is_counted, missing_trigger(table, query))
        return self._known[key]

    def _unreadable(self, bound: BoundFile, query: StageQuery) -> str | None:
        """Why no rows can be made of a shape of Parquet file; None when they can."""
        taken = sorted(_LOCATING.keys() & set(map(str.casefold, query.present)))
        if taken:
            return f"it has a column named {' and '.join(taken)}, a name that locates rows here: export it under another name"
        root = root_of(bound)
        # An empty table says it without the file's footer, which takes long to parse; not every type can be written down for one.
        if self._makes_rows_of_none(query, root) or self._makes_rows(query, in_place_reader([bound.file.path], root)):
            return None
        return UNUSABLE

    def _makes_rows_of_none(self, query: StageQuery, root: Path) -> bool:
        """Whether an empty table of the shape can be made, and read."""
        try:
            self.engine.make_empty_table("shape", {**query.present, **_LOCATING})
        except EngineError:
            return False
        is_read = self._makes_rows(query, located_reader(nested(all_rows("shape")), root))
        self.engine.drop_table("shape")
        return is_read

    def _makes_rows(self, query: StageQuery, reader: Reader) -> bool:
        try:
            self.engine.columns(sql_of(query.select(reader)))
        except EngineError:
            return False
        return True


def missing_trigger(table: Table, query: StageQuery) -> str | None:
    """What to say of a file of events without any column that dates them; None when it has one, or bounds in its place.

    Records with a lasting key are read all the same: checks that need a date say so, and the others judge (entities.md).
    """
    if (
        table.key
        or not table.triggers
        or table.loaded_on is not None
        or query.settings.period is not None
        or query.fed().intersection(table.triggers)
    ):
        return None
    names = " or ".join(item.physical_names[0] for item in table.columns if item.name in table.triggers and item.physical_names)
    return (
        f"the column {names} is missing, and without it no term can be counted for {table.entity}: "
        "export it with that column, or bind the file to another contract"
    )


def root_of(bound: BoundFile) -> Path:
    """The exports folder, as the start of the file's path."""
    return Path(str(bound.file.path)[: -len(bound.name)])
