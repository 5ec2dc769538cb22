"""What every plan is made of: the audit's engine with its findings and rows, and what must stay."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.exports.entities import RECORDS
from houdbaar.exports.feeding import siblings_of
from houdbaar.exports.syntax import sql_of
from houdbaar.privacy import is_plain_id
from houdbaar.reports.remediation.manifest import Manifest, Reason
from houdbaar.reports.remediation.shape import Shape
from houdbaar.reports.remediation.views import holders, kept_keys, wanted
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.checks.tables import Tables
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.part import Part
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms

_AT_ONCE = 20_000  # records whose rows are looked up together
_IS_ASKED = """
    select 1 from finding
    where open_key is not null and verdict in ('OVERDUE', 'FAIL') and list_contains($actions, action) limit 1
"""
_ENTITIES = "select distinct entity from finding where open_key is not null order by entity"
_KEPT_KEYS = "create or replace table kept_key (source varchar, entity varchar, record_key varchar)"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that is to be changed, with the findings that ask for it: each with the action that it asks for."""

    source: str
    entity: str
    record_key: str
    file: str
    row: int | None
    records: int
    asked: tuple[tuple[Reason, str], ...]
    others: tuple[str, ...]  # findings that go when the record does
    is_blocked: bool
    also_in: tuple[str, ...] = ()  # other sources that have the same record

    @property
    def reasons(self) -> list[Reason]:
        """The findings."""
        return [reason for reason, _ in self.asked]

    @property
    def actions(self) -> frozenset[str]:
        """What they ask for."""
        return frozenset(action for _, action in self.asked)

    def of(self, *actions: str) -> list[Reason]:
        """The findings that ask for one of these actions."""
        return [reason for reason, action in self.asked if action in actions]


