"""The different texts in columns of a Parquet file, those in lists and STRUCTs too, without building any list.

Such files hold a dictionary of texts a column and row group, and for each value its place in it. Mostly the dictionaries are all that is
read; where they don't tell everything, pyarrow hands both over as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.exports.parquet_dictionaries import dictionaries
from houdbaar.exports.parquet_tail import MAGIC, footer_of, schema_bytes

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


class LeafReader:
    """Reads the different texts below columns of files, of most of them their dictionaries only."""

    def __init__(self, most_bytes: int) -> None:
        """Of a file with more than `most_bytes` of texts nothing is said."""
        self._most_bytes = most_bytes
        self._shapes: list[tuple[bytes, tuple[str, ...], dict[int, str] | None]] = []  # schema, columns, their leaves of texts

    def texts(self, path: Path, columns: Collection[str]) -> list[LeafTexts] | None:
        """The different texts below some columns of a file, but for numbers.

        None where there is something else than texts and numbers, where the texts take too many bytes, or where the file can't be read.
        """
        import pyarrow as pa

        try:
            footer = footer_of(path)
            if footer is None:
                return None
            schema_size, leaves = self._shape(footer, tuple(columns))
            if not leaves:
                return None if leaves is None else []
            found = dictionaries(path, footer, schema_size, leaves, self._most_bytes) if schema_size else None
            if found is None:
                return _read(path, list(leaves.values()), self._most_bytes, _parsed(footer))
            return [LeafTexts(leaves[leaf], texts) for leaf, texts in found]
        except (OSError, pa.ArrowException):
            return None

    def _shape(self, footer: bytes, columns: tuple[str, ...]) -> tuple[int, dict[int, str] | None]:
        """The size of a file's schema (0: it is unusual) and the leaves of texts below columns: looked at once for all files of a shape."""
        for schema, of_columns, leaves in self._shapes:
            if of_columns == columns and footer.startswith(schema):
                return len(schema), leaves
        leaves = _text_leaves(_parsed(footer).schema, columns)
        schema = schema_bytes(footer) or b""
        if schema:
            self._shapes.append((schema, columns, leaves))
        return len(schema), leaves


def _parsed(footer: bytes) -> pq.FileMetaData:
    """What pyarrow makes of the very footer that was read: of one read at another time the columns may stand elsewhere."""
    import pyarrow.parquet as pq

    return pq.read_metadata(BytesIO(MAGIC + footer + len(footer).to_bytes(4, "little") + MAGIC))


def _read(path: Path, leaves: list[str], most_bytes: int, metadata: pq.FileMetaData) -> list[LeafTexts] | None:
    """The texts of leaves, from the values themselves; None where they take more than `most_bytes`."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, metadata=metadata, read_dictionary=leaves, pre_buffer=False) as file:
        found: list[LeafTexts] = []
        size = 0
        for batch in file.iter_batches(_BATCH_ROWS, columns=leaves):
            more = [each for name in batch.schema.names for each in _texts(name, batch.column(name))]
            size += sum(each.texts.nbytes for each in more)
            if size > most_bytes:
                return None
            found += more
        return found


def _text_leaves(schema: pq.ParquetSchema, columns: Collection[str]) -> dict[int, str] | None:
    """The paths of the leaves of texts by their position; None where there is something else than texts and numbers."""
    leaves = {}
    for position in range(len(schema)):
        leaf = schema.column(position)
        if leaf.path.split(".")[0] not in columns:
            continue
        kind = leaf.logical_type.type
        if leaf.physical_type == "BYTE_ARRAY" and kind == "STRING":
            leaves[position] = leaf.path
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
