"""`houdbaar request verify | extend | pause | answer | close`: one step of a request, written into its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from houdbaar.cli.register_rows import filled, refuse_days_to_come, register_of
from houdbaar.cli.request import tell_one
from houdbaar.ledger.days import iso_stamp_day
from houdbaar.ledger.erased import remember_request
from houdbaar.ledger.requests import read_identifiers
from houdbaar.ledger.steps import step
from houdbaar.packages import lacked
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common


def take(name: str, shared: Common, request_id: str, given: Mapping[str, str | None], day: str | None = None) -> int:
    """Take the step `name`; the column `day` is today unless given. Raises UsageError, and writes nothing, where it can't be."""
    workspace = Workspace(shared.folder)
    register, zone = register_of(workspace, "request"), workspace.policy.knob("time.zone")
    values = filled(given, day)
    refuse_days_to_come(values, zone)

    def written(row: Mapping[str, str]) -> Mapping[str, str]:
        cells = step(name, row, values, zone)
        if values.get("executed_at") and (row.get("right") or "").strip().lower() == "erasure":
            _remember(workspace, request_id.strip(), row.get("identifiers") or "", values["executed_at"], zone)
        return cells

    register.put(request_id.strip(), written)
    missing = lacked(workspace, request_id.strip()) if "answered_at" in values else []
    return tell_one(f"request-{name}", shared, workspace, request_id.strip(), missing)


def _remember(workspace: Workspace, request_id: str, identifiers: str, executed_at: str, zone: str) -> None:
    """Keep keyed hashes of who was erased: the identifiers themselves may then be cleared from the register."""
    executed_on = iso_stamp_day(executed_at, zone)
    if executed_on is not None:
        remember_request(workspace.state, workspace.pseudonyms(), request_id, read_identifiers(identifiers), executed_on)
