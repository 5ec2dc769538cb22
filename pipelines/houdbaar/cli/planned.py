"""What a person sees of plans after an audit: how many were written where, and what became of the last ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from houdbaar.policy.words import counted
from houdbaar.reports.remediation.manifest import FOLDER, INDEX

_MOST = 5  # rows of the register that are told one by one
_WORDS = {
    "gone": "gone", "present": "still there", "pending": "pending", "moved": "moved", "returned": "back again",
    "not_looked_at": "not looked at",
}  # fmt: skip


def planned(folder: Path) -> Iterator[str]:
    """Lines about the plans of a run, none where it made none."""
    index = _read(folder / INDEX)
    if index is not None:
        if index["withheld"]:
            yield f"No plan deletes anything: {index['withheld']}"
        plans = index["manifests"]
        if plans:
            blocked = sum(plan["blocked"] for plan in plans)
            held = f"; {counted(blocked, 'record')} blocked by holds or requests" if blocked else ""
            yield f"{counted(len(plans), 'plan')} of what to do, good until {index['valid_until']}: {folder / FOLDER}{held}"
        if index["accepted"]:
            yield f"{counted(index['accepted'], 'record')} on no plan: accepted (registers/acceptances.csv)"
    looked = _read(folder / "follow_up.json") or {"unknown": [], "manifests": []}
    for row in looked["unknown"][:_MOST]:
        yield f"registers/deletions.csv, {row['deletion_id'] or 'a row without an id'} ({row['manifest_id'] or 'no plan'}): {row['why']}"
    if len(looked["unknown"]) > _MOST:
        yield f"and {len(looked['unknown']) - _MOST} more such rows: see follow_up.json"
    followed = looked["manifests"]
    if followed:
        last = max(plan["made_as_of"] for plan in followed)
        mine = [plan for plan in followed if plan["made_as_of"] == last]
        counts = {word: sum(plan[state] for plan in mine) for state, word in _WORDS.items()}
        said = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
        yield f"Of what was planned as of {last} ({counted(len(mine), 'plan')} that can be followed), in records: {said}"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found
