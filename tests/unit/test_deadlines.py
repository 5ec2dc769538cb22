"""Until when a request must be answered: domain.md 3.3 and its table, to the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from houdbaar.policy.calendar import add_days
from houdbaar.policy.deadlines import Clock, DeadlineRules, Question, deadline, is_working_day, roll
from houdbaar.policy.load import load_policy

RULES = DeadlineRules()
TABLE = {
    "2026-03-05": "2026-04-07",  # Sunday 5 April is Easter
    "2026-01-31": "2026-03-02",  # H02: Saturday 28 February
    "2025-08-31": "2025-09-30",
    "2024-01-29": "2024-02-29",
    "2024-01-31": "2024-02-29",
    "2026-03-27": "2026-04-28",  # King's Day
    "2026-11-25": "2026-12-28",  # Christmas, and a weekend after it
    "2026-04-14": "2026-05-15",  # H06: Ascension Day
    "2025-12-01": "2026-01-02",  # H08: New Year
    "2026-10-22": "2026-11-23",  # H11: a Sunday
    "2026-05-31": "2026-06-30",  # H18
    "2026-06-01": "2026-07-01",  # H19
    "2026-04-25": "2026-05-26",  # Whit Monday
    "2026-04-05": "2026-05-06",  # 5 May is a holiday every year
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def due(received: str, as_of: str | None = None, rules: DeadlineRules = RULES, **more: object) -> str:
    return deadline(Clock(day(received), **more), day(as_of or "2030-01-01"), rules).due_on.isoformat()  # type: ignore[arg-type]


def asked(first: str, answered: str | None = None) -> Question:
    return Question(day(first), day(answered) if answered else None)


@pytest.mark.parametrize(("received", "expected"), TABLE.items())
def test_a_month_from_receipt_rolled_to_a_working_day(received: str, expected: str) -> None:
    assert due(received) == expected


def test_the_rules_are_the_policy_s_knobs() -> None:
    policy = load_policy("twingatrack")
    assert DeadlineRules.of(policy) == RULES
    given = {"dsr.calendar": "nl_full", "dsr.extra_holidays": "2026-05-15", "dsr.count": "day_after", "dsr.id_ask_days": "3"}
    changed = DeadlineRules.of(policy.with_knobs(given))
    assert changed == replace(RULES, calendar="nl_full", extra_holidays=(day("2026-05-15"),), count="day_after", id_ask_days=3)


def test_the_full_calendar_has_more_days_off() -> None:
    good_friday, after_ascension = day("2026-04-03"), day("2026-05-15")
    full = replace(RULES, calendar="nl_full", extra_holidays=(after_ascension,))
    assert [due("2026-03-03", rules=rules) for rules in (RULES, full)] == ["2026-04-03", "2026-04-07"]
    assert [due("2026-04-14", rules=rules) for rules in (RULES, full)] == ["2026-05-15", "2026-05-18"]
    assert is_working_day(good_friday)
    assert due("2026-04-14", rules=replace(full, calendar="nl_strict")) == "2026-05-15"


def test_who_counts_from_the_day_after_has_a_day_more() -> None:
    assert due("2026-06-01", rules=replace(RULES, count="day_after")) == "2026-07-02"


def test_king_s_day_is_the_26th_where_the_27th_is_a_sunday() -> None:
    assert not is_working_day(day("2026-04-27"))
    assert roll(day("2025-04-26")) == day("2025-04-28")  # a Saturday; Sunday the 27th


@pytest.mark.parametrize(
    ("extended", "reason", "expected"),
    [
        ("2026-04-07", True, "2026-06-05"),  # on the first due date itself; from receipt, not from the rolled date
        ("2026-04-08", True, "2026-04-07"),  # H14: late
        ("2026-04-01", False, "2026-04-07"),  # a notice without reasons is none
        ("2026-12-01", True, "2026-04-07"),
    ],
)
def test_an_extension_counts_from_receipt_and_only_in_time(extended: str, reason: bool, expected: str) -> None:
    assert due("2026-03-05", extended_on=day(extended), has_reason=reason) == expected


def test_an_extension_is_known_from_its_day_on() -> None:
    told = {"extended_on": day("2026-04-01"), "has_reason": True}
    assert [due("2026-03-05", as_of, **told) for as_of in ("2026-03-31", "2026-04-01")] == ["2026-04-07", "2026-06-05"]


def test_a_question_in_time_stops_the_clock_until_its_answer() -> None:
    assert due("2026-06-01", identity=asked("2026-06-03", "2026-06-10")) == "2026-07-08"
    assert due("2026-06-01", identity=asked("2026-06-08", "2026-06-10")) == "2026-07-03"  # on the seventh day
    assert due("2026-06-01", identity=asked("2026-06-20", "2026-06-25")) == "2026-07-01"  # H16
    assert due("2026-06-01", identity=asked("2026-06-09", "2026-06-25")) == "2026-07-01"


def test_two_questions_add_up_and_what_they_share_counts_once() -> None:
    both = {"identity": asked("2026-06-02", "2026-06-08"), "clarification": asked("2026-06-05", "2026-06-11")}
    assert due("2026-06-01", **both) == "2026-07-10"
    apart = {"identity": asked("2026-06-02", "2026-06-04"), "clarification": asked("2026-06-05", "2026-06-08")}
    assert due("2026-06-01", **apart) == "2026-07-06"
    assert due("2026-06-01", rules=replace(RULES, pause_for_clarification=False), **both) == "2026-07-07"


def test_without_an_answer_the_clock_stands_and_not_for_ever() -> None:
    """H17: through the 90th day after the question the clock stands; then the request is to be closed, and a month later it is overdue."""
    open_clock = Clock(day("2026-06-01"), identity=asked("2026-06-03"))
    waiting = deadline(open_clock, day("2026-09-01"), RULES)
    assert (waiting.is_paused, waiting.waits_until, waiting.due_on >= day("2026-09-01")) == (True, day("2026-09-01"), True)
    given_up = deadline(open_clock, day("2026-09-02"), RULES)
    assert (given_up.is_paused, given_up.due_on) == (False, day("2026-09-29"))
    assert deadline(open_clock, day("2026-12-31"), RULES).due_on == given_up.due_on
    assert deadline(open_clock, day("2026-06-02"), RULES).waits_until is None  # not asked yet


def test_late_questions_are_told() -> None:
    late = deadline(Clock(day("2026-06-01"), asked("2026-06-20"), asked("2026-06-21")), day("2026-06-22"), RULES)
    assert (late.is_identity_late, late.is_clarification_late, late.is_paused) == (True, True, False)
    before = deadline(Clock(day("2026-06-01"), asked("2026-05-20")), day("2026-06-22"), RULES)
    assert (before.is_identity_late, before.paused_days) == (False, 0)


def test_the_ends_of_the_calendar_end_no_program() -> None:
    assert due("1900-01-01", "2026-01-01") == "1900-02-01"
    assert deadline(Clock(date.max - timedelta(days=5)), date.max, RULES).due_on == date.max
    assert roll(date.max) <= date.max
    assert add_days(date.max, 5) == date.max


def test_the_clock_stands_no_longer_than_it_waits_for_an_answer() -> None:
    """An answer after `dsr.id_wait_days` brings back no time that was over."""
    clock = Clock(date(2026, 3, 5), identity=Question(date(2026, 3, 6), date(2026, 8, 1)))
    assert deadline(clock, date(2026, 8, 2), DeadlineRules()).paused_days == 90


def test_a_notice_from_before_the_receipt_extends_nothing() -> None:
    clock = Clock(date(2026, 3, 5), extended_on=date(2025, 3, 20), has_reason=True)
    assert not deadline(clock, date(2026, 4, 1), DeadlineRules()).is_extended
