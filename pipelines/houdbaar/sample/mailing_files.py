"""The mail tools' exports: two Mailchimp audiences, the account export with its activity, and the dealers' own mail server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from houdbaar.sample import files, scope
from houdbaar.sample.campaigns import Campaign
from houdbaar.sample.mailing import (
    DEALERS,
    DEALERS_ACTIVITY,
    NEWSLETTER,
    NEWSLETTER_ACTIVITY,
    NO_TIME,
    Act,
    Mailing,
    Member,
    newsletter_acts,
)
from houdbaar.sample.moments import LAST_OVERDUE_30_DAYS, later, local, local_day, pick_moment, utc_text
from houdbaar.sample.planted import Finding, Planted

_HEAD = ("Email Address", "First Name", "Last Name", "Bedrijf")
_SYSTEM = (
    "MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP", "LATITUDE", "LONGITUDE", "GMTOFF", "DSTOFF", "TIMEZONE", "CC",
    "REGION",
)  # fmt: skip
_TAIL = ("LEID", "EUID", "NOTES", "TAGS")
_OWN = {
    "subscribed": ("LAST_CHANGED",),
    "unsubscribed": ("UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER"),
    "cleaned": ("CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID"),
    "nonsubscribed": ("LAST_CHANGED",),
}
# Mailchimp's own id of the newsletter's audience.
LIST = "4f1c2b9a07"
_LEFT = "clicks and opens of those who may not be mailed any more"
_TAGS = ("", "", "", '"Camper"', '"Beurs, 2019"', '"Dealer","Beurs, 2019"', '"Wagenpark"')


def audience(mailing: Mailing, name: str, suffix: str, planted: Planted) -> dict[str, str]:
    """Give the CSV texts of an audience export by file name; each part has the columns of its own status."""
    rng = Random(f"houdbaar sample audience {name}")
    members = mailing.members[name]
    parts: dict[str, str] = {}
    for status, own in _OWN.items():
        mine = _of(members, status)
        rows = [_row(rng, member, mailing.campaigns[name]) for member in mine]
        for member, row in zip(mine, rows, strict=True):
            _plant(mailing, name, member, row, planted)
        if rows:
            header = (*_HEAD, *_SYSTEM, *own, *_TAIL)
            if name == DEALERS:
                header = (*header, scope.MEMBER_COLUMN)
                rows = [[*row, scope.allergy(member.person)] for row, member in zip(rows, _of(members, status), strict=True)]
            parts[f"{status}_members_export_{suffix}.csv"] = files.csv_text(header, rows)
    return parts


def _of(members: list[Member], status: str) -> list[Member]:
    return [member for member in members if member.case.status == status]


def _row(rng: Random, member: Member, campaigns: list[Campaign]) -> list[str]:
    person = member.person
    # Stray spaces stay in an audience export as people typed them.
    last_name = f" {person.surname}" if rng.random() < 0.05 else person.surname
    head = [member.address, person.first_name, last_name, person.organisation]
    tail = [str(448_770_000 + person.number), person.euid, "", _tags(rng)]
    return [*head, str(rng.randrange(1, 6)), *_opt_in(rng, member), *_place(rng, member), *_own(rng, member, campaigns), *tail]


def _plant(mailing: Mailing, name: str, member: Member, row: list[str], planted: Planted) -> None:
    """What a row must give beside RET-MKT-12: profiles outlive the answers, the opt-out, and the address."""
    status, case = member.case.status, member.case
    closed_at = row[len(_HEAD) + len(_SYSTEM)]
    if status == "cleaned" or (status == "unsubscribed" and local_day(closed_at) <= LAST_OVERDUE_30_DAYS):
        mailing.gone.add((name, member.person.email))
        planted.add(Finding("RET-MKT-RESIDUE", name, "mail_member"), "a profile that nobody may use any more")
    if status == "subscribed" and case.verdict:
        reason = case.reason if case.verdict == "UNDETERMINED" else ""
        for field in ("rating", "tags") if row[-1] else ("rating",):
            finding = Finding("RET-PROFILE", name, "mail_member", field, case.verdict, reason)
            planted.add(finding, "a profile as old as the last response")


def _opt_in(rng: Random, member: Member) -> list[str]:
    asked = utc_text(member.joined_at)
    if member.case.name == "unreadable opt-in":
        return [NO_TIME, "", "", ""]
    if member.case.is_imported:
        return [asked, "", asked, ""]
    if member.case.status == "nonsubscribed":
        return ["", "", "", ""]
    ip = member.person.ip
    return [asked, ip, utc_text(later(member.joined_at, rng.randrange(40, 5000))), ip]


def _place(rng: Random, member: Member) -> list[str]:
    if member.case.is_imported or (rng.random() < 0.2 and not _is_fine(member)):
        return [""] * 7
    # An app that was tried for a while sent where its users were.
    place = ["52.0917", "5.1228"] if _is_fine(member) else ["52.1", "5.1"]
    return [*place, "1", "2", "Europe/Amsterdam", "NL", member.person.province]


def _is_fine(member: Member) -> bool:
    return member.case.name == "bought" and member.person.number % 2 == 0


def _own(rng: Random, member: Member, campaigns: list[Campaign]) -> list[str]:
    status = member.case.status
    if status in ("subscribed", "nonsubscribed"):
        # Any edit by staff resets it, so it is nobody's response.
        return [utc_text(pick_moment(rng, date(2026, 3, 1), date(2026, 10, 20)))]
    campaign = rng.choice(campaigns[-8:])
    closed = [utc_text(later(campaign.sent_at, rng.randrange(900, 90_000))), campaign.title, campaign.campaign_id]
    return [*closed, "NORMAL", ""] if status == "unsubscribed" else closed


def _tags(rng: Random) -> str:
    return rng.choice(_TAGS)


def write_newsletter(folder: Path, mailing: Mailing, planted: Planted) -> None:
    """Write the newsletter's audience as a ZIP, and the account export: campaigns, and clicks and opens one CSV a campaign."""
    files.write_zip(folder / "newsletter" / f"audience_export_{LIST}.zip", audience(mailing, NEWSLETTER, LIST, planted))
    account = folder / "account-export"
    grouped: dict[tuple[str, str, str], list[Act]] = defaultdict(list)
    for act in newsletter_acts(mailing):
        grouped["clicks" if act.url else "opens", act.campaign.campaign_id, act.campaign.title].append(act)
    for (kind, campaign_id, title), acts in grouped.items():
        name = f"{campaign_id}_{title.lower().replace(' ', '-')}.csv"
        _write_acts(account / "reports" / "granular_activity" / kind / name, acts)
    planted.add(
        Finding("SCP-GEO-FINE", NEWSLETTER, "mail_member", "latitude"),
        "coordinates of an app's members",
        sum(map(_is_fine, mailing.members[NEWSLETTER])),
    )
    gone = {member.person.email for member in mailing.members[NEWSLETTER] if mailing.is_gone(NEWSLETTER, member)}
    left = sum(act.address in gone for acts in grouped.values() for act in acts)
    planted.add(Finding("RET-MKT-RESIDUE", NEWSLETTER_ACTIVITY, "mail_activity"), _LEFT, left)
    undated = Finding("RET-MKT-RESIDUE", NEWSLETTER_ACTIVITY, "mail_activity", verdict="UNDETERMINED", reason="DQ-TS-SENTINEL")
    planted.add(undated, "a click without a date, and no other", len(mailing.people(NEWSLETTER, "unreadable click")))
    finding = Finding("DQ-TS-FUTURE", NEWSLETTER_ACTIVITY, "mail_activity")
    planted.add(finding, "a click that is stamped after the export")


