"""Who is asked about, and every row that is theirs: `subject_record` in an engine that has the tables of links (domain.md 3, 4).

Only definite rows are a person's. Probable and possible ones are for people to decide, and stand in no package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from houdbaar.resources import package_text
from houdbaar.subjects.kinds import KINDS, RANK, Key
from houdbaar.subjects.match import OTHER_NAME, Match, match
from houdbaar.subjects.names import known_name
from houdbaar.subjects.normalise import VERSION
from houdbaar.subjects.notes import write_notes
from houdbaar.subjects.people import Person, stated_keys
from houdbaar.subjects.profile import BORN_APART, Profile, contradiction

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.privacy import Pseudonyms
    from houdbaar.subjects.links import LinkRules

_TABLES = """
    create or replace table link_kind (kind varchar, number bigint, tier varchar, rule varchar);
    create or replace table stated_key (person varchar, kind varchar, value varchar, state varchar, address varchar);
    create or replace table touched_person (
        cluster bigint, row_id bigint, entity varchar, source varchar, file varchar, row bigint, record_key varchar, level integer,
        name_number bigint, birth_date date, space varchar, customer_id varchar
    );
    create or replace table wanted_cluster (cluster bigint);
    create or replace table accepted_cluster (person varchar, cluster bigint);
    create or replace table refused_cluster (
        person varchar, cluster bigint, tier varchar, kind varchar, via_kind varchar, via_value varchar
    );
    create or replace table other_found (person varchar, row_id bigint);
    create or replace table linked_found (person varchar, row_id bigint, tier varchar, kind varchar, via_kind varchar, via_value varchar);
    create or replace table traced_row (
        person varchar, row_id bigint, kind varchar, value varchar, shown varchar, steps varchar, turn integer, place bigint
    )
"""
_TRACED = """
    select person, row_id, 'definite' as tier, kind, kind as via_kind, value as via_value from traced_row
