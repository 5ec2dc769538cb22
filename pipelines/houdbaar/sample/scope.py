"""What stands in the exports though the policy doesn't describe it: columns that nobody named, and personal data in web addresses."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from houdbaar.sample import files
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted

EVENTS, REPORTS = "website", "website-reports"
_LEAK_DAY = date(2026, 9, 8)
# A form that put what was typed into the address, coded once, and a second time by the page that redirected.
_LEAKS = (
    "/bedankt?email=sanne.de.vries%40voorbeeld.nl",
    "/login?next=%2Fbedankt%3Femail%3Dbram%2540example.com",
    "/terugbellen#telefoon=06-00001234",
)
# Behind the columns that the accounts' contract knows: the table of users was exported whole.
ACCOUNT_COLUMNS = ("api_token", "wachtwoord_oud", "totp_secret")
ORDER_COLUMN = "Geboortedatum"
MEMBER_COLUMN = "Allergieën (open dag)"
COOKIE_COLUMN = "old_client_id"
_REPORT_HEAD = (
    "# ----------------------------------------\n# Voorbeeld Trackers\n# Steden\n# Start date: 20260901\n# End date: 20260930\n"
    "# ----------------------------------------\n"
)
_CELLS = (("Utrecht", 214), ("Zwolle", 88), ("Breda", 61), ("Arnhem", 47), ("Assen", 12), ("Tiel", 10), ("Rottevalle", 3), ("Doodstil", 1))
_K = 10  # the policy's aggregate.k


def account_cells(place: int, person: Person) -> tuple[str, str, str]:
    """Give a token for every account, an old password for a few; the second factor was never used."""
    token = sha256(f"token {person.number}".encode()).hexdigest()
    return token, f"Welkom-{person.number}!" if place % 17 == 3 else "", ""


def plant_accounts(planted: Planted, source: str) -> None:
    """Note the secrets among the accounts."""
    planted.add(Finding("SCP-SECRET-HASH", source, "account", ACCOUNT_COLUMNS[0], reason="secret hash"), "API tokens of all accounts")
    planted.add(
        Finding("SCP-SECRET-PLAIN", source, "account", ACCOUNT_COLUMNS[1], reason="secret plain"), "readable passwords of some accounts"
    )


def birth_date(rng: Random) -> str:
    """Give a birth date as a Dutch shop writes it, or none."""
    return f"{rng.randrange(1, 29):02}-{rng.randrange(1, 13):02}-{rng.randrange(1948, 2004)}" if rng.random() < 0.6 else ""


def plant_orders(planted: Planted, source: str) -> None:
    """Note the birth dates among the orders."""
    planted.add(Finding("SCP-COLUMN", source, "order", ORDER_COLUMN, reason="birth date"), "birth dates that no order needs")


def allergy(person: Person) -> str:
    """Give what a dealer wrote when asked for the lunch of an open day."""
    return {0: "noten", 1: "gluten", 2: "geen varkensvlees"}.get(person.number % 9, "")


def plant_members(planted: Planted, source: str, parts: int) -> None:
    """Note the allergies in the parts of an audience export."""
    planted.add(Finding("SCP-SPECIAL", source, "mail_member", MEMBER_COLUMN, reason="special category"), "allergies of dealers", parts)


def write_report(path: Path, planted: Planted) -> None:
    """Write a report of visitors by town, as Google Analytics lets one download it; the smallest towns single people out."""
    rows = [(town, str(count)) for town, count in _CELLS]
    files.write_text(path, _REPORT_HEAD + "\n" + files.csv_text(("City", "Active users"), rows))
    small = sum(count < _K for _, count in _CELLS)
    planted.add(Finding("SCP-SMALL-CELL", REPORTS, "analytics_event"), "towns with fewer than ten visitors", small)


def plant_declarations(planted: Planted) -> None:
    """Note what houdbaar.toml leaves unsaid, or says and the policy doesn't."""
    for code, knob in (("POL-CONTACT", "policy.dpo_contact"), ("POL-NAMES", "policy.recipients")):
        planted.add(Finding(code, "policy", field=knob, reason="not set"), "a setting that nobody gave")
    planted.add(Finding("SCP-ROLE", "old-orders", "order", reason="controller is assumed"), "nobody said whose data this is")
    elsewhere = Finding("SCP-PURPOSE", "accounts", "account", "P-MARKETING", reason="described for other kinds of data only")
    planted.add(elsewhere, "accounts used for offers")


def leak(rows: list[dict[str, Any]], day: date, planted: Planted) -> None:
    """Put personal data into some addresses and parameters of one day; note these, and the ids that the newsletter's links carry."""
    found = [row for row in rows if row["event_name"] == "page_view" and "mc_eid" not in _address(row)["string_value"]]
    for row, path in zip(found, _LEAKS if day == _LEAK_DAY else (), strict=False):
        _address(row)["string_value"] = "https://www.voorbeeld.nl" + path
        kind = "telephone number" if "telefoon" in path else "e-mail address"
        finding = Finding("SCP-PII-ANALYTICS", EVENTS, "analytics_event", "page_url", reason=kind)
        planted.add(finding, "typed into a form that put it into the address")
    for row in found[8:9] if day == _LEAK_DAY else ():
        row["event_date"] = "20260905"
        planted.add(Finding("DQ-TS-CONFLICT", EVENTS, "analytics_event", "event_date"), "a date three days before its stamp")
    for row in found[5:7] if day == _LEAK_DAY else ():
        row["event_params"].append({"key": "client_ip", "value": {"string_value": "203.0.113.77"}})
        planted.add(Finding("SCP-IP-FULL", EVENTS, "analytics_event", "parameters"), "a script that sent the visitor's address along")
    marked = sum("mc_eid" in _address(row)["string_value"] for row in rows)
    if marked:
        ids = Finding("SCP-PII-ANALYTICS", EVENTS, "analytics_event", "page_url", reason="id of a mail tool")
        planted.add(ids, "the newsletter's links carry the reader's id", marked)


def _address(row: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = next(each["value"] for each in row["event_params"] if each["key"] == "page_location")
    return found
