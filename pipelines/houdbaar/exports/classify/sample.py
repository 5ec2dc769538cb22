"""A bounded sample of a column's values: the same from the same values in whatever order they come."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from houdbaar.exports.classify.classify import ColumnClass, classify

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MOST_VALUES = 2_000  # distinct values kept of a column
MOST_ROWS = 20_000  # rows read of a Parquet file; those of a text export are staged anyway
MOST_COLUMNS = 1_000  # leaves of nested columns: more names than that are data used as keys
_LONGEST = 2_000  # characters of a value that are looked at


@dataclass(slots=True)
class Sample:
    """Distinct values of a column; of more than MOST_VALUES those with the smallest checksums, so that no order plays a part."""

    values: dict[str, int] = field(default_factory=dict)
    _limit: int = 1 << 32

    def add(self, value: str) -> None:
        """Take a value, or not."""
        value = value[:_LONGEST]
        number = zlib.crc32(value.encode("utf-8", "surrogatepass"))
        if value and number < self._limit:
            self.values[value] = number
            if len(self.values) > 2 * MOST_VALUES:
                self._prune()

    def _prune(self) -> None:
        kept = sorted(self.values.items(), key=lambda entry: (entry[1], entry[0]))[:MOST_VALUES]
        self.values, self._limit = dict(kept), kept[-1][1] + 1

    def chosen(self) -> list[str]:
        """The sample, in a stable order."""
        if len(self.values) > MOST_VALUES:
            self._prune()
        return sorted(self.values)


Samples: TypeAlias = dict[str, Sample]


def add_values(samples: Samples, name: str, value: Any) -> None:
    """Take a value of any shape: objects and lists are taken apart, and their leaves are columns of their own ('customer.email')."""
    if isinstance(value, Mapping):
        if value.keys() == {"key", "value"} and isinstance(value["key"], str):  # a pair of Google's: the key is the name
            add_values(samples, f"{name}.{value['key']}", value["value"])
            return
        for key, item in value.items():
            add_values(samples, name if key in _TYPED else f"{name}.{key}", item)
    elif isinstance(value, list | tuple):
        for item in value[:100]:
            add_values(samples, name, item)
    elif name in samples or len(samples) < MOST_COLUMNS:
        sample = samples.setdefault(name, Sample())
        if value is not None:
            sample.add(value if isinstance(value, str) else _text(value))


_TYPED = frozenset({"string_value", "int_value", "float_value", "double_value"})


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def classes_of(samples: Samples, category: str) -> tuple[ColumnClass, ...]:
    """The classes of sampled columns, by name. The values are not kept."""
    return tuple(classify(name, samples[name].chosen(), category) for name in sorted(samples))


def sample_parquet(paths: Iterable[Path], columns: Iterable[str], seed: str) -> Samples:
    """Sample columns of Parquet files of one shape: row groups in an order that the seed shuffles, until MOST_ROWS are read.

    A column that is empty there is looked for where the footers say that it has values.
    """
    import pyarrow.parquet as pq

    wanted = list(columns)
    samples: Samples = {}
    if not wanted:
        return samples
    left = MOST_ROWS
    for path in _shuffled(paths, seed):
        with pq.ParquetFile(path) as file:
            left -= _sample_file(file, wanted, seed, left, samples)
            empty = [name for name in wanted if not _is_filled(samples, name)]
            for name, group in _filled_groups(file, empty):
                _read(file, [name], group, 2_000, samples)
        if left <= 0 and all(_is_filled(samples, name) for name in wanted):
            break
    for name in wanted:
        if not any(found == name or found.startswith(f"{name}.") for found in samples):
            samples[name] = Sample()
    return samples


def _shuffled(paths: Iterable[Path], seed: str) -> list[Path]:
    """At most 32 files: a year of shards is one column, and opening each would take longer than the audit."""
    return sorted(paths, key=lambda path: (zlib.crc32(f"{seed} {path.name}".encode()), path.name))[:32]


def _is_filled(samples: Samples, name: str) -> bool:
    return any(sample.values for found, sample in samples.items() if found == name or found.startswith(f"{name}."))


def _sample_file(file: pq.ParquetFile, columns: list[str], seed: str, left: int, samples: Samples) -> int:
    groups = sorted(range(file.metadata.num_row_groups), key=lambda group: (zlib.crc32(f"{seed} {group}".encode()), group))
    taken = 0
    for group in groups:
        if taken >= left:
            break
        taken += _read(file, columns, group, left - taken, samples)
    return taken


def _read(file: pq.ParquetFile, columns: list[str], group: int, most: int, samples: Samples) -> int:
    taken = 0
    for batch in file.iter_batches(min(most, 4_000), row_groups=[group], columns=columns, use_threads=False):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            for value in column.unique().to_pylist() if _is_flat(column) else column.to_pylist():
                add_values(samples, name, value)
        taken += batch.num_rows
        if taken >= most:
            break
    return taken


def _is_flat(column: Any) -> bool:
    import pyarrow as pa

    return not pa.types.is_nested(column.type)


def _filled_groups(file: pq.ParquetFile, names: list[str]) -> Iterator[tuple[str, int]]:
    """The first two row groups in which a flat column has more than nulls and empty texts, as far as the footer says."""
    of_name = {file.metadata.schema.column(place).path: place for place in range(file.metadata.num_columns)}
    for name in names:
        found = 0
        for group in range(file.metadata.num_row_groups) if name in of_name else ():
            statistics = file.metadata.row_group(group).column(of_name[name]).statistics
            is_filled = statistics is None or not statistics.has_min_max or statistics.max not in ("", b"")
            if is_filled and found < 2 and (statistics is None or statistics.null_count != file.metadata.row_group(group).num_rows):
                found += 1
                yield name, group
