"""Registers: CSV files that people keep in `registers/` of a workspace, read like exports and never silently empty (domain.md 2.8).

A hold that isn't seen leads to deletion. So a register is there, absent (not tested) or a problem: a header that isn't the
register's, a file of another name or kind, rows that the reader would leave out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.errors import EngineError, SourceError
from houdbaar.exports.cache import Cache
from houdbaar.exports.contract import folded, register_contract
from houdbaar.exports.entities import REGISTER_FOLDER, REGISTERS, Entity
from houdbaar.exports.files import ExportFile, is_hidden
from houdbaar.exports.head import Head, peek
from houdbaar.exports.part import Part
from houdbaar.exports.read.raw import SECOND_TABLE
from houdbaar.exports.source import BoundFile, FileProblem, Source
from houdbaar.exports.stage import Stager
from houdbaar.exports.stage_sql import StageSettings
from houdbaar.exports.syntax import all_of, column, nested, select_from, sql_of
from houdbaar.privacy import is_plain_id

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine

BARE = "a bare folder has no registers: make a workspace with `houdbaar init`"
_TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".ods", ".json", ".ndjson", ".jsonl", ".parquet", ".avro", ".zip", ".gz"})
_FILES = frozenset(register.file for register in REGISTERS.values())


@dataclass(frozen=True, slots=True)
class RegisterPlace:
    """Where registers lie, and the private folder in which they are staged: what they hold is cached nowhere."""

    folder: Path
    scratch: Path


@dataclass(slots=True)
class StagedRegisters:
    """The registers of a workspace: parts like those of exports (a header alone is a part without rows), and why others are none."""

    parts: list[Part] = field(default_factory=list)
    settings: dict[tuple[str, str], StageSettings] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)
    lacking: dict[str, str] = field(default_factory=dict)  # register -> why it is not tested
    personal_keys: set[str] = field(default_factory=set)  # files whose ids may point at a person


def stage_registers(engine: Engine, place: RegisterPlace, zone: str, min_plausible: date, names: Collection[str]) -> StagedRegisters:
    """Read registers of a workspace. Macros must stand; `zone` is that of stamps without one, `min_plausible` their past."""
    staged = StagedRegisters()
    staged.problems += _strangers(place.folder)
    for name in names:
        shown = f"{REGISTER_FOLDER}/{REGISTERS[name].file}"
        try:
            bound = _bound(place.folder, name, zone)
            if bound is None:
                staged.lacking[name] = f"register {REGISTERS[name].file} is absent: `houdbaar init` makes a template"
                continue
            staged.settings[shown, name] = StageSettings(zone, zone, None, 0, min_plausible, None, "")
            (part,) = Stager(engine, Cache(place.scratch), staged.settings).stage([bound], {}).parts_of(bound)
            _refuse_left_out(part)
        except SourceError as error:
            what = str(error).removeprefix(f"{shown}: ").replace("download the export again", "mend it, or put a copy back")
        except (EngineError, OSError):
            what = "it can't be read: check that it is there, whole, and that you may read it"
        else:
            staged.parts.append(part)
            if not all(is_plain_id(key) for key in _keys(engine, part)):
                staged.personal_keys.add(shown)
            continue
        if name in ("hold", "request"):
            what += "; until it is read, delete nothing on this audit's word"
        staged.lacking[name] = f"register {REGISTERS[name].file} can't be read"
        staged.problems.append(FileProblem(shown, what, f"register.{name}", f"register.{name}", True))
    return staged


def _keys(engine: Engine, part: Part) -> list[str]:
    query = select_from([column("record_key")], nested(all_of([part.path])))
    return [key for (key,) in engine.rows(sql_of(query)) if key is not None]


def _strangers(folder: Path) -> Iterator[FileProblem]:
    """Tables that are no register, such as holds.xlsx or hold.csv: somebody may think that they count."""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file() or path.is_symlink()) if folder.exists() else []
    except OSError:
        yield FileProblem(REGISTER_FOLDER, "the folder can't be opened: check its permissions", REGISTER_FOLDER, None, True)
        return
    for name in names:
        if name not in _FILES and not is_hidden(name) and _is_table(name):
            what = f"is no register: the files here are {', '.join(sorted(_FILES))}; rename it, save it as CSV, or move it elsewhere"
            yield FileProblem(f"{REGISTER_FOLDER}/{name}", what, REGISTER_FOLDER, None, True)


def _is_table(name: str) -> bool:
    """Whether a file may have been meant as a register; a text file only if it is called like one: README.txt is none."""
    stem, suffix = Path(name).stem.lower(), Path(name).suffix.lower()
    return suffix in _TABLES or (suffix == ".txt" and any(register in stem for register in REGISTERS))


def _bound(folder: Path, register: str, zone: str) -> BoundFile | None:
    """The register's file with its contract, or None where there is none. Raises SourceError for what can't be read as one."""
    path, shown = folder / REGISTERS[register].file, f"{REGISTER_FOLDER}/{REGISTERS[register].file}"
    if path.is_symlink():
        raise SourceError(f"{shown}: a link is not followed: put the file itself here")
    if not path.exists():
        return None
    if not path.is_file():
        raise SourceError(f"{shown}: not a file: put the register's CSV here")
    status = path.stat()
    file = ExportFile(path, None, shown, status.st_size, status.st_mtime_ns)
    head = peek(file)
    _check_header(head, REGISTERS[register], shown)
    source = Source(f"register.{register}", f"register.{register}", shown, timezone=zone, role="controller")
    return BoundFile(file, head, register_contract(register), source, None)


def _check_header(head: Head, entity: Entity, shown: str) -> None:
    """Raises SourceError for a header that isn't the register's. Names are not quoted: without a header they are people's data."""
    from houdbaar.policy.words import nearest

    if head.format != "csv":
        raise SourceError(f"{shown}: it is no CSV: save it as CSV with the header of the register")
    names = [folded(name) for name in head.columns]
    unknown = [position for position, name in enumerate(names) if name not in entity.header]
    if unknown:
        near = nearest(names[unknown[0]], entity.header)
        hint = f'did you mean "{near}"?' if near and near not in names else f"the columns are {', '.join(entity.header)}"
        raise SourceError(f"{shown}: column {unknown[0] + 1} of its header is not known: {hint}")
    if entity.key[0] not in names:
        raise SourceError(f"{shown}: the column {entity.key[0]} is missing in its header: add it, with a number for each row")


def _refuse_left_out(part: Part) -> None:
    """Below a comment at its top, a table ends at its first blank line; in a register what follows would be lost."""
    if part.counts.excluded.get(SECOND_TABLE):
        raise SourceError(f"{part.bound.name}: rows follow after a blank line: remove that line, or the comment at the top of the file")
