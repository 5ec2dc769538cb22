"""Links: which rows carry which keys, and which rows are one person's; tables in an engine, made by SQL from entities (domain.md 4).

What comes out: `linked_row` (a row that can be linked, by whose it is), `linked_key` (its keys), `key_cluster` (whose rows a key leads
to), `shared_key` (keys that link nobody, and why), `attached_key`, `attached_place` and `file_place` (for rows that only follow).
They lie in files, and the next search over the same exports uses them again; what registers say is added to them each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from houdbaar.exports.syntax import all_rows, sql_of
from houdbaar.resources import package_text
from houdbaar.subjects.attached import places
from houdbaar.subjects.link_maker import Maker, normalised
from houdbaar.subjects.link_store import LinkStore, in_place, links_key
from houdbaar.subjects.normalise import EmailRules

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.cache import Cache
    from houdbaar.exports.part import Part
    from houdbaar.exports.views import Settings
    from houdbaar.policy.model import Policy

LINKED = ("contact", "mail_member", "account", "order", "invoice", "payment", "message", "shipment")
_MADE_OF = (*LINKED, "mail_activity", "mail_send", "service_event", "analytics_event", "analytics_user", "cookie")
# All that a search for people reads.
SEARCHED = (*_MADE_OF, "device", "objection", "consent", "suppression", "disclosure")
# What a search reads of what is made.
_KEPT = (
    "person_row", "known_name", "known_address", "attached_key", "file_place", "attached_place", "user_address", "client_user",
    "key_state", "shared_key", "linked_row", "linked_key", "key_cluster", "common_key", "shared_number", "compared_value",
)  # fmt: skip
# The numbers that those of registers follow.
_LAST_VALUE = "select coalesce(max(value_number), 0) from attached_key"
_LAST_PLACE = "select coalesce(max(place), 0) from file_place"
_FILES = """
    select source, entity, file, path, snapshot_date from export_file where list_contains($entities, entity) order by all
"""
_REGISTERED = """
    create table registered_normal (kind varchar, raw varchar, key_kind varchar, key_value varchar, state varchar, address varchar);
    create table registered_attached_place (value_number bigint, place bigint, row bigint, record_key varchar)
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
        names = ("max_fanout", "max_cluster", "reissue_months", "combine")
        return cls(EmailRules.of(policy), *(policy.knob(f"identity.{name}") for name in names))


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

    def foresee(self) -> None:
        """Begin to compute what says whether links are kept, beside other work: `make` comes a little later."""
        self._store.cache.digests.begin(in_place(self._made_of()))

    def make(self) -> None:
        """Make the tables of links; the views of all entities must stand, those of registers too."""
        if self._is_made:
            return
        self.engine.offer_macros(_query("macros"))
        made_of = self._made_of()
        # Registers come and go, and number nobody.
        said: list[object] = [self.rules, [source for source in self._sources() if source[1] != "register"]]
        said.append(self.engine.rows(_FILES, {"entities": list(_MADE_OF)}))
        key = links_key(made_of, self._settings, self._store.cache, said)
        if "person_row" not in self._store.files and self._store.find(key):
            self._make_sources()
            self.engine.offer("row_value", partial(self.engine.make_view, "row_value", _query("row_value")))
        else:
            self.make_rows()
            Maker(self.engine, self._store, self.rules).make()
            self._store.keep(key, _KEPT, made_of)
        self._add_registers()
        self._is_made = True

    def close(self) -> None:
        """Remove what was made and is not kept."""
        self._store.close()

    def _made_of(self) -> list[Part]:
        """The parts that have a say in links."""
        return [part for part in self._parts if part.table.entity in _MADE_OF]

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
        self.engine.run(_REGISTERED)
        for sql, values in normalised(self.engine, self.rules):
            self.engine.append("registered_normal", sql, values)
        self.engine.make_view("attached_value", sql_of(all_rows("registered_value")))
        self.engine.make_view("normal_value", sql_of(all_rows("registered_normal")))
        ((last_value,),), ((last_place,),) = self.engine.rows(_LAST_VALUE), self.engine.rows(_LAST_PLACE)
        self.engine.make_table("registered_attached_key", _query("attached_key"), {"last_number": last_value})
        self.engine.make_table("registered_known_address", _query("known_address"))
        self.engine.make_view("attached_key", sql_of(all_rows("registered_attached_key")))
        self.engine.make_table("registered_file_place", _query("file_place"), {"last_number": last_place})
        self.engine.make_view("file_place", sql_of(all_rows("registered_file_place")))
        for sql, values in places(self.engine):
            self.engine.append("registered_attached_place", sql, values)
        for name in ("attached_key", "file_place", "attached_place", "known_address"):
            self._store.show(name, beside=f"registered_{name}")


def _query(name: str) -> str:
    return package_text(f"subjects/sql/{name}.sql")
