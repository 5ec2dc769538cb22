"""One audit from beginning to end: read, judge, write aside, rename."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.checks.catalog import GROUPS, checks
from houdbaar.errors import PolicyError, UsageError
from houdbaar.folders import locked, writing
from houdbaar.judging import Beside, Judged, Judging, Memory, judge_exports
from houdbaar.ledger.books import BOOKS_FILE, read_books
from houdbaar.ledger.erased import read_erased, remember
from houdbaar.ledger.recording import record
from houdbaar.ledger.runs import WHAT_IF, RunPlan, earlier_summaries, plan_run, put_in_place, read_run, refuse_other_outcome, written_aside
from houdbaar.ledger.store import STATE_FILE, look_back
from houdbaar.policy.calendar import last_overdue_date
from houdbaar.policy.words import is_failing, reaches
from houdbaar.reading import Exports, collecting_rarely
from houdbaar.reports.remediation.earlier import read_earlier as read_plans
from houdbaar.reports.summary import RunFacts, build_summary
from houdbaar.run_files import write_run, write_table

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from houdbaar.charting import Charts
    from houdbaar.ledger.store import Earlier
    from houdbaar.policy.model import Policy
    from houdbaar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What to audit: the as-of date, knobs of a what-if, groups or codes of checks (none: all), the run's folder, whether to replace.

    `is_what_if`: it is no audit for another reason, such as that it is a gate's.
    """

    as_of: date
    knobs: Mapping[str, object]
    checks: tuple[str, ...]
    output: Path | None
    is_replace: bool
    is_what_if: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """A finished audit: where it lies, what it found, and which files it can't speak for ('file: what is wrong and what to do')."""

    folder: Path
    is_recorded: bool
    summary_json: Mapping[str, Any] = field(repr=False)
    table: pa.Table = field(repr=False)
    problems: tuple[str, ...]
    policy: Policy = field(repr=False)
    notices: tuple[str, ...] = ()  # what people should know of earlier runs

    @property
    def as_of(self) -> date:
        """The day of judgement."""
        return date.fromisoformat(self.summary_json["run"]["as_of"])

    def summary(self) -> pd.DataFrame:
        """A row for each clause, code, source and entity, a column for each verdict: how many records, or why they were not tested.

        A code that several clauses cite stands with each of them: to add records up, count each code, source and entity once.
        """
        import pandas as pd

        return pd.DataFrame(self.obligations)

    @property
    def findings(self) -> duckdb.DuckDBPyRelation:
        """The lines of findings.parquet as a DuckDB relation."""
        import duckdb

        return duckdb.connect().from_arrow(self.table)

    @property
    def obligations(self) -> list[dict[str, Any]]:
        """For every clause, code, source and entity: how many records ended how, or why they were not tested."""
        found: list[dict[str, Any]] = self.summary_json["obligations"]
        return found

    @property
    def chart(self) -> Charts:
        """Charts for notebooks: `chart.age("analytics_event")`, `chart.outcome()`, `chart.forecast()`, `chart.trend()`.

        They are drawn on this machine, as SVG, unless another renderer of Altair was chosen: its default loads a script from another host.
        """
        from houdbaar.charting import Charts, draw_here

        draw_here()
        return Charts(self)

    @property
    def report(self) -> Path:
        """The page for people, report.html. Raises UsageError where the run has none."""
        page = self.folder / "report.html"
        if not page.is_file():
            raise UsageError(f"{self.folder} has no report.html: run the audit again")
        return page

    def judged(self) -> list[dict[str, Any]]:
        """The obligations that judged something, worst first, each with the severity of its severest finding."""
        from houdbaar.engines.arrays import distinct
        from houdbaar.reports.outcome import judged_rows

        return judged_rows(self.obligations, self.policy, distinct(self.table, ("code", "source", "entity", "severity", "verdict")))

    def _repr_html_(self) -> str:
        from houdbaar.reports.notebook import audit_html

        return audit_html(self.summary_json, self.judged(), self.policy, self.problems, str(self.folder))

    def exit_code(self, fail_on: str) -> int:
        """3 when the audit can't speak for an export or judged nothing, 1 for findings at or above the level, else 0 (design 7)."""
        from houdbaar.engines.arrays import distinct

        if self.problems or not self.summary_json["run"]["records_judged"]:
            return 3
        lines = distinct(self.table, ("severity", "verdict", "status"))
        return int(reaches((severity for severity, verdict, status in lines if is_failing(verdict, status)), fail_on))


