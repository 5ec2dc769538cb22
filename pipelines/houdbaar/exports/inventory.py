"""Which file is which export, and which source it belongs to (design 3 and 7). Nothing is read here but heads and footers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from houdbaar.errors import SourceError
from houdbaar.exports.detect import is_cut, misfit, nearest, recognise
from houdbaar.exports.files import ExportFile, find
from houdbaar.exports.footers import Footer, read_footers
from houdbaar.exports.head import Head, peek
from houdbaar.exports.source import BoundFile, FileProblem, Source

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.contract import Contract

# A file with one of these endings is an export that should have been read; anything else is a stranger (SCP-TABLE).
KNOWN_KINDS = frozenset({".parquet", ".csv", ".tsv", ".json", ".ndjson", ".jsonl", ".avro", ".xlsx", ".xls", ".zip", ".gz"})


@dataclass(slots=True)
class Inventory:
    """What lies in the exports folder: bound files, footers of the Parquet files among them, and what can't be spoken for.

    `strays` are those of the last that are tables: no contract recognises them, but they can be looked into.
    """

    root: Path
    files: list[BoundFile] = field(default_factory=list)
    footers: dict[Path, Footer] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)
    strays: list[tuple[ExportFile, Head]] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)  # names of files that are what they are bound as, but for a column

    def unrecognised_tables(self) -> list[str]:
        """Names of files that are tables, by their shape or their ending, and that no contract recognises."""
        strange = [problem for problem in self.problems if not problem.is_fatal]
        return [each.name for each in strange if each.what.startswith(_MISBOUND) or _suffix(each.name) in KNOWN_KINDS]


_MISBOUND = "bound as"


def take_inventory(root: Path, sources: Sequence[Source], contracts: Sequence[Contract], engine: Engine, zone: str) -> Inventory:
    """Look at every file under `root` and say what it is.

    `sources` are a workspace's bindings (none for a bare folder), `zone` the local time zone for extraction dates without an offset.
    """
    inventory = Inventory(root)
    found, problems = find(root)
    for problem in problems:
        is_fatal = problem.is_folder or _suffix(problem.name) in KNOWN_KINDS
        binding = _only_binding(f"{problem.name}/" if problem.is_folder else problem.name, sources)
        inventory.problems.append(FileProblem(problem.name, problem.what, binding, None, is_fatal))
    parquet = [file for file in found if _is_parquet(file)]
    inventory.footers, broken = read_footers(engine, [file.path for file in parquet], _statistics_columns(contracts))
    unreadable = set(broken)
    shapes: dict[tuple[tuple[str, ...], str], tuple[Head, Contract | None, str]] = {}
    for file in found:
        if file.path in unreadable and _is_parquet(file):
            what = "its Parquet footer can't be read (cut off or damaged): download the export again"
            inventory.problems.append(FileProblem(file.name, what, _only_binding(file.name, sources), None, True))
        elif file.path in inventory.footers and _is_parquet(file):
            _place_parquet(file, inventory, sources, contracts, shapes, zone)
        else:
            _place(file, inventory, sources, contracts, zone)
    _name_sources(inventory)
    _note_missing(inventory, sources, contracts)
    return inventory


def _note_missing(inventory: Inventory, sources: Sequence[Source], contracts: Sequence[Contract]) -> None:
    """A binding that no file feeds: last month's export may have been forgotten, and its silence must not look like an improvement."""
    with_files = {bound.source.name for bound in inventory.files}
    # A stranger beside a source's own files is a stranger; alone, or but for a column, it is an export in a shape that can't be read.
    inventory.problems = [
        dataclasses.replace(problem, is_fatal=False)
        if problem.what.startswith(_MISBOUND) and problem.source in with_files and problem.name not in inventory.cut
        else problem
        for problem in inventory.problems
    ]
    fed = with_files | {problem.source for problem in inventory.problems if problem.is_fatal}
    for source in sources:
        if source.name in fed:
            continue
        other = next((bound for bound in inventory.files if matches(source.path, bound.file.name)), None)
        if other is not None:
            what = f"{_misbound(other.head, source, contracts)}; it was read as {other.contract.id}"
            inventory.problems.append(FileProblem(other.file.name, what, source.name, source.contract, True))
        else:
            what = f'no file matches the path of source "{source.name}" in houdbaar.toml: put it there, mend the path, or delete the block'
            inventory.problems.append(FileProblem(source.path, what, source.name, source.contract, True))


