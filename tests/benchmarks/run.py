"""Measure the audit's retention checks against DuckDB, Polars and pandas on the same events (README.md says what and how).

Usage: run.py [--events N] [--rounds 5] [--shapes daily,straddling,unsorted] [--engines houdbaar,duckdb,…] [--data FOLDER] [--report FILE]

Without --data the events are made in a temporary folder and removed at the end; with it they are made in FOLDER if they
aren't there, and kept. Exit 0: measured, whether or not the targets are reached; 1: the audits' counts differ, or one of them failed.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
from counts import CountsError, check_equal, check_findings
from figures import NAMES, Run, machine, seconds_table, shape_table
from make_company import make_company
from make_events import add_arguments, check_space, exports, is_made, make
from people import measure_people
from processes import ProcessError, call, forget, in_turns, measure_once, warm

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
# Personal data in addresses and parameters, and consent states; what these checks read of an event: parameters, ids, consent, and the
# stamp that says the month.
CONTENT = {
    "houdbaar": ("SCP-PII-ANALYTICS", "CON-COOKIE", "CON-COOKIE-UNKNOWN"),
    "duckdb": ("event_params", "user_id", "user_pseudo_id", "privacy_info", "event_timestamp", "event_date"),
}
# What measure_company_polars.py judges by hand.
BY_HAND = ("RET-ANA-26", "RET-MKT-12", "RET-COOKIE-ROLL", "CON-COOKIE", "SCP-PII-ANALYTICS")
Measured = dict[str, list[Run]]


def measure_shape(workspace: Path, scratch: Path, engines: Sequence[str], rounds: int) -> tuple[Measured, str]:
    """Return each engine's runs on one workspace, in alternation, and a sentence on their counts; CountsError where these differ."""
    warm(workspace)
    runs: Measured = {engine: [] for engine in engines}
    said = "no audit was run"
    for number in range(rounds):
        outputs = {engine: scratch / f"{workspace.name}-{number}-{engine}" for engine in engines}
        for engine in in_turns(engines, number):
            runs[engine].append(measure_once(engine, workspace, outputs[engine]))
        audits = {engine: output for engine, output in outputs.items() if engine != "duckdb"}
        said = check_equal(workspace.name, audits) if audits else said
    return runs, said


def measure_company(root: Path, scratch: Path, rounds: int, engines: Sequence[str]) -> Iterator[str]:
    """Yield the tables of the content checks, of the rules that were written by hand as well, and of the whole audit."""
    warm(root / "company")
    what = {engine: names for engine, names in CONTENT.items() if engine in engines}
    content: Measured = {engine: [] for engine in what}
    for number in range(rounds):
        for engine in in_turns(list(what), number):
            content[engine].append(measure_once(engine, root / "content", scratch / f"content-{number}-{engine}", *what[engine]))
    yield "\nContent checks (personal data in addresses and parameters, consent states)\n"
    yield from shape_table("content", content)
    yield from measure_rules(root / "company", scratch, rounds, engines)


def measure_rules(workspace: Path, scratch: Path, rounds: int, engines: Sequence[str]) -> Iterator[str]:
    """Yield the tables of the rules that were written by hand as well, and of the whole audit, once (it takes long)."""
    more = {"houdbaar": ("measure", *BY_HAND), "polars": ("measure_company",)}
    rules: Measured = {engine: [] for engine in more if engine in engines}
    outputs: dict[str, Path] = {}
    for number in range(rounds):
        outputs = {engine: scratch / f"rules-{number}-{engine}" for engine in rules}
        forget(workspace)
        for engine in in_turns(list(rules), number):
            program, *what = more[engine]
            rules[engine].append(measure_once(engine, workspace, outputs[engine], *what, program=program))
        check_findings(outputs)
    yield f"\nThe same rules: {check_findings(outputs)}\n"
    yield from shape_table("rules", rules)
    if "houdbaar" in engines:
        again = measure_once("houdbaar", workspace, scratch / "again", *BY_HAND)
        check_findings({**outputs, "houdbaar": scratch / "again"})
        yield f"\nonce more, with what the first audit kept of the exports: {again.seconds:.1f} s, {again.peak_bytes / 1e6:.0f} MB"
        forget(workspace)
        whole = measure_once("houdbaar", workspace, scratch / "company", "all")
        yield f"\nWhole audit: {check_findings({**outputs, 'houdbaar': scratch / 'company'})}\n"
        yield from shape_table("company", {"houdbaar": [whole]})


