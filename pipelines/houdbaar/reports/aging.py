"""Age of the records: which charts the report draws, and the figures beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from houdbaar.reports.charts import AGE_STATES, age_chart, trend_chart
from houdbaar.reports.drawing import Drawing, drawn

MOST_CHARTS = 12  # drawing one takes a twentieth of a second
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Aged:
    """The records of one source under one rule: counts by state, those without a date, the months, the term; and perhaps a chart."""

    source: str
    code: str
    clause: str | None
    entity: str
    trigger: str
    term: str
    limit: str
    is_assumed: bool
    counts: Mapping[str, int]
    undated: int
    months: Sequence[Line]
    drawing: Drawing | None = None

    @property
    def present(self) -> list[str]:
        """The states that occur in a month."""
        return [state for state in AGE_STATES if any(line[state] for line in self.months)]


def aged(ages: Mapping[str, Any]) -> list[Aged]:
    """The lines of ages.json by rule, source, entity and trigger: what has something overdue first, then the largest; some are drawn."""
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in ages["ages"]:
        found.setdefault((line["rule"], line["source"], line["entity"], line["trigger_column"] or ""), []).append(line)
    everything = [_aged(lines, ages["rules"][rule]) for (rule, *_), lines in found.items() if rule in ages["rules"]]
    dated = [each for each in everything if each.months]
    ordered = sorted(
        dated, key=lambda each: (-min(each.counts["overdue"], 1), -sum(each.counts.values()), each.source, each.code, each.trigger)
    )
    chosen = _chosen(ordered)
    return [_with_chart(each) if each in chosen else each for each in ordered]


def trend_drawing(lines: Sequence[Line]) -> Drawing | None:
    """The trend over the runs, where there are several."""
    return drawn(trend_chart(lines)) if len(lines) > 1 else None


def _chosen(ordered: Sequence[Aged]) -> list[Aged]:
    """What is drawn: of each source and entity the first with several months; two pictures of the same dates say no more than one."""
    first: dict[tuple[str, str], Aged] = {}
    for each in ordered:
        if len(each.months) > 1:
            first.setdefault((each.source, each.entity), each)
    return list(first.values())[:MOST_CHARTS]


def _aged(lines: Sequence[Line], rule: Mapping[str, Any]) -> Aged:
    first = lines[0]
    return Aged(
        source=first["source"],
        code=first["code"],
        clause=first["clause"],
        entity=first["entity"],
        trigger=first["trigger_column"] or "",
        term=rule["term"],
        limit=rule["last_overdue_date"],
        is_assumed=rule["is_assumed"],
        counts={state: sum(line[state] for line in lines) for state in AGE_STATES},
        undated=sum(line[state] for line in lines if line["month"] is None for state in AGE_STATES),
        months=[line for line in lines if line["month"] is not None],
    )


def _with_chart(each: Aged) -> Aged:
    months = [line["month"] for line in each.months]
    # A limit far from all records would squeeze them into a corner: then the caption alone names it.
    is_near = min(months) <= each.limit[:7] or int(min(months)[:4]) - int(each.limit[:4]) <= 2
    return replace(each, drawing=drawn(age_chart(each.months, each.limit if is_near else None)))
