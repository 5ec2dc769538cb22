"""Holds on a person's records that the plan of their erasure doesn't know: looked for when it is written down (domain.md 5.4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.errors import AuditError
from houdbaar.ledger.holds import holds_at
from houdbaar.ledger.package_folder import package_folder
from houdbaar.ledger.registers import Register
from houdbaar.packages import make_package
from houdbaar.privacy import is_plain_id
from houdbaar.subject import find_people
from houdbaar.subjects.links import LinkRules
from houdbaar.subjects.people import Person, stated_keys

if TYPE_CHECKING:
    from houdbaar.workspace import Workspace

Identifiers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Holding:
    """Holds that a plan doesn't know, as `kind:id`. `unsure`: nobody can tell whom they are about; `problem`: why nobody could look."""

    on_records: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    problem: str | None = None


def holds_unplanned(workspace: Workspace, request_id: str, identifiers: Identifiers, day: date, tick: Callable[[str], None]) -> Holding:
    """Holds in effect on a day on the records of the person of an erasure. Exports are searched only where the register has a hold."""
    named: set[str] = set()
    try:
        candidates, is_whole = _candidates(workspace, day, _planned(workspace, request_id))
        stated = _keys(workspace, identifiers)
        named = {hold for hold, about in candidates.items() if stated & _keys(workspace, about)}
        if not is_whole:
            return Holding(tuple(sorted(named)), problem="a row of registers/holds.csv can't be read")
        if not candidates.keys() - named:
            return Holding(tuple(sorted(named)))
        made = make_package(workspace, request_id, day, tick)
        steps = () if made.package.plan is None else made.package.plan.steps
        met = named | (candidates.keys() & {hold for step in steps for hold in step.blocked_by})
        is_gone = all(step.source.startswith("register.") for step in steps)
        other = {hold: about for hold, about in candidates.items() if hold not in met and not _shares_kind(workspace, about, stated)}
        unsure = _unfound(workspace, other, tick) if is_gone else set()
    except AuditError as error:  # what the register alone tells is told
        return Holding(tuple(sorted(named)), problem=str(error).splitlines()[0])
    return Holding(tuple(sorted(met)), tuple(sorted(unsure)), "not every file can be read" if made.problems else None)


def _shares_kind(workspace: Workspace, about: Identifiers, stated: set[tuple[str, str]]) -> bool:
    """Whether identifiers can be compared at all."""
    return not {kind for kind, _ in stated}.isdisjoint(kind for kind, _ in _keys(workspace, about))


def _unfound(workspace: Workspace, holds: Mapping[str, Identifiers], tick: Callable[[str], None]) -> set[str]:
    """Those of the holds whose person no export has a record of: nothing is left that could tell who it is (as DSR-DESTROYED has it).

    Whose a record or a source is that a hold names without a person, nobody can tell either.
    """
    people = [Person(hold, tuple(about)) for hold, about in sorted(holds.items()) if about]
    found = find_people(workspace, people, tick, is_suggesting=False).people if people else []
    return {hold for hold, about in holds.items() if not about} | {
        person["person"]
        for person in found
        if not any(each["definite"] and not each["source"].startswith("register.") for each in person["records"])
    }


def _candidates(workspace: Workspace, day: date, planned: frozenset[str]) -> tuple[dict[str, list[tuple[str, str]]], bool]:
    """Holds in effect that no plan names, each with its identifiers, and whether all rows of the register can be read."""
    if workspace.registers is None:
        return {}, True
    policy, pseudonyms = workspace.policy, workspace.pseudonyms()
    register = Register("hold", workspace.registers, workspace.state)
    read = register.read(policy, pseudonyms, lambda engine: holds_at(engine, policy, day, workspace.may_be_source))
    found: dict[str, list[tuple[str, str]]] = {}
    for row in read.rows:
        hold_id = row["hold_id"] or ""
        name = f"{(row['kind'] or '').strip().lower()}:{hold_id if is_plain_id(hold_id) else f'id-{pseudonyms.of(hold_id)[:8]}'}"
        if row["state"] == "effective" and name not in planned:
            about = ((row["identifier_kind"] or "").strip().lower(), row["identifier_value"])
            found.setdefault(name, []).extend([about] if row["identifier_value"] else [])
    return found, not read.unread


def _planned(workspace: Workspace, request_id: str) -> frozenset[str]:
    """The holds that the plan on disk names: what they are about it keeps. None where there is no plan."""
    path = package_folder(workspace.runs / "requests", request_id, workspace.pseudonyms()) / "officer" / "plan.json"
    with suppress(OSError, ValueError, KeyError, TypeError):  # no package, or what somebody changed in it
        return frozenset(str(hold) for step in json.loads(path.read_text(encoding="utf-8"))["steps"] for hold in step["blocked_by"])
    return frozenset()


def _keys(workspace: Workspace, identifiers: Identifiers) -> set[tuple[str, str]]:
    """What identifiers are compared by; what is everybody's is nobody's."""
    rules = LinkRules.of(workspace.policy).email
    return {(key.kind, key.value) for key in stated_keys(Person("", tuple(identifiers)), ("",), rules) if key.state is None}
