"""How many records a CSV has, counted over its bytes without the reader that stages it: read = staged + rejected + excluded.

Two counters that agree: one over whole chunks where every quote stands where a quote may stand, and one line by line for
files with stray quotes (`5" screen`), which is slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_QUOTE, _CR, _LF = 34, 13, 10
_PIECE = 1 << 18  # what the processor's cache holds: twice as fast as megabytes
_QUOTED_REST = re.compile(rb'(?:[^"]|"")*+"')

Positions = NDArray[np.int64]
_NOWHERE: Positions = np.array([], dtype=np.int64)  # to look for bytes one by one takes longer than to see that there are none


@dataclass(slots=True)
class Count:
    """What a counter found. Offsets and lengths are in bytes of UTF-8 text after the header record."""

    records: int = 0  # blank lines are not among them
    blanks: int = 0
    longest: int = 0  # length of the longest record
    is_open: bool = False  # a quote is not closed at the end
    is_regular: bool = True  # every quote opens, closes or escapes; only then the counts of `count_regular` hold
    is_ended: bool = True  # the last record ends with a newline
    has_backslash: bool = False
    first_blank: tuple[int, int] | None = None  # offset of the first blank line, and the records before it


def count_regular(chunks: Iterable[bytes], delimiter: str) -> Count:
    """Count by the parity of quotes; stops being right, and says so, at the first quote that stands elsewhere."""
    count = Count()
    borders = np.zeros(256, dtype=bool)
    borders[[_QUOTE, _CR, _LF, ord(delimiter)]] = True
    quotes_before = last_end = length = 0
    for window, base in _windows(chunks):
        count.has_backslash = count.has_backslash or b"\\" in window
        data = np.frombuffer(window, dtype=np.uint8)
        quotes = np.flatnonzero(data[1:-1] == _QUOTE) + 1 if b'"' in window else _NOWHERE
        count.is_regular = count.is_regular and _are_regular(data, quotes, quotes_before, borders)
        if not count.is_regular:
            return count
        ends, is_blank = _line_ends(data, quotes, quotes_before, has_cr=b"\r" in window)
        _add(count, ends + base, is_blank, last_end)
        last_end = int(ends[-1]) + base if len(ends) else last_end
        quotes_before += len(quotes)
        length = base + len(window) - 2
        count.is_ended = window[-2] in b"\r\n"
    count.is_open = quotes_before % 2 == 1
    if not count.is_ended:
        count.records += 1
        count.longest = max(count.longest, length - last_end)
    return count


def _windows(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Chunks with one byte before and one after, so that each byte has neighbours; `base` makes an index an offset."""
    held, base = b"\n", -1
    for piece in _pieces(chunks):
        window = held + piece
        if len(window) > 2:
            yield window, base
            base += len(window) - 2
            held = window[-2:]
        else:
            held = window
    if len(held) == 2:
        yield held + b"\n", base


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield from (chunk[at : at + _PIECE] for at in range(0, len(chunk), _PIECE))


def _are_regular(data: NDArray[np.uint8], quotes: Positions, quotes_before: int, borders: NDArray[np.bool_]) -> bool:
    opening = quotes[quotes_before % 2 :: 2]
    closing = quotes[(quotes_before + 1) % 2 :: 2]
    return bool(borders[data[opening - 1]].all() and borders[data[closing + 1]].all())


def _line_ends(data: NDArray[np.uint8], quotes: Positions, quotes_before: int, *, has_cr: bool) -> tuple[Positions, NDArray[np.bool_]]:
    """Indexes of line ends outside quotes (the CR of a CR LF), and which of those lines are blank."""
    inner, previous = data[1:-1], data[:-2]
    is_end = (inner == _CR) | ((inner == _LF) & (previous != _CR)) if has_cr else inner == _LF
    ends = np.flatnonzero(is_end) + 1
    if quotes_before or len(quotes):
        ends = ends[(np.searchsorted(quotes, ends) + quotes_before) % 2 == 0]
    before = data[ends - 1]
    return ends, (before == _CR) | (before == _LF)


def _add(count: Count, ends: Positions, is_blank: NDArray[np.bool_], last_end: int) -> None:
    if not len(ends):
        return
    blanks = int(is_blank.sum())
    if blanks and count.first_blank is None:
        first = int(np.argmax(is_blank))
        count.first_blank = (int(ends[first]), count.records + first)
    count.blanks += blanks
    count.records += len(ends) - blanks
    count.longest = max(count.longest, int(np.diff(ends, prepend=last_end).max()))


def count_by_line(chunks: Iterable[bytes], delimiter: str) -> Count | None:
    """Count with stray quotes read as text. None when a quoted field that spans lines ends in the middle of a field:
    a quote was left open there and the next one, of another record, closed it.
    """
    count, start = Count(is_regular=False), 0
    for line, offset in _lines(chunks):
        is_blank = not count.is_open and line in (b"\n", b"\r", b"\r\n")
        state = _open_after(line, count.is_open, delimiter.encode()) if count.is_open or b'"' in line else False
        if state is None:
            return None
        count.is_open = state
        if is_blank and count.first_blank is None:
            count.first_blank = (offset, count.records)
        count.blanks += is_blank
        count.records += not is_blank and not count.is_open
        count.longest = max(count.longest, offset + len(line) - start)
        start = start if count.is_open else offset + len(line)
        count.is_ended = line.endswith((b"\r", b"\n"))
    return count


def _lines(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Physical lines with their ends (LF, CR or CR LF) and offsets."""
    held, offset = b"", 0
    for chunk in chunks:
        window = held + chunk
        # A CR at the end waits: its LF may be in the next chunk.
        lines = window[: -1 if window.endswith(b"\r") else None].splitlines(keepends=True)
        tail = lines.pop() if lines and not lines[-1].endswith((b"\r", b"\n")) else b""
        held = tail + (b"\r" if window.endswith(b"\r") else b"")
        for line in lines:
            yield line, offset
            offset += len(line)
    if held:
        yield held, offset


def _open_after(line: bytes, is_open: bool, delimiter: bytes) -> bool | None:
    """Whether a quoted field is open after this line; None when one that began on an earlier line ends within a field."""
    at = 0
    while True:
        if is_open or line[at : at + 1] == b'"':
            rest = _QUOTED_REST.match(line, at if is_open else at + 1)
            if rest is None:
                return True
            at = rest.end()
            if is_open and line[at : at + 1] not in (delimiter, b"\r", b"\n", b""):
                return None
            is_open = False
        at = line.find(delimiter, at) + 1
        if at == 0:
            return False
