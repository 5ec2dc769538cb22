"""Run manifests: `run.json` in each recorded run's folder has the SHA-256 of all its files and of the run.json before (design 7).

A run.json is sealed with the workspace's key, so that nobody without it can write another one that fits. A run that was written anew
(`--replace`) names the run.json that it replaces, which lies in `<as-of>.1/`, `.2` and so on: those form a chain of their own, and
what has to follow them in time follows the newest.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.exports.files import sha256_of

if TYPE_CHECKING:
    from houdbaar.privacy import Pseudonyms

RUN_FILE = "run.json"
PRIVATE = "private"
FORMAT = 1
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.([1-9]\d{0,5}))?", re.ASCII)
_OF_SUMMARY = ("tool_version", "timezone", "policy", "policy_version", "policy_text_sha256", "policy_sha256", "fingerprint")
_FIELDS = frozenset({"as_of", *_OF_SUMMARY, "key_check", "previous", "replaces", "files", "seal"})


@dataclass(frozen=True, slots=True)
class Link:
    """A run by its as-of date and the SHA-256 of its run.json."""

    as_of: date
    sha256: str

    def as_json(self) -> dict[str, str]:
        """As run.json and the ledger hold it."""
        return {"as_of": self.as_of.isoformat(), "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A folder with a run.json. `number` is 0 for the run of a day, 1, 2, … for those that it replaced.

    `manifest` is None where the run.json can't be read as one; `sha256` is that of its bytes.
    """

    folder: Path
    as_of: date
    number: int
    sha256: str
    manifest: Mapping[str, Any] | None

    @property
    def link(self) -> Link:
        """What the next run names."""
        return Link(self.as_of, self.sha256)

    @property
    def key_check(self) -> str | None:
        """By which key the run was made, as `key_check` gives it."""
        return None if self.manifest is None else self.manifest["key_check"]

    def is_of(self, fingerprint: str) -> bool:
        """Whether it judged the same inputs under the same policy and knobs."""
        return self.manifest is not None and self.manifest["fingerprint"] == fingerprint

    def sha256_of(self, name: str) -> str | None:
        """The SHA-256 of a file of the run, as its run.json has it."""
        files = () if self.manifest is None else self.manifest["files"]
        return next((file["sha256"] for file in files if file["file"] == name), None)

    def vouches_for(self, name: str) -> bool:
        """Whether a file is what it was when the run was recorded, or as absent as then; a private one may have been deleted since."""
        path, sha256 = self.folder / name, self.sha256_of(name)
        if not os.path.lexists(path):
            return self.manifest is not None and (sha256 is None or is_private(name))
        return sha256 is not None and not path.is_symlink() and _sha256_or_none(path) == sha256


def key_check(pseudonyms: Pseudonyms) -> str:
    """Sixteen digits that tell one workspace key from another, and nothing else about it."""
    return pseudonyms.of("houdbaar:key-check")[:16]


def write_run_file(folder: Path, summary: Mapping[str, Any], previous: Link | None, replaces: str | None, pseudonyms: Pseudonyms) -> None:
    """Write run.json over all files that lie in a run's folder: it is the last one to be written."""
    run = summary["run"]
    manifest = {
        "format": FORMAT,
        "as_of": run["as_of"],
        **{name: run[name] for name in _OF_SUMMARY},
        "key_check": key_check(pseudonyms),
        "previous": None if previous is None else previous.as_json(),
        "replaces": replaces,
        "files": [
            {"file": name, "bytes": path.stat().st_size, "sha256": sha256_of(path), "is_private": is_private(name)}
            for name, path in files_of(folder)
        ],
    }
    (folder / RUN_FILE).write_bytes(_text(manifest | {"seal": _seal(manifest, pseudonyms)}))


