"""How a command gives its answer: text or JSON on standard output, in a file as well when asked, and an exit code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.errors import UsageError
from houdbaar.policy.words import reaches

if TYPE_CHECKING:
    from rich.console import Console

    from houdbaar.cli.options import Common

FOUND = 1


def console() -> Console:
    """A console that leaves a closed pipe to the command's guard: rich alone would end with 1, 'findings at or above the level'."""
    from rich.console import Console

    class PipedConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return PipedConsole()


def answer(name: str, data: Mapping[str, Any], text: str, shared: Common, severities: Iterable[str] = ()) -> int:
    """Print the answer, write it to `<output>/<name>.json` or `.txt` where `--output` is given; gives the exit code.

    `severities` are those of the findings in the answer, for `--fail-on`. Raises UsageError when the file can't be written.
    """
    written = json.dumps(data, indent=2, ensure_ascii=False) if shared.format == "json" else text.rstrip("\n")
    typer.echo(written)
    if shared.output is not None:
        file = shared.output / f"{name}.{'json' if shared.format == 'json' else 'txt'}"
        try:
            shared.output.mkdir(parents=True, exist_ok=True)
            file.write_text(written + "\n", encoding="utf-8")
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else type(error).__name__
            raise UsageError(f"{file} can't be written: {why}\n  choose another --output") from None
    return FOUND if reaches(severities, shared.fail_on) else 0
