"""What people keep in registers about findings, as an audit reads it: acceptances, and proofs of deletion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.exports.views import make_view
from houdbaar.ledger.acceptances import acceptances, acceptances_on
from houdbaar.ledger.status import Kept

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms


def kept_in_registers(
    engine: Engine, intake: Intake, policy: Policy, as_of: date, is_source: Callable[[str], bool], pseudonyms: Pseudonyms
) -> Kept:
    """The acceptances of a workspace on a day. `export_file` must stand. Without the register, nothing is accepted."""
    if "acceptance" in intake.lacking:
        return Kept(missing=f"nothing is accepted: {intake.lacking['acceptance']}")
    make_view(engine, "acceptance", intake.parts, intake.settings, intake.inventory.root)
    return Kept(acceptances_on(acceptances(engine), as_of, policy, is_source, pseudonyms))
