"""Folders that several audits use at once. Locks are the system's own (flock on the folder): they end with their process."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from houdbaar.errors import UsageError


@contextmanager
def locked(folder: Path, *, is_shared: bool = False) -> Iterator[None]:
    """Hold a folder, alone or shared, waiting for others. Where the file system has no locks, nothing is held.

    Raises UsageError when the folder isn't there.
    """
    while folder.is_dir():
        with _held(folder, fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) as is_there:
            if is_there:
                yield
                return
    raise UsageError(f"{folder} is gone: something else removed it meanwhile; do it again")


@contextmanager
def locked_if_free(folder: Path) -> Iterator[bool]:
    """Hold a folder alone, or not at all (False): another process holds it, it isn't there, or it can't be locked."""
    with _held(folder, fcntl.LOCK_EX | fcntl.LOCK_NB) as is_held:
        yield is_held


def can_be_locked(folder: Path) -> bool:
    """Whether a lock on a folder means anything: some network file systems have none."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


@contextmanager
def _held(folder: Path, kind: int) -> Iterator[bool]:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, kind)
        except OSError:
            # Without waiting, no lock is a no; with waiting, there are no locks here.
            yield not kind & fcntl.LOCK_NB
        else:
            yield _is_still(folder, handle)
    finally:
        os.close(handle)


def _is_still(folder: Path, handle: int) -> bool:
    """Whether the folder that is held has its name still: it may have been removed while its lock was waited for."""
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except OSError:
        return False


@contextmanager
def own_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A new private folder (mode 0700) in `parent` (default: the system's temp folder), gone at the end.

    Those of the same prefix whose process was killed go too: what they hold can be personal. Raises OSError.
    """
    place = (parent or temp_place()).resolve()
    _remove_orphans(prefix, place)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        try:
            # Not yet locked, it can have been taken for an orphan: then another one is made.
            with _held(folder, fcntl.LOCK_EX) as is_ours:
                if is_ours:
                    yield folder
                    return
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def temp_place() -> Path:
    """The system's folder for temporary files. Raises UsageError when there is none that can be written."""
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        raise UsageError("there is no folder for temporary files that can be written: set TMPDIR to one") from None


@contextmanager
def temp_folder(prefix: str) -> Iterator[Path]:
    """An `own_folder` where the system keeps temporary files. Raises UsageError when it can't be made."""
    with contextlib.ExitStack() as stack:
        with writing(temp_place()):
            folder = stack.enter_context(own_folder(prefix))
        yield folder


def _remove_orphans(prefix: str, place: Path) -> None:
    name = re.compile(re.escape(prefix) + r"[a-z0-9_]{8}")  # as tempfile makes them
    with contextlib.suppress(OSError):
        for folder in place.iterdir():
            if name.fullmatch(folder.name) and folder.lstat().st_uid == os.geteuid():
                with locked_if_free(folder) as is_orphan:
                    if is_orphan:
                        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """What is written in here has no room, or may not be written: told as that, not as a fault of an export. Raises UsageError."""
    try:
        yield
    except OSError as error:
        raise unwritable(place, error.errno) from None


def unwritable(place: Path, number: int | None) -> UsageError:
    """The error for a folder that takes nothing more; `number` is the system's (errno), None when it gave none."""
    what = os.strerror(number) if number is not None else "the system gave no reason"
    advice = "make room there" if number in NO_ROOM else "mend its permissions"
    return UsageError(f"nothing can be written in {place} ({what}): {advice}, then audit again; nothing was changed")


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
