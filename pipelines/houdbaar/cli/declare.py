"""How commands are declared: groups without what loads slowly, bodies that return an exit code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import typer

from houdbaar.cli.guard import guarded

Body = TypeVar("Body", bound=Callable[..., int])


def group(name: str | None = None) -> typer.Typer:
    """A group of commands. Rich help takes 0.35 s, and pretty tracebacks show local values: neither is wanted."""
    return typer.Typer(name=name, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True)


def declared(app: typer.Typer, name: str, example: str) -> Callable[[Body], Body]:
    """Register a body as a command: with an example in its help, and its errors turned into messages and exit codes."""

    def register(body: Body) -> Body:
        app.command(name, epilog=f"Example: {example}")(guarded(body))
        return body

    return register
