"""Which columns of an export feed an entity's: by them a plan names the columns of the table that the export came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from houdbaar.exports.contract import bound_columns, folded

if TYPE_CHECKING:
    from houdbaar.exports.contract import Column, Table
    from houdbaar.exports.part import Part


@dataclass(frozen=True, slots=True)
class Shape:
    """One file's columns. `direct`: entity column to the export's column that holds its value as it is; `types`: of Parquet, else empty."""

    table: Table
    direct: Mapping[str, str]
    headers: Mapping[str, str]  # the export's columns by their folded names
    types: Mapping[str, str]

    @classmethod
    def of(cls, part: Part) -> Shape:
        """The shape of a part."""
        names = list(part.types) or list(part.bound.head.columns)
        transformed = {item.name for item in part.table.columns if item.transform is not None}
        bound = bound_columns(part.table, names)
        direct = {name: own for name, own in bound.items() if name not in transformed}
        return cls(part.table, direct, {folded(name): name for name in reversed(names)}, part.types)

    def column(self, name: str) -> Column | None:
        """The contract's column of that name."""
        return next((item for item in self.table.columns if item.name == name), None)

    def keys(self) -> Mapping[str, str] | None:
        """The key's columns with the export's; None where the export has no column for one."""
        if not self.table.key or not set(self.table.key) <= set(self.direct):
            return None
        return {name: self.direct[name] for name in self.table.key}

    def cleared(self, name: str) -> tuple[str, ...]:
        """The export's columns to be emptied so that an entity's column is; none where that can't be told without touching others."""
        if name in self.direct:
            return (self.direct[name],)
        item = self.column(name)
        reads = self._read(item) if item is not None else set()
        others = {own for each in self.table.columns if each.name != name for own in (*self._read(each), *self._own(each))}
        return tuple(sorted(reads)) if reads and not reads & others else ()

    def personal(self) -> dict[str, tuple[str, ...]]:
        """What anonymising empties: every column that is read, by entity column, apart from the key and what is counted or summed."""
        return {
            item.name: found
            for item in self.table.columns
            if item.name not in self.table.key and item.logical_type not in ("number", "integer") and item.name not in _NOT_PERSONAL
            for found in [self.cleared(item.name)]
            if found
        }

    def _read(self, item: Column) -> set[str]:
        return {self.headers[folded(name)] for name in item.reads if folded(name) in self.headers} if item.transform else set()

    def _own(self, item: Column) -> tuple[str, ...]:
        return (self.direct[item.name],) if item.name in self.direct else ()


_NOT_PERSONAL = frozenset({"currency", "status"})  # say nothing of a person once nothing else does
