"""What GitHub Actions shows: annotations on the lines that bind a source, and a summary of the step in Markdown."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.errors import UsageError
from houdbaar.gates.words import compared, headline, place_of, title, told, told_expectation
from houdbaar.policy.words import counted

if TYPE_CHECKING:
    from houdbaar.gates.places import Place, Places
    from houdbaar.gates.verdict import Issue, Verdict
    from houdbaar.policy.model import Policy

MOST_A_LEVEL = 10  # a step shows no more warnings and no more errors than this, a job 50 of all kinds
MOST_SUMMARY = 1024 * 1024  # bytes; a larger one is refused whole
_MOST_ROWS = 50
_MARKS = {"error": "🔴 fails", "warning": "🟡 warns", "note": "⚪ noted"}


def workflow_commands(verdict: Verdict, policy: Policy, places: Places) -> list[str]:
    """Workflow commands, errors first, at most ten errors and ten warnings; the last one of a level says how many there are more."""
    errors = [_command("error", places.of("", ""), "could not be audited", problem) for problem in verdict.problems]
    errors += [_command("error", places.of_suite(outcome), outcome.name, told_expectation(outcome)) for outcome in verdict.broken]
    if not verdict.records_judged:
        errors.append(_command("error", places.of("", ""), "nothing was audited", "no check judged any record"))
    warnings: list[str] = []
    for issue in verdict.shown:
        line = _command(issue.level, places.of(issue.code, issue.source), title(issue), told(issue, policy))
        (errors if issue.level == "error" else warnings).append(line)
    for outcome in verdict.expectations:
        level = verdict.level_of(outcome)
        if outcome.success is False and level != "note":
            place = places.of_suite(outcome)
            line = _command(level, place, f"{place_of(outcome)}: {outcome.name}", told_expectation(outcome))
            (errors if level == "error" else warnings).append(line)
    return [*_few("error", errors), *_few("warning", warnings)]


def _few(level: str, lines: Sequence[str]) -> list[str]:
    if len(lines) <= MOST_A_LEVEL:
        return list(lines)
    shown = MOST_A_LEVEL - 1
    return [*lines[:shown], f"::{level} title=Houdbaar::and {len(lines) - shown} more: see the summary of this step"]


def _command(level: str, place: Place, heading: str, text: str) -> str:
    return f"::{level} file={_property(place.file)},line={place.line},title={_property(heading)}::{_data(text)}"


def _data(text: str) -> str:
    """What would end or begin a workflow command is written as its number."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(verdict: Verdict, policy: Policy) -> str:
    """The verdict as Markdown: a line, a table of what fails and what warns, and what was not tested."""
    run = verdict.summary["run"]
    parts = [
        f"## Houdbaar: {_cell(headline(verdict))}",
        f"As of {run['as_of']}, {_cell(policy.title)}, version {_cell(str(run['policy_version']))}; "
        f"{counted(verdict.records_judged, 'record')} judged.",
    ]
    parts += [_cell(said)] if (said := compared(verdict)) else []
    if verdict.problems:
        parts.append("**Could not be audited**\n\n" + "\n".join(f"- {_cell(problem)}" for problem in verdict.problems[:_MOST_ROWS]))
    parts += [*_issue_table(verdict.shown), *_expectation_table(verdict), *_not_tested(verdict)]
    text = "\n\n".join(parts) + "\n"
    return text if len(text.encode()) < MOST_SUMMARY // 2 else text.encode()[: MOST_SUMMARY // 2].decode(errors="ignore") + "\n\n…\n"


def _issue_table(shown: Sequence[Issue]) -> list[str]:
    if not shown:
        return []
    rows = [
        f"| {_MARKS[issue.level]} | {issue.severity} | `{issue.code}` | {_cell(issue.place)} | {issue.counting_records:,} | "
        f"{_cell(issue.reason or ', '.join(verdict.lower() for verdict in issue.verdicts))} |"
        for issue in shown[:_MOST_ROWS]
    ]
    table = "\n".join(["| gate | severity | code | source | records | why |", "|---|---|---|---|---:|---|", *rows])
    more = [f"and {len(shown) - _MOST_ROWS:,} more: see `findings.parquet`"] if len(shown) > _MOST_ROWS else []
    return [table, *more]


def _expectation_table(verdict: Verdict) -> list[str]:
    rows = [
        f"| {_MARKS[verdict.level_of(outcome)] if outcome.success is False else '⚫ not run'} | {_cell(place_of(outcome))} | "
        f"{_cell(outcome.name)} | {_cell(told_expectation(outcome))} |"
        for outcome in verdict.outcomes
        if outcome.is_broken or (outcome.success is False and outcome.code is None)
    ]
    if not rows:
        return []
    head = ["| gate | suite | expectation | outcome |", "|---|---|---|---|"]
    more = [f"and {len(rows) - _MOST_ROWS:,} more: see `validations.json`"] if len(rows) > _MOST_ROWS else []
    return ["\n".join([*head, *rows[:_MOST_ROWS]]), *more]


def _not_tested(verdict: Verdict) -> list[str]:
    codes = verdict.untested
    idle = sum(outcome.success is None and not outcome.is_broken for outcome in verdict.outcomes)
    said = [f"{counted(len(codes), 'check')} as a whole: {', '.join(f'`{code}`' for code in codes)}"] if codes else []
    said += [f"{counted(idle, 'expectation')} with nothing to look at"] if idle else []
    return [f"**Not tested** (neither good nor bad: nobody looked): {'; '.join(said)}."] if said else []


def _cell(text: str) -> str:
    """Text that is no Markdown, no HTML and stays in its cell."""
    for mark in "\\`*_[]|~#":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split())


def add_to_summary(text: str) -> bool:
    """Add the text to the step's summary, if GitHub Actions runs this step. Raises UsageError where it can't be written.

    The file is the step's, and what others wrote there stays; where no room is left, nothing is added (False).
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return False
    file = Path(name)
    try:
        size = file.stat().st_size if file.exists() else 0
        if size + len(text.encode()) > MOST_SUMMARY:
            return False
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"GITHUB_STEP_SUMMARY {file} can't be written ({error.strerror})") from None
    return True
