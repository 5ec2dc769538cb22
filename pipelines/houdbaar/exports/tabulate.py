"""Tables that say what became of every file, row and column of an audit's exports: what checks of shape and coverage read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from houdbaar.exports.entities import REGISTERS
from houdbaar.exports.inventory import extraction
from houdbaar.exports.source import BoundFile

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.exports.part import Part
    from houdbaar.exports.stage_sql import StageSettings
    from houdbaar.privacy import Pseudonyms

_TABLES = """
    create table export_file (
        source varchar, entity varchar, file varchar, path varchar, extracted_at timestamptz, snapshot_date date, is_complete boolean,
        is_key_personal boolean, rows_read bigint, rows_staged bigint, rows_rejected bigint, rows_excluded bigint
    );
    create table staged_column (
        source varchar, entity varchar, file varchar, column_name varchar, zone varchar, is_zone_assumed boolean,
        naive_values bigint, skipped_values bigint, uncast_values bigint
    );
    create table rejected_row (source varchar, entity varchar, file varchar, row bigint, reason varchar);
    create table stray_file (file varchar, reason varchar);
    create table source_setting (
        source varchar, system varchar, list_id varchar, covers_from date, covers_to date, extracted_date date, is_whole boolean
    );
"""


def tabulate(engine: Engine, intake: Intake, pseudonyms: Pseudonyms) -> None:
    """Make the tables that say what became of every file, row and column."""
    engine.run(_TABLES)
    shown = {part.bound.name: pseudonyms.shown_path(part.bound.name) for part in intake.parts}
    incomplete = _incomplete_snapshots(intake)
    engine.insert_rows(
        "export_file",
        [
            _file_row(part, shown[part.bound.name], intake.local_zone, incomplete, is_personal=part.bound.name in intake.personal_keys)
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
    engine.insert_rows("source_setting", _source_rows(intake))


def _incomplete_snapshots(intake: Intake) -> set[tuple[str, date | None]]:
    """Source and local date (None: unknown) of each snapshot that lacks a file: what is not in the others may be in that one."""
    by_name = {source.name: source for source in intake.sources}
    zone = intake.local_zone
    found: set[tuple[str, date | None]] = set()
    for problem in intake.problems:
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
    is_assumed = part.bound.said_zone is None
    names = sorted({*part.counts.naive, *part.counts.uncast})
    tallies = (part.counts.naive, part.counts.skipped, part.counts.uncast)
    return [(source.name, part.table.entity, shown, name, zone, is_assumed, *(tally.get(name, 0) for tally in tallies)) for name in names]


def _source_rows(intake: Intake) -> list[tuple[object, ...]]:
    broken = {problem.source for problem in intake.problems if problem.is_fatal}
    # A broken file that might be anybody's may hold the very response that is missed.
    is_whole = not any(problem.is_fatal and problem.source is None for problem in intake.problems)
    made: dict[str, tuple[BoundFile, list[date]]] = {}
    for part in intake.parts:
        if part.table.entity in REGISTERS:  # which have no coverage
            continue
        _, days = made.setdefault(part.bound.source.name, (part.bound, []))
        day = _snapshot_date(part.bound.extracted_at, intake.local_zone)
        if day is not None:
            days.append(day)
    return [
        (
            name,
            _system(bound),
            bound.source.list_id,
            bound.source.covers_from,
            bound.source.covers_to,
            max(days, default=None),
            is_whole and name not in broken,
        )
        for name, (bound, days) in sorted(made.items())
    ]


def _system(bound: BoundFile) -> str:
    """The system that gave an export: what its contract's id begins with, as 'mailchimp'. Data processed for others are in another one."""
    family = bound.contract.id.partition(".")[0]
    return f"{family} (processor)" if bound.is_processed else family
