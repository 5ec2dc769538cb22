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

MAGIC = b"PAR1"  # at both ends of a file
_TAIL_BYTES = 32 << 10  # a GA4 footer takes four to twenty thousand bytes
_BOOLEANS, _INTEGERS = (1, 2), (4, 5, 6)
_BINARY, LIST, _SET, STRUCT = 8, 9, 10, 12
_BYTES = {1: 0, 2: 0, 3: 1, 7: 8}  # booleans (which the type says), byte, double


@dataclass(frozen=True, slots=True)
class RawStatistics:
    """Of one column in a file's only row group: least and greatest value as the footer has them (None when not said), nulls."""

    least: bytes | None
    greatest: bytes | None
    nulls: int | None


@dataclass(frozen=True, slots=True)
class Tail:
    """What was read of a file with one row group: its rows, and statistics of the wanted columns."""

    rows: int
    statistics: dict[str, RawStatistics]


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
        if len(tail) < 12 or not tail.endswith(MAGIC):
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
    reader = ThriftReader(footer)
    try:
        version, schema = reader.field(0), None
        if version is not None and version[0] == 1:
            reader.skip(version[1])
            schema = reader.field(1)
        if schema is None or schema != (2, LIST):
            return None
        reader.skip(LIST)
    except (IndexError, ValueError):
        return None
    return footer[: reader.at]


def read_tail(footer: bytes, known: KnownSchema) -> Tail | None:
    """Rows and statistics of a file of a known schema; None for several row groups or anything that isn't as expected."""
    reader = ThriftReader(footer, len(known.prefix))
    try:
        if reader.field(2) != (3, 6):  # num_rows, i64
            return None
        rows = reader.number()
        if reader.field(3) != (4, LIST) or reader.list_header() != (1, STRUCT):
            return None
        if reader.field(0) != (1, LIST):
            return None
        count, kind = reader.list_header()
        if kind != STRUCT or count <= max(known.wanted, default=-1):
            return None
        return Tail(rows, _chunks(reader, known))
    except (IndexError, ValueError, struct.error):
        return None


def _chunks(reader: ThriftReader, known: KnownSchema) -> dict[str, RawStatistics]:
    found: dict[str, RawStatistics] = {}
    last = max(known.wanted, default=-1)
    for position in range(last + 1):
        start = reader.at
        if position in known.wanted:
            found[known.wanted[position]] = _chunk(reader)
        if position < last:
            reader.at = start
            reader.skip(STRUCT)
    return found


def _chunk(reader: ThriftReader) -> RawStatistics:
    """ColumnChunk: its meta_data (3) holds the statistics (12)."""
    if reader.seek(3, STRUCT) and reader.seek(12, STRUCT):
        return _statistics(reader)
    return RawStatistics(None, None, None)


def _statistics(reader: ThriftReader) -> RawStatistics:
    """Statistics: null_count (3), max_value (5), min_value (6); the older min and max (1, 2) are not trusted."""
    values: dict[int, bytes] = {}
    nulls, last = None, 0
    while (entry := reader.field(last)) is not None:
        last, kind = entry
        if last == 3:
            nulls = reader.number()
        elif last in (5, 6) and kind == _BINARY:
            values[last] = reader.binary()
        else:
            reader.skip(kind)
    return RawStatistics(values.get(6), values.get(5), nulls)


@dataclass(slots=True)
class ThriftReader:
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
        value, self.at = _varint(self.data, self.at)
        return value

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
        size, kind, self.at = _list_header(self.data, self.at)
        return size, kind

    def seek(self, wanted: int, kind: int, after: int = 0) -> bool:
        """Go to the value of a field in what is left of a struct after another one; False when there is none of that id and type."""
        last = after
        while (entry := self.field(last)) is not None:
            last, found = entry
            if last == wanted:
                return found == kind
            self.skip(found)
        return False

    def fields(self) -> dict[int, int]:
        """The struct that begins here, by id: its whole numbers, and of its other fields where their value begins."""
        found: dict[int, int] = {}
        last = 0
        while (entry := self.field(last)) is not None:
            last, kind = entry
            if kind in _INTEGERS:
                found[last] = self.number()
            else:
                found[last] = self.at
                self.skip(kind)
        return found

    def skip(self, kind: int) -> None:
        """Pass over a value."""
        self.at = _end(self.data, self.at, kind)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned number of variable length, and where it ends."""
    value = shift = 0
    while (byte := data[at]) > 127:
        value |= (byte & 127) << shift
        shift += 7
        at += 1
    return value | byte << shift, at + 1


def _list_header(data: bytes, at: int) -> tuple[int, int, int]:
    """Length and element type of a list, and where its first element begins."""
    head = data[at]
    size, at = (head >> 4, at + 1) if head < 0xF0 else _varint(data, at + 1)
    return size, head & 15, at


def _end(data: bytes, at: int, kind: int) -> int:
    """Where the value that begins at `at` ends. Most of reading a year of footers is done here."""
    if kind in _INTEGERS:
        while data[at] > 127:
            at += 1
        return at + 1
    if kind == _BINARY:
        length, at = _varint(data, at)
        return at + length
    if kind == STRUCT:
        while head := data[at]:
            # A field of small id begins with one byte; of another one the id follows, as a number.
            at = _end(data, at + 1 if head > 15 else _end(data, at + 1, _INTEGERS[0]), head & 15)
        return at + 1
    if kind in (LIST, _SET):
        size, element, at = _list_header(data, at)
        if size > len(data):
            raise ValueError(f"a list of {size} elements")
        for _ in range(size):  # in which a boolean takes a byte, as in a struct it takes none
            at = at + 1 if element in _BOOLEANS else _end(data, at, element)
        return at
    if kind not in _BYTES:
        raise ValueError(f"Thrift type {kind}")
    return at + _BYTES[kind]
