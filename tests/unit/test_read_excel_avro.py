"""Workbooks and Avro files as text: ids, dates and longs as people know them, nothing lost between sheets and blocks."""

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import fastavro
import openpyxl
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from houdbaar.errors import SourceError
from houdbaar.exports.files import find
from houdbaar.exports.head import Head, peek
from houdbaar.exports.read import Raw, read


def staged(folder: Path, name: str, data: bytes, structure: dict[str, str] | None = None) -> tuple[Head, Raw, list[dict[str, object]]]:
    (folder / name).write_bytes(data)
    file = next(file for file in find(folder)[0] if file.name == name)
    head = peek(file)
    raw = read(file, head, structure or {}, folder / "out.pq")
    assert raw.rows_read == raw.rows_staged + len(raw.rejected) + sum(raw.excluded.values())
    return head, raw, pq.read_table(raw.path).to_pylist()


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"s{number}")
        for row in rows:
            sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_cells_come_out_as_text(tmp_path):
    cells = {
        "00317": "00317",
        89: "89",
        -3.5: "-3.5",
        1611798022695757: "1611798022695757",
        dt.datetime(2024, 3, 12, 9, 14, 5): "2024-03-12T09:14:05",
        dt.datetime(2024, 3, 12): "2024-03-12",
        dt.date(2024, 3, 13): "2024-03-13",
        dt.time(0, 0, 31): "00:00:31",
        dt.timedelta(hours=30): "30:00:00",
        " Zoë € ": " Zoë € ",
    }
    data = workbook([[f"c{number}" for number in range(len(cells))] + ["yes", "empty"], [*cells, True, None]])
    _, raw, (row,) = staged(tmp_path, "a.xlsx", data)
    assert list(row.values()) == [1, *cells.values(), "true", ""]
    assert raw.suspicious == ()


def test_ids_that_excel_has_rounded_are_not_made_up_again(tmp_path):
    _, raw, rows = staged(tmp_path, "a.xlsx", workbook([["id", "ok"], [5.26526e17, 1], [526526123456789012, 2]]))
    assert [row["id"] for row in rows] == ["5.26526E+17", "5.26526123456789E+17"]
    assert raw.suspicious == ("id",)


def test_titles_and_blank_rows_around_the_table(tmp_path):
    rows = [["Export of contacts"], [], ["Email", "Name", "Name"], ["jan@example.com", "Jan"], [], ["piet@example.com", None, "Piet"], []]
    head, raw, got = staged(tmp_path, "a.xlsx", workbook([], rows))
    assert (head.header_row, head.columns) == (3, ("Email", "Name", "Name (2)"))
    assert [row["row"] for row in got] == [1, 2]
    assert (raw.rows_read, raw.excluded) == (3, {"blank line": 1})


def test_a_table_that_begins_further_down_and_to_the_right(tmp_path):
    rows = [[], [None, None], [None, "a", "b"], [None, 1, 2]]
    head, _, got = staged(tmp_path, "a.xlsx", workbook(rows))
    assert (head.columns, got) == (("a", "b"), [{"row": 1, "a": "1", "b": "2"}])


def test_rows_of_other_sheets_are_counted(tmp_path):
    _, raw, _ = staged(tmp_path, "a.xlsx", workbook([["a", "b"], [1, 2]], [["c"], [3], [], [4]]))
    assert (raw.rows_read, raw.rows_staged, raw.excluded) == (4, 1, {"other sheet": 3})


def test_cells_without_a_header_are_kept(tmp_path):
    head, _, (row,) = staged(tmp_path, "a.xlsx", workbook([["a", None, "c"], [1, "secret", 3, "more"]]))
    assert head.columns == ("a", "(unnamed 2)", "c", "(unnamed 4)")
    assert row["(unnamed 2)"] == "secret"


def test_a_header_alone_and_one_column(tmp_path):
    assert staged(tmp_path, "a.xlsx", workbook([["a", "b"]]))[1].rows_read == 0
    assert staged(tmp_path, "b.xlsx", workbook([["email"], ["jan@example.com"]]))[2] == [{"row": 1, "email": "jan@example.com"}]


def test_many_rows_and_the_1904_calendar(tmp_path):
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"date_1904": True})
    sheet, style = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["n", "at"])
    for row in range(1, 25_001):
        sheet.write_number(row, 0, row)
        sheet.write_datetime(row, 1, dt.datetime(2024, 3, 12, 9, 14), style)
    book.close()
    _, raw, rows = staged(tmp_path, "a.xlsx", sink.getvalue())
    assert raw.rows_staged == 25_000
    assert all(row == {"row": number, "n": str(number), "at": "2024-03-12T09:14:00"} for number, row in enumerate(rows, 1))


