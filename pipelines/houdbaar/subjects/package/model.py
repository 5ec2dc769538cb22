"""What a package is made from: the request, the material of one search, and the records that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.exports.part import Part
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms
    from houdbaar.subjects.package.redact import Columns
    from houdbaar.subjects.unlooked import Unread

RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "objection", "marketing_objection", "withdrawal")
# Acting on a false one does no harm, so no proof is asked beyond the address itself (domain.md 3.4).
UNVERIFIED_RIGHTS = frozenset({"marketing_objection", "withdrawal"})
LANGUAGES = ("nl", "en")
CODE = "DSR-PACKAGE"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the register, as far as an answer needs it. Dates are local; `identifiers` are (kind, value) pairs."""

    request_id: str
    right: str
    received_on: date | None
    identifiers: tuple[tuple[str, str], ...]
    language: str
    is_verified: bool
    old_value: str | None = None
    new_value: str | None = None
    refusal_reason: str | None = None  # why it was refused: then the answer tells that, and nothing else
    is_done: bool = False  # it was carried out or closed

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of identifiers that were given, each once."""
        return tuple(dict.fromkeys(kind for kind, _ in self.identifiers))

    @property
    def is_name_alone(self) -> bool:
        """Whether nothing was stated but a name: several people may bear it, so that it finds nobody."""
        return self.kinds == ("name",)


@dataclass(frozen=True, slots=True)
class Material:
    """One finished search, and one finished judgement of all terms.

    `engine` has the entities' views, `subject_record` and its neighbours; `judged` has `judgement`, `row_block`, `block` and `relation`:
    to find what a hold is about is a search of its own, whose tables have the same names.
    """

    engine: Engine
    judged: Engine
    intake: Intake
    policy: Policy
    as_of: date
    pseudonyms: Pseudonyms
    is_blind: bool = False  # a hold or a pending request can't be read or placed: it may be about any record
    parts: Mapping[tuple[str, str, str], Part] = field(init=False)  # by source, entity and file as shown
    columns: dict[object, Columns] = field(default_factory=dict)  # what was found of files of one shape

    def __post_init__(self) -> None:
        shown = self.pseudonyms.shown_path
        parts = {(part.bound.source.name, part.table.entity, shown(part.bound.name)): part for part in self.intake.parts}
        object.__setattr__(self, "parts", parts)

    def part_of(self, record: Record) -> Part | None:
        """The staged part that a record is in."""
        return self.parts.get((record.source, record.entity, record.file))


@dataclass(frozen=True, slots=True)
class Term:
    """One promised term of a record. `last_day`: L, None where the trigger is unknown."""

    rule: str
    verdict: str
    last_day: date | None
    doubt: str | None = None  # why nobody can say whether the last day has passed: then there is none to name
    is_outlived: bool = False  # its last day is past, and a relation that goes on keeps the record: again there is none to name

    @classmethod
    def of(cls, rule: str, verdict: str, last_day: date | None, as_of: date, reason: str | None = None) -> Term:
        """A term as the audit judges it: a day that is past is named only where the audit can say that the term has ended on it."""
        if verdict == "UNDETERMINED" and last_day is not None and last_day < as_of:
            return cls(rule, verdict, None, reason or "")
        if verdict == "WITHIN" and last_day is not None and last_day < as_of:
            return cls(rule, verdict, None, is_outlived=True)
        return cls(rule, verdict, last_day)

    @property
    def is_over(self) -> bool:
        """Whether the record should have gone by now."""
        return self.verdict in ("OVERDUE", "HELD", "FAIL")


@dataclass(slots=True)
class Record:
    """One row that is certainly the person's. `staged`: the entity's columns; `given`: what the person gets of the row itself."""

    source: str
    entity: str
    category: str
    file: str
    row: int
    record_key: str | None
    path: Sequence[Mapping[str, Any]]
    staged: Mapping[str, Any]
    original: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    blocked_by: tuple[str, ...] = ()  # `kind:id` of holds; a request that waits for its answer is none
    beside: tuple[str, str, int] | None = None  # of a further row of a record: where the record itself stands

    @property
    def is_register(self) -> bool:
        """Whether the row stands in a register of the company and not in an export."""
        return self.source.startswith("register.")

    @property
    def is_over(self) -> bool:
        """Whether the row should have gone by now; what blocks it doesn't change that."""
        return any(term.is_over for term in self.terms)

    @property
    def place(self) -> tuple[str, str, int]:
        """Where the row stands."""
        return self.source, self.file, self.row


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was left out of a row: the field by its name, and why (a word of `letters/words.*.yaml`). Never the value."""

    source: str
    file: str
    row: int
    field: str
    reason: str

    @property
    def place(self) -> tuple[str, str, int]:
        """Where the row stands."""
        return self.source, self.file, self.row


@dataclass(frozen=True, slots=True)
class Gap:
    """A mandatory part of the answer that is missing (DSR-PACKAGE): which block, how severe, why."""

    block: str
    severity: str
    reason: str


@dataclass(slots=True)
class Found:
    """All that is known of the person who asks."""

    records: list[Record] = field(default_factory=list)
    redactions: list[Redaction] = field(default_factory=list)
    forwarded: list[dict[str, Any]] = field(default_factory=list)
    searched: list[dict[str, Any]] = field(default_factory=list)  # source, entity, file, rows, rows_rejected
    not_searched: list[dict[str, Any]] = field(default_factory=list)  # source, file, reason; rows_rejected: only these rows
    unread: list[Unread] = field(default_factory=list)  # texts of visits that were not searched
    notes: list[tuple[str, str]] = field(default_factory=list)  # (code, text)
    uncertain: int = 0  # rows that may be the person's: for a person to decide
    unnamed: int = 0  # those of them that don't name somebody else
    unexplained: int = 0  # definite rows without a path: they may be in no package
    names: tuple[str, ...] = ()  # the person's name, as the best records write it
