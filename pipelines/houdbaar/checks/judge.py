"""Runs the checks: each SQL file judges the records of its entity; the judgements of all of them make one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from houdbaar.checks.catalog import Check, checks
from houdbaar.checks.tables import Material, Tables
from houdbaar.policy.calendar import last_due_date, last_permitted_day, overdue_month
from houdbaar.policy.words import SEVERITIES
from houdbaar.resources import package_text
from houdbaar.subjects.links import LinkRules, Links

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.policy.model import Policy

_TABLES = """
    create table judgement (
        rule varchar, source varchar, entity varchar, file varchar, record_key varchar, field varchar, verdict varchar, reason varchar,
        confidence varchar, severity varchar, action varchar, clause varchar, records bigint,
        ranges struct("first" bigint, "last" bigint)[], trigger_column varchar, first_trigger date, last_trigger date,
        oldest_trigger date, month varchar, blocked_by varchar[], last_permitted_day date, days_overdue bigint,
        is_key_hashed boolean, subjects ubigint[]
    );
    create table testable (rule varchar, source varchar, is_out_of_scope boolean);
    create table soon_of (rule varchar, soon_date date);
    create table term_of (rule varchar, trigger_date date, last_permitted_day date, overdue_month varchar);
"""
# Made anew when they have been read: deleted rows would stay in memory.
_WAITING = """
    create or replace table row_judgement (
        rule varchar, grain varchar, entity varchar, source varchar, file varchar, "row" bigint, record_key varchar, snapshot_date date,
        field varchar, verdict varchar, reason varchar, confidence varchar, severity varchar, action varchar, trigger_column varchar,
        first_trigger date, last_trigger date, blocked_by varchar[], last_permitted_day date, days_overdue bigint,
        group_key varchar generated always as (coalesce(record_key, file || chr(31) || "row")),
        group_hash ubigint generated always as (hash(rule, source, coalesce(record_key, file || chr(31) || "row")))
    );
    create or replace table send_judgement (
        rule varchar, entity varchar, source varchar, file varchar, "row" bigint, verdict varchar, reason varchar, severity varchar,
        lesser_severity varchar, action varchar, trigger_column varchar, first_trigger date, last_trigger date
    )
"""
# What a source lacks the columns for is left out, and data of others is under others' terms. Rules about no entity judge no source's data.
_SETTLE = """
    delete from judgement
    where rule in (select rule from testable) and source is not null and (rule, source) not in (select (rule, source) from testable);
    update judgement set verdict = 'OUT_OF_SCOPE', reason = null
    where verdict <> 'NOT_TESTED' and (rule, source) in (select (rule, source) from testable where is_out_of_scope)
