"""Measured: the package's retention checks, from the opened workspace and policy to the written findings and summary."""

from pathlib import Path

# Start-up: the package imports these only where they are needed, which would otherwise count as auditing.
import duckdb  # noqa: F401
import pyarrow.parquet  # noqa: F401
from child import measure
from houdbaar.workspace import Workspace


def main() -> None:
    """Audit the workspace that the command line names."""

    def audit(folder: Path, output: Path) -> None:
        Workspace(folder).audit(as_of="2026-10-31", checks=("retention",), output=output)

    measure(audit)


if __name__ == "__main__":
    main()
