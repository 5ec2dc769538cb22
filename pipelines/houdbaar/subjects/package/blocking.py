"""Which holds are on the records of one person (domain.md 2.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.exports.entities import ENTITIES
from houdbaar.subjects.held import said_by_hold

if TYPE_CHECKING:
    from houdbaar.policy.model import Rule
    from houdbaar.subjects.package.model import Material, Record

_BLOCKED = """
    select distinct package_record.source, package_record.file, package_record.row, block.block_id
    from package_record
    inner join row_block
        on
            package_record.source = row_block.source
            and package_record.file = row_block.file
            and package_record.row = row_block.row
    inner join block on row_block.block_number = block.block_number
    order by all
"""
# Holds on all of a source whose trigger lies in a period.
_OF_SOURCE = """
    select distinct selected_source, period_from, period_to, block_id
    from block
    where coalesce(identifier_kind, selected_record_key) is null and selected_source is not null
    order by all
"""
_TRIGGERS = """
    select distinct
        package_record.source, package_record.entity, package_record.record_key, judgement.first_trigger, judgement.last_trigger
    from package_record
    inner join judgement
        on
            package_record.source = judgement.source
            and package_record.entity = judgement.entity
            and package_record.record_key = judgement.record_key
    where judgement.rule like 'RET-%' and judgement.verdict not in ('OUT_OF_SCOPE', 'NOT_TESTED')
    order by all
"""
_IN_EFFECT = """
    select hold.*
    from hold inner join hold_state on hold.row = hold_state.row
    where hold_state.state = 'effective'
    order by hold.row
"""

Days = tuple[date | None, date | None]  # the first and the last that a trigger can be
_UNKNOWN: Days = (None, None)


def blocks_on(material: Material) -> list[tuple[str, str, int, str]]:
    """What blocks the rows of a package, holds and pending requests: source, file, row and id of each."""
    return material.judged.rows(_BLOCKED)


def add_blocks(material: Material, records: Sequence[Record]) -> None:
    """Note the holds on each record, by its row or by its source and period. One whose trigger nobody knows may lie in any period."""
    blocks: dict[tuple[str, str, int], set[str]] = {}
    for source, file, row, block in blocks_on(material):
        if not block.startswith("pending_"):
            blocks.setdefault((source, file, row), set()).add(block)
    if of_source := material.judged.rows(_OF_SOURCE):
        judged: dict[tuple[str, str, str | None], list[Days]] = {}
        for source, entity, key, first, last in material.judged.rows(_TRIGGERS):
            judged.setdefault((source, entity, key), []).append((first, last))
        for record in records:
            triggers = judged.get((record.source, record.entity, record.record_key)) or list(_own_triggers(material, record)) or [_UNKNOWN]
            for source, start, end, block in of_source:
                if source == record.source and any(_may_lie(days, start, end) for days in triggers):
                    blocks.setdefault(record.place, set()).add(block)
    for record in records:
        record.blocked_by = tuple(sorted(blocks.get(record.place, ())))


def holds_said(material: Material, records: Sequence[Record]) -> dict[str, list[str]]:
    """What the holds on some records say, keyed: who erases by a plan has to see that a hold has changed since."""
    on_records = {block for record in records for block in record.blocked_by}
    if not on_records:
        return {}
    said = said_by_hold(material.judged.dicts(_IN_EFFECT), material.pseudonyms)
    return {hold: digests for hold, digests in said.items() if hold in on_records}


def _own_triggers(material: Material, record: Record) -> Iterator[Days]:
    """The triggers of a row without a lasting key, as its own stamps tell them."""
    if record.entity in ENTITIES and not ENTITIES[record.entity].keys:
        for rule in material.policy.rules.values():
            if rule.entity == record.entity and rule.code.startswith("RET-"):
                days = own_trigger(rule, record.staged)
                if days != _UNKNOWN:
                    yield days


def own_trigger(rule: Rule, staged: Mapping[str, Any]) -> Days:
    """The day of a row's own stamp from which a rule's term runs, as the first and the last that it can be."""
    for name in (rule.trigger, rule.fallback):
        if name and staged.get(f"{name}_last_date") is not None:
            return staged.get(f"{name}_first_date"), staged[f"{name}_last_date"]
    return _UNKNOWN


def _may_lie(days: Days, start: date | None, end: date | None) -> bool:
    first, last = days
    return (start is None or last is None or last >= start) and (end is None or first is None or first <= end)
