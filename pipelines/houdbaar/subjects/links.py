"""Links: which rows carry which keys, and which rows are one person's; tables in an engine, made by SQL from entities (domain.md 4).

Python does what SQL can't say: it normalises each distinct value once, and settles the few knots in which rows contradict each other.
What comes out: `person_row` (a row that can be linked), `row_key` (its keys), `cluster` (whose it is), `held_key` (by which keys),
`shared_key` (keys that link nobody, and why), `attached_value` and `client_user` (for rows that only follow).
They lie in files, and the next search over the same exports uses them again; what registers say is added to them each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any

from houdbaar.exports.syntax import all_rows, sql_of
from houdbaar.resources import package_text
from houdbaar.subjects.kinds import KINDS, SETTLING, Key
from houdbaar.subjects.link_store import LinkStore, links_key
from houdbaar.subjects.names import Name, name_of, parse_name
from houdbaar.subjects.normalise import EmailRules
from houdbaar.subjects.profile import Row
from houdbaar.subjects.settle import Limits, settle
from houdbaar.subjects.values import NO_NUMBERS, NUMBER_KINDS, SPELT_KINDS, normals

if TYPE_CHECKING:
    from datetime import date

    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.cache import Cache
    from houdbaar.exports.stage import Part
    from houdbaar.exports.views import Settings
    from houdbaar.policy.model import Policy

LINKED = ("contact", "mail_member", "account", "order", "invoice", "payment", "message", "shipment")
_MADE_OF = (*LINKED, "mail_activity", "mail_send", "service_event", "analytics_event", "analytics_user", "cookie")
# All that a search for people reads.
SEARCHED = (*_MADE_OF, "device", "objection", "consent", "suppression", "disclosure")
# What a search reads of what is made.
_KEPT = (
    "person_row", "row_name", "known_name", "customer_space", "normal_value", "known_address", "attached_key", "key_state", "row_key",
    "cluster", "held_key", "key_cluster", "shared_key", "client_user",
)  # fmt: skip
_CONTACT_KINDS = [kind.name for kind in KINDS.values() if kind.is_contact]
_FILES = """
    select source, entity, file, path, snapshot_date from export_file where list_contains($entities, entity) order by all
"""
_NORMAL_BATCH = """
    create or replace table normal_batch (
        kind varchar, raw varchar, key_kind varchar, key_value varchar, state varchar, address varchar
    )
"""
_REGISTERED_NORMAL = """
    create table registered_normal (kind varchar, raw varchar, key_kind varchar, key_value varchar, state varchar, address varchar)
"""
_NAME_BATCH = """
    create or replace table name_batch (
        name_number bigint, name_fields varchar[], surnames varchar[], prefix varchar, initials varchar, given varchar
    )
"""
_SETTLED_BATCH = """
    create or replace table settled_row_batch (row_id bigint, cluster bigint);
    create or replace table settled_key_batch (row_id bigint, kind varchar, value varchar);
    create or replace table shared_key_batch (kind varchar, value varchar, reason varchar)
"""
_KNOTS = 10_000  # that are settled before what was found of them is written
NameParts = tuple[Sequence[str], str, str, str] | None  # a row of known_name
_ALL_NAMES = "select name_number, name_fields, surnames, prefix, initials, given from name_batch"
_PERSON_NAMES = """
    select name_number, unnest(surnames) as surname, initials[1] as initial, unnest(range(len(surnames))) = 0 as is_first from known_name
