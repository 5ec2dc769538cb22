"""No clause is silently absent: each ends every run with a result, as not tested with what is missing, or as a person's task."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from example_run import ExampleRun
from houdbaar.cli.main import app
from houdbaar.policy.load import load_policy
from small_company import SAMPLE

CLAUSES = 72
KINDS = {"codes", "manual", "none"}
BARELY = """\
policy = "twingatrack"

[[exports]]
source = "cookies"
contract = "plain.cookie"
path = "**"
extracted_at = "2026-10-31T06:00:00+01:00"
"""


def houdbaar(*arguments: str) -> Result:
    with pytest.MonkeyPatch.context() as here:
        for name, value in {"COLUMNS": "80", "TERM": "dumb", "HOUDBAAR_KEY": ""}.items():
            here.setenv(name, value)
        return CliRunner().invoke(app, list(arguments), prog_name="houdbaar")


@pytest.fixture(scope="module", params=["the example company", "a workspace with one cookie", "the same without registers"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, audited_example: ExampleRun) -> tuple[Path, Path, str]:
    """A workspace, the folder of its run, and what the audit printed."""
    if request.param == "the example company":
        return audited_example.workspace, audited_example.folder, audited_example.stdout
    workspace = tmp_path_factory.mktemp("coverage") / "workspace"
    (workspace / "exports").mkdir(parents=True)
    (workspace / "houdbaar.toml").write_text(BARELY, encoding="utf-8")
    cookie = "cookie_name,domain,client_id,set_at,expires_at\n_ga,voorbeeld.nl,app-1,2026-01-01,2027-01-01\n"
    (workspace / "exports" / "cookies.csv").write_text(cookie, encoding="utf-8")
    if request.param == "a workspace with one cookie":
        shutil.copytree(SAMPLE / "registers", workspace / "registers")
        for register in (workspace / "registers").iterdir():
            register.write_text(register.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = houdbaar("audit", str(workspace), "--as-of", "2026-10-31")
    assert done.exit_code == 0, done.stderr
    return workspace, workspace / "runs" / "2026-10-31", done.stdout


@pytest.fixture(scope="module")
def obligations(run: tuple[Path, Path, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((run[1] / "summary.json").read_text(encoding="utf-8"))["obligations"]
    return found


@pytest.fixture(scope="module")
def clauses(run: tuple[Path, Path, str]) -> list[dict[str, Any]]:
    done = houdbaar("policy", "coverage", "--workspace", str(run[0]), "--format", "json")
    assert done.exit_code == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["clauses"]
    return found


def test_every_clause_is_there_with_its_codes_and_what_feeds_them(clauses: list[dict[str, Any]]) -> None:
    assert len(clauses) == CLAUSES
    assert {each["check"] for each in clauses} == KINDS
    for each in clauses:
        assert bool(each["codes"]) == (each["check"] == "codes")
        assert each["reason"] or each["codes"]


def test_every_clause_has_a_result(clauses: list[dict[str, Any]]) -> None:
    results = {"codes": {"pass", "fail", "undetermined", "not_tested"}, "manual": {"manual"}, "none": {"not_tested"}}
    assert [(each["id"], each["last_result"]) for each in clauses if each["last_result"] not in results[each["check"]]] == []


def test_every_code_of_a_clause_was_judged_or_says_what_is_missing(obligations: list[dict[str, Any]]) -> None:
    told = {(line["clause"], line["code"]) for line in obligations}
    policy = load_policy("twingatrack")
    promised = {(clause.id, code) for clause in policy.clauses.values() for code in clause.check.codes}
    assert promised - told == set()


def test_what_was_not_judged_says_why(obligations: list[dict[str, Any]]) -> None:
    about = ("clause", "code", "source", "entity", "not_tested_reason")
    silent = [line for line in obligations if not line["not_tested_reason"] and not any(line[name] for name in set(line) - set(about))]
    assert silent == []


def test_people_see_all_of_it_in_the_terminal(run: tuple[Path, Path, str]) -> None:
    done = houdbaar("policy", "coverage", "--workspace", str(run[0]))
    assert done.exit_code == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("C-")]
    assert len(lines) == CLAUSES
    assert sum("manual control" in line for line in lines) == sum(
        clause.check.kind == "manual" for clause in load_policy("twingatrack").clauses.values()
    )


def test_the_table_of_an_audit_fits_eighty_columns(run: tuple[Path, Path, str]) -> None:
    lines = [line.rstrip() for line in run[2].splitlines()]
    (header,) = [number for number, line in enumerate(lines) if "clause" in line and "check" in line]
    assert lines[header].split() == ["clause", "check", "source", "failed", "term.", "today", "passed", "other"]
    rows = lines[header - 1 : lines.index("", header)]
    assert max(map(len, rows)) <= 80
    assert not any("…" in line for line in rows)
