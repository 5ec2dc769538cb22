"""Rows that have to stay while a plan is good: what blocks a deletion on the as-of date, and what will until the plan's last day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from houdbaar.checks.blocks import is_blind
from houdbaar.checks.catalog import derived
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from houdbaar.checks.tables import Tables

_TABLES = """
    create table kept_row (source varchar, file varchar, row bigint);
    create table kept_source (source varchar, period_from date, period_to date)
"""
_STEPS = ("hold_state", "request_state", "pending_request", "block")  # what a block is made of, in this order
# On other days nothing begins, and what ends meanwhile is left alone all the same.
_BEGINNINGS = """
    select distinct day
    from (select starts_on_first_date as day from hold union all select received_at_first_date as day from request) as begun
    where day > $as_of and day <= $last_day
    order by day
"""


def keep_until(tables: Tables, last_day: date, unreadable: Collection[str | None]) -> bool:
    """Make `kept_row`, and `kept_source` (whole sources, for triggers in a period); False where nobody can tell what has to stay.

    All checks must have run: afterwards `block` and `row_block` are about a later day. `unreadable` are sources.
    """
    engine, entities = tables.engine, tables.material.entities
    engine.run(_TABLES)
    is_known = not is_blind(engine, entities, unreadable)
    if entities & {"hold", "request"}:
        _note(tables)
        for (day,) in engine.rows(_BEGINNINGS, {"as_of": tables.as_of, "last_day": last_day}):
            for name in _STEPS:
                step = derived()[name]
                engine.make_table(name, step.sql, tables.values(step.binds, None) | ({"as_of": day} if "as_of" in step.binds else {}))
            engine.run("delete from row_block")
            tables.blocks.find(tables.material.parts)
            _note(tables)
            is_known = is_known and not is_blind(engine, entities, unreadable)
    return is_known


def _note(tables: Tables) -> None:
    for name in ("kept_row", "kept_source"):
        tables.engine.append(name, package_text(f"checks/marks/{name}.sql"))
