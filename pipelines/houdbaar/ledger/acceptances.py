"""Acceptances: who answers for findings that stay for a while, and until when (domain.md 5.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.ledger.days import Day, iso_day, wrong_days
from houdbaar.ledger.registers import source_problems
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.policy.words import nearest

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.ledger.registers import Row
    from houdbaar.policy.model import Policy

_NEEDED = ("code", "owner", "reason", "accepted_on", "accepted_until")


def check_new_acceptance(values: Mapping[str, str], policy: Policy, is_source: Callable[[str], bool]) -> None:
    """Raises UsageError with all that keeps an acceptance from holding. No value is quoted but the near right code.

    `is_source`: whether there may be a source of a name.
    """
    problems = [f"--{name.replace('_', '-')} is missing" for name in _NEEDED if not values.get(name)]
    problems += wrong_days(values, ("accepted_on", "accepted_until"))
    problems += [f"--code {what}" for what in _code_problems(values.get("code"), policy)]
    first, last = iso_day(values.get("accepted_on", "")), iso_day(values.get("accepted_until", ""))
    if first and last:
        problems += [f"--accepted-until {what}" for what in _term_problems(first, last, policy)]
    if values.get("max_records") and not re.fullmatch(r"\d{1,15}", values["max_records"], re.ASCII):
        problems.append("--max-records must be a whole number")
    problems += source_problems(values.get("source"), is_source)
    if problems:
        raise UsageError("the acceptance would not hold:\n" + "\n".join(f"  {problem}" for problem in problems))


def acceptances(engine: Engine) -> list[Row]:
    """Every acceptance; the register's view must stand."""
    rows: list[Row] = engine.arrow("select * from acceptance order by row").to_pylist()
    return rows


def acceptance_state(row: Mapping[str, Any], as_of: date, policy: Policy, is_source: Callable[[str], bool]) -> tuple[str, list[str]]:
    """effective, not_yet, expired, unclear or invalid, and why, for a row as an audit reads it: only an effective one accepts anything."""
    days = {name: Day.of(row, name) for name in ("accepted_on", "accepted_until")}
    problems = [f"{name} is missing" for name in ("acceptance_id", "code", "owner", "reason") if not row[name]]
    problems += [f"code {what}" for what in _code_problems(row["code"], policy)]
    problems += ["source is not bound"] if row["selected_source"] and not is_source(row["selected_source"]) else []
    problems += [f"{name} can't be read" if day.is_unreadable else f"{name} is missing" for name, day in days.items() if day.first is None]
    if problems:
        return "invalid", problems
    unclear = [f"{name} can be read in two ways" for name, day in days.items() if day.first != day.last]
    first, last = days["accepted_on"].first, days["accepted_until"].first
    if unclear or first is None or last is None:
        return "unclear", unclear
    if problems := [f"accepted_until {what}" for what in _term_problems(first, last, policy)]:
        return "invalid", problems
    return "not_yet" if first > as_of else "expired" if last < as_of else "effective", []


def _code_problems(code: str | None, policy: Policy) -> list[str]:
    if not code:
        return []
    if code not in policy.codes:
        near = nearest(code, policy.codes)
        return ["is not known: " + (f"did you mean {near}?" if near else "`houdbaar policy coverage` lists the codes")]
    return ["is critical, and a critical finding can't be accepted"] if policy.codes[code].severity == "critical" else []


def _term_problems(first: date, last: date, policy: Policy) -> list[str]:
    most: int = policy.knob("accept.max_days")
    if last < first:
        return ["is before the first day of the acceptance"]
    if last > last_permitted_day(first, Period(days=most)):
        return [f"is more than {most} days after the first day (knob accept.max_days)"]
    return []
