"""What requests that were carried out left behind: rows of exports of the person that still are there, or still have the old value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from houdbaar.exports.entities import ENTITIES
from houdbaar.exports.originals import original_rows
from houdbaar.exports.syntax import sql_of
from houdbaar.exports.views import identifier_rows
from houdbaar.resources import package_text
from houdbaar.subjects.package.books import INVOICED_WITHIN_DAYS
from houdbaar.subjects.wrong_value import WrongValue

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.part import Part
    from houdbaar.subjects.normalise import EmailRules

_TABLES = """
    create table found_row (source varchar, file varchar, row bigint, found_path varchar);
    create table erased_row (source varchar, file varchar, row bigint, found_source varchar, found_date date, doubt varchar)
"""
_KEPT_HASH = "create table kept_hash (request_hash varchar, identifier_kind varchar, key_hash varchar, is_planned boolean)"
_CORRECTED_ROW = """
    select found.source, found.file, found.row, export_file.source as found_source, export_file.snapshot_date as found_date
    from found_row as found inner join export_file on found.found_path = export_file.path
    group by all
"""
_CORRECTED_KINDS = "select distinct kind from asked_person where is_corrected"
_BOOKS = frozenset({"invoice", "payment"})  # stay as they were issued: a correction stands beside them (domain.md 3.1)

_Wanted = tuple[str, int, str, str, int, str]  # path and row of an export; source, file and row of the request; the old value


def make_erased_keys(engine: Engine, as_of: date, kept: Sequence[tuple[str, str, str, bool]], pads: Mapping[str, bytes]) -> None:
    """Make `erased_key`, of the keyed hashes of people who were erased: of the request, kind, of kind and value, and whether
    its plan alone knew it. The view of `request` must stand; `pads` are those of the key.
    """
    engine.run(_KEPT_HASH)
    engine.insert_rows("kept_hash", list(kept))
    engine.make_table("erased_key", package_text("checks/marks/erased_key.sql"), {"as_of": as_of, **pads})


def find_left_behind(
    engine: Engine, parts: Sequence[Part], as_of: date, rules: EmailRules, pads: Mapping[str, bytes], books_to: date
) -> None:
    """Make `corrected_row` and `erased_row`.

    `asked_person`, `erased_key`, `book_entry`, `payment_entry`, `book_year` and the views of `request`, `mail_member`, `order`, `invoice`
    and of all that exports feed must stand. `books_to`: the last day of a book year whose books need not be kept any more.
    """
    engine.run(_TABLES)
    fed = {part.table.entity for part in parts} & set(ENTITIES)
    kinds = {kind for (kind,) in engine.rows(_CORRECTED_KINDS)}
    for entity in sorted(fed - _BOOKS if kinds else ()):
        engine.make_view("identifier_row", sql_of(identifier_rows([entity], parts, kinds)))
        wanted = engine.rows(package_text("checks/marks/person_of_request.sql"), {"entity": entity})
        mine = {str(part.path): part for part in parts if part.table.entity == entity}
        for path, rows in groupby(wanted, key=lambda row: row[0]):
            engine.insert_rows("found_row", _still_wrong(engine, mine[path], list(rows), rules))
    engine.make_table("corrected_row", _CORRECTED_ROW)
    engine.make_table("erased", package_text("checks/marks/erased.sql"), {"as_of": as_of})
    kinds = {kind for (kind,) in engine.rows("select identifier_kind from erased union select identifier_kind from erased_key")}
    if kinds and fed:
        engine.make_view("identifier_row", sql_of(identifier_rows(sorted(fed), parts, kinds)))
        # What the register no longer names is looked for by its hash.
        engine.append("erased", package_text("checks/marks/erased_hash.sql"), dict(pads))
        engine.make_table("erased_found", package_text("checks/marks/erased_found.sql"))
        values = {"statutory_years_cutoff_date": books_to, "invoiced_within_days": INVOICED_WITHIN_DAYS}
        engine.make_table("unbooked_order", package_text("checks/marks/unbooked_order.sql"), values)
        engine.append("erased_row", package_text("checks/marks/erased_row.sql"))


def _still_wrong(engine: Engine, part: Part, wanted: Sequence[_Wanted], rules: EmailRules) -> list[tuple[str, str, int, str]]:
    """The requests whose old value stands in a row of one file, in whichever column: also in those that no contract names."""
    originals = original_rows(engine, part, {row for _, row, *_ in wanted})
    return list(dict.fromkeys(_with_old_value(wanted, originals, rules)))


def _with_old_value(
    wanted: Iterable[_Wanted], originals: dict[int, dict[str, object]], rules: EmailRules
) -> Iterable[tuple[str, str, int, str]]:
    for path, found_row, source, file, row, old_value in wanted:
        value = WrongValue.of(old_value, rules)
        if value is not None and value.fields_of(originals.get(found_row, {})):
            yield source, file, row, path
