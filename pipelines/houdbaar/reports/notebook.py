"""What an audit and a person show of themselves in a notebook: small HTML tables with badges, escaped, without a personal value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from houdbaar.reports.outcome import is_shown, not_tested, totals

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy

_MOST_ROWS = 25
# Ink on paper of at least 4.5 : 1, in light and in dark notebooks alike: a badge brings its own background.
_COLOURS = {
    "critical": "#8b0000",
    "high": "#b3261e",
    "medium": "#8a5a00",
    "low": "#1f5f8b",
    "info": "#5a5a5a",
    "in order": "#1b6e3a",
    "overdue": "#b3261e",
    "failed": "#b3261e",
    "undetermined": "#8a5a00",
    "due": "#8a5a00",
    "within": "#1b6e3a",
    "passed": "#1b6e3a",
    "definite": "#1b6e3a",
    "probable": "#8a5a00",
    "possible": "#5a5a5a",
    "not tested": "#5a5a5a",
}


class Badge(str):
    """HTML that `badge` made: a table leaves it as it is."""

    __slots__ = ()


def badge(word: str, text: str | None = None) -> Badge:
    """A word (or another text in that word's colour) on a coloured ground, as HTML."""
    style = f"background:{_COLOURS.get(word, '#5a5a5a')};color:#fff;border-radius:3px;padding:1px 6px;white-space:nowrap"
    return Badge(f'<span style="{style}">{escape(word if text is None else text)}</span>')


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """An HTML table: numbers stand to the right; a cell that is a badge stays one, all else is escaped."""
    head = "".join(f'<th scope="col" style="text-align:left">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, Badge):
        return f'<td style="text-align:left">{value}</td>'
    if isinstance(value, int):
        return f'<td style="text-align:right">{value:,}</td>' if value else '<td style="text-align:right">·</td>'
    return f'<td style="text-align:left">{escape("" if value is None else str(value))}</td>'


def audit_html(
    summary: Mapping[str, Any], judged: Sequence[Mapping[str, Any]], policy: Policy, problems: Sequence[str], folder: str
) -> str:
    """An audit: its totals as badges, what it found (worst first), what was not tested."""
    run, obligations = summary["run"], summary["obligations"]
    counts = totals(obligations, policy)
    lacking = sum(len(codes) for codes in not_tested(obligations).values())
    worst_first = ("overdue", "failed", "undetermined", "due", "within", "keep", "passed")
    badges = [badge(name, f"{counts[name]:,} {name}{' today' if name == 'due' else ''}") for name in worst_first if counts[name]]
    badges += [badge("not tested", f"{lacking:,} {'check' if lacking == 1 else 'checks'} not tested")] if lacking else []
    rows = [row for row in judged if is_shown(row, policy)]
    cells = [
        (
            badge(row["severity"] if row["overdue"] + row["failed"] + row["undetermined"] else "in order"),
            row["clause"] or "-", row["code"], row["source"], row["overdue"] + row["failed"], row["undetermined"], row["due"],
            row["within"] + row["passed"],
        )
        for row in rows[:_MOST_ROWS]
    ]  # fmt: skip
    headings = ("severity", "clause", "check", "source", "overdue or failed", "undetermined", "due today", "within or passed")
    more = f"<p>and {len(rows) - _MOST_ROWS:,} more lines: <code>.summary()</code> has them all</p>" if len(rows) > _MOST_ROWS else ""
    return "".join(
        [
            f"<p><b>Audit as of {escape(run['as_of'])}</b> against {escape(policy.title)}; ",
            f"{'recorded' if run['is_recorded'] else 'not recorded'}, in <code>{escape(folder)}</code></p>",
            *(f"<p>{badge('critical', 'could not be audited')} {escape(problem)}</p>" for problem in problems),
            f"<p>{' '.join(badges)}</p>",
            table(headings, cells),
            more,
        ]
    )


def subject_html(answer: Mapping[str, Any]) -> str:
    """A person who was searched for: how many records, where, how sure; and what to do about doubts."""
    rows = [(each["source"], each["entity"], each["definite"], each["probable"], each["possible"]) for each in answer["records"]]
    counts = {tier: sum(each[tier] for each in answer["records"]) for tier in ("definite", "probable", "possible")}
    who = f"subject <code>{escape(answer['subject'][:12])}</code>" if answer["subject"] else "nobody was found"
    return "".join(
        [
            f"<p><b>Asked by {escape(', '.join(answer['stated']))}</b>: {who}</p>",
            f"<p>{' '.join(badge(tier, f'{count:,} {tier}') for tier, count in counts.items())}</p>",
            table(("source", "records of", "definite", "probable", "possible"), rows) if rows else "",
            *(f"<p>{escape(note['code'])}: {escape(note['text'])}</p>" for note in answer["notes"]),
            *(
                f"<p>processed for a customer, in {escape(each['source'])}: {each['records']:,}; forward the request to that customer</p>"
                for each in answer["forward"]
            ),
        ]
    )


def workspace_html(folder: str, policy: Policy, sources: Sequence[Sequence[object]], is_bare: bool) -> str:
    """A workspace: where it lies, the policy it is judged by, its sources."""
    what = "a bare folder of exports" if is_bare else "a workspace"
    head = f"<p><b>{escape(folder)}</b>: {what}, judged by {escape(policy.title)}</p>"
    return head + (table(("source", "contract", "role"), sources) if sources else "")
