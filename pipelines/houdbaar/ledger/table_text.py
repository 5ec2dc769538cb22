"""A CSV file as people wrote it: rows can be found, added and changed without touching a byte of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from houdbaar.errors import SourceError, UsageError
from houdbaar.exports.contract import folded
from houdbaar.exports.files import ExportFile
from houdbaar.exports.layout import DELIMITERS, read_layout
from houdbaar.exports.text import UTF8_MARKED, guess, settle

_NAMES = {"windows-1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, and where it stands in the text (with its quotes)."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TableText:
    """The text of a CSV, in the encoding that it was written in; `start` is where its rows begin. A mark at its start is kept."""

    text: str
    encoding: str  # a codec that gives back the same bytes
    delimiter: str
    newline: str
    columns: tuple[str, ...]  # folded
    start: int

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Every row below the header; comments and rows of another width as they stand, blank lines left out.

        Raises UsageError where a quote isn't closed: what stands in which row can't be known then.
        """
        at = self.start
        while at < len(self.text):
            row, at = self._row(at)
            if len(row) > 1 or row[0].value:
                yield row

    def value(self, row: tuple[Cell, ...], name: str) -> str:
        """A row's value in a column, without the spaces around it; empty where the row or the table has no such column."""
        position = self.columns.index(name) if name in self.columns else len(row)
        return row[position].value.strip() if position < len(row) else ""

    def with_row(self, values: Mapping[str, str]) -> str:
        """The text with one more row at its end. Every other character stays."""
        joint = "" if self.text.endswith(("\n", "\r")) else self.newline
        written = self.delimiter.join(self._written(values.get(name, "")) for name in self.columns)
        return f"{self.text}{joint}{written}{self.newline}"

    def with_values(self, row: tuple[Cell, ...], values: Mapping[str, str]) -> str:
        """The text with other values in some cells of a row, in quotes where the old ones were. Every other character stays."""
        text = self.text
        for cell, value in sorted(((row[self.columns.index(name)], value) for name, value in values.items()), key=_start, reverse=True):
            written = self._written(value)
            if not written.startswith('"') and self.text[cell.start : cell.end].startswith('"'):
                written = f'"{written}"'
            text = text[: cell.start] + written + text[cell.end :]
        return text

    def encoded(self, text: str) -> bytes:
        """A text in the file's encoding. Raises UsageError for characters that it doesn't have."""
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            name = _NAMES.get(self.encoding, self.encoding)
            raise UsageError(f"a value has characters that the file's encoding ({name}) lacks: save the register as UTF-8 first") from None

    def _written(self, value: str) -> str:
        is_plain = not any(character in value for character in (*DELIMITERS, self.delimiter, '"'))
        return value if is_plain else '"' + value.replace('"', '""') + '"'

    def _row(self, at: int) -> tuple[tuple[Cell, ...], int]:
        """The row that starts here, and where the next one does."""
        cells: list[Cell] = []
        while True:
            cell = self._cell(at)
            cells.append(cell)
            at = cell.end
            if at < len(self.text) and self.text[at] == self.delimiter:
                at += 1
                continue
            return tuple(cells), at + (2 if self.text[at : at + 2] == "\r\n" else 1)

    def _cell(self, at: int) -> Cell:
        if not self.text.startswith('"', at):
            found = re.compile(f"[{re.escape(self.delimiter)}\r\n]").search(self.text, at)
            end = found.start() if found else len(self.text)
            return Cell(self.text[at:end], at, end)
        quoted = re.compile(r'"((?:[^"]|"")*)"').match(self.text, at)
        if quoted is None or self.text[quoted.end() : quoted.end() + 1] not in ("", self.delimiter, "\r", "\n"):
            line = len(re.findall(r"\r\n|\r|\n", self.text[:at])) + 1
            raise UsageError(f"line {line} has a quote that isn't closed where its field ends: mend that line first")
        return Cell(quoted[1].replace('""', '"'), at, quoted.end())


def read_table_text(path: Path, shown: str) -> tuple[TableText, bytes]:
    """The text of a CSV and its bytes. Raises UsageError for what can't be read as a table, or not be written back as it was."""
    try:
        content = path.read_bytes()
        file = ExportFile(path, None, shown, len(content), path.stat().st_mtime_ns)
        encoding, utf8 = settle(file, guess(content), b"".join)
        layout = read_layout(file, utf8, is_whole=True)
    except SourceError as error:
        raise UsageError(str(error).replace("download the export again", "mend it, or put a copy back")) from None
    except OSError as error:
        raise UsageError(f"{shown} can't be read: {error.strerror}") from None
    codec = "utf-8" if encoding == UTF8_MARKED else encoding
    text = content.decode(codec)
    if text.encode(codec) != content:
        raise UsageError(f"{shown} has characters that can't be written back as they are: save it as UTF-8")
    start = (1 if text.startswith("\ufeff") else 0) + len(utf8[: layout.data_offset].decode())
    ends = re.search(r"\r\n|\r|\n", text)
    return TableText(text, codec, layout.delimiter, ends[0] if ends else "\n", tuple(map(folded, layout.columns)), start), content


def _start(written: tuple[Cell, str]) -> int:
    return written[0].start
