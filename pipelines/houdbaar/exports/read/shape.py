"""Nested records as Arrow columns of a declared structure, every leaf text. Column by column, so that it is C that loops."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice, repeat
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias

from houdbaar.errors import ContractError
from houdbaar.exports.classify.sample import Samples, add_values
from houdbaar.exports.read.raw import INVALID_JSON, MISFIT

if TYPE_CHECKING:
    import pyarrow as pa

_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|\w+|\[\]|[(),])')
_LEAVES = frozenset({"VARCHAR", "TEXT", "STRING"})
_MOST_UNKNOWN = 1_000  # more names than that are data used as keys

Value: TypeAlias = Any  # a JSON or Avro value


@dataclass(frozen=True, slots=True)
class Leaf:
    """VARCHAR."""


@dataclass(frozen=True, slots=True)
class Struct:
    """STRUCT(name type, …)."""

    fields: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Many:
    """type[]."""

    item: Node


Node: TypeAlias = Leaf | Struct | Many


class MisfitError(Exception):
    """A value has another shape than the structure says; which record's, `flaw` tells."""


def parse_structure(structure: Mapping[str, str]) -> Struct:
    """The columns of a contract's `structure` as a tree. Raises ContractError for a type that isn't text, STRUCT or a list."""
    return Struct({name: _parse_type(kind) for name, kind in structure.items()})


def _parse_type(kind: str) -> Node:
    tokens = _TOKEN.findall(kind)
    if "".join(tokens) != re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", kind):
        raise _unusable(kind)
    stream = iter([*tokens, ""])
    try:
        node, following = _parse_node(next(stream), stream)
    except (StopIteration, RecursionError):
        raise _unusable(kind) from None
    if following:
        raise _unusable(kind)
    return node


def _parse_node(token: str, stream: Iterator[str]) -> tuple[Node, str]:
    node: Node = Leaf()
    if token.upper() == "STRUCT":
        node = _parse_fields(stream)
    elif token.upper() not in _LEAVES:
        raise StopIteration
    following = next(stream)
    while following == "[]":
        node, following = Many(node), next(stream)
    return node, following


def _parse_fields(stream: Iterator[str]) -> Struct:
    fields: dict[str, Node] = {}
    separator = next(stream)
    while separator in ("(", ","):
        name = next(stream)
        fields[name[1:-1].replace('""', '"') if name.startswith('"') else name], separator = _parse_node(next(stream), stream)
    if separator != ")":
        raise StopIteration
    return Struct(fields)


def _unusable(kind: str) -> ContractError:
    return ContractError(f"structure: the type {kind!r} can't be used; write VARCHAR, STRUCT(name type, …) or a list of them (type[])")


def arrow_type(node: Node) -> pa.DataType:
    """The Arrow type of a node."""
    import pyarrow as pa

    if isinstance(node, Leaf):
        return pa.string()
    if isinstance(node, Many):
        return pa.list_(arrow_type(node.item))
    return pa.struct([pa.field(name, arrow_type(child)) for name, child in node.fields.items()])


@dataclass(frozen=True, slots=True)
class Shaper:
    """Builds columns; `to_text` turns a leaf that isn't text into it, names that the structure lacks go to `unknown`,
    a sample of their values to `samples`.

    `has_bytes` says that leaves can be bytes (Avro), which Arrow would take for text.
    """

    root: Struct
    to_text: Callable[[Value], str]
    has_bytes: bool
    unknown: set[str]
    samples: Samples

    def columns(self, records: Sequence[Mapping[str, Value]]) -> list[pa.Array]:
        """One array a column. Raises MisfitError when a record has a value of another shape."""
        return self._fields(self.root, list(records), "")

    def _fields(self, node: Struct, records: list[Value], path: str) -> list[pa.Array]:
        names: set[str] = set()
        names.update(*records)
        strange = sorted(names.difference(node.fields))
        self.unknown.update(islice((f"{path}{name}" for name in strange), max(0, _MOST_UNKNOWN - len(self.unknown))))
        for name in strange:
            for record in records:
                if name in record:
                    add_values(self.samples, f"{path}{name}", record[name])
        # GA4 leaves out what is null: most columns of a batch have no value at all.
        return [
            self._array(child, list(map(dict.get, records, repeat(name))), f"{path}{name}")
            if name in names
            else _absent(child, len(records))
            for name, child in node.fields.items()
        ]

    def _array(self, node: Node, values: list[Value], path: str) -> pa.Array:
        if isinstance(node, Leaf):
            return self._leaf(values)
        return self._many(node, values, path) if isinstance(node, Many) else self._struct(node, values, path)

    def _leaf(self, values: list[Value]) -> pa.Array:
        import pyarrow as pa

        try:
            if not self.has_bytes:
                with contextlib.suppress(pa.ArrowException):
                    return pa.array(values, pa.string())
            texts = [value if value is None or type(value) is str else self.to_text(value) for value in values]
            return pa.array(texts, pa.string())
        except UnicodeEncodeError:  # half of a surrogate pair: no text
            raise MisfitError from None

    def _many(self, node: Many, values: list[Value], path: str) -> pa.Array:
        import pyarrow as pa

        _check_kinds(set(map(type, values)), list)
        filled = [value or () for value in values]
        items = self._array(node.item, list(chain.from_iterable(filled)), path)
        offsets = pa.array(list(accumulate(map(len, filled), initial=0)), pa.int32())
        return pa.ListArray.from_arrays(offsets, items, mask=_nulls(values))

    def _struct(self, node: Struct, values: list[Value], path: str) -> pa.Array:
        import pyarrow as pa

        kinds = set(map(type, values))
        if list in kinds:  # how PHP writes an empty object
            values = [None if value == [] else value for value in values]
            kinds = set(map(type, values))
        _check_kinds(kinds, dict)
        filled = [value or {} for value in values] if NoneType in kinds else values
        children = self._fields(node, filled, f"{path}.")
        fields = [pa.field(name, child.type) for name, child in zip(node.fields, children, strict=True)]
        return pa.StructArray.from_arrays(children, fields=fields, mask=_nulls(values))


def _absent(node: Node, rows: int) -> pa.Array:
    import pyarrow as pa

    return pa.nulls(rows, arrow_type(node))


def _nulls(values: list[Value]) -> pa.Array:
    import pyarrow as pa

    return pa.array([value is None for value in values], pa.bool_())


def _check_kinds(kinds: set[type], kind: type) -> None:
    if kinds - {kind, NoneType}:
        raise MisfitError


def flaw(node: Node, value: Value) -> str | None:
    """Why a record can't be staged, as a reason for its rejection; None when it can."""
    if value is None or (isinstance(node, Struct) and value == []):
        return None
    if isinstance(node, Leaf):
        return _text_flaw(value)
    if isinstance(node, Many):
        return _first_flaw(flaw(node.item, item) for item in value) if isinstance(value, list) else MISFIT
    if not isinstance(value, dict):
        return MISFIT
    return _first_flaw(flaw(child, value.get(name)) for name, child in node.fields.items())


def _first_flaw(flaws: Iterator[str | None]) -> str | None:
    return next((found for found in flaws if found), None)


def _text_flaw(value: Value) -> str | None:
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return INVALID_JSON
    return None
