"""The query that turns an export's rows into an entity's rows, built as a syntax tree from a contract (never as glued text).

Four steps, a sub-query each: the export's columns → a value a column → its reading and place in time → its judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from houdbaar.exports.contract import bound_columns, folded
from houdbaar.exports.entities import ENTITIES

if TYPE_CHECKING:
    from pathlib import Path

    from houdbaar.exports.contract import Column, Table

UNIT_MICROS = {"micros": 1, "millis": 1_000, "seconds": 1_000_000}
_TYPED_READERS = {"DATE": "stamp_read_day", "TIMESTAMP": "stamp_read_naive", "TIMESTAMP WITH TIME ZONE": "stamp_read_instant"}
_TEXT_CASTS = {"boolean": "text_boolean", "integer": "text_integer", "number": "text_number"}


@dataclass(frozen=True, slots=True)
class StageSettings:
    """What the binding and the policy add to a contract: zones, the extraction and the plausible past."""

    zone: str  # of stamps without an offset
    local_zone: str
    extracted_at: datetime | None
    tolerance_hours: int
    min_plausible: date
    list_id: str  # fills a list_id that the export doesn't name; empty: it stays unknown


def text(value: str) -> exp.Expression:
    """A string literal."""
    return exp.Literal.string(value)


def call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """A call of one of our macros or of a DuckDB function."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def column(name: str) -> exp.Expression:
    """A quoted column."""
    return exp.column(exp.to_identifier(name, quoted=True))


def _field(name: str, field: str) -> exp.Expression:
    return exp.Dot(this=column(name), expression=exp.to_identifier(field, quoted=True))


def null_as(kind: str) -> exp.Expression:
    """NULL of a type."""
    return exp.cast(exp.null(), exp.DataType.build(kind, dialect="duckdb"))


def _aliased(expression: exp.Expression, name: str) -> exp.Expression:
    return exp.alias_(expression, name, quoted=True)


def _literal_or_null(value: object, kind: str) -> exp.Expression:
    if value is None:
        return null_as(kind)
    return exp.cast(text(str(value)), exp.DataType.build(kind, dialect="duckdb"))


@dataclass(frozen=True, slots=True)
class Reader:
    """Where rows come from: a relation, and expressions for the file's path, the 1-based data row and the name as shown."""

    relation: exp.Expression
    path: exp.Expression
    row: exp.Expression
    file_name: exp.Expression


