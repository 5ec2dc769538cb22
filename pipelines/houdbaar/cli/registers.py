"""`houdbaar hold` and `houdbaar accept`: their options, which are the columns of the registers. What they do is in `hold` and `accept`."""

from __future__ import annotations

from typing import Annotated

import typer

from houdbaar.cli.declare import declared, group
from houdbaar.cli.options import FailOnOption, FormatOption, OutputOption, WorkspaceOption, common

hold_app = group()
accept_app = group()


def text_option(name: str, meaning: str, metavar: str = "TEXT") -> typer.models.OptionInfo:
    """An option with a text; without a default to show."""
    found: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=meaning, show_default=False)
    return found


AsOfOption = Annotated[str | None, text_option("--as-of", "Day to look at. [default: today]", "DATE")]
ReasonOption = Annotated[str | None, text_option("--reason", "Why; asked for.")]


@declared(
    hold_app,
    "add",
    'houdbaar hold add --kind legal_hold --reason "claim 2026-7" --approver "legal counsel" '
    "--identifier-kind customer_id --identifier-value K-1001 --review-on 2027-03-31",
)
def hold_add(
    kind: Annotated[str | None, text_option("--kind", "legal_hold, restriction or authority_order; asked for.")] = None,
    reason: ReasonOption = None,
    approver: Annotated[str | None, text_option("--approver", "Who approved it; asked for.")] = None,
    identifier_kind: Annotated[str | None, text_option("--identifier-kind", "Kind of the identifier, such as email.")] = None,
    identifier_value: Annotated[str | None, text_option("--identifier-value", "Identifier of the person that it is about.")] = None,
    source: Annotated[str | None, text_option("--source", "Source of the records. [default: all]")] = None,
    record_key: Annotated[str | None, text_option("--record-key", "Key of the record, in that source.")] = None,
    fields: Annotated[str | None, text_option("--fields", "Columns that it is about. [default: all]")] = None,
    period_from: Annotated[str | None, text_option("--period-from", "First date of the records.", "DATE")] = None,
    period_to: Annotated[str | None, text_option("--period-to", "Last date of the records.", "DATE")] = None,
    starts_on: Annotated[str | None, text_option("--starts-on", "First day of the hold. [default: today]", "DATE")] = None,
    ends_on: Annotated[str | None, text_option("--ends-on", "Last day of the hold; this or --review-on is asked for.", "DATE")] = None,
    review_on: Annotated[str | None, text_option("--review-on", "Day by which it is renewed, or no longer holds.", "DATE")] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Block the deletion of somebody's records.

    It says whom or what it is about (an identifier, or a source with a record or a period), why, who approved it, and until when.
    """
    given = {
        "kind": kind,
        "reason": reason,
        "approver": approver,
        "identifier_kind": identifier_kind,
        "identifier_value": identifier_value,
        "source": source,
        "record_key": record_key,
        "fields": fields,
        "period_from": period_from,
        "period_to": period_to,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "review_on": review_on,
    }
    from houdbaar.cli.hold import add

    return add(common(workspace, output_format, output, fail_on), given)


@declared(hold_app, "list", "houdbaar hold list --as-of 2026-10-31")
def hold_list(
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show the holds and where they stand, without personal values."""
    from houdbaar.cli.hold import listed

    return listed(common(workspace, output_format, output, fail_on), as_of)


@declared(hold_app, "release", "houdbaar hold release --hold-id H-1")
def hold_release(
    hold_id: Annotated[str, text_option("--hold-id", "Number of the hold.", "ID")],
    released_on: Annotated[str | None, text_option("--released-on", "Day of the release. [default: today]", "DATE")] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Release a hold: its records go by their terms again."""
    from houdbaar.cli.hold import release

    return release(common(workspace, output_format, output, fail_on), hold_id, released_on)


@declared(
    accept_app,
    "add",
    'houdbaar accept add --code DQ-TZ-ASSUMED --source accounts --owner "head of IT" '
    '--reason "zone comes with the next release" --accepted-until 2026-12-31',
)
def accept_add(
    code: Annotated[str | None, text_option("--code", "Code of the findings; asked for.", "CODE")] = None,
    source: Annotated[str | None, text_option("--source", "Source of the findings. [default: all]")] = None,
    max_records: Annotated[
        str | None, text_option("--max-records", "Most records that are accepted. [default: any number]", "NUMBER")
    ] = None,
    owner: Annotated[str | None, text_option("--owner", "Who answers for it; asked for.")] = None,
    reason: ReasonOption = None,
    accepted_on: Annotated[str | None, text_option("--accepted-on", "First day. [default: today]", "DATE")] = None,
    accepted_until: Annotated[str | None, text_option("--accepted-until", "Last day; asked for.", "DATE")] = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Accept findings of a code for a while.

    Critical findings can't be accepted, and none for longer than the policy's accept.max_days.
    """
    given = {
        "code": code,
        "source": source,
        "max_records": max_records,
        "owner": owner,
        "reason": reason,
        "accepted_on": accepted_on,
        "accepted_until": accepted_until,
    }
    from houdbaar.cli.accept import add

    return add(common(workspace, output_format, output, fail_on), given)


@declared(accept_app, "list", "houdbaar accept list --as-of 2026-10-31")
def accept_list(
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "never",
) -> int:
    """Show the acceptances and where they stand, without personal values."""
    from houdbaar.cli.accept import listed

    return listed(common(workspace, output_format, output, fail_on), as_of)
