"""Plans for what lies beside the systems: old copies of exports, rows of registers; and whom to tell of what was erased (article 19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from houdbaar.exports.entities import RECORDS, REGISTER_FOLDER, REGISTERS
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.reports.remediation.desk import Desk, Record, reason
from houdbaar.reports.remediation.manifest import Manifest, Reason

_ERASING = frozenset({"sql_delete", "sql_anonymise"})
_ID_COPY = "RET-ID-DOC"
_FILES = "older exports that alone still hold these records: delete the files once nobody needs them as proof"
_ROWS = "rows of registers: edit the files by hand"
_TELL = "who got the data is told that they are erased, with the erasure (article 19), unless that is impossible or takes too much"


def plan_files(desk: Desk) -> None:
    """Add the plan for older exports."""
    plan = Manifest("export_files", None, None, note=_FILES)
    for line in desk.dicts("file_copies"):
        if line["is_blocked"]:
            plan.blocked += line["records"]
        else:
            plan.add({"source": line["source"], "file": line["file"]}, map(reason, line["findings"]), line["records"])
    desk.plans.append(plan)


def plan_registers(desk: Desk, records: Iterable[Record]) -> None:
    """Add the plan for rows of registers."""
    plan = Manifest("register_rows", "registers", None, note=_ROWS)
    for record in (record for record in records if record.entity in REGISTERS and record.of("delete")):
        if record.is_blocked:
            plan.blocked += record.records
            continue
        reasons = record.of("delete")
        is_row = any(each.code != _ID_COPY for each in reasons)
        action = "delete the row" if is_row else "destroy the copy, empty id_proof"
        place = {"entity": record.entity, "file": f"{REGISTER_FOLDER}/{REGISTERS[record.entity].file}", "record_key": record.record_key}
        line = {**place, "action": action, **({} if is_row else {"fields": ["id_proof"]})}
        plan.add(line, reasons, record.records)
    desk.plans.append(plan)


def plan_recipients(desk: Desk, records: Sequence[Record]) -> None:
    """Add the plan of whom to tell: recipients by the register of disclosures, of customers whose records go; and the declared ones."""
    going = {(plan.source, plan.entity) for plan in desk.plans if plan.kind in _ERASING and plan.lines}
    if not going:
        return
    by = last_permitted_day(desk.as_of, Period(days=desk.policy.knob("dsr.notify_days"))).isoformat()
    customers = _customers(desk, [each for each in records if (each.source, each.entity) in going and not each.is_blocked])
    plan = Manifest("recipients", None, None, note=_TELL)
    reasons = [each for found in customers.values() for each in found]
    for (recipient, customer), days in sorted(_disclosures(desk).items()):
        if customer in customers:
            about = {"recipient": recipient, "customer_id": customer, "disclosed_on": days, "notify_by": by}
            plan.add(about, customers[customer])
    for recipient in desk.policy.knob("policy.recipients") or ():
        plan.add({"recipient": recipient, "customer_id": None, "disclosed_on": [], "notify_by": by}, reasons)
    desk.plans.append(plan)


def _customers(desk: Desk, records: Sequence[Record]) -> Mapping[str | None, list[Reason]]:
    """The customers of records, with the findings about them; None: those of whom no customer is known."""
    found: dict[str | None, list[Reason]] = {}
    for entity in sorted({record.entity for record in records}):
        mine = [record for record in records if record.entity == entity and record.actions & {"delete", "anonymise"}]
        has_customer = "customer_id" in RECORDS[entity].names
        details: Mapping[tuple[str, str], dict[str, Any]] = desk.attributes(mine, ("customer_id",)) if has_customer else {}
        for record in mine:
            customer = details.get((record.source, record.record_key), {}).get("customer_id")
            found.setdefault(customer, []).extend(record.reasons)
    return found


def _disclosures(desk: Desk) -> dict[tuple[str, str], list[str]]:
    if "disclosure" not in desk.tables.material.entities:
        return {}
    desk.tables.stand(["disclosure"])
    rows = desk.engine.rows(
        """
        select trim(recipient), trim(customer_id), cast(disclosed_on_first_date as varchar) from disclosure
        where recipient is not null and customer_id is not null order by all
        """
    )
    found: dict[tuple[str, str], list[str]] = {}
    for recipient, customer, day in rows:
        found.setdefault((recipient, customer), []).extend([day] if day else [])
    return found
