"""Commands that Houdbaar proposes: whoever copies one into a shell gets what is meant."""

from __future__ import annotations

import shlex
from pathlib import Path


def proposed(*words: str | Path) -> str:
    """`houdbaar` and these words, each quoted where a shell needs it: a path may hold blanks, quotes and brackets."""
    return shlex.join(("houdbaar", *map(_argument, words)))


def _argument(word: str | Path) -> str:
    is_option = isinstance(word, Path) and str(word).startswith("-")
    return f"./{word}" if is_option else str(word)
