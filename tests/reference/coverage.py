"""Which lists and days the bound activity speaks for (design.md 3, Coverage)."""

from collections.abc import Iterable
from datetime import date, timedelta

from reference.model import Record, Settings, Source, records_of
from reference.months import last_overdue_date
from reference.terms import read
from reference.written import local_date

TELLING = {"click", "reply", "form", "survey", "opt_in", "confirm", "preference", "order", "bounce", "unsubscribe", "complaint"}


def list_of(record: Record) -> str:
    """The row's list, else the source's name."""
    return record.text("list_id") or record.source.name


def audiences(sources: Iterable[Source]) -> set[str]:
    """Every list that a membership names."""
    return {list_of(record) for source in sources if source.entity == "mail_member" for record in records_of(source)}


def is_covered(sources: tuple[Source, ...], settings: Settings, list_id: str, months: int, rule: str) -> bool:
    """Whether some activity covers each day after the last overdue trigger date, up to as-of."""
    day = last_overdue_date(settings.as_of, months, settings.boundary(rule)) + timedelta(days=1)
    spans = [span for source in sources if speaks_for(source, list_id, sources) and (span := span_of(source, settings))]
    while day <= settings.as_of:
        if not any(first <= day <= last for first, last in spans):
            return False
        day += timedelta(days=1)
    return True


def speaks_for(source: Source, list_id: str, sources: tuple[Source, ...]) -> bool:
    """Activity speaks for the lists it names, or for the only audience there is; but opens alone tell nothing of clicks."""
    if source.entity != "mail_activity":
        return False
    rows = records_of(source)
    if not rows:
        return audiences(sources) == {list_id} and may_be_about(source, sources)
    return any(record.text("kind") in TELLING for record in rows) and any(list_of_act(sources, record) == list_id for record in rows)


def list_of_act(sources: tuple[Source, ...], record: Record) -> str | None:
    """The list that a row of activity is about: the one it names, else the only one; if nothing names that one, it is that one anyway.

    Not of another mailer than the one that keeps that list: it may have written to others.
    """
    known = audiences(sources)
    only = next(iter(known)) if len(known) == 1 and may_be_about(record.source, sources) else None
    return record.text("list_id") if only is None or (is_named(sources) and record.text("list_id")) else only


def may_be_about(source: Source, sources: Iterable[Source]) -> bool:
    """Whether activity that names no list may be of the system that keeps one: a plain table is of no mailer in particular."""
    return source.system == "plain" or bool({source.system, "plain"} & systems(sources))


def systems(sources: Iterable[Source]) -> set[str]:
    """The systems that keep memberships."""
    return {source.system for source in sources if source.entity == "mail_member" and records_of(source)}


def is_named(sources: Iterable[Source]) -> bool:
    """Whether any membership names its list."""
    return any(record.text("list_id") for source in sources if source.entity == "mail_member" for record in records_of(source))


def span_of(source: Source, settings: Settings) -> tuple[date, date] | None:
    """The days of a source: as bound, else from its first stamp less the grace to its extraction, else its last stamp and the grace."""
    grace = timedelta(days=settings.number("coverage.grace_days"))
    days = [day for record in records_of(source) for day in days_of(record, settings)]
    made = [local_date(file.extracted_at, settings.zone) for file in source.files if file.extracted_at is not None]
    first = source.covers_from or (min(days) - grace if days else None)
    last = source.covers_to or (max(made) if made else max(days) + grace if days else None)
    return None if first is None or last is None else (first, last)


def days_of(record: Record, settings: Settings) -> list[date]:
    """The dates of one activity row that can be read."""
    reading = read(record, "happened_at", settings)
    return [day for day in (reading.first, reading.last) if day is not None]
