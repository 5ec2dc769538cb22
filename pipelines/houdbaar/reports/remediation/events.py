"""Plans for tables without a key: by date, leaving alone whoever has to stay; else by the rows of the exported files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from houdbaar.exports.syntax import sql_of
from houdbaar.reports.remediation import scripts
from houdbaar.reports.remediation.analytics import RULES
from houdbaar.reports.remediation.desk import Desk, reason
from houdbaar.reports.remediation.manifest import Line, Manifest
from houdbaar.reports.remediation.shape import Shape
from houdbaar.reports.remediation.stamps import Stamp
from houdbaar.reports.remediation.views import EVENTS, event_rows

# What no date tells: what goes because of whom it is about, also where Google is asked to delete their ids (which leaves copies alone).
_BY_ROWS = """
    select distinct finding_id from open_finding
    where verdict = 'FAIL' and overdue_month is not null and (action = 'delete' or list_contains($rules, rule))
    order by finding_id
"""
_GOOGLE = "in Google Analytics itself set the property's retention to 26 months: deletion by id would also take what may stay"
_COPIES = (
    "rows of exported files by number: all lines of a file at once, and only while it has file_rows rows; "
    "in the system itself delete the same, and export again"
)

_EVIDENCE = "; what these people answered may be all that shows that mails to them were lawful: clean up the log of sends with it"


@dataclass(frozen=True, slots=True)
class _Table:
    """A source's table as statements name it: how its stamps compare, and the columns that say who it is."""

    stamp: Stamp
    empty: str | None  # another stamp's column that is empty where this one counts
    identities: Mapping[str, str]


def plan_dates(desk: Desk) -> None:
    """Add the plans for what is past its term; what a date can't tell is planned by the rows of the files."""
    if not desk.engine.rows("select 1 from open_finding where overdue_month is not null limit 1"):
        return
    by_place: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for line in desk.dicts("dated_span"):
        by_place.setdefault((line["source"], line["entity"], line["trigger_column"]), []).append(line)
    left, bounded = {finding_id for (finding_id,) in desk.engine.rows(_BY_ROWS, {"rules": list(RULES)})}, set[str]()
    for (source, entity, trigger), lines in by_place.items():
        plan = Manifest("sql_dated", source, entity, note=_GOOGLE if entity == "analytics_event" else "")
        plan.blocked = sum(line["records"] for line in lines if line["is_blocked"])
        wanted = [line for line in lines if not line["is_blocked"]]
        kept = _kept(desk, source, entity)
        found = _table_of(desk, source, entity, trigger, [name for name in _names(entity) if kept])
        if found is None or any(not any(each.values()) for each in kept):
            left.update(each["finding_id"] for line in wanted for each in line["findings"])
        else:
            bounded.update(each["finding_id"] for line in wanted if not line["is_certain"] for each in line["findings"])
            _fill(desk, plan, found, [line for line in wanted if line["is_certain"]], kept)
        if plan.lines or plan.blocked:
            desk.plans.append(plan)
    if left or bounded:
        _plan_rows(desk, sorted(left), sorted(bounded))


def _names(entity: str) -> tuple[str, ...]:
    return EVENTS[entity][0]


def _kept(desk: Desk, source: str, entity: str) -> list[Line]:
    """Who has to stay, as the lines of a plan name them."""
    if not desk.engine.rows("select 1 from kept_row where source = $source limit 1", {"source": source}):
        return []
    desk.tables.stand([entity])
    desk.engine.make_view("event_row", sql_of(event_rows(entity, *EVENTS[entity])))
    return [dict(zip(_names(entity), row, strict=True)) for row in desk.rows("kept_identity", source=source)]


