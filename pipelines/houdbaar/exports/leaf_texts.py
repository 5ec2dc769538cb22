"""The different texts in columns of a Parquet file, those in lists and STRUCTs too, without building any list.

Such files hold a dictionary of texts a column and row group, and for each value its place in it; pyarrow hands both over as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH_ROWS = 1 << 17
_NUMBERS = ("INT32", "INT64", "FLOAT", "DOUBLE")


@dataclass(frozen=True, slots=True)
class LeafTexts:
    """Different texts of one leaf, such as `event_params.list.element.key`; some of them more than once."""

    leaf: str
    texts: pa.Array


def leaf_texts(path: Path, columns: Collection[str], most_bytes: int, metadata: pq.FileMetaData | None = None) -> list[LeafTexts] | None:
    """The different texts below some columns of a file, but for numbers.

    None where there is something else than texts and numbers, where the texts take more than `most_bytes`, or where the file can't be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, metadata=metadata) as file:
            leaves = _text_leaves(file.schema, columns)
            metadata = file.metadata
        if leaves is None:
            return None
        with pq.ParquetFile(path, metadata=metadata, read_dictionary=leaves, pre_buffer=False) as file:
            found: list[LeafTexts] = []
            size = 0
            for batch in file.iter_batches(_BATCH_ROWS, columns=leaves, use_threads=False) if leaves else ():
                more = [each for name in batch.schema.names for each in _texts(name, batch.column(name))]
                size += sum(each.texts.nbytes for each in more)
                if size > most_bytes:
                    return None
                found += more
            return found
    except (OSError, pa.ArrowException):
        return None


def _text_leaves(schema: pq.ParquetSchema, columns: Collection[str]) -> list[str] | None:
    leaves = []
    for position in range(len(schema)):
        leaf = schema.column(position)
        if leaf.path.split(".")[0] not in columns:
            continue
        kind = leaf.logical_type.type
        if leaf.physical_type == "BYTE_ARRAY" and kind == "STRING":
            leaves.append(leaf.path)
        elif leaf.physical_type not in _NUMBERS or kind not in ("NONE", "INT"):
            return None
    return leaves


def _texts(path: str, values: pa.Array) -> Iterator[LeafTexts]:
    """The dictionaries below a column, each under its own name at the end of its path."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_struct(kind):
        for position in range(kind.num_fields):
            yield from _texts(f"{path}.{kind.field(position).name}", values.field(position))
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
        yield from _texts(path, values.values)
    elif pa.types.is_dictionary(kind):
        yield LeafTexts(path, values.dictionary)
    else:
        yield LeafTexts(path, pc.unique(values))
