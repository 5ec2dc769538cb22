"""`python -m houdbaar.gates expectations`: writes the packaged suites anew, and removes those that nothing is about any more."""

from __future__ import annotations

import sys
from pathlib import Path

from houdbaar.gates.generate import suite_text, suites
from houdbaar.policy.load import load_policy

folder = Path(sys.argv[1])
made = suites(load_policy("twingatrack"))
folder.mkdir(exist_ok=True)
for file in folder.glob("*.json"):
    if file.stem not in made:
        file.unlink()
for name, suite in made.items():
    (folder / f"{name}.json").write_text(suite_text(suite), encoding="utf-8")
