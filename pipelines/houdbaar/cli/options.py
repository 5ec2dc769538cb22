"""What all commands share: options, the folder they mean, dates and knobs as typed on the command line."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from houdbaar.errors import UsageError
from houdbaar.policy.calendar import day_of_judgement

Format = Literal["text", "json"]
FailLevel = Literal["info", "low", "medium", "high", "critical", "never"]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="DIR", help="Workspace, or a folder of exports. [default: the current folder]", show_default=False),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Day to audit for. [default: last day of the previous month]", show_default=False),
]
FormatOption = Annotated[Format, typer.Option("--format", help="Tables for people, JSON for programs.")]
OutputOption = Annotated[Path | None, typer.Option("--output", metavar="DIR", help="Folder to write to.", show_default=False)]
FailOnOption = Annotated[
    FailLevel, typer.Option("--fail-on", help="Exit with 1 when a finding is at least this severe.", metavar="SEVERITY|never")
]


@dataclass(frozen=True, slots=True)
class Common:
    """The options that every command takes."""

    folder: Path
    """The workspace, or a bare folder of exports; not checked yet."""
    format: Format
    output: Path | None
    """Folder to write to; None = where the command writes by itself."""
    fail_on: FailLevel

    def zone(self) -> str:
        """The time zone of the folder's policy."""
        from houdbaar.workspace import Workspace

        zone: str = Workspace(self.folder).policy.knob("time.zone")
        return zone


def common(option: Path | None, output_format: Format, output: Path | None, fail_on: FailLevel, argument: Path | None = None) -> Common:
    """Put the shared options together. Raises UsageError when argument and `--workspace` name two folders."""
    if option is not None and argument is not None and option.absolute() != argument.absolute():
        raise UsageError(f"two folders are given: {argument} and --workspace {option}\n  give one of them")
    return Common(argument or option or Path(), output_format, output, fail_on)


def today() -> date:
    """The date on this machine: for defaults of days and to know what is still to come, never in a verdict.

    HOUDBAAR_TODAY names another one, so that tests and replays don't hang on a clock. Raises UsageError where that is no day.
    """
    text = os.environ.get("HOUDBAAR_TODAY")
    if not text:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("HOUDBAAR_TODAY is no day: write it as year-month-day, such as 2026-10-31, or unset it") from None


def last_of_previous_month(day: date) -> date:
    """Last day of the month before the one of `day`."""
    return day.replace(day=1) - timedelta(days=1)


def as_of_date(text: str | None, now: date, zone: Callable[[], str]) -> date:
    """Local date of `--as-of`; without it the last day of the previous month, said on standard error. Raises UsageError.

    A moment with its offset means its day in the policy's time zone, for which `zone` is asked then (domain.md 2.1).
    """
    if text is None:
        chosen = last_of_previous_month(now)
        typer.echo(f"as of {chosen.isoformat()}, the last day of the previous month (--as-of DATE for another)", err=True)
        return chosen
    try:
        chosen = day_of_judgement(text, zone)
    except ValueError:
        raise UsageError(
            f"--as-of {text}: no such date\n  write it as year-month-day, such as 2026-10-31 (a moment needs its offset)"
        ) from None
    if chosen > now:
        typer.echo(f"warning: {chosen} is still to come: judged as if nothing changed until then", err=True)
    return chosen


def knob_values(pairs: list[str] | None) -> dict[str, str]:
    """`name=value` pairs of `--knob` as a mapping; the policy parses the values. Raises UsageError."""
    knobs: dict[str, str] = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--knob {pair}: a name, '=' and a value are needed\n  such as --knob marketing.opens=verified_human")
        if name.strip() in knobs:
            raise UsageError(f"--knob {name.strip()} is given twice\n  give one value")
        knobs[name.strip()] = value.strip()
    return knobs


def comma_separated(text: str | None) -> tuple[str, ...]:
    """Names from a list such as 'retention,consent'; empty when not given. Raises UsageError for a list without a name."""
    if text is None:
        return ()
    items = tuple(item.strip() for item in text.split(",") if item.strip())
    if not items:
        raise UsageError("--checks: no name is given\n  such as --checks retention,consent")
    return items
