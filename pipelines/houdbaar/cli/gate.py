"""`houdbaar gate`: runs the gate with a progress line, says its verdict to people, programs and GitHub, and gives the exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.cli.answer import console
from houdbaar.cli.audit import progress
from houdbaar.gate import Gate, GateRequest, run_gate
from houdbaar.gates.words import compared, headline, place_of, told_expectation
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from houdbaar.gates.verdict import Verdict

_MOST_LINES = 40
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def gate(folder: Path, request: GateRequest, output_format: str, *, is_github: bool) -> int:
    """Run the gate; gives the exit code of design section 7."""
    if request.data_docs is not None:
        typer.echo("warning: GX's Data Docs load scripts and styles from other hosts when they are opened", err=True)
    with progress() as tick:
        done = run_gate(Workspace(folder), request, tick)
    for notice in done.audit.notices:
        typer.echo(f"note: {notice}", err=True)
    if is_github:
        _tell_github(done, to_errors=output_format == "json")
    if output_format == "json":
        typer.echo(json.dumps(as_json(done), ensure_ascii=False, indent=1))
    else:
        _print(done, console())
    return done.verdict.exit_code


def as_json(done: Gate) -> dict[str, Any]:
    """The verdict for programs."""
    verdict = done.verdict
    return {
        "exit_code": verdict.exit_code,
        "verdict": headline(verdict),
        "as_of": verdict.summary["run"]["as_of"],
        "fail_on": verdict.rules.fail_on,
        "ratchet": None if verdict.rules.baseline is None else {"as_of": verdict.rules.baseline.as_of},
        "folder": str(done.audit.folder),
        "records_judged": verdict.records_judged,
        "problems": list(verdict.problems),
        "issues": [
            {
                "level": issue.level,
                "severity": issue.severity,
                "code": issue.code,
                "clauses": list(issue.clauses),
                "source": issue.source,
                "entity": issue.entity,
                "reason": issue.reason,
                "findings": issue.findings,
                "records": issue.records,
                "counting": issue.counting,
                "states": dict(issue.states),
            }
            for issue in verdict.issues
        ],
        "expectations": _expectation_counts(verdict),
        "failed_expectations": [
            {"level": verdict.level_of(outcome), "suite": outcome.suite, "source": outcome.source, "expectation": outcome.name}
            for outcome in verdict.expectations
            if outcome.success is False
        ],
        "not_run": [{"suite": each.suite, "source": each.source, "expectation": each.name, "why": each.why} for each in verdict.broken],
    }


def _expectation_counts(verdict: Verdict) -> dict[str, int]:
    """Of those that don't just say again what the findings say; `idle` had nothing to look at."""
    ended = [outcome.success for outcome in verdict.expectations]
    idle = sum(outcome.success is None and not outcome.is_broken for outcome in verdict.expectations)
    return {"passed": ended.count(True), "failed": ended.count(False), "idle": idle, "not_run": len(verdict.broken)}


def _tell_github(done: Gate, *, to_errors: bool) -> None:
    """Annotations go where GitHub reads them and no program is disturbed; the summary only where a step has one."""
    from houdbaar.gates.github import add_to_summary, markdown, workflow_commands

    for line in workflow_commands(done.verdict, done.policy, done.places):
        typer.echo(line, err=to_errors)
    if not add_to_summary(markdown(done.verdict, done.policy)):
        typer.echo("no summary of the step was written: GITHUB_STEP_SUMMARY is not set, or has no room left", err=True)


def _print(done: Gate, out: Console) -> None:
    from rich.markup import escape

    verdict = done.verdict
    style = "bold green" if verdict.exit_code == 0 else "bold red"
    for problem in verdict.problems:
        out.print(f"[red]could not be audited:[/red] {escape(problem)}")
    out.print(f"[{style}]{escape(headline(verdict))}[/{style}] (as of {verdict.summary['run']['as_of']})", highlight=False)
    if (said := compared(verdict)) is not None:
        out.print(escape(said), highlight=False)
    _print_issues(verdict, out)
    _print_expectations(verdict, out)
    if verdict.untested:
        said = f"{len(verdict.untested)} checks as a whole; neither good nor bad: nobody looked"
        out.print(f"[bold]Not tested[/bold]: {said}", highlight=False)
    out.print(f"Written to {escape(str(done.audit.folder))} (not recorded)", highlight=False, soft_wrap=True)


def _print_issues(verdict: Verdict, out: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    shown = verdict.shown
    if not shown:
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("gate", "severity", "code"):
        table.add_column(name, no_wrap=True)
    table.add_column("source and reason", overflow="fold")
    table.add_column("records", justify="right", no_wrap=True)
    for issue in shown[:_MOST_LINES]:
        why = issue.reason or ", ".join(issue.verdicts).lower()
        gate_says = "fails" if issue.level == "error" else "warns"
        cells = (gate_says, issue.severity, issue.code, f"{issue.place}\n{why}")
        table.add_row(*map(escape, cells), f"{issue.counting_records:,}", style=_STYLES[issue.level])
    out.print(table)
    if len(shown) > _MOST_LINES:
        out.print(f"and {len(shown) - _MOST_LINES:,} more: --format json lists them all", highlight=False)
    excused = sum(issue.is_excused for issue in verdict.issues)
    if excused:
        out.print(f"{excused:,} more are accepted or known already", style="dim", highlight=False)


def _print_expectations(verdict: Verdict, out: Console) -> None:
    from rich.markup import escape

    counts = _expectation_counts(verdict)
    said = ", ".join(
        (
            f"{counts['passed']:,} as expected",
            f"{counts['failed']:,} not",
            f"{counts['idle']:,} with nothing to look at",
            f"{counts['not_run']:,} not run",
        )
    )
    out.print(f"[bold]Expectations[/bold]: {said}", highlight=False)
    for outcome in verdict.broken:
        out.print(
            f"  [red]not run[/red] {escape(place_of(outcome))}: {escape(outcome.name)}: {escape(told_expectation(outcome))}",
            highlight=False,
        )
    failed = [outcome for outcome in verdict.expectations if outcome.success is False]
    failed.sort(key=lambda outcome: ("error", "warning", "note").index(verdict.level_of(outcome)))
    for outcome in failed[:_MOST_LINES]:
        level = verdict.level_of(outcome)
        said = f"{place_of(outcome)}: {outcome.name}: {told_expectation(outcome)}"
        out.print(f"  {'fails' if level == 'error' else level} {escape(said)}", style=_STYLES[level], highlight=False)
    if len(failed) > _MOST_LINES:
        out.print(f"  and {len(failed) - _MOST_LINES:,} more: see validations.json", highlight=False)
