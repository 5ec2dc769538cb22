"""Requests of data subjects: what one must say, how one moves from state to state, and where one stands on a day (domain.md 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.checks.deadlines import deadlines
from houdbaar.errors import UsageError
from houdbaar.exports.entities import IDENTIFIERS
from houdbaar.ledger.days import Day, wrong_stamps
from houdbaar.policy.deadlines import Deadline, DeadlineRules
from houdbaar.policy.words import nearest

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.ledger.registers import Row

RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "objection", "marketing_objection", "withdrawal")
AT_ONCE = ("marketing_objection", "withdrawal")  # no month to react, and no proof of identity beyond the address itself
BLOCKING = ("access", "erasure", "portability", "restriction")  # while they wait, nothing of the person is deleted
OPEN = ("received", "awaiting_id", "awaiting_clarification", "verified", "located", "reviewed", "extended")
ANSWERED = ("answered", "executed", "proven", "refused", "forwarded")
STATES = (*OPEN, *ANSWERED, "closed", "withdrawn")
LANGUAGES = ("nl", "en")
STAMPS = (
    "received_at",
    "id_asked_at",
    "id_answered_at",
    "clarification_asked_at",
    "clarification_answered_at",
    "verified_at",
    "extended_at",
    "answered_at",
    "executed_at",
    "closed_at",
)
_SHAPES = {
    "email": (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "an e-mail address"),
    "email_md5": (re.compile(r"[0-9a-fA-F]{32}"), "an MD5: 32 hexadecimal digits"),
    "phone": (re.compile(r"\+?[\d\s()/.-]{6,25}", re.ASCII), "a telephone number"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the register as an audit reads it. `deadline` is the earliest that its days allow; None where no receipt is known."""

    request_id: str | None
    right: str
    state: str
    identifiers: tuple[tuple[str, str], ...]
    days: Mapping[str, Day]  # of each stamp
    words: Mapping[str, str | None]  # the other columns
    deadline: Deadline | None
    latest_due_on: date | None

    @classmethod
    def of(cls, row: Row, as_of: date, rules: DeadlineRules) -> Request:
        """A row of the register's view, on a day."""
        found = deadlines(row, as_of, rules)
        words = ("channel", "language", "id_proof", "extension_reason", "outcome", "refusal_reason", "old_value", "new_value")
        return cls(
            request_id=row["request_id"],
            right=(row["right"] or "").strip().lower(),
            state=(row["state"] or "").strip().lower() or "received",
            identifiers=read_identifiers(row["identifiers"] or ""),
            days={name: Day.of(row, name) for name in STAMPS},
            words={name: row[name] for name in words},
            deadline=found and found[0],
            latest_due_on=found and found[1].due_on,
        )

    def on(self, name: str) -> date | None:
        """The first day that a stamp can mean."""
        return self.days[name].first

    @property
    def is_open(self) -> bool:
        """Whether the person still waits for an answer; that a request was closed is none."""
        is_answered = self.state in ANSWERED or self.on("answered_at") is not None or bool(self.words["outcome"])
        return not is_answered and self.state != "withdrawn"


def requests_at(engine: Engine) -> Sequence[Row]:
    """Every request of the register; its view must stand."""
    return engine.dicts("select * from request order by row")


def read_identifiers(text: str) -> tuple[tuple[str, str], ...]:
    """The identifiers of a cell, 'kind=value;kind=value', as pairs; what has no '=' has no kind."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    return tuple((kind.strip().lower(), value.strip()) if equals else ("", kind.strip()) for kind, equals, value in pairs)


def write_identifiers(pairs: tuple[tuple[str, str], ...]) -> str:
    """The cell for such pairs."""
    return ";".join(f"{kind}={value}" for kind, value in pairs)


def check_new_request(values: Mapping[str, str], pairs: tuple[tuple[str, str], ...]) -> None:
    """Raises UsageError with all that is wrong with a new request; `pairs` are its identifiers. No value is quoted."""
    problems = [f"--{name.replace('_', '-')} is missing" for name in ("right", "received_at") if not values.get(name)]
    problems += unknown_word("right", values.get("right"), RIGHTS) + unknown_word("language", values.get("language"), LANGUAGES)
    problems += wrong_stamps(values, ("received_at",))
    problems += _identifier_problems(pairs)
    if values.get("right") == "rectification":
        problems += [f"a rectification needs --{name.replace('_', '-')}" for name in ("old_value", "new_value") if not values.get(name)]
    if problems:
        raise UsageError("the request can't be written down:\n" + "\n".join(f"  {problem}" for problem in problems))


def _identifier_problems(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    if not pairs:
        return ["no identifier is given: say who asks, such as --email or --customer-id"]
    problems = []
    for kind, value in dict.fromkeys(pairs):
        option = f"--{kind.replace('_', '-')}"
        if not kind:
            problems.append("--identifiers has a part without '=': write kind=value;kind=value")
        elif kind not in IDENTIFIERS:
            near = nearest(kind, IDENTIFIERS)
            hint = f'did you mean "{near}"?' if near else f"known are {', '.join(IDENTIFIERS)}"
            problems.append(f"--identifiers has a kind that is not known: {hint}")
        elif not value:
            problems.append(f"{option} is empty")
        elif ";" in value:
            problems.append(f"{option} holds a semicolon: give the option twice for two values")
        elif kind in _SHAPES and not _SHAPES[kind][0].fullmatch(value):
            problems.append(f"{option} is not {_SHAPES[kind][1]}")
    return problems


def unknown_word(name: str, value: str | None, known: tuple[str, ...]) -> list[str]:
    """What is wrong with the word given for a column; it is not quoted, the nearest right one is."""
    if not value or value in known:
        return []
    near = nearest(value, known)
    hint = f'did you mean "{near}"?' if near else f"known are {', '.join(known)}"
    return [f"--{name.replace('_', '-')} is not known: {hint}"]
