"""Until when a request must be answered (domain.md 3.3): one month from receipt, longer by an extension in time, or while the clock stands.

Built on `calendar`, and as pure as that: dates in, dates out, no clock. Regulation 1182/71 decides what a month is and which days are
none to work on; the day of receipt itself isn't counted, so that a request of 5 March is due on 5 April.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from houdbaar.policy.calendar import add_days, add_months

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy

_SATURDAY = 5
# The public holidays of the Algemene termijnenwet, as the library names them; Easter Sunday and Whit Sunday are Sundays anyway.
_STRICT = (
    "New Year's Day",
    "Easter Monday",
    "King's Day",
    "Liberation Day",
    "Ascension Day",
    "Pentecost Monday",
    "Christmas Day",
    "Second Day of Christmas",
)
_FULL = (*_STRICT, "Good Friday")
_KNOWN_YEARS = range(1966, 2101)  # those of the library
_FIRST_MONTHS, _EXTENDED_MONTHS = 1, 3


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """The knobs `dsr.*` that dates hang on."""

    calendar: str = "nl_strict"
    extra_holidays: tuple[date, ...] = ()
    count: str = "event_day"
    id_ask_days: int = 7
    id_wait_days: int = 90
    pause_for_clarification: bool = True

    @classmethod
    def of(cls, policy: Policy) -> DeadlineRules:
        """As a policy sets them."""
        return cls(**{name: policy.knob(f"dsr.{name}") for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the person, about identity or for detail: the day it was asked, and the day of the answer if there is one."""

    asked_on: date
    answered_on: date | None = None

    def is_in_time(self, received_on: date, rules: DeadlineRules) -> bool:
        """Whether it was asked early enough to stop the clock."""
        return received_on <= self.asked_on <= add_days(received_on, rules.id_ask_days)

    def standstill(self, as_of: date, rules: DeadlineRules) -> tuple[date, date]:
        """The first day on which the clock stands, and the day on which it runs again; it waits only so long for an answer."""
        end = min(as_of, add_days(self.asked_on, rules.id_wait_days), self.answered_on or date.max)
        return self.asked_on, max(end, self.asked_on)


@dataclass(frozen=True, slots=True)
class Clock:
    """What happened to a request that its due date hangs on, as local dates."""

    received_on: date
    identity: Question | None = None
    clarification: Question | None = None
    extended_on: date | None = None
    has_reason: bool = False

    def known_at(self, as_of: date) -> Clock:
        """Without what happened later: a question or a notice of after `as_of` is not known on that day."""
        identity, clarification = (
            question if question and question.asked_on <= as_of else None for question in (self.identity, self.clarification)
        )
        extended_on = self.extended_on if self.extended_on and self.extended_on <= as_of else None
        return Clock(self.received_on, identity, clarification, extended_on, self.has_reason)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a request is due, and why then."""

    due_on: date
    first_due_on: date  # without an extension: by then the notice of one must have gone out
    paused_days: int
    is_paused: bool
    is_extended: bool
    is_extension_late: bool
    is_identity_late: bool
    is_clarification_late: bool
    waits_until: date | None  # the last day of waiting for an answer, while the clock stands


def deadline(clock: Clock, as_of: date, rules: DeadlineRules) -> Deadline:
    """The due date of a request as `as_of` knows it. An open question moves it day by day, up to `id_wait_days`."""
    clock = clock.known_at(as_of)
    asked = [(clock.identity, True), (clock.clarification, rules.pause_for_clarification)]
    pausing = [each for each, stops in asked if each and stops and each.is_in_time(clock.received_on, rules)]
    paused = _days_covered([each.standstill(as_of, rules) for each in pausing])
    waiting = [each for each in pausing if each.answered_on is None or each.answered_on > as_of]
    waits_until = max((add_days(each.asked_on, rules.id_wait_days) for each in waiting), default=None)
    first_due_on = _due(clock.received_on, _FIRST_MONTHS, paused, rules)
    is_late = clock.extended_on is not None and clock.extended_on > first_due_on
    is_extended = clock.extended_on is not None and clock.has_reason and clock.received_on <= clock.extended_on <= first_due_on
    return Deadline(
        due_on=_due(clock.received_on, _EXTENDED_MONTHS, paused, rules) if is_extended else first_due_on,
        first_due_on=first_due_on,
        paused_days=paused,
        is_paused=waits_until is not None and as_of <= waits_until,
        is_extended=is_extended,
        is_extension_late=is_late,
        is_identity_late=_is_late(clock.identity, clock.received_on, rules),
        is_clarification_late=_is_late(clock.clarification, clock.received_on, rules),
        waits_until=waits_until,
    )


def roll(day: date, calendar: str = "nl_strict", extra_holidays: tuple[date, ...] = ()) -> date:
    """`day`, or the next day on which people work: no Saturday, Sunday or public holiday (Regulation 1182/71, article 3(4))."""
    while not is_working_day(day, calendar, extra_holidays) and day < date.max:
        day = add_days(day, 1)
    return day


def is_working_day(day: date, calendar: str = "nl_strict", extra_holidays: tuple[date, ...] = ()) -> bool:
    """Whether people work on a day. `nl_strict`: days off by law alone; `nl_full` adds Good Friday and the extra holidays."""
    is_extra = calendar == "nl_full" and day in extra_holidays
    return day.weekday() < _SATURDAY and not is_extra and day not in _holidays(day.year, calendar)


@lru_cache(maxsize=1_000)
def _holidays(year: int, calendar: str) -> frozenset[date]:
    if year not in _KNOWN_YEARS:
        return frozenset()
    from holidays import country_holidays  # loads in a tenth of a second

    # 'optional' has 5 May in every year: the law names it as a holiday, though employers give it every fifth.
    found: Mapping[date, str] = country_holidays("NL", years=year, categories=("public", "optional"), language="en_US")
    wanted = _FULL if calendar == "nl_full" else _STRICT
    return frozenset(day for day, name in found.items() if any(each in wanted for each in name.split("; ")))


def _due(received_on: date, months: int, paused_days: int, rules: DeadlineRules) -> date:
    more = paused_days + (1 if rules.count == "day_after" else 0)
    return roll(add_days(add_months(received_on, months), more), rules.calendar, rules.extra_holidays)


def _is_late(question: Question | None, received_on: date, rules: DeadlineRules) -> bool:
    return question is not None and question.asked_on > add_days(received_on, rules.id_ask_days)


def _days_covered(spans: list[tuple[date, date]]) -> int:
    """Days from the first of each span up to its last, that one left out; a day in two spans counts once."""
    days = {first + timedelta(days=number) for first, last in spans for number in range((last - first).days)}
    return len(days)
