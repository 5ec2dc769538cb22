"""The ratchet: what of today's findings was already there, and no better, in the last recorded run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from houdbaar.errors import UsageError
from houdbaar.ledger.runs import recorded_runs
from houdbaar.policy.words import FAILING, SEVERITIES


@dataclass(frozen=True, slots=True)
class Standing:
    """How a finding stood in a run: records of its failing lines, and the severest of them (its place in SEVERITIES)."""

    records: int
    severity: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is compared with: a recorded run's day (None: there is none yet) and how each failing finding stood there, by finding_id.

    `older`: findings that the run before it didn't look at, and that the ledger still calls open, as they stood when last seen.
    """

    as_of: str | None = None
    findings: Mapping[str, Standing] = field(default_factory=dict)
    older: Mapping[str, Standing] = field(default_factory=dict)

    def state(self, finding_id: str, status: str | None, now: Standing) -> str:
        """new, regressed, grown or known; the ledger's status decides only what the two runs can't tell."""
        before = self.findings.get(finding_id) or (self.older.get(finding_id) if status == "open" else None)
        if before is None:
            return "regressed" if status == "regressed" else "new"
        return "grown" if now.records > before.records or now.severity > before.severity else "known"


def baseline(runs: Path, as_of: date) -> Baseline:
    """The last recorded run as of that day or an earlier one. Raises UsageError for one that can't be read."""
    folders = [folder for day, folder in recorded_runs(runs) if day <= as_of]
    if not folders:
        return Baseline()
    *others, last = folders
    older: dict[str, Standing] = {}
    for folder in others:
        older |= standings(_lines(folder))
    return Baseline(last.name, standings(_lines(last)), older)


def standings(lines: Iterable[Mapping[str, Any]]) -> dict[str, Standing]:
    """How each finding stands, over its lines that fail: held records are not counted against it."""
    found: dict[str, Standing] = {}
    for line in lines:
        if line["verdict"] in FAILING:
            severity, before = SEVERITIES.index(line["severity"]), found.get(line["finding_id"], Standing(0, 0))
            found[line["finding_id"]] = Standing(before.records + line["records"], max(before.severity, severity))
    return found


def _lines(folder: Path) -> list[dict[str, Any]]:
    from houdbaar.engines.arrays import read_table

    file = folder / "findings.parquet"
    try:
        table = read_table(file, columns=["finding_id", "verdict", "severity", "records"])
    except (OSError, ValueError):
        raise UsageError(f"{file} can't be read, so nothing can be compared with it: bring that run back, or leave out --ratchet") from None
    lines: list[dict[str, Any]] = table.to_pylist()
    return lines
