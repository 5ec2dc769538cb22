"""How a recorded run gets its place: as a whole, by renaming, so that a kill at any moment leaves the old run or the new one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.ledger.chain import PRIVATE, Link, is_intact, read_run, run_folders, run_name, write_run_file

if TYPE_CHECKING:
    from houdbaar.privacy import Pseudonyms

# What an old run is called while the new one takes its place: one that is kept beside it, and one that goes.
_KEPT, _GOING = ".houdbaar-replaced-", ".houdbaar-outdated-"


def record(
    aside: Path, folder: Path, summary: Mapping[str, Any], previous: Link | None, pseudonyms: Pseudonyms, *, is_replace: bool
) -> list[str]:
    """Write a run's run.json and rename the run to where it belongs; the folder above must be held (`locked`). Gives notices.

    A run of the same outcome that lies there already stays as it is. With `is_replace` what was there is kept as `<as-of>.1`, `.2`, …;
    else it gives way, but for what people put beside it.
    """
    old = read_run(folder)
    if not is_replace and old is not None and old.is_of(summary["run"]["fingerprint"]) and is_intact(old, pseudonyms):
        return []
    replaced = folder if is_replace and old is not None else replaced_by(folder)
    replaces = None if replaced is None or (found := read_run(replaced)) is None else found.sha256
    write_run_file(aside, summary, previous, replaces, pseudonyms)
    _put(aside, folder, is_replace=is_replace)
    return [f"{folder} was changed after it was recorded: it is written anew"] if old is not None and not is_replace else []


def _put(aside: Path, folder: Path, *, is_replace: bool) -> None:
    _to_disk(aside)
    aside.chmod(folder.stat().st_mode & 0o777 if folder.exists() else 0o755)  # a folder that people made keeps its mode
    if not folder.exists():
        aside.rename(folder)
    else:
        old = folder.with_name(f"{_KEPT if is_replace else _GOING}{folder.name}")
        folder.rename(old)
        try:
            aside.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        _put_away(old, folder)
    _sync(folder.parent)


def heal(runs: Path) -> None:
    """Finish, or take back, what a killed command left half done; the folder must be held (`locked`)."""
    for entry in sorted(runs.iterdir()) if runs.is_dir() else []:
        for prefix in (_KEPT, _GOING):
            name = entry.name.removeprefix(prefix)
            if entry.name.startswith(prefix) and run_name(name) is not None:
                if (runs / name).exists():
                    _put_away(entry, runs / name)
                else:
                    entry.rename(runs / name)


def replaced_by(folder: Path) -> Path | None:
    """The newest of the runs that gave way to the one of a folder's day, or None."""
    place = run_name(folder.name)
    numbered = [path for (as_of, number), path in run_folders(folder.parent).items() if place and as_of == place[0] and number]
    return numbered[0] if numbered else None


def _put_away(old: Path, folder: Path) -> None:
    if old.name.startswith(_KEPT):
        newest = replaced_by(folder)
        number = 1 if newest is None else int(newest.name.rpartition(".")[2]) + 1
        old.rename(folder.with_name(f"{folder.name}.{number}"))
        return
    shutil.rmtree(old / PRIVATE, ignore_errors=True)  # rows of other findings
    for entry in old.iterdir():
        if not (folder / entry.name).exists():
            entry.rename(folder / entry.name)
    shutil.rmtree(old)


def _to_disk(folder: Path) -> None:
    """A file that has its name has its content too, also when the machine stops."""
    for place, _, names in os.walk(folder):
        for name in names:
            _sync(Path(place) / name)
        _sync(Path(place))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
