"""Which rows of a knot of shared keys are one person's: pure, in an order that the rows' order can't change (domain.md 4.3).

Rows are put together from the strongest kind of key to the weakest. A key whose rows contradict each other (names, dates of birth,
customers, a gap in its use) puts nobody together: it is shared. Rows that name the same person beside a shared key still belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from houdbaar.policy.calendar import add_months
from houdbaar.subjects.kinds import DOCUMENT_NUMBERS, KINDS, PERSON_NUMBERS, RANK, SEPARATOR, SETTLING, Key
from houdbaar.subjects.names import Name, is_compatible, is_conflict

_DOCUMENT_LEVEL = 2  # from here on a row's name may be somebody else's
_BY_NAME = {"customer_id": "customer_name", "email": "email_name"}


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
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling found: each row's cluster (its smallest row), the keys that hold it there, and why other keys put nobody together."""

    cluster: Mapping[int, int]
    held_by: Mapping[int, tuple[Key, ...]]
    shared: Mapping[Key, str]


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
    """Why clusters that share a key of a kind can't be one person; None when nothing says so."""
    if any(map(_names_conflict, _names_that_count(profiles, kind))):
        return "names in conflict"
    if kind not in DOCUMENT_NUMBERS and len(set().union(*(profile.birth_dates for profile in profiles))) > 1:
        return "dates of birth differ"
    if kind in ("email", "email_name", *DOCUMENT_NUMBERS) and customers_differ(profiles):
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


def _names_conflict(groups: Sequence[set[Name]]) -> bool:
    return any(
        is_conflict(name, other)
        for number, names in enumerate(groups)
        for others in groups[number + 1 :]
        for name in names
        for other in others
    )


def settle(rows: Iterable[Row], reissue_months: int, max_cluster: int) -> Settled:
    """Put rows together; see the module. A cluster above `max_cluster` rows of several customers falls back to what numbers say."""
    ordered = sorted(rows, key=lambda row: row.id)
    settling = _Settling(ordered, reissue_months)
    settling.run(SETTLING)
    large = {
        cluster
        for cluster, members in settling.members().items()
        if len(members) > max_cluster and any(len(numbers) > 1 for numbers in settling.profiles[cluster].customers.values())
    }
    if not large:
        return settling.result()
    again = _Settling(ordered, reissue_months, frozenset(row.id for row in ordered if settling.find(row.id) in large))
    again.run(SETTLING)
    return again.result()


class _Settling:
    """The state of one settling: a union-find over rows, with a profile a cluster."""

    def __init__(self, rows: Sequence[Row], reissue_months: int, numbers_only: frozenset[int] = frozenset()) -> None:
        self.rows = {row.id: row for row in rows}
        self.reissue_months = reissue_months
        self.numbers_only = numbers_only  # rows of clusters that grew too large
        self.parent = {row.id: row.id for row in rows}
        self.profiles = {row.id: Profile.of(row) for row in rows}
        self.shared: dict[Key, str] = {}
        self.held_by: dict[int, list[Key]] = {row.id: [] for row in rows}
        self.by_key: dict[Key, list[int]] = {}
        for row in rows:
            for key in row.keys:
                self.by_key.setdefault(key, []).append(row.id)

    def find(self, row_id: int) -> int:
        """The cluster of a row: its smallest row."""
        root = row_id
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[row_id] != root:
            self.parent[row_id], row_id = root, self.parent[row_id]
        return root

    def members(self) -> dict[int, list[int]]:
        """The rows of each cluster."""
        found: dict[int, list[int]] = {}
        for row_id in self.rows:
            found.setdefault(self.find(row_id), []).append(row_id)
        return found

    def run(self, kinds: Sequence[str]) -> None:
        """Put together by all keys, the strongest kind first."""
        for key in sorted((key for key in self.by_key if key[0] in kinds), key=lambda key: (RANK[key[0]], key[1])):
            self._join(key)

    def result(self) -> Settled:
        """What was found."""
        return Settled(
            {row_id: self.find(row_id) for row_id in self.rows},
            {row_id: tuple(keys) for row_id, keys in self.held_by.items()},
            self.shared,
        )

    def _join(self, key: Key) -> None:
        kind = key[0]
        members = [row_id for row_id in self.by_key[key] if kind in (*PERSON_NUMBERS, *DOCUMENT_NUMBERS) or self._is_own(row_id)]
        if any(row_id in self.numbers_only for row_id in members) and kind not in PERSON_NUMBERS:
            self.shared[key] = "a cluster too large"
            return
        if not members:  # the rows that carry it all name somebody else
            return
        clusters = sorted({self.find(row_id) for row_id in members})
        why = contradiction([self.profiles[cluster] for cluster in clusters], kind) if len(clusters) > 1 else None
        if why is None and KINDS[kind].is_contact and len(clusters) > 1 and self._has_gap(members):
            why = "a gap in its use"
        if why is not None:
            self.shared[key] = why
            self._join_by_name(key, clusters, members)
            return
        self._merge(clusters)
        for row_id in members:
            self.held_by[row_id].append(key)

    def _is_own(self, row_id: int) -> bool:
        """Whether the address on a row is the person's whose row it is: not where the row names somebody else."""
        name = self.rows[row_id].name
        return name is None or not self.profiles[self.find(row_id)].contradicts(name)

    def _join_by_name(self, key: Key, clusters: Sequence[int], members: Sequence[int]) -> None:
        """Of a shared key, put together the clusters that name the same person, where that is beyond doubt."""
        by_name = _BY_NAME.get(key[0])
        if by_name is None:
            return
        named = [cluster for cluster in clusters if self.profiles[cluster].own_names]
        fits = {cluster: frozenset(other for other in named if self._are_one(cluster, other)) for cluster in named}
        for group in sorted({tuple(sorted(fit)) for cluster, fit in fits.items() if all(fits[other] == fit for other in fit)}):
            profiles = [self.profiles[cluster] for cluster in group]
            if contradiction(profiles, by_name) is not None:
                continue
            held = [row_id for row_id in members if self.find(row_id) in group]
            surnames = set.intersection(*(set(name.surnames) for profile in profiles for name in profile.own_names))
            for row_id in held:
                self.held_by[row_id] += [(by_name, f"{key[1]}{SEPARATOR}{surname}") for surname in sorted(surnames)]
            self._merge(group)

    def _are_one(self, cluster: int, other: int) -> bool:
        return cluster == other or all(self.profiles[other].is_of(name) for name in self.profiles[cluster].own_names)

    def _merge(self, clusters: Sequence[int]) -> None:
        first, *others = clusters
        for other in others:
            self.parent[other] = first
            self.profiles[first].add(self.profiles.pop(other))

    def _has_gap(self, members: Sequence[int]) -> bool:
        """Whether an address or number lay idle so long that it may have a new owner; the same name on both sides says it has not."""
        dated = sorted(
            (row.used_from, row.used_to or row.used_from, row.id)
            for row in (self.rows[row_id] for row_id in members)
            if row.used_from is not None
        )
        for number, (used_from, _, row_id) in enumerate(dated):
            if number == 0:
                continue
            last, before = max((used_to, other) for _, used_to, other in dated[:number])
            if used_from > add_months(last, self.reissue_months):
                name, profile = self.rows[row_id].name, self.profiles[self.find(before)]
                if name is None or not profile.is_of(name):
                    return True
        return False