@dataclass(frozen=True, slots=True)
class StageQuery:
    """A contract's table over one shape of file: `present` maps the export's columns in that file to their DuckDB types."""

    table: Table
    present: Mapping[str, str]
    settings: StageSettings

    def physical(self, item: Column) -> str | None:
        """The export's column that feeds an entity's column in this file, or None."""
        return bound_columns(self.table, self.present).get(item.name)

    def is_fed(self, item: Column) -> bool:
        """Whether the file holds what the column is made of (for a transform: at least one of the columns it reads)."""
        if item.transform is None:
            return self.physical(item) is not None
        derived = {name for name, _ in self.table.derived}
        raw = [name for name in item.reads if name not in derived]
        return not raw or any(folded(name) in self._headers() for name in raw) or bool(derived.intersection(item.reads))

    def fed(self) -> frozenset[str]:
        """Names of the entity's columns that the file feeds."""
        return frozenset(item.name for item in self.table.columns if self.is_fed(item))

    def _headers(self) -> dict[str, str]:
        return {folded(name): name for name in reversed(self.present)}

    def stamps(self) -> tuple[Column, ...]:
        """The contract's columns that hold points in time or dates."""
        return tuple(item for item in self.table.columns if item.logical_type in ("timestamp", "date"))

    def casts(self) -> tuple[Column, ...]:
        """The contract's columns whose text is cast to a number or a boolean."""
        return tuple(item for item in self.table.columns if item.logical_type in _TEXT_CASTS)

    def sql(self, reader: Reader) -> str:
        """`select` as text."""
        return self.select(reader).sql(dialect="duckdb")

    def select(self, reader: Reader) -> exp.Select:
        """The entity's rows: path, row, record_key, aggregate_count, the registry's columns with their companions.

        A stamp column has `<name>_first_date`, `<name>_last_date` (the interval of local dates; NULL when unusable) and `<name>_issue`
        (DQ-TS code or NULL) beside it. After them stand flags for the counts of staging: `naive:<name>`, `uncast:<name>`.
        """
        values = self._step(self._rows(reader), [_aliased(self._value(item), f"v:{item.name}") for item in self.table.columns] + self._aggregate())
        steps: list[tuple[str, Callable[[Column], exp.Expression]]] = [
            ("t", self._trimmed), ("r", self._reading), ("p", self._placed), ("i", self._issue), ("s", self._staged)
        ]  # fmt: skip
        below = values
        for letter, made in steps:
            below = self._step(below, [_aliased(made(item), f"{letter}:{item.name}") for item in self.stamps()], keep=True)
        return exp.select(*self._final(), *self._flags()).from_(_below(below))

    def excluded_sql(self, reader: Reader) -> str:
        """SQL that counts the rows which each named filter of the contract leaves out: one row, one column a filter."""
        counts = [call("count_if", exp.Coalesce(this=_parsed(condition), expressions=[exp.false()])) for _, condition in self.table.excludes]
        return exp.select(*counts).from_(_below(self._selected(reader))).sql(dialect="duckdb")

    def _step(self, below: exp.Select, added: Sequence[exp.Expression], *, keep: bool = False) -> exp.Select:
        kept: list[exp.Expression] = [exp.Star()] if keep else [column("path"), column("row")]
        return exp.select(*kept, *added).from_(_below(below))

    def _selected(self, reader: Reader) -> exp.Select:
        """The export's columns that the contract reads; absent ones are NULL, STRUCTs of an older shape are cast to the declared one."""
        row = [_aliased(reader.path, "path"), _aliased(reader.row, "row"), _aliased(reader.file_name, "file_name")]
        rows = exp.select(*row, *self._raw_columns()).from_(reader.relation)
        for name, expression in self.table.derived:
            rows = exp.select(exp.Star(), _aliased(_parsed(expression), name)).from_(_below(rows))
        return rows

    def _rows(self, reader: Reader) -> exp.Select:
        rows = self._selected(reader)
        if self.table.excludes:
            rows = exp.select(exp.Star()).from_(_below(rows))
            for _, condition in self.table.excludes:
                rows = rows.where(exp.not_(exp.Coalesce(this=exp.Paren(this=_parsed(condition)), expressions=[exp.false()])))
        if self.table.explode is None:
            return rows
        item = _aliased(call("unnest", column(self.table.explode)), "item")
        return exp.select(exp.Star(), item).from_(_below(rows))

    def _raw_columns(self) -> list[exp.Expression]:
        headers = self._headers()
        derived = {name for name, _ in self.table.derived}
        names = [self.physical(item) for item in self.table.columns if item.transform is None]
        names += [name for name in self.table.reads if name not in derived and name not in ("file_name", "item")]
        wanted = dict.fromkeys(name for name in names if name)
        return [_aliased(self._raw_column(headers.get(folded(name)), self.table.structure.get(name, "VARCHAR")), name) for name in wanted]

    def _raw_column(self, found: str | None, declared: str) -> exp.Expression:
        if found is None:
            return null_as(declared)
        kind = self.present[found]
        if "STRUCT" in kind and "STRUCT" in declared and _fields(declared) - _fields(kind):
            return exp.cast(column(found), exp.DataType.build(declared, dialect="duckdb"))
        return column(found)

    def _read_names(self) -> list[str]:
        names = [self.physical(item) for item in self.table.columns if item.transform is None]
        trees = [item.transform for item in self.table.columns if item.transform] + [condition for _, condition in self.table.excludes]
        for tree in trees:
            names += [node.name for node in parse_one(tree, dialect="duckdb").find_all(exp.Column)]
        names += [self.table.explode, self.table.aggregate]
        return list(dict.fromkeys(name for name in names if name and name not in ("file_name", "item")))

    def _value(self, item: Column) -> exp.Expression:
        if item.transform is not None:
            return _parsed(item.transform)
        name = self.physical(item)
        return column(name) if name else null_as("VARCHAR")

    def _aggregate(self) -> list[exp.Expression]:
        if self.table.aggregate is None:
            return [_aliased(null_as("BIGINT"), "aggregate_count")]
        return [_aliased(call("text_count", column(self.table.aggregate)), "aggregate_count")]

    def value_type(self, item: Column) -> str:
        """The DuckDB type of what a column is read from: decides how a stamp is read."""
        if item.transform is not None:
            return "VARCHAR"
        name = self.physical(item)
        return self.present[name] if name else "VARCHAR"

    def _placed(self, item: Column) -> exp.Expression:
        is_zoned_day = exp.true() if item.name == "event_date" else exp.false()
        return call("stamp_place", column(f"r:{item.name}"), text(self.settings.zone), text(self.settings.local_zone), is_zoned_day)

    def _trimmed(self, item: Column) -> exp.Expression:
        value = column(f"v:{item.name}")
        return call("stamp_trimmed", value) if self.is_text(item) else value

    def is_text(self, item: Column) -> bool:
        """Whether a stamp is read from text, not from a column that Parquet has typed."""
        kind = self.value_type(item)
        return kind not in _TYPED_READERS and (kind == "VARCHAR" or item.unit is None)

    def _reading(self, item: Column) -> exp.Expression:
        value, kind = column(f"t:{item.name}"), self.value_type(item)
        if kind in _TYPED_READERS:
            return call(_TYPED_READERS[kind], value)
        if item.unit is not None:
            reader = "stamp_read_epoch" if self.is_text(item) else "stamp_read_number"
            return call(reader, value, exp.Literal.number(UNIT_MICROS[item.unit]))
        if item.format is not None:
            return self._formatted(value, item.format)
        return call("stamp_read_text", value)

    def _formatted(self, value: exp.Expression, pattern: str) -> exp.Expression:
        is_timed = exp.true() if "%H" in pattern else exp.false()
        has_offset = exp.true() if "%z" in pattern else exp.false()
        return call("stamp_read_format", value, text(pattern.replace("%z", "").rstrip()), is_timed, has_offset)

    def _issue(self, item: Column) -> exp.Expression:
        return call(
            "stamp_issue",
            column(f"p:{item.name}"),
            _literal_or_null(self.settings.min_plausible, "DATE"),
            _literal_or_null(self.settings.extracted_at, "TIMESTAMPTZ"),
            call("to_hours", exp.Literal.number(self.settings.tolerance_hours)),
            text(self.settings.local_zone),
            exp.true() if item.is_end else exp.false(),
        )

    def _final(self) -> list[exp.Expression]:
        by_name = {item.name: item for item in self.table.columns}
        selected = [column("path"), column("row"), _aliased(self._key(), "record_key"), column("aggregate_count")]
        for spec in ENTITIES[self.table.entity].columns:
            selected += self._entity_column(spec.name, spec.type, by_name.get(spec.name))
        return selected

    def _entity_column(self, name: str, kind: str, item: Column | None) -> list[exp.Expression]:
        is_stamp = kind in ("TIMESTAMPTZ", "DATE")
        if is_stamp:
            return self._stamp_columns(name, kind, item)
        value = self._cast(kind, item)
        if name == "list_id" and self.settings.list_id:
            value = exp.Coalesce(this=value, expressions=[text(self.settings.list_id)])
        return [_aliased(value, name)]

    def _cast(self, kind: str, item: Column | None) -> exp.Expression:
        if item is None:
            return null_as(kind)
        value = column(f"v:{item.name}")
        if item.logical_type in _TEXT_CASTS and self.value_type(item) == "VARCHAR":
            value = call(_TEXT_CASTS[item.logical_type], exp.cast(value, exp.DataType.build("VARCHAR")))
        elif item.logical_type == "string":
            value = call("text_value", exp.cast(value, exp.DataType.build("VARCHAR")))
        return exp.TryCast(this=value, to=exp.DataType.build(kind, dialect="duckdb"))

    def _stamp_columns(self, name: str, kind: str, item: Column | None) -> list[exp.Expression]:
        if item is None:
            staged = {"at": kind, "first_date": "DATE", "last_date": "DATE", "issue": "VARCHAR"}
            nulls = {key: null_as(type_) for key, type_ in staged.items()}
            nulls["issue"] = text("DQ-TS-NULL")
            return [_aliased(nulls["at"], name), *(_aliased(nulls[key], f"{name}_{key}") for key in ("first_date", "last_date", "issue"))]
        staged = f"s:{item.name}"
        value = call("stamp_exact_date", column(staged)) if kind == "DATE" else _field(staged, "at")
        return [_aliased(value, name), *(_aliased(_field(staged, key), f"{name}_{key}") for key in ("first_date", "last_date", "issue"))]

    def _staged(self, item: Column) -> exp.Expression:
        placed, issue = column(f"p:{item.name}"), column(f"i:{item.name}")
        if item.is_end:
            return call("stamp_staged_end", placed, issue)
        extracted_at = _literal_or_null(self.settings.extracted_at, "TIMESTAMPTZ")
        return call("stamp_staged", placed, issue, extracted_at, text(self.settings.local_zone))

    def _flags(self) -> list[exp.Expression]:
        naive = [_aliased(call("stamp_is_naive", column(f"p:{item.name}")), f"naive:{item.name}") for item in self.stamps()]
        kinds = {spec.name: spec.type for spec in ENTITIES[self.table.entity].columns}
        uncast = [
            _aliased(call("is_uncast", exp.cast(column(f"v:{item.name}"), exp.DataType.build("VARCHAR")), self._cast(kinds[item.name], item)), f"uncast:{item.name}")
            for item in self.casts()
        ]
        return naive + uncast

    def _key(self) -> exp.Expression:
        """The lasting key: its parts joined by U+001F, the e-mail normalised; NULL where every part is missing."""
        parts = [self._key_part(name) for name in self.table.key]
        if not parts:
            return null_as("VARCHAR")
        return call("record_key_of", exp.Array(expressions=parts))

    def _key_part(self, name: str) -> exp.Expression:
        by_name = {item.name: item for item in self.table.columns}
        if name == "list_id":
            return exp.Coalesce(this=self._cast("VARCHAR", by_name.get("list_id")), expressions=[text(self.settings.list_id)])
        value = self._cast("VARCHAR", by_name.get(name))
        if name != "email":
            return value
        return call("member_key", value, self._cast("VARCHAR", by_name.get("email_md5")))


