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

from houdbaar.exports.quick_spans import QuickTrigger, quick_spans, quick_trigger
from houdbaar.exports.stage_sql import StageSettings
from houdbaar.exports.syntax import Reader, aliased, column, in_place_reader, nested, parquet, select_from, text
from houdbaar.exports.tally import Span, as_arrow
from houdbaar.exports.views import in_place_groups, stage_query
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.footers import Footer
    from houdbaar.exports.stage import Part


_QUICK_SPAN = """
    create or replace temp table quick_span (
        path varchar, first_trigger date, last_trigger date, records bigint, ranges struct("first" bigint, "last" bigint)[]
    )
"""


@dataclass(frozen=True, slots=True)
class SpanRequest:
    """Which spans a term check needs: its entity, the triggers in order of preference, the first day of each band, ascending."""

    entity: str
    triggers: tuple[str, ...]
    edges: tuple[date, ...]
    aggregate_k: int  # a report's row that stands for fewer people may single one out


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
    engine.run("create or replace temp table odd_row (path varchar, row bigint)")
    engine.run("create or replace temp table band (band_date date)")
    engine.insert_rows("band", [(edge,) for edge in request.edges])
    by_query: list[tuple[list[Part], StageSettings, bool]] = []
    for group in in_place_groups(mine, settings):
        group_settings = settings[group[0].bound.name, request.entity]
        trigger = quick_trigger(group[0], request.triggers, group_settings)
        if trigger is None:
            by_query.append((group, group_settings, False))
            continue
        spans, odd = quick_spans(trigger, [part.path for part in group], footers, request.edges)
        _insert_spans(engine, request, trigger, spans)
        for path, rows in odd.items():
            for numbers in rows:
                engine.insert_numbers("odd_row", str(path), as_arrow(numbers))
        if odd:
            by_query.append(([part for part in group if part.path in odd], group_settings, True))
    relations = [_rows_in_place(group, group_settings, root, request, is_odd=is_odd) for group, group_settings, is_odd in by_query]
    staged = [part for part in mine if not part.is_in_place]
    if staged:
        relations.append(_trigger_rows(select_from([exp.Star()], _staged(staged)), request))
    for relation in relations:
        engine.make_view("trigger_row", relation.sql(dialect="duckdb"))
        engine.append("trigger_span", package_text("exports/sql/span.sql"), {"entity": request.entity, "aggregate_k": request.aggregate_k})


def _insert_spans(engine: Engine, request: SpanRequest, trigger: QuickTrigger, spans: Sequence[Span]) -> None:
    """Spans that footers and the quick scan decided; source and file come from `export_file`."""
    engine.run(_QUICK_SPAN)
    engine.insert_rows("quick_span", [(span.path, span.first, span.last, span.records, _pieces(span)) for span in spans])
    engine.append("trigger_span", package_text("exports/sql/quick_span.sql"), {"entity": request.entity, "trigger_column": trigger.name})


def _pieces(span: Span) -> list[dict[str, int]] | None:
    return None if span.ranges is None else [{"first": first, "last": last} for first, last in span.ranges]


def _staged(parts: Sequence[Part]) -> exp.Expression:
    return parquet([part.path for part in parts])


def _rows_in_place(parts: Sequence[Part], settings: StageSettings, root: Path, request: SpanRequest, *, is_odd: bool) -> exp.Select:
    query, reader = stage_query(parts[0], settings), in_place_reader([part.path for part in parts], root)
    if is_odd:  # only the rows that the quick scan could not place
        located = select_from([exp.Star()], reader.relation)
        condition = "(filename, file_row_number + 1) in (select (path, row) from odd_row)"
        reader = Reader(located.where(condition, dialect="duckdb").subquery("located"), reader.path, reader.row, reader.file_name)
    return _trigger_rows(select_from([exp.Star()], nested(query.select(reader))), request)


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
