"""Who is on the two mailing lists, and what they last did: each member is an instance of one of these cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from random import Random

from houdbaar.sample.campaigns import Campaign, dealer_letters, newsletters
from houdbaar.sample.moments import AS_OF, LAST_OVERDUE_12, later, local, pick_moment, utc_text
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted

NEWSLETTER, DEALERS = "newsletter", "dealers"
NEWSLETTER_ACTIVITY, DEALERS_ACTIVITY = "newsletter-activity", "dealers-activity"
NO_TIME = "0000-00-00 00:00:00"

Span = tuple[date, date]
_LONG_AGO: Span = (date(2019, 2, 1), date(2024, 12, 1))
_THIS_YEAR: Span = (date(2025, 11, 1), date(2026, 10, 29))
_BEFORE: Span = (date(2025, 1, 7), date(2025, 10, 20))
_PURCHASE = "counterfactual: purchase (marketing.purchase_counts=always)"
_LOGIN = "counterfactual: login (marketing.login_counts=true)"
_OPEN = "counterfactual: open (marketing.opens=verified_human)"


@dataclass(frozen=True, slots=True)
class Case:
    """So many members with one story: how they joined, when they clicked last, and what RET-MKT-12 must say of them.

    `verdict` is '' where the audit must say nothing; `status` names the part of the audience export.
    """

    name: str
    count: int
    joined: Span = _LONG_AGO
    clicked: Span | None = None
    is_imported: bool = False
    opens: bool = False
    verdict: str = ""
    reason: str = ""
    note: str = ""
    status: str = "subscribed"


_LAPSED = "still mailable more than 12 months after the last response"
NEWSLETTER_CASES = (
    Case("regular", 168, clicked=_THIS_YEAR, opens=True),
    Case("new", 34, joined=_THIS_YEAR, opens=True),
    Case("imported and active", 8, clicked=_THIS_YEAR, is_imported=True, opens=True),
    Case("ordered", 6, clicked=_BEFORE),
    Case("due", 2, clicked=(AS_OF, AS_OF)),
    Case("lapsed", 9, clicked=_BEFORE, verdict="OVERDUE", note=_LAPSED),
    Case("one day late", 1, clicked=(LAST_OVERDUE_12, LAST_OVERDUE_12), verdict="OVERDUE", note="last click one day too long ago"),
    Case("silent", 3, verdict="OVERDUE", note="no response since the opt-in"),
    Case("opens only", 5, opens=True, verdict="OVERDUE", note="opens, and no other response"),
    Case("clicks in the future", 1, clicked=_BEFORE, verdict="OVERDUE", note="a click in the future buys no time"),
    Case("bought", 3, clicked=_BEFORE, verdict="OVERDUE", reason=_PURCHASE, note="an order that no mailing led to"),
    Case("logged in", 2, clicked=_BEFORE, verdict="OVERDUE", reason=_LOGIN, note="a login is no answer to a mailing"),
    Case("imported", 4, is_imported=True, verdict="UNDETERMINED", reason="DQ-TS-NULL", note="imported, and no response"),
    Case("unreadable click", 1, verdict="UNDETERMINED", reason="DQ-TS-SENTINEL", note="a click without a date"),
    Case("unreadable opt-in", 1, verdict="UNDETERMINED", reason="DQ-TS-SENTINEL", note="an opt-in without a date"),
    Case("on both lists", 4, clicked=_THIS_YEAR, opens=True),
    Case("lapsed on both lists", 2, clicked=_BEFORE, verdict="OVERDUE", note="lapsed on both lists"),
    Case("unsubscribed", 58, clicked=_BEFORE, status="unsubscribed"),
    Case("cleaned", 24, status="cleaned"),
    Case("never subscribed", 20, status="nonsubscribed"),
)
DEALER_CASES = (
    Case("regular", 34, clicked=_THIS_YEAR, opens=True),
    Case("machine opens", 3, verdict="OVERDUE", note="opened by a mail program, not by a person"),
    Case("human opens", 2, verdict="OVERDUE", reason=_OPEN, note="a proven open is no response by default"),
    Case("flagged bot", 2, verdict="OVERDUE", note="clicks of a link scanner, flagged as such"),
    Case("unflagged bot", 2, verdict="OVERDUE", note="every link clicked within seconds of delivery"),
    Case("on both lists", 4),
    Case("lapsed on both lists", 2, verdict="OVERDUE", note="lapsed on both lists"),
    Case("unsubscribed", 4, status="unsubscribed"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One address on one list."""

    person: Person
    case: Case
    joined_at: datetime
    address: str


