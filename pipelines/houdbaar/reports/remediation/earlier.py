"""What earlier recorded runs planned, read from their folders: what can't be read is said to be not looked at, never taken for done."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from houdbaar.ledger.chain import recorded_runs, run_folders
from houdbaar.ledger.coverage import unplaced_then
from houdbaar.ledger.runs import SUMMARY_FILE, read_summary
from houdbaar.reports.remediation.manifest import INDEX, Line, sha256_of

FOLLOWED = "private/follow_up.jsonl"


@dataclass(frozen=True, slots=True)
class EarlierPlan:
    """A plan of an earlier run. `lines` None: its file is gone or changed; `kept`: whom its script leaves alone.

    `is_void`: its run was replaced, so that it is not to be carried out any more.
    `unplaced`: how many rows could not be read or had no key or day then, by source and entity.
    `strangers`: the files that no contract recognised then.
    """

    made_as_of: date
    entry: Mapping[str, Any]
    lines: Sequence[Line] | None
    kept: Sequence[Line]
    unplaced: Mapping[tuple[str, str | None], int]
    strangers: Collection[str]
    is_void: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """All plans of earlier recorded runs, the oldest first, and how many records of each line were found to be gone.

    `known`: the ids of all plans that any run of the workspace made.
    `notices`: of which runs nobody knows any more what they planned, or saw go.
    """

    plans: Sequence[EarlierPlan] = ()
    gone: Mapping[tuple[str, int], int] | None = None
    known: Collection[str] = ()
    notices: Sequence[str] = ()


def read_earlier(runs: Path, as_of: date) -> Earlier:
    """What the recorded runs of earlier days planned, and what the last of them found gone."""
    plans: dict[str, EarlierPlan] = {}
    gone: dict[tuple[str, int], int] = {}
    notices = []
    # What a run that was replaced had planned comes first: where the run in its place planned the same, that counts.
    for run in sorted(recorded_runs(runs), key=lambda run: (run.as_of, not run.number, run.number)):
        if run.as_of >= as_of:
            break
        changed = [name for name in (INDEX, SUMMARY_FILE, FOLLOWED) if not run.vouches_for(name)]
        if changed:
            notices.append(f"{run.folder} was changed after it was recorded ({', '.join(changed)}): its plans are not all followed up")
        if not {INDEX, SUMMARY_FILE} & set(changed):
            plans |= {plan.entry["manifest_id"]: plan for plan in _plans(run.as_of, run.folder, is_void=run.number > 0)}
        for line in () if FOLLOWED in changed or run.number else _lines(run.folder / FOLLOWED, None) or ():
            gone[line["manifest_id"], line["line"]] = line["gone"]
    # Also of runs whose index was changed: then an entry may be anything.
    entries = [entry for folder in run_folders(runs).values() for entry in _entries(folder)]
    known = {entry["manifest_id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("manifest_id"), str)}
    return Earlier(list(plans.values()), gone, known, notices)


def _entries(folder: Path) -> Iterator[Mapping[str, Any]]:
    """The plans of a run by its index, none where it has none or it is damaged."""
    try:
        yield from json.loads((folder / INDEX).read_text(encoding="utf-8"))["manifests"]
    except (OSError, ValueError, KeyError, TypeError):
        return


def _plans(day: date, folder: Path, *, is_void: bool) -> list[EarlierPlan]:
    if not (folder / INDEX).exists():
        return []  # a run of before there were plans
    summary = read_summary(folder)
    unplaced, strangers = unplaced_then(summary), {problem["file"] for problem in summary["problems"] if not problem["is_fatal"]}
    found = []
    for entry in _entries(folder):
        lines = _lines(folder / entry["file"], entry["sha256"]) if entry["lines"] else []
        kept = [_lines(folder / other["file"], other["sha256"]) for other in entry["other_files"] if other["file"].endswith(".jsonl")]
        is_whole = lines is not None and None not in kept
        found.append(
            EarlierPlan(
                day, entry, lines if is_whole else None, [line for each in kept for line in each or ()], unplaced, strangers, is_void
            )
        )
    return found


def _lines(path: Path, sha256: str | None) -> list[Line] | None:
    """The lines of a private file, None where it can't be read or isn't what the index says."""
    try:
        text = path.read_bytes().decode("utf-8")
        if sha256 is not None and sha256_of([text]) != sha256:
            return None
        return [json.loads(line) for line in text.splitlines() if line]
    except (OSError, ValueError):
        return None
