"""SHA-256 of files, computed in threads beside other work: of large exports it takes longer than all else that a search reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path

_THREADS = 2  # of files that lie in the page cache: SHA-256 is all the work
_PIECE_BYTES = 1 << 20


class Digests:
    """The SHA-256 of each file that one audit asks for, computed once. What is made of a file is kept only while it `is_same`."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS)  # no thread runs before there is something to do
        self._begun: dict[Path, Future[str]] = {}
        self._is_closed = False

    def begin(self, paths: Iterable[Path]) -> None:
        """Begin to compute those that nobody asked for yet, in this order."""
        for path in paths:
            if path not in self._begun:
                self._begun[path] = self._pool.submit(self._sha256_of, path)

    def of(self, path: Path) -> str:
        """The SHA-256 of a file's bytes, in hexadecimal. Raises OSError."""
        self.begin([path])
        return self._begun[path].result()

    def is_same(self, path: Path) -> bool:
        """Whether a file, hashed once more, has the bytes that it was first hashed with: size and time of a file can't say so."""
        try:
            return self._sha256_of(path) == self.of(path)
        except OSError:
            return False

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
