"""The cache of staged Parquet: what an export held may not outlive the export (design 4).

Audits of one workspace may run at once. An entry is a Parquet file and a sidecar that vouches for it, under a name that no other audit
writes: it appears when it is whole, is never replaced, and is removed only by who holds the folder alone. An audit holds it shared.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from houdbaar.errors import UsageError
from houdbaar.exports.files import sha256_of
from houdbaar.folders import locked_if_free, writing


@dataclass(frozen=True, slots=True)
class Cache:
    """The staged files of one audit. `used` are the names that it found or made in `folder`."""

    folder: Path
    used: set[str] = field(default_factory=set)

    def draft(self, key: str) -> Path:
        """Where to write a new entry of this key; nobody else's name, and no entry before `add`."""
        return self.folder / f"{key}.{secrets.token_hex(8)}.part"

    def add(self, draft: Path, facts: Mapping[str, Any]) -> Path:
        """Make an entry of a written draft and what is to be known of it (JSON; `file` is the export's name). Gives its Parquet file.

        Raises UsageError when that can't be written.
        """
        staged, sidecar = draft.with_suffix(".parquet"), draft.with_suffix(".json")
        with writing(self.folder):
            body = {"sha256": sha256_of(draft), "facts": facts}
            draft.replace(staged)
            draft.write_text(json.dumps({"checksum": _checksum(body), "body": body}), encoding="utf-8")
            draft.replace(sidecar)
        self.used.update((staged.name, sidecar.name))
        return staged

    def find(self, key: str) -> tuple[Path, dict[str, Any]] | None:
        """The Parquet file and the facts of a whole entry of this key. What was damaged or changed by hand is none."""
        for sidecar in sorted(self.folder.glob(f"{key}.*.json")):
            staged = sidecar.with_suffix(".parquet")
            body = _body(sidecar)
            with contextlib.suppress(OSError):
                if body is not None and sha256_of(staged) == body["sha256"]:
                    self.used.update((staged.name, sidecar.name))
                    return staged, body["facts"]
        return None


def drop_gone(folder: Path, exports: Path) -> None:
    """Remove entries whose export is no longer there, and what an audit that was killed left; later, if an audit is at work."""
    with locked_if_free(folder) as is_alone:
        if not is_alone:
            return
        kept: set[str] = set()
        for sidecar in folder.glob("*.json"):
            body = _body(sidecar)
            if body is not None and _is_there(exports / body["facts"]["file"].split("!")[0]):
                kept.update((sidecar.name, sidecar.with_suffix(".parquet").name))
        _drop_others(folder, kept)


def _is_there(export: Path) -> bool:
    try:
        return export.exists()
    except OSError:  # a folder that can't be opened now may be one that can be later
        return True


def drop_unused(cache: Cache) -> None:
    """Remove what an audit that ended well did not use: the export, its contract or a setting has changed. Not while another is at work."""
    with locked_if_free(cache.folder) as is_alone:
        if is_alone:
            _drop_others(cache.folder, cache.used)


def _drop_others(folder: Path, kept: set[str]) -> None:
    for file in folder.iterdir():
        if file.name not in kept:
            with contextlib.suppress(OSError):  # a read-only workspace can still be looked into
                file.unlink()


def _body(sidecar: Path) -> dict[str, Any] | None:
    """What a sidecar says, if that is what was written."""
    try:
        stored = json.loads(sidecar.read_text(encoding="utf-8"))
        body: dict[str, Any] = stored["body"]
        return body if stored["checksum"] == _checksum(body) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def make_folder(cache: Path) -> None:
    """Make a workspace's cache, and the folder that it is in, for their owner alone. Raises UsageError."""
    try:
        cache.parent.mkdir(mode=0o700, exist_ok=True)
        cache.mkdir(mode=0o700, exist_ok=True)
        if not os.access(cache, os.W_OK):
            raise PermissionError
    except OSError:
        advice = "mend its permissions, or set [cache] keep = false in houdbaar.toml"
        raise UsageError(f"the cache {cache} can't be written: {advice}") from None
