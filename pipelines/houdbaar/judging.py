"""What an audit does with its exports while the engine is open: judge, plan, and read what people keep about findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from houdbaar.engines.memory import give_back
from houdbaar.ledger.books import seen_books
from houdbaar.ledger.coverage import Coverage, strangers
from houdbaar.ledger.erased import hashes_of_register
from houdbaar.ledger.status import Status, judge_status
from houdbaar.reading import Exports, read_exports
from houdbaar.reports.found import found_in
from houdbaar.reports.summary import FileHashes, file_hashes

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.checks.judge import Judge
    from houdbaar.checks.results import Results
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.ledger.books import Books
    from houdbaar.ledger.erased import Erased
    from houdbaar.ledger.status import Before
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms
    from houdbaar.reports.found import Found
    from houdbaar.reports.remediation.earlier import Earlier
    from houdbaar.reports.remediation.plans import Plans


class Beside(Protocol):
    """What is done beside an audit: a look at its tables while they stand (again, if a file went meanwhile), and files of the run."""

    def look(self, engine: Engine, intake: Intake) -> None:
        """Look at the tables of the entities."""

    def judge(self, findings: pa.Table, obligations: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
        """Names and texts of files to write into the run's folder, once the findings are complete."""


@dataclass(frozen=True, slots=True)
class Judging:
    """By what exports are judged: the policy with its knobs, the day, groups and codes of checks. `is_source`: may a name be a source's?

    `is_planning`: whether it is planned what to do about what is found.
    """

    policy: Policy
    as_of: date
    checks: tuple[str, ...]
    pseudonyms: Pseudonyms
    is_source: Callable[[str], bool]
    is_planning: bool
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What a workspace knows from before: what the run before left (None: there is none), plans of earlier runs (None: nothing is
    followed up), people who were erased, and the books."""

    before: Before | None
    plans: Earlier | None
    erased: Sequence[Erased]
    books: Books


@dataclass(frozen=True, slots=True)
class Judged:
    """What was read, found and planned (`plans` None: nothing was to be planned), before anything is written."""

    intake: Intake
    results: Results
    plans: Plans | None
    status: Status
    evidence: Mapping[str, Any]
    erased: Sequence[Erased]  # of whom the register says that they were
    hashes: Mapping[Path, FileHashes]
    found: Found  # the findings as the report tells them
    books: pa.Table | None  # what is known of the books now


def judge_exports(exports: Exports, by: Judging, memory: Memory, tick: Callable[[str], None]) -> Judged:
    """Read the exports, run the checks, plan what to do about what they found, and follow up what was planned earlier."""

    def work(engine: Engine, intake: Intake) -> Judged:
        return _judged(engine, intake, by, memory, tick)

    return read_exports(exports, by.policy, by.pseudonyms, tick, work)[1]


def _judged(engine: Engine, intake: Intake, by: Judging, memory: Memory, tick: Callable[[str], None]) -> Judged:
    from houdbaar.checks.judge import Judge
    from houdbaar.checks.results import conclude
    from houdbaar.checks.tables import Material
    from houdbaar.exports.tabulate import tabulate
    from houdbaar.ledger.kept import kept_in_registers
    from houdbaar.reports.evidence import Evidence

    tabulate(engine, intake, by.pseudonyms)
    found = intake.inventory
    hashes = [(each.request, each.kind, each.key, each.is_planned) for each in memory.erased]
    material = Material(
        intake.parts,
        intake.settings,
        found.footers,
        found.root,
        by.pseudonyms,
        intake.cache,
        intake.lacking,
        intake.known_sources,
        found.strays,
        hashes,
        memory.books.known(intake, by.pseudonyms),
    )
    with closing(Judge(engine, by.policy, by.as_of, material)) as judge:
        judge.judge(by.checks, tick)
        results = conclude(judge, intake.problems, by.pseudonyms)
        books = seen_books(judge)
        kept = kept_in_registers(engine, intake, by.policy, by.as_of, by.is_source, by.pseudonyms, _planned(memory.plans))
        coverage = Coverage.of(intake, results.obligations, by.pseudonyms)
        status = judge_status(engine, memory.before, coverage, kept, by.policy, by.as_of)
        plans = _plans(judge, intake, by, memory, status, tick) if by.is_planning else None
        evidence = Evidence(judge, intake, by.pseudonyms).as_json()
    if by.beside is not None:
        tick("running expectations")
        by.beside.look(engine, intake)
    erased = hashes_of_register(engine, by.pseudonyms, by.as_of) if "request" in material.entities else []
    tick("computing the fingerprints of the exports")
    give_back()
    return Judged(intake, results, plans, status, evidence, erased, file_hashes(intake), found_in(engine, status.findings), books)


def _plans(judge: Judge, intake: Intake, by: Judging, memory: Memory, status: Status, tick: Callable[[str], None]) -> Plans:
    from houdbaar.reports.remediation.plans import make_plans

    tick("planning what to do")
    give_back()
    unreadable = {problem.source for problem in intake.problems if problem.is_fatal}
    return make_plans(judge, by.pseudonyms, unreadable, strangers(intake, by.pseudonyms), status.accepted, memory.plans)


def _planned(earlier: Earlier | None) -> dict[str, set[str]]:
    """The findings that each plan of earlier runs is about, as far as its private lines are still there."""
    plans = () if earlier is None else earlier.plans
    return {plan.entry["manifest_id"]: {each for line in plan.lines or () for each in line["finding_ids"]} for plan in plans}
