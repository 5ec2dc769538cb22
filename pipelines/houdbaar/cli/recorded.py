"""`houdbaar runs list | show | diff | verify`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.cli.answer import answer
from houdbaar.cli.columns import columns
from houdbaar.errors import UsageError
from houdbaar.folders import locked
from houdbaar.ledger.chain import RecordedRun, recorded_runs
from houdbaar.ledger.days import iso_day
from houdbaar.ledger.recording import heal
from houdbaar.ledger.runs import SUMMARY_FILE, read_summary
from houdbaar.ledger.status import WORDS
from houdbaar.ledger.store import STATE_FILE, Ledger
from houdbaar.policy.words import counted, is_failing
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.cli.options import Common

MISMATCH = 3
_MOST_FILES = 12


def listed(shared: Common) -> int:
    """List the recorded runs and those that they replaced, oldest first; gives the exit code."""
    with _held(shared) as ledger:
        _bring_up_to_date(ledger)
        runs = recorded_runs(ledger.runs)
        data = [_described(run) for run in runs]
        data += [
            {"as_of": day.isoformat(), "folder": None, "replaced": False, "sha256": sha256, "previous": None, "status": None}
            for day, sha256 in ledger.recorded().items()
            if day not in {run.as_of for run in runs}
        ]
    data.sort(key=lambda item: (item["as_of"], item["replaced"], item["folder"] or ""))
    cells = [(item["folder"] or item["as_of"], *_counts(item["status"]), _remark(item)) for item in data]
    text = columns(("RUN", *(word.upper() for word in WORDS), ""), cells) if data else "no run is recorded: `houdbaar audit` makes one"
    return answer("runs-list", {"runs": data}, text, shared)


def _remark(item: Mapping[str, Any]) -> str:
    return "its folder is gone" if item["folder"] is None else "replaced" if item["replaced"] else ""


def _counts(status: Mapping[str, int] | None) -> tuple[str, ...]:
    return tuple("-" if status is None else f"{status[word]:,}" for word in WORDS)


def _described(run: RecordedRun) -> dict[str, Any]:
    """A run as lists show it; what can't be read is None, and `verify` says why."""
    try:
        status = read_summary(run.folder)["status"]
        is_whole = set(WORDS) <= set(status)
    except (UsageError, KeyError, TypeError):
        is_whole = False
    return {
        "as_of": run.as_of.isoformat(),
        "folder": run.folder.name,
        "replaced": run.number > 0,
        "sha256": run.sha256,
        "previous": None if run.manifest is None else run.manifest["previous"],
        "status": status if is_whole else None,
    }


def shown(shared: Common, as_of: str | None) -> int:
    """Show a run: the newest, or that of a day; gives the exit code. Raises UsageError where there is none."""
    with _held(shared) as ledger:
        _bring_up_to_date(ledger)
        run = _chosen(ledger, as_of)
        if not run.vouches_for(SUMMARY_FILE):
            raise UsageError(f"{run.folder} was changed after it was recorded: `houdbaar runs verify` says what")
        summary = read_summary(run.folder)
    manifest = run.manifest or {}
    about = {
        **_described(run),
        **{name: manifest.get(name) for name in ("tool_version", "policy", "policy_version", "key_check", "replaces")},
    }
    data = {**about, "files": manifest.get("files", []), "inputs": summary["files"], "acceptances": summary["acceptances"]}
    data |= {"events": dict(sorted(Counter(event["event"] for event in summary["events"]).items()))}
    return answer("runs-show", data, "\n".join(_show_lines(data)), shared)


def _show_lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield f"run of {data['as_of']}, by houdbaar {data['tool_version']} against {data['policy']}, version {data['policy_version']}"
    yield f"run.json {data['sha256']}"
    previous = data["previous"]
    yield "follows none" if previous is None else f"follows {previous['as_of']}, run.json {previous['sha256']}"
    if data["replaces"] is not None:
        yield f"replaces run.json {data['replaces']}"
    if data["status"] is not None:
        yield "findings: " + ", ".join(f"{data['status'][word]:,} {word}" for word in WORDS)
    for item in data["acceptances"]:
        yield f"acceptance {item['acceptance_id']} of {item['code']}: {item['state']}, {counted(item['records'], 'record')}"
    yield columns(("FILE", "BYTES", "SHA-256"), [(file["file"], f"{file['bytes']:,}", file["sha256"]) for file in data["files"]])
    inputs = {file["file"]: file for file in data["inputs"]}
    yield columns(("INPUT", "SOURCE", "ROWS", "SHA-256"), [_input(inputs[name]) for name in list(inputs)[:_MOST_FILES]])
    if len(inputs) > _MOST_FILES:
        yield f"and {len(inputs) - _MOST_FILES:,} more: --format json"


