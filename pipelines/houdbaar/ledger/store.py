"""The ledger: a DuckDB file with what recorded runs read, judged and found. It is an index of the run folders, which are the truth.

A run is whole in its folder before the ledger hears of it, so whatever kept the ledger from being written is made good by the next
command. A folder that is gone, or no longer what it was, doesn't make the ledger forget: nothing becomes new without a word.
It holds counts, file names as shown and keyed fingerprints, and forgets a run after KEEP_MONTHS.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.engines.duckdb import Engine
from houdbaar.errors import EngineError, UsageError
from houdbaar.exports.files import sha256_of
from houdbaar.folders import locked, temp_folder
from houdbaar.ledger.chain import Link, RecordedRun, is_intact, is_sealed, key_check, recorded_runs
from houdbaar.ledger.limits import limits_before, limits_known, limits_of
from houdbaar.ledger.recording import heal
from houdbaar.ledger.runs import SUMMARY_FILE, read_summary, unchained_runs
from houdbaar.ledger.status import KEEP_MONTHS, Before
from houdbaar.policy.calendar import Period, last_overdue_date

if TYPE_CHECKING:
    from houdbaar.privacy import Pseudonyms

LEDGER_FILE = "ledger.duckdb"
STATE_FILE = "status.parquet"
_TABLES = """
    create table run (
        as_of date, sha256 varchar, key_check varchar, previous_as_of date, previous_sha256 varchar, tool_version varchar, policy varchar,
        policy_version varchar, policy_sha256 varchar, fingerprint varchar
    );
    create table input_file (
        as_of date, file varchar, source varchar, contract varchar, entity varchar, bytes bigint, sha256 varchar, rows_read bigint,
        rows_staged bigint, rows_rejected bigint, rows_excluded bigint
    );
    create table obligation (
        as_of date, clause varchar, code varchar, source varchar, entity varchar, within bigint, due bigint, overdue bigint, keep bigint,
        held bigint, undetermined bigint, not_yet bigint, out_of_scope bigint, passed bigint, failed bigint, not_tested_reason varchar
    );
    create table acceptance (
        as_of date, acceptance_id varchar, code varchar, source varchar, state varchar, max_records bigint, records bigint, findings bigint,
        "limit" bigint
    );
    create table finding (
        as_of date, finding_id varchar, code varchar, clause varchar, source varchar, entity varchar, severity varchar, verdict varchar,
        records bigint, status varchar, is_stale boolean, first_seen date, last_seen date, resolved_on date, reopen_count integer,
        proof varchar, acceptance_id varchar, accepted_severity varchar, is_acceptance_ended boolean, untested varchar,
        extracted_on date, first_trigger date, last_trigger date, event varchar, note varchar
    )
"""
_IS_WHOLE = """
    select run.fingerprint, finding.note, obligation.not_tested_reason, acceptance."limit", input_file.rows_excluded
    from run, finding, obligation, acceptance, input_file
    limit 0
"""
_FILE = ("file", "source", "contract", "entity", "bytes", "sha256", "rows_read", "rows_staged", "rows_rejected", "rows_excluded")
_COUNTS = ("within", "due", "overdue", "keep", "held", "undetermined", "not_yet", "out_of_scope", "passed", "failed")
_OBLIGATION = ("clause", "code", "source", "entity", *_COUNTS, "not_tested_reason")
_ACCEPTANCE = ("acceptance_id", "code", "source", "state", "max_records", "records", "findings", "limit")
_FORGET = (
    "delete from run where as_of = $as_of or as_of <= $forget_until",
    "delete from input_file where as_of = $as_of or as_of <= $forget_until",
    "delete from obligation where as_of = $as_of or as_of <= $forget_until",
    "delete from finding where as_of = $as_of or as_of <= $forget_until",
    "delete from acceptance where as_of = $as_of or as_of <= $forget_until",
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known before an audit: the run that it is judged against, and the newest run of all. `notices` are for people."""

    previous: Link | None = None
    before: Before | None = None
    newest: date | None = None
    notices: tuple[str, ...] = ()


def look_back(ledger: Ledger | None, as_of: date) -> Earlier:
    """What an audit as of a day is judged against, once killed commands are made good; nothing for a bare folder."""
    if ledger is None:
        return Earlier()
    if not ledger.runs.is_dir():
        return ledger.earlier(as_of)
    with locked(ledger.runs):
        heal(ledger.runs)
        return ledger.earlier(as_of)


