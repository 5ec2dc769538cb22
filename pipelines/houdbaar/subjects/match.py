"""Which clusters a question is about: those of its keys, unless they contradict each other or the name that was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from houdbaar.subjects.kinds import PERSON_NUMBERS, RANK, Key
from houdbaar.subjects.names import Name
from houdbaar.subjects.profile import Profile, contradiction

OTHER_NAME = "another name"
Touched = Sequence[tuple[Key, int]]  # a key of the question and the cluster that it holds


@dataclass(slots=True)
class Match:
    """What was decided of one question: clusters that are the person's, and those that may not be, each with the key that leads there."""

    accepted: dict[int, Key] = field(default_factory=dict)
    refused: dict[int, tuple[Key, str]] = field(default_factory=dict)


def match(names: Sequence[Name], touched: Touched, profiles: Mapping[int, Profile]) -> Match:
    """Decide from the strongest kind of key to the weakest. Keys of one strength that contradict each other decide nothing."""
    found = Match()
    known: list[Profile] = []
    by_rank: dict[int, dict[int, Key]] = {}
    for key, cluster in sorted(touched):
        by_rank.setdefault(_rank(key), {}).setdefault(cluster, key)
    for _, reached in sorted(by_rank.items()):
        fitting = {}
        for cluster, key in sorted(reached.items()):
            if cluster in found.accepted:
                continue
            why = OTHER_NAME if any(profiles[cluster].contradicts(name) for name in names) else None
            why = why or contradiction([*known, profiles[cluster]], _as_contact(key))
            if why is None:
                fitting[cluster] = key
            else:
                found.refused.setdefault(cluster, (key, why))
        among = contradiction([profiles[cluster] for cluster in fitting], next(iter(fitting.values()))[0]) if len(fitting) > 1 else None
        if among is not None:
            found.refused |= {cluster: (key, among) for cluster, key in fitting.items() if cluster not in found.refused}
            continue
        found.accepted |= fitting
        known += [profiles[cluster] for cluster in fitting]
    for cluster in found.accepted:
        found.refused.pop(cluster, None)
    return found


def _rank(key: Key) -> int:
    """Numbers of a person are equally strong: none of two that contradict each other is believed."""
    return 0 if key[0] in PERSON_NUMBERS else RANK[key[0]]


def _as_contact(key: Key) -> str:
    """A weaker key may not lead from one customer to another; two numbers that the person states may."""
    return key[0] if key[0] in PERSON_NUMBERS else "email"
