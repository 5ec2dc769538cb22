"""What requests that were carried out left behind: rows of exports that carry a request's identifiers (and, corrected, the old value)."""

from __future__ import annotations

from collections.abc import Sequence
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
    create table erased_row (source varchar, file varchar, row bigint, found_source varchar, found_date date, records bigint)
"""
_BOOKS = frozenset({"invoice", "payment"})  # stay as they were issued, as long as the tax law says (domain.md 2.7, 3.1)


def find_left_behind(engine: Engine, parts: Sequence[Part], as_of: date) -> None:
    """Make `corrected_row` and `erased_row`; the views of `request`, of `mail_member` and of all that exports feed must stand."""
    engine.run(_TABLES)
    fed = {part.table.entity for part in parts} & set(ENTITIES)
    engine.make_table("rectified", package_text("checks/marks/rectified.sql"), {"as_of": as_of})
    kinds = {kind for (kind,) in engine.rows("select distinct identifier_kind from rectified")}
    for entity in sorted(fed - _BOOKS if kinds else ()):
        engine.make_view("identifier_row", sql_of(identifier_rows([entity], parts, kinds)))
        engine.make_view("value_row", sql_of(value_rows(entity)))
        engine.append("corrected_row", package_text("checks/marks/corrected_row.sql"))
    engine.make_table("erased", package_text("checks/marks/erased.sql"), {"as_of": as_of})
    kinds = {kind for (kind,) in engine.rows("select distinct identifier_kind from erased")}
    if kinds and (left := sorted(fed - _BOOKS)):
        engine.make_view("identifier_row", sql_of(identifier_rows(left, parts, kinds)))
        engine.append("erased_row", package_text("checks/marks/erased_row.sql"))
