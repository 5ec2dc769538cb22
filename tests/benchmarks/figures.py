"""The benchmark's figures: medians, ratios, targets, and the tables that show them."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

NAMES = {
    "houdbaar": "houdbaar",
    "duckdb": "DuckDB, bare columns",
    "polars": "Polars, by hand",
    "pandas": "pandas, by hand",
}
# Most time that the audit may take, as a part of the other's, and most memory in bytes, by shape.
TARGETS = {
    "daily": {"duckdb": 1.0, "polars": 0.5, "pandas": 0.05},
    "straddling": {"polars": 1.0},
    "unsorted": {"polars": 1.0},
    "content": {"duckdb": 1.2},
    "people": {"polars": 1.2},
    "rules": {"polars": 1.0},
    "company": {},
}
MOST_BYTES = {"daily": 300_000_000}
CLOSED_SECONDS = 1.0
LESS_BYTES = 1_000_000_000  # of all other shapes


@dataclass(frozen=True, slots=True)
class Run:
    """One measured process: seconds to its written counts, and of all its work; bytes at its peak; seconds to close identifiers."""

    seconds: float
    whole_seconds: float
    peak_bytes: int
    closure_seconds: float | None = None


Runs = Mapping[str, Sequence[Run]]


def shape_table(shape: str, runs: Runs) -> list[str]:
    """Return the Markdown table of one shape."""
    rows = [[NAMES[name], *_times(run.seconds for run in runs[name]), _peak(runs[name]), *_compared(shape, name, runs)] for name in runs]
    closures = [run.closure_seconds for run in runs.get("houdbaar", ()) if run.closure_seconds is not None]
    if closures:
        most = median(closures)
        rows.append(["of it, closing the identifiers", *_times(closures), "", "", f"< {CLOSED_SECONDS:.0f} s", _yes(most < CLOSED_SECONDS)])
    elif "houdbaar" in runs:
        rows.append(["houdbaar, with SHA-256 of all files", *_times(run.whole_seconds for run in runs["houdbaar"]), "", "", "", ""])
    return table(["", "median s", "min-max s", "peak MB", "houdbaar / this", "target", "reached"], rows)


def seconds_table(measured: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the Markdown table of what was measured in seconds only."""
    return table(["", "median s", "min-max s"], [[name, *_times(seconds)] for name, seconds in measured.items()])


def _times(measured: Iterable[float]) -> list[str]:
    seconds = list(measured)
    return [f"{median(seconds):.3f}", f"{min(seconds):.3f}-{max(seconds):.3f}"]


def _peak(runs: Sequence[Run]) -> str:
    return f"{median(run.peak_bytes for run in runs) / 1e6:.0f}"


def _compared(shape: str, name: str, runs: Runs) -> list[str]:
    if name == "houdbaar":
        most = MOST_BYTES.get(shape, LESS_BYTES)
        return ["", f"< {most / 1e6:.0f} MB", _yes(max(run.peak_bytes for run in runs[name]) < most)]
    if "houdbaar" not in runs:
        return ["", "", ""]
    ratio = median(run.seconds for run in runs["houdbaar"]) / median(run.seconds for run in runs[name])
    target = TARGETS[shape].get(name)
    return [f"{ratio:.3f}", *(("", "") if target is None else (f"<= {target:.2f}", _yes(ratio <= target)))]


def _yes(reached: bool) -> str:
    return "yes" if reached else "NO"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a Markdown table with padded columns."""
    cells = [list(head), *map(list, rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in cells]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def machine() -> str:
    """Return what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    libraries = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "polars", "pandas", "numpy"))
    load = os.getloadavg()[0]
    hardware = f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, {platform.system()}"
    return f"{hardware}; load before the first run {load:.1f}; Python {platform.python_version()}, {libraries}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
