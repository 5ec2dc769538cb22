"""What a person sees in the terminal after an audit: one table a clause and source, worst first, where the files are, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from houdbaar.exports.entities import RECORDS

if TYPE_CHECKING:
    from rich.console import Console

    from houdbaar.audit import Audit
    from houdbaar.policy.model import Policy

_WORST = {"critical": 0, "high": 1, "medium": 2, "low": 3, "info": 4}
_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}
_MOST_REASONS = 12


def print_audit(audit: Audit, policy: Policy, console: Console) -> None:
    """Print the outcome of an audit: a verdict in one line, the table, what was not tested, and what to do next."""
    run = audit.summary_json["run"]
    console.print(f"[bold]Audit as of {run['as_of']}[/bold] against {_plain(policy.title)}, version {run['policy_version']}")
    for problem in audit.problems:
        console.print(f"[red]could not be audited:[/red] {_plain(problem)}")
    console.print(_headline(audit, policy))
    rows = _rows(audit, policy)
    shown = [row for row in rows if _is_shown(row, policy)]
    if shown:
        console.print(_table(shown))
    if len(shown) < len(rows):
        console.print(f"and {len(rows) - len(shown)} checks of a source that found nothing, or nothing in their scope", style="dim")
    _print_notes(audit, console)
    _print_not_tested(audit, console)
    _print_next(audit, rows, console)


def _headline(audit: Audit, policy: Policy) -> str:
    """Records of the checks that a promise hangs on; checks of the data's quality are in the table."""
    totals = _totals(item for item in audit.obligations if policy.codes[item["code"]].group != "quality")
    if not audit.summary_json["run"]["records_judged"]:
        return "[bold red]Nothing could be judged:[/bold red] no export was read whose records a check looks at."
    parts = [
        f"{totals['overdue']:,} overdue",
        f"{totals['failed']:,} failed",
        f"{totals['undetermined']:,} undetermined",
        f"{totals['due']:,} due today",
    ]
    style = "bold red" if totals["overdue"] or totals["failed"] else "bold yellow" if totals["undetermined"] else "bold green"
    return (
        f"[{style}]{' · '.join(parts)}[/{style}] · {totals['within'] + totals['passed']:,} within term or passed (records, over all checks)"
    )


def _totals(obligations: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Sums over code, source and entity: clauses that share a code count once."""
    once = {(item["code"], item["source"], item["entity"]): item for item in obligations}
    names = ("within", "due", "overdue", "undetermined", "passed", "failed")
    return {name: sum(item[name] for item in once.values()) for name in names}


def _rows(audit: Audit, policy: Policy) -> list[dict[str, Any]]:
    """One row an obligation that judged something, worst first. A code that several clauses cite stands with the clause of its rule."""
    own = {rule.code: rule.clause for rule in policy.rules.values()}
    rows: dict[tuple[str, str | None, str | None], dict[str, Any]] = {}
    for item in audit.obligations:
        if item["source"] is None or not _judged(item):
            continue
        key = (item["code"], item["source"], item["entity"])
        if key not in rows or item["clause"] == own.get(item["code"]):
            category = RECORDS[item["entity"]].category if item["entity"] in RECORDS else ""
            rows[key] = {**item, "severity": policy.codes[item["code"]].severity_in(category)}
    return sorted(rows.values(), key=_badness)


def _judged(item: Mapping[str, Any]) -> int:
    return sum(
        item[name] for name in ("within", "due", "overdue", "keep", "held", "undetermined", "not_yet", "out_of_scope", "passed", "failed")
    )


def _badness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    bad = row["overdue"] + row["failed"]
    return (not (bad or row["undetermined"]), _WORST[row["severity"]], not bad, -bad, -row["undetermined"], row["code"], row["source"])


def _is_shown(row: Mapping[str, Any], policy: Policy) -> bool:
    """What found something; of promised terms also what is within them. Passed tests and what is out of scope are counted below."""
    if row["overdue"] + row["failed"] + row["undetermined"]:
        return True
    return policy.codes[row["code"]].kind == "term" and any(row[name] for name in ("within", "due", "keep", "held", "not_yet"))


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
        is_bad = row["overdue"] + row["failed"] + row["undetermined"] > 0
        severity = row["severity"] if is_bad else "in order"
        if severity != heading:
            heading = severity
            table.add_row("", heading, style=_STYLES.get(heading, "green"))
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
    lacking: dict[str, set[str]] = {}
    for item in audit.obligations:
        if item["not_tested_reason"] is not None and item["source"] is None:
            lacking.setdefault(item["not_tested_reason"], set()).add(item["code"])
    by_source = sorted(
        {(item["source"], item["not_tested_reason"]) for item in audit.obligations if item["not_tested_reason"] and item["source"]}
    )
    if not lacking and not by_source:
        return
    count = sum(len(codes) for codes in lacking.values())
    console.print(f"[bold]Not tested[/bold] ({count} checks as a whole; neither good nor bad: nobody looked)")
    for reason, codes in sorted(lacking.items(), key=lambda entry: (len(entry[1]), entry[0])):
        shown = ", ".join(sorted(codes)[:6]) + (f" and {len(codes) - 6} more" if len(codes) > 6 else "")
        console.print(f"  {reason}: {shown}", style="dim", highlight=False)
    for source, reason in by_source[:_MOST_REASONS]:
        console.print(f"  {_plain(source)} *: {_plain(reason)}", style="dim", highlight=False)
    if len(by_source) > _MOST_REASONS:
        console.print(f"  and {len(by_source) - _MOST_REASONS} more: see AUD-NOT-TESTED in the findings", style="dim")


def _print_next(audit: Audit, rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    console.print(f"Written to {audit.folder}: report.html, findings.parquet, summary.json", highlight=False, soft_wrap=True)
    kind = "recorded" if audit.is_recorded else "not recorded"
    bad = [row for row in rows if row["overdue"] + row["failed"] + row["undetermined"]]
    if bad:
        code, place = bad[0]["code"], audit.folder.parent
        is_elsewhere = place.name == "runs" and place.parent != Path.cwd()
        findings = f"houdbaar findings --code {code}{f' --workspace {quote(str(place.parent))}' if is_elsewhere else ''}"
        console.print(f"Next: houdbaar explain {code} · {findings} (this run is {kind})", highlight=False, soft_wrap=True)
    elif audit.problems or not audit.summary_json["run"]["records_judged"]:
        console.print("Next: houdbaar detect shows what each file is taken for", highlight=False)


def _plain(text: str) -> str:
    """Text that is not markup: a file's name may hold square brackets."""
    from rich.markup import escape

    return escape(text)
