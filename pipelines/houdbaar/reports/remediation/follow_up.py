"""Was it really deleted? What earlier runs planned is looked for in the exports of this one (domain.md 5.4)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from houdbaar.exports.entities import RECORDS
from houdbaar.exports.syntax import sql_of
from houdbaar.ledger.coverage import KEYLESS, nameless
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.reports.remediation.deletions import read_deletions
from houdbaar.reports.remediation.desk import Desk
from houdbaar.reports.remediation.earlier import Earlier, EarlierPlan
from houdbaar.reports.remediation.manifest import FORMAT, Line
from houdbaar.reports.remediation.views import EVENTS, event_rows, holders

STATES = ("gone", "present", "pending", "moved", "returned", "not_looked_at")
_GOOGLE_SERVERS = Period(months=2)  # Google takes ids out of reports in 72 hours, and from its servers in a two-monthly process
_RECORDS = {
    "sql_delete", "sql_anonymise", "sql_clear_fields", "record_list", "register_rows", "mailchimp_archive", "mailchimp_clear",
    "mailchimp_delete_permanent", "mailing_list",
}  # fmt: skip
_FORMS = dict.fromkeys(_RECORDS, "record") | {
    "ga_user_deletion": "visitor", "sql_dated": "dates", "export_rows": "rows", "export_files": "file"
}  # fmt: skip
_TABLES = """
    create table follow_line (
        number bigint, plan bigint, form varchar, source varchar, entity varchar, identity varchar, fields varchar[], also_in varchar[],
        is_archive boolean, first_date date, last_date date, file varchar, file_rows bigint, finding_ids varchar[],
        records bigint, made_on date
    );
    create table follow_kept (plan bigint, id_1 varchar, id_2 varchar);
    create table followed (number bigint, records bigint, is_elsewhere boolean)
"""


@dataclass(slots=True)
class FollowUp:
    """What became of earlier plans: follow_up.json, and per line how many records are gone (private)."""

    as_of: date
    unknown: list[dict[str, Any]] = field(default_factory=list)  # rows of the register of deletions that can't be followed
    manifests: list[dict[str, Any]] = field(default_factory=list)
    gone: dict[tuple[str, int], int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The content of follow_up.json."""
        return {"format": FORMAT, "as_of": self.as_of.isoformat(), "unknown": self.unknown, "manifests": self.manifests}

    def private_lines(self) -> str:
        """What the next run needs to tell what has come back: ids of plans, numbers of lines and counts."""
        lines = ({"manifest_id": name, "line": line, "gone": gone} for (name, line), gone in sorted(self.gone.items()))
        return "".join(json.dumps(line) + "\n" for line in lines)


def follow_up(desk: Desk, earlier: Earlier, unreadable: Collection[str | None], strangers: Mapping[str, Collection[str]]) -> FollowUp:
    """Compare earlier plans with this audit's exports; `finding` must stand. `unreadable` are sources that can't be spoken for.

    `strangers`: tables that no contract recognises, by the source among whose files they lie.
    """
    executed, unknown = read_deletions(desk, earlier.known)
    found = FollowUp(desk.as_of, unknown, gone=dict(earlier.gone or {}))
    plans = [
        plan
        for plan in earlier.plans
        if plan.entry["kind"] in _FORMS and plan.entry["lines"] and not (plan.is_void and plan.entry["manifest_id"] not in executed)
    ]
    if not plans:
        return found
    numbers = _tabulate(desk, plans)
    _look(desk)
    here = {number: (records, is_elsewhere) for number, records, is_elsewhere in desk.engine.rows("select * from followed")}
    exported, lost = _exported(desk), _nameless(desk)
    for number, plan in enumerate(plans):
        source, entity = plan.entry["source"], plan.entry["entity"]
        done = executed.get(plan.entry["manifest_id"])
        seen = exported.get((source, entity)) if entity else None
        is_late = plan.entry["kind"] == "ga_user_deletion"
        is_pending = (
            done is not None and seen is not None and seen <= (last_permitted_day(done[0], _GOOGLE_SERVERS) if is_late else done[0])
        )
        counts = dict.fromkeys(STATES, 0)
        for line, at in zip(plan.lines or (), numbers[number], strict=True):
            place = (line.get("source", source), line.get("entity", entity))
            _settle(found, plan, line, counts, here.get(at, (0, False)), is_looked_at=_is_looked_at(desk, plan, place, unreadable),
                    is_pending=is_pending, is_whole=_is_whole(desk, plan, place, lost, strangers))  # fmt: skip
        if plan.lines is None:
            counts["not_looked_at"] = plan.entry["records"]
        found.manifests.append(_entry(plan, counts, done))
    return found


def _tabulate(desk: Desk, plans: list[EarlierPlan]) -> list[list[int]]:
    """Put the lines of all plans into a table; gives the numbers of each plan's lines."""
    desk.engine.run(_TABLES)
    rows: list[tuple[Any, ...]] = []
    numbers: list[list[int]] = []
    for number, plan in enumerate(plans):
        first = len(rows)
        rows += [_row(first + at, number, plan, line) for at, line in enumerate(plan.lines or ())]
        numbers.append(list(range(first, len(rows))))
        names = EVENTS[plan.entry["entity"]][0] if plan.kept else ()
        desk.engine.insert_rows("follow_kept", [(number, *(line[name] for name in names)) for line in plan.kept])
    desk.engine.insert_rows("follow_line", rows)
    return numbers