@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: data[: len(data) // 2], lambda _: b"PK\x03\x04" + bytes(100)])
def test_a_broken_workbook_is_an_error(tmp_path, damage):
    with pytest.raises(SourceError, match=r"a\.xlsx: .*save it") as caught:
        staged(tmp_path, "a.xlsx", damage(workbook([["a", "b"], [1, 2]])))
    assert caught.value.__cause__ is None


def test_a_workbook_with_a_damaged_part_is_an_error(tmp_path):
    data = bytearray(workbook([["a", "b"], *([number, "x"] for number in range(500))]))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    data[info.header_offset + 200] ^= 1
    with pytest.raises(SourceError, match="not an Excel workbook"):
        staged(tmp_path, "a.xlsx", bytes(data))


def test_a_workbook_without_rows_or_too_large_to_unpack_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="without rows"):
        staged(tmp_path, "a.xlsx", workbook([], []))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30 << 20))
    with pytest.raises(SourceError, match="unpacks to far more"):
        staged(tmp_path, "b.xlsx", sink.getvalue())


def avro(fields: list[dict[str, object]], records: list[dict[str, object]], codec: str = "deflate") -> bytes:
    sink = io.BytesIO()
    fastavro.writer(sink, {"type": "record", "name": "R", "fields": fields}, records, codec=codec, sync_interval=2000)
    return sink.getvalue()


LONG = [{"name": "a", "type": ["null", "long"]}]


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_longs_keep_every_digit(tmp_path, codec):
    data = avro(LONG, [{"a": 9007199254740993}, {"a": None}, {"a": -1}], codec)
    head, raw, rows = staged(tmp_path, "a.avro", data, {"a": "VARCHAR"})
    assert head == Head("avro", ("a",))
    assert [row["a"] for row in rows] == ["9007199254740993", None, "-1"]
    assert raw.rows_read == 3


def test_avro_leaves_are_text_in_iso_8601(tmp_path):
    types: dict[str, tuple[object, object, str]] = {
        "micros": (
            {"type": "long", "logicalType": "timestamp-micros"},
            dt.datetime(2024, 3, 12, 9, 14, 5, 123456, dt.UTC),
            "2024-03-12T09:14:05.123456Z",
        ),
        "local": ({"type": "long", "logicalType": "local-timestamp-millis"}, dt.datetime(2024, 3, 12, 9, 14), "2024-03-12T09:14:00"),
        "day": ({"type": "int", "logicalType": "date"}, dt.date(2024, 3, 12), "2024-03-12"),
        "time": ({"type": "long", "logicalType": "time-micros"}, dt.time(1, 2, 3), "01:02:03"),
        "price": ({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}, Decimal("1.50"), "1.50"),
        "bytes": ("bytes", b"\xffab", "/2Fi"),
        "ascii": ("bytes", b"abc", "YWJj"),
        "double": ("double", 89.0, "89.0"),
        "yes": ("boolean", True, "true"),
        "map": ({"type": "map", "values": "long"}, {"k": 1}, '{"k":1}'),
        "kind": ({"type": "enum", "name": "E", "symbols": ["X"]}, "X", "X"),
    }
    data = avro(
        [{"name": name, "type": kind} for name, (kind, _, _) in types.items()], [{name: value for name, (_, value, _) in types.items()}]
    )
    _, _, (row,) = staged(tmp_path, "a.avro", data, dict.fromkeys(types, "VARCHAR"))
    assert row == {"row": 1} | {name: text for name, (_, _, text) in types.items()}


def test_nested_avro_follows_the_structure(tmp_path):
    value = {"type": "record", "name": "V", "fields": [{"name": "int_value", "type": ["null", "long"]}]}
    param = {"type": "record", "name": "P", "fields": [{"name": "key", "type": "string"}, {"name": "value", "type": value}]}
    fields = [{"name": "event_params", "type": {"type": "array", "items": param}}, {"name": "extra", "type": "string"}]
    data = avro(fields, [{"event_params": [{"key": "n", "value": {"int_value": 2**53 + 1}}], "extra": "x"}])
    structure = {"event_params": "STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, int_value VARCHAR))[]"}
    _, raw, (row,) = staged(tmp_path, "a.avro", data, structure)
    assert row["event_params"] == [{"key": "n", "value": {"string_value": None, "int_value": "9007199254740993"}}]
    assert raw.unknown == ("extra",)


def test_avro_cut_off_or_damaged_is_an_error(tmp_path):
    data = avro(LONG, [{"a": number} for number in range(5000)], "null")
    for broken in (data[:-1], data[: len(data) // 2], data + b"x", data[:-30] + bytes(30)):
        with pytest.raises(SourceError, match=r"a\.avro: not an Avro file, cut off") as caught:
            staged(tmp_path, "a.avro", broken, {"a": "VARCHAR"})
        assert caught.value.__cause__ is None
    assert not (tmp_path / "out.pq").exists()


def test_avro_of_many_blocks(tmp_path):
    data = avro(LONG, [{"a": number} for number in range(1, 12_001)])
    _, raw, rows = staged(tmp_path, "a.avro", data, {"a": "VARCHAR"})
    assert raw.rows_read == 12_000
    assert all(row == {"row": number, "a": str(number)} for number, row in enumerate(rows, 1))


def test_avro_with_another_codec_says_what_to_do(tmp_path):
    data = avro(LONG, [{"a": 1}]).replace(b"deflate", b"defl8te")
    with pytest.raises(SourceError, match="codec"):
        staged(tmp_path, "a.avro", data, {"a": "VARCHAR"})
