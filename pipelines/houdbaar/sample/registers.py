"""The example company's registers: all of them there, with few rows, none of which is about anybody in the exports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from houdbaar.exports.entities import REGISTERS
from houdbaar.sample import files

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
    ),
    "transfer": (
        {
            "transfer_id": "T-1",
            "recipient": "mail system",
            "country": "US",
            "instrument": "dpf",
            "valid_from": "2023-07-10",
            "sources": "newsletter; newsletter-activity; campaigns; dealers",
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
    ),
}


def write(folder: Path) -> None:
    """Write every register into a folder: its header, and the company's rows."""
    for name, register in REGISTERS.items():
        rows = ([row.get(column, "") for column in register.header] for row in _ROWS.get(name, ()))
        files.write_csv(folder / register.file, register.header, rows)
