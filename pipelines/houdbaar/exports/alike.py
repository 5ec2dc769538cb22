"""Rows of an export that are of one record: the record itself, and the rows that a contract with `firstOf` leaves out beside it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from houdbaar.engines.duckdb import Engine
from houdbaar.errors import SourceError
from houdbaar.exports.contract import read_structure
from houdbaar.exports.expression import offer_macros
from houdbaar.exports.files import is_changed
from houdbaar.exports.read import read
from houdbaar.exports.rows_sql import Rows
from houdbaar.exports.shapes import root_of
from houdbaar.exports.stage import CHANGED
from houdbaar.exports.syntax import all_of, in_place_reader, raw_reader, sql_of
from houdbaar.folders import temp_folder

if TYPE_CHECKING:
    from houdbaar.exports.part import Part


@dataclass(slots=True)
class Alike:
    """The rows of one file that have the same value of `firstOf`, by number: records, and rows that are left out."""

    records: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)


def alike_rows(engine: Engine, part: Part) -> dict[str, Alike]:
    """The rows of a file by their value of `firstOf`; empty where the contract's table has none.

    Raises SourceError for a file that has changed since it was staged.
    """
    if part.table.first_of is None:
        return {}
    if part.is_in_place:
        reader = in_place_reader([part.path], root_of(part.bound))
        found = engine.rows(Rows(part.table, part.types).alike_sql(reader))
    else:
        found = _read_again(part)
    if is_changed(part.bound.file):
        raise SourceError(f"{part.bound.name}: {CHANGED}")
    alike: dict[str, Alike] = {}
    for row, value, is_record in found:
        mine = alike.setdefault(value, Alike())
        (mine.records if is_record else mine.others).append(row)
    return alike


def _read_again(part: Part) -> list[tuple[int, str, bool]]:
    """The rows of a text export, in the types of its contract: staging leaves neither them nor what it read of them."""
    with temp_folder("houdbaar-alike-") as folder, closing(Engine([], folder)) as engine:
        raw = folder / "raw.parquet"
        read(part.bound.file, part.bound.head, read_structure(part.bound.contract, part.bound.head.columns), raw)
        types = {name: kind for name, kind in engine.columns(sql_of(all_of([raw]))).items() if name != "row"}
        offer_macros(engine)
        return engine.rows(Rows(part.table, types).alike_sql(raw_reader([raw], [part.path], [part.bound.name])))
