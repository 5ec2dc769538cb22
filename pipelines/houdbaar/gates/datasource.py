"""Great Expectations on a DuckDB connection that is open already: nothing is copied, nothing is made in it, and errors quote no value.

For a context of one's own, beside the gate:

    import duckdb, great_expectations as gx
    from houdbaar.gates.datasource import duckdb_datasource

    source = duckdb_datasource(gx.get_context(mode="ephemeral"), "exports", duckdb.connect("exports.duckdb"))
    batch = source.add_table_asset("orders", table_name="orders").add_batch_definition_whole_table("all").get_batch()
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import duckdb
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper, CursorWrapper, Dialect
from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.dialects import registry
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint

_WITHHELD = "the message is withheld: it can quote personal values"
_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "VARCHAR": sa.VARCHAR,
    "BOOLEAN": sa.BOOLEAN,
    "SMALLINT": sa.SMALLINT,
    "INTEGER": sa.INTEGER,
    "BIGINT": sa.BIGINT,
    "DOUBLE": sa.DOUBLE,
    "FLOAT": sa.FLOAT,
    "DECIMAL": sa.NUMERIC,
    "DATE": sa.DATE,
    "TIME": sa.TIME,
    "TIMESTAMP": sa.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": sa.TIMESTAMP,
    "BLOB": sa.BLOB,
}
_lent: dict[str, duckdb.DuckDBPyConnection] = {}  # by the name of the datasource that uses it


class _Cursor(CursorWrapper):
    """Raises DuckDB's errors without their text, which quotes values and whole lines."""

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        try:
            super().execute(statement, parameters, context)
        except duckdb.Error as error:
            raise type(error)(_WITHHELD) from None
        except RuntimeError as error:
            if "interrupt" in str(error).lower():  # what DuckDB makes of Ctrl-C, and GX would take for a failed expectation
                raise KeyboardInterrupt from None
            raise


class _Connection(ConnectionWrapper):
    """The lent connection: whoever lent it closes it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._lent = connection

    def cursor(self) -> CursorWrapper:
        return _Cursor(self._lent, self)

    def close(self) -> None:
        pass


class SharedDialect(Dialect):
    """DuckDB's dialect with types of columns: the package asks for them in a way that DuckDB 2 refuses since SQLAlchemy 2.1."""

    supports_statement_cache = False

    def get_columns(self, connection: sa.Connection, table_name: str, *_: Any, **__: Any) -> list[ReflectedColumn]:
        """Name, type and nullability of a table's or view's columns. Raises NoSuchTableError."""
        found = sa.text("select column_name, data_type, is_nullable from duckdb_columns() where table_name = :name order by column_index")
        rows = connection.execute(found, {"name": table_name}).fetchall()
        if not rows:
            raise sa.exc.NoSuchTableError(table_name)
        return [{"name": name, "type": _type_of(kind), "nullable": is_null, "default": None} for name, kind, is_null in rows]

    def get_pk_constraint(self, *_: Any, **__: Any) -> ReflectedPrimaryKeyConstraint:
        """None: what is expected of keys is said in suites."""
        return {"constrained_columns": [], "name": None}


def _type_of(kind: str) -> sa.types.TypeEngine[Any]:
    """SQLAlchemy's type of a DuckDB type: nested ones have none there."""
    return sa.types.NullType() if kind.endswith("]") else _TYPES.get(kind.partition("(")[0], sa.types.NullType)()


registry.register("duckdb.shared", __name__, "SharedDialect")


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """One connection for all queries. After an error it rolls back: else that error would break every later expectation."""

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        """The connection, the same each time."""
        if self._connection is None:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except BaseException:
            self._connection.rollback()
            raise


class DuckDBDatasource(SQLDatasource):
    """A datasource over a connection that was lent to it by name (`duckdb_datasource`)."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    connection_string: str = "duckdb://"

    @property
    def execution_engine_type(self) -> builtins.type[SqlAlchemyExecutionEngine]:
        """The engine that rolls back."""
        return DuckDBExecutionEngine

    def _create_engine(self) -> sa.Engine:
        return sa.create_engine(
            "duckdb+shared://", creator=lambda: _Connection(_lent[self.name]), poolclass=sa.pool.StaticPool, hide_parameters=True
        )

    def get_execution_engine(self) -> SqlAlchemyExecutionEngine:
        """The execution engine over the lent connection, made once; it makes no temporary tables."""
        if self._execution_engine is None:
            self._execution_engine = DuckDBExecutionEngine(engine=self.get_engine(), create_temp_table=False)
        return self._execution_engine


def duckdb_datasource(context: AbstractDataContext, name: str, connection: duckdb.DuckDBPyConnection) -> DuckDBDatasource:
    """Add a datasource over an open connection to a context: its tables and views are what expectations can be about.

    The connection stays open, and stays the caller's to close.
    """
    _lent[name] = connection
    # GX makes this method of our class, by its `type`.
    added: DuckDBDatasource = context.data_sources.add_or_update_duckdb(name=name)
    return added


def give_back(source: DuckDBDatasource) -> None:
    """End the datasource's transaction and forget its connection: what is done on it afterwards is not undone by a later error."""
    engine = source._execution_engine  # noqa: SLF001 - our own class
    if isinstance(engine, DuckDBExecutionEngine) and engine._connection is not None:  # noqa: SLF001
        engine._connection.rollback()  # noqa: SLF001
    _lent.pop(source.name, None)
