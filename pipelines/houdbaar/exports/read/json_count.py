"""How many values a JSON text has, counted by its brackets and commas without parsing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

_MARKS = np.zeros(256, dtype=bool)
_MARKS[list(b'"{}[],')] = True
_STEPS = np.zeros(256, dtype=np.int64)
_STEPS[list(b"{[")] = 1
_STEPS[list(b"}]")] = -1
_PIECE = 1 << 18  # what the processor's cache holds


@dataclass(slots=True)
class Brackets:
    """Depth and strings of the text so far. `elements` is of one array, `objects` of a sequence of objects."""

    objects: int = 0  # that begin outside everything
    commas: int = 0  # between the elements of the outermost array (or object)
    characters: int = 0  # that are not white space
    depth: int = 0
    is_in_string: bool = False
    _held: bytes = b""

    @property
    def elements(self) -> int:
        """Elements of the array that the text is."""
        return self.commas + 1 if self.characters > len("[]") else 0

    @property
    def is_unclosed(self) -> bool:
        """Whether a string, object or array is still open: at the end of a file it was cut off."""
        return self.depth > 0 or self.is_in_string

    def add(self, chunk: bytes) -> None:
        """Count on."""
        window = self._held + chunk
        # A backslash at the end belongs to what the next chunk begins with.
        self._held = b"\\" if (len(window) - len(window.rstrip(b"\\"))) % 2 else b""
        bare = window[: len(window) - len(self._held)].replace(b"\\\\", b"__").replace(b'\\"', b"__")
        self.characters += len(bare.translate(None, b" \t\r\n"))
        data = np.frombuffer(bare, dtype=np.uint8)
        marks = data[_MARKS[data]]
        is_quote = marks == ord('"')
        is_outside = (np.cumsum(is_quote) + self.is_in_string) % 2 == 0
        depths = self.depth + np.cumsum(np.where(is_outside, _STEPS[marks], 0))
        self.objects += int(((marks == ord("{")) & is_outside & (depths == 1)).sum())
        self.commas += int(((marks == ord(",")) & is_outside & (depths == 1)).sum())
        self.is_in_string ^= bool(is_quote.sum() % 2)
        self.depth = int(depths[-1]) if len(depths) else self.depth


def count_brackets(chunks: Iterable[bytes]) -> Brackets:
    """Count over a whole text in UTF-8."""
    brackets = Brackets()
    for chunk in chunks:
        for at in range(0, len(chunk), _PIECE):
            brackets.add(chunk[at : at + _PIECE])
    return brackets
