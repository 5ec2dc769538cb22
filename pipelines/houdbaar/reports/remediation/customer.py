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
from houdbaar.reports.remediation.shared import NOTE, key_of, own_fields, staying_beside

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
    staying: tuple[str, ...] = ()  # entities of which a record stays in the same row


def plan_tables(desk: Desk, records: Iterable[Record]) -> None:
    """Add the plans for records of keyed tables."""
    plans: dict[_Place, Manifest] = {}
    numbers: dict[str, Iterator[int]] = {}  # of new keys: a source's files differ in columns, and its records stand in one table
    asked = [(record, *_strongest(record, desk.policy.knob("statutory.fields"))) for record in records]
    actions = {key_of(record): action for record, action, _, _ in asked if action is not None and not record.is_blocked}
    staying = staying_beside(desk, [record for record, *_ in asked], actions)
    for record, action, reasons, fields in asked:
        if action is None:
            continue
        others = staying.get(key_of(record), ())
        place = _place(desk, record, action, fields, others)
        plan = plans.setdefault(place, Manifest(_kind(place.action), record.source, record.entity))
        if record.is_blocked:
            plan.blocked += record.records
        elif place.keys:
            numbered = numbers.setdefault(record.source, count(1))
            _add(plan, place, record, reasons, f"anonymous-{desk.as_of}-{next(numbered)}" if action == "anonymise" else None)
        else:
            part = desk.part(record.source, record.entity, record.file)
            what = {"action": "clear_field", **own_fields(desk, part, others)} if others else {"action": action, "fields": sorted(fields)}
            settled = record.others if what["action"] != "clear_field" else ()
            plan.add({"record_key": record.record_key, "also_in": list(record.also_in), **what}, reasons, record.records, settled)
    for place, plan in plans.items():
        _finish(plan, place)
        desk.plans.append(plan)


def _place(desk: Desk, record: Record, action: str, fields: set[str], staying: tuple[str, ...]) -> _Place:
    """Where a record stands; by hand where its row is another record too, or no column is the key or the field by itself."""
    if staying:
        return _Place("record_list", record.source, record.entity, (), (("clear_field", ()),), staying)
    shape = desk.shape(record)
    cleared, keys = _cleared(shape, action, fields), shape.keys()
    if keys is None or cleared is None:
        return _Place("record_list", record.source, record.entity, (), ((action, ()),))
    return _Place(action, record.source, record.entity, tuple(keys.items()), cleared)


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
    if place.staying:
        told = NOTE.format(others=" and ".join(place.staying), entity=place.entity)
        plan.note = "; ".join(filter(None, (plan.note, told)))
        return
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
