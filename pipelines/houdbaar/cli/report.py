"""`houdbaar report`: renders the report of a run again, or the register of processing."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.cli.options import today
from houdbaar.errors import UsageError
from houdbaar.ledger.chain import changed_files, is_fault, read_run
from houdbaar.ledger.runs import WHAT_IF, earlier_summaries, newest_run, read_summary
from houdbaar.policy.words import is_failing, reaches
from houdbaar.reports.page import FILE, render_report
from houdbaar.workspace import Workspace
from houdbaar.written import write_whole

if TYPE_CHECKING:
    from houdbaar.cli.options import Common

_RUN = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}(\.\d+)?|{WHAT_IF})", re.ASCII)
REGISTER = "register"
_ADVICE = "choose another --output"


def report(shared: Common, run: str | None) -> int:
    """Render the report of a run (None: the newest) into its folder, or below --output; gives the exit code for --fail-on.

    Raises UsageError where there is no such run, or where the page would no longer be the one that the recorded run vouches for.
    """
    workspace = Workspace(shared.folder)
    folder = _folder(workspace, run)
    recorded = read_run(folder)
    if recorded is not None and (recorded.manifest is None or any(is_fault(each) for each in changed_files(recorded) if each[0] != FILE)):
        raise UsageError(f"{folder} was changed after it was recorded: `houdbaar runs verify` says what; put a copy of it back")
    summary = read_summary(folder)
    if summary["run"]["policy_sha256"] != workspace.policy.digest:
        typer.echo("warning: the policy file has changed since that audit: the report shows its words as they are now", err=True)
    policy = workspace.policy.with_knobs(summary["knobs"])
    page = render_report(folder, policy, earlier_summaries(workspace.runs, date.fromisoformat(summary["run"]["as_of"]))).encode()
    target = (shared.output or folder) / FILE
    vouched = None if recorded is None else recorded.sha256_of(FILE)
    if shared.output is None and vouched is not None and vouched != hashlib.sha256(page).hexdigest():
        raise UsageError(f"{target} would differ from the report that this recorded run vouches for: give another folder with --output")
    write_whole(target, page, _ADVICE)
    _tell(shared, {"run": folder.name, "file": str(target)})
    return int(reaches(_severities(folder), shared.fail_on))


def register(shared: Common) -> int:
    """Write the register of processing (article 30) as HTML and CSV to runs/register/, or to --output."""
    from houdbaar.reports.processing import register_csv, register_of_processing, register_page
    from houdbaar.reports.words import words_of

    workspace = Workspace(shared.folder)
    policy = workspace.policy
    newest = newest_run(workspace.runs)
    evidence = _json(newest / "evidence.json") if newest is not None else {}
    as_of = date.fromisoformat(newest.name) if newest is not None else today()
    data = register_of_processing(policy, workspace.sources, workspace.contracts, evidence.get("transfers"), as_of)
    folder = shared.output or workspace.runs / REGISTER
    language = str(policy.knob("dsr.language")) if "dsr.language" in policy.knobs else "nl"
    write_whole(folder / "register.html", register_page(policy, data).encode(), _ADVICE)
    write_whole(folder / "register.csv", register_csv(data, words_of(language)), _ADVICE)
    files = {"html": str(folder / "register.html"), "csv": str(folder / "register.csv")}
    _tell(shared, {"files": files, "register": data} if shared.format == "json" else {"file": "\n".join(files.values())})
    return 0


def _folder(workspace: Workspace, run: str | None) -> Path:
    folder = newest_run(workspace.runs) if run is None else workspace.runs / run
    if folder is None:
        raise UsageError(f"there is no run in {workspace.runs}: run `houdbaar audit` first")
    if run is not None and not (_RUN.fullmatch(run) and (folder / "summary.json").exists()):
        raise UsageError(f"--run {run}: there is no such run in {workspace.runs}: give the day of one, such as 2026-10-31, or {WHAT_IF}")
    return folder


def _severities(folder: Path) -> list[str]:
    """Severities of the findings that fail."""
    from houdbaar.engines.arrays import read_table

    table = read_table(folder / "findings.parquet", columns=["severity", "verdict", "status"]).to_pylist()
    return [line["severity"] for line in table if is_failing(line["verdict"], line["status"])]


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _tell(shared: Common, data: dict[str, Any]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1) if shared.format == "json" else data["file"])
