"""Holds and pending requests block deletion: which rows they are about, and what that does to a verdict (domain.md 2.8).

Rows are matched on the identifiers that the contracts name. A block changes OVERDUE to HELD only if it began on or before the last
permitted day; otherwise the record stays OVERDUE, and says what blocks its deletion.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from houdbaar.exports.entities import ENTITIES, REGISTER_FOLDER
from houdbaar.exports.syntax import sql_of
from houdbaar.exports.views import identifier_rows, keyed_rows
from houdbaar.policy.calendar import last_overdue_date
from houdbaar.privacy import is_plain_id
from houdbaar.resources import package_text
from houdbaar.subjects.people import Person

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.part import Part
    from houdbaar.policy.calendar import Boundary, Term
    from houdbaar.subjects.find import Finder
    from houdbaar.subjects.links import Links

_TABLES = """
    create table row_block (source varchar, file varchar, path varchar, row bigint, block_number bigint);
    create table block_term (rule varchar, block_number bigint, held_after_date date);
    create table row_subject (source varchar, entity varchar, file varchar, row bigint, subject varchar);
    create table erased_hold (
        source varchar, file varchar, row bigint, hold_source varchar, hold_file varchar, hold_row bigint, doubt varchar,
        seen_on date
    );
    create table asked_note (source varchar, file varchar, row bigint, code varchar, text varchar)
"""
_MARK_ROWS = """
    update row_judgement set
        blocked_by = mark.blocked_by,
        verdict = case when row_judgement.verdict = 'OVERDUE' and mark.is_held then 'HELD' else row_judgement.verdict end
    from mark
    where
        row_judgement.rule = mark.rule and row_judgement.source = mark.source and row_judgement.file = mark.file
        and row_judgement.row = mark.row and row_judgement.field is not distinct from mark.field
"""
_MARK_SPANS = """
    update judgement set
        blocked_by = mark.blocked_by,
        verdict = case when judgement.verdict = 'OVERDUE' and mark.is_held then 'HELD' else judgement.verdict end
    from mark
    where judgement.rowid = mark.number
"""
_HIDE = """
    update block set block_id = split_part(block_id, ':', 1) || ':id-'
        || left(hmac(array_to_string(string_split(block_id, ':')[2:], ':'), $inner_pad, $outer_pad), 8)
    where list_contains($personal, block_id)
"""
# Only rows that nothing blocks after all: an update of a list gives its row another rowid.
_UNMARK = """
    update judgement set blocked_by = null
    where list_contains($rules, rule) and blocked_by is not null and rowid not in (select number from mark)
"""
# What is no such value, as a number without a digit, finds nobody.
_STATED = """
    select cast(block_number as varchar), identifier_kind, identifier_value from block
    where identifier_kind is not null and identifier_value is not null
    union
    select person, kind, value from asked_person
    order by all
"""
# A row that two people are asked about for is named by one of them.
_ROW_SUBJECT = """
    select source, entity, file, row, min(subject) as subject
    from subject_record
    where tier = 'definite' and person in (select cast(block_number as varchar) from block)
    group by source, entity, file, row
"""
# Sources of which a hold that names no person is about records, where an erasure was carried out.
_HELD_RECORDS = """
    select distinct selected_source from hold_state
    where identifier_value is null and state <> 'invalid' and (select count(*) from erasure) > 0
"""
_BLOCK_DATES = "select distinct block_number, starts_on, period_from, period_to from block order by all"
# Who can't read the holds or the requests, or one row of them, can't tell which records have to stay.
_BLIND = frozenset({REGISTER_FOLDER, "register.hold", "register.request"})
_UNREAD_ROWS = "select count(*) from rejected_row where entity in ('hold', 'request')"
_UNPLACED = {
    "hold": "select count(*) from hold_state where is_unplaced",
    "request": "select count(*) from request_state where is_unplaced",
}
_DELETE_NOTHING = """
    update judgement set action = 'review'
    where verdict in ('OVERDUE', 'UNDETERMINED') or (verdict = 'FAIL' and action not in ('suppress', 'archive'))
