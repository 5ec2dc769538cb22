"""What one file gives to one entity, once it is staged or found readable in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.source import BoundFile
from houdbaar.exports.staged_counts import Counts

if TYPE_CHECKING:
    from houdbaar.exports.contract import Table
    from houdbaar.exports.footers import Footer


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
    written: frozenset[str] = frozenset()  # the entity's columns that a staged part has: the others are empty
    footer: Footer | None = None  # of an export in place whose rows all are records
