"""The books that runs saw, `books.parquet` in each recorded run's folder: keyed record keys and days, no value of a record.

What a run did not see but an earlier one did is taken over as long as the law may ask for it: the newest run's file has all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.checks.known_books import NO_BOOKS, KnownBooks
from houdbaar.ledger.chain import is_sealed, recorded_before
from houdbaar.ledger.coverage import Coverage
from houdbaar.resources import package_text

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.checks.judge import Judge
    from houdbaar.exports.intake import Intake
    from houdbaar.privacy import Pseudonyms

BOOKS_FILE = "books.parquet"
_CODE = "RET-STAT-EARLY"


@dataclass(frozen=True, slots=True)
class Books:
    """What earlier recorded runs saw (None: nothing); `notices` are for people."""

    entries: pa.Table | None = None
    notices: tuple[str, ...] = ()

    def known(self, intake: Intake, pseudonyms: Pseudonyms) -> KnownBooks:
        """What checks read of it: with how far these exports reach."""
        if self.entries is None:
            return NO_BOOKS
        coverage = Coverage.of(intake, (), pseudonyms)
        names = [self.entries.column(name).to_pylist() for name in ("source", "entity")]
        places = {place: coverage.reach(*place) for place in sorted(set(zip(*names, strict=True)))}
        # What seems to be gone may stand in a row that could not be read, or in a table that nobody recognises.
        read = {name: place for name, place in places.items() if place.why_not is None}
        whole = {name: place for name, place in read.items() if not coverage.unplaced(*name) and not coverage.strangers(name[0])}
        covered = [(*name, place.is_dated, place.covers_from, place.covers_to) for name, place in whole.items()]
        return KnownBooks(self.entries, covered)


def read_books(runs: Path, as_of: date, pseudonyms: Pseudonyms) -> Books:
    """What the newest recorded run of an earlier day knew of the books, as far as its file is what it was."""
    from houdbaar.engines.arrays import read_table

    notices: list[str] = []
    for run in reversed(recorded_before(runs, as_of)):
        path = run.folder / BOOKS_FILE
        if run.manifest is None or run.sha256_of(BOOKS_FILE) is None:
            continue
        if is_sealed(run.manifest, pseudonyms) and run.vouches_for(BOOKS_FILE):
            return Books(read_table(path), tuple(notices))
        notices.append(f"{path} was changed after it was recorded: of what the books held then is known what an earlier run saw")
    return Books(None, tuple(notices))


def seen_books(judge: Judge) -> pa.Table | None:
    """What a run knows of the books, with the columns of known_entry; None where there is nothing, or the policy does not ask."""
    is_any = bool(judge.material.entities & {"invoice", "payment"}) or judge.material.books.entries is not None
    if _CODE not in judge.policy.codes or not is_any:
        return None
    for table in ("held_entry", "known_entry"):
        judge.tables.make_shared(table)
    names = [f"statutory_{each}_cutoff_date" for each in ("years", "oss_years", "immovable_years")]
    books = judge.engine.arrow(package_text("ledger/sql/books.sql"), judge.tables.values(names, None))
    return books if books.num_rows else None
