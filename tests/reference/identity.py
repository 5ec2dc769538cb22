"""Who is who, by domain.md 4.2 and 4.3 read out loud: rows as dicts, keys of equal strength in turn; slow, obvious, without the program."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Row = Mapping[str, str | None]
Key = tuple[str, ...]

LINKED = ("contact", "mail_member", "order", "payment")
_STRONGEST_FIRST = ("customer_id", "person_id", "email", "iban", "phone")
_NAMED_ONLY = ("iban", "phone")  # alone they are probable


def md5(address: str) -> str:
    """What mail tools know of an address."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


def keys_of(row: Row) -> set[Key]:
    """The keys by which a row is certainly somebody's, unless others have them, too."""
    found: set[Key] = {(kind, value) for kind in ("customer_id", "person_id") if (value := row.get(kind))}
    found |= {("email", md5(value)) for column in ("email", "previous_email") if (value := row.get(column))}
    if value := row.get("email_md5"):
        found.add(("email", value))
    if name := row.get("name"):
        given, surname = name.split()
        found |= {("iban", value, surname) for value in [row.get("iban")] if value}
        found |= {("phone", value, surname, given[0]) for value in [row.get("phone")] if value}
    return found


@dataclass
class People:
    """Rows put together: each row's person, the keys that are one person's, and those that name one of several."""

    rows: Sequence[Row]
    person: list[int] = field(default_factory=list)
    held: dict[Key, int] = field(default_factory=dict)
    named: dict[tuple[Key, str], int] = field(default_factory=dict)
    shared: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.person = list(range(len(self.rows)))
        keys = [keys_of(row) if row["entity"] in LINKED else set() for row in self.rows]
        for kind in _STRONGEST_FIRST:
            for key in sorted({key for found in keys for key in found if key[0] == kind}):
                self._take([number for number, found in enumerate(keys) if key in found], key)

    def _take(self, members: list[int], key: Key) -> None:
        people = {self.person[number] for number in members}
        names, customers = self._said(people, "name"), self._said(people, "customer_id")
        if len(names) > 1 or (key[0] == "email" and len(customers) > 1):
            self.shared.add(key)
            for name in names:
                same = {person for person in people if self._said({person}, "name") == {name}}
                self._unite(same)
                self.named[key, name] = min(same)
        else:
            self._unite(people)
            self.held[key] = min(people)

    def _said(self, people: set[int], column: str) -> set[str]:
        return {value for number, row in enumerate(self.rows) if self.person[number] in people and (value := row.get(column))}

    def _unite(self, people: set[int]) -> None:
        self.person = [min(people) if person in people else person for person in self.person]

    def of(self, asked: Row) -> set[int]:
        """The rows that are certainly those of somebody who states one identifier, or one and a name."""
        (kind, value), name = next(each for each in asked.items() if each[0] != "name"), asked.get("name")
        key: Key = (kind, md5(value or "")) if kind == "email" else (kind, value or "")
        if kind in _NAMED_ONLY:
            key = next((each for each in keys_of(asked) if each[0] == kind), key)
        root = self.named.get((key, name or "")) if key in self.shared else self.held.get(key)
        person = None if root is None else self.person[root]
        if person is not None and name and self._said({person}, "name") - {name}:
            return set()
        mine = {number for number in range(len(self.rows)) if self.rows[number]["entity"] in LINKED and self.person[number] == person}
        known = {each for each, at in self.held.items() if self.person[at] == person} if person is not None else set()
        known |= {key} - self.shared
        return mine | {number for number, row in enumerate(self.rows) if self._follows(row, known)}

    @staticmethod
    def _follows(row: Row, known: set[Key]) -> bool:
        if row["entity"] == "mail_activity":
            return not known.isdisjoint(keys_of(row))
        return row["entity"] == "analytics_event" and ("customer_id", row.get("user_id")) in known
