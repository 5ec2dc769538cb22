"""Links: which rows carry which keys, and which rows are one person's; tables in an engine, made by SQL from entities (domain.md 4).

Python does what SQL can't say: it normalises each distinct value once, and settles the few knots in which rows contradict each other.
What comes out: `person_row` (a row that can be linked), `row_key` (its keys), `cluster` (whose it is), `held_key` (by which keys),
`shared_key` (keys that link nobody, and why), `attached_value` and `client_user` (for rows that only follow).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from houdbaar.resources import package_text
from houdbaar.subjects.kinds import KINDS, SETTLING
from houdbaar.subjects.names import Name, name_of, parse_name
from houdbaar.subjects.normalise import EmailRules
from houdbaar.subjects.profile import Row
from houdbaar.subjects.settle import Limits, settle
from houdbaar.subjects.values import NO_NUMBERS, NUMBER_KINDS, SPELT_KINDS, normals

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.stage import Part
    from houdbaar.policy.model import Policy

LINKED = ("contact", "mail_member", "account", "order", "invoice", "payment", "message", "shipment")
# All that a search for people reads.
SEARCHED = (
    *LINKED, "mail_activity", "mail_send", "service_event", "analytics_event", "analytics_user", "cookie", "device",
    "objection", "consent", "suppression", "disclosure",
)  # fmt: skip
_CONTACT_KINDS = [kind.name for kind in KINDS.values() if kind.is_contact]


@dataclass(frozen=True, slots=True)
class LinkRules:
    """The knobs that say how rows are linked (domain.md section 8: email.*, identity.*)."""

    email: EmailRules
    max_fanout: int
    max_cluster: int
    reissue_months: int

    @classmethod
    def of(cls, policy: Policy) -> LinkRules:
        """The rules of a policy."""
        email = EmailRules(
            fold_local_case=policy.knob("email.fold_local_case"),
            strip_plus=policy.knob("email.strip_plus"),
            gmail_dots=policy.knob("email.gmail_dots"),
            domain_aliases=policy.knob("email.domain_aliases"),
        )
        return cls(email, policy.knob("identity.max_fanout"), policy.knob("identity.max_cluster"), policy.knob("identity.reissue_months"))


def make_rows(engine: Engine, parts: Sequence[Part]) -> None:
    """Make `person_row` and `row_value`: the rows that can be linked, and what they say; the views of all entities must stand."""
    sources = {
        (part.bound.source.name, part.bound.contract.id.split(".")[0])
        for part in parts
        if (part.bound.source.role or part.bound.contract.role) != "processor" and part.table.category != "SVC-P"
    }
    engine.run("create table linked_source (source varchar, family varchar)")
    engine.insert_rows("linked_source", sorted(sources))
    for name in ("person_row", "row_value"):
        engine.make_table(name, package_text(f"subjects/sql/{name}.sql"))


def make_links(engine: Engine, rules: LinkRules) -> None:
    """Make the tables of links; those of `make_rows` must stand, and the views of registers."""
    _Maker(engine, rules).make()


@dataclass(frozen=True, slots=True)
class _Maker:
    engine: Engine
    rules: LinkRules

    def make(self) -> None:
        self.engine.run(package_text("subjects/sql/macros.sql"))
        self._table("attached_value")
        self.engine.append("attached_value", package_text("subjects/sql/registered_value.sql"))
        self._table("said_value")
        self._normalise()
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
        self._table("client_user")

    def _table(self, name: str, **values: Any) -> None:
        self.engine.make_table(name, package_text(f"subjects/sql/{name}.sql"), values)

    def _rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.engine.rows(package_text(f"subjects/sql/{name}.sql"), values)

    def _normalise(self) -> None:
        self.engine.run(
            "create table normal_value (kind varchar, raw varchar, key_kind varchar, key_value varchar, state varchar, address varchar)"
        )
        numbers = {"number_kinds": list(NUMBER_KINDS), "placeholders": list(NO_NUMBERS)}
        self.engine.append("normal_value", package_text("subjects/sql/number_value.sql"), numbers)
        spelt = "select kind, raw from said_value where list_contains($kinds, kind)"
        for said in self.engine.batches(spelt, {"kinds": list(SPELT_KINDS)}):
            found = ((kind, raw, normal) for kind, raw in said for normal in normals(kind, raw, self.rules.email))
            self.engine.insert_rows(
                "normal_value", [(kind, raw, normal.kind, normal.value, normal.state, normal.address) for kind, raw, normal in found]
            )

    def _name(self) -> None:
        self._table("name_fields")
        self.engine.run(
            """
            create table name_of_fields (name_fields varchar[], name_number bigint);
            create table known_name (name_number bigint, surnames varchar[], prefix varchar, initials varchar, given varchar);
            create table person_name (name_number bigint, surname varchar, initial varchar, is_first boolean)
            """
        )
        numbers: dict[Name, int] = {}
        for said in self.engine.batches("select distinct name_fields from name_fields order by name_fields"):
            known = len(numbers)
            names = [(fields, name) for (fields,) in said if (name := named(*fields)) is not None]
            self.engine.insert_rows("name_of_fields", [(fields, numbers.setdefault(name, len(numbers))) for fields, name in names])
            self._add_names(list(numbers.items())[known:])
        self._table("row_name")

    def _add_names(self, names: Sequence[tuple[Name, int]]) -> None:
        self.engine.insert_rows(
            "known_name", [(number, list(name.surnames), name.prefix, name.initials, name.given) for name, number in names]
        )
        parts = [
            (number, surname, name.initials[:1], position == 0) for name, number in names for position, surname in enumerate(name.surnames)
        ]
        self.engine.insert_rows("person_name", parts)

    def _number_spaces(self) -> None:
        """Sources that share a customer's number number them alike: only there are two numbers two customers."""
        space: dict[str, str] = {}
        for source, other in self._rows("shared_source"):
            first, second = sorted((space.get(source, source), space.get(other, other)))
            space |= {name: first for name, known in [*space.items(), (source, second), (other, second)] if known == second}
        self.engine.run("create table customer_space (source varchar, space varchar)")
        self.engine.insert_rows("customer_space", sorted(space.items()))

    def _find_components(self) -> None:
        self._table("numbered_key", settling=list(SETTLING), contact_kinds=_CONTACT_KINDS)
        self._table("definite_key")
        self.engine.make_table("component", "select row_id, row_id as label, true as is_changed from person_row")
        while self.engine.rows("select coalesce(bool_or(is_changed), false) from component")[0][0]:
            self._table("component_step")
            self.engine.make_table("component", "select row_id, label, is_changed from component_step")

    def _settle(self) -> None:
        self.engine.run(
            """
            create table settled_row (row_id bigint, cluster bigint);
            create table settled_key (row_id bigint, kind varchar, value varchar);
            create table shared_key (kind varchar, value varchar, reason varchar)
            """
        )
        names = known_names(self.engine)
        keys: dict[int, list[tuple[str, str]]] = {}
        for row_id, kind, value in self._rows("knot_key", settling=list(SETTLING)):
            keys.setdefault(row_id, []).append((kind, value))
        apart = frozenset(self.engine.rows("select kind, value from apart_number"))
        limits = Limits(self.rules.reissue_months, self.rules.max_cluster, self.rules.max_fanout, apart)
        clusters: list[tuple[int, int]] = []
        held: list[tuple[int, str, str]] = []
        shared: list[tuple[str, str, str]] = []
        for _, knot in groupby(self._rows("knot_row"), key=lambda row: row[0]):
            rows = (
                Row(
                    row_id, level, names.get(name), born, (space, customer) if customer else None, first, last, address,
                    tuple(keys.get(row_id, ())),
                )
                for _, row_id, level, name, born, space, customer, first, last, address in knot
            )  # fmt: skip
            settled = settle(rows, limits)
            clusters += settled.cluster.items()
            held += [(row_id, *key) for row_id, by in settled.held_by.items() for key in by]
            shared += [(*key, why) for key, why in settled.shared.items()]
        self.engine.insert_rows("settled_row", clusters)
        self.engine.insert_rows("settled_key", held)
        self.engine.insert_rows("shared_key", shared)


def known_names(engine: Engine) -> dict[int | None, Name]:
    """The names in an engine's tables of links, by number."""
    rows = engine.rows("select name_number, surnames, prefix, initials, given from known_name")
    return {number: Name(tuple(surnames), prefix, initials, given) for number, surnames, prefix, initials, given in rows}


def named(initials: str | None, first: str | None, prefix: str | None, last: str | None, full: str | None) -> Name | None:
    """The name that a row's fields say, if they say one."""
    if full is None and first is None and initials is None and prefix is None:
        full = last  # some systems know one field only
    return (parse_name(full) if full is not None else None) or name_of(first, initials, prefix, last)
