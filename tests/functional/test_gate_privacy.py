"""No value of a record leaves through the gate: not in its files, not in Great Expectations' results or Data Docs, not in errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from functional.auditing import AS_OF, Desk, Outcome, houdbaar, snapshot
from functional.canaries import Canaries, artefacts, every_export, found_in

pytestmark = pytest.mark.xdist_group("gx")

# Everything that GX is known to show values of, or to raise with: aggregates, sets, casts, expectations that DuckDB has no SQL for.
LEAKY: list[dict[str, Any]] = [
    {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "email", "value_set": ["x"]}},
    {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "status"}},
    {"type": "expect_column_distinct_values_to_be_in_set", "kwargs": {"column": "email", "value_set": ["x"]}},
    {"type": "expect_column_most_common_value_to_be_in_set", "kwargs": {"column": "email", "value_set": ["x"]}},
    {"type": "expect_column_max_to_be_between", "kwargs": {"column": "row", "max_value": 0}},
    {"type": "expect_column_distinct_values_to_contain_set", "kwargs": {"column": "notes", "value_set": ["x"]}},
    {"type": "expect_column_pair_values_to_be_equal", "kwargs": {"column_A": "email", "column_B": "notes"}},
    {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "email", "regex": "x"}},
    {"type": "expect_column_value_lengths_to_equal", "kwargs": {"column": "notes", "value": 1}},
    {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": "select * from {batch}"}},
    {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": "select cast(email as integer) from {batch}"}},
    {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": "select error(notes) from {batch}"}},
]


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Canaries, Outcome, Path]:
    """A workspace with canaries in every column of every export, behind the gate with everything that it can write."""
    token = Canaries(11)
    place = tmp_path_factory.mktemp("canaries")
    desk = Desk(place / "company")
    for name, (contract, files) in every_export(token).items():
        if contract.startswith("plain."):  # one for each entity: the audit of all others is test_privacy's
            desk.source(name, contract, files)
    desk.write()
    (desk.folder / "expectations").mkdir()
    suite = {"expectations": [{**each, "severity": "warning"} for each in LEAKY]}
    for name in ("mail_member", "contact"):
        (desk.folder / "expectations" / f"{name}.json").write_text(json.dumps(suite), encoding="utf-8")
    before = snapshot(desk.folder)
    out = place / "out"
    done = houdbaar(
        *("gate", desk.folder, "--as-of", AS_OF, "--junit", out / "gate.xml", "--sarif", out / "gate.sarif", "--data-docs", out / "docs"),
        *("--github", "--fail-on", "info"),
        folder=place,
        GITHUB_STEP_SUMMARY=str(place / "summary.md"),
    )
    after = snapshot(desk.folder)
    assert [name for name in before if before[name] != after.get(name)] == []
    return token, done, place


def test_what_is_said_and_written_holds_no_canary(gated: tuple[Canaries, Outcome, Path]) -> None:
    token, done, place = gated
    assert found_in(token.needles(), done.said.encode()) == []
    for folder in (place / "out", place / "company" / "runs"):
        assert found_in(token.needles(), *artefacts(folder)) == [], folder
    assert found_in(token.needles(), (place / "summary.md").read_bytes()) == []


def test_the_leaky_expectations_ran_or_raised(gated: tuple[Canaries, Outcome, Path]) -> None:
    """Otherwise the test above would be easy to pass."""
    _, done, place = gated
    assert done.code == 3  # some of them can't be run
    written = json.loads((place / "company" / "runs" / "gate" / "validations.json").read_text(encoding="utf-8"))
    members = [suite for suite in written["suites"] if suite["suite"] == "mail_member" and suite["source"]]
    mine = [each for suite in members for each in suite["expectations"] if each["about"] is None]
    assert len(mine) >= len(LEAKY)
    assert {each["success"] for each in mine} == {True, False, None}
    docs = [path for path in (place / "out" / "docs").rglob("*.html") if "validations" in path.parts]
    assert len(docs) > 10
    assert not any(b"Traceback" in path.read_bytes() or b"site-packages" in path.read_bytes() for path in docs)


# The datasource by itself


@pytest.fixture
def orders() -> duckdb.DuckDBPyConnection:
    """Somebody's own connection: no table of Houdbaar's, and a transaction is not theirs to expect."""
    connection = duckdb.connect()
    connection.execute("create table bought as select i as id, 'k' || i as customer, i * 1.5 as total from range(4) as r(i)")
    return connection


def test_the_datasource_serves_a_context_of_one_s_own(orders: duckdb.DuckDBPyConnection) -> None:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    from houdbaar.gates.datasource import duckdb_datasource

    context = gx.get_context(mode="ephemeral")
    source = duckdb_datasource(context, "shop", orders)
    batch = source.add_table_asset("bought", table_name="bought").add_batch_definition_whole_table("all").get_batch()
    assert batch.validate(gxe.ExpectColumnValuesToBeUnique(column="id")).success
    assert not batch.validate(gxe.ExpectColumnValuesToBeBetween(column="total", max_value=3)).success
    assert batch.validate(gxe.ExpectColumnValuesToBeOfType(column="customer", type_="VARCHAR")).success
    assert not batch.validate(gxe.ExpectColumnValuesToBeOfType(column="id", type_="VARCHAR")).success
    failed = batch.validate(gxe.UnexpectedRowsExpectation(unexpected_rows_query="select cast(customer as integer) from {batch}"))
    assert not failed.success
    assert "k0" not in str(failed.exception_info)
    assert "withheld" in str(failed.exception_info)
    assert batch.validate(gxe.ExpectColumnValuesToNotBeNull(column="id")).success, "an error before must not break this one"
    query = source.add_query_asset("dear", query="select * from bought where total > 2").add_batch_definition_whole_table("all").get_batch()
    assert query.validate(gxe.ExpectTableRowCountToEqual(value=2)).success
    assert orders.execute("select count(*) from bought").fetchone() == (4,), "the connection stays the caller's"
    assert orders.execute("select table_name from information_schema.tables").fetchall() == [("bought",)]
