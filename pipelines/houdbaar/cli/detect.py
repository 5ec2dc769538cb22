"""`houdbaar detect`: which file is taken for which export; writes the bindings for houdbaar.toml."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import typer

from houdbaar.exports.entities import ENTITIES
from houdbaar.folders import temp_folder
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common
    from houdbaar.exports.inventory import Inventory
    from houdbaar.privacy import Pseudonyms

_MOST_FILES = 6
_PURPOSES = "# purposes = {}  # what the data are used for: docs/reference/policy.md lists the purposes\n"
USUAL = {
    "ANA": "P-ANALYTICS", "CK": "P-ANALYTICS", "MKT": "P-MARKETING", "CRM": "P-CONTRACT", "COR": "P-SUPPORT", "FIN": "P-CONTRACT",
    "ACC": "P-CONTRACT", "SVC": "P-SERVICE", "SVC-P": "P-SERVICE", "SHIP": "P-DELIVERY",
}  # fmt: skip
_MORE = {
    "mail_member": '# list_id = "newsletter"  # where the export names no list\n',
    "mail_activity": "# covers_from = 2025-01-01  # since when is the activity complete? else: since its first line\n",
}


def detect(shared: Common) -> int:
    """Tell what each file is; gives 3 when a file of a known kind can't be read, else 0."""
    workspace = Workspace(shared.folder)
    workspace.require_exports()
    pseudonyms = workspace.pseudonyms()
    inventory = _inventory(workspace)
    sources = _sources(inventory)
    problems = [
        {"file": pseudonyms.shown_path(problem.name), "what": problem.what, "is_fatal": problem.is_fatal} for problem in inventory.problems
    ]
    toml = "\n".join(_binding(source, pseudonyms) for source in sources if not source["is_bound"])
    for source in sources:
        source["files"] = [pseudonyms.shown_path(name) for name in source["files"]]
    if shared.format == "json":
        typer.echo(json.dumps({"sources": sources, "problems": problems, "bindings": toml}, ensure_ascii=False, indent=1))
    else:
        _print(sources, problems, toml, workspace)
    if shared.output is not None and toml:
        shared.output.mkdir(parents=True, exist_ok=True)
        (shared.output / "bindings.toml").write_text(toml, encoding="utf-8")
    return 3 if any(problem["is_fatal"] for problem in problems) else 0


def _inventory(workspace: Workspace) -> Inventory:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.inventory import take_inventory

    with temp_folder("houdbaar-spill-") as scratch:
        engine = Engine([workspace.exports], scratch)
        try:
            return take_inventory(workspace.exports, workspace.sources, workspace.contracts, engine, workspace.policy.knob("time.zone"))
        finally:
            engine.close()


def _sources(inventory: Inventory) -> list[dict[str, Any]]:
    sources: dict[str, dict[str, Any]] = {}
    for bound in inventory.files:
        entry = {
            "source": bound.source.name,
            "contract": bound.contract.id,
            "entities": [table.entity for table in bound.contract.tables],
            "is_bound": bound.source.is_bound,
            "purposes": list(bound.contract.purposes),
            "files": [],
        }
        sources.setdefault(bound.source.name, entry)["files"].append(bound.name)
    return list(sources.values())


def _binding(source: dict[str, Any], pseudonyms: Pseudonyms) -> str:
    """An [[exports]] table for houdbaar.toml; what only people know stands there as a comment."""
    folders = {str(PurePosixPath(name.split("!")[0]).parent) for name in source["files"]}
    folder = folders.pop() if len(folders) == 1 else "."
    only = source["files"][0].split("!")[0] if len({name.split("!")[0] for name in source["files"]}) == 1 else None
    path = _unnamed(only or ("**" if folder == "." else f"{folder}/**"), pseudonyms)
    more = "".join(line for entity, line in _MORE.items() if entity in source["entities"])
    given = {"source": source["source"], "contract": source["contract"], "path": path}
    # As TOML quotes it, too, but for one sign.
    lines = "".join(f"{name} = {json.dumps(text, ensure_ascii=False)}\n".replace("\x7f", "\\u007f") for name, text in given.items())
    return (
        f'[[exports]]\n{lines}# extracted_at = "2026-10-31T06:00:00+01:00"  # when the export was made\n'
        '# timezone = "Europe/Amsterdam"  # of stamps that carry no zone\n# role = "controller"  # or "processor"\n'
        f"{'' if source['purposes'] else _PURPOSES.format(json.dumps(_usual(source['entities'])))}{more}"
    )


def _usual(entities: list[str]) -> list[str]:
    """What such data are mostly used for: each kind of data needs a purpose that is described for it (SCP-PURPOSE)."""
    return list(dict.fromkeys(USUAL[ENTITIES[name].category] for name in entities))


def _unnamed(path: str, pseudonyms: Pseudonyms) -> str:
    """The path that a binding has: a part that names a person is matched by its length."""
    parts = path.split("/")
    return "/".join(part if pseudonyms.shown_path(part) == part else "?" * len(part) for part in parts)


def _print(sources: list[dict[str, Any]], problems: list[dict[str, Any]], toml: str, workspace: Workspace) -> None:
    for source in sources:
        bound = "bound in houdbaar.toml" if source["is_bound"] else "recognised"
        typer.echo(f"{source['source']}: {source['contract']} -> {', '.join(source['entities'])} ({bound}, {len(source['files'])} files)")
        for name in source["files"][:_MOST_FILES]:
            typer.echo(f"    {name}")
        if len(source["files"]) > _MOST_FILES:
            typer.echo(f"    and {len(source['files']) - _MOST_FILES} more")
    for problem in problems:
        typer.echo(f"{'can not be read' if problem['is_fatal'] else 'not recognised'}: {problem['file']}: {problem['what']}")
    if toml:
        typer.echo(f"\n# {_where_to(workspace)} and fill in what only you know\n{toml}")
    if not sources and not problems:
        typer.echo("no files: put exports in this folder")


def _where_to(workspace: Workspace) -> str:
    """Where the bindings go: a bare folder with a houdbaar.toml would be a workspace, whose exports lie in exports/."""
    if workspace.is_bare:
        return "for a workspace (houdbaar init DIR; these exports go to DIR/exports): put this in DIR/houdbaar.toml"
    return f"put this in {workspace.folder / 'houdbaar.toml'}"
