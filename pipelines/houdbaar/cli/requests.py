"""`houdbaar request`: its options, which are the columns of the register of requests. What they do is in `request`."""

from __future__ import annotations

from typing import Annotated

from houdbaar.cli.declare import declared, group
from houdbaar.cli.identifiers import People, with_identifiers
from houdbaar.cli.options import FailOnOption, FormatOption, OutputOption, WorkspaceOption, common
from houdbaar.cli.registers import AsOfOption, text_option

request_app = group()

RequestIdOption = Annotated[str, text_option("--request-id", "Number of the request.", "ID")]
_RIGHTS = "access, rectification, erasure, restriction, portability, objection, marketing_objection or withdrawal; asked for."


@declared(request_app, "add", "houdbaar request add --right access --received-at 2026-10-22 --email jan@example.com --customer-id K-1001")
@with_identifiers
def request_add(
    people: People,
    right: Annotated[str | None, text_option("--right", _RIGHTS)] = None,
    received_at: Annotated[
        str | None, text_option("--received-at", "Day or time of receipt, through whatever channel. [default: today]", "DATE")
    ] = None,
    channel: Annotated[str | None, text_option("--channel", "How it came in, such as mail, phone or post.")] = None,
    language: Annotated[str | None, text_option("--language", "Language of the answer: nl or en.")] = None,
    old_value: Annotated[str | None, text_option("--old-value", "Rectification: the value that is wrong.", "VALUE")] = None,
    new_value: Annotated[str | None, text_option("--new-value", "Rectification: the value that is right.", "VALUE")] = None,
    identifiers: Annotated[str | None, text_option("--identifiers", "Identifiers in one text: kind=value;kind=value.")] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Write down what a person asks; tell until when to answer.

    While a request for access, erasure, portability or restriction waits for its answer, no finding says to delete the person's data.
    """
    given = {
        "right": right,
        "channel": channel,
        "received_at": received_at,
        "language": language,
        "old_value": old_value,
        "new_value": new_value,
    }
    from houdbaar.cli.request import add

    return add(common(workspace, output_format, output, fail_on), given, identifiers, people)


@declared(request_app, "list", "houdbaar request list --as-of 2026-10-31")
def request_list(
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show the requests, the most urgent first, without personal values."""
    from houdbaar.cli.request import listed

    return listed(common(workspace, output_format, output, fail_on), as_of)


@declared(request_app, "show", "houdbaar request show --request-id DSR-1")
def request_show(
    request_id: RequestIdOption,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show one request: what happened, when it is due, what to do next."""
    from houdbaar.cli.request import show

    return show(common(workspace, output_format, output, fail_on), request_id, as_of)
