"""The members of a ZIP archive that can be read, and what is wrong with the others. Nothing is unpacked to disk by its own name."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from houdbaar.exports.files import ExportFile, Limits, Problem, is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENCRYPTED = 0x1 | 0x40 | 0x2000  # traditional or AES, strong, and masked headers
_UTF8_NAME = 0x800
_READ_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_NESTED = frozenset({".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst"})


def members(archive: ExportFile, limits: Limits) -> tuple[list[ExportFile], list[Problem]]:
    """Readable members in the archive's order, and a problem for each other one; hidden members are left out."""
    try:
        with zipfile.ZipFile(archive.path) as handle:
            infos = [info for info in handle.infolist() if not info.is_dir() and not _is_hidden(info)]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, struct.error):
        return [], [Problem(archive.name, "a broken or cut-off ZIP archive: download the export again")]
    refused = _archive_problem(archive, infos, limits)
    if refused:
        return [], [Problem(archive.name, refused)]
    return _sorted_out(archive, infos, limits)


def shown_name(info: zipfile.ZipInfo) -> str:
    """The member's name as people see it: some packers write UTF-8 without saying so, the rest is CP437."""
    if not info.flag_bits & _UTF8_NAME:
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename.encode("utf-8", "replace").decode("utf-8")


def _sorted_out(archive: ExportFile, infos: list[zipfile.ZipInfo], limits: Limits) -> tuple[list[ExportFile], list[Problem]]:
    files: list[ExportFile] = []
    problems: list[Problem] = []
    times_used = Counter(info.filename for info in infos)
    for filename, info in {info.filename: info for info in infos}.items():
        name = f"{archive.name}!{shown_name(info)}"
        what = "named twice in the archive: pack it again" if times_used[filename] > 1 else _member_problem(info, limits)
        if what:
            problems.append(Problem(name, what))
        else:
            files.append(ExportFile(archive.path, filename, name, info.file_size, archive.modified_ns))
    return files, problems


def _archive_problem(archive: ExportFile, infos: list[zipfile.ZipInfo], limits: Limits) -> str | None:
    if not infos:
        return "an archive without files: download the export again"
    if len(infos) > limits.members:
        return f"has more than {limits.members} files: unpack it here"
    # Against the archive's size on disk: members that share their compressed bytes would each look harmless.
    if _is_bomb(sum(info.file_size for info in infos), archive.size, limits):
        return "would unpack to far more than an export (a zip bomb): leave it out, or unpack it here after looking at it"
    return None


def _member_problem(info: zipfile.ZipInfo, limits: Limits) -> str | None:
    if _leaves_folder(info.filename):
        return "a path that leaves the archive's folder (absolute, or with '..'): not read; pack it again without"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link inside an archive: not followed; pack the file itself"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted: unpack it here with its password"
    if info.compress_type not in _READ_METHODS:
        return "packed with a method that can't be read: unpack it here, or pack it again"
    if info.file_size == 0:
        return "empty file (zero bytes): download the export again"
    if _is_bomb(info.file_size, info.compress_size, limits):
        return "would unpack to far more than an export (a zip bomb): leave it out, or unpack it here after looking at it"
    if PurePosixPath(info.filename).suffix.lower() in _NESTED:
        return "an archive inside an archive isn't read: unpack the outer one here"
    return None


def _is_bomb(unpacked: int, packed: int, limits: Limits) -> bool:
    return unpacked > limits.unpacked_bytes or (unpacked > limits.ratio_floor and unpacked > limits.ratio * max(packed, 1))


def _leaves_folder(filename: str) -> bool:
    parts = filename.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or parts[0].endswith(":")


def _parts(filename: str) -> Iterable[str]:
    return (part for part in filename.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _is_hidden(info: zipfile.ZipInfo) -> bool:
    return any(is_hidden(part) for part in _parts(info.filename))
