"""Rows that only follow: found by one scan an entity, of no more columns than some value is wanted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.syntax import aliased, call, column, nested, select_from, text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine

_TOUCHED = """
    create or replace table touched_row (
        entity varchar, source varchar, file varchar, row bigint, record_key varchar,
        is_known_user boolean, column_name varchar, raw varchar
    )
"""
_WANTED = "select entity, list(distinct column_name order by column_name) from wanted_value group by entity order by entity"
_LOCATION = ("source", "file", "row", "record_key")
_VISITS = ("analytics_event", "analytics_user")  # a visit of a known user is that user's, whatever the cookie


def touch_rows(engine: Engine) -> None:
    """Fill `touched_row`: the rows that hold a wanted value, one line a row and column."""
    engine.run(_TOUCHED)
    for entity, columns in engine.rows(_WANTED):
        engine.append("touched_row", _touched(entity, columns).sql(dialect="duckdb"))


def _touched(entity: str, columns: list[str]) -> exp.Query:
    known = column("user_id").is_(exp.null()).not_() if entity in _VISITS else exp.false()
    rows = select_from(
        [*map(column, (*_LOCATION, *columns)), aliased(known, "is_known_user")], exp.Table(this=exp.to_identifier(entity, quoted=True))
    ).where(exp.or_(*(_is_wanted(entity, name) for name in columns)))
    said = exp.Array(expressions=[call("struct_pack", _named("column_name", text(name)), _named("raw", column(name))) for name in columns])
    each = select_from([*map(column, (*_LOCATION, "is_known_user")), aliased(call("unnest", said), "said")], nested(rows))
    return select_from(
        [
            aliased(text(entity), "entity"),
            *map(column, (*_LOCATION, "is_known_user")),
            aliased(exp.Dot(this=column("said"), expression=exp.to_identifier("column_name", quoted=True)), "column_name"),
            aliased(exp.Dot(this=column("said"), expression=exp.to_identifier("raw", quoted=True)), "raw"),
        ],
        nested(each),
    )


def _is_wanted(entity: str, name: str) -> exp.Expression:
    wanted = (
        exp.select(column("raw"))
        .from_("wanted_value")
        .where(exp.EQ(this=column("entity"), expression=text(entity)))
        .where(exp.EQ(this=column("column_name"), expression=text(name)))
    )
    return exp.In(this=column(name), query=exp.Subquery(this=wanted))


def _named(name: str, value: exp.Expression) -> exp.Expression:
    return exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
