"""Holds on a person's records that the plan of their erasure doesn't know: looked for when it is written down (domain.md 5.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from houdbaar.errors import AuditError
from houdbaar.exports.entities import ENTITIES, LINKING_KINDS
from houdbaar.ledger.holds import holds_at
from houdbaar.ledger.registers import Register
from houdbaar.packages import in_package, make_package
from houdbaar.search import search
from houdbaar.subjects.held import hold_name, said_by_hold
from houdbaar.subjects.links import LinkRules
from houdbaar.subjects.name_words import fold
from houdbaar.subjects.names import is_compatible, parse_name
from houdbaar.subjects.package.build import PLAN
from houdbaar.subjects.package.steps import VALID_DAYS
from houdbaar.subjects.people import Person, stated_keys

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.workspace import Workspace

Identifiers = Sequence[tuple[str, str]]
Record = tuple[str | None, str, str, str | None]  # a hold, or none, and the source, entity and key of a record that it is on

# What may be told of a hold, the most certain first.
ON_RECORDS, SAME_NAME, CHANGED, GROWN, UNSURE = "on_records", "same_name", "changed", "grown", "unsure"
REASONS = (ON_RECORDS, SAME_NAME, CHANGED, GROWN, UNSURE)
_UNREAD = "a row of registers/holds.csv can't be read"
_NAME_ALONE = "the request states a name or an address alone, and holds can't be compared by that"
_CLEARED = "the request no longer states an identifier, and its plan alone was compared"
_FOUND = "select distinct person from subject_record where tier = 'definite' and source not like 'register.%'"
_STANDING = """
    select distinct keyed_row.source, selected.key
    from keyed_row
    inner join (select unnest($keys) as key) as selected
        on selected.key in (keyed_row.record_key, hmac(keyed_row.record_key, $inner_pad, $outer_pad))
    where list_contains($sources, keyed_row.source)
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is to be told of holds, each as `kind:id` with one of `REASONS`; `problem`: why nobody could look, or not everywhere.

    On records of the person and in no plan, or by the person's name; not what the plan says that it was; on more records than the plan
    keeps for it; nobody can tell whom it is about.
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
    """The plan on disk: the holds that it knows, its records, by themselves and by these holds, and what the holds said at the time.

    `is_before`: it was certainly made before anything was erased, so that no record of the person is missing in it.
    """

    is_before: bool = False
    holds: frozenset[str] = frozenset()
    records: Counter[Record] = field(default_factory=Counter)
    said: Mapping[str, list[str]] = field(default_factory=dict)


def holds_unplanned(
    workspace: Workspace, request_id: str, identifiers: Identifiers, day: date, tick: Callable[[str], None], *, is_executed: bool
) -> Holding:
    """What to tell, on a day, of the holds in effect for the erasure of a person. Exports are searched only where there is a hold."""
    reasons: dict[str, str] = {}
    try:
        holds, planned = _in_effect(workspace, day), _planned(workspace, request_id, day, is_executed=is_executed)
        others = holds.about.keys() - planned.holds
        reasons |= {hold: CHANGED for hold in holds.about.keys() & planned.holds if planned.said.get(hold) != holds.said[hold]}
        reasons |= dict.fromkeys(others & _in_plan(workspace, holds, planned), ON_RECORDS)
        if not any(kind in LINKING_KINDS for kind, _ in identifiers):
            return _unsearched(holds, identifiers, reasons, others)
        stated = _keys(workspace, identifiers)
        reasons |= {hold: ON_RECORDS for hold in others if stated & _keys(workspace, holds.about[hold])}
        if not holds.is_whole:
            return _told(reasons, _UNREAD)
        if not holds.about.keys() - reasons.keys():
            return _told(reasons)
        made = make_package(workspace, request_id, day, tick)
        steps = [] if made.package.plan is None else [step.as_json() for step in made.package.plan.steps]
        reasons |= {hold: ON_RECORDS for step in steps for hold in step["blocked_by"] if hold in others}
        now = _records(steps)
        reasons |= {hold: GROWN for hold, *_ in now - planned.records if hold in holds.about and hold not in reasons}
        unmet = sorted(others - reasons.keys())
        people = [Person(hold, tuple(holds.about[hold])) for hold in unmet if _is_strange(workspace, holds.about[hold], stated)]
        # Without a plan from before it, an erasure may have taken anything; with one, that which the plan has and no export any more.
        is_unplanned = not planned.is_before and (is_executed or not now)
        taken = {source for hold, source, *_ in planned.records - now if hold is None}
        selected = [(hold, *each) for hold in unmet for each in holds.selected.get(hold, ())]
        lost = [each for each in selected if is_unplanned or (each[2] is None and each[1] in taken)]
        if people or lost:
            found, standing = _looked_for(workspace, people, [(source, key) for _, source, key in lost], tick)
            reasons |= {person.number: UNSURE for person in people if person.number not in found}
            reasons |= {hold: UNSURE for hold, source, key in lost if (source, key) not in standing}
    except AuditError as error:  # what the register alone tells is told
        return _told(reasons, str(error).splitlines()[0])
    return _told(reasons, "not every file can be read" if made.problems else None)


