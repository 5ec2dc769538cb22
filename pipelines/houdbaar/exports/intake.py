"""From a folder of exports to tables that checks can read: find, recognise, stage, and write down what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from houdbaar.errors import EngineError, SourceError
from houdbaar.exports.cache import drop_superseded
from houdbaar.exports.detect import report_period, stated_zone
from houdbaar.exports.entities import REGISTERS
from houdbaar.exports.expression import make_macros
from houdbaar.exports.files import fingerprint
from houdbaar.exports.inventory import Inventory, extraction, take_inventory
from houdbaar.exports.registers import BARE, RegisterPlace, stage_registers
from houdbaar.exports.source import BoundFile, FileProblem, Source
from houdbaar.exports.stage import Part, Stager
from houdbaar.exports.stage_sql import StageSettings

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.contract import Contract, Table
    from houdbaar.privacy import Pseudonyms

# Categories without a plausible past of their own (domain.md 2.3 names six).
_PAST_OF = {"CK": "ANA", "COR": "CRM", "SHIP": "CRM", "SVC-P": "SVC", "SUP": "CRM", "DSR": "CRM"}
_TABLES = """
    create table export_file (
        source varchar, entity varchar, file varchar, path varchar, extracted_at timestamptz, snapshot_date date, is_complete boolean,
        is_key_personal boolean, rows_read bigint, rows_staged bigint, rows_rejected bigint, rows_excluded bigint
    );
    create table staged_column (
        source varchar, entity varchar, file varchar, column_name varchar, zone varchar, is_zone_assumed boolean,
        naive_values bigint, uncast_values bigint
    );
    create table rejected_row (source varchar, entity varchar, file varchar, row bigint, reason varchar);
    create table stray_file (file varchar, reason varchar);
    create table source_setting (
        source varchar, list_id varchar, covers_from date, covers_to date, extracted_date date, is_whole boolean
    );
"""


UNREADABLE = "it can't be read, or went while it was read: check that it is there and complete, then audit again"


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What the policy's knobs say of reading: the local zone, how far into the future a clock may run, the plausible past a category."""

    local_zone: str
    tolerance_seconds: int
    min_plausible: Mapping[str, date]


@dataclass(slots=True)
class Intake:
    """What was taken in: the parts that checks read, and the files that the audit can't speak for."""

    inventory: Inventory
    parts: list[Part] = field(default_factory=list)
    settings: dict[tuple[str, str], StageSettings] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)  # register -> why nothing can be said of it
    personal_keys: set[str] = field(default_factory=set)  # registers' files whose ids may point at a person

    @property
    def problems(self) -> list[FileProblem]:
        """Files that can't be read or that nothing recognises."""
        return self.inventory.problems


def take_in(
    engine: Engine,
    root: Path,
    sources: Sequence[Source],
    contracts: Sequence[Contract],
    settings: IntakeSettings,
    folder: Path,
    pseudonyms: Pseudonyms,
    tick: Callable[[str], None] = lambda _: None,
    registers: RegisterPlace | None = None,
) -> Intake:
    """Read everything under `root` and the registers, staging text formats into `folder`, and make the tables that say what became of it.

    A file that can't be read whole becomes a problem; the others go on.
    """
    make_macros(engine)
    intake = Intake(take_inventory(root, sources, contracts, engine, settings.local_zone))
    for bound in intake.inventory.files:
        for table in bound.contract.tables:
            intake.settings[bound.name, table.entity] = _stage_settings(bound, table, settings)
    stager = Stager(engine, folder, intake.settings)
    for bound in intake.inventory.files:
        tick(pseudonyms.shown_path(bound.name))
        try:
            intake.parts += stager.stage(bound, intake.inventory.footers.get(bound.file.path) if bound.head.format == "parquet" else None)
        except SourceError as error:
            what = str(error).removeprefix(f"{bound.name}: ")
            intake.problems.append(FileProblem(bound.name, what, bound.source.name, bound.contract.id, True))
        except (EngineError, OSError):
            intake.problems.append(FileProblem(bound.name, UNREADABLE, bound.source.name, bound.contract.id, True))
    staged = {part.path.stem for part in intake.parts if not part.is_in_place}
    drop_superseded(folder, staged, {bound.name for bound in intake.inventory.files})
    _take_registers(engine, intake, settings, registers)
    _register(engine, intake, sources, settings, pseudonyms)
    return intake


def take_in_registers(
    engine: Engine, place: RegisterPlace, names: Collection[str], settings: IntakeSettings, pseudonyms: Pseudonyms
) -> Intake:
    """Read registers and nothing else, just as an audit reads them."""
    make_macros(engine)
    intake = Intake(Inventory(place.folder))
    _take_registers(engine, intake, settings, place, names)
    _register(engine, intake, (), settings, pseudonyms)
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


def changed_files(intake: Intake) -> list[str]:
    """Names of the exports read in place that are no longer what they were when the audit began."""
    return [part.bound.name for part in intake.parts if part.is_in_place and _is_changed(part.bound)]


def _is_changed(bound: BoundFile) -> bool:
    try:
        return fingerprint(bound.file.path) != (bound.file.size, bound.file.modified_ns)
    except OSError:
        return True


