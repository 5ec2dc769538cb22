"""The making of the tables of links, by SQL from the rows that can be linked (domain.md 4).

Python does what SQL can't say: it normalises each distinct value once, and settles the few knots in which rows contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any

from houdbaar.engines.parts import hash_parts
from houdbaar.exports.syntax import all_rows, sql_of
from houdbaar.resources import package_text
from houdbaar.subjects.attached import places
from houdbaar.subjects.kinds import KINDS, SETTLING, Key
from houdbaar.subjects.names import known_name, named
from houdbaar.subjects.profile import Row
from houdbaar.subjects.settle import Limits, settle
from houdbaar.subjects.values import NO_NUMBERS, NUMBER_KINDS, SPELT_KINDS, normals

if TYPE_CHECKING:
    from datetime import date

    from houdbaar.engines.duckdb import Engine
    from houdbaar.subjects.link_store import LinkStore
    from houdbaar.subjects.links import LinkRules
    from houdbaar.subjects.names import NameParts

_CONTACT_KINDS = [kind.name for kind in KINDS.values() if kind.is_contact]
_NORMAL_BATCH = """
    create or replace table normal_batch (
        kind varchar, raw varchar, key_kind varchar, key_value varchar, state varchar, address varchar
    )
"""
_NAME_BATCH = """
    create or replace table name_batch (
        name_number bigint, name_fields varchar[], surnames varchar[], prefix varchar, initials varchar, given varchar
    )
"""
_PLACE_BATCH = "create or replace table place_batch (value_number bigint, place bigint, row bigint, record_key varchar)"
_SETTLED_BATCH = """
    create or replace table settled_row_batch (row_id bigint, cluster bigint);
    create or replace table settled_key_batch (row_id bigint, kind varchar, value varchar);
    create or replace table shared_key_batch (kind varchar, value varchar, reason varchar)
"""
_KNOTS = 10_000  # that are settled before what was found of them is written
_ALL_NAMES = "select name_number, name_fields, surnames, prefix, initials, given from name_batch"
_PERSON_NAMES = """
    select name_number, unnest(surnames) as surname, initials[1] as initial, unnest(range(len(surnames))) = 0 as is_first from known_name
