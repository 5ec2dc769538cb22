"""One DuckDB view an entity, over its staged parts and over the Parquet exports that are read in place."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.errors import EngineError
from houdbaar.exports.entities import LINKING_KINDS, RECORDS
from houdbaar.exports.plain_stamps import plain_stamps
from houdbaar.exports.stage_sql import StageQuery, StageSettings, empty_columns
from houdbaar.exports.syntax import (
    aliased,
    call,
    cast,
    column,
    in_place_reader,
    nested,
    null_as,
    select_from,
    sql_of,
    staged_rows,
    text,
    united,
)

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.part import Part
    from houdbaar.exports.plain_stamps import Placing

# What every staged row has besides its entity's columns (entities.md), and what checks need of it.
LOCATION = {
    "source": "VARCHAR",
    "entity": "VARCHAR",
    "file": "VARCHAR",
    "row": "BIGINT",
    "record_key": "VARCHAR",
    "snapshot_at": "TIMESTAMPTZ",
    "snapshot_date": "DATE",
    "path": "VARCHAR",
    "aggregate_count": "BIGINT",
}
_OF_FILE = {"source": "source", "entity": "entity", "file": "file", "snapshot_at": "extracted_at", "snapshot_date": "snapshot_date"}
_OF_ROW = ("row", "record_key", "path", "aggregate_count")

FEW_ROWS = 20_000  # some tens of megabytes of the widest rows, which are those of Google Analytics

Settings = Mapping[tuple[str, str], StageSettings]  # by a file's name and entity


@functools.cache
def view_columns(entity: str) -> Mapping[str, str]:
    """Columns and types of an entity's view after LOCATION: the registry's, each stamp followed by its companions."""
    return {name: kind for item in RECORDS[entity].columns for name, kind in item.staged.items()}


def make_view(engine: Engine, entity: str, parts: Sequence[Part], settings: Settings, root: Path, name: str | None = None) -> None:
    """Make the view of one entity (under its name, if no other is given), empty where no export feeds it. `export_file` must stand.

    A few rows are made a table: to plan a query over a view takes longer than to read them once.
    """
    mine = [part for part in parts if part.table.entity == entity]
    if not mine:
        engine.make_empty_table(name or entity, {**LOCATION, **view_columns(entity)})
        return
    query = sql_of(_view(entity, mine, settings, root))
    if sum(part.counts.rows_staged for part in mine) <= FEW_ROWS:
        engine.make_table(name or entity, query)
    else:
        engine.make_view(name or entity, query)


def _view(entity: str, parts: Sequence[Part], settings: Settings, root: Path) -> exp.Select:
    names = (*_OF_ROW, *view_columns(entity))
    rows = united([select_from([column(name) for name in names], nested(each)) for each in _relations(entity, parts, settings, root)])
    located = [aliased(exp.column(of_file, table="export_file"), name) for name, of_file in _OF_FILE.items()]
    own = [exp.column(exp.to_identifier(name, quoted=True), table="part") for name in names]
    same_file = exp.and_(
        exp.EQ(this=exp.column("path", table="part"), expression=exp.column("path", table="export_file")),
        exp.EQ(this=exp.column("entity", table="export_file"), expression=exp.Literal.string(entity)),
    )
    part = exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("part")))
    return select_from([*located, *own], part).join("export_file", on=same_file, copy=False)


def _relations(entity: str, parts: Sequence[Part], settings: Settings, root: Path) -> Iterable[exp.Select]:
    yield from staged_relations(entity, parts)
    for group in in_place_groups(parts, settings):
        of_group = settings[group[0].bound.name, entity]
        for plain, alike in _by_plain_stamps(group, of_group).items():
            query = StageQuery(alike[0].table, alike[0].types, of_group, plain=dict(plain))
            yield query.select(in_place_reader([part.path for part in alike], root))


def staged_relations(entity: str, parts: Iterable[Part]) -> Iterator[exp.Select]:
    """The staged rows of an entity with all its columns, those that a file was staged without as what they are: empty."""
    groups: dict[frozenset[str], list[Path]] = {}
    for part in parts:
        if not part.is_in_place:
            groups.setdefault(part.written, []).append(part.path)
    for written, paths in groups.items():
        columns = [
            each for item in RECORDS[entity].columns for each in (map(column, item.staged) if item.name in written else empty_columns(item))
        ]
        yield select_from([*map(column, _OF_ROW), *columns], nested(staged_rows(paths)))


def _by_plain_stamps(parts: Sequence[Part], settings: StageSettings) -> dict[tuple[tuple[str, Placing], ...], list[Part]]:
    """Parts of one shape by the stamps that their footers show to be plain: one query can place those."""
    groups: dict[tuple[tuple[str, Placing], ...], list[Part]] = {}
    for part in parts:
        groups.setdefault(tuple(plain_stamps(part, settings).items()), []).append(part)
    return groups


def identifier_rows(entities: Iterable[str], parts: Sequence[Part], kinds: Collection[str]) -> exp.Query:
    """The identifiers of these kinds of every row of entities, by the contracts: source, file, path, row, kind, value (normalised).

    Names are none: they never link anybody by themselves. The entities' views must stand.
    """
    selected = []
    for entity in entities:
        mine = [part for part in parts if part.table.entity == entity]
        pairs = {(item.name, item.identifier) for part in mine for item in part.table.columns if item.name in part.fed and item.identifier}
        selected.append(_rows_of(entity, text(""), null_as("VARCHAR")).where(exp.false()))
        for name, kind in sorted((name, kind) for name, kind in pairs if kind in kinds and kind in LINKING_KINDS):
            value = call("identifier_key", text(kind), cast(column(name), "VARCHAR"))
            selected.append(_rows_of(entity, text(kind), value).where(exp.column(name, quoted=True).is_(exp.null()).not_()))
    return united(selected)


def _rows_of(entity: str, kind: exp.Expression, value: exp.Expression) -> exp.Select:
    names = ("source", "file", "path", "row")
    return select_from(
        [*map(column, names), aliased(kind, "kind"), aliased(value, "value")], exp.Table(this=exp.to_identifier(entity, quoted=True))
    )


# What tells an event from any other, where no key lasts: two with the same of it may still differ in the rest.
EVENT_KEYS = {
    "analytics_event": ("event_at", "event_date", "event_name", "client_id", "bundle_sequence_id"),
    "mail_activity": ("happened_at", "email", "email_md5", "campaign_id", "kind"),
    "mail_send": ("sent_at", "email", "email_md5", "campaign_id"),
    "service_event": ("happened_at", "account_id", "session_id", "kind"),
}


def content_rows(entity: str) -> exp.Query:
    """Every row of an entity: source, entity, file, row, snapshot, key_hash (of source, snapshot and key) and all its content as one value.

    The entity's view must stand; what a query doesn't ask for is not computed.
    """
    keys = [column(name) for name in EVENT_KEYS.get(entity, ("record_key",))]
    content = [column(name) for name in ("aggregate_count", *view_columns(entity))]
    made = [
        aliased(exp.Coalesce(this=cast(column("snapshot_date"), "VARCHAR"), expressions=[text("")]), "snapshot"),
        aliased(call("hash", column("source"), column("snapshot_date"), *keys), "key_hash"),
        aliased(call("row", *content), "content"),
    ]
    return select_from([*map(column, ("source", "entity", "file", "row")), *made], exp.Table(this=exp.to_identifier(entity, quoted=True)))


def keyed_rows(entities: Iterable[str]) -> exp.Query:
    """Where each record key of entities stands: source, file, path, row, record_key. The entities' views must stand."""
    names = ("source", "file", "path", "row", "record_key")
    tables = [exp.Table(this=exp.to_identifier(entity, quoted=True)) for entity in entities]
    return united([select_from([column(name) for name in names], table) for table in tables])


