"""CSV: every row as text with its exact number, ragged rows rejected by number, nothing guessed from the data.

Row numbers are those of data records: blank lines have none, rejected rows do. Values keep every character; only where a
file escapes with backslashes (it can't be read otherwise) are `\\"`, `\\\\` and `\\,` read as `"`, `\\` and `,`.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from houdbaar.engines.arrays import whole_numbers
from houdbaar.exports.files import ExportFile, unreadable
from houdbaar.exports.layout import Layout, read_layout
from houdbaar.exports.read.raw import BLANK, SECOND_TABLE, TOO_FEW, TOO_MANY, Raw, Sink, reconciled, text_schema
from houdbaar.exports.read.records import Count, count_by_line, count_regular
from houdbaar.exports.stream import CHUNK
from houdbaar.exports.text import settle, utf8_chunks

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.exports.head import Head

_BLOCK = 2 << 20  # one row group; the reader holds a few of them
_LONGEST_RECORD = 64 << 20  # beyond it a row is not a row: a quote was left open, or it isn't a CSV
# Stand for escaped characters while the text is split: U+FDD0 and the like are no characters, and never in a text.
_STAND_INS = ("\ufdd0", "\ufdd1", "\ufdd2")


@dataclass(frozen=True, slots=True)
class _Table:
    """How the file is to be read, and what was counted in it. `end` is the offset where its (first) table ends."""

    file: ExportFile
    encoding: str
    layout: Layout
    count: Count
    is_escaped: bool = False
    end: int | None = None

    @property
    def records(self) -> int:
        """Records of the first table."""
        return self.count.records if self.end is None or self.count.first_blank is None else self.count.first_blank[1]

    def chunks(self) -> Iterator[bytes]:
        """The data records as UTF-8."""
        return _limited(self._all_chunks(), self.end)

    def _all_chunks(self) -> Iterator[bytes]:
        data = _after(utf8_chunks(self.file, self.encoding), self.layout.data_offset)
        return _with_stand_ins(self.file, data, self.layout.delimiter) if self.is_escaped else data

    def escaped(self) -> _Table:
        """The same file, read with backslash escapes."""
        twin = replace(self, is_escaped=True, end=None)
        return replace(twin, count=count_regular(twin.chunks(), self.layout.delimiter))


def read_delimited(file: ExportFile, head: Head, out: Path) -> Raw:
    """Stage a CSV. Raises SourceError when it can't be read whole: cut off, undecodable, a quote that is never closed."""
    encoding, (layout, count) = settle(file, head.encoding, lambda chunks: _first_count(file, chunks))
    if layout.columns != head.columns:
        raise unreadable(file, "changed while it was read", "run the audit again")
    table = _without_second_table(_readable(_Table(file, encoding, layout, count)))
    rejected = _stage(table, out)
    if count.has_backslash and not table.is_escaped and any(reason == TOO_MANY for _, reason in rejected):
        table, rejected = _try_escapes(table, rejected, out)
    return _summed(table, rejected, out)


def _first_count(file: ExportFile, chunks: Iterator[bytes]) -> tuple[Layout, Count]:
    window = next(chunks, b"")
    layout = read_layout(file, window, is_whole=len(window) < CHUNK // 4)
    count = count_regular(_after(_chained(window, chunks), layout.data_offset), layout.delimiter)
    for chunk in chunks:  # the count may have stopped early; the encoding is judged over all of it
        count.has_backslash = count.has_backslash or b"\\" in chunk
    return layout, count


def _readable(table: _Table) -> _Table:
    """The table with counts that hold, read with escapes or with stray quotes where it must be."""
    count = table.count
    if count.is_regular and not count.is_open:
        return table
    if count.has_backslash:
        escaped = table.escaped()
        if escaped.count.is_regular and not escaped.count.is_open:
            return escaped
    by_line = count_by_line(table.chunks(), table.layout.delimiter)
    if by_line is None or by_line.is_open:
        where = "" if by_line is None else f" in row {by_line.records + 1}"
        raise unreadable(table.file, f"a quote that is opened{where} is not closed where its field ends, so rows run together")
    return replace(table, count=replace(by_line, has_backslash=count.has_backslash))


def _without_second_table(table: _Table) -> _Table:
    """Google Analytics exports (they begin with '#' lines) hold a second table after a blank line: not rows of the first."""
    blank = table.count.first_blank
    is_report = any(line.startswith("#") for line in table.layout.preamble)
    has_second = is_report and blank is not None and blank[1] < table.count.records
    return replace(table, end=blank[0]) if has_second and blank is not None else table


def _try_escapes(table: _Table, rejected: list[tuple[int, str]], out: Path) -> tuple[_Table, list[tuple[int, str]]]:
    """Read `Berg\\, Jan` without quotes as one value, if that makes more rows fit the header."""
    escaped = table.escaped()
    if not escaped.count.is_regular or escaped.count.is_open:
        return table, rejected
    escaped = _without_second_table(escaped)
    trial = out.with_name(out.name + ".escaped")
    rejected_again = _stage(escaped, trial)
    if len(rejected_again) >= len(rejected):
        trial.unlink()
        return table, rejected
    trial.replace(out)
    return escaped, rejected_again


def _summed(table: _Table, rejected: list[tuple[int, str]], out: Path) -> Raw:
    count = table.count
    if table.end is None and not count.is_ended and rejected and rejected[-1] == (count.records, TOO_FEW):
        raise unreadable(table.file, "the last record is incomplete: the file was cut off")
    excluded = {BLANK: count.blanks, SECOND_TABLE: count.records - table.records}
    raw = Raw(
        path=out,
        columns=table.layout.columns,
        unknown=(),
        rows_read=count.records + count.blanks,
        rows_staged=_rows(out),
        rejected=tuple(rejected),
        excluded={reason: rows for reason, rows in excluded.items() if rows},
    )
    return reconciled(table.file, raw)


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(str(path)).num_rows)


