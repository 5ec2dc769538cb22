"""The chain of runs on real files: removed, put in, moved, changed, and what `houdbaar runs` says of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from functional.auditing import copied, houdbaar, visits
from functional.recording import NEW, NOVEMBER, OCTOBER, OLD, OLDER, SEPTEMBER, audit, recorded, runs, verified


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two recorded runs."""
    return recorded(tmp_path_factory.mktemp("original") / "company")


@pytest.fixture
def company(original: Path, tmp_path: Path) -> Path:
    """A copy of that workspace to do harm to."""
    return copied(original, tmp_path / "company")


def test_what_was_recorded_is_sound_and_follows_one_another(company: Path) -> None:
    assert verified(company) == (0, set())
    listed = json.loads(runs(company, "list", "--format", "json").stdout)["runs"]
    assert [run["as_of"] for run in listed] == [SEPTEMBER, OCTOBER]
    assert [run["previous"] and run["previous"]["sha256"] for run in listed] == [None, listed[0]["sha256"]]
    shown = json.loads(runs(company, "show", OCTOBER, "--format", "json").stdout)
    assert {file["file"] for file in shown["files"] if not file["is_private"]} >= {"findings.parquet", "summary.json", "status.parquet"}
    assert {file["file"] for file in shown["inputs"]} >= {"portal/visits.csv", "desk/messages.csv"}
    text = runs(company, "show").stdout
    assert f"run of {OCTOBER}" in text
    assert f"follows {SEPTEMBER}" in text


