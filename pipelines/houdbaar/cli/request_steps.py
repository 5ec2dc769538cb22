"""`houdbaar request verify | extend | pause | answer | close`: one step of a request, written into its row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.cli.audit import progress
from houdbaar.cli.options import today
from houdbaar.cli.register_rows import filled, refuse_days_to_come, register_of
from houdbaar.cli.request import tell_one
from houdbaar.holding import CHANGED, GROWN, ON_RECORDS, SAME_NAME, UNSURE, holds_unplanned
from houdbaar.ledger.days import iso_stamp_day
from houdbaar.ledger.erased import remember_request
from houdbaar.ledger.requests import read_identifiers
from houdbaar.ledger.steps import erases, step
from houdbaar.packages import kept_back, known_by, lacked
from houdbaar.policy.words import counted
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common


def take(name: str, shared: Common, request_id: str, given: Mapping[str, str | None], day: str | None = None) -> int:
    """Take the step `name`; the column `day` is today unless given. Raises UsageError, and writes nothing, where it can't be."""
    workspace = Workspace(shared.folder)
    register, zone = register_of(workspace, "request"), workspace.policy.knob("time.zone")
    values, number, after = filled(given, day), request_id.strip(), dict[str, str]()
    refuse_days_to_come(values, zone)

    def written(row: Mapping[str, str]) -> Mapping[str, str]:
        cells = step(name, row, values, zone)
        if values.get("executed_at") and (row.get("right") or "").strip().lower() == "erasure":
            _remember(workspace, number, row.get("identifiers") or "", values["executed_at"], zone)
        after.update({**row, **cells})
        return cells

    register.put(number, written)
    missing = lacked(workspace, number) if "answered_at" in values else []
    warnings = _kept_back(workspace, number, values, after) if name == "answer" else []
    warnings += _held(workspace, number, after, zone) if name in ("answer", "close") and erases(after) else []
    return tell_one(f"request-{name}", shared, workspace, number, missing, warnings)


def _remember(workspace: Workspace, request_id: str, identifiers: str, executed_at: str, zone: str) -> None:
    """Keep keyed hashes of who was erased: the identifiers themselves may then be cleared from the register."""
    executed_on = iso_stamp_day(executed_at, zone)
    if executed_on is not None:
        stated, known = read_identifiers(identifiers), known_by(workspace, request_id)
        remember_request(workspace.state, workspace.pseudonyms(), request_id, stated, executed_on, known)


def _kept_back(workspace: Workspace, request_id: str, values: Mapping[str, str], row: Mapping[str, str]) -> list[str]:
    """An erasure that is granted whole, though its plan leaves records where they are: DSR-DESTROYED takes it at its word."""
    count = kept_back(workspace, request_id) if values.get("outcome") == "granted" and erases(row) else 0
    return [_PARTLY.format(records=counted(count, "record"))] if count else []


_PARTLY = (
    "the plan of this request erases all but {records}, which the law or a hold keeps or somebody has to look at: if any of it stays, "
    "the outcome is partly_granted; mend it in registers/requests.csv"
)


def _held(workspace: Workspace, request_id: str, row: Mapping[str, str], zone: str) -> list[str]:
    """What to do about holds on the person's records that the plan of the erasure doesn't know as they are."""
    executed_on = iso_stamp_day(row.get("executed_at") or "", zone)
    identifiers = read_identifiers(row.get("identifiers") or "")
    with progress() as tick:
        found = holds_unplanned(workspace, request_id, identifiers, executed_on or today(), tick, is_executed=executed_on is not None)
    on, ask = _asked_of(executed_on)
    lines = [f"{_HOLDS[reason].format(hold=_named(hold), on=on)}: {ask}" for hold, reason in found.told]
    if found.problem is not None:
        lines.append(f"whether a hold {on} records of this person was not looked at ({found.problem}): {ask}")
    return lines


_HOLDS = {
    ON_RECORDS: "{hold} {on} records of this person, and no plan of this request knows it",
    SAME_NAME: "{hold} names the person by the name that this request states, which no record can be found by",
    CHANGED: "what {hold} is about is not, or may not be, what the plan of this request says",
    GROWN: "{hold} {on} more records of this person than the plan of this request keeps for it",
    UNSURE: "whether {hold} {on} records of this person nobody can tell any more, as records that it may be about are in no export",
}


def _asked_of(executed_on: date | None) -> tuple[str, str]:
    if executed_on is None:
        return "is on", "ask legal counsel before anything is erased, then make the plan again (`houdbaar request package`)"
    return f"was, on {executed_on}, on", "ask legal counsel at once; what is not yet erased stays (DSR-DESTROYED)"


def _named(hold: str) -> str:
    kind, _, number = hold.partition(":")
    return f"hold {number} ({kind.replace('_', ' ')})"
