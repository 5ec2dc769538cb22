"""A workspace of two sources that is audited in this process, and what is in its folders."""

from __future__ import annotations

import hashlib
from pathlib import Path

from functional.auditing import AS_OF, Desk, Outcome, houdbaar, table, visits

OLD, NEW = "2024-05-01T10:00:00+02:00", "2026-09-01T10:00:00+02:00"


def made(folder: Path) -> Path:
    """A workspace with two sources, one of them a text file that is staged."""
    desk = Desk(folder)
    desk.source("portal", "plain.service_event", {"visits.csv": visits(OLD, NEW)})
    desk.source(
        "cookies",
        "plain.cookie",
        {"cookies.csv": table("cookie_name,domain,client_id,set_at,expires_at", f"x,a,c1,{NEW},2030-01-01T00:00:00Z")},
    )
    desk.write()
    return desk.folder


def run(folder: Path, *arguments: str, as_of: str = AS_OF, **environment: str) -> Outcome:
    done = houdbaar("audit", folder, "--as-of", as_of, *arguments, folder=folder.parent, **environment)
    return Outcome(done.code, done.stdout, done.stderr, folder / "runs" / as_of)


def sound(folder: Path, *arguments: str, as_of: str = AS_OF, **environment: str) -> Outcome:
    done = run(folder, *arguments, as_of=as_of, **environment)
    assert done.code == 0, done.said
    return done


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def public(folder: Path) -> set[str]:
    """The names of a run's files, without those of its private folder."""
    return {name for name in contents(folder) if not name.startswith("private/")}


def change(folder: Path) -> None:
    (folder / "exports" / "portal" / "visits.csv").write_text(visits(OLD, OLD, NEW), encoding="utf-8")


def runs_of(folder: Path) -> set[str]:
    return {path.name for path in (folder / "runs").iterdir()}


def cached(folder: Path) -> dict[str, int]:
    """What is staged in a workspace, and since when."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / ".houdbaar" / "cache").iterdir()}
