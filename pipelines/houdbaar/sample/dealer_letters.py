"""Which letters reached dealers whose last answer was more than twelve months ago: the answer sheet for CON-SEND-LAPSED."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from random import Random

from houdbaar.sample.campaigns import Campaign
from houdbaar.sample.mailing import DEALERS, NEWSLETTER, Mailing, Member, newsletter_acts
from houdbaar.sample.mailing_files import DEALER_SEED, FIRST_LETTER, answers, mailed, replied_at
from houdbaar.sample.moments import AMSTERDAM, later
from houdbaar.sample.planted import Finding, Planted

_SENDS = "dealers-sends"
_OPEN = "counterfactual: open (marketing.opens=verified_human)"
_NEWSLETTER_HEARD = date(2026, 1, 1)  # since then, what happened twelve months before on the newsletter is at hand


def plant(mailing: Mailing, planted: Planted) -> None:
    """Note every letter that came too late, by what the people did before it."""
    acts = _acts(mailing)
    subscribers = {member.person.number for member in mailing.members[NEWSLETTER]}
    for campaign in mailing.campaigns[DEALERS]:
        for member in mailed(mailing):
            last = max(moment for moment in acts[member.person.number] if moment < campaign.sent_at).astimezone(AMSTERDAM).date()
            if _is_late(last, campaign.sent_at.date()):
                planted.add(_finding(campaign, member, member.person.number in subscribers), "letters to dealers who had fallen silent")


def _is_late(last: date, sent: date) -> bool:
    # Nobody here answered on 29 February.
    return (last.year + 1, last.month, last.day) < (sent.year, sent.month, sent.day)


def _finding(campaign: Campaign, member: Member, is_subscriber: bool) -> Finding:
    if is_subscriber and campaign.sent_at.date() < _NEWSLETTER_HEARD:
        return Finding("CON-SEND-LAPSED", _SENDS, "mail_send", verdict="UNDETERMINED", reason="activity not covered")
    is_opened = member.case.name == "human opens" and campaign.sent_at != FIRST_LETTER
    return Finding("CON-SEND-LAPSED", _SENDS, "mail_send", reason=_OPEN if is_opened else "")


def _acts(mailing: Mailing) -> dict[int, list[datetime]]:
    """When each person answered: sign-ups, clicks on newsletters, and what the dealers' mail server heard."""
    found: dict[int, list[datetime]] = defaultdict(list)
    by_address = {member.person.email: member.person.number for members in mailing.members.values() for member in members}
    for member in (member for members in mailing.members.values() for member in members):
        found[member.person.number].append(member.joined_at)
    for act in newsletter_acts(mailing):
        if act.url and not act.stamp.startswith("0000"):
            found[by_address[act.address]].append(datetime.fromisoformat(act.stamp).replace(tzinfo=UTC))
    rng = Random(DEALER_SEED)
    for campaign in mailing.campaigns[DEALERS]:
        for member in mailed(mailing):
            clicks = [later(campaign.sent_at, seconds) for kind, seconds, *_ in answers(rng, campaign, member) if kind == "click"]
            found[member.person.number] += clicks if member.case.name == "regular" else []
    for member in mailed(mailing):
        replied = replied_at(member)
        found[member.person.number] += [] if replied is None else [replied]
    return found
