"""Charts of an audit for notebooks, drawn by `reports/charts.py` as the report's are: `audit.chart.age("analytics_event")`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError

if TYPE_CHECKING:
    import altair as alt

    from houdbaar.audit import Audit
    from houdbaar.reports.charts import Spec

Line = Mapping[str, Any]
_MOST_CODES = 15


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of one audit. They hold counts, and no value of a record."""

    audit: Audit = field(repr=False)

    def age(self, entity: str, *, source: str | None = None, rule: str | None = None) -> alt.Chart | alt.LayerChart:
        """Records of an entity by the month from which their term runs, against the last day that is overdue.

        Of all its sources together unless one is named; by the rule with the most overdue unless one is named. Raises UsageError for
        what no term was judged of.
        """
        from houdbaar.reports.charts import AGE_STATES, age_chart

        ages = self._part("ages")
        lines = _chosen([line for line in ages["ages"] if line["month"]], entity=entity, source=source, rule=rule)
        rules = sorted(
            {line["rule"] for line in lines}, key=lambda name: (-_sum(lines, name, "overdue"), -_sum(lines, name, *AGE_STATES), name)
        )
        months: dict[str, Counter[str]] = {}
        for line in lines:
            if line["rule"] == rules[0]:
                months.setdefault(line["month"], Counter()).update({state: line[state] for state in AGE_STATES})
        limit = ages["rules"][rules[0]]
        where = source or ", ".join(sorted({line["source"] for line in lines if line["rule"] == rules[0]}))
        title = f"{entity} ({where}): {rules[0]}, {limit['term']}"
        merged = [{"month": month, **counts} for month, counts in sorted(months.items())]
        return _altair(age_chart(merged, limit["last_overdue_date"], width=620, height=180, title=title))

    def outcome(self) -> alt.Chart:
        """What was found: records by code and verdict, the most first; what nobody tested is not in it."""
        import altair as alt

        from houdbaar.reports.charts import COLOURS

        counts: Counter[tuple[str, str]] = Counter()
        columns = (self.audit.table.column(name).to_pylist() for name in ("code", "verdict", "records"))
        for code, verdict, records in zip(*columns, strict=True):
            if not code.startswith(("DQ-", "AUD-")):
                counts[code, verdict.lower()] += records
        by_code: Counter[str] = Counter()
        for (code, _), records in counts.items():
            by_code[code] += records
        most = [code for code, _ in sorted(by_code.items(), key=lambda each: (-each[1], each[0]))[:_MOST_CODES]]
        values = [
            {"code": code, "verdict": verdict, "records": records} for (code, verdict), records in sorted(counts.items()) if code in most
        ]
        colours = {"overdue": COLOURS["overdue"], "fail": "#b3261e", "undetermined": COLOURS["undetermined"], "held": COLOURS["held"]}
        chart: alt.Chart = (
            alt.Chart(alt.InlineData(values=values), width=480, title="records by code and verdict")
            .mark_bar()
            .encode(
                x=alt.X("records:Q", title="records"),
                y=alt.Y("code:N", sort=most, title=None),
                color=alt.Color("verdict:N", scale=alt.Scale(domain=list(colours), range=list(colours.values()))),
                tooltip=["code:N", "verdict:N", "records:Q"],
            )
        )
        return chart

    def forecast(self) -> alt.Chart:
        """What becomes overdue in the next days if nothing is done, by code. It counts what is there: new records come on top."""
        import altair as alt

        forecast = self._part("forecast")
        due: Counter[tuple[str, int]] = Counter()
        for line in _once(forecast["falls_due"]):
            for days in forecast["days"]:
                due[line["code"], days] += line[f"in_{days}"]
        values = [{"code": code, "days": f"in {days} days", "records": records} for (code, days), records in sorted(due.items()) if records]
        chart: alt.Chart = (
            alt.Chart(alt.InlineData(values=values), width=480, height=alt.Step(10), title="records that become overdue if nothing is done")
            .mark_bar()
            .encode(
                x=alt.X("records:Q", title="records"),
                y=alt.Y("code:N", title=None),
                yOffset=alt.YOffset("days:N", sort=[f"in {days} days" for days in forecast["days"]]),
                color=alt.Color(
                    "days:N", sort=[f"in {days} days" for days in forecast["days"]], scale=alt.Scale(scheme="blues"), title=None
                ),
                tooltip=["code:N", "days:N", "records:Q"],
            )
        )
        return chart

    def trend(self) -> alt.Chart | alt.LayerChart:
        """How the recorded audits up to this one went: promises that were broken, undetermined and not tested. Needs two of them."""
        from houdbaar.ledger.runs import earlier_summaries
        from houdbaar.reports.charts import trend_chart
        from houdbaar.reports.verdict import trend_of

        earlier = earlier_summaries(self.audit.folder.parent, self.audit.as_of)
        if not earlier:
            raise UsageError("there is no recorded run before this one: a trend needs two")
        return _altair(trend_chart(trend_of(self.audit.policy, [*earlier, self.audit.summary_json])))

    def _part(self, name: str) -> dict[str, Any]:
        """A file of the run."""
        file = self.audit.folder / f"{name}.json"
        try:
            found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise UsageError(f"{file} can't be read: run the audit again") from None
        return found


def _altair(spec: Spec) -> alt.Chart | alt.LayerChart:
    """A specification as a chart that notebooks can go on with."""
    import altair as alt

    chart: alt.Chart | alt.LayerChart = alt.Chart.from_dict(spec)
    return chart


def draw_here() -> None:
    """Have notebooks draw charts without a network, unless somebody chose how they are drawn."""
    import altair as alt

    if alt.renderers.active == "default":
        alt.renderers.enable("svg")


def _chosen(lines: Sequence[Line], **wanted: str | None) -> list[Line]:
    """The lines with these words; what there is none of is told with what there is instead."""
    for name, word in wanted.items():
        if word is not None:
            known = sorted({line[name] for line in lines})
            lines = [line for line in lines if line[name] == word]
            if not lines:
                raise UsageError(f'no term of the {name} "{word}" was judged: there are {", ".join(known) or "none"}')
    return list(lines)


def _sum(lines: Sequence[Line], rule: str, *states: str) -> int:
    return sum(line[state] for line in lines if line["rule"] == rule for state in states)


def _once(lines: Sequence[Line]) -> list[Line]:
    """Lines of clauses that share a code count once."""
    return list({(line["code"], line["source"], line["entity"], line["severity"]): line for line in lines}.values())
