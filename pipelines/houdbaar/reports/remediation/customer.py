"""Plans for tables with a key: delete, empty fields, make anonymous. Books are never more than emptied of what no duty covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlglot import exp

from houdbaar.reports.remediation import scripts
from houdbaar.reports.remediation.desk import Desk, Record
from houdbaar.reports.remediation.manifest import Manifest, Reason
from houdbaar.reports.remediation.shape import Shape

ACTIONS = ("delete", "anonymise", "clear_field")  # the strongest first
# Codes whose 'delete' is about a part of the record: the record itself has another term.
_PARTS = {"RET-SECRET": "is_secret_kept"}
_BOOKS = frozenset({"invoice", "payment"})
_FLOOR_IS_OVER = "RET-STAT-OVER"
_AGREEMENT = "RET-DPA-END"
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a plan's records stand: records of one place are in one script."""

    action: str
    source: str
    entity: str
    keys: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, tuple[str, ...]], ...]  # that are emptied: entity column, the export's columns


def plan_tables(desk: Desk, records: Iterable[Record]) -> None:
    """Add the plans for records of keyed tables."""
    plans: dict[_Place, Manifest] = {}
    numbers: dict[str, Iterator[int]] = {}  # of new keys: a source's files differ in columns, and its records stand in one table
    for record in records:
        shape = desk.shape(record)
        action, reasons, fields = _strongest(record, desk.policy.knob("statutory.fields"))
        if action is None:
            continue
        cleared = _cleared(shape, action, fields)
        keys = shape.keys()
        if keys is None or cleared is None:
            place = _Place("record_list", record.source, record.entity, (), ((action, ()),))
        else:
            place = _Place(action, record.source, record.entity, tuple(keys.items()), cleared)
        plan = plans.setdefault(place, Manifest(_kind(place.action), record.source, record.entity))
        if record.is_blocked:
            plan.blocked += record.records
        elif place.keys:
            numbered = numbers.setdefault(record.source, count(1))
            _add(plan, place, record, reasons, f"anonymous-{desk.as_of}-{next(numbered)}" if action == "anonymise" else None)
        else:
            others = record.others if action != "clear_field" else ()
            about = {"record_key": record.record_key, "also_in": list(record.also_in)}
            plan.add({**about, "action": action, "fields": sorted(fields)}, reasons, record.records, others)
    for place, plan in plans.items():
        _finish(plan, place)
        desk.plans.append(plan)


def _kind(action: str) -> str:
    return {"clear_field": "sql_clear_fields"}.get(action, action if action == "record_list" else f"sql_{action}")


def _strongest(record: Record, statutory: Iterable[str]) -> tuple[str | None, list[Reason], set[str]]:
    """What is to be done with a record, for which findings, and to which of its fields."""
    asked = [(reason, "clear_field" if reason.code in _PARTS else action) for reason, action in record.asked]
    action = next((each for each in ACTIONS if any(action == each for _, action in asked)), None)
    if record.entity in _BOOKS and action in ("delete", "anonymise"):
        asked = [(reason, each) for reason, each in asked if each == "clear_field" or reason.code == _FLOOR_IS_OVER]
        action = next((each for each in ("delete", "clear_field") if any(action == each for _, action in asked)), None)
    if action in ("delete", "anonymise"):
        return action, [reason for reason, _ in asked], set()  # what goes as a whole goes with its fields
    fields = {(_PARTS.get(reason.code) or reason.field or ""): reason for reason, each in asked if each == action}
    allowed = {name for name in fields if name and not (record.entity in _BOOKS and name in set(statutory))}
    reasons = [reason for reason, _ in asked if (_PARTS.get(reason.code) or reason.field) in allowed]
    return (action, reasons, allowed) if allowed else (None, [], set())


def _cleared(shape: Shape, action: str, fields: set[str]) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """The columns that are emptied; None where the export has no column for one of them."""
    if action == "delete":
        return ()
    if action == "anonymise":
        return tuple(sorted(shape.personal().items()))
    found = {name: shape.cleared(name) for name in fields}
    return tuple(sorted(found.items())) if all(found.values()) else None


def _add(plan: Manifest, place: _Place, record: Record, reasons: list[Reason], new_key: str | None) -> None:
    names = [name for name, _ in place.keys]
    parts = [part.strip(" ") for part in record.record_key.split(_SEPARATOR)]  # as scripts.as_key compares them
    line: dict[str, Any] = dict(zip(names, [*parts, *[""] * (len(names) - len(parts))], strict=True))
    line |= {"record_key": record.record_key, "also_in": list(record.also_in)}
    if place.action == "clear_field":
        line["fields"] = [name for name, _ in place.columns]
    if new_key is not None:
        line["new_key"] = new_key
    plan.add(line, reasons, record.records, record.others if place.action != "clear_field" else ())


def _finish(plan: Manifest, place: _Place) -> None:
    """Write the script of a plan, and what to mind."""
    if _AGREEMENT in plan.codes:
        plan.note = "data of a customer: return them first where the processing agreement says so"
    if not place.keys:
        (action, _), *_ = place.columns
        plan.note = plan.note or f"no column of the export is the key, or the field, by itself: {action} these records in the system"
        return
    if not plan.lines:
        return
    name, keys = place.source, dict(place.keys)
    condition = scripts.exists(scripts.PLAN, scripts.same_key(name, keys))
    before = (f"expected: {plan.records}", scripts.count(name, condition))
    none: Mapping[str, exp.Expr] = {own: exp.null() for _, columns in place.columns for own in columns}
    if place.action == "delete":
        steps = [before, ("delete them", scripts.delete(name, condition)), ("expected: 0", scripts.count(name, condition))]
    elif place.action == "clear_field":
        filled = exp.or_(*(exp.not_(exp.Is(this=exp.Column(this=scripts.named(own)), expression=exp.null())) for own in none))
        left = exp.and_(condition.copy(), exp.paren(filled))
        steps = [before, ("empty the fields", scripts.update(name, none, condition)), ("expected: 0", scripts.count(name, left))]
    else:
        own_key = list(keys.values())[-1]
        values = {**none, own_key: scripts.new_key(name, keys)}
        steps = [before, ("make them anonymous", scripts.update(name, values, condition)), ("expected: 0", scripts.count(name, condition))]
    plan.script = scripts.script(name, f"{plan.kind} of {place.entity}", [], steps)
