"""The most records that acceptances still accept: what each run said, and none forgets that was taken out of the register for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.ledger.runs import earlier_summaries
from houdbaar.ledger.status import KEEP_MONTHS

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.ledger.acceptances import Scope

_KNOWN = """
    select acceptance_id, code, source, arg_max("limit", as_of) from acceptance where as_of <= $as_of and "limit" is not null
    group by acceptance_id, code, source
"""


def limits_of(summary: Mapping[str, Any]) -> dict[Scope, int]:
    """The most records of each acceptance after a run, by its summary.json."""
    known = (item for item in summary["acceptances"] if item["limit"] is not None)
    return {(item["acceptance_id"], item["code"], item["source"]): item["limit"] for item in known}


def limits_before(runs: Path, as_of: date) -> dict[Scope, int]:
    """The same after the runs of earlier days, as the last one said that knew the acceptance."""
    found: dict[Scope, int] = {}
    for summary in earlier_summaries(runs, as_of, KEEP_MONTHS):
        found |= limits_of(summary)
    return found


def limits_known(engine: Engine, as_of: date) -> dict[Scope, int]:
    """The same by the ledger, after the runs of a day and of earlier ones."""
    rows = engine.rows(_KNOWN, {"as_of": as_of})
    return {(acceptance_id, code, source): limit for acceptance_id, code, source, limit in rows}
