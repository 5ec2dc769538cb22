"""Houdbaar audits exported tables against a written privacy policy: `Workspace(folder).audit(as_of=…)`.

The public names are loaded at first use, so that `houdbaar --help` imports no engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from houdbaar.errors import AuditError, ContractError, EngineError, PolicyError, SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    import duckdb

    from houdbaar.audit import Audit
    from houdbaar.charting import Charts
    from houdbaar.subject import Subject
    from houdbaar.workspace import Workspace

    __version__: str

__all__ = [
    "Audit",
    "AuditError",
    "Charts",
    "ContractError",
    "EngineError",
    "PolicyError",
    "SourceError",
    "Subject",
    "UsageError",
    "Workspace",
    "__version__",
    "sql",
]


def sql(query: str, values: Mapping[str, Any] | None = None, *, workspace: str | Path | Workspace = ".") -> duckdb.DuckDBPyRelation:
    """Ask one query of a workspace, as `Workspace.sql` does: nothing can be changed, and what comes back can be raw rows.

    Raises AuditError and its kinds.
    """
    from houdbaar.workspace import Workspace

    place = workspace if isinstance(workspace, Workspace) else Workspace(workspace)
    return place.sql(query, values)


def __getattr__(name: str) -> object:
    """Load a public name at first use. Raises AttributeError for any other name."""
    if name == "__version__":
        from importlib.metadata import version

        return version("houdbaar")
    if name == "Workspace":
        from houdbaar.workspace import Workspace

        return Workspace
    if name == "Audit":
        from houdbaar.audit import Audit

        return Audit
    if name == "Charts":
        from houdbaar.charting import Charts

        return Charts
    if name == "Subject":
        from houdbaar.subject import Subject

        return Subject
    raise AttributeError(f"module 'houdbaar' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name what can be imported, also what isn't loaded yet."""
    return __all__
