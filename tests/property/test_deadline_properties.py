"""Laws of the due date (domain.md 7, number 12): due ≥ receipt + 28 days, a working day, never earlier for an extension or a pause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from houdbaar.policy.calendar import add_months
from houdbaar.policy.deadlines import Clock, DeadlineRules, Question, deadline, is_working_day, roll

receipts = st.dates(date(2018, 5, 25), date(2090, 12, 31))
few = st.integers(0, 10)
many = st.integers(0, 60)
rules = st.builds(DeadlineRules, st.sampled_from(["nl_strict", "nl_full"]), count=st.sampled_from(["event_day", "day_after"]))
LATER = timedelta(days=400)


@st.composite
def questions(draw: st.DrawFn, received_on: date) -> Question | None:
    asked_on = received_on + timedelta(days=draw(few))
    return draw(st.sampled_from([None, Question(asked_on, asked_on + timedelta(days=draw(many)))]))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    received_on = draw(receipts)
    extended_on = draw(st.sampled_from([None, received_on + timedelta(days=draw(many))]))
    return Clock(received_on, draw(questions(received_on)), draw(questions(received_on)), extended_on, draw(st.booleans()))


@given(clocks(), rules)
def test_a_due_date_is_a_working_day_four_weeks_or_more_after_receipt(clock: Clock, rules: DeadlineRules) -> None:
    found = deadline(clock, clock.received_on + LATER, rules)
    for day in (found.due_on, found.first_due_on):
        assert day >= clock.received_on + timedelta(days=28)
        assert is_working_day(day, rules.calendar, rules.extra_holidays)
    assert found.due_on >= found.first_due_on


@given(clocks(), rules)
def test_each_paused_day_moves_the_unrolled_date_by_one_day(clock: Clock, rules: DeadlineRules) -> None:
    found = deadline(clock, clock.received_on + LATER, rules)
    unrolled = add_months(clock.received_on, 1) + timedelta(days=found.paused_days + (rules.count == "day_after"))
    assert found.first_due_on == roll(unrolled, rules.calendar)
    stands = {
        each.asked_on + timedelta(days=number)
        for each in (clock.identity, clock.clarification)
        if each and each.answered_on and (each.asked_on - clock.received_on).days <= rules.id_ask_days
        for number in range((each.answered_on - each.asked_on).days)
    }
    assert found.paused_days == len(stands)


@given(clocks(), rules)
def test_fewer_holidays_never_make_a_due_date_later(clock: Clock, rules: DeadlineRules) -> None:
    strict, full = (
        deadline(replace(clock, extended_on=None), clock.received_on + LATER, replace(rules, calendar=calendar))
        for calendar in ("nl_strict", "nl_full")
    )
    assert strict.due_on <= full.due_on


@given(receipts, receipts, rules)
def test_who_asks_later_is_answered_no_earlier(one: date, other: date, rules: DeadlineRules) -> None:
    first, last = sorted((one, other))
    assert deadline(Clock(first), last, rules).due_on <= deadline(Clock(last), last, rules).due_on


@given(receipts, few, st.integers(0, 300), rules)
def test_an_open_question_keeps_a_request_from_being_overdue_as_long_as_is_waited(
    received_on: date, after: int, days: int, rules: DeadlineRules
) -> None:
    asked_on = received_on + timedelta(days=after)
    as_of = asked_on + timedelta(days=min(days, rules.id_wait_days))
    found = deadline(Clock(received_on, Question(asked_on)), as_of, rules)
    if after <= rules.id_ask_days:
        assert as_of <= found.due_on
    else:
        assert found.first_due_on == deadline(Clock(received_on), as_of, rules).due_on
