"""`classified_column`: for every file that was read, which of its columns hold what they shouldn't (design 4, the last reading rule).

Columns that no contract names are all in it; of the others those that hold citizen service numbers or secrets under another name. Of a
table that no contract recognises, which is a finding as a whole, it has the columns with these and with special categories.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from houdbaar.errors import SourceError
from houdbaar.exports.classify.classify import ColumnClass
from houdbaar.exports.classify.names import hint_of
from houdbaar.exports.classify.sample import Samples, classes_of, sample_parquet
from houdbaar.exports.contract import bound_columns, folded
from houdbaar.exports.entities import ENTITIES
from houdbaar.exports.read import read

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.cache import Cache
    from houdbaar.exports.contract import Contract
    from houdbaar.exports.files import ExportFile
    from houdbaar.exports.head import Head
    from houdbaar.exports.part import Part
    from houdbaar.privacy import Pseudonyms

# A row without a column says that the file was looked at.
_TABLE = """
    create table classified_column (
        source varchar, entity varchar, category varchar, file varchar, column_name varchar, kind varchar, status varchar,
        is_empty boolean, is_processed boolean, files bigint
    )
"""


def classify_columns(
    engine: Engine, parts: Sequence[Part], strays: Sequence[tuple[ExportFile, Head]], cache: Cache, pseudonyms: Pseudonyms
) -> None:
    """Make and fill the table. Columns of Parquet exports and of strays are sampled now, those of staged ones were when they were staged.

    A file that feeds several entities is the first one's. Raises SourceError for a damaged file.
    """
    rows: list[tuple[object, ...]] = []
    for group in _groups(parts):
        first = group[0]
        classes = _classes(group) if first.is_in_place else first.counts.classes
        shown = pseudonyms.shown_path(first.bound.name) if len(group) == 1 else None
        place = (first.bound.source.name, first.table.entity, first.table.category, shown)
        is_processed = first.bound.is_processed
        rows.append((*place, None, "none", "not personal", False, is_processed, len(group)))
        rows += [
            (*place, pseudonyms.shown_name(item.name), item.kind, item.status, item.is_empty, is_processed, len(group)) for item in classes
        ]
    for file, head in strays:
        stray = pseudonyms.shown_path(file.name)
        dangers = _dangers(file, head, cache)
        if dangers is not None:
            rows.append(("unrecognised", None, None, stray, None, "none", "not personal", False, False, 1))
            found = [(pseudonyms.shown_name(item.name), item.kind, item.status) for item in dangers]
            rows += [("unrecognised", None, None, stray, *what, False, False, 1) for what in found]
    engine.run(_TABLE)
    engine.insert_rows("classified_column", rows)


def _dangers(file: ExportFile, head: Head, cache: Cache) -> list[ColumnClass] | None:
    """The dangerous columns of a stray; None: it can't be read, and nothing is known but that it is there."""
    import pyarrow as pa

    draft = cache.draft("stray").with_suffix(".raw")
    try:
        if head.format == "parquet":
            samples = sample_parquet([file.path], head.columns, file.name)
        else:
            raw = read(file, head, {}, draft)
            samples = {**sample_parquet([draft], head.columns if head.format in ("csv", "excel") else (), file.name), **raw.samples}
    except (SourceError, OSError, pa.ArrowException):
        return None
    finally:
        draft.unlink(missing_ok=True)
    return [item for item in classes_of(samples, "") if item.kind in _DANGEROUS and not item.is_empty]


def part_classes(part: Part) -> tuple[ColumnClass, ...]:
    """What the columns of one file hold that nobody named, and which others are dangerous. Raises SourceError for a damaged file."""
    return _classes([part]) if part.is_in_place else part.counts.classes


_PERSON_IDS = frozenset({"customer_id", "contact_id", "account_id", "username", "user_id", "person_id", "member_id"})
_DANGEROUS = frozenset({"bsn", "special_category", "secret_plain", "secret_hash"})
_DANGEROUS_NAMES = frozenset({"bsn", "special", "password", "token", "salt", "passhash"})


def watched_columns(contract: Contract, header: Sequence[str]) -> list[str]:
    """Columns that the contract reads and that are looked at all the same: ids of persons, and names that point at danger.

    A transform that only tells whether a secret is there names its column, and explains nothing away.
    """
    found: dict[str, None] = {}
    for table in contract.tables:
        bound = bound_columns(table, header)
        read = {folded(name) for name in table.reads}
        for name in header:
            hint = hint_of(name) if folded(name) in read else None
            if hint is not None and hint.kind in _DANGEROUS_NAMES:
                found[name] = None
        for item in table.columns:
            physical = bound.get(item.name)
            hint = hint_of(physical) if physical is not None else None
            if physical is not None and (item.identifier in _PERSON_IDS or (hint is not None and hint.kind in _DANGEROUS_NAMES)):
                found[physical] = None
    return list(found)


def classify_samples(contract: Contract, unknown: Samples, watched: Samples) -> tuple[ColumnClass, ...]:
    """What the sampled columns hold: every unknown one, and a watched one only if it is dangerous."""
    category = contract.tables[0].category
    dangerous = [item for item in classes_of(watched, category) if item.kind in _DANGEROUS]
    return (*classes_of(unknown, category), *dangerous)


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """Staged files one by one; Parquet files of one source and shape together: a year of shards has one set of columns.

    Registers are the company's own and no exports.
    """
    groups: dict[object, list[Part]] = {}
    for part in parts:
        if part.table is part.bound.contract.tables[0] and part.table.entity in ENTITIES:
            key = (part.bound.source.name, part.bound.contract.id, tuple(part.types.items())) if part.is_in_place else part.path
            groups.setdefault(key, []).append(part)
    return list(groups.values())


def _classes(group: Sequence[Part]) -> tuple[ColumnClass, ...]:
    import pyarrow as pa

    first = group[0]
    contract, paths = first.bound.contract, [part.path for part in group]
    try:
        unknown, watched = (
            sample_parquet(paths, columns, contract.id) for columns in (first.counts.unknown, watched_columns(contract, tuple(first.types)))
        )
    except (OSError, pa.ArrowException):
        raise SourceError(f"{first.bound.source.name}: its Parquet files can't be read whole: download the export again") from None
    return classify_samples(contract, unknown, watched)
