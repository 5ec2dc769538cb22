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
    for found in _walk(str(real_root), real_root, ""):
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


def _walk(folder: str, root: Path, prefix: str) -> Iterator[ExportFile | Problem]:
    """What lies in a folder; `prefix` is its name below the root with a '/' at its end, '' for the root itself."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield Problem(prefix[:-1] or ".", "the folder can't be opened: check its permissions", is_folder=True)
        return
    for entry in entries:
        if is_hidden(entry.name):
            continue
        # A name that isn't valid UTF-8 can't be written to Parquet or JSON: its bad bytes are shown as U+FFFD.
        name = prefix + os.fsencode(entry.name).decode("utf-8", "replace")
        if entry.is_symlink():
            yield from _link_problem(Path(entry.path), root, name)
        elif not entry.is_dir(follow_symlinks=False):
            yield _file(entry, name)
        elif entry.name not in _OUR_FOLDERS and not (entry.name == "registers" and not prefix):
            yield from _walk(entry.path, root, f"{name}/")


def _link_problem(path: Path, root: Path, name: str) -> Iterator[Problem]:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        yield Problem(name, "a link that leads nowhere: put the file itself here, or remove the link")
        return
    if not target.is_relative_to(root):
        what = "a link that leaves the exports folder is not followed: put the file or folder itself here"
        yield Problem(name, what, is_folder=target.is_dir())


def _file(entry: os.DirEntry[str], name: str) -> ExportFile | Problem:
    path = Path(entry.path)
    suffix = path.suffix.lower()
    try:
        status = entry.stat(follow_symlinks=False)
        # Not a regular file: opening a fifo would wait for ever.
        if not stat.S_ISREG(status.st_mode):
            return Problem(name, "not a regular file (a pipe, socket or device) and skipped: put a copy of the data here")
        if suffix != ".parquet":  # whose footer is read a moment later
            with path.open("rb"):
                pass
    except OSError:
        return Problem(name, "can't be opened: check its permissions")
    if status.st_size == 0:
        return Problem(name, "empty file (zero bytes): download the export again")
    if suffix in _UNREAD_ARCHIVES or name.lower().endswith(".tar.gz"):
        return Problem(name, f"an archive of a kind that isn't read ({suffix}): unpack it here, or pack it as .zip")
    return ExportFile(path=path, member=None, name=name, size=status.st_size, modified_ns=status.st_mtime_ns)


def _is_archive(file: ExportFile) -> bool:
    suffix = file.path.suffix.lower()
    if suffix in _OFFICE or suffix == ".parquet":
        return False
    with file.path.open("rb") as handle:
        return suffix == ".zip" or handle.read(4) in ZIP_MAGIC
