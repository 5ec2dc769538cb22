"""`houdbaar accept add | list`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.cli.answer import answer
from houdbaar.cli.register_rows import (
    Described,
    day_or_today,
    filled,
    register_of,
    show_rows,
    shown_id,
    shown_source,
)
from houdbaar.ledger.acceptances import acceptance_state, acceptances, check_new_acceptance
from houdbaar.ledger.days import Day
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common
    from houdbaar.privacy import Pseudonyms

_SHOWN_BELOW = 10**8  # a longer number may be somebody's, in the wrong column
_HEADING = ("acceptance_id", "state", "code", "source", "max_records", "accepted_on", "accepted_until", "why")


def add(shared: Common, given: Mapping[str, str | None]) -> int:
    """Add an acceptance under the next number. Raises UsageError, and writes nothing, where it would not hold."""
    workspace = Workspace(shared.folder)
    register = register_of(workspace, "acceptance")
    workspace.pseudonyms()  # the key that acceptances hang on is made now, where there is none
    values = filled(given, "accepted_on")
    check_new_acceptance(values, workspace.policy, workspace.may_be_source)
    acceptance_id = register.add("A", values)
    shown = {name: values[name] for name in ("code", "accepted_on", "accepted_until")}
    data = {"acceptance_id": acceptance_id, **shown, "register": register.shown}
    text = f"{acceptance_id}: {values['code']} from {values['accepted_on']} until {values['accepted_until']}, in {register.shown}"
    return answer("accept-add", data, text, shared)


def listed(shared: Common, as_of: str | None) -> int:
    """Show the acceptances, read as an audit reads them. Raises UsageError where an audit could not."""
    workspace = Workspace(shared.folder)
    register = register_of(workspace, "acceptance")
    day, pseudonyms = day_or_today(as_of, "--as-of"), workspace.pseudonyms()
    rows = register.read(workspace.policy, pseudonyms, acceptances)
    described = [_described(row, day, workspace, pseudonyms) for row in rows.rows]
    return show_rows("accept-list", shared, day, register, rows, described, _HEADING)


def _described(row: Mapping[str, Any], as_of: date, workspace: Workspace, pseudonyms: Pseudonyms) -> Described:
    policy = workspace.policy
    state, why = acceptance_state(row, as_of, policy, workspace.may_be_source)
    return {
        "acceptance_id": shown_id(row["acceptance_id"], pseudonyms),
        "state": state,
        "code": row["code"] and pseudonyms.shown_among(row["code"], policy.codes, "code"),
        "source": row["selected_source"] and shown_source(row["selected_source"], workspace, pseudonyms),
        "max_records": _shown_count(row["max_records"]),
        "accepted_on": Day.of(row, "accepted_on").shown(),
        "accepted_until": Day.of(row, "accepted_until").shown(),
        "why": why,
    }


def _shown_count(records: int | None) -> int | str | None:
    return records if records is None or records < _SHOWN_BELOW else f"{_SHOWN_BELOW} or more"
