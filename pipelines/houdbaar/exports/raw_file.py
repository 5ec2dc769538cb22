"""Text exports become rows of text in raw files, which are staged next; what was staged before is found in the cache.

All of it runs beside the engine (`ahead.py`) and never asks it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.cache import Cache
from houdbaar.exports.classify.classify import ColumnClass
from houdbaar.exports.classify.sample import sample_parquet
from houdbaar.exports.classify.table import classify_samples, watched_columns
from houdbaar.exports.contract import read_structure, unknown_columns
from houdbaar.exports.part import Part
from houdbaar.exports.read import READER_VERSION, read
from houdbaar.exports.source import BoundFile
from houdbaar.exports.stage_sql import StageSettings
from houdbaar.exports.staged_counts import Counts

if TYPE_CHECKING:
    from houdbaar.exports.contract import Table

STAGER_VERSION = 17  # part of the cache's key: raise it when staging SQL changes what it writes


@dataclass(frozen=True, slots=True)
class RawFile:
    """The rows of one export as text at `path` (Parquet), what was counted, and the key of each table of its contract in the cache."""

    path: Path
    counts: Counts
    keys: tuple[str, ...]

    def drop(self) -> None:
        """Remove the file: values of columns that nobody named, secrets among them, are not kept."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class RawReader:
    """Reads the text exports of one audit. `settings` give each file's zones and bounds, by its name and entity."""

    cache: Cache
    settings: Mapping[tuple[str, str], StageSettings]

    def read(self, bound: BoundFile) -> RawFile | list[Part]:
        """The parts of a text export in the cache, else its rows. Raises SourceError when it can't be read whole, and OSError."""
        tables = bound.contract.tables
        keys = tuple(self._cache_key(bound, table) for table in tables)
        cached = [self._cached(bound, table, key) for table, key in zip(tables, keys, strict=True)]
        found = [part for part in cached if part is not None]
        return found if len(found) == len(keys) else self._raw(bound, keys)

    def _raw(self, bound: BoundFile, keys: tuple[str, ...]) -> RawFile:
        contract, path = bound.contract, self.cache.draft(keys[0]).with_suffix(".raw")
        raw = read(bound.file, bound.head, read_structure(contract, bound.head.columns), path)
        try:
            strange = unknown_columns(contract, raw.columns)
            # Values of columns that nobody named are looked at here.
            samples, watched = (
                sample_parquet([path], columns, contract.id) for columns in (strange, watched_columns(contract, raw.columns))
            )
            classes = classify_samples(contract, {**samples, **raw.samples}, watched)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        unknown = tuple(dict.fromkeys((*strange, *raw.unknown)))
        return RawFile(path, Counts(raw.rows_read, raw.rows_staged, raw.rejected, raw.excluded, unknown=unknown, classes=classes), keys)

    def _cached(self, bound: BoundFile, table: Table, key: str) -> Part | None:
        entry = self.cache.find(key)
        if entry is None:
            return None
        path, stored = entry
        fed, written = (frozenset(stored.pop(name)) for name in ("fed", "written"))
        del stored["files"]
        stored["rejected"] = tuple((row, reason) for row, reason in stored["rejected"])
        stored["unknown"] = tuple(stored["unknown"])
        stored["classes"] = tuple(ColumnClass(**item) for item in stored["classes"])
        return Part(bound, table, path, False, {}, fed, Counts(**stored), written)

    def _cache_key(self, bound: BoundFile, table: Table) -> str:
        parts = (
            self.cache.digests.of(bound.file.path),
            bound.file.member,
            bound.name,
            bound.contract.digest,
            READER_VERSION,
            STAGER_VERSION,
            table.entity,
            self.settings[bound.name, table.entity],
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()
