"""What a person sees in the terminal after an audit: one table a clause and source, worst first, where the files are, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.cli.planned import planned
from houdbaar.cli.proposed import proposed
from houdbaar.ledger.status import GONE_WHILE_HELD
from houdbaar.policy.words import counted
from houdbaar.reports.outcome import heading_of, is_shown, not_tested, totals

if TYPE_CHECKING:
    from rich.console import Console

    from houdbaar.audit import Audit
    from houdbaar.policy.model import Policy

_STYLES = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "cyan",
    "info": "dim",
    "held": "",
    "in order": "green",
    "not judged": "dim",
}
_MOST_REASONS = 12
_ALWAYS_SAID = ("new", "open", "regressed", "resolved", "accepted")


def print_audit(audit: Audit, policy: Policy, console: Console, audited: Path) -> None:
    """Print the outcome of an audit of a folder: a verdict in one line, the table, what was not tested, and what to do next."""
    run = audit.summary_json["run"]
    console.print(f"[bold]Audit as of {run['as_of']}[/bold] against {_plain(policy.title)}, version {run['policy_version']}")
    for problem in audit.problems:
        console.print(f"[red]could not be audited:[/red] {_plain(problem)}")
    console.print(_headline(audit, policy))
    _print_status(audit, policy, console)
    rows = audit.judged()
    shown = [row for row in rows if is_shown(row, policy)]
    if shown:
        console.print(_table(shown))
    if len(shown) < len(rows):
        console.print(f"and {len(rows) - len(shown)} checks of a source that found nothing, or nothing in their scope", style="dim")
    _print_notes(audit, console)
    _print_not_tested(audit, console)
    _print_next(audit, rows, console, audited)


def _headline(audit: Audit, policy: Policy) -> str:
    counts = totals(audit.obligations, policy)
    if not audit.summary_json["run"]["records_judged"]:
        # A file's shape, a column and a register are no records of an export, and may be wrong all the same.
        else_found = f"; files, columns and registers: {counts['failed']:,} failed · {counts['undetermined']:,} undetermined"
        found = else_found if counts["failed"] or counts["undetermined"] else ""
        return f"[bold red]No record could be judged:[/bold red] no export was read whose records a check looks at{found}."
    parts = [
        f"{counts['overdue']:,} overdue",
        f"{counts['failed']:,} failed",
        f"{counts['undetermined']:,} undetermined",
    ]
    style = "bold red" if counts["overdue"] or counts["failed"] else "bold yellow" if counts["undetermined"] else "bold green"
    due = f", {counts['due']:,} of them due today" if counts["due"] else ""
    return f"[{style}]{' · '.join(parts)}[/{style}] · {counts['in_order']:,} within term or in order{due} (records, over all checks)"


def _print_status(audit: Audit, policy: Policy, console: Console) -> None:
    """What became of the findings since the run before, and of the acceptances; nothing for a bare folder, which has no run before."""
    summary = audit.summary_json
    if not summary["run"]["is_workspace"]:
        return
    previous, status = summary["previous"], summary["status"]
    since = "first run, nothing to compare with" if previous is None else f"since the run of {previous['as_of']}"
    words = (*_ALWAYS_SAID, *(word for word in ("stale",) if status[word]))
    stale = " (not looked for: neither gone nor there)" if status["stale"] else ""
    console.print(f"Findings, {since}: " + " · ".join(f"{status[word]:,} {word}" for word in words) + stale, highlight=False)
    ended = Counter(event["note"] for event in summary["events"] if event["event"] == "acceptance_ended")
    for note, count in sorted(ended.items()):
        console.print(f"  no longer accepted: {counted(count, 'finding')}: {_plain(note or '')}", highlight=False)
    gone = sum(event["event"] == "resolved" and event["note"] == GONE_WHILE_HELD for event in summary["events"])
    if gone:
        console.print(f"  gone: {counted(gone, 'finding')}: {GONE_WHILE_HELD}", highlight=False)
    for item in summary["acceptances"]:
        kind = policy.codes.get(item["code"])
        is_unasked = kind is not None and not {kind.code, kind.group}.intersection(summary["run"]["checks"])
        if item["state"] != "effective" and not (item["state"] == "unused" and is_unasked):
            why = item["why"] or ("nothing falls under it" if item["state"] == "unused" else counted(item["records"], "record"))
            console.print(
                f"  acceptance {_plain(item['acceptance_id'])} of {item['code']}, {item['state']}: {_plain(why)}", highlight=False
            )


def _table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Fits eighty columns: a severity is a heading; failed counts with overdue, passed with within; what is neither stands under other."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=0)
    table.add_column("clause", no_wrap=True)
    table.add_column("check", no_wrap=True)
    table.add_column("source", overflow="fold", min_width=8)
    for name in ("overdue\nfailed", "unde-\nterm.", "due\ntoday", "within\npassed", "other"):
        table.add_column(name, justify="right", no_wrap=True)
    heading = ""
    for row in rows:
        if (wanted := heading_of(row)) != heading:
            heading = wanted
            table.add_row("", heading, style=_STYLES[heading])
        table.add_row(*_cells(row), style=_style(row))
    return table


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    other = row["keep"] + row["held"] + row["not_yet"] + row["out_of_scope"]
    counts = (row["overdue"] + row["failed"], row["undetermined"], row["due"], row["within"] + row["passed"], other)
    source = _plain(row["source"]) + (" *" if row["not_tested_reason"] else "")
    return row["clause"] or "-", row["code"], source, *(f"{count:,}" if count else "·" for count in counts)


def _style(row: Mapping[str, Any]) -> str:
    if row["overdue"] + row["failed"]:
        return _STYLES[row["severity"]]
    return "yellow" if row["undetermined"] else ""


def _print_notes(audit: Audit, console: Console) -> None:
    """What passed for a reason that may not last."""
    for code, note in sorted({(item["code"], item["note"]) for item in audit.obligations if item["note"]}):
        console.print(f"[bold]Watch[/bold] {code}: {_plain(note)}", highlight=False)


def _print_not_tested(audit: Audit, console: Console) -> None:
    """Not tested is never green: how many promises were not looked at, and why."""
    lacking = not_tested(audit.obligations)
    by_source = sorted(
        {(item["source"], item["not_tested_reason"]) for item in audit.obligations if item["not_tested_reason"] and item["source"]}
    )
    if not lacking and not by_source:
        return
    count = sum(len(codes) for codes in lacking.values())
    whole = f"{counted(count, 'check')} as a whole" if count else "in part"
    console.print(f"[bold]Not tested[/bold] ({whole}; neither good nor bad: nobody looked)")
    reasons = sorted(lacking.items(), key=lambda entry: (-len(entry[1]), entry[0]))  # what would have most looked at comes first
    for reason, codes in reasons[:_MOST_REASONS]:
        shown = ", ".join(sorted(codes)[:6]) + (f" and {len(codes) - 6} more" if len(codes) > 6 else "")
        console.print(f"  {reason}: {shown}", style="dim", highlight=False)
    if left := sum(len(codes) for _, codes in reasons[_MOST_REASONS:]):
        console.print(f"  and {counted(left, 'check')} for other reasons: see report.html, or AUD-NOT-TESTED in the findings", style="dim")
    for source, reason in by_source[:_MOST_REASONS]:
        console.print(f"  {_plain(source)} *: {_plain(reason)}", style="dim", highlight=False)
    if len(by_source) > _MOST_REASONS:
        console.print(f"  and {len(by_source) - _MOST_REASONS} more: see AUD-NOT-TESTED in the findings", style="dim")


def _print_next(audit: Audit, rows: Sequence[Mapping[str, Any]], console: Console, audited: Path) -> None:
    console.print(
        f"Written to {audit.folder}: report.html, findings.parquet, summary.json",
        highlight=False,
        soft_wrap=True,
        markup=False,
        emoji=False,
    )
    for line in planned(audit.folder):
        console.print(line, highlight=False, soft_wrap=True, markup=False, emoji=False)
    bad = [row for row in rows if row["overdue"] + row["failed"] + row["undetermined"]]
    there = () if audited.resolve() == Path.cwd() else ("--workspace", audited)
    if bad:
        code = bad[0]["code"]
        findings = proposed("findings", "--code", code, *there)
        if not audit.is_recorded:  # `houdbaar findings` shows the last recorded run, which isn't this one
            findings = f"{audit.folder / 'report.html'} (this run is not recorded)"
        console.print(f"Next: {proposed('explain', code)} · {findings}", highlight=False, soft_wrap=True, markup=False, emoji=False)
    elif audit.problems or not audit.summary_json["run"]["records_judged"]:
        detect = proposed("detect", *there)
        console.print(f"Next: {detect} shows what each file is taken for", highlight=False, soft_wrap=True, markup=False, emoji=False)


def _plain(text: str) -> str:
    """Text that is not markup: a file's name may hold square brackets."""
    from rich.markup import escape

    return escape(text)