def _write_acts(path: Path, acts: list[Act]) -> None:
    acts = sorted(acts, key=lambda act: (act.stamp, act.address))
    if acts[0].url:
        files.write_csv(path, ("Timestamp", "Email", "Url"), [(act.stamp, act.address, act.url) for act in acts])
    else:
        files.write_csv(path, ("Timestamp", "Email"), [(act.stamp, act.address) for act in acts])


def write_dealers(folder: Path, mailing: Mailing, planted: Planted) -> None:
    """Write the dealers' audience as loose CSV files."""
    parts = audience(mailing, DEALERS, "9d07e1a2c4", planted)
    for name, text in parts.items():
        files.write_text(folder / name, text)
    scope.plant_members(planted, DEALERS, len(parts))


ACTIVITY_COLUMNS = ("list_id", "campaign_id", "email", "kind", "happened_at", "is_machine_open", "is_bot", "url")
DEALER_SEED = "houdbaar sample dealer mail"
FIRST_LETTER = local(date(2025, 11, 18), 10, 30)
SEND_COLUMNS = ("campaign_id", "list_id", "email", "sent_at", "delivered_at", "category")


def write_dealer_mail(folder: Path, mailing: Mailing, planted: Planted) -> None:
    """Write what the dealers' mail server logged: each letter sent, and what came back."""
    rng = Random(DEALER_SEED)
    sends: list[tuple[str, ...]] = []
    acts: list[tuple[str, ...]] = []
    for campaign in mailing.campaigns[DEALERS]:
        for member in mailed(mailing):
            sends.append(_send(campaign, member))
            given = [_activity(campaign, member, each) for each in answers(rng, campaign, member)]
            acts += given
            if given and mailing.is_gone(DEALERS, member):
                planted.add(Finding("RET-MKT-RESIDUE", DEALERS_ACTIVITY, "mail_activity"), _LEFT, len(given))
    acts += (_activity(mailing.campaigns[DEALERS][0], member, each) for member in mailed(mailing) for each in _replies(member))
    files.write_csv(folder / "sends.csv", SEND_COLUMNS, sends)
    files.write_csv(folder / "activity.csv", ACTIVITY_COLUMNS, acts)


