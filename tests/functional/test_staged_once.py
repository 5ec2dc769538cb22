"""What the cache of a workspace keeps, what it drops, and what becomes of it when people touch it (design section 7)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from functional.auditing import AS_OF, Desk, Outcome, copied, houdbaar, visits
from functional.running import NEW, OLD, cached, change, contents, made, run, runs_of, sound
from houdbaar.folders import locked


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a recorded run, for tests that change nothing in it."""
    folder = made(tmp_path_factory.mktemp("original") / "company")
    sound(folder)
    copied(folder, folder.with_name("kept"))
    return folder


@pytest.fixture
def audited(original: Path) -> Path:
    """That workspace as it was after its run, in its own place: what is staged says where it lies."""
    shutil.rmtree(original)
    return copied(original.with_name("kept"), original)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, int]]:
    """What is in the cache after an audit, after another one, and after one of a changed export."""
    folder, found = made(tmp_path_factory.mktemp("staged") / "company"), []
    for number in range(3):
        if number == 2:
            change(folder)
        done = sound(folder, "--output", "out")
        found.append(cached(folder))
    assert Outcome(0, done.stdout, "", folder.parent / "out").counts("portal", "RET-SVC-12") == {"within": 1, "overdue": 2}
    return found


def test_what_is_staged_is_staged_once(staged: list[dict[str, int]]) -> None:
    assert staged[0]
    assert staged[1] == staged[0]


def test_only_what_changed_is_staged_anew(staged: list[dict[str, int]]) -> None:
    assert 0 < len(staged[0].items() & staged[2].items()) < len(staged[0])


def test_a_changed_export_leaves_no_old_copy_in_the_cache(staged: list[dict[str, int]]) -> None:
    assert len(staged[2]) == len(staged[0])


@pytest.mark.parametrize("command", [["audit", "--as-of", AS_OF, "--output", "out"], ["detect"], ["findings"], ["policy", "coverage"]])
def test_every_command_drops_what_is_staged_of_an_export_that_is_gone(audited: Path, command: list[str]) -> None:
    both = cached(audited)
    (audited / "exports" / "portal" / "visits.csv").unlink()
    houdbaar(*command, "--workspace", audited, folder=audited.parent)
    left = cached(audited)
    assert 0 < len(left) < len(both)
    assert left.items() < both.items()  # what is of the other export was not staged anew
    assert not any(b"A1" in (audited / ".houdbaar" / "cache" / name).read_bytes() for name in left)


def test_a_workspace_that_was_copied_with_its_cache_is_audited_like_the_first(audited: Path, tmp_path: Path) -> None:
    """What is staged says where it lies: taken over in another place, its rows belonged to no file, and were missing without a word."""
    elsewhere = copied(audited, tmp_path / "company")
    shutil.rmtree(elsewhere / "runs")
    assert cached(elsewhere) == cached(audited)
    assert contents(sound(elsewhere).run) == contents(audited / "runs" / AS_OF)
    assert len(cached(elsewhere)) == len(cached(audited))


HARMS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "gone": ("*.parquet", Path.unlink),
    "cut off": ("*.parquet", lambda path: path.write_bytes(path.read_bytes()[:40])),
    "emptied": ("*.parquet", lambda path: path.write_bytes(b"")),
    "fewer columns": ("*.parquet", lambda path: pq.write_table(pq.read_table(path).select([0]), path)),
    "fewer rows": ("*.parquet", lambda path: pq.write_table(pq.read_table(path).slice(1), path)),
    "sidecar gone": ("*.json", Path.unlink),
    "sidecar emptied": ("*.json", lambda path: path.write_text("", encoding="utf-8")),
    "sidecar no JSON": ("*.json", lambda path: path.write_text("{", encoding="utf-8")),
    "sidecar another JSON": ("*.json", lambda path: path.write_text("[]", encoding="utf-8")),
    "sidecar edited": ("*.json", lambda path: path.write_text(path.read_text(encoding="utf-8").replace('"rows_read": ', '"rows_read": 9'))),
}


