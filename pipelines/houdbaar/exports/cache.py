"""The cache of staged Parquet: what an export held may not outlive the export (design 4).

Audits of one workspace may run at once. An entry is a Parquet file and a sidecar that vouches for it, under a name that no other audit
writes: it appears when it is whole, is never replaced, and is removed only by who holds the folder alone. An audit holds it shared.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from houdbaar.errors import UsageError
from houdbaar.exports.digests import Digests
from houdbaar.exports.files import sha256_of
from houdbaar.folders import locked_if_free, writing


@dataclass(frozen=True, slots=True)
class Cache:
    """The staged files of one audit. `used` are the names that it found or made in `folder`; `digests` are of exports too."""

    folder: Path
    used: set[str] = field(default_factory=set)
    digests: Digests = field(default_factory=Digests)

    def foresee(self) -> None:
        """Begin to look whether entries are whole, beside other work: who will ask for all that is kept calls this first."""
        self.digests.begin(sorted(self.folder.glob("*.parquet")))

    def close(self) -> None:
        """Leave what was foreseen and not asked for."""
        self.digests.close()

    def draft(self, key: str) -> Path:
        """Where to write a new entry of this key; nobody else's name, and no entry before `add`."""
        return self.folder / f"{key}.{secrets.token_hex(8)}.part"

    def add(self, draft: Path, facts: Mapping[str, Any]) -> Path:
        """Make an entry of a written draft and what is to be known of it (JSON; `files` are the exports' names). Gives its Parquet file.

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
                if body is not None and self.digests.of(staged) == body["sha256"]:
                    self.used.update((staged.name, sidecar.name))
                    return staged, body["facts"]
        return None


def drop_gone(folder: Path, exports: Path) -> None:
    """Remove entries one of whose exports is no longer there, and what an audit that was killed left; later, if an audit is at work."""
    with locked_if_free(folder) as is_alone:
        if is_alone:
            is_there = functools.cache(lambda name: _is_there(exports / name.split("!")[0]))
            _drop_others(folder, _named({name for name, facts in _entries(folder) if all(map(is_there, facts.get("files", ("?",))))}))


def _is_there(export: Path) -> bool:
    try:
        return export.exists()
    except OSError:  # a folder that can't be opened now may be one that can be later
        return True


def drop_unused(cache: Cache, exports: Path) -> None:
    """Remove what an audit that ended well did not use: the export, its contract or a setting has changed. Not while another is at work.

    What searches made of many exports together (`seen`: name, size and time of each) stays while these are as they were, unless this
    time such a thing was used or made.
    """
    with locked_if_free(cache.folder) as is_alone:
        if is_alone:
            joint = {name: facts["seen"] for name, facts in _entries(cache.folder) if "seen" in facts}
            is_same = functools.cache(lambda file: _is_as_seen(exports, *file))
            spared = set() if cache.used & joint.keys() else {name for name, seen in joint.items() if all(map(is_same, map(tuple, seen)))}
            _drop_others(cache.folder, cache.used | _named(spared))


def _is_as_seen(exports: Path, name: str, size: int, modified_ns: int) -> bool:
    try:
        status = (exports / name.split("!", 1)[0]).stat()
    except OSError:
        return False
    return status.st_mtime_ns == modified_ns and ("!" in name or status.st_size == size)


def drop_all(folder: Path) -> None:
    """Remove everything, where nothing is to be kept; later, if an audit is at work."""
    with locked_if_free(folder) as is_alone:
        if is_alone:
            _drop_others(folder, set())


def _entries(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The names of whole sidecars, and the facts in them."""
    for sidecar in folder.glob("*.json"):
        if (body := _body(sidecar)) is not None:
            yield sidecar.name, body["facts"]


def _named(sidecars: Collection[str]) -> set[str]:
    """Sidecars with their Parquet files."""
    return {*sidecars, *(f"{name.removesuffix('.json')}.parquet" for name in sidecars)}


def _drop_others(folder: Path, kept: Collection[str]) -> None:
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
