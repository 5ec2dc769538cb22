"""DuckDB, hardened: no network, no extensions, files only from the folders an audit names, messages without values."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from houdbaar.engines.asked import about_query, changes, with_whole_numbers
from houdbaar.engines.literals import sql_name, sql_text, with_values
from houdbaar.engines.opened import THREADS, opened, withheld
from houdbaar.errors import AuditError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_MACRO = re.compile(r"^(?=create macro )", re.MULTILINE)
_WORD = re.compile(r"\w++")

Offer = TypeVar("Offer")
BATCH = 50_000  # rows that Python looks at in one go


class Engine:
    """One DuckDB connection: in memory, for one audit; or on the file `database`.

    It is opened in a thread of its own (20 ms), which the first statement waits for, and raises what went wrong.
    `folders` are the only places it can read or write; `scratch` is a private folder for what does not fit in memory.
    `threads` are used at most, and no more than there are cores.
    Everything that DuckDB refuses is raised as `EngineError` without its text, which quotes values and whole lines.
    """

    def __init__(
        self, folders: Sequence[Path], scratch: Path, database: Path | None = None, *, is_read_only: bool = False, threads: int = THREADS
    ) -> None:
        self._scratch = scratch
        self._macros: dict[str, str] = {}  # that are known and not yet made, by name
        self._offered: dict[str, Callable[[], None]] = {}  # tables and views that are not yet made
        beside = ThreadPoolExecutor(1)
        self._opening = beside.submit(opened, [*folders, scratch], scratch, database, is_read_only, threads)
        beside.shutdown(wait=False)

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._opening.result()

    def offer_macros(self, text: str) -> None:
        """Make the macros of a file callable. DuckDB takes a millisecond for each: it is made when a statement first has its name."""
        for definition in _MACRO.split(text)[1:]:
            self._macros[_WORD.findall(definition)[2]] = definition  # create macro <name>

    def offer(self, name: str, make: Callable[[], None]) -> None:
        """Have a table or view made when a statement first has its name: to plan one over many files takes long."""
        self._offered[name] = make

    def offer_function(self, name: str, function: Callable[[str], str]) -> None:
        """Have a function of one text callable; it takes a third of a microsecond and its own time each row, and is given no NULL."""

        def make() -> None:
            self._connection.create_function(name, function, ["VARCHAR"], "VARCHAR")

        self.offer(name, make)

    def _make_offered(self, sql: str) -> None:
        """Make the macros and tables whose names a statement has, and what these need."""
        for name in dict.fromkeys(_WORD.findall(sql.lower())):
            if name in self._macros:
                with _taken(self._macros, name) as definition:
                    self._make_offered(definition)
                    self._connection.execute(definition)
            elif name in self._offered:
                with _taken(self._offered, name) as make:
                    make()

    def _execute(self, sql: str, values: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        self._make_offered(sql)
        return self._connection.execute(sql, values)

    def run(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Run one or more statements; `values` are bound to `$name`."""
        self._run(sql, values, self._scratch)

    def _run(self, sql: str, values: Mapping[str, Any] | None, place: Path) -> None:
        with withheld("running a statement", place):
            self._execute(sql, values)

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query: for small results only."""
        with withheld("running a query", self._scratch):
            return self._execute(sql, values).fetchall()

    def dicts(self, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The same, each row by column."""
        with withheld("running a query", self._scratch):
            found = self._execute(sql, values)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def batches(self, sql: str, values: Mapping[str, Any] | None = None) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query in lists of at most BATCH; nothing else may run on the engine that changes what it reads."""
        with withheld("running a query", self._scratch):
            self._make_offered(sql)
            cursor = self._cursor().execute(sql, values)
        while True:
            with withheld("running a query", self._scratch):
                rows = cursor.fetchmany(BATCH)
            if not rows:
                return
            yield rows

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Another connection to the same tables."""
        return self._connection.cursor()

    def has_rows(self, name: str) -> bool:
        """Whether a table or view has any row."""
        return bool(self.rows(f"from {sql_name(name)} limit 1"))

    def arrow(self, sql: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """A query's result as an Arrow table."""
        with withheld("running a query", self._scratch):
            self._make_offered(sql)
            return self._connection.sql(sql, params=values).to_arrow_table()

    def answer(self, question: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """The rows that somebody's own query asks for, as an Arrow table.

        Raises UsageError for what is no single query, and for one that can't be answered.
        """
        try:
            self._require_query(question)
            self._make_offered(question)
            return with_whole_numbers(self._connection.sql(question, params=values).to_arrow_table())
        except duckdb.Error as error:
            raise UsageError(f"the query can't be answered: {about_query(error, question)}") from None

    def _require_query(self, question: str) -> None:
        """Raise UsageError for whatever could change or write something: a statement that is none of `select`, or has one inside."""
        found = self._connection.execute("select json_serialize_sql($question)", {"question": question}).fetchall()
        tree: dict[str, Any] = json.loads(found[0][0])
        if tree["error"] and tree.get("error_type") == "parser":
            self._connection.extract_statements(question)  # which says what it doesn't understand
        if tree["error"] or len(tree["statements"]) != 1 or any(changes(tree)):
            raise UsageError("one query can be asked, and nothing be changed: begin with select, from, with, summarize or describe")

    def make_table(self, name: str, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Make (or replace) a table from a query."""
        self.run(f"create or replace table {sql_name(name)} as {sql}", values)

    def make_empty_table(self, name: str, columns: Mapping[str, str]) -> None:
        """Make (or replace) a table without rows, of columns with their types."""
        self.run(
            f"create or replace table {sql_name(name)} ({', '.join(f'{sql_name(column)} {kind}' for column, kind in columns.items())})"
        )

    def drop_table(self, name: str) -> None:
        """Drop a table; a view of it can't be read until it is made again."""
        self.run(f"drop table {sql_name(name)}")

    def make_view(self, name: str, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Make (or replace) a view of a query, with `values` (texts, numbers, booleans) written into it."""
        definition = with_values(sql, values or {})
        self.run(f"create or replace view {sql_name(name)} as {definition}")

    def take(self, name: str, table: pa.Table) -> None:
        """Make (or replace) a table from an Arrow table."""
        with withheld("taking a table", self._scratch):
            self._connection.register("taken_table", table)
            self._connection.execute(f"create or replace table {sql_name(name)} as from taken_table")
            self._connection.unregister("taken_table")

    def register(self, name: str, table: pa.Table) -> None:
        """Have queries read an Arrow table where it is, without a copy, as long as the engine is open."""
        with withheld("taking a table", self._scratch):
            self._connection.register(name, table)

    def append(self, name: str, sql: str, values: Mapping[str, Any] | None = None, labels: Mapping[str, Any] | None = None) -> int:
        """Append a query's rows to a table, matched by column name; columns that the query lacks are NULL. Gives the number of rows.

        `labels` are columns with one value for all rows.
        """
        columns = ", ".join([*(f"${label} as {sql_name(label)}" for label in labels or ()), "*"])
        with withheld("adding rows", self._scratch):
            statement = f"insert into {sql_name(name)} by name from ({sql}\n) select {columns}"
            found = self._execute(statement, {**(values or {}), **(labels or {})}).fetchone()
        return int(found[0]) if found else 0

    def copy_to(self, path: Path, sql: str, values: Mapping[str, Any] | None = None, *, is_ordered: bool = True) -> None:
        """Write a query's rows to Parquet, in the form that is written and read fastest; order costs a third. UsageError without room."""
        form = f"format parquet, parquet_version v2, compression snappy, preserve_order {is_ordered}"
        self._run(f"copy ({sql}\n) to {sql_text(str(path))} ({form})", values, path.parent)

    def columns(self, sql: str) -> dict[str, str]:
        """Names and types of a query's columns, without running it."""
        with withheld("describing a query", self._scratch):
            return {name: kind for name, kind, *_ in self._execute(f"describe {sql}").fetchall()}

    def insert_rows(self, name: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Append rows, in the order of the table's columns: for small tables (Arrow would load pandas wherever that is installed)."""
        if rows:
            columns = range(len(rows[0]))
            values = {f"c{position}": [row[position] for row in rows] for position in columns}
            unnested = ", ".join(f"unnest(${column})" for column in values)
            with withheld("adding rows", self._scratch):
                self._connection.execute(f"insert into {sql_name(name)} select {unnested}", values)

    @contextlib.contextmanager
    def lent(self, doing: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """The connection itself, for a library that writes its own SQL: under the same locks, and its errors withheld as well."""
        with withheld(doing, self._scratch):
            yield self._connection

    @contextlib.contextmanager
    def apart(self) -> Iterator[Engine]:
        """An empty engine inside this one, that sees none of its tables: DuckDB takes 20 ms to open, and 6 to close.

        One at a time; what was made in it is gone with it.
        """
        inner = _Inner(self._scratch, self._connection.cursor())
        try:
            yield inner
        except BaseException:
            inner.close()
            with contextlib.suppress(AuditError):  # what went wrong first says more
                self.run("detach apart")
            raise
        inner.close()
        self.run("detach apart")

    def close(self) -> None:
        """Close the connection; what it held in memory is gone."""
        with contextlib.suppress(AuditError):  # it could not be opened, which the first statement has told
            self._connection.close()


class _Inner(Engine):
    """An engine on a connection of another one, in a database of its own."""

    def __init__(self, scratch: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._scratch, self._macros, self._offered, self._connection = scratch, {}, {}, connection
        with withheld("opening DuckDB", scratch):
            connection.execute("attach ':memory:' as apart; use apart")

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return super()._cursor().execute("use apart")


@contextlib.contextmanager
def _taken(offers: dict[str, Offer], name: str) -> Iterator[Offer]:
    """What is offered under a name, while it is made, which names it itself; it is offered again when it could not be made."""
    offer = offers.pop(name)
    try:
        yield offer
    except BaseException:
        offers[name] = offer
        raise
