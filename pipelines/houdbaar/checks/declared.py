"""What people declared, as small tables for checks: roles and purposes of sources, settings, the policy's versions, countries."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from houdbaar.exports.entities import ENTITIES, REGISTERS
from houdbaar.resources import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from houdbaar.exports.part import Part
    from houdbaar.policy.model import Policy

Rows = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Declared:
    """A table of declarations: how it is made, and what fills it."""

    definition: str
    rows: Callable[[Policy, Sequence[Part]], Rows]


def _sources(_: Policy, parts: Sequence[Part]) -> Rows:
    """One row a source and entity; what the binding says goes before what its contract says."""
    rows = {
        (
            part.bound.source.name,
            part.table.entity,
            part.table.category,
            part.bound.source.role or part.bound.contract.role,
            part.bound.source.purposes or part.bound.contract.purposes,
        )
        for part in parts
        if part.table.entity not in REGISTERS
    }
    return [(*row[:4], list(row[4])) for row in sorted(rows, key=repr)]


def _purposes(policy: Policy, _: Sequence[Part]) -> Rows:
    """Each purpose with the kinds of data for which a clause describes it; 'all' stands for every kind."""
    pairs = {(purpose, kind) for clause in policy.clauses.values() for purpose in clause.purpose for kind in clause.category}
    return sorted(pairs)


def _keyed(_: Policy, __: Sequence[Part]) -> Rows:
    return [(name,) for name, entity in ENTITIES.items() if entity.keys]


def _identifiers(_: Policy, parts: Sequence[Part]) -> Rows:
    """Which kinds of identifiers the exports of a source have a column for."""
    columns = ((part, column) for part in parts if part.table.entity in ENTITIES for column in part.table.columns)
    return sorted(
        {(part.bound.source.name, column.identifier) for part, column in columns if column.identifier and column.name in part.fed}
    )


def _settings(policy: Policy, _: Sequence[Part]) -> Rows:
    return [(name, policy.knob(name) not in (None, ())) for name in sorted(policy.knobs)]


def _versions(policy: Policy, _: Sequence[Part]) -> Rows:
    return [(position, each.id, each.effective_from, each.text_sha256 is not None) for position, each in enumerate(policy.versions, 1)]


def _recipients(policy: Policy, _: Sequence[Part]) -> Rows:
    return [(name,) for name in sorted({" ".join(name.casefold().split()) for name in policy.knob("policy.recipients") or ()})]


def _countries(_: Policy, __: Sequence[Part]) -> Rows:
    return [(row["country"], row["basis"], _day(row["valid_from"]), _day(row["valid_to"])) for row in _lines("policy/adequacy.csv")]


def _lines(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(read_text(name).splitlines())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


_SOURCE = "create table declared_source (source varchar, entity varchar, category varchar, role varchar, purposes varchar[])"
_VERSION = "create table policy_version (position bigint, version varchar, effective_from date, has_text_hash boolean)"
_COUNTRY = "create table adequate_country (country varchar, basis varchar, valid_from date, valid_to date)"
# `adequate_country` (data/policy/adequacy.csv): the EEA, and where the Commission found data to be safe (GDPR article 45).
DECLARED: Mapping[str, Declared] = MappingProxyType(
    {
        "declared_source": Declared(_SOURCE, _sources),
        "described_purpose": Declared("create table described_purpose (purpose varchar, category varchar)", _purposes),
        "keyed_entity": Declared("create table keyed_entity (entity varchar)", _keyed),
        "fed_identifier": Declared("create table fed_identifier (source varchar, kind varchar)", _identifiers),
        "policy_setting": Declared("create table policy_setting (name varchar, is_set boolean)", _settings),
        "policy_version": Declared(_VERSION, _versions),
        "declared_recipient": Declared("create table declared_recipient (recipient varchar)", _recipients),
        "adequate_country": Declared(_COUNTRY, _countries),
    }
)
