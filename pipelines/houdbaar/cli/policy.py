"""`houdbaar policy show | check | coverage`: what they answer, as data and as text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.checks.obligations import OTHER_KIND
from houdbaar.cli.columns import columns, fed_by, listing
from houdbaar.errors import UsageError
from houdbaar.exports.entities import RECORDS
from houdbaar.policy.words import ALL

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy

_RULE_COLUMNS = (
    ("RULE", "rule"),
    ("CLAUSE", "clause"),
    ("ENTITY", "entity"),
    ("TRIGGER", "trigger"),
    ("TERM", "term"),
    ("LAST DAY", "boundary"),
    ("SEVERITY", "severity"),
    ("ACTION", "action"),
)
_WITHOUT_CODES = {"manual": "by a person", "none": "not checked"}
_RESULTS = {
    "fail": "FAIL",
    "undetermined": "undetermined",
    "not_tested": "not tested",
    "pass": "pass",
    "manual": "manual control",
    None: "-",
}


def show(policy: Policy) -> dict[str, Any]:
    """The policy in short."""
    from houdbaar.policy.describe import overview

    return overview(policy)


def render_show(data: dict[str, Any]) -> str:
    """The policy in short, as text."""
    versions = [(each["id"], each["effective_from"], _short(each["text_sha256"])) for each in data["versions"]]
    changed = [(name, json.dumps(value, ensure_ascii=False)) for name, value in data["changed_knobs"].items()]
    parts = [
        f"{data['policy']}: {data['title']}",
        columns(("VERSION", "IN FORCE FROM", "TEXT"), versions),
        columns(tuple(heading for heading, _ in _RULE_COLUMNS), [tuple(rule[key] for _, key in _RULE_COLUMNS) for rule in data["rules"]]),
        f"{_counted(data['clauses'])}\n{len(data['codes'])} codes, {len(data['knobs'])} knobs{'' if changed else ', all at their default'}",
        columns(("CHANGED KNOB", "VALUE"), changed) if changed else "",
        "houdbaar policy coverage   which clause is checked by what\nhoudbaar explain CODE      what a code means, and what bears on it",
    ]
    return "\n\n".join(part for part in parts if part)


def _counted(clauses: list[dict[str, Any]]) -> str:
    checks = Counter(clause["check"] for clause in clauses)
    return f"{len(clauses)} clauses: {checks['codes']} checked by codes, {checks['manual']} by a person, {checks['none']} not at all"


def _short(digest: str | None) -> str:
    return f"sha256 {digest[:12]}…" if digest else "no hash on file"


def check(policy: Policy, text: Path | None = None) -> dict[str, Any]:
    """What is wrong between policy file, policy text and settings. Raises UsageError when the text can't be read."""
    from houdbaar.policy.passages import read_policy_text
    from houdbaar.policy.report import check_report

    return check_report(policy, None if text is None else read_policy_text(text), None if text is None else str(text))


def check_severities(data: dict[str, Any]) -> list[str]:
    """The severities of what parts file and text, for `--fail-on`; flaws of the text itself are none: nobody here can mend them."""
    return [problem["severity"] for problem in data["problems"]]


def render_check(data: dict[str, Any]) -> str:
    """What `check` found, as text."""
    counts = ", ".join(f"{number} {noun if number != 1 else noun[:-1]}" for noun, number in data["counts"].items())
    parts = [f"{data['origin']}: {counts}; well-formed", _render_text(data), _render_problems(data), _render_defects(data["defects"])]
    return "\n\n".join(part for part in parts if part)


def _render_text(data: dict[str, Any]) -> str:
    text = data["text"]
    if text is None:
        return "The policy's text was not looked at: give it with --text FILE."
    version = f"version {text['version']}" if text["version"] else "no version on file"
    found = sum(anchor["status"] == "found" for anchor in data["anchors"])
    terms = [(term["line"], term["section"], term["words"], ", ".join(term["rules"]) or "NO RULE") for term in data["terms"]]
    return "\n\n".join(
        [
            f"{text['file']}: {version}; {found} of {len(data['anchors'])} clauses stand where they should",
            columns(("LINE", "SECTION", "PROMISED TERM", "RULES"), terms) if terms else "The text promises no term.",
        ]
    )


