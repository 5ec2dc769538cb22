"""The command `houdbaar`: every command is declared here and does its work elsewhere.

Bodies import what they need, so that `houdbaar --help` loads no engine. A body returns the exit code:
0 done · 1 findings at or above the fail level · 2 usage, configuration or policy · 3 data could not be audited · 4 a bug.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from houdbaar.cli.declare import declared, group
from houdbaar.cli.guard import end_cleanly, tell
from houdbaar.cli.options import (
    AsOfOption,
    FailOnOption,
    FormatOption,
    OutputOption,
    WorkspaceOption,
    as_of_date,
    comma_separated,
    common,
    knob_values,
    today,
)
from houdbaar.cli.packages import request_app
from houdbaar.cli.registers import accept_app, hold_app
from houdbaar.cli.runs import runs_app
from houdbaar.cli.subject import subject_app
from houdbaar.errors import UsageError

app = group("houdbaar")
policy_app = group()
app.add_typer(policy_app, name="policy", help="Clauses, rules and knobs, and what covers them.")
app.add_typer(subject_app, name="subject", help="Whose records are these? Find a person in all exports.")
app.add_typer(request_app, name="request", help="Requests of data subjects: until when, and what next.")
app.add_typer(hold_app, name="hold", help="Holds: what may not be deleted for now.")
app.add_typer(runs_app, name="runs", help="Recorded runs: what changed from one to the next, and whether they are as they were.")
app.add_typer(accept_app, name="accept", help="Acceptances: findings that stay for a while, and who answers for them.")


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"houdbaar {version('houdbaar')}")
        raise typer.Exit


@app.callback()
def houdbaar(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Audit exported tables against a written privacy policy.

    Exit codes: 0 done, nothing at or above the fail level; 1 findings at or above it; 2 usage, configuration or policy
    error; 3 data could not be audited; 4 internal error.
    """


@declared(app, "init", "houdbaar init my-audit")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make; it may exist if it is empty.")],
    output_format: FormatOption = "text",
) -> int:
    """Make a workspace from the example company.

    It gets a copy of the example exports, and a private key of its own.
    """
    from houdbaar.cli.init import init as run

    return run(folder, output_format)


