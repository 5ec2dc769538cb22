"""Where parts of the program meet: entities as tables or views, lines that must be told apart, sources that nobody may pass over."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from example_run import ExampleRun
from houdbaar import reading
from houdbaar.checks.catalog import checks
from houdbaar.cli.main import app
from houdbaar.exports import views

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
UNIQUE = ("finding_id", "file", "verdict", "reason", "confidence", "blocked_by", "subject")
PEOPLE = "id,closed,made\n1,2015-01-01,2014-01-01\n2,2015-01-01\n3,soon,2014-01-01\n"
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: own.people
version: 1.0.0
status: active
customProperties: [{property: detect, value: {formats: [csv], columns: [id, closed, made]}}]
schema:
  - name: account
    customProperties: [{property: triggers, value: [closed_at]}]
    properties:
      - {name: account_id, physicalName: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
      - {name: closed_at, physicalName: closed, logicalType: timestamp, logicalTypeOptions: {format: "yyyy-MM-dd"}}
      - {name: created_at, physicalName: made, logicalType: timestamp, logicalTypeOptions: {format: "yyyy-MM-dd"}}
  - name: contact
    customProperties: [{property: triggers, value: [contract_ended_on]}]
    properties:
      - {name: contact_id, physicalName: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
      - {name: contract_ended_on, physicalName: closed, logicalType: date, logicalTypeOptions: {format: "yyyy-MM-dd"}}
      - {name: created_at, physicalName: made, logicalType: timestamp, logicalTypeOptions: {format: "yyyy-MM-dd"}}
"""


def audit(workspace: Path, output: Path) -> Path:
    done = CliRunner().invoke(app, ["audit", str(workspace), "--as-of", "2026-10-31", "--output", str(output)])
    assert done.exit_code == 0, done.stderr
    return output


def lines(run: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(run / "findings.parquet").to_pylist()
    return found


def obligations(run: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((run / "summary.json").read_text(encoding="utf-8"))["obligations"]
    return found


def assert_told_apart(run: Path) -> None:
    """Findings by what a line is unique by, obligations by clause, code, source and entity (design 6)."""
    found = Counter(str([line[name] for name in UNIQUE]) for line in lines(run))
    assert found.most_common(1)[0][1] == 1
    owed = Counter(tuple(item[name] for name in ("clause", "code", "source", "entity")) for item in obligations(run))
    assert owed.most_common(1)[0][1] == 1


@pytest.fixture
def sample_run(audited_example: ExampleRun) -> Path:
    return audited_example.folder


def test_many_rows_are_judged_as_few_are(sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From views instead of tables, and with several threads instead of one."""
    monkeypatch.setattr(views, "FEW_ROWS", 0)
    monkeypatch.setattr(reading, "_SMALL_BYTES", 0)
    run = audit(SAMPLE, tmp_path / "run")
    assert (run / "findings.parquet").read_bytes() == (sample_run / "findings.parquet").read_bytes()
    assert obligations(run) == obligations(sample_run)


def test_lines_of_the_sample_are_told_apart(sample_run: Path) -> None:
    assert_told_apart(sample_run)


def test_no_source_of_the_sample_is_passed_over(sample_run: Path) -> None:
    """What feeds a check's entity was judged under its code, or there is a reason why it was not."""
    summary = json.loads((sample_run / "summary.json").read_text(encoding="utf-8"))
    told = {(item["code"], item["source"], item["entity"]) for item in summary["obligations"]}
    nobody = {item["code"] for item in summary["obligations"] if item["source"] is None}
    fed = {(file["source"], file["entity"]) for file in summary["files"] if file["entity"]}
    owed = {(check.code, source, entity) for check in checks() for source, entity in fed if entity == check.entity}
    assert owed
    assert {item for item in owed - told if item[0] not in nobody} == set()


def test_two_entities_of_one_file_with_one_key_are_told_apart(tmp_path: Path) -> None:
    """Accounts and contacts under the same numbers, both kept too long, and a row that neither can read."""
    company = tmp_path / "company"
    for name, text in {
        "houdbaar.toml": '[[exports]]\nsource = "people"\ncontract = "contracts/own.odcs.yaml"\npath = "people/**"\n'
        'extracted_at = "2026-11-01T12:00:00+01:00"\n',
        "contracts/own.odcs.yaml": CONTRACT,
        "exports/people/people.csv": PEOPLE,
    }.items():
        (company / name).parent.mkdir(parents=True, exist_ok=True)
        (company / name).write_text(text, encoding="utf-8")
    run = audit(company, tmp_path / "run")
    late = [line for line in lines(run) if (line["code"], line["verdict"]) == ("RET-REL-END", "OVERDUE")]
    assert {line["entity"] for line in late} == {"account", "contact"}
    assert {line["entity"] for line in lines(run) if line["code"] == "DQ-SCHEMA"} == {"account", "contact"}
    assert_told_apart(run)
