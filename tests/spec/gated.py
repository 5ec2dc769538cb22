"""Makes verdicts of a few lines of findings, for tests of what the gate writes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from houdbaar.gates.expectation import Outcome
from houdbaar.gates.places import Places
from houdbaar.gates.ratchet import Baseline
from houdbaar.gates.verdict import Rules, Verdict, annotated, issues
from houdbaar.policy.load import load_policy
from houdbaar.policy.model import Policy

PLACES = Places("audits/", {"newsletter": 7}, "own.yaml", {"POL-NAMES": 12})


@cache
def policy() -> Policy:
    return load_policy("twingatrack")


def line(finding_id: str = "f1", **more: Any) -> dict[str, Any]:
    """A line of findings.parquet: an address mailed too long, unless told otherwise."""
    usual = {
        "finding_id": finding_id,
        "code": "RET-MKT-12",
        "clause": "C-52-4",
        "severity": "high",
        "verdict": "OVERDUE",
        "reason": None,
        "source": "newsletter",
        "entity": "mail_member",
        "records": 1,
        "field": None,
        "days_overdue": 31,
        "status": "new",
        "action": "delete",
        "blocked_by": None,
    }
    return usual | more


def obligation(code: str = "RET-MKT-12", source: str | None = "newsletter", **more: Any) -> dict[str, Any]:
    return {"code": code, "source": source, "entity": "mail_member", "not_tested_reason": None, "note": None} | more


def outcome(**more: Any) -> Outcome:
    usual: dict[str, Any] = {
        "suite": "mail_member",
        "entity": "mail_member",
        "source": "newsletter",
        "type": "expect_column_values_to_not_be_null",
        "columns": ("email",),
        "severity": "critical",
        "success": False,
        "unexpected": 2,
        "rows": 9,
    }
    return Outcome(**(usual | more))


def verdict(
    *lines: dict[str, Any],
    obligations: Sequence[dict[str, Any]] = (),
    outcomes: Sequence[Outcome] = (),
    problems: Sequence[str] = (),
    fail_on: str = "high",
    baseline: Baseline | None = None,
    judged: int = 10,
) -> Verdict:
    rules = Rules(fail_on, baseline)
    run = {"records_judged": judged, "as_of": "2026-10-31", "policy_version": "13-01-2022", "tool_version": "0.1.0"}
    summary = {"run": run, "obligations": list(obligations)}
    return Verdict(rules, summary, tuple(problems), issues(annotated(lines, rules), rules), tuple(outcomes))
