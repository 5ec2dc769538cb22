"""A query that somebody asks in words of their own: what it may do, what is said of it where it fails, and how numbers are given."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def with_whole_numbers(table: pa.Table) -> pa.Table:
    """Sums of whole numbers as whole numbers, which DuckDB hands over as decimals, where they fit."""
    import pyarrow as pa

    for position, field in enumerate(table.schema):
        if field.type == pa.decimal128(38, 0):
            with contextlib.suppress(pa.ArrowInvalid):
                table = table.set_column(position, field.name, table.column(position).cast(pa.int64()))
    return table


def changes(tree: object) -> Iterator[bool]:
    """Whether parts of a parsed query are statements that change or write: DuckDB allows them in `with`."""
    if isinstance(tree, dict):
        yield str(tree.get("type", "")).endswith("_QUERY_NODE")
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from changes(part)


def about_query(error: duckdb.Error, question: str) -> str:
    """What DuckDB says of a query's own words; of what happens with values it says nothing, as that quotes them."""
    import duckdb

    if not isinstance(error, duckdb.ParserException | duckdb.BinderException | duckdb.CatalogException):
        if "Values were not provided" in str(error):
            return "it asks for $values that were not given"
        return (
            f"DuckDB gave {type(error).__name__}; its message is withheld because it can quote personal values (try_cast helps with values)"
        )
    said = str(error).partition("\n\nLINE")[0].replace("\n", " ")
    for literal in re.findall(r"'((?:[^']|'')+)'", question):
        said = said.replace(literal, "…")
    return said