@dataclass(slots=True)
class Desk:
    """One audit's material for plans."""

    tables: Tables
    policy: Policy
    pseudonyms: Pseudonyms
    as_of: date
    zone: str
    plans: list[Manifest] = field(default_factory=list)
    _parts: dict[tuple[str, str], list[tuple[str, Part]]] = field(default_factory=dict)
    _by_file: dict[str, list[Part]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in self.tables.material.parts:
            place = (part.bound.source.name, part.table.entity)
            self._parts.setdefault(place, []).append((self.pseudonyms.shown_path(part.bound.name), part))
            self._by_file.setdefault(part.bound.name, []).append(part)

    @property
    def engine(self) -> Engine:
        """Where SQL runs."""
        return self.tables.engine

    def parts(self, source: str, entity: str) -> Sequence[Part]:
        """The files of a source that feed an entity."""
        return [part for _, part in self._parts.get((source, entity), [])]

    def part(self, source: str, entity: str, file: str) -> Part:
        """The file of that name (as it is shown) that feeds an entity."""
        return next(part for name, part in self._parts[source, entity] if name == file)

    def siblings(self, part: Part) -> list[Part]:
        """The parts of the same file whose records may stand in the same rows."""
        return siblings_of(part, self._by_file[part.bound.name])

    def shape(self, record: Record) -> Shape:
        """The columns of the file that holds a record."""
        return Shape.of(self.part(record.source, record.entity, record.file))

    @staticmethod
    def text(name: str) -> str:
        """A query that lies beside the code."""
        return package_text(f"reports/remediation/{name}.sql")

    def rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of such a query."""
        return self.engine.rows(self.text(name), values)

    def dicts(self, name: str, **values: Any) -> list[dict[str, Any]]:
        """The same, by column."""
        return self.engine.dicts(self.text(name), values)

    def streamed(self, name: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query with very many, a batch in memory at a time; nothing else may run on the engine meanwhile."""
        return itertools.chain.from_iterable(self.engine.batches(self.text(name), values))

    def shown_id(self, text: str | None) -> str | None:
        """A register's id as it may be shown."""
        return text if not text or is_plain_id(text) else f"id-{self.pseudonyms.of(text)[:8]}"

    def leave_accepted(self, accepted: Collection[str]) -> None:
        """Make `open_finding`, of which plans are made: `finding` without what somebody answers for (table `accepted_finding`)."""
        self.engine.run("create or replace table accepted_finding (finding_id varchar)")
        self.engine.insert_rows("accepted_finding", [(finding_id,) for finding_id in sorted(accepted)])
        self.engine.make_view("open_finding", "select * from finding anti join accepted_finding using (finding_id)")

    def accepted_records(self, actions: Sequence[str]) -> int:
        """How many records nothing is planned for because somebody answers for them."""
        query = """
            select cast(coalesce(sum(records), 0) as bigint) from finding semi join accepted_finding using (finding_id)
            where verdict in ('OVERDUE', 'FAIL') and (list_contains($actions, action) or action = 'delete_file')
        """
        return int(self.engine.rows(query, {"actions": list(actions)})[0][0])

    def records(self, actions: Sequence[str]) -> list[Record]:
        """Records of which findings ask one of these actions."""
        if not self.engine.rows(_IS_ASKED, {"actions": list(actions)}):
            return []
        entities = [entity for (entity,) in self.engine.rows(_ENTITIES) if entity in RECORDS]
        self._find_kept_keys(entities)
        elsewhere = self._elsewhere(entities)
        return [
            Record(
                sys.intern(source),
                sys.intern(entity),
                record_key,
                sys.intern(file),
                row,
                records,
                tuple((reason(each), sys.intern(each["action"])) for each in findings),
                tuple(others),
                is_blocked,
                tuple(name for name in elsewhere.get((entity, record_key), ()) if name != source),
            )
            for source, entity, record_key, file, row, records, findings, others, is_blocked in self.streamed(
                "records", actions=list(actions)
            )
        ]

    def _elsewhere(self, entities: Collection[str]) -> dict[tuple[str, str], list[str]]:
        """The sources of the keys that several sources have, of entities that several sources feed."""
        several = [entity for entity in entities if sum(entity == fed for _, fed in self._parts) > 1]
        self.tables.stand(several)
        found: dict[tuple[str, str], list[str]] = {}
        for entity in several:
            self.engine.make_view("holder", sql_of(holders(entity)))
            found |= {(entity, key): sources for key, sources in self.rows("shared_key")}
        return found

    def _find_kept_keys(self, entities: Collection[str]) -> None:
        """The keys of rows that have to stay, of these entities."""
        self.engine.run(_KEPT_KEYS)
        if not self.engine.rows("select 1 from kept_row limit 1"):
            return
        for entity in entities:
            self.tables.stand([entity])
            self.engine.append("kept_key", sql_of(kept_keys(entity)))

    def detailed(self, records: Sequence[Record], names: Sequence[str]) -> Iterator[tuple[Record, Mapping[str, Any]]]:
        """Records, all of one entity, each with columns of its row (of the newest export that holds it; none where that isn't known)."""
        for first in range(0, len(records), _AT_ONCE):
            some = records[first : first + _AT_ONCE]
            self.tables.stand([some[0].entity])
            self.engine.run("create or replace table wanted_record (source varchar, file varchar, row bigint)")
            self.engine.insert_rows("wanted_record", [(each.source, each.file, each.row) for each in some if each.row is not None])
            found = self.engine.dicts(sql_of(wanted(some[0].entity, names)))
            details = {(line["source"], line["record_key"]): line for line in found}
            for record in some:
                yield record, details.get((record.source, record.record_key), {})


def reason(found: Mapping[str, Any]) -> Reason:
    """A finding as SQL gives it; the words of which many have the same are kept once."""
    clause, field_name = found["clause"], found["field"]
    return Reason(
        found["finding_id"],
        sys.intern(found["code"]),
        clause if clause is None else sys.intern(clause),
        field_name if field_name is None else sys.intern(field_name),
        found["is_assumed"],
    )
