"""Letters from templates: Markdown, in which a value can never be more than text."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from houdbaar.resources import package_text

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_SIGNS = re.compile(r"([\\`*_\[\]<>|~&{}])")
_START = re.compile(r"^(\s*)([#>+=-]|\d+[.)])")
_LINK = re.compile(r"(?i)\b(https?|ftp):(?=//)|\bwww\.")
_BLANK_LINES = re.compile(r"\n{3,}")


class Markdown(str):
    """Text that is Markdown already: the words of our own letters."""

    __slots__ = ()


def safe(value: object) -> str:
    """A value as plain text in Markdown: one line, no emphasis, link, list, heading or HTML comes of it."""
    if isinstance(value, Markdown):
        return value
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
    text = _LINK.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", _SIGNS.sub(r"\\\1", text))
    return _START.sub(
        lambda match: f"{match[1]}\\{match[2]}" if not match[2][0].isdigit() else f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", text
    )


def render(template: str, values: Mapping[str, Any], filters: Mapping[str, Callable[..., object]]) -> str:
    """A letter: the template of this name with these values, without more than one blank line in a row."""
    made = _template(template, filters)
    return tidied(made.render(values))


def block_texts(template: str, values: Mapping[str, Any], filters: Mapping[str, Callable[..., object]]) -> dict[str, str]:
    """What each block of a template says, without its heading: '' where it says nothing."""
    made = _template(template, filters)
    context = made.new_context(dict(values))
    texts = {name: tidied("".join(block(context))) for name, block in sorted(made.blocks.items())}
    return {name: re.sub(r"^##.*$", "", text, flags=re.MULTILINE).strip() for name, text in texts.items()}


def tidied(text: str) -> str:
    """Text with single blank lines and one line end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip() + "\n"


def _template(name: str, filters: Mapping[str, Callable[..., object]]) -> Template:
    environment = _environment()
    environment.filters.update(filters)
    return environment.get_template(name)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(lambda name: package_text(f"subjects/letters/{name}")),
        autoescape=False,  # noqa: S701 - Markdown, not HTML: `safe` takes every value through its own escape
        finalize=safe,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
