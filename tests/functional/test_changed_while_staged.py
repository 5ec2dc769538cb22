"""Of an export that changes between its hashing and its reading nothing is kept: the next audit would trust it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from functional.staging import SETTINGS
from houdbaar.engines.duckdb import Engine
from houdbaar.exports.cache import Cache
from houdbaar.exports.contract import packaged_contracts
from houdbaar.exports.expression import offer_macros
from houdbaar.exports.intake import Intake, take_in
from houdbaar.exports.source import Source
from houdbaar.exports.stage import CHANGED
from houdbaar.exports.syntax import all_of, sql_of
from houdbaar.privacy import Pseudonyms

HEADER = b"account_id,happened_at\n"
FIRST, SECOND = HEADER + b"A-1,2026-01-01\n", HEADER + b"A-2,2026-01-01\n"
LAST = "d.csv"  # not begun when the first is taken: two others are read ahead
SOURCE = Source("portal", "plain.service_event", path="**")


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Exports of which the last is yet to be read when the first is taken."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (tmp_path / "cache").mkdir()
    for name in ("a.csv", "b.csv", "c.csv", LAST):
        (folder / name).write_bytes(FIRST)
    return folder


def taken_in(exports: Path, change: Callable[[Path], object] = lambda _: None) -> tuple[Intake, list[str]]:
    """Take the exports in with a cache that is kept, and change the last once it is hashed; gives the accounts of the last too."""
    work = exports.parent / "cache"
    with closing(Engine([exports, work], exports.parent)) as engine, closing(Cache(work)) as cache:
        offer_macros(engine)
        later = exports / LAST

        def tick(name: str) -> None:
            if name == "a.csv":
                assert cache.digests.of(later)
                change(later)

        intake = take_in(engine, exports, [SOURCE], packaged_contracts(), SETTINGS, cache, Pseudonyms(bytes(32)), tick)
        parts = [part for part in intake.parts if part.bound.name == LAST]
        return intake, [account for part in parts for (account,) in engine.rows(f"select account_id from ({sql_of(all_of([part.path]))})")]


def rewrite(path: Path) -> None:
    """Other rows, at another time."""
    path.write_bytes(SECOND + b"A-3,2026-01-01\n")


def rewrite_unseen(path: Path) -> None:
    """Other rows, in a file of the same size and time."""
    status = path.stat()
    path.write_bytes(SECOND)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("change", [rewrite, rewrite_unseen])
def test_rows_are_not_kept_under_the_hash_of_other_rows(exports: Path, change: Callable[[Path], object]) -> None:
    intake, accounts = taken_in(exports, change)
    assert [(problem.name, problem.what) for problem in intake.problems] == [(LAST, CHANGED)]
    assert not accounts
    (exports / LAST).write_bytes(FIRST)
    assert taken_in(exports)[1] == ["A-1"]


def test_what_stayed_the_same_is_kept(exports: Path) -> None:
    taken_in(exports, rewrite)
    kept = {path.name for path in (exports.parent / "cache").iterdir()}
    assert len(kept) == 6  # of the other files: rows and a sidecar each
    taken_in(exports)
    assert len({path.name for path in (exports.parent / "cache").iterdir()} - kept) == 2
