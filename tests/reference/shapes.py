"""Writes the rows of a random source as the files that a system would export."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reference.model import File, Row, Source

STAMPS = {"timestamp": pa.timestamp("us"), "timestamptz": pa.timestamp("us", tz="UTC"), "date": pa.date32(), "text": pa.string()}
GA4_NAMES = {"event_at": "event_timestamp", "event_date": "event_date", "client_id": "user_pseudo_id", "event_name": "event_name"}
AUDIENCE_NAMES = {
    "email": "Email Address",
    "first_name": "First Name",
    "opted_in_at": "OPTIN_TIME",
    "opt_in_ip": "OPTIN_IP",
    "confirmed_at": "CONFIRM_TIME",
    "confirm_ip": "CONFIRM_IP",
    "unsubscribed_at": "UNSUB_TIME",
    "cleaned_at": "CLEAN_TIME",
    "changed_at": "LAST_CHANGED",
    "member_id": "LEID",
    "person_id": "EUID",
}
EXTENSIONS = {"csv": "csv", "ndjson": "ndjson", "parquet": "parquet", "ga4_ndjson": "json", "ga4_parquet": "parquet", "audience": "csv"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of file: csv, ndjson, parquet, ga4_ndjson, ga4_parquet or audience, with how text and stamps stand in it."""

    kind: str
    delimiter: str = ","
    encoding: str = "utf-8"
    stamp: str = "text"
    is_reversed: bool = False


def contract_of(shape: Shape, entity: str) -> str:
    """The packaged contract that describes the shape."""
    if shape.kind.startswith("ga4"):
        return "ga4.events"
    return "mailchimp.audience" if shape.kind == "audience" else f"plain.{entity}"


def file_name(shape: Shape, number: int) -> str:
    """A name as the system would give it."""
    stem = f"events_2026010{number + 1}" if shape.kind.startswith("ga4") else f"part-{number + 1}"
    return f"{stem}.{EXTENSIONS[shape.kind]}"


def write_source(source: Source, shape: Shape, folder: Path) -> None:
    """Writes every file of a source into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.files:
        write_file(file, source, shape, folder / file.name.rsplit("/", 1)[-1])


def write_file(file: File, source: Source, shape: Shape, path: Path) -> None:
    """Writes one file in its shape."""
    columns = sorted(source.columns, reverse=shape.is_reversed)
    if shape.kind == "csv":
        path.write_bytes(csv_text(file.rows, columns, columns, shape.delimiter).encode(shape.encoding))
    elif shape.kind == "audience":
        used = [name for name in AUDIENCE_NAMES if name in source.columns and has_column(path.name, name)]
        path.write_text(csv_text(file.rows, used, [AUDIENCE_NAMES[name] for name in used], ","), encoding="utf-8")
    elif shape.kind == "ndjson":
        path.write_text(json_lines(file.rows, {name: name for name in columns}), encoding="utf-8")
    elif shape.kind == "ga4_ndjson":
        path.write_text(json_lines(file.rows, GA4_NAMES, numbers_as_text=True), encoding="utf-8")
    else:
        pq.write_table(
            ga4_table(file.rows) if shape.kind == "ga4_parquet" else plain_table(file.rows, columns, shape), path, row_group_size=3
        )


def has_column(name: str, column: str) -> bool:
    """Which of the audience's columns stand in which of its files."""
    only = {"unsubscribed_at": "unsubscribed", "cleaned_at": "cleaned"}
    return column not in only or name.startswith(only[column])


def csv_text(rows: Sequence[Row], columns: Sequence[str], header: Sequence[str], delimiter: str) -> str:
    """CSV with a header; nothing stands for NULL."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
    return out.getvalue()


def cell(value: object) -> str:
    """A value as CSV shows it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def json_lines(rows: Sequence[Row], names: Mapping[str, str], *, numbers_as_text: bool = False) -> str:
    """Newline-delimited JSON; a missing value is left out where another row of the file has it, else written as null."""
    present = {name for row in rows for name, value in row.items() if value is not None}
    lines = []
    for row in rows:
        known = {name: value for name, value in row.items() if value is not None or name not in present}
        lines.append({names[name]: json_value(value, numbers_as_text) for name, value in known.items()})
    return "".join(json.dumps(line) + "\n" for line in lines)


def json_value(value: object, numbers_as_text: bool) -> object:
    """BigQuery writes whole numbers as text."""
    return str(value) if numbers_as_text and isinstance(value, int) and not isinstance(value, bool) else value


def plain_table(rows: Sequence[Row], columns: Sequence[str], shape: Shape) -> pa.Table:
    """A Parquet table under the entity's own names, stamps in the shape's type."""
    fields = [pa.field(name, type_of(name, shape)) for name in columns]
    return pa.Table.from_pylist([{name: row.get(name) for name in columns} for row in rows], schema=pa.schema(fields))


def type_of(column: str, shape: Shape) -> pa.DataType:
    """The Parquet type of a plain column."""
    if column.endswith("_at"):
        return STAMPS[shape.stamp]
    if column.startswith("is_"):
        return pa.bool_()
    return pa.int64() if column == "max_age_seconds" else pa.string()


def ga4_table(rows: Sequence[Row]) -> pa.Table:
    """Events nested as BigQuery exports them, as far as the tests need."""
    value = pa.struct(
        [("string_value", pa.string()), ("int_value", pa.int64()), ("float_value", pa.float64()), ("double_value", pa.float64())]
    )
    schema = pa.schema(
        [
            ("event_date", pa.string()),
            ("event_timestamp", pa.int64()),
            ("event_name", pa.string()),
            ("event_params", pa.list_(pa.struct([("key", pa.string()), ("value", value)]))),
            ("user_pseudo_id", pa.string()),
            (
                "privacy_info",
                pa.struct([("analytics_storage", pa.string()), ("ads_storage", pa.string()), ("uses_transient_token", pa.string())]),
            ),
        ]
    )
    nested = {"event_params": [{"key": "page_title", "value": {"string_value": "Start"}}], "privacy_info": {"analytics_storage": "Yes"}}
    return pa.Table.from_pylist([{GA4_NAMES[name]: value for name, value in row.items()} | nested for row in rows], schema=schema)
