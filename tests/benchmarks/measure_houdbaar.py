"""Measured: the package's retention checks, from the opened policy to the written findings, and to the end of the whole call.

The two differ by the SHA-256 of all exports for the summary, which is computed once the findings are written.
"""

import time
from importlib import import_module
from pathlib import Path

import pyarrow as pa
from child import arguments, measure

import houdbaar
from houdbaar.workspace import Workspace

HASHING = "computing the fingerprints"


def start_up() -> None:
    """Import all of the package: it does so only where a module is needed, which would otherwise count as auditing."""
    folder = Path(houdbaar.__path__[0])
    for path in sorted(folder.rglob("*.py")):
        if not path.stem.startswith("__"):
            import_module(".".join(["houdbaar", *path.relative_to(folder).with_suffix("").parts]))
    pa.array([0])  # its first array imports pandas where that is installed


def main() -> None:
    """Audit the workspace that the command line names."""
    folder, output = arguments()
    start_up()
    workspace = Workspace(folder)
    _ = workspace.policy, workspace.contracts  # opened, not yet used
    written: list[float] = []

    def note(doing: str) -> None:
        if doing.startswith(HASHING):
            written.append(time.perf_counter())

    def audit() -> float:
        workspace.audit("2026-10-31", checks=("retention",), output=output / "run", tick=note)
        return written[0]

    measure(audit)


if __name__ == "__main__":
    main()
