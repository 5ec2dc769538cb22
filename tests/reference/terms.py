"""The verdict of one term over one reading (domain.md 0.1, 2.1, 2.3): the interval rule, written out."""

from dataclasses import dataclass, replace
from datetime import date

from reference.model import MIN_PLAUSIBLE, Record, Settings
from reference.months import add_months, is_overdue
from reference.stamps import Reading, read_stamp
from reference.written import How


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict with its reason and the dates that it was judged by."""

    name: str
    reason: str | None
    first: date | None
    last: date | None
    is_bounded: bool = False


def read(record: Record, column: str, settings: Settings, *, is_end: bool = False) -> Reading:
    """Reads a record's stamp as its source writes it."""
    source = record.source
    how = How(
        source_zone=source.zone,
        local_zone=settings.zone,
        unit=source.units.get(column),
        format=source.formats.get(column),
        extracted_at=record.file.extracted_at,
        tolerance=settings.tolerance,
        min_plausible=MIN_PLAUSIBLE.get(source.entity),
        is_end=is_end,
        is_day_of_source=column.endswith("_date"),
    )
    return read_stamp(record.get(column), how)


def judge_term(reading: Reading, months: int, boundary: str, as_of: date) -> Verdict:
    """OVERDUE only where the latest reading is, a pass only where the earliest is, else UNDETERMINED."""
    if reading.last is None:
        return Verdict("UNDETERMINED", reading.issue, None, None)
    if reading.first is not None and reading.first > as_of:
        return Verdict("NOT_YET", None, reading.first, reading.last)
    latest = verdict_of(min(reading.last, as_of), months, boundary, as_of)
    earliest = "UNKNOWN" if reading.first is None else verdict_of(reading.first, months, boundary, as_of)
    if latest == "OVERDUE" or earliest == latest:
        return Verdict(latest, None, reading.first, reading.last)
    if {earliest, latest} <= {"WITHIN", "DUE"}:
        return Verdict("WITHIN", None, reading.first, reading.last)
    return Verdict("UNDETERMINED", reading.issue, reading.first, reading.last)


def verdict_of(day: date, months: int, boundary: str, as_of: date) -> str:
    """The verdict for one known trigger date that is not after as-of."""
    if is_overdue(day, as_of, months, boundary):
        return "OVERDUE"
    return "DUE" if add_months(day, months) == as_of else "WITHIN"


def bounded_by(reading: Reading, latest: date) -> Reading:
    """A missing stamp that borrows the load date of its batch: it can't be younger than that (2.3)."""
    return replace(reading, first=None, last=latest)
