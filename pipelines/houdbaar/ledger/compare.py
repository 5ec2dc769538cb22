"""What changed between two recorded runs: new, resolved, regressed, grown, shrunk, not looked for."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from houdbaar.engines.duckdb import Engine
from houdbaar.folders import temp_folder
from houdbaar.resources import package_text

if TYPE_CHECKING:
    import pyarrow as pa

CHANGES = ("new", "regressed", "grown", "shrunk", "resolved", "stale")


def compare(first: pa.Table, second: pa.Table) -> list[dict[str, Any]]:
    """What changed from one state of findings to a later one (columns of STATE): a row a finding, in a stable order."""
    with temp_folder("houdbaar-spill-") as scratch, closing(Engine([], scratch)) as engine:
        engine.take("first_state", first)
        engine.take("second_state", second)
        return engine.dicts(package_text("ledger/sql/compared.sql"))
