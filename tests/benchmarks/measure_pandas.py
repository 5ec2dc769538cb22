"""Measured: the same counts by hand in pandas, file by file so that any number of events fits, with constant bounds and a binary search."""

from pathlib import Path

import numpy as np
import pandas as pd
from child import arguments, export_files, measure
from terms import Terms, terms


def counts(workspace: Path, bounds: Terms) -> pd.DataFrame:
    """Return the counts of the workspace's events."""
    starts = np.array([slot.start for slot in bounds.slots])
    parts = [file_counts(file, starts) for file in export_files(workspace)]
    slots = pd.DataFrame(bounds.slots)
    slots.loc[-1] = {"start": None, "verdict": "UNDETERMINED", "overdue_month": None, "reason": "DQ-TS-NULL"}
    found = pd.concat(parts, ignore_index=True).join(slots, on="slot").dropna(subset="verdict")
    found["file"] = found["file"].str.removeprefix(f"{workspace}/exports/")
    return found.groupby(["file", "overdue_month", "verdict", "reason"], dropna=False, as_index=False)["records"].sum()


def file_counts(file: str, starts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pd.DataFrame:
    """Return records by slot (-1: no stamp) of one file."""
    stamps = pd.read_parquet(file, columns=["event_timestamp"])["event_timestamp"]
    known = stamps.dropna().astype("int64")
    slots = pd.Series(np.searchsorted(starts, known, side="right") - 1).value_counts()
    slots.loc[-1] = len(stamps) - len(known)
    return pd.DataFrame({"file": file, "slot": slots.index, "records": slots.to_numpy()}).query("records > 0")


def main() -> None:
    """Count the events of the workspace that the command line names."""
    workspace, output = arguments()
    bounds = terms()

    def work() -> None:
        counts(workspace, bounds).to_parquet(output / "counts.parquet")

    measure(work)


if __name__ == "__main__":
    main()
