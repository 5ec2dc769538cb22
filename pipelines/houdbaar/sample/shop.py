"""The web shop's orders: a CSV as a Dutch Excel saves it (semicolons, Windows-1252, decimal comma, day-month-year)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from houdbaar.sample import files, scope
from houdbaar.sample.moments import local
from houdbaar.sample.people import Person
from houdbaar.sample.planted import Finding, Planted

SOURCE = "webshop"
HEADER = (
    "Ordernummer", "Klantnummer", "Naam", "E-mailadres", "Telefoonnummer", "Straat", "Huisnr.", "Postcode", "Plaats", "Land", "Besteld op",
    "Campagne", "Status", "Totaal incl. btw", scope.ORDER_COLUMN,
)  # fmt: skip
_PRICES = ("39.95", "59.00", "89.00", "119.50", "178.00", "1249.00", "2380.75")


@dataclass(frozen=True, slots=True)
class Order:
    """One order; `campaign_id` names the mailing that it came from, if any."""

    order_id: str
    person: Person
    ordered_at: datetime
    total: Decimal
    status: str = "afgerond"
    campaign_id: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """An order that another part of the sample needs: who, when, and through which campaign."""

    person: Person
    ordered_on: date
    campaign_id: str = ""


def make_orders(wishes: list[Wish]) -> list[Order]:
    """Make the orders, numbered in the order of their days."""
    rng = Random("houdbaar sample orders")
    wishes = sorted(wishes, key=lambda wish: (wish.ordered_on, wish.person.number))
    return [_order(rng, number, wish) for number, wish in enumerate(wishes, start=20101)]


def _order(rng: Random, number: int, wish: Wish) -> Order:
    moment = local(wish.ordered_on, rng.randrange(8, 22), rng.randrange(60))
    is_recent = wish.ordered_on >= date(2026, 10, 25)
    status = "open" if is_recent else rng.choice(("afgerond",) * 12 + ("geannuleerd",))
    return Order(f"NL-{number}", wish.person, moment, Decimal(rng.choice(_PRICES)), status, wish.campaign_id)


def write(path: Path, orders: list[Order], planted: Planted) -> None:
    """Write the orders; one line is broken, by a semicolon that somebody typed into a street."""
    rng = Random("houdbaar sample birth dates")
    rows = [[*_row(order), scope.birth_date(rng)] for order in orders]
    scope.plant_orders(planted, SOURCE)
    broken = rows[61]
    rows[61] = [*broken[:5], broken[5], "achterom", *broken[6:]]
    planted.add(Finding("DQ-SCHEMA", SOURCE, "order", reason="too many columns"), "a line with one semicolon too many")
    # Not the writer of quoted CSV: the old shop quotes nothing, which is how the broken line came about.
    text = "".join(";".join(row) + "\r\n" for row in [list(HEADER), *rows])
    files.write_text(path, text, encoding="cp1252")


def _row(order: Order) -> list[str]:
    person = order.person
    # Windows-1252 has no dotless i.
    name = person.full_name.replace("ı", "i")
    return [
        order.order_id, person.customer_id, name, person.email, person.phone, person.street, person.house_number, person.postcode,
        person.town, "Nederland", order.ordered_at.strftime("%d-%m-%Y %H:%M"), order.campaign_id, order.status, dutch_amount(order.total),
    ]  # fmt: skip


def dutch_amount(amount: Decimal) -> str:
    """Write an amount as '€ 1.249,00'."""
    return "€ " + f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