Answer = tuple[str, float, str, str, str]


def replied_at(member: Member) -> datetime | None:
    """Most dealers wrote back some day in 2025, before the first letter."""
    if member.case.name != "regular":
        return None
    return pick_moment(Random(f"houdbaar sample reply {member.person.number}"), date(2025, 1, 20), date(2025, 11, 10))


def _replies(member: Member) -> list[Answer]:
    replied = replied_at(member)
    return [] if replied is None else [("reply", (replied - FIRST_LETTER).total_seconds(), "", "false", "")]


def mailed(mailing: Mailing) -> list[Member]:
    """The dealers to whom the letters went."""
    return [member for member in mailing.members[DEALERS] if member.case.status == "subscribed"]


def _send(campaign: Campaign, member: Member) -> tuple[str, ...]:
    delivered = later(campaign.sent_at, 3).isoformat()
    return campaign.campaign_id, DEALERS, member.person.email, campaign.sent_at.isoformat(), delivered, "marketing"


def answers(rng: Random, campaign: Campaign, member: Member) -> Iterator[Answer]:
    """Give what a member did with a letter: kind, seconds after sending, is_machine_open, is_bot, link."""
    name, is_first = member.case.name, campaign.title == "Dealerbrief november 2025"
    if name == "regular" and (is_first or rng.random() < 0.5):
        yield ("open", 4000, "", "false", "")
        yield ("click", 4020 + rng.randrange(90_000), "", "false", rng.choice(campaign.links))
    elif name in ("machine opens", "human opens"):
        yield ("open", 61.0, "true" if name == "machine opens" else "false", "false", "")
    elif "bot" in name:
        # A scanner follows every link within seconds of delivery, which is three seconds after sending.
        flag = "true" if name == "flagged bot" else ""
        yield from (("click", 4.0 + place, "", flag, link) for place, link in enumerate(campaign.links))


def _activity(campaign: Campaign, member: Member, answer: Answer) -> tuple[str, ...]:
    kind, seconds, is_machine, is_bot, url = answer
    moment = later(campaign.sent_at, seconds).isoformat()
    return DEALERS, campaign.campaign_id, member.person.email, kind, moment, is_machine, is_bot, url


_CAMPAIGN_COLUMNS = ("id", "list_id", "type", "title", "subject_line", "create_time", "send_time", "emails_sent", "status")


def write_campaigns(path: Path, mailing: Mailing) -> None:
    """Write the newsletter's campaigns under the names of Mailchimp's API."""
    sent = str(sum(member.case.status == "subscribed" for member in mailing.members[NEWSLETTER]))
    rows = [
        (each.campaign_id, LIST, "regular", each.title, each.title, _iso(each, -3 * 86_400), _iso(each, 0), sent, "sent")
        for each in mailing.campaigns[NEWSLETTER]
    ]
    files.write_csv(path, _CAMPAIGN_COLUMNS, rows)


def _iso(campaign: Campaign, seconds: float) -> str:
    return later(campaign.sent_at, seconds).astimezone(UTC).isoformat()
