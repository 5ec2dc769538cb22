"""Where packages are written: private, aside first, then renamed; and packed for the way to the person."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from houdbaar.errors import UsageError
from houdbaar.folders import own_folder, writing
from houdbaar.privacy import Pseudonyms, is_plain_id

LEAST_PASSPHRASE = 12  # characters: a package is guessed at as often as somebody likes
ARCHIVE = "package.zip"
_UNFINISHED, _REPLACED = ".houdbaar-unfinished-", ".houdbaar-replaced-"


def package_folder(base: Path, request_id: str, pseudonyms: Pseudonyms) -> Path:
    """The folder of one request's package, and of no other's; an id that may point at a person gives a keyed name."""
    key = pseudonyms.of(request_id)[:8]
    if not is_plain_id(request_id) or "/" in request_id:
        return base / "private" / f"id-{key}"
    return base / "private" / (f"{request_id.replace(' ', '-')}-{key}" if " " in request_id else request_id)


def write_package(folder: Path, files: Mapping[str, bytes], passphrase: str | None) -> None:
    """Write a package's files (0600, folders 0700) in place of an older package; with a passphrase `package/` is packed encrypted.

    Raises UsageError where it can't be written; then what stood there is still there.
    """
    private = folder.parent
    with writing(private):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        private.chmod(0o700)
        old = private / f"{_REPLACED}{folder.name}"
        _bring_back(old, folder)
        with own_folder(_UNFINISHED, private) as aside:
            for name, content in sorted(files.items()):
                if passphrase is None or not name.startswith("package/"):
                    _write(aside / name, content, aside)
            if passphrase is not None:
                _write_archive(aside / ARCHIVE, files, passphrase)
            _put_in_place(aside, folder, old)


def _put_in_place(aside: Path, folder: Path, old: Path) -> None:
    """Let the new folder have the old one's name; where that fails, the old one has it again."""
    if folder.exists():
        folder.rename(old)
    try:
        aside.rename(folder)
    except OSError:
        _bring_back(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _bring_back(old: Path, folder: Path) -> None:
    """Undo a replacement that was cut short: the older package is the only one as long as no newer one stands in its place."""
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, content: bytes, top: Path) -> None:
    missing = [parent for parent in path.parents if parent != top and top in parent.parents and not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)


def _write_archive(path: Path, files: Mapping[str, bytes], passphrase: str) -> None:
    """A ZIP with AES-256, which 7-Zip, WinZip and macOS tools open; names of files stay readable in it."""
    pyzipper = require_crypt()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    options = {"compression": pyzipper.ZIP_DEFLATED, "encryption": pyzipper.WZ_AES}
    with os.fdopen(handle, "wb") as stream, pyzipper.AESZipFile(stream, "w", **options) as archive:
        archive.setpassword(passphrase.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, content in sorted(files.items()):
            if name.startswith("package/"):
                archive.writestr(name.removeprefix("package/"), content)


def require_crypt() -> Any:
    """The library that encrypts. Raises UsageError where it isn't installed."""
    try:
        import pyzipper
    except ImportError:
        raise UsageError(
            "a package can't be encrypted: the extra `crypt` is not installed\n"
            "  install it with: pip install 'houdbaar[crypt]'; without --encrypt the package is a folder that only you can read"
        ) from None
    return pyzipper
