"""Holds on a person's records that the plan of their erasure doesn't know: looked for when it is written down (domain.md 5.4)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from houdbaar.errors import AuditError
from houdbaar.exports.entities import LINKING_KINDS
from houdbaar.ledger.holds import holds_at
from houdbaar.ledger.package_folder import package_folder
from houdbaar.ledger.registers import Register
from houdbaar.packages import make_package
from houdbaar.subject import find_people
from houdbaar.subjects.held import hold_name, said_by_hold
from houdbaar.subjects.links import LinkRules
from houdbaar.subjects.name_words import fold
from houdbaar.subjects.names import is_compatible, parse_name
from houdbaar.subjects.package.steps import VALID_DAYS
from houdbaar.subjects.people import Person, stated_keys

if TYPE_CHECKING:
    from houdbaar.workspace import Workspace

Identifiers = Sequence[tuple[str, str]]
Record = tuple[str | None, str, str, str | None]  # a hold, or none, and the source, entity and key of a record that it is on

# What may be told of a hold, the most certain first.
ON_RECORDS, SAME_NAME, CHANGED, UNCOMPARED, GROWN, UNSURE = "on_records", "same_name", "changed", "uncompared", "grown", "unsure"
REASONS = (ON_RECORDS, SAME_NAME, CHANGED, UNCOMPARED, GROWN, UNSURE)
_UNREAD = "a row of registers/holds.csv can't be read"
_NAME_ALONE = "the request states a name or an address alone, and holds can't be compared by that"


@dataclass(frozen=True, slots=True)
class Holding:
    """What is to be told of holds, each as `kind:id` with one of `REASONS`; `problem`: why nobody could look, or not everywhere.

    On records of the person and in no plan, or by the person's name; changed since the plan, or in a plan that doesn't say what it was
    about; on more records than the plan keeps for it; nobody can tell whom it is about.
    """

    told: tuple[tuple[str, str], ...] = ()
    problem: str | None = None


@dataclass(slots=True)
class _InEffect:
    """The holds of a day by name: whom each is about, and what it says; those that run and name a person, which have no effect.

    `selected`: source and record key of those that name nobody; all records of a period where there is no key.
    """

    about: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    selected: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    said: Mapping[str, list[str]] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    is_whole: bool = True  # all rows of the register can be read


@dataclass(frozen=True, slots=True)
class _Planned:
    """The plan on disk: its records, by themselves and by the holds that it keeps them for, and what these said when it was made.

    An earlier version didn't write that down.
    """

    is_there: bool = False
    records: Counter[Record] = field(default_factory=Counter)
    said: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def holds(self) -> set[str]:
        """The holds that the plan knows."""
        return {hold for hold, *_ in self.records if hold is not None}


def holds_unplanned(
    workspace: Workspace, request_id: str, identifiers: Identifiers, day: date, tick: Callable[[str], None], *, is_executed: bool
) -> Holding:
    """What to tell, on a day, of the holds in effect for the erasure of a person. Exports are searched only where there is a hold."""
    reasons: dict[str, str] = {}
    try:
        holds, planned = _in_effect(workspace, day), _planned(workspace, request_id, day)
        if not any(kind in LINKING_KINDS for kind, _ in identifiers):
            return _by_name_alone(holds, identifiers)
        reasons |= _changed(holds, planned)
        stated = _keys(workspace, identifiers)
        others = {hold: about for hold, about in holds.about.items() if hold not in planned.holds}
        reasons |= {hold: ON_RECORDS for hold, about in others.items() if stated & _keys(workspace, about)}
        reasons |= dict.fromkeys(_in_plan(workspace, holds, planned) & others.keys(), ON_RECORDS)
        if not holds.is_whole:
            return _told(reasons, _UNREAD)
        if not holds.about.keys() - reasons.keys():
            return _told(reasons)
        made = make_package(workspace, request_id, day, tick)
        steps = [] if made.package.plan is None else [step.as_json() for step in made.package.plan.steps]
        reasons |= {hold: ON_RECORDS for step in steps for hold in step["blocked_by"] if hold in others}
        now, is_gone = _records(steps), all(_is_of_register(step) for step in steps)
        reasons |= {hold: GROWN for hold, *_ in now - planned.records if hold in holds.about and hold not in reasons}
        unmet = {hold: about for hold, about in others.items() if hold not in reasons}
        if is_gone:
            strange = {hold: about for hold, about in unmet.items() if about and not _shares_kind(workspace, about, stated)}
            reasons |= dict.fromkeys(_unfound(workspace, strange, tick) if strange else (), UNSURE)
        taken = {source for hold, source, *_ in planned.records - now if hold is None}
        is_unplanned = not planned.is_there and (is_gone or is_executed)
        selected = [(hold, *each) for hold in unmet for each in holds.selected.get(hold, ())]
        reasons |= {hold: UNSURE for hold, source, key in selected if is_unplanned or (key is None and source in taken)}
    except AuditError as error:  # what the register alone tells is told
        return _told(reasons, str(error).splitlines()[0])
    return _told(reasons, "not every file can be read" if made.problems else None)


def _told(reasons: Mapping[str, str], problem: str | None = None) -> Holding:
    return Holding(tuple(sorted(reasons.items(), key=lambda told: (REASONS.index(told[1]), told[0]))), problem)


def _by_name_alone(holds: _InEffect, identifiers: Identifiers) -> Holding:
    """A name or an address finds nobody: whom a hold is about that names anything else nobody can compare."""
    names = [value for kind, value in identifiers if kind == "name"]
    same = {hold for hold, others in holds.by_name.items() if any(_is_same_name(name, other) for name in names for other in others)}
    is_any = bool(holds.about.keys() | holds.by_name.keys() - same)
    return _told(dict.fromkeys(same, SAME_NAME), _NAME_ALONE if is_any else None if holds.is_whole else _UNREAD)


def _is_same_name(one: str, other: str) -> bool:
    a, b = parse_name(one), parse_name(other)
    return fold(one) == fold(other) or (a is not None and b is not None and is_compatible(a, b))


def _changed(holds: _InEffect, planned: _Planned) -> dict[str, str]:
    """Holds that the plan knows, and that say something else since, or may."""
    known = {hold: planned.said.get(hold) for hold in planned.holds & holds.about.keys()}
    return {hold: UNCOMPARED if said is None else CHANGED for hold, said in known.items() if said != holds.said[hold]}


def _records(steps: Iterable[Mapping[str, Any]]) -> Counter[Record]:
    """The records of exports in a plan, by themselves and by each hold on them: each once, or how many where no key lasts."""
    places = {
        (hold, step["source"], step["entity"], step["record_key"], None if step["record_key"] else (step["file"], step["row"]))
        for step in steps
        for hold in (None, *step["blocked_by"])
        if not _is_of_register(step)
    }
    return Counter((hold, source, entity, key) for hold, source, entity, key, _ in places)


def _in_plan(workspace: Workspace, holds: _InEffect, planned: _Planned) -> set[str]:
    """Holds on a record that is the person's by the plan, whatever the exports have by now; a key may be keyed, as findings show it."""
    of = workspace.pseudonyms().of
    there = {(source, shown) for _, source, _, key in planned.records if key is not None for shown in (key, of(key))}
    return {hold for hold, selected in holds.selected.items() if not there.isdisjoint(selected)}


