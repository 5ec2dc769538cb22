"""When each request of the register is due: `policy.deadlines` over its rows, as one small table that the checks read.

A day that can be read in two ways gives two clocks, one that makes the answer due as early as it can be and one as late; what both
say is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.policy.calendar import add_days
from houdbaar.policy.deadlines import Clock, Deadline, DeadlineRules, Question, deadline

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.policy.model import Policy

Row = Mapping[str, Any]

_TABLE = """
    create table request_deadline (
        source varchar, file varchar, row bigint,
        earliest_first_due_date date, latest_first_due_date date, earliest_due_date date, latest_due_date date,
        earliest_warn_date date, latest_warn_date date, earliest_forward_date date, latest_forward_date date, is_paused boolean,
        is_extension_late boolean, may_be_extension_late boolean,
        is_identity_late boolean, may_be_identity_late boolean, is_clarification_late boolean, may_be_clarification_late boolean
    )
"""
_ROWS = "select * from request order by source, file, row"


def make_deadlines(engine: Engine, policy: Policy, as_of: date) -> None:
    """Make `request_deadline`, a row for each request whose receipt is known; the view `request` must stand."""
    rules, warn_days, forward_days = DeadlineRules.of(policy), policy.knob("dsr.warn_days"), policy.knob("dsr.forward_days")
    engine.run(_TABLE)
    rows = []
    for row in engine.dicts(_ROWS):
        found = deadlines(row, as_of, rules)
        if found is not None:
            forward = [add_days(row[f"received_at_{end}_date"], forward_days) for end in ("first", "last")]
            rows.append((row["source"], row["file"], row["row"], *_cells(*found, warn_days, forward)))
    engine.insert_rows("request_deadline", rows)


def deadlines(row: Row, as_of: date, rules: DeadlineRules) -> tuple[Deadline, Deadline] | None:
    """The earliest and the latest deadline that a request's row allows; None where nothing tells when it was received."""
    if row["received_at_first_date"] is None:
        return None
    early, late = (deadline(_clock(row, is_late), as_of, rules) for is_late in (False, True))
    return early, late


def _cells(early: Deadline, late: Deadline, warn_days: int, forward: list[date]) -> tuple[object, ...]:
    firsts, dues = sorted((early.first_due_on, late.first_due_on)), sorted((early.due_on, late.due_on))
    pairs = (
        (early.is_extension_late, late.is_extension_late),
        (early.is_identity_late, late.is_identity_late),
        (early.is_clarification_late, late.is_clarification_late),
    )
    flags = [word for pair in pairs for word in (all(pair), any(pair))]
    return (*firsts, *dues, *(add_days(day, -warn_days) for day in dues), *forward, early.is_paused, *flags)


def _clock(row: Row, is_late: bool) -> Clock:
    """The clock of one reading: received, answered as late as can be, and asked and extended as early, or the other way round."""
    received_on = row["received_at_last_date"] if is_late else row["received_at_first_date"]
    ends = [_day(row, name, is_late) for name in ("verified_at", "answered_at", "closed_at")]
    return Clock(
        received_on,
        _question(row, "id", is_late, received_on, ends),
        _question(row, "clarification", is_late, received_on, ends[1:]),
        _day(row, "extended_at", not is_late) or _unread(row, "extended_at", is_late, received_on),
        bool(row["extension_reason"]),
    )


def _question(row: Row, name: str, is_late: bool, received_on: date, ends: list[date | None]) -> Question | None:
    """A question, over with its answer, or with what can't come before that: a verified person, an answered or closed request."""
    asked_on = _day(row, f"{name}_asked_at", not is_late) or _unread(row, f"{name}_asked_at", is_late, received_on)
    answered_on = min((day for day in (_day(row, f"{name}_answered_at", is_late), *ends) if day is not None), default=None)
    return Question(asked_on, answered_on) if asked_on else None


def _day(row: Row, name: str, is_last: bool) -> date | None:
    day: date | None = row[f"{name}_{'last' if is_last else 'first'}_date"]
    return day


def _unread(row: Row, name: str, is_late: bool, received_on: date) -> date | None:
    """What stands there and can't be read may be a day in time: that gives the latest due date, and never the earliest."""
    is_filled = row[f"{name}_issue"] not in (None, "DQ-TS-NULL")
    return received_on if is_late and is_filled else None
