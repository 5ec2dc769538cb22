"""The records of one person: where they stand, what they hold, and until when they may be kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from houdbaar.exports.entities import ENTITIES, RECORDS
from houdbaar.exports.originals import original_rows
from houdbaar.exports.syntax import column, select_from
from houdbaar.exports.views import view_columns
from houdbaar.policy.calendar import last_overdue_date, last_permitted_day
from houdbaar.subjects.package.blocking import add_blocks, own_trigger
from houdbaar.subjects.package.books import add_book_terms
from houdbaar.subjects.package.model import Found, Material, Record, Term
from houdbaar.subjects.unlooked import unread_visits

if TYPE_CHECKING:
    from datetime import date

    from houdbaar.policy.model import Policy, Rule

# What is disclosed to such a recipient may have to stay secret.
# A register that is kept for the company's own sake is no copy of a person's data.
AUTHORITY = "authority"
_NEVER = frozenset({"hold", "acceptance", "request", "notice", "deletion", "transfer", "analytics_setting"})
_DEFINITE = """
    create or replace table package_record as
    select distinct source, entity, file, row, record_key, first(path order by path) as path
    from subject_record
    where person = $person and tier = 'definite' and entity not in (select unnest($never::varchar[]))
    group by all
    order by source, entity, file, row, record_key
"""
_PLACES = "create table package_record (source varchar, entity varchar, file varchar, row bigint, record_key varchar)"
_STAGED = """
    select package_record.path, package_staged.*
    from package_record
    inner join package_staged
        on
            package_record.source = package_staged.source
            and package_record.file = package_staged.file
            and package_record.row = package_staged.row
            and (package_record.record_key is null or package_record.record_key is not distinct from package_staged.record_key)
    where package_record.entity = $entity
    order by package_staged.source, package_staged.file, package_staged.row, package_staged.record_key
"""
_JUDGED = """
    select distinct
        package_record.source, package_record.entity, package_record.file, package_record.row, package_record.record_key,
        judgement.rule, judgement.verdict, judgement.last_trigger, judgement.reason
    from package_record
    inner join judgement
        on
            package_record.source = judgement.source
            and package_record.entity = judgement.entity
            and package_record.record_key = judgement.record_key
    where judgement.rule like 'RET-%' and judgement.field is null and judgement.verdict not in ('OUT_OF_SCOPE', 'NOT_YET')
    order by all
"""
# Of rows without a lasting key the audit lists those that a person has to look at; where it doesn't (is_counted), it only counts them.
_JUDGED_ROWS = """
    select
        package_record.source, package_record.entity, package_record.file, package_record.row, judgement.rule,
        coalesce(max_by(judgement.verdict, judgement.verdict <> 'WITHIN') filter (where len(list_filter(
            judgement.ranges, lambda piece: package_record.row between piece['first'] and piece['last']
        )) > 0), case when bool_or(
            judgement.ranges is null and judgement.verdict in ('OVERDUE', 'HELD', 'FAIL', 'UNDETERMINED')
        ) then 'COUNTED' else 'WITHIN' end) as verdict
    from package_record
    inner join judgement
        on
            package_record.source = judgement.source
            and package_record.entity = judgement.entity
            and package_record.file = judgement.file
    where package_record.record_key is null and judgement.record_key is null and judgement.rule like 'RET-%' and judgement.field is null
    group by all
"""
# Rows that may be the person's, and those of them that name nobody else: of these alone a second identifier may tell.
_UNCERTAIN = """
    select
        count(*) as rows,
        count(*) filter (where other_found.row_id is null) as rows_of_nobody_else
    from subject_record
    left join touched_person
        on
            subject_record.source = touched_person.source
            and subject_record.entity = touched_person.entity
            and subject_record.file = touched_person.file
            and subject_record.row = touched_person.row
    left join other_found on subject_record.person = other_found.person and touched_person.row_id = other_found.row_id
    where subject_record.person = $person and subject_record.tier <> 'definite'
"""
_NOTES = "select code, text from person_note where person = $person order by code, text"
_FORWARDED = """
    select source, entity, customer_id, sum(records)::bigint as records from forwarded_record where person = $person
    group by all order by source, entity, customer_id
