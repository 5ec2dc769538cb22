"""What every plan is made of: the audit's engine with its findings and rows, and what must stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from houdbaar.exports.entities import RECORDS
from houdbaar.exports.syntax import column, select_from, sql_of
from houdbaar.reports.remediation.manifest import Manifest, Reason
from houdbaar.reports.remediation.shape import Shape
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.checks.tables import Tables
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.stage import Part
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms

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

    def __post_init__(self) -> None:
        for part in self.tables.material.parts:
            place = (part.bound.source.name, part.table.entity)
            self._parts.setdefault(place, []).append((self.pseudonyms.shown_path(part.bound.name), part))

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

    def shape(self, record: Record) -> Shape:
        """The columns of the file that holds a record."""
        return Shape.of(self.part(record.source, record.entity, record.file))

    def rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query that lies beside the code."""
        return self.engine.rows(package_text(f"reports/remediation/{name}.sql"), values)

    def dicts(self, name: str, **values: Any) -> list[dict[str, Any]]:
        """The same, by column."""
        found: list[dict[str, Any]] = self.engine.arrow(package_text(f"reports/remediation/{name}.sql"), values).to_pylist()
        return found

    def records(self, actions: Sequence[str]) -> list[Record]:
        """Records of which findings ask one of these actions."""
        self._find_kept_keys()
        return [
            Record(
                *(line[name] for name in ("source", "entity", "record_key", "file", "row", "records")),
                tuple((reason(each), each["action"]) for each in line["findings"]),
                tuple(line["others"]),
                line["is_blocked"],
            )
            for line in self.dicts("records", actions=list(actions))
        ]

    def _find_kept_keys(self) -> None:
        """The keys of rows that have to stay, of all entities in findings."""
        self.engine.run(_KEPT_KEYS)
        if not self.engine.rows("select 1 from kept_row limit 1"):
            return
        for (entity,) in self.engine.rows("select distinct entity from finding where open_key is not null order by entity"):
            if entity in RECORDS:
                self.tables.stand([entity])
                self.engine.append("kept_key", sql_of(_kept_keys(entity)))

    def attributes(self, records: Sequence[Record], names: Sequence[str]) -> Mapping[tuple[str, str], dict[str, Any]]:
        """Columns of records' rows (the newest that holds each), by source and key; all records are of one entity."""
        if not records:
            return {}
        self.tables.stand([records[0].entity])
        self.engine.run("create or replace table wanted_record (source varchar, file varchar, row bigint)")
        self.engine.insert_rows("wanted_record", [(each.source, each.file, each.row) for each in records if each.row is not None])
        found = self.engine.arrow(sql_of(_wanted(records[0].entity, names))).to_pylist()
        return {(line["source"], line["record_key"]): line for line in found}


def reason(found: Mapping[str, Any]) -> Reason:
    """A finding as SQL gives it."""
    return Reason(*(found[name] for name in ("finding_id", "code", "clause", "field", "is_assumed")))


def _kept_keys(entity: str) -> exp.Select:
    rows = exp.Table(this=exp.to_identifier(entity, quoted=True), alias=exp.TableAlias(this=exp.to_identifier("staged")))
    names = [exp.column(name, table="staged") for name in ("source", "entity", "record_key")]
    return select_from([*names], rows).distinct().join("kept_row", on=_same_row("kept_row"), copy=False)


def _wanted(entity: str, names: Sequence[str]) -> exp.Select:
    rows = exp.Table(this=exp.to_identifier(entity, quoted=True), alias=exp.TableAlias(this=exp.to_identifier("staged")))
    columns = [exp.column(exp.to_identifier(name, quoted=True), table="staged") for name in ("source", "record_key", *names)]
    return select_from([*columns], rows).join("wanted_record", on=_same_row("wanted_record"), copy=False)


def _same_row(other: str) -> exp.Expression:
    pairs = [exp.EQ(this=exp.column(name, table="staged"), expression=exp.column(name, table=other)) for name in ("source", "file", "row")]
    return exp.and_(*pairs)


def event_rows(entity: str, identifiers: Sequence[str], times: Sequence[str]) -> exp.Select:
    """Rows of an entity without a lasting key, in one form: who it is (id_1, id_2), and the days of the stamp that counts.

    The entity's view must stand.
    """
    who = [exp.alias_(exp.cast(column(name), "VARCHAR"), f"id_{number}") for number, name in enumerate(identifiers, 1)]
    first, *others = times
    made = []
    for side in ("first_date", "last_date"):
        value = column(f"{first}_{side}")
        if others:
            is_empty = exp.EQ(this=column(f"{first}_issue"), expression=exp.Literal.string("DQ-TS-NULL"))
            value = exp.Case(ifs=[exp.If(this=is_empty, true=column(f"{others[0]}_{side}"))], default=value)
        made.append(exp.alias_(value, side))
    names = [column(name) for name in ("source", "file", "row")]
    return select_from([*names, *who, *made], exp.Table(this=exp.to_identifier(entity, quoted=True)))
