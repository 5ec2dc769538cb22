"""From a folder of exports to tables that checks can read: find, recognise, stage, and write down what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.errors import EngineError, SourceError
from houdbaar.exports.cache import Cache
from houdbaar.exports.detect import report_period
from houdbaar.exports.entities import REGISTERS
from houdbaar.exports.files import is_changed
from houdbaar.exports.inventory import Inventory, take_inventory
from houdbaar.exports.part import Part
from houdbaar.exports.registers import BARE, RegisterPlace, stage_registers
from houdbaar.exports.shapes import UNUSABLE
from houdbaar.exports.source import BoundFile, FileProblem, Source
from houdbaar.exports.stage import CHANGED, Stager
from houdbaar.exports.stage_sql import StageSettings
from houdbaar.exports.views import can_be_read

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.contract import Contract, Table
    from houdbaar.privacy import Pseudonyms

# Categories without a plausible past of their own (domain.md 2.3 names six).
_PAST_OF = {"CK": "ANA", "COR": "CRM", "SHIP": "CRM", "SVC-P": "SVC", "SUP": "CRM", "DSR": "CRM"}


UNREADABLE = "it can't be read, or went while it was read: check that it is there and complete, then audit again"


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What the policy's knobs say of reading: the local zone, how far into the future a clock may run, the plausible past a category."""

    local_zone: str
    tolerance_seconds: int
    min_plausible: Mapping[str, date]


@dataclass(slots=True)
class Intake:
    """What was taken in: the parts that checks read, where they are staged, and the files that the audit can't speak for."""

    inventory: Inventory
    sources: Sequence[Source]  # the bindings
    local_zone: str
    cache: Cache
    parts: list[Part] = field(default_factory=list)
    settings: dict[tuple[str, str], StageSettings] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)  # register -> why nothing can be said of it
    personal_keys: set[str] = field(default_factory=set)  # registers' files whose ids may point at a person

    @property
    def problems(self) -> list[FileProblem]:
        """Files that can't be read or that nothing recognises."""
        return self.inventory.problems

    @property
    def known_sources(self) -> frozenset[str]:
        """Every source that is bound or recognised, whether its files can be read or not."""
        named = {source.name for source in self.sources} | {part.bound.source.name for part in self.parts}
        return frozenset(named | {problem.source for problem in self.problems if problem.source is not None})

    def leave_out(self, names: Sequence[str], what: str) -> None:
        """Speak no more for these files: the audit goes on with the others."""
        left = {part.bound.name: part.bound for part in self.parts if part.bound.name in names}
        lost = {part.table.entity for part in self.parts if part.bound.name in left and part.table.entity in REGISTERS}
        self.lacking |= {entity: f"register {REGISTERS[entity].file} can't be read" for entity in lost}
        self.parts = [part for part in self.parts if part.bound.name not in left]
        for name, bound in left.items():
            self.problems.append(FileProblem(name, what, bound.source.name, bound.contract.id, True))


def take_in(
    engine: Engine,
    root: Path,
    sources: Sequence[Source],
    contracts: Sequence[Contract],
    settings: IntakeSettings,
    cache: Cache,
    pseudonyms: Pseudonyms,
    tick: Callable[[str], None] = lambda _: None,
    registers: RegisterPlace | None = None,
) -> Intake:
    """Read everything under `root` and the registers, staging text formats into `cache`. The engine must have the macros.

    A file that can't be read whole becomes a problem; the others go on.
    """
    intake = Intake(take_inventory(root, sources, contracts, engine, settings.local_zone), sources, settings.local_zone, cache)
    for bound in intake.inventory.files:
        for table in bound.contract.tables:
            intake.settings[bound.name, table.entity] = _stage_settings(bound, table, settings)
    found = intake.inventory
    staged = Stager(engine, cache, intake.settings).stage(found.files, found.footers, lambda name: tick(pseudonyms.shown_path(name)))
    for bound in found.files:
        try:
            intake.parts += staged.parts_of(bound)
        except SourceError as error:
            what = str(error).removeprefix(f"{bound.name}: ")
            intake.problems.append(FileProblem(bound.name, what, bound.source.name, bound.contract.id, True))
        except (EngineError, OSError) as error:
            what = UNUSABLE if isinstance(error, EngineError) else UNREADABLE
            intake.problems.append(FileProblem(bound.name, what, bound.source.name, bound.contract.id, True))
    _take_registers(engine, intake, settings, registers)
    return intake


def take_in_registers(engine: Engine, place: RegisterPlace, names: Collection[str], settings: IntakeSettings) -> Intake:
    """Read registers and nothing else, just as an audit reads them. The engine must have the macros."""
    intake = Intake(Inventory(place.folder), (), settings.local_zone, Cache(place.scratch))
    _take_registers(engine, intake, settings, place, names)
    return intake


def _take_registers(
    engine: Engine, intake: Intake, settings: IntakeSettings, place: RegisterPlace | None, names: Collection[str] = tuple(REGISTERS)
) -> None:
    if place is None:
        intake.lacking = dict.fromkeys(REGISTERS, BARE)
        return
    staged = stage_registers(engine, place, settings.local_zone, settings.min_plausible[_PAST_OF["DSR"]], names)
    intake.parts += staged.parts
    intake.settings |= staged.settings
    intake.inventory.files += [part.bound for part in staged.parts]
    intake.inventory.problems += staged.problems
    intake.lacking, intake.personal_keys = staged.lacking, staged.personal_keys


def leave_out_changed(intake: Intake) -> bool:
    """Leave out the exports that are no longer what they were when the audit began; whether there were any."""
    changed = [part.bound.name for part in intake.parts if is_changed(part.bound.file)]
    intake.leave_out(changed, CHANGED)
    return bool(changed)


def leave_out_unusable(engine: Engine, intake: Intake) -> bool:
    """Leave out the files whose rows, looked at one file at a time, can't be read; whether there were any."""
    root = intake.inventory.root
    unusable = [part.bound.name for part in intake.parts if not can_be_read(engine, part, intake.settings, root)]
    intake.leave_out(unusable, UNUSABLE)
    return bool(unusable)


def _stage_settings(bound: BoundFile, table: Table, settings: IntakeSettings) -> StageSettings:
    source, contract = bound.source, bound.contract
    is_audience = table.entity == "mail_member"
    return StageSettings(
        zone=bound.said_zone or contract.default_timezone,
        local_zone=settings.local_zone,
        extracted_at=bound.extracted_at,
        tolerance_seconds=settings.tolerance_seconds,
        min_plausible=settings.min_plausible[_PAST_OF.get(table.category, table.category)],
        period=report_period(bound.head.preamble) if table.aggregate else None,
        list_id=source.list_id or (source.name if is_audience else ""),
    )
