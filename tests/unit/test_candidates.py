"""Candidates by probability: on people of FEBRL data set 4 (febrl4.LICENSE), and on a few rows that read like the manual."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from houdbaar.engines.duckdb import Engine
from houdbaar.errors import EngineError, UsageError
from houdbaar.subjects.candidates import candidates

if TYPE_CHECKING:
    import pyarrow as pa

HERE = Path(__file__).parent
FEBRL = """
    select
        rec_id as row_id, given_name as first_name, surname as last_name, date_of_birth as birth_date, street_number as house_number,
        address_1 as street, suburb as town, postcode
    from '{file}'
"""
TRUE_PAIRS = 5000
JAN = {
    "first_name": "Jan",
    "last_name": "Jansen",
    "birth_date": "1980-03-14",
    "postcode": "1234AB",
    "house_number": "12",
    "town": "Utrecht",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine([HERE], tmp_path)
    yield engine
    engine.close()


def pairs(found: pa.Table) -> list[tuple[str, str]]:
    return list(zip(found["left_row_id"].to_pylist(), found["right_row_id"].to_pylist(), strict=True))


def person_of(row_id: str) -> str:
    """'rec-1070-org' and 'rec-1070-dup-0' are one person."""
    return row_id.split("-")[1]


@pytest.mark.parametrize(("without", "least_f1"), [("", 0.98), ("birth_date", 0.93)], ids=["all fields", "without birth date"])
def test_febrl_4_is_found_again(engine: Engine, without: str, least_f1: float, record_property: pytest.RecordProperty) -> None:
    engine.make_table("people", FEBRL.format(file=HERE / "febrl4.parquet"))
    if without:
        engine.run(f"alter table people drop column {without}")
    found = pairs(candidates(engine, "people"))
    right = sum(person_of(left) == person_of(other) for left, other in found)
    precision, recall = right / len(found), right / TRUE_PAIRS
    f1 = 2 * precision * recall / (precision + recall)
    measured = f"precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}"
    record_property("measured", measured)
    print(measured)
    assert f1 >= least_f1, measured
    assert precision >= 0.99, measured


def test_the_same_rows_in_another_order_give_the_same_pairs(engine: Engine) -> None:
    people = FEBRL.format(file=HERE / "febrl4.parquet") + " where rec_id < 'rec-147'"
    engine.make_table("people", f"{people} order by row_id")
    engine.make_table("shuffled", f"{people} order by md5(row_id)")
    found = candidates(engine, "people", least=0.01)
    assert found.num_rows > 400
    assert candidates(engine, "shuffled", least=0.01).equals(found)
    assert candidates(engine, "people", least=0.01).equals(found)


def given(engine: Engine, *rows: dict[str, str]) -> dict[tuple[int, int], float]:
    """The pairs among a few rows, numbered from 1, and what they score."""
    names = [*JAN, "street", "phone", "email"]
    engine.run("create table people (row_id integer, " + ", ".join(f"{name} varchar" for name in names) + ")")
    engine.insert_rows("people", [(number, *(row.get(name) for name in names)) for number, row in enumerate(rows, start=1)])
    found = candidates(engine, "people", least=0.0001).to_pylist()
    return {(pair["left_row_id"], pair["right_row_id"]): pair["probability"] for pair in found}


NAMES = [("Fatima", "Yilmaz"), ("Kees", "Bakker"), ("Sanne", "Visser"), ("Bram", "Smit"), ("Iris", "Mulder")]
STRANGERS = [
    {"first_name": first, "last_name": last, "postcode": f"{1100 + number}AB", "house_number": str(number), "town": "Zwolle"}
    for number, (first, last) in enumerate(NAMES, 20)
]


def test_one_person_with_a_mistake_is_a_likely_pair(engine: Engine) -> None:
    found = given(engine, JAN, JAN | {"first_name": "Jna", "postcode": "1234AC"}, *STRANGERS)
    assert set(found) == {(1, 2)}
    assert found[1, 2] > 0.95


def test_one_person_who_moved_is_a_likely_pair(engine: Engine) -> None:
    found = given(engine, JAN, JAN | {"postcode": "8011CD", "house_number": "7", "town": "Zwolle"}, *STRANGERS)
    assert found[1, 2] > 0.9


def test_a_name_alone_is_no_pair(engine: Engine) -> None:  # case I08
    vries = {"first_name": "J", "last_name": "Vries"}
    one, other = vries | {"email": "jv@example.com", "town": "Utrecht"}, vries | {"email": "devries@voorbeeld.nl", "town": "Breda"}
    found = given(engine, one, other, *STRANGERS)
    assert found.get((1, 2), 0) < 0.5


def test_two_people_of_one_household_are_no_pair(engine: Engine) -> None:
    found = given(engine, JAN, JAN | {"first_name": "Marieke", "birth_date": "1982-11-02"}, *STRANGERS)
    assert found.get((1, 2), 0) < 0.1


def test_an_address_of_mail_is_worth_much_but_not_everything(engine: Engine) -> None:
    jan = {"first_name": "Jan", "last_name": "Jansen", "email": "jan@example.com"}
    found = given(engine, jan, jan, {"first_name": "Fatima", "last_name": "Yilmaz", "email": "jan@example.com"}, *STRANGERS)
    assert found[1, 2] > 0.99
    assert found[1, 3] < found[1, 2]


def test_nothing_to_compare_gives_no_pairs(engine: Engine) -> None:
    engine.run("create table empty_people (row_id bigint, last_name varchar)")
    assert candidates(engine, "empty_people").num_rows == 0
    engine.run("insert into empty_people values (1, null), (2, ' ')")
    found = candidates(engine, "empty_people")
    assert found.num_rows == 0
    assert found.column_names == ["left_row_id", "right_row_id", "probability"]


def test_a_relation_that_says_nothing_about_people_is_refused(engine: Engine) -> None:
    engine.run("create table orders (row_id bigint, order_id varchar); create table people (last_name varchar)")
    for relation in ("orders", "people"):
        with pytest.raises(UsageError, match="row_id"):
            candidates(engine, relation)


def test_nothing_is_left_behind(engine: Engine) -> None:
    given(engine, JAN, JAN, *STRANGERS)
    assert engine.rows("select table_name from duckdb_tables() union all select view_name from duckdb_views() where not internal") == [
        ("people",)
    ]


def test_errors_quote_no_value(engine: Engine) -> None:
    engine.run("create view people as select 1 as row_id, error('Jansen, geheim') as last_name")
    with pytest.raises(EngineError) as caught:
        candidates(engine, "people")
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_errors_inside_splink_quote_no_value(engine: Engine) -> None:
    engine.run("create table people (row_id integer, last_name varchar); insert into people values (1, 'geheim'), (2, 'geheim')")
    with pytest.raises(EngineError) as caught:
        candidates(engine, "people", least=float("nan"))
    assert "geheim" not in str(caught.value)


def test_nothing_is_said_on_the_way() -> None:
    code = f"""
import tempfile
from pathlib import Path
from houdbaar.engines.duckdb import Engine
from houdbaar.subjects.candidates import candidates
with tempfile.TemporaryDirectory() as scratch:
    engine = Engine([Path({str(HERE)!r})], Path(scratch))
    engine.make_table("people", {FEBRL.format(file=HERE / "febrl4.parquet") + " where rec_id < 'rec-147'"!r})
    candidates(engine, "people")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_splink_it_is_said_how_to_install_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)  # what Python finds where a package is not installed
    with pytest.raises(UsageError, match=r"pip install 'houdbaar\[match\]'"):
        candidates(engine, "people")
    project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["optional-dependencies"]["match"] == ["splink>=5,<6"]
