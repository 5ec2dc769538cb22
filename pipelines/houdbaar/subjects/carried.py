"""Identifiers that rows carry, and which of them are too many people's to link anybody (domain.md 4.3): what checks of keys read."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from houdbaar.resources import package_text
from houdbaar.subjects.names import named
from houdbaar.subjects.normalise import EmailRules
from houdbaar.subjects.values import normals

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine


def make_carried(engine: Engine, max_fanout: int) -> None:
    """Make `carried_identifier` of the tables that `links.make_rows` makes.

    SQL finds the few values that many rows of several people carry; whose they are, and what they stand for, is looked at one by one.
    """
    suspects = engine.rows(package_text("subjects/sql/suspect_identifier.sql"), {"identity_max_fanout": max_fanout})
    states: list[tuple[str, str, str]] = []
    for (kind, value), rows in groupby(suspects, key=lambda row: row[:2]):
        carriers = list(rows)
        # A customer has a number in each kind of system.
        customers = Counter(family for family, _ in {(family, customer) for *_, family, customer, _ in carriers if customer})
        names = {name for *_, said in carriers if (name := named(*said)) is not None and name.surnames}
        if max(*customers.values(), 0, len({name.surnames[0] for name in names})) > max_fanout:
            state = next((normal.state for normal in normals(kind, carriers[0][2], EmailRules())), None)
            states.append((kind, value, state or "fan_out"))
    engine.run("create table identifier_state (kind varchar, value varchar, state varchar)")
    engine.insert_rows("identifier_state", states)
    engine.make_table("carried_identifier", package_text("subjects/sql/carried_identifier.sql"))
