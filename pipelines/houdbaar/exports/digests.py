"""SHA-256 of files, computed in threads beside other work: of large exports it takes longer than all else that a search reads."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path

_THREADS = 2  # of files that lie in the page cache: SHA-256 is all the work
_PIECE_BYTES = 1 << 20
_QUIET_NS = 60_000_000_000  # Linux writes what programs changed in mapped memory within 35 s; its time is that of the first change
_HAS_CHANGE_TIME = os.name == "posix"

_State = tuple[int, int, int, int]  # of a file: inode, size, and when its bytes and anything of it changed, in nanoseconds


class Digests:
    """The SHA-256 of each file that one audit asks for, computed once. What is made of a file is kept only while it `is_same`.

    `quiet_ns`: how long nothing of a file must have changed before it was hashed for its time of change to tell of any later change.
    """

    def __init__(self, quiet_ns: int = _QUIET_NS) -> None:
        self._pool = ThreadPoolExecutor(_THREADS)  # no thread runs before there is something to do
        self._begun: dict[Path, Future[str]] = {}
        self._quiet_ns = quiet_ns
        self._quiet: dict[Path, _State] = {}  # files that were quiet when they were hashed
        self._is_closed = False

    def begin(self, paths: Iterable[Path]) -> None:
        """Begin to compute those that nobody asked for yet, in this order."""
        for path in paths:
            if path not in self._begun:
                self._begun[path] = self._pool.submit(self._first, path)

    def of(self, path: Path) -> str:
        """The SHA-256 of a file's bytes, in hexadecimal. Raises OSError."""
        self.begin([path])
        return self._begun[path].result()

    def is_same(self, path: Path) -> bool:
        """Whether a file still has the bytes that it was first hashed with.

        It is hashed once more, as size and time can't say so: anybody may set the time of a file's bytes. Nobody sets the time of its
        change: where that is the same, and was long past when the file was hashed, so are the bytes (but on tmpfs, whose files keep
        their times when they are changed through mapped memory).
        """
        try:
            first = self.of(path)
            return self._quiet.get(path) == _state(path) or self._sha256_of(path) == first
        except OSError:
            return False

    def _first(self, path: Path) -> str:
        state = _state(path)
        if _HAS_CHANGE_TIME and max(state[2:]) < time.time_ns() - self._quiet_ns:
            self._quiet[path] = state
        return self._sha256_of(path)

    def _sha256_of(self, path: Path) -> str:
        digest = hashlib.sha256()
        with path.open("rb", buffering=0) as stream:
            while piece := stream.read(_PIECE_BYTES):
                if self._is_closed:
                    raise CancelledError
                digest.update(piece)
        return digest.hexdigest()

    def close(self) -> None:
        """Begin no more of them, and leave those that are begun: nobody waits for a large file when all is over."""
        self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)


def _state(path: Path) -> _State:
    with path.open("rb", buffering=0) as stream:  # a network's file is asked of its server when it is opened
        status = os.fstat(stream.fileno())
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
