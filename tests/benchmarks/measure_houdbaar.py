"""Measured: the package's retention checks, from the opened policy to the written findings and summary."""

# Start-up: the package imports these only where they are needed, which would otherwise count as auditing.
import duckdb  # noqa: F401
import pyarrow.parquet  # noqa: F401
from child import arguments, measure

from houdbaar.workspace import Workspace


def main() -> None:
    """Audit the workspace that the command line names."""
    folder, output = arguments()
    workspace = Workspace(folder)
    assert workspace.policy  # opened, not yet used
    measure(lambda: workspace.audit("2026-10-31", checks=("retention",), output=output / "run"))


if __name__ == "__main__":
    main()