def can_be_read(engine: Engine, part: Part, settings: Settings, root: Path) -> bool:
    """Whether every value of one part can be computed: asked when a query over many parts failed."""
    entity = part.table.entity
    rows = stage_query(part, settings[part.bound.name, entity]).select(in_place_reader([part.path], root)) if part.is_in_place else None
    every_value = call("bit_xor", call("hash", column("below")))
    try:
        engine.rows(sql_of(select_from([every_value], nested(rows or staged_rows([part.path])))))
    except EngineError:
        return False
    return True


def in_place_groups(parts: Iterable[Part], settings: Settings) -> list[list[Part]]:
    """Parquet parts that one query can read: same contract, same columns and types, same zones and bounds."""
    groups: dict[tuple[str, tuple[tuple[str, str], ...], StageSettings], list[Part]] = {}
    shapes: dict[int, tuple[tuple[str, str], ...]] = {}
    for part in parts:
        if part.is_in_place:
            shape = shapes.setdefault(id(part.types), tuple(part.types.items()))
            groups.setdefault((part.bound.contract.id, shape, settings[part.bound.name, part.table.entity]), []).append(part)
    return list(groups.values())


def stage_query(part: Part, settings: StageSettings) -> StageQuery:
    """The staging query of a Parquet part."""
    return StageQuery(part.table, part.types, settings)
