"""The offers list, kept in a mail program of its own, and the app's events: what goes wrong with consent, one story a code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import md5
from itertools import islice
from pathlib import Path

from houdbaar.sample import files
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted
from houdbaar.sample.shop import Wish

SOURCE, SENDS, CAMPAIGNS, EVENTS = "offers", "offers-sends", "offers-campaigns", "app"
SPRING, AUTUMN = "2026-03-10T10:00:00+01:00", "2026-09-08T10:00:00+02:00"
PARTNER = "2026-10-30T18:00:00+01:00"


@dataclass(frozen=True, slots=True)
class Story:
    """So many members with one history. `letters`: which of the offers they were sent; `answered`: kind and moment of an act of theirs."""

    name: str
    count: int = 1
    status: str = "subscribed"
    signup: str = "newsletter"
    asked: str = "2025-06-03T20:15:00+02:00"
    left: str = ""
    changed: str = ""
    letters: tuple[str, ...] = ("spring", "autumn")
    answered: tuple[str, str] = ("click", "2026-02-14T09:00:00+01:00")


STORIES = (
    Story("regular", 60),
    Story("mailed after leaving", 2, "unsubscribed", left="2026-06-10T12:00:00+02:00"),
    Story("mailed before asking", asked="2026-04-02T08:00:00+02:00", answered=("click", "2026-04-03T08:00:00+02:00")),
    Story("left and still on", left="2026-10-20T12:00:00+02:00"),
    Story("switched on by staff", left="2026-10-12T12:00:00+02:00", changed="2026-10-15T09:00:00+02:00"),
    Story("asked a question", 1, "nonsubscribed", "question", "", answered=("form", "2026-01-15T09:00:00+01:00")),
    Story("never bought", 1, "nonsubscribed", "order", ""),
    Story("bought", 1, "nonsubscribed", "order", "", letters=("partner",), answered=("", "")),
    Story("unconfirmed", 1, "pending", asked="2026-08-01T08:00:00+02:00", letters=(), answered=("", "")),
    Story("objected", 1, "unsubscribed", left="2026-09-20T12:00:00+02:00"),
    Story("objected, not suppressed", 1, "unsubscribed", left="2026-10-01T12:00:00+02:00"),
    Story("withdrew", 1, "unsubscribed", left="2026-09-20T12:00:00+02:00"),
    Story("restricted"),
)
_LETTERS = {"spring": ("o1", SPRING), "autumn": ("o2", AUTUMN), "partner": ("o3", PARTNER)}
_MEMBERS = (
    "list_id", "email", "status", "signup_source", "opted_in_at", "opt_in_ip", "confirmed_at", "confirm_ip", "unsubscribed_at",
    "changed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offers:
    """Who has which story."""

    people: Mapping[str, list[Person]]

    def wishes(self) -> list[Wish]:
        """The order of the one who bought."""
        return [Wish(person, date(2026, 10, 30)) for person in self.people["bought"]]

    def registers(self) -> dict[str, list[dict[str, str]]]:
        """What these people asked for, and what users of the app did."""
        objected, lost, withdrew, restricted = (
            self.people[name][0].email for name in ("objected", "objected, not suppressed", "withdrew", "restricted")
        )
        own = {"identifier_kind": "email"}
        app = {"identifier_kind": "client_id", "purpose": "P-ANALYTICS", "evidence": "consent banner", "text_version": "2"}
        return {
            "objection": [
                {**own, "objection_id": "O-1", "identifier_value": objected, "kind": "marketing", "received_at": "2026-08-01 09:00"},
                {**own, "objection_id": "O-2", "identifier_value": lost, "kind": "marketing", "received_at": "2026-10-01 09:00"},
                {
                    "objection_id": "O-3", "identifier_kind": "user_id", "identifier_value": "app-user-3", "kind": "situation",
                    "received_at": "2026-05-01", "upheld_at": "2026-05-10",
                },
            ],
            "consent": [
                {
                    **own, "consent_id": "C-1", "identifier_value": withdrew, "purpose": "P-MARKETING", "granted_at": "2025-06-03",
                    "withdrawn_at": "2026-08-15", "evidence": "form", "text_version": "2",
                },
                {**app, "consent_id": "C-2", "identifier_value": "app-client-1", "granted_at": "2026-06-15"},
                {**app, "consent_id": "C-3", "identifier_value": "app-client-2", "granted_at": "2026-01-15", "withdrawn_at": "2026-06-15"},
            ],
            "suppression": [
                {
                    "suppression_id": "S-1", "email_md5": md5(objected.encode(), usedforsecurity=False).hexdigest(),
                    "added_on": "2026-09-20", "scope": "marketing", "reason": "objection",
                },
            ],
            "hold": [
                {
                    **own, "hold_id": "H-6", "kind": "restriction", "reason": "accuracy is contested", "approver": "privacy officer",
                    "identifier_value": restricted, "starts_on": "2026-08-01", "review_on": "2027-02-01",
                },
            ],
        }  # fmt: skip


def make_offers(crowd: Iterator[Person]) -> Offers:
    """Give every story its people."""
    return Offers({story.name: list(islice(crowd, story.count)) for story in STORIES})


def write(folder: Path, offers: Offers, planted: Planted) -> None:
    """Write the list, its campaigns, what was sent and answered, and the app's events."""
    told = [(story, person) for story in STORIES for person in offers.people[story.name]]
    files.write_csv(folder / "members.csv", _MEMBERS, (_member(story, person) for story, person in told))
    sends = [(_LETTERS[letter], person) for story, person in told for letter in story.letters]
    lines = [(campaign, SOURCE, person.email, moment, "marketing") for (campaign, moment), person in sends]
    lines[0] = (*lines[0][:4], "mailing")
    files.write_csv(folder / "sends.csv", ("campaign_id", "list_id", "email", "sent_at", "category"), lines)
    acts = [(SOURCE, "", person.email, *story.answered) for story, person in told if story.answered[0]]
    files.write_csv(folder / "activity.csv", ("list_id", "campaign_id", "email", "kind", "happened_at"), acts)
    campaigns = [
        ("o1", "Voorjaarsactie", "marketing", SPRING, "true", "false"),
        ("o2", "Najaarsactie", "marketing", AUTUMN, "true", "false"),
        ("o3", "Dashcams van onze partner", "marketing", PARTNER, "true", "true"),
        ("o4", "Laatste kans", "marketing", "2026-10-30T19:00:00+01:00", "false", "false"),
    ]
    header = ("campaign_id", "title", "category", "sent_at", "has_unsubscribe_link", "is_partner_product")
    files.write_csv(folder / "campaigns.csv", header, campaigns)
    files.write_csv(folder / "app.csv", ("event_at", "event_name", "client_id", "user_id", "analytics_consent"), _events())
    _plant(planted)


