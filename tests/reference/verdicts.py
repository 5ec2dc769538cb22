"""The verdict on one record with a certain trigger date, as domain.md 0.1 defines it from its last permitted day."""

from datetime import date

from houdbaar.policy.calendar import Boundary, Period, Term, last_permitted_day


def verdict(day: date, as_of: date, term: Period | Term, boundary: Boundary = "inclusive") -> str:
    """NOT_YET, WITHIN, DUE or OVERDUE at `as_of`."""
    if day > as_of:
        return "NOT_YET"
    limit = last_permitted_day(day, term)
    if as_of > limit or (boundary == "exclusive" and as_of == limit):
        return "OVERDUE"
    return "DUE" if as_of == limit else "WITHIN"
