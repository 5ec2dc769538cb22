"""The verdict at a glance: each promise with its worst outcome, how many of each, and where to begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from houdbaar.policy.describe import coverage
from houdbaar.reports.outcome import ALLOWED, totals

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy
    from houdbaar.reports.found import Group

MOST_FIRST = 7
_MOST_CRITICAL = 20  # all that is critical is told first, unless that is without end
_URGENT = ("critical", "high")
_COUNTS = {"bad": ("overdue", "failed"), "undetermined": ("undetermined",), "within": ALLOWED}
_NOT_TESTED = ("not_tested", "manual", None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`word`: critical, bad, doubt, good, nothing. `states`: of each clause fail, undetermined, not_tested, pass or manual. `promises`: how
    many with each worst outcome; `touched`: how many with such records at all; `records`: a record counts once a check.
    `checks_untested` are checks that did not run, or not everywhere."""

    word: str
    states: Mapping[str, str]
    promises: Mapping[str, int]
    touched: Mapping[str, int]
    records: Mapping[str, int]
    checks_untested: int
    critical: int
    first: Sequence[Group]
    more_urgent: int

    @property
    def all(self) -> int:
        """Promises of the policy."""
        return len(self.states)


def verdict(policy: Policy, summary: Mapping[str, Any], groups: Sequence[Group]) -> Verdict:
    """The verdict on a run. Undetermined or not tested is never good."""
    states = states_of(policy, summary)
    ours = [line for line in summary["obligations"] if line["clause"] in states]
    once = {(line["code"], line["source"], line["entity"]): line for line in ours}  # however many clauses cite a code
    counts = totals(summary["obligations"], policy)
    promises = Counter(map(_tile, states.values()))
    touched = {tile: len({line["clause"] for line in ours if any(line[name] for name in names)}) for tile, names in _COUNTS.items()}
    failing = [group for group in groups if group.bad and group.key[0] in states]
    urgent = [group for group in groups if group.bad and group.severity in _URGENT]
    shown = max(MOST_FIRST, min(sum(group.severity == "critical" for group in urgent), _MOST_CRITICAL))
    critical = len({group.key[0] for group in failing if group.severity == "critical"})
    if not summary["run"]["records_judged"]:
        word = "nothing"
    elif promises["bad"]:
        word = "critical" if critical else "bad"
    else:
        word = "doubt" if promises["within"] < len(states) else "good"
    return Verdict(
        word=word,
        states=states,
        promises=promises,
        touched=touched,
        records={tile: sum(counts[name] for name in names) for tile, names in _COUNTS.items()},
        checks_untested=len({line["code"] for line in once.values() if line["not_tested_reason"]}),
        critical=critical,
        first=urgent[:shown],
        more_urgent=max(len(urgent) - shown, 0),
    )


def states_of(policy: Policy, summary: Mapping[str, Any]) -> dict[str, str]:
    """Each clause's outcome in a run: the worst of its codes and sources."""
    return {clause["id"]: clause["last_result"] or "not_tested" for clause in coverage(policy, summary["obligations"])["clauses"]}


def trend_of(policy: Policy, summaries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Promises by outcome of each run, the oldest first."""
    lines = []
    for summary in summaries:
        counts = Counter(map(_tile, states_of(policy, summary).values()))
        lines.append({"as_of": summary["run"]["as_of"], **{name: counts[name] for name in ("bad", "undetermined", "not_tested", "within")}})
    return lines


def _tile(state: str | None) -> str:
    if state in _NOT_TESTED:
        return "not_tested"
    return {"fail": "bad", "pass": "within"}.get(str(state), str(state))
