"""How many records ended how, and what checks say of verdicts that are no finding, for each code, source and entity (design 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from houdbaar.checks.catalog import checks
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine

Place = tuple[str, str | None, str | None]  # code, source, entity

COUNTS = {
    "within": "WITHIN",
    "due": "DUE",
    "overdue": "OVERDUE",
    "keep": "KEEP",
    "held": "HELD",
    "undetermined": "UNDETERMINED",
    "not_yet": "NOT_YET",
    "out_of_scope": "OUT_OF_SCOPE",
    "passed": "PASS",
    "failed": "FAIL",
}
UPCOMING = "upcoming"  # how many of those within their term reach its end within time.soon_days
# A keyed record counts once a code, with its worst verdict, however many rules and fields have one. is_soon: its term ends within
# time.soon_days.
_COUNTED = """
    with tested as (
        select
            rule.code, judgement.source, judgement.entity, judgement.record_key, judgement.verdict, judgement.records,
            coalesce(judgement.verdict = 'WITHIN' and judgement.first_trigger <= soon_of.soon_date, false) as is_soon,
            judgement.record_key is not null and hash(rule.code, judgement.source, judgement.entity, judgement.record_key) in (
                select several_line.record_hash from several_line
            ) as has_several
        from judgement
        inner join rule on judgement.rule = rule.rule
        left join soon_of on judgement.rule = soon_of.rule
        where judgement.verdict <> 'NOT_TESTED'
    ),
    record as (
        select
            code, source, entity, record_key,
            unnest(arg_min({'verdict': verdict, 'records': records, 'is_soon': is_soon}, (verdict_rank(verdict), not is_soon, -records)))
        from tested
        where has_several
        group by code, source, entity, record_key
        union all by name
        select code, source, entity, null as record_key, verdict, records, is_soon from tested where not has_several
    )
    select code, source, entity, verdict, sum(records), coalesce(sum(records) filter (where is_soon), 0)
    from record
    group by code, source, entity, verdict
    order by all
"""
_SAID = "select distinct rule, source, entity, reason from judgement where verdict = $verdict and reason is not null order by all"


def counted(engine: Engine) -> dict[Place, dict[str, int]]:
    """Records by verdict, and the table `several_line`; the tables `judgement`, `rule` and `soon_of` must stand."""
    engine.make_table("several_line", package_text("checks/marks/several_line.sql"))
    of_verdict = {verdict: name for name, verdict in COUNTS.items()}
    found: dict[Place, dict[str, int]] = {}
    for code, source, entity, verdict, records, soon in engine.rows(_COUNTED):
        counts = found.setdefault((code, source, entity), {})
        counts[of_verdict[verdict]] = int(records)
        if verdict == "WITHIN":
            counts[UPCOMING] = int(soon)
    return found


def said(engine: Engine, verdict: str) -> dict[Place, str]:
    """What checks say of a verdict that is no finding, for each code, source and entity: why they could not test something (NOT_TESTED), or
    on what a pass rests that may not last (PASS)."""
    codes = {check.rule: check.code for check in checks()}
    rows = engine.rows(_SAID, {"verdict": verdict})
    reasons: dict[Place, list[str]] = {}
    for rule, source, entity, reason in rows:
        reasons.setdefault((codes[rule], source, entity), []).append(reason)
    return {key: "; ".join(found) for key, found in reasons.items()}
