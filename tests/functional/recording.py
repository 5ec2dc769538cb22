"""A workspace with recorded runs, the commands that look at them, and what the ledger holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from functional.auditing import Desk, Outcome, houdbaar, table, visits

OLD, OLDER, NEW = "2025-06-01T10:00:00+02:00", "2025-03-01T10:00:00+01:00", "2026-09-01T10:00:00+02:00"
SEPTEMBER, OCTOBER, NOVEMBER = "2026-09-30", "2026-10-31", "2026-11-30"
LATE = {"HOUDBAAR_TODAY": "2027-12-31"}


def recorded(folder: Path) -> Path:
    """A workspace with two recorded runs; what was found in August's visits is gone in the second."""
    desk = Desk(folder)
    desk.source("portal", "plain.service_event", {"visits.csv": visits(OLD, OLDER, NEW)})
    desk.source("desk", "plain.message", {"messages.csv": table("message_id,last_message_at", f"M-1,{OLD}")})
    desk.write()
    assert audit(desk.folder, SEPTEMBER).code == 0
    (desk.folder / "exports" / "portal" / "visits.csv").write_text(visits(OLD, NEW), encoding="utf-8")
    assert audit(desk.folder, OCTOBER).code == 0
    return folder


def audit(folder: Path, as_of: str, *arguments: str, **environment: str) -> Outcome:
    done = houdbaar("audit", folder, "--as-of", as_of, *arguments, folder=folder.parent, **(LATE | environment))
    return Outcome(done.code, done.stdout, done.stderr, folder / "runs" / as_of)


def runs(folder: Path, *arguments: str, **environment: str) -> Outcome:
    return houdbaar("runs", *arguments, "--workspace", folder, folder=folder.parent, **(LATE | environment))


def verified(folder: Path) -> tuple[int, set[str]]:
    """Exit code of `runs verify`, and where it saw a mismatch."""
    done = runs(folder, "verify", "--format", "json")
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.code, {f"{each['run']} {each['file'] or ''}".strip() for each in answer["remarks"] if each["is_mismatch"]}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def ledger_of(folder: Path) -> dict[str, list[Any]]:
    """Every row of every table of the ledger."""
    with duckdb.connect(str(folder / ".houdbaar" / "ledger.duckdb"), read_only=True) as connection:
        names = [name for (name,) in connection.execute("show tables").fetchall()]
        return {name: sorted(connection.execute(f'select * from "{name}"').fetchall(), key=repr) for name in names}
