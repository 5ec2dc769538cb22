"""`houdbaar request package`: its options. What it does is in `package`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from houdbaar.cli.declare import declared
from houdbaar.cli.numbered import with_request_id
from houdbaar.cli.options import FailOnOption, FormatOption, OutputOption, WorkspaceOption, common
from houdbaar.cli.registers import AsOfOption
from houdbaar.cli.requests import request_app

__all__ = ["request_app"]  # with the command that is added here


@declared(request_app, "package", "houdbaar request package DSR-1")
@with_request_id
def request_package(
    request_id: str,
    as_of: AsOfOption = None,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Pack what goes to the person as a ZIP with AES; asks for a passphrase.")
    ] = False,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", metavar="FILE", help="Read the passphrase from a file's first line.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Make the answer to a verified request.

    A letter, the person's data with an explanation of each row, and a plan of what is to be erased, corrected or stopped: below
    runs/requests/private/. Nothing is sent or carried out. A passphrase is asked for, or read from HOUDBAAR_PASSPHRASE or a file;
    it is never an option's value, which others on the machine could see.
    """
    from houdbaar.cli.package import package

    return package(
        common(workspace, output_format, output, fail_on), request_id, as_of, is_encrypted=encrypt, passphrase_file=passphrase_file
    )
