"""Whether the workspace's key may be made: not where an earlier run or an acceptance hangs on one that is gone (design 3)."""

from __future__ import annotations

from pathlib import Path

from houdbaar.errors import UsageError
from houdbaar.ledger.chain import RUN_FILE, run_folders
from houdbaar.ledger.store import LEDGER_FILE


def require_key(state: Path, runs: Path, registers: Path) -> None:
    """Raises UsageError where a new key would make everything new that an earlier run found, or somebody accepted."""
    key = state / "key"
    if not key.exists() and (what := _known(state, runs, registers)) is not None:
        raise UsageError(
            f"{what} is there, and the workspace's key is not: with another one nothing would be recognised. Put {key} back from a "
            f"copy, or set HOUDBAAR_KEY to it; where it is lost for good, move {LEDGER_FILE} and runs/ away, and take the rows out of "
            "registers/acceptances.csv until a first audit has made a new key"
        )


def _known(state: Path, runs: Path, registers: Path) -> str | None:
    """What hangs on the workspace's key: the ledger, a recorded run, or an acceptance; None where nothing does yet."""
    if (state / LEDGER_FILE).exists():
        return "the ledger"
    if any((folder / RUN_FILE).exists() for folder in run_folders(runs).values()):
        return "a recorded run"
    try:
        lines = (registers / "acceptances.csv").read_bytes().splitlines()
    except OSError:
        return None
    return "an acceptance" if sum(1 for line in lines if line.strip()) > 1 else None
