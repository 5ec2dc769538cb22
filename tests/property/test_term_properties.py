"""Laws of terms that change with the policy's versions (domain.md 2.9), against the words of the domain: N = the least over [d, A]."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from houdbaar.policy.calendar import (
    Boundary,
    Period,
    Term,
    last_due_date,
    last_overdue_date,
    last_permitted_day,
    month_edges,
    overdue_month,
)
from reference.verdicts import verdict

ONE_DAY = timedelta(days=1)
ORDER = ["NOT_YET", "WITHIN", "DUE", "OVERDUE"]
days = st.dates(date(2019, 1, 1), date(2031, 12, 31))
periods = st.builds(Period, months=st.integers(0, 48))
boundaries: st.SearchStrategy[Boundary] = st.sampled_from(["inclusive", "exclusive"])


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """One to four versions between 2020 and 2029."""
    starts = sorted(draw(st.sets(st.dates(date(2020, 1, 1), date(2029, 12, 31)), min_size=1, max_size=4)))
    return Term(tuple((start, draw(periods)) for start in starts))


def begun(term: Term, as_of: date) -> Term:
    """The term as an audit at `as_of` knows it."""
    return Term(tuple(step for step in term.steps if step[0] <= as_of) or term.steps[:1])


def is_overdue(day: date, as_of: date, term: Term, boundary: Boundary) -> bool:
    """By the words: overdue under the least period of the versions in force on any day in [d, A]; the first holds for all before it."""
    starts = [date.min, *(start for start, _ in term.steps[1:])]
    ends = [*starts[1:], date.max]
    in_force = [period for (_, period), start, end in zip(term.steps, starts, ends, strict=True) if start <= as_of and end > day]
    return any(verdict(day, as_of, period, boundary) == "OVERDUE" for period in in_force)


@given(days, days, terms(), boundaries)
def test_the_shortest_period_in_force_since_the_day_decides(day: date, as_of: date, term: Term, boundary: Boundary) -> None:
    assume(day <= as_of)
    known = begun(term, as_of)
    assert (verdict(day, as_of, known, boundary) == "OVERDUE") is is_overdue(day, as_of, term, boundary)


@given(days, days, terms(), boundaries)
def test_cut_offs_say_the_same_as_the_day(day: date, as_of: date, term: Term, boundary: Boundary) -> None:
    assume(day <= as_of)
    known = begun(term, as_of)
    assert (day <= last_overdue_date(as_of, known, boundary)) is is_overdue(day, as_of, term, boundary)
    if day > last_overdue_date(as_of, known, boundary):
        assert (day <= last_due_date(as_of, known, boundary)) is (last_permitted_day(day, known) <= as_of)


@given(days, days, terms())
def test_a_later_trigger_never_has_an_earlier_last_day(one: date, other: date, term: Term) -> None:
    first, second = sorted((one, other))
    assert last_permitted_day(first, term) <= last_permitted_day(second, term)


@given(days, days, st.integers(0, 400), terms(), boundaries)
def test_a_record_never_gets_better_with_time(day: date, as_of: date, later: int, term: Term, boundary: Boundary) -> None:
    then = as_of + timedelta(days=later)
    before, after = (verdict(day, at, begun(term, at), boundary) for at in (as_of, then))
    assert ORDER.index(before) <= ORDER.index(after)


@given(days, terms(), boundaries)
def test_the_overdue_month_is_that_of_the_first_overdue_day(day: date, term: Term, boundary: Boundary) -> None:
    month = date.fromisoformat(overdue_month(day, term, boundary) + "-01")
    next_month = (month + timedelta(days=31)).replace(day=1)
    assert day > last_overdue_date(month - ONE_DAY, term, boundary)
    assert day <= last_overdue_date(next_month - ONE_DAY, term, boundary)


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(0, 500), terms(), boundaries)
def test_between_two_edges_there_is_one_overdue_month(first: date, count: int, term: Term, boundary: Boundary) -> None:
    last = first + timedelta(days=count)
    edges = month_edges(first, last, term, boundary)
    for start, after in zip(edges, [*edges[1:], last + ONE_DAY], strict=True):
        stretch = [start + timedelta(days=shift) for shift in range((after - start).days)]
        assert len({overdue_month(day, term, boundary) for day in stretch if first <= day <= last}) <= 1
