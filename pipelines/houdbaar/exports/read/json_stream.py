"""JSON values one after another from a text that need not fit in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from houdbaar.errors import SourceError
from houdbaar.exports.files import ExportFile, unreadable
from houdbaar.exports.json_values import DECODER, SPACE, Number

LONGEST_RECORD = 64 << 20  # bytes of a line, characters of a value


class Values:
    """The values of a JSON text. Raises SourceError where it isn't JSON, with the number of the value, never its text."""

    def __init__(self, file: ExportFile, chunks: Iterator[str]) -> None:
        self._file, self._chunks = file, chunks
        self._text, self._start, self._at, self._count = "", 0, 0, 0
        self._is_end = False

    def peek(self) -> str:
        """The next character that isn't white space, or '' at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._text) or self._is_end:
                return self._text[self._at : self._at + 1]
            self._more(1)

    def value(self) -> Any:
        """The next value."""
        self.peek()
        self._count += 1
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                end = None
            # A number at the end of what was read may go on.
            if end is not None and (end < len(self._text) or self._is_end or not isinstance(value, Number)):
                self._start, self._at = self._at, end
                return value
            held = len(self._text) - self._at
            if self._is_end or held > LONGEST_RECORD:
                raise self._invalid()
            self._more(held)

    def source(self) -> str:
        """The text of the value that `value` just gave."""
        return self._text[self._start : self._at]

    def array(self) -> Iterator[Any]:
        """The elements of the array that comes next and is the whole text."""
        self._expect("[")
        while self.peek() != "]":
            yield self.value()
            if self.peek() != "]":
                self._expect(",")
                if self.peek() == "]":
                    raise self._invalid()
        self._expect("]")
        if self.peek():
            raise unreadable(self._file, "text after the end of its JSON array")

    def _expect(self, character: str) -> None:
        if self.peek() != character:
            raise self._invalid()
        self._at += 1

    def _more(self, at_least: int) -> None:
        """Read on; twice as much each time, so that a long value isn't parsed again at every piece."""
        parts, missing = [self._text[self._at :]], at_least
        while missing > 0 and not self._is_end:
            chunk = next(self._chunks, None)
            self._is_end = chunk is None
            parts.append(chunk or "")
            missing -= len(chunk or "")
        self._text, self._at, self._start = "".join(parts), 0, 0

    def _invalid(self) -> SourceError:
        return unreadable(self._file, f"not valid JSON at record {self._count}")
