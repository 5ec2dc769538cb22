"""Work on files beside other work: in their order, at most two ahead, stopped when nobody waits for it any more."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from houdbaar.exports.ahead import ahead
from houdbaar.exports.files import find
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

    def read(file: object) -> str:
        if file is files[0]:
            return "first"
        while True:  # as long as an export that never ends
            with open_bytes(files[1]) as source:
                source.read()
            is_reading.set()

    with ahead(read, files, dropped.append) as working:
        next(working)
        assert is_reading.wait(60)
    assert dropped == ["first"]