def _is_of_register(step: Mapping[str, Any]) -> bool:
    return str(step["source"]).startswith("register.")


def _shares_kind(workspace: Workspace, about: Identifiers, stated: set[tuple[str, str]]) -> bool:
    """Whether identifiers can be compared at all."""
    return not {kind for kind, _ in stated}.isdisjoint(kind for kind, _ in _keys(workspace, about))


def _unfound(workspace: Workspace, holds: Mapping[str, Identifiers], tick: Callable[[str], None]) -> set[str]:
    """Those of the holds whose person no export has a record of: nothing is left that could tell who it is (as DSR-DESTROYED has it)."""
    people = [Person(hold, tuple(about)) for hold, about in sorted(holds.items())]
    found = find_people(workspace, people, tick, is_suggesting=False).people
    return {
        person["person"]
        for person in found
        if not any(each["definite"] and not each["source"].startswith("register.") for each in person["records"])
    }


def _in_effect(workspace: Workspace, day: date) -> _InEffect:
    if workspace.registers is None:
        return _InEffect()
    policy, pseudonyms = workspace.policy, workspace.pseudonyms()
    register = Register("hold", workspace.registers, workspace.state)
    read = register.read(policy, pseudonyms, lambda engine: holds_at(engine, policy, day, workspace.may_be_source))
    effective = [row for row in read.rows if row["state"] == "effective"]
    found = _InEffect(said=said_by_hold(effective, pseudonyms), is_whole=not read.unread)
    for row in effective:
        name = hold_name(row, pseudonyms)
        about = found.about.setdefault(name, [])
        if row["identifier_value"]:
            about.append((row["identifier_kind"].strip().lower(), row["identifier_value"]))
        else:
            found.selected.setdefault(name, []).append((row["selected_source"], row["selected_record_key"]))
    for row in read.rows:
        kind = (row["identifier_kind"] or "").strip().lower()
        if kind == "name" and row["identifier_value"] and row["state"] == "invalid" and _may_run(row, day):
            found.by_name.setdefault(hold_name(row, pseudonyms), []).append(row["identifier_value"])
    return found


def _may_run(row: Mapping[str, Any], day: date) -> bool:
    starts_on, ends = row["starts_on"], [row[name] for name in ("ends_on", "review_on") if row[name] is not None]
    return (starts_on is None or starts_on <= day) and all(day <= end for end in ends)


def _planned(workspace: Workspace, request_id: str, day: date) -> _Planned:
    """What the plan on disk says; nothing where there is none from before a day: one that was made later knows only what was left."""
    path = package_folder(workspace.runs / "requests", request_id, workspace.pseudonyms()) / "officer" / "plan.json"
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):  # no package, or what somebody changed in it
        plan = json.loads(path.read_text(encoding="utf-8"))
        if date.fromisoformat(plan["valid_until"]) - timedelta(days=VALID_DAYS) > day:
            return _Planned()
        return _Planned(True, _records(plan["steps"]), dict(plan.get("holds", {})))
    return _Planned()


def _keys(workspace: Workspace, identifiers: Identifiers) -> set[tuple[str, str]]:
    """What identifiers are compared by; what is everybody's is nobody's."""
    rules = LinkRules.of(workspace.policy).email
    return {(key.kind, key.value) for key in stated_keys(Person("", tuple(identifiers)), ("",), rules) if key.state is None}
