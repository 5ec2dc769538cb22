"""People who do not exist: Dutch names, addresses at example.com and voorbeeld.nl, telephone numbers that no network gives out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

_FIRST = (
    "Sanne Daan Emma Bram Lotte Sem Anouk Jesse Fleur Thijs Maud Ruben Iris Joris Noor Stijn Femke Lars Roos Gijs "
    "Marieke Pieter Willemijn Jeroen Fatima Youssef Aylin Mehmet José Renée Tjitske Sjoerd Annelies Kees Margriet Henk"
).split()
_PLAIN = ("Jansen", "Bakker", "Visser", "Smit", "Mulder", "Bos", "Peters", "Kuiper", "Yılmaz", "El Amrani", "Wiersma", "Huisman", "Postma")
_PREFIXED = {
    "de": ("Vries", "Boer", "Groot", "Wit", "Graaf"),
    "van": ("Dijk", "Leeuwen", "Vliet"),
    "van den": ("Berg", "Heuvel"),
    "van der": ("Meer", "Linden", "Wal"),
    "ter": ("Braak",),
    "op den": ("Akker",),
    "in 't": ("Veld",),
    "van 't": ("Hof",),
    "den": ("Hartog",),
}
_SURNAMES = (*(("", last) for last in _PLAIN), *((prefix, last) for prefix, lasts in _PREFIXED.items() for last in lasts))
_TOWNS = (
    ("Utrecht", "35", "UT"), ("Zwolle", "80", "OV"), ("Breda", "48", "NB"), ("Leeuwarden", "89", "FR"), ("Arnhem", "68", "GE"),
    ("Groningen", "97", "GR"), ("Alkmaar", "18", "NH"), ("Middelburg", "43", "ZE"), ("Assen", "94", "DR"), ("Delft", "26", "ZH"),
    ("Venlo", "59", "LI"), ("Almere", "13", "FL"), ("'s-Hertogenbosch", "52", "NB"), ("Hoogeveen", "79", "DR"), ("Tiel", "40", "GE"),
)  # fmt: skip
_STREETS = ("Trackerlaan", "Satellietstraat", "Kompasweg", "Bakenpad", "Meridiaanplein", "Peilstokdijk", "Breedtegraad", "Wegwijzerhof")
_TRADES = ("Transport", "Koeriers", "Bouw", "Verhuur", "Hoveniers", "Installatietechniek", "Taxi", "Loonwerk")


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person with what a shop, a mail tool and a portal know of them."""

    number: int
    first_name: str
    prefix: str
    last_name: str
    email: str
    street: str
    house_number: str
    postcode: str
    town: str
    province: str
    organisation: str

    @property
    def full_name(self) -> str:
        """First name, tussenvoegsel and last name."""
        return " ".join(part for part in (self.first_name, self.prefix, self.last_name) if part)

    @property
    def surname(self) -> str:
        """Tussenvoegsel and last name in one, as most systems keep it."""
        return f"{self.prefix} {self.last_name}".strip()

    @property
    def customer_id(self) -> str:
        """The shop's customer number."""
        return f"K-{self.number:05d}"

    @property
    def phone(self) -> str:
        """A number that begins with 06-0, which no Dutch mobile number does."""
        return f"06-0000{self.number:04d}"

    @property
    def ip(self) -> str:
        """An address of the block that is kept for documentation."""
        return f"203.0.113.{self.number % 254 + 1}"

    @property
    def euid(self) -> str:
        """Mailchimp's unique e-mail id: ten hexadecimal digits, the same in every list."""
        return hashlib.sha256(f"euid {self.number}".encode()).hexdigest()[:10]


def crowd() -> Iterator[Person]:
    """Give people for ever, no two with one address, always the same in the same order."""
    rng = Random("houdbaar sample people")
    taken: set[str] = set()
    number = 100
    while True:
        number += rng.randrange(1, 4)
        yield _person(rng, number, taken)


def _person(rng: Random, number: int, taken: set[str]) -> Person:
    first = rng.choice(_FIRST)
    prefix, last = rng.choice(_SURNAMES)
    town, area, province = rng.choice(_TOWNS)
    return Person(
        number=number,
        first_name=first,
        prefix=prefix,
        last_name=last,
        email=_address(rng, f"{first}.{prefix}.{last}", number, taken),
        street=rng.choice(_STREETS),
        house_number=str(rng.randrange(1, 180)) + rng.choice(("", "", "", "a", "-2")),
        postcode=f"{area}{rng.randrange(10, 99)} {rng.choice('BGHKLPRTVX')}{rng.choice('BGHKLPRTVX')}",
        town=town,
        province=province,
        organisation=f"{last} {rng.choice(_TRADES)}" if rng.random() < 0.35 else "",
    )


def _address(rng: Random, name: str, number: int, taken: set[str]) -> str:
    address = f"{_plain(name)}@{rng.choice(('example.com', 'voorbeeld.nl'))}"
    if address in taken:
        address = address.replace("@", f"{number}@")
    taken.add(address)
    return address


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().replace("ı", "i")).encode("ascii", "ignore").decode()
    return ".".join(part for part in re.split(r"[^a-z]+", letters) if part)
