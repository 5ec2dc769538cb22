"""Runs the checks: each SQL file judges the records of its entity; the judgements of all of them make one table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.checks.catalog import Check, checks, derived
from houdbaar.exports.entities import ENTITIES
from houdbaar.exports.spans import SpanRequest, make_spans
from houdbaar.exports.views import make_view
from houdbaar.policy.calendar import last_due_date, last_overdue_date, last_permitted_day, month_edges, overdue_month
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.footers import Footer
    from houdbaar.exports.stage import Part
    from houdbaar.exports.views import Settings
    from houdbaar.policy.model import Policy, Rule

_TABLES = """
    create table judgement (
        rule varchar, source varchar, entity varchar, file varchar, record_key varchar, field varchar, verdict varchar, reason varchar,
        confidence varchar, severity varchar, action varchar, clause varchar, records bigint,
        ranges struct("first" bigint, "last" bigint)[], trigger_column varchar, first_trigger date, last_trigger date, month varchar
    );
    create table trigger_span (
        source varchar, entity varchar, file varchar, trigger_column varchar, issue varchar, is_anonymous boolean,
        first_trigger date, last_trigger date, records bigint, ranges struct("first" bigint, "last" bigint)[]
    );
    create table term_of (rule varchar, trigger_date date, last_permitted_day date, overdue_month varchar);
"""
_ROW_JUDGEMENT = """
    create or replace table row_judgement (
        source varchar, file varchar, "row" bigint, record_key varchar, snapshot_date date, field varchar, verdict varchar, reason varchar,
        confidence varchar, severity varchar, trigger_column varchar, first_trigger date, last_trigger date
    )
"""
_OUT_OF_SCOPE = """
    update judgement set verdict = 'OUT_OF_SCOPE', reason = null where rule = $rule and list_contains($processed, source)
