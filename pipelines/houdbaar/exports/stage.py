"""Exports become entities: text formats are staged once as Parquet, Parquet is read in place, and a view an entity stands over both.

Rows are reconciled for every file and entity, in source rows: read = staged + rejected + excluded (design 4).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.engines.memory import give_back
from houdbaar.errors import EngineError, SourceError
from houdbaar.exports.ahead import ahead
from houdbaar.exports.cache import Cache
from houdbaar.exports.files import is_changed
from houdbaar.exports.part import Part
from houdbaar.exports.raw_file import RawFile, RawReader
from houdbaar.exports.shapes import Shapes, missing_trigger, root_of
from houdbaar.exports.source import BoundFile
from houdbaar.exports.stage_sql import StageQuery, StageSettings
from houdbaar.exports.staged_counts import Counts, excluded, flagged
from houdbaar.exports.syntax import all_of, column, in_place_reader, raw_reader, sql_of, staged_rows, text, without_path
from houdbaar.exports.views import EVENT_KEYS

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.contract import Table
    from houdbaar.exports.footers import Footer

CHANGED = "the file changed while it was read, or was removed: wait until the export is complete, then audit again"
_Beginning = Callable[[BoundFile], "Sequence[Part | _Pending]"]
BATCH_ROWS = 20_000  # of text exports that one query stages: to plan it takes longer than to run it on a few rows


@dataclass(frozen=True, slots=True)
class _Pending:
    """A file that waits to be staged or counted with others of its shape. `key` is the cache's, and `path` a raw file; None: in place."""

    bound: BoundFile
    query: StageQuery
    path: Path
    counts: Counts
    key: str | None

    @property
    def shape(self) -> tuple[object, ...]:
        """Files that one query can read have the same."""
        query = self.query
        shape = (query.table.entity, tuple(query.present.items()), query.settings, query.is_spreadsheet)
        return (self.bound.contract.id, self.key is None, *shape)


@dataclass(slots=True)
class Staged:
    """What became of some files, by name."""

    _parts: dict[str, list[Part]] = field(default_factory=dict)
    _errors: dict[str, SourceError | EngineError | OSError] = field(default_factory=dict)

    def parts_of(self, bound: BoundFile) -> list[Part]:
        """The parts of one file, one a table of its contract. Raises what went wrong: SourceError, EngineError or OSError."""
        if bound.name in self._errors:
            raise self._errors[bound.name]
        entities = [table.entity for table in bound.contract.tables]
        return sorted(self._parts.get(bound.name, []), key=lambda part: entities.index(part.table.entity))

    def add(self, part: Part) -> None:
        """Note a part of a file."""
        self._parts.setdefault(part.bound.name, []).append(part)

    def fail(self, bound: BoundFile, error: SourceError | EngineError | OSError) -> None:
        """Note what is wrong with a file: the first that was."""
        self._errors.setdefault(bound.name, error)

    def note_changed(self, bound: BoundFile) -> None:
        """Note that a file changed meanwhile, which says more than what was wrong with the half of it that was read."""
        self._errors[bound.name] = SourceError(f"{bound.name}: {CHANGED}")