def _text(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def is_sealed(manifest: Mapping[str, Any], pseudonyms: Pseudonyms) -> bool:
    """Whether a run.json says what it said when it was written, by the workspace's key."""
    return bool(manifest.get("seal") == _seal({name: value for name, value in manifest.items() if name != "seal"}, pseudonyms))


def _seal(manifest: Mapping[str, Any], pseudonyms: Pseudonyms) -> str:
    return pseudonyms.of(f"houdbaar:run\x1f{json.dumps(manifest, sort_keys=True, ensure_ascii=False)}")


def files_of(folder: Path) -> list[tuple[str, Path]]:
    """Every file of a run's folder but run.json, by its name with slashes, sorted. Links are files here, and not followed."""
    paths = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    named = ((path.relative_to(folder).as_posix(), path) for path in paths)
    return sorted((name, path) for name, path in named if name != RUN_FILE)


def is_private(name: str) -> bool:
    """Whether a run's file holds identifiers on purpose: its owner may delete it."""
    return name.split("/", maxsplit=1)[0] == PRIVATE


def run_name(name: str) -> tuple[date, int] | None:
    """As-of date and number of a run's folder: '2026-10-31' and '2026-10-31.1'; None for any other name."""
    found = _NAME.fullmatch(name)
    try:
        return None if found is None else (date.fromisoformat(found[1]), int(found[2] or 0))
    except ValueError:
        return None


def run_folders(runs: Path) -> dict[tuple[date, int], Path]:
    """Every folder that has the name of a run, in the order of time; those of a day with the newest first."""
    entries = list(runs.iterdir()) if runs.is_dir() else []
    named = {place: entry for entry in entries if (place := run_name(entry.name)) is not None and entry.is_dir()}
    return dict(sorted(named.items(), key=lambda item: (item[0][0], item[0][1] > 0, -item[0][1])))


def recorded_runs(runs: Path) -> list[RecordedRun]:
    """The runs that have a run.json, in the order of time. Raises UsageError for one that can't be opened."""
    return [found for folder in run_folders(runs).values() if (found := read_run(folder)) is not None]


def recorded_before(runs: Path, as_of: date) -> list[RecordedRun]:
    """The runs of earlier days that have a run.json, the oldest first; none that was replaced. Raises as `recorded_runs` does."""
    return [run for run in recorded_runs(runs) if not run.number and run.as_of < as_of]


def read_run(folder: Path) -> RecordedRun | None:
    """The recorded run in a folder with the name of one; None where there is no run.json. Raises UsageError if that can't be opened."""
    place = run_name(folder.name)
    if place is None or not (folder / RUN_FILE).exists():
        return None
    try:
        content = (folder / RUN_FILE).read_bytes()
    except OSError as error:
        raise UsageError(f"{folder / RUN_FILE} can't be opened ({error.strerror}): mend its permissions") from None
    try:
        manifest = json.loads(content)
        is_own = _is_whole(manifest) and _text(manifest) == content  # a seal is about what it says: no byte may be another either
    except (ValueError, RecursionError):
        manifest, is_own = None, False
    return RecordedRun(folder, *place, hashlib.sha256(content).hexdigest(), manifest if is_own else None)


def _is_whole(manifest: Any) -> bool:
    """Whether what stands in a run.json has the shape of one: people may have changed it."""
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not set(manifest) >= _FIELDS:
        return False
    files, previous = manifest["files"], manifest["previous"]
    return (
        _has(manifest, str, "as_of", "key_check", *_OF_SUMMARY)
        and isinstance(files, list)
        and all(_has(file, str, "file", "sha256") and _has(file, int, "bytes") for file in files)
        and (previous is None or _has(previous, str, "as_of", "sha256"))
    )


def _has(value: Any, kind: type, *names: str) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), kind) for name in names)


def is_intact(run: RecordedRun, pseudonyms: Pseudonyms) -> bool:
    """Whether a run's folder holds what it held when it was recorded; private files may have been deleted since."""
    return run.manifest is not None and is_sealed(run.manifest, pseudonyms) and not any(map(is_fault, changed_files(run)))


def changed_files(run: RecordedRun) -> Iterator[tuple[str, str]]:
    """Files of a run that are not what its run.json says: name, and 'changed', 'missing', 'deleted' (a private one) or 'added'."""
    there = dict(files_of(run.folder))
    files = () if run.manifest is None else run.manifest["files"]
    for file in files:
        path = there.pop(file["file"], None)
        if path is None:
            yield file["file"], "deleted" if is_private(file["file"]) else "missing"
        elif path.is_symlink() or _sha256_or_none(path) != file["sha256"]:
            yield file["file"], "changed"
    yield from ((name, "added") for name in sorted(there))


def is_fault(found: tuple[str, str]) -> bool:
    """Whether a difference is a mismatch: not a private file that was deleted, nor one that was put beside the run's own."""
    return found[1] in ("changed", "missing")


def _sha256_or_none(path: Path) -> str | None:
    try:
        return sha256_of(path)
    except OSError:
        return None
