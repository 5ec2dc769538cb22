"""Runs `houdbaar` on files in a folder, in this process or in one of its own, and reads what it wrote."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app

AS_OF = "2026-10-31"
EXTRACTED = "2026-10-31T06:00:00+01:00"
KEY = "5a" * 32
VERDICTS = ("within", "due", "overdue", "keep", "held", "undetermined", "not_yet", "out_of_scope", "passed", "failed")
EXCLUDES = """
      - property: excludes
        value:
          - {{reason: totals row, condition: "{condition}"}}"""
OWN_CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: own.{name}
version: 1.0.0
status: active
customProperties:
  - property: detect
    value: {{formats: [csv], columns: [Wie, Wanneer]}}
schema:
  - name: service_event
    customProperties:
      - {{property: triggers, value: [happened_at]}}{excludes}
    properties:
      - {{name: account_id, physicalName: Wie, logicalType: string, classification: user.account}}
      - name: happened_at
        physicalName: Wanneer
        logicalType: timestamp
        logicalTypeOptions: {{format: {pattern}}}
        classification: user.behavior
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command said, how it ended, and where its run lies."""

    code: int
    stdout: str
    stderr: str
    run: Path

    @property
    def said(self) -> str:
        return f"{self.stdout}\n{self.stderr}"

    @property
    def problems(self) -> str:
        """What it said of files that it can't speak for, and of errors."""
        return "\n".join([line for line in self.stdout.splitlines() if line.startswith("could not be audited")] + [self.stderr])

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.run / "summary.json").read_text(encoding="utf-8"))
        return found

    def lines(self, source: str | None = None, code: str | None = None) -> list[dict[str, Any]]:
        """Lines of findings.parquet, of one source and code if asked."""
        rows: list[dict[str, Any]] = pq.read_table(self.run / "findings.parquet").to_pylist()
        return [row for row in rows if source in (None, row["source"]) and code in (None, row["code"])]

    def counts(self, source: str | None, code: str) -> dict[str, int]:
        """Records by verdict, zeros left out; several clauses can cite a code, and each says the same."""
        lines = self._obligations(source, code)
        by_clause = {line["clause"]: Counter[str]() for line in lines}
        for line in lines:
            by_clause[line["clause"]].update({name: line[name] for name in VERDICTS if line[name]})
        first, *others = by_clause.values() if by_clause else [Counter()]
        assert all(other == first for other in others), (source, code, by_clause)
        return dict(first)

    def not_tested(self, source: str | None, code: str) -> set[str]:
        """Why a code was not tested on a source (None: at all)."""
        return {line["not_tested_reason"] for line in self._obligations(source, code) if line["not_tested_reason"]}

    def _obligations(self, source: str | None, code: str) -> list[dict[str, Any]]:
        return [line for line in self.summary["obligations"] if (line["source"], line["code"]) == (source, code)]

    def file(self, name: str) -> dict[str, Any]:
        """What summary.json says of a file."""
        (found,) = [file for file in self.summary["files"] if file["file"] == name]
        return found

    def rows_of(self, name: str) -> tuple[int, int, int, int]:
        """Rows read, staged, rejected and excluded."""
        found = self.file(name)
        return found["rows_read"], found["rows_staged"], found["rows_rejected"], found["rows_excluded"]


