"""The dictionaries of a file are its texts, or nothing is said of them: no text may stand in a page that was not looked at."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from houdbaar.exports.leaf_texts import LeafReader
from houdbaar.exports.parquet_dictionaries import dictionaries
from houdbaar.exports.parquet_tail import LIST, MAGIC, ThriftReader, footer_of, schema_bytes

MUCH = 1 << 20
TEXTS = [None, "GPS tracker", "é", "", "jan@example.com"]
ROWS = 1_000
LEAF = {"list": 0, "text": 1, "none": 3}  # 'number' is between them


def events() -> pa.Table:
    """Lists of texts of which the first are empty, texts of which the first are missing, numbers, and a column without any text."""
    lists = [[] if row < 10 else None if row < 20 else [TEXTS[row % 5], f"list {row % 7}"] for row in range(ROWS)]
    texts = [None if row < 300 else f"{TEXTS[row % 5]} {row % 11}" for row in range(ROWS)]
    columns = {"list": pa.array(lists, pa.list_(pa.string())), "text": pa.array(texts), "number": pa.array(range(ROWS))}
    return pa.table({**columns, "none": pa.array([None] * ROWS, pa.string())})


def found(path: Path, leaves: list[int] | None = None, most_bytes: int = MUCH) -> set[str] | None:
    footer = footer_of(path)
    assert footer is not None
    texts = dictionaries(path, footer, len(schema_bytes(footer) or b""), leaves or list(LEAF.values()), most_bytes)
    return None if texts is None else {cell for _, array in texts for cell in array.to_pylist()}


def expected() -> set[str]:
    table = events()
    lists = [cell for cells in table["list"].to_pylist() for cell in cells or ()]
    return {cell for cell in (*lists, *table["text"].to_pylist()) if cell is not None}


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "brotli", "zstd", "lz4"])
@pytest.mark.parametrize("rows", [ROWS, 130])
def test_dictionaries_are_all_texts_of_a_file(tmp_path: Path, codec: str, version: str, rows: int) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(events(), path, compression=codec, data_page_version=version, row_group_size=rows, data_page_size=100)
    assert found(path) == expected()


@pytest.mark.parametrize(
    "options", [{"use_dictionary": False}, {"use_dictionary": ["list.list.element"]}, {"dictionary_pagesize_limit": 20}]
)
def test_where_a_page_has_values_of_its_own_nothing_is_said_and_all_are_read(tmp_path: Path, options: dict[str, object]) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(events(), path, data_page_size=100, write_batch_size=10, **options)
    assert found(path) is None
    read = LeafReader(MUCH).texts(path, ["list", "text", "number", "none"])
    assert read is not None
    assert {cell for each in read for cell in each.texts.to_pylist()} - {None} == expected()


def test_more_than_may_be_held_is_nothing_said(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(events(), path, row_group_size=100)
    assert found(path, most_bytes=1_000) is None
    assert LeafReader(1_000).texts(path, ["list", "text"]) is None


def test_a_damaged_page_is_nothing_said(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(events(), path, compression="none")
    whole, texts = path.read_bytes(), found(path, [LEAF["text"]])
    assert texts
    chunk = pq.read_metadata(path).row_group(0).column(LEAF["text"])
    start, end = chunk.dictionary_page_offset, chunk.data_page_offset
    header = end - start - sum(4 + len(cell.encode()) for cell in texts)
    for at in range(start, start + header + 1):  # and the length of the first text
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x7F]) + whole[at + 1 :])
        assert found(path, [LEAF["text"]]) in (None, texts), at
    path.write_bytes(whole[:start] + whole[end:])
    assert found(path, [LEAF["text"]]) is None


STOP = b"\x00"
NO_PAGE, DICTIONARY_ONLY = b"\x0c", b"\x1c\x15\x04\x15\x00\x15\x02" + STOP  # lists of none, and of one: {page_type 2, encoding 0, count 1}
NO_DATA = b"\x1c\x15\x00\x15\x10\x15\x00" + STOP  # {page_type 0, encoding 8, count 0}


@pytest.mark.parametrize("said", [NO_PAGE, DICTIONARY_ONLY, NO_DATA], ids=["no page", "a dictionary only", "no page of data"])
def test_where_no_page_of_data_is_told_of_nothing_is_said_and_all_are_read(tmp_path: Path, said: bytes) -> None:
    """As a writer may leave it that says nothing of pages, in a file with values outside of the dictionary."""
    path = tmp_path / "events.parquet"
    texts = [f"text {row}" for row in range(ROWS)]
    pq.write_table(pa.table({"text": texts}), path, data_page_size=100, write_batch_size=10, dictionary_pagesize_limit=20)
    footer = footer_of(path) or b""
    reader = ThriftReader(footer, len(schema_bytes(footer) or b""))
    assert reader.seek(4, LIST, after=2)
    reader.list_header()
    assert reader.seek(1, LIST)
    reader.list_header()
    stats = ThriftReader(footer, ThriftReader(footer, reader.fields()[3]).fields()[13])
    start = stats.at
    stats.skip(LIST)
    changed = footer[:start] + said + footer[stats.at :]
    path.write_bytes(path.read_bytes()[: -8 - len(footer)] + changed + len(changed).to_bytes(4, "little") + MAGIC)
    assert found(path, [0]) is None
    read = LeafReader(MUCH).texts(path, ["text"])
    assert read is not None
    assert {cell for each in read for cell in each.texts.to_pylist()} == set(texts)
