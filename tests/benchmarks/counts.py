"""The counts that each audit wrote, brought to one form, and whether they are equal."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

# (file, overdue month or None, verdict, reason or None) to records.
Key = tuple[str, str | None, str, str | None]
Counts = dict[Key, int]


class CountsError(Exception):
    """Two audits counted differently."""


def written(output: Path) -> Counts:
    """Return the counts in an audit's output folder: its `run/findings.parquet` (houdbaar) or `counts.parquet` (by hand)."""
    findings = output / "run" / "findings.parquet"
    rows = pq.ParquetFile(findings if findings.exists() else output / "counts.parquet").read().to_pylist()
    found: Counter[Key] = Counter()
    for row in rows:
        if row.get("code", "RET-ANA-26") == "RET-ANA-26":
            found[row["file"], row["overdue_month"], row["verdict"], row["reason"]] += row["records"]
    return dict(found)


def check_equal(shape: str, outputs: dict[str, Path]) -> str:
    """Return a sentence on the equal counts of all audits; CountsError, with the first differences, where they aren't."""
    (first, expected), *others = [(name, written(output)) for name, output in outputs.items()]
    for name, counts in others:
        differing = sorted(map(str, expected.items() ^ counts.items()))
        if differing:
            raise CountsError(f"{shape}: {first} and {name} differ in {len(differing)} counts, such as {'; '.join(differing[:4])}")
    unusable = sum(records for key, records in expected.items() if key[2] == "UNDETERMINED")
    audits = f"equal in {', '.join(outputs)}" if others else f"by {first} only"
    return f"{len(expected)} counts, {sum(expected.values()) - unusable:,} overdue and {unusable:,} undetermined records: {audits}"


def check_findings(outputs: dict[str, Path]) -> str:
    """Return a sentence on what the audit by hand found, which the whole audit found alike; CountsError where it didn't."""
    if len(outputs) < 2:
        return f"by {', '.join(outputs)} only"
    found: Counter[str] = Counter()
    for row in pq.ParquetFile(outputs["houdbaar"] / "run" / "findings.parquet").read(columns=["code", "verdict", "records"]).to_pylist():
        found[f"{row['code']} {row['verdict']}"] += row["records"]
    by_hand = {row["finding"]: row["records"] for row in pq.ParquetFile(outputs["polars"] / "findings.parquet").read().to_pylist()}
    differing = [name for name, records in by_hand.items() if found[name] != records]
    if differing:
        raise CountsError(f"the whole audit and the one by hand differ in {', '.join(differing)}")
    return f"{', '.join(f'{name} {records:,}' for name, records in by_hand.items())}: equal in {', '.join(outputs)}"
