"""Calendar months, counted by hand (domain.md 2.1): no library knows what the policy promised."""

from datetime import date, timedelta
from functools import cache

MONTHS_IN_YEAR = 12


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """The number of days of a month."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def add_months(day: date, months: int) -> date:
    """The same day number that many months on, or the last day of that month where it does not exist."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month > MONTHS_IN_YEAR:
            year, month = year + 1, 1
    return date(year, month, min(day.day, month_length(year, month)))


def overdue_month(day: date, months: int, boundary: str = "inclusive") -> str:
    """'YYYY-MM' of the first overdue day of what was triggered on that day: the day after the last permitted one, or that day itself."""
    last = add_months(day, months)
    return (last if boundary == "exclusive" else last + timedelta(days=1)).strftime("%Y-%m")


@cache
def last_overdue_date(as_of: date, months: int, boundary: str = "inclusive") -> date:
    """The latest trigger date that is overdue, found by walking back day by day."""
    day = as_of
    while not is_overdue(day, as_of, months, boundary):
        day -= timedelta(days=1)
    return day


def is_overdue(day: date, as_of: date, months: int, boundary: str = "inclusive") -> bool:
    """A > L, or A >= L under the strict reading (`exclusive`)."""
    last = add_months(day, months)
    return as_of >= last if boundary == "exclusive" else as_of > last