def measure_commands(scratch: Path, rounds: int) -> dict[str, list[float]]:
    """Return the wall time of the example company's whole audit and the processor time of `--help`, in seconds, of whole processes."""
    program = str(Path(sys.executable).with_name("houdbaar"))
    audits, helps = [], []
    for number in range(rounds):
        start = time.perf_counter()
        call([program, "audit", str(SAMPLE), "--as-of", "2026-10-31", "--output", str(scratch / f"sample-{number}")], scratch)
        audits.append(time.perf_counter() - start)
        before = processor_seconds()
        call([program, "--help"], scratch)
        helps.append(processor_seconds() - before)
    return {"houdbaar audit data/sample, wall": audits, "houdbaar --help, processor": helps}


def processor_seconds() -> float:
    """Return the processor time of all processes that this one started and saw ending, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def events_folder(given: Path | None) -> Iterator[Path]:
    """Give the folder of the events: the given one, or a temporary one that is removed in the end."""
    if given:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="houdbaar-bench-") as name:
        yield Path(name).resolve()


def prepare(folder: Path, options: argparse.Namespace) -> None:
    """Make the shapes that aren't in the folder yet."""
    missing = tuple(shape for shape in options.shapes if not is_made(folder, shape))
    if missing:
        check_space(folder, options.events, missing)
        start = time.perf_counter()
        make(folder, options.events, options.files, options.seed, missing)
        os.sync()  # else the disk would still be writing during the first runs
        tell(f"{options.events:,} events made in {', '.join(missing)}: {time.perf_counter() - start:.0f} s")


def tell(text: str) -> None:
    """Say on standard error how far it is."""
    print(text, file=sys.stderr, flush=True)


def benchmark(options: argparse.Namespace) -> Iterator[str]:
    """Yield the report's lines as they are measured."""
    with events_folder(options.data) as folder, tempfile.TemporaryDirectory(prefix="houdbaar-bench-out-") as name:
        prepare(folder, options)
        scratch = Path(name)
        yield f"{machine()}; {options.rounds} alternating rounds"
        for shape in options.shapes:
            runs, said = measure_shape(folder / shape, scratch, options.engines, options.rounds)
            yield f"\n{shape}: {described(exports(folder, shape))}; {said}\n"
            yield from shape_table(shape, runs)
        if options.company:
            make_company(folder, options.company, options.seed)
            yield from measure_company(folder, scratch, options.rounds, options.engines)
            yield from measure_people(folder, scratch, options.company, options.rounds, options.engines)
        if options.commands and "houdbaar" in options.engines:
            yield "\nWhole processes\n"
            yield from seconds_table(measure_commands(scratch, options.rounds))


def described(folder: Path) -> str:
    """Return the numbers of files, events and bytes in a folder of Parquet files."""
    files = list(folder.iterdir())
    events = sum(pq.read_metadata(path).num_rows for path in files)
    return f"{len(files):,} files, {events:,} events, {sum(path.stat().st_size for path in files) / 1e9:.2f} GB"


def engine_names(text: str) -> tuple[str, ...]:
    """Return the engines named in `text`; ValueError for another word."""
    names = tuple(text.split(","))
    if unknown := sorted(set(names) - set(NAMES)):
        raise ValueError(f"unknown engines: {unknown}")
    return names


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--rounds", type=int, default=5, help="processes of each engine on each shape (default 5)")
    parser.add_argument("--engines", type=engine_names, default=tuple(NAMES), help=f"comma-separated, of {','.join(NAMES)}")
    parser.add_argument(
        "--company",
        type=int,
        default=10_000_000,
        help="events of content checks, whole audit and search (default 10,000,000; 0: not measured)",
    )
    parser.add_argument("--no-commands", dest="commands", action="store_false", help="measure no whole processes")
    parser.add_argument("--data", type=Path, help="folder of the events: used if they are there, else made there, and kept")
    parser.add_argument("--report", type=Path, help="also write the report to this file")
    return parser.parse_args(arguments)


def main() -> int:
    """Measure, print the report, and return the exit code."""
    options = parse()
    lines = []
    try:
        for line in benchmark(options):
            print(line, flush=True)
            lines.append(line)
    except (ProcessError, CountsError) as error:
        tell(str(error))
        return 1
    if options.report:
        options.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
