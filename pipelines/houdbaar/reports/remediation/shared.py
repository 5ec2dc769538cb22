"""Rows that are several records, as an order and its parcel: where one of them stays, the row does, and the other loses its own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from houdbaar.exports.feeding import Place, fed_columns, header_of, is_alike, own_columns, records_beside
from houdbaar.reports.remediation.desk import Desk, Record

if TYPE_CHECKING:
    from houdbaar.exports.part import Part

Key = tuple[str, str, str]  # source, entity, record_key
NOTE = (
    "the row of each line is also the {others}'s, which stays: never delete the row (nor, in the system, the {others}); "
    "empty its `columns`, in all rows of that record, and what else in them is about the {entity} alone; "
    "a line without columns is for a person to decide"
)


def staying_beside(desk: Desk, records: Sequence[Record], actions: Mapping[Key, str]) -> dict[Key, tuple[str, ...]]:
    """By record that is to go as a whole, the entities of which a record stays in its row: it asks for less, or must stay.

    `actions`: what is done with records that nothing blocks.
    """
    wanted: dict[str, list[tuple[Record, Place]]] = {}
    for record in records:
        if actions.get(key_of(record)) in ("delete", "anonymise"):
            part = desk.part(record.source, record.entity, record.file)
            for other in desk.siblings(part):
                place = (record.source, record.file, record.row or 0, record.record_key, is_alike(part, other))
                wanted.setdefault(other.table.entity, []).append((record, place))
    found: dict[Key, set[str]] = {}
    for entity, rows in sorted(wanted.items()):
        desk.tables.stand([entity])
        for number, record_key in records_beside(desk.engine, entity, [place for _, place in rows]):
            record = rows[number][0]
            if (entity, record_key) == (record.entity, record.record_key):
                continue
            other_action = actions.get((record.source, entity, record_key or ""))
            if other_action not in (("delete",) if actions[key_of(record)] == "delete" else ("delete", "anonymise")):
                found.setdefault(key_of(record), set()).add(entity)
    return {key: tuple(sorted(entities)) for key, entities in found.items()}


def key_of(record: Record) -> Key:
    """By what a record is known among all."""
    return record.source, record.entity, record.record_key


def own_fields(desk: Desk, part: Part, others: Sequence[str]) -> dict[str, Any]:
    """What a line says of the fields that only its record needs: the entity's that are empty afterwards, the columns to be emptied."""
    staying = [each for each in desk.siblings(part) if each.table.entity in others]
    fed, own = fed_columns(part.table, header_of(part)), own_columns(part, staying)
    fields = sorted(name for name, columns in fed.items() if columns and columns == own[name])
    columns = frozenset[str]().union(*own.values())
    return {"fields": fields, "columns": [name for name in header_of(part) if name in columns]}
