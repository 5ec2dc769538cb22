"""`houdbaar hold add | list | release`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
from houdbaar.exports.entities import IDENTIFIERS, RECORDS
from houdbaar.ledger.days import Day
from houdbaar.ledger.holds import KINDS, check_new_hold, holds_at, last_day, released
from houdbaar.ledger.runs import newest_run
from houdbaar.subjects.held import said_of
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common
    from houdbaar.privacy import Pseudonyms

_HEADING = ("hold_id", "state", "kind", "about", "starts_on", "ends_on", "review_on", "released_on", "why")
_UNSEEN = "the next audit tells whether it meets any record of the exports; after it `houdbaar hold list` says so"
_CHANGED = "not looked at since it changed"
_COLUMNS = frozenset(name for entity in RECORDS.values() for name in entity.names)


def add(shared: Common, given: Mapping[str, str | None]) -> int:
    """Add a hold under the next number. Raises UsageError, and writes nothing, where it would have no effect."""
    workspace = Workspace(shared.folder)
    register = register_of(workspace, "hold")
    values = filled(given, "starts_on")
    check_new_hold(values, workspace.may_be_source)
    hold_id = register.add("H", values)
    limits = {name: values.get(name) for name in ("starts_on", "ends_on", "review_on")}
    until = last_day(values, workspace.policy.knob("hold.max_months"))
    data = {"hold_id": hold_id, "kind": values["kind"], **limits, "holds_until": until, "register": register.shown}
    is_reviewed = values.get("review_on") == until
    ends = f"until it is reviewed, on {until} at the latest" if is_reviewed else f"until {until}"
    text = f"{hold_id}: {values['kind']} from {values['starts_on']} {ends}, in {register.shown}\n{_UNSEEN}"
    return answer("hold-add", data, text, shared)


def release(shared: Common, hold_id: str, released_on: str | None) -> int:
    """Write the day of its release into the row of a hold. Raises UsageError, and writes nothing, where that can't be."""
    workspace = Workspace(shared.folder)
    register = register_of(workspace, "hold")
    day = day_or_today(released_on, "--released-on").isoformat()
    register.put(hold_id.strip(), lambda row: released(row, day))
    shown = shown_id(hold_id.strip(), workspace.pseudonyms())
    data = {"hold_id": shown, "released_on": day, "register": register.shown}
    days: int = workspace.policy.knob("hold.release_days")
    text = f"{shown}: released on {day}, in {register.shown}; what is past its term has to go within {days} days"
    return answer("hold-release", data, text, shared)


def listed(shared: Common, as_of: str | None) -> int:
    """Show the holds, read as an audit reads them. Raises UsageError where an audit could not."""
    workspace = Workspace(shared.folder)
    register = register_of(workspace, "hold")
    day, policy, pseudonyms = day_or_today(as_of, "--as-of"), workspace.policy, workspace.pseudonyms()
    rows = register.read(policy, pseudonyms, lambda engine: holds_at(engine, policy, day, workspace.may_be_source))
    seen_on, seen = _seen(workspace)
    described = []
    for row in rows.rows:
        hold = _described(row, workspace, pseudonyms)
        of_id = seen.get(hold["hold_id"] or "", {})
        is_seen = (said := said_of(row, pseudonyms)) in of_id
        unseen = _CHANGED if of_id and row["state"] == "effective" else None
        described.append(hold | {"seen_on": seen_on if is_seen else None, "note": of_id[said] if is_seen else unseen})
    return show_rows("hold-list", shared, day, register, rows, described, _HEADING, _told(described))


def _seen(workspace: Workspace) -> tuple[str | None, dict[str, dict[str, str | None]]]:
    """What the newest run saw of the holds that were in effect: its day, and by id and by what they said whether they meet no record."""
    folder = newest_run(workspace.runs)
    try:
        holds = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))["holds"] if folder is not None else None
        seen: dict[str, dict[str, str | None]] = {}
        for hold in holds or ():
            if hold["state"] == "effective":
                seen.setdefault(hold["hold_id"], {})[hold["said"]] = hold["note"]
    except (OSError, ValueError, KeyError, TypeError):  # a run from before, or what somebody changed in it: then it saw none
        return None, {}
    return (None if folder is None else folder.name), seen


def _told(holds: Sequence[Described]) -> list[str]:
    """Lines about holds in effect that meet no record, or of which no audit has said yet whether they do."""
    in_effect = [hold for hold in holds if hold["state"] == "effective"]
    lines = [
        f"{hold['note']} (audit as of {hold['seen_on']}; where the export was mended since, the next one tells)"
        for hold in in_effect
        if hold["note"] and hold["seen_on"] is not None
    ]
    for note, text in ((_CHANGED, f"{_CHANGED}: {_UNSEEN}"), (None, _UNSEEN)):
        unseen = dict.fromkeys(str(hold["hold_id"]) for hold in in_effect if hold["seen_on"] is None and hold["note"] == note)
        lines += [f"{', '.join(unseen)}: {text}"] if unseen else []
    return list(dict.fromkeys(lines))


def _described(row: Mapping[str, Any], workspace: Workspace, pseudonyms: Pseudonyms) -> Described:
    days = {name: Day.of(row, name).shown() for name in ("starts_on", "ends_on", "review_on", "released_on")}
    return {
        "hold_id": shown_id(row["hold_id"], pseudonyms),
        "state": row["state"],
        "kind": row["kind"] and pseudonyms.shown_among(row["kind"], KINDS, "kind"),
        "about": _about(row, workspace, pseudonyms),
        **days,
        "why": row["fault"],
    }


def _about(row: Mapping[str, Any], workspace: Workspace, pseudonyms: Pseudonyms) -> list[str]:
    """The hold's selector in words, its values masked with the workspace's key: the same person has the same mask."""
    about = []
    if row["identifier_value"]:
        kind = row["identifier_kind"] if row["identifier_kind"] in IDENTIFIERS else "identifier"
        about.append(pseudonyms.shown_among(row["identifier_value"], (), kind))
    if row["selected_source"]:
        about.append(f"source {shown_source(row['selected_source'], workspace, pseudonyms)}")
    if row["selected_record_key"]:
        about.append(pseudonyms.shown_among(row["selected_record_key"], (), "record"))
    first, last = (Day.of(row, name).shown() for name in ("period_from", "period_to"))
    if first or last:
        about.append(f"dates {first or '…'} to {last or '…'}")
    if row["fields"]:
        words = row["fields"].replace(";", " ").replace(",", " ").split()
        about.append("fields " + ", ".join(pseudonyms.shown_among(word, _COLUMNS, "field") for word in words))
    return about
