"""What a command's errors look like to people and to scripts: one message, one exit code, no personal value."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import ParamSpec

import typer

from houdbaar.errors import AuditError

INTERNAL = 4
INTERRUPTED = 130  # 128 + SIGINT, as shells report it
PIPE_CLOSED = 141  # 128 + SIGPIPE: `houdbaar findings | head` is no failure of ours

P = ParamSpec("P")


def guarded(body: Callable[P, int]) -> Callable[P, None]:
    """Wrap a command: what it returns is its exit code; what it raises is told in one message and becomes one."""

    @functools.wraps(body)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = body(*args, **kwargs)
            sys.stdout.flush()  # here, where a closed pipe can still be told from a bug
        except typer.Exit:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last stop: all that is left is told here
            code = tell(error)
        raise typer.Exit(code)

    return command


def tell(error: BaseException) -> int:
    """Say on standard error what went wrong, and give the exit code for it."""
    if isinstance(error, BrokenPipeError):
        # Python flushes standard output once more at exit: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    if os.environ.get("HOUDBAAR_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, AuditError):
        typer.echo(f"houdbaar: {error}", err=True)
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        typer.echo("houdbaar: interrupted", err=True)
        return INTERRUPTED
    typer.echo(_bug(error), err=True)
    return INTERNAL


def _bug(error: BaseException) -> str:
    # The type's name only: messages of libraries quote values and whole lines.
    return (
        f"houdbaar: internal error: {type(error).__name__}. This is a bug in Houdbaar; please report the command and this line.\n"
        "  HOUDBAAR_DEBUG=1 shows where it happened. That text may hold personal data: look through it before you share it."
    )