@declared(app, "detect", "houdbaar detect exports/")
def detect(
    path: Annotated[Path | None, typer.Argument(metavar="PATH", help="Workspace or folder of exports.", show_default=False)] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Tell which file is which export; write bindings."""
    from houdbaar.cli.detect import detect as run

    return run(common(workspace, output_format, output, fail_on, path))


@declared(app, "audit", "houdbaar audit data/sample --as-of 2026-10-31")
def audit(
    folder: Annotated[Path | None, typer.Argument(metavar="WORKSPACE", help="Workspace or folder of exports.", show_default=False)] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    knob: Annotated[
        list[str] | None, typer.Option("--knob", metavar="NAME=VALUE", help="A what-if with another setting; repeatable.")
    ] = None,
    checks: Annotated[
        str | None,
        typer.Option("--checks", metavar="NAMES", help="Only these groups or codes, such as retention,CON-COOKIE.", show_default=False),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the recorded run of this day; the old one is kept.")] = False,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Judge every record on a day; write findings.

    Results go to runs/DATE/ in a workspace, to houdbaar-runs/DATE/ in the current folder for a bare folder of exports.
    """
    shared = common(workspace, output_format, output, fail_on, folder)
    knobs, selected, now = knob_values(knob), comma_separated(checks), today()
    day = as_of_date(as_of, now, shared.zone)
    from houdbaar.cli.audit import audit as run

    return run(shared, day, knobs, selected, replace, is_future=day > now)


@declared(app, "gate", "houdbaar gate data/sample --as-of 2026-10-31 --junit gate.xml --sarif gate.sarif")
def gate(
    folder: Annotated[Path | None, typer.Argument(metavar="WORKSPACE", help="Workspace or folder of exports.", show_default=False)] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    ratchet: Annotated[
        bool, typer.Option("--ratchet", help="Fail only on what is new, regressed or grown since the last recorded run.")
    ] = False,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML.", show_default=False)] = None,
    sarif: Annotated[Path | None, typer.Option("--sarif", metavar="FILE", help="Write SARIF 2.1.0.", show_default=False)] = None,
    github: Annotated[bool, typer.Option("--github", help="Print annotations for GitHub Actions; add to the step's summary.")] = False,
    data_docs: Annotated[
        Path | None,
        typer.Option("--data-docs", metavar="DIR", help="Write GX's Data Docs, which load scripts from other hosts.", show_default=False),
    ] = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "high",
) -> int:
    """Stop a pipeline: findings and expectations.

    Audits afresh, and records nothing. Results go to runs/gate/ in a workspace, to houdbaar-runs/gate/ in the current folder for
    a bare folder of exports. Exit codes: 0 passes; 1 fails; 3 could not look, or nothing was judged.
    """
    shared = common(workspace, output_format, output, fail_on, folder)
    day = as_of_date(as_of, today(), shared.zone)
    from houdbaar.cli.gate import gate as run
    from houdbaar.gate import GateRequest

    request = GateRequest(day, shared.fail_on, ratchet, shared.output, junit, sarif, data_docs)
    return run(shared.folder, request, shared.format, is_github=github)


@declared(app, "findings", "houdbaar findings --workspace data/sample --code RET-ANA-26")
def findings(
    code: Annotated[str | None, typer.Option("--code", metavar="CODE", help="Only findings of this code.", show_default=False)] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Write the records one by one, below the run's private/ folder.")] = False,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Look into the findings of the last run."""
    from houdbaar.cli.findings import findings as run

    return run(common(workspace, output_format, output, fail_on), code, rows)


@declared(app, "report", "houdbaar report --workspace data/sample --run 2026-10-31")
def report(
    register: Annotated[bool, typer.Option("--register", help="The register of processing (article 30), as HTML and CSV.")] = False,
    run: Annotated[
        str | None, typer.Option("--run", metavar="AS-OF", help="Day of the run. [default: the newest]", show_default=False)
    ] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Make the report of a run again; print where it is.

    Every audit writes one: report.html in the run's folder. With --register: the register of processing, from policy and settings.
    """
    from houdbaar.cli.report import register as processing
    from houdbaar.cli.report import report as rendered

    shared = common(workspace, output_format, output, fail_on)
    if register and run is not None:
        raise UsageError("--register is of the policy and the settings, not of a run: leave out --run")
    return processing(shared) if register else rendered(shared, run)


@declared(policy_app, "show", "houdbaar policy show")
def policy_show(
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show versions, rules and knobs."""
    from houdbaar.cli.answer import answer
    from houdbaar.cli.policy import render_show, show
    from houdbaar.workspace import Workspace

    shared = common(workspace, output_format, output, fail_on)
    data = show(Workspace(shared.folder).policy)
    return answer("policy-show", data, render_show(data), shared)


@declared(policy_app, "check", "houdbaar policy check --text policy/privacy-policy.txt")
def policy_check(
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help="The policy's own text, to hold against the rules.", show_default=False)
    ] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Hold the rules against the policy's text."""
    from houdbaar.cli.answer import answer
    from houdbaar.cli.policy import check, check_severities, render_check
    from houdbaar.workspace import Workspace

    shared = common(workspace, output_format, output, fail_on)
    data = check(Workspace(shared.folder).policy, text)
    return answer("policy-check", data, render_check(data), shared, check_severities(data))


@declared(policy_app, "coverage", "houdbaar policy coverage --workspace data/sample")
def policy_coverage(
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show how each clause is checked, and with what result.

    The result is that of the newest run.
    """
    from houdbaar.cli.answer import answer
    from houdbaar.cli.policy import coverage, render_coverage
    from houdbaar.ledger.runs import newest_run
    from houdbaar.workspace import Workspace

    shared = common(workspace, output_format, output, fail_on)
    place = Workspace(shared.folder)
    data = coverage(place.policy, newest_run(place.runs))
    return answer("policy-coverage", data, render_coverage(data), shared)


@declared(app, "explain", "houdbaar explain RET-MKT-12")
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of a finding.")],
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Explain a code: meaning, promise, what to do."""
    from houdbaar.cli.answer import answer
    from houdbaar.cli.explain import explain as explained
    from houdbaar.cli.explain import render_explain
    from houdbaar.workspace import Workspace

    shared = common(workspace, output_format, output, fail_on)
    data = explained(Workspace(shared.folder).policy, code)
    return answer(f"explain-{data['code']}", data, render_explain(data), shared)


def main() -> None:
    """Run the command that the command line names; ends the process with its exit code."""
    end_cleanly()
    try:
        app(prog_name="houdbaar")
    except KeyboardInterrupt as error:  # before or after a command's body
        raise SystemExit(tell(error)) from None
