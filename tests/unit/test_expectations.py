"""expectations/ is what the entities and the policy say, in GX's own JSON; a suite that is behind fails here (`make expectations`)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from houdbaar.checks.catalog import checks
from houdbaar.exports.entities import ENTITIES, RECORDS
from houdbaar.exports.views import LOCATION, view_columns
from houdbaar.gates.generate import findable, suite_text, suites
from houdbaar.gates.suites import read_suites
from houdbaar.policy.load import load_policy
from houdbaar.resources import expectations

FOLDER = Path(__file__).parents[2] / "expectations"
POLICY = load_policy("twingatrack")
SUITES: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in expectations().items()}
ALL = [(name, each) for name, suite in SUITES.items() for each in suite["expectations"]]


def test_the_suites_are_those_of_the_entities_and_the_policy() -> None:
    made = {name: suite_text(suite) for name, suite in suites(POLICY).items()}
    assert {file.stem for file in FOLDER.iterdir()} == set(made) == {*RECORDS, "policy"}
    behind = [name for name, text in made.items() if (FOLDER / f"{name}.json").read_text(encoding="utf-8") != text]
    assert behind == [], "`make expectations` writes them anew"


def test_the_policy_s_suite_has_every_code_that_an_audit_can_find() -> None:
    codes = [each["meta"]["houdbaar"]["code"] for each in SUITES["policy"]["expectations"]]
    assert len(codes) == len(set(codes))
    assert {check.code for check in checks()} <= set(codes) == {code.code for code in findable(POLICY)}


def test_a_code_s_expectation_knows_the_clauses_that_the_policy_gives_it() -> None:
    for each in SUITES["policy"]["expectations"]:
        said = each["meta"]["houdbaar"]
        assert said["clauses"] == list(POLICY.codes[said["code"]].clauses)
        assert set(said["clauses"]) <= set(POLICY.clauses)


@pytest.mark.parametrize("entity", RECORDS)
def test_a_suite_is_about_columns_that_its_entity_has(entity: str) -> None:
    known = {*LOCATION, *view_columns(entity)}
    for each in SUITES[entity]["expectations"]:
        said, kwargs = each["meta"]["houdbaar"], each["kwargs"]
        named = {*said["columns"], *said.get("needs", ()), *said.get("needs_any", ()), *kwargs.get("column_set", ())}
        assert named | ({kwargs["column"]} if "column" in kwargs else set()) <= known


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_entity_s_suite_looks_at_shape_duplicates_times_and_freshness(entity: str) -> None:
    abouts = {each["meta"]["houdbaar"]["about"] for each in SUITES[entity]["expectations"]}
    assert abouts >= {"columns", "types", "no duplicates", "freshness", "range", "usable stamps", "no future stamps"} - (
        set() if any(item.type in ("TIMESTAMPTZ", "DATE") for item in ENTITIES[entity].columns) else {"usable stamps", "no future stamps"}
    )
    assert ("key" in abouts) == bool(ENTITIES[entity].keys)


def test_ids_are_unique_and_last() -> None:
    ids = [each["id"] for _, each in ALL] + [suite["id"] for suite in SUITES.values()]
    assert len(ids) == len(set(ids))
    (key,) = [each for each in SUITES["order"]["expectations"] if each["meta"]["houdbaar"]["about"] == "key"]
    assert key["id"] == KEY_OF_ORDER, "people override packaged expectations by their id"


KEY_OF_ORDER = "d71bdd00-69c1-5eb8-b6aa-75ce14719077"


def test_queries_can_be_run_and_find_nothing_in_an_empty_table() -> None:
    connection = duckdb.connect()
    connection.execute("create table gate_day as select date '2026-10-31' as as_of, date '2026-09-29' as stale_date")
    for name, each in ALL:
        query = each["kwargs"].get("unexpected_rows_query")
        if query is None:
            continue
        assert "{batch}" in query
        columns = (
            {**LOCATION, **view_columns(name)} if name in RECORDS else dict.fromkeys(("finding_id", "code", "verdict", "status"), "VARCHAR")
        )
        made = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create or replace table batch ({made})")
        assert connection.execute(query.replace("{batch}", "batch")).fetchall() == [], name
        # Types are the same whatever is in the table: a row of nothing is of the right type and under no key.
        if each["meta"]["houdbaar"]["about"] == "types":
            connection.execute(f"insert into batch select {', '.join('null' for _ in columns)}")
            assert connection.execute(query.replace("{batch}", "batch")).fetchall() == [], name


@pytest.mark.xdist_group("gx")
def test_gx_reads_every_suite_with_its_own_store() -> None:
    from houdbaar.gates.suites import suite_context

    before = {file.name: file.read_bytes() for file in FOLDER.iterdir()}
    context = suite_context(FOLDER)
    for name, suite in SUITES.items():
        read = context.suites.get(name)
        assert [str(each.id) for each in read.expectations] == [each["id"] for each in suite["expectations"]]
        assert [each.severity for each in read.expectations] == [each["severity"] for each in suite["expectations"]]
    assert {file.name: file.read_bytes() for file in FOLDER.iterdir()} == before


def test_a_policy_of_one_s_own_has_a_suite_of_its_own() -> None:
    from dataclasses import replace

    codes = {name: code for name, code in POLICY.codes.items() if name != "RET-SHIP-12"}
    codes["OWN-CODE"] = replace(POLICY.codes["RET-COR-12"], code="OWN-CODE")
    (suite,) = [each for each in read_suites(None, replace(POLICY, codes=codes)) if each.name == "policy"]
    found = {each.code for each in suite.expected}
    assert ("OWN-CODE" in found, "RET-SHIP-12" in found, "RET-COR-12" in found) == (True, False, True)


def test_the_words_of_a_status_are_those_that_the_checks_and_contracts_use() -> None:
    """A word that a check asks for and no suite allows would be a failure of the suite, not of the data."""
    words = {
        (name, each["kwargs"]["column"]): set(each["kwargs"]["value_set"])
        for name, each in ALL
        if each["meta"]["houdbaar"]["about"] == "allowed values" and "value_set" in each["kwargs"]
    }
    asked = re.compile(r"\bkind(?:\)\))? (?:in|=) (\([^)]*\)|'\w+')")
    found = {
        word
        for query in (FOLDER.parent / "pipelines" / "houdbaar" / "checks").rglob("*.sql")
        if re.search(r"\bfrom mail_(log|activity)\b", text := query.read_text())
        for said in asked.findall(text)
        for word in said.split("'")[1::2]
    }
    assert {"open", "click", "reply", "unsubscribe"} <= found
    assert found <= words["mail_activity", "kind"]
