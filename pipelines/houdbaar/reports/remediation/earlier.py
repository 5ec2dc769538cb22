"""What earlier recorded runs planned, read from their folders: what can't be read is said to be not looked at, never taken for done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from houdbaar.ledger.runs import recorded_before
from houdbaar.reports.remediation.manifest import INDEX, Line, sha256_of

FOLLOWED = "private/follow_up.jsonl"


@dataclass(frozen=True, slots=True)
class EarlierPlan:
    """A plan of an earlier run. `lines` None: its file is gone or changed; `kept`: whom its script leaves alone."""

    made_as_of: date
    entry: Mapping[str, Any]
    lines: Sequence[Line] | None
    kept: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Earlier:
    """All plans of earlier recorded runs, the oldest first, and how many records of each line were found to be gone."""

    plans: Sequence[EarlierPlan] = ()
    gone: Mapping[tuple[str, int], int] | None = None


def read_earlier(runs: Path, as_of: date) -> Earlier:
    """What the recorded runs of earlier days planned, and what the last of them found gone."""
    folders = recorded_before(runs, as_of)
    plans = [plan for day, folder in folders for plan in _plans(day, folder)]
    gone: dict[tuple[str, int], int] = {}
    for _, folder in folders:
        for line in _lines(folder / FOLLOWED, None) or ():
            gone[line["manifest_id"], line["line"]] = line["gone"]
    return Earlier(plans, gone)


def _plans(day: date, folder: Path) -> list[EarlierPlan]:
    try:
        entries = json.loads((folder / INDEX).read_text(encoding="utf-8"))["manifests"]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # a run of before there were plans
    found = []
    for entry in entries:
        lines = _lines(folder / entry["file"], entry["sha256"]) if entry["lines"] else []
        kept = [_lines(folder / other["file"], other["sha256"]) for other in entry["other_files"] if other["file"].endswith(".jsonl")]
        is_whole = lines is not None and None not in kept
        found.append(EarlierPlan(day, entry, lines if is_whole else None, [line for each in kept for line in each or ()]))
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
