"""One audit of the example company for all tests that only read what it wrote, whichever worker comes first."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from small_company import SAMPLE

AS_OF = "2026-10-31"


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """The workspace, and what the command printed in eighty columns; nothing may be written there."""

    workspace: Path
    stdout: str

    @property
    def folder(self) -> Path:
        """The folder of the run."""
        return self.workspace / "runs" / AS_OF


def example_run(base: Path) -> ExampleRun:
    """Audit a copy of the example with its own key, or read what another worker has made below the base folder of all of them."""
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    place, printed = shared / "example" / "sample", shared / "example" / "printed.txt"
    with (shared / "example.lock").open("w") as lock, pytest.MonkeyPatch.context() as here:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            for name, value in {"COLUMNS": "80", "TERM": "dumb", "HOUDBAAR_KEY": "", "CI": ""}.items():
                here.setenv(name, value)
            shutil.copytree(SAMPLE, place, ignore=shutil.ignore_patterns("runs", ".houdbaar"))
            done = CliRunner().invoke(app, ["audit", str(place), "--as-of", AS_OF], prog_name="houdbaar")
            assert done.exit_code == 0, done.stderr
            printed.write_text(done.stdout, encoding="utf-8")
    return ExampleRun(place, printed.read_text(encoding="utf-8"))
