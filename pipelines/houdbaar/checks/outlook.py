"""How old the records are, and which become overdue if nothing is done: counted from an audit's judgements, nothing is judged again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.policy.calendar import add_days, end_of_next_month, last_overdue_date
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from houdbaar.engines.duckdb import Engine
    from houdbaar.policy.model import Policy, Rule

HORIZON_DAYS = (30, 60, 90)
Line = dict[str, Any]
_HORIZON = (
    "create or replace table horizon (rule varchar, now_date date, first_date date, second_date date, third_date date, gate_date date)"
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Lines of counts. `ages`: by rule, source and month of the trigger. `falls_due`: by clause, code, source and severity, how many
    records are overdue HORIZON_DAYS from now, and on `gate_on`, that aren't yet. `limits`: of each rule the last overdue trigger date."""

    ages: Sequence[Line]
    limits: Mapping[str, Line]
    falls_due: Sequence[Line]
    gate_on: date


def horizons(as_of: date) -> tuple[date, ...]:
    """The days ahead on which it is counted what will be overdue: after HORIZON_DAYS, and at the end of next month."""
    return (*(add_days(as_of, days) for days in HORIZON_DAYS), end_of_next_month(as_of))


def overdue_dates(policy: Policy, rule: Rule, as_of: date) -> tuple[date, ...]:
    """The last trigger date of a rule that is overdue on each of the `horizons`, by the versions of the policy that hold then."""
    return tuple(last_overdue_date(day, policy.term(rule, day), policy.boundary(rule)) for day in horizons(as_of))


def look_ahead(engine: Engine, policy: Policy, as_of: date) -> Outlook:
    """Count ages and what falls due; the tables `judgement`, `rule` and `several_line` must stand."""
    now = {rule.id: last_overdue_date(as_of, policy.term(rule, as_of), policy.boundary(rule)) for rule in policy.rules.values()}
    engine.run(_HORIZON)
    engine.insert_rows("horizon", [(rule.id, now[rule.id], *overdue_dates(policy, rule, as_of)) for rule in policy.rules.values()])
    counted = engine.dicts(package_text("checks/outlook/ages.sql"))
    ages = [line for line in counted if policy.codes[line["code"]].kind == "term"]
    falls_due = engine.dicts(package_text("checks/outlook/falls_due.sql"))
    limits = {
        rule: {
            "term": str(policy.term(policy.rules[rule], as_of)),
            "last_overdue_date": now[rule].isoformat(),
            "is_assumed": policy.rules[rule].is_assumed,
        }
        for rule in dict.fromkeys(line["rule"] for line in ages)
        if rule in now
    }
    return Outlook(ages, limits, falls_due, horizons(as_of)[-1])
