"""ages.json and forecast.json: how old the records are by month, and what falls due if nothing is done (domain.md 5; counts only)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.checks.outlook import HORIZON_DAYS, Outlook
from houdbaar.policy.words import SEVERITIES, reaches

if TYPE_CHECKING:
    from houdbaar.reports.found import Found

FORMAT = 1
_TOLD_APART_BY = ("clause", "code", "source", "entity", "verdict")
GATE_LEVEL = "high"  # what the gate fails on unless told otherwise (design 7)


def ages_json(outlook: Outlook, as_of: date) -> dict[str, Any]:
    """Records by rule, source, entity and month of the trigger, and until which day a trigger is overdue by each rule."""
    return {"format": FORMAT, "as_of": as_of.isoformat(), "rules": dict(outlook.limits), "ages": list(outlook.ages)}


def forecast_json(outlook: Outlook, found: Found, as_of: date) -> dict[str, Any]:
    """What becomes overdue in the next days, cumulated, and whether next month's gate would fail on what is there or comes.

    `blocked`: of what falls due within the last horizon, what a hold or pending request keeps from being deleted.
    """
    falls_due = [
        {
            **{name: line[name] for name in ("clause", "code", "source", "entity", "severity")},
            **dict(zip(_windows(), (line["in_first"], line["in_second"], line["in_third"]), strict=True)),
            "blocked": line["blocked"],
        }
        for line in outlook.falls_due
        if line["in_third"] or line["blocked"]
    ]
    return {
        "format": FORMAT,
        "as_of": as_of.isoformat(),
        "days": list(HORIZON_DAYS),
        "falls_due": falls_due,
        "next_gate": _next_gate(outlook, found),
    }


def _windows() -> list[str]:
    return [f"in_{days}" for days in HORIZON_DAYS]


def _next_gate(outlook: Outlook, found: Found) -> dict[str, Any]:
    """What is there now counts unless it is accepted: nobody promised to mend it. Acceptances may end before that day."""
    now = _failing_now(found)
    then = [
        {**{name: line[name] for name in ("clause", "code", "source", "entity", "severity")}, "records": line["by_gate"]}
        for line in outlook.falls_due
        if line["by_gate"] and reaches([line["severity"]], GATE_LEVEL)
    ]
    return {"as_of": outlook.gate_on.isoformat(), "level": GATE_LEVEL, "fails": bool(now or then), "now": now, "then": then}


def _failing_now(found: Found) -> list[dict[str, Any]]:
    """Records of findings at or above the level, by severity, clause, code, source, entity and verdict: the severest first."""
    lines = [
        {"severity": severity, **dict(zip(_TOLD_APART_BY, (*group.key, verdict), strict=True)), "records": records}
        for group in found.groups
        for (severity, verdict), records in group.failing.items()
        if reaches([severity], GATE_LEVEL)
    ]
    return sorted(lines, key=lambda line: (-SEVERITIES.index(line["severity"]), *(str(line[name] or "") for name in _TOLD_APART_BY)))
