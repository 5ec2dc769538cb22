"""The ledger is an index: lost or damaged, nothing becomes new; and no personal value stands in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from functional.auditing import Desk, copied, houdbaar, table
from functional.canaries import found_in
from functional.recording import LATE, NOVEMBER, OCTOBER, OLD, SEPTEMBER, audit, bytes_of, ledger_of, recorded, runs, verified


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two recorded runs."""
    return recorded(tmp_path_factory.mktemp("original") / "company")


@pytest.fixture(scope="module")
def untouched(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of that workspace without any harm, with the run of November."""
    folder = copied(original, tmp_path_factory.mktemp("untouched") / "company")
    assert audit(folder, NOVEMBER).code == 0
    return folder


@pytest.fixture
def company(original: Path, tmp_path: Path) -> Path:
    """A copy of that workspace to do harm to."""
    return copied(original, tmp_path / "company")


@pytest.mark.parametrize("harm", ["gone", "garbage", "empty", "cut off", "its middle overwritten", "another database"])
def test_a_lost_ledger_is_made_anew_from_the_runs(company: Path, untouched: Path, harm: str) -> None:
    path = company / ".houdbaar" / "ledger.duckdb"
    content = path.read_bytes()
    path.unlink()
    if harm == "garbage":
        path.write_bytes(b"no database " * 1000)
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "cut off":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "its middle overwritten":
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 8192) + content[-4096:])
    elif harm == "another database":
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table something (a integer)")
    november = audit(company, NOVEMBER)
    assert november.code == 0, november.said
    assert ("was damaged" in november.stderr) is (harm != "gone")
    assert {line["status"] for line in november.lines(code="RET-SVC-12")} == {"open"}
    assert ledger_of(company) == ledger_of(untouched)
    assert bytes_of(november.run) == bytes_of(untouched / "runs" / NOVEMBER)


def test_a_ledger_that_lacks_a_table_is_made_anew(company: Path, original: Path) -> None:
    with duckdb.connect(str(company / ".houdbaar" / "ledger.duckdb")) as connection:
        connection.execute("drop table finding")
    assert "it is made anew" in runs(company, "list").stderr.replace("\n", " ")
    assert ledger_of(company) == ledger_of(original)


def test_a_damaged_ledger_without_runs_is_told(company: Path) -> None:
    shutil.rmtree(company / "runs")
    (company / ".houdbaar" / "ledger.duckdb").write_bytes(b"garbage")
    done = audit(company, NOVEMBER)
    assert (done.code, done.stdout) == (2, "")
    assert "ledger" in done.stderr


def test_a_run_whose_folder_is_gone_or_changed_is_taken_from_the_ledger(company: Path) -> None:
    for number, harm in enumerate((shutil.rmtree, lambda folder: (folder / "status.parquet").write_bytes(b"x"))):
        copy = copied(company, company.parent / f"copy-{number}")
        harm(copy / "runs" / OCTOBER)
        november = audit(copy, NOVEMBER)
        assert november.code == 0, november.said
        assert "is taken from the ledger" in november.stderr
        assert {line["status"] for line in november.lines(code="RET-SVC-12")} == {"open"}
        assert verified(copy)[0] == 3
        assert json.loads(runs(copy, "list", "--format", "json").stdout)["runs"][1]["as_of"] == OCTOBER


def test_a_damaged_run_that_no_ledger_knows_stops_the_next_one(company: Path) -> None:
    (company / ".houdbaar" / "ledger.duckdb").unlink()
    (company / "runs" / OCTOBER / "status.parquet").write_bytes(b"x")
    done = audit(company, NOVEMBER)
    assert (done.code, done.stdout) == (2, "")
    assert "runs verify" in done.stderr
    (company / "runs" / OCTOBER / "run.json").unlink()
    assert audit(company, NOVEMBER).code == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.json", "[" * 100_000),
        ("run.json", {"previous": {"as_of": 5, "sha256": None}}),
        ("run.json", {"key_check": [1], "files": [{"file": "summary.json", "sha256": 1}]}),
        ("summary.json", "{}"),
        ("summary.json", '{"run": {"is_recorded": true}}'),
        ("manifests.json", '{"manifests": [{}]}'),
        ("private/follow_up.jsonl", '[1]\n{"line": 2}\n'),
    ],
)
def test_whatever_stands_in_a_damaged_file_is_told_and_stops_no_command(company: Path, name: str, content: str | dict[str, Any]) -> None:
    path = company / "runs" / OCTOBER / name
    text = content if isinstance(content, str) else json.dumps(json.loads(path.read_text(encoding="utf-8")) | content)
    path.write_text(text, encoding="utf-8")
    assert verified(company)[0] == 3
    assert runs(company, "list").code == 0
    assert runs(company, "show", OCTOBER).code in (0, 2)
    done = audit(company, NOVEMBER)
    assert done.code == 0, done.said
    if name not in ("summary.json", "run.json"):
        assert f"{OCTOBER} was changed after it was recorded ({name}): its plans are not all followed up" in done.stderr.replace("\n", " ")
    damaged = houdbaar("report", "--run", OCTOBER, "--workspace", company, folder=company.parent, **LATE)
    assert damaged.code in (0, 2), damaged.said


def test_a_byte_that_changes_nothing_in_a_run_manifest_is_never_taken_in(company: Path) -> None:
    path = company / "runs" / OCTOBER / "run.json"
    path.write_bytes(path.read_bytes() + b" ")
    assert runs(company, "list").code == 0
    assert verified(company) == (3, {f"{OCTOBER} run.json"})


def test_folders_with_names_that_are_no_days_are_no_runs(company: Path) -> None:
    for name in ("2026-99-99", "٢٠٢٦-١٠-٣١", "old"):
        shutil.copytree(company / "runs" / OCTOBER, company / "runs" / name)
    assert audit(company, NOVEMBER).code == 0
    shown = houdbaar("report", "--format", "json", "--workspace", company, folder=company.parent, **LATE)
    assert json.loads(shown.stdout)["run"] == NOVEMBER


def test_a_damaged_run_is_written_anew_by_the_same_audit(company: Path) -> None:
    before = bytes_of(company / "runs" / OCTOBER)
    (company / "runs" / OCTOBER / "findings.parquet").write_bytes(b"x")
    (company / "runs" / OCTOBER / "remarks.txt").write_text("mine", encoding="utf-8")
    done = audit(company, OCTOBER)
    assert done.code == 0
    assert "written anew" in done.stderr
    assert bytes_of(done.run) == before | {"remarks.txt": b"mine"}


@pytest.mark.parametrize("what", ["the ledger", "a recorded run", "an acceptance"])
def test_nothing_is_made_new_by_another_key(company: Path, what: str) -> None:
    if what != "the ledger":
        (company / ".houdbaar" / "ledger.duckdb").unlink()
    if what == "an acceptance":
        shutil.rmtree(company / "runs")
        (company / "registers").mkdir()
        header = "acceptance_id,code,source,max_records,owner,reason,accepted_on,accepted_until"
        (company / "registers" / "acceptances.csv").write_text(f"{header}\nA-1,RET-SVC-12,,,x,y,2026-10-01,2026-12-31\n", encoding="utf-8")
    before = bytes_of(company)
    done = audit(company, NOVEMBER, HOUDBAAR_KEY="")
    assert (done.code, done.stdout) == (2, "")
    assert f"{what} is there, and the workspace's key is not" in done.stderr
    if what != "an acceptance":
        other = audit(company, NOVEMBER, HOUDBAAR_KEY="6b" * 32)
        assert (other.code, other.stdout) == (2, "")
        assert "another key" in other.stderr
    assert {name: content for name, content in bytes_of(company).items() if "cache" not in name} == {
        name: content for name, content in before.items() if "cache" not in name
    }


def test_no_personal_value_stands_in_the_ledger_or_a_recorded_run(tmp_path: Path) -> None:
    canary, other = "canary-7f3a9c@example.com", "+31612345987"
    desk = Desk(tmp_path / "company")
    desk.source(
        "desk", "plain.message", {f"{canary}.csv": table("message_id,last_message_at,email,phone", f"{canary},{OLD},{canary},{other}")}
    )
    desk.write()
    (desk.folder / "registers").mkdir()
    header = "acceptance_id,code,source,max_records,owner,reason,accepted_on,accepted_until"
    row = f"{canary},RET-COR-12,desk,,{canary},ask {other},2026-09-01,2026-10-31"
    (desk.folder / "registers" / "acceptances.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    said = ""
    for as_of in (SEPTEMBER, OCTOBER, NOVEMBER):
        assert audit(desk.folder, as_of).code == 0
    for command in (["list"], ["show"], ["diff"], ["verify"]):
        said += runs(desk.folder, *command).said
    pieces = [said.encode()]
    for path in desk.folder.rglob("*"):
        if path.is_file() and not {"exports", "registers", "private", "cache"} & set(path.relative_to(desk.folder).parts):
            pieces.append(path.read_bytes())
            if path.suffix == ".parquet":
                pieces.append(repr(pq.read_table(path).to_pylist()).encode())
    pieces.append(repr(ledger_of(desk.folder)).encode())
    assert len(pieces) > 10
    assert found_in([canary.encode(), other.encode(), other[1:].encode()], *pieces) == []
    assert {path.stat().st_mode & 0o077 for path in (desk.folder / ".houdbaar").glob("ledger*")} == {0}
