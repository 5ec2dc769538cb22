"""The website's analytics: daily Parquet tables, one intraday table and one month of newline JSON, with what was planted in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from houdbaar.sample import files, ga4_schema, scope
from houdbaar.sample.browsing import Crowd, Event, Visitor
from houdbaar.sample.ga4_rows import Row, as_json, event_row
from houdbaar.sample.moments import AS_OF, EXTRACTED_AT, LAST_OVERDUE_26, compact, local, micros
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted
from houdbaar.sample.shop import Order

SOURCE = "website"
_OVERDUE = Finding("RET-ANA-26", SOURCE, "analytics_event", verdict="OVERDUE")
_ROLLED = Finding("RET-COOKIE-ROLL", SOURCE, "analytics_event")
_JSON_MONTH = (2025, 5)
# An unusable stamp is put on visits without consent: nobody's cookie id hangs on it.
_NOBODY: Row = {
    "user_id": None,
    "user_pseudo_id": None,
    "user_first_touch_timestamp": None,
    "privacy_info": {"analytics_storage": "No", "ads_storage": "No", "uses_transient_token": "No"},
}

# Browsers that come back long after: first visit, whether the cookie then lived too long, the days they came back.
_RETURNS = (
    (date(2023, 5, 16), True, (date(2026, 2, 10), date(2026, 6, 9), date(2026, 10, 6))),
    (date(2023, 11, 2), True, (date(2026, 1, 27), date(2026, 9, 22))),
    (date(2024, 10, 20), True, (date(2026, 10, 21),)),
    # Twenty-four months to the day: the last day that is still right.
    (date(2024, 10, 20), False, (date(2026, 10, 20),)),
)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """So many events of a day whose stamp is made unusable, and the reason that the audit must give (none: it has a fallback)."""

    day: date
    count: int
    reason: str
    change: Callable[[Row], Row]
    note: str


def _stamp(value: int | None) -> Callable[[Row], Row]:
    return lambda row: {**row, "event_timestamp": value}


def _divided(by: int) -> Callable[[Row], Row]:
    return lambda row: {**row, "event_timestamp": row["event_timestamp"] // by}


def _undated(row: Row) -> Row:
    return {**row, "event_timestamp": None, "event_date": None}


def _garbled(row: Row) -> Row:
    return {**row, "event_timestamp": f"{row['event_timestamp']}?"}


_YEAR_9999 = micros(datetime(9999, 12, 31, tzinfo=UTC))
_NEXT_YEAR = micros(local(date(2027, 3, 5), 9))
_NEVER_SET = micros(local(date(2000, 1, 1), 0))

_SPOILT = (
    Spoilt(date(2024, 7, 9), 2, "", _stamp(None), ""),
    Spoilt(date(2025, 3, 11), 2, "", _stamp(None), ""),
    Spoilt(date(2025, 3, 11), 3, "DQ-TS-NULL", _undated, "neither stamp nor date"),
    Spoilt(date(2025, 5, 20), 1, "DQ-TS-PARSE", _garbled, "stamp is no number"),
    Spoilt(date(2025, 6, 10), 4, "DQ-TS-SENTINEL", _stamp(0), "stamp is 0"),
    Spoilt(date(2025, 8, 26), 2, "DQ-TS-IMPLAUSIBLE", _stamp(_NEVER_SET), "device clock that was never set"),
    Spoilt(date(2025, 11, 11), 3, "DQ-TS-FUTURE", _stamp(_NEXT_YEAR), "device clock months ahead"),
    Spoilt(date(2026, 2, 24), 1, "DQ-TS-SENTINEL", _stamp(_YEAR_9999), "stamp in the year 9999"),
    Spoilt(date(2026, 4, 14), 5, "DQ-TS-UNIT", _divided(1000), "milliseconds in microseconds"),
    Spoilt(date(2026, 5, 12), 2, "DQ-TS-UNIT", _divided(10**6), "seconds in microseconds"),
)


def shard_days() -> list[date]:
    """Give the days that have a daily table: two Tuesdays a month, and the days around a limit."""
    months = [(2024 + number // 12, number % 12 + 1) for number in range(5, 34)]
    days = {_tuesday(year, month, week) for year, month in months if (year, month) != _JSON_MONTH for week in (2, 4)}
    returns = {day for _, _, back in _RETURNS for day in back}
    return sorted(days | returns | {LAST_OVERDUE_26, LAST_OVERDUE_26 + timedelta(days=1)})


def _tuesday(year: int, month: int, week: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7 * (week - 1))


def visits(customers: list[Person], orders: list[Order]) -> dict[date, list[Event]]:
    """Make the events of every local day that is exported, among them those of the night to the as-of date."""
    rng = Random("houdbaar sample visits")
    crowd = Crowd(rng, customers)
    days = {day: crowd.day(day, 9, [order for order in orders if order.ordered_at.date() == day]) for day in _days()}
    for first, is_renewed, back in _RETURNS:
        visitor = crowd.returning(first, is_renewed)
        for day in back:
            days[day] += crowd.session(visitor, local(day, 14, 5), ["session_start", "page_view", "scroll"], "organic")
    # Both are 30 August in UTC; on the Amsterdam clock the second is 31 August, and still within term.
    for moment in (local(LAST_OVERDUE_26, 23, 59, 30), local(LAST_OVERDUE_26 + timedelta(days=1), 0, 10)):
        days[moment.date()] += crowd.session(Visitor(None, moment), moment, ["page_view"], "(none)")
    days[AS_OF] = [event for event in days[AS_OF] if event.moment < EXTRACTED_AT]
    return {day: sorted(events, key=lambda event: event.moment) for day, events in days.items()}


def _days() -> list[date]:
    return sorted({*shard_days(), *_json_days(), AS_OF})


def _json_days() -> list[date]:
    return [date(*_JSON_MONTH, number) for number in range(2, 30, 3)]


def write(folder: Path, days: dict[date, list[Event]], planted: Planted) -> None:
    """Write the daily tables, the intraday table of the as-of date, and the month as newline JSON."""
    rows = {day: _rows(day, events, planted) for day, events in days.items()}
    for day in shard_days():
        files.write_parquet(folder / f"events_{compact(day)}.parquet", rows[day], ga4_schema.events(compact(day), is_intraday=False))
    today = compact(AS_OF)
    files.write_parquet(folder / f"events_intraday_{today}.parquet", rows[AS_OF], ga4_schema.events(today, is_intraday=True))
    month = (as_json(row) for day in _json_days() for row in rows[day])
    files.write_ndjson(folder / "events_202505_000000000000.json.gz", month)


def _rows(day: date, events: list[Event], planted: Planted) -> list[Row]:
    rows = [event_row(event, number) for number, event in enumerate(events)]
    if day <= LAST_OVERDUE_26:
        planted.add(_OVERDUE, "events of 26 months ago and older, the last of them by one day", len(rows))
    renewed = sum(event.visitor.is_renewed for event in events)
    if renewed:
        planted.add(_ROLLED, "events of browsers whose cookie was renewed beyond 24 months", renewed)
    scope.leak(rows, day, planted)
    _spoil(rows, [event.visitor.is_renewed for event in events], [each for each in _SPOILT if each.day == day], planted)
    return rows


def _spoil(rows: list[Row], is_kept: list[bool], changes: list[Spoilt], planted: Planted) -> None:
    free = iter([place for place, kept in enumerate(is_kept) if not kept][3::3])
    for each in changes:
        for place in islice(free, each.count):
            rows[place] = each.change({**rows[place], **_NOBODY})
        if each.reason:
            verdict = Finding("RET-ANA-26", SOURCE, "analytics_event", verdict="UNDETERMINED", reason=each.reason)
            planted.add(verdict, each.note, each.count)
