"""The files of a package: JSON and CSV in the same bytes each time, and a manifest that vouches for them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from houdbaar.subjects.package.model import Asked, Found, Material, Record
from houdbaar.subjects.package.words import Words

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMAT = 2  # of manifest.json; raised when a field changes its meaning


def json_bytes(value: object) -> bytes:
    """A value as indented UTF-8 JSON."""
    return (json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n").encode("utf-8", "replace")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def csv_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as CSV for spreadsheets: UTF-8 with its mark, and no cell that one takes for a formula."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in names])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    """A cell's text; an apostrophe stands before what a spreadsheet would run. Numbers with a sign are no formulas."""
    if value is None:
        return ""
    text = (
        value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, default=_plain)
        if isinstance(value, dict | list)
        else str(_plain(value))
    )
    is_number = text[:1] in ("-", "+") and text[1:].replace(".", "", 1).replace(",", "", 1).replace(" ", "").isdigit()
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) and not is_number else text


def data_files(records: Sequence[Record], words: Words) -> dict[str, bytes]:
    """Each source's folder with its rows as JSON and CSV: each row once, with its place, its last day and its columns as they stand."""
    files: dict[str, bytes] = {}
    name = words.of("files", "data")
    for source in sorted({record.source for record in records}):
        mine = _rows([record for record in records if record.source == source], words)
        folder = f"{name}/{folder_name(source)}"
        files[f"{folder}/{name}.json"] = json_bytes(mine)
        flat = [{**{column: value for column, value in row.items() if column != name}, **row[name]} for row in mine]
        files[f"{folder}/{name}.csv"] = csv_bytes(flat)
    return files


def _rows(records: Sequence[Record], words: Words) -> list[dict[str, Any]]:
    places: dict[tuple[str, str, int], list[Record]] = {}
    called = words.group("files")
    for record in records:
        places.setdefault(record.place, []).append(record)
    return [
        {
            called["file"]: mine[0].file,
            called["row"]: mine[0].row,
            called["last_day"]: _last_day(mine),
            called["is_over"]: called["yes" if all(record.is_over for record in mine) else "no"],
            called["data"]: dict(mine[0].given),
        }
        for _, mine in sorted(places.items())
    ]


def _last_day(records: Sequence[Record]) -> date | None:
    """The last day of a row, which may be several records (an order and its parcel): it stays until the last of them goes."""
    staying = [record for record in records if not record.is_over]
    days = [min(last) for each in staying or records if (last := [term.last_day for term in each.terms if term.last_day is not None])]
    return max(days, default=None)


def folder_name(source: str) -> str:
    """A source's name as a folder's; one that had to be altered ends in a hash, so that no two sources share a folder."""
    name = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in source).strip(".") or "bron"
    return name if name == source else f"{name}-{hashlib.sha256(source.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


# A key beside a name is still that key to who reads it.
_READ_AS = {"email_name": "email", "customer_name": "customer_id", "phone_name": "phone", "iban_name": "iban", "list_member": "member_id"}


def account_of(found: Found, words: Words) -> list[dict[str, Any]]:
    """The explanation: why each row is this person's, and what was left out of it. Values on the path are masked already."""
    left_out: dict[tuple[str, str, int], list[dict[str, str]]] = {}
    for entry in found.redactions:
        left_out.setdefault((entry.source, entry.file, entry.row), []).append({"field": entry.field, "reason": entry.reason})
    return [
        {
            "source": record.source,
            "entity": record.entity,
            "file": record.file,
            "row": record.row,
            "tier": "definite",
            "why": _why(record, words),
            "path": list(record.path),
            "left_out": left_out.get(record.place, []),
        }
        for record in found.records
    ]


def _why(record: Record, words: Words) -> str:
    """The path in a sentence."""
    keys = [_READ_AS.get(str(step.get("key")), str(step.get("key"))) for step in record.path]
    shown = [f"{words.of('keys', key)} ({step.get('value')})" for key, step in zip(keys, record.path, strict=True)]
    why = words.text("found_with").format(steps=words.joined(shown))
    if record.beside is None:
        return why
    _, file, row = record.beside
    return f"{why} {words.text('found_beside').format(file=file, row=row)}"


def manifest_of(material: Material, asked: Asked, found: Found, files: Mapping[str, bytes], fingerprint: str) -> dict[str, Any]:
    """manifest.json: what the package holds, which sources were searched for it and which were not. Why not is the officer's to know."""
    version = material.policy.version_at(material.as_of)
    return {
        "format": FORMAT,
        "request_id": asked.request_id,
        "right": asked.right,
        "as_of": material.as_of.isoformat(),
        "policy": material.policy.id,
        "policy_version": version.id if version else None,
        "fingerprint": fingerprint,
        "keys": list(asked.kinds),
        "records": len({record.place for record in found.records}),
        "searched": found.searched,
        "not_searched": sorted({str(item["source"]) for item in found.not_searched if item["source"]}),
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
