"""Rows of an export as they stand in it, with every column: also those that no contract names. A person gets a copy of all of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.errors import SourceError
from houdbaar.exports.contract import read_structure
from houdbaar.exports.files import is_changed
from houdbaar.exports.read import read
from houdbaar.exports.stage import CHANGED
from houdbaar.exports.syntax import unglobbed

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.stage import Part

_STAGED = """
    select * exclude (row), row as "\x1frow" from read_parquet($path)
    where row in (select unnest($rows::bigint[])) order by "\x1frow"
"""
_IN_PLACE = """
    select * exclude (file_row_number), file_row_number + 1 as "\x1frow" from read_parquet($path, file_row_number = true)
    where file_row_number + 1 in (select unnest($rows::bigint[])) order by "\x1frow"
"""
_ROW = "\x1frow"  # no export has a column of that name


def original_rows(engine: Engine, part: Part, rows: Collection[int], scratch: Path) -> dict[int, dict[str, Any]]:
    """The rows of these numbers, by number: column to value. Values of text exports are the text; nested JSON is taken apart.

    `scratch` is a private folder that the engine may read. Raises SourceError for a file that has changed since it was staged.
    """
    wanted = sorted(set(rows))
    if part.is_in_place:
        found = _rows_at(engine, _IN_PLACE, part.path, wanted)
    else:
        out = scratch / f"original-{secrets.token_hex(8)}.parquet"
        try:
            read(part.bound.file, part.bound.head, _flat_structure(part), out)
            found = _rows_at(engine, _STAGED, out, wanted)
        finally:
            out.unlink(missing_ok=True)
        if part.bound.head.format in ("ndjson", "json", "avro"):
            found = {number: {name: _taken_apart(value) for name, value in row.items()} for number, row in found.items()}
    if is_changed(part.bound.file):
        raise SourceError(f"{part.bound.name}: {CHANGED}")
    return found


def _rows_at(engine: Engine, sql: str, path: Path, wanted: Sequence[int]) -> dict[int, dict[str, Any]]:
    table = engine.arrow(sql, {"path": unglobbed(str(path)), "rows": list(wanted)})
    return {row.pop(_ROW): row for row in table.to_pylist()}


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
