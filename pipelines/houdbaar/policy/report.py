"""What `policy check` reports: the policy file against the policy's text and the settings, as JSON-ready data."""

from collections.abc import Iterator
from typing import Any

from houdbaar.policy.model import Policy
from houdbaar.policy.passages import PolicyText
from houdbaar.policy.trace import AnchorTrace, DefectTrace, RuleTrace, TermTrace, Trace, trace, untraced_defects


def check_report(policy: Policy, text: PolicyText | None = None, file: str | None = None) -> dict[str, Any]:
    """Anchors, terms, rules, what disagrees (`problems`) and the text's own flaws (`defects`); without a text only the last, unseen."""
    found = None if text is None else trace(policy, text)
    defects = untraced_defects(policy) if found is None else found.defects
    return {
        "policy": policy.id,
        "origin": policy.origin,
        "counts": {name: len(getattr(policy, name)) for name in ("versions", "clauses", "rules", "codes", "knobs")},
        "text": None if text is None or found is None else _text(text, found, file),
        "anchors": [] if found is None else [_anchor(each) for each in found.anchors],
        "terms": [] if found is None else [_term(each) for each in found.terms],
        "rules": [] if found is None else [_rule(policy, each) for each in found.rules],
        "problems": [] if found is None else list(_problems(policy, found)),
        "defects": [*_version_defects(policy, text, found), *(_defect(policy, each) for each in defects)],
    }


def _text(text: PolicyText, found: Trace, file: str | None) -> dict[str, Any]:
    return {"file": file, "sha256": text.sha256, "dated": text.dated.isoformat() if text.dated else None, "version": found.version}


def _anchor(each: AnchorTrace) -> dict[str, Any]:
    return {
        "clause": each.clause.id,
        "anchor": each.clause.anchor,
        "section": each.clause.section,
        "status": each.status,
        "found_in": each.passage.section if each.passage else None,
        "line": each.line,
    }


def _term(each: TermTrace) -> dict[str, Any]:
    term = each.term
    return {"line": term.line, "section": term.section, "words": term.words, "period": str(term.period), "rules": list(each.rules)}


def _rule(policy: Policy, each: RuleTrace) -> dict[str, Any]:
    return {"rule": each.rule.id, "clause": each.rule.clause, "period": str(policy.period(each.rule)), "status": each.status}


def _defect(policy: Policy, each: DefectTrace) -> dict[str, Any]:
    defect = each.defect
    return {
        "code": defect.code,
        "severity": policy.codes[defect.code].severity,
        "place": defect.place,
        "lines": list(each.lines),
        "status": each.status,
        "defect": defect.defect,
        "treatment": defect.treatment,
    }


def _problems(policy: Policy, found: Trace) -> Iterator[dict[str, Any]]:
    """Where file and text disagree, in the order: clauses, terms, rules."""
    for anchor in found.anchors:
        if anchor.status == "missing":
            what = f'clause {anchor.clause.id}: its anchor "{anchor.clause.anchor}" is not in the text'
            yield {"severity": anchor.clause.severity, "what": what}
        elif anchor.status == "elsewhere" and anchor.passage:
            where = f"section {anchor.passage.section} (line {anchor.line}), not in section {anchor.clause.section}"
            yield {"severity": "low", "what": f"clause {anchor.clause.id}: its anchor stands in {where}"}
    for term in found.terms:
        if not term.rules:
            what = f'line {term.term.line}, section {term.term.section}: no rule covers the promised term "{term.term.words}"'
            yield {"severity": "high", "what": what}
    for rule in found.rules:
        if rule.status == "not held":
            what = f"rule {rule.rule.id}: the text of clause {rule.rule.clause} doesn't hold its term {rule.rule.period}"
            yield {"severity": policy.codes[rule.rule.code].severity, "what": what}


def _version_defects(policy: Policy, text: PolicyText | None, found: Trace | None) -> Iterator[dict[str, Any]]:
    """A text that is no version on file, and versions without a hash; for policies that define these codes."""
    if text is not None and found is not None and found.version is None:
        dated = f", dated {text.dated.isoformat()}," if text.dated else ""
        yield from _own(
            policy, "POL-VERSION-STALE", "head of the text", f"the text{dated} has the hash of no version on file: {text.sha256}"
        )
    for version in policy.versions:
        if version.text_sha256 is None:
            yield from _own(policy, "POL-VERSION-META", f"version {version.id}", "no hash of the version's text is on file")


def _own(policy: Policy, code: str, place: str, defect: str) -> Iterator[dict[str, Any]]:
    if code in policy.codes:
        known = policy.codes[code]
        line = {"code": code, "severity": known.severity, "place": place, "lines": [], "status": "found", "defect": defect}
        yield line | {"treatment": known.remediation}