@dataclass(slots=True)
class Mailing:
    """Both lists with the clicks and opens of their members, by campaign."""

    members: dict[str, list[Member]] = field(default_factory=dict)
    gone: set[tuple[str, str]] = field(default_factory=set)  # list and address of those who may not be mailed any more
    campaigns: dict[str, list[Campaign]] = field(default_factory=lambda: {NEWSLETTER: newsletters(), DEALERS: dealer_letters()})

    def is_gone(self, audience: str, member: Member) -> bool:
        """Tell whether the member lapsed, or was unsubscribed or cleaned longer ago than the clean-up days."""
        return member.case.verdict == "OVERDUE" or (audience, member.person.email) in self.gone

    def people(self, audience: str, name: str) -> list[Person]:
        """Give the people of one case."""
        return [member.person for member in self.members[audience] if member.case.name == name]


def make_lists(people: Iterator[Person], planted: Planted) -> Mailing:
    """Fill both lists; those who are on both are the same people."""
    rng = Random("houdbaar sample lists")
    mailing = Mailing()
    mailing.members[NEWSLETTER] = [_member(rng, person, case) for case in NEWSLETTER_CASES for person in islice(people, case.count)]
    both = {case.name: mailing.people(NEWSLETTER, case.name) for case in DEALER_CASES if "both" in case.name}
    mailing.members[DEALERS] = [
        _member(rng, person, case) for case in DEALER_CASES for person in islice(both.get(case.name, people), case.count)
    ]
    for audience, cases in ((NEWSLETTER, NEWSLETTER_CASES), (DEALERS, DEALER_CASES)):
        _plant(audience, cases, planted)
    return mailing


def _plant(audience: str, cases: tuple[Case, ...], planted: Planted) -> None:
    for case in cases:
        if case.verdict:
            finding = Finding("RET-MKT-12", audience, "mail_member", verdict=case.verdict, reason=case.reason)
            planted.add(finding, case.note, case.count)
        if case.status == "subscribed" and case.is_imported:
            finding = Finding("CON-EVIDENCE", audience, "mail_member", reason="brought in by the company, not by the person")
            planted.add(finding, "imported addresses", case.count)
        if case.name == "unreadable opt-in":
            finding = Finding("CON-EVIDENCE", audience, "mail_member", reason="time of consent is missing")
            planted.add(finding, case.note, case.count)


def _member(rng: Random, person: Person, case: Case) -> Member:
    # Some people typed their address in capitals; the export keeps it that way.
    address = person.email.upper() if rng.random() < 0.04 else person.email
    return Member(person, case, pick_moment(rng, *case.joined), address)


@dataclass(frozen=True, slots=True)
class Act:
    """A click (with its link) or an open (without), stamped as the mail tool writes it: UTC without a zone."""

    campaign: Campaign
    address: str
    stamp: str
    url: str = ""


def newsletter_acts(mailing: Mailing) -> list[Act]:
    """Give the clicks and opens of the newsletter's members, in the order of the members."""
    rng = Random("houdbaar sample acts")
    campaigns = mailing.campaigns[NEWSLETTER]
    return [act for member in mailing.members[NEWSLETTER] for act in _acts(rng, member, campaigns)]


def _acts(rng: Random, member: Member, campaigns: list[Campaign]) -> Iterator[Act]:
    received = [each for each in campaigns if each.sent_at > member.joined_at]
    if member.case.opens:
        yield from (_open(rng, member, each) for each in received if rng.random() < 0.35)
    yield from _clicks(rng, member, received)
    yield from _odd_clicks(member, campaigns)


def _open(rng: Random, member: Member, campaign: Campaign) -> Act:
    return Act(campaign, member.person.email, utc_text(later(campaign.sent_at, rng.randrange(600, 400_000))))


def _clicks(rng: Random, member: Member, received: list[Campaign]) -> Iterator[Act]:
    span = member.case.clicked
    if span is None or span[0] == span[1]:
        return
    # Regular readers clicked in earlier years too; the last click is the one that the case is about.
    fitting = [each for each in received if span[0] <= each.sent_at.date() and later(each.sent_at, 400_000).date() <= span[1]]
    earlier = [each for each in received if each.sent_at.date() < span[0] and rng.random() < 0.15]
    for campaign in [*earlier, rng.choice(fitting)]:
        yield _click(rng, member, campaign)


def _click(rng: Random, member: Member, campaign: Campaign) -> Act:
    url = f"{rng.choice(campaign.links)}?utm_source=nieuwsbrief&mc_eid={member.person.euid}"
    return Act(campaign, member.person.email, utc_text(later(campaign.sent_at, rng.randrange(600, 400_000))), url)


# Clicks that need a stamp of their own. In UTC: 23:30 is already the next day in Amsterdam, 22:59 is not (winter time, one hour ahead).
_STAMPS = {
    "due": "2025-10-30 23:30:00",
    "one day late": "2025-10-30 22:59:00",
    "clicks in the future": utc_text(local(date(2026, 12, 24), 15)),
    "unreadable click": NO_TIME,
}


def _odd_clicks(member: Member, campaigns: list[Campaign]) -> Iterator[Act]:
    stamp = _STAMPS.get(member.case.name)
    if stamp:
        campaign = next(each for each in campaigns if each.title == "Nieuwsbrief oktober 2025")
        yield Act(campaign, member.person.email, stamp, campaign.links[0])
