"""Who a row of the mail tool, the shop or the accounts belongs to, and which rows describe the present."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from reference.coverage import list_of
from reference.model import Record, Settings, Source, records_of
from reference.written import local_date


def records_in(sources: Iterable[Source], entity: str) -> list[Record]:
    """Every row of the sources that feed one entity."""
    return [record for source in sources if source.entity == entity for record in records_of(source)]


def md5(address: str) -> str:
    """The mail tool's hash of an address: trimmed, lower case."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


def person_of(record: Record) -> str | None:
    """The hash of the row's address, whether it is written out or not."""
    email = record.text("email")
    given = record.text("email_md5")
    return md5(email) if email is not None else given.lower() if given is not None else None


def is_of(record: Record, person: str | None) -> bool:
    """Whether a row belongs to the person by address."""
    return person is not None and person_of(record) == person


def lists_of(members: Iterable[Record]) -> set[str]:
    """The lists that memberships stand for."""
    return {list_of(member) for member in members}


def customers_of(members: Iterable[Record]) -> set[str]:
    """The customer numbers that a person's memberships name."""
    return {number for member in members if (number := member.text("customer_id")) is not None}


def newest(source: Source, settings: Settings) -> tuple[list[Record], list[Record]]:
    """Rows of the newest snapshot made by as-of + grace (else of the oldest later one) and of exports without a date, and the rest."""
    days = {newest_day(source, settings), None}
    records = records_of(source)
    current = [record for record in records if day_of_file(record, settings) in days]
    return current, [record for record in records if day_of_file(record, settings) not in days]


def day_of_file(record: Record, settings: Settings) -> date | None:
    """The local date of the export that holds the row."""
    made = record.file.extracted_at
    return None if made is None else local_date(made, settings.zone)


def newest_day(source: Source, settings: Settings) -> date | None:
    """The snapshot that state is read from; None where no export says when it was made."""
    days = sorted({local_date(file.extracted_at, settings.zone) for file in source.files if file.extracted_at is not None})
    limit = settings.as_of + timedelta(days=settings.number("coverage.grace_days"))
    return pick([day for day in days if day <= limit], days)


def pick(in_time: Sequence[date], days: Sequence[date]) -> date | None:
    """The newest in time, else the oldest of all."""
    return in_time[-1] if in_time else days[0] if days else None
