"""RET-ANA-26 on events and users, RET-SVC-12, RET-COOKIE-24 and RET-COOKIE-ROLL, record by record."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reference.model import Judged, Record, Settings, Source, records_of
from reference.months import add_months, is_overdue
from reference.stamps import FAR_EPOCH, Reading
from reference.terms import Verdict, bounded_by, judge_term, read
from reference.written import local_date

ANALYTICS_MONTHS = 26
COOKIE_MONTHS = 24
SERVICE_MONTHS = 12
CLIENT_ID = re.compile(r"(?:GA\d\.\d\.)?\d+\.(\d+)")
ROLLING = {"cookie": "last_seen_at", "analytics_user": "last_active_at", "analytics_event": "event_at"}


def judged(rule: str, record: Record, verdict: Verdict, field: str | None = None) -> Judged:
    """One line of a term rule; the code is the rule without its suffix."""
    code = rule.removesuffix("-USER").removesuffix("-FIELD")
    return Judged(rule, code, record, verdict.name, verdict.reason, verdict.first, verdict.last, field, is_bounded=verdict.is_bounded)


def judge_events(source: Source, settings: Settings) -> Iterator[Judged]:
    """RET-ANA-26 on events: event_at; event_date only where event_at holds nothing."""
    for record in records_of(source):
        yield judged("RET-ANA-26", record, judge_event(record, settings))


def judge_event(record: Record, settings: Settings) -> Verdict:
    """One event."""
    reading = stamp_of_event(record, settings)
    loaded = record.get("loaded_by")
    if reading.issue == "DQ-TS-NULL" and isinstance(loaded, date):
        reading = bounded_by(reading, loaded)
    count = record.text("aggregate")
    if count is not None and int(count) >= settings.number("aggregate.k"):
        return Verdict("OUT_OF_SCOPE", None, None, None)
    return judge_term(reading, ANALYTICS_MONTHS, settings.boundary("RET-ANA-26"), settings.as_of)


def stamp_of_event(record: Record, settings: Settings) -> Reading:
    """When an event happened: event_date replaces a missing event_at, never an unusable one (2.3)."""
    reading = read(record, "event_at", settings)
    is_missing = reading.issue == "DQ-TS-NULL" and "event_date" in record.source.columns
    return read(record, "event_date", settings) if is_missing else reading


def judge_users(source: Source, settings: Settings) -> Iterator[Judged]:
    """RET-ANA-26 on users: the row by its last activity; its first-touch field by the first touch, unless the row itself must go."""
    for record in records_of(source):
        reading = read(record, "last_active_at", settings)
        verdict = judge_term(reading, ANALYTICS_MONTHS, settings.boundary("RET-ANA-26-USER"), settings.as_of)
        yield judged("RET-ANA-26-USER", record, verdict)
        touch = read(record, "first_touch_at", settings)
        if verdict.name != "OVERDUE" and touch.issue not in {"DQ-TS-NULL", "DQ-TS-SENTINEL"}:
            boundary = settings.boundary("RET-ANA-26-FIELD")
            yield judged("RET-ANA-26-FIELD", record, judge_term(touch, ANALYTICS_MONTHS, boundary, settings.as_of), "first_touch_at")


def judge_service(source: Source, settings: Settings) -> Iterator[Judged]:
    """RET-SVC-12: from each event."""
    for record in records_of(source):
        reading = read(record, "happened_at", settings)
        yield judged("RET-SVC-12", record, judge_term(reading, SERVICE_MONTHS, settings.boundary("RET-SVC-12"), settings.as_of))


def judge_cookies(source: Source, settings: Settings) -> Iterator[Judged]:
    """RET-COOKIE-24: the end may not lie after the day of setting + 24 months; at the strict boundary not on it."""
    for record in records_of(source):
        yield judged("RET-COOKIE-24", record, judge_cookie(record, settings))


def judge_cookie(record: Record, settings: Settings) -> Verdict:
    """One cookie; without expiry and max-age it ends with the session."""
    start = read(record, "set_at", settings)
    end = read(record, "expires_at", settings, is_end=True)
    if end.is_endless:
        return Verdict("FAIL", None, start.first, start.last, is_bounded=not start.is_usable)
    if end.issue == "DQ-TS-NULL":
        age = record.text("max_age_seconds")
        if age is None:
            return Verdict("PASS", None, start.first, start.last)
        if start.is_usable:
            end = after(start, int(age), record, settings)
    if not start.is_usable:
        return Verdict("UNDETERMINED", start.issue, None, None)
    return compare_life(start, end, settings.boundary("RET-COOKIE-24"))


def after(start: Reading, seconds: int, record: Record, settings: Settings) -> Reading:
    """The local date so many seconds after the cookie was set."""
    raw = str(record.get("set_at")).strip()
    assert start.first is not None
    zone = ZoneInfo(settings.zone)
    moment = datetime.combine(start.first, datetime.min.time(), zone)
    if len(raw) > len("2024-01-01"):
        moment = datetime.fromisoformat(raw)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(record.source.zone))
    day = local_date(moment.astimezone(UTC) + timedelta(seconds=seconds), settings.zone)
    return Reading(day, day)


def compare_life(start: Reading, end: Reading, boundary: str) -> Verdict:
    """FAIL where every reading is too long, PASS where none is."""
    if end.first is None or end.last is None or start.first is None or start.last is None:
        return Verdict("UNDETERMINED", end.issue, start.first, start.last)
    is_surely_long = is_overdue(start.last, end.first, COOKIE_MONTHS, boundary)
    is_maybe_long = is_overdue(start.first, end.last, COOKIE_MONTHS, boundary)
    if is_maybe_long and not is_surely_long:
        return Verdict("UNDETERMINED", start.issue or end.issue, start.first, start.last)
    return Verdict("FAIL" if is_surely_long else "PASS", None, start.first, start.last, is_bounded=end.first != end.last)


def judge_rolling(source: Source, settings: Settings) -> Iterator[Judged]:
    """RET-COOKIE-ROLL: an identifier still seen more than 24 months after the first visit that it carries."""
    for record in records_of(source):
        judgement = judged("RET-COOKIE-ROLL", record, judge_identifier(record, settings))
        yield replace(judgement, month=month_of_use(record, settings)) if judgement.verdict == "FAIL" else judgement


def judge_identifier(record: Record, settings: Settings) -> Verdict:
    """One identifier: the term starts at the first visit, and the record's own stamp says that it is still used."""
    visit = first_visit_of(record, settings)
    if visit is None:
        return Verdict("OUT_OF_SCOPE", None, None, None)
    seen = (
        stamp_of_event(record, settings)
        if record.source.entity == "analytics_event"
        else read(record, ROLLING[record.source.entity], settings)
    )
    if seen.first is None or seen.last is None:
        return Verdict("UNDETERMINED", seen.issue, visit, visit)
    if seen.first > settings.as_of:
        return Verdict("NOT_YET", None, visit, visit)
    limit = add_months(visit, COOKIE_MONTHS)
    if seen.first <= limit < min(seen.last, settings.as_of):
        return Verdict("UNDETERMINED", seen.issue, visit, visit)
    return Verdict("FAIL" if seen.first > limit else "PASS", None, visit, visit)


def month_of_use(record: Record, settings: Settings) -> str | None:
    """For entities without a lasting key the month of the record's own stamp."""
    seen = stamp_of_event(record, settings)
    return seen.last.strftime("%Y-%m") if record.key is None and seen.last is not None else None


def first_visit_of(record: Record, settings: Settings) -> date | None:
    """The local date of the seconds in `<digits>.<seconds since 1970>`, where they are plausible."""
    found = CLIENT_ID.fullmatch(record.text("client_id") or "")
    if found is None or len(found[1]) > 11:
        return None
    moment = datetime.fromtimestamp(int(found[1]), UTC)
    day = local_date(moment, settings.zone)
    return day if date(2005, 11, 14) <= day and moment <= FAR_EPOCH else None
