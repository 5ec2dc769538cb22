"""What `houdbaar request package` does: make the answer to a request, write it to a private folder, tell what to look at."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.cli.answer import answer
from houdbaar.cli.audit import progress
from houdbaar.cli.register_rows import day_or_today, shown_id
from houdbaar.errors import UsageError
from houdbaar.ledger.package_folder import LEAST_PASSPHRASE, require_crypt
from houdbaar.packages import Made, make_package, put_down
from houdbaar.policy.words import counted, reaches
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common

_ENVIRONMENT = "HOUDBAAR_PASSPHRASE"


def package(shared: Common, request_id: str, as_of: str | None, *, is_encrypted: bool, passphrase_file: Path | None) -> int:
    """Make and write a package; gives the exit code: 3 where a file or a hold could not be read. Raises UsageError."""
    workspace = Workspace(shared.folder)
    day = day_or_today(as_of, "--as-of")
    passphrase = _passphrase(passphrase_file) if is_encrypted or passphrase_file is not None else None
    with progress() as tick:
        made = make_package(workspace, request_id, day, tick)
    folder = put_down(workspace, made, shared.output, passphrase)
    data = _described(made, shown_id(made.asked.request_id, workspace.pseudonyms()), folder, is_encrypted=passphrase is not None)
    answer("request-package", data, _told(data), replace(shared, output=None))  # what --output names is the packages' own folder
    if made.problems or (made.package.plan is not None and made.package.plan.is_blind):
        return 3
    return int(reaches((gap.severity for gap in made.package.gaps), shared.fail_on))


def _passphrase(file: Path | None) -> str:
    """The passphrase from a file, the environment or a prompt. Raises UsageError for none, or one that is too short."""
    require_crypt()
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"the passphrase file {file} can't be read: check its path and its permissions") from None
        found = lines[0].strip() if lines else ""
    else:
        found = os.environ.get(_ENVIRONMENT, "").strip()
        if not found:
            if sys.stdin is None or not sys.stdin.isatty():  # nobody is there who could type one
                raise UsageError(
                    f"no passphrase was given, and there is no terminal to ask for one: set {_ENVIRONMENT}, or name a file with "
                    "--passphrase-file"
                )
            try:
                found = typer.prompt("Passphrase for the person", hide_input=True, confirmation_prompt=True, err=True).strip()
            except typer.Abort:
                raise UsageError(f"no passphrase was given: type one, set {_ENVIRONMENT}, or name a file with --passphrase-file") from None
    if len(found) < LEAST_PASSPHRASE:
        raise UsageError(f"the passphrase is shorter than {LEAST_PASSPHRASE} characters: take a longer one, such as four words")
    return found


def _described(made: Made, request_id: str | None, folder: Path, *, is_encrypted: bool) -> dict[str, Any]:
    package = made.package
    return {
        "request_id": request_id,
        "right": made.asked.right,
        "folder": str(folder),
        "is_encrypted": is_encrypted,
        "records": package.records,
        "sources": list(package.sources),
        "redactions": package.redactions,
        "missing": [{"code": "DSR-PACKAGE", "block": gap.block, "severity": gap.severity, "reason": gap.reason} for gap in package.gaps],
        "review": list(package.review),
        "forward": [{"source": item["source"], "records": item["records"], "forward_by": item["forward_by"]} for item in package.forward],
        "plan_steps": None if package.plan is None else len(package.plan.steps),
        "plan_blocked": None if package.plan is None else sum(bool(step.blocked_by) for step in package.plan.steps),
        "problems": list(made.problems),
    }


def _told(data: dict[str, Any]) -> str:
    found = f"{counted(data['records'], 'row')} in {counted(len(data['sources']), 'source')}"
    lines = [
        f"{data['request_id']}: {data['right']}, {found}, in {data['folder']}",
        f"  for the person: {'package.zip, encrypted' if data['is_encrypted'] else 'package/'}; for you alone: officer/",
    ]
    if data["plan_steps"] is not None:
        kept = f", {data['plan_blocked']:,} of them blocked by a hold or a request" if data["plan_blocked"] else ""
        lines.append(f"  a plan of {counted(data['plan_steps'], 'step')}{kept}, in officer/plan.json: nothing of it was carried out")
    lines += [f"  DSR-PACKAGE {gap['severity']}: {gap['block']}: {gap['reason']}" for gap in data["missing"]]
    lines += [f"  forward by {item['forward_by']}: {counted(item['records'], 'record')} of {item['source']}" for item in data["forward"]]
    lines += [f"  look: {what}" for what in data["review"]]
    lines += [f"  not searched: {problem}" for problem in data["problems"]]
    return "\n".join(lines)
