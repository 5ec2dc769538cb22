"""Measured processes: each engine's work in a process of its own, over files that were read before."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree

from figures import Run

HERE = Path(__file__).parent


class ProcessError(Exception):
    """A measured process ended with an error."""


def warm(workspace: Path) -> None:
    """Read all files once, so that each engine finds them in the page cache."""
    for path in sorted((workspace / "exports").rglob("*.*")):
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def forget(workspace: Path) -> None:
    """Remove what earlier commands kept of the exports: what comes next reads them as it reads those of a new month."""
    rmtree(workspace / ".houdbaar", ignore_errors=True)


def measure_once(engine: str, workspace: Path, output: Path, *what: str, program: str = "measure") -> Run:
    """Return one run of `engine` in a process of its own; ProcessError with the end of what it said if it fails.

    `what`: groups and codes of checks for houdbaar, columns for duckdb, a file of people for a search.
    """
    output.mkdir(parents=True)
    done = call([sys.executable, str(HERE / f"{program}_{engine}.py"), str(workspace), str(output), *what], output)
    return Run(**json.loads(done.splitlines()[-1]))


def in_turns(engines: Sequence[str], number: int) -> list[str]:
    """Return the engines in the order of a round: each starts with another one, so that none always runs in the wake of the same."""
    turn = number % len(engines)
    return [*engines[turn:], *engines[:turn]]


def call(command: Sequence[str], folder: Path) -> str:
    """Return what a command printed; ProcessError if its exit code isn't 0."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProcessError(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2_000:]}")
    return done.stdout
