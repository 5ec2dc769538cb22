"""For every clause, code, source and entity how many records ended how, or why they were not tested (design 6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from houdbaar.checks.catalog import checks
from houdbaar.checks.counts import COUNTS, UPCOMING, counted, said
from houdbaar.exports.entities import RECORDS, REGISTERS
from houdbaar.policy.words import ALL

if TYPE_CHECKING:
    from houdbaar.checks.catalog import Check
    from houdbaar.checks.judge import Judge
    from houdbaar.exports.source import FileProblem
    from houdbaar.policy.model import Code, Policy

NOT_BUILT = "no check in this version"
NO_RECORD = "no record to judge"
OTHER_KIND = "no export holds the kind of data that the clause is about"
UNREADABLE = "a file of this source can't be read"
# Codes about the audit itself, and those that are reasons of a verdict: they have no obligation of their own to test.
ABOUT_AUDIT = frozenset({"AUD-NOT-TESTED", "AUD-DATA-QUALITY"})


@dataclass(frozen=True, slots=True)
class Obligation:
    """One clause × code × source × entity: records by verdict, or the reason why it was not tested (or not all of it).

    `note`: on what its passes rest that may not last.
    """

    clause: str | None
    code: str
    source: str | None
    entity: str | None
    counts: Mapping[str, int]
    not_tested_reason: str | None = None
    note: str | None = None

    @property
    def records(self) -> int:
        """How many records were judged."""
        return sum(count for name, count in self.counts.items() if name != UPCOMING)

    def as_json(self) -> dict[str, Any]:
        """The obligation as summary.json holds it (design 6)."""
        about = {"clause": self.clause, "code": self.code, "source": self.source, "entity": self.entity}
        counts = {name: self.counts.get(name, 0) for name in (*COUNTS, UPCOMING)}
        return {**about, **counts, "not_tested_reason": self.not_tested_reason, "note": self.note}


def obligations_of(judge: Judge, problems: Sequence[FileProblem]) -> list[Obligation]:
    """Every clause, code, source and entity that an audit owes an answer for. `problems`: files that it could not speak for."""
    found, left_out, notes = counted(judge.engine), said(judge.engine, "NOT_TESTED"), said(judge.engine, "PASS")
    broken = {problem.source for problem in problems if problem.is_fatal}
    obligations: list[Obligation] = []
    for code in judge.policy.codes.values():
        own = [check for check in checks() if check.code == code.code]
        # A DQ-TS code is a reason of verdicts; only where a check of its own finds it, it is tested by itself.
        if (code.kind not in ("term", "test") and not own) or code.code in ABOUT_AUDIT:
            continue
        mine = {key: found.get(key, {}) for key in [*found, *left_out] if key[0] == code.code}
        clauses: tuple[str | None, ...] = code.clauses or tuple(dict.fromkeys(check.clause for check in own)) or (None,)
        untested = _untested(judge, own, {(source, entity) for _, source, entity in mine})
        for clause in clauses:
            before = len(obligations)
            for key, counts in mine.items():
                if not _counts_for(judge.policy, code, clause, key[2]):
                    continue
                why = filter(None, (left_out.get(key), untested.get(key[1:])))
                reason = UNREADABLE if key[1] in broken else "; ".join(why) or None
                obligations.append(Obligation(clause, code.code, key[1], key[2], counts, reason, notes.get(key)))
            for (source, entity), reason in untested.items():
                if (code.code, source, entity) not in mine and _counts_for(judge.policy, code, clause, entity):
                    obligations.append(Obligation(clause, code.code, source, entity, {}, reason))
            if len(obligations) == before:
                obligations.append(Obligation(clause, code.code, None, None, {}, OTHER_KIND))
    return sorted(obligations, key=lambda item: (item.clause or "~", item.code, item.source or "", item.entity or ""))


def _counts_for(policy: Policy, code: Code, clause: str | None, entity: str | None) -> bool:
    """Whether what was seen of an entity counts for a clause: where one of the code's clauses is about every kind of data, and so has it
    all, the others have what they are about, and what a check looked at for them."""
    is_general = any(ALL in policy.clauses[each].category for each in code.clauses)
    if clause is None or entity is None or entity not in RECORDS or not is_general or ALL not in code.reads:
        return True
    named = any((check.code, check.entity, check.clause) == (code.code, entity, clause) for check in checks())
    return named or policy.clauses[clause].is_about(RECORDS[entity].category)


def _untested(
    judge: Judge, rules: Sequence[Check], judged: Collection[tuple[str | None, str | None]]
) -> dict[tuple[str | None, str | None], str]:
    """Why checks of one code did not judge a source and entity that feed them, or (all of it) nothing at all."""
    if not rules:
        return {(None, None): NOT_BUILT}
    reasons: dict[tuple[str | None, str | None], str] = {}
    general: dict[tuple[str | None, str | None], str] = {}
    for check in rules:
        why = judge.not_tested.get((check.rule, None))
        for source in sorted(source for entity, source in judge.material.fed if entity == check.entity):
            place = (source, check.entity)
            if why is not None:
                general.setdefault(place, why)
            elif (check.rule, source) in judge.not_tested:
                reasons.setdefault(place, judge.not_tested[check.rule, source])
            elif place not in judged:
                reasons.setdefault(place, NO_RECORD)
    of_registers = {check.rule for check in rules if check.entity in REGISTERS}
    is_seen = bool(reasons) or any(entity not in REGISTERS for _, entity in judged)
    if judged and not is_seen and 0 < len(of_registers) < len(rules):
        # Only a register was looked at: what people keep there is no look at the data.
        whys = [judge.not_tested.get((check.rule, None), NO_RECORD) for check in rules if check.rule not in of_registers]
        return general | {(None, None): _united(whys)}
    if judged or reasons:
        # One of the code's checks looked at something: what another one could not look at must be told of each source.
        return general | reasons
    return {(None, None): _united([judge.not_tested[check.rule, None] for check in rules if (check.rule, None) in judge.not_tested])}


def _united(whys: Sequence[str]) -> str:
    """Each reason once."""
    return "; ".join(dict.fromkeys(part for why in whys for part in why.split("; "))) or NO_RECORD
