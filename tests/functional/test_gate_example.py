"""`houdbaar gate` on the example company: with every output, and the same bytes again."""

from __future__ import annotations

from pathlib import Path

import pytest

from functional.auditing import AS_OF, Outcome, houdbaar, snapshot
from functional.gating import validations
from small_company import LARGE, SAMPLE, small_company

# Importing Great Expectations takes seconds: one worker runs what needs it.
pytestmark = pytest.mark.xdist_group("gx")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The gate over the example company, with every output."""
    place = tmp_path_factory.mktemp("sample")
    before = snapshot(SAMPLE / "exports")
    arguments = ("--junit", place / "gate.xml", "--sarif", place / "gate.sarif", "--output", place / "gate", "--github")
    done = houdbaar(
        "gate", SAMPLE, "--as-of", AS_OF, *arguments, folder=place, HOUDBAAR_KEY="", GITHUB_STEP_SUMMARY=str(place / "summary.md")
    )
    assert snapshot(SAMPLE / "exports") == before
    return Outcome(done.code, done.stdout, done.stderr, place / "gate")


def test_the_example_company_does_not_pass(sample: Outcome) -> None:
    assert sample.code == 1, sample.said
    assert "The gate fails" in sample.stdout
    place = sample.run.parent
    assert {path.name for path in place.iterdir() if path.name != f"{place.name}-home"} == {"gate", "gate.xml", "gate.sarif", "summary.md"}
    assert {"findings.parquet", "summary.json", "validations.json"} <= {path.name for path in sample.run.iterdir()}


def test_it_plans_nothing_and_writes_nothing_private(sample: Outcome) -> None:
    assert not (sample.run / "private").exists()
    assert not (sample.run / "manifests.json").exists()


def test_it_is_not_recorded(sample: Outcome) -> None:
    assert sample.summary["run"]["is_recorded"] is False


def test_the_suite_of_the_policy_says_what_the_findings_say(sample: Outcome) -> None:
    """An expectation of a code fails exactly where there is a finding of it, and passes only where all was tested."""
    found = {line["code"] for line in sample.lines() if line["verdict"] in ("OVERDUE", "UNDETERMINED", "FAIL")}
    lacking = {item["code"] for item in sample.summary["obligations"] if item["not_tested_reason"]}
    suite = validations(sample)["policy", None]["expectations"]
    assert {each["code"] for each in suite if each["success"] is False} == found
    assert {each["code"] for each in suite if each["success"]} & (found | lacking) == set()
    assert {each["code"] for each in suite if each["success"] is None} == lacking - found


def test_every_entity_that_is_fed_was_looked_at(sample: Outcome) -> None:
    fed = {(file["entity"], file["source"]) for file in sample.summary["files"] if file["rows_staged"]}
    looked = {key for key, suite in validations(sample).items() if suite["checked"]}
    assert fed - looked == set()


def test_no_expectation_of_the_example_could_not_be_run(sample: Outcome) -> None:
    whys = {each["why"] for suite in validations(sample).values() for each in suite["expectations"]}
    assert not any(why and "could not be run" in why for why in whys)


def test_github_gets_at_most_ten_of_a_level(sample: Outcome) -> None:
    lines = [line for line in sample.stdout.splitlines() if line.startswith("::")]
    levels = [line.split()[0] for line in lines]
    assert (levels.count("::error"), levels.count("::warning")) == (10, 10)
    assert all("file=data/sample/" in line for line in lines if "more: see" not in line)


def test_the_same_gate_gives_the_same_bytes(tmp_path: Path) -> None:
    company = small_company(tmp_path / "company", (*LARGE, "accounts", "cookies", "webshop"))
    for place in (tmp_path / "first", tmp_path / "second"):
        arguments = ("--junit", place / "gate.xml", "--sarif", place / "gate.sarif", "--output", place / "gate")
        assert houdbaar("gate", company, "--as-of", AS_OF, *arguments, folder=tmp_path).code == 1
    for name in ("gate.xml", "gate.sarif", "gate/validations.json", "gate/findings.parquet", "gate/summary.json"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name
