"""How files get their content: aside first and then renamed, so that what is read is the old one or the new one, never half of it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from houdbaar.errors import UsageError


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON as the files of a run have it, into a folder that is itself written aside. Raises OSError."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_whole(file: Path, content: bytes, advice: str = "choose another place") -> None:
    """Write a file whole or not at all, readable as any new file is. Raises UsageError, with advice, where it can't be written."""
    if file.is_dir():
        raise UsageError(f"{file} is a folder: name a file to write")
    aside = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        mask = os.umask(0)
        os.umask(mask)
        Path(aside).chmod(0o666 & ~mask)
        Path(aside).replace(file)
    except OSError as error:
        if aside:
            Path(aside).unlink(missing_ok=True)
        raise UsageError(f"{file} can't be written ({error.strerror}): {advice}") from None


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A file (mode 0600) in a folder (0700) that are for their owner alone, in its place once it is written. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    aside = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            yield stream
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
