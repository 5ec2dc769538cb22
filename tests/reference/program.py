"""Runs the program on random exports in a folder of their own, and reads what it wrote in the reference's words."""

import json
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from houdbaar.workspace import Workspace
from reference.model import COUNTED, Line, Settings, Source
from reference.random_exports import Export
from reference.shapes import write_source

Counts = dict[tuple[str, str, str], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one audit wrote: its lines, and its counts for each code, source and entity."""

    lines: list[Line]
    counts: Counts
    ids: frozenset[str]


def write_workspace(folder: Path, exports: Iterable[Export]) -> None:
    """A workspace whose bindings say of each source all that the reference was told."""
    bindings = ['policy = "twingatrack"\n']
    for export in exports:
        write_source(export.source, export.shape, folder / "exports" / export.source.name)
        bindings.append(binding_of(export.source, export.contract))
    (folder / "houdbaar.toml").write_text("\n".join(bindings), encoding="utf-8")


def write_bare(folder: Path, exports: Iterable[Export]) -> None:
    """A folder without a workspace file: a folder a source."""
    for export in exports:
        write_source(export.source, export.shape, folder / export.source.name)


def binding_of(source: Source, contract: str) -> str:
    """One [[exports]] table."""
    values = {"source": source.name, "contract": contract, "path": f"{source.name}/**"}
    made = next((file.extracted_at for file in source.files if file.extracted_at), None)
    if made is not None:
        values["extracted_at"] = source.pattern or made.isoformat()
    if source.timezone is not None:
        values["timezone"] = source.timezone
    if source.covers_from is not None:
        values["coverage"] = "from"
        values["covers_from"] = source.covers_from.isoformat()
    if source.covers_to is not None:
        values["covers_to"] = source.covers_to.isoformat()
    return "\n".join(["[[exports]]", *(f'{name} = "{value}"' for name, value in values.items())]) + "\n"


def audit(folder: Path, settings: Settings, run: str = "run", checks: Collection[str] | None = None) -> Outcome:
    """The program's findings and counts for a folder; `run` names that audit among several; `checks` are the codes that a law is about."""
    output = folder.with_name(f"{folder.name}-{run}")
    Workspace(folder).audit(as_of=settings.as_of, knobs=dict(settings.knobs), checks=checks, output=output)
    rows = pq.read_table(output / "findings.parquet").to_pylist()
    summary = json.loads((output / "summary.json").read_text(encoding="utf-8"))
    lines = [line_of(row) for row in rows]
    return Outcome(lines, counts_of(summary["obligations"]), frozenset(row["finding_id"] for row in rows))


def run(exports: Iterable[Export], chosen: Settings, *codes: str) -> Outcome:
    """Audits exports in a workspace of their own."""
    return runs(exports, chosen, codes=codes)[0]


def runs(exports: Iterable[Export], *chosen: Settings, codes: Collection[str] = ()) -> list[Outcome]:
    """Audits exports in a workspace of their own, once with each of these settings; for the codes that a law is about, or all."""
    with tempfile.TemporaryDirectory() as folder:
        write_workspace(Path(folder) / "map", exports)
        return [audit(Path(folder) / "map", each, f"run-{number}", codes or None) for number, each in enumerate(chosen)]


def overdue_rows(outcome: Outcome, code: str) -> set[tuple[str, int]]:
    """Every row that a code calls overdue."""
    return {(line.file, row) for line in outcome.lines if line.code == code and line.verdict == "OVERDUE" for row in line.rows}


def line_of(row: Mapping[str, Any]) -> Line:
    """A row of findings.parquet in the reference's words."""
    rows = tuple(number for part in row["ranges"] or () for number in range(part["first"], part["last"] + 1))
    return Line(
        code=row["code"],
        source=row["source"],
        entity=row["entity"],
        file=row["file"],
        rows=rows,
        month=row["overdue_month"],
        field=row["field"],
        verdict=row["verdict"],
        reason=row["reason"],
        records=row["records"],
        confidence=None if row["verdict"] == "UNDETERMINED" else row["confidence"],
        first=row["first_trigger"],
        last=row["last_trigger"],
        last_permitted=row["last_permitted_day"],
        days_overdue=row["days_overdue"],
    )


def counts_of(obligations: Sequence[Mapping[str, Any]]) -> Counts:
    """The counts of each code, source and entity of what was tested of a source; every clause of a code says the same."""
    counts: Counts = {}
    for line in obligations:
        if line["source"] is None or not any(line[name] for name in COUNTED.values()):
            continue
        place = (line["code"], line["source"], line["entity"])
        found = {name: line[name] for name in COUNTED.values() if line[name]}
        assert counts.setdefault(place, found) == found, place
    return counts


def nonzero(counts: Mapping[tuple[str, str, str], Counter[str]]) -> Counts:
    """The reference's counts without its zeros."""
    return {place: {name: number for name, number in found.items() if number} for place, found in counts.items()}
