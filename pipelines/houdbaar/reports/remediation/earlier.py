"""What earlier recorded runs planned, read from their folders: what can't be read is said to be not looked at, never taken for done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from houdbaar.ledger.chain import recorded_before
from houdbaar.ledger.coverage import unplaced_then
from houdbaar.ledger.runs import SUMMARY_FILE, read_summary
from houdbaar.reports.remediation.manifest import INDEX, Line, sha256_of

FOLLOWED = "private/follow_up.jsonl"


@dataclass(frozen=True, slots=True)
class EarlierPlan:
    """A plan of an earlier run. `lines` None: its file is gone or changed; `kept`: whom its script leaves alone.

    `unplaced`: how many rows could not be read or had no key then, by source and entity.
    """

    made_as_of: date
    entry: Mapping[str, Any]
    lines: Sequence[Line] | None
    kept: Sequence[Line]
    unplaced: Mapping[tuple[str, str | None], int]


@dataclass(frozen=True, slots=True)
class Earlier:
    """All plans of earlier recorded runs, the oldest first, and how many records of each line were found to be gone.

    `notices`: of which runs nobody knows any more what they planned, or saw go.
    """

    plans: Sequence[EarlierPlan] = ()
    gone: Mapping[tuple[str, int], int] | None = None
    notices: Sequence[str] = ()


def read_earlier(runs: Path, as_of: date) -> Earlier:
    """What the recorded runs of earlier days planned, and what the last of them found gone."""
    plans: list[EarlierPlan] = []
    gone: dict[tuple[str, int], int] = {}
    notices = []
    for run in recorded_before(runs, as_of):
        changed = [name for name in (INDEX, SUMMARY_FILE, FOLLOWED) if not run.vouches_for(name)]
        if changed:
            notices.append(f"{run.folder} was changed after it was recorded ({', '.join(changed)}): its plans are not all followed up")
        if not {INDEX, SUMMARY_FILE} & set(changed):
            plans += _plans(run.as_of, run.folder)
        for line in () if FOLLOWED in changed else _lines(run.folder / FOLLOWED, None) or ():
            gone[line["manifest_id"], line["line"]] = line["gone"]
    return Earlier(plans, gone, notices)


def _plans(day: date, folder: Path) -> list[EarlierPlan]:
    if not (folder / INDEX).exists():
        return []  # a run of before there were plans
    unplaced = unplaced_then(read_summary(folder))
    found = []
    for entry in json.loads((folder / INDEX).read_text(encoding="utf-8"))["manifests"]:
        lines = _lines(folder / entry["file"], entry["sha256"]) if entry["lines"] else []
        kept = [_lines(folder / other["file"], other["sha256"]) for other in entry["other_files"] if other["file"].endswith(".jsonl")]
        is_whole = lines is not None and None not in kept
        found.append(EarlierPlan(day, entry, lines if is_whole else None, [line for each in kept for line in each or ()], unplaced))
    return found


def _lines(path: Path, sha256: str | None) -> list[Line] | None:
    """The lines of a private file, None where it can't be read or isn't what the index says."""
    try:
        text = path.read_bytes().decode("utf-8")
        if sha256 is not None and sha256_of(text) != sha256:
            return None
        return [json.loads(line) for line in text.splitlines() if line]
    except (OSError, ValueError):
        return None
