"""The end of a Parquet file, read by hand: a year of daily shards has the same schema over and over, and one row group each.

DuckDB and pyarrow parse every column of every footer, which takes as long as reading the column that is wanted (`footers.py` falls back
on them). Here the schema's bytes are compared with those of a file already known, and of the row group only the columns up to the wanted
ones are walked. Format: Thrift compact protocol, Parquet's `parquet.thrift`; whatever is unusual gives None, never a guess.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, field
from pathlib import Path

_TAIL_BYTES = 32 << 10  # a GA4 footer takes four to twenty thousand bytes
_BOOL_TRUE, _BOOL_FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
_INT64_BYTES = 8


@dataclass(frozen=True, slots=True)
class IntStatistics:
    """Of one column of whole numbers in a file's only row group: least and greatest value (None when not said), nulls."""

    least: int | None
    greatest: int | None
    nulls: int | None


@dataclass(frozen=True, slots=True)
class Tail:
    """What was read of a file with one row group: its rows, and statistics of the wanted columns."""

    rows: int
    statistics: dict[str, IntStatistics]


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """The schema bytes of a file whose columns are known; `wanted` maps the position of a leaf column to its name."""

    prefix: bytes
    wanted: dict[int, str]


def footer_of(path: Path) -> bytes | None:
    """A file's footer, without length and magic; None when it isn't whole, OSError when the file can't be read."""
    handle = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(handle).st_size
        start = max(0, size - _TAIL_BYTES)
        tail = os.pread(handle, size - start, start)
        if len(tail) < 12 or not tail.endswith(b"PAR1"):
            return None
        length: int = struct.unpack_from("<I", tail, len(tail) - 8)[0]
        if length + 8 > size:
            return None
        if length + 8 > len(tail):
            tail = os.pread(handle, length + 8, size - length - 8)
        return tail[-8 - length : -8]
    finally:
        os.close(handle)


def schema_bytes(footer: bytes) -> bytes | None:
    """The start of a footer up to and with its schema; None when it doesn't begin the usual way."""
    reader = _Reader(footer)
    try:
        version, schema = reader.field(0), None
        if version is not None and version[0] == 1:
            reader.skip(version[1])
            schema = reader.field(1)
        if schema is None or schema != (2, _LIST):
            return None
        reader.skip(_LIST)
    except (IndexError, ValueError):
        return None
    return footer[: reader.at]


def read_tail(footer: bytes, known: KnownSchema) -> Tail | None:
    """Rows and statistics of a file of a known schema; None for several row groups or anything that isn't as expected."""
    reader = _Reader(footer, len(known.prefix))
    try:
        if reader.field(2) != (3, 6):  # num_rows, i64
            return None
        rows = reader.number()
        if reader.field(3) != (4, _LIST) or reader.list_header() != (1, _STRUCT):
            return None
        if reader.field(0) != (1, _LIST):
            return None
        count, kind = reader.list_header()
        if kind != _STRUCT or count <= max(known.wanted, default=-1):
            return None
        return Tail(rows, _chunks(reader, known))
    except (IndexError, ValueError, struct.error):
        return None


def _chunks(reader: _Reader, known: KnownSchema) -> dict[str, IntStatistics]:
    found: dict[str, IntStatistics] = {}
    for position in range(max(known.wanted, default=-1) + 1):
        if position in known.wanted:
            found[known.wanted[position]] = _chunk(reader)
        else:
            reader.skip(_STRUCT)
    return found


def _chunk(reader: _Reader) -> IntStatistics:
    """ColumnChunk: its meta_data (3) holds the statistics (12)."""
    statistics = IntStatistics(None, None, None)
    last = 0
    while (entry := reader.field(last)) is not None:
        last, kind = entry
        if last == 3 and kind == _STRUCT:
            statistics = _meta_data(reader)
        else:
            reader.skip(kind)
    return statistics


def _meta_data(reader: _Reader) -> IntStatistics:
    statistics = IntStatistics(None, None, None)
    last = 0
    while (entry := reader.field(last)) is not None:
        last, kind = entry
        if last == 12 and kind == _STRUCT:
            statistics = _statistics(reader)
        else:
            reader.skip(kind)
    return statistics


def _statistics(reader: _Reader) -> IntStatistics:
    """Statistics: null_count (3), max_value (5), min_value (6); the older min and max (1, 2) are not trusted."""
    values: dict[int, int] = {}
    last = 0
    while (entry := reader.field(last)) is not None:
        last, kind = entry
        if last == 3:
            values[last] = reader.number()
        elif last in (5, 6) and kind == _BINARY:
            raw = reader.binary()
            if len(raw) == _INT64_BYTES:
                values[last] = int.from_bytes(raw, "little", signed=True)
        else:
            reader.skip(kind)
    return IntStatistics(values.get(6), values.get(5), values.get(3))


@dataclass(slots=True)
class _Reader:
    """A cursor over Thrift compact bytes. IndexError at their end, ValueError for a type that doesn't exist."""

    data: bytes
    at: int = field(default=0)

    def field(self, last: int) -> tuple[int, int] | None:
        """Id and type of the next field of a struct; None at its end."""
        head = self.data[self.at]
        self.at += 1
        if head == 0:
            return None
        delta = head >> 4
        return (last + delta if delta else self.number()), head & 15

    def varint(self) -> int:
        """An unsigned number of variable length."""
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def number(self) -> int:
        """A signed (zigzag) number."""
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def binary(self) -> bytes:
        """Bytes with their length before them."""
        length = self.varint()
        self.at += length
        return self.data[self.at - length : self.at]

    def list_header(self) -> tuple[int, int]:
        """Length and element type of a list."""
        head = self.data[self.at]
        self.at += 1
        size = head >> 4
        return (self.varint() if size == 15 else size), head & 15

    def skip(self, kind: int) -> None:
        """Pass over a value."""
        if kind in (4, 5, 6):
            while self.data[self.at] >= 128:
                self.at += 1
            self.at += 1
        elif kind == _BINARY:
            length = self.varint()
            self.at += length
        elif kind == _STRUCT:
            while (entry := self.field(0)) is not None:
                self.skip(entry[1])
        elif kind in (_LIST, _SET):
            count, element = self.list_header()
            for _ in range(count):
                self.skip_element(element)
        elif kind == _BYTE:
            self.at += 1
        elif kind == _DOUBLE:
            self.at += 8
        elif kind not in (_BOOL_TRUE, _BOOL_FALSE):
            raise ValueError(f"Thrift type {kind}")

    def skip_element(self, kind: int) -> None:
        """Pass over an element of a list, where a boolean takes a byte."""
        if kind in (_BOOL_TRUE, _BOOL_FALSE):
            self.at += 1
        else:
            self.skip(kind)
