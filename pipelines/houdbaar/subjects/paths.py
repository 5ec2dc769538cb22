"""Why a row is somebody's: the shortest path of keys from the question to the row (domain.md 4.4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from houdbaar.subjects.kinds import KINDS, RANK, SEPARATOR, Key
from houdbaar.subjects.normalise import VERSION

REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Steps:
    """How a key is reached: the steps before it as JSON text that lacks its end, and the row (or the request) that has the key."""

    prefix: str
    from_row: str


@dataclass(slots=True)
class Paths:
    """The paths of one question: to each row the key that leads there, and to each key its steps."""

    row_key: dict[int, Key] = field(default_factory=dict)
    steps: dict[Key, Steps] = field(default_factory=dict)


_LAST_PART = frozenset(("contact_id", "account_id", "username", "list_member"))  # after the system or the list


def masked(key: Key, addresses: Mapping[str, str]) -> str:
    """A key's value as an explanation may show it: enough to recognise, not enough to use. `addresses`: those behind e-mail keys."""
    kind, value = key
    part = value.split(SEPARATOR)[-1 if kind in _LAST_PART else 0]
    shown = addresses.get(part, part)
    if "@" in shown:
        local, _, domain = shown.partition("@")
        return f"{local[:1]}***@{domain[:1]}***.{domain.rpartition('.')[2]}"
    return f"{shown[:1]}***{shown[-1:]}" if len(shown) > 3 else "***"


def trace(
    stated: Sequence[Key],
    held: Mapping[int, Sequence[Key]],
    carried: Mapping[int, Sequence[Key]],
    shown: Mapping[int, str],
    addresses: Mapping[str, str],
) -> Paths:
    """Walk from stated keys to a person's rows, the strongest key first in each round.

    `held`: the keys that hold each row; `carried`: all keys of each row, also those that only suggest; `shown`: names of rows;
    `addresses`: those behind e-mail keys.
    """
    rows_of: dict[Key, list[int]] = {}
    for row_id, keys in held.items():
        for key in keys:
            rows_of.setdefault(key, []).append(row_id)
    found = Paths(steps={key: Steps("[", REQUEST) for key in stated})
    front = _ordered(stated)
    while front:
        reached: list[int] = []
        for key in front:
            for row_id in sorted(rows_of.get(key, ()), key=shown.__getitem__):
                if row_id not in found.row_key:
                    found.row_key[row_id] = key
                    reached.append(row_id)
        front = []
        for row_id in reached:
            step = Steps(_continued(found, row_id, shown, addresses), shown[row_id])
            for key in held[row_id]:
                if key not in found.steps:
                    found.steps[key] = step
                    front.append(key)
            for key in carried.get(row_id, ()):
                found.steps.setdefault(key, step)
        front = _ordered(front)
    return found


def _continued(found: Paths, row_id: int, shown: Mapping[int, str], addresses: Mapping[str, str]) -> str:
    """The steps to a row, ready for one more."""
    key = found.row_key[row_id]
    before = found.steps[key]
    step = {
        "from": before.from_row,
        "to": shown[row_id],
        "key": key[0],
        "value": masked(key, addresses),
        "strength": KINDS[key[0]].tier,
        "rule": KINDS[key[0]].rule,
        "normaliser": VERSION,
    }
    return f"{before.prefix}{json.dumps(step, ensure_ascii=False)}, "


def _ordered(keys: Iterable[Key]) -> list[Key]:
    return sorted(dict.fromkeys(keys), key=lambda key: (RANK[key[0]], key[1]))
