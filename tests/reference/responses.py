"""What counts as a person's response, by the tiers of domain.md 2.5: tier A counts, tier B counts by knob, the rest never."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reference.coverage import list_of, list_of_act
from reference.model import Record, Settings, Source
from reference.people import customers_of, is_of, person_of, records_in
from reference.stamps import Reading
from reference.terms import read
from reference.written import How, parse

ALWAYS = {"reply", "form", "survey", "opt_in", "confirm", "preference", "order"}
NO_STAMP = {"DQ-TS-NULL", "DQ-TS-SENTINEL"}  # in a profile: it never happened; in a log: it did, who knows when
NOT_AN_ACT = {"import", "staff"}


@dataclass(frozen=True, slots=True)
class Event:
    """A possible response: tier A, or the knob's kind (open, purchase, login); `none` for an opt-in that its stamp denies."""

    tier: str
    reading: Reading

    @property
    def is_future(self) -> bool:
        """Whether it is stamped after the extraction, and so is dropped."""
        return self.reading.issue == "DQ-TS-FUTURE"


def events_of(sources: tuple[Source, ...], settings: Settings, member: Record) -> list[Event]:
    """Everything that the person behind a membership did, in the response scope."""
    person = person_of(member)
    is_by_list = settings.knob("marketing.response_scope") == "list"
    memberships = [record for record in records_in(sources, "mail_member") if is_of(record, person)]
    customers = customers_of(memberships)
    own = [record for record in memberships if not is_by_list or list_of(record) == list_of(member)]
    activity = [record for record in records_in(sources, "mail_activity") if is_of(record, person)]
    if is_by_list:
        activity = [record for record in activity if list_of_act(sources, record) == list_of(member)]
    return [
        *subscriptions(own, settings),
        *acts(sources, activity, settings),
        *elsewhere(sources, person, customers, settings),
    ]


def subscriptions(memberships: Iterable[Record], settings: Settings) -> Iterator[Event]:
    """Opt-in and confirmation, unless the address was imported or typed in by staff."""
    for record in memberships:
        if (record.text("signup_source") or "").lower() in NOT_AN_ACT:
            continue
        for column in ("opted_in_at", "confirmed_at"):
            reading = read(record, column, settings)
            if reading.issue != "DQ-TS-NULL":
                yield Event("none" if reading.issue in {"DQ-TS-SENTINEL", "DQ-TS-FUTURE"} else "A", reading)


def is_response_kind(record: Record, settings: Settings) -> bool:
    """Whether a row of activity is of a kind that counts."""
    kind = (record.text("kind") or "").lower()
    return kind == "click" or kind in ALWAYS or (kind == "open" and open_tier(record, settings) == "A")


def acts(sources: Sequence[Source], activity: Sequence[Record], settings: Settings) -> Iterator[Event]:
    """Rows of activity: clicks that no machine made, other acts, and opens as far as the knob goes."""
    for record in activity:
        kind = (record.text("kind") or "").lower()
        tier = open_tier(record, settings) if kind == "open" else "A" if is_response_kind(record, settings) else None
        if kind == "click" and is_bot(sources, record, settings):
            tier = None
        if tier is not None:
            yield Event(tier, read(record, "happened_at", settings))


def open_tier(record: Record, settings: Settings) -> str | None:
    """never: no open counts; verified_human: what the data says no machine fetched; all: every one."""
    knob = settings.knob("marketing.opens")
    is_human = record.truth("is_machine_open") is False
    if knob == "all" or (knob == "verified_human" and is_human):
        return "A"
    return "open" if knob == "never" and is_human else None


def is_bot(sources: Sequence[Source], click: Record, settings: Settings) -> bool:
    """Flagged, or one of a burst that hit every link of the campaign right after delivery."""
    if click.truth("is_bot") is True:
        return True
    person, campaign = person_of(click), click.text("campaign_id")
    clicks = [record for record in records_in(sources, "mail_activity") if is_click_of(record, campaign)]
    links = {record.text("url") for record in clicks} - {None}
    for send in records_in(sources, "mail_send"):
        if campaign is None or send.text("campaign_id") != campaign or not is_of(send, person):
            continue
        burst = [record for record in clicks if is_of(record, person) and is_soon_after(send, record, settings)]
        if links and click in burst and {record.text("url") for record in burst} >= links:
            return True
    return False


def is_click_of(record: Record, campaign: str | None) -> bool:
    """Whether a row is a click in the campaign."""
    return (record.text("kind") or "").lower() == "click" and record.text("campaign_id") == campaign


def is_soon_after(send: Record, click: Record, settings: Settings) -> bool:
    """Whether a click came within the knob's seconds after the delivery (where unknown: the sending)."""
    start = instant(send, "delivered_at")
    start = instant(send, "sent_at") if start is None else start
    end = instant(click, "happened_at")
    if start is None or end is None:
        return False
    return 0 <= end - start <= settings.number("marketing.bot_click_seconds") * 1_000_000


def instant(record: Record, column: str) -> int | None:
    """The point in time in micros since 1970, where the stamp is one."""
    how = How(source_zone=record.source.zone, unit=record.source.units.get(column))
    value = record.get(column)
    written = None if value is None else parse(value, how)
    return None if written is None or written.micros is None else written.micros[0]


def elsewhere(sources: Sequence[Source], person: str | None, customers: set[str], settings: Settings) -> Iterator[Event]:
    """Orders, messages and logins of the person, by address or customer number."""
    for record in records_in(sources, "order"):
        if belongs(record, person, customers):
            counts = record.text("campaign_id") is not None or settings.knob("marketing.purchase_counts") == "always"
            yield Event("A" if counts else "purchase", read(record, "ordered_at", settings))
    for record in records_in(sources, "message"):
        if belongs(record, person, customers):
            yield Event("A", read(record, "created_at", settings))
    for record in records_in(sources, "account"):
        if belongs(record, person, customers):
            counts = settings.knob("marketing.login_counts") is True
            reading = read(record, "last_login_at", settings)
            if reading.issue not in NO_STAMP:
                yield Event("A" if counts else "login", reading)


def sales_of(sources: Sequence[Source], settings: Settings, member: Record) -> Iterator[Reading]:
    """Orders and accounts of the person, by address or by a customer number that goes with it: each gave us the address."""
    person = person_of(member)
    named = [record for entity in ("mail_member", "order", "account") for record in records_in(sources, entity) if is_of(record, person)]
    numbers = customers_of(named)
    for entity, column in (("order", "ordered_at"), ("account", "created_at")):
        for record in records_in(sources, entity):
            if belongs(record, person, numbers) and (record.text("status") or "").lower() not in {"cancelled", "geannuleerd"}:
                yield read(record, column, settings)


def belongs(record: Record, person: str | None, customers: set[str]) -> bool:
    """Whether a row outside the mail tool is the person's."""
    return is_of(record, person) or record.text("customer_id") in customers
