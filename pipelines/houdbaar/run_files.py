"""The files of a run, as an audit writes them into its folder: one function over what was judged for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.ledger.runs import SUMMARY_FILE
from houdbaar.reports.outlook import ages_json, forecast_json
from houdbaar.reports.page import write_report
from houdbaar.reports.remediation.written import write_plans
from houdbaar.written import write_json

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.judging import Judged, Judging
    from houdbaar.ledger.status import Status


def write_run(
    folder: Path,
    by: Judging,
    judged: Judged,
    status: Status,
    summary: Mapping[str, Any],
    earlier: Sequence[Mapping[str, Any]],
) -> None:
    """Write what an audit found; report.html comes last, as it shows the others. `earlier`: summaries of the recorded runs before.

    Raises OSError.
    """
    write_table(status.findings, folder / "findings.parquet")
    write_json(folder / SUMMARY_FILE, summary)
    write_json(folder / "ages.json", ages_json(judged.results.outlook, by.as_of))
    write_json(folder / "forecast.json", forecast_json(judged.results.outlook, judged.found, by.as_of))
    write_json(folder / "evidence.json", judged.evidence)
    if by.beside is not None:
        for name, text in by.beside.judge(status.findings, summary["obligations"]).items():
            (folder / name).write_text(text, encoding="utf-8")
    if judged.plans is not None:
        write_plans(judged.plans, folder)
    write_report(folder, by.policy, earlier, judged.found)


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet. Raises OSError."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")
