"""The picture of the terminal in README: what `houdbaar audit data/sample` really prints, its first lines."""

from __future__ import annotations

import io
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

import houdbaar
from houdbaar.cli.outcome import print_audit

PICTURE = "pictures/terminal.svg"
COMMAND = "houdbaar audit data/sample --as-of 2026-10-31"
_WIDTH, _LINES = 84, 46


def picture() -> str:
    """The SVG of an audit that is made for it."""
    with tempfile.TemporaryDirectory() as folder:
        return drawn(houdbaar.Workspace.example(Path(folder) / "sample").audit(as_of="2026-10-31"))


def drawn(audit: houdbaar.Audit) -> str:
    """The SVG, always the same for the same example: no font or anything else is loaded from elsewhere."""
    from rich import _export_format

    printed = io.StringIO()
    console = Console(file=printed, force_terminal=True, color_system="standard", width=_WIDTH, legacy_windows=False)
    print_audit(replace(audit, folder=Path("data/sample/runs/2026-10-31")), audit.policy, console, Path("data/sample"))
    lines = printed.getvalue().splitlines()
    shown = Console(record=True, file=io.StringIO(), width=_WIDTH)
    shown.print(Text.assemble(("$ ", "dim"), (COMMAND, "bold")))
    for line in lines[:_LINES]:
        shown.print(Text.from_ansi(line), soft_wrap=True)
    if len(lines) > _LINES:
        shown.print(Text("…", "dim"))
    plain = re.sub(r"@font-face \{\{.*?\n    \}\}\n", "", _export_format.CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return shown.export_svg(title=COMMAND, code_format=plain, unique_id="houdbaar")