def _stage_settings(bound: BoundFile, table: Table, settings: IntakeSettings) -> StageSettings:
    source, contract = bound.source, bound.contract
    is_audience = table.entity == "mail_member"
    return StageSettings(
        zone=_said_zone(bound) or contract.default_timezone,
        local_zone=settings.local_zone,
        extracted_at=bound.extracted_at,
        tolerance_seconds=settings.tolerance_seconds,
        min_plausible=settings.min_plausible[_PAST_OF.get(table.category, table.category)],
        period=report_period(bound.head.preamble) if table.aggregate else None,
        list_id=source.list_id or (source.name if is_audience else ""),
    )


def _said_zone(bound: BoundFile) -> str | None:
    """The time zone of stamps without one that people, the contract or the file itself name; None: it is assumed."""
    return bound.source.timezone or bound.contract.timezone or stated_zone(bound.head.preamble)


def _register(engine: Engine, intake: Intake, sources: Sequence[Source], settings: IntakeSettings, pseudonyms: Pseudonyms) -> None:
    engine.run(_TABLES)
    shown = {part.bound.name: pseudonyms.shown_path(part.bound.name) for part in intake.parts}
    incomplete = _incomplete_snapshots(intake.problems, sources, settings.local_zone)
    engine.insert_rows(
        "export_file",
        [
            _file_row(part, shown[part.bound.name], settings.local_zone, incomplete, is_personal=part.bound.name in intake.personal_keys)
            for part in intake.parts
        ],
    )
    engine.insert_rows(
        "staged_column", [row for part in intake.parts for row in _column_rows(part, shown[part.bound.name], intake.settings)]
    )
    rejected = [
        (part.bound.source.name, part.table.entity, shown[part.bound.name], *row) for part in intake.parts for row in part.counts.rejected
    ]
    engine.insert_rows("rejected_row", rejected)
    strays = [problem for problem in intake.problems if not problem.is_fatal]
    engine.insert_rows("stray_file", [(pseudonyms.shown_path(problem.name), problem.what) for problem in strays])
    engine.insert_rows("source_setting", _source_rows(intake, settings.local_zone))


def _incomplete_snapshots(problems: Iterable[FileProblem], sources: Sequence[Source], zone: str) -> set[tuple[str, date | None]]:
    """Source and local date (None: unknown) of each snapshot that lacks a file: what is not in the others may be in that one."""
    by_name = {source.name: source for source in sources}
    found: set[tuple[str, date | None]] = set()
    for problem in problems:
        if problem.is_fatal and problem.source is not None:
            source = by_name.get(problem.source)
            found.add((problem.source, _snapshot_date(extraction(source, problem.name, zone) if source else None, zone)))
    return found


def _snapshot_date(extracted_at: datetime | None, zone: str) -> date | None:
    return extracted_at.astimezone(ZoneInfo(zone)).date() if extracted_at else None


def _file_row(part: Part, shown: str, zone: str, incomplete: set[tuple[str, date | None]], *, is_personal: bool) -> tuple[object, ...]:
    snapshot_date = _snapshot_date(part.bound.extracted_at, zone)
    keys = {item.name: item for item in part.table.columns if item.name in part.table.key}
    is_personal |= any(item.identifier is not None or (item.classification or "").startswith("user.") for item in keys.values())
    counts = part.counts
    return (
        part.bound.source.name,
        part.table.entity,
        shown,
        str(part.path),
        part.bound.extracted_at,
        snapshot_date,
        (part.bound.source.name, snapshot_date) not in incomplete,
        is_personal,
        counts.rows_read,
        counts.rows_staged,
        len(counts.rejected),
        sum(counts.excluded.values()),
    )


def _column_rows(part: Part, shown: str, settings: Mapping[tuple[str, str], StageSettings]) -> list[tuple[object, ...]]:
    source = part.bound.source
    zone = settings[part.bound.name, part.table.entity].zone
    is_assumed = _said_zone(part.bound) is None
    names = sorted({*part.counts.naive, *part.counts.uncast})
    return [
        (source.name, part.table.entity, shown, name, zone, is_assumed, part.counts.naive.get(name, 0), part.counts.uncast.get(name, 0))
        for name in names
    ]


def _source_rows(intake: Intake, zone: str) -> list[tuple[object, ...]]:
    broken = {problem.source for problem in intake.problems if problem.is_fatal}
    # A broken file that might be anybody's may hold the very response that is missed.
    is_whole = not any(problem.is_fatal and problem.source is None for problem in intake.problems)
    made: dict[str, tuple[Source, list[date]]] = {}
    for part in intake.parts:
        if part.table.entity in REGISTERS:  # which have no coverage
            continue
        _, days = made.setdefault(part.bound.source.name, (part.bound.source, []))
        day = _snapshot_date(part.bound.extracted_at, zone)
        if day is not None:
            days.append(day)
    return [
        (name, source.list_id, source.covers_from, source.covers_to, max(days, default=None), is_whole and name not in broken)
        for name, (source, days) in sorted(made.items())
    ]
