"""Small pieces of SQL syntax trees (sqlglot): the stager and the views are put together from these, never from glued text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

if TYPE_CHECKING:
    from pathlib import Path


def text(value: str) -> exp.Expression:
    """A string literal."""
    return exp.Literal.string(value)


def call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """A call of one of our macros or of a DuckDB function."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def column(name: str) -> exp.Expression:
    """A quoted column."""
    return exp.column(exp.to_identifier(name, quoted=True))


def field_of(name: str, field: str) -> exp.Expression:
    """A field of a STRUCT column."""
    return exp.Dot(this=column(name), expression=exp.to_identifier(field, quoted=True))


def data_type(kind: str) -> exp.DataType:
    """A DuckDB type."""
    return _parsed_type(kind).copy()


@lru_cache(maxsize=1_000)
def _parsed_type(kind: str) -> exp.DataType:
    return exp.DataType.build(kind, dialect="duckdb")


def cast(expression: exp.Expression, kind: str) -> exp.Expression:
    """An expression cast to a DuckDB type."""
    return exp.Cast(this=expression, to=data_type(kind))


def null_as(kind: str) -> exp.Expression:
    """NULL of a type."""
    return cast(exp.null(), kind)


def aliased(expression: exp.Expression, name: str) -> exp.Expression:
    """An expression under a (quoted) name."""
    return exp.Alias(this=expression, alias=exp.to_identifier(name, quoted=True))


def literal_or_null(value: object, kind: str) -> exp.Expression:
    """A value as a literal of a type; None as NULL."""
    if value is None:
        return null_as(kind)
    return cast(text(str(value)), kind)


@dataclass(frozen=True, slots=True)
class Reader:
    """Where rows come from: a relation, and expressions for the file's path, the 1-based data row and the name as shown."""

    relation: exp.Expression
    path: exp.Expression
    row: exp.Expression
    file_name: exp.Expression


def unglobbed(path: str) -> str:
    """A path that DuckDB takes as it stands: `*`, `?` and `[` in a file's name are no patterns."""
    return re.sub(r"([*?\[])", r"[\1]", path)


def parquet(paths: Sequence[Path], **options: exp.Expression) -> exp.Expression:
    """`read_parquet` over files, with options such as `filename`. A folder named `email=x` says nothing of the rows in it."""
    options = {"hive_partitioning": exp.false(), **options}
    set_options = [exp.EQ(this=exp.column(name), expression=value) for name, value in options.items()]
    files = exp.Array(expressions=[text(unglobbed(str(path))) for path in paths])
    return exp.Table(this=call("read_parquet", files, *set_options))


def all_of(paths: Sequence[Path]) -> exp.Select:
    """Everything in some Parquet files."""
    return select_from([exp.Star()], parquet(paths))


def staged_rows(paths: Sequence[Path]) -> exp.Select:
    """Everything in some staged files, with `path`: which of them a row is in. Written into each row, it took a third of staging."""
    return select_from([exp.Star()], parquet(paths, filename=text("path")))


def without_path(rows: exp.Query) -> exp.Select:
    """A query's rows as they are staged, without `path`."""
    return select_from([exp.Star(except_=[exp.to_identifier("path", quoted=True)])], nested(rows))


def all_rows(table: str) -> exp.Select:
    """Everything in a table or view."""
    return select_from([exp.Star()], exp.Table(this=exp.to_identifier(table, quoted=True)))


def united(queries: Sequence[exp.Select]) -> exp.Query:
    """All rows of some queries, at least one."""
    first, *others = queries
    return exp.union(first, *others, distinct=False, copy=False) if others else first


def in_place_reader(paths: Sequence[Path], root: Path) -> Reader:
    """Reads Parquet exports where they lie; `root` is the exports folder, which names as shown leave out."""
    return located_reader(parquet(paths, filename=exp.true(), file_row_number=exp.true()), root)


def located_reader(relation: exp.Expression, root: Path) -> Reader:
    """Reads a relation with the columns of Parquet exports, and the `filename` and `file_row_number` (from 0) of each row."""
    file_name = call("substr", column("filename"), exp.Literal.number(len(str(root).rstrip("/")) + 2))
    row = exp.Add(this=column("file_row_number"), expression=exp.Literal.number(1))
    return Reader(relation, column("filename"), row, file_name)


_RAW = "raw:path"  # no export's column is in its way


def raw_reader(raws: Sequence[Path], paths: Sequence[Path], names: Sequence[str]) -> Reader:
    """Reads what text exports were turned into, a file each; `paths` are what they will be called, `names` the exports' as shown."""
    number = call("list_position", exp.Array(expressions=[text(str(raw)) for raw in raws]), column(_RAW))
    path, name = (call("list_extract", exp.Array(expressions=[text(str(item)) for item in items]), number) for items in (paths, names))
    return Reader(parquet(raws, filename=text(_RAW)), path, column("row"), name)


def select_from(expressions: Sequence[exp.Expression], relation: exp.Expression) -> exp.Select:
    """`select … from …`, without the copies that the builder makes of everything below."""
    return exp.select(*expressions, copy=False).from_(relation, copy=False)


def sql_of(query: exp.Query) -> str:
    """A query as DuckDB's SQL: good for one time, as a query is not copied before it is written."""
    return query.sql(dialect="duckdb", copy=False)


def nested(query: exp.Query) -> exp.Subquery:
    """A query as the relation of the next one."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("below")))


def parsed(expression: str) -> exp.Expression:
    """A contract's expression with its columns quoted, so that 'Email Address' and "row" are what they say."""
    return _parsed_expression(expression).copy()


@lru_cache(maxsize=1_000)
def _parsed_expression(expression: str) -> exp.Expression:
    tree = parse_one(expression, dialect="duckdb")
    return tree.transform(lambda node: column(node.name) if isinstance(node, exp.Column) and not node.table else node)


def is_nested(kind: str) -> bool:
    """Whether a DuckDB type is a STRUCT, a MAP or a list."""
    return kind.endswith("]") or kind.startswith(("STRUCT(", "MAP("))


def field_names(kind: str) -> frozenset[str]:
    """Names of the fields of a STRUCT type, all levels: enough to see that one shape lacks what another has."""
    return frozenset(node.name.lower() for node in _parsed_type(kind).find_all(exp.ColumnDef))