"""
_CUT_OFFS = frozenset({"last_overdue_date", "last_due_date", "boundary"})  # of the check's own rule
# Verdicts that wait to be made into lines: to plan these queries takes longer than to run them, so they run for many checks at once.
_MOST_WAITING = 200_000


@dataclass(slots=True)
class Judge:
    """One audit's checks over one engine. `not_tested` says why a rule did not judge a source (None: any source)."""

    engine: Engine
    policy: Policy
    as_of: date
    material: Material
    not_tested: dict[tuple[str, str | None], str] = field(default_factory=dict)
    tables: Tables = field(init=False)  # from when the checks run
    _links: Links | None = None
    _testable: list[tuple[str, str, bool]] = field(default_factory=list)  # rows of the table of that name
    _waiting: Counter[str] = field(default_factory=Counter)  # rows of the tables whose verdicts are no lines yet

    def judge(self, selected: Collection[str], tick: Any = None) -> None:
        """Run the checks of these groups and codes, and fill `judgement` and `term_of`."""
        for macros in ("checks/terms.sql", "checks/leaks.sql", "checks/scope.sql", "checks/quality.sql", "checks/proofs.sql"):
            self.engine.offer_macros(package_text(macros))
        self.engine.run(_TABLES)
        self.engine.run(_WAITING)
        material = self.material
        self._links = Links(self.engine, material.cache, LinkRules.of(self.policy), material.parts, material.settings)
        self.tables = Tables(self.engine, self.policy, self.as_of, material, self._links)
        self._judge(selected, self.tables, tick)
        self.engine.insert_rows("testable", self._testable)
        self.engine.run(_SETTLE)
        self._fill_terms()
        self._fill_soon()

    def close(self) -> None:
        """Remove what was made of links and is not kept; whoever judges closes in the end."""
        if self._links is not None:
            self._links.close()

    def _judge(self, selected: Collection[str], tables: Tables, tick: Any) -> None:
        promised = [check for check in checks() if check.code in self.policy.codes]  # a policy of one's own may lack some
        to_come = [check for check in promised if not {check.group, check.code}.isdisjoint(selected)]
        for check in promised:
            if tick is not None:
                tick(check.title)
            if check not in to_come:
                self.not_tested[check.rule, None] = f"not selected: run the audit with --checks {check.group}"
                continue
            to_come.remove(check)
            if testable := self._testable_by(check):
                self._note_testable(check, testable)
                self._run(check, tables)
                tables.drop_unread(to_come)
            if self._waiting.total() > _MOST_WAITING:
                self._make_lines(tables)
        self._make_lines(tables)
        tables.blocks.mark_spans([check.rule for check in checks() if "trigger_span" in check.reads])

    def _run(self, check: Check, tables: Tables) -> None:
        """Fill `judgement` with a check's lines, or `row_judgement` or `send_judgement` with its verdicts, which wait there."""
        if check.of is not None:
            tables.make_shared(check.of)
            if not self.engine.has_rows(check.of):
                return
        for table in check.reads:
            tables.make(table, check)
        rule = self.policy.rules.get(check.rule)
        values = tables.values(check.binds, rule)
        labels = {"rule": check.rule} if check.entity == "*" else {"rule": check.rule, "entity": check.entity}
        if check.group == "retention" or "trigger_span" in check.reads:
            tables.blocks.reach(check.rule, tables.term(rule) if rule is not None else None)
        if check.grain == "record" or check.judges == "rows":
            self._wait("row_judgement", check.sql, values, {**labels, "grain": check.grain})
        elif check.judges == "sends":
            severity = SEVERITIES.index(self.policy.codes[check.code].severity)
            self._wait("send_judgement", check.sql, values, {**labels, "lesser_severity": SEVERITIES[max(severity - 1, 0)]})
        else:
            self.engine.append("judgement", check.sql, values, labels)

    def _wait(self, table: str, sql: str, values: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        self._waiting[table] += self.engine.append(table, sql, values, labels)

    def _make_lines(self, tables: Tables) -> None:
        """Make lines of the verdicts that wait."""
        if not self._waiting.total():
            return
        if self._waiting["row_judgement"]:
            tables.blocks.mark_rows()
            self.engine.make_table("several_version", package_text("checks/marks/several_version.sql"))
            for lines in ("one_version", "collapse"):
                self.engine.append("judgement", package_text(f"checks/{lines}.sql"))
            self.engine.append("judgement", package_text("checks/months.sql"))
        if self._waiting["send_judgement"]:
            self.engine.append("judgement", package_text("checks/sends.sql"), {"as_of": self.as_of})
        self.engine.run(_WAITING)
        self._waiting.clear()

    def _note_testable(self, check: Check, sources: Sequence[str]) -> None:
        """Say which sources a check can judge, and which of them are out of its scope: the promises are not about others' data."""
        if check.entity != "*":
            others = self._processed() if check.role == "controller" else ()
            self._testable += [(check.rule, source, source in others) for source in sources]

    def _processed(self) -> frozenset[str]:
        """Sources whose data are processed for a customer: the policy's promises are not about them."""
        return frozenset(part.bound.source.name for part in self.material.parts if part.bound.is_processed)

    def _testable_by(self, check: Check) -> list[str]:
        """Sources that have what a check needs; the others are noted as not tested."""
        if _CUT_OFFS.intersection(check.binds) and check.rule not in self.policy.rules:
            self.not_tested[check.rule, None] = f"the policy has no rule {check.rule}, which says the term"
            return []
        entity = () if check.entity == "*" else ((check.entity,),)
        absent = [words for words in (*entity, *check.requires) if not any(map(self._is_fed, words))]
        if absent:
            lacking = list(
                dict.fromkeys(self.material.lacking[word] for words in absent for word in words if set(words) <= set(self.material.lacking))
            )
            unfed = [" or ".join(words) for words in absent if not set(words) <= set(self.material.lacking)]
            self.not_tested[check.rule, None] = "; ".join(lacking + ([f"no export feeds {', '.join(unfed)}"] if unfed else []))
            return []
        if check.entity == "*":
            return ["*"]
        fed = {source: columns for (entity, source), columns in self.material.fed.items() if entity == check.entity}
        for source, columns in fed.items():
            missing = [" or ".join(names) for names in check.needs if not any(name in columns or self._is_fed(name) for name in names)]
            if missing:
                self.not_tested[check.rule, source] = f"column {', '.join(missing)} is missing"
        return [source for source in fed if (check.rule, source) not in self.not_tested]

    def _is_fed(self, word: str) -> bool:
        """Whether anything feeds an entity, or a column of it (`mail_campaign.category`)."""
        entity, _, name = word.partition(".")
        return any(fed == entity and (not name or name in columns) for (fed, _), columns in self.material.fed.items())

    def _fill_soon(self) -> None:
        """The last trigger date of each rule whose L is at most time.soon_days ahead (domain.md 0.1)."""
        ahead = self.as_of + timedelta(days=self.policy.knob("time.soon_days"))
        rules = self.policy.rules.values()
        self.engine.insert_rows(
            "soon_of", [(rule.id, last_due_date(ahead, self.policy.term(rule, self.as_of), self.policy.boundary(rule))) for rule in rules]
        )

    def _fill_terms(self) -> None:
        """L and overdue month for every trigger date that a judgement has: all month arithmetic is Python's (design 5)."""
        dates = self.engine.rows(
            """select distinct rule, unnest([last_trigger, oldest_trigger]) as trigger_date from judgement
            where verdict in ('OVERDUE', 'HELD', 'FAIL') order by all"""
        )
        rows = []
        for rule_id, day in dates:
            if day is not None and (rule := self.policy.rules.get(rule_id)) is not None:
                term = self.policy.term(rule, self.as_of)
                rows.append((rule_id, day, last_permitted_day(day, term), overdue_month(day, term, self.policy.boundary(rule))))
        self.engine.insert_rows("term_of", rows)
