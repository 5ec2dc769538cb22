"""What the start of an export says: its format, encoding, and the names of its columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from houdbaar.errors import SourceError
from houdbaar.exports.files import ZIP_MAGIC, ExportFile, unreadable
from houdbaar.exports.json_values import first_objects, has_objects_by_line, loads, wrapped_key
from houdbaar.exports.layout import WINDOW, read_layout, sniff_delimiter
from houdbaar.exports.stream import open_bytes, open_seekable
from houdbaar.exports.text import UTF16_BE, UTF16_LE, as_utf8, guess

_PARQUET, _AVRO, _OLE = b"PAR1", b"Obj\x01", b"\xd0\xcf\x11\xe0"
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".ods"})
_BY_LINE = frozenset({".ndjson", ".jsonl"})
_JSON = _BY_LINE | {".json"}
_TABLES = frozenset({".csv", ".tsv", ".tab", ".psv"})
# Text that is never an export; anything else is looked into, whatever people called it ('contacts.csv.old').
_PROSE = frozenset(
    ".md .rst .tex .html .htm .xml .svg .css .js .ts .py .sql .log .yaml .yml .toml .ini .cfg .eml .vcf .ics .rtf .pem .key .sha256".split()
)
_START = 4096  # bytes that tell the format: there can be a thousand Parquet files to look at
_WIDE = 64 << 20  # bytes: as long as a JSON record may be
_MOST_NAMES = 10_000  # a JSON head with more different keys uses data as keys


@dataclass(frozen=True, slots=True)
class Head:
    """The start of an export. `format`: parquet, csv, ndjson, json, avro, excel, or unknown (no table that is read).

    `columns` are unique ('Email (2)', '(unnamed 3)'), and those of the staged file for CSV and Excel; of JSON they are the
    keys of the first records. `header_row` is the 1-based line or sheet row of the header, 0 without one; `preamble` holds
    the '#' lines above it. `encoding` is a guess from the first megabyte; reading decides over the whole file.
    """

    format: str
    columns: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    preamble: tuple[str, ...] = ()


_UNKNOWN = Head("unknown")


def peek(file: ExportFile) -> Head:
    """Look at the start of a file. Raises SourceError for a file of a known kind that is broken; no message holds a value."""
    suffix = _suffix(file.name)
    with open_bytes(file) as source:
        start = source.read(_START)
        if not start:
            raise unreadable(file, "empty file")
        binary = _peek_binary(file, start, suffix)
        if binary is not None:
            return binary
        window = start + source.read(WINDOW - _START)
        is_whole = len(window) < WINDOW or not source.read(1)
    return _peek_text(file, window, is_whole, suffix)


def _peek_binary(file: ExportFile, start: bytes, suffix: str) -> Head | None:
    if start.startswith((_PARQUET, b"PARE")) or suffix == ".parquet":
        return _peek_parquet(file, start)
    if start.startswith(_AVRO) or suffix == ".avro":
        from houdbaar.exports.read.avro import field_names

        return Head("avro", field_names(file))
    if suffix in _WORKBOOKS:
        return _peek_workbook(file, start)
    return _UNKNOWN if suffix in _PROSE else None


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower().removesuffix(".gz")).suffix


def _peek_parquet(file: ExportFile, window: bytes) -> Head:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if window.startswith(b"PARE"):
        raise unreadable(file, "encrypted Parquet", "export it without encryption")
    try:
        with open_seekable(file) as handle:
            return Head("parquet", tuple(pq.read_schema(handle).names))
    except (pa.ArrowException, OSError):
        raise unreadable(file, "not a Parquet file, or cut off") from None


def _peek_workbook(file: ExportFile, window: bytes) -> Head:
    from houdbaar.exports.read.excel import read_header

    if not window.startswith((_OLE, *ZIP_MAGIC)):
        raise unreadable(file, "not an Excel workbook, whatever its name says", "save it from Excel as .xlsx, or as CSV")
    header = read_header(file)
    return Head("excel", header.columns, header_row=header.row)


def _peek_text(file: ExportFile, window: bytes, is_whole: bool, suffix: str) -> Head:
    encoding = guess(window)
    text = as_utf8(window, encoding)
    is_table, is_json = suffix in _TABLES, suffix in _JSON
    wrong = _not_text(window, text, encoding)
    if wrong:
        if is_table or is_json:
            raise unreadable(file, *wrong)
        return _UNKNOWN
    if is_json or (not is_table and text.lstrip().startswith((b"{", b"["))):
        return _peek_json(file, text, encoding, is_whole, suffix)
    return _peek_table(file, text, encoding, is_whole) if is_table else _peek_maybe_table(file, text, encoding, is_whole)


def _not_text(window: bytes, text: bytes, encoding: str) -> tuple[str, str] | None:
    """What is wrong and what to do, of something that is no text to make rows of."""
    # One NUL can be a slip in a text; every second byte is UTF-16, and many are no text at all.
    is_binary = text[:4096].count(0) > len(text[:4096]) // 8 and encoding not in (UTF16_LE, UTF16_BE)
    if is_binary or window.startswith((_OLE, b"%PDF", *ZIP_MAGIC)):
        return "not text (or UTF-16 without its mark)", "save it as UTF-8, or download the export again"
    if text.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page or XML instead of an export", "log in and download the export again"
    return None


def _peek_table(file: ExportFile, text: bytes, encoding: str, is_whole: bool) -> Head:
    layout = read_layout(file, text, is_whole)
    return Head("csv", layout.columns, encoding, layout.delimiter, layout.header_row, layout.preamble)


def _peek_maybe_table(file: ExportFile, text: bytes, encoding: str, is_whole: bool) -> Head:
    """A table if it has several columns and its first row has as many: a letter in a .txt is none."""
    try:
        head, layout = _peek_table(file, text, encoding, is_whole), read_layout(file, text, is_whole)
    except SourceError:
        return _UNKNOWN
    following = text[layout.data_offset :].splitlines()[:1]
    is_table = len(head.columns) > 1 and all(line.count(head.delimiter.encode()) >= len(head.columns) - 1 for line in following)
    return head if is_table and sniff_delimiter(text[: layout.data_offset]) == head.delimiter else _UNKNOWN


def _peek_json(file: ExportFile, window: bytes, encoding: str, is_whole: bool, suffix: str) -> Head:
    head = _json_head(file, window.decode(), encoding, is_whole, suffix)
    if head.columns or is_whole:
        return head
    # The first record, or an API's answer as a whole, is larger than the window.
    with open_bytes(file) as source:
        wide = source.read(_WIDE)
    return _json_head(file, as_utf8(wide, encoding).decode(), encoding, len(wide) < _WIDE, suffix)


def _json_head(file: ExportFile, text: str, encoding: str, is_whole: bool, suffix: str) -> Head:
    start = text.lstrip()[:1]
    if start == "[":
        return Head("json", _names(first_objects(text)), encoding)
    key = _wrapped_key(text) if is_whole and start == "{" and suffix not in _BY_LINE else None
    if key is not None:
        return Head("json", _names(first_objects(text, key)), encoding)
    if has_objects_by_line(text) or suffix in _BY_LINE:
        lines = (line for line in text.split("\n") if line.strip())
        return Head("ndjson", _names(item for line in lines for item in first_objects(line)[:1]), encoding)
    if start == "{":
        return Head("json", _names(first_objects(text)), encoding)
    if suffix in _JSON:
        raise unreadable(file, "not JSON: neither an array nor objects")
    return _UNKNOWN


def _wrapped_key(text: str) -> str | None:
    try:
        return wrapped_key(loads(text))
    except ValueError:
        return None


def _names(objects: Iterable[dict[str, object]]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for item in objects:
        names.update(dict.fromkeys(item))
        if len(names) > _MOST_NAMES:
            break
    return tuple(names)