def _input(file: Mapping[str, Any]) -> tuple[str, ...]:
    return file["file"], file["source"], f"{file['rows_read']:,}", file["sha256"]


def compared(shared: Common, first: str | None, second: str | None) -> int:
    """Say what changed between two runs; gives the exit code. Raises UsageError where there are no two."""
    from houdbaar.ledger.compare import CHANGES, compare

    with _held(shared) as ledger:
        _bring_up_to_date(ledger)
        later = _chosen(ledger, second)
        earlier = _chosen(ledger, first, before=later.as_of)
        if earlier.as_of >= later.as_of:
            raise UsageError(f"the run of {earlier.as_of} is not before that of {later.as_of}: give the earlier one first")
        changes = compare(_state(earlier), _state(later))
    data = {"from": earlier.as_of.isoformat(), "to": later.as_of.isoformat(), "changes": changes}
    lines = [f"from {data['from']} to {data['to']}"]
    lines += [_summed(change, [item for item in changes if item["change"] == change]) for change in CHANGES]
    worse = (
        item["severity"]
        for item in changes
        if item["change"] in ("new", "regressed", "grown") and is_failing(item["verdict"], item["status"])
    )
    return answer("runs-diff", data, "\n".join(filter(None, lines)), shared, worse)


def _summed(change: str, items: Sequence[Mapping[str, Any]]) -> str:
    """The findings of one change, those of a code and source together."""
    if not items:
        return f"{change}: none" if change in ("new", "resolved", "regressed", "grown") else ""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for item in items:
        groups.setdefault((item["severity"], item["code"], item["source"] or "-"), []).append(item)
    cells = [("", *names, f"{len(group):,}", _records(change, group)) for names, group in groups.items()]
    return f"{change}: {counted(len(items), 'finding')}\n{columns(('', 'SEVERITY', 'CODE', 'SOURCE', 'FINDINGS', 'RECORDS'), cells)}"


def _records(change: str, group: Sequence[Mapping[str, Any]]) -> str:
    records = sum(item["records"] for item in group)
    return f"{sum(item['records_before'] for item in group):,} to {records:,}" if change in ("grown", "shrunk") else f"{records:,}"


def verified(shared: Common) -> int:
    """Check all recorded runs; gives the exit code: 3 where something does not fit."""
    from houdbaar.ledger.verify import verify

    with _held(shared) as ledger:
        count, remarks = verify(ledger)
        is_sound = not any(remark.is_mismatch for remark in remarks)
        if is_sound:
            _bring_up_to_date(ledger)
    data = {"runs": count, "is_sound": is_sound, "remarks": [remark.as_json() for remark in remarks]}
    lines = [
        f"{'MISMATCH' if each.is_mismatch else 'note'}: {each.run}{f'/{each.file}' if each.file else ''} {each.what}" for each in remarks
    ]
    end = f"{count} recorded runs: all as they were recorded" if is_sound else f"{count} recorded runs, and not all as they were recorded"
    done = answer("runs-verify", data, "\n".join([*lines, end if count or remarks else "no run is recorded"]), shared)
    return done if is_sound else MISMATCH


@contextmanager
def _held(shared: Common) -> Iterator[Ledger]:
    """The ledger of a workspace, while no audit is recorded. Raises UsageError for a bare folder."""
    workspace = Workspace(shared.folder)
    ledger = None if workspace.is_bare else workspace.ledger(workspace.pseudonyms())
    if ledger is None:
        raise UsageError(f"{workspace.folder} is no workspace, and only a workspace records runs: make one with `houdbaar init`")
    if not ledger.runs.is_dir():
        yield ledger
        return
    with locked(ledger.runs):
        heal(ledger.runs)
        yield ledger


def _bring_up_to_date(ledger: Ledger) -> None:
    for notice in ledger.brought_up_to_date():
        typer.echo(notice, err=True)


def _chosen(ledger: Ledger, text: str | None, before: date | None = None) -> RecordedRun:
    runs = [run for run in recorded_runs(ledger.runs) if not run.number]
    day = None if text is None else iso_day(text)
    if text is not None and day is None:
        raise UsageError("a run is named by its day: write it as year-month-day, such as 2026-10-31")
    fitting = [run for run in runs if (run.as_of == day if day else before is None or run.as_of < before)]
    if not fitting:
        days = ", ".join(run.as_of.isoformat() for run in runs) or "none"
        what = f"of {day}" if day else f"before {before}" if before else "at all"
        raise UsageError(f"there is no recorded run {what}: there are {days}")
    return fitting[-1]


def _state(run: RecordedRun) -> pa.Table:
    from houdbaar.engines.arrays import read_table

    try:
        return read_table(run.folder / STATE_FILE)
    except (OSError, ValueError):
        raise UsageError(f"{run.folder / STATE_FILE} can't be read: `houdbaar runs verify` says what happened to it") from None