def _told(reasons: Mapping[str, str], problem: str | None = None) -> Holding:
    return Holding(tuple(sorted(reasons.items(), key=lambda told: (REASONS.index(told[1]), told[0]))), problem)


def _unsearched(holds: _InEffect, identifiers: Identifiers, reasons: Mapping[str, str], others: Set[str]) -> Holding:
    """A name or an address finds nobody: whom a hold is about that names anything else nobody can compare."""
    names = [value for kind, value in identifiers if kind == "name"]
    same = {hold for hold, held in holds.by_name.items() if any(_is_same_name(name, other) for name in names for other in held)}
    told = {**dict.fromkeys(same, SAME_NAME), **reasons}
    is_any = bool((others | holds.by_name.keys()) - told.keys())
    problem = _NAME_ALONE if identifiers else _CLEARED
    return _told(told, problem if is_any else None if holds.is_whole else _UNREAD)


def _is_same_name(one: str, other: str) -> bool:
    a, b = parse_name(one), parse_name(other)
    return fold(one) == fold(other) or (a is not None and b is not None and is_compatible(a, b))


def _records(steps: Iterable[Mapping[str, Any]]) -> Counter[Record]:
    """The records of exports in a plan, by themselves and by each hold on them: each once, or how many where no key lasts.

    A file whose rows of the person are those of another is that file once more.
    """
    rows: dict[tuple[Any, ...], set[int]] = {}
    for step in steps:
        key = step["record_key"]
        file, row = (step["file"], step["row"]) if key is None else (None, 0)
        for hold in (None, *step["blocked_by"]) if not step["source"].startswith("register.") else ():
            rows.setdefault((hold, step["source"], step["entity"], key, file), set()).add(row)
    distinct = {(*record, frozenset(places)) for (*record, _), places in rows.items()}
    return Counter((hold, source, entity, key) for hold, source, entity, key, places in distinct for _ in places)


def _in_plan(workspace: Workspace, holds: _InEffect, planned: _Planned) -> set[str]:
    """Holds on a record that is the person's by the plan, whatever the exports have by now; a key may be keyed, as findings show it."""
    of = workspace.pseudonyms().of
    there = {(source, shown) for _, source, _, key in planned.records if key is not None for shown in (key, of(key))}
    return {hold for hold, selected in holds.selected.items() if not there.isdisjoint(selected)}


def _is_strange(workspace: Workspace, about: Identifiers, stated: set[tuple[str, str]]) -> bool:
    """Whether a hold names somebody by what can't be compared with what the request states."""
    return bool(about) and {kind for kind, _ in stated}.isdisjoint(kind for kind, _ in _keys(workspace, about))


def _looked_for(
    workspace: Workspace, people: Sequence[Person], selected: Sequence[tuple[str, str | None]], tick: Callable[[str], None]
) -> tuple[set[str], set[tuple[str, str]]]:
    """Of whom exports have a record (else nobody can tell who it is, as DSR-DESTROYED has it), and which selected records they have."""
    from houdbaar.exports.syntax import sql_of
    from houdbaar.exports.views import keyed_rows, make_view

    keys = {(source, key) for source, key in selected if key is not None}
    sources = {source for source, _ in keys}

    def work(engine: Engine, intake: Intake) -> tuple[set[str], set[tuple[str, str]]]:
        found = {person for (person,) in engine.rows(_FOUND)}
        entities = sorted({part.table.entity for part in intake.parts if part.bound.source.name in sources} & ENTITIES.keys())
        if not entities:
            return found, set()
        for entity in entities:
            make_view(engine, entity, intake.parts, intake.settings, intake.inventory.root)
        engine.make_view("keyed_row", sql_of(keyed_rows(entities)))
        values = {"sources": sorted(sources), "keys": sorted({key for _, key in keys}), **workspace.pseudonyms().pads}
        return found, set(engine.rows(_STANDING, values))

    return search(workspace, people, tick, work)[1]


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


def _planned(workspace: Workspace, request_id: str, day: date, *, is_executed: bool) -> _Planned:
    """What the plan on disk says. One that was made later than the day knows only what was left; one of the very day may, too."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):  # no package, or what somebody changed in it
        plan = in_package(workspace, request_id, PLAN)
        made_on = date.fromisoformat(plan["valid_until"]) - timedelta(days=VALID_DAYS)
        if made_on <= day:
            known = frozenset(hold for step in plan["steps"] for hold in step["blocked_by"])  # also those on a register's row alone
            return _Planned(made_on < day or not is_executed, known, _records(plan["steps"]), dict(plan.get("holds", {})))
    return _Planned()


def _keys(workspace: Workspace, identifiers: Identifiers) -> set[tuple[str, str]]:
    """What identifiers are compared by; what is everybody's is nobody's."""
    rules = LinkRules.of(workspace.policy).email
    return {(key.kind, key.value) for key in stated_keys(Person("", tuple(identifiers)), ("",), rules) if key.state is None}
