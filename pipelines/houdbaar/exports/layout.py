"""Where a CSV's table begins: `sep=` line, preamble of a Google Analytics or Ads file, header record, delimiter, columns' names."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from houdbaar.exports.files import ExportFile, unreadable

WINDOW = 1 << 20  # bytes of a file that its head may take up
DELIMITERS = ",;\t|"
_SEP = re.compile(rb'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """The header record's place and reading. `data_offset` counts UTF-8 bytes (no mark); `header_row` is the 1-based line."""

    delimiter: str
    columns: tuple[str, ...]
    header_row: int
    preamble: tuple[str, ...]
    data_offset: int


def read_layout(file: ExportFile, window: bytes, is_whole: bool) -> Layout:
    """Read the layout off the start of a file (UTF-8). Raises SourceError without a header, or when it doesn't end."""
    lines = [match.group() for match in _LINE.finditer(window, 0, WINDOW) if match.group()]
    if not (is_whole and len(window) <= WINDOW) and len(lines) > 1:
        lines.pop()  # cut off by the window, not by the file
    sep = _SEP.fullmatch(lines[0]) if lines else None
    start = 1 if sep else 0
    first = start + _lines_before_header(lines[start:])
    header = _header_lines(file, lines[first:])
    delimiter = sep.group(1).decode() if sep else sniff_delimiter(b"".join(header))
    preamble = tuple(line.decode().strip() for line in lines[start:first] if not _is_blank(line))
    offset = sum(map(len, lines[: first + len(header)]))
    return Layout(delimiter, _columns(file, header, delimiter), first + 1, preamble, offset)


def sniff_delimiter(header: bytes) -> str:
    """The delimiter that a header record uses most, outside quotes; a comma when it has one column."""
    bare = re.sub(rb'"(?:[^"]|"")*+"', b"", header)
    return max(DELIMITERS, key=lambda delimiter: (bare.count(delimiter.encode()), -DELIMITERS.index(delimiter)))


def unique_names(cells: Iterable[str], taken: Sequence[str] = ("row",)) -> tuple[str, ...]:
    """Column names that differ in more than case: a second `Email` is `Email (2)`, an empty one `(unnamed 3)`.

    `row` is taken: it is the number that the readers add.
    """
    used = {_folded(name) for name in taken}
    names = []
    for position, cell in enumerate(cells, 1):
        base = cell if cell.strip() else f"(unnamed {position})"
        name, copy = base, 2
        while _folded(name) in used:
            name, copy = f"{base} ({copy})", copy + 1
        used.add(_folded(name))
        names.append(name)
    return tuple(names)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _lines_before_header(lines: Sequence[bytes]) -> int:
    """How many leading lines are blank, a `#` block or `Parameters:`; a header whose first column happens to be called '#' is neither."""
    comments = [line for line in lines[: _blank_or_comment(lines)] if line.startswith(b"#")]
    if len(comments) == 1:
        at = lines.index(comments[0])
        if at + 1 < len(lines) and _is_header_like(*lines[at : at + 2]):
            return at
    return _blank_or_comment(lines)


def _blank_or_comment(lines: Sequence[bytes]) -> int:
    return next(
        (at for at, line in enumerate(lines) if not (_is_blank(line) or line.startswith((b"#", b"Parameters:", b'"Parameters:')))),
        len(lines),
    )


def _is_blank(line: bytes) -> bool:
    return not line.strip(b"\r\n")


def _is_header_like(line: bytes, following: bytes) -> bool:
    delimiter = sniff_delimiter(line).encode()
    return line.count(delimiter) > 0 and line.count(delimiter) == following.count(delimiter)


def _header_lines(file: ExportFile, lines: Sequence[bytes]) -> Sequence[bytes]:
    if not lines:
        raise unreadable(file, "no header row")
    quotes = 0
    for count, line in enumerate(lines, 1):
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            return lines[:count]
    raise unreadable(file, "a quote that is opened in the header is not closed")


def _columns(file: ExportFile, header: Sequence[bytes], delimiter: str) -> tuple[str, ...]:
    try:
        rows = list(csv.reader((line.decode() for line in header), delimiter=delimiter))
    except (csv.Error, UnicodeDecodeError):
        raise unreadable(file, "a header row that can't be read") from None
    return unique_names(rows[0])
