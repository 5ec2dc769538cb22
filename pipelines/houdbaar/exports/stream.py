"""The bytes of an export: plain, from a ZIP member, or from gzip, guarded against cut-off data and bombs."""

from __future__ import annotations

import contextlib
import gzip
import lzma
import tempfile
import zipfile
import zlib
from concurrent.futures import CancelledError
from contextvars import ContextVar
from typing import IO, TYPE_CHECKING, cast

from houdbaar.exports.files import LIMITS, ExportFile, Limits, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from threading import Event

CHUNK = 4 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_IN_MEMORY = 64 << 20
BROKEN = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)

_STOP: ContextVar[Event | None] = ContextVar("_STOP", default=None)  # of this thread


@contextlib.contextmanager
def stopped_by(stop: Event) -> Iterator[None]:
    """Once `stop` is set, this thread ends with CancelledError when it next reads or stages: nobody waits for a large file then."""
    token = _STOP.set(stop)
    try:
        yield
    finally:
        _STOP.reset(token)


def stop_if_asked() -> None:
    """Raise CancelledError where this thread is to stop."""
    if (stop := _STOP.get()) is not None and stop.is_set():
        raise CancelledError


class Guarded:
    """A readable of the unpacked bytes of one file that raises SourceError for whatever goes wrong, and for bombs."""

    def __init__(self, file: ExportFile, unpacked: IO[bytes], packed: IO[bytes], limits: Limits) -> None:
        self._file, self._unpacked, self._packed, self._limits = file, unpacked, packed, limits
        self._total = 0

    def read(self, size: int = CHUNK) -> bytes:
        """Up to `size` bytes; fewer only at the end."""
        stop_if_asked()
        try:
            data = self._unpacked.read(size)
        except BROKEN:
            raise unreadable(self._file, "cut off or damaged") from None
        self._total += len(data)
        if self._unpacked is not self._packed:
            self._refuse_bomb()
        return data

    def chunks(self) -> Iterator[bytes]:
        """All bytes, in pieces."""
        while data := self.read():
            yield data

    def _refuse_bomb(self) -> None:
        limits, total = self._limits, self._total
        # ZIP members were measured against the whole archive before; here it is gzip's turn, which declares nothing.
        is_dense = total > limits.ratio_floor and total > limits.ratio * max(self._packed.tell(), 1)
        if total > limits.unpacked_bytes or is_dense:
            raise unreadable(self._file, "unpacks to far more than an export (a gzip bomb)", "leave it out")


@contextlib.contextmanager
def open_bytes(file: ExportFile, limits: Limits = LIMITS) -> Iterator[Guarded]:
    """The unpacked bytes of a file. Raises SourceError when it can't be opened; reading raises it when it is cut off."""
    with contextlib.ExitStack() as stack:
        try:
            packed = stack.enter_context(_open_packed(file))
            unpacked = stack.enter_context(_unpacked(packed))
        except (FileNotFoundError, PermissionError):
            raise unreadable(file, "can't be opened", "check that it is still there and may be read") from None
        except (*BROKEN, KeyError):
            raise unreadable(file, "cut off or damaged") from None
        yield Guarded(file, unpacked, packed, limits)


@contextlib.contextmanager
def open_seekable(file: ExportFile) -> Iterator[IO[bytes]]:
    """The unpacked bytes as a file that can seek (Parquet, Excel): the file itself, or a private copy that vanishes."""
    with open_bytes(file) as source, contextlib.ExitStack() as stack:
        if file.member is None and not _is_gzip(file.path):
            yield stack.enter_context(file.path.open("rb"))
            return
        copy = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
        for data in source.chunks():
            copy.write(data)
        copy.seek(0)
        yield cast("IO[bytes]", copy)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(2) == _GZIP_MAGIC


@contextlib.contextmanager
def _open_packed(file: ExportFile) -> Iterator[IO[bytes]]:
    if file.member is None:
        with file.path.open("rb") as handle:
            yield handle
        return
    with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as member:
        yield member


@contextlib.contextmanager
def _unpacked(packed: IO[bytes]) -> Iterator[IO[bytes]]:
    magic = packed.read(2)
    packed.seek(0)
    if magic != _GZIP_MAGIC:
        yield packed
        return
    with gzip.GzipFile(fileobj=packed) as handle:
        yield cast("IO[bytes]", handle)
