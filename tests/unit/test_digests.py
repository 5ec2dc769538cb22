"""SHA-256 beside other work: each file once, in whatever order it is asked for."""

import hashlib
import os
import time
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path

import pytest

from houdbaar.exports.digests import Digests


def test_each_file_is_hashed_once_whether_it_was_foreseen_or_not(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in range(5)]
    contents = [bytes([number]) * number * 300_000 for number in range(5)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    with closing(Digests()) as digests:
        digests.begin(paths[:4])
        digests.begin(paths[2:4])
        found = [digests.of(path) for path in reversed(paths)]
        assert found == [hashlib.sha256(content).hexdigest() for content in reversed(contents)]
        paths[1].write_bytes(b"another")
        assert digests.of(paths[1]) == found[3], "what an audit is told of a file stays the same until it ends"


def test_a_file_that_is_gone_is_an_error_where_it_is_asked_for(tmp_path: Path) -> None:
    with closing(Digests()) as digests:
        digests.begin([tmp_path / "gone.csv"])
        with pytest.raises(OSError, match=r"gone\.csv"):
            digests.of(tmp_path / "gone.csv")


def test_a_file_is_the_same_by_its_bytes_alone(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_bytes(b"one")
    status = path.stat()
    with closing(Digests()) as digests:
        assert digests.of(path)
        assert digests.is_same(path)
        path.write_bytes(b"two")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert not digests.is_same(path)
        path.write_bytes(b"one")
        assert digests.is_same(path)
        path.unlink()
        assert not digests.is_same(path)


def test_a_file_that_was_quiet_is_the_same_until_anything_of_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_bytes(b"one")
    status = path.stat()
    time.sleep(0.05)
    with closing(Digests(quiet_ns=20_000_000)) as digests:
        assert digests.of(path)
        assert digests.is_same(path)
        path.write_bytes(b"two")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        time.sleep(0.05)
        assert not digests.is_same(path), "the time of its bytes was set back, the time of its change can't be"
        assert not digests.is_same(path), "and what was hashed later vouches for nothing"
        path.write_bytes(b"one")
        assert digests.is_same(path)


def test_nobody_waits_for_a_large_file_when_all_is_over(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    with path.open("wb") as file:
        file.truncate(64 << 30)  # a minute's work, and no room on the disk
    digests = Digests()
    digests.begin([path])
    time.sleep(0.1)
    before = time.monotonic()
    digests.close()
    with pytest.raises(CancelledError):
        digests.of(path)
    assert time.monotonic() - before < 5
