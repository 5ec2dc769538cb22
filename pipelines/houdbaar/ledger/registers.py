"""Registers as commands keep them: read as an audit reads them, changed by one command at a time, and never losing what stands there."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.exports.entities import REGISTER_FOLDER, REGISTERS
from houdbaar.ledger.table_text import Cell, TableText, read_table_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms

_PATIENCE_SECONDS = 10.0
# What a spreadsheet takes for a formula, at the start of a cell or of what another delimiter would make a cell.
_FORMULA = re.compile(r"(?:^|[,;\t|])[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegisterRows:
    """What an audit sees of a register: its rows by column, with the companions of stamps, and rows that can't be read."""

    is_present: bool
    rows: tuple[Row, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()  # (row, reason)


@dataclass(frozen=True, slots=True)
class Register:
    """One register of a workspace. `state` is the workspace's private folder, where the lock lies."""

    name: str
    folder: Path
    state: Path

    @property
    def path(self) -> Path:
        """The register's file."""
        return self.folder / REGISTERS[self.name].file

    @property
    def shown(self) -> str:
        """The file as messages name it."""
        return f"{REGISTER_FOLDER}/{self.path.name}"

    @property
    def key(self) -> str:
        """The column with the id."""
        return REGISTERS[self.name].key[0]

    def read(self, policy: Policy, pseudonyms: Pseudonyms, query: Callable[[Engine], Sequence[Row]]) -> RegisterRows:
        """The rows, read as an audit reads them: what a query gives over the register's view. Raises UsageError where it can't."""
        from houdbaar.engines.duckdb import Engine
        from houdbaar.exports.expression import offer_macros
        from houdbaar.exports.intake import IntakeSettings, take_in_registers
        from houdbaar.exports.registers import RegisterPlace
        from houdbaar.exports.tabulate import tabulate
        from houdbaar.exports.views import make_view
        from houdbaar.folders import temp_folder

        settings = IntakeSettings(policy.knob("time.zone"), 0, policy.knob("time.min_plausible"))
        with temp_folder("houdbaar-spill-") as scratch, closing(Engine([], scratch, threads=1)) as engine:
            offer_macros(engine)
            intake = take_in_registers(engine, RegisterPlace(self.folder, scratch), (self.name,), settings)
            if intake.problems:
                raise UsageError("\n".join(f"{pseudonyms.shown_path(problem.name)}: {problem.what}" for problem in intake.problems))
            if not intake.parts:
                return RegisterRows(False)
            tabulate(engine, intake, pseudonyms)
            make_view(engine, self.name, intake.parts, intake.settings, self.folder)
            return RegisterRows(True, tuple(query(engine)), intake.parts[0].counts.rejected)

    def add(self, prefix: str, values: Mapping[str, str]) -> str:
        """Add a row under the next number, such as H-4; makes the file where there is none. Gives the id. Raises UsageError."""
        refuse_unsafe(values)
        added: list[str] = []

        def work(table: TableText) -> str:
            self._require_columns(table, [self.key, *values])
            before = list(table.rows())
            row_id = _next_id(prefix, [table.value(row, self.key) for row in before])
            added.append(row_id)
            return self._checked(table, table.with_row({self.key: row_id, **values}), before, {self.key: row_id, **values})

        self._change(work)
        return added[-1]

    def put(self, row_id: str, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        """Write into cells of the row with an id what `change` makes of the row's values as they stand. Raises UsageError."""

        def work(table: TableText) -> str:
            self._require_columns(table, [self.key])
            found = [row for row in table.rows() if table.value(row, self.key) == row_id]
            if len(found) != 1:
                what = "is not in" if not found else "is more than once in"
                raise UsageError(f"that {self.key} {what} {self.shown}: nothing was changed")
            (row,) = found
            if len(row) != len(table.columns):
                raise UsageError(f"the row of that {self.key} has another number of columns than the header of {self.shown}: mend it first")
            values = change({name: table.value(row, name) for name in table.columns})
            refuse_unsafe(values)
            self._require_columns(table, [*values])
            return table.with_values(row, values)

        if not self.path.exists():
            raise UsageError(f"register {self.path.name} is absent: there is nothing to change")
        self._change(work)

    def _require_columns(self, table: TableText, names: list[str]) -> None:
        lacking = [name for name in names if name not in table.columns]
        if lacking:
            raise UsageError(f"{self.shown} lacks the column {', '.join(lacking)}: add it to the header, then try again")

    def _checked(self, table: TableText, text: str, before: list[tuple[Cell, ...]], values: Mapping[str, str]) -> str:
        """The new text, once it is sure that it reads as the old rows and the new one."""
        changed = TableText(text, table.encoding, table.delimiter, table.newline, table.columns, table.start)
        *kept, last = changed.rows()
        is_whole = [[cell.value for cell in row] for row in kept] == [[cell.value for cell in row] for row in before]
        if not is_whole or any(changed.value(last, name) != value for name, value in values.items()):
            raise UsageError(f"{self.shown} can't be added to without changing what it says: mend its last lines first")
        return text

    def _change(self, work: Callable[[TableText], str]) -> None:
        with _only_one(self.state, self.path.name):
            if self.path.is_symlink() or (self.path.exists() and not self.path.is_file()):
                raise UsageError(f"{self.shown} is a link or no file: put the register itself there")
            if self.path.exists():
                table, old = read_table_text(self.path, self.shown)
            else:
                header = REGISTERS[self.name].template
                table, old = TableText(header, "utf-8", ",", "\n", REGISTERS[self.name].header, len(header)), None
            text = work(table)
            _put_in_place(self.path, self.shown, table.encoded(text), old, lambda aside: _require_same(aside, self.shown, text))


def refuse_unsafe(values: Mapping[str, str]) -> None:
    """Raises UsageError for values that a spreadsheet would run, or that are more than one line. None is quoted."""
    for name, value in values.items():
        option = f"--{name.replace('_', '-')}"
        if _CONTROL.search(value):
            raise UsageError(f"{option} has a line break or a control character: write it in one line")
        if _FORMULA.search(value):
            hint = "; write a telephone number with 00 in place of +" if name.endswith("_value") else ""
            raise UsageError(f"{option} holds what a spreadsheet takes for a formula (=, +, - or @ at the start): write it otherwise{hint}")


def source_problems(source: str | None, is_source: Callable[[str], bool]) -> list[str]:
    """What keeps a row from being about a source: there is none of its name, which is not quoted."""
    if source is None or is_source(source):
        return []
    return ["--source names no source of houdbaar.toml, and none that is recognised: `houdbaar detect` shows the names of all"]


def _next_id(prefix: str, ids: list[str]) -> str:
    numbers = [int(found[1]) for text in ids if (found := re.fullmatch(rf"{prefix}-(\d{{1,15}})", text, re.IGNORECASE | re.ASCII))]
    return f"{prefix}-{max(numbers, default=0) + 1}"


@contextmanager
def _only_one(state: Path, name: str) -> Iterator[None]:
    """Holds a lock that ends with the process, whatever happens to it. Raises UsageError when another one keeps it too long."""
    import fcntl

    try:
        state.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(state / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UsageError(f"{state} can't be written ({error.strerror}): the register is not changed without a lock there") from None
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise UsageError(f"another command is changing {name}: try again when it is done") from None
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _require_same(path: Path, shown: str, text: str) -> None:
    """Letters of an old encoding may by chance be those of UTF-8. Raises UsageError where a file would not read as what was written."""
    try:
        is_same = read_table_text(path, shown)[0].text == text
    except UsageError:
        is_same = False
    if not is_same:
        raise UsageError(f"the letters of {shown} could not be told apart any more: save the register as UTF-8 first")


def _put_in_place(path: Path, shown: str, content: bytes, old: bytes | None, check: Callable[[Path], None]) -> None:
    """Write aside, to the disk, check that, and rename: a register is the old one or the new one, never half of it.

    Mode and owner stay as people set them; a new register is for its owner alone, as it says who asked or objected.
    """
    aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            if old is not None:
                status = path.stat()
                with suppress(OSError):  # another user's file, in a folder that we may write to
                    os.fchown(stream.fileno(), status.st_uid, status.st_gid)
                os.fchmod(stream.fileno(), status.st_mode & 0o777)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        check(aside)
        if (path.read_bytes() if path.exists() else None) != old:
            raise UsageError(f"{shown} was changed by another program meanwhile: nothing was written; try again")
        aside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise UsageError(f"{shown} can't be written ({error.strerror}): nothing was changed") from None
    finally:
        with suppress(OSError):  # most often it isn't there any more
            aside.unlink()
