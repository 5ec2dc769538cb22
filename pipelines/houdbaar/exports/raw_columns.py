"""The columns of an export that a contract reads, in the types that its expressions expect: nested where it says so, else as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.contract import bound_columns, folded
from houdbaar.exports.syntax import aliased, call, cast, column, data_type, field_names, is_nested, null_as

if TYPE_CHECKING:
    from houdbaar.exports.contract import Table


@dataclass(frozen=True, slots=True)
class RawColumns:
    """A contract's table and a shape of file; `present` maps the export's columns in it to their DuckDB types."""

    table: Table
    present: Mapping[str, str]
    bound: Mapping[str, str] = field(init=False)  # the entity's columns by name, each with the export's column that feeds it
    headers: Mapping[str, str] = field(init=False)  # the file's columns by their folded names; of two that fold to one name the first

    def __post_init__(self) -> None:
        """Bind the columns, once: they are asked for again and again."""
        object.__setattr__(self, "bound", bound_columns(self.table, self.present))
        object.__setattr__(self, "headers", {folded(name): name for name in reversed(list(self.present))})

    def nested_texts(self) -> tuple[str, ...]:
        """The export's columns that the contract declares nested and that this file holds flat: connectors write JSON into a CSV."""
        headers, read = self.headers, self._names()
        return tuple(
            name
            for name, declared in self.table.structure.items()
            if is_nested(declared) and name in read and folded(name) in headers and not is_nested(self.present[headers[folded(name)]])
        )

    def columns(self) -> list[exp.Expression]:
        """Every column that is read, under the contract's name, and after them `uncast:<name>`: whether nested text was lost."""
        flat = self.nested_texts()
        values = [aliased(self._text_and_nested(name)[1] if name in flat else self._typed(name), name) for name in self._names()]
        return values + [aliased(call("is_uncast", *self._text_and_nested(name)), f"uncast:{name}") for name in flat]

    def _names(self) -> dict[str, None]:
        """The contract's names of the columns that are read, in order."""
        derived = {name for name, _ in self.table.derived}
        names = [self.bound.get(item.name) for item in self.table.columns if item.transform is None]
        names += [name for name in self.table.reads if name not in derived and name not in ("file_name", "item")]
        return dict.fromkeys(name for name in names if name)

    def _text_and_nested(self, name: str) -> tuple[exp.Expression, exp.Expression]:
        """A column that holds nested values as text, and what that text says: JSON, or what Python and DuckDB print."""
        value = cast(column(self.headers[folded(name)]), "VARCHAR")
        kind = data_type(self.table.structure[name])
        json = exp.TryCast(this=value, to=data_type("JSON"))
        return value, exp.Coalesce(this=exp.TryCast(this=json, to=kind), expressions=[exp.TryCast(this=value, to=kind)])

    def _typed(self, name: str) -> exp.Expression:
        """A column as the contract declares it; absent ones are NULL, STRUCTs of an older shape are cast to the declared one."""
        declared, found = self.table.structure.get(name, "VARCHAR"), self.headers.get(folded(name))
        if found is None:
            return null_as(declared)
        kind = self.present[found]
        if declared == "VARCHAR" and kind != "VARCHAR" and not is_nested(kind) and found not in self.bound.values():
            return cast(column(found), "VARCHAR")  # transforms read text, as in a CSV
        if "STRUCT" in kind and "STRUCT" in declared and field_names(declared) - field_names(kind):
            return cast(column(found), declared)
        return column(found)
