"""Which rows of a knot of shared keys are one person's: pure, in an order that the rows' order can't change (domain.md 4.3).

Rows are put together from the strongest kind of key to the weakest. A key whose rows contradict each other (names, dates of birth,
customers, a gap in its use) puts nobody together: it is shared. Rows that name the same person beside a shared key still belong together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from houdbaar.policy.calendar import add_months
from houdbaar.subjects.kinds import DOCUMENT_NUMBERS, KINDS, PERSON_NUMBERS, RANK, SEPARATOR, SETTLING, Key
from houdbaar.subjects.names import first_names
from houdbaar.subjects.profile import PARCEL, Profile, Row, contradiction, names_conflict

_BY_NAME = {"customer_id": "customer_name", "email": "email_name", "iban_name": "iban_person", "phone_name": "phone_person"}
_ADDRESSES = "several addresses"


@dataclass(frozen=True, slots=True)
class Limits:
    """What keys may do: the knobs identity.*. `apart`: numbers that two systems gave out to different people."""

    reissue_months: int
    max_cluster: int
    max_fanout: int
    apart: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling found: each row's cluster (its smallest row), the keys that hold it there, and why other keys put nobody together."""

    cluster: Mapping[int, int]
    held_by: Mapping[int, tuple[Key, ...]]
    shared: Mapping[Key, str]


def settle(rows: Iterable[Row], limits: Limits) -> Settled:
    """Put rows together; see the module. A cluster above `max_cluster` rows of several customers falls back to what numbers say."""
    ordered = sorted(rows, key=lambda row: row.id)
    settling = _Settling(ordered, limits)
    settling.run(SETTLING)
    large = {
        cluster
        for cluster, members in settling.members().items()
        if len(members) > limits.max_cluster and any(len(numbers) > 1 for numbers in settling.profiles[cluster].customers.values())
    }
    if not large:
        return settling.result()
    again = _Settling(ordered, limits, frozenset(row.id for row in ordered if settling.find(row.id) in large))
    again.run(SETTLING)
    return again.result()


class _Settling:
    """The state of one settling: a union-find over rows, with a profile a cluster."""

    def __init__(self, rows: Sequence[Row], limits: Limits, numbers_only: frozenset[int] = frozenset()) -> None:
        self.rows = {row.id: row for row in rows}
        self.limits = limits
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
        members = self._without_parcels(members) if KINDS[kind].is_contact else members
        clusters = sorted({self.find(row_id) for row_id in members})
        why = contradiction([self.profiles[cluster] for cluster in clusters], kind) if len(clusters) > 1 else None
        if len(clusters) > 1:
            why = why or self._number_trouble(key, members)
            if KINDS[kind].is_contact and why is None and self._has_gap(members):
                why = "a gap in its use"
        if why is not None:
            self.shared[key] = why
            self._join_by_name(key, clusters, members)
            return
        self._merge(clusters)
        for row_id in members:
            self.held_by[row_id].append(key)

    def _without_parcels(self, members: list[int]) -> list[int]:
        """The rows without parcels to somebody else: those say no more than what the buyer's address is."""
        owners = {row_id for row_id in members if min(self.profiles[self.find(row_id)].names, default=0) < PARCEL}
        named = [self.profiles[self.find(row_id)] for row_id in owners]
        return [
            row_id
            for row_id in members
            if row_id in owners or not any(each.contradicts(name) for each in named for name in self.profiles[self.find(row_id)].own_names)
        ]

    def _number_trouble(self, key: Key, members: Sequence[int]) -> str | None:
        """Why a number may be several people's although no name says so: each has an address of its own."""
        kind = key[0]
        if key in self.limits.apart:
            return "two systems number people alike"
        addresses: dict[int, set[str]] = {}
        for row in (self.rows[row_id] for row_id in members):
            if row.address is not None:
                addresses.setdefault(row.level, set()).add(row.address)
        if kind in DOCUMENT_NUMBERS and any(len(found) > 1 for found in addresses.values()):
            return _ADDRESSES
        if kind == "customer_id" and len(set().union(*addresses.values())) > self.limits.max_fanout:
            return _ADDRESSES
        return None

    def _is_own(self, row_id: int) -> bool:
        """Whether the address on a row is the person's whose row it is: not where the row names somebody else."""
        name = self.rows[row_id].name
        return name is None or not self.profiles[self.find(row_id)].contradicts(name)

    def _join_by_name(self, key: Key, clusters: Sequence[int], members: Sequence[int]) -> None:
        """Of a shared key, put together the clusters that name the same person, where that is beyond doubt."""
        by_name = _BY_NAME.get(key[0])
        if by_name is None:
            return
        groups = [group for group in self._named_groups(clusters) if self._may_join(group, by_name)]
        marks = [self._marks(group) for group in groups]
        count = Counter(mark for marked in marks for mark in marked)
        for group, marked in zip(groups, marks, strict=True):
            keys = [(by_name, SEPARATOR.join((key[1], *mark))) for mark in sorted(marked) if count[mark] == 1]
            for row_id in members:
                if self.find(row_id) in group:
                    self.held_by[row_id] += keys
        for group in groups:
            self._merge(group)

    def _named_groups(self, clusters: Sequence[int]) -> list[tuple[int, ...]]:
        """Clusters that name the same person, by person. One whose name fits two that contradict each other is nobody's."""
        named = [cluster for cluster in clusters if self.profiles[cluster].own_names]
        fits = {cluster: [other for other in named if self._are_one(cluster, other)] for cluster in named}
        clear = {cluster for cluster, fit in fits.items() if not names_conflict([self.profiles[other].own_names for other in fit])}
        same = {cluster: tuple(sorted(clear.intersection(fits[cluster]))) for cluster in clear}
        return sorted({fit for fit in same.values() if all(same[other] == fit for other in fit)})

    def _may_join(self, group: Sequence[int], by_name: str) -> bool:
        return contradiction([self.profiles[cluster] for cluster in group], by_name) is None

    def _marks(self, group: Sequence[int]) -> set[tuple[str, str]]:
        """By which surnames and first names a person is known beside a key that others have, too."""
        names = [name for cluster in group for name in self.profiles[cluster].own_names]
        surnames = set.intersection(*(set(name.surnames) for name in names))
        return {(surname, first) for surname in surnames for name in names for first in first_names(name)}

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
            if used_from > add_months(last, self.limits.reissue_months):
                name, profile = self.rows[row_id].name, self.profiles[self.find(before)]
                if name is None or not profile.is_of(name):
                    return True
        return False
