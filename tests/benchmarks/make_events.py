"""Make the benchmark's exports: seeded GA4 events in three shapes, each a workspace of its own.

Usage: make_events.py FOLDER [--events 30000000] [--files 1200] [--shapes daily,straddling,unsorted] [--seed 20220113]

- daily: one Parquet file a local day, one row group a file, as BigQuery writes daily tables; the days end on 2026-10-31;
- straddling: the same events in 40 files; file k holds days k, k+40, k+80, … in random order, so that each row group has old and new days;
- unsorted: the same events in one file, in the order of the straddling files, written by DuckDB in its usual row groups.

One daily file in thirty has a few rows without a usable stamp (NULL, zero, 2090, 1999).
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from ga4_rows import Drawn, draw, mix
from ga4_schema import EVENTS, TEXT_LEAVES
from ga4_table import Pools, pools, table

LAST_DAY = date(2026, 10, 31)
DAYS = 1_200
SATURDAY = 5
MIXED_FILES = 40
ROW_GROUP = 122_880
SPOILED_EVERY, SPOILED_ROWS = 30, 4
SHAPES = ("daily", "straddling", "unsorted")
BYTES_AN_EVENT = 60  # on disk, for one shape, with room to spare

WORKSPACE = """\
policy = "twingatrack"
timezone = "Europe/Amsterdam"

[[exports]]
source = "web"
contract = "ga4.events"
path = "ga4/**"
extracted_at = "2026-11-01T06:00:00+01:00"
"""


@dataclass(frozen=True, slots=True)
class Day:
    """One daily file to make."""

    folder: Path
    day: date
    rows: int
    unusable: int
    seed: int

    @property
    def path(self) -> Path:
        """The file, named as BigQuery names daily tables."""
        return self.folder / f"events_{self.day:%Y%m%d}.parquet"


def plan(folder: Path, events: int, files: int, seed: int) -> list[Day]:
    """Return the daily files: dates spread evenly over the 1,200 days, `events` rows in all, weekends a fifth quieter."""
    dates = [LAST_DAY - timedelta(days=(files - 1 - n) * DAYS // files) for n in range(files)]
    weights = list(accumulate(4 if day.weekday() >= SATURDAY else 5 for day in dates))
    ends = [events * weight // weights[-1] for weight in weights]
    rows = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    spoiled = [SPOILED_ROWS if n % SPOILED_EVERY == SPOILED_EVERY // 4 else 0 for n in range(files)]
    return [Day(folder, *day, seed) for day in zip(dates, rows, spoiled, strict=True)]


def exports(root: Path, shape: str) -> Path:
    """Return the folder of a shape's files, inside its workspace `root/shape`."""
    return root / shape / "exports" / "ga4"


def is_made(root: Path, shape: str) -> bool:
    """Return whether all of a shape's files were written."""
    return (root / shape / "houdbaar.toml").exists()


def make(root: Path, events: int, files: int, seed: int, shapes: Sequence[str]) -> None:
    """Write the workspaces of `shapes` under `root`, and the straddling one where the unsorted one is made from it."""
    wanted = [shape for shape in SHAPES if shape in shapes or (shape == "straddling" and "unsorted" in shapes and not is_made(root, shape))]
    for shape in wanted:
        exports(root, shape).mkdir(parents=True, exist_ok=True)
    days = plan(exports(root, "daily"), events, files, seed)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(write_day, day) for day in days if "daily" in wanted]
        jobs += [pool.submit(write_mixed, path, part) for path, part in _mixes(root, days) if "straddling" in wanted]
        for job in jobs:
            job.result()
    if "unsorted" in wanted:
        write_unsorted(root)
    for shape in wanted:
        (root / shape / "houdbaar.toml").write_text(WORKSPACE, encoding="utf-8")


def _mixes(root: Path, days: Sequence[Day]) -> list[tuple[Path, Sequence[Day]]]:
    folder = exports(root, "straddling")
    return [(folder / f"events_part_{n:03d}.parquet", days[n::MIXED_FILES]) for n in range(min(MIXED_FILES, len(days)))]


def write_day(day: Day) -> None:
    """Write one daily file: one row group."""
    rows = table(_draw(day), _pools(day.seed))
    with _writer(day.path) as out:
        out.write_table(rows, row_group_size=max(1, rows.num_rows))


def write_mixed(path: Path, days: Sequence[Day]) -> None:
    """Write the events of all `days` in random order, in row groups of 122,880."""
    rows = table(mix([_draw(day) for day in days], days[0].seed), _pools(days[0].seed))
    with _writer(path) as out:
        out.write_table(rows, row_group_size=ROW_GROUP)


def write_unsorted(root: Path) -> None:
    """Write the straddling files as one file, in row groups of 122,880."""
    connection = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(root / "spill")})
    source = connection.read_parquet(str(exports(root, "straddling") / "*.parquet"))
    source.write_parquet(str(exports(root, "unsorted") / "events.parquet"), compression="zstd", row_group_size=ROW_GROUP)


def _draw(day: Day) -> Drawn:
    return draw(day.day, day.rows, day.seed, day.unusable)


@cache
def _pools(seed: int) -> Pools:
    return pools(seed)


def _writer(path: Path) -> pq.ParquetWriter:
    # Numbers are written plain: a dictionary of stamps that hardly repeat would only slow all readers down.
    return pq.ParquetWriter(path, EVENTS, compression="zstd", use_dictionary=TEXT_LEAVES, store_schema=False)


def check_space(folder: Path, events: int, shapes: Sequence[str]) -> None:
    """Stop with a clear message where the disk has no room for the shapes."""
    needed = events * BYTES_AN_EVENT * len(shapes) + 100_000_000
    free = shutil.disk_usage(folder).free
    if free < needed:
        sys.exit(
            f"{folder}: {needed / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free; "
            "choose a folder on another disk (--data, or TMPDIR for the temporary one), or fewer --events"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what decides the events, the same for making and for measuring."""
    parser.add_argument("--events", type=int, default=30_000_000, help="events in each shape (default 30,000,000)")
    parser.add_argument("--files", type=int, default=DAYS, help="daily files, spread over 1,200 days (default 1,200)")
    parser.add_argument("--seed", type=int, default=20220113)
    parser.add_argument("--shapes", type=shape_names, default=SHAPES, help=f"comma-separated, of {','.join(SHAPES)}")


def shape_names(text: str) -> tuple[str, ...]:
    """Return the shapes named in `text`; ValueError for another word."""
    names = tuple(text.split(","))
    if unknown := sorted(set(names) - set(SHAPES)):
        raise ValueError(f"unknown shapes: {unknown}")
    return names


def main() -> None:
    """Make the exports in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    add_arguments(parser)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    check_space(given.folder, given.events, given.shapes)
    make(given.folder, given.events, given.files, given.seed, given.shapes)


if __name__ == "__main__":
    main()
