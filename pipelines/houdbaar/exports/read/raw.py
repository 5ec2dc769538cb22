"""What every reader hands back, and the Parquet file it leaves."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from houdbaar.exports.classify.sample import Samples
from houdbaar.exports.files import ExportFile, unreadable
from houdbaar.exports.stream import stop_if_asked
from houdbaar.folders import writing

if TYPE_CHECKING:
    import pyarrow as pa

TOO_FEW, TOO_MANY = "too few columns", "too many columns"
INVALID_JSON, NOT_OBJECT, MISFIT = "invalid JSON", "not an object", "unexpected nesting"
_ROW_GROUP = 16 << 20  # bytes in memory: enough rows to scan well, few enough to hold
_FIRST_ROWS, _REPEATED = 10_000, 10  # a text that stands there ten times, on average, repeats
BLANK, SECOND_TABLE, OTHER_SHEET = "blank line", "second table", "other sheet"


@dataclass(frozen=True, slots=True)
class Raw:
    """An export as staged text: read = staged + rejected + excluded, where `rows_read` was counted by other means."""

    path: Path  # Parquet: `row` BIGINT (1-based data row) and the export's columns
    columns: tuple[str, ...]
    unknown: tuple[str, ...]  # JSON and Avro names that the structure lacks, dotted ('device.web_info.new'), at most 1,000
    rows_read: int
    rows_staged: int
    rejected: tuple[tuple[int, str], ...]  # (row, reason), ascending
    excluded: Mapping[str, int]  # reason -> rows
    samples: Samples = field(default_factory=dict)  # some values of what `unknown` names, to be classified and thrown away
    suspicious: tuple[str, ...] = field(default=())  # Excel columns with numbers that Excel has rounded (ids above 2^53)


def reconciled(file: ExportFile, raw: Raw) -> Raw:
    """The same, once its sums are right. Raises SourceError when rows were lost between counting and staging."""
    found = raw.rows_staged + len(raw.rejected) + sum(raw.excluded.values())
    if raw.rows_read != found:
        raise unreadable(
            file, f"{raw.rows_read} rows were counted, but {found} were read", "report this, and save the export in another format"
        )
    return raw


class Sink:
    """Writes one Parquet file in row groups of some 16 MB; it appears under its name only when all of it is written.

    A row group is packed and written beside the reading of the next one.
    """

    def __init__(self, out: Path, schema: pa.Schema) -> None:
        self.out, self._part, self._schema = out, out.with_name(out.name + ".part"), schema
        self.rows = 0
        self._writer: Any = None  # opened when the first rows are there
        self._writing: Future[None] | None = None
        self._held: list[pa.RecordBatch] = []
        self._held_bytes = 0

    def __enter__(self) -> Sink:
        import pyarrow as pa

        with writing(self.out.parent), contextlib.ExitStack() as opened:
            file = opened.enter_context(pa.OSFile(str(self._part), "wb"))
            self._file, self._writers = file, opened.enter_context(contextlib.ExitStack())
            self._pool = opened.enter_context(ThreadPoolExecutor(1))  # the last, hence the first to end: it writes
            self._opened = opened.pop_all()
        return self

    def write(self, arrays: Sequence[Any]) -> None:
        """Append rows: one array a field of the schema."""
        import pyarrow as pa

        stop_if_asked()  # Arrow reads a CSV in a thread of its own, which nobody asks

        batch = pa.RecordBatch.from_arrays(list(arrays), schema=self._schema)
        self.rows += batch.num_rows
        self._held.append(batch)
        self._held_bytes += batch.nbytes
        if self._held_bytes > _ROW_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        import pyarrow as pa

        table = pa.Table.from_batches(self._held, schema=self._schema)
        if self._writer is None:
            with writing(self.out.parent):
                self._writer = self._open(table)
        if self._held:
            self._await()
            self._writing = self._pool.submit(self._writer.write_table, table, row_group_size=table.num_rows)
        self._held, self._held_bytes = [], 0

    def _open(self, table: pa.Table) -> Any:
        """The writer of a file that is read once: snappy takes half of zstd's time, and twice the room.

        Texts that repeat get dictionaries, so that DuckDB looks at each once; of identifiers, these would be as long as the column.
        """
        import pyarrow.parquet as pq

        repeating = [name for name, column in zip(table.column_names, table.columns, strict=True) if _is_repeating(column)]
        return self._writers.enter_context(pq.ParquetWriter(self._file, self._schema, compression="snappy", use_dictionary=repeating))

    def _await(self) -> None:
        """Wait for the row group before, and raise what went wrong with it."""
        if self._writing is not None:
            with writing(self.out.parent):
                self._writing.result()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            with writing(self.out.parent):
                with self._opened:
                    if kind is None:
                        self._write_group()
                    if kind is None or issubclass(kind, Exception):  # that nothing can be written is told first; but Ctrl-C is Ctrl-C
                        self._await()
                if kind is None:
                    self._part.replace(self.out)
        finally:
            self._part.unlink(missing_ok=True)


def _is_repeating(column: pa.ChunkedArray) -> bool:
    """Whether the first texts of a column are few different ones."""
    import pyarrow as pa

    first = column.slice(0, _FIRST_ROWS)
    return bool(pa.types.is_string(column.type) and len(first.unique()) * _REPEATED < len(first))


def text_schema(columns: Sequence[str]) -> pa.Schema:
    """`row` and the columns as text."""
    import pyarrow as pa

    return pa.schema([pa.field("row", pa.int64()), *(pa.field(name, pa.string()) for name in columns)])
