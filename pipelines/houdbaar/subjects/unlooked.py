"""What a search did not look at: kinds of identifiers that an export has no column for, and texts of visits (domain.md 3.2, 4).

'Nothing found' is a full answer only about what was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict

from houdbaar.exports.entities import RECORDS

if TYPE_CHECKING:
    from houdbaar.exports.part import Part

# Entities whose rows say, or follow from, whose they are.
_PEOPLE = (
    "contact", "mail_member", "account", "order", "invoice", "payment", "message", "shipment", "mail_activity", "mail_send",
    "service_event", "analytics_user", "analytics_event", "cookie",
)  # fmt: skip
# Columns by which a kind is found where they differ from its name: each group of them tells by itself.
_FOUND_BY = {
    "email": (("email",), ("email_md5",)),
    "email_md5": (("email_md5",), ("email",)),
    "order_id": (("order_id",), ("transaction_id",)),
    "postcode_house_number": (("postcode", "house_number"),),
}
# Free texts of visits: an e-mail address may stand in them, and nobody searches them for one.
_VISIT_TEXTS = {"analytics_event": ("page_url", "referrer_url", "parameters"), "analytics_user": ("properties",)}


class Unlooked(TypedDict):
    """Rows of an entity in a source whose export has no column for a kind of identifier."""

    kind: str
    source: str
    entity: str


class Unread(TypedDict):
    """Columns of visits that hold texts, and were not searched."""

    source: str
    entity: str
    columns: list[str]


def unlooked(parts: Iterable[Part], kinds: Iterable[str]) -> list[Unlooked]:
    """Where kinds of identifiers can't be looked for, although such rows have them elsewhere; a name is never looked for alone."""
    found = {
        (kind, part.bound.source.name, part.table.entity)
        for part in _searched(parts, _PEOPLE)
        for kind in kinds
        if (groups := _groups(kind, part.table.entity)) and not any(part.fed.issuperset(group) for group in groups)
    }
    return [{"kind": kind, "source": source, "entity": entity} for kind, source, entity in sorted(found)]


def unread_visits(parts: Iterable[Part]) -> list[Unread]:
    """Texts of visits that were not searched: addresses of pages, and what was sent along."""
    found: dict[tuple[str, str], set[str]] = {}
    for part in _searched(parts, _VISIT_TEXTS):
        if texts := part.fed.intersection(_VISIT_TEXTS[part.table.entity]):
            found.setdefault((part.bound.source.name, part.table.entity), set()).update(texts)
    return [{"source": source, "entity": entity, "columns": sorted(columns)} for (source, entity), columns in sorted(found.items())]


def told_unlooked(found: Sequence[Unlooked]) -> list[str]:
    """A line for each kind that can't be looked for somewhere."""
    places: dict[str, list[str]] = {}
    for each in found:
        places.setdefault(each["kind"], []).append(f"{each['source']} ({each['entity']})")
    return [f"{kind} can't be looked for in {', '.join(where)}: no column for it there" for kind, where in places.items()]


def told_unread(found: Sequence[Unread]) -> list[str]:
    """A line for each source with texts of visits that were not searched."""
    return [
        f"{', '.join(each['columns'])} of {each['entity']} in {each['source']}: an e-mail address that stands in a text of a visit is not "
        "searched for; `houdbaar audit` finds such visits (SCP-PII-ANALYTICS)"
        for each in found
    ]


def _searched(parts: Iterable[Part], entities: Iterable[str]) -> list[Part]:
    known = frozenset(entities)
    return [part for part in parts if part.table.entity in known and part.counts.rows_staged and not part.bound.is_processed]


def _groups(kind: str, entity: str) -> list[tuple[str, ...]]:
    """Groups of columns by which a kind is found in an entity."""
    names = set(RECORDS[entity].names)
    return [group for group in _FOUND_BY.get(kind, ((kind,),)) if names.issuperset(group)]
