"""SARIF 2.1.0 within the limits of code-scanning uploads: a result a rule, table and reason, with a fingerprint that lasts."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from houdbaar.gates.words import told, told_expectation

if TYPE_CHECKING:
    from houdbaar.gates.expectation import Outcome
    from houdbaar.gates.places import Place, Places
    from houdbaar.gates.verdict import Issue, Verdict
    from houdbaar.policy.model import Policy

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 5_000  # of 25,000 that are taken, this many are shown
MOST_TAGS = 20
_MOST_TEXT = 1_000
# What code scanning reads a severity from: above 9 critical, from 7 high, from 4 medium.
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "info": "0.0"}
_BASELINE = {"new": "new", "regressed": "new", "grown": "updated", "known": "unchanged", "accepted": "unchanged"}
_FINGERPRINT = "houdbaarFinding/v1"


def sarif(verdict: Verdict, policy: Policy, places: Places) -> str:
    """The verdict as SARIF; the gravest results first, and what is left out is said."""
    failed = [outcome for outcome in verdict.expectations if outcome.success is False]
    codes = sorted({issue.code for issue in verdict.issues})
    types = sorted({outcome.type for outcome in failed})
    rules = [*(_rule(code, policy) for code in codes), *map(_expectation_rule, types)]
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [
        *(_result(issue, policy, places.of(issue.code, issue.source), index, verdict) for issue in verdict.issues),
        *(_expectation_result(outcome, places.of_suite(outcome), index, verdict) for outcome in failed),
    ]
    results.sort(key=lambda result: ("error", "warning", "note").index(result["level"]))
    run = {
        "tool": {
            "driver": {
                "name": "Houdbaar",
                "semanticVersion": verdict.summary["run"]["tool_version"],
                "rules": rules,
            }
        },
        "automationDetails": {"id": "houdbaar-gate/"},
        "invocations": [_invocation(verdict, len(results) - MOST_RESULTS)],
        "columnKind": "unicodeCodePoints",
        "results": results[:MOST_RESULTS],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def fingerprint(*parts: str | None) -> str:
    """What tells an issue from all others, as finding_id tells a finding: no dates, no counts, no severity."""
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()


def _rule(name: str, policy: Policy) -> dict[str, Any]:
    code = policy.codes[name]
    text = f"{code.meaning}. To do: {code.remediation}."
    tags = ["security", "privacy", code.group, *code.clauses]
    return {
        "id": name,
        "shortDescription": {"text": _short(code.meaning)},
        "fullDescription": {"text": _short(text)},
        "help": {"text": _short(text), "markdown": _short(f"{text}\n\n`houdbaar explain {name}` says more.")},
        "defaultConfiguration": {"level": {"info": "note", "low": "warning", "medium": "warning"}.get(code.severity, "error")},
        "properties": {"security-severity": _SCORES[code.severity], "tags": tags[:MOST_TAGS]},
    }


def _expectation_rule(kind: str) -> dict[str, Any]:
    text = f"An expectation of Great Expectations does not hold: {kind.removeprefix('expect_').replace('_', ' ')}"
    return {
        "id": kind,
        "shortDescription": {"text": _short(text)},
        "fullDescription": {"text": _short(text)},
        "help": {"text": "See validations.json in the gate's folder for what was expected of which columns."},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["data-quality"]},
    }


def _result(issue: Issue, policy: Policy, place: Place, index: dict[str, int], verdict: Verdict) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": issue.code,
        "ruleIndex": index[issue.code],
        "level": issue.level,
        "message": {"text": _short(told(issue, policy))},
        "locations": [_location(place, issue.source, issue.entity)],
        "partialFingerprints": {_FINGERPRINT: fingerprint(*issue.identity)},
        "properties": {
            "severity": issue.severity,
            "findings": issue.findings,
            "records": issue.records,
            "findingIds": list(issue.finding_ids),
        },
    }
    if verdict.rules.baseline is not None:
        states = {_BASELINE[state] for state in issue.states}
        result["baselineState"] = next(iter(states)) if len(states) == 1 else "updated"
    if set(issue.states) == {"accepted"}:
        result["suppressions"] = [{"kind": "external", "status": "accepted"}]
    return result


def _expectation_result(outcome: Outcome, place: Place, index: dict[str, int], verdict: Verdict) -> dict[str, Any]:
    about = (outcome.type, outcome.suite, outcome.source, ",".join(outcome.columns), outcome.mark)
    return {
        "ruleId": outcome.type,
        "ruleIndex": index[outcome.type],
        "level": verdict.level_of(outcome),
        "message": {"text": _short(f"{outcome.name}: {told_expectation(outcome)}")},
        "locations": [_location(place, outcome.source, outcome.entity)],
        "partialFingerprints": {_FINGERPRINT: fingerprint(*about)},
        "properties": {"severity": outcome.severity, "suite": outcome.suite},
    }


def _location(place: Place, source: str | None, entity: str | None) -> dict[str, Any]:
    name = ".".join(filter(None, (source, entity)))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": place.line},
        },
        **({"logicalLocations": [{"fullyQualifiedName": name}]} if name else {}),
    }


def _invocation(verdict: Verdict, left_out: int) -> dict[str, Any]:
    """How the gate ended, and what it can't speak for."""
    unseen = [*verdict.problems, *(f"{outcome.suite}: {outcome.name}: {told_expectation(outcome)}" for outcome in verdict.broken)]
    if not verdict.records_judged:
        unseen.append("no check judged any record: nothing was audited")
    notifications = [_notification("error", text) for text in unseen[:MOST_RESULTS]]
    if left_out > 0:
        notifications.append(_notification("warning", f"{left_out:,} more results are not in this file: see the gate's findings.parquet"))
    return {
        "executionSuccessful": not unseen,
        "exitCode": verdict.exit_code,
        "toolExecutionNotifications": notifications,
    }


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _short(text)}}


def _short(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"