"""


def normalised(engine: Engine, rules: LinkRules) -> Iterator[tuple[str, dict[str, Any]]]:
    """Queries, each to be run before the next one is asked for, that give the keys of all values in `said_value`."""
    yield _query("number_value"), {"number_kinds": list(NUMBER_KINDS), "placeholders": list(NO_NUMBERS)}
    for said in engine.batches("select kind, raw from said_value where list_contains($kinds, kind)", {"kinds": list(SPELT_KINDS)}):
        found = ((kind, raw, normal) for kind, raw in said for normal in normals(kind, raw, rules.email))
        engine.run(_NORMAL_BATCH)
        engine.insert_rows(
            "normal_batch", [(kind, raw, normal.kind, normal.value, normal.state, normal.address) for kind, raw, normal in found]
        )
        yield "select kind, raw, key_kind, key_value, state, address from normal_batch", {}


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the tables of links in a store, of `person_row` and `row_value`; the views of all entities must stand."""

    engine: Engine
    store: LinkStore
    rules: LinkRules

    def make(self) -> None:
        """Make them all, each from those before it."""
        self._table("attached_value")
        self._table("said_value")
        for sql, values in normalised(self.engine, self.rules):
            self.store.add("normal_value", sql, values)
        self._table("attached_key", last_number=0)
        self._table("file_place", last_number=0)
        for name in ("known_address", "user_address", "client_user"):
            self._table(name)
        self.engine.run(_PLACE_BATCH)
        self.store.add("attached_place", sql_of(all_rows("place_batch")))  # there may be none
        for sql, values in places(self.engine):
            self.store.add("attached_place", sql, values)
        self._name()
        for name in ("single_key", "row_address"):
            self._table(name)
        for part in hash_parts(self.engine.rows("select count(*) from single_key")[0][0]):
            self._table("number_pair", **part)
        for name in ("apart_source", "apart_number"):
            self._table(name)
        self._number_spaces()
        self._table("key_state", identity_max_fanout=self.rules.max_fanout)
        self._table("place_key")
        self._table("row_key")
        self._find_components()
        self._table("crowded")
        self._table("knotted", identity_reissue_months=self.rules.reissue_months)
        self._settle()
        self._table("cluster")
        self._table("linked_row")
        self._table("linked_key", settling=list(SETTLING))
        for name in ("key_cluster", "common_key", "shared_number", "compared_value"):
            self._table(name)

    def _table(self, name: str, **values: Any) -> None:
        self.store.add(name, _query(name), values)

    def _name(self) -> None:
        """Number the names that rows say, and take them apart."""
        self._table("name_fields")
        count = 0
        self.engine.run(_NAME_BATCH)
        self.store.add("known_name", _ALL_NAMES)
        for said in self.engine.batches("select distinct name_fields from name_fields order by name_fields"):
            names = [(number, fields, named(*fields)) for number, (fields,) in enumerate(said, count)]
            count += len(said)
            self.engine.run(_NAME_BATCH)
            known = [(number, fields, n.surnames, n.prefix, n.initials, n.given) for number, fields, n in names if n is not None]
            self.engine.insert_rows("name_batch", known)
            self.store.add("known_name", _ALL_NAMES)
        self.store.add("person_name", _PERSON_NAMES)
        self._table("row_name")

    def _number_spaces(self) -> None:
        """Sources that share a customer's number number them alike: only there are two numbers two customers."""
        space: dict[str, str] = {}
        for source, other in self.engine.rows(_query("shared_source")):
            first, second = sorted((space.get(source, source), space.get(other, other)))
            space |= {name: first for name, known in [*space.items(), (source, second), (other, second)] if known == second}
        self.engine.run("create table space_of (source varchar, space varchar)")
        self.engine.insert_rows("space_of", sorted(space.items()))
        self.store.add("customer_space", "select * from space_of")

    def _find_components(self) -> None:
        self._table("numbered_key", settling=list(SETTLING), contact_kinds=_CONTACT_KINDS)
        self._table("definite_key")
        self.engine.make_table("component", "select row_id, row_id as label, true as is_changed from person_row")
        while self.engine.rows("select coalesce(bool_or(is_changed), false) from component")[0][0]:
            self.engine.make_table("component_step", _query("component_step"))
            self.engine.run("drop table component; alter table component_step rename to component")

    def _settle(self) -> None:
        """Settle the knots, one after the other."""
        apart = frozenset(self.engine.rows("select kind, value from apart_number"))
        limits = Limits(self.rules.reissue_months, self.rules.max_cluster, self.rules.max_fanout, apart)
        rows = chain.from_iterable(self.engine.batches(_query("knot_row"), {"settling": list(SETTLING)}))
        knots = (settle([_row(*row) for _, *row in knot], limits) for _, knot in groupby(rows, key=lambda row: row[0]))
        is_over = False
        while not is_over:  # at least once: there may be none
            settled = list(islice(knots, _KNOTS))
            is_over = len(settled) < _KNOTS
            found: dict[str, list[tuple[object, ...]]] = {
                "settled_row": [item for each in settled for item in each.cluster.items()],
                "settled_key": [(row_id, *key) for each in settled for row_id, keys in each.held_by.items() for key in keys],
                "shared_key": [(*key, why) for each in settled for key, why in each.shared.items()],
            }
            self.engine.run(_SETTLED_BATCH)
            for name, lines in found.items():
                self.engine.insert_rows(f"{name}_batch", lines)
                self.store.add(name, sql_of(all_rows(f"{name}_batch")))


def _row(
    row_id: int, level: int, name: NameParts, born: date | None, space: str | None, customer: str | None,
    used_from: date | None, used_to: date | None, address: str | None, keys: Sequence[Key] | None,
) -> Row:  # fmt: skip
    """A row as settling sees it."""
    number = (space, customer) if space is not None and customer else None
    return Row(row_id, level, known_name(name), born, number, used_from, used_to, address, tuple(keys or ()))


def _query(name: str) -> str:
    return package_text(f"subjects/sql/{name}.sql")
