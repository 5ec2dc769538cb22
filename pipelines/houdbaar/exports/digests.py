"""SHA-256 of files, computed in threads beside other work: of large exports it takes longer than all else that a search reads."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from houdbaar.exports.files import sha256_of

_THREADS = 2  # of files that lie in the page cache: SHA-256 is all the work


class Digests:
    """The SHA-256 of each file that one audit asks for, computed once. A file that changes meanwhile is told by `files.is_changed`."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS)  # no thread runs before there is something to do
        self._begun: dict[Path, Future[str]] = {}

    def begin(self, paths: Iterable[Path]) -> None:
        """Begin to compute those that nobody asked for yet, in this order."""
        for path in paths:
            if path not in self._begun:
                self._begun[path] = self._pool.submit(sha256_of, path)

    def of(self, path: Path) -> str:
        """The SHA-256 of a file's bytes, in hexadecimal. Raises OSError."""
        self.begin([path])
        return self._begun[path].result()

    def close(self) -> None:
        """Begin no more of them."""
        self._pool.shutdown(wait=False, cancel_futures=True)
