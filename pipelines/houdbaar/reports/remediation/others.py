"""Plans for what lies beside the systems: old copies of exports, rows of registers; and whom to tell of what was erased (article 19)."""

from __future__ import annotations

from collections.abc import Iterable

from houdbaar.exports.entities import RECORDS, REGISTER_FOLDER, REGISTERS
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.reports.remediation.desk import Desk, Record, reason
from houdbaar.reports.remediation.manifest import Manifest, Reason

_DISCLOSED_BY = ("customer_id", "order_id")
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


def plan_recipients(desk: Desk, records: Iterable[Record]) -> None:
    """Add the plan of whom to tell of what goes: who got data of its customers or orders by the register, and the declared recipients."""
    erased = {each for plan in desk.plans for each in plan.erased}
    if not erased:
        return
    by = last_permitted_day(desk.as_of, Period(days=desk.policy.knob("dsr.notify_days"))).isoformat()
    plan = Manifest("recipients", None, None, note=_TELL)
    disclosed = _disclosures(desk)
    gone = [each for each in records if not each.is_blocked and not erased.isdisjoint(each.reasons)] if disclosed else []
    customers, orders = _concerned(desk, gone)
    for (recipient, customer, order), days in disclosed.items():
        reasons = erased.intersection(customers.get(customer, ())) | erased.intersection(orders.get(order, ()))
        if reasons:
            about = {"recipient": recipient, "customer_id": customer, "order_id": order, "disclosed_on": days, "notify_by": by}
            plan.add(about, reasons)
    for recipient in desk.policy.knob("policy.recipients") or ():
        about = {"recipient": recipient, "customer_id": None, "order_id": None, "disclosed_on": [], "notify_by": by}
        plan.add(about, erased)
    desk.plans.append(plan)


def _concerned(desk: Desk, records: Iterable[Record]) -> tuple[dict[str | None, list[Reason]], dict[str | None, list[Reason]]]:
    """The customers and the orders that records are about, with the findings."""
    found: tuple[dict[str | None, list[Reason]], ...] = ({}, {})
    by_entity: dict[str, list[Record]] = {}
    for record in records:
        by_entity.setdefault(record.entity, []).append(record)
    for entity, mine in sorted(by_entity.items()):
        names = [name for name in _DISCLOSED_BY if name in RECORDS[entity].names]
        for record, detail in desk.detailed(mine, names) if names else ():
            for name, reasons in zip(_DISCLOSED_BY, found, strict=True):
                if value := (detail.get(name) or "").strip():
                    reasons.setdefault(value, []).extend(record.reasons)
    customers, orders = found
    return customers, orders


def _disclosures(desk: Desk) -> dict[tuple[str, str | None, str | None], list[str]]:
    """Who got data of which customer or order, and when."""
    if "disclosure" not in desk.tables.material.entities:
        return {}
    desk.tables.stand(["disclosure"])
    rows = desk.engine.rows(
        """
        select trim(recipient), nullif(trim(customer_id), ''), nullif(trim(order_id), ''), cast(disclosed_on_first_date as varchar)
        from disclosure
        where trim(recipient) <> '' order by all
        """
    )
    found: dict[tuple[str, str | None, str | None], list[str]] = {}
    for recipient, customer, order, day in rows:
        found.setdefault((recipient, customer, order), []).extend([day] if day else [])
    return found