@dataclass(slots=True)
class Desk:
    """A workspace in the making: files, and a binding a source."""

    folder: Path
    settings: str = 'policy = "twingatrack"\n'
    bindings: list[str] = field(default_factory=list)

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file below exports/."""
        path = self.folder / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def source(self, name: str, contract: str, files: Mapping[str, str | bytes], **more: str | None) -> None:
        """Write a source's files into a folder of its name, and bind it; `extracted_at=None` leaves that open."""
        for file, content in files.items():
            self.put(f"{name}/{file}", content)
        values = {"source": name, "contract": contract, "path": f"{name}/**", "extracted_at": EXTRACTED} | more
        self.bindings.append("\n".join(["[[exports]]", *(f'{key} = "{value}"' for key, value in values.items() if value is not None)]))

    def audit(self, *arguments: str, **environment: str) -> Outcome:
        """Write houdbaar.toml and audit the workspace."""
        self.write()
        return audit(self.folder, *arguments, **environment)

    def write(self) -> None:
        """Write houdbaar.toml."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "houdbaar.toml").write_text("\n\n".join([self.settings, *self.bindings]) + "\n", encoding="utf-8")


@dataclass(slots=True)
class Batch:
    """Sources that one audit judges together: each test declares its own beside itself."""

    sources: list[tuple[str, str, dict[str, str | bytes], dict[str, str | None]]] = field(default_factory=list)
    contracts: dict[str, str] = field(default_factory=dict)
    clicks: list[str] = field(default_factory=list)

    def add(self, name: str, contract: str, files: Mapping[str, str | bytes], **more: str | None) -> None:
        """A source: its files, its contract, and what its binding says more."""
        self.sources.append((name, contract, dict(files), more))

    def members(self, name: str, header: list[str], *rows: list[str], **more: str | None) -> None:
        """A mailing list of its own, as CSV. Somebody else's click makes its activity covered."""
        content = table(",".join(header), *(",".join(row) for row in rows))
        self.add(name, "plain.mail_member", {"members.csv": content}, **({"list_id": name} | more))
        self.click(name, "nobody@voorbeeld.nl", EXTRACTED)

    def click(self, list_id: str, email: str, moment: str, *, kind: str = "click", is_bot: str = "") -> None:
        """An act on a list, in the one log that covers 2025 and later."""
        self.clicks.append(f"{list_id},{email},{kind},{moment},{is_bot}")

    def own(self, name: str, pattern: str, files: Mapping[str, str | bytes], *, excludes: str | None = None) -> None:
        """Service events of a system with its own headers, dates and contract."""
        filters = EXCLUDES.format(condition=excludes) if excludes else ""
        self.contracts[name] = OWN_CONTRACT.format(name=name, pattern=pattern, excludes=filters)
        self.add(name, f"contracts/{name}.odcs.yaml", files)

    def audit(self, folder: Path) -> Outcome:
        """Write all of it and audit."""
        desk = Desk(folder)
        for name, contract, files, more in self.sources:
            desk.source(name, contract, files, **more)
        if self.clicks:
            log = table("list_id,email,kind,happened_at,is_bot", *self.clicks)
            desk.source("clicks", "plain.mail_activity", {"clicks.csv": log}, coverage="from", covers_from="2025-01-01")
        (folder / "contracts").mkdir()
        for name, text in self.contracts.items():
            (folder / "contracts" / f"{name}.odcs.yaml").write_text(text, encoding="utf-8")
        return desk.audit()


def houdbaar(*arguments: str | Path, folder: Path, **environment: str) -> Outcome:
    """Run a command in this process, with `folder` as the current one."""
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        for name, value in (settings(folder) | environment).items():
            here.setenv(name, value)
        done = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="houdbaar")
    return Outcome(done.exit_code, done.stdout, done.stderr, folder)


def audit(folder: Path, *arguments: str, as_of: str = AS_OF, **environment: str) -> Outcome:
    """Audit a folder into `<folder>-run`, in this process; the folder itself gets no results."""
    output = folder.with_name(f"{folder.name}-run")
    done = houdbaar("audit", folder, "--as-of", as_of, "--output", output, *arguments, folder=folder.parent, **environment)
    return Outcome(done.code, done.stdout, done.stderr, output)


def start(*arguments: str | Path, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    command = [sys.executable, "-m", "houdbaar", *map(str, arguments)]
    environ = os.environ | settings(folder) | environment
    return subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def copied(folder: Path, place: Path) -> Path:
    """A copy of a folder to do harm to, with the times of its files."""
    return Path(shutil.copytree(folder, place, copy_function=shutil.copy2))


def settings(folder: Path) -> dict[str, str]:
    """A machine with a key and a home of its own, wide lines, and nothing that shows more than people should see."""
    home = folder.parent / f"{folder.name}-home"
    return {"HOUDBAAR_KEY": KEY, "HOUDBAAR_DEBUG": "", "XDG_CONFIG_HOME": str(home), "CI": "", "COLUMNS": "1000", "TERM": "dumb"}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of those files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def table(header: str, *rows: str, end: str = "\n") -> str:
    """A text table; each row as it stands in the file."""
    return "".join(f"{line}{end}" for line in (header, *rows))


def visits(*stamps: str) -> str:
    """Service events as CSV: one a stamp, of accounts A1, A2, …"""
    return table("account_id,happened_at", *(f"A{number},{stamp}" for number, stamp in enumerate(stamps, 1)))


def pseudonym(value: str) -> str:
    """What stands in findings for a personal key (design 9: HMAC-SHA-256 with the workspace key)."""
    return hmac.new(bytes.fromhex(KEY), value.encode(), hashlib.sha256).hexdigest()


def ranges(*rows: int | tuple[int, int]) -> list[dict[str, int]]:
    """Rows as findings list them."""
    pairs = (row if isinstance(row, tuple) else (row, row) for row in rows)
    return [{"first": first, "last": last} for first, last in pairs]


def snapshot(folder: Path) -> dict[str, tuple[str, int, int, int]]:
    """SHA-256, size, mode and mtime of every file and folder."""
    return {path.relative_to(folder).as_posix(): _state(path) for path in _walk(folder)}


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if not path.is_symlink())


def _state(path: Path) -> tuple[str, int, int, int]:
    status = path.stat()
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return digest, status.st_size if path.is_file() else 0, status.st_mode, status.st_mtime_ns
