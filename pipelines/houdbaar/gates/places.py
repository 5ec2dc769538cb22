"""Where in a repository an issue is to be mended: the lines of houdbaar.toml, a register, the policy. Never where exports lie."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.entities import REGISTER_FOLDER, REGISTERS

if TYPE_CHECKING:
    from houdbaar.gates.expectation import Outcome
    from houdbaar.privacy import Pseudonyms

SETTINGS_FILE = "houdbaar.toml"
_BLOCK = re.compile(r"\s*\[\[\s*exports\s*\]\]")
_TABLE = re.compile(r"\s*\[")
_SOURCE = re.compile(r"""\s*source\s*=\s*(.+)""")


@dataclass(frozen=True, slots=True)
class Place:
    """A file, relative to the repository's root, and a line of it (from 1)."""

    file: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Places:
    """Finds the place of a code and source. `prefix` leads from the repository's root to the workspace."""

    prefix: str
    sources: Mapping[str, int] = field(default_factory=dict)
    policy_file: str | None = None
    policy_lines: Mapping[str, int] = field(default_factory=dict)

    def of(self, code: str, source: str | None) -> Place:
        """A source's binding, a register's file, or the policy's own file; else the settings' first line."""
        if source and source.startswith("register.") and (register := REGISTERS.get(source.removeprefix("register."))):
            return Place(f"{self.prefix}{REGISTER_FOLDER}/{register.file}")
        if source is None and self.policy_file is not None:
            return Place(self.prefix + self.policy_file, self.policy_lines.get(code, 1))
        return Place(self.prefix + SETTINGS_FILE, self.sources.get(source or "", 1))

    def of_suite(self, outcome: Outcome) -> Place:
        """Of an expectation of one's own its suite, else where the source is bound."""
        return self.of("", outcome.source) if outcome.own_file is None else Place(self.prefix + outcome.own_file)


def find_places(workspace: Path, policy: str | None, pseudonyms: Pseudonyms) -> Places:
    """Read where things are bound; `policy` is the path of the workspace's own policy file, if it has one."""
    root = next((folder for folder in (workspace, *workspace.parents) if (folder / ".git").exists()), workspace)
    inside = workspace.relative_to(root).as_posix()
    prefix = "" if inside == "." else f"{pseudonyms.shown_path(inside)}/"
    is_inside = policy is not None and (workspace / policy).resolve().is_relative_to(workspace.resolve())
    return Places(
        prefix,
        _bindings(_text(workspace / SETTINGS_FILE)),
        pseudonyms.shown_path(Path(policy).as_posix()) if policy is not None and is_inside else None,
        _keys(_text(workspace / policy)) if policy is not None and is_inside else {},
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _bindings(text: str) -> dict[str, int]:
    """The line of each source's `source = …`."""
    found: dict[str, int] = {}
    is_block = False
    for number, line in enumerate(text.splitlines(), 1):
        if _TABLE.match(line):
            is_block = bool(_BLOCK.match(line))
        elif is_block and (said := _SOURCE.match(line)):
            try:
                found.setdefault(str(tomllib.loads(f"source = {said[1]}")["source"]), number)
            except tomllib.TOMLDecodeError:
                continue
    return found


def _keys(text: str) -> dict[str, int]:
    """The first line of each key that is written like a code."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if key := re.match(r"\s+([A-Z][A-Z0-9-]+):", line):
            found.setdefault(key[1], number)
    return found