def parquet(paths: Sequence[Path], *, is_located: bool = False) -> exp.Expression:
    """`read_parquet` over files, with the virtual columns filename and file_row_number where rows must be located."""
    options = [exp.EQ(this=exp.column(name), expression=exp.true()) for name in ("filename", "file_row_number") if is_located]
    return exp.Table(this=call("read_parquet", exp.Array(expressions=[text(str(path)) for path in paths]), *options))


def all_of(paths: Sequence[Path]) -> exp.Select:
    """Everything in some Parquet files."""
    return exp.select(exp.Star()).from_(parquet(paths))


def in_place_reader(paths: Sequence[Path], root: Path) -> Reader:
    """Reads Parquet exports where they lie; `root` is the exports folder, which names as shown leave out."""
    file_name = call("substr", column("filename"), exp.Literal.number(len(str(root).rstrip("/")) + 2))
    row = exp.Add(this=column("file_row_number"), expression=exp.Literal.number(1))
    return Reader(parquet(paths, is_located=True), column("filename"), row, file_name)


def _below(query: exp.Select) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("below")))


def _parsed(text_: str) -> exp.Expression:
    """A contract's expression with its columns quoted, so that 'Email Address' and "row" are what they say."""
    tree = parse_one(text_, dialect="duckdb")
    return tree.transform(lambda node: column(node.name) if isinstance(node, exp.Column) and not node.table else node)


def _fields(kind: str) -> frozenset[str]:
    """Names of the fields of a STRUCT type, all levels: enough to see that one shape lacks what another has."""
    tree = exp.DataType.build(kind, dialect="duckdb")
    return frozenset(node.name.lower() for node in tree.find_all(exp.ColumnDef))
