"""The cache of staged Parquet: what an export held may not outlive the export (design 4)."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path


def drop_gone(cache: Path, exports: Path) -> None:
    """Remove entries whose export is no longer there, and what an audit that was killed left half-written."""
    if not cache.is_dir():
        return
    for sidecar in cache.glob("*.json"):
        try:
            name = str(json.loads(sidecar.read_text(encoding="utf-8"))["file"])
        except (OSError, ValueError, KeyError):
            name = ""
        if not name or not (exports / name.split("!")[0]).exists():
            _drop(cache, sidecar.stem)
    kept = {sidecar.stem for sidecar in cache.glob("*.json")}
    for file in cache.iterdir():
        if file.suffix in (".parquet", ".raw", ".part") and file.stem not in kept:
            file.unlink(missing_ok=True)


def drop_superseded(cache: Path, used: Collection[str], files: Collection[str]) -> None:
    """Remove entries of these exports (names as shown) that this audit did not use: the export or its contract has changed."""
    for sidecar in cache.glob("*.json"):
        if sidecar.stem not in used and json.loads(sidecar.read_text(encoding="utf-8")).get("file") in files:
            _drop(cache, sidecar.stem)


def _drop(cache: Path, key: str) -> None:
    for suffix in (".json", ".parquet"):
        (cache / f"{key}{suffix}").unlink(missing_ok=True)
