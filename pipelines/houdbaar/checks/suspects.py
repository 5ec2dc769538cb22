"""Which files of events may hold a text that shouldn't stand in analytics: the others need not be unpacked, event by event.

Each different text of a file is looked at by itself, keys of parameters apart from values. What `leaks.sql` finds in a key with its value
shows in the value alone, or in a key that says what its value is; a number shows by its key only. So a file without such texts has no
leak; one with some goes the long way, where keys and values stand together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.engines.arrays import whole_numbers
from houdbaar.engines.memory import give_back
from houdbaar.exports.contract import folded
from houdbaar.exports.leaf_texts import LeafReader, LeafTexts
from houdbaar.exports.raw_columns import RawColumns
from houdbaar.exports.views import FEW_ROWS, make_view
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.part import Part
    from houdbaar.exports.views import Settings

_TEXTS = ("page_url", "referrer_url", "user_id", "parameters")
_OTHERS = frozenset({"ip", "latitude", "longitude"})  # which are looked at in every row
# Transforms that hand keys and values on as they are.
_HANDING_ON = re.compile(r"(ga_param|ga_params|ga_event_params)\([\w', ]+\)")
_MOST_BYTES = 64 << 20  # of texts that are looked at in one go; a file with more of them is unpacked


def make_suspect_events(engine: Engine, parts: Sequence[Part], settings: Settings, root: Path) -> None:
    """Make the view `suspect_event`: events of the files in whose texts something may stand that shouldn't."""
    events = [part for part in parts if part.table.entity == "analytics_event"]
    make_view(engine, "analytics_event", suspect_parts(engine, events), settings, root, "suspect_event")


def suspect_parts(engine: Engine, parts: Sequence[Part]) -> list[Part]:
    """The parts whose texts, keys and values apart, may hold something; and those that can't be told by their texts."""
    if sum(part.counts.rows_staged for part in parts) <= FEW_ROWS:
        return list(parts)
    suspect: set[int] = set()
    waiting: dict[int, list[LeafTexts]] = {}
    size = 0
    reader = LeafReader(_MOST_BYTES)  # mostly Python's work: a second thread would make it slower
    for number, part in enumerate(parts):
        texts = _texts(reader, part)
        if texts is None:
            suspect.add(number)
            continue
        waiting[number] = texts
        size += sum(each.texts.nbytes for each in texts)
        if size > _MOST_BYTES:
            suspect |= _suspect(engine, waiting)
            waiting, size = {}, 0
    suspect |= _suspect(engine, waiting)
    give_back()
    return [part for number, part in enumerate(parts) if number in suspect]


def _texts(reader: LeafReader, part: Part) -> list[LeafTexts] | None:
    """The different texts of a part's file, or None where they don't tell everything."""
    columns = _columns(part)
    if columns is None or any("." in name for name in columns):  # dots part the names of nested columns
        return None
    return reader.texts(part.path, columns)


def _columns(part: Part) -> list[str] | None:
    """The file's columns that hold what is looked at, as it is; None where something else is made of them."""
    if part.fed & _OTHERS:
        return None
    items = [item for item in part.table.columns if item.name in _TEXTS and item.name in part.fed]
    if not part.is_in_place:
        return [item.name for item in items]
    raw = RawColumns(part.table, part.types)
    made = {folded(name) for name in (*dict(part.table.derived), *raw.nested_texts())}
    found: list[str] = []
    for item in items:
        read = (raw.bound[item.name],) if item.transform is None else item.reads
        is_handed_on = item.transform is None or _HANDING_ON.fullmatch(item.transform)
        if not is_handed_on or made.intersection(map(folded, read)):
            return None
        found += [raw.headers[folded(name)] for name in read if folded(name) in raw.headers]
    return list(dict.fromkeys(found))


def _suspect(engine: Engine, found: dict[int, list[LeafTexts]]) -> set[int]:
    import numpy as np
    import pyarrow as pa

    texts = [(number, each) for number, of_part in found.items() for each in of_part]
    lengths = [len(each.texts) for _, each in texts]
    is_key = np.repeat([each.leaf.casefold().endswith(".key") for _, each in texts], lengths)
    columns = {
        "number": whole_numbers(np.repeat([number for number, _ in texts], lengths)),
        "is_key": whole_numbers(is_key).cast(pa.bool_()),
        "cell": pa.chunked_array([each.texts.cast(pa.string()) for _, each in texts], pa.string()),
    }
    engine.take("leaf_text", pa.table(columns))
    suspect = {number for (number,) in engine.rows(package_text("checks/marks/suspect_file.sql"))}
    engine.run("drop table leaf_text")
    return suspect
