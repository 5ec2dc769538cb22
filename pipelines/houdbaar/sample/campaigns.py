"""The mailings that were sent: the monthly newsletter, and four letters to dealers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from houdbaar.sample.moments import local

_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
SHOP = "https://www.voorbeeld.nl"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A mailing: its id and title as Mailchimp gives them, when it went out, and the links in it."""

    campaign_id: str
    title: str
    sent_at: datetime
    links: tuple[str, ...]


def newsletters() -> list[Campaign]:
    """Give the newsletters of January 2025 to October 2026, each on the first Tuesday of its month."""
    days = [_first_tuesday(2025 + number // 12, number % 12 + 1) for number in range(22)]
    return [_campaign(f"Nieuwsbrief {_MONTHS[day.month - 1]} {day.year}", day) for day in days]


def dealer_letters() -> list[Campaign]:
    """Give the letters to dealers, one a quarter of the last year."""
    days = (date(2025, 11, 18), date(2026, 2, 17), date(2026, 5, 19), date(2026, 9, 15))
    return [_campaign(f"Dealerbrief {_MONTHS[day.month - 1]} {day.year}", day) for day in days]


def _campaign(title: str, day: date) -> Campaign:
    links = tuple(f"{SHOP}{page}" for page in ("/trackers/gt-06", "/abonnementen", f"/acties/{day:%Y-%m}"))
    return Campaign(sha256(title.encode()).hexdigest()[:10], title, local(day, 10, 30), links)


def _first_tuesday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7)
