"""Google's tables of users: one row a browser (pseudonymous_users_) or a known customer (users_), on each day that something changed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from houdbaar.sample import files, ga4_schema
from houdbaar.sample.browsing import Event, Visitor
from houdbaar.sample.ga4_rows import STREAM, as_json
from houdbaar.sample.moments import LAST_OVERDUE_26, compact, micros, pick_moment
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted

BROWSERS, CUSTOMERS = "website-visitors", "website-users"
Row = dict[str, Any]

# Days whose table of browsers was exported: two of them lie before the limit.
_SHARDS = (
    date(2024, 7, 9), date(2024, 8, 13), date(2024, 11, 12), date(2025, 2, 11), date(2025, 4, 8), date(2025, 9, 9), date(2025, 12, 9),
    date(2026, 2, 24), date(2026, 3, 10), date(2026, 5, 26), date(2026, 6, 9), date(2026, 7, 14), date(2026, 8, 11), date(2026, 9, 22),
    date(2026, 10, 6), date(2026, 10, 13), date(2026, 10, 20), date(2026, 10, 21), date(2026, 10, 27),
)  # fmt: skip


def write_browsers(folder: Path, days: dict[date, list[Event]], planted: Planted) -> None:
    """Write pseudonymous_users_ tables: each browser in the table of the last exported day on which it came."""
    last = _last_visits(days)
    for day in _SHARDS:
        seen = [(visitor, moment) for visitor, moment in last.items() if moment.date() == day]
        rows = [_browser(visitor, moment, planted) for visitor, moment in seen]
        if day == _SHARDS[-1]:
            rows += _unusable(planted)
        files.write_parquet(folder / f"pseudonymous_users_{compact(day)}.parquet", rows, ga4_schema.pseudonymous_users())


def _last_visits(days: dict[date, list[Event]]) -> dict[Visitor, datetime]:
    events = [event for day in sorted(days) for event in days[day] if event.visitor.client_id]
    return {event.visitor: event.moment for event in events}


def _browser(visitor: Visitor, moment: datetime, planted: Planted) -> Row:
    _judge(BROWSERS, visitor.first_seen, moment, planted)
    if visitor.is_renewed:
        planted.add(Finding("RET-COOKIE-ROLL", BROWSERS, "analytics_user"), "browsers whose cookie was renewed beyond 24 months")
    row = _row(moment.date(), micros(moment), micros(visitor.first_seen))
    return {"pseudo_user_id": visitor.client_id, "stream_id": STREAM, **row}


def _judge(source: str, first_seen: datetime, moment: datetime, planted: Planted) -> None:
    if moment.date() <= LAST_OVERDUE_26:
        planted.add(Finding("RET-ANA-26", source, "analytics_user", verdict="OVERDUE"), "users last active 26 months ago and older")
    elif first_seen.date() <= LAST_OVERDUE_26:
        finding = Finding("RET-ANA-26", source, "analytics_user", "first_touch_at", "OVERDUE")
        planted.add(finding, "active users with a first touch that is older than 26 months")


def _unusable(planted: Planted) -> list[Row]:
    # Ids as an app makes them: 32 hexadecimal digits say nothing of a first visit.
    stamps = ((None, "DQ-TS-NULL", "a1"), (None, "DQ-TS-NULL", "b2"), (0, "DQ-TS-SENTINEL", "c3"))
    for _, reason, _ in stamps:
        finding = Finding("RET-ANA-26", BROWSERS, "analytics_user", verdict="UNDETERMINED", reason=reason)
        planted.add(finding, "users without a last activity")
    day = _SHARDS[-1]
    return [{"pseudo_user_id": digits * 16, "stream_id": STREAM, **_row(day, stamp, 0)} for stamp, _, digits in stamps]


def _row(day: date, active: int | None, first_touch: int) -> Row:
    return {
        "user_info": {"last_active_timestamp_micros": active, "user_first_touch_timestamp_micros": first_touch},
        "device": {"operating_system": "Windows", "category": "desktop"},
        "geo": {"city": "Utrecht", "country": "Netherlands", "continent": "Europe", "region": "Utrecht"},
        "audiences": [{"id": 1, "name": "All Users", "npa": False}],
        "user_properties": [],
        "user_ltv": {"revenue_in_usd": 0.0, "sessions": 1, "purchases": 0},
        "privacy_info": {"is_limited_ad_tracking": "false", "is_ads_personalization_allowed": "(not set)"},
        "occurrence_date": compact(day),
        "last_updated_date": compact(day),
    }


def write_customers(folder: Path, customers: list[Person], planted: Planted) -> None:
    """Write one users_ table, of people who had logged in, as newline JSON."""
    rng = Random("houdbaar sample users")
    rows = [_customer(rng, place, person, planted) for place, person in enumerate(customers)]
    files.write_ndjson(folder / "users_20261030.json", (as_json(row) for row in rows))


def _customer(rng: Random, place: int, person: Person, planted: Planted) -> Row:
    first_seen = pick_moment(rng, date(2024, 9, 10), date(2025, 6, 30))
    moment = pick_moment(rng, date(2025, 7, 1), date(2026, 10, 29))
    if place in (7, 31):
        first_seen, moment = pick_moment(rng, date(2023, 9, 1), date(2023, 12, 31)), pick_moment(rng, date(2024, 4, 1), LAST_OVERDUE_26)
    if place in (12, 25, 40):
        first_seen = pick_moment(rng, date(2022, 3, 1), date(2024, 5, 31))
    _judge(CUSTOMERS, first_seen, moment, planted)
    return {"user_id": person.customer_id, **_row(moment.date(), micros(moment), micros(first_seen))}
