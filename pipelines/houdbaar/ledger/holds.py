"""Holds: what one must say to block a deletion, and where one stands on a day (domain.md 2.8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.errors import UsageError
from houdbaar.exports.entities import LINKING_KINDS
from houdbaar.ledger.days import iso_day, wrong_days
from houdbaar.ledger.registers import source_problems
from houdbaar.policy.calendar import Period, last_overdue_date, last_permitted_day
from houdbaar.policy.words import nearest
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.ledger.registers import Row
    from houdbaar.policy.model import Policy

KINDS = ("legal_hold", "restriction", "authority_order")
_HOLDS = """
    select hold.*, hold_state.state, hold_state.fault
    from hold inner join hold_state on hold.row = hold_state.row
    order by hold.row
"""
_DAYS = ("period_from", "period_to", "starts_on", "ends_on", "review_on")
_EVERYTHING = re.compile(r"[*%.?_\s]+|all|alles?|any|every(thing|one|body)?|iedereen", re.IGNORECASE)
_SHAPES = {
    "email": (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "an e-mail address"),
    "email_md5": (re.compile(r"[0-9a-fA-F]{32}"), "an MD5: 32 hexadecimal digits"),
    "phone": (re.compile(r"[\d\s()/-]{6,25}", re.ASCII), "a telephone number; write 00 in place of +"),
}


def check_new_hold(values: Mapping[str, str], is_source: Callable[[str], bool]) -> None:
    """Raises UsageError with all that keeps a new hold from having an effect, as RET-HOLD-INVALID would. No value is quoted.

    `is_source`: whether there may be a source of a name.
    """
    problems = [f"--{name.replace('_', '-')} is missing" for name in ("kind", "reason", "approver", "starts_on") if not values.get(name)]
    problems += _unknown("kind", values.get("kind"), KINDS) + _unknown("identifier_kind", values.get("identifier_kind"), LINKING_KINDS)
    problems += wrong_days(values, _DAYS)
    if not values.get("ends_on") and not values.get("review_on"):
        problems.append("a hold needs a limit: --ends-on, or --review-on")
    for earlier, later in (("starts_on", "ends_on"), ("starts_on", "review_on"), ("period_from", "period_to")):
        first, last = iso_day(values.get(earlier, "")), iso_day(values.get(later, ""))
        if first and last and last < first:
            problems.append(f"--{later.replace('_', '-')} is before --{earlier.replace('_', '-')}")
    problems += [f"a hold needs a selector: {what}" for what in _selector_problems(values)]
    problems += source_problems(values.get("source"), is_source)
    shape = _SHAPES.get(values.get("identifier_kind", ""))
    if shape and values.get("identifier_value") and not shape[0].fullmatch(values["identifier_value"]):
        problems.append(f"--identifier-value is not {shape[1]}")
    if problems:
        raise UsageError("the hold would have no effect:\n" + "\n".join(f"  {problem}" for problem in problems))


def last_day(values: Mapping[str, str], max_months: int) -> str:
    """The last day on which a sound new hold has effect: its end, its review, or the end of the longest hold there may be."""
    longest = last_permitted_day(date.fromisoformat(values["starts_on"]), Period(months=max_months)).isoformat()
    return min([longest, *(values[name] for name in ("ends_on", "review_on") if name in values)])


def released(row: Mapping[str, str], released_on: str) -> Mapping[str, str]:
    """What the release of a hold writes into its row. Raises UsageError where a hold's row is released already, or begins later."""
    if row.get("released_on"):
        raise UsageError("that hold is released already: nothing was changed")
    starts_on = iso_day(row.get("starts_on", ""))
    if starts_on and released_on < starts_on.isoformat():
        raise UsageError("--released-on is before the day on which that hold starts: nothing was changed")
    return {"released_on": released_on}


def holds_at(engine: Engine, policy: Policy, as_of: date, is_source: Callable[[str], bool]) -> Sequence[Row]:
    """Every hold with its `state` and the `fault` of an invalid one, as the checks see them on a day; the register's view must stand."""
    from houdbaar.checks.catalog import derived

    longest = last_overdue_date(as_of, policy.knob_period("hold.max_months"))
    named = [name for (name,) in engine.rows("select distinct selected_source from hold where selected_source is not null")]
    values = {
        "as_of": as_of,
        "hold_max_months_cutoff_date": longest,
        "known_sources": [name for name in named if is_source(name)],
        "linking_kinds": list(LINKING_KINDS),
    }
    engine.run(package_text("checks/terms.sql"))
    engine.make_table("hold_state", derived()["hold_state"].sql, values)
    return engine.dicts(_HOLDS)


def _selector_problems(values: Mapping[str, str | None]) -> list[str]:
    """What keeps a hold from saying which records it is about: an identifier, or a source with a record or a period."""
    identifier, source, key = values.get("identifier_value"), values.get("source"), values.get("record_key")
    has_period = bool(values.get("period_from") or values.get("period_to"))
    problems = []
    if any(value and _EVERYTHING.fullmatch(value) for value in (identifier, source, key)):
        problems.append("a hold on everything has no effect")
    if bool(identifier) != bool(values.get("identifier_kind")):
        problems.append("identifier_kind and identifier_value go together")
    if key and not source:
        problems.append("a record_key needs its source")
    if not identifier and not (source and (key or has_period)):
        problems.append("identifier_kind with identifier_value, or source with record_key or a period; a source alone is everything")
    return problems


def _unknown(name: str, value: str | None, known: tuple[str, ...]) -> list[str]:
    if not value or value in known:
        return []
    near = nearest(value, known)
    hint = f'did you mean "{near}"?' if near else f"known are {', '.join(known)}"
    return [f"--{name.replace('_', '-')} is not known: {hint}"]
