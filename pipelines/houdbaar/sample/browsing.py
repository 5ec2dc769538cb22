"""Visits to the example company's site: who looked at what, and when. `ga4.py` writes them as Google does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from houdbaar.sample.moments import later, local, pick_moment, seconds
from houdbaar.sample.people import Person
from houdbaar.sample.shop import Order

PAGES = (
    "/", "/trackers", "/trackers/gt-06", "/trackers/gt-12-mini", "/trackers/caravan", "/fleet", "/accessoires/magneethouder",
    "/abonnementen", "/contact", "/over-ons", "/handleidingen/gt-06", "/winkelwagen", "/privacy",
)  # fmt: skip
_TOWNS = (
    ("Utrecht", "Utrecht"),
    ("Zwolle", "Overijssel"),
    ("Breda", "North Brabant"),
    ("Arnhem", "Gelderland"),
    ("(not set)", "(not set)"),
)
# A browser comes back within this span, so that no cookie id outlives its 24 months unless that is planted.
_COMES_BACK_WITHIN = timedelta(days=600)


@dataclass(frozen=True, slots=True, eq=False)
class Visitor:
    """A browser. Without consent it has no client id, and the next visit cannot be told to be the same one.

    `is_renewed`: its cookie was renewed beyond 24 months, which is planted.
    """

    client_id: str | None
    first_seen: datetime
    person: Person | None = None
    is_mobile: bool = False
    has_ads_consent: bool = False
    town: tuple[str, str] = _TOWNS[0]
    is_renewed: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a visitor did; `medium` is where the visit came from."""

    visitor: Visitor
    moment: datetime
    name: str
    page: str
    session_at: datetime
    medium: str
    order: Order | None = None


@dataclass(slots=True)
class Crowd:
    """Makes visits day by day, and remembers who may come back."""

    rng: Random
    customers: list[Person]
    known: list[Visitor] = field(default_factory=list)

    def day(self, day: date, visits: int, orders: list[Order]) -> list[Event]:
        """Make one local day's events, in the order of their stamps."""
        events = [event for _ in range(visits) for event in self._visit(day)]
        events += [event for order in orders for event in self._purchase(order)]
        return sorted(events, key=lambda event: event.moment)

    def _visit(self, day: date) -> list[Event]:
        started = pick_moment(self.rng, day, day)
        visitor = self._visitor(started)
        names = ["session_start", "page_view", *self.rng.choices(("page_view", "scroll", "view_item", "click"), k=self.rng.randrange(1, 5))]
        medium = self.rng.choice(("organic", "organic", "(none)", "referral", "cpc", "email"))
        return self.session(visitor, started, names, medium)

    def _purchase(self, order: Order) -> list[Event]:
        # The shop stamps the order to the minute that the customer pays; the visit began some minutes before.
        started = later(order.ordered_at, -240)
        visitor = Visitor(self._client_id(started), started, order.person, has_ads_consent=True, town=_TOWNS[1])
        names = ["session_start", "page_view", "view_item", "add_to_cart"]
        return [
            *self.session(visitor, started, names, "organic"),
            Event(visitor, order.ordered_at, "purchase", "/bedankt", started, "organic", order),
        ]

    def session(self, visitor: Visitor, started: datetime, names: list[str], medium: str) -> list[Event]:
        """Make the events of one visit, some seconds to half a minute apart."""
        events, moment, page = [], started, self.rng.choice(PAGES)
        for name in names:
            events.append(Event(visitor, moment, name, page, started, medium))
            moment = later(moment, self.rng.randrange(2, 35) + self.rng.randrange(1000) / 1000)
            page = self.rng.choice(PAGES) if name == "page_view" else page
        return events

    def _visitor(self, started: datetime) -> Visitor:
        back = [each for each in self.known if timedelta(0) < started - each.first_seen < _COMES_BACK_WITHIN]
        if back and self.rng.random() < 0.4:
            return self.rng.choice(back)
        return self._newcomer(started)

    def _newcomer(self, started: datetime) -> Visitor:
        is_mobile, town = self.rng.random() < 0.55, self.rng.choice(_TOWNS)
        if self.rng.random() < 0.15:
            return Visitor(None, started, None, is_mobile, False, town)
        person = self.rng.choice(self.customers) if self.rng.random() < 0.12 else None
        visitor = Visitor(self._client_id(started), started, person, is_mobile, self.rng.random() < 0.6, town)
        self.known.append(visitor)
        return visitor

    def _client_id(self, first_seen: datetime) -> str:
        return f"{self.rng.randrange(10**8, 2 * 10**9)}.{seconds(first_seen)}"

    def returning(self, first_seen: date, is_renewed: bool) -> Visitor:
        """Make a browser whose cookie was first set on a day long ago."""
        moment = local(first_seen, 11, 20)
        return Visitor(self._client_id(moment), moment, is_renewed=is_renewed)
