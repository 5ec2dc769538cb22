"""The policy's calendar, against dates that were worked out by hand and against a slow row-by-row reference."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args

import pytest

from houdbaar.errors import PolicyError
from houdbaar.policy.calendar import (
    Boundary,
    Period,
    Term,
    add_months,
    day_start_micros,
    last_due_date,
    last_overdue_date,
    last_permitted_day,
    local_date,
    month_edges,
    overdue_month,
)
from reference.verdicts import verdict

AMSTERDAM = "Europe/Amsterdam"
P12M, P24M, P26M = Period(months=12), Period(months=24), Period(months=26)
iso = date.fromisoformat


def slow_add_months(day: date, months: int) -> date:
    """The obvious reference: step month by month, then go back from the day number until the date exists."""
    year, month, number = day.year, day.month, day.day
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def days_from(first: date, last: date) -> list[date]:
    """Every date from first to last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P26M", "26 months"),
        ("P2Y", "24 months"),
        ("P1M", "1 month"),
        ("P30D", "30 days"),
        ("P1M1D", "1 month and 1 day"),
        ("P0D", "0 days"),
    ],
)
def test_a_period_is_said_as_people_say_it(text: str, words: str) -> None:
    assert Period.parse(text).words == words
    assert Term(((date(2022, 1, 13), Period.parse(text)), (date(2025, 1, 1), P12M))).words == f"{words}, 12 months from 2025-01-01"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P26M", Period(months=26)),
        ("P2Y", Period(months=24)),
        ("P30D", Period(days=30)),
        ("P4W", Period(days=28)),
        ("P1Y6M", Period(months=18)),
        ("P1M10D", Period(months=1, days=10)),
        ("P0D", Period()),
    ],
)
def test_period_is_parsed(text: str, period: Period) -> None:
    assert Period.parse(text) == period
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "26M",
        "p26m",
        " P26M",
        "P26M\n",
        "P-1M",
        "-P1M",
        "P1.5M",
        "P26",
        "PT26M",
        "P1DT2H",
        "26 months",
        "P6M1Y",
        "P٢M",
        "P1201M",
        "P101Y",
        "P99999D",
    ],
)
def test_period_that_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("p26m", "P26M"),
        (" P2Y", "P2Y"),
        ("26M", "P26M"),
        ("26 months", "P26M"),
        ("12 maanden", "P12M"),
        ("2 jaar", "P2Y"),
        ("PT30D", "P30D"),
    ],
)
def test_refusal_names_what_was_meant(text: str, meant: str) -> None:
    with pytest.raises(PolicyError, match=f'did you mean "{meant}"'):
        Period.parse(text)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2024-01-15", 26, "2026-03-15"),
        ("2023-12-28", 26, "2026-02-28"),
        ("2023-12-29", 26, "2026-02-28"),
        ("2023-12-30", 26, "2026-02-28"),
        ("2023-12-31", 26, "2026-02-28"),
        ("2021-12-31", 26, "2024-02-29"),
        ("2024-02-29", 26, "2026-04-29"),
        ("2024-03-31", 26, "2026-05-31"),
        ("2021-06-01", 26, "2023-08-01"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-02-28", 12, "2026-02-28"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2023-06-01", 24, "2025-06-01"),
    ],
)
def test_last_permitted_day(day: str, months: int, last: str) -> None:
    assert last_permitted_day(iso(day), Period(months=months)) == iso(last)


def test_months_are_counted_from_the_original_date() -> None:
    one_by_one = add_months(add_months(iso("2023-12-31"), 2), 1)
    assert one_by_one == iso("2024-03-29")
    assert add_months(iso("2023-12-31"), 3) == iso("2024-03-31")


def test_days_are_days_also_across_a_clock_change() -> None:
    assert last_permitted_day(iso("2024-03-30"), Period(days=30)) == iso("2024-04-29")


def test_weekends_and_holidays_move_nothing() -> None:
    assert last_permitted_day(iso("2025-12-25"), P12M) == iso("2026-12-25")
    assert last_permitted_day(iso("2025-11-22"), P12M).isoweekday() == 7


def test_dates_stop_at_the_calendars_ends() -> None:
    assert last_permitted_day(iso("9999-12-31"), P26M) == date.max
    assert last_overdue_date(date.min, P26M) == date.min
    assert last_permitted_day(date.max, Period(days=30)) == date.max


def test_verdicts_around_the_last_day() -> None:
    day = iso("2024-01-15")
    seen = [verdict(day, iso(as_of), P26M) for as_of in ("2024-01-14", "2024-01-15", "2026-03-14", "2026-03-15", "2026-03-16")]
    assert seen == ["NOT_YET", "WITHIN", "WITHIN", "DUE", "OVERDUE"]


def test_exclusive_boundary_makes_the_last_day_overdue() -> None:
    assert verdict(iso("2024-01-15"), iso("2026-03-15"), P26M, "exclusive") == "OVERDUE"
    assert verdict(iso("2024-01-15"), iso("2026-03-14"), P26M, "exclusive") == "WITHIN"
    assert last_overdue_date(iso("2026-03-15"), P26M, "exclusive") == iso("2024-01-15")
    assert last_due_date(iso("2026-03-15"), P26M, "exclusive") == iso("2024-01-15")


def test_a_month_end_is_not_lost_by_the_cutoff() -> None:
    # As-of minus 26 months would be 2024-02-29 too, and a test for "earlier than" would miss the leap day.
    assert last_overdue_date(iso("2026-04-30"), P26M) == iso("2024-02-29")
    assert last_overdue_date(iso("2026-03-01"), P26M) == iso("2023-12-31")
    assert last_overdue_date(iso("2026-02-28"), P26M) == iso("2023-12-27")
    assert last_due_date(iso("2026-02-28"), P26M) == iso("2023-12-31")


