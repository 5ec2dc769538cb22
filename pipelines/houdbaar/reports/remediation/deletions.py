"""What the register of deletions says of plans: when each was carried out, and which of its rows nobody can follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.reports.remediation.manifest import MANIFEST_ID

if TYPE_CHECKING:
    from houdbaar.reports.remediation.desk import Desk

_EXECUTED = """
    select trim(manifest_id), max(executed_at_last_date), bool_or(trim(proof) <> '') from deletion
    where manifest_id is not null and executed_at_last_date is not null and executed_at_first_date <= $as_of + to_days($grace)
    group by trim(manifest_id)
"""
_ROWS = """
    select trim(deletion_id), coalesce(trim(manifest_id), ''), executed_at_last_date is not null from deletion order by row
"""
_REQUESTS = "select trim(request_id) from request where request_id is not null"


def read_deletions(desk: Desk, known: Collection[str]) -> tuple[dict[str, tuple[date, bool]], list[dict[str, Any]]]:
    """By plan when it was carried out and whether a proof is named; and the rows that name no plan of `known`, or no day.

    A row may name a request instead: erasing somebody who asked is no plan of an audit.
    """
    entities = desk.tables.material.entities
    if "deletion" not in entities:
        return {}, []
    desk.tables.stand(["deletion"])
    rows = desk.engine.rows(_EXECUTED, {"as_of": desk.as_of, "grace": desk.policy.knob("coverage.grace_days")})
    named = set(known)
    if "request" in entities:
        desk.tables.stand(["request"])
        named.update(request_id for (request_id,) in desk.engine.rows(_REQUESTS))
    unknown = []
    for deletion_id, manifest_id, has_day in desk.engine.rows(_ROWS):
        missing = "no run here made this plan" if manifest_id else "manifest_id is missing"
        why = missing if manifest_id not in named else None if has_day else "executed_at can't be read"
        if why is not None:
            shown = manifest_id if not manifest_id or MANIFEST_ID.fullmatch(manifest_id) else desk.shown_id(manifest_id)
            unknown.append({"deletion_id": desk.shown_id(deletion_id), "manifest_id": shown, "why": why})
    return {manifest_id: (day, bool(has_proof)) for manifest_id, day, has_proof in rows}, unknown
