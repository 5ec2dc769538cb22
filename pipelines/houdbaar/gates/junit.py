"""JUnit XML, as Jenkins, GitLab and others read it (the grammar of Jenkins' junit-10.xsd): what was not tested is skipped, never green."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from houdbaar.gates.verdict import NOT_TESTED
from houdbaar.gates.words import listed, place_of, told, told_expectation
from houdbaar.policy.words import counted

if TYPE_CHECKING:
    from houdbaar.gates.expectation import Outcome
    from houdbaar.gates.verdict import Issue, Verdict
    from houdbaar.policy.model import Policy

# What XML 1.0 can't hold, whatever is written for it: control characters, half characters, and two that are none.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Case:
    """One test: `kind` is passed, skipped, failure or error."""

    group: str
    name: str
    kind: str
    message: str = ""
    said: str = ""


def junit(verdict: Verdict, policy: Policy) -> str:
    """The verdict as JUnit XML: a suite for the audit itself, one for each source, and one for each suite of expectations."""
    suites: dict[str, list[_Case]] = {"audit": [_audited(verdict), *_problems(verdict)]}
    for case in (*_findings(verdict, policy), *_expectations(verdict)):
        suites.setdefault(case.group, []).append(case)
    root = ET.Element("testsuites", _attributes("houdbaar gate", [case for cases in suites.values() for case in cases]))
    del root.attrib["skipped"]  # which the grammar has on a suite alone
    for name, cases in suites.items():
        suite = ET.SubElement(root, "testsuite", _attributes(name, cases))
        for case in cases:
            suite.append(_element(case))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _attributes(name: str, cases: Sequence[_Case]) -> dict[str, str]:
    kinds = [case.kind for case in cases]
    counts = {"tests": len(kinds), "failures": kinds.count("failure"), "errors": kinds.count("error"), "skipped": kinds.count("skipped")}
    return {"name": _clean(name), **{key: str(count) for key, count in counts.items()}, "time": "0"}


def _element(case: _Case) -> ET.Element:
    """The case; `time` is always 0, as the same audit gives the same bytes."""
    attributes = {"classname": _clean(f"houdbaar.{case.group}"), "name": _clean(case.name), "time": "0"}
    element = ET.Element("testcase", attributes)
    if case.kind != "passed":
        outcome = ET.SubElement(element, case.kind, {"message": _clean(case.message)})
        if case.kind != "skipped":
            outcome.set("type", case.name.split()[0])
        outcome.text = _clean(case.said or case.message)
    elif case.said:
        ET.SubElement(element, "system-out").text = _clean(case.said)
    return element


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _audited(verdict: Verdict) -> _Case:
    if not verdict.records_judged:
        return _Case("audit", "records judged", "error", "no check judged any record: nothing was audited")
    return _Case("audit", "records judged", "passed", said=counted(verdict.records_judged, "record"))


def _problems(verdict: Verdict) -> list[_Case]:
    return [_Case("audit", f"readable: {problem.partition(': ')[0]}", "error", problem) for problem in verdict.problems]


def _findings(verdict: Verdict, policy: Policy) -> Iterable[_Case]:
    """One case a code, source and entity that the audit has an obligation for, or that something was found of."""
    found: dict[tuple[str, str | None, str | None], list[Issue]] = {}
    for issue in verdict.issues:
        found.setdefault((issue.code, issue.source, issue.entity), []).append(issue)
    lacking: dict[tuple[str, str | None, str | None], list[str]] = {key: [] for key in found}
    notes: dict[tuple[str, str | None, str | None], dict[str, None]] = {}
    for item in verdict.summary["obligations"]:
        key = (item["code"], item["source"], item["entity"])
        reasons = lacking.setdefault(key, [])
        if item["not_tested_reason"] and item["not_tested_reason"] not in reasons:
            reasons.append(item["not_tested_reason"])
        if item["note"]:
            notes.setdefault(key, {})[item["note"]] = None
    for key in sorted(lacking, key=lambda key: (key[1] or "", key[0], key[2] or "")):
        code, source, entity = key
        name, group = " ".join(filter(None, (code, entity))), source or "promises"
        yield _finding_case(group, name, found.get(key, []), lacking[key], [*notes.get(key, ())], policy)


def _finding_case(group: str, name: str, mine: Sequence[Issue], lacking: Sequence[str], notes: Sequence[str], policy: Policy) -> _Case:
    said = "\n".join([*(f"{issue.level} ({issue.severity}): {told(issue, policy)}" for issue in mine), *notes])
    failing = [issue for issue in mine if issue.level == "error"]
    if failing:
        count = sum(issue.counting_records for issue in failing)
        return _Case(
            group, name, "failure", f"{failing[0].severity}: {counted(count, 'record')}: {policy.codes[failing[0].code].meaning}", said
        )
    undecided = [issue for issue in mine if issue.code == NOT_TESTED]
    reasons = [*lacking, *(issue.reason for issue in undecided if issue.reason)]
    if reasons:
        return _Case(group, name, "skipped", f"not tested: {listed(reasons)}", said)
    return _Case(group, name, "passed", said=said)


def _expectations(verdict: Verdict) -> Iterable[_Case]:
    for outcome in verdict.outcomes:
        yield _expectation_case(outcome, verdict)


def _expectation_case(outcome: Outcome, verdict: Verdict) -> _Case:
    group, said = f"expectations.{place_of(outcome)}", told_expectation(outcome)
    if outcome.success is None:
        return _Case(group, outcome.name, "error" if outcome.is_broken else "skipped", said)
    if outcome.success:
        return _Case(group, outcome.name, "passed")
    if verdict.level_of(outcome) == "error":
        return _Case(group, outcome.name, "failure", said)
    return _Case(group, outcome.name, "passed", said=f"{verdict.level_of(outcome)}: {said}")
