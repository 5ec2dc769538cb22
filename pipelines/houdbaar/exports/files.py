"""Which files and archive members there are to read: found without following links out of the folder or trusting an archive."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# Zip files by build, tables by content: they are read as workbooks, or not at all.
_OFFICE = frozenset({".xlsx", ".xlsm", ".xltx", ".xlsb", ".ods", ".odt", ".docx", ".pptx", ".jar"})
_UNREAD_ARCHIVES = frozenset({".7z", ".rar", ".tar", ".tgz", ".tbz2", ".bz2", ".xz", ".zst", ".lz4"})
_OUR_FOLDERS = frozenset({"runs", "houdbaar-runs"})  # what audits wrote, anywhere; hidden folders (.houdbaar, .git) are left out too


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a compressed file may unfold. Real exports shrink 5 to 50 times; deflate itself stops at 1,032 times."""

    unpacked_bytes: int = 16 << 30  # a full disk is no audit; GA4 shards are about 1 GB
    ratio: int = 200
    ratio_floor: int = 16 << 20  # below this many unpacked bytes any ratio is harmless
    members: int = 20_000  # a Mailchimp account export has some files a campaign


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of the exports folder, or one member of an archive in it.

    `name` is what people see: relative to the folder, with '/', `archive.zip!member.csv` inside an archive.
    `size` is in bytes as stored on disk (as declared, of a member); `modified_ns` is the file's (the archive's) mtime.
    """

    path: Path
    member: str | None
    name: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that looks like an export and can't be read; `what` says what is wrong and what to do. No values.

    `is_folder`: it is a folder, and nobody knows what lies in it.
    """

    name: str
    what: str
    is_folder: bool = False


def unreadable(file: ExportFile, what: str, advice: str = "download the export again") -> SourceError:
    """The error for an export that can't be read whole. `what` and `advice` hold no value from the file."""
    return SourceError(f"{file.name}: {what}; {advice}")


def is_changed(file: ExportFile) -> bool:
    """Whether a file (of a member: its archive) is no longer what it was when it was found, or is gone."""
    try:
        status = file.path.stat()
    except OSError:
        return True
    return status.st_mtime_ns != file.modified_ns or (file.member is None and status.st_size != file.size)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def find(root: Path, limits: Limits = LIMITS) -> tuple[list[ExportFile], list[Problem]]:
    """Every file under `root` and every member of its ZIP archives, both lists sorted by name.

    Never entered: hidden folders and files, `runs/`, `houdbaar-runs/`, a `registers/` at the top. Links are never
    followed: what they point to inside `root` is found where it lies, what lies outside is a problem.
    """
    files: list[ExportFile] = []
    problems: list[Problem] = []
    real_root = root.resolve()
    for found in _walk(real_root, real_root):
        if isinstance(found, Problem):
            problems.append(found)
        elif _is_archive(found):
            from houdbaar.exports.archives import members

            inside, broken = members(found, limits)
            files.extend(inside)
            problems.extend(broken)
        else:
            files.append(found)
    return sorted(files, key=lambda file: file.name), sorted(problems, key=lambda problem: (problem.name, problem.what))


def is_hidden(part: str) -> bool:
    """Whether a file or folder name is one that people don't see or didn't make."""
    return part.startswith((".", "~$")) or part in ("__MACOSX", "Thumbs.db", "desktop.ini")


def _walk(folder: Path, root: Path) -> Iterator[ExportFile | Problem]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield Problem(_shown(folder, root), "the folder can't be opened: check its permissions", is_folder=True)
        return
    for entry in entries:
        path = Path(entry.path)
        if is_hidden(entry.name):
            continue
        if entry.is_symlink():
            yield from _link_problem(path, root)
        elif not entry.is_dir(follow_symlinks=False):
            yield _file(path, root)
        elif entry.name not in _OUR_FOLDERS and not (entry.name == "registers" and folder == root):
            yield from _walk(path, root)


def _link_problem(path: Path, root: Path) -> Iterator[Problem]:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        yield Problem(_shown(path, root), "a link that leads nowhere: put the file itself here, or remove the link")
        return
    if not target.is_relative_to(root):
        what = "a link that leaves the exports folder is not followed: put the file or folder itself here"
        yield Problem(_shown(path, root), what, is_folder=target.is_dir())


def _file(path: Path, root: Path) -> ExportFile | Problem:
    name = _shown(path, root)
    try:
        status = path.lstat()
        # Not a regular file: opening a fifo would wait for ever.
        if not stat.S_ISREG(status.st_mode):
            return Problem(name, "not a regular file (a pipe, socket or device) and skipped: put a copy of the data here")
        if path.suffix.lower() != ".parquet":  # whose footer is read a moment later
            with path.open("rb"):
                pass
    except OSError:
        return Problem(name, "can't be opened: check its permissions")
    if status.st_size == 0:
        return Problem(name, "empty file (zero bytes): download the export again")
    if path.suffix.lower() in _UNREAD_ARCHIVES or name.lower().endswith(".tar.gz"):
        return Problem(name, f"an archive of a kind that isn't read ({path.suffix.lower()}): unpack it here, or pack it as .zip")
    return ExportFile(path=path, member=None, name=name, size=status.st_size, modified_ns=status.st_mtime_ns)


def _is_archive(file: ExportFile) -> bool:
    suffix = file.path.suffix.lower()
    if suffix in _OFFICE or suffix == ".parquet":
        return False
    with file.path.open("rb") as handle:
        return suffix == ".zip" or handle.read(4) in ZIP_MAGIC


def _shown(path: Path, root: Path) -> str:
    # A name that isn't valid UTF-8 can't be written to Parquet or JSON: its bad bytes are shown as U+FFFD.
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")
