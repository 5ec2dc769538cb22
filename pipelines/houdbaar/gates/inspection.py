"""The expectations of one audit: those of entities while its tables stand, that of the policy once its findings have their status."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.checks.obligations import OTHER_KIND
from houdbaar.exports.entities import RECORDS
from houdbaar.gates.expectation import FINDINGS, Outcome
from houdbaar.gates.validate import Table, Validator, outcome_of
from houdbaar.gates.verdict import Issue, Rules, annotated, issues
from houdbaar.policy.words import SEVERITIES

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.gates.suites import Suite

FORMAT = 1  # of validations.json
_BATCH = "gate_batch"


@dataclass(frozen=True, slots=True)
class Validation:
    """A suite on one table. `why`: the reason that it did not run at all; then there are no outcomes."""

    suite: str
    entity: str | None
    source: str | None
    expected: int
    outcomes: tuple[Outcome, ...]
    why: str | None = None


@dataclass(slots=True)
class Inspection:
    """Runs the suites beside an audit. `stale_date` is the newest day of an export that is not fresh any more."""

    suites: Sequence[Suite]
    rules: Rules
    as_of: date
    stale_date: date
    docs: Path | None
    issues: tuple[Issue, ...] = field(default=(), init=False)
    _entities: list[Validation] = field(default_factory=list, init=False)
    _findings: list[Validation] = field(default_factory=list, init=False)
    _validator: Validator = field(init=False)

    def __post_init__(self) -> None:
        self._validator = Validator(self.docs)

    @property
    def validations(self) -> list[Validation]:
        """Every suite on every table that it is about, in a stable order."""
        return [*self._entities, *self._findings]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of all expectations; one for each suite that did not run at all."""
        made: list[Outcome] = []
        for each in self.validations:
            made += each.outcomes
            if each.why is not None:
                made.append(Outcome(each.suite, each.entity, each.source, "every expectation", (), "info", None, why=each.why))
        return tuple(made)

    def look(self, engine: Engine, intake: Intake) -> None:
        """Run the suites about entities on every source that feeds them, and only there. Raises UsageError for a suite that can't be."""
        from houdbaar.exports.views import make_view

        self._entities, self._validator = [], Validator(self.docs)  # it can be a second look, without a file that went
        days = {"as_of": self.as_of, "stale": self.stale_date}
        engine.make_table("gate_day", "select cast($as_of as date) as as_of, cast($stale as date) as stale_date", days)
        made = {name for (name,) in engine.rows("select table_name from information_schema.tables")}
        sources = _sources(intake)
        for suite in self.suites:
            if suite.table == FINDINGS:
                continue
            if suite.table not in made and suite.table in sources:
                make_view(engine, suite.table, intake.parts, intake.settings, intake.inventory.root)
                made.add(suite.table)
            for source in sources.get(suite.table, ()):
                self._look_at(engine, intake, suite, source)
            if suite.table not in sources:
                why = f"{'no register' if RECORDS[suite.table].kind == 'register' else 'no export'} feeds {suite.table}"
                self._entities.append(Validation(suite.name, suite.table, None, len(suite.expected), (), why))

    def judge(self, findings: pa.Table, obligations: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
        """Make issues of the findings, run the suites about them, and give the files to write beside them."""
        import duckdb

        lines = annotated(findings.to_pylist(), self.rules)
        self.issues = issues(lines, self.rules)
        counting = {line["finding_id"] for line in lines if line["state"] not in ("accepted", "known")}
        self._findings = []
        with duckdb.connect() as connection:
            connection.register("line", findings)
            connection.execute(
                "create table finding as select * from line where list_contains($ids, finding_id)", {"ids": sorted(counting)}
            )
            for suite in (suite for suite in self.suites if suite.table == FINDINGS):
                self._findings.append(self._look_at_findings(connection, suite, obligations))
        return {"validations.json": json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n"}

    def as_json(self) -> dict[str, Any]:
        """What validations.json holds: no value of any record."""
        return {"format": FORMAT, "suites": [self._suite_json(each) for each in self.validations]}

    def build_docs(self) -> None:
        """Write GX's Data Docs of it all."""
        self._validator.build_docs()

    def _look_at(self, engine: Engine, intake: Intake, suite: Suite, source: str) -> None:
        from houdbaar.exports.syntax import all_rows, column, sql_of, text

        rows_of_source = all_rows(suite.table).where(column("source").eq(text(source)))
        engine.make_view(_BATCH, sql_of(rows_of_source))
        ((rows, dated),) = engine.rows("select count(*), count(snapshot_date) from gate_batch")
        table = Table(_BATCH, suite.table, source, rows, _empty_columns(intake, suite.table, source, is_dated=bool(dated)))
        with engine.lent("running expectations") as connection:
            outcomes = self._validator.run(connection, suite, table)
        self._entities.append(Validation(suite.name, suite.table, source, len(suite.expected), _sorted(outcomes)))

    def _look_at_findings(self, connection: Any, suite: Suite, obligations: Sequence[Mapping[str, Any]]) -> Validation:
        """A code that something was not tested for is no pass where nothing was found: its expectation does not run."""
        import dataclasses

        found = {issue.code for issue in self.issues if not issue.is_excused}
        severities = _severities(self.issues)
        whys = {
            index: why
            for index, expected in enumerate(suite.expected)
            if expected.code is not None and expected.code not in found and (why := _untested(expected.code, obligations))
        }
        running = dataclasses.replace(suite, expected=tuple(each for index, each in enumerate(suite.expected) if index not in whys))
        table = Table(FINDINGS, FINDINGS, None, 1, frozenset())
        outcomes = [outcome_of(suite.expected[index], suite, table, why=why) for index, why in whys.items()]
        for outcome in self._validator.run(connection, running, table):
            # As grave as its findings, so that it says what they say.
            severity = severities.get(outcome.code or "", outcome.severity)
            outcomes.append(dataclasses.replace(outcome, severity=severity, rows=None))
        return Validation(suite.name, FINDINGS, None, len(suite.expected), _sorted(outcomes))

    def _suite_json(self, each: Validation) -> dict[str, Any]:
        ran = [outcome for outcome in each.outcomes if outcome.success is not None]
        failed = sum(outcome.success is False for outcome in ran)
        return {
            "suite": each.suite,
            "entity": each.entity,
            "source": each.source,
            "success": failed == 0 if ran and not any(outcome.is_broken for outcome in each.outcomes) else (False if failed else None),
            "checked": len(ran),
            "failed": failed,
            "not_run": each.expected - len(ran),
            "why": each.why,
            "expectations": [self._outcome_json(outcome) for outcome in each.outcomes],
        }

    def _outcome_json(self, outcome: Outcome) -> dict[str, Any]:
        return {
            "type": outcome.type,
            "about": outcome.about,
            "columns": list(outcome.columns),
            "code": outcome.code,
            "success": outcome.success,
            "unexpected": outcome.unexpected,
            "rows": outcome.rows,
            "level": self.rules.level_of(outcome),
            "why": outcome.why,
        }


def _sources(intake: Intake) -> dict[str, list[str]]:
    """The sources that feed each entity, by name."""
    found: dict[str, set[str]] = {}
    for part in intake.parts:
        found.setdefault(part.table.entity, set()).add(part.bound.source.name)
    return {entity: sorted(names) for entity, names in found.items()}


def _empty_columns(intake: Intake, entity: str, source: str, *, is_dated: bool) -> frozenset[str]:
    """The columns of an entity that no file of a source gives anything for."""
    fed: set[str] = set().union(*(part.fed for part in intake.parts if part.table.entity == entity and part.bound.source.name == source))
    empty = {name for item in RECORDS[entity].columns if item.name not in fed for name in item.staged}
    return frozenset(empty | (set() if is_dated else {"snapshot_at", "snapshot_date"}))


def _severities(found: Sequence[Issue]) -> dict[str, str]:
    """The gravest severity of each code's issues that count."""
    worst: dict[str, str] = {}
    for issue in found:
        if not issue.is_excused:
            worst[issue.code] = max(worst.get(issue.code, "info"), issue.severity, key=SEVERITIES.index)
    return worst


def _untested(code: str, obligations: Sequence[Mapping[str, Any]]) -> str | None:
    """Why a code that nothing was found of is no pass: it was not tested, or not everywhere. Codes about the audit have no obligation."""
    mine = [item for item in obligations if item["code"] == code and item["not_tested_reason"] != OTHER_KIND]
    if not mine and not code.startswith("AUD-"):
        return "no check in this version"
    reasons = dict.fromkeys(item["not_tested_reason"] for item in mine if item["not_tested_reason"])
    return "; ".join(reasons) or None


def _sorted(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    return tuple(sorted(outcomes, key=lambda each: (each.about or "", each.code or "", each.columns, each.type, each.is_own)))
