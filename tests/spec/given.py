"""The exports that a test is given: tables drawn with pipes, written as the systems write them."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

KEY = "5e" * 32  # of every workspace here, so that identifiers can be compared
EXPECTED = ("case", "verdict", "reason", "confidence", "severity", "why")  # columns of a drawn table that no export has
BINDING = ("extracted_at", "timezone", "coverage", "covers_from", "covers_to", "list_id", "role")

_VALUE = pa.struct(
    [("string_value", pa.string()), ("int_value", pa.int64()), ("float_value", pa.float64()), ("double_value", pa.float64())]
)
_PARAMS = pa.list_(pa.struct([("key", pa.string()), ("value", _VALUE)]))
GA4 = pa.schema(
    [
        ("event_date", pa.string()),
        ("event_timestamp", pa.int64()),
        ("event_name", pa.string()),
        ("event_params", _PARAMS),
        ("user_pseudo_id", pa.string()),
    ]
)

Row = dict[str, str]


@dataclass(frozen=True)
class Export:
    """One source: its files, what houdbaar.toml says of it (nothing: a bare folder will do), and what a test expects of its rows."""

    contract: str
    files: Mapping[str, bytes]
    binding: Mapping[str, str] = field(default_factory=dict)
    expected: Sequence[Row] = ()
    own_contract: str | None = None
    name: str | None = None

    @property
    def source(self) -> str:
        """Its name in a workspace."""
        return self.name or self.contract.split(".")[-1]

    def write(self, folder: Path) -> None:
        """Write the files below a folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def drawn(text: str) -> list[Row]:
    """Rows of a table drawn with pipes, the header first. `''` in a cell keeps the spaces between the quotes."""
    lines = [line for line in text.strip("\n").splitlines() if line.strip()]
    header, *rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    for row in rows:
        assert len(row) == len(header), f"{len(row)} cells below {len(header)} headers: {row}"
    return [{name: cell[1:-1] if cell[:1] == cell[-1:] == "'" else cell for name, cell in zip(header, row, strict=True)} for row in rows]


def csv_bytes(rows: Sequence[Row], delimiter: str = ",", expected: Sequence[str] = EXPECTED) -> bytes:
    """A CSV file without the columns that only say what is expected."""
    names = [name for name in rows[0] if name not in expected]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=delimiter, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def table(
    contract: str,
    text: str,
    *,
    file: str = "export.csv",
    name: str | None = None,
    own: str | None = None,
    usual: Mapping[str, str] | None = None,
    **binding: str,
) -> Export:
    """A CSV export with the headers that stand in the drawn table.

    `usual` are cells of columns that are not drawn; `own` is the text of a contract of the workspace's own.
    """
    rows = [{**(usual or {}), **row} for row in drawn(text)]
    return Export(contract, {file: csv_bytes(rows)}, known(binding), rows, own, name)


def plain(entity: str, text: str, *, file: str = "export.csv", usual: Mapping[str, str] | None = None, **binding: str) -> Export:
    """An export under Houdbaar's own column names."""
    return table(f"plain.{entity}", text, file=file, usual=usual, **binding)


def files(contract: str, texts: Mapping[str, str], *, name: str | None = None, **binding: str) -> Export:
    """An export of several drawn tables: file name to table."""
    tables = {file: drawn(text) for file, text in texts.items()}
    expected = [row for rows in tables.values() for row in rows]
    return Export(contract, {file: csv_bytes(rows) for file, rows in tables.items()}, known(binding), expected, None, name)


def sources(exports: Mapping[str, Export]) -> list[Export]:
    """Exports as sources of these names, for cases that one audit judges beside each other."""
    return [replace(export, name=name) for name, export in exports.items()]


def verbatim(contract: str, file: str, text: str, *, name: str | None = None, **binding: str) -> Export:
    """An export exactly as it stands here."""
    return Export(contract, {file: text.encode()}, known(binding), (), None, name)


def ga4_ndjson(text: str, *, file: str = "events_20240922.json", **binding: str) -> Export:
    """GA4 events as BigQuery writes newline JSON: whole numbers as strings, missing values left out."""
    rows = drawn(text)
    lines = [{key: value for key, value in row.items() if key not in EXPECTED and value} for row in rows]
    content = "".join(json.dumps({**line, "event_params": []}) + "\n" for line in lines)
    return Export("ga4.events", {file: content.encode()}, known(binding), rows)


def ga4_parquet(text: str, *, file: str = "events_20240922.parquet", **binding: str) -> Export:
    """GA4 events as BigQuery writes Parquet."""
    rows = drawn(text)
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([_ga4_row(row) for row in rows], schema=GA4), buffer)
    return Export("ga4.events", {file: buffer.getvalue()}, known(binding), rows)


def _ga4_row(row: Row) -> dict[str, Any]:
    stamp = row.get("event_timestamp")
    return {
        **dict.fromkeys(GA4.names),
        **{key: value or None for key, value in row.items()},
        "event_timestamp": int(stamp) if stamp else None,
    }


def known(binding: Mapping[str, str]) -> dict[str, str]:
    """The binding, if houdbaar.toml knows all of its keys."""
    assert set(binding) <= set(BINDING), f"no setting of an export: {set(binding) - set(BINDING)}"
    return dict(binding)


def md5(address: str) -> str:
    """What mail tools call a subscriber hash."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()
