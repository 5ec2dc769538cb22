"""JSON with every number as the text it was written in, and what the start of a JSON file says about its shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

SPACE = " \t\r\n"
# Beside its records an API's answer says how many there are and where the next page is; a record says neither.
_ENVELOPE = frozenset(
    "total_items total_count totalCount totalRows total_rows total_pages has_more hasMore next next_page next_url nextPageToken "
    "next_page_token offset page paging pagination meta".split()
)
_HEAD_LINES = 20


class Number(str):
    """A JSON number (or NaN) as it was written: 9007199254740993 survives, and it is told apart from a string."""

    __slots__ = ()


DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)


def loads(text: str) -> Any:
    """One JSON value. Raises ValueError (its message quotes nothing from the text, but isn't shown either)."""
    try:
        return DECODER.decode(text)
    except RecursionError:
        raise ValueError from None


def nested_in(text: str) -> dict[str, Any] | list[Any] | None:
    """The object or list that an export wrote as a text; None where it is no such text."""
    if text[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def dumps(value: object) -> str:
    """Compact JSON text of a value read by `loads`, with numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(key)}:{dumps(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dumps, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def wrapped_key(value: Mapping[str, Any]) -> str | None:
    """The key under which an API's answer keeps its records: its one list of objects, beside counts and paging."""
    lists = [key for key, item in value.items() if not key.startswith("_") and _is_list_of_objects(item)]
    others = [key for key in value if not key.startswith("_") and key not in lists]
    return lists[0] if len(lists) == 1 and (not others or not _ENVELOPE.isdisjoint(others)) else None


def member_text(text: str, key: str) -> str:
    """The text of one member's value in the text of a valid object that has it."""
    at = text.index("{") + 1
    while True:
        name, at = DECODER.raw_decode(text, _skip(text, at, f"{SPACE},"))
        start = _skip(text, at, f"{SPACE}:")
        _, at = DECODER.raw_decode(text, start)
        if name == key:
            return text[start:at]


def _skip(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at


def has_objects_by_line(text: str) -> bool:
    """Whether one of the first lines is a whole JSON object by itself: then it is one record a line."""
    lines = [line.strip() for line in text.split("\n")[:_HEAD_LINES]]
    return any(_is_object(line) for line in lines if line)


def first_objects(text: str, key: str | None = None) -> list[dict[str, Any]]:
    """The whole objects at the start of a text: of an array, of a sequence, or under `key` of one object."""
    if key is not None:
        return [item for item in loads(text)[key] if isinstance(item, dict)]
    return [value for value in _values(text.lstrip(SPACE).removeprefix("[")) if isinstance(value, dict)]


def _values(text: str) -> Iterator[object]:
    at = 0
    while True:
        try:
            value, at = DECODER.raw_decode(text, _skip(text, at, f"{SPACE},"))
        except (ValueError, RecursionError):
            return
        yield value


def _is_object(line: str) -> bool:
    try:
        return line.startswith("{") and isinstance(loads(line), dict)
    except ValueError:
        return False


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
