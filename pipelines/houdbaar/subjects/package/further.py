"""Further rows of a person's records: an export may have several rows a record, of which only the first is staged (GDPR 15(3))."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from houdbaar.exports.alike import alike_rows
from houdbaar.exports.contract import folded
from houdbaar.subjects.package.model import Material, Record
from houdbaar.subjects.package.records import add_originals
from houdbaar.subjects.package.redact import Columns
from houdbaar.subjects.package.shared import fields_of
from houdbaar.subjects.wrong_value import EMAIL

if TYPE_CHECKING:
    from houdbaar.exports.part import Part


def with_further_rows(material: Material, records: Sequence[Record]) -> list[Record]:
    """The records, and a record for each further row of theirs: with its place and columns, and the terms of the record beside it."""
    tables: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        part = None if record.is_register else material.part_of(record)
        if part is not None and part.table.first_of is not None:
            tables.setdefault((record.source, record.entity), []).append(record)
    taken = {(record.entity, *record.place) for record in records}
    candidates: list[Record] = []
    for (source, entity), mine in sorted(tables.items()):
        parts = sorted((place[2], part) for place, part in material.parts.items() if place[:2] == (source, entity))
        for record, file, row in _rows_beside(material, mine, parts):
            if (entity, source, file, row) not in taken:
                taken.add((entity, source, file, row))
                candidates.append(replace(record, file=file, row=row, beside=record.place, original={}, given={}))
    add_originals(material, candidates)
    found = [*records, *_told(material, records, candidates)]
    return sorted(found, key=lambda each: (each.entity, each.source, each.file, each.row, each.record_key or ""))


def _told(material: Material, records: Sequence[Record], candidates: Sequence[Record]) -> Iterable[Record]:
    """The further rows: where one is of several records (an order and its parcel), it is also the second's if it says something of it."""
    places = {record.place for record in records}
    for candidate in candidates:
        if candidate.place not in places or fields_of(material, candidate):
            places.add(candidate.place)
            yield candidate


def _rows_beside(material: Material, records: Sequence[Record], parts: Sequence[tuple[str, Part]]) -> Iterable[tuple[Record, str, int]]:
    """Rows of a table that are of these records: (record, file, row). A part of an export may begin with rows of the part before."""
    alike = {file: alike_rows(material.engine, part) for file, part in parts}
    by_row = {(record.file, record.row): record for record in records}
    by_value: dict[str, Record] = {}
    for file, values in alike.items():
        for value, rows in values.items():
            for row in rows.records:
                if (file, row) in by_row:
                    by_value.setdefault(value, by_row[file, row])
    for file, values in alike.items():
        for value, rows in values.items():
            own = [by_row[file, row] for row in rows.records if (file, row) in by_row]
            # Where a file has the record itself, only that record's being the person's makes its rows the person's.
            record = own[0] if own else None if rows.records else by_value.get(value)
            if record is not None:
                yield from ((record, file, row) for row in rows.others)


def staged_beside(material: Material, records: Sequence[Record]) -> Iterable[Record]:
    """What further rows say themselves of whom they are about: a record for each table of their file, and one for each address."""
    for record in records:
        if record.beside is None:
            continue
        for source, entity, file in material.parts:
            if (source, file) == (record.source, record.file):
                feeds = Columns.of_record(material, replace(record, entity=entity)).feeds
                said = {feeds[folded(name)]: value for name, value in record.original.items() if folded(name) in feeds}
                yield replace(record, entity=entity, staged=said)
        for value in record.original.values():
            if isinstance(value, str) and EMAIL.fullmatch(value.strip()):
                yield replace(record, staged={"email": value.strip()})
