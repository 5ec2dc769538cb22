"""The ledger and the chain of runs on real files: killed, damaged, moved, changed, and what `houdbaar runs` says of it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from functional.auditing import Desk, Outcome, houdbaar, settings, start, table, visits
from functional.canaries import found_in

OLD, OLDER, NEW = "2025-06-01T10:00:00+02:00", "2025-03-01T10:00:00+01:00", "2026-09-01T10:00:00+02:00"
SEPTEMBER, OCTOBER, NOVEMBER = "2026-09-30", "2026-10-31", "2026-11-30"
LATE = {"HOUDBAAR_TODAY": "2027-12-31"}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two recorded runs; what was found in August's visits is gone in the second."""
    desk = Desk(tmp_path_factory.mktemp("original") / "company")
    desk.source("portal", "plain.service_event", {"visits.csv": visits(OLD, OLDER, NEW)})
    desk.source("desk", "plain.message", {"messages.csv": table("message_id,last_message_at", f"M-1,{OLD}")})
    desk.write()
    assert audit(desk.folder, SEPTEMBER).code == 0
    (desk.folder / "exports" / "portal" / "visits.csv").write_text(visits(OLD, NEW), encoding="utf-8")
    assert audit(desk.folder, OCTOBER).code == 0
    return desk.folder


