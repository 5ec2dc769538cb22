"""What requests that were carried out left behind: rows of exports that carry a request's identifiers (and, corrected, the old value)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.exports.entities import ENTITIES
from houdbaar.exports.syntax import sql_of
from houdbaar.exports.views import identifier_rows, value_rows
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.stage import Part

_TABLES = """
    create table corrected_row (source varchar, file varchar, row bigint, found_source varchar, found_date date, records bigint);
    create table erased_row (source varchar, file varchar, row bigint, found_source varchar, found_date date, records bigint);
    create table kept_hash (request_hash varchar, identifier_kind varchar, key_hash varchar)
"""
_BOOKS = frozenset({"invoice", "payment"})  # stay as they were issued, as long as the tax law says (domain.md 2.7, 3.1)


def find_left_behind(
    engine: Engine, parts: Sequence[Part], as_of: date, kept: Sequence[tuple[str, str, str]], pads: Mapping[str, bytes]
) -> None:
    """Make `corrected_row`, `erased_row` and `erased_key`; the views of `request`, `mail_member` and all that exports feed must stand.

    `kept` are keyed hashes of people who were erased: of the request, kind, and of kind and value.
    """
    engine.run(_TABLES)
    fed = {part.table.entity for part in parts} & set(ENTITIES)
    engine.make_table("rectified", package_text("checks/marks/rectified.sql"), {"as_of": as_of})
    kinds = {kind for (kind,) in engine.rows("select distinct identifier_kind from rectified")}
    for entity in sorted(fed - _BOOKS if kinds else ()):
        engine.make_view("identifier_row", sql_of(identifier_rows([entity], parts, kinds)))
        engine.make_view("value_row", sql_of(value_rows(entity)))
        engine.append("corrected_row", package_text("checks/marks/corrected_row.sql"))
    engine.insert_rows("kept_hash", list(kept))
    engine.make_table("erased", package_text("checks/marks/erased.sql"), {"as_of": as_of})
    engine.make_table("erased_key", package_text("checks/marks/erased_key.sql"), {"as_of": as_of, **pads})
    kinds = {kind for (kind,) in engine.rows("select identifier_kind from erased union select identifier_kind from erased_key")}
    if kinds and (left := sorted(fed - _BOOKS)):
        engine.make_view("identifier_row", sql_of(identifier_rows(left, parts, kinds)))
        # What the register no longer names is looked for by its hash.
        engine.append("erased", package_text("checks/marks/erased_hash.sql"), dict(pads))
        engine.append("erased_row", package_text("checks/marks/erased_row.sql"))
