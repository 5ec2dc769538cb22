"""What a workspace says of a source: `[[exports]]` of houdbaar.toml (design 3). A bare folder has only what is recognised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from houdbaar.exports.detect import stated_zone

if TYPE_CHECKING:
    from houdbaar.exports.contract import Contract
    from houdbaar.exports.files import ExportFile
    from houdbaar.exports.head import Head


@dataclass(frozen=True, slots=True)
class Source:
    """One source of exports. Dates are local; `extracted_at` has an offset, or is a pattern that reads it from a file's name."""

    name: str
    contract: str | None = None  # id; None: whatever is recognised
    path: str = "**"  # glob under exports/
    extracted_at: datetime | None = None
    extracted_pattern: str | None = None  # regular expression with one group, or strptime-like tokens
    timezone: str | None = None
    role: str | None = None
    purposes: tuple[str, ...] = ()  # what its data are used for, where that differs from its contract
    coverage: str | None = None  # complete | from; None: not said (a bare folder)
    covers_from: date | None = None
    covers_to: date | None = None
    list_id: str | None = None
    is_bound: bool = True  # False: named by the program, after the contract


@dataclass(frozen=True, slots=True)
class BoundFile:
    """One file (or archive member) with the contract that reads it and the source it belongs to."""

    file: ExportFile
    head: Head
    contract: Contract
    source: Source
    extracted_at: datetime | None

    @property
    def name(self) -> str:
        """Path relative to the exports folder, `archive.zip!member.csv` inside an archive."""
        return self.file.name

    @property
    def said_zone(self) -> str | None:
        """The time zone of stamps without one that people, the contract or the file itself name; None: it is assumed."""
        return self.source.timezone or self.contract.timezone or stated_zone(self.head.preamble)

    @property
    def is_processed(self) -> bool:
        """Whether its data are processed for others: the binding says so, else the contract."""
        return (self.source.role or self.contract.role) == "processor"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that the audit can't speak for, or that nothing recognises; `what` says what is wrong and what to do."""

    name: str
    what: str
    source: str | None
    contract: str | None
    is_fatal: bool  # True: of a known kind and unreadable (exit 3); False: not recognised (SCP-TABLE)
