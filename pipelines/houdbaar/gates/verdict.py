"""One verdict of findings and expectations: what counts against the gate, how gravely, and the exit code (design 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from houdbaar.checks.obligations import OTHER_KIND
from houdbaar.gates.expectation import Outcome
from houdbaar.gates.ratchet import Baseline, standings
from houdbaar.policy.words import DELETING, FAILING, SEVERITIES, reaches, records_in

LEVELS = ("error", "warning", "note")
NOT_TESTED = "AUD-NOT-TESTED"
EXCUSED = ("accepted", "known")  # of findings that fail no gate
# As checks/weighed.sql says it. How many there are of a thing doesn't make it another: acceptances and alerts go on.
MANY_PEOPLE = "many people (severity.bulk)"
_MOST_IDS = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes the gate fail: findings at or above `fail_on`; with a baseline only those that are new, regressed or grown since."""

    fail_on: str
    baseline: Baseline | None = None

    def level(self, severity: str) -> str:
        """error at or above the fail level, note for what needs no action, else warning."""
        if reaches([severity], self.fail_on):
            return "error"
        return "note" if severity == "info" else "warning"

    def level_of(self, outcome: Outcome) -> str:
        """How gravely an expectation that fails is taken.

        No recorded run says how it ended there, so a ratchet can't tell whether it got worse: what the packaged ones see is
        judged by the findings about it, and only those of one's own fail the gate.
        """
        level = self.level(outcome.severity)
        is_judged_elsewhere = self.baseline is not None and not outcome.is_own and outcome.code is None
        return "warning" if is_judged_elsewhere and level == "error" else level


@dataclass(frozen=True, slots=True)
class Issue:
    """Findings of one code, source, entity and reason. `findings` and `records` are of all of them, `counting` of those not excused.

    `severity` is the worst of those that count (of all, when none does). `states`: findings by new, regressed, grown, known, accepted.
    """

    code: str
    source: str | None
    entity: str | None
    reason: str | None
    clauses: tuple[str, ...]
    severity: str
    level: str
    verdicts: tuple[str, ...]
    findings: int
    records: int
    counting: int
    counting_records: int
    states: Mapping[str, int]
    fields: tuple[str, ...]
    finding_ids: tuple[str, ...]
    days_overdue: int | None
    blocked: int  # records that are to go, and that a hold or a pending request keeps

    @property
    def is_excused(self) -> bool:
        """Whether all of it is accepted, or known already."""
        return self.counting == 0

    @property
    def identity(self) -> tuple[str | None, ...]:
        """What tells it from all others, however many there are of it."""
        return _identity(self.code, self.source, self.entity, self.reason)

    @property
    def place(self) -> str:
        """Source and entity, as people read them."""
        return " · ".join(dict.fromkeys(filter(None, (self.source, self.entity)))) or "the policy"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's verdict over one audit. `summary` is summary.json; `problems` are what the audit can't speak for."""

    rules: Rules
    summary: Mapping[str, Any]
    problems: tuple[str, ...]
    issues: tuple[Issue, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def records_judged(self) -> int:
        """How many records any check judged; none is no pass."""
        return int(self.summary["run"]["records_judged"])

    @property
    def shown(self) -> list[Issue]:
        """What people are shown: errors and warnings. Promises that nothing feeds are told together, where they are no error."""
        return [
            issue
            for issue in self.issues
            if issue.level == "error" or (issue.level == "warning" and (issue.code, issue.source) != (NOT_TESTED, None))
        ]

    @property
    def untested(self) -> list[str]:
        """The codes that were not tested at all."""
        lacking = [item for item in self.summary["obligations"] if item["source"] is None]
        return sorted({item["code"] for item in lacking if item["not_tested_reason"] not in (None, OTHER_KIND)})

    @property
    def failing(self) -> list[Issue]:
        """The issues that fail the gate."""
        return [issue for issue in self.issues if issue.level == "error"]

    @property
    def expectations(self) -> list[Outcome]:
        """The expectations that say what no issue says."""
        return [outcome for outcome in self.outcomes if outcome.code is None]

    @property
    def broken(self) -> list[Outcome]:
        """The expectations that were to run and could not."""
        return [outcome for outcome in self.outcomes if outcome.is_broken]

    @property
    def failed_expectations(self) -> list[Outcome]:
        """The expectations that fail the gate by themselves."""
        return [outcome for outcome in self.expectations if outcome.success is False and self.level_of(outcome) == "error"]

    def level_of(self, outcome: Outcome) -> str:
        """How gravely an expectation that fails is taken."""
        return self.rules.level_of(outcome)

    @property
    def exit_code(self) -> int:
        """3 when something could not be looked at or nothing was, 1 when something fails the gate, else 0."""
        if self.problems or self.broken or not self.records_judged:
            return 3
        return int(bool(self.failing or self.failed_expectations))


def annotated(lines: Iterable[Mapping[str, Any]], rules: Rules) -> list[dict[str, Any]]:
    """The lines that fail, each with `state`: accepted, known, new, regressed or grown."""
    failing = [line for line in lines if line["verdict"] in FAILING]
    now = standings(failing)
    made = []
    for line in failing:
        state = "new" if rules.baseline is None else rules.baseline.state(line["finding_id"], line["status"], now[line["finding_id"]])
        made.append({**line, "state": "accepted" if line["status"] == "accepted" else state})
    return made


def issues(lines: Sequence[Mapping[str, Any]], rules: Rules) -> tuple[Issue, ...]:
    """Annotated lines by code, source, entity and reason: the gravest first."""
    groups: dict[tuple[str | None, ...], list[Mapping[str, Any]]] = {}
    for line in lines:
        groups.setdefault(_identity(*(line[name] for name in ("code", "source", "entity", "reason"))), []).append(line)
    return tuple(sorted((_issue(group, rules) for group in groups.values()), key=_gravity))


def _identity(code: str, source: str | None, entity: str | None, reason: str | None) -> tuple[str | None, ...]:
    return code, source, entity, "; ".join(part for part in (reason or "").split("; ") if part != MANY_PEOPLE) or None


def _issue(lines: Sequence[Mapping[str, Any]], rules: Rules) -> Issue:
    first, counting = lines[0], [line for line in lines if line["state"] not in EXCUSED]
    severity = max((line["severity"] for line in counting or lines), key=SEVERITIES.index)
    states = {line["finding_id"]: line["state"] for line in lines}
    return Issue(
        code=first["code"],
        source=first["source"],
        entity=first["entity"],
        reason=first["reason"],
        clauses=tuple(sorted({line["clause"] for line in lines if line["clause"]})),
        severity=severity,
        level=rules.level(severity) if counting else "note",
        verdicts=tuple(sorted({line["verdict"] for line in lines})),
        findings=len(states),
        records=records_in(lines),
        counting=len({line["finding_id"] for line in counting}),
        counting_records=records_in(counting),
        states=dict(sorted(Counter(states.values()).items())),
        fields=tuple(sorted({line["field"] for line in lines if line["field"]})),
        finding_ids=tuple(sorted(states)[:_MOST_IDS]),
        days_overdue=max((line["days_overdue"] for line in lines if line["days_overdue"] is not None), default=None),
        blocked=records_in([line for line in lines if line["blocked_by"] and line["action"] in DELETING]),
    )


def _gravity(issue: Issue) -> tuple[object, ...]:
    return (
        LEVELS.index(issue.level),
        issue.is_excused,
        -SEVERITIES.index(issue.severity),
        issue.code == NOT_TESTED,  # where only a few are shown, what was found comes first
        issue.code,
        issue.source or "",
        issue.entity or "",
        issue.reason or "",
    )
