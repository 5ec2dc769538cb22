"""Expectations of the gate, the packaged ones and those of a workspace's own: what runs, what raises, what counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from functional.auditing import Desk, Outcome, table, visits
from functional.gating import FRESH, gate, portal, said, validations
from small_company import SAMPLE

EXPECTATIONS = SAMPLE.parents[1] / "expectations"
# Importing Great Expectations takes seconds: one worker runs what needs it.
pytestmark = pytest.mark.xdist_group("gx")


def leads(folder: Path, *rows: str, expectations: dict[str, Any] | None = None) -> Desk:
    """A workspace with contacts: contact_id, e-mail and when they were made."""
    desk = Desk(folder)
    desk.source("leads", "plain.contact", {"leads.csv": table("contact_id,email,created_at", *rows)}, role="controller")
    desk.write()
    for name, suite in (expectations or {}).items():
        (folder / "expectations").mkdir(exist_ok=True)
        (folder / "expectations" / f"{name}.json").write_text(json.dumps(suite), encoding="utf-8")
    return desk


def own(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"expectations": [{"type": kind, "kwargs": kwargs, "severity": "critical"}]}


SOUND = ("K1,a@example.com,2026-10-01", "K2,b@example.com,2026-10-02")


def test_a_missing_key_is_not_as_expected(tmp_path: Path) -> None:
    outcome = gate(leads(tmp_path / "w", *SOUND, ",c@example.com,2026-10-03").folder, "--format", "json")
    assert {"level": "warning", "suite": "contact", "source": "leads", "expectation": "key contact_id"} in said(outcome)[
        "failed_expectations"
    ]
    (key,) = [each for each in validations(outcome)["contact", "leads"]["expectations"] if each["about"] == "key"]
    assert (key["success"], key["unexpected"], key["rows"]) == (False, 1, 3)


def test_what_a_source_does_not_give_is_not_tested_and_no_pass(tmp_path: Path) -> None:
    found = validations(gate(leads(tmp_path / "w", *SOUND).folder))
    born = [each for each in found["contact", "leads"]["expectations"] if each["columns"] == ["birth_date_issue"]]
    assert {(each["success"], each["why"]) for each in born} == {(None, "nothing feeds birth_date")}
    nowhere = found["order", None]
    assert (nowhere["success"], nowhere["checked"], nowhere["why"]) == (None, 0, "no export feeds order")


def test_an_own_expectation_runs_beside_the_packaged_ones(tmp_path: Path) -> None:
    expected = {"contact": own("expect_column_values_to_be_in_set", column="contact_id", value_set=["K1"])}
    outcome = gate(leads(tmp_path / "w", *SOUND, expectations=expected).folder)
    assert outcome.code == 1
    suite = validations(outcome)["contact", "leads"]
    (mine,) = [each for each in suite["expectations"] if each["type"] == "expect_column_values_to_be_in_set"]
    assert (mine["success"], mine["unexpected"], mine["level"]) == (False, 1, "error")
    assert suite["checked"] > 3


def test_an_expectation_made_with_the_tools_of_gx_runs(tmp_path: Path) -> None:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    from houdbaar.gates.suites import suite_context

    desk = leads(tmp_path / "w", *SOUND)
    query = "select row from {batch} where email not like '%@voorbeeld.nl'"
    expected = gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, severity="warning")
    suite_context(desk.folder / "expectations").suites.add(gx.ExpectationSuite(name="contact.ours", expectations=[expected]))
    assert [path.name for path in (desk.folder / "expectations").rglob("*.json")] == ["ours.json"]
    outcome = gate(desk.folder)
    assert outcome.code == 0, outcome.said
    (mine,) = validations(outcome)["contact.ours", "leads"]["expectations"]
    assert (mine["success"], mine["unexpected"], mine["level"]) == (False, 2, "warning")
    assert gate(desk.folder, "--fail-on", "medium").code == 1


def test_an_own_expectation_can_take_a_packaged_one_s_place(tmp_path: Path) -> None:
    packaged = json.loads((EXPECTATIONS / "contact.json").read_text(encoding="utf-8"))
    (key,) = [each for each in packaged["expectations"] if each["meta"]["houdbaar"]["about"] == "key"]
    desk = leads(
        tmp_path / "w", *SOUND, ",c@example.com,2026-10-03", expectations={"contact": {"expectations": [{**key, "severity": "critical"}]}}
    )
    outcome = gate(desk.folder)
    keys = [each for each in validations(outcome)["contact", "leads"]["expectations"] if each["about"] == "key"]
    assert [(each["success"], each["level"]) for each in keys] == [(False, "error")]
    assert outcome.code == 1


def test_a_copy_of_a_policy_s_expectation_counts_by_itself(tmp_path: Path) -> None:
    """Whatever its meta says: else a copy that asks for something else would never fail."""
    packaged = json.loads((EXPECTATIONS / "policy.json").read_text(encoding="utf-8"))
    (code,) = [each for each in packaged["expectations"] if each["meta"]["houdbaar"]["code"] == "DQ-SCHEMA"]
    mine = {**code, "severity": "critical", "kwargs": {"unexpected_rows_query": "select 1 from {batch} where source = 'leads'"}}
    desk = leads(tmp_path / "w", *SOUND, ",c@example.com,2026-10-03", expectations={"policy": {"expectations": [mine]}})
    assert gate(desk.folder, "--fail-on", "critical").code == 1


CAST = own("unexpected_rows_expectation", unexpected_rows_query="select cast(email as integer) from {batch}")
RAISING = {
    "no such column": own("expect_column_values_to_be_between", column="no_such_column", min_value=1),
    "not for DuckDB": own("expect_column_values_to_match_regex", column="email", regex=".*"),
    "a cast that fails": CAST,
}
NOT_NULL = own("expect_column_values_to_not_be_null", column="email")["expectations"]


@pytest.fixture(scope="module")
def raising(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A gate with a suite for each of them, and one in which such an expectation stands between two others."""
    folder = tmp_path_factory.mktemp("raising") / "w"
    suites = {f"contact.ours{number}": suite for number, suite in enumerate(RAISING.values(), 1)}
    suites["contact.ours"] = {"expectations": [*NOT_NULL, *CAST["expectations"], *NOT_NULL]}
    return gate(leads(folder, *SOUND, expectations=suites).folder, "--junit", folder.parent / "junit.xml")


