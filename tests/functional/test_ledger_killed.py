"""The ledger and the runs where the recording is killed, meets a full disk or a read-only folder, or another audit."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from functional.auditing import copied, settings, start, visits
from functional.recording import LATE, NEW, NOVEMBER, OCTOBER, OLDER, SEPTEMBER, audit, bytes_of, ledger_of, recorded, runs, verified


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


def names_in(folder: Path) -> set[str]:
    """What lies in a folder, by name."""
    return {path.name for path in folder.iterdir()}


def test_killed_at_any_moment_the_next_run_is_as_if_nothing_had_happened(original: Path, tmp_path: Path) -> None:
    """Two workspaces in turn are killed at later and later moments of an audit; then the same audit gives the same bytes."""
    expected = copied(original, tmp_path / "expected")
    began = time.monotonic()
    with start("audit", expected, "--as-of", NOVEMBER, folder=tmp_path, **LATE) as process:
        process.communicate()
    length = time.monotonic() - began
    assert process.returncode == 0
    left = set()
    # Most kills fall into the last part, where runs and ledger are written; the last one as soon as a run is being written at all.
    for share in (0.3, 0.84, 0.97, None):
        folder = copied(original, tmp_path / "company")
        arguments = ["audit", folder, "--as-of", NOVEMBER]
        process = start(*arguments, folder=tmp_path, **LATE)
        began = time.monotonic()
        while process.poll() is None and not (
            time.monotonic() >= began + share * length if share is not None else names_in(folder / "runs") > {SEPTEMBER, OCTOBER}
        ):
            time.sleep(0.002)
        process.kill()
        process.communicate()
        left |= names_in(folder / "runs")
        assert audit(folder, NOVEMBER).code == 0
        assert bytes_of(folder / "runs") == bytes_of(expected / "runs"), f"killed after {share or 'the beginning'} of {length:.2f} s"
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
    expected = copied(original, tmp_path / "expected")
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
    folder, kept = copied(original, tmp_path / "company"), tmp_path / "kept"
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
