"""Measured: the package's search for the people of a file, from their stated identifiers to their written records.

Told besides are the seconds that the closure of their identifiers took: until it is known by which values their records are found.
"""

import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
from child import arguments, measure
from measure_houdbaar import start_up

from houdbaar.engines.duckdb import Engine
from houdbaar.exports.intake import Intake
from houdbaar.search import search
from houdbaar.subjects.people_file import read_people
from houdbaar.workspace import Workspace

CLOSED_BETWEEN = ("finding people", "reading their records")
RECORDS = "select subject, source, entity, file, row, record_key, tier, path, person from subject_record"  # as the command writes them


def main() -> None:
    """Search the workspace for the people of the file that the command line names."""
    folder, output = arguments()
    start_up()
    workspace = Workspace(folder)
    _ = workspace.policy, workspace.contracts  # opened, not yet used
    told: dict[str, float] = {}
    notes: dict[str, float] = {}

    def tick(doing: str) -> None:
        told[doing] = time.perf_counter()

    def write(engine: Engine, _: Intake) -> None:
        pq.write_table(engine.arrow(RECORDS), output / "records.parquet", compression="zstd")

    def find() -> None:
        search(workspace, read_people(Path(sys.argv[3])), tick, write)
        start, end = (told[doing] for doing in CLOSED_BETWEEN)
        notes["closure_seconds"] = end - start

    measure(find, notes)


if __name__ == "__main__":
    main()
