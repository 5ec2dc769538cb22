"""Which rows of an export are records of an entity: its columns that the contract reads, without what the contract leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.raw_columns import RawColumns
from houdbaar.exports.syntax import Reader, aliased, call, cast, column, nested, parsed, select_from, sql_of

if TYPE_CHECKING:
    from houdbaar.exports.contract import Table

REPEATED = "another row of the same record"
_REPEAT = "repeat_number"


@dataclass(frozen=True, slots=True)
class Rows:
    """A contract's rows in one shape of file: `present` maps the export's columns in that file to their DuckDB types."""

    table: Table
    present: Mapping[str, str]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why rows are left out, a reason a filter, in the order in which the filters look."""
        repeated = (REPEATED,) if self.table.first_of else ()
        return tuple(reason for reason, _ in self.table.excludes) + repeated

    def of(self, reader: Reader) -> exp.Select:
        """The rows that are records, each repeated for the elements of the list that the contract explodes (`item`)."""
        rows = self._selected(reader)
        if self.reasons:
            rows = select_from([exp.Star()], nested(rows))
            for condition in self._filters():
                rows = rows.where(exp.not_(condition, copy=False), copy=False)
        if self.table.explode is None:
            return rows
        item = aliased(call("unnest", column(self.table.explode)), "item")
        return select_from([exp.Star(), item], nested(rows))

    def excluded_sql(self, reader: Reader) -> str:
        """SQL that counts the rows which each filter leaves out: path, one column a filter; the first that fits has the row."""
        counts: list[exp.Expression] = []
        earlier: exp.Expression = exp.false()
        for condition in self._filters():
            counts.append(call("count_if", exp.And(this=exp.Not(this=exp.Paren(this=earlier.copy())), expression=condition)))
            earlier = exp.Or(this=earlier, expression=condition.copy())
        counted = select_from([column("path"), *counts], nested(self._selected(reader)))
        return sql_of(counted.group_by(column("path"), copy=False))

    def alike_sql(self, reader: Reader) -> str:
        """SQL of the rows that have a value of `firstOf`: row, that value as text, whether the row is a record itself."""
        assert self.table.first_of is not None
        value = cast(exp.Paren(this=parsed(self.table.first_of)), "VARCHAR")
        is_left_out: exp.Expression = exp.false()
        for condition in self._filters():
            is_left_out = exp.Or(this=is_left_out, expression=condition)
        is_record = aliased(exp.Not(this=exp.Paren(this=is_left_out)), "is_record")
        told = select_from([column("row"), aliased(value, "told"), is_record], nested(self._selected(reader)))
        found = select_from([column("row"), column("told"), column("is_record")], nested(told))
        found = found.where(exp.not_(exp.Is(this=column("told"), expression=exp.Null())), copy=False)
        return sql_of(found.order_by(column("row"), copy=False))

    def _filters(self) -> list[exp.Expression]:
        repeated = [exp.GT(this=column(_REPEAT), expression=exp.Literal.number(1))] if self.table.first_of else []
        return [*self._named_filters(), *repeated]

    def _named_filters(self) -> list[exp.Expression]:
        return [exp.Coalesce(this=exp.Paren(this=parsed(condition)), expressions=[exp.false()]) for _, condition in self.table.excludes]

    def _selected(self, reader: Reader) -> exp.Select:
        """The export's columns that the contract reads, and what it derives of them."""
        row = [aliased(reader.path, "path"), aliased(reader.row, "row"), aliased(reader.file_name, "file_name")]
        rows = select_from([*row, *RawColumns(self.table, self.present).columns()], reader.relation)
        for name, expression in self.table.derived:
            rows = select_from([exp.Star(), aliased(parsed(expression), name)], nested(rows))
        if self.table.first_of is None:
            return rows
        return select_from([exp.Star(), aliased(self._repeat_number(self.table.first_of), _REPEAT)], nested(rows))

    def _repeat_number(self, first_of: str) -> exp.Expression:
        """1 for the first row of a record in its file, among the rows that no filter leaves out; rows without a value stand alone."""
        value = parsed(first_of)
        window = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column("path"), value.copy(), *self._named_filters()],
            order=exp.Order(expressions=[exp.Ordered(this=column("row"))]),
        )
        return exp.Case(ifs=[exp.If(this=exp.Is(this=value, expression=exp.Null()), true=exp.Literal.number(1))], default=window)
