"""Arrow's arrays and tables without pandas: Arrow's own ways import it wherever it is installed (0.2 to 0.4 s) and make nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file's rows, of all columns or of these. Raises OSError or ValueError where it can't be read or lacks one."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        if not set(columns or ()).issubset(file.schema_arrow.names):
            raise ValueError("a column is missing")
        return file.read(columns)


def distinct(table: pa.Table, columns: Sequence[str]) -> set[tuple[Any, ...]]:
    """The different rows of some columns of a table."""
    return set(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


def whole_numbers(numbers: Sequence[int] | npt.NDArray[np.int64]) -> pa.Array:
    """Whole numbers, none of them missing, as BIGINT: by way of their buffers."""
    import pyarrow as pa

    values = np.asarray(numbers, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


def dates(days: npt.NDArray[np.datetime64]) -> pa.Array:
    """Dates, none of them missing, as DATE."""
    import pyarrow as pa

    counts = days.astype("M8[D]").astype(np.int32)  # since 1970
    return pa.Array.from_buffers(pa.date32(), len(counts), [None, pa.py_buffer(counts)])