@pytest.mark.parametrize("name", RAISING)
def test_an_expectation_that_raises_did_not_run_and_that_is_no_pass(raising: Outcome, name: str) -> None:
    assert raising.code == 3
    (mine,) = validations(raising)[f"contact.ours{list(RAISING).index(name) + 1}", "leads"]["expectations"]
    assert mine["success"] is None
    assert "could not be run" in mine["why"]


def test_whatever_raises_nothing_else_of_the_gate_suffers(raising: Outcome) -> None:
    others = validations(raising)["contact", "leads"]
    assert (others["success"], others["checked"] > 3) == (True, True)
    junit = raising.run.parents[2] / "junit.xml"
    assert int(ET.parse(junit).getroot().attrib["errors"]) == len(RAISING) + 1
    assert "example.com" not in raising.said + (raising.run / "validations.json").read_text() + junit.read_text()


def test_one_that_raises_breaks_no_other_of_its_suite(raising: Outcome) -> None:
    assert [each["success"] for each in validations(raising)["contact.ours", "leads"]["expectations"]].count(True) == 2


def test_one_that_raises_is_enough_to_tell_nothing(tmp_path: Path) -> None:
    assert gate(leads(tmp_path / "w", *SOUND, expectations={"contact.ours": RAISING["not for DuckDB"]}).folder).code == 3


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("ordr", '{"expectations": []}', 'did you mean "order"'),
        ("order", "{", "must be JSON"),
        ("order", "[]", "is no suite"),
        ("order", '{"expectations": [{"kwargs": {}}]}', "without type"),
        ("contact", '{"expectations": [{"type": "expect_miracles", "kwargs": {}}]}', "expect_miracles is no expectation"),
        ("contact", '{"expectations": [{"type": "expect_column_to_exist", "kwargs": {"column": "a"}, "severity": "huge"}]}', "severity"),
    ],
)
def test_a_suite_that_can_t_be_used_is_a_wrong_setting(tmp_path: Path, name: str, text: str, hint: str) -> None:
    desk = leads(tmp_path / "w", *SOUND)
    (desk.folder / "expectations").mkdir()
    (desk.folder / "expectations" / f"{name}.json").write_text(text, encoding="utf-8")
    outcome = gate(desk.folder)
    assert (outcome.code, hint in outcome.stderr) == (2, True), outcome.stderr
    assert not outcome.run.exists()


def test_an_export_of_long_ago_is_not_fresh(tmp_path: Path) -> None:
    desk = portal(tmp_path / "w", "2026-08-01T10:00:00Z", extracted_at="2026-08-15T06:00:00Z")
    desk.source("undated", "plain.service_event", {"visits.csv": visits(FRESH)}, role="controller", extracted_at=None)
    desk.write()
    found = validations(gate(desk.folder))
    (fresh,) = [each for each in found["service_event", "portal"]["expectations"] if each["about"] == "freshness"]
    assert fresh["success"] is False
    (fresh,) = [each for each in found["service_event", "undated"]["expectations"] if each["about"] == "freshness"]
    assert (fresh["success"], fresh["why"]) == (None, "nothing feeds snapshot_date")
