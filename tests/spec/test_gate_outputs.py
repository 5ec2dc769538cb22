"""What the gate writes: JUnit, SARIF, annotations and a summary, each by the rules of those who read it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from houdbaar.errors import UsageError
from houdbaar.gates.github import MOST_SUMMARY, add_to_summary, markdown, workflow_commands
from houdbaar.gates.junit import junit
from houdbaar.gates.places import find_places
from houdbaar.gates.ratchet import Baseline, Standing
from houdbaar.gates.sarif import MOST_RESULTS, MOST_TAGS, sarif
from houdbaar.gates.verdict import Verdict
from houdbaar.privacy import Pseudonyms
from houdbaar.written import write_whole
from spec.gated import PLACES, line, obligation, outcome, policy, verdict

SCHEMA = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_text(encoding="utf-8"))
# The grammar of Jenkins' junit-10.xsd, which Surefire and GitLab share: children, attributes that may stand, those that must.
GRAMMAR: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, {"name", "time", "tests", "failures", "errors"}, set()),
    "testsuite": (
        {"testcase", "properties", "system-out", "system-err"},
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
        {"name", "tests", "failures", "errors"},
    ),
    "testcase": ({"skipped", "error", "failure", "system-out", "system-err"}, {"name", "classname", "time", "group"}, {"name"}),
    "skipped": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "failure": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
ODD = 'a: b, 100% <x> & "y" | *z*\r\n::error::\x07 ]]>'


def cases(judged: Verdict) -> dict[str, str]:
    """Each case by class and name, and how it ended; the whole file must follow the grammar, and its counts must be right."""
    root = ET.fromstring(junit(judged, policy()))
    for element in root.iter():
        children, allowed, needed = GRAMMAR[element.tag]
        assert {child.tag for child in element} <= children
        assert needed <= set(element.attrib) <= allowed
    ended: dict[str, str] = {}
    for suite in root:
        kinds = [case[0].tag if len(case) and case[0].tag != "system-out" else "passed" for case in suite]
        for case, kind in zip(suite, kinds, strict=True):
            name = f"{case.attrib['classname']} {case.attrib['name']}"
            assert name not in ended, "two cases of one name: readers would show one"
            ended[name] = kind
        counts = {
            "tests": len(kinds),
            **{f"{kind}s": kinds.count(kind) for kind in ("failure", "error")},
            "skipped": kinds.count("skipped"),
        }
        assert {name: int(suite.attrib[name]) for name in counts} == counts
    assert int(root.attrib["tests"]) == len(ended)
    return ended


def test_junit_a_passed_obligation_is_green_and_a_broken_one_red() -> None:
    obligations = [obligation(), obligation(source="dealers")]
    assert cases(verdict(line(), obligations=obligations)) == {
        "houdbaar.audit records judged": "passed",
        "houdbaar.newsletter RET-MKT-12 mail_member": "failure",
        "houdbaar.dealers RET-MKT-12 mail_member": "passed",
    }


@pytest.mark.parametrize("source", ["newsletter", None])
def test_junit_what_was_not_tested_is_skipped_and_never_green(source: str | None) -> None:
    ended = cases(verdict(obligations=[obligation(source=source, not_tested_reason="column email is missing")]))
    assert ended[f"houdbaar.{source or 'promises'} RET-MKT-12 mail_member"] == "skipped"


def test_junit_a_warning_is_told_but_does_not_fail() -> None:
    judged = verdict(line(severity="medium"), obligations=[obligation()])
    assert cases(judged)["houdbaar.newsletter RET-MKT-12 mail_member"] == "passed"
    assert "warning (medium)" in junit(judged, policy())


def test_junit_what_could_not_be_looked_at_is_an_error() -> None:
    ended = cases(verdict(problems=["a.csv: cut off"], judged=0, outcomes=[outcome(success=None, why="x", is_broken=True)]))
    assert sorted(ended.values()) == ["error", "error", "error"]


def test_junit_expectations_pass_fail_or_are_skipped() -> None:
    outcomes = [
        outcome(columns=("a",)),
        outcome(columns=("b",), success=True),
        outcome(columns=("c",), success=None, why="no export feeds it"),
        outcome(columns=("d",), severity="medium"),
    ]
    ended = cases(verdict(outcomes=outcomes))
    place = "houdbaar.expectations.mail_member · newsletter column values to not be null"
    assert [ended[f"{place} {column}"] for column in "abcd"] == ["failure", "passed", "skipped", "passed"]


def test_junit_holds_what_xml_can_t() -> None:
    cases(verdict(line(reason=ODD, source=ODD), obligations=[obligation(source=ODD)], problems=[f"{ODD}: {ODD}"]))


def report(judged: Verdict) -> dict[str, Any]:
    """The SARIF of a verdict, which must be valid."""
    written: dict[str, Any] = json.loads(sarif(judged, policy(), PLACES))
    jsonschema.Draft202012Validator(SCHEMA).validate(written)
    (run,) = written["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(
        dict.fromkeys(rule["id"] for rule in run["tool"]["driver"]["rules"])
    )
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return dict(run)


def test_sarif_says_what_where_and_how_gravely() -> None:
    run = report(verdict(line("f1"), line("f2"), line("f3", code="POL-NAMES", source=None, entity=None, severity="medium")))
    first, second = run["results"]
    assert (first["ruleId"], first["level"], first["properties"]["records"]) == ("RET-MKT-12", "error", 2)
    place = first["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("audits/houdbaar.toml", 7)
    assert first["properties"]["findingIds"] == ["f1", "f2"]
    place = second["locations"][0]["physicalLocation"]
    assert (second["level"], place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("warning", "audits/own.yaml", 12)
    assert run["invocations"][0] == {"executionSuccessful": True, "exitCode": 1, "toolExecutionNotifications": []}


def test_sarif_fingerprints_last_when_counts_dates_and_severity_change() -> None:
    def prints(*lines: dict[str, Any]) -> list[str]:
        return [result["partialFingerprints"]["houdbaarFinding/v1"] for result in report(verdict(*lines))["results"]]

    first = prints(line("f1"))
    assert first == prints(line("f2", records=9, severity="critical", days_overdue=400), line("f1"))
    assert first == prints(line("f1", severity="critical", reason="many people (severity.bulk)"))
    assert first != prints(line("f1", source="dealers")) != prints(line("f1", reason="DQ-TS-NULL"))


def test_sarif_two_expectations_on_one_column_are_two_alerts() -> None:
    run = report(verdict(outcomes=[outcome(mark="usable stamps"), outcome(mark="no future stamps")]))
    assert len({result["partialFingerprints"]["houdbaarFinding/v1"] for result in run["results"]}) == 2


def test_sarif_stays_within_what_code_scanning_takes() -> None:
    """5,000 results are shown, 25,000 taken; 20 tags a rule; the gravest come first, and what is left out is said."""
    lines = [line(f"f{number}", reason=f"reason {number}", severity="low") for number in range(MOST_RESULTS + 7)]
    run = report(verdict(*lines, line("grave", code="RET-SVC-12")))
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["ruleId"] == "RET-SVC-12"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("8 more results")
    assert all(len(rule["properties"]["tags"]) <= MOST_TAGS for rule in run["tool"]["driver"]["rules"])


def test_sarif_says_that_the_gate_could_not_look() -> None:
    run = report(verdict(problems=["a.csv: cut off"], outcomes=[outcome(success=None, why="x", is_broken=True)]))
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"], len(invocation["toolExecutionNotifications"])) == (False, 3, 2)


def test_sarif_accepted_findings_are_suppressed_and_known_ones_unchanged() -> None:
    baseline = Baseline("2026-09-30", {"f2": Standing(1, 3)})
    run = report(verdict(line("f1", status="accepted"), line("f2", source="dealers"), line("f3", source="shop"), baseline=baseline))
    by_state = {result["baselineState"]: result for result in run["results"]}
    assert {result["level"] for state, result in by_state.items() if state != "new"} == {"note"}
    assert by_state["new"]["level"] == "error"
    assert sum("suppressions" in result for result in run["results"]) == 1


def test_annotations_are_one_line_each_and_escaped() -> None:
    lines = workflow_commands(verdict(line(reason=ODD, source=ODD), problems=[ODD]), policy(), PLACES)
    assert len(lines) == 2
    assert all("\n" not in text and "\r" not in text for text in lines)
    heads = [re.fullmatch(r"::error file=([^:,]+),line=(\d+),title=([^:,]+)::(.*)", text) for text in lines]
    assert all(heads)


def test_annotations_keep_to_the_limits_of_a_step() -> None:
    errors = [line(f"e{number}", reason=f"{number}") for number in range(30)]
    warnings = [line(f"w{number}", reason=f"{number}", severity="low", source="shop") for number in range(3)]
    lines = workflow_commands(verdict(*errors, *warnings), policy(), PLACES)
    assert [text.split()[0] for text in lines].count("::error") == 10
    assert [text.split()[0] for text in lines].count("::warning") == 3
    assert "and 21 more" in lines[9]


def test_annotations_say_nothing_of_what_is_excused_or_needs_no_action() -> None:
    assert workflow_commands(verdict(line(status="accepted"), line("f2", severity="info")), policy(), PLACES) == []


def test_promises_that_nothing_feeds_are_told_together_unless_they_fail() -> None:
    lines = [line(f"f{number}", code="AUD-NOT-TESTED", source=None, severity="medium", reason=f"C-{number}") for number in range(30)]
    untested = [obligation("RET-SVC-12", None, not_tested_reason="no export feeds service_event")]
    judged = verdict(*lines, obligations=untested)
    assert workflow_commands(judged, policy(), PLACES) == []
    assert "Not tested" in markdown(judged, policy())
    assert len(workflow_commands(verdict(*lines, obligations=untested, fail_on="medium"), policy(), PLACES)) == 10


def test_the_summary_is_a_table_that_nothing_breaks() -> None:
    text = markdown(verdict(line(reason=ODD), obligations=[obligation("RET-SVC-12", None, not_tested_reason="x")]), policy())
    (row,) = [text_line for text_line in text.splitlines() if text_line.startswith("| 🔴")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 7
    assert "<x>" not in text
    assert "Not tested" in text


def test_the_summary_is_added_to_the_step_s_own_and_never_above_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "summary.md"
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert add_to_summary("x") is False
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    file.write_text("of others\n", encoding="utf-8")
    assert add_to_summary("ours\n") is True
    assert file.read_text(encoding="utf-8") == "of others\nours\n"
    assert add_to_summary("x" * MOST_SUMMARY) is False
    many = [line(f"f{number}", reason=f"reason {number} " + "long " * 500) for number in range(2_000)]
    assert len(markdown(verdict(*many), policy()).encode()) < MOST_SUMMARY


def test_places_are_lines_of_the_settings_relative_to_the_repository(tmp_path: Path) -> None:
    workspace = tmp_path / "repo" / "audits" / "jan@example.com"
    workspace.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    settings = 'policy = "own.yaml"\n[[exports]]\ncontract = "x"\nsource = "newsletter" # the list\n[knobs]\nsource = "none"\n'
    (workspace / "houdbaar.toml").write_text(settings, encoding="utf-8")
    (workspace / "own.yaml").write_text("codes:\n  POL-NAMES:\n    x: 1\n", encoding="utf-8")
    places = find_places(workspace, "own.yaml", Pseudonyms(b"k" * 32))
    place = places.of("RET-MKT-12", "newsletter")
    assert re.fullmatch(r"audits/file-[0-9a-f]{8}/houdbaar.toml", place.file)
    assert place.line == 4
    assert places.of("POL-NAMES", None).line == 2
    assert places.of("X", "none").line == 1
    assert places.of("X", "register.hold").file.endswith("/registers/holds.csv")


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "a.xml", b"one")
    write_whole(tmp_path / "new" / "a.xml", b"two")
    assert [(path.name, path.read_text()) for path in (tmp_path / "new").iterdir()] == [("a.xml", "two")]
    with pytest.raises(UsageError, match="is a folder"):
        write_whole(tmp_path / "new", b"x")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="can't be written"):
        write_whole(tmp_path / "file" / "a.xml", b"x")
