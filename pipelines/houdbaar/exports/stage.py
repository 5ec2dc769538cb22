"""Exports become entities: text formats are staged once as Parquet, Parquet is read in place, and a view an entity stands over both.

Rows are reconciled for every file and entity, in source rows: read = staged + rejected + excluded (design 4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.errors import EngineError, SourceError
from houdbaar.exports.cache import Cache
from houdbaar.exports.classify.classify import ColumnClass
from houdbaar.exports.classify.sample import sample_parquet
from houdbaar.exports.classify.table import classify_samples, watched_columns
from houdbaar.exports.contract import read_structure, unknown_columns
from houdbaar.exports.files import is_changed, sha256_of
from houdbaar.exports.read import READER_VERSION, read
from houdbaar.exports.rows_sql import Rows
from houdbaar.exports.source import BoundFile
from houdbaar.exports.stage_sql import NAIVE_TYPES, StageQuery, StageSettings
from houdbaar.exports.syntax import Reader, all_of, call, column, in_place_reader, nested, parquet, select_from, text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.contract import Table
    from houdbaar.exports.footers import Footer

UNUSABLE = "its rows can't be read as its contract says (damaged, or columns of another type): download it again, or mend the contract"
_LOCATING = frozenset({"filename", "file_row_number"})  # what DuckDB names the place of a row
CHANGED = "the file changed while it was read, or was removed: wait until the export is complete, then audit again"
STAGER_VERSION = 6  # part of the cache's key: raise it when staging SQL changes what it writes


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


@dataclass(frozen=True, slots=True)
class Part:
    """What one file gives to one entity: rows at `path` (staged Parquet, or the export itself), the columns it feeds, its counts."""

    bound: BoundFile
    table: Table
    path: Path
    is_in_place: bool
    types: Mapping[str, str]  # the export's columns in place; empty for staged parts
    fed: frozenset[str]
    counts: Counts


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a shape of Parquet file means for a table: what it feeds, unknown columns, whether rows must be looked at, what it lacks."""

    fed: frozenset[str]
    unknown: tuple[str, ...]
    is_counted: bool
    missing: str | None