def _render_problems(data: dict[str, Any]) -> str:
    if data["problems"]:
        return columns(("SEVERITY", "FILE AND TEXT DISAGREE"), [(each["severity"], each["what"]) for each in data["problems"]])
    return "Every clause has its place, every term its rule, every rule its term." if data["text"] else ""


def _render_defects(defects: list[dict[str, Any]]) -> str:
    shown = [each for each in defects if each["status"] not in ("gone", "settled")]
    blocks = []
    for each in shown:
        lines = f", line {listing(each['lines'])}" if each["lines"] else ""
        note = "" if each["status"] == "found" else f" ({each['status']})"
        blocks.append(f"{each['code']}  {each['severity']}  in {each['place']}{lines}{note}\n  {each['defect']}\n  → {each['treatment']}")
    left_out = Counter(each["status"] for each in defects if each not in shown)
    if left_out:
        blocks.append(f"Not shown: {left_out['settled']} settled by a knob, {left_out['gone']} that the text no longer has.")
    return "\n".join(["Flaws of the policy's text (for legal review; they fail no audit):", *(blocks or ["none"])])


def coverage(policy: Policy, summary: Path | None = None) -> dict[str, Any]:
    """Every clause with its check and last result; `summary` is a summary.json or a run's folder. Raises UsageError."""
    from houdbaar.policy import describe

    if summary is None:
        return {"run": None, **describe.coverage(policy)}
    run = summary if summary.is_dir() else summary.parent
    return {"run": run.name, **describe.coverage(policy, _of_own_kind(policy, _obligations(summary)))}


def _of_own_kind(policy: Policy, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same lines, but a check of every export that saw none of a clause's kind of data (C-23-3: contacts) tells nothing good of it."""

    def is_own(line: dict[str, Any]) -> bool:
        clause, code, entity = (
            policy.clauses.get(str(line.get("clause"))),
            policy.codes.get(str(line.get("code"))),
            str(line.get("entity")),
        )
        if clause is None or code is None or ALL in clause.category or ALL not in code.reads:
            return True
        return entity in RECORDS and clause.is_about(RECORDS[entity].category)

    seen = {(line.get("clause"), line.get("code")) for line in lines if is_own(line)}
    return [
        line
        if (line.get("clause"), line.get("code")) in seen or line.get("not_tested_reason")
        else {**line, "not_tested_reason": OTHER_KIND}
        for line in lines
    ]


def _obligations(summary: Path) -> list[dict[str, Any]]:
    path = summary / "summary.json" if summary.is_dir() else summary
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["obligations"]
    except OSError as error:
        raise UsageError(f"{path}: the run's summary can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(line, dict) for line in found):
        raise UsageError(f"{path}: this is no summary of a run: it has no obligations\n  name the summary.json that an audit wrote")
    return found


def render_coverage(data: dict[str, Any]) -> str:
    """The clauses one by one: promise, last result, what checks it; and how many are checked how."""
    clauses = data["clauses"]
    rows: list[tuple[str, str, str, str]] = []
    for each in clauses:
        checked_by = f"{', '.join(each['codes'])} (from {fed_by(each['entities'])})"
        rows.append((each["id"], each["severity"], _RESULTS[each["last_result"]], each["duty"]))
        rows.append(("", "", "", "  " + (checked_by if each["codes"] else f"{_WITHOUT_CODES[each['check']]}: {each['reason']}")))
    parts = [columns(("CLAUSE", "SEVERITY", "LAST RESULT", "PROMISE, AND WHAT CHECKS IT"), rows), _counted(clauses)]
    if data.get("run"):
        parts.append(f"The last result is that of the run {data['run']}. A pass is about the exports that it read, and about no others.")
    return "\n\n".join(parts)
