"""Houdbaar audits exported tables against a written privacy policy: `Workspace(folder).audit(as_of=…)`.

The public names are loaded at first use, so that `houdbaar --help` imports no engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from houdbaar.errors import AuditError, ContractError, EngineError, PolicyError, SourceError, UsageError

if TYPE_CHECKING:
    from houdbaar.audit import Audit
    from houdbaar.workspace import Workspace

    __version__: str

__all__ = [
    "Audit",
    "AuditError",
    "ContractError",
    "EngineError",
    "PolicyError",
    "SourceError",
    "UsageError",
    "Workspace",
    "__version__",
]


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
    raise AttributeError(f"module 'houdbaar' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name what can be imported, also what isn't loaded yet."""
    return __all__
