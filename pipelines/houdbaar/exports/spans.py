"""`trigger_span`: how many records of which file have their trigger in which stretch of days (design 5).

One small table for all term checks of entities without a lasting key. Footers decide where they can; the rest is scanned once.
A span never crosses a band: an edge lies at every cut-off and at the start of every overdue month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.odd import Judgement, OddValue, odd_spans
from houdbaar.exports.quick_spans import QuickSpans, QuickTrigger, quick_spans, quick_trigger
from houdbaar.exports.stage_sql import StageSettings
from houdbaar.exports.syntax import Reader, aliased, call, column, in_place_reader, nested, null_as, select_from, sql_of, text
from houdbaar.exports.tally import Span
from houdbaar.exports.views import in_place_groups, stage_query, staged_relations
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.footers import Footer
    from houdbaar.exports.part import Part


_QUICK_SPAN = """
    create or replace temp table quick_span (
        path varchar, trigger_column varchar, issue varchar, first_trigger date, last_trigger date, oldest_trigger date,
        records bigint, firsts bigint[], lasts bigint[]
    )
"""
_ODD_VALUE = "create or replace temp table odd_value (number bigint, trigger_value bigint, fallback_value varchar)"
_ODD_VALUE_DAY = "create or replace temp table odd_value (number bigint, trigger_value bigint, fallback_value date)"
# Micros that have a date in every zone: what lies outside (infinity too) is as implausible at the edge, which no sentinel is.
_PLACEABLE = (-62_200_000_000_000_000, 316_000_000_000_000_000)


@dataclass(frozen=True, slots=True)
class SpanRequest:
    """Which spans a term check needs: its entity, the triggers in order of preference, the first day of each band, ascending."""

    entity: str
    triggers: tuple[str, ...]
    edges: tuple[date, ...]
    aggregate_k: int  # a report's row that stands for fewer people may single one out
    blocked: frozenset[str]  # paths of files with rows that a hold or request is about: they get spans of their own


def make_spans(
    engine: Engine,
    request: SpanRequest,
    parts: Sequence[Part],
    settings: Mapping[tuple[str, str], StageSettings],
    footers: Mapping[Path, Footer],
    root: Path,
) -> None:
    """Fill the table `trigger_span` for one entity. `export_file` must stand; views need not."""
    mine = [part for part in parts if part.table.entity == request.entity]
    engine.run("create or replace temp table band (band_date date)")
    engine.insert_rows("band", [(edge,) for edge in request.edges])
    for group in in_place_groups(mine, settings):
        _spans_in_place(engine, request, group, settings[group[0].bound.name, request.entity], footers, root)
    for rows in staged_relations(request.entity, mine):
        _spans_by_query(engine, request, rows)


def _spans_in_place(
    engine: Engine, request: SpanRequest, group: Sequence[Part], settings: StageSettings, footers: Mapping[Path, Footer], root: Path
) -> None:
    """Parquet parts of one shape: by number where that can be, else by SQL over the files."""
    paths = [part.path for part in group]
    trigger = quick_trigger(group[0], request.triggers, settings)
    if trigger is not None:
        free = [path for path in paths if str(path) not in request.blocked]
        quick = quick_spans(trigger, free, footers, request.edges)
        judged = _judged(engine, request, trigger, quick, group[0], settings)
        odd = [span for path, rows in quick.odd.items() for span in odd_spans(str(path), rows, judged)]
        _insert_spans(engine, request, [*quick.spans, *odd])
        paths = [*quick.whole, *(path for path in paths if str(path) in request.blocked)]
    if paths:
        _spans_by_query(engine, request, stage_query(group[0], settings).select(in_place_reader(paths, root)))


def _judged(
    engine: Engine, request: SpanRequest, trigger: QuickTrigger, quick: QuickSpans, part: Part, settings: StageSettings
) -> dict[OddValue, Judgement]:
    """What the staging SQL says of each value that no number could place."""
    values = list(dict.fromkeys(value for rows in quick.odd.values() for odd in rows for value in odd.values))
    if not values:
        return {}
    fallback, kind = trigger.fallback or ("fallback", "VARCHAR")
    engine.run(_ODD_VALUE_DAY if kind == "DATE" else _ODD_VALUE)
    engine.insert_rows("odd_value", [(number, *value) for number, value in enumerate(values)])
    stamp = column("trigger_value")
    if part.types[trigger.physical] != "BIGINT":  # a UTC timestamp, which the scan has read as micros
        low, high = (exp.Literal.number(bound) for bound in _PLACEABLE)
        placeable = call("greatest", low, call("least", stamp, high))
        # DuckDB's least and greatest pass over a NULL, which must stay one.
        kept = exp.Case(ifs=[exp.If(this=exp.not_(exp.Is(this=stamp.copy(), expression=exp.Null())), true=placeable)])
        stamp = call("timezone", text("UTC"), call("make_timestamp", kept))
    columns = [column("number"), aliased(stamp, trigger.physical), aliased(column("fallback_value"), fallback)]
    relation = nested(select_from(columns, exp.to_table("odd_value")))
    rows = trigger.odd_query(part, settings).select(Reader(relation, null_as("VARCHAR"), column("number"), null_as("VARCHAR")))
    wanted = [column(name) for name in ("row", "trigger_column", "issue", "first_date", "last_date")]
    found = engine.rows(sql_of(select_from(wanted, nested(_trigger_rows(rows, request)))))
    return {values[number]: Judgement.of(name, issue, first, last, request.edges) for number, name, issue, first, last in found}


def _spans_by_query(engine: Engine, request: SpanRequest, rows: exp.Select) -> None:
    engine.make_view("trigger_row", sql_of(_trigger_rows(rows, request)))
    engine.append("trigger_span", package_text("exports/sql/span.sql"), {"entity": request.entity, "aggregate_k": request.aggregate_k})


def _insert_spans(engine: Engine, request: SpanRequest, spans: Sequence[Span]) -> None:
    """Spans that footers and the quick scan found; source and file come from `export_file`."""
    engine.run(_QUICK_SPAN)
    rows = [(span.path, span.trigger_column, span.issue, span.first, span.last, span.oldest, span.records, *_ends(span)) for span in spans]
    engine.insert_rows("quick_span", rows)
    engine.append("trigger_span", package_text("exports/sql/quick_span.sql"), {"entity": request.entity})


def _ends(span: Span) -> tuple[list[int], list[int]] | tuple[None, None]:
    """Where the ranges begin and end: numbers are handed over ten times as fast as structs."""
    return (None, None) if span.ranges is None else ([first for first, _ in span.ranges], [last for _, last in span.ranges])


def _trigger_rows(rows: exp.Select, request: SpanRequest) -> exp.Select:
    """Path, row and the trigger of each row: the first trigger that holds anything (an unusable value is not replaced, 2.3)."""
    chosen = exp.Case()
    for name in request.triggers[:-1]:
        chosen = chosen.when(exp.NullSafeNEQ(this=column(f"{name}_issue"), expression=text("DQ-TS-NULL")), text(name))
    # With no trigger at all, the first one is named as missing; a fallback that holds anything is preferred to it.
    last, first = request.triggers[-1], request.triggers[0]
    if len(request.triggers) > 1:
        chosen = chosen.when(exp.NullSafeNEQ(this=column(f"{last}_issue"), expression=text("DQ-TS-NULL")), text(last))
        picked: exp.Expression = chosen.else_(text(first))
    else:
        picked = text(first)
    chosen_rows = select_from([exp.Star(), aliased(picked, "trigger_column")], nested(rows))
    return select_from(
        [
            column("path"),
            column("row"),
            column("trigger_column"),
            column("aggregate_count"),
            *[aliased(_of_chosen(request, suffix), suffix) for suffix in ("first_date", "last_date", "issue")],
        ],
        nested(chosen_rows),
    )


def _of_chosen(request: SpanRequest, suffix: str) -> exp.Expression:
    case = exp.Case(this=column("trigger_column"))
    for name in request.triggers:
        case = case.when(text(name), column(f"{name}_{suffix}"))
    return case
