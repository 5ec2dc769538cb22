"""`houdbaar request verify | extend | pause | answer | close`: one step of a request, written into its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from houdbaar.cli.register_rows import filled, refuse_days_to_come, register_of
from houdbaar.cli.request import tell_one
from houdbaar.ledger.steps import step
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common


def take(name: str, shared: Common, request_id: str, given: Mapping[str, str | None], day: str | None = None) -> int:
    """Take the step `name`; the column `day` is today unless given. Raises UsageError, and writes nothing, where it can't be."""
    workspace = Workspace(shared.folder)
    register, zone = register_of(workspace, "request"), workspace.policy.knob("time.zone")
    values = filled(given, day)
    refuse_days_to_come(values, zone)
    register.put(request_id.strip(), lambda row: step(name, row, values, zone))
    return tell_one(f"request-{name}", shared, workspace, request_id.strip())
