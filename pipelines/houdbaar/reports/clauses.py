"""Promise by promise: what was promised, what was found, how sure that is, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from houdbaar.policy.words import SEVERITIES

if TYPE_CHECKING:
    from houdbaar.policy.model import Clause, Policy
    from houdbaar.reports.found import Found, Group

MOST_GROUPS = 40  # of a clause


@dataclass(frozen=True, slots=True)
class Told:
    """A clause with its groups of findings, codes whose findings stand at another clause, and reasons why part of it was not tested."""

    clause: Clause
    state: str
    groups: Sequence[Group]
    more_groups: int
    elsewhere: Mapping[str, Sequence[str]]  # clause -> codes
    not_tested: Sequence[tuple[str, Sequence[str]]]  # reason, sources
    judged: Mapping[tuple[str, str | None, str | None], int] = field(default_factory=dict)  # records by code, source, entity

    @property
    def worst(self) -> str:
        """The severest finding's severity."""
        return next((group.severity for group in self.groups if group.bad), self.clause.severity)


def told(policy: Policy, summary: Mapping[str, Any], found: Found, states: Mapping[str, str]) -> list[Told]:
    """All clauses, in the policy's order."""
    place: dict[str, str] = {}
    for group in found.groups:
        if group.key[0] is not None:
            place.setdefault(group.key[1], group.key[0])
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for line in summary["obligations"]:
        lines.setdefault(line["clause"] or "", []).append(line)
    return [_told(clause, found, states, place, lines.get(clause.id, [])) for clause in policy.clauses.values()]


def judged_by(lines: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str | None, str | None], int]:
    """How many records each code judged of a source and entity."""
    names = ("within", "due", "overdue", "keep", "held", "undetermined", "passed", "failed")
    return {(line["code"], line["source"], line["entity"]): sum(line[name] for name in names) for line in lines}


def _told(clause: Clause, found: Found, states: Mapping[str, str], place: Mapping[str, str], lines: Sequence[Mapping[str, Any]]) -> Told:
    groups = found.of_clause(clause.id)
    elsewhere: dict[str, list[str]] = {}
    for code in clause.check.codes:
        if place.get(code, clause.id) != clause.id and not any(group.key[1] == code for group in groups):
            elsewhere.setdefault(place[code], []).append(code)
    reasons: dict[str, list[str]] = {}
    for line in lines:
        if line["not_tested_reason"]:
            sources = reasons.setdefault(line["not_tested_reason"], [])
            if line["source"] and line["source"] not in sources:
                sources.append(line["source"])
    more = max(len(groups) - MOST_GROUPS, 0)
    shown = groups[:MOST_GROUPS]
    return Told(clause, states[clause.id], shown, more, elsewhere, sorted(reasons.items()), judged_by(lines))


def by_state(clauses: Sequence[Told]) -> dict[str, list[Told]]:
    """The clauses by how they are told: fail, undetermined, held (nothing but held records was found), not_tested and pass.

    The severest first; of equal severity in the policy's order.
    """
    found: dict[str, list[Told]] = {name: [] for name in ("fail", "undetermined", "held", "not_tested", "pass")}
    for each in sorted(clauses, key=lambda each: -SEVERITIES.index(each.worst)):
        state = "not_tested" if each.state == "manual" else each.state
        found["held" if each.groups and state in ("not_tested", "pass") else state].append(each)
    return found
