"""From judgements to what people see: the findings, and what was not tested (design 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from houdbaar.checks.blocks import delete_nothing_unseen
from houdbaar.checks.catalog import checks
from houdbaar.checks.obligations import ABOUT_AUDIT, obligations_of
from houdbaar.checks.outlook import Outlook, look_ahead
from houdbaar.errors import PolicyError
from houdbaar.exports.entities import RECORDS, REGISTERS
from houdbaar.exports.read.raw import OTHER_SHEET, SECOND_TABLE
from houdbaar.privacy import is_identifier
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.checks.judge import Judge
    from houdbaar.checks.obligations import Obligation
    from houdbaar.exports.source import FileProblem
    from houdbaar.privacy import Pseudonyms

FUTURE_UNKNOWN = "future stamps not tested: the extraction time is unknown"
# Rows that no contract leaves out by name, and that were not read as records all the same.
_UNSEEN = {
    OTHER_SHEET: "a workbook is read for its first sheet with a header: save its other sheets as files of their own",
    SECOND_TABLE: "a file is read for its first table: save what follows the blank line as a file of its own",
}


_HIGH_WHEN_UNDETERMINED = frozenset({"ANA", "MKT", "SVC"})  # domain.md 2.3; elsewhere it is medium
_AUDIT_LINE = """
    create table audit_line (
        rule varchar, clause varchar, source varchar, entity varchar, field varchar, reason varchar, verdict varchar, records bigint
    )
"""
_RULE = """
    create table rule (
        rule varchar, code varchar, grain varchar, clause varchar, purpose varchar, severity varchar, undetermined_severity varchar,
        action varchar, is_assumed boolean, entity varchar
    )
"""
_OPEN_KEYS = """
    select distinct line.record_key from finding_line as line
    inner join key_kind on line.source = key_kind.source and line.entity = key_kind.entity
    where line.record_key is not null and not key_kind.is_personal order by all
"""
# Of people that a key tells apart, or who were mailed: how many visitors stand behind the events of a month isn't known.
_BULK = """
    select rule.code, line.source, line.entity
    from finding_line as line inner join rule on line.rule = rule.rule
    where line.verdict in ('OVERDUE', 'FAIL') and line.entity in ('mail_member', 'contact', 'account', 'analytics_user')
    group by rule.code, line.source, line.entity
    having count(distinct line.record_key) > $most
    union
    select rule.code, mailed.source, mailed.entity
    from (select rule, source, entity, unnest(subjects) as subject from judgement where verdict = 'FAIL') as mailed
    inner join rule on mailed.rule = rule.rule
    group by rule.code, mailed.source, mailed.entity
    having count(distinct mailed.subject) > $most
"""
_KEY_KIND = "select source, entity, bool_or(is_key_personal) as is_personal from export_file group by source, entity"
# A source that feeds several entities of one code may give them the same keys: only the entity tells their findings apart.
_SHARED_CODE = """
    select rule.code, key_kind.source
    from rule inner join key_kind on rule.entity in ('*', key_kind.entity)
    group by rule.code, key_kind.source
    having count(distinct key_kind.entity) > 1
"""


@dataclass(frozen=True, slots=True)
class Results:
    """What an audit found, beside the engine's table `finding`: the lines of findings.parquet (design 6), which have no status yet."""

    obligations: Sequence[Obligation]
    records_judged: int
    outlook: Outlook


def conclude(judge: Judge, problems: Sequence[FileProblem], pseudonyms: Pseudonyms) -> Results:
    """Turn a judge's table into results. `problems` are the files that the audit could not speak for.

    Raises PolicyError for a policy without the codes that say what was not tested.
    """
    if lacking := sorted(ABOUT_AUDIT.difference(judge.policy.codes)):
        raise PolicyError(f"the policy {judge.policy.id} lacks the codes {', '.join(lacking)}: take them over from the packaged policy")
    _add_rules(judge)
    obligations = obligations_of(judge, problems)
    lines = [*_data_quality(judge, obligations), *_not_tested_lines(judge, obligations, problems, pseudonyms)]
    _append(judge, lines)
    delete_nothing_unseen(judge.engine, judge.material.entities, {problem.source for problem in problems if problem.is_fatal})
    values = {"as_of": judge.as_of, **pseudonyms.pads}
    judge.engine.make_table("finding_line", package_text("checks/finding_line.sql"))
    judge.engine.make_table("bulk", _BULK, {"most": judge.policy.knob("severity.bulk")})
    judge.tables.stand(["mail_member"])
    judge.engine.make_table("weighed_line", package_text("checks/weighed.sql"))
    _hide_keys(judge)
    judge.engine.make_table("finding", package_text("checks/findings.sql"), values)
    judge.engine.run("drop table bulk; drop table weighed_line; drop table finding_line")  # as large as the findings are
    # Each code once, however many clauses cite it; looking at a file's shape or columns, or at a register, judges no record of an export.
    of_records = {(check.code, check.entity) for check in checks() if check.grain != "source" and check.group != "quality"}
    once = {
        (item.code, item.source, item.entity): item
        for item in obligations
        if (item.code, item.entity) in of_records and item.entity not in REGISTERS
    }
    judged = sum(item.records for item in once.values())
    return Results(obligations, judged, look_ahead(judge.engine, judge.policy, judge.as_of))


