"""Where a run is written, and when it may be: aside first, then renamed (design 7)."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.folders import own_folder
from houdbaar.ledger.chain import RUN_FILE, recorded_before, run_folders

if TYPE_CHECKING:
    import pyarrow as pa

WHAT_IF = "what-if"
SUMMARY_FILE = "summary.json"
_OF_SOME = ("manifests.json", "follow_up.json", "validations.json")  # which not every run has


@dataclass(frozen=True, slots=True)
class RunPlan:
    """Where a run goes. `is_recorded` runs move forward in time and are never overwritten by another audit's outcome."""

    folder: Path
    is_recorded: bool


def plan_run(
    runs: Path, as_of: date, *, output: Path | None, is_bare: bool, is_what_if: bool, is_partial: bool, known: date | None = None
) -> RunPlan:
    """Choose the folder of a run.

    `output` is taken as it is. A what-if (another knob, or an as-of before the last recorded run) goes to `what-if/`, and so does
    a partial run (--checks) of a workspace. A bare folder keeps no record: its runs are simply written again.
    `known`: the newest run that the ledger knows, whose folder may be gone. Raises UsageError for an `output` that holds a recorded run.
    """
    if output is not None:
        if (output / RUN_FILE).exists():
            raise UsageError(f"{output} holds a recorded run, which is not written over: choose another folder with --output")
        return RunPlan(output.absolute(), False)
    if is_bare:
        return RunPlan(runs / (WHAT_IF if is_what_if else as_of.isoformat()), False)
    recorded = max(filter(None, (last_recorded(runs), known)), default=None)
    if is_what_if or is_partial or (recorded is not None and as_of < recorded):
        return RunPlan(runs / WHAT_IF, False)
    return RunPlan(runs / as_of.isoformat(), True)


def last_recorded(runs: Path) -> date | None:
    """The as-of of the newest recorded run."""
    return max((day for day, _ in recorded_runs(runs)), default=None)


def recorded_runs(runs: Path) -> list[tuple[date, Path]]:
    """The recorded runs, oldest first: their as-of and their folder."""
    return [(day, folder) for (day, number), folder in run_folders(runs).items() if not number and _is_recorded(folder)]


def unchained_runs(runs: Path) -> list[tuple[date, Path]]:
    """Runs that say that they are recorded and have no run.json."""
    return [(day, folder) for day, folder in recorded_runs(runs) if not (folder / RUN_FILE).exists()]


def newest_run(runs: Path) -> Path | None:
    """The folder of the newest run that is not a what-if, or None."""
    return next(reversed(dated_runs(runs)), None)


def dated_runs(runs: Path) -> list[Path]:
    """The folders of all runs that are named by their day, oldest first: no what-ifs, none that `--replace` set aside."""
    return [folder for (_, number), folder in run_folders(runs).items() if not number and (folder / SUMMARY_FILE).exists()]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was made: its folder, the content of summary.json, the lines of findings.parquet."""

    folder: Path
    summary: dict[str, Any]
    findings: pa.Table

    @property
    def as_of(self) -> date:
        """The day of judgement."""
        return date.fromisoformat(self.summary["run"]["as_of"])


def read_run(folder: Path) -> Run:
    """Read a run. Raises UsageError when it can't be read."""
    from houdbaar.engines.arrays import read_table

    summary = read_summary(folder)
    try:
        return Run(folder, summary, read_table(folder / "findings.parquet"))
    except (OSError, ValueError):
        raise UsageError(f"{folder / 'findings.parquet'} can't be read: run the audit again") from None


def read_summary(folder: Path) -> dict[str, Any]:
    """A run's summary.json. Raises UsageError when it can't be read."""
    try:
        summary = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        summary = None
    if not isinstance(summary, dict) or not isinstance(summary.get("run"), dict):
        raise UsageError(f"{folder / 'summary.json'} can't be read: run the audit again")
    return summary


def _is_recorded(folder: Path) -> bool:
    try:
        return bool(read_summary(folder)["run"]["is_recorded"])
    except (UsageError, KeyError, TypeError):
        return False


def earlier_summaries(runs: Path, as_of: date, most: int = 24) -> list[dict[str, Any]]:
    """The summaries of the last recorded runs before a day, the oldest first; what was changed since is left out."""
    before = [run for run in recorded_before(runs, as_of) if run.vouches_for(SUMMARY_FILE)]
    return [read_summary(run.folder) for run in before[-most:]]


def refuse_other_outcome(plan: RunPlan, fingerprint: str, *, is_replace: bool) -> None:
    """A recorded run gives way only to the same inputs, policy and knobs, or to --replace. Raises UsageError."""
    if not plan.is_recorded or is_replace or not (plan.folder / "summary.json").exists():
        return
    try:
        old = read_summary(plan.folder)["run"]
        is_other = bool(old["is_recorded"]) and old["fingerprint"] != fingerprint
    except (UsageError, KeyError, TypeError):
        raise UsageError(
            f"{plan.folder / 'summary.json'} can't be read, so nobody knows what that run says: "
            "audit with --replace to write it anew (the old one is kept beside it), or with --output DIR to leave it alone"
        ) from None
    if is_other:
        raise UsageError(
            f"the run of {plan.folder.name} is recorded, and its exports, registers, policy or settings were others: "
            "audit with --replace to write it anew (the old one is kept beside it), or with --output DIR to leave it alone"
        )


@contextmanager
def written_aside(folder: Path) -> Iterator[Path]:
    """A folder next to the run's `folder`, removed if anything goes wrong. Raises UsageError when nothing can be written there."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder: choose another folder with --output, or move the file away")
    with ExitStack() as stack:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            aside = stack.enter_context(own_folder(".houdbaar-unfinished-", folder.parent))
        except OSError as error:
            raise UsageError(
                f"nothing can be written in {folder if folder.exists() else folder.parent} ({error.strerror}): "
                "choose another folder with --output, or mend it"
            ) from None
        yield aside


def put_in_place(aside: Path, plan: RunPlan) -> None:
    """Put a run that isn't recorded where it belongs, file by file; the folder above must be held (`locked`)."""
    if not plan.folder.exists():  # a folder that people made keeps its mode
        plan.folder.mkdir(parents=True)
        plan.folder.chmod(0o755)
    shutil.rmtree(plan.folder / "private", ignore_errors=True)  # rows of other findings
    for name in _OF_SOME:  # of what lay there before
        (plan.folder / name).unlink(missing_ok=True)
    # findings first, summary last: a summary never speaks of findings that are not there.
    for file in sorted(aside.iterdir(), key=lambda file: (file.name == "summary.json", file.name)):
        file.replace(plan.folder / file.name)