"""


@dataclass(slots=True)
class Finder:
    """Finds people in an engine whose tables of links stand (`links.Links`)."""

    engine: Engine
    rules: LinkRules
    pseudonyms: Pseudonyms
    expand_client_id: str  # the knob ga.expand_client_id
    profiles: dict[int, Profile] = field(default_factory=dict)  # of the clusters that were looked at

    def find(self, people: Sequence[Person], tick: Callable[[str], None] = lambda _: None) -> None:
        """Make `subject_record`, `forwarded_record` and `person_note`; people's numbers must differ. `tick` is told how far it is."""
        self.engine.run(_TABLES)
        self.engine.insert_rows("link_kind", [(kind.name, RANK[kind.name], kind.tier, kind.rule) for kind in KINDS.values()])
        families = [family for (family,) in self.engine.rows("select distinct family from linked_source order by family")]
        stated = {person.number: stated_keys(person, families, self.rules.email) for person in people}
        self.engine.insert_rows(
            "stated_key", [(number, key.kind, key.value, key.state, key.address) for number, keys in stated.items() for key in keys]
        )
        matches = self._match(people)
        for name in ("mine", "mine_key", "person_key", "person_address"):
            self._table(name)
        self._table("hashed_address", **self.pseudonyms.pads)
        self._table("website_user")
        self._table("website_key", ga_expand_client_id=self.expand_client_id)
        self._table("wanted_value")
        tick("reading their records")
        self._table("attached_row")
        self._table("attached_link")
        self._suggest(matches)
        self._trace()
        self._table("subject_of", **self.pseudonyms.pads)
        self._table("subject_record", normaliser=VERSION)
        self._table("forwarded_record")
        unusable = [
            (person.number, kind)
            for person in people
            for kind, raw in person.identifiers
            if kind != "name" and not (stated[person.number] and len(person.identifiers) == 1)
            if not stated_keys(Person(person.number, ((kind, raw),)), families, self.rules.email)
        ]
        write_notes(self.engine, people, matches, unusable)

    def _sql(self, name: str) -> str:
        return package_text(f"subjects/sql/{name}.sql")

    def _table(self, name: str, **values: Any) -> None:
        self.engine.make_table(name, self._sql(name), values)

    def _match(self, people: Sequence[Person]) -> dict[str, Match]:
        """Decide which clusters each person is."""
        self._table("stated_cluster")
        touched: dict[str, list[tuple[Key, int]]] = {}
        for person, kind, value, cluster in self.engine.rows("select person, kind, value, cluster from stated_cluster where is_held"):
            touched.setdefault(person, []).append(((kind, value), cluster))
        profiles = self._profiles(cluster for (cluster,) in self.engine.rows("select distinct cluster from stated_cluster"))
        self._table("touched_key")
        matches = {person.number: match(person.names, touched.get(person.number, ()), profiles) for person in people}
        self.engine.insert_rows("accepted_cluster", [(number, cluster) for number, found in matches.items() for cluster in found.accepted])
        refused = [
            (number, cluster, "probable", "email_conflict", *key) if why == OTHER_NAME else (number, cluster, "possible", "shared", *key)
            for number, found in matches.items()
            for cluster, (key, why) in found.refused.items()
        ]
        self.engine.insert_rows("refused_cluster", refused)
        return matches

    def _profiles(self, clusters: Iterable[int]) -> dict[int, Profile]:
        """What is known of some clusters. Their rows are in `touched_person` from then on."""
        new = sorted(set(clusters) - self.profiles.keys())
        if not new:
            return self.profiles
        self.engine.run("create or replace table wanted_cluster (cluster bigint)")
        self.engine.insert_rows("wanted_cluster", [(cluster,) for cluster in new])
        self.engine.append("touched_person", self._sql("touched_person"))
        for cluster, level, parts, born, space, customer in self.engine.rows(self._sql("profile")):
            profile = self.profiles.setdefault(cluster, Profile())
            if (name := known_name(parts)) is not None:
                profile.names.setdefault(level, set()).add(name)
            if born is not None:
                profile.birth_dates.add(born)
            if customer is not None:
                profile.customers.setdefault(space, set()).add(customer)
        return self.profiles

    def _suggest(self, matches: Mapping[str, Match]) -> None:
        """Candidates: rows of others that share a weak key; also where names contradict, as those of partners at one house do.

        Other dates of birth leave no more than a shared key. Who bears another name beside a shared key is somebody else.
        """
        rows = self.engine.rows(self._sql("candidate_row"))
        profiles = self._profiles(cluster for _, _, cluster, *_ in rows)
        found: list[tuple[Any, ...]] = []
        others: list[tuple[str, int]] = []
        agreeing: dict[str, dict[int, int]] = {}  # rows that two probable keys of different kinds lead to, and their clusters
        for (person, row_id), candidates in groupby(rows, key=lambda row: row[:2]):
            accepted = [profiles[cluster] for cluster in matches[person].accepted]
            (*_, cluster, tier, kind, via_kind, via_value, is_refused), *weaker = candidates  # the strongest first
            why = contradiction([*accepted, profiles[cluster]], kind) if accepted and not is_refused else None
            if why is not None:
                if kind == "shared":
                    continue
                others.append((person, row_id))
                if why == BORN_APART and tier == "probable":
                    tier, kind = "possible", "shared"
            if accepted and tier == "probable" and any(each[3] == tier and each[4] != kind and not each[7] for each in weaker):
                agreeing.setdefault(person, {})[row_id] = cluster
            found.append((person, row_id, tier, kind, via_kind, via_value))
        sure = self._combined(matches, agreeing)
        self.engine.insert_rows("linked_found", [(*row[:2], "definite" if row[:2] in sure else row[2], *row[3:]) for row in found])
        self.engine.insert_rows("other_found", others)

    def _combined(self, matches: Mapping[str, Match], agreeing: Mapping[str, Mapping[int, int]]) -> set[tuple[str, int]]:
        """Rows that the knob identity.combine makes a person's: none, where what is known of them and the person contradicts."""
        return {
            (person, row_id)
            for person, clusters in agreeing.items()
            if self.rules.combine
            and contradiction([self.profiles[each] for each in {*matches[person].accepted, *clusters.values()}], "email") is None
            for row_id in clusters
        }

    def _trace(self) -> None:
        """Definite rows with the keys that lead to them, and the path to every key that leads anywhere: the shortest (domain.md 4.4).

        From what was stated to the rows that it holds, and from the keys of these to others, turn by turn, the strongest key first.
        """
        self._table("leading_key")
        self.engine.make_table("key_step", self._sql("stated_step"))
        turn = 0
        while self.engine.append("traced_row", self._sql("traced_row"), {"turn": turn, "normaliser": VERSION}):
            self.engine.append("key_step", self._sql("key_step"), {"turn": turn})
            turn += 1
        self.engine.append("linked_found", _TRACED)
