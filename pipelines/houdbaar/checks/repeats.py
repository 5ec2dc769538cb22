"""Rows of exports that stand more than once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from houdbaar.engines.parts import hash_parts
from houdbaar.exports.syntax import sql_of
from houdbaar.exports.views import content_rows
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine


def make_repeats(engine: Engine, entities: Iterable[str]) -> None:
    """The table repeated_row: rows of these entities that stood before in the same snapshot. The entities' views must stand."""
    engine.run("create table repeated_row (source varchar, entity varchar, file varchar, row bigint)")
    for entity in entities:
        engine.make_view("content_row", sql_of(content_rows(entity)))
        _make_keys(engine)
        engine.append("repeated_row", package_text("checks/marks/repeated_row.sql"))


def _make_keys(engine: Engine) -> None:
    """Hashes of keys that more than one row of content_row has, counted in parts: all at once could need more memory than there is."""
    engine.make_table("content_key", "select key_hash from content_row")
    rows = engine.rows("select count(*) from content_key")[0][0]
    engine.make_empty_table("repeated_key", {"key_hash": "ubigint"})
    for part in hash_parts(rows):
        engine.append("repeated_key", package_text("checks/marks/repeated_key.sql"), part)
    engine.drop_table("content_key")