"""
# Terms of a part of a record, or that only ask for a look, say nothing of how long the record stays.
_NO_TERM = ("RET-NO-PURPOSE",)  # a code without a term that says all the same that a record has to go
_GOES = ("delete", "clear_field")
_OTHER_TERMS = ("RET-STAT-FIELDS", "RET-PROFILE", "RET-REL-DORMANT", "RET-COOKIE-ROLL", "RET-ANA-26-FIELD", "RET-SECRET")


def find_records(material: Material, person: str) -> Found:
    """The definite records of one person with their columns and terms; what else the search says. Nothing is redacted yet."""
    engine, found = material.engine, Found()
    engine.run(_DEFINITE, {"person": person, "never": sorted(_NEVER)})
    material.judged.run(_PLACES)
    material.judged.insert_rows(
        "package_record", engine.rows("select source, entity, file, row, record_key from package_record order by all")
    )
    judged, rows = _judged_terms(material), _judged_rows(material)
    for (entity,) in engine.rows("select distinct entity from package_record order by entity"):
        for staged in _staged(material, entity):
            path = _path(staged.pop("path"))
            if _is_authority(entity, staged):
                continue  # naming it may be forbidden: a person decides (UAVG 41)
            if path:
                found.records.append(_record(material, entity, staged, path, judged, rows))
            else:
                found.unexplained += 1
    add_book_terms(material.policy, found.records, material.as_of)
    add_blocks(material, found.records)
    add_originals(material, found.records)
    ((found.uncertain, found.unnamed),) = engine.rows(_UNCERTAIN, {"person": person})
    found.forwarded = engine.dicts(_FORWARDED, {"person": person})
    found.searched, found.not_searched = _searched(material), _not_searched(material)
    found.unread = unread_visits(material.intake.parts)
    found.notes = [(code, text) for code, text in engine.rows(_NOTES, {"person": person})]
    return found


def _searched(material: Material) -> list[dict[str, Any]]:
    shown = material.pseudonyms.shown_path
    found = [
        {
            "source": part.bound.source.name,
            "entity": part.table.entity,
            "file": shown(part.bound.name),
            "rows": part.counts.rows_staged,
            "rows_rejected": len(part.counts.rejected),
        }
        for part in material.intake.parts
        if part.table.entity not in _NEVER
    ]
    return sorted(found, key=lambda item: (str(item["source"]), str(item["entity"]), str(item["file"])))


def _not_searched(material: Material) -> list[dict[str, Any]]:
    """Files that can't be read, those that nothing recognises, and rows that can't be read: each may hold something of the person."""
    shown = material.pseudonyms.shown_path
    found: list[dict[str, Any]] = [
        {"source": each.source, "file": shown(each.name), "reason": each.what} for each in material.intake.problems
    ]
    rejected: dict[tuple[str, str], int] = {}  # one row may be rejected for several entities
    for part in material.intake.parts:
        if part.table.entity not in _NEVER and part.counts.rejected:
            place = part.bound.source.name, shown(part.bound.name)
            rejected[place] = max(rejected.get(place, 0), len(part.counts.rejected))
    for (source, file), count in rejected.items():
        found.append({"source": source, "file": file, "reason": f"{count} rows can't be read", "rows_rejected": count})
    return sorted(found, key=lambda item: (str(item["source"]), str(item["file"]), str(item["reason"])))


def _staged(material: Material, entity: str) -> list[dict[str, Any]]:
    names = ("source", "file", "row", "record_key", *view_columns(entity))
    from sqlglot import exp

    view = exp.Table(this=exp.to_identifier(entity, quoted=True))
    material.engine.make_view("package_staged", select_from([column(name) for name in names], view).sql(dialect="duckdb"))
    return material.engine.dicts(_STAGED, {"entity": entity})


def _is_authority(entity: str, staged: Mapping[str, Any]) -> bool:
    return entity == "disclosure" and (staged["recipient_kind"] or "").strip().lower() == AUTHORITY


def _path(text: str | None) -> list[Mapping[str, Any]]:
    """The steps of an explanation; none where it can't be read."""
    try:
        steps = json.loads(text or "")
    except ValueError:
        return []
    return steps if isinstance(steps, list) else []