@pytest.mark.parametrize("months", [12, 24, 26])
def test_cutoffs_equal_the_row_rule_on_every_day(months: int) -> None:
    period = Period(months=months)
    days = days_from(iso("2020-06-01"), iso("2028-12-31"))
    limits = [slow_add_months(day, months) for day in days]
    assert limits == sorted(limits) == [last_permitted_day(day, period) for day in days]
    for as_of in days_from(iso("2023-01-01"), iso("2028-12-31")):
        # limits ascend, so the number of limits before as_of is the number of overdue days
        assert last_overdue_date(as_of, period) == days[bisect_left(limits, as_of) - 1]
        assert last_due_date(as_of, period) == days[bisect_left(limits, as_of + timedelta(days=1)) - 1]


@pytest.mark.parametrize("period", [Period(days=30), Period(), Period(months=1, days=10)])
@pytest.mark.parametrize("boundary", get_args(Boundary))
def test_cutoffs_equal_the_row_rule_for_other_periods(period: Period, boundary: Boundary) -> None:
    days = days_from(iso("2023-12-01"), iso("2024-04-30"))
    for as_of in days_from(iso("2024-01-31"), iso("2024-04-30")):
        verdicts = {day: verdict(day, as_of, period, boundary) for day in days}
        cutoff, last_due = last_overdue_date(as_of, period, boundary), last_due_date(as_of, period, boundary)
        assert [day for day in days if verdicts[day] == "OVERDUE"] == [day for day in days if day <= cutoff]
        assert [day for day in days if verdicts[day] == "DUE"] == [day for day in days if cutoff < day <= last_due]


def test_overdue_month_is_that_of_the_first_overdue_day() -> None:
    assert overdue_month(iso("2024-01-15"), P26M) == "2026-03"
    assert overdue_month(iso("2023-12-27"), P26M) == "2026-02"
    assert overdue_month(iso("2023-12-31"), P26M) == "2026-03"
    assert overdue_month(iso("2024-01-31"), P26M) == "2026-04"
    assert overdue_month(iso("2024-01-31"), P26M, "exclusive") == "2026-03"


def test_month_edges_cut_the_dates_where_the_overdue_month_changes() -> None:
    edges = month_edges(iso("2023-12-20"), iso("2024-03-05"), P26M)
    assert edges == [iso("2023-12-01"), iso("2023-12-28"), iso("2024-01-31"), iso("2024-03-01")]
    assert month_edges(iso("2024-03-05"), iso("2024-03-05"), P26M) == [iso("2024-03-01")]


def test_an_audit_at_a_months_end_sees_its_overdue_month_whole() -> None:
    cutoff = last_overdue_date(iso("2026-10-31"), P26M)
    assert overdue_month(cutoff, P26M) == "2026-10"
    assert overdue_month(cutoff + timedelta(days=1), P26M) == "2026-11"


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        ("2024-09-21T22:30:00+00:00", "2024-09-22"),
        ("2024-09-21T21:59:59+00:00", "2024-09-21"),
        ("2024-01-15T23:30:00+00:00", "2024-01-16"),
        ("2024-01-15T22:30:00+00:00", "2024-01-15"),
        ("2025-07-01T23:30:00+00:00", "2025-07-02"),
        ("2026-05-31T23:59:00+02:00", "2026-05-31"),
        ("2024-01-15T10:00:00-11:00", "2024-01-15"),
        ("2024-03-31T22:30:00+00:00", "2024-04-01"),
        ("2024-10-27T22:30:00+00:00", "2024-10-27"),
    ],
)
def test_local_date(instant: str, local: str) -> None:
    assert local_date(datetime.fromisoformat(instant), AMSTERDAM) == iso(local)


def test_local_date_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_date(datetime(2024, 1, 1), AMSTERDAM)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2024-01-16", "2024-01-15T23:00:00"),
        ("2024-09-22", "2024-09-21T22:00:00"),
        ("2024-03-31", "2024-03-30T23:00:00"),
        ("2024-04-01", "2024-03-31T22:00:00"),
        ("2024-10-27", "2024-10-26T22:00:00"),
        ("2024-10-28", "2024-10-27T23:00:00"),
    ],
)
def test_a_day_begins_at_local_midnight(day: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert day_start_micros(iso(day), AMSTERDAM) == int(expected.timestamp()) * 1_000_000


def test_a_day_without_midnight_begins_where_the_clock_jumps() -> None:
    # Cairo, 2024-04-26: the clock goes from 00:00 to 01:00.
    start = datetime.fromtimestamp(day_start_micros(iso("2024-04-26"), "Africa/Cairo") / 1_000_000, UTC)
    assert local_date(start, "Africa/Cairo") == iso("2024-04-26")
    assert local_date(start - timedelta(seconds=1), "Africa/Cairo") == iso("2024-04-25")


def test_offsets_change_nothing() -> None:
    instant = datetime(2024, 3, 30, 23, 30, tzinfo=UTC)
    for hours in range(-12, 15):
        assert local_date(instant.astimezone(timezone(timedelta(hours=hours))), AMSTERDAM) == iso("2024-03-31")


@pytest.mark.parametrize("name", ["Europe/Amsterdm", "", "../etc/passwd", "Europe", "CET+1"])
def test_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(PolicyError, match="unknown time zone"):
        day_start_micros(iso("2024-01-01"), name)