@dataclass(slots=True)
class Ledger:
    """The ledger of a workspace: `state` is its private folder, `runs` the folder of its runs. Nothing is opened until it is asked."""

    state: Path
    runs: Path
    pseudonyms: Pseudonyms
    _notices: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """The ledger's file."""
        return self.state / LEDGER_FILE

    def earlier(self, as_of: date) -> Earlier:
        """What an audit as of a day is judged against. Writes nothing; the folder of the runs must be held.

        Raises UsageError where that can't be known: a run that is damaged and that the ledger doesn't know, another key.
        """
        self._notices = []
        folders = {run.as_of: run for run in recorded_runs(self.runs) if not run.number}
        known = self._known(folders)
        self._require_key(folders, known)
        self._require_chained(folders, as_of)
        newest = max([*folders, *known], default=None)
        days = [day for day in {*folders, *known} if day < as_of]
        if not days:
            return Earlier(newest=newest, notices=tuple(self._notices))
        day = max(days)
        link, before = self._before(day, folders.get(day), known.get(day))
        before = replace(before, limits={**limits_before(self.runs, day), **before.limits})
        return Earlier(link, before, newest, tuple(self._notices))

    def bring_up_to_date(self) -> list[str]:
        """Take in what the ledger has not heard of; gives what people should know. The folder of the runs must be held.

        Raises UsageError when it can't be written.
        """
        self._notices = []
        folders = {run.as_of: run for run in recorded_runs(self.runs) if not run.number}
        known = self._known(folders)
        self._require_key(folders, known)
        newest = max([*folders, *known], default=None)
        if newest is None:
            return self._notices
        forget_until = last_overdue_date(newest, Period(months=KEEP_MONTHS))
        fresh = [run for day, run in folders.items() if day > forget_until and (day not in known or known[day][0] != run.sha256)]
        sound = [run for run in fresh if is_intact(run, self.pseudonyms)]
        self._notices += [
            f"{run.folder} was changed after it was recorded: `houdbaar runs verify` says what" for run in fresh if run not in sound
        ]
        if sound or min(known, default=newest) <= forget_until:
            with self._opened() as engine:
                _take_in(engine, sound, forget_until)
        return self._notices

    def brought_up_to_date(self) -> list[str]:
        """As `bring_up_to_date`; where it can't be written that is told, and made good by the next command: the runs have their folders."""
        try:
            return self.bring_up_to_date()
        except (UsageError, EngineError) as error:
            return [f"the ledger could not be written; the next command does it: {error}"]

    def recorded(self) -> dict[date, str]:
        """The runs that the ledger knows, each with the SHA-256 of its run.json, as it stands; nothing is taken in."""
        return {day: sha256 for day, (sha256, _) in self._known({}).items()}

    def _known(self, folders: Mapping[date, RecordedRun]) -> dict[date, tuple[str, str]]:
        """As-of, SHA-256 and key check of the runs that the ledger knows. Raises UsageError where it is lost and nothing makes it good."""
        if not self.path.exists():
            return {}
        if not os.access(self.path, os.R_OK):
            raise UsageError(f"the ledger {self.path} can't be opened: mend its permissions")
        try:
            with self._engine(is_read_only=True) as engine:
                engine.rows(_IS_WHOLE)
                rows = engine.rows("select as_of, sha256, key_check from run order by as_of")
        except EngineError:
            if not folders:
                raise UsageError(
                    f"the ledger {self.path} is damaged, and there are no run folders to make it anew from: put a copy of it or of "
                    f"{self.runs} back; to start again with nothing known, remove it"
                ) from None
            self._notices.append(
                f"the ledger {self.path} was damaged: it is made anew from the {len(folders)} recorded runs in {self.runs}"
            )
            return {}
        return {day: (sha256, check) for day, sha256, check in rows}

    def _require_key(self, folders: Mapping[date, RecordedRun], known: Mapping[date, tuple[str, str]]) -> None:
        mine = key_check(self.pseudonyms)
        checks = {check for _, check in known.values()} | {run.key_check for run in folders.values()} - {None}
        if checks and mine not in checks:
            raise UsageError(
                "the recorded runs were made with another key, and nothing would be recognised: put that key back as .houdbaar/key, or "
                "set HOUDBAAR_KEY to it; where it is lost, move runs/ and .houdbaar/ledger.duckdb away and start again"
            )

    def _require_chained(self, folders: Mapping[date, RecordedRun], as_of: date) -> None:
        newest = max((day for day in folders if day < as_of), default=date.min)
        for day, folder in unchained_runs(self.runs):
            if newest < day < as_of:
                raise UsageError(
                    f"{folder} is recorded and has no run.json, so that nobody knows what was found then: put that file back, or move "
                    "the folder out of runs/ to go on without it"
                )

    def _before(self, day: date, run: RecordedRun | None, known: tuple[str, str] | None) -> tuple[Link, Before]:
        """The run of a day, and what it left: from its folder, or from the ledger where that is gone or no longer what it was."""
        if run is not None and run.manifest is not None and is_sealed(run.manifest, self.pseudonyms):
            names = (STATE_FILE, SUMMARY_FILE)
            if all((run.folder / name).is_file() and sha256_of(run.folder / name) == run.sha256_of(name) for name in names):
                return run.link, _of_folder(run.folder)
        if known is None:
            raise UsageError(
                f"{self.runs / day.isoformat()} was changed or damaged after it was recorded, and the ledger does not know that run: "
                "`houdbaar runs verify` says what; put a copy of the folder back"
            )
        what = "is gone" if run is None else "was changed after it was recorded"
        self._notices.append(f"{self.runs / day.isoformat()} {what}: what was found then is taken from the ledger")
        with self._engine(is_read_only=True) as engine:
            values = {"as_of": day}
            state = engine.arrow("select * exclude (as_of) from finding where as_of = $as_of order by finding_id", values)
            return Link(day, known[0]), Before(state, limits_known(engine, day))

    @contextmanager
    def _opened(self) -> Iterator[Engine]:
        """The ledger for writing; a damaged one is made anew, which `_known` has told."""
        try:
            self.state.mkdir(mode=0o700, exist_ok=True)
            is_writable = os.access(self.state, os.W_OK | os.X_OK) and (not self.path.exists() or os.access(self.path, os.W_OK))
            if not is_writable:
                raise PermissionError
        except OSError:
            raise UsageError(f"the ledger {self.path} can't be written: mend its permissions") from None
        with ExitStack() as opened:
            is_new = not self.path.exists()
            try:
                engine = opened.enter_context(self._engine())
                engine.run(_TABLES if is_new else _IS_WHOLE)
            except EngineError:
                opened.close()
                if self.path.is_dir():
                    raise UsageError(f"the ledger {self.path} is a folder: move it away") from None
                for path in (self.path, self.path.with_name(f"{LEDGER_FILE}.wal")):
                    path.unlink(missing_ok=True)
                engine = opened.enter_context(self._engine())
                engine.run(_TABLES)
            self.path.chmod(0o600)
            yield engine

    @contextmanager
    def _engine(self, *, is_read_only: bool = False) -> Iterator[Engine]:
        with temp_folder("houdbaar-spill-") as scratch, closing(Engine([], scratch, self.path, is_read_only=is_read_only)) as engine:
            yield engine