def _stage(table: _Table, out: Path) -> list[tuple[int, str]]:
    """Write the table's rows and give the rejected ones."""
    import pyarrow as pa

    if table.count.longest > _LONGEST_RECORD:
        raise unreadable(table.file, "a row of more than 64 MB: a quote is left open, or it is no table")
    rejected: list[tuple[int, str]] = []
    try:
        with Sink(out, text_schema(table.layout.columns)) as sink:
            if table.records:
                for numbers, batch in _batches(table, rejected):
                    sink.write([numbers, *_columns(batch, table)])
    except pa.ArrowException:
        raise unreadable(table.file, "can't be split into rows") from None
    return rejected


def _batches(table: _Table, rejected: list[tuple[int, str]]) -> Iterator[tuple[pa.Array, pa.RecordBatch]]:
    """Batches with their row numbers: what the reader rejected so far, perhaps ahead of this batch, is jumped over."""
    following, passed = 1, 0
    for batch in _open_csv(table, rejected):
        skipped = [number for number, _ in rejected[passed:]]
        numbers = np.arange(following, following + batch.num_rows + len(skipped), dtype=np.int64)
        numbers = np.setdiff1d(numbers, skipped, assume_unique=True)[: batch.num_rows] if skipped else numbers
        if len(numbers):
            following = int(numbers[-1]) + 1
            passed += bisect_left(skipped, following)
            yield whole_numbers(numbers), batch


def _open_csv(table: _Table, rejected: list[tuple[int, str]]) -> Iterable[pa.RecordBatch]:
    """The streaming reader; only without threads does it number the invalid rows. What it reads was seen to be UTF-8 (`utf8_chunks`)."""
    import pyarrow as pa
    from pyarrow import csv

    def reject(row: Any) -> str:
        rejected.append((row.number, TOO_FEW if row.actual_columns < row.expected_columns else TOO_MANY))
        return "skip"

    columns = list(table.layout.columns)
    batches: Iterable[pa.RecordBatch] = csv.open_csv(
        pa.PythonFile(_Readable(table.chunks()), mode="r"),
        read_options=csv.ReadOptions(use_threads=False, block_size=max(_BLOCK, table.count.longest + 2), column_names=columns),
        parse_options=csv.ParseOptions(delimiter=table.layout.delimiter, newlines_in_values=True, invalid_row_handler=reject),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), null_values=[], strings_can_be_null=False, check_utf8=False
        ),
    )
    return batches


def _columns(batch: pa.RecordBatch, table: _Table) -> list[pa.Array]:
    if not table.is_escaped:
        return list(batch.columns)
    import pyarrow.compute as pc

    columns = list(batch.columns)
    for stand_in, character in zip(_STAND_INS, ('"', "\\", table.layout.delimiter), strict=True):
        columns = [pc.replace_substring(column, stand_in, character) for column in columns]
    return columns


class _Readable(io.RawIOBase):
    """Chunks as the file object that Arrow asks for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._held = chunks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, missing = [self._held], size - len(self._held)
        while missing > 0 and (chunk := next(self._chunks, None)) is not None:
            parts.append(chunk)
            missing -= len(chunk)
        data = b"".join(parts)
        data, self._held = data[:size], data[size:]
        return data


def _chained(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _after(chunks: Iterator[bytes], offset: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[offset:]
        offset = max(0, offset - len(chunk))


def _limited(chunks: Iterator[bytes], end: int | None) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk if end is None else chunk[:end]
        if end is not None and (end := end - len(chunk)) <= 0:
            return


def _with_stand_ins(file: ExportFile, chunks: Iterator[bytes], delimiter: str) -> Iterator[bytes]:
    characters = ('"', "\\", delimiter)
    escape = re.compile(b"\\\\([" + re.escape("".join(characters)).encode() + b"])")
    stand_ins = {character.encode(): stand_in.encode() for character, stand_in in zip(characters, _STAND_INS, strict=True)}
    held = b""
    for chunk in chunks:
        if any(stand_in in chunk for stand_in in stand_ins.values()):
            raise unreadable(file, "characters that are no text (U+FDD0 to U+FDD2)", "save it as UTF-8 without them")
        window = held + chunk
        # A backslash at the end may escape what the next chunk begins with.
        held = b"\\" if (len(window) - len(window.rstrip(b"\\"))) % 2 else b""
        yield escape.sub(lambda match: stand_ins[match.group(1)], window[: len(window) - len(held)])
    yield held
