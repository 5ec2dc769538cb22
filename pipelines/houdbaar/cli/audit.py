"""`houdbaar audit`: runs the audit with a progress line, prints its outcome, gives the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.errors import UsageError
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common


def audit(shared: Common, as_of: date, knobs: Mapping[str, object], checks: tuple[str, ...], is_replace: bool, is_future: bool) -> int:
    """Run an audit; gives the exit code of design section 7. Who would record one of a day that is still to come is asked first."""
    workspace = Workspace(shared.folder)
    is_asked = is_future and not (knobs or checks or shared.output or workspace.is_bare) and sys.stdin is not None and sys.stdin.isatty()
    if is_asked and not typer.confirm(f"Record an audit as of {as_of}? Those of earlier days are what-ifs from then on.", err=True):
        raise UsageError("not audited: give the day that is meant with --as-of, or a folder with --output to record nothing")
    with progress() as tick:
        done = workspace.audit(as_of, knobs=knobs, checks=checks, output=shared.output, replace=is_replace, tick=tick)
    for notice in done.notices:
        typer.echo(f"note: {notice}", err=True)
    if done.summary_json["knobs"].get("marketing.opens") == "all":
        typer.echo("warning: marketing.opens=all counts every open, also those that mail programs make by themselves", err=True)
    if shared.format == "json":
        answer: dict[str, Any] = {"folder": str(done.folder), "problems": list(done.problems), **done.summary_json}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        from houdbaar.cli.answer import console
        from houdbaar.cli.outcome import print_audit

        print_audit(done, workspace.policy, console(), shared.folder)
    return done.exit_code(shared.fail_on)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on standard error that says what is being done, when that is a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TimeElapsedColumn(), BarColumn(bar_width=20), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda what: bar.update(task, description=what[:80])
