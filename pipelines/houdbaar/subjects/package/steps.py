"""What a plan is: steps with a row each, and what the letters tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from houdbaar.exports.entities import CATEGORIES

VALID_DAYS = 7  # a plan is checked against holds and requests again when it is carried out (domain.md 5.4)
# That somebody prepares a claim, or that an authority asks, isn't told to the other side: that there is an exception is (12(4)).
_TOLD = {"claims": "exempt", "authority": "exempt"}


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done with one row. `fields`: those that are cleared, kept or changed; `until`: last day of a duty to keep it."""

    source: str
    entity: str
    file: str
    row: int
    record_key: str | None
    action: str
    category: str
    article: str | None = None
    duty: str | None = None
    until: date | None = None
    blocked_by: tuple[str, ...] = ()
    kept_fields: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str, int]:
        """Where the row stands."""
        return self.source, self.file, self.row

    @property
    def is_of_shared_row(self) -> bool:
        """Whether the record goes, and its row stays for another record in it."""
        return self.action == "clear_fields" and self.duty is None

    def as_json(self) -> dict[str, Any]:
        """The step as the plan's file has it."""
        return {
            "source": self.source,
            "entity": self.entity,
            "file": self.file,
            "row": self.row,
            "record_key": self.record_key,
            "action": self.action,
            "article": self.article,
            "duty": self.duty,
            "until": self.until and self.until.isoformat(),
            "blocked_by": list(self.blocked_by),
            "kept_fields": list(self.kept_fields),
            "fields": list(self.fields),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `suppressions`: entries to be added before anything is deleted; `notices`: whom to tell, and by when (article 19)."""

    right: str
    valid_until: date
    steps: tuple[Step, ...] = ()
    suppressions: tuple[Mapping[str, Any], ...] = ()
    notices: tuple[Mapping[str, Any], ...] = ()
    decisions: tuple[str, ...] = field(default=())  # what a person has to decide first
    is_blind: bool = False  # a hold or a request can't be read or placed: nothing may go before a person has looked
    holds: Mapping[str, list[str]] = field(default_factory=dict)  # what each hold on these rows said, keyed (`held.said_by_hold`)
    known_by: tuple[Mapping[str, str], ...] = ()  # kind and keyed hash of what tells afterwards whether the person is there again

    @property
    def erased(self) -> list[tuple[str, int]]:
        """Kinds of data that go, with their rows."""
        return _counted(step.category for step in self.steps if step.action == "erase" or step.is_of_shared_row)

    @property
    def kept(self) -> list[tuple[str, str, int, date | None]]:
        """What stays, as the person is told: (duty, kind of data, rows, last day of the duty)."""
        found: dict[tuple[str, str], list[Step]] = {}
        for step in self.steps:
            if step.duty is not None:
                found.setdefault((_TOLD.get(step.duty, step.duty), step.category), []).append(step)
        return [
            (duty, category, len(steps), max((step.until for step in steps if step.until is not None), default=None))
            for (duty, category), steps in sorted(found.items(), key=lambda item: (CATEGORIES.index(item[0][1]), item[0][0]))
        ]

    @property
    def has_cleared_fields(self) -> bool:
        """Whether fields are cleared of records that stay."""
        return any(step.action == "clear_fields" and not step.is_of_shared_row for step in self.steps)

    @property
    def has_shared_rows(self) -> bool:
        """Whether what goes stands in rows that stay for another record."""
        return any(step.is_of_shared_row for step in self.steps)

    @property
    def changed(self) -> int:
        """Rows that the plan does something with, each once."""
        return len({step.place for step in self.steps if step.duty is None})

    @property
    def kept_count(self) -> int:
        """Rows that stay as they are, each once."""
        return len({step.place for step in self.steps if step.duty is not None})


def _counted(categories: Any) -> list[tuple[str, int]]:
    found = list(categories)
    return [(category, found.count(category)) for category in CATEGORIES if category in found]
