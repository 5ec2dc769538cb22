"""From a parsed stamp to local dates, in the order of domain.md 2.12: null, parse, sentinel, unit, implausible, future, precision."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from reference.written import MICROS_A_UNIT, How, Written, day_of, local_date, micros_of, parse

NULL_TOKENS = {"", "n/a", "-", "null", "none", "onbekend", "\\n", "n.v.t.", "(not set)"}  # domain.md 2.3, formats.md 0 and 15
FAR_FUTURE = {date(2038, 1, 19), date(2999, 12, 31), date(9999, 12, 31)}
SENTINELS = FAR_FUTURE | {date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)}
EPOCH_DAY = date(1970, 1, 1)
EPOCH_MIDNIGHT = datetime(1970, 1, 1)
END_OF_TIME = 253_402_300_800_000_000  # micros: no calendar holds what lies beyond the year 9999
FAR_EPOCH = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stamp says: local dates [first, last], or none and the code that says why; notes decide no verdict."""

    first: date | None
    last: date | None
    issue: str | None = None
    notes: tuple[str, ...] = ()
    is_endless: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether there is a date to judge by."""
        return self.last is not None


def unusable(issue: str) -> Reading:
    """A reading without dates."""
    return Reading(None, None, issue)


def read_stamp(raw: object, how: How) -> Reading:
    """Reads one raw value: text, a number since 1970, a date, a datetime or None."""
    if raw is None or (isinstance(raw, str) and raw.strip().lower() in NULL_TOKENS):
        return unusable("DQ-TS-NULL")
    if isinstance(raw, str) and raw.strip().startswith("0000-00-00"):
        return unusable("DQ-TS-SENTINEL")
    written = parse(raw, how)
    if written is None:
        return unusable("DQ-TS-PARSE")
    sentinel = sentinel_of(written, how)
    if sentinel is not None:
        is_endless = how.is_end and sentinel in FAR_FUTURE
        return Reading(None, None, "DQ-TS-SENTINEL", is_endless=is_endless)
    return judge_plausible(raw, written, how)


def judge_plausible(raw: object, written: Written, how: How) -> Reading:
    """The tests that follow null, parse and sentinel."""
    if how.unit is not None and written.micros is not None and has_wrong_unit(int(str(raw)), how):
        return unusable("DQ-TS-UNIT")
    if written.micros is not None and abs(written.micros[0]) >= END_OF_TIME:
        return unusable("DQ-TS-FUTURE" if written.micros[0] > 0 else "DQ-TS-IMPLAUSIBLE")
    first, last = local_days(written, how)
    if not how.is_end and how.min_plausible is not None and last < how.min_plausible:
        return unusable("DQ-TS-IMPLAUSIBLE")
    reading = Reading(first, last, written.issue if first != last else None, written.notes)
    return reading if how.is_end else not_after_extraction(written, reading, how)


def not_after_extraction(written: Written, reading: Reading, how: How) -> Reading:
    """Future stamps are unusable; a stamp within the tolerance is read as the extraction; a later end of an interval is cut there."""
    assert reading.first is not None
    assert reading.last is not None
    if how.extracted_at is None:
        return reading
    latest = local_date(how.extracted_at, how.local_zone)
    if is_later(written, reading.first, how.extracted_at + how.tolerance, how):
        return unusable("DQ-TS-FUTURE")
    if is_later(written, reading.first, how.extracted_at, how):
        return Reading(latest, latest, None, (*reading.notes, "DQ-TS-SKEW"))
    return replace(reading, last=min(reading.last, max(latest, reading.first)))


def is_later(written: Written, first: date, bound: datetime, how: How) -> bool:
    """Whether even the earliest reading lies after the bound: instants by the clock, days by the calendar."""
    if written.micros is not None:
        return written.micros[0] > micros_of(bound)
    return first > local_date(bound, how.local_zone)


def sentinel_of(written: Written, how: How) -> date | None:
    """The stand-in date that the stamp is, or None; a period or two readings are no exact sentinel."""
    if written.written is not None and written.written == EPOCH_MIDNIGHT:
        return EPOCH_DAY
    readings = [written.written.date()] if written.written is not None else []
    if written.issue is None and written.micros is not None:
        midnight = micros_of(EPOCH_MIDNIGHT.replace(tzinfo=ZoneInfo(how.local_zone)))
        if written.micros[0] in (0, midnight):
            return EPOCH_DAY
        if abs(written.micros[0]) < END_OF_TIME:
            readings += [day_of(written.micros[0], "UTC"), day_of(written.micros[0], how.local_zone)]
    return next((day for day in readings if day in SENTINELS), None)


def has_wrong_unit(number: int, how: How) -> bool:
    """Whether the declared unit gives an impossible instant and another unit a possible one."""
    assert how.unit is not None
    if is_possible(number * MICROS_A_UNIT[how.unit], how):
        return False
    return any(is_possible(number * size, how) for unit, size in MICROS_A_UNIT.items() if unit != how.unit)


def is_possible(micros: int, how: How) -> bool:
    """Between the earliest plausible day and the extraction (2100 where that is unknown)."""
    earliest = how.min_plausible or date(1970, 1, 2)
    return day_of(micros, how.local_zone) >= earliest and micros <= micros_of(how.extracted_at or FAR_EPOCH)


def local_days(written: Written, how: How) -> tuple[date, date]:
    """First and last local date of a parsed stamp."""
    if written.days is not None:
        return written.days
    assert written.micros is not None
    return day_of(written.micros[0], how.local_zone), day_of(written.micros[1], how.local_zone)
