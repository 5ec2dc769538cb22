"""Rows that are several records, as an order and its parcel: what of a row goes with one of them where another stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from houdbaar.exports.contract import folded
from houdbaar.exports.feeding import Place, is_alike, own_columns, records_beside, siblings_of
from houdbaar.subjects.links import SEARCHED
from houdbaar.subjects.package.model import Material, Record

if TYPE_CHECKING:
    from houdbaar.exports.part import Part

Identity = tuple[str, str, str | None]  # source, entity, record_key: of a record with all its rows


def identity_of(record: Record) -> Identity:
    """By what a record is known, whichever of its rows it is."""
    return record.source, record.entity, record.record_key


def is_filled(value: object) -> bool:
    """Whether a cell holds anything."""
    return value not in (None, "", [], {})


def fields_of(material: Material, record: Record, others: Sequence[str] | None = None) -> tuple[str, ...]:
    """The filled columns of a row that feed its record, and none of the other entities in that row (None: of all that the file feeds)."""
    part = material.part_of(record)
    if part is None:
        return ()
    staying = [each for each in _siblings(material, part) if others is None or each.table.entity in others]
    own = {folded(name) for names in own_columns(part, staying).values() for name in names}
    return tuple(name for name, value in record.original.items() if folded(name) in own and is_filled(value))


def staying_beside(material: Material, records: Sequence[Record], goes: Mapping[Identity, bool]) -> dict[Identity, tuple[str, ...]]:
    """By record, the entities of which another record stands in its row and doesn't go: also one that is somebody else's."""
    wanted: dict[str, list[tuple[Record, Place]]] = {}
    found: dict[Identity, set[str]] = {}
    for record in records:
        part = None if record.is_register else material.part_of(record)
        if part is None:
            continue
        for other in _siblings(material, part):
            place = (*(record.beside or record.place), record.record_key, is_alike(part, other))
            if other.table.entity in SEARCHED:
                wanted.setdefault(other.table.entity, []).append((record, place))
            else:  # no search reads it: what isn't looked at stays
                found.setdefault(identity_of(record), set()).add(other.table.entity)
    for entity, rows in sorted(wanted.items()):
        for number, record_key in records_beside(material.engine, entity, [place for _, place in rows]):
            record = rows[number][0]
            other_record = (record.source, entity, record_key)
            if other_record != identity_of(record) and not goes.get(other_record, False):
                found.setdefault(identity_of(record), set()).add(entity)
    return {identity: tuple(sorted(entities)) for identity, entities in found.items()}


def _siblings(material: Material, part: Part) -> list[Part]:
    return siblings_of(part, material.parts.values())
