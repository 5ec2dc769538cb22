"""The tables that checks read, each made once an audit when the first check asks for it, and the values that checks bind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.checks.blocks import Blocks
from houdbaar.checks.carried_out import find_left_behind, make_erased_keys
from houdbaar.checks.catalog import Check, derived, large_unread
from houdbaar.checks.deadlines import make_deadlines
from houdbaar.checks.declared import DECLARED
from houdbaar.checks.known_books import NO_BOOKS, KnownBooks
from houdbaar.checks.outlook import overdue_dates
from houdbaar.checks.repeats import make_repeats
from houdbaar.checks.suspects import make_suspect_events
from houdbaar.checks.term_days import term_days
from houdbaar.errors import PolicyError
from houdbaar.exports.classify.table import classify_columns
from houdbaar.exports.entities import ENTITIES, LINKING_KINDS, RECORDS
from houdbaar.exports.registers import BARE
from houdbaar.exports.spans import SpanRequest, make_spans
from houdbaar.exports.syntax import all_rows, sql_of
from houdbaar.exports.views import make_view
from houdbaar.policy.calendar import book_year, last_due_date, last_overdue_date, month_edges, month_starts
from houdbaar.subjects.carried import make_carried
from houdbaar.subjects.find import Finder
from houdbaar.subjects.links import LINKED, SEARCHED

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.cache import Cache
    from houdbaar.exports.files import ExportFile
    from houdbaar.exports.footers import Footer
    from houdbaar.exports.head import Head
    from houdbaar.exports.part import Part
    from houdbaar.exports.views import Settings
    from houdbaar.policy.calendar import Boundary, Term
    from houdbaar.policy.model import Policy, Rule
    from houdbaar.privacy import Pseudonyms
    from houdbaar.subjects.links import Links

_SPANS = """
    create table trigger_span (
        source varchar, entity varchar, file varchar, trigger_column varchar, issue varchar, is_anonymous boolean, blocked_by varchar[],
        first_trigger date, last_trigger date, oldest_trigger date, records bigint, ranges struct("first" bigint, "last" bigint)[]
    )
