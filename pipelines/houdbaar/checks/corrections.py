"""Where the old value of a rectification still stands: rows of exports that carry the request's identifiers and that value."""

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

_TABLE = "create table corrected_row (source varchar, file varchar, row bigint, found_source varchar, found_date date, records bigint)"
_AS_ISSUED = frozenset({"invoice"})  # stays as it was; a correction is a record beside it (domain.md 3.1)


def find_corrections(engine: Engine, parts: Sequence[Part], as_of: date) -> None:
    """Make `corrected_row`; the views of `request` and of all entities that exports feed must stand."""
    engine.run(_TABLE)
    engine.make_table("rectified", package_text("checks/marks/rectified.sql"), {"as_of": as_of})
    kinds = {kind for (kind,) in engine.rows("select distinct identifier_kind from rectified")}
    if not kinds:
        return
    for entity in sorted({part.table.entity for part in parts} & set(ENTITIES) - _AS_ISSUED):
        engine.make_view("identifier_row", sql_of(identifier_rows([entity], parts, kinds)))
        engine.make_view("value_row", sql_of(value_rows(entity)))
        engine.append("corrected_row", package_text("checks/marks/corrected_row.sql"))