def _is_parquet(file: ExportFile) -> bool:
    return file.member is None and file.path.suffix.lower() == ".parquet"


def _suffix(name: str) -> str:
    return PurePosixPath(name.rsplit("!", maxsplit=1)[-1]).suffix.lower()


def _statistics_columns(contracts: Iterable[Contract]) -> set[str]:
    """The export columns that start a term: the only ones whose least and greatest value matter."""
    return {
        name
        for contract in contracts
        if "parquet" in contract.detect.formats
        for table in contract.tables
        for item in table.columns
        if item.name in table.triggers and item.transform is None
        for name in item.physical_names
    }


def _place(file: ExportFile, inventory: Inventory, sources: Sequence[Source], contracts: Sequence[Contract], zone: str) -> None:
    try:
        head = peek(file)
    except SourceError as error:
        is_fatal = _suffix(file.name) in KNOWN_KINDS
        what = str(error).removeprefix(f"{file.name}: ")
        inventory.problems.append(FileProblem(file.name, what, _only_binding(file.name, sources), None, is_fatal))
        return
    contract, doubt = _recognised(head, file.name, contracts)
    _bind(file, head, contract, doubt, inventory, sources, contracts, zone)


def _place_parquet(
    file: ExportFile,
    inventory: Inventory,
    sources: Sequence[Source],
    contracts: Sequence[Contract],
    shapes: dict[tuple[tuple[str, ...], str], tuple[Head, Contract | None, str]],
    zone: str,
) -> None:
    """Files of one shape with names that differ in digits only are recognised once: a year of shards is one question."""
    key = (tuple(inventory.footers[file.path].types), re.sub(r"\d+", "0", file.name))
    if key not in shapes:
        head = Head("parquet", key[0])
        shapes[key] = (head, *_recognised(head, file.name, contracts))
    head, contract, doubt = shapes[key]
    _bind(file, head, contract, doubt, inventory, sources, contracts, zone)


def _recognised(head: Head, name: str, contracts: Sequence[Contract]) -> tuple[Contract | None, str]:
    match = recognise(head, name, contracts)
    if match.contract is None and match.candidates:
        return None, f"could be {' or '.join(match.candidates)}: bind it to one of them in houdbaar.toml"
    if match.contract is None and (near := nearest(head, name, contracts)) is not None:
        like = f"it is most like {near[0]}, but its header lacks {near[1]}"
        return None, f"no contract recognises it; {like}: export it anew with that column, add a contract, or delete it"
    return match.contract, "no contract recognises it: bind it in houdbaar.toml, add a contract, or delete it"


def _bind(
    file: ExportFile,
    head: Head,
    contract: Contract | None,
    doubt: str,
    inventory: Inventory,
    sources: Sequence[Source],
    contracts: Sequence[Contract],
    zone: str,
) -> None:
    bindings = [source for source in sources if matches(source.path, file.name)]
    chosen = next((source for source in bindings if contract is not None and source.contract == contract.id), None)
    if chosen is None and (forced := _forced(head, bindings, contracts)) is not None:
        chosen, contract = forced
    if contract is None:
        is_bound = bool(bindings) and head.format != "unknown"
        missing = _misbound(head, bindings[0], contracts) if is_bound else doubt
        if is_bound and any(each.id == bindings[0].contract and is_cut(each, head) for each in contracts):
            inventory.cut.add(file.name)
        inventory.problems.append(FileProblem(file.name, missing, bindings[0].name if is_bound else None, None, is_bound))
        if not is_bound and head.format != "unknown":
            inventory.strays.append((file, head))
        return
    source = chosen or Source(name="", contract=contract.id, is_bound=False)
    inventory.files.append(BoundFile(file, head, contract, source, extraction(source, file.name, zone)))