"""
_FED_COLUMN = "create table fed_column (source varchar, entity varchar, column_name varchar)"
_BOOK_YEARS = range(1979, 2120)
_EARLIEST = date(1980, 1, 1)  # no export is older


@dataclass(frozen=True, slots=True)
class Material:
    """What is audited: the staged parts with their settings and footers, where they lie, and how their names are shown; and the cache.

    `lacking`: why nothing can be said of a register, by its name. `known_sources`: all that houdbaar.toml binds or that is recognised.
    `strays`: tables that no contract recognises.
    `erased`: keyed hashes of people who were erased (checks/carried_out.py). `books`: what earlier runs saw of the books.
    """

    parts: Sequence[Part]
    settings: Settings
    footers: Mapping[Path, Footer]
    root: Path
    pseudonyms: Pseudonyms
    cache: Cache
    lacking: Mapping[str, str]
    known_sources: frozenset[str]
    strays: Sequence[tuple[ExportFile, Head]] = ()
    erased: Sequence[tuple[str, str, str, bool]] = ()
    books: KnownBooks = NO_BOOKS
    fed: Mapping[tuple[str, str], frozenset[str]] = field(init=False)  # by entity and source, the columns that any of its files feeds

    def __post_init__(self) -> None:
        fed: dict[tuple[str, str], frozenset[str]] = {}
        for part in self.parts:
            place = (part.table.entity, part.bound.source.name)
            if not part.fed <= (known := fed.setdefault(place, part.fed)):
                fed[place] = known | part.fed
        object.__setattr__(self, "fed", fed)

    @property
    def is_bare(self) -> bool:
        """A folder without settings and registers: nobody could declare anything."""
        return BARE in self.lacking.values()

    @property
    def entities(self) -> frozenset[str]:
        """What the exports feed, and the registers that are there."""
        return frozenset(entity for entity, _ in self.fed)


@dataclass
class Tables:
    """Makes the tables of one audit."""

    engine: Engine
    policy: Policy
    as_of: date
    material: Material
    links: Links
    blocks: Blocks = field(init=False)
    _ready: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.engine.run(_SPANS)
        self.engine.run(_FED_COLUMN)
        fed = {(source, entity, name) for (entity, source), names in self.material.fed.items() for name in names}
        self.engine.insert_rows("fed_column", sorted(fed))
        finder = Finder(self.engine, self.links.rules, self.material.pseudonyms, self.policy.knob("ga.expand_client_id"))
        self.blocks = Blocks(self.engine, self.material.pseudonyms.pads, self.links, finder)
        if self.material.entities & {"hold", "request"}:
            for table in ("block", "asked_person", "erasure", "erased_key", "state_snapshot"):
                self.make_shared(table)
            for entity in sorted({*self.material.entities, *SEARCHED}):
                self._make_view(entity)
            self.blocks.find(self.material.parts)

    def make(self, table: str, check: Check) -> None:
        """Make a table for a check: an entity's view, trigger_span, term_day, or a derived table with what it reads."""
        if table == "term_day":
            self._make_term_day(check.rule)
        elif table == "trigger_span":
            self._make_spans(check)
        else:
            self.make_shared(table)

    def make_shared(self, table: str) -> None:
        """A table that is the same for every check: an entity's view, a derived table, or the years of the books."""
        if table in self._ready:
            return
        if table == "book_year":
            self._make_book_years()
        elif table == "request_deadline":
            self._make_deadlines()
        elif table in ("corrected_row", "erased_row"):
            self._make_left_behind()
        elif table == "erased_key":
            self._make_view("request")
            make_erased_keys(self.engine, self.as_of, self.material.erased, self.material.pseudonyms.pads)
        elif table in RECORDS:
            self._make_view(table)
        elif table in derived():
            self._make_derived(table)
        elif table in DECLARED:
            self._make_declared(table)
        elif table == "repeated_row":
            self._make_repeats()
        elif table == "classified_column":
            material = self.material
            classify_columns(self.engine, material.parts, material.strays, material.cache, material.pseudonyms)
        elif table == "suspect_event":
            make_suspect_events(self.engine, self.material.parts, self.material.settings, self.material.root)
        elif table in ("known_entry", "covered_entry"):
            self.material.books.make(self.engine)
            self._ready |= {"known_entry", "covered_entry"}
        elif table == "carried_identifier":
            for entity in LINKED:
                self._make_view(entity)
            self.links.make_rows()
            make_carried(self.engine, self.policy.knob("identity.max_fanout"))
        self._ready.add(table)

    def drop_unread(self, checks: Sequence[Check]) -> None:
        """Drop large tables that none of these checks reads, which are still to come: they would be written to disk to make room."""
        for name in sorted(large_unread(self._ready, checks)):
            self.engine.drop_table(name)
            self._ready.remove(name)

    def stand(self, entities: Collection[str]) -> None:
        """Make the views of entities that no check asked for."""
        for entity in entities:
            self._make_view(entity)

    def values(self, binds: Collection[str], rule: Rule | None) -> dict[str, Any]:
        """What a query binds: the as-of date, the key's pads, the kinds of identifiers that link, the sources that there are, the rule's
        cut-offs and boundary, knobs (`lead_months`), and the months of rules (`ret_ana_26_months`).

        Of knobs that count time also the last date whose time has passed (`lead_months_cutoff_date`; None without a limit).
        """
        known = {**self._known, **self._cut_offs(rule)}
        if lacking := sorted(set(binds) - set(known)):
            raise PolicyError(
                f"the policy {self.policy.id} lacks what checks need: {', '.join(lacking)} (of knobs the first _ is a dot): "
                "take these knobs and rules over from the packaged policy"
            )
        return {name: known[name] for name in binds}

    @cached_property
    def _known(self) -> dict[str, Any]:
        """What any query may bind."""
        known: dict[str, Any] = {"as_of": self.as_of, "is_bare": self.material.is_bare, "linking_kinds": list(LINKING_KINDS)}
        known["known_sources"] = sorted(self.material.known_sources)
        known |= self.material.pseudonyms.pads
        for name in self.policy.knobs:
            value = self.policy.knob(name)
            known[name.replace(".", "_")] = value.total_seconds() / 3600 if isinstance(value, timedelta) else value
        for name in self.policy.period_knobs:
            cutoff = None if self.policy.knob(name) is None else last_overdue_date(self.as_of, self.policy.knob_period(name))
            known[f"{name.replace('.', '_')}_cutoff_date"] = cutoff
        for each in self.policy.rules.values():
            known[f"{each.id.lower().replace('-', '_')}_months"] = self.policy.term(each, self.as_of).steps[-1][1].months
        return known

    def _cut_offs(self, rule: Rule | None) -> dict[str, Any]:
        """What a query of a rule may bind besides."""
        if rule is None:
            return {}
        term, boundary = self.term(rule)
        return {
            "last_overdue_date": last_overdue_date(self.as_of, term, boundary),
            "last_due_date": last_due_date(self.as_of, term, boundary),
            "boundary": boundary,
        }

    def term(self, rule: Rule) -> tuple[Term, Boundary]:
        """The rule's term and boundary at the as-of date."""
        return self.policy.term(rule, self.as_of), self.policy.boundary(rule)

    def _make_derived(self, name: str) -> None:
        table = derived()[name]
        if table.term is not None:
            self._make_term_day(table.term)
        for below in table.reads:
            if below != "term_day":
                self.make_shared(below)
        make = self.engine.make_view if table.is_view else self.engine.make_table
        make(name, table.sql, self.values(table.binds, None))

    def _make_declared(self, name: str) -> None:
        self.engine.run(DECLARED[name].definition)
        self.engine.insert_rows(name, DECLARED[name].rows(self.policy, self.material.parts))

    def _make_repeats(self) -> None:
        """Rows that stand more than once, of every entity that exports feed."""
        entities = sorted(self.material.entities & set(ENTITIES))
        for entity in entities:
            self._make_view(entity)
        make_repeats(self.engine, entities)

    def _make_view(self, entity: str) -> None:
        if entity not in self._ready:
            make_view(self.engine, entity, self.material.parts, self.material.settings, self.material.root)
            self._ready.add(entity)

    def _make_spans(self, check: Check) -> None:
        rule = self.policy.rules[check.rule]
        request = SpanRequest(
            entity=check.entity,
            triggers=tuple(name for name in (rule.trigger, rule.fallback) if name),
            edges=self._edges(rule),
            aggregate_k=self.policy.knob("aggregate.k"),
            blocked=self.blocks.paths,
        )
        make_spans(self.engine, request, self.material.parts, self.material.settings, self.material.footers, self.material.root)

    def _edges(self, rule: Rule) -> tuple[date, ...]:
        term, boundary = self.term(rule)
        overdue, due = last_overdue_date(self.as_of, term, boundary), last_due_date(self.as_of, term, boundary)
        months = month_edges(_EARLIEST, overdue, term, boundary)
        soon = last_due_date(self.as_of + timedelta(days=self.policy.knob("time.soon_days")), term, boundary)
        after = {day + timedelta(days=1) for day in (overdue, due, soon, self.as_of, *overdue_dates(self.policy, rule, self.as_of))}
        # Of what is shown by age, the months of the calendar matter too.
        return tuple(sorted({*months, *after, *month_starts(_EARLIEST, self.as_of), *self.blocks.edges(term, boundary)}))

    def _make_term_day(self, rule: str) -> None:
        """L of every day on which a cookie or a visit can have begun: a table for each term."""
        term, _ = self.term(self.policy.rules[rule])
        table = f"term_day {term}"
        if table not in self._ready:
            self.engine.take(table, term_days(term))
            self._ready.add(table)
        self.engine.make_view("term_day", sql_of(all_rows(table)))

    def _make_deadlines(self) -> None:
        """When each request is due."""
        self._make_view("request")
        make_deadlines(self.engine, self.policy, self.as_of)

    def _make_left_behind(self) -> None:
        """Where what was to be corrected or erased still stands."""
        for entity in sorted(self.material.entities & {"request", *ENTITIES} | {"mail_member", "order", "invoice"}):
            self._make_view(entity)
        for table in ("erased_key", "hold_state", "book_year", "book_entry", "payment_entry"):
            self.make_shared(table)
        books_to = self.values(["statutory_years_cutoff_date"], None)["statutory_years_cutoff_date"]
        find_left_behind(self.engine, self.material.parts, self.as_of, self.links.rules.email, self.material.pseudonyms.pads, books_to)
        self._ready |= {"corrected_row", "erased_row"}

    def _make_book_years(self) -> None:
        """The years of the books, and those of the calendar (is_calendar), by which the years of VAT duties count."""
        self.engine.run("create table book_year (is_calendar boolean, starts_on date, ended_on date)")
        for is_calendar, end in ((False, self.policy.knob("statutory.fiscal_year_end")), (True, "12-31")):
            self.engine.insert_rows("book_year", [(is_calendar, *book_year(year, end)) for year in _BOOK_YEARS])
