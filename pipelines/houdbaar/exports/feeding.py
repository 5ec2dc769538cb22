"""Which columns of an export make a record: where one row is several records (an order and its parcel), what each has to itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from houdbaar.exports.contract import bound_columns, folded
from houdbaar.exports.expression import columns_read
from houdbaar.exports.syntax import column, select_from, sql_of

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.contract import Table
    from houdbaar.exports.part import Part

_WANTED = """
    create or replace table wanted_row (
        number bigint, source varchar, file varchar, row bigint, record_key varchar, is_alike boolean
    )
"""
# Tables of a file that go by the same `firstOf` may have the same record in different rows of it.
_BESIDE = """
    select wanted_row.number, beside.record_key
    from wanted_row
    inner join beside on wanted_row.source = beside.source and wanted_row.file = beside.file and wanted_row.row = beside.row
    union
    select wanted_row.number, beside.record_key
    from wanted_row
    inner join beside
        on wanted_row.source = beside.source and wanted_row.file = beside.file and wanted_row.record_key = beside.record_key
    where wanted_row.is_alike
    order by all
"""

Place = tuple[str, str, int, str | None, bool]  # source, file as shown, row, key; whether the tables go by the same firstOf


def header_of(part: Part) -> Sequence[str]:
    """The columns of a part's file, as the export calls them."""
    return list(part.types) or list(part.bound.head.columns)


def fed_columns(table: Table, header: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """By the entity's column, the export's columns that its value is made of, also by way of derived values."""
    bound, derived = bound_columns(table, header), dict(table.derived)
    found = {folded(name): name for name in reversed(header)}

    def leaves(name: str) -> Iterable[str]:
        for read in columns_read(derived[name]) if name in derived else ():
            yield from leaves(read)
        if name not in derived and folded(name) in found:
            yield found[folded(name)]

    return {
        column.name: frozenset(
            [each for name in column.reads for each in leaves(name)]
            if column.transform is not None
            else [bound[column.name]]
            if column.name in bound
            else []
        )
        for column in table.columns
    }


def own_columns(part: Part, others: Iterable[Part]) -> Mapping[str, frozenset[str]]:
    """The same, without the columns that records of the other parts of that file are made of, or known by."""
    header = header_of(part)
    kept: set[str] = set()
    for other in others:
        kept.update(folded(name) for names in fed_columns(other.table, header).values() for name in names)
        kept.update(folded(name) for name in (*bound_columns(other.table, header).values(), *other.table.reads))
    return {
        column: frozenset(name for name in names if folded(name) not in kept) for column, names in fed_columns(part.table, header).items()
    }


def siblings_of(part: Part, parts: Iterable[Part]) -> list[Part]:
    """The parts of the same file whose records may stand in a row of this part's: other tables', and its own where a row is several."""
    return [
        each
        for each in parts
        if each.bound.name == part.bound.name and (each.table.entity != part.table.entity or each.table.explode is not None)
    ]


def is_alike(part: Part, other: Part) -> bool:
    """Whether two tables of a file go by the same `firstOf`: then a record of both may stand in different rows of it."""
    return part.table.first_of is not None and part.table.first_of == other.table.first_of


def records_beside(engine: Engine, entity: str, places: Sequence[Place]) -> list[tuple[int, str | None]]:
    """The records of an entity, whose view must stand, that stand in these rows: number of the place, and the record's key."""
    from sqlglot import exp

    view = exp.Table(this=exp.to_identifier(entity, quoted=True))
    engine.make_view("beside", sql_of(select_from([column(name) for name in ("source", "file", "row", "record_key")], view)))
    engine.run(_WANTED)
    engine.insert_rows("wanted_row", [(number, *place) for number, place in enumerate(places)])
    return [(number, key) for number, key in engine.rows(_BESIDE)]
