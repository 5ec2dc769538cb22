"""The policy file against the policy's text: does every clause stand there, has every promised term its rule, what is wrong in the text."""

from dataclasses import dataclass
from typing import Literal

from houdbaar.policy.calendar import Period
from houdbaar.policy.model import Clause, Defect, Policy, Rule, When
from houdbaar.policy.passages import Passage, PolicyText, Term, occurrences, terms, tidy

AnchorStatus = Literal["found", "elsewhere", "missing"]
RuleStatus = Literal["held", "assumed", "at once", "not held"]
DefectStatus = Literal["found", "gone", "settled", "judgement", "not looked for"]


@dataclass(frozen=True, slots=True)
class AnchorTrace:
    """Where a clause's anchor stands: in its own section, in another one, or nowhere."""

    clause: Clause
    status: AnchorStatus
    passage: Passage | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class TermTrace:
    """A term of the text and the rules that judge it; none: nobody checks what was promised."""

    term: Term
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule and whether the text holds its term, in its clause's passage. 'assumed': the rule says itself that it doesn't."""

    rule: Rule
    status: RuleStatus


@dataclass(frozen=True, slots=True)
class DefectTrace:
    """A defect and the lines that show it. Settled: its knob is set. Judgement: no look at the text can tell."""

    defect: Defect
    status: DefectStatus
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that comparing the policy file with the text has shown."""

    version: str | None
    anchors: tuple[AnchorTrace, ...]
    terms: tuple[TermTrace, ...]
    rules: tuple[RuleTrace, ...]
    defects: tuple[DefectTrace, ...]


def trace(policy: Policy, text: PolicyText) -> Trace:
    """Compare the policy file with a text. `version` is the id of the version whose text this is, by its hash; None: of none."""
    anchors = tuple(_anchor(clause, text) for clause in policy.clauses.values())
    passages = {found.clause.id: found.passage for found in anchors}
    return Trace(
        version=next((version.id for version in policy.versions if version.text_sha256 == text.sha256), None),
        anchors=anchors,
        terms=tuple(_term(policy, passages, passage, term) for passage in text.passages for term in terms(passage)),
        rules=tuple(RuleTrace(rule, _rule_status(rule, passages[rule.term_clause])) for rule in policy.rules.values()),
        defects=tuple(_defect(policy, defect, text, passages) for defect in policy.defects),
    )


def untraced_defects(policy: Policy) -> tuple[DefectTrace, ...]:
    """The defects that the policy file names, without a text to look at."""
    return tuple(DefectTrace(defect, "settled" if _is_settled(policy, defect) else "not looked for") for defect in policy.defects)


def _anchor(clause: Clause, text: PolicyText) -> AnchorTrace:
    anchor = tidy(clause.anchor)
    holding = [passage for passage in text.passages if anchor in passage.text]
    at_home = [passage for passage in holding if passage.section == clause.section]
    if not holding:
        return AnchorTrace(clause, "missing")
    passage = (at_home or holding)[0]
    return AnchorTrace(clause, "found" if at_home else "elsewhere", passage, passage.line_at(passage.text.index(anchor)))


def _term(policy: Policy, passages: dict[str, Passage | None], passage: Passage, term: Term) -> TermTrace:
    judged_by = [rule.id for rule in policy.rules.values() if passages[rule.term_clause] is passage and _holds(rule, term.period)]
    return TermTrace(term, tuple(judged_by))


def _rule_status(rule: Rule, passage: Passage | None) -> RuleStatus:
    if rule.is_assumed or rule.period_knob is not None:
        return "assumed"
    if rule.period == Period():
        return "at once"
    return "held" if passage and any(_holds(rule, term.period) for term in terms(passage)) else "not held"


def _holds(rule: Rule, period: Period) -> bool:
    return rule.period == period and not rule.is_assumed


def _is_settled(policy: Policy, defect: Defect) -> bool:
    return defect.knob is not None and policy.knob(defect.knob) not in (None, ())


def _defect(policy: Policy, defect: Defect, text: PolicyText, passages: dict[str, Passage | None]) -> DefectTrace:
    if _is_settled(policy, defect):
        return DefectTrace(defect, "settled")
    if defect.when is None:
        return DefectTrace(defect, "judgement")
    lines = _shown_by(defect.when, text, passages)
    return DefectTrace(defect, "gone") if lines is None else DefectTrace(defect, "found", tuple(sorted(set(lines))))


def _shown_by(when: When, text: PolicyText, passages: dict[str, Passage | None]) -> list[int] | None:
    """The lines that show the defect (where something is absent: the first that was looked at); None where the text doesn't show it."""
    if when.trailing is not None:
        return _trailing(when.trailing, text) or None
    looked_at = _looked_at(when, text, passages)
    found = {word: [line for passage in looked_at for line in occurrences(word, passage)] for word in (*when.any, *when.all, *when.none)}
    is_shown = (
        bool(looked_at)
        and (not when.any or any(found[word] for word in when.any))
        and all(found[word] for word in when.all)
        and not any(found[word] for word in when.none)
    )
    if not is_shown:
        return None
    return [line for word in (*when.any, *when.all) for line in found[word]] or [looked_at[0].lines[0]]


def _looked_at(when: When, text: PolicyText, passages: dict[str, Passage | None]) -> list[Passage]:
    """The passages of the clause, of the section, or all. A place that the text lacks shows nothing."""
    if when.clause is not None:
        passage = passages[when.clause]
        return [passage] if passage else []
    return [passage for passage in text.passages if when.section is None or passage.is_in(when.section)]


def _trailing(residue: str, text: PolicyText) -> list[int]:
    """The last lines that hold nothing but the residue, blank lines aside."""
    lines: list[int] = []
    for number, line in reversed(list(enumerate(text.lines, 1))):
        if line.strip() == residue:
            lines.append(number)
        elif line.strip():
            break
    return lines
