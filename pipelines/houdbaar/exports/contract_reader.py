"""From the YAML of a contract to its dataclasses, checking every word on the way and collecting all problems."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from houdbaar.exports import vocabulary
from houdbaar.exports.contract import Column, Contract, Detect, Table, folded, is_zone
from houdbaar.exports.entities import CATEGORIES, IDENTIFIERS, RECORDS, Entity
from houdbaar.exports.expression import ExpressionError, callable_names, columns_read
from houdbaar.exports.located import Located, Problems, read_yaml

_NOTHING = Located(None, 1)


def read_contract(text: str, origin: str) -> Contract:
    """See `contract.load_contract`."""
    problems = Problems(origin)
    root = _Section(read_yaml(text, origin), problems)
    root.only(vocabulary.CONTRACT_KEYS, "key")
    if root.text("kind") != "DataContract" or not (root.text("apiVersion") or "").startswith("v3."):
        problems.add(root.line, "this is no data contract: kind must be DataContract and apiVersion v3.…")
    custom = root.custom(vocabulary.CONTRACT_CUSTOM)
    tables = tuple(_table(section) for section in root.sections("schema"))
    if not tables:
        problems.add(root.line, "the contract has no schema: name at least one entity")
    detect = _detect(custom.section("detect"), tables)
    purposes = custom.words("purposes", vocabulary.PURPOSES, "purpose")
    zone = custom.text("timezone")
    if zone is not None and not is_zone(zone):
        problems.add(custom.line_of("timezone"), f'unknown time zone "{zone}"')
    contract_id, version = root.text("id"), root.text("version")
    if not contract_id or not version:
        problems.add(root.line, "id and version are required")
    problems.stop()
    return Contract(
        id=contract_id or "",
        version=version or "",
        tables=tables,
        detect=detect,
        timezone=zone,
        default_timezone="UTC" if tables[0].category == "MKT" else "Europe/Amsterdam",
        role=custom.word("role", vocabulary.ROLES, "role"),
        purposes=purposes,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


@dataclass(frozen=True, slots=True)
class _Section:
    """A mapping of the contract whose reading notes what is wrong."""

    located: Located
    problems: Problems

    @property
    def line(self) -> int:
        return self.located.line

    @property
    def items(self) -> Mapping[str, Located]:
        return self.located.value if isinstance(self.located.value, dict) else {}

    def only(self, known: Iterable[str], what: str) -> None:
        if self.located.value is not None and not isinstance(self.located.value, dict):
            self.problems.add(self.line, "here should stand keys with values")
        self.problems.check_words(self.items, known, what)

    def line_of(self, key: str) -> int:
        return self.items.get(key, self.located).line

    def text(self, key: str) -> str | None:
        value = self.items.get(key, _NOTHING).value
        if value is None or isinstance(value, str):
            return value
        self.problems.add(self.line_of(key), f"{key} must be text")
        return None

    def texts(self, key: str) -> tuple[Located, ...]:
        """A list of texts, or one text alone."""
        item = self.items.get(key, _NOTHING)
        found = item.value if isinstance(item.value, list) else [item] if item.value is not None else []
        wrong = [part for part in found if not isinstance(part.value, str)]
        for part in wrong:
            self.problems.add(part.line, f"{key} must be a list of texts")
        return tuple(part for part in found if part not in wrong)

    def word(self, key: str, known: Iterable[str], what: str) -> str | None:
        value = self.text(key)
        choices = list(known)
        if value is not None and value not in choices:
            self.problems.add(self.line_of(key), f'unknown {what} "{value}"', value, choices)
        return value

    def words(self, key: str, known: Iterable[str], what: str) -> tuple[str, ...]:
        found, choices = self.texts(key), list(known)
        for part in found:
            if part.value not in choices:
                self.problems.add(part.line, f'unknown {what} "{part.value}"', part.value, choices)
        return tuple(part.value for part in found)

    def section(self, key: str) -> _Section:
        return _Section(self.items.get(key, Located(None, self.line)), self.problems)

    def sections(self, key: str) -> tuple[_Section, ...]:
        value = self.items.get(key, _NOTHING).value
        return tuple(_Section(item, self.problems) for item in value) if isinstance(value, list) else ()

    def custom(self, known: Iterable[str]) -> _Section:
        """`customProperties` as one mapping, its keys checked."""
        found: dict[str, Located] = {}
        for part in self.sections("customProperties"):
            part.only(("id", "property", "value", "description", "vendor"), "key")
            name = part.text("property") or ""
            found[name] = Located(part.items.get("value", _NOTHING).value, part.line)
        section = _Section(Located(found, self.line), self.problems)
        section.only(known, "customProperty")
        return section

    def mapping(self, key: str) -> dict[str, str]:
        """A mapping of texts to texts."""
        part = self.section(key)
        return {name: part.text(name) or "" for name in part.items}


def _detect(section: _Section, tables: tuple[Table, ...]) -> Detect:
    section.only(vocabulary.DETECT_KEYS, "detect key")
    formats = section.words("formats", vocabulary.FORMATS, "format")
    if not formats:
        section.problems.add(section.line, "detect needs formats: " + ", ".join(vocabulary.FORMATS))
    groups = section.items.get("columns", _NOTHING).plain() or []
    for key in ("path", "preamble"):
        _check_pattern(section, key)
    share = section.items.get("share", _NOTHING).value
    return Detect(
        formats=frozenset(formats),
        columns=tuple(_with_aliases([group] if isinstance(group, str) else group, tables) for group in groups),
        path=section.text("path"),
        preamble=section.text("preamble"),
        share=float(share) if isinstance(share, (int, float)) else 0.0,
    )


def _with_aliases(names: list[str], tables: tuple[Table, ...]) -> tuple[str, ...]:
    """The names of a group; where one is a physicalName, its aliases will do as well."""
    aliases = [column.physical_names for table in tables for column in table.columns if set(names) & set(column.physical_names[:1])]
    return tuple(dict.fromkeys([*names, *(alias for group in aliases for alias in group)]))


def _check_pattern(section: _Section, key: str) -> None:
    try:
        re.compile(section.text(key) or "")
    except re.error:
        section.problems.add(section.line_of(key), f"{key} is no regular expression")


def _table(section: _Section) -> Table:
    section.only(vocabulary.SCHEMA_KEYS, "key")
    custom = section.custom(vocabulary.SCHEMA_CUSTOM)
    entity = RECORDS.get(section.word("name", RECORDS, "entity") or "", _ANY)
    columns = tuple(_column(part, entity) for part in section.sections("properties"))
    _check_twice(section, [column.name for column in columns])
    derived = tuple(custom.mapping("derive").items())
    excludes = tuple((part.text("reason") or "", part.text("condition") or "") for part in custom.sections("excludes"))
    explode, aggregate, loaded_on, first_of = (custom.text(key) for key in ("explode", "aggregate", "loadedOn", "firstOf"))
    checked = [(custom.line_of("derive"), f"derive {name}", text) for name, text in derived]
    checked += [(custom.line_of("excludes"), f"excludes ({reason})", condition) for reason, condition in excludes]
    checked += [(custom.line_of("loadedOn"), "loadedOn", loaded_on)] if loaded_on else []
    checked += [(custom.line_of("firstOf"), "firstOf", first_of)] if first_of else []
    read = [name for line, what, text in checked for name in _columns_of(section.problems, line, what, text)]
    read += [name for column in columns for name in column.reads] + [name for name in (explode, aggregate) if name]
    table = Table(
        entity=entity.name,
        category=custom.word("category", CATEGORIES, "category") or entity.category,
        columns=columns,
        key=tuple(column.name for column in sorted(columns, key=lambda item: item.key_position or 0) if column.key_position),
        triggers=custom.words("triggers", (column.name for column in columns), "trigger: no property of that name"),
        structure=MappingProxyType(custom.mapping("structure")),
        derived=derived,
        excludes=excludes,
        first_of=first_of,
        explode=explode,
        aggregate=aggregate,
        loaded_on=loaded_on,
        reads=tuple(name for name in dict.fromkeys(read) if name not in dict(derived)),
    )
    _check_reads(section, table)
    return table


_ANY = Entity("", "", (), (), (), frozenset())


def _check_twice(section: _Section, names: list[str]) -> None:
    for name in {name for name in names if names.count(name) > 1}:
        section.problems.add(section.line, f'property "{name}" stands here twice')


def _check_reads(section: _Section, table: Table) -> None:
    """What a transform reads must be named: a misspelt column would be NULL for ever, and nobody would see it."""
    known = [*table.structure, *(name for column in table.columns for name in column.physical_names)]
    lines = {part.text("name"): part.line_of("transformLogic") for part in section.sections("properties")}
    for name in table.reads:
        if folded(name) not in {folded(item) for item in known}:
            line = next((lines[column.name] for column in table.columns if name in column.reads), section.line)
            what = f'column "{name}" is read but neither a physicalName nor in structure'
            section.problems.add(line, what, name, known)


def _columns_of(problems: Problems, line: int, what: str, text: str) -> tuple[str, ...]:
    try:
        return columns_read(text)
    except ExpressionError as error:
        problems.add(line, f"{what} {error}", error.word, callable_names())
        return ()


def _column(section: _Section, entity: Entity) -> Column:
    section.only(vocabulary.PROPERTY_KEYS, "key")
    custom = section.custom(vocabulary.PROPERTY_CUSTOM)
    name = section.word("name", entity.names, f"column of {entity.name}") if entity.name else section.text("name")
    transform, physical = section.text("transformLogic"), section.text("physicalName")
    reads = _columns_of(section.problems, section.line_of("transformLogic"), "transformLogic", transform) if transform else ()
    first = physical or (None if transform else name)
    kind = custom.word("kind", ("end",), "kind")
    return Column(
        name=name or "",
        physical_names=((first,) if first else ()) + tuple(part.value for part in custom.texts("aliases")),
        logical_type=_logical_type(section, entity, name),
        format=_format(section.section("logicalTypeOptions")),
        unit=custom.word("unit", vocabulary.UNITS, "unit"),
        transform=transform,
        reads=reads,
        identifier=custom.word("identifier", IDENTIFIERS, "identifier"),
        classification=section.word("classification", vocabulary.CLASSIFICATIONS, "classification"),
        is_end=kind == "end" or name in entity.ends,
        key_position=_key_position(section),
    )


def _key_position(section: _Section) -> int | None:
    position: Any = section.items.get("primaryKeyPosition", _NOTHING).value
    if not section.items.get("primaryKey", _NOTHING).value:
        return None
    return position if isinstance(position, int) else 1


def _logical_type(section: _Section, entity: Entity, name: str | None) -> str:
    """What the entity's column says; a contract that says otherwise is wrong."""
    said = section.text("logicalType")
    if name not in entity.names:
        return said or "string"
    wanted = vocabulary.logical_type(entity.type_of(name))
    if said != wanted:
        section.problems.add(section.line_of("logicalType"), f"logicalType of {entity.name}.{name} must be {wanted}")
    return wanted


def _format(options: _Section) -> str | None:
    pattern = options.text("format")
    if pattern is None:
        return None
    found = vocabulary.strptime_format(pattern)
    if found is None:
        options.problems.add(options.line_of("format"), f'format "{pattern}" can\'t be understood: write it as in yyyy-MM-dd HH:mm:ss')
    return found
