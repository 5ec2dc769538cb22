"""Avro: records with declared nesting, every leaf as text, like JSON.

Longs keep their digits. A logical type becomes what it means, in ISO 8601: timestamps with 'Z', local timestamps without,
dates and times; decimals keep their scale, bytes are base64 (as BigQuery writes them in JSON).
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from houdbaar.exports.files import ExportFile, unreadable
from houdbaar.exports.json_values import dumps
from houdbaar.exports.read.raw import Raw, reconciled
from houdbaar.exports.read.shape import parse_structure
from houdbaar.exports.read.staging import open_staging
from houdbaar.exports.stream import open_seekable


def field_names(file: ExportFile) -> tuple[str, ...]:
    """The top-level names of the file's own schema. Raises SourceError when it has none."""
    import fastavro

    with open_seekable(file) as handle, _damage_named(file):
        schema: Any = fastavro.reader(handle).writer_schema
        return tuple(str(field["name"]) for field in schema["fields"])


def read_avro(file: ExportFile, structure: Mapping[str, str], out: Path) -> Raw:
    """Stage an Avro file. Raises SourceError when it is cut off, damaged, or packed with a codec that isn't installed."""
    staging = open_staging(parse_structure(structure), leaf_text, out, has_bytes=True)
    with staging.sink, open_seekable(file) as handle:
        rows_read = _count(file, handle)
        for number, record in enumerate(_records(file, handle), 1):
            staging.add(number, record)
        return reconciled(file, staging.finish(rows_read, {}))


def _count(file: ExportFile, handle: IO[bytes]) -> int:
    """Records as the headers of the blocks say; nothing is decoded to count them."""
    import fastavro

    with _damage_named(file):
        return sum(block.num_records for block in fastavro.block_reader(handle))


def _records(file: ExportFile, handle: IO[bytes]) -> Iterator[object]:
    import fastavro

    handle.seek(0)
    with _damage_named(file):
        records = iter(fastavro.reader(handle))
    while True:
        with _damage_named(file):
            record = next(records, None)
        if record is None:
            return
        yield record


def leaf_text(value: object) -> str:
    """The text of an Avro leaf that isn't a string."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value.tzinfo else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, bool | dict | list):
        return dumps(_plain(value))
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else leaf_text(value)


@contextlib.contextmanager
def _damage_named(file: ExportFile) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - damaged bytes make fastavro raise nearly anything, with values in its texts
        if isinstance(error, ValueError) and "codec" in str(error):
            raise unreadable(file, "packed with a codec that can't be read", "export it with deflate or without compression") from None
        raise unreadable(file, "not an Avro file, cut off, damaged, or with a date outside the years 1 to 9999") from None