"""
_EARLIEST = date(1980, 1, 1)  # no export is older
_FIRST_VISIT, _LATEST = date(2000, 1, 1), date(2060, 12, 31)  # days on which a cookie can have been set


@dataclass(frozen=True, slots=True)
class Material:
    """What is audited: the staged parts with their settings and footers, and where they lie."""

    parts: Sequence[Part]
    settings: Settings
    footers: Mapping[Path, Footer]
    root: Path


@dataclass(slots=True)
class Judge:
    """One audit's checks over one engine. `not_tested` says why a rule did not judge a source (None: any source)."""

    engine: Engine
    policy: Policy
    as_of: date
    material: Material
    not_tested: dict[tuple[str, str | None], str] = field(default_factory=dict)
    _ready: set[str] = field(default_factory=set)

    def judge(self, groups: Collection[str], tick: Any = None) -> None:
        """Run the checks of these groups and fill `judgement` and `term_of`."""
        self.engine.run(package_text("checks/terms.sql"))
        self.engine.run(_TABLES)
        for check in checks():
            if tick is not None:
                tick(check.title)
            if check.group not in groups:
                self.not_tested[check.rule, None] = f"not selected: run the audit with --checks {check.group}"
            else:
                self._run(check)
        self._fill_terms()

    def _run(self, check: Check) -> None:
        testable = self._testable(check)
        if not testable:
            return
        for table in check.reads:
            self._make(table, check)
        values = self._values(check.binds, self.policy.rules.get(check.rule))
        named = {"rule": check.rule, "entity": check.entity}
        if check.grain == "record":
            self.engine.run(_ROW_JUDGEMENT)
            self.engine.append("row_judgement", check.sql, values)
            self.engine.append("judgement", package_text("checks/collapse.sql"), named)
        else:
            self.engine.make_table("judged", check.sql, values)
            if check.entity == "*":
                self.engine.append("judgement", "select $rule as rule, * from judged", {"rule": check.rule})
            else:
                self.engine.append("judgement", "select $rule as rule, $entity as entity, * from judged", named)
        processed = self._processed()
        if processed and check.entity != "*":  # data of others, under their terms (domain: processor data)
            self.engine.run(_OUT_OF_SCOPE, {"rule": check.rule, "processed": processed})
        if check.entity != "*":
            self.engine.run(
                "delete from judgement where rule = $rule and not list_contains($testable, source)",
                {"rule": check.rule, "testable": testable},
            )

    def _processed(self) -> list[str]:
        """Sources whose data are processed for a customer: the policy's promises are not about them."""
        return sorted(
            {part.bound.source.name for part in self.material.parts if (part.bound.source.role or part.bound.contract.role) == "processor"}
        )

    def _testable(self, check: Check) -> list[str]:
        """Sources that have what a check needs; the others are noted as not tested."""
        fed_entities = {part.table.entity for part in self.material.parts}
        absent = [entity for entity in (check.entity, *check.requires) if entity not in fed_entities and entity != "*"]
        if absent:
            self.not_tested[check.rule, None] = f"no export feeds {', '.join(absent)}"
            return []
        if check.entity == "*":
            return ["*"]
        fed: dict[str, set[str]] = {}
        for part in self.material.parts:
            if part.table.entity == check.entity:
                fed.setdefault(part.bound.source.name, set()).update(part.fed)
        for source, columns in fed.items():
            missing = [name for name in check.needs if name not in columns]
            if missing:
                self.not_tested[check.rule, source] = f"column {', '.join(missing)} is missing"
        return [source for source in fed if (check.rule, source) not in self.not_tested]

    def _values(self, binds: Collection[str], rule: Rule | None) -> dict[str, Any]:
        """What a query binds: the as-of date, the rule's cut-offs, knobs (`lead_months`), and of those that count time the last date
        whose time has passed (`lead_months_cutoff_date`)."""
        known: dict[str, Any] = {"as_of": self.as_of}
        if rule is not None:
            boundary = self.policy.boundary(rule)
            term = self.policy.term(rule, self.as_of)
            known["last_overdue_date"] = last_overdue_date(self.as_of, term, boundary)
            known["last_due_date"] = last_due_date(self.as_of, term, boundary)
        for name in self.policy.knobs:
            value = self.policy.knob(name)
            known[name.replace(".", "_")] = value.total_seconds() / 3600 if isinstance(value, timedelta) else value
        for name in self.policy.period_knobs:
            known[f"{name.replace('.', '_')}_cutoff_date"] = last_overdue_date(self.as_of, self.policy.knob_period(name))
        return {name: known[name] for name in binds}

    def _make(self, table: str, check: Check) -> None:
        """Make a table that a check reads: entity views, trigger_span, term_day, or a derived table with what it reads."""
        if table == "term_day":
            self._make_term_day(check)
        elif table == "trigger_span":
            self._make_spans(check)
        elif table in ENTITIES:
            self._make_view(table)
        elif table in derived() and table not in self._ready:
            for below in derived()[table].reads:
                self._make(below, check)
            self.engine.make_table(table, derived()[table].sql, self._values(derived()[table].binds, None))
            self._ready.add(table)

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
        )
        make_spans(self.engine, request, self.material.parts, self.material.settings, self.material.footers, self.material.root)

    def _edges(self, rule: Rule) -> tuple[date, ...]:
        boundary = self.policy.boundary(rule)
        term = self.policy.term(rule, self.as_of)
        overdue, due = last_overdue_date(self.as_of, term, boundary), last_due_date(self.as_of, term, boundary)
        months = month_edges(_EARLIEST, overdue, term, boundary)
        return tuple(sorted({*months, *(day + timedelta(days=1) for day in (overdue, due, self.as_of))}))

    def _make_term_day(self, check: Check) -> None:
        """L of every day on which a cookie or a visit can have begun; made anew only for another period."""
        term = self.policy.term(self.policy.rules[check.rule], self.as_of)
        if f"term_day {term}" in self._ready:
            return
        self._ready = {name for name in self._ready if not name.startswith("term_day ")} | {f"term_day {term}"}
        days = [_FIRST_VISIT + timedelta(days=count) for count in range((_LATEST - _FIRST_VISIT).days + 1)]
        self.engine.run("create or replace table term_day (trigger_date date, last_permitted_day date)")
        self.engine.insert_rows("term_day", [(day, last_permitted_day(day, term)) for day in days])

    def _fill_terms(self) -> None:
        """L and overdue month for every trigger date that a judgement has: all month arithmetic is Python's (design 5)."""
        dates = self.engine.rows(
            """select distinct rule, unnest([first_trigger, last_trigger]) as trigger_date from judgement
            where verdict in ('OVERDUE', 'HELD', 'FAIL') order by all"""
        )
        rows = []
        for rule_id, day in dates:
            if day is not None and (rule := self.policy.rules.get(rule_id)) is not None:
                term = self.policy.term(rule, self.as_of)
                rows.append((rule_id, day, last_permitted_day(day, term), overdue_month(day, term, self.policy.boundary(rule))))
        self.engine.insert_rows("term_of", rows)
