"""`houdbaar gate` from the command line: what stops a pipeline, what doesn't, and what it says when it can't tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from functional.auditing import AS_OF, Desk, Outcome, houdbaar, snapshot, table, visits

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
FRESH, OLD = "2026-10-01T10:00:00+02:00", "2024-05-01T10:00:00+02:00"
# Importing Great Expectations takes seconds: one worker runs what needs it.
pytestmark = pytest.mark.xdist_group("gx")


def gate(folder: Path, *arguments: str | Path, as_of: str = AS_OF, **environment: str) -> Outcome:
    """Run the gate of a workspace; its run is in `runs/gate`."""
    done = houdbaar("gate", folder, "--as-of", as_of, *arguments, folder=folder.parent, **environment)
    assert "Traceback" not in done.said
    return Outcome(done.code, done.stdout, done.stderr, folder / "runs" / "gate")


def said(outcome: Outcome) -> dict[str, Any]:
    """What `--format json` printed."""
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def validations(outcome: Outcome) -> dict[tuple[str, str | None], dict[str, Any]]:
    """validations.json by suite and source."""
    written = json.loads((outcome.run / "validations.json").read_text(encoding="utf-8"))
    assert written["format"] == 1
    return {(each["suite"], each["source"]): each for each in written["suites"]}


def portal(folder: Path, *stamps: str, **more: str | None) -> Desk:
    """A workspace with one export: visits to a portal."""
    desk = Desk(folder)
    desk.settings += '[knobs]\n"policy.dpo_contact" = "fg@example.com"\n"policy.recipients" = ["Teltonika"]\n'
    desk.source("portal", "plain.service_event", {"visits.csv": visits(*stamps)}, **({"role": "controller"} | more))
    desk.write()
    return desk


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


def test_the_same_gate_gives_the_same_bytes(sample: Outcome, tmp_path: Path) -> None:
    arguments = ("--junit", tmp_path / "gate.xml", "--sarif", tmp_path / "gate.sarif", "--output", tmp_path / "gate")
    houdbaar("gate", SAMPLE, "--as-of", AS_OF, *arguments, folder=tmp_path, HOUDBAAR_KEY="")
    place = sample.run.parent
    for name in ("gate.xml", "gate.sarif", "gate/validations.json", "gate/findings.parquet", "gate/summary.json"):
        assert (place / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_what_is_in_order_passes(tmp_path: Path) -> None:
    outcome = gate(portal(tmp_path / "w", FRESH, FRESH).folder)
    assert outcome.code == 0, outcome.said
    suite = validations(outcome)["service_event", "portal"]
    assert (suite["success"], suite["failed"], suite["checked"] > 3) == (True, 0, True)


def test_a_record_past_its_term_stops_the_pipeline(tmp_path: Path) -> None:
    outcome = gate(portal(tmp_path / "w", FRESH, OLD).folder, "--format", "json")
    assert outcome.code == 1
    (issue,) = [issue for issue in said(outcome)["issues"] if issue["level"] == "error"]
    assert (issue["code"], issue["source"], issue["records"]) == ("RET-SVC-12", "portal", 1)


@pytest.mark.parametrize(("level", "code"), [("critical", 0), ("never", 0), ("medium", 1)])
def test_the_fail_level_can_be_chosen(tmp_path: Path, level: str, code: int) -> None:
    assert gate(portal(tmp_path / "w", FRESH, OLD).folder, "--fail-on", level).code == code


def test_nothing_recognised_is_no_pass(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "stock.csv").write_text("sku,shelf\n1,2\n", encoding="utf-8")
    place = tmp_path / "junit.xml"
    outcome = gate(tmp_path / "exports", "--fail-on", "never", "--junit", place)
    assert outcome.code == 3
    assert "can't tell" in outcome.stdout
    root = ET.parse(place).getroot()
    assert int(root.attrib["errors"]) == 1


def test_a_broken_file_is_no_pass_and_no_mere_finding(tmp_path: Path) -> None:
    desk = portal(tmp_path / "w", FRESH, OLD)
    desk.put("portal/more.parquet", b"PAR1")
    outcome = gate(desk.folder, "--junit", tmp_path / "junit.xml", "--sarif", tmp_path / "gate.sarif")
    assert outcome.code == 3
    assert int(ET.parse(tmp_path / "junit.xml").getroot().attrib["errors"]) == 1
    (run,) = json.loads((tmp_path / "gate.sarif").read_text())["runs"]
    assert (run["invocations"][0]["executionSuccessful"], run["invocations"][0]["exitCode"]) == (False, 3)


def test_wrong_settings_win_over_everything(tmp_path: Path) -> None:
    desk = portal(tmp_path / "w", OLD)
    desk.put("portal/more.parquet", b"PAR1")
    desk.settings += '"marketing.opnes" = "never"\n'
    desk.write()
    outcome = gate(desk.folder, "--junit", tmp_path / "junit.xml")
    assert (outcome.code, "marketing.opens" in outcome.stderr) == (2, True)
    assert not (tmp_path / "junit.xml").exists()
    assert not outcome.run.exists()


# Expectations


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
    packaged = json.loads((ROOT / "expectations" / "contact.json").read_text(encoding="utf-8"))
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
    packaged = json.loads((ROOT / "expectations" / "policy.json").read_text(encoding="utf-8"))
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


# Acceptances and the ratchet


def test_what_was_accepted_does_not_stop_the_pipeline_until_more_of_it_comes(tmp_path: Path) -> None:
    desk = portal(tmp_path / "w", FRESH, OLD)
    said_yes = ("--code", "RET-SVC-12", "--source", "portal", "--owner", "head of IT", "--reason", "mended in May", "--max-records", "1")
    days = ("--accepted-on", "2026-10-01", "--accepted-until", "2026-12-31")
    added = houdbaar("accept", "add", "--workspace", desk.folder, *said_yes, *days, folder=tmp_path)
    assert added.code == 0, added.said
    outcome = gate(desk.folder, "--format", "json")
    assert outcome.code == 0, outcome.said
    (issue,) = [issue for issue in said(outcome)["issues"] if issue["code"] == "RET-SVC-12"]
    assert (issue["states"], issue["level"]) == ({"accepted": 1}, "note")
    (policy,) = [each for each in validations(outcome)["policy", None]["expectations"] if each["code"] == "RET-SVC-12"]
    assert policy["success"] is True
    desk.put("portal/visits.csv", visits(FRESH, OLD, OLD))
    assert gate(desk.folder).code == 1


def test_the_ratchet_lets_pass_what_was_known_and_stops_what_grew(tmp_path: Path) -> None:
    desk = portal(tmp_path / "w", FRESH, OLD)
    assert houdbaar("audit", desk.folder, "--as-of", AS_OF, folder=tmp_path).code == 0
    same = gate(desk.folder, "--ratchet", "--format", "json")
    assert same.code == 0, same.said
    assert said(same)["ratchet"] == {"as_of": AS_OF}
    (known,) = [issue for issue in said(same)["issues"] if issue["code"] == "RET-SVC-12"]
    assert (known["states"], known["level"], known["counting"]) == ({"known": 1}, "note", 0)
    desk.put("portal/visits.csv", visits(FRESH, OLD, OLD))
    grown = gate(desk.folder, "--ratchet", "--format", "json")
    assert grown.code == 1
    (worse,) = [issue for issue in said(grown)["issues"] if issue["code"] == "RET-SVC-12"]
    assert worse["states"] == {"grown": 1}
    desk.put("portal/visits.csv", visits(FRESH, OLD, "2024-07-01T10:00:00+02:00"))
    other = gate(desk.folder, "--ratchet", "--format", "json")
    assert other.code == 1
    (more,) = [issue for issue in said(other)["issues"] if issue["code"] == "RET-SVC-12"]
    assert more["states"] == {"known": 1, "new": 1}


def test_a_gate_is_no_run_to_compare_with_and_without_one_everything_counts(tmp_path: Path) -> None:
    folder = portal(tmp_path / "w", OLD).folder
    gate(folder)
    outcome = gate(folder, "--ratchet")
    assert (outcome.code, "no recorded run to compare with" in outcome.stdout) == (1, True)


def test_a_bare_folder_has_no_ratchet(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    outcome = gate(tmp_path / "exports", "--ratchet")
    assert (outcome.code, "needs a workspace" in outcome.stderr) == (2, True)


def test_a_recorded_run_that_can_t_be_read_is_no_baseline(tmp_path: Path) -> None:
    desk = portal(tmp_path / "w", OLD)
    houdbaar("audit", desk.folder, "--as-of", AS_OF, folder=tmp_path)
    (desk.folder / "runs" / AS_OF / "findings.parquet").write_bytes(b"PAR1")
    outcome = gate(desk.folder, "--ratchet")
    assert (outcome.code, "can't be read" in outcome.stderr) == (2, True)
