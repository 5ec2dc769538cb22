"""Stages made-up exports with the packaged contracts, the way an audit does, and looks at what came of them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from houdbaar.engines.duckdb import Engine
from houdbaar.exports.cache import Cache
from houdbaar.exports.contract import packaged_contracts
from houdbaar.exports.entities import CATEGORIES, ENTITIES
from houdbaar.exports.expression import offer_macros
from houdbaar.exports.intake import Intake, IntakeSettings, take_in
from houdbaar.exports.source import Source
from houdbaar.exports.staged_counts import Counts
from houdbaar.exports.tabulate import tabulate
from houdbaar.exports.views import make_view
from houdbaar.privacy import Pseudonyms

SHARED = Path(__file__).parents[3] / "shared" / "exports"  # real sample exports, outside the project
SETTINGS = IntakeSettings("Europe/Amsterdam", 300, dict.fromkeys(CATEGORIES, date(2000, 1, 1)))


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of a folder of exports: the contract of each file, its problems, the rows of each entity."""

    intake: Intake
    rows: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def contracts(self) -> dict[str, str]:
        """Contract id by file."""
        return {bound.name: bound.contract.id for bound in self.intake.inventory.files}

    @property
    def problems(self) -> dict[str, str]:
        """What is said of files that can't be spoken for."""
        return {problem.name: problem.what for problem in self.intake.problems}

    def counts(self, name: str, entity: str) -> Counts:
        """The counts of one file for one entity."""
        (found,) = [part.counts for part in self.intake.parts if (part.bound.name, part.table.entity) == (name, entity)]
        return found

    def of(self, entity: str, *columns: str, file: str | None = None) -> list[tuple[Any, ...]]:
        """Columns of an entity's rows, in the order of files and rows."""
        return [tuple(row[name] for name in columns) for row in self.rows[entity] if file in (None, row["file"])]


def stage(folder: Path, files: Mapping[str, str | bytes], *sources: Source) -> Staged:
    """Write the files and take them in. Stamps come back as text in UTC, `2024-05-01 07:58:12+00`."""
    exports, work = folder / "exports", folder / "work"
    for name, content in files.items():
        path = exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return stage_folder(exports, work, *sources)


def stage_folder(exports: Path, work: Path, *sources: Source) -> Staged:
    """Take in a folder as it lies there."""
    work.mkdir(parents=True, exist_ok=True)
    exports, work = exports.resolve(), work.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        engine = Engine([exports, work], Path(scratch).resolve())
        try:
            offer_macros(engine)
            pseudonyms = Pseudonyms(bytes(32))
            intake = take_in(engine, exports, sources, packaged_contracts(), SETTINGS, Cache(work), pseudonyms)
            tabulate(engine, intake, pseudonyms)
            rows = {entity: _rows(engine, entity, intake, exports) for entity in ENTITIES}
        finally:
            engine.close()
    reconcile(intake)
    return Staged(intake, rows)


def reconcile(intake: Intake) -> None:
    """Every row of every file is staged, rejected or excluded, for each entity that it feeds."""
    for part in intake.parts:
        counts = part.counts
        assert counts.rows_read == counts.rows_staged + len(counts.rejected) + sum(counts.excluded.values()), part.bound.name


def _rows(engine: Engine, entity: str, intake: Intake, root: Path) -> list[dict[str, Any]]:
    make_view(engine, entity, intake.parts, intake.settings, root)
    kinds = engine.columns(f'select * from "{entity}"')
    shown = [f'cast("{name}" as varchar) as "{name}"' if "TIME ZONE" in kind else f'"{name}"' for name, kind in kinds.items()]
    return engine.arrow(f'select {", ".join(shown)} from "{entity}" order by file, row').to_pylist()
