"""Options that say who somebody is: one for each kind of identifier, each of them repeatable."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_type_hints

import typer

from houdbaar.exports.entities import IDENTIFIERS

People = Mapping[str, list[str]]
"""What was given: values by kind of identifier."""


def with_identifiers(body: Callable[..., int]) -> Callable[..., int]:
    """Give a command an option for each kind of identifier. The body takes them together, as the keyword `people`."""

    @functools.wraps(body)
    def command(*arguments: Any, **options: Any) -> int:
        people = {kind: values for kind in IDENTIFIERS if (values := options.pop(kind))}
        return body(*arguments, people=people, **options)

    own = {name: each for name, each in inspect.signature(body).parameters.items() if name != "people"}
    added = {kind: inspect.Parameter(kind, inspect.Parameter.KEYWORD_ONLY, default=None) for kind in IDENTIFIERS}
    hints = get_type_hints(body, include_extras=True)
    hints |= {kind: Annotated[list[str] | None, _option(kind)] for kind in IDENTIFIERS}
    command.__annotations__ = {name: hint for name, hint in hints.items() if name != "people"}
    together = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name]) for name, each in {**own, **added}.items()]
    command.__signature__ = inspect.Signature(together, return_annotation=int)  # type: ignore[attr-defined]
    return command


def option_name(kind: str) -> str:
    """The option of a kind, as it is typed: --customer-id."""
    return f"--{kind.replace('_', '-')}"


def _option(kind: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(
        option_name(kind), metavar="VALUE", help="Identifier that the person gave; repeatable.", show_default=False
    )
    return found
