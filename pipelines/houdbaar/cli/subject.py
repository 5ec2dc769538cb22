"""`houdbaar subject`: which records are somebody's. What it prints is counts; the records themselves go to a private file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from houdbaar.cli.declare import declared, group
from houdbaar.cli.identifiers import People, with_identifiers
from houdbaar.cli.options import FailOnOption, FormatOption, OutputOption, WorkspaceOption, common

subject_app = group()


@declared(subject_app, "find", "houdbaar subject find --workspace data/sample --email jan@example.com --customer-id K-1001")
@with_identifiers
def subject_find(
    people: People,
    people_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="CSV of many people, a column for each kind of identifier.", show_default=False),
    ] = None,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="Suggest by probability too, for the review list only (needs houdbaar[match]).")
    ] = False,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Find every record of a person in all exports.

    Give all that the person stated, each with its own option. Records that are certainly theirs are told apart from those that may
    be; each has the path of matches that leads to it. They are written to private/records.parquet and records.csv under --output, or
    under runs/subjects/.
    """
    from houdbaar.cli.subject_find import find

    return find(common(workspace, output_format, output, fail_on), people, people_file, is_suggesting=candidates)
