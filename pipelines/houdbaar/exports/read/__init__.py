"""Turning exports of every text-like format into Parquet, once: `read` picks the reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.files import ExportFile, unreadable
from houdbaar.exports.read.raw import Raw

if TYPE_CHECKING:
    from houdbaar.exports.head import Head

__all__ = ["READER_VERSION", "Raw", "read"]

READER_VERSION = 1  # part of the cache's key: raise it when a reader's output changes


def read(file: ExportFile, head: Head, structure: Mapping[str, str], out: Path) -> Raw:
    """Stage one export as Parquet at `out`: `row` BIGINT, and its columns as text or as `structure` types them.

    `structure` (export column -> DuckDB type with VARCHAR leaves) is for JSON and Avro. Raises SourceError when the file
    can't be read whole, and leaves no `out` then. Parquet is read in place, never here.
    """
    try:
        return _read(file, head, structure, out)
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _read(file: ExportFile, head: Head, structure: Mapping[str, str], out: Path) -> Raw:
    if head.format == "csv":
        from houdbaar.exports.read.delimited import read_delimited

        return read_delimited(file, head, out)
    if head.format in ("ndjson", "json"):
        from houdbaar.exports.read.json_text import read_json

        return read_json(file, head, structure, out)
    if head.format == "avro":
        from houdbaar.exports.read.avro import read_avro

        return read_avro(file, structure, out)
    if head.format == "excel":
        from houdbaar.exports.read.excel import read_excel

        return read_excel(file, head, out)
    raise unreadable(file, f"a file of format '{head.format}' isn't staged as a table", "bind it to another contract")
