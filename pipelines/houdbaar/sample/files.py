"""Writers that give the same bytes every time: no clock, no host name, fixed options."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_ZIP_TIME = (2026, 10, 31, 6, 0, 0)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",", newline: str = "\n") -> str:
    """Give a CSV as text, quoted only where needed."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write text as it stands, making the folders above it."""
    write_bytes(path, text.encode(encoding))


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes, making the folders above them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a UTF-8 CSV with commas and line feeds."""
    write_text(path, csv_text(header, rows))


def write_ndjson(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line, through gzip when the name ends in .gz."""
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    content = text.encode()
    write_bytes(path, gzip.compress(content, compresslevel=9, mtime=0) if path.suffix == ".gz" else content)


def write_zip(path: Path, members: Mapping[str, str]) -> None:
    """Write a ZIP of UTF-8 text members, all with one fixed time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(_member(name), text.encode())


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    # Else the archive says on which operating system it was made.
    info.create_system = 3
    return info


def write_parquet(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Write rows as one Parquet file the way BigQuery exports a daily table: Snappy, one row group, no Arrow schema."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    pq.write_table(table, path, compression="snappy", store_schema=False, use_dictionary=False)
