"""Runs the checks: each SQL file judges the records of its entity; the judgements of all of them make one table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.checks.catalog import Check, checks
from houdbaar.checks.tables import Material, Tables
from houdbaar.policy.calendar import last_permitted_day, overdue_month
from houdbaar.policy.words import SEVERITIES
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.policy.model import Policy

_TABLES = """
    create table judgement (
        rule varchar, source varchar, entity varchar, file varchar, record_key varchar, field varchar, verdict varchar, reason varchar,
        confidence varchar, severity varchar, action varchar, clause varchar, records bigint,
        ranges struct("first" bigint, "last" bigint)[], trigger_column varchar, first_trigger date, last_trigger date,
        oldest_trigger date, month varchar, blocked_by varchar[]
    );
    create table term_of (rule varchar, trigger_date date, last_permitted_day date, overdue_month varchar);
"""
_ROW_JUDGEMENT = """
    create or replace table row_judgement (
        source varchar, file varchar, "row" bigint, record_key varchar, snapshot_date date, field varchar, verdict varchar, reason varchar,
        confidence varchar, severity varchar, action varchar, trigger_column varchar, first_trigger date, last_trigger date,
        blocked_by varchar[]
    )
"""
_SEND_JUDGEMENT = """
    create or replace table send_judgement (
        source varchar, file varchar, "row" bigint, verdict varchar, reason varchar, severity varchar, action varchar,
        trigger_column varchar, first_trigger date, last_trigger date
    )
"""
_OUT_OF_SCOPE = """
    update judgement set verdict = 'OUT_OF_SCOPE', reason = null where rule = $rule and list_contains($processed, source)
"""
_CUT_OFFS = frozenset({"last_overdue_date", "last_due_date", "boundary"})  # of the check's own rule
_NOT_TESTABLE = "delete from judgement where rule = $rule and not list_contains($testable, source)"


@dataclass(slots=True)
class Judge:
    """One audit's checks over one engine. `not_tested` says why a rule did not judge a source (None: any source)."""

    engine: Engine
    policy: Policy
    as_of: date
    material: Material
    not_tested: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def judge(self, groups: Collection[str], tick: Any = None) -> None:
        """Run the checks of these groups and fill `judgement` and `term_of`."""
        for macros in ("checks/terms.sql", "checks/leaks.sql", "checks/scope.sql", "checks/quality.sql"):
            self.engine.offer_macros(package_text(macros))
        self.engine.run(_TABLES)
        tables = Tables(self.engine, self.policy, self.as_of, self.material)
        for check in checks():
            if check.code not in self.policy.codes:  # a policy of one's own that doesn't make this promise
                continue
            if tick is not None:
                tick(check.title)
            if check.group not in groups:
                self.not_tested[check.rule, None] = f"not selected: run the audit with --checks {check.group}"
            elif testable := self._testable(check):
                self._run(check, tables)
                self._settle(check, testable)
        self._fill_terms()

    def _run(self, check: Check, tables: Tables) -> None:
        for table in check.reads:
            tables.make(table, check)
        rule = self.policy.rules.get(check.rule)
        values = tables.values(check.binds, rule)
        promise = tables.term(rule) if rule is not None else None
        if check.grain == "record" or check.judges == "rows":
            self.engine.run(_ROW_JUDGEMENT)
            self.engine.append("row_judgement", check.sql, values)
            if check.group == "retention":
                tables.blocks.mark_rows(promise)
            lines = "checks/collapse.sql" if check.grain == "record" else "checks/months.sql"
            self.engine.append("judgement", package_text(lines), {"rule": check.rule, "entity": check.entity})
            return
        if check.judges == "sends":
            self._collect_sends(check, values)
        else:
            self.engine.make_table("judged", check.sql, values)
        if check.entity == "*":
            self.engine.append("judgement", "select $rule as rule, * from judged", {"rule": check.rule})
            return
        named = {"rule": check.rule, "entity": check.entity}
        self.engine.append("judgement", "select $rule as rule, $entity as entity, * from judged", named)
        if "trigger_span" in check.reads:
            tables.blocks.mark_spans(check.rule, promise)

    def _collect_sends(self, check: Check, values: Mapping[str, Any]) -> None:
        """Fill `judged` with the lines of a check that judges single sends."""
        severity = SEVERITIES.index(self.policy.codes[check.code].severity)
        lesser = SEVERITIES[max(severity - 1, 0)]
        self.engine.run(_SEND_JUDGEMENT)
        self.engine.append("send_judgement", check.sql, values)
        self.engine.make_table("judged", package_text("checks/sends.sql"), {"as_of": self.as_of, "lesser_severity": lesser})

    def _settle(self, check: Check, testable: Sequence[str]) -> None:
        """Leave out what a source lacks the columns for, and take data of others out of scope: they are under others' terms."""
        if check.entity == "*":
            return
        processed = self._processed()
        if processed and check.role == "controller":
            self.engine.run(_OUT_OF_SCOPE, {"rule": check.rule, "processed": processed})
        self.engine.run(_NOT_TESTABLE, {"rule": check.rule, "testable": testable})

    def _processed(self) -> list[str]:
        """Sources whose data are processed for a customer: the policy's promises are not about them."""
        return sorted(
            {part.bound.source.name for part in self.material.parts if (part.bound.source.role or part.bound.contract.role) == "processor"}
        )

    def _testable(self, check: Check) -> list[str]:
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
