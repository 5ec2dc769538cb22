"""Measure the search for people: 1, 100 and 10,000 of them in the company's exports, from stated identifiers to written records."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq
from counts import CountsError
from figures import Run, shape_table
from make_company import SHARES
from processes import forget, in_turns, measure_once

NUMBERS = (1, 100, 10_000)
ENGINES = ("houdbaar", "polars", "pandas")
COLUMNS = ["person", "source", "entity", "file", "row", "tier"]


def write_people(path: Path, number: int, company: int) -> None:
    """Write who is asked about: every other one by an address in capitals, the others by a customer's number. `company`: customers."""
    asked = [n * 7_919 % company for n in range(number)]
    lines = [f"P{one}@Example.com," if n % 2 == 0 else f",K-{one:05d}" for n, one in enumerate(asked)]
    path.write_text("\n".join(["email,customer_id", *lines, ""]), encoding="utf-8")


def measure_people(root: Path, scratch: Path, events: int, rounds: int, engines: Sequence[str]) -> Iterator[str]:
    """Yield a table for each number of people, and a sentence on their records; CountsError where two engines find other ones."""
    workspace, searching = root / "company", [engine for engine in ENGINES if engine in engines]
    people = max(1, int(events * SHARES["customers"]))
    forget(workspace)
    for number in sorted({min(number, people) for number in NUMBERS}):
        asked = scratch / f"people-{number}.csv"
        write_people(asked, number, people)
        if "houdbaar" in searching and not (workspace / ".houdbaar").exists():
            first = measure_once("houdbaar", workspace, scratch / "first", str(asked), program="measure_search")
            yield f"\nthe first search stages the exports and makes the links: {first.seconds:.1f} s, {first.peak_bytes / 1e6:.0f} MB"
        runs: dict[str, list[Run]] = {engine: [] for engine in searching}
        said = ""
        for turn in range(rounds):
            outputs = {engine: scratch / f"people-{number}-{turn}-{engine}" for engine in searching}
            for engine in in_turns(searching, turn):
                runs[engine].append(measure_once(engine, workspace, outputs[engine], str(asked), program="measure_search"))
            said = check_records(number, outputs)
        yield f"\nFinding {number:,} people: {said}\n"
        yield from shape_table("people", runs)


def check_records(number: int, outputs: dict[str, Path]) -> str:
    """Return a sentence on the records, the same ones of all engines; CountsError where they aren't."""
    (first, expected), *others = [(engine, records(output)) for engine, output in outputs.items()]
    for engine, found in others:
        if found != expected:
            raise CountsError(f"{number} people: {first} and {engine} differ in {len(found ^ expected)} records")
    found_by = f"the same in {', '.join(outputs)}" if others else f"by {first} only"
    return f"{len(expected):,} records: {found_by}"


def records(output: Path) -> set[tuple[object, ...]]:
    """Return what was found: whose record stands where, and how sure it is."""
    columns = pq.ParquetFile(output / "records.parquet").read(columns=COLUMNS)
    return set(zip(*(columns.column(name).to_pylist() for name in COLUMNS), strict=True))
