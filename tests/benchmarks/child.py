"""What every measured process does: time its work after start-up, and tell its peak memory."""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path


def arguments() -> tuple[Path, Path]:
    """Return the workspace and the output folder that the command line gives."""
    return Path(sys.argv[1]), Path(sys.argv[2])


def measure(work: Callable[[], float | None], notes: Mapping[str, float] | None = None) -> None:
    """Do the work, and print {"seconds", "whole_seconds", "peak_bytes"} and the notes that it made as the last line.

    `seconds` end at the moment that the work returns, as of `time.perf_counter`, or with the work; memory is the whole process's.
    """
    start = time.perf_counter()
    written = work()
    whole = time.perf_counter() - start
    seconds = whole if written is None else written - start
    print(json.dumps({"seconds": seconds, "whole_seconds": whole, "peak_bytes": peak_bytes(), **(notes or {})}))


def peak_bytes() -> int:
    """Return the most memory this process ever held, in bytes.

    VmHWM where there is one: Linux's ru_maxrss starts at the size of the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = (line.split() for line in status.read_text(encoding="ascii").splitlines())
        return next(int(words[1]) * 1024 for words in lines if words[0] == "VmHWM:")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def export_files(workspace: Path) -> list[str]:
    """Return the workspace's Parquet files in the order of their names."""
    return sorted(str(path) for path in (workspace / "exports").rglob("*.parquet"))
