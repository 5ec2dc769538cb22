"""The dictionaries of texts in a Parquet file, read without its values: they hold all that stands in a column whose pages they code.

A column chunk says itself how its pages are coded (`encoding_stats`). Whatever is unusual, or not said, gives None, never a guess.
Format: Parquet's `parquet.thrift`, as in `parquet_tail.py`; a dictionary is its texts one after the other, each with its length before it.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.parquet_tail import LIST, STRUCT, ThriftReader

if TYPE_CHECKING:
    import pyarrow as pa

_CODECS = {0: None, 1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4_raw"}
_DATA_PAGES, _DICTIONARY_PAGE = (0, 3), 2
_PLAIN, _BY_DICTIONARY = (0, 2), (2, 8)  # codes of encodings: 2 is what both were called before
_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class _Page:
    """Where a dictionary's page begins and what comes after it does, and how it is packed (None: not at all)."""

    start: int
    end: int
    codec: str | None


def dictionaries(
    path: Path, footer: bytes, schema_size: int, leaves: Collection[int], most_bytes: int
) -> list[tuple[int, pa.Array]] | None:
    """The different texts of leaf columns, by their position, one array a row group that has any.

    None where dictionaries don't tell all of them, take more than `most_bytes`, or can't be read. `footer` is the file's; its schema ends
    after `schema_size` bytes.
    """
    import pyarrow as pa

    found: list[tuple[int, pa.Array]] = []
    try:
        with path.open("rb", buffering=0) as file:
            for leaf, page in _pages(footer, schema_size, leaves):
                found.append((leaf, _texts(file.fileno(), page, most_bytes)))
                most_bytes -= found[-1][1].nbytes
    except (OSError, IndexError, KeyError, ValueError, RecursionError, struct.error, pa.ArrowException):
        return None
    return found


def _pages(footer: bytes, schema_size: int, leaves: Collection[int]) -> Iterator[tuple[int, _Page]]:
    """The dictionary of each leaf and row group, but for those without a value. ValueError or KeyError where one doesn't tell all."""
    groups = ThriftReader(footer, schema_size)
    if not groups.seek(4, LIST, after=2):
        raise ValueError("no row groups")
    for group in range(groups.list_header()[0]):
        if group:
            groups.skip(STRUCT)  # the one before
        chunks = ThriftReader(footer, groups.at)
        if not chunks.seek(1, LIST) or chunks.list_header()[0] <= max(leaves):
            raise ValueError("no chunks")
        for leaf in range(max(leaves) + 1):
            if leaf not in leaves:
                chunks.skip(STRUCT)
            elif (page := _page(footer, chunks.fields())) is not None:
                yield leaf, page


def _page(footer: bytes, chunk: dict[int, int]) -> _Page | None:
    """ColumnChunk: file_path (1), meta_data (3) with codec (4), num_values (5), data_page_offset (9), dictionary_page_offset (11),
    statistics (12), encoding_stats (13)."""
    if 1 in chunk:
        raise ValueError("its values are in another file")
    about = ThriftReader(footer, chunk[3]).fields()
    if 12 in about and ThriftReader(footer, about[12]).fields().get(3) == about[5]:  # null_count
        return None
    kinds = ThriftReader(footer, about[13])
    stats = [kinds.fields() for _ in range(kinds.list_header()[0])]  # page_type (1), encoding (2), count (3)
    data = [each for each in stats if each[1] in _DATA_PAGES]
    if not any(each[3] > 0 for each in data) or any(each[2] not in _BY_DICTIONARY for each in data):
        raise ValueError("pages with values of their own, or none that is told of")
    return _Page(about[11], about[9], _CODECS[about[4]])


def _texts(handle: int, page: _Page, most_bytes: int) -> pa.Array:
    """PageHeader: type (1), sizes (2, and packed 3), dictionary_page_header (7) with num_values (1) and encoding (2); then the texts."""
    import pyarrow as pa

    head = ThriftReader(os.pread(handle, max(page.end - page.start, 0), page.start))
    about = head.fields()
    values = ThriftReader(head.data, about[7]).fields()
    packed = head.data[head.at : head.at + max(about[3], 0)]
    is_whole = len(packed) == about[3] and 0 <= about[2] <= most_bytes
    if about[1] != _DICTIONARY_PAGE or values[2] not in _PLAIN or not is_whole:
        raise ValueError("no page of a dictionary that can be read")
    data = packed if page.codec is None else pa.decompress(packed, about[2], page.codec, asbytes=True)
    return _split(data, values[1])


def _split(data: bytes, count: int) -> pa.Array:
    """By way of Arrow's buffers: `pa.array` of a list imports pandas, which takes longer than to read a year of dictionaries."""
    import pyarrow as pa

    length_at = struct.Struct("<I").unpack_from
    texts, ends, at, size = [], [0], 0, 0
    for _ in range(count):
        start = at + _LENGTH_BYTES
        length = length_at(data, at)[0]
        at = start + length
        size += length
        texts.append(data[start:at])
        ends.append(size)
    if at != len(data):
        raise ValueError("fewer bytes than the texts say, or more")
    found = pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(array("i", ends)), pa.py_buffer(b"".join(texts))])
    found.validate(full=True)  # as UTF-8
    return found
