"""What the start of a file says, and which files are broken, tables, or neither."""

import gzip
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from houdbaar.errors import SourceError
from houdbaar.exports.files import find
from houdbaar.exports.head import Head, peek
from houdbaar.exports.layout import unique_names


def head(folder: Path, name: str, data: bytes | str) -> Head:
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return peek(next(file for file in find(folder)[0] if file.name.startswith(name)))


def parquet(columns: dict[str, list[object]]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def test_a_csv_head(tmp_path):
    found = head(tmp_path, "a.csv", "sep=;\r\nEmail;Email;\r\n1;2;3\r\n")
    assert found == Head("csv", ("Email", "Email (2)", "(unnamed 3)"), "utf-8", ";", 2, ())


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "a,b\r1,2\r", "\ufeffa,b", "\n\na,b\n"])
def test_small_variations_of_a_head(tmp_path, text):
    assert head(tmp_path, "a.csv", text).columns == ("a", "b")


def test_names_that_differ_in_case_or_composition_only_are_made_unique():
    assert unique_names(["é", "e\u0301", "A", "a", " a", "a (2)"]) == ("é", "e\u0301 (2)", "A", "a (2)", " a (3)", "a (2) (2)")
    assert unique_names(["Row", "", " "]) == ("Row (2)", "(unnamed 2)", "(unnamed 3)")


def test_parquet_gives_its_top_level_names_also_when_it_is_wrapped(tmp_path):
    data = parquet({"event_timestamp": [1], "geo": [{"country": "NL"}]})
    assert head(tmp_path, "a.parquet", data) == Head("parquet", ("event_timestamp", "geo"))
    assert head(tmp_path, "b.bin", data).format == "parquet"
    assert head(tmp_path, "c.parquet.gz", gzip.compress(data)).columns == ("event_timestamp", "geo")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("x.parquet", data)
    assert peek(find(tmp_path)[0][-1]).columns == ("event_timestamp", "geo")


@pytest.mark.parametrize("data", [b"garbage", b"PAR1garbage", b"PAR1garbagePAR1", b"PARExxxx", parquet({"a": [1]})[:-5]])
def test_garbage_parquet_is_an_error(tmp_path, data):
    with pytest.raises(SourceError, match=r"^a\.parquet: .*Parquet") as caught:
        head(tmp_path, "a.parquet", data)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.avro", b"garbage"),
        ("a.avro", b"Obj\x01garbage"),
        ("a.xlsx", b"garbage"),
        ("a.xlsx", b"PK\x03\x04garbage"),
        ("a.xls", b"<table>"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 10, mtime=0)[:-6]),
        ("a.csv", b"\n"),
        ("a.csv", b"<!DOCTYPE html><html>"),
        ("a.csv", b'a,"b\n'),
        ("a.csv", b"%PDF\0\0\0\0"),
        ("a.json", b"hello"),
        ("a.csv", gzip.compress(b"", mtime=0)),
    ],
)
def test_files_of_a_known_kind_that_are_broken(tmp_path, name, data):
    with pytest.raises(SourceError, match=r"^a\.[a-z.]+: .+; .+"):
        head(tmp_path, name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.7 ..."),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0"),
        ("a.txt", b"Beste Jan, hoe gaat het?\nGroet\n"),
        ("README.md", b"# Exports, made by hand\n\na,b\n1,2\n"),
        ("a.html", b"<html>"),
        ("a.docx", b"PK\x03\x04..."),
        ("page", b"<!doctype html>"),
        ("notes.txt", b"one line"),
        ("a.sql", b"insert into a values (1, 2);\n"),
    ],
)
def test_what_is_no_table_is_unknown(tmp_path, name, data):
    assert head(tmp_path, name, data) == Head("unknown")


@pytest.mark.parametrize("name", ["a.txt", "a", "a.csv.old", "a.dat"])
def test_a_table_under_another_name_is_still_a_table(tmp_path, name):
    assert head(tmp_path, name, "a\tb\n1\t2\n").format == "csv"
    assert head(tmp_path, name, '{"a":1}\n{"a":2}\n').format == "ndjson"


def test_json_heads_unite_the_keys_of_their_records(tmp_path):
    assert head(tmp_path, "a.json", '{"a":1}\n{"b":{"c":1}}\n') == Head("ndjson", ("a", "b"), "utf-8")
    assert head(tmp_path, "b.json", '[{"a":1},{"b":1}]') == Head("json", ("a", "b"), "utf-8")
    assert head(tmp_path, "c.json", "[]") == Head("json", (), "utf-8")
    assert head(tmp_path, "d.ndjson", "\n").columns == ()


def test_a_json_head_of_a_big_file_reads_only_its_start(tmp_path):
    line = json.dumps({"a": 1, "pad": "é" * 1000}, ensure_ascii=False)
    assert head(tmp_path, "a.json", f"{line}\n" * 2000).columns == ("a", "pad")
    assert head(tmp_path, "b.json", "[" + ",".join([line] * 2000) + "]").columns == ("a", "pad")


def test_an_answer_of_an_api_larger_than_the_window(tmp_path):
    answer = {"members": [{"email_address": "jan@example.com", "pad": "x" * 2000}] * 1000, "total_items": 1000}
    assert head(tmp_path, "a.json", json.dumps(answer)) == Head("json", ("email_address", "pad"), "utf-8")


def test_a_record_larger_than_the_window(tmp_path):
    lines = [json.dumps({"a": "x" * 1_500_000, "b": number}) for number in range(2)]
    assert head(tmp_path, "a.ndjson", "\n".join(lines)).columns == ("a", "b")
