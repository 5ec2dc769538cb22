"""The policy as JSON-ready data for people and programs: overview, coverage of the clauses, explanation of a code."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from houdbaar.errors import UsageError
from houdbaar.policy.calendar import last_permitted_day
from houdbaar.policy.model import Clause, Code, Policy, Rule
from houdbaar.policy.words import nearest

# Worst first; a clause is as good as the worst of its codes and sources.
_RESULTS = ("fail", "undetermined", "not_tested", "pass")
_WITHOUT_CODES = {"manual": "manual", "none": "not_tested"}
_JUDGED = ("within", "due", "keep", "held", "passed")
_TERM_VERDICTS = {
    "WITHIN": "the record is within its term",
    "DUE": "today is the last permitted day: still allowed, act today",
    "OVERDUE": "the last permitted day has passed",
    "KEEP": "a statutory duty to keep it is running: deleting would be unlawful",
    "HELD": "past its term, and a hold that began in time blocks deletion",
    "UNDETERMINED": "the date is missing or too vague to decide; the reason names the DQ-TS code, and it is never a pass",
    "NOT_YET": "the record did not exist on the as-of date",
    "OUT_OF_SCOPE": "an entity, an anonymous aggregate, or another state than the one judged",
}
_TEST_VERDICTS = {
    "PASS": "the test found nothing: counted in summary.json, no line in the findings; what to watch all the same is told beside it",
    "FAIL": "the test found what the meaning says",
    "UNDETERMINED": "what the test needs is missing or too vague to decide: never a pass",
    "OUT_OF_SCOPE": "the test doesn't concern the record",
}
_VERDICTS = {
    "term": _TERM_VERDICTS,
    "test": _TEST_VERDICTS,
    "reason": {
        "UNDETERMINED": "the record's term can't be judged; the finding carries the term's code, and this one as its reason",
        "FAIL": "where no verdict hangs on it, a finding of its own",
    },
    "text": {"(none)": "a flaw of the policy's text: shown by `policy check --text FILE`, never a reason to fail an audit"},
}


def overview(policy: Policy) -> dict[str, Any]:
    """The policy in short: versions, rules, how the clauses are checked, knobs that differ from their default."""
    return {
        "policy": policy.id,
        "title": policy.title,
        "versions": [
            {"id": version.id, "effective_from": version.effective_from.isoformat(), "text_sha256": version.text_sha256}
            for version in policy.versions
        ],
        "rules": [_rule(policy, rule) for rule in policy.rules.values()],
        "clauses": [_clause(clause) for clause in policy.clauses.values()],
        "codes": [{"code": code.code, "severity": code.severity, "meaning": code.meaning} for code in policy.codes.values()],
        "knobs": {knob.name: knob.shown(policy.knob(knob.name)) for knob in policy.knobs.values()},
        "changed_knobs": policy.changed_knobs(),
    }


def coverage(policy: Policy, obligations: Iterable[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Every clause with its codes, how it is checked, the entities that feed the check, and the last result.

    `obligations` are those of a summary.json. last_result: fail, undetermined, not_tested or pass; None without a run. What a person
    checks is 'manual' and what nobody does 'not_tested', with or without a run.
    """
    results: dict[str, list[str]] = {}
    for line in obligations or ():
        results.setdefault(str(line.get("clause")), []).append(result_of(line))
    return {"clauses": [_covered(policy, clause, results.get(clause.id, [])) for clause in policy.clauses.values()]}


def result_of(obligation: Mapping[str, Any]) -> str:
    """What one line of a summary's obligations says. Nothing judged is 'not_tested', never a pass."""

    def count(*names: str) -> int:
        return sum(int(obligation.get(name) or 0) for name in names)

    if count("overdue", "failed"):
        return "fail"
    if count("undetermined"):
        return "undetermined"
    return "pass" if count(*_JUDGED) and not obligation.get("not_tested_reason") else "not_tested"


def _covered(policy: Policy, clause: Clause, results: list[str]) -> dict[str, Any]:
    entities = dict.fromkeys(entity for code in clause.check.codes for entity in policy.codes[code].reads)
    return {
        **_clause(clause),
        "entities": list(entities),
        "last_result": _WITHOUT_CODES.get(clause.check.kind) or min(results, key=_RESULTS.index, default=None),
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "section": clause.section,
        "anchor": clause.anchor,
        "duty": clause.duty,
        "severity": clause.severity,
        "codes": list(clause.check.codes),
        "check": clause.check.kind,
        "reason": clause.check.reason,
    }


def explanation(policy: Policy, name: str) -> dict[str, Any]:
    """Everything about a code (capitals or not): meaning, clauses, terms, knobs, verdicts, remediation. Raises UsageError."""
    code = _code(policy, name)
    rules = policy.rules_of(code.code)
    own = (f"rules.{rule.id}.{what}" for rule in rules if code.kind == "term" for what in ("boundary", "period"))
    knobs = (*code.knobs, *(name for name in own if name in policy.knobs))
    return {
        "code": code.code,
        "meaning": code.meaning,
        "group": code.group,
        "kind": code.kind,
        "severity": code.severity,
        "severity_for": dict(code.severity_for),
        "clauses": [_clause(policy.clauses[clause]) for clause in code.clauses],
        "reads": list(code.reads),
        "rules": [_rule(policy, rule) for rule in rules],
        "knobs": [_knob(policy, knob) for knob in knobs],
        "verdicts": dict(_VERDICTS[code.kind]),
        "remediation": code.remediation,
        "defects": [
            {"place": each.place, "defect": each.defect, "treatment": each.treatment} for each in policy.defects if each.code == code.code
        ],
    }


def _code(policy: Policy, name: str) -> Code:
    wanted = name.strip().upper()
    if wanted in policy.rules:
        wanted = policy.rules[wanted].code
    if wanted in policy.codes:
        return policy.codes[wanted]
    if wanted in policy.clauses:
        codes = policy.clauses[wanted].check.codes
        checked_by = f"is checked by {', '.join(codes)}: explain one of them" if codes else "is checked by no code"
        raise UsageError(f"{wanted} is a clause, not a code; it {checked_by}\n  `houdbaar policy coverage` shows what it promises")
    near = nearest(wanted, policy.codes)
    raise UsageError(f'no code is called "{name}"' + (f' — did you mean "{near}"?' if near else "\n  `houdbaar policy show` lists them"))


def _rule(policy: Policy, rule: Rule) -> dict[str, Any]:
    start = policy.versions[-1].effective_from
    boundary = policy.boundary(rule)
    last_day = last_permitted_day(start, policy.period(rule)) - timedelta(days=1 if boundary == "exclusive" else 0)
    return {
        "rule": rule.id,
        "code": rule.code,
        "clause": rule.clause,
        "purpose": rule.purpose,
        "entity": rule.entity,
        "trigger": rule.trigger,
        "fallback": rule.fallback,
        "period": str(policy.term(rule, start)),
        "term": policy.term(rule, start).words,
        "period_knob": rule.period_knob,
        "boundary": boundary,
        "severity": rule.severity,
        "action": rule.action,
        "is_assumed": rule.is_assumed,
        "example": {"trigger": start.isoformat(), "last_day": last_day.isoformat()},
    }


def _knob(policy: Policy, name: str) -> dict[str, Any]:
    knob = policy.knobs[name]
    return {"knob": name, "value": knob.shown(policy.knob(name)), "default": knob.shown(knob.default), "meaning": knob.meaning}