@pytest.fixture(scope="module")
def untouched(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of that workspace without any harm, with the run of November."""
    folder = Path(shutil.copytree(original, tmp_path_factory.mktemp("untouched") / "company", copy_function=shutil.copy2))
    assert audit(folder, NOVEMBER).code == 0
    return folder


@pytest.fixture
def company(original: Path, tmp_path: Path) -> Path:
    """A copy of that workspace to do harm to."""
    return Path(shutil.copytree(original, tmp_path / "company", copy_function=shutil.copy2))


def audit(folder: Path, as_of: str, *arguments: str, **environment: str) -> Outcome:
    done = houdbaar("audit", folder, "--as-of", as_of, *arguments, folder=folder.parent, **(LATE | environment))
    return Outcome(done.code, done.stdout, done.stderr, folder / "runs" / as_of)


def runs(folder: Path, *arguments: str, **environment: str) -> Outcome:
    return houdbaar("runs", *arguments, "--workspace", folder, folder=folder.parent, **(LATE | environment))


def verified(folder: Path) -> tuple[int, set[str]]:
    """Exit code of `runs verify`, and where it saw a mismatch."""
    done = runs(folder, "verify", "--format", "json")
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.code, {f"{each['run']} {each['file'] or ''}".strip() for each in answer["remarks"] if each["is_mismatch"]}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def ledger_of(folder: Path) -> dict[str, list[Any]]:
    """Every row of every table of the ledger."""
    with duckdb.connect(str(folder / ".houdbaar" / "ledger.duckdb"), read_only=True) as connection:
        names = [name for (name,) in connection.execute("show tables").fetchall()]
        return {name: sorted(connection.execute(f'select * from "{name}"').fetchall(), key=repr) for name in names}


# The chain.


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
    for word in ("regressed: 1 findings", "grown: 1 findings", "1 to 2"):
        assert word in text
    assert runs(company, "diff", "--fail-on", "high").code == 1
    assert runs(company, "diff", OCTOBER, SEPTEMBER).code == 2
    assert runs(company, "diff", SEPTEMBER, "2026-10-01").code == 2


def test_a_bare_folder_has_no_runs(company: Path) -> None:
    for command in (["list"], ["show"], ["diff"], ["verify"]):
        assert runs(company / "exports", *command).code == 2


# The ledger is an index: lost or damaged, nothing becomes new.


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
        copy = Path(shutil.copytree(company, company.parent / f"copy-{number}", copy_function=shutil.copy2))
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


# Killed, full, read-only, at once.


def test_killed_at_any_moment_the_next_run_is_as_if_nothing_had_happened(original: Path, tmp_path: Path) -> None:
    """Two workspaces in turn are killed at later and later moments of an audit; then the same audit gives the same bytes."""
    expected = Path(shutil.copytree(original, tmp_path / "expected", copy_function=shutil.copy2))
    began = time.monotonic()
    with start("audit", expected, "--as-of", NOVEMBER, folder=tmp_path, **LATE) as process:
        process.communicate()
    length = time.monotonic() - began
    assert process.returncode == 0
    left = set()
    for share in (0.3, 0.7, 0.84, 0.97):  # most kills fall into the last part, where runs and ledger are written
        folder = Path(shutil.copytree(original, tmp_path / "company", copy_function=shutil.copy2))
        arguments = ["audit", folder, "--as-of", NOVEMBER]
        process = start(*arguments, folder=tmp_path, **LATE)
        began = time.monotonic()
        while time.monotonic() < began + share * length and process.poll() is None:
            time.sleep(0.002)
        process.kill()
        process.communicate()
        left |= {path.name for path in (folder / "runs").iterdir()}
        assert audit(folder, NOVEMBER).code == 0
        assert bytes_of(folder / "runs") == bytes_of(expected / "runs"), f"killed after {share} of {length:.2f} s"
        assert ledger_of(folder) == ledger_of(expected)
        assert verified(folder) == (0, set())
        shutil.rmtree(folder)
    assert left > {SEPTEMBER, OCTOBER}, "no kill fell into the writing"


SNAPSHOTS = """
import os, shutil, sys
import houdbaar.ledger.store as store
from pathlib import Path

company, kept, recording, copying, step = Path(sys.argv[1]), Path(sys.argv[2]), False, False, 0

def copied_before(function):
    def noted(*arguments, **options):
        global recording, copying, step
        if not copying:
            step += 1
            renames = function.__qualname__ == "Path.rename"
            recording = recording or function.__name__ == "fsync"
            if recording and (renames or step % 30 == 0):
                copying = True
                shutil.copytree(company, kept / f"{step}{'-rename' * renames}", copy_function=shutil.copy2)
                copying = False
        return function(*arguments, **options)
    return noted

Path.rename = copied_before(Path.rename)
Path.replace = copied_before(Path.replace)
Path.unlink = copied_before(Path.unlink)
os.fsync = copied_before(os.fsync)
os.mkdir = copied_before(os.mkdir)
store.Engine.run = copied_before(store.Engine.run)
store.Engine.insert_rows = copied_before(store.Engine.insert_rows)
sys.argv = ["houdbaar", *sys.argv[3:]]
from houdbaar.cli.main import main
main()
"""


def test_killed_between_any_two_steps_of_recording(original: Path, tmp_path: Path) -> None:
    """Before each rename, sync and write to the ledger of a run that replaces another: the next command finds the old run or the new."""
    expected = Path(shutil.copytree(original, tmp_path / "expected", copy_function=shutil.copy2))
    old_run = bytes_of(expected / "runs" / OCTOBER)
    change(expected)
    assert audit(expected, OCTOBER, "--replace").code == 0
    new_run, new_runs, new_ledger = bytes_of(expected / "runs" / OCTOBER), bytes_of(expected / "runs"), ledger_of(expected)
    for left in left_by_kills(original, tmp_path):
        folder = left.rename(tmp_path / "company")
        assert runs(folder, "list").code == 0
        now = bytes_of(folder / "runs" / OCTOBER)
        assert now in (old_run, new_run), left.name
        if now == old_run:
            assert audit(folder, OCTOBER, "--replace").code == 0
        assert bytes_of(folder / "runs") == new_runs, left.name
        assert verified(folder) == (0, set())
        assert ledger_of(folder) == new_ledger, left.name
        shutil.rmtree(folder)


def change(folder: Path) -> None:
    """Other visits, in a file of the same time for every workspace: a summary says when its inputs were changed last."""
    path = folder / "exports" / "portal" / "visits.csv"
    path.write_text(visits(OLDER, NEW), encoding="utf-8")
    os.utime(path, (1_800_000_000, 1_800_000_000))


def left_by_kills(original: Path, tmp_path: Path) -> list[Path]:
    """What an audit that replaces October's run would leave when killed: the workspace as it lies on the disk before a step.

    From the writing of the run to the end, before every renaming and some of what is around it.
    """
    folder, kept = Path(shutil.copytree(original, tmp_path / "company", copy_function=shutil.copy2)), tmp_path / "kept"
    kept.mkdir()
    change(folder)
    command = [sys.executable, "-c", SNAPSHOTS, str(folder), str(kept), "audit", str(folder), "--as-of", OCTOBER, "--replace"]
    environ = os.environ | settings(folder) | LATE
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(folder)
    left = sorted(kept.iterdir(), key=lambda path: int(path.name.partition("-")[0]))
    assert sum(path.name.endswith("-rename") for path in left) == 3  # the old run away, the new one in, the old one to its number
    return left


def test_a_full_disk_leaves_all_as_it_was(company: Path, untouched: Path) -> None:
    """No file may grow beyond so many bytes: then the same audit without that limit gives what it would have given."""
    before = bytes_of(company / "runs")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (1_000, 9_000, 30_000, 100_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, usual[1]))
        try:
            done = audit(company, NOVEMBER)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert done.code in (0, 2), done.said
        if done.code == 2:
            assert "nothing can be written" in done.stderr, done.stderr
            assert bytes_of(company / "runs") == before
    assert audit(company, NOVEMBER).code == 0
    assert bytes_of(company / "runs") == bytes_of(untouched / "runs")
    assert ledger_of(company) == ledger_of(untouched)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="as root, only a process without root's privileges meets a read-only folder")
@pytest.mark.parametrize("where", ["runs", ".houdbaar", ".houdbaar/ledger.duckdb"])
def test_what_is_read_only_is_told_and_changes_nothing(company: Path, where: str) -> None:
    """A run that can't be written is refused; one whose ledger can't be is recorded, and the next command takes it in."""
    before = bytes_of(company / "runs")
    mode = (company / where).stat().st_mode
    (company / where).chmod(mode & 0o555)
    unprivileged = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*unprivileged, sys.executable, "-m", "houdbaar", "audit", str(company), "--as-of", NOVEMBER]
    environ = os.environ | settings(company) | LATE
    done = subprocess.run(command, cwd=company.parent, env=environ, capture_output=True, text=True, check=False)
    (company / where).chmod(mode)
    if where == "runs":
        assert (done.returncode, bytes_of(company / "runs")) == (2, before)
    else:
        assert done.returncode in (0, 2), done.stderr
        assert "can't be written" in done.stderr
    assert audit(company, NOVEMBER).code == 0
    assert verified(company) == (0, set())
    assert {str(row[0]) for row in ledger_of(company)["run"]} == {SEPTEMBER, OCTOBER, NOVEMBER}


def test_two_audits_at_once_are_recorded_one_after_the_other(company: Path) -> None:
    both = [start("audit", company, "--as-of", day, folder=company.parent, **LATE) for day in (NOVEMBER, "2026-12-31")]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert verified(company) == (0, set())
    recorded = {path.name for path in (company / "runs").iterdir()} - {"what-if"}
    assert recorded in ({SEPTEMBER, OCTOBER, NOVEMBER, "2026-12-31"}, {SEPTEMBER, OCTOBER, "2026-12-31"})
    last = json.loads((company / "runs" / "2026-12-31" / "summary.json").read_text(encoding="utf-8"))
    assert last["previous"] == {"as_of": max(recorded - {"2026-12-31"})}


# What it holds.


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
