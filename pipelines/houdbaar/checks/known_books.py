"""Books that an earlier run saw, as tables for checks: what of them an export of today should still have (domain.md 2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.engines.duckdb import Engine

_TABLES = """
    create table known_entry (
        source varchar, entity varchar, keyed_record_key varchar, snapshot_date date, duty varchar, first_date date, last_date date,
        ended_on_first_date date, ended_on_last_date date
    );
    create table covered_entry (source varchar, entity varchar, is_dated boolean, covers_from date, covers_to date)
"""


@dataclass(frozen=True, slots=True)
class KnownBooks:
    """`entries` has the columns of known_entry (None: no earlier run knows of any).

    `covered`: of sources and entities whose exports of today can be compared with it, whether they cover certain days only, and which.
    """

    entries: pa.Table | None = None
    covered: Sequence[tuple[str, str, bool, date | None, date | None]] = ()

    def make(self, engine: Engine) -> None:
        """Make `known_entry` and `covered_entry`."""
        engine.run(_TABLES)
        engine.insert_rows("covered_entry", list(self.covered))
        if self.entries is not None:
            engine.take("taken_entry", self.entries)
            engine.append("known_entry", "select * from taken_entry")


NO_BOOKS = KnownBooks()