def _table_of(desk: Desk, source: str, entity: str, trigger: str, identities: Sequence[str]) -> _Table | None:
    """How statements name the table; None where the source's files differ in it, or a column is made of others."""
    found: set[tuple[Any, ...]] = set()
    for part in desk.parts(source, entity):
        shape = Shape.of(part)
        stamp = Stamp.of(shape, trigger, desk.tables.material.settings[part.bound.name, entity].zone)
        first = part.table.triggers[0] if part.table.triggers else trigger
        empty = shape.direct.get(first) if first != trigger else None
        fed = [name for name in identities if name in part.fed]
        if stamp is None or part.table.aggregate or any(name not in shape.direct for name in fed):
            return None
        found.add((stamp, empty, tuple((name, shape.direct[name]) for name in fed)))
    if len(found) != 1:
        return None
    ((stamp, empty, names),) = found
    return _Table(stamp, empty, dict(names))


def _fill(desk: Desk, plan: Manifest, table: _Table, lines: Sequence[dict[str, Any]], kept: Sequence[Line]) -> None:
    counts = _counts(desk, plan, lines) if kept else {}
    for number, line in enumerate(lines):
        records = counts.get(number, line["records"])
        plan.blocked += max(line["records"] - records, 0)
        if records:
            days = {"first_day": line["first_date"].isoformat(), "last_day": line["last_date"].isoformat()}
            bounds = table.stamp.bounds(line["first_date"], line["last_date"], desk.zone)
            month = {"overdue_month": line["overdue_month"]}
            plan.add({**month, **days, **bounds}, map(reason, line["findings"]), records)
    if plan.lines:
        plan.kept = list(kept)
        plan.script = _script(plan, table)


def _counts(desk: Desk, plan: Manifest, lines: Sequence[dict[str, Any]]) -> dict[int, int]:
    """What the statement will find of each line; the view of the entity's rows stands."""
    desk.engine.run("create or replace table dated_line (number bigint, source varchar, first_date date, last_date date)")
    rows = [(number, plan.source, line["first_date"], line["last_date"]) for number, line in enumerate(lines)]
    desk.engine.insert_rows("dated_line", rows)
    desk.engine.run("create or replace table kept_identity (id_1 varchar, id_2 varchar)")
    desk.engine.insert_rows("kept_identity", desk.rows("kept_identity", source=plan.source))
    return dict(desk.rows("dated_count"))


def _script(plan: Manifest, table: _Table) -> str:
    name = plan.source or ""
    value = scripts.of(name, table.stamp.column)
    within = [table.stamp.between(value, scripts.of(scripts.PLAN, "from"), scripts.of(scripts.PLAN, "until"))]
    conditions = [scripts.exists(scripts.PLAN, within)]
    if table.empty is not None:
        conditions.append(exp.Is(this=scripts.of(name, table.empty), expression=exp.null()))
    if plan.kept:
        conditions += [exp.not_(scripts.exists(scripts.KEPT, scripts.same_key(name, {line: own}, scripts.KEPT)))
                       for line, own in table.identities.items()]  # fmt: skip
    condition = exp.and_(*conditions)
    steps = [
        (f"expected: {plan.records}", scripts.count(name, condition)),
        ("delete them", scripts.delete(name, condition)),
        ("expected: 0", scripts.count(name, condition)),
    ]
    what = f"rows of {plan.entity} whose term is over, by date"
    return scripts.script(name, what, table.stamp.notes, steps, has_kept=bool(plan.kept))


def _note(entity: str) -> str:
    return _COPIES + (_EVIDENCE if entity == "mail_activity" else "")


def _plan_rows(desk: Desk, finding_ids: Sequence[str], bounded_ids: Sequence[str]) -> None:
    """Add plans by the rows of exported files, for findings that no statement can reach; those with a row that has to stay are blocked."""
    plans: dict[tuple[str, str], Manifest] = {}
    for line in desk.dicts("export_rows", finding_ids=list(finding_ids), bounded_ids=list(bounded_ids)):
        plan = plans.setdefault(
            (line["source"], line["entity"]), Manifest("export_rows", line["source"], line["entity"], note=_note(line["entity"]))
        )
        if line["is_blocked"]:
            plan.blocked += line["records"]
        else:
            rows = {
                "file": line["file"],
                "rows": [[piece["first"], piece["last"]] for piece in line["ranges"]],
                "file_rows": line["file_rows"],
            }
            plan.add(rows, [reason(line)], line["records"])
    desk.plans += plans.values()