def run_audit(workspace: Workspace, request: AuditRequest, tick: Callable[[str], None], beside: Beside | None = None) -> Audit:
    """Run an audit and write its results. Raises AuditError and its kinds; then nothing is left behind."""
    policy = workspace.policy.with_knobs(request.knobs)
    _require_version(policy, request.as_of)
    workspace.require_exports()
    sources, contracts = workspace.sources, workspace.contracts  # what the settings name must be right before anything is made
    by = Judging(policy, request.as_of, _selected(request.checks), workspace.pseudonyms(), workspace.may_be_source, False, beside)
    ledger = workspace.ledger(by.pseudonyms)
    while True:
        # What would keep it from being recorded is told before the work.
        earlier = look_back(ledger, by.as_of)
        plan = _plan(workspace, request, earlier)
        with written_aside(plan.folder) as aside, workspace.work_cache() as cache, collecting_rarely():
            plans = read_plans(workspace.runs, by.as_of) if plan.is_recorded else None
            if plans is not None:
                earlier = replace(earlier, notices=(*earlier.notices, *plans.notices))
            is_planning = not (request.knobs or request.checks or request.is_what_if) and plan.folder.name != WHAT_IF
            by = replace(by, is_planning=is_planning)
            books = read_books(workspace.runs, by.as_of, by.pseudonyms)
            memory = Memory(earlier.before, plans, read_erased(workspace.state), books)
            judged = judge_exports(Exports(workspace.exports, sources, contracts, workspace.registers, cache), by, memory, tick)
            with locked(aside.parent):  # another audit may have the same folder in mind
                if ledger is not None and plan.is_recorded:
                    now = ledger.earlier(by.as_of)
                    plan = _plan(workspace, request, now)
                    if (now.previous, plan.is_recorded) != (earlier.previous, True):
                        continue  # another one was recorded meanwhile: this one comes after it
                if not judged.results.records_judged and plan.is_recorded:
                    plan, judged = RunPlan(workspace.runs / WHAT_IF, False), replace(judged, plans=None)
                return _written(workspace, request, by, judged, replace(earlier, notices=earlier.notices + books.notices), plan, aside)


def _plan(workspace: Workspace, request: AuditRequest, earlier: Earlier) -> RunPlan:
    """Where the run goes, in view of what was there before."""
    return plan_run(
        workspace.runs,
        request.as_of,
        output=request.output,
        is_bare=workspace.is_bare,
        is_what_if=bool(request.knobs) or request.is_what_if,
        is_partial=bool(request.checks),
        known=earlier.newest,
    )


def _written(
    workspace: Workspace, request: AuditRequest, by: Judging, judged: Judged, earlier: Earlier, plan: RunPlan, aside: Path
) -> Audit:
    """Say what became of each finding, write the run's files, and put them in place."""
    intake, results, status, notices = judged.intake, judged.results, judged.status, list(earlier.notices)
    folder = workspace.folder.name if workspace.is_bare else None
    facts = RunFacts(by.as_of, folder, plan.is_recorded, by.checks, results.records_judged, earlier.previous, status)
    summary = build_summary(facts, by.policy, intake, results.obligations, judged.hashes, by.pseudonyms)
    with writing(aside.parent):
        before = earlier_summaries(workspace.runs, by.as_of)
        write_run(aside, by, judged, status, summary, before)
    refuse_other_outcome(plan, summary["run"]["fingerprint"], is_replace=request.is_replace)
    ledger = workspace.ledger(by.pseudonyms) if plan.is_recorded else None
    with writing(plan.folder):
        if ledger is None:
            put_in_place(aside, plan)
        else:
            _remember_erased(workspace, by, judged)  # before the run is there: a kill in between leaves nobody out
            write_table(status.state, aside / STATE_FILE)
            if judged.books is not None:
                write_table(judged.books, aside / BOOKS_FILE)
            notices += record(aside, plan.folder, summary, earlier.previous, by.pseudonyms, is_replace=request.is_replace)
    if ledger is not None:
        notices += ledger.brought_up_to_date()
    problems = tuple(f"{by.pseudonyms.shown_path(problem.name)}: {problem.what}" for problem in intake.problems if problem.is_fatal)
    return Audit(plan.folder, plan.is_recorded, summary, status.findings, problems, by.policy, tuple(dict.fromkeys(notices)))


def _remember_erased(workspace: Workspace, by: Judging, judged: Judged) -> None:
    is_kept_for_ever = by.policy.knob("dsr.log_months") is None
    term_over = None if is_kept_for_ever else last_overdue_date(by.as_of, by.policy.knob_period("dsr.log_months"))
    remember(workspace.state, judged.erased, term_over)


def open_audit(folder: Path, policy: Policy) -> Audit:
    """An audit of an earlier day, as it was written. Raises UsageError when its folder can't be read."""
    run = read_run(folder)
    problems = tuple(f"{problem['file']}: {problem['what']}" for problem in run.summary["problems"] if problem["is_fatal"])
    return Audit(folder, run.summary["run"]["is_recorded"], run.summary, run.findings, problems, policy)


_LATEST_AS_OF = date(2200, 1, 1)


def _require_version(policy: Policy, as_of: date) -> None:
    if as_of > _LATEST_AS_OF:
        raise UsageError(f"--as-of {as_of} is too far away: give a day before {_LATEST_AS_OF}")
    if policy.version_at(as_of) is None:
        first = policy.versions[0]
        raise PolicyError(
            f"POL-NO-VERSION: no version of the policy {policy.id} is in force on {as_of}: "
            f"the first, {first.id}, holds from {first.effective_from}"
        )


def _selected(names: tuple[str, ...]) -> tuple[str, ...]:
    """The groups and codes of checks that are to run: those that were named, or all groups. Raises UsageError for another name."""
    import difflib

    known = (*GROUPS, *sorted({check.code for check in checks()}))
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(GROUPS)}, and codes such as CON-COOKIE"
            raise UsageError(f'--checks: there is no group and no code "{name}": {hint}')
    return names or GROUPS
