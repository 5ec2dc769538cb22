"""What people keep in registers about findings, as an audit reads it: acceptances, and proofs of deletion."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.exports.views import make_view
from houdbaar.ledger.acceptances import acceptances, acceptances_on
from houdbaar.ledger.status import Kept
from houdbaar.privacy import is_plain_id

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms


_DELETIONS = """
    select trim(manifest_id), min(trim(deletion_id)) from deletion
    where trim(manifest_id) <> '' and trim(deletion_id) <> '' and executed_at_last_date <= $as_of
    group by trim(manifest_id) order by all
"""


def kept_in_registers(
    engine: Engine,
    intake: Intake,
    policy: Policy,
    as_of: date,
    is_source: Callable[[str], bool],
    pseudonyms: Pseudonyms,
    planned: Mapping[str, Collection[str]],
) -> Kept:
    """The acceptances of a workspace on a day, and what was deleted by then. `export_file` must stand.

    `planned`: the findings that manifests of earlier runs are about. Without the register of acceptances, nothing is accepted.
    """
    proofs = _proofs(engine, intake, as_of, pseudonyms, planned)
    if "acceptance" in intake.lacking:
        return Kept(proofs=proofs, missing=f"nothing is accepted: {intake.lacking['acceptance']}")
    make_view(engine, "acceptance", intake.parts, intake.settings, intake.inventory.root)
    return Kept(acceptances_on(acceptances(engine), as_of, policy, is_source, pseudonyms), proofs)


def _proofs(
    engine: Engine, intake: Intake, as_of: date, pseudonyms: Pseudonyms, planned: Mapping[str, Collection[str]]
) -> list[tuple[str, str]]:
    """The row of the register that says that a finding's manifest was carried out, by finding; of several manifests the last one's."""
    if "deletion" in intake.lacking or not planned:
        return []
    make_view(engine, "deletion", intake.parts, intake.settings, intake.inventory.root)
    done = dict(engine.rows(_DELETIONS, {"as_of": as_of}))
    proofs: dict[str, str] = {}
    for manifest_id, findings in planned.items():
        if (deletion := done.get(manifest_id)) is not None:
            shown = deletion if is_plain_id(deletion) else f"id-{pseudonyms.of(deletion)[:8]}"
            proofs |= dict.fromkeys(findings, f"{shown} of {manifest_id}")
    return sorted(proofs.items())
