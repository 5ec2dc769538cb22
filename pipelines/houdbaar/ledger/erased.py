"""Keyed hashes of people who were erased: enough to tell that somebody is there again, and nothing to know them by (domain.md 3.6).

They are kept in `.houdbaar/erased.jsonl` (mode 0600) as long as the file of the request may be (`dsr.log_months`), so that the identifiers
in `registers/requests.csv` can be cleared. Both the request's number and the identifiers are HMACs under the workspace's key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.entities import LINKING_KINDS
from houdbaar.folders import temp_folder, writing
from houdbaar.ledger.requests import read_identifiers
from houdbaar.written import private_file

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.privacy import Pseudonyms

NAME = "erased.jsonl"
SEPARATOR = "\x1f"
_KEYS = """
    select identifier_key($kind, $value) as key, case when $kind = 'email' then md5(identifier_key($kind, $value)) end as email_md5
"""


_CARRIED_OUT = """
    select request_id, identifiers, executed_at_last_date from request
    where
        lower(trim("right")) = 'erasure' and executed_at_last_date <= $as_of and request_id is not null and identifiers is not null
    order by row
"""


@dataclass(frozen=True, slots=True, order=True)
class Erased:
    """One identifier of a person who was erased: `request` and `key` are keyed hashes, `key` that of kind, U+001F and value.

    `is_planned`: the request did not state it, its plan found it.
    """

    request: str
    kind: str
    key: str
    executed_on: date
    is_planned: bool = False


def read_erased(state: Path) -> list[Erased]:
    """The hashes that a workspace keeps; lines that can't be read are left out."""
    found = []
    try:
        lines = (state / NAME).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    for line in lines:
        try:
            said = json.loads(line)
            day = date.fromisoformat(said["executed_on"])
            found.append(Erased(said["request"], said["kind"], said["key"], day, said.get("is_planned", False)))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def hashes_of_register(engine: Engine, pseudonyms: Pseudonyms, as_of: date) -> list[Erased]:
    """The hashes of all erasures that the register says were carried out by a day; the view of `request` must stand."""
    rows = engine.rows(_CARRIED_OUT, {"as_of": as_of})
    return [each for name, text, day in rows for each in hashed(engine, pseudonyms, name, read_identifiers(text), day)]


def hashed(
    engine: Engine, pseudonyms: Pseudonyms, request_id: str, identifiers: Iterable[tuple[str, str]], executed_on: date
) -> list[Erased]:
    """The hashes of a request's identifiers as exports are compared; the engine must have the macros."""
    request, found = pseudonyms.of(request_id), []
    for kind, value in identifiers:
        if kind in LINKING_KINDS:
            ((key, email_md5),) = engine.rows(_KEYS, {"kind": kind, "value": value})
            pairs = [(kind, key), ("email_md5", email_md5)]
            found += [Erased(request, name, pseudonyms.of(name + SEPARATOR + text), executed_on) for name, text in pairs if text]
    return found


def remember_request(
    state: Path,
    pseudonyms: Pseudonyms,
    request_id: str,
    identifiers: Sequence[tuple[str, str]],
    executed_on: date,
    known_by: Iterable[Mapping[str, str]] = (),
) -> None:
    """Keep the hashes of a request that was carried out and those that its plan knew the person by.

    Raises UsageError where nothing can be written.
    """
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.expression import offer_macros

    with temp_folder("houdbaar-erased-") as scratch, closing(Engine([], scratch, threads=1)) as engine:
        offer_macros(engine)
        stated = hashed(engine, pseudonyms, request_id, identifiers, executed_on)
    planned = [Erased(pseudonyms.of(request_id), each["kind"], each["key"], executed_on, is_planned=True) for each in known_by]
    remember(state, [*stated, *planned])


def remember(state: Path, entries: Iterable[Erased], until: date | None = None) -> None:
    """Add hashes to those that are kept; those of what was carried out by the day `until` go. Raises UsageError."""
    before = read_erased(state)
    kept = sorted(each for each in {*before, *entries} if until is None or each.executed_on > until)
    if kept == sorted(before):
        return
    with writing(state), private_file(state / NAME) as stream:
        stream.writelines(json.dumps(asdict(each), default=str).encode() + b"\n" for each in kept)
