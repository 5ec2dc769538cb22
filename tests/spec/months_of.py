"""A workspace that is audited month after month by the command line, and what each run says of its findings."""

import hmac
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from spec.conftest import SETTLED
from spec.given import KEY, csv_bytes, drawn

# The keys of messages are personal: findings have their pseudonyms.
NAMES = {hmac.new(bytes.fromhex(KEY), name.encode(), "sha256").hexdigest(): name for name in (f"M-{number}" for number in range(1, 60))}
CODE = "RET-COR-12"  # correspondence, twelve months after the last message
OLD, OTHER, NEW = ("M-1", "2025-10-01"), ("M-2", "2025-09-01"), ("M-3", "2026-12-01")
OCTOBER, NOVEMBER, DECEMBER, JANUARY, FEBRUARY = "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"
SOURCE = {"contract": "plain.message", "role": "controller", "extracted_at": "2026-12-31T23:00:00+01:00"}


def name_of(line: dict[str, Any]) -> str:
    """The message that a line is about; else its record key or month as it stands there."""
    key = line["record_key"] or line["overdue_month"]
    return NAMES.get(key, key)


@dataclass
class Run:
    """One finished audit."""

    exit_code: int
    said: str
    folder: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """All lines of findings.parquet."""
        found: list[dict[str, Any]] = pq.read_table(self.folder / "findings.parquet").to_pylist()
        return found

    @property
    def state(self) -> list[dict[str, Any]]:
        """Every finding that is known after the run."""
        found: list[dict[str, Any]] = pq.read_table(self.folder / "status.parquet").to_pylist()
        return found

    @property
    def summary(self) -> dict[str, Any]:
        """summary.json."""
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return found

    def of(self, code: str, source: str | None = None) -> list[dict[str, Any]]:
        """The lines of a code (in a source)."""
        return [line for line in self.lines if line["code"] == code and source in (None, line["source"])]

    def statuses(self, code: str, source: str | None = None) -> dict[str, str]:
        """Status by record key (or month), of the findings of a code that are there."""
        return {name_of(line): line["status"] for line in self.of(code, source)}

    def events(self, code: str, source: str | None = None) -> list[tuple[str, str | None]]:
        """What happened to findings of a code (in a source), and why."""
        found = [event for event in self.summary["events"] if event["code"] == code and source in (None, event["source"])]
        return [(event["event"], event["note"]) for event in found]

    def known(self, code: str, source: str | None = None) -> list[tuple[str, bool]]:
        """Status and staleness of all findings of a code (in a source) that are known, there or not."""
        found = [row for row in self.state if row["code"] == code and source in (None, row["source"])]
        return sorted((row["status"], row["is_stale"]) for row in found)


@dataclass
class Company:
    """A workspace whose exports and registers are put there by the test, month by month."""

    folder: Path
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: str = SETTLED

    def copied(self, folder: Path) -> "Company":
        """The company in another folder, with its runs."""
        shutil.copytree(self.folder, folder, copy_function=shutil.copy2)
        return Company(folder, {name: dict(binding) for name, binding in self.sources.items()}, self.settings)

    def export(self, name: str, text: str | None, **binding: str) -> None:
        """A source's export in place of the last one, as a drawn table; None: it is not delivered any more, and still bound."""
        self.sources.setdefault(name, dict(SOURCE)).update(binding)
        path = self.folder / "exports" / name / "export.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if text is not None:
            rows = drawn(text)
            header = ",".join(word.strip() for word in text.strip().splitlines()[0].split("|")) + "\n"
            path.write_bytes(csv_bytes(rows, expected=()) if rows else header.encode())

    def register(self, name: str, text: str | None) -> None:
        """A register in place of the last one."""
        path = self.folder / "registers" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_bytes(csv_bytes(drawn(text), expected=()))

    def audit(self, as_of: str, *arguments: str) -> Run:
        """Write houdbaar.toml and audit as of a day."""
        blocks = [
            "\n".join(["[[exports]]", f'source = "{name}"', f'path = "{name}/**"', *(f'{key} = "{value}"' for key, value in more.items())])
            for name, more in self.sources.items()
        ]
        text = "\n".join(['policy = "twingatrack"', *blocks, self.settings])
        (self.folder / "houdbaar.toml").write_text(text, encoding="utf-8")
        done = self.run("audit", str(self.folder), "--as-of", as_of, *arguments)
        is_what_if = done.exit_code != 2 and not (self.folder / "runs" / as_of / "summary.json").exists()
        done.folder = self.folder / "runs" / ("what-if" if is_what_if or "--knob" in arguments else as_of)
        return done

    def run(self, *command: str) -> Run:
        """Any command."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOUDBAAR_KEY", KEY)
            patch.setenv("COLUMNS", "200")
            patch.setenv("HOUDBAAR_TODAY", "2030-01-31")
            done = CliRunner().invoke(app, list(command), prog_name="houdbaar", catch_exceptions=False)
        return Run(done.exit_code, f"{done.stdout}\n{done.stderr}", self.folder)


def messages(*rows: tuple[str, str]) -> str:
    """An export of messages: number, and day of the last message."""
    return "\n".join(["message_id | last_message_at", *(f"{number} | {day}T10:00:00+01:00" for number, day in rows)])