def _of_folder(folder: Path) -> Before:
    from houdbaar.engines.arrays import read_table

    summary = read_summary(folder)
    return Before(read_table(folder / STATE_FILE), limits_of(summary), summary["knobs"])


def _take_in(engine: Engine, runs: Sequence[RecordedRun], forget_until: date) -> None:
    """Take runs in, in place of what was known of their days, and forget what is too old: all of it or nothing."""
    from houdbaar.engines.arrays import read_table

    engine.run("begin transaction")
    for run in runs:
        summary = read_summary(run.folder)
        _forget(engine, run.as_of, forget_until)
        _insert(engine, "run", run.as_of, [_run_row(run)])
        _insert(engine, "input_file", run.as_of, _cells(summary["files"], _FILE))
        _insert(engine, "obligation", run.as_of, _cells(summary["obligations"], _OBLIGATION))
        _insert(engine, "acceptance", run.as_of, _cells(summary["acceptances"], _ACCEPTANCE))
        engine.take("taken_state", read_table(run.folder / STATE_FILE))
        engine.append("finding", "select * from taken_state", labels={"as_of": run.as_of})
        engine.run("drop table taken_state")
    _forget(engine, None, forget_until)
    engine.run("commit")


def _forget(engine: Engine, as_of: date | None, forget_until: date) -> None:
    for statement in _FORGET:
        engine.run(statement, {"as_of": as_of, "forget_until": forget_until})


def _run_row(run: RecordedRun) -> tuple[object, ...]:
    manifest = run.manifest or {}
    previous = manifest["previous"] or {"as_of": None, "sha256": None}
    names = ("tool_version", "policy", "policy_version", "policy_sha256", "fingerprint")
    return run.sha256, manifest["key_check"], previous["as_of"], previous["sha256"], *(manifest[name] for name in names)


def _cells(items: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[tuple[object, ...]]:
    return [tuple(item[name] for name in names) for item in items]


def _insert(engine: Engine, table: str, as_of: date, rows: Sequence[tuple[object, ...]]) -> None:
    engine.insert_rows(table, [(as_of, *row) for row in rows])
