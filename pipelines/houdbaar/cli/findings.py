"""`houdbaar findings`: look into the last run; with `--rows`, the records one by one, in the run's private folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.errors import UsageError
from houdbaar.exports.entities import REGISTERS
from houdbaar.ledger.runs import newest_run, read_run
from houdbaar.policy.words import counted, is_failing, reaches, records_in
from houdbaar.workspace import Workspace
from houdbaar.written import private_file

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.table import Table

    from houdbaar.cli.options import Common

_MOST_LINES = 40
_MOST_KEYS = 5


def findings(shared: Common, code: str | None, is_rows: bool) -> int:
    """Show the findings of the newest run; gives the exit code for --fail-on. Raises UsageError without a run."""
    workspace = Workspace(shared.folder)
    folder = newest_run(workspace.runs)
    if folder is None:
        raise UsageError(f"there is no run in {workspace.runs}: run `houdbaar audit` first")
    run = read_run(folder)
    table = run.findings if code is None else _of_code(run.findings, code, workspace)
    if is_rows:
        return _write_rows(table, folder)
    lines, watched = table.to_pylist(), _watched(run.summary, code)
    if shared.format == "json":
        told = {"run": folder.name, "findings": lines, "watch": watched}
        typer.echo(json.dumps(told, default=str, ensure_ascii=False, indent=1))
    else:
        _print(lines, watched, workspace, folder, code)

    return int(reaches((line["severity"] for line in lines if is_failing(line["verdict"], line["status"])), shared.fail_on))


def _of_code(table: pa.Table, code: str, workspace: Workspace) -> pa.Table:
    import pyarrow.compute as pc

    known, code = workspace.policy.codes, code.upper()
    if code not in known:
        import difflib

        near = difflib.get_close_matches(code, known, 1)
        raise UsageError(f"there is no code {code}" + (f": did you mean {near[0]}?" if near else ": `houdbaar policy coverage` lists them"))
    return table.filter(pc.equal(table.column("code"), code))


def _watched(summary: Mapping[str, Any], code: str | None) -> list[dict[str, str]]:
    """What passed and is to be watched all the same, as the audit told it: no finding, and yet not nothing."""
    found = {
        (item["code"], item["note"]) for item in summary["obligations"] if item["note"] and (code is None or item["code"] == code.upper())
    }
    return [{"code": each, "note": note} for each, note in sorted(found)]


def _print(lines: list[dict[str, Any]], watched: list[dict[str, str]], workspace: Workspace, folder: Path, code: str | None) -> None:
    """A table that fits eighty columns. Promises that nobody looked at are counted, not listed, unless asked for."""
    from rich.markup import escape

    from houdbaar.cli.answer import console as new_console

    console = new_console()
    listed = _alike([line for line in lines if code is not None or line["code"] != "AUD-NOT-TESTED" or line["source"] is not None])
    untested = 0 if code is not None else sum(line["code"] == "AUD-NOT-TESTED" and line["source"] is None for line in lines)
    what = f"{counted(len(lines), 'line')}{f' of {code}' if code else ''}, {counted(records_in(lines), 'record')}"
    console.print(f"[bold]Findings of {folder.name}[/bold]: {what}")
    if workspace.is_bare:
        console.print(f"of the folder that was last audited here: {escape(str(folder))}", highlight=False, soft_wrap=True)
    table = _table()
    for alike in listed[:_MOST_LINES]:
        line, records = alike[0], sum(each["records"] for each in alike)
        cells = (
            line["severity"] if workspace.is_bare else f"{line['severity']}\n{line['status']}",
            f"{line['code']}\n{line['verdict'].lower()}",
            "\n".join(dict.fromkeys((line["source"] or "-", *_where(alike)))),
        )
        days = max((each["days_overdue"] for each in alike if each["days_overdue"] is not None), default=None)
        table.add_row(*map(escape, cells), f"{records:,}", "" if days is None else f"{days:,}")
    if listed:
        console.print(table)
    if len(listed) > _MOST_LINES:
        console.print(
            f"and {len(listed) - _MOST_LINES:,} more: --format json, or open {escape(str(folder / 'findings.parquet'))}",
            highlight=False,
            soft_wrap=True,
        )
    if untested:
        console.print(f"{counted(untested, 'promise')} not tested at all: --code AUD-NOT-TESTED lists them")
    if any(line["ranges"] is not None for line in lines):
        console.print("Which rows? The same command with --rows writes their numbers to a private file.")
    for each in watched:
        console.print(f"[bold]Watch[/bold] {each['code']}: {escape(each['note'])}", highlight=False)
    if not lines:
        console.print("Nothing. That is a pass only where the audit looked: see `houdbaar policy coverage`.")


def _alike(lines: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Lines that differ in file, record or month only, together, in the order of the first: so people read what is wrong, not how often."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for line in lines:
        key = tuple(line[name] for name in ("severity", "code", "verdict", "status", "source", "field", "reason"))
        groups.setdefault((*key, line["blocked_by"] is not None), []).append(line)
    return list(groups.values())


def _where(alike: list[dict[str, Any]]) -> list[str]:
    """The file (the first of several), which rows of a register, the reason or since when, and what keeps records from being deleted."""
    files = list(dict.fromkeys(line["file"] for line in alike if line["file"]))
    months = sorted({line["overdue_month"] for line in alike if line["overdue_month"]})
    months = list(dict.fromkeys(months[:1] + months[-1:]))
    since = f"{'became overdue ' if alike[0]['days_overdue'] is not None else ''}in {' to '.join(months)}" if months else None
    more = f"and {len(files) - 1:,} more {'file' if len(files) == 2 else 'files'}" if len(files) > 1 else None
    keys = list(dict.fromkeys(line["record_key"] for line in alike if line["entity"] in REGISTERS and line["record_key"]))
    rest = f" and {len(keys) - _MOST_KEYS:,} more" if len(keys) > _MOST_KEYS else ""
    field = alike[0]["field"]
    blocks = sorted({block for line in alike for block in line["blocked_by"] or ()})
    kept = f"kept by {', '.join(blocks[:_MOST_KEYS])}{f' and {len(blocks) - _MOST_KEYS:,} more' if len(blocks) > _MOST_KEYS else ''}"
    said = (files[0] if files else field, more, ", ".join(keys[:_MOST_KEYS]) + rest, alike[0]["reason"] or since or field)
    return list(filter(None, (*said, kept if blocks else None)))


def _table() -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("severity", "code and verdict"):
        table.add_column(name, no_wrap=True)
    table.add_column("source, file and reason", overflow="fold")
    for name in ("records", "days\noverdue"):
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _write_rows(table: pa.Table, folder: Path) -> int:
    """Every record of every enumerated line: code, source, file and row, as CSV; the folder is private."""
    import csv
    import io

    target = folder / "private" / "rows.csv"
    left_out: dict[str, None] = {}
    try:
        with private_file(target) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("finding_id", "code", "verdict", "reason", "source", "file", "row"))
            for line in table.to_pylist():
                if line["ranges"] is None and line["file"]:
                    left_out[line["code"]] = None
                for piece in line["ranges"] or ():
                    head = (line["finding_id"], line["code"], line["verdict"], line["reason"] or "", line["source"], line["file"])
                    writer.writerows((*head, row) for row in range(piece["first"], piece["last"] + 1))
    except OSError as error:
        raise UsageError(f"{target} can't be written ({error.strerror})") from None
    typer.echo(f"{target}: the rows of every line that is enumerated, the first below the header being 1; it stays private")
    if left_out:
        # A line is about a whole file or column, or has its records in more than 1,000 pieces.
        typer.echo(f"some lines name a file but no rows, and are not in it: {', '.join(left_out)}", err=True)
    return 0