@pytest.mark.parametrize("name", ["run.json", "findings.parquet", "summary.json", "status.parquet", "manifests.json", "private"])
@pytest.mark.parametrize("as_of", [SEPTEMBER, OCTOBER])
def test_one_changed_byte_is_found(company: Path, as_of: str, name: str) -> None:
    folder = company / "runs" / as_of
    path = folder / name if name != "private" else next(path for path in sorted((folder / "private").rglob("*")) if path.is_file())
    content = bytearray(path.read_bytes())
    for at in (len(content) // 3, len(content) - 2):
        content[at] ^= 1
        path.write_bytes(content)
        code, where = verified(company)
        assert code == 3
        assert any(place.startswith(f"{as_of} ") for place in where), where
        content[at] ^= 1
    path.write_bytes(content)
    assert verified(company) == (0, set())


def test_every_byte_of_a_run_manifest_counts(company: Path) -> None:
    """Also one that leaves it a run manifest: digits, spaces, the line's end."""
    path = company / "runs" / OCTOBER / "run.json"
    content = path.read_bytes()
    for at in range(0, len(content), max(len(content) // 25, 1)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert verified(company)[0] == 3, at
    for other in (content + b"\n", content.replace(b"\n ", b"\n  ", 1)):
        path.write_bytes(other)
        assert verified(company)[0] == 3


HARMS: dict[str, Callable[[Path], object]] = {
    "the first run removed": lambda runs: shutil.rmtree(runs / SEPTEMBER),
    "the last run removed": lambda runs: shutil.rmtree(runs / OCTOBER),
    "a copy put in between": lambda runs: shutil.copytree(runs / SEPTEMBER, runs / "2026-10-15"),
    "a copy put before": lambda runs: shutil.copytree(runs / SEPTEMBER, runs / "2026-08-31"),
    "a copy put behind": lambda runs: shutil.copytree(runs / OCTOBER, runs / "2026-11-30"),
    "a copy as a replaced run": lambda runs: shutil.copytree(runs / OCTOBER, runs / f"{OCTOBER}.1"),
    "renamed": lambda runs: (runs / SEPTEMBER).rename(runs / "2026-09-29"),
    "run.json removed": lambda runs: (runs / OCTOBER / "run.json").unlink(),
    "findings removed": lambda runs: (runs / OCTOBER / "findings.parquet").unlink(),
    "findings of another run": lambda runs: shutil.copy(runs / SEPTEMBER / "findings.parquet", runs / OCTOBER / "findings.parquet"),
    "findings as a link": lambda runs: linked(runs / OCTOBER / "findings.parquet"),
    "all of another run": lambda runs: (shutil.rmtree(runs / OCTOBER), shutil.copytree(runs / SEPTEMBER, runs / OCTOBER)),
}


def linked(path: Path) -> None:
    path.rename(path.parent.parent.parent / "moved.parquet")
    path.symlink_to(path.parent.parent.parent / "moved.parquet")


@pytest.mark.parametrize("harm", HARMS)
def test_runs_that_were_removed_put_in_or_changed_are_found(company: Path, harm: str) -> None:
    HARMS[harm](company / "runs")
    done = runs(company, "verify")
    assert done.code == 3, done.said
    assert "MISMATCH" in done.stdout


def test_a_run_manifest_written_by_somebody_without_the_key_is_found(company: Path) -> None:
    """All hashes fit; the seal does not."""
    import hashlib

    folder = company / "runs" / OCTOBER
    lines = pq.read_table(folder / "findings.parquet")
    pq.write_table(lines.slice(1), folder / "findings.parquet")
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    for file in manifest["files"]:
        if file["file"] == "findings.parquet":
            file["sha256"] = hashlib.sha256((folder / "findings.parquet").read_bytes()).hexdigest()
    (folder / "run.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert verified(company) == (3, {f"{OCTOBER} run.json"})


def test_a_private_file_may_go_and_one_may_be_put_there(company: Path) -> None:
    shutil.rmtree(company / "runs" / OCTOBER / "private")
    assert houdbaar("findings", "--rows", "--workspace", company, folder=company.parent).code == 0
    done = runs(company, "verify")
    assert done.code == 0
    assert "was deleted" in done.stdout
    assert "private/rows.csv was put there later" in done.stdout


def test_replaced_runs_stay_verifiable(company: Path) -> None:
    for content in (visits(OLDER, NEW), visits(NEW)):
        (company / "exports" / "portal" / "visits.csv").write_text(content, encoding="utf-8")
        assert audit(company, OCTOBER).code == 2
        assert audit(company, OCTOBER, "--replace").code == 0
    assert verified(company) == (0, set())
    assert [run["folder"] for run in json.loads(runs(company, "list", "--format", "json").stdout)["runs"]] == [
        SEPTEMBER,
        OCTOBER,
        f"{OCTOBER}.1",
        f"{OCTOBER}.2",
    ]
    for folder in (f"{OCTOBER}.1", f"{OCTOBER}.2"):
        path = company / "runs" / folder / "findings.parquet"
        content_before = path.read_bytes()
        path.write_bytes(content_before[:-1] + b"x")
        assert verified(company) == (3, {f"{folder} findings.parquet"})
        path.write_bytes(content_before)
    shutil.rmtree(company / "runs" / f"{OCTOBER}.1")
    assert verified(company)[0] == 3


def test_diff_says_what_changed(company: Path) -> None:
    done = runs(company, "diff", SEPTEMBER, OCTOBER, "--format", "json")
    changes = {(each["change"], each["code"]): each for each in json.loads(done.stdout)["changes"]}
    assert ("resolved", "RET-SVC-12") in changes
    assert json.loads(runs(company, "diff", "--format", "json").stdout) == json.loads(done.stdout)
    (company / "exports" / "portal" / "visits.csv").write_text(visits(OLD, OLD, OLDER, NEW), encoding="utf-8")
    assert audit(company, NOVEMBER).code == 0
    text = runs(company, "diff").stdout
    for word in ("regressed: 1 finding\n", "grown: 1 finding\n", "1 to 2"):
        assert word in text
    assert runs(company, "diff", "--fail-on", "high").code == 1
    assert runs(company, "diff", OCTOBER, SEPTEMBER).code == 2
    assert runs(company, "diff", SEPTEMBER, "2026-10-01").code == 2


def test_a_bare_folder_has_no_runs(company: Path) -> None:
    for command in (["list"], ["show"], ["diff"], ["verify"]):
        assert runs(company / "exports", *command).code == 2