"""


def is_blind(engine: Engine, entities: Collection[str], unreadable: Collection[str | None]) -> bool:
    """Whether a hold or a pending request may be about any record.

    Its register can't be read (`unreadable` are sources), or its row, or nobody can tell whose data it is about.
    """
    queries = [_UNREAD_ROWS, *(query for entity, query in _UNPLACED.items() if entity in entities)]
    return not _BLIND.isdisjoint(unreadable) or any(count for query in queries for (count,) in engine.rows(query))


def delete_nothing_unseen(engine: Engine, entities: Collection[str], unreadable: Collection[str | None]) -> None:
    """Have a person look before anything is destroyed: to destroy what somebody asks for is forbidden (domain.md 2.8 and 3.2)."""
    if is_blind(engine, entities, unreadable):
        engine.run(_DELETE_NOTHING)


@dataclass(slots=True)
class Blocks:
    """What blocks deletion in one audit; nothing is scanned, and nothing marked, where nothing does."""

    engine: Engine
    pads: Mapping[str, bytes]
    links: Links
    finder: Finder
    dates: list[tuple[int, date, date | None, date | None]] = field(default_factory=list)  # number, start, period
    paths: frozenset[str] = frozenset()  # of files with rows that a block is about

    def __post_init__(self) -> None:
        self.engine.run(_TABLES)

    def find(self, parts: Sequence[Part]) -> None:
        """Fill `row_block` for all entities that exports feed; `block`, `asked_person` and the entities' views must stand."""
        self.dates = self.engine.rows(_BLOCK_DATES)
        if self.dates:
            self._find_rows(parts)
        self._find_people(parts)
        self.paths = frozenset(path for (path,) in self.engine.rows("select distinct path from row_block"))

    def _find_rows(self, parts: Sequence[Part]) -> None:
        """Block the records that carry an identifier or the key of a block."""
        self._hide_people()
        kinds = {kind for (kind,) in self.engine.rows("select distinct identifier_kind from block where identifier_kind is not null")}
        if entities := sorted({part.table.entity for part in parts} & set(ENTITIES)):
            self.engine.make_view("identifier_row", sql_of(identifier_rows(entities, parts, kinds)))
            self.engine.make_view("keyed_row", sql_of(keyed_rows(entities)))
            self.engine.append("row_block", package_text("checks/marks/row_block.sql"), dict(self.pads))

    def _find_people(self, parts: Sequence[Part]) -> None:
        """Block all records that are certainly of a person that a block names, also those without the stated identifier.

        Of the others who are asked about it is said which hold an erasure meets, and what a person has to look at.
        """
        stated: dict[str, list[tuple[str, str]]] = {}
        for person, kind, value in self.engine.rows(_STATED):
            stated.setdefault(person, []).append((kind, value))
        records = {source for (source,) in self.engine.rows(_HELD_RECORDS)}
        if not stated and not records:
            return
        self.links.make()
        self.finder.find([Person(person, tuple(identifiers)) for person, identifiers in stated.items()])
        self.engine.append("row_block", package_text("checks/marks/person_block.sql"))
        self.engine.append("asked_note", package_text("checks/marks/asked_note.sql"))
        self.engine.append("row_subject", _ROW_SUBJECT)
        self.engine.append("erased_hold", package_text("checks/marks/erased_hold.sql"))
        self.engine.append("erased_hold", package_text("checks/marks/erased_unnamed.sql"), dict(self.pads))
        if records:
            fed = {part.table.entity for part in parts if part.bound.source.name in records} & set(ENTITIES)
            # Where no export feeds them, any view that stands has none of them: nobody can tell what was held.
            self.engine.make_view("keyed_row", sql_of(keyed_rows(sorted(fed) or ["contact"])))
            self.engine.append("erased_hold", package_text("checks/marks/erased_record.sql"), dict(self.pads))

    def _hide_people(self) -> None:
        """Findings name what blocks a deletion: a number that people gave is shown, and whatever else they wrote there is keyed."""
        ids = [block_id for (block_id,) in self.engine.rows("select distinct block_id from block order by block_id")]
        personal = [block_id for block_id in ids if not is_plain_id(block_id.partition(":")[2])]
        if personal:
            self.engine.run(_HIDE, {"personal": personal, **self.pads})

    def edges(self, term: Term, boundary: Boundary) -> set[date]:
        """The days from which a block reaches a record or no longer does, or began in time for it."""
        days = {_held_after(start, term, boundary) + timedelta(days=1) for _, start, _, _ in self.dates}
        days |= {first for _, _, first, _ in self.dates if first is not None}
        return days | {last + timedelta(days=1) for _, _, _, last in self.dates if last is not None}

    def reach(self, rule: str, promise: tuple[Term, Boundary] | None) -> None:
        """Let blocks reach what a rule judges; without a term nothing of it is held. To be said before it is marked."""
        starts = sorted({(number, start) for number, start, _, _ in self.dates})
        held_after = [(rule, number, None if promise is None else _held_after(start, *promise)) for number, start in starts]
        self.engine.insert_rows("block_term", held_after)

    def mark_rows(self) -> None:
        """Say of the rows in `row_judgement` what blocks them, and which are held."""
        if self.dates:
            self.engine.make_table("mark", package_text("checks/marks/blocked_row.sql"))
            self.engine.run(_MARK_ROWS)

    def mark_spans(self, rules: Sequence[str]) -> None:
        """The same of the spans of some rules in `judgement`."""
        if self.dates and rules:
            self.engine.make_table("mark", package_text("checks/marks/blocked_span.sql"), {"rules": rules})
            self.engine.run(_UNMARK, {"rules": rules})
            self.engine.run(_MARK_SPANS)


def _held_after(start: date, term: Term, boundary: Boundary) -> date:
    """A record is held by a block that starts on `start` if its trigger lies after this day: it was not overdue by then."""
    return last_overdue_date(start, term, boundary)
