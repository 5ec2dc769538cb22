"""Rows of an export as they stand in it, with every column: also those that no contract names. A person gets a copy of all of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from houdbaar.errors import SourceError
from houdbaar.exports.contract import read_structure
from houdbaar.exports.files import is_changed
from houdbaar.exports.read import read
from houdbaar.exports.stage import CHANGED
from houdbaar.exports.syntax import unglobbed
from houdbaar.folders import temp_folder

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.part import Part

_IN_PLACE = """
    select * exclude (file_row_number), file_row_number + 1 as "\x1frow"
    from read_parquet($path, file_row_number = true, hive_partitioning = false)
    where file_row_number + 1 in (select unnest($rows::bigint[])) order by "\x1frow"
"""
_BATCH = 10_000
_ROW = "\x1frow"  # no export has a column of that name


def original_rows(engine: Engine, part: Part, rows: Collection[int]) -> dict[int, dict[str, Any]]:
    """The rows of these numbers, by number: column to value. Values of text exports are the text; nested JSON is taken apart.

    Raises SourceError for a file that has changed since it was staged.
    """
    wanted = sorted(set(rows))
    if part.is_in_place:
        table = engine.arrow(_IN_PLACE, {"path": unglobbed(str(part.path)), "rows": wanted})
        found: dict[int, dict[str, Any]] = {row.pop(_ROW): row for row in table.to_pylist()}
    else:
        found = _read_again(part, frozenset(wanted))
    if is_changed(part.bound.file):
        raise SourceError(f"{part.bound.name}: {CHANGED}")
    return found


def _read_again(part: Part, wanted: frozenset[int]) -> dict[int, dict[str, Any]]:
    """The rows of a text export, which staging left with the contract's columns only."""
    import pyarrow.parquet as pq

    found: dict[int, dict[str, Any]] = {}
    with temp_folder("houdbaar-original-") as folder:
        out = folder / "raw.parquet"
        read(part.bound.file, part.bound.head, _flat_structure(part), out)
        with pq.ParquetFile(out) as file:
            for batch in file.iter_batches(_BATCH):
                numbers = batch.column("row").to_pylist()
                places = [place for place, number in enumerate(numbers) if number in wanted]
                found |= {row.pop("row"): row for row in batch.take(places).to_pylist()} if places else {}
    if part.bound.head.format in ("ndjson", "json", "avro"):
        # A key that is absent, or null, is no column of that record.
        found = {number: {name: _taken_apart(value) for name, value in row.items() if value is not None} for number, row in found.items()}
    return found


def _flat_structure(part: Part) -> dict[str, str]:
    """Every key that the file or the contract knows, as text: what is nested comes as its JSON."""
    contract, head = part.bound.contract, part.bound.head
    unknown = (name.split(".")[0] for name in part.counts.unknown)
    return dict.fromkeys([*head.columns, *read_structure(contract, head.columns), *unknown], "VARCHAR")


def _taken_apart(value: object) -> Any:
    """A nested value from its JSON; any other text as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
