"""The list of what was planted: the answer sheet that the tests hold against an audit of the sample, both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from houdbaar.sample import files

COLUMNS = ("code", "source", "entity", "field", "verdict", "reason", "records", "note")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A kind of finding that an audit of the sample must give: one line of planted.csv, without its count."""

    code: str
    source: str
    entity: str = ""
    field: str = ""
    verdict: str = "FAIL"
    reason: str = ""


@dataclass(slots=True)
class Planted:
    """Collects what the parts of the generator plant."""

    counts: dict[Finding, int] = field(default_factory=dict)
    notes: dict[Finding, list[str]] = field(default_factory=dict)

    def add(self, finding: Finding, note: str, records: int = 1) -> None:
        """Note that so many records were planted; the same kind of finding adds up."""
        self.counts[finding] = self.counts.get(finding, 0) + records
        notes = self.notes.setdefault(finding, [])
        if note not in notes:
            notes.append(note)

    def write(self, path: Path) -> None:
        """Write planted.csv, sorted."""
        files.write_csv(path, COLUMNS, (self._line(each) for each in sorted(self.counts)))

    def _line(self, each: Finding) -> tuple[str, ...]:
        shown = (each.code, each.source, each.entity, each.field, each.verdict, each.reason)
        return (*shown, str(self.counts[each]), "; ".join(self.notes[each]))
