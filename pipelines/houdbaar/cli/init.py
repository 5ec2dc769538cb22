"""`houdbaar init`: a new workspace made of the example company's exports, with empty registers and a key of its own."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path

import typer

from houdbaar import resources
from houdbaar.cli.options import Format
from houdbaar.cli.proposed import proposed
from houdbaar.errors import UsageError
from houdbaar.exports.entities import REGISTER_FOLDER, REGISTERS
from houdbaar.privacy import read_or_make_key

SETTINGS = "houdbaar.toml"
_ANSWERS = "planted.csv"  # what an audit of the example finds: nobody's own workspace has the example's registers
# A workspace in somebody's repository: what holds records, keys or results is not committed by an `add` of everything.
_IGNORED = """# Exports, results, keys and the cache hold personal data, or lead to it. Registers name people too: see who can read them.
/exports/
/runs/
/.houdbaar/
"""
_EMPTY_REGISTERS = "An empty register says that there is nothing to put in it. Delete those that nobody keeps: they are then not tested."


def init(folder: Path, output_format: Format) -> int:
    """Make the workspace, or a workspace's missing registers, and say what was made. Raises UsageError when the folder can't be used."""
    if (folder / SETTINGS).is_file() and (added := make_missing_registers(folder)):
        return _tell_registers(folder, added, output_format)
    made = make_workspace(folder)
    if output_format == "json":
        typer.echo(json.dumps({"workspace": str(folder), "files": made}, indent=2))
    else:
        typer.echo(f"{folder}: a new workspace with {len(made)} example files, empty registers and a key of its own.")
        typer.echo(f"Look at it first:  {proposed('audit', folder, '--as-of', '2026-10-31')}")
        typer.echo(f"Then put your exports into {folder / 'exports'} in place of the examples, delete the examples' blocks in {SETTINGS},")
        typer.echo(f"and run:  {proposed('detect', folder)}")
        typer.echo(_EMPTY_REGISTERS)
    return 0


def _tell_registers(folder: Path, added: list[str], output_format: Format) -> int:
    if output_format == "json":
        typer.echo(json.dumps({"workspace": str(folder), "files": added}, indent=2))
    else:
        typer.echo(f"{folder} is a workspace already: {len(added)} registers that were absent are there now, with a header only.")
        typer.echo(_EMPTY_REGISTERS)
        for name in added:
            typer.echo(f"    {name}")
    return 0


def make_missing_registers(folder: Path) -> list[str]:
    """Write a template for each register that a workspace lacks; gives their paths in it. Nothing that is there is touched."""
    made = []
    try:
        (folder / REGISTER_FOLDER).mkdir(exist_ok=True)
        for register in REGISTERS.values():
            with suppress(FileExistsError):
                _write_register(folder / REGISTER_FOLDER / register.file, register.template)
                made.append(f"{REGISTER_FOLDER}/{register.file}")
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        raise UsageError(f"{folder / REGISTER_FOLDER} can't be made: {why}\n  make the workspace writable") from None
    return made


def _write_register(path: Path, text: str) -> None:
    """A new register is for its owner alone: it will say who asked, objected or agreed. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def make_workspace(folder: Path) -> list[str]:
    """Make a workspace in a folder that is absent or empty; gives the example files' paths in it.

    All of it is made aside and then moved, `houdbaar.toml` last: what was interrupted is no workspace. Raises UsageError.
    """
    _refuse_used(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".houdbaar-init-") as aside:
            new = Path(aside) / "workspace"
            made = _fill(new)
            _move(new, folder)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        raise UsageError(f"{folder} can't be made: {why}\n  choose a folder that you may write to") from None
    return made


def _refuse_used(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} is not a folder\n  choose a new or an empty folder")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty\n  choose a new or an empty folder; nothing was changed")
    if set("*?[") & set(str(folder.absolute())):
        raise UsageError(f"{folder.absolute()} has *, ? or [ in its name, and no audit could read it\n  choose another name or place")


def _fill(new: Path) -> list[str]:
    made = [name for name in resources.tree("sample") if name != _ANSWERS]
    templates = {f"{REGISTER_FOLDER}/{register.file}": register.template for register in REGISTERS.values()}
    for name in made:
        target = new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # The example's holds and requests are nobody's: they must not stand in a register that is relied on.
        if name in templates:
            _write_register(target, templates[name])
        else:
            target.write_bytes(resources.read_bytes(f"sample/{name}"))
    settings = new / SETTINGS
    settings.write_text(without_sample_key(settings.read_text(encoding="utf-8")), encoding="utf-8")
    (new / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    read_or_make_key(new / ".houdbaar" / "key")
    return made


def _move(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    # An empty folder stays the one it is (it may be somebody's current folder or a mount): its content moves in.
    for item in sorted(new.iterdir(), key=lambda item: item.name == SETTINGS):
        item.rename(folder / item.name)


def without_sample_key(settings: str) -> str:
    """The example's settings without its public `sample_key` and the comment lines above that; nothing else changes."""
    kept: list[str] = []
    for line in settings.splitlines(keepends=True):
        if line.replace(" ", "").startswith("sample_key="):
            while kept and kept[-1].startswith("#"):
                kept.pop()
        else:
            kept.append(line)
    text = "".join(kept)
    wanted = {name: value for name, value in tomllib.loads(settings).items() if name != "sample_key"}
    if tomllib.loads(text) != wanted:
        raise ValueError("the example's sample_key is not a line of its own")
    return text
