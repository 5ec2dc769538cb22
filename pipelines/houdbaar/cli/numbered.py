"""Which request a command is about: its number, as the first word after the command or as `--request-id`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer

from houdbaar.cli.registers import text_option
from houdbaar.errors import UsageError

_ARGUMENT = Annotated[str | None, typer.Argument(metavar="REQUEST_ID", help="Number of the request.", show_default=False)]
_OPTION = Annotated[str | None, text_option("--request-id", "The same as an option.", "ID")]


def with_request_id(body: Callable[..., int]) -> Callable[..., int]:
    """Give a command both ways to name a request. The body takes its number as the keyword `request_id`."""

    @functools.wraps(body)
    def command(**options: Any) -> int:
        return body(request_id=_number(options.pop("number"), options.pop("request_id")), **options)

    hints = {"number": _ARGUMENT, **get_type_hints(body, include_extras=True), "request_id": _OPTION}
    command.__annotations__ = hints
    own = {name: each.default for name, each in inspect.signature(body).parameters.items()}
    together = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[name])
        for name, default in {"number": None, **own, "request_id": None}.items()
    ]
    command.__signature__ = inspect.Signature(together, return_annotation=int)  # type: ignore[attr-defined]
    return command


def _number(argument: str | None, option: str | None) -> str:
    given = {text.strip() for text in (argument, option) if text is not None and text.strip()}
    if len(given) != 1:
        what = "two requests are named: give one of them" if given else "no request is named: give its number, such as DSR-1"
        raise UsageError(f"{what}\n  `houdbaar request list` shows the numbers")
    return given.pop()
