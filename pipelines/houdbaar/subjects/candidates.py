"""Rows that may be about one person although no key says so: pairs with a probability, by Splink 5 (extra `match`).

For the review list only, never for a package or an erasure plan: a probability is no link (domain.md 4.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from houdbaar.errors import EngineError, UsageError
from houdbaar.exports.syntax import aliased, call, cast, column, nested, null_as, parsed, select_from, text
from houdbaar.resources import package_text
from houdbaar.subjects.candidate_model import ENOUGH_ROWS, settings

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.engines.duckdb import Engine

COLUMNS = ("first_name", "last_name", "birth_date", "street", "house_number", "postcode", "town", "phone", "email")
_TABLE = "candidate_person"
_SEED = 1
_SAMPLED_PAIRS = 2_000_000


def review_list(engine: Engine) -> pa.Table:
    """Records that resemble those of the people who were found, likeliest first, with person, place, key and probability.

    Of contacts and members of lists alone, and only of those that no key leads to. `find.Finder` must have run. Raises UsageError
    without Splink.
    """
    engine.make_table("candidate_input", package_text("subjects/sql/candidate_input.sql"))
    pairs = candidates(engine, "candidate_input").to_pylist()
    engine.run("create table candidate_pair (left_row_id bigint, right_row_id bigint, probability double)")
    engine.insert_rows("candidate_pair", [tuple(pair.values()) for pair in pairs])
    return engine.arrow(package_text("subjects/sql/review_row.sql"))


def candidates(engine: Engine, relation: str, *, least: float = 0.5) -> pa.Table:
    """Pairs of rows of a relation that may be about one person: `left_row_id`, `right_row_id` (left < right), `probability`.

    The relation (a table or view of the engine) has `row_id`, unique and not NULL, and any of COLUMNS, whose values are compared as
    they stand: give them normalised, without role mailboxes and placeholders. Pairs of at least the probability `least` come, likeliest
    first. The same rows in any order give the same table. Members of one household score low unless more than their address agrees.

    Raises UsageError without Splink, or if the relation lacks `row_id` or has none of COLUMNS, and EngineError without any value.
    """
    try:
        import splink  # noqa: F401
    except ImportError:
        raise UsageError("looking for candidates needs Splink, which is not installed: pip install 'houdbaar[match]'") from None
    _make_table(engine, relation)
    ((rows, *filled),) = engine.rows(_COUNTS)
    known = frozenset(name for name, count in zip(COLUMNS, filled, strict=True) if count)
    try:
        return _scored(engine, rows, known, least) if rows and known else engine.arrow(_NO_PAIRS)
    finally:
        engine.run("drop table if exists candidate_person")


_COUNTS = """
    select
        count(*), count(first_name), count(last_name), count(birth_date), count(street), count(house_number), count(postcode), count(town),
        count(phone), count(email)
    from candidate_person
"""
_NO_PAIRS = """
    select unique_id as left_row_id, unique_id as right_row_id, cast(0 as double) as probability from candidate_person where false
"""


def _make_table(engine: Engine, relation: str) -> None:
    """The relation's rows in the form in which they are compared: as text in lower case, nothing for empty, NULL for what it lacks."""
    from sqlglot import exp

    source = exp.to_table(relation, dialect="duckdb")
    present = engine.columns(exp.select("*").from_(source).sql("duckdb"))
    if "row_id" not in present or present.keys().isdisjoint(COLUMNS):
        raise UsageError(f"candidates are looked for in a relation with row_id and one or more of {', '.join(COLUMNS)}")
    columns = [aliased(column("row_id"), "unique_id")]
    for name in COLUMNS:
        value = (
            call("nullif", call("lower", call("trim", cast(column(name), "VARCHAR"))), text("")) if name in present else null_as("VARCHAR")
        )
        columns.append(aliased(value, name))
    full_name = aliased(parsed("first_name || ' ' || last_name"), "full_name")  # NULL unless both are known
    query = select_from([exp.Star(), full_name], nested(select_from(columns, source))).order_by("unique_id")
    engine.make_table(_TABLE, query.sql("duckdb"))


def _scored(engine: Engine, rows: int, known: frozenset[str], least: float) -> pa.Table:
    """The pairs that Splink finds in the table. Its own tables are dropped again."""
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI
    from splink.internals.exceptions import SplinkException
    from sqlglot import exp

    with engine.lent("comparing people") as connection:
        backend = DuckDBAPI(connection)
        try:
            linker = Linker(backend.register(_TABLE), settings(rows, known), log_level=None)
            if rows >= ENOUGH_ROWS:
                linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
            pairs = linker.inference.predict(threshold_match_probability=least, warning_mode="never")
            found = select_from(
                [
                    aliased(column("unique_id_l"), "left_row_id"),
                    aliased(column("unique_id_r"), "right_row_id"),
                    # More digits mean nothing, and may differ from one processor to the next.
                    aliased(call("round", column("match_probability"), exp.Literal.number(6)), "probability"),
                ],
                exp.to_table(pairs.physical_name),
            ).order_by("probability desc", "left_row_id", "right_row_id")
            return engine.arrow(found.sql("duckdb"))
        except SplinkException as error:  # it quotes the engine's message, and with that values
            if error.__cause__ is not None:
                raise error.__cause__ from None
            raise EngineError("Splink could not compare the rows; its message is withheld because it can quote personal values") from None
        finally:
            backend.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
