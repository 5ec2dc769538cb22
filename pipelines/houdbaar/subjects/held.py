"""What a hold says it is about, to be compared later: keyed, so that no value of a register stands where it is kept (domain.md 2.8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.privacy import is_plain_id

if TYPE_CHECKING:
    from houdbaar.privacy import Pseudonyms

_ABOUT = ("identifier_kind", "identifier_value", "selected_source", "selected_record_key", "fields", "period_from", "period_to")


def hold_name(row: Mapping[str, Any], pseudonyms: Pseudonyms) -> str:
    """A row of the register of holds as plans and findings name it, `kind:id`: an id that is no plain number is keyed."""
    hold_id = row["hold_id"] or ""
    return f"{(row['kind'] or '').strip().lower()}:{hold_id if is_plain_id(hold_id) else f'id-{pseudonyms.of(hold_id)[:8]}'}"


def said_of(row: Mapping[str, Any], pseudonyms: Pseudonyms) -> str:
    """The keyed digest of what a row of the register of holds is about: another one is about something else, or wider or narrower."""
    kind, *said = (_plain(row[name]) for name in _ABOUT)
    return pseudonyms.of(json.dumps([kind and kind.lower(), *said], ensure_ascii=False))


def said_by_hold(rows: Iterable[Mapping[str, Any]], pseudonyms: Pseudonyms) -> dict[str, list[str]]:
    """The digests of each hold by its name: a register can hold several rows of one id."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(hold_name(row, pseudonyms), []).append(said_of(row, pseudonyms))
    return {name: sorted(digests) for name, digests in sorted(found.items())}


def _plain(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value and value.strip()
