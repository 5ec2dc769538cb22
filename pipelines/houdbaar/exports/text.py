"""Text exports as UTF-8, whatever they were written in: UTF-8 and UTF-16 with their marks, UTF-8 without, else Windows-1252.

The verdict is over the whole file: its first megabyte can be plain ASCII and say nothing.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import TypeVar

from houdbaar.exports.files import ExportFile, unreadable
from houdbaar.exports.stream import Guarded, open_bytes

UTF8, UTF8_MARKED, UTF16_LE, UTF16_BE, WINDOWS = "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "windows-1252"
_MARKS = ((codecs.BOM_UTF8, UTF8_MARKED), (codecs.BOM_UTF16_LE, UTF16_LE), (codecs.BOM_UTF16_BE, UTF16_BE))
_ASCII = bytes(range(128))
_UNDECODABLE = "bytes that are not text in its encoding (UTF-8, UTF-16 or Windows-1252)"
_SAVE_AS = "save it as UTF-8, or download the export again"

T = TypeVar("T")


class NotUtf8(Exception):  # noqa: N818 - a signal between these functions, not an error that people see
    """The file carries no mark and isn't valid UTF-8."""


def guess(window: bytes) -> str:
    """The encoding that the first bytes speak for; only `settle` knows for sure."""
    for mark, encoding in _MARKS:
        if window.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(window)
    except UnicodeDecodeError:
        return WINDOWS
    return UTF8


def as_utf8(window: bytes, encoding: str) -> bytes:
    """The first bytes of a file as UTF-8, without the mark; a character cut in two at the end is left out."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(window).removeprefix("\ufeff").encode()


def settle(file: ExportFile, guessed: str, work: Callable[[Iterator[bytes]], T]) -> tuple[str, T]:
    """Run `work` over the whole file as UTF-8 chunks; gives the encoding that holds for all of it, and what `work` gave.

    Raises SourceError when no encoding fits, or when the file mixes two.
    """
    if guessed != WINDOWS:
        try:
            return guessed, work(utf8_chunks(file, guessed))
        except NotUtf8:
            pass
    _check_windows(file)
    return WINDOWS, work(utf8_chunks(file, WINDOWS))


def utf8_chunks(file: ExportFile, encoding: str) -> Iterator[bytes]:
    """The whole file as UTF-8, in pieces, without its mark. Raises NotUtf8 (no mark, not valid) or SourceError."""
    with open_bytes(file) as source:
        try:
            yield from _validated(source) if encoding == UTF8 else _decoded(source, encoding)
        except UnicodeError:
            if encoding == UTF8:
                raise NotUtf8 from None
            raise unreadable(file, _UNDECODABLE, _SAVE_AS) from None


def _validated(source: Guarded) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for data in source.chunks():
        decoder.decode(data)
        yield data
    decoder.decode(b"", final=True)


def _decoded(source: Guarded, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    is_start = encoding != WINDOWS
    for data in source.chunks():
        text = decoder.decode(data)
        yield (text.removeprefix("\ufeff") if is_start else text).encode()
        is_start = False
    yield decoder.decode(b"", final=True).encode()


def _check_windows(file: ExportFile) -> None:
    """Refuse a file with characters of both encodings: read as either, names and addresses would silently change."""
    in_utf8 = in_windows = 0
    with open_bytes(file) as source:
        for data in source.chunks():
            text = data.decode("utf-8", "replace")
            strange = text.count("\ufffd")
            in_windows += strange
            in_utf8 += len(text) - strange - (len(data) - len(data.translate(None, _ASCII)))
    # Two accented letters in a row can look like one UTF-8 character; a tenth is far more than chance gives.
    if in_utf8 * 10 > in_windows:
        raise unreadable(file, "text that is neither all UTF-8 nor all Windows-1252 (damaged, or two exports in one file)", _SAVE_AS)
