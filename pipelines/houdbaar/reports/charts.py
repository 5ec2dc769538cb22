"""Charts of an audit as Vega-Lite specifications: age of the records against the limit, and how the months went.

They take plain lines (ages.json, counts of summaries) and give plain dictionaries, which the report draws as they are (no audit has to
load Altair for it) and notebooks take as charts of Altair, which holds them to Vega-Lite's schema. All dates are days: the axes are in
UTC, so that the same lines give the same picture in every time zone. No word of a language stands in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Spec = dict[str, Any]

# Dark to light tells the states apart in print and to the colour-blind; each is at least 3:1 against white.
COLOURS = {"overdue": "#8f1d14", "undetermined": "#b45f06", "held": "#6b4c8a", "keep": "#4d6a57", "within": "#6b90a6"}
INK, FAINT = "#3a3f44", "#d9dcde"
AGE_STATES = tuple(COLOURS)
TREND_STATES = ("bad", "undetermined", "not_tested")
TREND_COLOURS = {"bad": COLOURS["overdue"], "undetermined": COLOURS["undetermined"], "not_tested": "#5c6670"}
_MOST_TICKS = 8  # as months stand side by side
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
_STYLE: Spec = {
    "background": "transparent",
    "font": _FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {"labelColor": INK, "labelFontSize": 12, "labelLimit": 90, "titleFontSize": 12},
}
_AXIS: Spec = {"domainColor": INK, "grid": False, "tickColor": INK}


def age_chart(
    lines: Sequence[Mapping[str, Any]], limit: str | None = None, *, width: int = 320, height: int = 116, title: str | None = None
) -> Spec:
    """Records by month of the day from which their term runs, stacked by state; a dashed line at the last overdue day.

    `lines`: month ('YYYY-MM'; None is left out) and a count for each of AGE_STATES that there is. `limit`: a day, 'YYYY-MM-DD'.
    """
    present = [state for state in AGE_STATES if any(line.get(state) for line in lines)] or ["within"]
    values = [
        {"month": f"{line['month']}-01", "state": state, "records": line[state], "order": AGE_STATES.index(state)}
        for line in lines
        if line.get("month")
        for state in present
        if line.get(state)
    ]
    bars = {
        "mark": {"type": "bar", "binSpacing": 0.4, "stroke": "white", "strokeWidth": 0.4},
        "encoding": {
            "x": _day("month", timeUnit="utcyearmonth", axis=_time_axis(values, limit)),
            "y": _count("records", stack="zero"),
            "color": _state(present, [COLOURS[state] for state in present]),
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    return _chart({"layer": [bars, *_limit_marks(limit, values)]} if limit else bars, values, width, height, title)


def trend_chart(lines: Sequence[Mapping[str, Any]], *, width: int = 620, height: int = 150) -> Spec:
    """How the runs went one after another: a line for each of TREND_STATES, which end in differently shaped points.

    `lines`: as_of ('YYYY-MM-DD') and a count for each state.
    """
    values = [{"as_of": line["as_of"], "state": state, "count": line[state]} for line in lines for state in TREND_STATES]
    encoding = {
        "x": _day("as_of", axis=_run_axis([str(line["as_of"]) for line in lines])),
        "y": _count("count"),
        "color": _state(TREND_STATES, list(TREND_COLOURS.values())),
        "shape": _state(TREND_STATES, ["circle", "diamond", "square"]),
        "strokeDash": _state(TREND_STATES, [[1, 0], [6, 3], [2, 2]]),
    }
    mark = {"type": "line", "point": {"filled": True, "size": 46}, "strokeWidth": 2.2}
    return _chart({"mark": mark, "encoding": encoding}, values, width, height)


def _chart(marks: Spec, values: list[dict[str, Any]], width: int, height: int, title: str | None = None) -> Spec:
    about = {"width": width, "height": height, "data": {"values": values}, "config": _STYLE}
    return {**({"title": title} if title else {}), **marks, **about}


def _limit_marks(limit: str, values: Sequence[Mapping[str, Any]]) -> list[Spec]:
    """A dashed line at a day, and the day above it on the side that has room."""
    data = {"values": [{"limit": limit, "label": limit}]}
    side = {"align": "right", "dx": 2} if _is_late(limit, values) else {"align": "left", "dx": -2}
    label = {"type": "text", **side, "baseline": "bottom", "color": INK, "dy": -3, "fontSize": 11, "fontWeight": 600}
    text = {"field": "label", "type": "nominal"}
    return [
        {"data": data, "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3], "strokeWidth": 1.4}, "encoding": {"x": _day("limit")}},
        {"data": data, "mark": label, "encoding": {"text": text, "x": _day("limit"), "y": {"value": 0}}},
    ]


def _day(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "title": None, **more}


def _count(field: str, **more: Any) -> Spec:
    axis = {"domain": False, "format": "~s", "gridColor": FAINT, "labelPadding": 6, "tickCount": 3, "tickMinStep": 1, "ticks": False}
    return {"field": field, "type": "quantitative", "title": None, "axis": axis, **more}


def _state(states: Sequence[str], shown_as: Sequence[Any]) -> Spec:
    return {"field": "state", "type": "nominal", "legend": None, "scale": {"domain": list(states), "range": list(shown_as)}}


def _time_axis(values: Sequence[Mapping[str, Any]], limit: str | None) -> Spec:
    """Years where there are several, else months."""
    days = [str(value["month"])[:7] for value in values] + ([limit[:7]] if limit else [])
    is_long = bool(days) and _months_between(min(days), max(days)) > 20
    form, ticks = ("%Y", {"interval": "year", "step": 1}) if is_long else ("%Y-%m", {"interval": "month", "step": 3})
    if days and _months_between(min(days), max(days)) > 150:
        ticks = {"interval": "year", "step": 5}
    return {**_AXIS, "format": form, "labelFlush": True, "tickCount": ticks}


def _run_axis(days: Sequence[str]) -> Spec:
    """A tick for each run, or for some of many; the newest has one."""
    shown = days[::-1][:: -(-len(days) // _MOST_TICKS)]
    stamps = [datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000 for day in shown]
    return {**_AXIS, "format": "%Y-%m", "values": stamps}


def _is_late(limit: str, values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a day lies in the right half of the chart, where a label has no room to its right."""
    days = [*(str(value["month"])[:7] for value in values), limit[:7]]
    return 2 * _months_between(min(days), limit) > _months_between(min(days), max(days))


def _months_between(first: str, last: str) -> int:
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:7]) - int(first[5:7])
