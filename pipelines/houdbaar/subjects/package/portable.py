"""The portability package: what the person provided, by consent or contract, for another controller's machine (GDPR 20, domain.md 3.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from houdbaar.exports.classify.classify import classify
from houdbaar.exports.contract import folded
from houdbaar.subjects.package.grounds import CONSENT, CONTRACT, bases_of, purposes_of
from houdbaar.subjects.package.model import Material, Record
from houdbaar.subjects.package.redact import Columns

# What the company made of it: inferred, or its own administration.
_MADE = frozenset(
    "rating notes tags status is_lead is_machine_open is_bot list_id campaign_id member_id person_id changed_at cleaned_at legal_form "
    "is_optout_offered inactive_at bundle_sequence_id carrier is_secret_kept".split()
)
_MADE_NAMES = re.compile(r"score|rating|segment|profi|voorspel|predict|waarde|value_tier|churn|label|tag", re.IGNORECASE)
# Kinds that people give of themselves: a column that no contract names counts as provided only if it holds one of these.
_GIVEN_KINDS = frozenset("email phone name address postcode postcode_full iban birth_date gender username social demographic".split())
_STATUTORY = frozenset({"invoice", "payment"})


def portable(material: Material, records: Sequence[Record]) -> dict[str, list[dict[str, Any]]]:
    """The rows by source, each with the export's columns that the person provided. Sources without any are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    seen: set[tuple[str, str, int]] = set()
    for record in records:
        if record.place in seen or not is_portable(material, record):
            continue
        row = _provided(material, record)
        if row:
            seen.add(record.place)
            found.setdefault(record.source, []).append(row)
    return found


def is_portable(material: Material, record: Record) -> bool:
    """Whether a record rests on consent or a contract, and on no statute or interest alone."""
    if record.is_register or record.entity in _STATUTORY:
        return False
    if record.entity == "analytics_event":
        return record.staged.get("analytics_consent") == "granted"
    if record.entity == "contact" and record.staged.get("organisation"):
        return False  # the contract is the company's: for its people it rests on an interest (policy 2.3)
    bases = {basis for purpose in purposes_of(material, record) for basis in bases_of(material.policy, record.category, purpose, [record])}
    return bool(bases & {CONSENT, CONTRACT})


def _provided(material: Material, record: Record) -> dict[str, Any]:
    columns = Columns.of_record(material, record)
    return {name: value for name, value in record.given.items() if value not in (None, "") and _is_provided(columns, name, value)}


def _is_provided(columns: Columns, name: str, value: object) -> bool:
    feeds = columns.feeds.get(folded(name))
    if feeds is not None:
        return feeds not in _MADE and not _MADE_NAMES.search(name)
    if _MADE_NAMES.search(name):
        return False
    return isinstance(value, str) and classify(name, [value], columns.category).kind in _GIVEN_KINDS


def schema_of(material: Material, rows: Mapping[str, Sequence[Mapping[str, Any]]], records: Sequence[Record]) -> dict[str, Any]:
    """A JSON Schema (2020-12) of the sources: a list of objects each, with what every column is."""
    tables = {}
    for source in sorted(rows):
        names = dict.fromkeys(name for row in rows[source] for name in row)
        meanings = _meanings(material, source, records)
        properties = {name: {"description": meanings.get(folded(name), "as the system calls it")} for name in names}
        tables[source] = {"type": "array", "items": {"type": "object", "properties": properties, "additionalProperties": False}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": tables,
        "required": sorted(tables),
        "additionalProperties": False,
    }


def _meanings(material: Material, source: str, records: Sequence[Record]) -> dict[str, str]:
    """What the contract says of an export's columns, by folded name."""
    found: dict[str, str] = {}
    for record in records:
        feeds = Columns.of_record(material, record).feeds if record.source == source else {}
        found |= {name: f"{record.entity}.{column}".replace("_", " ") for name, column in feeds.items()}
    return found
