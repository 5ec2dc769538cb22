"""The whole example workspace: the parts in one order, with what they share."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from houdbaar.resources import read_text
from houdbaar.sample import (
    cookies,
    dealer_letters,
    files,
    ga4,
    leads,
    mailing_files,
    offers,
    office,
    people,
    portal,
    registers,
    scope,
    shop,
    visitors,
)
from houdbaar.sample.campaigns import Campaign
from houdbaar.sample.mailing import NEWSLETTER, Mailing, make_lists
from houdbaar.sample.moments import pick_day
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted

# Written by hand, and part of the package: people read them to see how a workspace is bound.
BY_HAND = ("houdbaar.toml", "contracts/webshop.odcs.yaml")
_STRAY = (
    "no contract recognises it: bind it in houdbaar.toml, add a contract, or delete it; "
    "a sample showed no password, service number or special category"
)


def write_sample(folder: Path) -> None:
    """Write the example workspace into a folder; files of the same name are replaced, nothing else is touched."""
    planted = Planted()
    crowd = people.crowd()
    mailing = make_lists(crowd, planted)
    customers = [*mailing.people(NEWSLETTER, "regular")[:50], *islice(crowd, 28)]
    exports = folder / "exports"
    offered = offers.make_offers(crowd)
    orders = shop.make_orders([*_wishes(mailing, customers), *offered.wishes()])
    _write_site(exports, customers, orders, planted)
    _write_mail(exports / "mailchimp", exports / "mailserver", mailing, planted)
    _write_service(exports, customers, mailing, planted)
    shop.write(exports / "webshop" / "bestellingen_2026-10-31.csv", orders, planted)
    office.write(exports / "office", list(islice(crowd, 45)), planted)
    offers.write(exports / "offers", offered, planted)
    leads.write(exports / "leads" / "leads.csv", planted)
    scope.plant_declarations(planted)
    _write_stray(exports / "notes.csv", planted)
    registers.write(folder / "registers", offered.registers(), planted)
    planted.write(folder / "planted.csv")
    for name in BY_HAND:
        files.write_text(folder / name, read_text(f"sample/{name}"))


def _wishes(mailing: Mailing, customers: list[Person]) -> list[shop.Wish]:
    """Collect who ordered when: customers over the years, some on days with analytics, and the stories of the newsletter's members."""
    rng = Random("houdbaar sample wishes")
    measured = ga4.shard_days()
    wishes = [shop.Wish(rng.choice(customers), pick_day(rng, date(2022, 2, 1), date(2026, 10, 30))) for _ in range(106)]
    wishes += [shop.Wish(rng.choice(customers), rng.choice(measured)) for _ in range(35)]
    wishes += [shop.Wish(person, pick_day(rng, date(2026, 2, 1), date(2026, 9, 30))) for person in mailing.people(NEWSLETTER, "bought")]
    return wishes + [_answer(person, rng.choice(_recent(mailing))) for person in mailing.people(NEWSLETTER, "ordered")]


def _answer(person: Person, campaign: Campaign) -> shop.Wish:
    return shop.Wish(person, campaign.sent_at.date() + timedelta(days=2), campaign.campaign_id)


def _recent(mailing: Mailing) -> list[Campaign]:
    return mailing.campaigns[NEWSLETTER][-10:]


def _write_site(exports: Path, customers: list[Person], orders: list[shop.Order], planted: Planted) -> None:
    days = ga4.visits(customers, orders)
    ga4.write(exports / "ga4" / "events", days, planted)
    visitors.write_browsers(exports / "ga4" / "pseudonymous_users", days, planted)
    visitors.write_customers(exports / "ga4" / "users", customers[:60], planted)
    cookies.write(exports / "cookies" / "cookies.csv", planted)
    scope.write_report(exports / "ga4" / "reports" / "steden_2026-09.csv", planted)


def _write_mail(mailchimp: Path, mailserver: Path, mailing: Mailing, planted: Planted) -> None:
    mailing_files.write_newsletter(mailchimp, mailing, planted)
    mailing_files.write_campaigns(mailchimp / "account-export" / "campaigns.csv", mailing)
    mailing_files.write_dealers(mailchimp / "dealers", mailing, planted)
    mailing_files.write_dealer_mail(mailserver, mailing, planted)
    dealer_letters.plant(mailing, planted)


def _write_service(exports: Path, customers: list[Person], mailing: Mailing, planted: Planted) -> None:
    # Those who log in and answer no mailing are the reason for a counterfactual note.
    members = [*customers, *mailing.people(NEWSLETTER, "logged in")]
    portal.write_accounts(exports / "accounts" / "accounts.xlsx", members, planted)
    portal.write_events(exports / "portal" / "events_2026-10.ndjson", members, planted)


def _write_stray(path: Path, planted: Planted) -> None:
    files.write_csv(path, ("week", "to do", "done"), [("44", "new price list", "no"), ("44", "stock count", "yes")])
    planted.add(Finding("SCP-TABLE", "unrecognised", field=path.name, reason=_STRAY), "a file that is no export")