def _misbound(head: Head, binding: Source, contracts: Sequence[Contract]) -> str:
    meant = [contract for contract in contracts if contract.id == binding.contract]
    return f"{_MISBOUND} {binding.contract}, {misfit(meant[0], head)}" if meant else "no contract recognises it: name one in houdbaar.toml"


def _forced(head: Head, bindings: Sequence[Source], contracts: Sequence[Contract]) -> tuple[Source, Contract] | None:
    """A binding decides, whatever the file is taken for otherwise, if the file has the columns that the contract asks for."""
    by_id = {contract.id: contract for contract in contracts}
    for source in bindings:
        contract = by_id.get(source.contract or "")
        if contract is not None and recognise(head, "", [contract], is_bound=True).contract is not None:
            return source, contract
    return None


def _only_binding(name: str, sources: Sequence[Source]) -> str | None:
    """The one source that a file belongs to by its path, or a folder (which ends with '/') with all that can lie in it."""
    found = [source.name for source in sources if matches(source.path, name) or (name.endswith("/") and source.path.startswith(name))]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/?|\*|\?)", glob)
    translated = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(translated.get(part, re.escape(part)) for part in parts) + r"(?:!.*)?")


def matches(glob: str, name: str) -> bool:
    """Whether a file's name matches a binding's path: `**` crosses folders, `*` doesn't; an archive's path covers its members."""
    return _pattern(glob).fullmatch(name) is not None


def extraction(source: Source, name: str, zone: str) -> datetime | None:
    """When an export was made: the binding's instant, or what its pattern reads from the file's or folder's name (end of that day)."""
    if source.extracted_pattern is None:
        return source.extracted_at
    tokens = {"%Y": r"\d{4}", "%m": r"\d{2}", "%d": r"\d{2}", "%H": r"\d{2}", "%M": r"\d{2}", "%S": r"\d{2}"}
    pieces = re.split(r"(%[YmdHMS])", source.extracted_pattern)
    match = re.search("".join(tokens.get(piece, re.escape(piece)) for piece in pieces), name)
    if match is None:
        return None
    try:
        moment = datetime.strptime(match[0], source.extracted_pattern).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    if "%H" not in source.extracted_pattern:
        return datetime.combine(moment.date(), time(23, 59, 59), ZoneInfo(zone))
    return moment


def _name_sources(inventory: Inventory) -> None:
    """Unbound files get a source a contract and folder: the contract's id, then -2, -3 in path order (design 3)."""
    groups: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    for position, bound in enumerate(inventory.files):
        if bound.source.is_bound:
            continue
        group = (bound.contract.id, _folder(bound.name))
        if group not in groups:
            counts[bound.contract.id] = counts.get(bound.contract.id, 0) + 1
            number = counts[bound.contract.id]
            groups[group] = bound.contract.id if number == 1 else f"{bound.contract.id}-{number}"
        source = Source(name=groups[group], contract=bound.contract.id, is_bound=False)
        inventory.files[position] = BoundFile(bound.file, bound.head, bound.contract, source, bound.extracted_at)
    inventory.problems = [_adopted(problem, inventory.files) for problem in inventory.problems]


def _folder(name: str) -> str:
    return name.split("!", maxsplit=1)[0] if "!" in name else name.rpartition("/")[0]


def _adopted(problem: FileProblem, files: Sequence[BoundFile]) -> FileProblem:
    """An unreadable file belongs to the source of its neighbours: those in its folder with its ending, if they agree."""
    if problem.source is not None or not problem.is_fatal:
        return problem
    neighbours = {
        bound.source.name
        for bound in files
        if _folder(bound.name) == _folder(problem.name) and _suffix(bound.name) == _suffix(problem.name)
    }
    return FileProblem(problem.name, problem.what, neighbours.pop() if len(neighbours) == 1 else None, None, True)
