"""The outcome of an audit in rows and totals, as the terminal and notebooks show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from houdbaar.checks.catalog import checks
from houdbaar.checks.obligations import OTHER_KIND
from houdbaar.exports.entities import RECORDS
from houdbaar.policy.words import FAILING, SEVERITIES

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy


ALLOWED = ("within", "due", "keep", "passed")  # counts of what may be kept or passed
_HELD, _IN_ORDER, _NOT_JUDGED = _HEADINGS = ("held", "in order", "not judged")  # what found nothing, in this order


def totals(obligations: Iterable[Mapping[str, Any]], policy: Policy) -> dict[str, int]:
    """Records by outcome of the checks that a promise hangs on, not of the data's quality. Clauses that share a code count once.

    `in_order`: all that may be kept, also on its last day, and what passed a test.
    """
    once = {(item["code"], item["source"], item["entity"]): item for item in obligations if policy.codes[item["code"]].group != "quality"}
    names = ("within", "due", "keep", "overdue", "undetermined", "passed", "failed")
    counts = {name: sum(item[name] for item in once.values()) for name in names}
    return counts | {"in_order": sum(counts[name] for name in ALLOWED)}


def judged_rows(
    obligations: Iterable[Mapping[str, Any]], policy: Policy, lines: Iterable[tuple[str, str | None, str | None, str, str]]
) -> list[dict[str, Any]]:
    """One row an obligation that judged something, worst first. A code that several clauses cite stands with that of its findings.

    `severity` is that of the severest of its lines (code, source, entity, severity, verdict); of what found nothing, the check's.
    """
    severest = _severest(lines)
    own = {check.code: check.clause for check in checks()} | {rule.code: rule.clause for rule in policy.rules.values()}
    rows: dict[tuple[str, str | None, str | None], dict[str, Any]] = {}
    for item in obligations:
        if item["source"] is None or not _judged(item):
            continue
        key = (item["code"], item["source"], item["entity"])
        if key not in rows or item["clause"] == own.get(item["code"]):
            category = RECORDS[item["entity"]].category if item["entity"] in RECORDS else ""
            rows[key] = {**item, "severity": severest.get(key) or policy.codes[item["code"]].severity_in(category)}
    return sorted(rows.values(), key=_badness)


def _severest(lines: Iterable[tuple[str, str | None, str | None, str, str]]) -> dict[tuple[str, str | None, str | None], str]:
    found: dict[tuple[str, str | None, str | None], str] = {}
    for code, source, entity, severity, verdict in lines:
        if verdict in FAILING:
            found[code, source, entity] = max(severity, found.get((code, source, entity), severity), key=SEVERITIES.index)
    return found


def _judged(item: Mapping[str, Any]) -> int:
    return sum(
        item[name] for name in ("within", "due", "overdue", "keep", "held", "undetermined", "not_yet", "out_of_scope", "passed", "failed")
    )


def heading_of(row: Mapping[str, Any]) -> str:
    """Under which word a row stands: the severity of what it found, else what holds for the records that it is about."""
    if row["overdue"] + row["failed"] + row["undetermined"]:
        return str(row["severity"])
    if row["held"]:
        return _HELD
    return _IN_ORDER if any(row[name] for name in ALLOWED) else _NOT_JUDGED


def _badness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    bad = row["overdue"] + row["failed"]
    heading = heading_of(row)
    severity = -SEVERITIES.index(row["severity"])
    return (
        _HEADINGS.index(heading) if heading in _HEADINGS else -1,
        severity,
        not bad,
        -bad,
        -row["undetermined"],
        row["code"],
        row["source"],
    )


def not_tested(obligations: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The codes that no source was tested for, by the reason; a clause of one that is about another kind of data is no reason."""
    lacking: dict[str, set[str]] = {}
    for item in obligations:
        if item["not_tested_reason"] not in (None, OTHER_KIND) and item["source"] is None:
            lacking.setdefault(item["not_tested_reason"], set()).add(item["code"])
    return lacking


def is_shown(row: Mapping[str, Any], policy: Policy) -> bool:
    """What found something; of promised terms also what is within them. Passed tests and what is out of scope are counted below."""
    if row["overdue"] + row["failed"] + row["undetermined"]:
        return True
    return policy.codes[row["code"]].kind == "term" and any(row[name] for name in ("within", "due", "keep", "held", "not_yet"))
