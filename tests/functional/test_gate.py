"""`houdbaar gate` from the command line: what stops a pipeline, what doesn't, and what it says when it can't tell."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from functional.auditing import AS_OF, houdbaar, visits
from functional.gating import FRESH, OLD, gate, portal, said, validations

# Importing Great Expectations takes seconds: one worker runs what needs it.
pytestmark = pytest.mark.xdist_group("gx")


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