Judged = Mapping[tuple[str, str, str, int, str | None], tuple[Term, ...]]  # an order and its parcel may stand in one row
JudgedRows = Mapping[tuple[str, str, int], Mapping[str, str]]  # by place, the verdict of each rule


def _record(
    material: Material, entity: str, staged: dict[str, Any], path: list[Mapping[str, Any]], judged: Judged, rows: JudgedRows
) -> Record:
    source, file, row, key = (staged.pop(name) for name in ("source", "file", "row", "record_key"))
    terms = judged.get((source, entity, file, row, key), ())
    if entity in ENTITIES and not ENTITIES[entity].keys:
        terms = _own_terms(material, entity, staged, rows.get((source, file, row), {}))
    return Record(source, entity, RECORDS[entity].category, file, row, key, path, staged, terms=terms)


def _judged_terms(material: Material) -> Judged:
    """Terms of records with a lasting key, as the audit judges them: some run from what other exports say."""
    found: dict[tuple[str, str, str, int, str | None], tuple[Term, ...]] = {}
    for source, entity, file, row, key, rule_id, verdict, trigger, reason in material.judged.rows(_JUDGED):
        rule = material.policy.rules.get(rule_id)
        if rule_id.startswith(_OTHER_TERMS) or (rule is None and rule_id not in _NO_TERM):
            continue
        if verdict == "FAIL" and rule is not None and rule.action not in _GOES:
            continue
        is_dated = rule is not None and trigger is not None
        last_day = last_permitted_day(trigger, material.policy.term(rule, material.as_of)) if rule is not None and is_dated else None
        place, term = (source, entity, file, row, key), Term.of(rule_id, verdict, last_day, material.as_of, reason)
        found[place] = (*found.get(place, ()), term)
    return found


def _judged_rows(material: Material) -> JudgedRows:
    """What the audit says of rows without a lasting key."""
    found: dict[tuple[str, str, int], dict[str, str]] = {}
    for source, _, file, row, rule_id, verdict in material.judged.rows(_JUDGED_ROWS):
        found.setdefault((source, file, row), {})[rule_id] = verdict
    return found


def _own_terms(material: Material, entity: str, staged: Mapping[str, Any], said: Mapping[str, str]) -> tuple[Term, ...]:
    """Terms of records without a lasting key: each runs from the row's own stamp, or from what the audit knows of the person."""
    policy = material.policy
    rules = [rule for rule in policy.rules.values() if rule.entity == entity and rule.code.startswith("RET-")]
    kept = [rule for rule in rules if not rule.id.startswith(_OTHER_TERMS)]
    return tuple(_own_term(policy, rule, own_trigger(rule, staged)[1], material.as_of, said.get(rule.id)) for rule in kept)


def _own_term(policy: Policy, rule: Rule, day: date | None, as_of: date, said: str | None) -> Term:
    """One term, with the verdict of the audit; where that looked at nothing, nobody calls the row overdue."""
    if rule.code == "RET-MKT-RESIDUE":  # it begins with the end of a membership, not on the row's own day
        return Term(rule.id, said or "UNDETERMINED", None)
    term = policy.term(rule, as_of)
    last_day = None if day is None else last_permitted_day(day, term)
    if said == "COUNTED":
        said = "OVERDUE" if day is not None and day <= last_overdue_date(as_of, term, policy.boundary(rule)) else "WITHIN"
    return Term.of(rule.id, "UNDETERMINED" if day is None else said or "UNDETERMINED", last_day, as_of)


def add_originals(material: Material, records: list[Record]) -> None:
    """Give each record its row as the export has it; a register's row has the register's columns."""
    places: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        places.setdefault((record.source, record.entity, record.file), []).append(record)
    for mine in places.values():
        part = None if mine[0].is_register else material.part_of(mine[0])
        rows = {} if part is None else original_rows(material.engine, part, [record.row for record in mine])
        for record in mine:
            record.original = rows.get(record.row) or _register_row(record)


def _register_row(record: Record) -> dict[str, Any]:
    return {name: record.staged[name] for name in RECORDS[record.entity].names}