def _row(number: int, plan_number: int, plan: EarlierPlan, line: Line) -> tuple[Any, ...]:
    entry = plan.entry
    identity = next((line[name] for name in ("record_key", "subscriber_hash", "email_md5", "userId") if name in line), None)
    entity = line.get("entity", entry["entity"])
    source = f"register.{entity}" if entry["kind"] == "register_rows" else line.get("source", entry["source"])
    is_archive = entry["kind"] == "mailchimp_archive" or str(line.get("action", "")).startswith("archive")
    days = (line.get("first_day"), line.get("last_day"))
    about = (source, entity, identity, line.get("fields") or [], line.get("also_in") or [], is_archive)
    rest = (line.get("file"), line.get("file_rows"), line["finding_ids"], line["records"], plan.made_as_of)
    return (number, plan_number, _FORMS[entry["kind"]], *about, *days, *rest)


def _look(desk: Desk) -> None:
    """Fill `followed`: of each line how many records are there, and whether another source or an older export has them."""
    for form, entity in desk.engine.rows("select distinct form, entity from follow_line order by all"):
        if form == "record" and entity in RECORDS:
            desk.tables.stand([entity])
            desk.engine.make_view("holder", sql_of(holders(entity)))
            desk.engine.append("followed", desk.text("follow_record"), {"entity": entity})
        elif form in ("dates", "visitor"):
            desk.tables.stand([entity])
            desk.engine.make_view("event_row", sql_of(event_rows(entity, *EVENTS[entity])))
            desk.engine.append("followed", desk.text("follow_dates" if form == "dates" else "follow_visitor"), {"entity": entity})
    desk.engine.append("followed", desk.text("follow_file"))


def _exported(desk: Desk) -> dict[tuple[str, str], date]:
    """The newest export of each source and entity."""
    query = "select source, entity, max(snapshot_date) from export_file where snapshot_date is not null group by source, entity"
    return {(source, entity): day for source, entity, day in desk.engine.rows(query)}


def _is_looked_at(desk: Desk, plan: EarlierPlan, place: tuple[str, str | None], unreadable: Collection[str | None]) -> bool:
    """Whether this audit read what the line is about: a whole export of its source."""
    source, entity = place
    if None in unreadable or source in unreadable:
        return False
    if plan.entry["kind"] == "register_rows":
        return entity in desk.tables.material.entities
    if entity is None:  # old copies: the folder itself is what is looked at
        return True
    parts = desk.parts(source, entity)
    return bool(parts) and not any(part.bound.source.coverage == "from" and _FORMS[plan.entry["kind"]] == "record" for part in parts)


def _nameless(desk: Desk) -> dict[tuple[str, str | None], int]:
    """How many rows of each source and entity have no key, or no day where findings go by month."""
    query = """
        select source, entity, code, sum(records) from finding
        where code = $code or verdict = 'UNDETERMINED'
        group by source, entity, code
    """
    found = ((*about, int(records)) for *about, records in desk.engine.rows(query, {"code": KEYLESS}))
    return nameless(dict(zip(("source", "entity", "code", "failed", "undetermined"), (*row, row[-1]), strict=True)) for row in found)


def _is_whole(
    desk: Desk,
    plan: EarlierPlan,
    place: tuple[str, str | None],
    lost: Mapping[tuple[str, str | None], int],
    strangers: Mapping[str, Collection[str]],
) -> bool:
    """Whether no more rows are broken or without a key or day than when the plan was made, and no other table lies among the source's
    files that no contract recognises: what is absent may stand in one of them."""
    source, entity = place
    if entity is None:
        return True
    rejected = sum(len(part.counts.rejected) for part in desk.parts(source, entity))
    return rejected + lost.get(place, 0) <= plan.unplaced.get(place, 0) and set(strangers.get(source, ())) <= set(plan.strangers)


def _settle(
    found: FollowUp, plan: EarlierPlan, line: Line, counts: dict[str, int], here: tuple[int, bool], *, is_looked_at: bool,
    is_pending: bool, is_whole: bool,
) -> None:  # fmt: skip
    """Count the records of a line by what became of them."""
    key = (plan.entry["manifest_id"], line["line"])
    records = line["records"]
    left = min(here[0], records)
    if not is_looked_at:
        counts["not_looked_at"] += records
        return
    if not left and here[1]:
        counts["moved"] += records
        return
    was_gone = found.gone.get(key, 0)
    returned = max(min(left - (records - was_gone), left), 0) if was_gone else 0
    counts["gone" if is_whole else "not_looked_at"] += records - left
    counts["returned"] += returned
    counts["pending" if is_pending else "present"] += left - returned
    if records > left and is_whole:
        found.gone[key] = max(was_gone, records - left)


def _entry(plan: EarlierPlan, counts: dict[str, int], done: tuple[date, bool] | None) -> dict[str, Any]:
    entry = plan.entry
    about = {name: entry[name] for name in ("manifest_id", "kind", "source", "entity", "codes", "lines", "records")}
    after = entry["records"] - counts["gone"]
    return {
        **about,
        "made_as_of": plan.made_as_of.isoformat(),
        **counts,
        "before": entry["records"],
        "after": None if counts["not_looked_at"] else after,
        "executed_at": done and done[0].isoformat(),
        "has_proof": done is not None and done[1],
    }
