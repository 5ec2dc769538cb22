"""Charts of an audit, drawn with Altair: age of the records against the limit, and how the months went.

They take plain lines (ages.json, counts of summaries) and give Altair charts, for the report and for notebooks. All dates are days:
the axes are in UTC, so that the same lines give the same picture in every time zone. No word of a language stands in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    Chart = alt.Chart | alt.LayerChart

# Dark to light tells the states apart in print and to the colour-blind; each is at least 3:1 against white.
COLOURS = {"overdue": "#8f1d14", "undetermined": "#b45f06", "held": "#6b4c8a", "keep": "#4d6a57", "within": "#6b90a6"}
INK, FAINT = "#3a3f44", "#d9dcde"
AGE_STATES = tuple(COLOURS)
TREND_STATES = ("bad", "undetermined", "not_tested")
TREND_COLOURS = {"bad": COLOURS["overdue"], "undetermined": COLOURS["undetermined"], "not_tested": "#5c6670"}
_MOST_TICKS = 8  # as months stand side by side
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"


def age_chart(
    lines: Sequence[Mapping[str, Any]], limit: str | None = None, *, width: int = 320, height: int = 116, title: str | None = None
) -> Chart:
    """Records by month of the day from which their term runs, stacked by state; a dashed line at the last overdue day.

    `lines`: month ('YYYY-MM'; None is left out) and a count for each of AGE_STATES that there is. `limit`: a day, 'YYYY-MM-DD'.
    """
    import altair as alt

    present = [state for state in AGE_STATES if any(line.get(state) for line in lines)]
    values = [
        {"month": f"{line['month']}-01", "state": state, "records": line[state], "order": AGE_STATES.index(state)}
        for line in lines
        if line.get("month")
        for state in present
        if line.get(state)
    ]
    domain = present or ["within"]
    bars = (
        alt.Chart(width=width, height=height, title=title or alt.Undefined)
        .mark_bar(stroke="white", strokeWidth=0.4, binSpacing=0.4)
        .encode(
            x=alt.X("month:T", timeUnit="utcyearmonth", scale=alt.Scale(type="utc"), title=None, axis=_time_axis(values, limit)),
            y=alt.Y("records:Q", title=None, stack="zero", axis=_count_axis()),
            color=alt.Color("state:N", scale=alt.Scale(domain=domain, range=[COLOURS[state] for state in domain]), legend=None),
            order=alt.Order("order:Q"),
        )
    )
    if limit is None:
        return _styled(bars, values)
    mark = alt.Chart(_data([{"limit": limit, "label": limit}]))
    at = alt.X("limit:T", scale=alt.Scale(type="utc"), title=None)
    line = mark.mark_rule(color=INK, strokeDash=[4, 3], strokeWidth=1.4).encode(x=at)
    is_late = _is_late(limit, values)
    label = mark.mark_text(
        align="right" if is_late else "left", baseline="bottom", dx=2 if is_late else -2, dy=-3, fontSize=11, color=INK, fontWeight=600
    )
    label = label.encode(x=at, y=alt.value(0), text=alt.Text("label:N"))
    return _styled(alt.layer(bars, line, label), values)


def trend_chart(lines: Sequence[Mapping[str, Any]], *, width: int = 620, height: int = 150) -> Chart:
    """How the runs went one after another: a line for each of TREND_STATES, which end in differently shaped points.

    `lines`: as_of ('YYYY-MM-DD') and a count for each state.
    """
    import altair as alt

    values = [{"as_of": line["as_of"], "state": state, "count": line[state]} for line in lines for state in TREND_STATES]
    chart = alt.Chart(width=width, height=height).encode(
        x=alt.X("as_of:T", scale=alt.Scale(type="utc"), title=None, axis=_run_axis([str(line["as_of"]) for line in lines])),
        y=alt.Y("count:Q", title=None, axis=_count_axis()),
        color=alt.Color("state:N", scale=_trend_scale(list(TREND_COLOURS.values())), legend=None),
        shape=alt.Shape("state:N", scale=_trend_scale(["circle", "diamond", "square"]), legend=None),
        strokeDash=alt.StrokeDash("state:N", scale=_trend_scale([[1, 0], [6, 3], [2, 2]]), legend=None),
    )
    return _styled(chart.mark_line(strokeWidth=2.2, point=alt.OverlayMarkDef(size=46, filled=True)), values)


def _trend_scale(values: list[Any]) -> alt.Scale:
    import altair as alt

    return alt.Scale(domain=list(TREND_STATES), range=values)


def _time_axis(values: Sequence[Mapping[str, Any]], limit: str | None) -> alt.Axis:
    """Years where there are several, else months."""
    import altair as alt

    days = [str(value["month"])[:7] for value in values] + ([limit[:7]] if limit else [])
    is_long = bool(days) and _months_between(min(days), max(days)) > 20
    form, ticks = ("%Y", {"interval": "year", "step": 1}) if is_long else ("%Y-%m", {"interval": "month", "step": 3})
    if days and _months_between(min(days), max(days)) > 150:
        ticks = {"interval": "year", "step": 5}
    return alt.Axis(format=form, tickCount=ticks, grid=False, domainColor=INK, tickColor=INK, labelFlush=True)


def _run_axis(days: Sequence[str]) -> alt.Axis:
    """A tick for each run, or for some of many; the newest has one."""
    import altair as alt

    shown = days[::-1][:: -(-len(days) // _MOST_TICKS)]
    stamps = [datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000 for day in shown]
    return alt.Axis(values=stamps, format="%Y-%m", grid=False, domainColor=INK, tickColor=INK)


def _is_late(limit: str, values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a day lies in the right half of the chart, where a label has no room to its right."""
    days = [*(str(value["month"])[:7] for value in values), limit[:7]]
    return 2 * _months_between(min(days), limit) > _months_between(min(days), max(days))


def _months_between(first: str, last: str) -> int:
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:7]) - int(first[5:7])


def _count_axis() -> alt.Axis:
    import altair as alt

    return alt.Axis(format="~s", tickCount=3, tickMinStep=1, gridColor=FAINT, domain=False, ticks=False, labelPadding=6)


def _data(values: list[dict[str, Any]]) -> alt.Data:
    import altair as alt

    made: alt.Data = alt.Data(values=values)  # type: ignore[no-untyped-call]
    return made


def _styled(chart: Any, values: list[dict[str, Any]]) -> Chart:
    """The chart with its style, and with its data last: each step before would copy them."""
    made: Chart = (
        chart.configure(font=_FONT, background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12, labelColor=INK, titleFontSize=12, labelLimit=90)
    )
    made.data = _data(values)
    return made
