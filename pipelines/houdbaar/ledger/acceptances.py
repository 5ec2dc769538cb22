"""Acceptances: who answers for findings that stay for a while, and until when (domain.md 5.3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.ledger.days import Day, iso_day, wrong_days
from houdbaar.ledger.registers import source_problems
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.policy.words import nearest
from houdbaar.privacy import is_identifier, is_plain_id

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.ledger.registers import Row
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms

# A longer number is somebody's telephone number or citizen number in the wrong column, and is shown by nothing.
COUNT_DIGITS = 8
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
    if values.get("max_records") and not re.fullmatch(rf"\d{{1,{COUNT_DIGITS}}}", values["max_records"], re.ASCII):
        problems.append(f"--max-records must be a whole number of at most {COUNT_DIGITS} digits")
    problems += source_problems(values.get("source"), is_source)
    if problems:
        raise UsageError("the acceptance would not hold:\n" + "\n".join(f"  {problem}" for problem in problems))


def acceptances(engine: Engine) -> Sequence[Row]:
    """Every acceptance; the register's view must stand."""
    return engine.dicts("select * from acceptance order by row")


def acceptance_state(row: Mapping[str, Any], as_of: date, policy: Policy, is_source: Callable[[str], bool]) -> tuple[str, list[str]]:
    """effective, not_yet, expired, unclear or invalid, and why, for a row as an audit reads it: only an effective one accepts anything."""
    days = {name: Day.of(row, name) for name in ("accepted_on", "accepted_until")}
    problems = [f"{name} is missing" for name in ("acceptance_id", "code", "owner", "reason") if not row[name]]
    problems += [f"code {what}" for what in _code_problems(row["code"], policy)]
    problems += [] if _is_count(row["max_records"]) else ["max_records is no count of records"]
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


Scope = tuple[str, str, str | None]
"""What an acceptance is known by from run to run: its id, its code and its source, as they are shown."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An acceptance as an audit judges by it, its texts as they may be shown. `why`: why it accepts nothing, or None."""

    acceptance_id: str
    code: str
    source: str | None
    owner: str
    reason: str
    accepted_until: str | None
    max_records: int | None
    state: str
    why: str | None

    @property
    def is_effective(self) -> bool:
        """Whether it can accept anything on the day of the audit."""
        return self.state == "effective"

    @property
    def scope(self) -> Scope:
        """By what it is known again."""
        return self.acceptance_id, self.code, self.source

    def standing(self, findings: int, records: int, before: int | None, *, is_whole: bool) -> dict[str, Any]:
        """How it stands, as summary.json says it, with so many findings and records under it.

        `before`: the most that it accepts after the last run that it held in: the count may only fall, and only where everything that it
        accepted could be looked for (`is_whole`). `limit` is that after this run.
        """
        limits = [limit for limit in (self.max_records, before) if limit is not None]
        limit = min(limits, default=None)
        state = self.state
        if self.is_effective and limit is not None and records > limit:
            state = "exceeded"
        elif self.is_effective and is_whole and not findings:
            state, limit = "unused", limit if before is None else 0
        elif self.is_effective and is_whole:
            limit = records
        about = {"acceptance_id": self.acceptance_id, "code": self.code, "source": self.source, "state": state, "owner": self.owner}
        until = {"reason": self.reason, "accepted_until": self.accepted_until, "max_records": self.max_records}
        why = f"{records} records, and at most {limit} are accepted" if state == "exceeded" else self.why
        return {**about, **until, "records": records, "findings": findings, "limit": limit, "why": why}


def acceptances_on(
    rows: Sequence[Row], as_of: date, policy: Policy, is_source: Callable[[str], bool], pseudonyms: Pseudonyms
) -> list[Acceptance]:
    """The acceptances of a register's rows on a day, in the register's order; an id that stands there twice accepts nothing."""
    times = Counter(row["acceptance_id"] for row in rows)
    found = []
    for row in rows:
        state, why = acceptance_state(row, as_of, policy, is_source)
        if times[row["acceptance_id"]] > 1:
            state, why = "invalid", ["acceptance_id stands there more than once"]
        elif state == "expired":
            why = [f"it ended on {Day.of(row, 'accepted_until').shown()}"]
        elif state == "not_yet":
            why = [f"it begins on {Day.of(row, 'accepted_on').shown()}"]
        texts = {name: _shown_text(row[name] or "", name, pseudonyms) for name in ("acceptance_id", "owner", "reason")}
        found.append(
            Acceptance(
                **texts,
                code=pseudonyms.shown_among(row["code"] or "", policy.codes, "code"),
                source=_shown_source(row["selected_source"], is_source, pseudonyms),
                accepted_until=Day.of(row, "accepted_until").shown(),
                max_records=row["max_records"] if _is_count(row["max_records"]) else None,
                state=state,
                why="; ".join(why) or None,
            )
        )
    return found


def _is_count(number: int | None) -> bool:
    return number is None or number < 10**COUNT_DIGITS


def _shown_text(text: str, name: str, pseudonyms: Pseudonyms) -> str:
    is_shown = is_plain_id(text) if name == "acceptance_id" else not is_identifier(text)
    return text if is_shown else f"{'id' if name == 'acceptance_id' else name}-{pseudonyms.of(text)[:8]}"


def _shown_source(source: str | None, is_source: Callable[[str], bool], pseudonyms: Pseudonyms) -> str | None:
    return source if not source or is_source(source) else f"name-{pseudonyms.of(source)[:8]}"


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