def _member(story: Story, person: Person) -> tuple[str, ...]:
    ip = person.ip if story.asked else ""
    confirmed = story.asked.replace(":00+", ":40+") if story.status != "pending" else ""
    confirm_ip = ip if confirmed else ""
    return SOURCE, person.email, story.status, story.signup, story.asked, ip, confirmed, confirm_ip, story.left, story.changed


def _events() -> list[tuple[str, ...]]:
    """Sixty events under consent, then one denied, one of unknown state, one before consent, one after its withdrawal and an objection."""
    good = [(f"2026-07-{day:02}T12:{minute:02}:00Z", "screen_view", f"app-client-{9 + minute}", "", "granted")
            for day in range(1, 13) for minute in range(0, 50, 10)]  # fmt: skip
    return [
        *good,
        ("2026-07-13T12:00:00Z", "screen_view", "app-client-90", "", "denied"),
        ("2026-07-13T12:10:00Z", "screen_view", "app-client-91", "", "unset"),
        ("2026-06-14T12:00:00Z", "screen_view", "app-client-1", "", "granted"),
        ("2026-06-16T12:00:00Z", "screen_view", "app-client-2", "", "granted"),
        ("2026-05-11T12:00:00Z", "screen_view", "app-client-3", "app-user-3", "granted"),
    ]


_PLANTED = (
    ("CON-SEND-UNSUB", SENDS, "mail_send", 2, "offers sent to people who had left"),
    ("CON-SEND-BEFORE-OPTIN", SENDS, "mail_send", 1, "an offer sent before the person asked for them"),
    ("CON-STATUS-MAILABLE", SOURCE, "mail_member", 1, "left, and never switched off"),
    ("CON-RESUBSCRIBED", SOURCE, "mail_member", 1, "left, and switched on again by staff"),
    ("CON-BASIS-QUESTION", SENDS, "mail_send", 2, "offers to somebody who asked a question"),
    ("CON-BASIS-NOSALE", SENDS, "mail_send", 2, "offers to a customer who never bought anything"),
    ("CON-BASIS-DISSIMILAR", SENDS, "mail_send", 1, "a partner's dashcams offered to a customer"),
    ("CON-PENDING-STALE", SOURCE, "mail_member", 1, "an opt-in that was never confirmed"),
    ("CON-CATEGORY-UNKNOWN", SENDS, "mail_send", 1, "a mail of a kind that nobody knows"),
    ("CON-NO-UNSUB-LINK", CAMPAIGNS, "mail_campaign", 1, "a mailing without a link to unsubscribe"),
    ("CON-OBJECTION", SENDS, "mail_send", 1, "an offer sent after an objection"),
    ("CON-OBJECTION", EVENTS, "analytics_event", 1, "tracked after an objection was upheld"),
    ("CON-WITHDRAWN", SENDS, "mail_send", 1, "an offer sent after consent was withdrawn"),
    ("CON-WITHDRAWN", EVENTS, "analytics_event", 1, "tracked after consent was withdrawn"),
    ("CON-COOKIE", EVENTS, "analytics_event", 2, "tracked although consent was denied, or not yet given"),
    ("CON-COOKIE-UNKNOWN", EVENTS, "analytics_event", 1, "tracked, and nobody knows whether with consent"),
    ("RET-MKT-RESIDUE", f"{SOURCE}-activity", "mail_activity", 4, "clicks of people who left, still kept"),
    ("DSR-RESTRICTED-USE", SENDS, "mail_send", 1, "an offer sent to somebody whose data is restricted"),
    ("DSR-SUPPRESSION-LOST", "register.objection", "objection", 1, "an objection that the suppression list doesn't know"),
)


def _plant(planted: Planted) -> None:
    for code, source, entity, records, note in _PLANTED:
        planted.add(Finding(code, source, entity), note, records)