Entry = tuple[object, list[str], int]


def entry(folder: Path, harm: str) -> list[Path]:
    """The two files in the cache that are of a harm's source."""
    sidecars = (folder / ".houdbaar" / "cache").glob("*.json")
    (sidecar,) = [path for path in sidecars if json.loads(path.read_bytes())["body"]["facts"]["files"] == [f"{harm}/visits.csv"]]
    return [sidecar, sidecar.with_suffix(".parquet")]


def read(sidecar: Path, parquet: Path) -> Entry:
    """What stands in them: the facts, the columns and the number of rows."""
    rows = pq.read_table(parquet)
    return json.loads(sidecar.read_bytes())["body"]["facts"], rows.column_names, rows.num_rows


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Outcome], dict[str, list[Entry]]]:
    """A workspace with a source for each harm, audited before and after all were done: both runs, and what was staged of each source."""
    desk = Desk(tmp_path_factory.mktemp("harmed") / "company")
    for harm in HARMS:
        desk.source(harm, "plain.service_event", {"visits.csv": visits(OLD, NEW)})
    desk.write()
    done, staged_of = [], {harm: list[Entry]() for harm in HARMS}
    for name in ("before", "after"):
        sound(desk.folder, "--output", name)
        done.append(Outcome(0, "", "", desk.folder.parent / name))
        assert len(cached(desk.folder)) == 2 * len(HARMS)  # what was damaged is gone
        entries = {harm: entry(desk.folder, harm) for harm in HARMS}
        for harm, (pattern, change_it) in HARMS.items():
            staged_of[harm].append(read(*entries[harm]))
            if name == "before":
                (path,) = [path for path in entries[harm] if path.match(pattern)]
                content = path.read_bytes()
                change_it(path)
                assert not path.exists() or path.read_bytes() != content
    return done, staged_of


@pytest.mark.parametrize("harm", HARMS)
def test_a_cache_that_people_touched_is_made_anew(harmed: tuple[list[Outcome], dict[str, list[Entry]]], harm: str) -> None:
    (_, after), staged_of = harmed
    assert after.counts(harm, "RET-SVC-12") == {"within": 1, "overdue": 1}
    assert staged_of[harm][1] == staged_of[harm][0]


def test_an_audit_with_a_cache_that_people_touched_is_like_the_first(harmed: tuple[list[Outcome], dict[str, list[Entry]]]) -> None:
    (before, after), _ = harmed
    assert contents(after.run) == contents(before.run)


def test_nothing_is_removed_from_a_cache_that_an_audit_holds(audited: Path) -> None:
    """What `drop_gone` and the end of another audit would remove stays until nobody is at work."""
    first = cached(audited)
    (audited / "exports" / "portal" / "visits.csv").unlink()
    with locked(audited / ".houdbaar" / "cache", is_shared=True):
        houdbaar("findings", "--workspace", audited, folder=audited.parent)
        assert run(audited, "--output", "out").code == 3  # an export is gone
        assert cached(audited).keys() >= first.keys()
    houdbaar("findings", "--workspace", audited, folder=audited.parent)
    assert len(cached(audited)) < len(first)


def test_what_killed_audits_left_goes_with_the_next_one(audited: Path) -> None:
    left = audited / "runs" / ".houdbaar-unfinished-abcd1234"
    left.mkdir()
    (left / "findings.parquet").write_bytes(b"x")
    mine = audited / "runs" / ".houdbaar-unfinished-by-me"
    mine.mkdir()
    (audited / ".houdbaar" / "cache" / "abc.def.part").write_bytes(b"x")
    sound(audited, as_of="2026-11-30", HOUDBAAR_TODAY="2026-11-30")
    assert runs_of(audited) == {AS_OF, "2026-11-30", mine.name}
    assert "abc.def.part" not in cached(audited)
