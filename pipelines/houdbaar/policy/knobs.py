"""Knobs: what the policy leaves open. Each has a type, and takes its value from YAML, from TOML or as text (`--knob name=value`)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from houdbaar.errors import PolicyError
from houdbaar.policy.calendar import Period, time_zone
from houdbaar.policy.words import unknown

# What a knob holds, by its type (`TYPES`): str, int, bool, timedelta, Period, tuple of str or date, dict to str or date; None when unset.
KnobValue = Any

_DURATION_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_UNSET = "no value"


@dataclass(frozen=True, slots=True)
class Knob:
    """One knob: its type, its default (parsed) and what it means. `choices` where the type is choice, or words of a closed list."""

    name: str
    type: str
    meaning: str
    default: KnobValue = None
    choices: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def parse(self, value: object) -> KnobValue:
        """The value in the knob's own type. Raises ValueError saying what is expected; the message is for people."""
        return TYPES[self.type](self, value)

    def shown(self, value: KnobValue) -> object:
        """The value as JSON can hold it: dates and durations as text, in the form that `parse` reads."""
        if self.type == "integer_or_none" and value is None:
            return "none"
        if isinstance(value, timedelta):
            return _shown_duration(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Period):
            return str(value)
        if isinstance(value, tuple):
            return [self.shown(each) for each in value]
        if isinstance(value, dict):
            return {key: self.shown(each) for key, each in sorted(value.items())}
        return value


def _expected(what: str, value: object) -> ValueError:
    shown = f'"{value}"' if isinstance(value, str) else _UNSET if value is None else str(value)
    return ValueError(f"{shown} given, {what} expected")


def _text(_: Knob, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise _expected("text", value)


def _choice(knob: Knob, value: object) -> str:
    word = str(value).lower() if isinstance(value, bool) else value
    if isinstance(word, str) and word in knob.choices:
        return word
    if isinstance(word, str) and word in knob.refused:
        raise ValueError(f'"{word}" can\'t be used: {knob.refused[word]}')
    if isinstance(word, str) and word:
        raise ValueError(unknown("choice", word, knob.choices))
    raise _expected(f"one of {', '.join(knob.choices)}", value)


def _integer(_: Knob, value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return value
    raise _expected("a whole number from 0", value)


def _integer_or_none(knob: Knob, value: object) -> int | None:
    return None if value == "none" else _integer(knob, value)


def _boolean(knob: Knob, value: object) -> bool:
    word = str(value).lower() if isinstance(value, bool) else value
    if word not in ("true", "false"):
        raise _expected("true or false", value)
    if word in knob.refused:
        raise ValueError(f'"{word}" can\'t be used: {knob.refused[str(word)]}')
    return word == "true"


def _duration(_: Knob, value: object) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([dhms])", value.strip(), re.ASCII) if isinstance(value, str) else None
    if match is None:
        raise _expected("a duration such as 24h, 30m or 2d", value)
    return timedelta(**{_DURATION_UNITS[match[2]]: int(match[1])})


def _period(knob: Knob, value: object) -> Period:
    try:
        return Period.parse(_text(knob, value))
    except PolicyError as error:
        raise ValueError(str(error)) from None


def _shown_duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _zone(knob: Knob, value: object) -> str:
    name = _text(knob, value)
    try:
        time_zone(name)
    except PolicyError as error:
        raise ValueError(str(error)) from None
    return name


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == len("YYYY-MM-DD") else "")
    except ValueError:
        raise _expected("a date (YYYY-MM-DD)", value) from None


def _month_day(knob: Knob, value: object) -> str:
    text = _text(knob, value)
    try:
        # 2001 has no leap day: a fiscal year that ends on one has no end in other years.
        return f"{_day('2001-' + text):%m-%d}"
    except ValueError:
        raise _expected("a day of every year (MM-DD)", value) from None


def _parts(value: object, what: str) -> list[object]:
    """The elements of a list, or of a text with commas; brackets around them, and quotes around each, are as other files write lists."""
    if isinstance(value, str):
        text = value.strip()
        if text[:1] + text[-1:] in ("[]", "{}"):
            text = text[1:-1]
        return [bare for part in text.split(",") if (bare := part.strip().strip('"').strip())]
    if isinstance(value, list | tuple):
        return list(value)
    raise _expected(what, value)


def _words(knob: Knob, value: object) -> tuple[str, ...]:
    words = tuple(_text(knob, part) for part in _parts(value, "a list of words"))
    wrong = [word for word in words if knob.choices and word not in knob.choices]
    if wrong:
        raise ValueError(unknown("word", wrong[0], knob.choices))
    return words


def _days(_: Knob, value: object) -> tuple[date, ...]:
    return tuple(_day(part) for part in _parts(value, "a list of dates"))


def _pairs(value: object, what: str) -> dict[str, object]:
    """The entries of a mapping, or of a text such as `a:1,b:2`."""
    if isinstance(value, dict):
        return {str(key): each for key, each in value.items()}
    if not isinstance(value, str):
        raise _expected(what, value)
    split = [str(part).partition(":") for part in _parts(value, what)]
    if any(not middle for _, middle, _ in split):
        raise _expected(what, value)
    return {key.strip(' "'): each.strip(' "') for key, _, each in split}


def _map(knob: Knob, value: object) -> dict[str, str]:
    return {key: _text(knob, each) for key, each in _pairs(value, "pairs such as a:b,c:d").items()}


def _dates(knob: Knob, value: object) -> dict[str, date]:
    """Dates by kind of data; kinds that aren't given keep their default."""
    found = {key: _day(each) for key, each in _pairs(value, "pairs such as ANA:2005-11-14").items()}
    defaults: dict[str, date] = knob.default or {}
    wrong = [key for key in found if defaults and key not in defaults]
    if wrong:
        raise ValueError(unknown("kind of data", wrong[0], defaults))
    return defaults | found


TYPES: Mapping[str, Callable[[Knob, object], KnobValue]] = {
    "text": _text,
    "choice": _choice,
    "integer": _integer,
    "integer_or_none": _integer_or_none,
    "boolean": _boolean,
    "duration": _duration,
    "period": _period,
    "zone": _zone,
    "month_day": _month_day,
    "words": _words,
    "days": _days,
    "map": _map,
    "dates": _dates,
}
