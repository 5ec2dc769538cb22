"""Where the values stand by which rows that only follow are found: kept, so that no search scans such rows again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.syntax import aliased, column, select_from, sql_of
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine

_LOCATION = ("source", "file", "row", "record_key")
VISITS = ("analytics_event", "analytics_user")  # a visit of a known user is that user's, whatever the cookie


def places(engine: Engine) -> Iterator[tuple[str, dict[str, str]]]:
    """Queries, each to be run before the next one is asked for, that give the rows of every value in `attached_key`: a column each."""
    for entity, name in engine.rows("select distinct entity, column_name from attached_key order by entity, column_name"):
        engine.make_view("valued_row", sql_of(_valued(entity, name)))
        yield package_text("subjects/sql/attached_place.sql"), {"entity": entity, "column_name": name}


def _valued(entity: str, name: str) -> exp.Query:
    """The rows of an entity with one column as `raw`."""
    is_known = column("user_id").is_(exp.null()).not_() if entity in VISITS else exp.false()
    columns = [*map(column, _LOCATION), aliased(is_known, "is_known_user"), aliased(column(name), "raw")]
    return select_from(columns, exp.Table(this=exp.to_identifier(entity, quoted=True)))
