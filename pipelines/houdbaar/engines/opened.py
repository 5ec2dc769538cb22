"""A connection to DuckDB, hardened: its settings, which are locked, and its errors, which are told without their text."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from houdbaar.engines.literals import sql_text
from houdbaar.errors import AuditError, EngineError, UsageError
from houdbaar.folders import NO_ROOM, unwritable

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "450MB",  # above it DuckDB spills to the private temp folder
    "checkpoint_threshold": "1TB",  # tables in memory need none, and it would take a few hundred megabytes at some moment
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
THREADS = 4  # at most, as each has its own part of that memory: eight fail on what four can do
# Settings that DuckDB takes only once it runs; the lock comes last. `set` takes no bound values, hence `sql_text`.
# A filter pushed down through the steps of staging repeats them all in itself: a verdict over twenty rows then took five seconds to plan.
# The zone is set for cursors too: by itself each has the machine's.
# What prunes Parquet here is decided from footers beforehand (exports/quick_spans.py), not by pushed filters.
_LOCK = """
    set global TimeZone = 'UTC'; set disabled_optimizers = 'filter_pushdown,in_clause';
    set enable_external_access = false; set lock_configuration = true
"""


def opened(folders: Sequence[Path], scratch: Path, database: Path | None, is_read_only: bool, threads: int) -> duckdb.DuckDBPyConnection:
    """A connection under all settings; it takes 20 ms."""
    allowed = ", ".join(sql_text(str(folder)) for folder in sorted(set(folders)))
    with withheld("opening DuckDB", scratch):
        connection = duckdb.connect(":memory:" if database is None else str(database), read_only=is_read_only, config=_CONFIG)
        connection.execute(f"set temp_directory = {sql_text(str(scratch))}; set allowed_directories = [{allowed}]")
        has_bar, cores = connection.execute("select current_setting('enable_progress_bar'), current_setting('threads')").fetchall()[0]
        if has_bar:  # where it can't be switched off (Jupyter without ipywidgets) it is off
            connection.execute("set enable_progress_bar = false")
        connection.execute(f"set threads = {min(cores, threads)}")
        connection.execute(_LOCK)
    return connection


@contextlib.contextmanager
def withheld(doing: str, place: Path) -> Iterator[None]:
    """Raise engine errors again without their text: it quotes values and whole lines (design 9). `place` is where it writes."""
    try:
        yield
    except RuntimeError as error:
        if "interrupt" in str(error).lower():  # what DuckDB makes of Ctrl-C
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        raise _told(error, doing, place) from None


def _told(error: duckdb.Error, doing: str, place: Path) -> AuditError:
    text, kind = str(error), type(error).__name__
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        if (number := next((number for number in NO_ROOM if os.strerror(number) in text), None)) is not None:
            return unwritable(place, number)
        if "Could not set lock" in text:
            return UsageError("another command is at work on the same ledger: try again when it is done")
    if isinstance(error, duckdb.PermissionException) and re.search(r"\[[*?[]\]", text):  # it would list the folders above, which it may not
        return UsageError("exports or cache are below a folder with *, ? or [ in its name, which can't be read: rename that folder")
    if isinstance(error, duckdb.OutOfMemoryException):
        return EngineError(
            f"more memory is needed at once than DuckDB's {_CONFIG['memory_limit']}: try fewer checks (--checks), and report this"
        )
    return EngineError(f"DuckDB gave {kind} while {doing}; its message is withheld because it can quote personal values")
