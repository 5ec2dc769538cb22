"""Plans on disk: the index beside the findings, what names people below `private/` (folders 0700, files 0600)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.reports.remediation.earlier import FOLLOWED
from houdbaar.reports.remediation.manifest import FOLDER, INDEX
from houdbaar.written import write_json

if TYPE_CHECKING:
    from houdbaar.reports.remediation.plans import Plans


def write_plans(plans: Plans, folder: Path) -> None:
    """Write plans into a run's folder. Raises OSError."""
    for name, text in plans.files.items():
        write_private(folder, f"{FOLDER}/{name}", text)
    write_json(folder / INDEX, plans.index)
    if plans.followed is not None:
        write_json(folder / "follow_up.json", plans.followed.as_json())
        if plans.followed.gone:
            write_private(folder, FOLLOWED, [plans.followed.private_lines()])


def write_private(folder: Path, name: str, text: Iterable[str]) -> None:
    """Write a file (its text in pieces) below a run's folder that only its owner can read. Raises OSError."""
    path = folder / name
    for parent in reversed(path.relative_to(folder).parents[:-1]):
        (folder / parent).mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.writelines(text)
