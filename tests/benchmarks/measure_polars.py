"""Measured: the same counts by hand in Polars' streaming engine, in the fastest of the forms that were tried (README.md).

Only what can count is read: a filter on constant bounds, which skips row groups by their statistics. What is left is grouped by
quarter of an hour, since every local midnight begins one, and the months are looked up for the few groups.
"""

from pathlib import Path

import polars as pl
from child import arguments, export_files, measure
from terms import Terms, terms

QUARTER = 900_000_000  # micros


def counts(workspace: Path, bounds: Terms) -> pl.DataFrame:
    """Return the counts of the workspace's events."""
    # With the schema given, the other 132 columns of each footer aren't turned into one.
    events = pl.scan_parquet(
        export_files(workspace), schema={"event_timestamp": pl.Int64}, extra_columns="ignore", include_file_paths="file"
    )
    stamp = pl.col("event_timestamp")
    groups = (
        events.filter(stamp.is_null() | (stamp < bounds.within_from) | (stamp >= bounds.future_from))
        .group_by("file", quarter=stamp // QUARTER)
        .agg(records=pl.len(), sentinels=pl.any_horizontal(stamp == value for value in bounds.sentinels).sum())
        .collect(engine="streaming")
    )
    return labelled(groups, bounds).with_columns(pl.col("file").str.strip_prefix(f"{workspace}/exports/"))


def labelled(groups: pl.DataFrame, bounds: Terms) -> pl.DataFrame:
    """Return records by file, overdue month, verdict and reason of the records by file and quarter of an hour."""
    start = pl.col("quarter") * QUARTER
    # A sentinel is the first micro-second of its quarter; the next one says what the rest of the quarter is.
    rest = groups.select("file", start=start + 1, records=pl.col("records") - pl.col("sentinels").fill_null(0))
    sentinels = groups.select("file", start=start, records=pl.col("sentinels").cast(pl.get_index_type()))
    slots = pl.DataFrame(bounds.slots, infer_schema_length=None).sort("start")
    found = pl.concat([rest, sentinels]).filter(pl.col("records") > 0).sort("start").join_asof(slots, on="start")
    unknown = pl.col("start").is_null()
    return (
        found.with_columns(
            verdict=pl.when(unknown).then(pl.lit("UNDETERMINED")).otherwise("verdict"),
            reason=pl.when(unknown).then(pl.lit("DQ-TS-NULL")).otherwise("reason"),
        )
        .group_by("file", "overdue_month", "verdict", "reason")
        .agg(pl.col("records").sum())
    )


def main() -> None:
    """Count the events of the workspace that the command line names."""
    workspace, output = arguments()
    bounds = terms()

    def work() -> None:
        counts(workspace, bounds).write_parquet(output / "counts.parquet")

    measure(work)


if __name__ == "__main__":
    main()
