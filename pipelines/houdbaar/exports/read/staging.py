"""Records on their way into one Parquet file, in batches that fit in memory; what doesn't fit the structure is rejected by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from houdbaar.engines.arrays import whole_numbers
from houdbaar.exports.read.raw import NOT_OBJECT, Raw, Sink
from houdbaar.exports.read.shape import MisfitError, Shaper, Struct, arrow_type, flaw

_BATCH = 500  # GA4 events are some 2 kB each, as Python objects ten times that

Record = dict[str, Any]


class Staging:
    """Takes records with their row numbers; the caller enters `sink`, and ends with `finish`."""

    def __init__(self, shaper: Shaper, sink: Sink) -> None:
        self.sink = sink
        self._shaper = shaper
        self._rejected: list[tuple[int, str]] = []
        self._numbers: list[int] = []
        self._records: list[Record] = []

    def add(self, number: int, value: object) -> None:
        """Take one record; anything but an object is rejected."""
        if not isinstance(value, dict):
            self.reject(number, NOT_OBJECT)
            return
        self._numbers.append(number)
        self._records.append(value)
        if len(self._records) >= _BATCH:
            self._flush()

    def reject(self, number: int, reason: str) -> None:
        """Leave out one record."""
        self._rejected.append((number, reason))

    def finish(self, rows_read: int, excluded: Mapping[str, int]) -> Raw:
        """Write what is left and sum up."""
        self._flush()
        return Raw(
            path=self.sink.out,
            columns=tuple(self._shaper.root.fields),
            unknown=tuple(sorted(self._shaper.unknown)),
            rows_read=rows_read,
            rows_staged=self.sink.rows,
            rejected=tuple(sorted(self._rejected)),
            excluded=excluded,
            samples=self._shaper.samples,
        )

    def _flush(self) -> None:
        numbers, records = self._numbers, self._records
        self._numbers, self._records = [], []
        try:
            columns = self._shaper.columns(records)
        except MisfitError:
            numbers, records = self._fitting(numbers, records)
            columns = self._shaper.columns(records)
        if records:
            self.sink.write([whole_numbers(numbers), *columns])

    def _fitting(self, numbers: list[int], records: list[Record]) -> tuple[list[int], list[Record]]:
        flaws = [flaw(self._shaper.root, record) for record in records]
        self._rejected.extend((number, found) for number, found in zip(numbers, flaws, strict=True) if found)
        kept = [at for at, found in enumerate(flaws) if not found]
        return [numbers[at] for at in kept], [records[at] for at in kept]


def open_staging(root: Struct, to_text: Callable[[Any], str], out: Path, *, has_bytes: bool = False) -> Staging:
    """A staging for records of that structure; the other arguments are the `Shaper`'s."""
    import pyarrow as pa

    schema = pa.schema([pa.field("row", pa.int64()), *(pa.field(name, arrow_type(child)) for name, child in root.fields.items())])
    return Staging(Shaper(root, to_text, has_bytes, set(), {}), Sink(out, schema))
