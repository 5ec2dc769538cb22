"""What is known of a person from the rows that are put together, and whether two can be one person: pure (domain.md 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from houdbaar.subjects.kinds import DOCUMENT_NUMBERS, PERSON_NUMBERS, Key
from houdbaar.subjects.names import Name, is_compatible, is_conflict

PARCEL = 4  # the level of rows that may name anybody at all
BORN_APART = "dates of birth differ"
_DOCUMENT_LEVEL = 2  # from here on a row's name may be somebody else's


@dataclass(frozen=True, slots=True)
class Row:
    """A row as settling sees it. `customer`: number space and number; `level`: see person_row.sql; dates: when its keys were in use."""

    id: int
    level: int = 0
    name: Name | None = None
    birth_date: date | None = None
    customer: tuple[str, str] | None = None
    used_from: date | None = None
    used_to: date | None = None
    address: str | None = None
    keys: tuple[Key, ...] = ()


@dataclass(slots=True)
class Profile:
    """What is known of a cluster: names by the level of the row that said them, dates of birth, customers by number space."""

    names: dict[int, set[Name]] = field(default_factory=dict)
    birth_dates: set[date] = field(default_factory=set)
    customers: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Row) -> Profile:
        """What one row says."""
        return cls(
            {row.level: {row.name}} if row.name else {},
            {row.birth_date} if row.birth_date else set(),
            {row.customer[0]: {row.customer[1]}} if row.customer else {},
        )

    def add(self, other: Profile) -> None:
        """Take over what another cluster is known by."""
        for level, names in other.names.items():
            self.names.setdefault(level, set()).update(names)
        self.birth_dates |= other.birth_dates
        for space, customers in other.customers.items():
            self.customers.setdefault(space, set()).update(customers)

    @property
    def own_names(self) -> set[Name]:
        """Names of the person: those that the best rows say. A parcel's name is nobody's where a contact has one."""
        return self.names[min(self.names)] if self.names else set()

    def is_of(self, name: Name) -> bool:
        """Whether a name is certainly the person's."""
        own = self.own_names
        return bool(own) and all(is_compatible(name, each) for each in own)

    def contradicts(self, name: Name) -> bool:
        """Whether a name is certainly another's."""
        return any(is_conflict(name, each) for each in self.own_names)


def contradiction(profiles: Sequence[Profile], kind: str) -> str | None:
    """Why clusters that share a key of a kind can't be one person; None when nothing says so. Of a single one only its dates can."""
    if len(profiles) > 1 and any(map(names_conflict, _names_that_count(profiles, kind))):
        return "names in conflict"
    if kind not in DOCUMENT_NUMBERS and len(set().union(*(profile.birth_dates for profile in profiles))) > 1:
        return BORN_APART
    if len(profiles) > 1 and kind in ("email", "email_name", *DOCUMENT_NUMBERS) and customers_differ(profiles):
        return "several customers"
    return None


def customers_differ(profiles: Iterable[Profile]) -> bool:
    """Whether clusters have different customers' numbers of one number space."""
    known: dict[str, set[str]] = {}
    for profile in profiles:
        for space, customers in profile.customers.items():
            if space in known and known[space] != customers:
                return True
            known.setdefault(space, customers)
    return False


def _names_that_count(profiles: Sequence[Profile], kind: str) -> list[list[set[Name]]]:
    """The names to hold against each other, a list a comparison.

    Beside a person's number only the best rows' names count: an order for a customer may be sent to somebody else. Beside a
    document's number only names of one level: an order and its parcel may name two, two orders of one number may not.
    """
    if kind in DOCUMENT_NUMBERS:
        levels = sorted({level for profile in profiles for level in profile.names})
        return [[profile.names.get(level, set()) for profile in profiles] for level in levels]
    if kind not in PERSON_NUMBERS:
        return [[profile.own_names for profile in profiles]]
    best = min((min(profile.names) for profile in profiles if profile.names), default=0)
    counted = range(_DOCUMENT_LEVEL) if best < _DOCUMENT_LEVEL else (best,)
    return [[set().union(*(profile.names.get(level, set()) for level in counted)) for profile in profiles]]


def names_conflict(groups: Sequence[set[Name]]) -> bool:
    """Whether a name of one group contradicts a name of another."""
    return any(
        is_conflict(name, other)
        for number, names in enumerate(groups)
        for others in groups[number + 1 :]
        for name in names
        for other in others
    )
