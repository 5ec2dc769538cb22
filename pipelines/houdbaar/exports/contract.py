"""Data contracts (Open Data Contract Standard v3): how the columns of an export become the columns of an entity.

`schema[].name` is the entity, a property's `name` its column, `physicalName` (and customProperty `aliases`) the export's column, a
top-level one: a nested field is reached by `transformLogic` with brackets, as in `device['web_info']['browser']`. A transform gives the
raw value, which is then cast by `logicalType`, format and `unit` like a column's; it may call the macros of
`sql/functions*.sql`. What ODCS has no word for stands in customProperties:

- contract: `detect` (formats, columns, path, preamble, share), `timezone`, `role`, `purposes`
- schema: `triggers`, `structure`, `derive`, `excludes`, `firstOf`, `explode`, `aggregate`, `loadedOn`, `category`
- property: `identifier`, `unit`, `aliases`, `kind`

`structure` names the export's columns that are known though no property has them as its physicalName (a transform may read only columns
that are named), with the DuckDB type that JSON and Avro are read as. An empty `triggers` says that the entity's term starts elsewhere.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from houdbaar.errors import ContractError


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of the entity is made (an ODCS property)."""

    name: str  # the entity's column
    physical_names: tuple[str, ...]  # physicalName, then the aliases; compared by `folded`; none: a transform over other columns
    logical_type: str  # string timestamp date boolean integer number array object
    format: str | None  # strptime format; None: ISO 8601
    unit: str | None  # micros millis seconds (since 1970 UTC), else None
    transform: str | None  # one scalar SQL expression over the export's columns
    reads: tuple[str, ...]  # the export's (or derived) columns that the transform reads
    identifier: str | None
    classification: str | None  # Fides data category
    is_end: bool  # an end or expiry: far-future sentinels mean 'no end', no future test
    key_position: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """What an export feeds of one entity (an ODCS schema object)."""

    entity: str
    category: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    triggers: tuple[str, ...]  # entity columns, the first available wins; empty: the entity's term starts elsewhere
    structure: Mapping[str, str]  # export column -> DuckDB type with all leaves VARCHAR
    derived: tuple[tuple[str, str], ...]  # (name, expression): intermediate values that transforms and `aggregate` read like columns
    excludes: tuple[tuple[str, str], ...]  # (reason, SQL condition): rows left out and counted
    first_of: str | None  # SQL expression: the first row of a file with a value is the record; others are left out and counted
    explode: str | None  # export or derived column holding a list: one staged row an element, `item` in transforms
    aggregate: str | None  # export or derived column with a count of people or sessions: the row is an aggregate without a person
    loaded_on: str | None  # SQL expression: the last day on which the row can have been collected; bounds a missing first trigger
    reads: tuple[str, ...]  # all export columns that transforms, derived values, excludes, first_of, explode, aggregate and loaded_on read


@dataclass(frozen=True, slots=True)
class Detect:
    """What a file must look like to be read by the contract."""

    formats: frozenset[str]  # parquet csv ndjson json avro excel
    columns: tuple[tuple[str, ...], ...]  # every group must have one of its names in the header
    path: str | None  # regular expression on the file's name incl. folders, case-insensitive
    preamble: str | None  # regular expression that a line before the header must match, case-insensitive
    share: float  # least part of the header's columns that the contract must name


@dataclass(frozen=True, slots=True)
class Contract:
    """One export shape. `digest` is the SHA-256 of the contract's text."""

    id: str
    version: str
    tables: tuple[Table, ...]
    detect: Detect
    timezone: str | None  # of stamps without an offset, where the export's maker fixed it
    default_timezone: str  # when neither binding nor contract says
    role: str | None
    purposes: tuple[str, ...]
    digest: str


@functools.lru_cache(maxsize=10_000)
def folded(name: str) -> str:
    """A header's name as names are compared: NFC, any case, spaces (NBSP too) and byte-order mark around it gone, one space inside."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\ufeff", "").replace("\u200b", "").casefold().split())


def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


def named_columns(contract: Contract) -> frozenset[str]:
    """Folded names of all export columns that the contract can read or knows."""
    names: set[str] = set()
    for table in contract.tables:
        names.update(table.structure, table.reads, *(column.physical_names for column in table.columns))
    return frozenset(folded(name) for name in names)


def bound_columns(table: Table, header: Iterable[str]) -> dict[str, str]:
    """Which of a file's columns feeds which column of the entity by name: the first of its physical names that the file has."""
    found = {folded(name): name for name in reversed(list(header))}
    names = {column.name: next((name for name in column.physical_names if folded(name) in found), None) for column in table.columns}
    return {column: found[folded(name)] for column, name in names.items() if name is not None}


def unknown_columns(contract: Contract, header: Sequence[str]) -> tuple[str, ...]:
    """A file's columns that feed nothing and that the contract doesn't name: also an alias beside the column that was chosen."""
    known: set[str] = set()
    for table in contract.tables:
        known.update(folded(name) for name in (*table.structure, *table.reads))
        known.update(folded(name) for name in bound_columns(table, header).values())
    return tuple(name for name in header if folded(name) not in known)


def read_structure(contract: Contract, header: Sequence[str]) -> dict[str, str]:
    """Keys of JSON and Avro records that are read, with DuckDB types: what the contract names, and of aliases those in the header.

    A key that the first records lack is read too (JSON leaves NULLs out), unless an alias of it is in the header. What a transform
    reads is read, whatever else feeds the column.
    """
    structure: dict[str, str] = {}
    found = {folded(name): name for name in reversed(header)}
    for table in contract.tables:
        bound = bound_columns(table, header)
        names = [bound.get(column.name, *column.physical_names[:1]) for column in table.columns if column.physical_names]
        structure.update({name: table.structure.get(name, "VARCHAR") for name in names})
        structure.update({found.get(folded(name), name): table.structure.get(name, "VARCHAR") for name in table.reads})
        structure.update(table.structure)
    return structure


def load_contract(text: str, origin: str) -> Contract:
    """The contract in a YAML text; `origin` is how errors name the file.

    Raises ContractError with file, line and near match for every problem at once: unknown entity, column, customProperty,
    classification or identifier, a transform that is no allowed scalar expression, a format that can't be understood, …
    """
    from houdbaar.exports.contract_reader import read_contract

    return read_contract(text, origin)


@functools.cache
def packaged_contracts() -> tuple[Contract, ...]:
    """All contracts of exports that come with Houdbaar, by id. Raises ContractError with the problems of all of them."""
    from houdbaar.resources import names, read_text

    contracts: list[Contract] = []
    errors: list[ContractError] = []
    # No export is ever taken for a register: `exports/registers.py` reads those, each by its own contract.
    for name in (name for name in names("contracts") if not name.startswith("register.")):
        try:
            contracts.append(load_contract(read_text(f"contracts/{name}"), f"data/contracts/{name}"))
        except ContractError as error:
            errors.append(error)
    if errors:
        raise ContractError("\n".join(str(error) for error in errors))
    return tuple(sorted(contracts, key=lambda contract: contract.id))


@functools.cache
def register_contract(register: str) -> Contract:
    """The contract of a register, such as 'hold'. Raises FileNotFoundError for what is no register: that is a bug."""
    from houdbaar.resources import read_text

    name = f"contracts/register.{register}.odcs.yaml"
    return load_contract(read_text(name), f"data/{name}")
