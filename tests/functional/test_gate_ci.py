"""The workflow and the units that the documentation gives: valid, and naming commands and options that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from houdbaar.cli.main import app

CI = Path(__file__).parents[2] / "docs" / "ci"
WORKFLOW = CI / "houdbaar.yml"


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = YAML(typ="safe").load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["gate"]["steps"]
    return found


def test_the_workflow_is_one() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not on PATH")
def test_actionlint_finds_nothing_in_the_workflow() -> None:
    done = subprocess.run(["actionlint", str(WORKFLOW)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_workflow_s_gate_is_a_command_that_there_is() -> None:
    (gate,) = [step["run"] for step in steps() if str(step.get("run", "")).startswith("houdbaar")]
    assert known_options(gate) == {"--ratchet", "--github", "--junit", "--sarif"}


def test_what_the_gate_writes_is_what_the_workflow_uploads() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    (results,) = re.findall(r"CI_RESULTS: (\S+)", text)
    written = {f"{results}/{name}" for name in re.findall(r"\$CI_RESULTS/([\w.]+)", text)}
    uploaded = {step["with"].get("sarif_file") or step["with"]["path"] for step in steps() if "upload" in step.get("uses", "")}
    assert written == uploaded


def test_results_are_uploaded_also_when_the_gate_fails() -> None:
    conditions = [step["if"] for step in steps() if "upload" in step.get("uses", "")]
    assert len(conditions) == 2
    assert all("!cancelled()" in condition for condition in conditions)


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(CI / name, encoding="utf-8")
    return parser


def test_the_units_audit_every_month() -> None:
    service, timer = unit("houdbaar.service"), unit("houdbaar.timer")
    assert known_options(service["Service"]["ExecStart"].replace("/opt/houdbaar/bin/", "")) == {"--fail-on"}
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["SuccessExitStatus"] == "1", "findings are what an audit is for; 2, 3 and 4 are failures"
    assert re.fullmatch(r"\*-\*-\d\d \d\d:\d\d:\d\d", timer["Timer"]["OnCalendar"])
    assert timer["Timer"]["Persistent"] == "true"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on PATH")
@pytest.mark.parametrize("name", ["houdbaar.service", "houdbaar.timer"])
def test_systemd_takes_the_units(name: str, tmp_path: Path) -> None:
    """With a program that is there: systemd asks for that as well."""
    for path in CI.glob("houdbaar.*"):
        text = path.read_text(encoding="utf-8").replace("/opt/houdbaar/bin/houdbaar", sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True, check=False)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "houdbaar" in line]
    assert ours == []
    if name.endswith(".timer"):
        when = unit(name)["Timer"]["OnCalendar"]
        assert subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, check=False).returncode == 0


def known_options(command: str) -> set[str]:
    """The options of a command line of ours, each of which its help must know."""
    program, name, *words = shlex.split(command)
    assert program == "houdbaar"
    help_text = CliRunner().invoke(app, [name, "--help"]).stdout
    options = {word for word in words if word.startswith("--")}
    assert all(re.search(rf"{option}\b", help_text) for option in options)
    return options
