"""Who is asked about: identifiers as people state them, and the keys that they stand for (domain.md 3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from houdbaar.subjects.kinds import SEPARATOR
from houdbaar.subjects.names import Name, first_names, parse_name
from houdbaar.subjects.normalise import normalise_order_number
from houdbaar.subjects.values import NO_NUMBERS, NUMBER_KINDS, SPELT_KINDS, Normal, normals

if TYPE_CHECKING:
    from houdbaar.subjects.normalise import EmailRules

# Numbers that a system gives out for itself: the person who asks doesn't know in which system.
_OF_A_SYSTEM = ("contact_id", "account_id", "username")
_POSTCODE = re.compile(r"\s*([1-9][0-9]{3}\s*[A-Za-z]{2})\W*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is asked about: a number of the question, and identifiers as (kind of entities.md, value as stated)."""

    number: str
    identifiers: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[Name, ...]:
        """The names that were stated."""
        parsed = (parse_name(value) for kind, value in self.identifiers if kind == "name")
        return tuple(name for name in parsed if name is not None)


def stated_keys(person: Person, families: Sequence[str], rules: EmailRules) -> list[Normal]:
    """All keys of a question: of each identifier alone, and of identifiers beside a name. `families`: systems that number people."""
    alone = [key for kind, raw in person.identifiers if kind != "name" for key in _keys(kind, raw, families, rules)]
    return list(dict.fromkeys([*alone, *(beside for name in person.names for key in alone for beside in _beside(key, name))]))


def _keys(kind: str, raw: str, families: Sequence[str], rules: EmailRules) -> Iterator[Normal]:
    if kind == "postcode_house_number":
        match = _POSTCODE.fullmatch(raw)
        raw = SEPARATOR.join(match.groups()) if match else raw
    if kind in SPELT_KINDS:
        yield from normals(kind, raw, rules)
        return
    value = normalise_order_number(raw) if kind == "order_id" else raw.strip()
    if kind not in NUMBER_KINDS or not value:
        return
    state = "placeholder" if value.lower() in NO_NUMBERS or not value.strip("0 .-") else None
    if kind == "client_id":
        value = re.sub(r"^GA\d\.\d+\.", "", value)
    for family in families if kind in _OF_A_SYSTEM else [None]:
        yield Normal(kind, value if family is None else f"{family}{SEPARATOR}{value}", state)


def _beside(key: Normal, name: Name) -> Iterator[Normal]:
    if key.state is not None:
        return
    for surname in name.surnames:
        marks = [(surname, first) for first in first_names(name)]
        if key.kind == "iban":
            yield Normal("iban_name", SEPARATOR.join((key.value, surname)))
            yield from (Normal("iban_person", SEPARATOR.join((key.value, surname, *mark))) for mark in marks)
        elif key.kind in ("phone", "household") and name.initials:
            value = SEPARATOR.join((key.value, surname, name.initials[:1]))
            yield Normal("phone_name" if key.kind == "phone" else "address_name", value)
            if key.kind == "phone":
                yield from (Normal("phone_person", SEPARATOR.join((value, *mark))) for mark in marks)
        elif key.kind in ("email", "customer_id"):
            yield from (Normal(f"{key.kind.removesuffix('_id')}_name", SEPARATOR.join((key.value, *mark))) for mark in marks)