@dataclass(frozen=True, slots=True)
class Stager:
    """Stages the files of one audit into its cache. `settings` give each file's zones and bounds."""

    engine: Engine
    cache: Cache
    settings: Mapping[tuple[str, str], StageSettings]  # by file name and entity
    shapes: Shapes = field(init=False)

    def __post_init__(self) -> None:
        """One look at each shape of file."""
        object.__setattr__(self, "shapes", Shapes(self.engine, self.settings))

    def stage(self, files: Iterable[BoundFile], footers: Mapping[Path, Footer], tick: Callable[[str], None] = lambda _: None) -> Staged:
        """Stage files, those of one shape together: `footers` of Parquet files, which are read in place; `tick` is told each name.

        Text exports are read beside it, the smallest first: while a large one is read, others are staged.
        """
        files, staged = list(files), Staged()
        texts = sorted((each for each in files if each.head.format != "parquet"), key=lambda each: (each.file.size, each.name))
        self.cache.digests.begin(each.file.path for each in texts)
        waiting: list[_Pending] = []
        try:
            with ahead(RawReader(self.cache, self.settings).read, texts, _drop) as reading, self._hashes_left_on_error():
                for bound in (each for each in files if each.head.format == "parquet"):
                    tick(bound.name)
                    self._begin(bound, functools.partial(self._in_place, footers[bound.file.path]), staged, waiting)
                for bound, read in reading:
                    tick(bound.name)
                    self._begin(bound, functools.partial(self._of_text, read), staged, waiting)
                    if sum(item.counts.rows_staged for item in waiting if item.key is not None) > BATCH_ROWS:
                        self._finish_all(waiting, staged)
            self._finish_all(waiting, staged)
        finally:
            _drop_raw(waiting)
        for bound in files:
            if is_changed(bound.file):
                staged.note_changed(bound)
        return staged

    @contextlib.contextmanager
    def _hashes_left_on_error(self) -> Iterator[None]:
        """After Ctrl-C the reader, which may wait for the hash of a large file, ends at once."""
        try:
            yield
        except BaseException:
            self.cache.digests.close()
            raise

    def _begin(self, bound: BoundFile, begin: _Beginning, staged: Staged, waiting: list[_Pending]) -> None:
        try:
            begun = begin(bound)
        except (SourceError, EngineError, OSError) as error:
            staged.fail(bound, error)
            return
        for item in begun:
            if isinstance(item, Part):
                staged.add(item)
            else:
                waiting.append(item)

    def _finish_all(self, waiting: list[_Pending], staged: Staged) -> None:
        if any(item.key is not None for item in waiting):
            give_back()
        changed = self._changed(waiting)
        batches: dict[tuple[object, ...], list[_Pending]] = {}
        for item in waiting:
            if item.bound.name in changed:
                staged.note_changed(item.bound)
                continue
            batches.setdefault(item.shape, []).append(item)
        for batch in batches.values():
            self._finish(batch, staged)
        _drop_raw(waiting)
        waiting.clear()

    def _changed(self, waiting: Iterable[_Pending]) -> set[str]:
        """The names of text exports whose rows may be others than those of the bytes that name their entry: none of it may be kept."""
        is_same = functools.cache(self.cache.digests.is_same)  # once for all members of an archive
        read = [item.bound for item in waiting if item.key is not None]
        return {bound.name for bound in read if is_changed(bound.file) or not is_same(bound.file.path)}

    def _finish(self, batch: Sequence[_Pending], staged: Staged) -> None:
        """The parts of files of one shape; where one of them can't be read, each is tried alone."""
        try:
            parts = self._counted(batch) if batch[0].key is None else self._written(batch)
        except (SourceError, EngineError, OSError) as error:
            if len(batch) == 1:
                staged.fail(batch[0].bound, error)
            else:
                for item in batch:
                    self._finish([item], staged)
            return
        for part in parts:
            staged.add(part)

    def _of_text(self, reading: Future[RawFile | list[Part]], bound: BoundFile) -> Sequence[Part | _Pending]:
        """What was read of a text export, for each table."""
        read = reading.result()
        if not isinstance(read, RawFile):
            return read
        try:
            types = {name: kind for name, kind in self.engine.columns(sql_of(all_of([read.path]))).items() if name != "row"}
            return [self._raw(bound, table, key, read, types) for table, key in zip(bound.contract.tables, read.keys, strict=True)]
        except BaseException:
            read.drop()
            raise

    def _raw(self, bound: BoundFile, table: Table, key: str, read: RawFile, types: Mapping[str, str]) -> _Pending:
        query = StageQuery(table, types, self.settings[bound.name, table.entity], bound.head.format in ("csv", "excel"))
        if (missing := missing_trigger(table, query)) is not None:
            raise SourceError(f"{bound.name}: {missing}")
        return _Pending(bound, query, read.path, read.counts, key)

    def _in_place(self, footer: Footer, bound: BoundFile) -> Sequence[Part | _Pending]:
        """A Parquet export as it is, for each table."""
        return [self._table_in_place(bound, table, footer) for table in bound.contract.tables]

    def _table_in_place(self, bound: BoundFile, table: Table, footer: Footer) -> Part | _Pending:
        shape = self.shapes.of(bound, table, footer)
        if shape.missing is not None:
            raise SourceError(f"{bound.name}: {shape.missing}")
        counts = Counts(footer.rows, footer.rows, unknown=shape.unknown)
        if shape.is_counted:
            query = StageQuery(table, footer.types, self.settings[bound.name, table.entity])
            return _Pending(bound, query, bound.file.path, counts, None)
        return Part(bound, table, bound.file.path, True, footer.types, shape.fed, counts, footer=footer)

    def _counted(self, batch: Sequence[_Pending]) -> list[Part]:
        """Parts in place of which rows or values may be lost."""
        query = batch[0].query
        reader = in_place_reader([item.path for item in batch], root_of(batch[0].bound))
        lost = excluded(self.engine, query, reader, [str(item.path) for item in batch])
        flags = flagged(self.engine, query, query.select(reader))
        return [
            Part(item.bound, query.table, item.path, True, query.present, query.fed(), item.counts.with_found(str(item.path), lost, flags))
            for item in batch
        ]

    def _written(self, batch: Sequence[_Pending]) -> list[Part]:
        """Parts of text exports, each an entry of the cache of its own."""
        query = batch[0].query
        drafts = [self.cache.draft(item.key or "") for item in batch]
        all_rows = drafts[0].with_suffix(".all")
        reader = raw_reader([item.path for item in batch], drafts, [item.bound.name for item in batch])
        parts, fed, written = [], query.fed(), query.written()
        try:
            lost = excluded(self.engine, query, reader, map(str, drafts))
            if len(batch) == 1:
                # Events may lie in any order; the rows that people are known by are numbered as they lie.
                is_ordered = query.table.entity not in EVENT_KEYS
                self.engine.copy_to(drafts[0], sql_of(without_path(query.staged(reader))), is_ordered=is_ordered)
                flags = flagged(self.engine, query, staged_rows(drafts))
            else:
                self.engine.copy_to(all_rows, sql_of(query.staged(reader)))
                flags = flagged(self.engine, query, all_of([all_rows]))
            for item, draft in zip(batch, drafts, strict=True):
                if len(batch) > 1:
                    own = all_of([all_rows]).where(exp.EQ(this=column("path"), expression=text(str(draft))))
                    self.engine.copy_to(draft, sql_of(without_path(own)))
                full = item.counts.with_found(str(draft), lost, flags)
                path = self.cache.add(draft, {**asdict(full), "fed": sorted(fed), "written": sorted(written), "files": [item.bound.name]})
                parts.append(Part(item.bound, query.table, path, False, {}, fed, full, written))
        except EngineError:
            name, contract = batch[0].bound.name, batch[0].bound.contract.id
            what = f"its rows can't be brought into the shape of {query.table.entity}: check the contract {contract}"
            raise SourceError(f"{name}: {what}") from None
        finally:
            for draft in (*drafts, all_rows):
                draft.unlink(missing_ok=True)
        return parts


def _drop(read: RawFile | list[Part]) -> None:
    if isinstance(read, RawFile):
        read.drop()


def _drop_raw(waiting: Iterable[_Pending]) -> None:
    for item in waiting:
        if item.key is not None:
            item.path.unlink(missing_ok=True)
