"""Files that the gate writes where it is told to: aside first, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from houdbaar.errors import UsageError


def write_whole(file: Path, text: str) -> None:
    """Write a file whole or not at all, readable as any new file is. Raises UsageError where it can't be written."""
    if file.is_dir():
        raise UsageError(f"{file} is a folder: name a file to write")
    aside = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(aside).chmod(0o666 & ~mask)
        Path(aside).replace(file)
    except OSError as error:
        if aside:
            Path(aside).unlink(missing_ok=True)
        raise UsageError(f"{file} can't be written ({error.strerror}): choose another place") from None
