"""What the gate says of an issue, in one line: the same in every output. Counts, codes and names of columns only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from houdbaar.policy.words import counted

if TYPE_CHECKING:
    from houdbaar.gates.expectation import Outcome
    from houdbaar.gates.verdict import Issue, Verdict
    from houdbaar.policy.model import Policy

_MOST_FIELDS = 5


def title(issue: Issue) -> str:
    """Code and place, short enough for a heading."""
    return f"{issue.code} {issue.place}"


def told(issue: Issue, policy: Policy) -> str:
    """What was found, how much of it, since when, what is excused, and what to do."""
    code = policy.codes[issue.code]
    verdicts = ", ".join(verdict.lower() for verdict in issue.verdicts)
    parts = [f"{code.meaning}: {verdicts}, {counted(issue.records, 'record')} in {counted(issue.findings, 'finding')}"]
    if issue.days_overdue is not None:
        parts.append(f"the oldest {counted(issue.days_overdue, 'day')} overdue")
    if issue.reason:
        parts.append(f"because: {issue.reason}")
    if issue.fields and issue.fields != (issue.reason,):
        parts.append(f"field {listed(issue.fields)}")
    excused = [f"{count:,} {state}" for state, count in issue.states.items() if state != "new" or len(issue.states) > 1]
    if excused:
        parts.append(f"of these {', '.join(excused)}")
    clauses = f" [{', '.join(issue.clauses)}]" if issue.clauses else ""
    return f"{'; '.join(parts)}{clauses}. To do: {_todo(issue, code.remediation)}."


def _todo(issue: Issue, remediation: str) -> str:
    if not issue.blocked:
        return remediation
    if issue.blocked == issue.records:
        return f"nothing yet, under a hold or a request; then {remediation}"
    return f"{remediation}, but not yet {counted(issue.blocked, 'record')} under a hold or a request"


def listed(names: Iterable[str]) -> str:
    """The first few names, and how many more."""
    names = list(names)
    more = f" and {len(names) - _MOST_FIELDS} more" if len(names) > _MOST_FIELDS else ""
    return ", ".join(names[:_MOST_FIELDS]) + more


def told_expectation(outcome: Outcome) -> str:
    """What an expectation said of its table."""
    if outcome.success is None:
        return f"not run: {outcome.why}"
    if outcome.success:
        return "as expected" + (f" in {counted(outcome.rows, 'row')}" if outcome.rows is not None else "")
    if outcome.unexpected is None:
        return "not as expected"
    of_rows = f" of {outcome.rows:,}" if outcome.rows is not None else ""
    return f"not as expected in {counted(outcome.unexpected, 'row')}{of_rows}"


def place_of(outcome: Outcome) -> str:
    """Suite and source."""
    return " · ".join(filter(None, (outcome.suite, outcome.source)))


def headline(verdict: Verdict) -> str:
    """The verdict in one line: what fails, or that nothing does."""
    code = verdict.exit_code
    failing = [
        counted(len(verdict.failing), "issue") if verdict.failing else "",
        counted(len(verdict.failed_expectations), "expectation") if verdict.failed_expectations else "",
    ]
    what = " and ".join(filter(None, failing))
    fails = f"{what} at or above {verdict.rules.fail_on}" if what else ""
    if code == 3:
        return "; ".join(filter(None, ("The gate can't tell: " + "; ".join(_unseen(verdict)), fails)))
    return f"The gate fails: {fails}" if code else f"The gate passes: nothing counts at or above {verdict.rules.fail_on}"


def _unseen(verdict: Verdict) -> list[str]:
    said = []
    if verdict.problems:
        said.append(f"{counted(len(verdict.problems), 'file')} could not be audited")
    if verdict.broken:
        said.append(f"{counted(len(verdict.broken), 'expectation')} could not be run")
    if not verdict.records_judged:
        said.append("no check judged any record")
    return said


def compared(verdict: Verdict) -> str | None:
    """What a ratchet compared with; None without one."""
    if verdict.rules.baseline is None:
        return None
    if verdict.rules.baseline.as_of is None:
        return "Ratchet: there is no recorded run to compare with yet, so everything counts as new"
    known = sum(issue.states.get("known", 0) for issue in verdict.issues)
    return (
        f"Ratchet: only what is new, regressed or grown since the recorded run of {verdict.rules.baseline.as_of} counts; "
        f"{counted(known, 'finding')} known already"
    )
