"""Stamps in Parquet that no number places (null, zero, absurd, future), few or by the million, and the exact rows of everything else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functional.auditing import Desk, Outcome, audit
from houdbaar.exports.odd import MOST_ODD_VALUES

ZONE = ZoneInfo("Europe/Amsterdam")
CODE = "RET-ANA-26"
LEAST, GREATEST = -(1 << 63), (1 << 63) - 1
MOST_RANGES = 1_000
MILLIONS = 3_000_000


def micros(day: date, hour: int = 12) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).timestamp()) * 1_000_000


OLD, RECENT = micros(date(2024, 5, 11)), micros(date(2026, 9, 1))


def write(folder: Path, stamps: Sequence[int | None] | pa.Array, days: Sequence[str | None] | pa.Array | None, rows: int) -> Path:
    columns: dict[str, object] = {"event_timestamp": pa.array(stamps, pa.int64()) if isinstance(stamps, list) else stamps}
    if days is not None:
        columns["event_date"] = pa.array(days, pa.string()) if isinstance(days, list) else days
    columns |= {"event_name": pa.array(["page_view"] * len(stamps)), "user_pseudo_id": pa.nulls(len(stamps), pa.string())}
    columns["platform"] = pa.array(["WEB"] * len(stamps))
    folder.mkdir(parents=True)
    pq.write_table(pa.table(columns), folder / "events.parquet", row_group_size=rows)
    return folder


def beside(folder: Path, *names: str) -> Desk:
    """A workspace with a source of these names for each table that is written below its exports."""
    desk = Desk(folder)
    for name in names:
        desk.source(name, "ga4.events", {}, extracted_at=None)
    return desk


def found(done: Outcome, source: str = "ga4.events") -> dict[tuple[object, ...], tuple[int, list[tuple[int, int]] | None]]:
    """Records and ranges by verdict, overdue month, reason and trigger column."""
    lines = done.lines(source, CODE)
    return {
        (line["verdict"], line["overdue_month"], line["reason"], line["trigger_column"]): (
            line["records"],
            None if line["ranges"] is None else [(piece["first"], piece["last"]) for piece in line["ranges"]],
        )
        for line in lines
    }


OUT_OF_BOUNDS = (LEAST, LEAST + 1, GREATEST, -1, 1, 10**18)


@pytest.fixture(scope="module")
def out_of_bounds(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """An audit of a source for each of them."""
    desk = beside(tmp_path_factory.mktemp("bounds") / "company", *map(str, OUT_OF_BOUNDS))
    for stamp in OUT_OF_BOUNDS:
        write(desk.folder / "exports" / str(stamp), [RECENT, stamp, stamp], ["20260901"] * 3, 3)
    return desk.audit()


@pytest.mark.parametrize("stamp", OUT_OF_BOUNDS)
def test_a_stamp_out_of_all_bounds_is_implausible_and_no_missing_one(out_of_bounds: Outcome, stamp: int) -> None:
    reason = "DQ-TS-FUTURE" if stamp > RECENT else "DQ-TS-IMPLAUSIBLE"
    assert found(out_of_bounds, str(stamp)) == {("UNDETERMINED", None, reason, "event_at"): (2, [(2, 3)])}, out_of_bounds.said


def test_a_missing_stamp_falls_back_on_the_day_and_the_least_number_does_not(tmp_path: Path) -> None:
    stamps = [None, LEAST, None, None, OLD, RECENT, 0]
    days = ["20240511", "20240511", None, "no day", "20240511", "20260901", "20260901"]
    assert found(audit(write(tmp_path / "exports", stamps, days, 2))) == {
        ("UNDETERMINED", None, "DQ-TS-IMPLAUSIBLE", "event_at"): (1, [(2, 2)]),
        ("UNDETERMINED", None, "DQ-TS-NULL", "event_at"): (1, [(3, 3)]),
        ("UNDETERMINED", None, "DQ-TS-PARSE", "event_date"): (1, [(4, 4)]),
        ("OVERDUE", "2026-07", None, "event_at"): (2, [(1, 1), (5, 5)]),
        ("UNDETERMINED", None, "DQ-TS-SENTINEL", "event_at"): (1, [(7, 7)]),
    }


def test_rows_without_any_stamp_or_day_are_found_without_reading_them(tmp_path: Path) -> None:
    done = audit(write(tmp_path / "exports", [None] * 50, [None] * 50, 7))
    assert found(done) == {("UNDETERMINED", None, "DQ-TS-NULL", "event_at"): (50, [(1, 50)])}


def test_more_odd_values_than_can_be_kept_are_judged_all_the_same(tmp_path: Path) -> None:
    absurd = list(range(1, MOST_ODD_VALUES + 50_000))
    done = audit(write(tmp_path / "exports", [OLD, *absurd, OLD], None, 200_000))
    assert found(done) == {
        ("OVERDUE", "2026-07", None, "event_at"): (2, [(1, 1), (len(absurd) + 2, len(absurd) + 2)]),
        ("UNDETERMINED", None, "DQ-TS-IMPLAUSIBLE", "event_at"): (len(absurd), [(2, len(absurd) + 1)]),
    }


def pieces(is_mine: Sequence[bool]) -> list[tuple[int, int]]:
    """Runs of rows, counted from one, the plain way."""
    marks = [False, *is_mine, False]
    turns = [place for place, (before, after) in enumerate(pairwise(marks), start=1) if before != after]
    return [(first, end - 1) for first, end in zip(turns[::2], turns[1::2], strict=True)]


def is_old(kept: int) -> list[bool]:
    """Every third row of so many."""
    return [place % 3 == 0 and place < 3 * kept for place in range(4_000)]


GROUPS = [(rows, kept) for rows in (37, 100_000) for kept in (MOST_RANGES, MOST_RANGES + 1)]


@pytest.fixture(scope="module")
def many_ranges(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """An audit of a source for each size of row groups and number of ranges."""
    desk = beside(tmp_path_factory.mktemp("ranges") / "company", *(f"{kept} by {rows}" for rows, kept in GROUPS))
    for rows, kept in GROUPS:
        write(desk.folder / "exports" / f"{kept} by {rows}", [OLD if old else RECENT for old in is_old(kept)], None, rows)
    return desk.audit()


@pytest.mark.parametrize(("rows", "kept"), GROUPS)
def test_a_thousand_ranges_are_listed_across_row_groups_and_one_more_is_not(many_ranges: Outcome, rows: int, kept: int) -> None:
    listed = pieces(is_old(kept)) if kept <= MOST_RANGES else None
    assert found(many_ranges, f"{kept} by {rows}") == {("OVERDUE", "2026-07", None, "event_at"): (kept, listed)}


def test_ranges_are_those_of_a_plain_count(tmp_path: Path) -> None:
    """Long runs, so that many row groups are decided by their footer, between others that are not."""
    values = [micros(date(2024, 3, 1) + timedelta(days=31 * n)) for n in range(4)] + [RECENT, None, 0, LEAST]
    desk, drawn = beside(tmp_path / "company", "0", "1", "2"), {}
    for seed in range(3):
        draw = np.random.default_rng(seed)
        drawn[seed] = [value for at in draw.integers(0, len(values), 300).tolist() for value in [values[at]] * int(draw.integers(1, 40))]
        write(desk.folder / "exports" / str(seed), drawn[seed], None, 16)
    done = desk.audit()
    for seed, stamps in drawn.items():
        listed = found(done, str(seed))
        expected = {value: pieces([stamp == value for stamp in stamps]) for value in values if value != RECENT}
        assert sorted(ranges for _, ranges in listed.values() if ranges) == sorted(expected.values()), seed
        assert sum(records for records, _ in listed.values()) == sum(stamp != RECENT for stamp in stamps), seed


MEASURED = """
import json, re, resource, sys, time
from pathlib import Path
from houdbaar.workspace import Workspace
begun = time.process_time()
made = Workspace(sys.argv[1]).audit("2026-10-31", checks=("retention",), output=sys.argv[2])
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = [
    [line["verdict"], line["overdue_month"], line["reason"], line["trigger_column"], line["records"], line["ranges"] is not None]
    for line in made.table.to_pylist() if line["code"] == "RET-ANA-26"
]
print(json.dumps({"peak_mb": int(peak) // 1024, "seconds": time.process_time() - begun, "rows": rows}))
"""


def test_three_million_missing_stamps_cost_little(tmp_path: Path) -> None:
    """Every second row, and among them days of two months by turns: far more pieces than can be kept one by one."""
    places = np.arange(2 * MILLIONS)
    stamps = pa.array(np.full(len(places), RECENT), mask=places % 2 == 0)
    by_turns = pa.DictionaryArray.from_arrays(pa.array((places // 2 % 3).astype(np.int32)), ["20240511", "20240612", "20260901"])
    days = by_turns.cast(pa.string())
    folder = write(tmp_path / "exports", stamps, days, 500_000)
    command = [sys.executable, "-c", MEASURED, str(folder), str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    seen = json.loads(done.stdout)
    assert sorted(seen["rows"]) == [
        ["OVERDUE", "2026-07", None, "event_date", MILLIONS // 3, False],
        ["OVERDUE", "2026-08", None, "event_date", MILLIONS // 3, False],
    ]
    assert seen["peak_mb"] < 500
    assert seen["seconds"] < 20


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Pacific/Chatham"])
def test_numbers_place_an_instant_on_the_day_on_which_sql_places_its_text(tmp_path: Path, zone: str) -> None:
    """Both sides of midnights, in zones that are whole hours, halves and quarters of an hour away from UTC."""
    draw = np.random.default_rng(7)
    days = [date(2019, 12, 28) + timedelta(days=int(shift)) for shift in draw.integers(0, 2_500, 60)] + [date(2038, 1, 19)]
    midnights = [int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000 for day in days]
    kinds = [*(midnight + shift for midnight in midnights for shift in (-1, 0, 1)), None, 0, 1]
    stamps = [kinds[place] for place in draw.integers(0, len(kinds), 2_000)]
    texts = pa.array([None if stamp is None else str(stamp) for stamp in stamps], pa.string())
    desk = beside(tmp_path / "company", "numbers", "texts")
    for name, column, rows in (("numbers", stamps, 90), ("texts", texts, 2_000)):
        write(desk.folder / "exports" / name, column, None, rows)
    done = desk.audit("--knob", f"time.zone={zone}")
    quick, slow = (found(done, name) for name in ("numbers", "texts"))
    assert quick == slow
    assert sum(records for records, _ in quick.values()) > len(stamps) // 2
