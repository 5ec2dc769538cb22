"""`houdbaar runs verify`: whether every recorded run is what it was, and none is missing or put in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.ledger.chain import RUN_FILE, RecordedRun, changed_files, is_fault, is_sealed, key_check, recorded_runs
from houdbaar.ledger.runs import unchained_runs
from houdbaar.ledger.status import KEEP_MONTHS
from houdbaar.policy.calendar import Period, last_overdue_date

if TYPE_CHECKING:
    from houdbaar.ledger.store import Ledger
    from houdbaar.privacy import Pseudonyms

_WORDS = {
    "changed": "was changed after it was recorded",
    "missing": "is missing",
    "deleted": "was deleted, as private files may be",
    "added": "was put there later, and is no part of the run",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a run: a mismatch, or what is merely worth knowing. `file` is None where it is about the run as a whole."""

    run: str
    file: str | None
    what: str
    is_mismatch: bool

    def as_json(self) -> dict[str, Any]:
        """As the command answers it."""
        return {"run": self.run, "file": self.file, "what": self.what, "is_mismatch": self.is_mismatch}


def verify(ledger: Ledger) -> tuple[int, list[Remark]]:
    """How many runs there are, and all that is to be said of them. The folder of the runs must be held.

    Runs that were replaced are held to the same: their files, their seal, the run that they follow, and that the run in their place (or
    the next one with a number) names them.
    """
    runs = recorded_runs(ledger.runs)
    by_day = {run.as_of: run for run in runs if not run.number}
    remarks = [
        Remark(folder.name, RUN_FILE, "is missing, though the run says that it is recorded", True)
        for _, folder in unchained_runs(ledger.runs)
    ]
    for run in runs:
        remarks += _own(run, ledger.pseudonyms)
        before = max((day for day in by_day if day < run.as_of), default=None)
        remarks += _followed(run, by_day.get(before) if before else None, by_day)
        remarks += _replaced(run, runs)
    remarks += _known(runs, by_day, ledger.recorded())
    return len(runs), sorted(remarks, key=lambda remark: (remark.run, remark.file or "", remark.what))


def _own(run: RecordedRun, pseudonyms: Pseudonyms) -> Iterator[Remark]:
    """What the run says of itself and of its files."""
    name = run.folder.name
    if run.manifest is None:
        yield Remark(name, RUN_FILE, "is no run manifest any more", True)
        return
    if run.key_check != key_check(pseudonyms):
        yield Remark(name, RUN_FILE, "was made with another key than this workspace's", True)
    elif not is_sealed(run.manifest, pseudonyms):
        yield Remark(name, RUN_FILE, "was changed after it was recorded: its seal does not fit", True)
    if run.manifest["as_of"] != run.as_of.isoformat():
        yield Remark(name, RUN_FILE, f"is of the run of {run.manifest['as_of']}: the folder was renamed or copied", True)
    for found in changed_files(run):
        yield Remark(name, found[0], _WORDS[found[1]], is_fault(found))


def _followed(run: RecordedRun, before: RecordedRun | None, by_day: Mapping[date, RecordedRun]) -> Iterator[Remark]:
    """Whether the run before is the one that this one followed."""
    if run.manifest is None:
        return
    name, named = run.folder.name, run.manifest["previous"]
    if named is None:
        if before is not None:
            yield Remark(name, None, f"was the first of all: {before.folder.name} was put in before it", True)
        return
    if before is not None and named["as_of"] == before.as_of.isoformat():
        if named["sha256"] != before.sha256:
            yield Remark(name, None, f"follows another run than the one that lies in {before.folder.name}", True)
    elif named["as_of"] in {day.isoformat() for day in by_day}:
        yield Remark(name, None, f"follows {named['as_of']}: what lies between them was put in", True)
    else:
        forget_until = last_overdue_date(max(by_day, default=run.as_of), Period(months=KEEP_MONTHS))
        is_old = named["as_of"] <= forget_until.isoformat() and before is None
        what = f"follows the run of {named['as_of']}, which is gone"
        yield Remark(name, None, f"{what}; it was older than {KEEP_MONTHS} months" if is_old else what, not is_old)


def _replaced(run: RecordedRun, runs: Sequence[RecordedRun]) -> Iterator[Remark]:
    """Whether the run names the one that it replaced, which lies beside it."""
    if run.manifest is None:
        return
    older = [other for other in runs if other.as_of == run.as_of and other.number and (not run.number or other.number < run.number)]
    newest = max(older, key=lambda other: other.number, default=None)
    named = run.manifest["replaces"]
    if newest is None and named is not None:
        yield Remark(run.folder.name, None, "replaced a run that is gone", True)
    elif newest is not None and named != newest.sha256:
        what = "names no run that it replaced" if named is None else "replaced another run"
        yield Remark(run.folder.name, None, f"{what}, and not {newest.folder.name}", True)


def _known(runs: Sequence[RecordedRun], by_day: Mapping[date, RecordedRun], known: Mapping[date, str]) -> Iterator[Remark]:
    """Whether the ledger knows the same runs."""
    for day, sha256 in known.items():
        if day not in by_day:
            yield Remark(day.isoformat(), None, "is gone, and the ledger knows it", True)
        elif by_day[day].sha256 != sha256 and sha256 not in {run.sha256 for run in runs if run.as_of == day and run.number}:
            yield Remark(by_day[day].folder.name, RUN_FILE, "is another one than the ledger knows", True)
    if known:
        forget_until = last_overdue_date(max([*known, *by_day]), Period(months=KEEP_MONTHS))
        for day in by_day:
            if day not in known and day > forget_until:
                yield Remark(by_day[day].folder.name, None, "is not in the ledger yet; the next audit takes it in", False)
