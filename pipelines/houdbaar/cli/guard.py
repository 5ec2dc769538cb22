"""What a command's errors look like to people and to scripts: one message, one exit code, no personal value."""

from __future__ import annotations

import functools
import os
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType
from typing import ParamSpec

import typer

from houdbaar.errors import AuditError, UsageError
from houdbaar.folders import NO_ROOM

INTERNAL = 4
SIGNALLED = 128  # plus the signal's number, as shells report it: 130 for SIGINT
PIPE_CLOSED = 141  # 128 + SIGPIPE: `houdbaar findings | head` is no failure of ours

P = ParamSpec("P")


def end_cleanly() -> None:
    """Let SIGTERM and SIGHUP end the process as Ctrl-C does: what is half-written, and staged copies of exports, are removed."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` ignores one of them
            signal.signal(number, _interrupt)


def _interrupt(number: int, _: FrameType | None) -> None:
    raise KeyboardInterrupt(number)


def guarded(body: Callable[P, int]) -> Callable[P, None]:
    """Wrap a command: what it returns is its exit code; what it raises is told in one message and becomes one."""

    @functools.wraps(body)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = body(*args, **kwargs)
            if sys.stdout is not None:  # `>&-` gives a process none
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
        _silence()
        return PIPE_CLOSED
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        _silence()
        typer.echo(f"houdbaar: the output can't be written ({os.strerror(error.errno)}): make room, and do it again", err=True)
        return UsageError.exit_code
    if os.environ.get("HOUDBAAR_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, AuditError):
        typer.echo(f"houdbaar: {error}", err=True)
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        typer.echo("houdbaar: interrupted", err=True)
        # Python remembers that code given as text was interrupted (a dataclass being defined by an import), and would end `python -m` by
        # SIGINT, whatever its exit code: running any such code makes it forget.
        exec("")  # noqa: S102
        return SIGNALLED + int(error.args[0] if error.args else signal.SIGINT)
    typer.echo(_bug(error), err=True)
    return INTERNAL


def _silence() -> None:
    """Python flushes standard output once more at exit: let that go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(error: BaseException) -> str:
    # The type's name only: messages of libraries quote values and whole lines.
    return (
        f"houdbaar: internal error: {type(error).__name__}. This is a bug in Houdbaar; please report the command and this line.\n"
        "  HOUDBAAR_DEBUG=1 shows where it happened. That text may hold personal data: look through it before you share it."
    )
