"""The one place that knows where things are: a workspace, or a bare folder of exports (design 3). The Python API's front door."""

from __future__ import annotations

import dataclasses
import difflib
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from houdbaar.errors import UsageError
from houdbaar.exports.cache import Cache, drop_all, drop_gone, drop_unused, make_folder
from houdbaar.folders import can_be_locked, locked, temp_folder
from houdbaar.settings import OWN_SOURCES, Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from houdbaar.audit import Audit
    from houdbaar.exports.contract import Contract
    from houdbaar.exports.source import Source
    from houdbaar.ledger.store import Ledger
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms
    from houdbaar.subject import Identifiers, Subject

SETTINGS_FILE = "houdbaar.toml"


class Workspace:
    """A folder with `houdbaar.toml`, or a bare folder that is itself the exports folder.

    Raises UsageError when the folder can't be used, PolicyError and ContractError for what its settings name.
    """

    def __init__(self, folder: str | Path = ".") -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            what = "is a file, not a folder" if self.folder.exists() else "does not exist"
            raise UsageError(f"the folder {self.folder} {what}: give a workspace, or the folder that holds the exports")
        self.folder = self.folder.resolve()
        if not os.access(self.folder, os.R_OK | os.X_OK):
            raise UsageError(f"the folder {self.folder} can't be opened: check its permissions")
        self.is_bare = not (self.folder / SETTINGS_FILE).exists()
        # Every command starts here: what was staged of an export that is gone goes first.
        drop_gone(self.state / "cache", self.exports)

    @classmethod
    def example(cls, folder: str | Path) -> Workspace:
        """The example company in a folder of its own, made at first use: exports, registers and all. Raises UsageError."""
        from houdbaar.sample.copied import copy_example

        copy_example(Path(folder))
        return cls(folder)

    @property
    def exports(self) -> Path:
        """Where the exports lie."""
        return self.folder if self.is_bare else self.folder / "exports"

    def require_exports(self) -> None:
        """Raise UsageError where there is no folder of exports that can be opened."""
        if not self.exports.is_dir():
            raise UsageError(f"{self.exports} does not exist: put the exports there, or give the folder that holds them")
        if not os.access(self.exports, os.R_OK | os.X_OK):
            raise UsageError(f"{self.exports} can't be opened: check its permissions")

    @property
    def registers(self) -> Path | None:
        """Where people keep the registers; a bare folder has none."""
        return None if self.is_bare else self.folder / "registers"

    @property
    def state(self) -> Path:
        """Ledger, key and cache; a bare folder has none."""
        return self.folder / ".houdbaar"

    @property
    def runs(self) -> Path:
        """Where audits write: beside the workspace's exports, or in the current folder for a bare one."""
        return Path.cwd() / "houdbaar-runs" if self.is_bare else self.folder / "runs"

    @cached_property
    def settings(self) -> Settings:
        """What houdbaar.toml says; defaults for a bare folder."""
        return Settings() if self.is_bare else read_settings(self.folder / SETTINGS_FILE)

    @cached_property
    def policy(self) -> Policy:
        """The policy with the workspace's knobs."""
        from houdbaar.policy.load import load_policy

        name = self.settings.policy
        own = self.folder / name
        policy = load_policy(own if name.endswith((".yaml", ".yml")) else name)
        knobs = {"time.zone": self.settings.timezone} if self.settings.timezone else {}
        if terms := [name for name in self.settings.knobs if name.startswith("rules.") and name.endswith(".period")]:
            raise UsageError(f"{SETTINGS_FILE}: {terms[0]} is for a what-if (--knob): write another term into the policy itself")
        return policy.with_knobs({**knobs, **self.settings.knobs})

    @cached_property
    def contracts(self) -> tuple[Contract, ...]:
        """The packaged contracts, and those that the settings name by path; a contract of one's own replaces a packaged one of its id."""
        from houdbaar.exports.contract import packaged_contracts

        by_id = {contract.id: contract for contract in (*packaged_contracts(), *self._own_contracts.values())}
        return tuple(by_id.values())

    @cached_property
    def _own_contracts(self) -> dict[str, Contract]:
        """The workspace's own contracts by the path that the settings give."""
        from houdbaar.exports.contract import load_contract

        own: dict[str, Contract] = {}
        for name in sorted({source.contract for source in self.settings.sources if source.contract and _is_path(source.contract)}):
            try:
                text = (self.folder / name).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                raise UsageError(f"{SETTINGS_FILE}: the contract {name} can't be read: check its path and its permissions") from None
            own[name] = load_contract(text, name)
        return own

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The bindings, each with its contract's id. Raises UsageError for a contract that doesn't exist."""
        ids = sorted(contract.id for contract in self.contracts)
        sources, problems = [], []
        for source in self.settings.sources:
            contract_id = self._own_contracts[source.contract].id if source.contract in self._own_contracts else source.contract
            if contract_id not in ids:
                near = difflib.get_close_matches(str(contract_id), ids, 1)
                hint = f'did you mean "{near[0]}"?' if near else "`houdbaar detect` shows which contract fits"
                problems.append(f'{SETTINGS_FILE}: source "{source.name}" has the contract "{contract_id}", which does not exist: {hint}')
            sources.append(dataclasses.replace(source, contract=contract_id))
        if problems:
            raise UsageError("\n".join(problems))
        return tuple(sources)

    def may_be_source(self, name: str) -> bool:
        """Whether findings may be of a source of this name: bound in houdbaar.toml, the audit's own, or a contract's (design 3)."""
        from houdbaar.exports.entities import REGISTERS

        base, _, number = name.rpartition("-")
        own = {source.name for source in self.sources} | {f"register.{register}" for register in REGISTERS} | set(OWN_SOURCES)
        return name in own or bool({name, base if number.isdecimal() else name} & {contract.id for contract in self.contracts})

    def pseudonyms(self) -> Pseudonyms:
        """The workspace's key: HOUDBAAR_KEY, the untouched example's public one, .houdbaar/key, or the user's own for a bare folder."""
        from houdbaar.ledger.known import require_key
        from houdbaar.privacy import Pseudonyms, environment_key, parse_key, read_or_make_key, user_key_file

        key = environment_key()
        if key is not None:
            return Pseudonyms(key)
        if self.is_bare:
            return Pseudonyms(read_or_make_key(user_key_file()))
        if self.settings.sample_key is not None:
            self._require_untouched_example()
            return Pseudonyms(parse_key(self.settings.sample_key))
        require_key(self.state, self.runs, self.folder / "registers")
        return Pseudonyms(read_or_make_key(self.state / "key"))

    def ledger(self, pseudonyms: Pseudonyms) -> Ledger | None:
        """What earlier runs found; a bare folder keeps no ledger."""
        from houdbaar.ledger.store import Ledger

        return None if self.is_bare else Ledger(self.state, self.runs, pseudonyms)

    def _require_untouched_example(self) -> None:
        from houdbaar.resources import read_text

        if (self.folder / SETTINGS_FILE).read_text(encoding="utf-8") != read_text(f"sample/{SETTINGS_FILE}"):
            raise UsageError(
                f"{SETTINGS_FILE}: sample_key is public and good only for the untouched example: "
                "remove that line, a key of your own is made at the next audit"
            )

    @contextmanager
    def work_cache(self) -> Iterator[Cache]:
        """Where staged Parquet lies: the workspace's cache, or a private folder that is gone at the end."""
        cache = self.state / "cache"
        if not self.is_bare and not self.settings.is_cache_kept:
            drop_all(cache)
        if self.is_bare or not self.settings.is_cache_kept:
            with temp_folder("houdbaar-work-") as folder, closing(Cache(folder)) as work:
                yield work
            return
        make_folder(cache)
        if not can_be_locked(cache):  # then nobody could say when an entry may go
            with temp_folder("houdbaar-work-") as folder, closing(Cache(folder)) as work:
                yield work
            return
        with locked(cache, is_shared=True), closing(Cache(cache)) as work:
            yield work
        drop_unused(work, self.exports)

    def audit(
        self,
        as_of: str | date | datetime,
        *,
        knobs: Mapping[str, object] | None = None,
        checks: Collection[str] | None = None,
        output: str | Path | None = None,
        replace: bool = False,
        what_if: bool = False,
        tick: Callable[[str], None] = lambda _: None,
    ) -> Audit:
        """Judge every record as of a day (of a moment: its day in the policy's time zone), and write findings.parquet and summary.json.

        `knobs` make a what-if; `checks` are groups (retention, consent, …) or codes, all when not given; `output` is the run's folder;
        `what_if` keeps it from being recorded, such as one of a day to come; `tick` is told what is being done.
        Raises AuditError and its kinds.
        """
        from houdbaar.audit import AuditRequest, run_audit

        selected = tuple(checks) if checks is not None else ()
        folder = Path(output) if output is not None else None
        return run_audit(self, AuditRequest(self._day(as_of), dict(knobs or {}), selected, folder, replace, what_if), tick)

    def _day(self, as_of: str | date | datetime) -> date:
        from houdbaar.policy.calendar import day_of_judgement

        try:
            return day_of_judgement(as_of, lambda: self.policy.knob("time.zone"))
        except ValueError:
            raise UsageError("as_of must be a day such as 2026-10-31, or a moment with its offset") from None

    def run(self, as_of: str | date | None = None) -> Audit:
        """Open the audit of a day, or the newest one. Raises UsageError where there is none."""
        from houdbaar.audit import open_audit
        from houdbaar.ledger.runs import dated_runs

        folders = {folder.name: folder for folder in dated_runs(self.runs)}
        name = str(as_of) if as_of is not None else max(folders, default=None)
        if name not in folders:
            there = f"there are {', '.join(folders)}" if folders else "audit first"
            raise UsageError(f"there is no run {f'of {name} ' if name else ''}in {self.runs}: {there}")
        return open_audit(folders[name], self.policy)

    def past_audits(self) -> list[Audit]:
        """The audits of all days that there are, oldest first; no what-ifs."""
        from houdbaar.audit import open_audit
        from houdbaar.ledger.runs import dated_runs

        return [open_audit(folder, self.policy) for folder in dated_runs(self.runs)]

    def subject(
        self, *, candidates: bool = False, tick: Callable[[str], None] = lambda _: None, **identifiers: Unpack[Identifiers]
    ) -> Subject:
        """Find a person by what they stated: `subject(email="…", customer_id=["…", "…"])`. Give all of it, in one question.

        `candidates` also lists contacts that resemble the person (extra `match`). Raises UsageError when nothing was stated.
        """
        from houdbaar.subject import find_subject

        return find_subject(self, identifiers, is_suggesting=candidates, tick=tick)

    def sql(self, query: str, values: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyRelation:
        """Ask one query of the entities, registers, links, findings and runs (`houdbaar.questions.VIEWS`); `values` are its `$name`.

        What comes back can be raw rows, for your own eyes. Nothing can be changed or written. Raises UsageError for what can't be asked.
        """
        import duckdb

        from houdbaar.questions import ask

        return duckdb.connect().from_arrow(ask(self, query, values))

    def explain(self, code: str) -> dict[str, Any]:
        """What a code means, where it was promised, its terms and knobs, what to do. Raises UsageError with the nearest code."""
        from houdbaar.policy.describe import explanation

        return explanation(self.policy, code)

    def make_package(self, request_id: str, *, as_of: str | date, passphrase: str | None = None) -> Path:
        """Make the package that answers a verified request; gives its private folder (runs/requests/private/…).

        With a passphrase what is for the person is packed encrypted (extra `crypt`). Raises UsageError for what can't be answered.
        """
        from houdbaar.packages import make_package, put_down

        return put_down(self, make_package(self, request_id, self._day(as_of), lambda _: None), None, passphrase)

    def _repr_html_(self) -> str:
        from houdbaar.reports.notebook import workspace_html

        sources = [(source.name, source.contract, source.role) for source in self.sources]
        return workspace_html(str(self.folder), self.policy, sources, self.is_bare)


def _is_path(contract: str) -> bool:
    return contract.endswith((".yaml", ".yml"))
