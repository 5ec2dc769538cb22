"""What is offered to an engine is made when a statement first needs it, once."""

from contextlib import closing
from pathlib import Path

from houdbaar.engines.duckdb import Engine


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
