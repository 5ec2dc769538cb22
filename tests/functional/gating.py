"""Runs `houdbaar gate` on a workspace of one export, and reads what it said and wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from functional.auditing import AS_OF, Desk, Outcome, houdbaar, visits

FRESH, OLD = "2026-10-01T10:00:00+02:00", "2024-05-01T10:00:00+02:00"


def gate(folder: Path, *arguments: str | Path, as_of: str = AS_OF, **environment: str) -> Outcome:
    """Run the gate of a workspace; its run is in `runs/gate`."""
    done = houdbaar("gate", folder, "--as-of", as_of, *arguments, folder=folder.parent, **environment)
    assert "Traceback" not in done.said
    return Outcome(done.code, done.stdout, done.stderr, folder / "runs" / "gate")


def said(outcome: Outcome) -> dict[str, Any]:
    """What `--format json` printed."""
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def validations(outcome: Outcome) -> dict[tuple[str, str | None], dict[str, Any]]:
    """validations.json by suite and source."""
    written = json.loads((outcome.run / "validations.json").read_text(encoding="utf-8"))
    assert written["format"] == 1
    return {(each["suite"], each["source"]): each for each in written["suites"]}


def portal(folder: Path, *stamps: str, **more: str | None) -> Desk:
    """A workspace with one export: visits to a portal."""
    desk = Desk(folder)
    desk.settings += '[knobs]\n"policy.dpo_contact" = "fg@example.com"\n"policy.recipients" = ["Teltonika"]\n'
    desk.source("portal", "plain.service_event", {"visits.csv": visits(*stamps)}, **({"role": "controller"} | more))
    desk.write()
    return desk
