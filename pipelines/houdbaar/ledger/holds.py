"""Holds: what one must say to block a deletion, and where one stands on a day (domain.md 2.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from houdbaar.errors import UsageError
from houdbaar.exports.entities import IDENTIFIERS
from houdbaar.ledger.days import Day, iso_day, wrong_days
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.policy.words import nearest

KINDS = ("legal_hold", "restriction", "authority_order")
STATES = ("active", "not yet", "released", "expired", "invalid", "unclear")
_DAYS = ("period_from", "period_to", "starts_on", "ends_on", "review_on")
_EVERYTHING = re.compile(r"[*%.?_\s]+|all|alles?|any|every(thing|one|body)?|iedereen", re.IGNORECASE)
_SHAPES = {
    "email": (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "an e-mail address"),
    "email_md5": (re.compile(r"[0-9a-fA-F]{32}"), "an MD5: 32 hexadecimal digits"),
    "phone": (re.compile(r"[\d\s()/-]{6,25}", re.ASCII), "a telephone number; write 00 in place of +"),
}


def check_new_hold(values: Mapping[str, str]) -> None:
    """Raises UsageError with all that keeps a new hold from having an effect, as RET-HOLD-INVALID would. No value is quoted."""
    problems = [f"--{name.replace('_', '-')} is missing" for name in ("kind", "reason", "approver", "starts_on") if not values.get(name)]
    problems += _unknown("kind", values.get("kind"), KINDS) + _unknown("identifier_kind", values.get("identifier_kind"), IDENTIFIERS)
    problems += wrong_days(values, _DAYS)
    if not values.get("ends_on") and not values.get("review_on"):
        problems.append("a hold needs a limit: --ends-on, or --review-on")
    for earlier, later in (("starts_on", "ends_on"), ("starts_on", "review_on"), ("period_from", "period_to")):
        first, last = iso_day(values.get(earlier, "")), iso_day(values.get(later, ""))
        if first and last and last < first:
            problems.append(f"--{later.replace('_', '-')} is before --{earlier.replace('_', '-')}")
    problems += [f"a hold needs a selector: {what}" for what in _selector_problems(values)]
    shape = _SHAPES.get(values.get("identifier_kind", ""))
    if shape and values.get("identifier_value") and not shape[0].fullmatch(values["identifier_value"]):
        problems.append(f"--identifier-value is not {shape[1]}")
    if problems:
        raise UsageError("the hold would have no effect:\n" + "\n".join(f"  {problem}" for problem in problems))


def last_day(values: Mapping[str, str], max_months: int) -> str:
    """The last day on which a sound new hold has effect: its end, its review, or the end of the longest hold there may be."""
    longest = last_permitted_day(date.fromisoformat(values["starts_on"]), Period(months=max_months)).isoformat()
    return min([longest, *(values[name] for name in ("ends_on", "review_on") if name in values)])


def check_release(row: Mapping[str, str], released_on: str) -> None:
    """Raises UsageError where a hold's row is released already, or begins later."""
    if row.get("released_on"):
        raise UsageError("that hold is released already: nothing was changed")
    starts_on = iso_day(row.get("starts_on", ""))
    if starts_on and released_on < starts_on.isoformat():
        raise UsageError("--released-on is before the day on which that hold starts: nothing was changed")


def hold_state(row: Mapping[str, Any], as_of: date, max_months: int) -> tuple[str, list[str]]:
    """One of STATES and why, for a row as an audit reads it. What can't be decided is unclear; an invalid hold has no effect."""
    released = Day.of(row, "released_on")
    if released.first is not None and released.last is not None and released.last <= as_of:
        return "released", []
    problems = _row_problems(row)
    if problems:
        return "invalid", problems
    starts = Day.of(row, "starts_on")
    assert starts.first is not None  # else it is invalid
    assert starts.last is not None
    if starts.first > as_of:
        return "not yet", []
    limits = {name: Day.of(row, name).is_before(as_of) for name in ("ends_on", "review_on") if Day.of(row, name).first is not None}
    longest = {last_permitted_day(day, Period(months=max_months)) < as_of for day in (starts.first, starts.last)}
    limits["hold.max_months"] = longest.pop() if len(longest) == 1 else None
    if over := [name for name, is_over in limits.items() if is_over]:
        return "expired", [f"{name} is over" if "." in name else f"{name} has passed" for name in over]
    unclear = [f"{name} can be read in two ways" for name, is_over in limits.items() if is_over is None]
    unclear += ["starts_on can be read in two ways"] if starts.last > as_of else []
    unclear += ["released_on can't be read"] if released.is_unreadable else []
    unclear += ["released_on can be read in two ways"] if released.first is not None and released.first <= as_of else []
    return ("unclear", unclear) if unclear else ("active", [])


def _row_problems(row: Mapping[str, Any]) -> list[str]:
    problems = [f"{name} is missing" for name in ("hold_id", "reason", "approver", "kind") if not row[name]]
    problems += ["kind is not known"] if row["kind"] and row["kind"] not in KINDS else []
    problems += ["identifier_kind is not known"] if row["identifier_kind"] and row["identifier_kind"] not in IDENTIFIERS else []
    problems += [f"{name} can't be read" for name in _DAYS if Day.of(row, name).is_unreadable]
    problems += ["starts_on is missing"] if not Day.of(row, "starts_on").is_unreadable and Day.of(row, "starts_on").first is None else []
    if all(Day.of(row, name).first is None for name in ("ends_on", "review_on")):
        problems.append("ends_on and review_on are missing")
    values = {"source": row["selected_source"], "record_key": row["selected_record_key"]}
    values |= {name: row[name] for name in ("identifier_kind", "identifier_value")}
    values |= {name: Day.of(row, name).shown() for name in ("period_from", "period_to")}
    return problems + [f"no selector: {what}" for what in _selector_problems(values)]


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
