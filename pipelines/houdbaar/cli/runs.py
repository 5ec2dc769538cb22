"""`houdbaar runs`: its options. What it does is in `recorded`."""

from __future__ import annotations

from typing import Annotated

import typer

from houdbaar.cli.declare import declared, group
from houdbaar.cli.options import FailOnOption, FormatOption, OutputOption, WorkspaceOption, common

runs_app = group()


@declared(runs_app, "list", "houdbaar runs list --workspace my-audit")
def runs_list(
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """List the recorded runs, with what became of their findings."""
    from houdbaar.cli.recorded import listed

    return listed(common(workspace, output_format, output, fail_on))


@declared(runs_app, "show", "houdbaar runs show 2026-10-31 --workspace my-audit")
def runs_show(
    as_of: Annotated[str | None, typer.Argument(metavar="DATE", help="Day of the run. [default: the newest]", show_default=False)] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show a recorded run: what it read, followed and found."""
    from houdbaar.cli.recorded import shown

    return shown(common(workspace, output_format, output, fail_on), as_of)


@declared(runs_app, "diff", "houdbaar runs diff 2026-09-30 2026-10-31 --workspace my-audit")
def runs_diff(
    first: Annotated[str | None, typer.Argument(metavar="FROM", help="Day of a run. [default: the one before]", show_default=False)] = None,
    second: Annotated[
        str | None, typer.Argument(metavar="TO", help="Day of a later run. [default: the newest]", show_default=False)
    ] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Say what is new, resolved, regressed, grown or not looked for between two recorded runs.

    --fail-on looks at what is new, regressed or grown.
    """
    from houdbaar.cli.recorded import compared

    return compared(common(workspace, output_format, output, fail_on), first, second)


@declared(runs_app, "verify", "houdbaar runs verify --workspace my-audit")
def runs_verify(
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Check that no recorded run was changed, removed or put in between.

    Exit code 3 where one was. A private file may have been deleted: that is told, and no mismatch.
    """
    from houdbaar.cli.recorded import verified

    return verified(common(workspace, output_format, output, fail_on))