def _data_quality(judge: Judge, obligations: Sequence[Obligation]) -> list[dict[str, Any]]:
    """AUD-DATA-QUALITY: more than dq.max_undetermined_pct of a table undetermined (domain.md 2.3)."""
    limit = judge.policy.knob("dq.max_undetermined_pct")
    # A column is no table; and of requests, what is undecided is told of each: no repair of a source decides it.
    of_no_table = {check.code for check in checks() if check.grain == "source" or check.entity == "request"}
    lines = {}
    for item in obligations:
        if item.code in of_no_table:
            continue
        total, undetermined = item.records, item.counts.get("undetermined", 0)
        if total and 100 * undetermined > limit * total:
            line = {"rule": "AUD-DATA-QUALITY", "source": item.source, "entity": item.entity, "field": item.code, "records": undetermined}
            lines[item.source, item.entity, item.code] = {**line, "clause": item.clause}
    return list(lines.values())


def _not_tested_lines(
    judge: Judge, obligations: Sequence[Obligation], problems: Sequence[FileProblem], pseudonyms: Pseudonyms
) -> list[dict[str, Any]]:
    """AUD-NOT-TESTED: one line a clause × code that nothing feeds, and one a source × reason."""
    lines: list[dict[str, Any]] = []
    by_source: set[tuple[str, str]] = set()
    for item in obligations:
        if item.source is None:
            # Two clauses can promise the same thing: the reason tells their lines apart.
            reason = ": ".join(filter(None, (item.clause, item.not_tested_reason)))
            lines.append(_line("AUD-NOT-TESTED", item.clause, None, item.code, reason))
        elif item.not_tested_reason is not None:
            by_source.add((item.source, item.not_tested_reason))
    for problem in problems:
        if problem.is_fatal:
            by_source.add((problem.source or "unrecognised", f"{pseudonyms.shown_path(problem.name)}: {problem.what}"))
        else:
            by_source.add(("unrecognised", "no contract recognises a file"))
    unknown = judge.engine.rows(
        "select distinct source from export_file where extracted_at is null and not list_contains($registers, entity) order by source",
        {"registers": list(REGISTERS)},  # which are no snapshot of anything
    )
    by_source |= {(source, FUTURE_UNKNOWN) for (source,) in unknown}
    by_source |= {
        (part.bound.source.name, reason)
        for part in judge.material.parts
        for excluded, reason in _UNSEEN.items()
        # The second table of a report is its totals by day, which are about nobody.
        if part.counts.excluded.get(excluded) and not (part.table.aggregate and excluded == SECOND_TABLE)
    }
    lines += [_line("AUD-NOT-TESTED", None, source, reason, reason) for source, reason in sorted(by_source)]
    return lines


def _line(rule: str, clause: str | None, source: str | None, field: str, reason: str) -> dict[str, Any]:
    return {"rule": rule, "clause": clause, "source": source, "field": field, "reason": reason, "records": 1}


def _append(judge: Judge, lines: Sequence[Mapping[str, Any]]) -> None:
    names = ("rule", "clause", "source", "entity", "field", "reason")
    judge.engine.run(_AUDIT_LINE)
    judge.engine.insert_rows("audit_line", [(*(line.get(name) for name in names), "FAIL", line["records"]) for line in lines])
    judge.engine.append("judgement", "select * from audit_line")


def _hide_keys(judge: Judge) -> None:
    """Keys that point at a person though their column needn't: a campaign can have been named after an address."""
    judge.engine.run("create table hidden_key (record_key varchar)")
    found = [key for (key,) in judge.engine.rows(_OPEN_KEYS) if is_identifier(key)]
    judge.engine.insert_rows("hidden_key", [(key,) for key in found])


def _add_rules(judge: Judge) -> None:
    """The table `rule`: what a finding says beyond its judgement."""
    rows = [
        _rule_row(judge, check.rule, check.code, check.grain, check.clause, check.entity)
        for check in checks()
        if check.code in judge.policy.codes
    ]
    rows += [_rule_row(judge, code, code, "source", None, "*") for code in sorted(ABOUT_AUDIT)]
    judge.engine.run(_RULE)
    judge.engine.insert_rows("rule", rows)
    judge.engine.make_table("key_kind", _KEY_KIND)
    judge.engine.make_table("shared_code", _SHARED_CODE)


def _rule_row(judge: Judge, rule_id: str, code_name: str, grain: str, clause: str | None, entity: str) -> tuple[object, ...]:
    rule = judge.policy.rules.get(rule_id)
    code = judge.policy.codes[code_name]
    category = RECORDS[entity].category if entity in RECORDS else ""
    undecided = "high" if category in _HIGH_WHEN_UNDETERMINED else "medium"
    if rule is None:
        only_clause = code.clauses[0] if len(code.clauses) == 1 else None
        return rule_id, code_name, grain, clause or only_clause, None, code.severity_in(category), undecided, "review", False, entity
    return rule_id, code_name, grain, rule.clause, rule.purpose, rule.severity, undecided, rule.action, rule.is_assumed, entity
