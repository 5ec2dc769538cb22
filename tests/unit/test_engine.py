"""What is offered to an engine is made when a statement first needs it, once; its other connections are as its own."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from houdbaar.engines.duckdb import Engine
from houdbaar.engines.parts import hash_parts
from houdbaar.errors import EngineError
from houdbaar.resources import package_text


def offered(engine: Engine, made: list[str], name: str, sql: str) -> None:
    """Offer a view, and note when it is made."""

    def make() -> None:
        made.append(name)
        engine.make_view(name, sql)

    engine.offer(name, make)


def test_a_view_is_made_when_it_is_first_named_with_all_that_it_needs(tmp_path: Path) -> None:
    made: list[str] = []
    with closing(Engine([], tmp_path)) as engine:
        engine.offer_macros("create macro twice(number) as number * 2;\n")
        for name, sql in {"base": "select 1 as number", "twofold": "select twice(number) as number from base", "other": "select 3"}.items():
            offered(engine, made, name, sql)
        assert engine.rows("select 'nothing is made for this'") == [("nothing is made for this",)]
        assert not made
        assert engine.rows('select number from "TWOFOLD"') == [(2,)]
        assert engine.arrow("select * from Base").num_rows == 1
        assert made == ["twofold", "base"]
        assert list(engine.batches("select * from other")) == [[(3,)]]
        assert engine.answer("select number from base").num_rows == 1
    assert made == ["twofold", "base", "other"]


def test_what_could_not_be_made_is_offered_again(tmp_path: Path) -> None:
    with closing(Engine([], tmp_path)) as engine:
        engine.offer_macros(
            "create macro doubled(number) as twice(number);\ncreate macro twice(number) as (select max(n) from late) * number;\n"
        )
        engine.offer("first", lambda: engine.make_view("first", "select doubled(number) as number from late"))
        for _ in range(2):
            with pytest.raises(EngineError, match="CatalogException"):
                engine.rows("from first")
        engine.make_table("late", "select 2 as number, 3 as n")
        assert engine.rows("from first") == [(6,)]


ZONES = """
import sys
from pathlib import Path
from houdbaar.engines.duckdb import Engine
engine = Engine([], Path(sys.argv[1]))
question = "select current_setting('TimeZone') || cast(timestamptz '2026-01-01 02:00:00+00' as date)"
print(engine.rows(question)[0], list(engine.batches(question))[0][0])
with engine.apart() as inner:
    print(inner.rows(question)[0], list(inner.batches(question))[0][0])
"""


def test_all_connections_reckon_in_utc(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ZONES, str(tmp_path)]
    done = subprocess.run(command, env={**os.environ, "TZ": "America/New_York"}, capture_output=True, text=True, check=True)
    assert done.stdout == "('UTC2026-01-01',) ('UTC2026-01-01',)\n" * 2


def test_batches_of_an_engine_apart_are_of_its_own_tables(tmp_path: Path) -> None:
    with closing(Engine([], tmp_path)) as engine:
        engine.make_table("one", "select 'outer' as place")
        with engine.apart() as inner:
            inner.make_table("one", "select 'inner' as place")
            assert list(inner.batches("from one")) == [[("inner",)]]
        assert list(engine.batches("from one")) == [[("outer",)]]


def fail_apart(engine: Engine) -> None:
    """Ask for a table that is not there, while another one is read."""
    with engine.apart() as inner:
        inner.make_table("one", "select 1 as number")
        next(inner.batches("from one"))
        inner.rows("from another")


def test_what_fails_in_an_engine_apart_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with closing(Engine([], tmp_path)) as engine:
        for _ in range(2):
            with pytest.raises(EngineError, match="CatalogException"):
                fail_apart(engine)
        with engine.apart() as inner:
            inner.make_table("one", "select 2 as number")
            assert inner.rows("from one") == [(2,)]


def test_what_needs_more_memory_than_there_is_says_so(tmp_path: Path) -> None:
    with closing(Engine([], tmp_path)) as engine, pytest.raises(EngineError, match="more memory is needed at once than DuckDB's 450MB"):
        engine.rows("select list(number) from range(200000000) as many(number)")


def test_repeated_keys_are_found_in_every_part_up_to_the_last_hash(tmp_path: Path) -> None:
    hashes = [0, 1, 2**63, 2**64 - 1]
    with closing(Engine([], tmp_path)) as engine:
        engine.make_empty_table("content_key", {"key_hash": "ubigint"})
        engine.insert_rows("content_key", [(each,) for each in [*hashes, *hashes, 5, 2**64 - 2]])
        parts = list(hash_parts(7_000_000))
        found = [key for part in parts for key in engine.rows(package_text("checks/marks/repeated_key.sql"), part)]
    assert len(parts) == 4
    assert sorted(found) == [(each,) for each in hashes]
