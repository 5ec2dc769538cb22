"""The query that turns an export's rows into an entity's rows, built as a syntax tree from a contract (never as glued text).

Four steps, a sub-query each: the export's columns → a value a column → its reading and place in time → its judgement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.contract import folded
from houdbaar.exports.entities import RECORDS
from houdbaar.exports.raw_columns import RawColumns
from houdbaar.exports.rows_sql import Rows
from houdbaar.exports.stamp_steps import StampSteps, is_text
from houdbaar.exports.syntax import (
    Reader,
    aliased,
    call,
    cast,
    column,
    data_type,
    field_of,
    nested,
    null_as,
    parsed,
    select_from,
    text,
)

if TYPE_CHECKING:
    from houdbaar.exports.contract import Column, Table
    from houdbaar.exports.entities import Attribute
    from houdbaar.exports.plain_stamps import Placing

_TEXT_CASTS = {"boolean": "text_boolean", "integer": "text_integer", "number": "text_number"}


@dataclass(frozen=True, slots=True)
class StageSettings:
    """What the binding and the policy add to a contract: zones, the extraction and the plausible past."""

    zone: str  # of stamps without an offset
    local_zone: str
    extracted_at: datetime | None
    tolerance_seconds: int
    min_plausible: date
    period: tuple[date, date] | None  # that a report covers: bounds rows without a date
    list_id: str  # fills a list_id that the export doesn't name; empty: it stays unknown


def empty_columns(spec: Attribute) -> list[exp.Expression]:
    """What stands in the columns of an attribute that nothing feeds."""
    issue = f"{spec.name}_issue" if spec.is_stamp else None
    return [aliased(text("DQ-TS-NULL") if name == issue else null_as(kind), name) for name, kind in spec.staged.items()]


@dataclass(frozen=True, slots=True)
class StageQuery:
    """A contract's table over one shape of file: `present` maps the export's columns in that file to their DuckDB types."""

    table: Table
    present: Mapping[str, str]
    settings: StageSettings
    is_spreadsheet: bool = False  # CSV or Excel: a number may have lost digits on its way
    plain: Mapping[str, Placing] = field(default_factory=dict)  # stamps with nothing odd about them, by the entity's column
    raw: RawColumns = field(init=False)  # the export's columns that are read
    shared: Mapping[str, tuple[str, Column]] = field(init=False)  # columns, with their type, that are asked for more than once

    def __post_init__(self) -> None:
        """Bind the columns, once: they are asked for again and again."""
        object.__setattr__(self, "raw", RawColumns(self.table, self.present))
        object.__setattr__(self, "shared", self._shared())

    def physical(self, item: Column) -> str | None:
        """The export's column that feeds an entity's column in this file, or None."""
        return self.raw.bound.get(item.name)

    def is_fed(self, item: Column) -> bool:
        """Whether the file holds what the column is made of (for a transform: at least one of the columns it reads)."""
        if item.transform is None:
            return self.physical(item) is not None
        derived = {name for name, _ in self.table.derived}
        raw = [name for name in item.reads if name not in derived]
        headers = self.raw.headers
        return not raw or any(folded(name) in headers for name in raw) or bool(derived.intersection(item.reads))

    def fed(self) -> frozenset[str]:
        """Names of the entity's columns that the file feeds."""
        return frozenset(item.name for item in self.table.columns if self.is_fed(item))

    def stamps(self) -> tuple[Column, ...]:
        """The contract's columns that hold points in time or dates and that the file feeds, or that something bounds: those to judge."""
        bounded = self.table.triggers[:1] if self.table.loaded_on or self.settings.period else ()
        return tuple(
            item
            for item in self.table.columns
            if item.logical_type in ("timestamp", "date") and (item.name in bounded or self.is_fed(item)) and item.name not in self.plain
        )

    def casts(self) -> tuple[Column, ...]:
        """The columns whose text may not be what it should: numbers, booleans, and of spreadsheets the identifiers."""
        return tuple(
            item for item in self.table.columns if self._is_made(item) and (item.logical_type in _TEXT_CASTS or self._may_be_rounded(item))
        )

    def _is_made(self, item: Column) -> bool:
        """Whether anything can stand in the column: a transform may make something of a file's name alone."""
        return item.transform is not None or self.physical(item) is not None

    def _may_be_rounded(self, item: Column) -> bool:
        is_identifier = item.identifier is not None or item.key_position is not None
        return self.is_spreadsheet and is_identifier and item.logical_type == "string"

    def written(self) -> frozenset[str]:
        """Names of the registry's columns in which something may stand: those of `staged`."""
        given = {name for name, item in self._by_name().items() if name in self.plain or self._is_made(item)}
        names = given | {item.name for item in self.stamps()} | ({"list_id"} if self.settings.list_id else set())
        return frozenset(names.intersection(RECORDS[self.table.entity].names))

    def staged(self, reader: Reader) -> exp.Select:
        """The rows of `select` as they are kept: without the columns that are empty anyway. Each costs time and memory to write."""
        return self._select(reader, self.written())

    def select(self, reader: Reader) -> exp.Select:
        """The entity's rows: path, row, record_key, aggregate_count, the registry's columns with their companions.

        A stamp column has `<name>_first_date`, `<name>_last_date` (the interval of local dates; NULL when unusable) and `<name>_issue`
        (DQ-TS code or NULL) beside it. After them stand flags for the counts of staging: `naive:<name>`, `skipped:<name>`, `uncast:<name>`.
        """
        return self._select(reader, RECORDS[self.table.entity].names)

    def _select(self, reader: Reader, names: Collection[str]) -> exp.Select:
        stamps = self.stamps()
        given = [aliased(self._value(item), f"v:{item.name}") for item in self.table.columns if self._is_made(item) or item in stamps]
        values = self._step(
            Rows(self.table, self.present).of(reader),
            [*given, *self._aggregate(), *(column(f"uncast:{name}") for name in self.raw.nested_texts())],
        )
        below = values
        shared = [aliased(self._cast(kind, item), f"c:{item.name}") for kind, item in self.shared.values()]
        for added in filter(None, [*self._stamp_steps().columns(), shared]):
            below = self._step(below, added, keep=True)
        return select_from([*self._final(names), *self._flags()], nested(below))

    def _shared(self) -> dict[str, tuple[str, Column]]:
        """Parts of the key, and what is counted: to plan a query that spells a value out each time takes long."""
        by_name, wanted = self._by_name(), {*self.table.key, *(item.name for item in self.casts())}
        columns = [spec for spec in RECORDS[self.table.entity].columns if spec.name in wanted and not spec.is_stamp]
        return {
            spec.name: (spec.type, by_name[spec.name]) for spec in columns if spec.name in by_name and self._is_made(by_name[spec.name])
        }

    def _stamp_steps(self) -> StampSteps:
        stamps = self.stamps()
        return StampSteps(stamps, {item.name: self.value_type(item) for item in stamps}, self.table, self.settings)

    def _step(self, below: exp.Select, added: Sequence[exp.Expression], *, keep: bool = False) -> exp.Select:
        kept: list[exp.Expression] = [exp.Star()] if keep else [column("path"), column("row")]
        return select_from([*kept, *added], nested(below))

    def _value(self, item: Column) -> exp.Expression:
        if item.transform is not None:
            return parsed(item.transform)
        name = self.physical(item)
        return column(name) if name else null_as("VARCHAR")

    def _aggregate(self) -> list[exp.Expression]:
        """How many people a report's row stands for, and the last day on which a row can have been collected; NULL mostly."""
        count = call("text_count", column(self.table.aggregate)) if self.table.aggregate else null_as("BIGINT")
        zones = (text(self.settings.zone), text(self.settings.local_zone))
        loaded = call("stamp_last_date", parsed(self.table.loaded_on), *zones) if self.table.loaded_on else null_as("DATE")
        return [aliased(count, "aggregate_count"), aliased(loaded, "loaded_date")]

    def value_type(self, item: Column) -> str:
        """The DuckDB type of what a column is read from: decides how a stamp is read."""
        if item.transform is not None:
            return "VARCHAR"
        name = self.physical(item)
        return self.present[name] if name else "VARCHAR"

    def is_text(self, item: Column) -> bool:
        """Whether a stamp is read from text, not from a column that Parquet has typed."""
        return is_text(item, self.value_type(item))

    def _by_name(self) -> dict[str, Column]:
        """The contract's columns that can feed the registry's, by name: of points in time and dates those that are placed."""
        placed = {item.name for item in self.stamps()} | set(self.plain)
        return {item.name: item for item in self.table.columns if item.name in placed or item.logical_type not in ("timestamp", "date")}

    def _final(self, names: Collection[str]) -> list[exp.Expression]:
        by_name = self._by_name()
        selected = [column("path"), column("row"), aliased(self._key(), "record_key"), column("aggregate_count")]
        for spec in RECORDS[self.table.entity].columns:
            if spec.name in names:
                selected += self._entity_column(spec, by_name.get(spec.name))
        return selected

    def _entity_column(self, spec: Attribute, item: Column | None) -> list[exp.Expression]:
        if spec.is_stamp:
            return empty_columns(spec) if item is None else self._stamp_columns(spec, item)
        value = self._cell(spec.type, item)
        if spec.name == "list_id" and self.settings.list_id:
            value = exp.Coalesce(this=value, expressions=[text(self.settings.list_id)])
        return [aliased(value, spec.name)]

    def _cell(self, kind: str, item: Column | None) -> exp.Expression:
        """What a column holds, as a type."""
        if item is not None and self.shared.get(item.name) == (kind, item):
            return column(f"c:{item.name}")
        return self._cast(kind, item)

    def _cast(self, kind: str, item: Column | None) -> exp.Expression:
        if item is None or not self._is_made(item):
            return null_as(kind)
        value = column(f"v:{item.name}")
        if item.logical_type in _TEXT_CASTS and self.value_type(item) == "VARCHAR":
            value = call(_TEXT_CASTS[item.logical_type], cast(value, "VARCHAR"))
        elif item.logical_type == "string":
            value = call(self._text_reader(item), cast(value, "VARCHAR"))
        return exp.TryCast(this=value, to=data_type(kind))

    def _text_reader(self, item: Column) -> str:
        if item.identifier == "email":
            return "text_email"
        return "text_exact" if self._may_be_rounded(item) else "text_value"

    def _stamp_columns(self, spec: Attribute, item: Column) -> list[exp.Expression]:
        if item.name in self.plain:
            placed = self.plain[item.name].placed(column(f"v:{item.name}"), spec.type, self.settings.local_zone)
            return [aliased(value, f"{spec.name}{suffix}") for suffix, value in placed.items()]
        staged = f"s:{item.name}"
        value = call("stamp_exact_date", column(staged)) if spec.type == "DATE" else field_of(staged, "at")
        companions = [name for name in spec.staged if name != spec.name]
        return [aliased(value, spec.name), *(aliased(field_of(staged, name.removeprefix(f"{spec.name}_")), name) for name in companions)]

    def _flags(self) -> list[exp.Expression]:
        naive = [aliased(each, f"naive:{name}") for name, each in self._stamp_steps().naive()]
        zone = text(self.settings.zone)
        skipped = [aliased(call("stamp_is_skipped", column(f"p:{item.name}"), zone), f"skipped:{item.name}") for item in self.stamps()]
        kinds = {spec.name: spec.type for spec in RECORDS[self.table.entity].columns}
        uncast = [
            aliased(call("is_uncast", cast(column(f"v:{item.name}"), "VARCHAR"), self._cell(kinds[item.name], item)), f"uncast:{item.name}")
            for item in self.casts()
        ]
        return naive + skipped + uncast + [column(f"uncast:{name}") for name in self.raw.nested_texts()]

    def _key(self) -> exp.Expression:
        """The lasting key: its parts joined by U+001F, the e-mail normalised; NULL where every part is missing."""
        parts = [self._key_part(name) for name in self.table.key]
        if not parts:
            return null_as("VARCHAR")
        return call("record_key_of", exp.Array(expressions=parts))

    def _key_part(self, name: str) -> exp.Expression:
        by_name = {item.name: item for item in self.table.columns}
        if name == "list_id":
            return exp.Coalesce(this=self._cell("VARCHAR", by_name.get("list_id")), expressions=[text(self.settings.list_id)])
        value = self._cell("VARCHAR", by_name.get(name))
        if name != "email":
            return value
        return call("member_key", value, self._cell("VARCHAR", by_name.get("email_md5")))
