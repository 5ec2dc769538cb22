"""`houdbaar request`: its options, which are the columns of the register of requests. What they do is in `request`."""

from __future__ import annotations

from typing import Annotated

import typer

from houdbaar.cli.declare import declared, group
from houdbaar.cli.identifiers import People, with_identifiers
from houdbaar.cli.numbered import with_request_id
from houdbaar.cli.options import FailOnOption, FormatOption, OutputOption, WorkspaceOption, common
from houdbaar.cli.registers import AsOfOption, text_option

request_app = group()

_PROOFS = "registered_address, login, link, code, facts, visual_check, redacted_copy or full_copy (more than is needed)."
ProofOption = Annotated[str | None, text_option("--id-proof", _PROOFS)]
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
    again: Annotated[bool, typer.Option("--again", help="It is another request, though the register has one just like it.")] = False,
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

    return add(common(workspace, output_format, output, fail_on), given, identifiers, people, is_again=again)


@declared(request_app, "pause", "houdbaar request pause DSR-1 --id-asked-at 2026-10-24 --id-proof link")
@with_request_id
def request_pause(
    request_id: str,
    id_asked_at: Annotated[str | None, text_option("--id-asked-at", "Proof of identity was asked.", "DATE")] = None,
    id_answered_at: Annotated[str | None, text_option("--id-answered-at", "The person has answered that.", "DATE")] = None,
    id_proof: ProofOption = None,
    clarification_asked_at: Annotated[str | None, text_option("--clarification-asked-at", "It was asked what is meant.", "DATE")] = None,
    clarification_answered_at: Annotated[str | None, text_option("--clarification-answered-at", "That was answered.", "DATE")] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Write down a question to the person, or the answer to it.

    A question within the policy's dsr.id_ask_days stops the clock until the day of the answer; a later one doesn't.
    """
    given = {
        "id_asked_at": id_asked_at,
        "id_answered_at": id_answered_at,
        "id_proof": id_proof,
        "clarification_asked_at": clarification_asked_at,
        "clarification_answered_at": clarification_answered_at,
    }
    from houdbaar.cli.request_steps import take

    return take("pause", common(workspace, output_format, output, fail_on), request_id, given)


@declared(request_app, "verify", "houdbaar request verify DSR-1 --verified-at 2026-10-26 --id-proof link")
@with_request_id
def request_verify(
    request_id: str,
    verified_at: Annotated[str | None, text_option("--verified-at", "Day of it. [default: today]", "DATE")] = None,
    id_answered_at: Annotated[str | None, text_option("--id-answered-at", "When the proof came, if it was asked for.", "DATE")] = None,
    id_proof: ProofOption = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Write down that it is sure who asks."""
    given = {"verified_at": verified_at, "id_answered_at": id_answered_at, "id_proof": id_proof}
    from houdbaar.cli.request_steps import take

    return take("verify", common(workspace, output_format, output, fail_on), request_id, given, "verified_at")


@declared(request_app, "extend", 'houdbaar request extend DSR-1 --extension-reason "records of twelve systems"')
@with_request_id
def request_extend(
    request_id: str,
    extended_at: Annotated[str | None, text_option("--extended-at", "Day on which the person was told. [default: today]", "DATE")] = None,
    extension_reason: Annotated[str | None, text_option("--extension-reason", "Why, as the person was told; asked for.")] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Write down that the person was told of a later answer.

    It gives two months more, if the notice went out before the first due date.
    """
    given = {"extended_at": extended_at, "extension_reason": extension_reason}
    from houdbaar.cli.request_steps import take

    return take("extend", common(workspace, output_format, output, fail_on), request_id, given, "extended_at")


@declared(request_app, "answer", "houdbaar request answer DSR-1 --answered-at 2026-11-10 --outcome granted")
@with_request_id
def request_answer(
    request_id: str,
    answered_at: Annotated[str | None, text_option("--answered-at", "Day of the answer. [default: today]", "DATE")] = None,
    outcome: Annotated[
        str | None, text_option("--outcome", "granted, partly_granted, nothing_found, refused, forwarded or not_identified; asked for.")
    ] = None,
    refusal_reason: Annotated[str | None, text_option("--refusal-reason", "Why it was refused, as the person was told.")] = None,
    executed_at: Annotated[
        str | None, text_option("--executed-at", "Day on which it was carried out; alone, for what was answered before.", "DATE")
    ] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Write down the answer, or that it was carried out."""
    given = {"answered_at": answered_at, "outcome": outcome, "refusal_reason": refusal_reason, "executed_at": executed_at}
    from houdbaar.cli.request_steps import take

    is_only_done = executed_at is not None and answered_at is None and outcome is None
    return take("answer", common(workspace, output_format, output, fail_on), request_id, given, None if is_only_done else "answered_at")


@declared(request_app, "close", "houdbaar request close DSR-1 --closed-at 2026-11-12")
@with_request_id
def request_close(
    request_id: str,
    closed_at: Annotated[str | None, text_option("--closed-at", "Day of it. [default: today]", "DATE")] = None,
    outcome: Annotated[str | None, text_option("--outcome", "withdrawn: the person took the request back.")] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Close a request that has its answer, or was taken back."""
    given = {"closed_at": closed_at, "outcome": outcome}
    from houdbaar.cli.request_steps import take

    return take("close", common(workspace, output_format, output, fail_on), request_id, given, "closed_at")


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


@declared(request_app, "show", "houdbaar request show DSR-1")
@with_request_id
def request_show(
    request_id: str,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show one request: what happened, when it is due, what to do next."""
    from houdbaar.cli.request import show

    return show(common(workspace, output_format, output, fail_on), request_id, as_of)
