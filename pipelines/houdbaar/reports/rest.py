"""The shorter parts of the report: changes, what was not tested, forecast, defects of the text, quality suites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from houdbaar.policy.report import check_report

if TYPE_CHECKING:
    from houdbaar.policy.model import Clause, Policy
    from houdbaar.reports.found import Found

MOST = 60  # lines of a table; the run's files have the rest
STATUSES = ("new", "regressed", "open", "accepted", "resolved", "stale")
_BAD_EVENTS = ("regressed", "acceptance_ended", "stale")


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since an earlier run: findings by status, and events by kind, code and source."""

    previous: str | None
    status: Mapping[str, int]
    events: Sequence[tuple[str, str, str | None, int]]
    more: int


def changes_of(summary: Mapping[str, Any]) -> Changes | None:
    """The changes that the ledger wrote into summary.json; None where it keeps no series."""
    if "status" not in summary:
        return None
    counted = Counter((event["event"], event["code"], event.get("source")) for event in summary.get("events", ()))
    events = sorted(((*key, count) for key, count in counted.items()), key=lambda line: (line[0] not in _BAD_EVENTS, str(line)))
    previous = (summary.get("previous") or {}).get("as_of")
    status = {name: summary["status"].get(name, 0) for name in STATUSES}
    return Changes(previous, status, events[:MOST], max(len(events) - MOST, 0))


@dataclass(frozen=True, slots=True)
class NotTested:
    """What nobody looked at: clauses for a person, clauses without a check, sources that lack something, and passes that may not last."""

    by_person: Sequence[Clause]
    whole: Sequence[tuple[str, str]]  # clause or code, reason
    parts: Sequence[tuple[str, str, Sequence[str]]]  # source, reason, codes
    more: int
    watch: Sequence[tuple[str, str]]  # code, note


def not_tested_of(policy: Policy, summary: Mapping[str, Any], found: Found) -> NotTested:
    """What was not tested, and why."""
    codes: dict[tuple[str, str], list[str]] = {}
    for line in summary["obligations"]:
        if (
            line["not_tested_reason"]
            and line["source"]
            and line["code"] not in codes.setdefault((line["source"], line["not_tested_reason"]), [])
        ):
            codes[line["source"], line["not_tested_reason"]].append(line["code"])
    for row in found.not_tested:
        if row["source"] is not None:
            codes.setdefault((row["source"], row["reason"]), [])
    whole = dict.fromkeys((row["field"] or row["clause"], row["reason"]) for row in found.not_tested if row["source"] is None)
    parts = [(source, reason, sorted(set(named))) for (source, reason), named in sorted(codes.items())]
    notes = dict.fromkeys((line["code"], line["note"]) for line in summary["obligations"] if line["note"])
    return NotTested(
        by_person=[clause for clause in policy.clauses.values() if clause.check.kind != "codes"],
        whole=list(whole)[:MOST],
        parts=parts[:MOST],
        more=max(len(parts) - MOST, 0) + max(len(whole) - MOST, 0),
        watch=list(notes),
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What falls due: lines, totals for each horizon, and next month's gate."""

    days: Sequence[int]
    lines: Sequence[Mapping[str, Any]]
    totals: Sequence[int]
    blocked: int
    gate: Mapping[str, Any]
    now: int
    then: int


def forecast_of(forecast: Mapping[str, Any]) -> Forecast:
    """forecast.json with its sums; the lines with the most that is due soonest first."""
    days = forecast["days"]
    lines = sorted(forecast["falls_due"], key=lambda line: [-line[f"in_{count}"] for count in days] + [line["code"], line["source"] or ""])
    gate = forecast["next_gate"]
    return Forecast(
        days=days,
        lines=lines[:MOST],
        totals=[sum(line[f"in_{count}"] for line in lines) for count in days],
        blocked=sum(line["blocked"] for line in lines),
        gate=gate,
        now=sum(line["records"] for line in gate["now"]),
        then=sum(line["records"] for line in gate["then"]),
    )


def defects_of(policy: Policy) -> list[dict[str, Any]]:
    """Defects of the policy's text as `policy check` tells them without the text; a setting may have settled one."""
    return [{**line, "is_settled": line["status"] == "settled"} for line in check_report(policy)["defects"]]


@dataclass(frozen=True, slots=True)
class Suites:
    """Results of Great Expectations: a line a suite, and the expectations that failed."""

    suites: Sequence[Mapping[str, Any]]
    failures: Sequence[Mapping[str, Any]]
    more: int


def gx_of(validations: Mapping[str, Any]) -> Suites:
    """validations.json, as the gate writes it."""
    failures = [
        {
            "suite": suite["suite"],
            "source": suite.get("source"),
            **{name: each.get(name) for name in ("columns", "unexpected", "rows", "level")},
            "type": each.get("code") or each.get("about") or each["type"],  # unexpected_rows_expectation says little
        }
        for suite in validations["suites"]
        for each in suite["expectations"]
        if each["success"] is False
    ]
    return Suites(validations["suites"], failures[:MOST], max(len(failures) - MOST, 0))
