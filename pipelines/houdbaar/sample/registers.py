"""The example company's registers: all of them there, with few rows; some of the rows are flawed, and one hold is about a shipment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from houdbaar.exports.entities import REGISTERS
from houdbaar.sample import files
from houdbaar.sample.planted import Finding, Planted

_HOLD = {
    "kind": "legal_hold",
    "reason": "dispute about an invoice",
    "approver": "legal counsel",
    "identifier_kind": "customer_id",
    "starts_on": "2026-01-05",
}
_ASKED = {"recipient": "police", "recipient_kind": "authority", "authority": "public prosecutor", "disclosed_on": "2026-03-03"}
_REQUEST = {"right": "access", "channel": "mail", "identifiers": "customer_id=K-0004", "state": "closed", "outcome": "granted"}
_ROWS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "hold": (
        {
            "hold_id": "H-1",
            "kind": "legal_hold",
            "reason": "dispute about a delivery",
            "approver": "legal counsel",
            "identifier_kind": "customer_id",
            "identifier_value": "K-0000",
            "starts_on": "2026-02-02",
            "review_on": "2027-02-01",
        },
        {
            "hold_id": "H-2",
            "kind": "restriction",
            "reason": "accuracy was contested, and has been corrected",
            "approver": "privacy officer",
            "identifier_kind": "customer_id",
            "identifier_value": "K-0001",
            "starts_on": "2026-05-04",
            "review_on": "2026-11-04",
            "released_on": "2026-05-18",
        },
        {**_HOLD, "hold_id": "H-3", "approver": "", "identifier_value": "K-0002", "review_on": "2026-12-31"},
        {**_HOLD, "hold_id": "H-4", "identifier_value": "K-0003", "review_on": "2026-10-30"},
        {
            "hold_id": "H-5",
            "kind": "legal_hold",
            "reason": "a claim about a lost parcel",
            "approver": "legal counsel",
            "source": "shipments",
            "record_key": "S-0",
            "starts_on": "2026-03-01",
            "review_on": "2027-03-01",
        },
    ),
    "request": (
        {**_REQUEST, "request_id": "R-1", "received_at": "2023-08-01", "answered_at": "2023-08-20", "closed_at": "2023-08-20"},
        {
            **_REQUEST,
            "request_id": "R-2",
            "received_at": "2026-09-01",
            "id_proof": "copy of passport",
            "verified_at": "2026-09-03",
            "answered_at": "2026-09-20",
            "closed_at": "2026-09-20",
        },
    ),
    "disclosure": (
        {**_ASKED, "disclosure_id": "D-1", "legal_ground": "a court order"},
        {**_ASKED, "disclosure_id": "D-2"},
    ),
    "transfer": (
        {
            "transfer_id": "T-1",
            "recipient": "mail system",
            "country": "US",
            "instrument": "dpf",
            "valid_from": "2023-07-10",
            "sources": "newsletter; newsletter-activity; campaigns; dealers; offers",
        },
        {
            "transfer_id": "T-2",
            "recipient": "support desk",
            "country": "IN",
            "instrument": "scc",
            "valid_from": "2022-01-01",
            "valid_to": "2025-12-31",
            "sources": "messages",
        },
        {
            "transfer_id": "T-3",
            "recipient": "Google",
            "country": "US",
            "instrument": "dpf",
            "valid_from": "2023-07-10",
            "sources": "app; website; website-reports; website-users; website-visitors",
        },
    ),
    "analytics_setting": (
        {
            "property_id": "properties/100001",
            "event_months": "14",
            "user_months": "14",
            "is_reset_on_activity": "false",
            "timezone": "Europe/Amsterdam",
        },
        {
            "property_id": "properties/100002",
            "event_months": "38",
            "user_months": "14",
            "is_reset_on_activity": "false",
            "timezone": "Europe/Amsterdam",
        },
    ),
}
_PLANTED = (
    (Finding("RET-HOLD-INVALID", "register.hold", "hold", reason="approver is missing"), "a hold that nobody approved"),
    (Finding("RET-HOLD-EXPIRED", "register.hold", "hold"), "a hold past its review date"),
    (Finding("RET-DSR-LOG", "register.request", "request", verdict="OVERDUE"), "a request closed more than 36 months ago"),
    (Finding("RET-ID-DOC", "register.request", "request", "id_proof", "OVERDUE"), "a copy of a passport, kept after the check"),
    (Finding("DSR-ID-EXCESS", "register.request", "request", "id_proof"), "a full copy of a passport was asked"),
    (Finding("RET-CFG-GA", "register.analytics_setting", "analytics_setting", "event_months"), "a property that keeps for 38 months"),
    (Finding("SCP-RECIPIENT", "register.disclosure", "disclosure", reason="no legal ground"), "data given to the police on a phone call"),
    (
        Finding("SCP-TRANSFER", "register.transfer", "transfer", "messages", reason="the instrument has ended"),
        "standard clauses that ran out",
    ),
)


def write(folder: Path, more: Mapping[str, Sequence[Mapping[str, str]]], planted: Planted) -> None:
    """Write every register into a folder: its header, the company's rows, and `more` rows of some of them."""
    for finding, note in _PLANTED:
        planted.add(finding, note)
    for name, register in REGISTERS.items():
        rows = ([row.get(column, "") for column in register.header] for row in (*_ROWS.get(name, ()), *more.get(name, ())))
        files.write_csv(folder / register.file, register.header, rows)
