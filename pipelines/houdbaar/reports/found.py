"""What the report says of the findings: alike ones together, with some of their lines. Ten findings or a million: the page stays short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from houdbaar.policy.words import DELETING, SEVERITIES, is_failing
from houdbaar.resources import package_text

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.engines.duckdb import Engine

Row = dict[str, Any]
Key = tuple[str | None, str, str | None, str | None]  # clause, code, source, entity
MOST_LINES = 3  # shown of a group; findings.parquet has them all


@dataclass(slots=True)
class Group:
    """Alike findings of one clause, code, source and entity: records by verdict and by confidence, reasons, and the first lines."""

    key: Key
    severity: str
    records: Counter[str] = field(default_factory=Counter)  # by verdict
    confidence: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)  # by verdict and reason
    status: Counter[str] = field(default_factory=Counter)
    failing: Counter[tuple[str, str]] = field(default_factory=Counter)  # by severity and verdict: what counts for `--fail-on`
    blocked: int = 0  # records that are to go, and that a hold or a pending request keeps
    actions: list[str] = field(default_factory=list)
    days_overdue: int | None = None
    total_lines: int = 0
    lines: list[Row] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """Records that are overdue or failing."""
        return self.records["OVERDUE"] + self.records["FAIL"]

    @property
    def undetermined(self) -> int:
        """Records that nobody can decide on."""
        return self.records["UNDETERMINED"]

    @property
    def held(self) -> int:
        """Records past their term that a hold keeps."""
        return self.records["HELD"]

    @property
    def more_lines(self) -> int:
        """Lines that are not shown."""
        return self.total_lines - len(self.lines)

    @property
    def rank(self) -> tuple[int, int, int]:
        """For sorting: the worst is the least."""
        return -SEVERITIES.index(self.severity) if self.bad else 9, 0 if self.bad else 1, -self.bad

    def add(self, row: Row) -> None:
        """Count one row of groups.sql."""
        if row["severity"] != "info" and SEVERITIES.index(row["severity"]) > SEVERITIES.index(self.severity):
            self.severity = row["severity"]
        self.records[row["verdict"]] += row["records"]
        if row["records"]:
            self.confidence[row["confidence"]] += row["records"]
        self.blocked += row["blocked"]
        self.status[row["status"]] += row["lines"]
        if is_failing(row["verdict"], row["status"]):
            self.failing[row["severity"], row["verdict"]] += row["records"]
        self.total_lines += row["lines"]
        if row["reason"] and row["records"]:
            self.reasons[row["verdict"], row["reason"]] += row["records"]
        if row["action"] not in self.actions:
            self.actions.append(row["action"])
        self.days_overdue = max(filter(None, (self.days_overdue, row["days_overdue"])), default=None)


@dataclass(frozen=True, slots=True)
class Found:
    """All groups, the severest first, and what was not tested."""

    groups: Sequence[Group]
    not_tested: Sequence[Row]

    def of_clause(self, clause: str | None) -> list[Group]:
        """The groups of one clause (None: of none)."""
        return [group for group in self.groups if group.key[0] == clause]


def found_of(findings: pa.Table) -> Found:
    """The findings of a run as the report tells them."""
    from houdbaar.engines.duckdb import Engine
    from houdbaar.folders import temp_folder

    with temp_folder("houdbaar-report-") as scratch, closing(Engine([], scratch)) as engine:
        return found_in(engine, findings)


def found_in(audit: Engine, findings: pa.Table) -> Found:
    """The same; `audit` lends its engine, of whose tables none is read."""
    with audit.apart() as engine:
        engine.register("finding", findings)
        rows = engine.dicts(package_text("reports/sql/groups.sql"), {"deleting": DELETING})
        lines = engine.dicts(package_text("reports/sql/lines.sql"), {"most": MOST_LINES})
        not_tested = engine.dicts(package_text("reports/sql/not_tested.sql"))
    groups = _grouped(rows)
    for line in lines:
        groups[_key(line)].lines.append(line)
    return Found(sorted(groups.values(), key=lambda group: group.rank), not_tested)


def _grouped(rows: Sequence[Row]) -> dict[Key, Group]:
    groups: dict[Key, Group] = {}
    for row in rows:
        groups.setdefault(_key(row), Group(_key(row), row["severity"])).add(row)
    return groups


def _key(row: Mapping[str, Any]) -> Key:
    return row["clause"], row["code"], row["source"], row["entity"]
