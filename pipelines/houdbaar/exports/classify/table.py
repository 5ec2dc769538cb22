"""`classified_column`: for every file that was read, which of its unnamed columns hold what (design 4, the last reading rule)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from houdbaar.errors import SourceError
from houdbaar.exports.classify.sample import classes_of, sample_parquet

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.classify.classify import ColumnClass
    from houdbaar.exports.stage import Part
    from houdbaar.privacy import Pseudonyms

# A row without a column says that the file was looked at.
_TABLE = """
    create table classified_column (
        source varchar, entity varchar, category varchar, file varchar, column_name varchar, kind varchar, status varchar,
        is_empty boolean, is_processed boolean, files bigint
    )
"""


def classify_columns(engine: Engine, parts: Sequence[Part], pseudonyms: Pseudonyms) -> None:
    """Make and fill the table. Columns of Parquet exports are sampled now, those of staged ones were when they were staged.

    A file that feeds several entities is the first one's. Raises SourceError for a damaged file.
    """
    rows: list[tuple[object, ...]] = []
    for group in _groups(parts):
        first = group[0]
        classes = _classes(group) if first.is_in_place else first.counts.classes
        shown = pseudonyms.shown_path(first.bound.name) if len(group) == 1 else None
        place = (first.bound.source.name, first.table.entity, first.table.category, shown)
        is_processed = (first.bound.source.role or first.bound.contract.role) == "processor"
        rows.append((*place, None, "none", "not personal", False, is_processed, len(group)))
        rows += [
            (*place, pseudonyms.shown_name(item.name), item.kind, item.status, item.is_empty, is_processed, len(group)) for item in classes
        ]
    engine.run(_TABLE)
    engine.insert_rows("classified_column", rows)


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """Staged files one by one; Parquet files of one source and shape together: a year of shards has one set of columns."""
    groups: dict[object, list[Part]] = {}
    for part in parts:
        if part.table is part.bound.contract.tables[0]:
            key = (part.bound.source.name, part.bound.contract.id, tuple(part.types.items())) if part.is_in_place else part.path
            groups.setdefault(key, []).append(part)
    return list(groups.values())


def _classes(group: Sequence[Part]) -> tuple[ColumnClass, ...]:
    import pyarrow as pa

    first = group[0]
    try:
        samples = sample_parquet([part.path for part in group], first.counts.unknown, first.bound.contract.id)
    except (OSError, pa.ArrowException):
        raise SourceError(f"{first.bound.source.name}: its Parquet files can't be read whole: download the export again") from None
    return classes_of(samples, first.table.category)
