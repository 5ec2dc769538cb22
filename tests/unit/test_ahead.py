"""Work on files beside other work: in their order, at most two ahead, stopped when nobody waits for it any more."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from pathlib import Path
from threading import Event

from houdbaar.exports.ahead import ahead
from houdbaar.exports.classify.sample import sample_parquet
from houdbaar.exports.files import ExportFile, find
from houdbaar.exports.head import peek
from houdbaar.exports.read import read
from houdbaar.exports.stream import open_bytes


def test_items_come_in_their_order_each_with_its_own_result_or_error() -> None:
    def halved(number: int) -> int:
        if number % 2:
            raise ValueError(str(number))
        return number // 2

    found = []
    with ahead(halved, [4, 3, 2], lambda _: None) as working:
        for number, becoming in working:
            found.append((number, becoming.result() if becoming.exception() is None else str(becoming.exception())))
    assert found == [(4, 2), (3, "3"), (2, 1)]


def test_no_more_than_two_results_wait_for_those_who_take_them() -> None:
    begun: list[int] = []
    most = []
    with ahead(begun.append, list(range(9)), lambda _: None) as working:
        for number, becoming in working:
            becoming.result()
            most.append(len(begun) - number)
    assert begun == list(range(9))
    assert max(most) <= 3  # that which is taken, and two


def test_whoever_leaves_early_stops_the_reading_and_drops_what_was_read(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"x" * 100)
    files, _ = find(tmp_path)
    is_reading = Event()
    dropped: list[str] = []

    def read_on(file: object) -> str:
        if file is files[0]:
            return "first"
        while True:  # as long as an export that never ends
            with open_bytes(files[1]) as source:
                source.read()
            is_reading.set()

    with ahead(read_on, files, dropped.append) as working:
        next(working)
        assert is_reading.wait(60)
    assert dropped == ["first"]


def written(path: Path, rows: int) -> ExportFile:
    """An export of several row groups, with words in `note` in its last sixth only."""
    lines = [f"{number},{'x' * 300},{'a late word' if 6 * number > 5 * rows else ''}" for number in range(rows)]
    path.write_text("\n".join(["number,filler,note", *lines]) + "\n", encoding="utf-8")
    files, _ = find(path.parent)
    return files[0]


def test_the_staging_of_a_csv_is_stopped_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Arrow reads in a thread of its own: what it reads can't stop it."""
    (tmp_path / "exports").mkdir()
    file, out = written(tmp_path / "exports" / "long.csv", 250_000), tmp_path / "out.raw"
    head = peek(file)
    with ahead(lambda _: read(file, head, {}, out), [file], lambda _: None) as working:
        _, reading = next(working)
        while not out.with_name("out.raw.part").exists() and not reading.done():
            time.sleep(0.001)
    assert isinstance(reading.exception(), CancelledError)
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_a_value_that_stands_far_below_is_looked_at(tmp_path: Path) -> None:
    """Samples are of the first rows, and of those where the file's statistics say that an empty column holds something."""
    file = written(tmp_path / "late.csv", 250_000)
    read(file, peek(file), {}, tmp_path / "out.raw")
    assert "a late word" in str(sample_parquet([tmp_path / "out.raw"], ["note"], "seed"))
