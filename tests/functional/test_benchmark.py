"""The benchmark at its smallest: its three audits count the same. Nothing is timed here."""

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[1] / "benchmarks" / "run.py"
SMALL = ["--events", "2400", "--files", "24", "--rounds", "1", "--shapes", "daily", "--engines", "houdbaar,polars,pandas"]


def test_the_audits_of_the_benchmark_count_the_same(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    done = subprocess.run(
        [
            sys.executable,
            str(RUN),
            *SMALL,
            "--no-commands",
            "--company",
            "2400",
            "--data",
            str(tmp_path / "events"),
            "--report",
            str(report),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = report.read_text(encoding="utf-8")
    assert "\ndaily: " in said
    assert said.count("equal in houdbaar, polars, pandas") == 1
    assert "0 overdue" not in said
    assert "\nContent checks" in said
    assert said.count("the same in houdbaar, polars, pandas") == 2
    assert "\nThe same rules: RET-ANA-26 OVERDUE" in said
    assert "\nWhole audit: RET-ANA-26 OVERDUE" in said