@dataclass(frozen=True, slots=True)
class Stager:
    """Stages the files of one audit into its cache. `settings` give each file's zones and bounds."""

    engine: Engine
    cache: Cache
    settings: Mapping[tuple[str, str], StageSettings]  # by file name and entity
    shapes: dict[tuple[str, str, int, StageSettings], _Shape] = field(default_factory=dict)

    def stage(self, bound: BoundFile, footer: Footer | None) -> list[Part]:
        """The parts of one file, one a table of its contract. Raises SourceError when it can't be read whole."""
        parts = self._staged(bound) if footer is None else [self._in_place(bound, table, footer) for table in bound.contract.tables]
        if is_changed(bound.file):
            raise SourceError(f"{bound.name}: {CHANGED}")
        return parts

    def _in_place(self, bound: BoundFile, table: Table, footer: Footer) -> Part:
        shape = self._shape(bound, table, footer)
        if shape.missing is not None:
            raise SourceError(f"{bound.name}: {shape.missing}")
        counts = Counts(footer.rows, footer.rows, unknown=shape.unknown)
        if shape.is_counted:
            query = StageQuery(table, footer.types, self.settings[bound.name, table.entity])
            counts = self._counted(query, in_place_reader([bound.file.path], _root(bound)), counts)
        return Part(bound, table, bound.file.path, True, footer.types, shape.fed, counts)

    def _shape(self, bound: BoundFile, table: Table, footer: Footer) -> _Shape:
        """What holds for all Parquet files of one contract, shape and settings: a year of shards is looked at once."""
        settings = self.settings[bound.name, table.entity]
        key = (bound.contract.id, table.entity, id(footer.types), settings)
        if key not in self.shapes:
            query = StageQuery(table, footer.types, settings)
            if (missing := self._unreadable(bound, query)) is not None:
                return _Shape(frozenset(), (), False, missing)
            is_counted = bool(table.excludes or table.first_of or table.explode) or _needs_counting(query)
            unknown = unknown_columns(bound.contract, tuple(footer.types))
            self.shapes[key] = _Shape(query.fed(), unknown, is_counted, _missing_trigger(table, query))
        return self.shapes[key]

    def _unreadable(self, bound: BoundFile, query: StageQuery) -> str | None:
        """Why no rows can be made of a shape of Parquet file; None when they can."""
        taken = sorted(_LOCATING.intersection(map(str.casefold, query.present)))
        if taken:
            return f"it has a column named {' and '.join(taken)}, a name that locates rows here: export it under another name"
        try:
            self.engine.columns(query.select(in_place_reader([bound.file.path], _root(bound))).sql(dialect="duckdb"))
        except EngineError:
            return UNUSABLE
        return None

    def _counted(self, query: StageQuery, reader: Reader, counts: Counts) -> Counts:
        excluded = self._excluded(query, reader)
        staged = replace(counts, rows_staged=counts.rows_read - sum(excluded.values()), excluded=excluded)
        return self._flagged(query, query.select(reader), staged)

    def _staged(self, bound: BoundFile) -> list[Part]:
        keys = [self._cache_key(bound, table) for table in bound.contract.tables]
        cached = [self._cached(bound, table, key) for table, key in zip(bound.contract.tables, keys, strict=True)]
        found = [part for part in cached if part is not None]
        if len(found) == len(keys):
            return found
        structure = read_structure(bound.contract, bound.head.columns)
        raw_path = self.cache.draft(keys[0]).with_suffix(".raw")
        raw = read(bound.file, bound.head, structure, raw_path)
        try:
            types = {name: kind for name, kind in self._types(raw_path).items() if name != "row"}
            strange = unknown_columns(bound.contract, tuple(types))
            # Values of columns that nobody named, secrets among them, are looked at here and not kept: the raw file goes.
            samples, watched = (
                sample_parquet([raw_path], columns, bound.contract.id)
                for columns in (strange, watched_columns(bound.contract, tuple(types)))
            )
            classes = classify_samples(bound.contract, {**samples, **raw.samples}, watched)
            unknown = tuple(dict.fromkeys((*strange, *raw.unknown)))
            counts = Counts(raw.rows_read, raw.rows_staged, raw.rejected, raw.excluded, unknown=unknown, classes=classes)
            return [
                self._written(bound, table, key, raw_path, types, counts) for table, key in zip(bound.contract.tables, keys, strict=True)
            ]
        finally:
            raw_path.unlink(missing_ok=True)

    def _written(self, bound: BoundFile, table: Table, key: str, raw_path: Path, types: Mapping[str, str], counts: Counts) -> Part:
        is_spreadsheet = bound.head.format in ("csv", "excel")
        query = StageQuery(table, types, self.settings[bound.name, table.entity], is_spreadsheet)
        if (missing := _missing_trigger(table, query)) is not None:
            raise SourceError(f"{bound.name}: {missing}")
        draft = self.cache.draft(key)
        reader = Reader(parquet([raw_path]), text(str(draft.with_suffix(".parquet"))), column("row"), text(bound.name))
        try:
            excluded = self._excluded(query, reader)
            self.engine.copy_to(draft, query.select(reader).sql(dialect="duckdb"))
            flagged = self._flagged(query, all_of([draft]), counts)
            lost = sum(excluded.values())
            full = replace(flagged, rows_staged=counts.rows_staged - lost, excluded={**counts.excluded, **excluded})
            out = self.cache.add(draft, {**asdict(full), "fed": sorted(query.fed()), "file": bound.name})
        except EngineError:
            raise SourceError(
                f"{bound.name}: its rows can't be brought into the shape of {table.entity}: check the contract {bound.contract.id}"
            ) from None
        finally:
            draft.unlink(missing_ok=True)
        return Part(bound, table, out, False, {}, query.fed(), full)

    def _cached(self, bound: BoundFile, table: Table, key: str) -> Part | None:
        entry = self.cache.find(key)
        if entry is None:
            return None
        path, stored = entry
        fed = frozenset(stored.pop("fed"))
        del stored["file"]
        stored["rejected"] = tuple((row, reason) for row, reason in stored["rejected"])
        stored["unknown"] = tuple(stored["unknown"])
        stored["classes"] = tuple(ColumnClass(**item) for item in stored["classes"])
        return Part(bound, table, path, False, {}, fed, Counts(**stored))

    def _cache_key(self, bound: BoundFile, table: Table) -> str:
        parts = (
            sha256_of(bound.file.path),
            bound.file.member,
            bound.name,
            bound.contract.digest,
            READER_VERSION,
            STAGER_VERSION,
            table.entity,
            self.settings[bound.name, table.entity],
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _types(self, path: Path) -> dict[str, str]:
        return self.engine.columns(all_of([path]).sql(dialect="duckdb"))

    def _excluded(self, query: StageQuery, reader: Reader) -> dict[str, int]:
        rows = Rows(query.table, query.present)
        if not rows.reasons:
            return {}
        (counts,) = self.engine.rows(rows.excluded_sql(reader))
        # Of no row at all count_if() gives NULL.
        return {reason: count or 0 for reason, count in zip(rows.reasons, counts, strict=True)}

    def _flagged(self, query: StageQuery, relation: exp.Select, counts: Counts) -> Counts:
        """The counts, with those a column of zone-less stamps, of those that a clock change skipped, and of values that can't be cast."""
        names = [f"{kind}:{item.name}" for kind in ("naive", "skipped") for item in query.stamps()]
        names += [f"uncast:{name}" for name in (*(item.name for item in query.casts()), *query.raw.nested_texts())]
        if not names:
            return counts
        counting = select_from([call("count_if", column(name)) for name in names], nested(relation))
        (numbers,) = self.engine.rows(counting.sql(dialect="duckdb"))
        found: dict[str, dict[str, int]] = {"naive": {}, "skipped": {}, "uncast": {}}
        for name, number in zip(names, numbers, strict=True):
            kind, _, item = name.partition(":")
            if number:
                found[kind][item] = number
        return replace(counts, naive=found["naive"], skipped=found["skipped"], uncast=found["uncast"])


def _needs_counting(query: StageQuery) -> bool:
    """Typed columns can't fail to cast and carry their zone; text and zone-less stamps in Parquet are counted like any text."""
    stamps = [item for item in query.stamps() if query.is_fed(item)]
    is_naive = any(query.value_type(item) in NAIVE_TYPES or (query.is_text(item) and "H" in (item.format or "H")) for item in stamps)
    return (
        is_naive
        or bool(query.raw.nested_texts())
        or any(query.value_type(item) == "VARCHAR" for item in query.casts() if query.is_fed(item))
    )


def _missing_trigger(table: Table, query: StageQuery) -> str | None:
    """What to say of a file without any column that starts its entity's term; None when it has one, or bounds in its place."""
    if not table.triggers or table.loaded_on is not None or query.settings.period is not None or query.fed().intersection(table.triggers):
        return None
    names = " or ".join(item.physical_names[0] for item in table.columns if item.name in table.triggers and item.physical_names)
    return (
        f"the column {names} is missing, and without it no term can be counted for {table.entity}: "
        "export it with that column, or bind the file to another contract"
    )


def _root(bound: BoundFile) -> Path:
    """The exports folder, as the start of the file's path."""
    return Path(str(bound.file.path)[: -len(bound.name)])