"""


@dataclass(frozen=True, slots=True)
class LinkRules:
    """The knobs that say how rows are linked (domain.md section 8: email.*, identity.*)."""

    email: EmailRules
    max_fanout: int
    max_cluster: int
    reissue_months: int
    combine: bool = False

    @classmethod
    def of(cls, policy: Policy) -> LinkRules:
        """The rules of a policy."""
        email = EmailRules(
            fold_local_case=policy.knob("email.fold_local_case"),
            strip_plus=policy.knob("email.strip_plus"),
            gmail_dots=policy.knob("email.gmail_dots"),
            domain_aliases=policy.knob("email.domain_aliases"),
        )
        names = ("max_fanout", "max_cluster", "reissue_months", "combine")
        return cls(email, *(policy.knob(f"identity.{name}") for name in names))


class Links:
    """The tables of links of one engine: made when they are asked for, or taken over from an earlier search. `close` it in the end."""

    def __init__(self, engine: Engine, cache: Cache, rules: LinkRules, parts: Sequence[Part], settings: Settings) -> None:
        self.engine = engine
        self.rules = rules
        self._store = LinkStore(engine, cache)
        self._parts = parts
        self._settings = settings
        self._is_made = False

    def make_rows(self) -> None:
        """Make `person_row` and `row_value`: the rows that can be linked, and what they say; `export_file` and all views must stand."""
        if "person_row" not in self._store.files:
            self._make_sources()
            self._store.add("person_row", _query("person_row"))
            self._store.add("row_value", _query("row_value"))

    def make(self) -> None:
        """Make the tables of links; the views of all entities must stand, those of registers too."""
        if self._is_made:
            return
        self.engine.offer_macros(_query("macros"))
        made_of = [part for part in self._parts if part.table.entity in _MADE_OF]
        # Registers come and go, and number nobody.
        said: list[object] = [self.rules, [source for source in self._sources() if source[1] != "register"]]
        said.append(self.engine.rows(_FILES, {"entities": list(_MADE_OF)}))
        key = links_key(made_of, self._settings, self._store.cache, said)
        if "person_row" not in self._store.files and self._store.find(key):
            self._make_sources()
            self.engine.make_view("row_value", _query("row_value"))
        else:
            self.make_rows()
            _Maker(self.engine, self._store, self.rules).make()
            self._store.keep(key, _KEPT, [part.bound.file for part in made_of])
        self._add_registers()
        self._is_made = True

    def close(self) -> None:
        """Remove what was made and is not kept."""
        self._store.close()

    def _sources(self) -> list[tuple[str, str]]:
        """Sources whose rows can be linked, each with the system that it is of."""
        sources = {
            (part.bound.source.name, part.bound.contract.id.split(".")[0])
            for part in self._parts
            if not part.bound.is_processed and part.table.category != "SVC-P"
        }
        return sorted(sources)

    def _make_sources(self) -> None:
        self.engine.run("create table linked_source (source varchar, family varchar)")
        self.engine.insert_rows("linked_source", self._sources())

    def _add_registers(self) -> None:
        """What registers say of people is kept nowhere: it stands beside what the exports say."""
        self.engine.make_table("registered_value", _query("registered_value"))
        self.engine.make_view("said_value", "select distinct kind, said as raw from registered_value")
        self.engine.run(_REGISTERED_NORMAL)
        for sql, values in _normalised(self.engine, self.rules):
            self.engine.append("registered_normal", sql, values)
        self.engine.make_view("attached_value", sql_of(all_rows("registered_value")))
        self.engine.make_view("normal_value", sql_of(all_rows("registered_normal")))
        for name in ("attached_key", "known_address"):
            self.engine.make_table(f"registered_{name}", _query(name))
            self._store.show(name, beside=f"registered_{name}")
        self._store.show("normal_value", beside="registered_normal")


def _query(name: str) -> str:
    return package_text(f"subjects/sql/{name}.sql")


def _normalised(engine: Engine, rules: LinkRules) -> Iterator[tuple[str, dict[str, Any]]]:
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
class _Maker:
    engine: Engine
    store: LinkStore
    rules: LinkRules

    def make(self) -> None:
        self._table("attached_value")
        self._table("said_value")
        for sql, values in _normalised(self.engine, self.rules):
            self.store.add("normal_value", sql, values)
        for name in ("attached_key", "known_address"):
            self._table(name)
        self._name()
        for name in ("single_key", "row_address", "number_pair", "apart_source", "apart_number"):
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
        self._table("held_key", settling=list(SETTLING))
        self._table("key_cluster")
        self._table("client_user")

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


def known_name(parts: NameParts) -> Name | None:
    """A name as the table known_name has it."""
    if parts is None:
        return None
    surnames, prefix, initials, given = parts
    return Name(tuple(surnames), prefix, initials, given)


def named(initials: str | None, first: str | None, prefix: str | None, last: str | None, full: str | None) -> Name | None:
    """The name that a row's fields say, if they say one."""
    if full is None and first is None and initials is None and prefix is None:
        full = last  # some systems know one field only
    return (parse_name(full) if full is not None else None) or name_of(first, initials, prefix, last)
