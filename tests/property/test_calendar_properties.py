"""Laws of the policy's calendar that hold for every date, term and zone."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from houdbaar.policy.calendar import (
    Boundary,
    Period,
    Term,
    add_months,
    day_start_micros,
    last_due_date,
    last_overdue_date,
    last_permitted_day,
    last_permitted_days,
    local_date,
    month_edges,
    overdue_month,
)
from reference.verdicts import verdict

AMSTERDAM = "Europe/Amsterdam"
ONE_DAY = timedelta(days=1)
ORDER = ["NOT_YET", "WITHIN", "DUE", "OVERDUE"]

# Half of the dates are where calendars go wrong: month ends, leap days, the clock changes.
_awkward = [date(y, m, d) for y in (2023, 2024, 2028) for m, d in ((1, 31), (2, 28), (3, 31), (4, 30), (10, 27), (12, 29), (12, 31))]
_awkward += [date(2024, 2, 29), date(2028, 2, 29), date(2100, 2, 28), date(2000, 2, 29)]
days = st.one_of(st.sampled_from(_awkward), st.dates(date(1990, 1, 1), date(2110, 12, 31)))
periods = st.builds(Period, months=st.integers(0, 130), days=st.sampled_from([0, 0, 0, 1, 30, 365]))
month_periods = st.builds(Period, months=st.integers(0, 130))
boundaries = st.sampled_from(get_args(Boundary))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2110, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from([AMSTERDAM, "UTC", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo"])


@given(periods)
def test_a_period_reads_back_as_it_is_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(days, st.integers(0, 130))
def test_months_keep_the_day_number_or_clamp_to_the_months_end(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + ONE_DAY).day == 1)


@given(days, days, periods)
def test_a_later_trigger_never_has_an_earlier_last_day(one: date, other: date, period: Period) -> None:
    first, second = sorted((one, other))
    assert last_permitted_day(first, period) <= last_permitted_day(second, period)


@given(st.lists(days, max_size=20), periods, st.one_of(st.none(), st.tuples(days, periods)))
@example([date(2024, 1, 31), date(2024, 2, 29)], Period(months=12), (date(2024, 2, 29), Period(months=1)))
def test_the_last_days_of_many_are_those_of_each(several: list[date], first: Period, later: tuple[date, Period] | None) -> None:
    term = first if later is None else Term(((date.min, first), later))
    found = last_permitted_days(np.array(several, dtype="M8[D]"), term)
    assert found.tolist() == [last_permitted_day(day, term) for day in several]


@given(days, month_periods)
def test_no_last_day_is_later_than_months_of_31_days(day: date, period: Period) -> None:
    assert last_permitted_day(day, period) <= day + timedelta(days=31 * period.months)


@given(days, days, periods, boundaries)
@example(date(2024, 2, 29), date(2026, 4, 30), Period(months=26), "inclusive")
@example(date(2023, 12, 31), date(2026, 3, 1), Period(months=26), "inclusive")
def test_the_cutoff_is_the_row_rule(day: date, as_of: date, period: Period, boundary: Boundary) -> None:
    limit = last_permitted_day(day, period)
    is_overdue = as_of > limit or (boundary == "exclusive" and as_of == limit)
    assert (day <= last_overdue_date(as_of, period, boundary)) == is_overdue
    assert (day <= last_due_date(as_of, period, boundary)) == (limit <= as_of)


@given(days, periods)
def test_the_exclusive_boundary_adds_exactly_what_is_due(as_of: date, period: Period) -> None:
    inclusive, due = last_overdue_date(as_of, period), last_due_date(as_of, period)
    exclusive = last_overdue_date(as_of, period, "exclusive")
    assert inclusive <= exclusive == due == last_due_date(as_of, period, "exclusive")
    newly_overdue = [inclusive + n * ONE_DAY for n in range(1, (exclusive - inclusive).days + 1)]
    assert all(verdict(day, as_of, period) == "DUE" for day in newly_overdue if day <= as_of)
    assert all(last_permitted_day(day, period) == as_of for day in newly_overdue)


@given(days, days, days, periods, boundaries)
def test_time_only_moves_a_verdict_forward(day: date, one: date, other: date, period: Period, boundary: Boundary) -> None:
    earlier, later = sorted((one, other))
    assert ORDER.index(verdict(day, earlier, period, boundary)) <= ORDER.index(verdict(day, later, period, boundary))
    assert last_overdue_date(earlier, period, boundary) <= last_overdue_date(later, period, boundary)


@given(days, st.builds(Period, months=st.integers(1, 130)))
def test_a_date_is_due_on_exactly_one_day(day: date, period: Period) -> None:
    limit = last_permitted_day(day, period)
    around = [verdict(day, limit + n * ONE_DAY, period) for n in (-1, 0, 1)]
    assert around == ["WITHIN", "DUE", "OVERDUE"]
    assert verdict(day, day - ONE_DAY, period) == "NOT_YET"


@given(days, st.integers(0, 800), periods, boundaries)
def test_edges_cut_exactly_where_the_overdue_month_changes(first: date, length: int, period: Period, boundary: Boundary) -> None:
    last = first + timedelta(days=length)
    edges = month_edges(first, last, period, boundary)
    months = [overdue_month(edge, period, boundary) for edge in edges]
    assert months == sorted(set(months))
    assert edges[0] <= first
    assert edges[-1] <= last
    for edge, month in zip(edges, months, strict=True):
        assert overdue_month(edge - ONE_DAY, period, boundary) < month
    for day in (first, last, first + timedelta(days=length // 2)):
        month_of_edge = max(edge for edge in edges if edge <= day)
        assert overdue_month(day, period, boundary) == overdue_month(month_of_edge, period, boundary)


@given(instants, st.integers(-14 * 60, 14 * 60), zones)
@example(datetime(2024, 3, 31, 0, 59, 59, tzinfo=UTC), 120, AMSTERDAM)
@example(datetime(2024, 10, 27, 0, 30, tzinfo=UTC), -660, AMSTERDAM)
def test_the_offset_an_instant_is_written_in_changes_nothing(instant: datetime, minutes: int, zone: str) -> None:
    written = instant.astimezone(timezone(timedelta(minutes=minutes)))
    assert local_date(written, zone) == local_date(instant, zone)


@given(instants, st.sampled_from([AMSTERDAM, "UTC", "Asia/Kathmandu", "Africa/Cairo"]))
@example(datetime(2024, 3, 30, 23, 0, tzinfo=UTC), AMSTERDAM)
@example(datetime(2024, 10, 27, 22, 59, 59, 999999, tzinfo=UTC), AMSTERDAM)
def test_a_local_date_is_the_day_whose_span_holds_the_instant(instant: datetime, zone: str) -> None:
    day = local_date(instant, zone)
    micros = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert day_start_micros(day, zone) <= micros < day_start_micros(day + ONE_DAY, zone)


@given(st.dates(date(1996, 1, 1), date(2037, 12, 31)))
@example(date(2024, 3, 31))
@example(date(2024, 10, 27))
def test_days_in_amsterdam_last_24_hours_except_at_both_clock_changes(day: date) -> None:
    hours = (day_start_micros(day + ONE_DAY, AMSTERDAM) - day_start_micros(day, AMSTERDAM)) / 3_600_000_000
    is_last_sunday = day.isoweekday() == 7 and (day + 7 * ONE_DAY).month != day.month
    assert hours == ({3: 23, 10: 25}.get(day.month, 24) if is_last_sunday else 24)
