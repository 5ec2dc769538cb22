"""Books that go missing between two recorded runs, from the command line (RET-STAT-EARLY)."""

from __future__ import annotations

from pathlib import Path

import pytest

from functional.auditing import Desk, Outcome, houdbaar, pseudonym, table

SEPTEMBER, OCTOBER = "2026-09-30", "2026-10-31"
KEPT, GONE = "FACTUUR-JANSEN-31,2025-02-01", "FACTUUR-PIETERSEN-32,2025-03-01"


def run(folder: Path, made: str, *rows: str) -> Outcome:
    """A month's audit of the invoices as they were exported at its end."""
    desk = Desk(folder)
    more = {"extracted_at": f"{made}T12:00:00+01:00", "role": "controller"}
    desk.source("invoices", "plain.invoice", {"export.csv": table("invoice_number,invoice_date", *rows)}, **more)
    desk.write()
    done = houdbaar("audit", folder, "--as-of", made, folder=folder.parent)
    assert done.code == 0, done.said
    return Outcome(done.code, done.stdout, done.stderr, folder / "runs" / made)


@pytest.mark.parametrize("is_changed", [False, True], ids=["sound", "changed"])
def test_an_invoice_that_is_gone_next_month(tmp_path: Path, is_changed: bool) -> None:
    folder = tmp_path / "company"
    first = run(folder, SEPTEMBER, KEPT, GONE)
    assert first.lines(code="RET-STAT-EARLY") == []
    books = first.run / "books.parquet"
    if is_changed:  # what nobody can trust is told, and not used
        books.write_bytes(books.read_bytes() + b"x")
    second = run(folder, OCTOBER, KEPT)
    gone = [(line["record_key"], line["verdict"]) for line in second.lines(code="RET-STAT-EARLY")]
    assert gone == ([] if is_changed else [(pseudonym("FACTUUR-PIETERSEN-32"), "FAIL")])
    assert ("books.parquet was changed" in second.said) is is_changed
    # Nothing of a run but its private folder says the number.
    names = [path for path in (folder / "runs").rglob("*") if path.is_file() and "private" not in path.parts]
    assert [path.name for path in names if b"PIETERSEN" in path.read_bytes()] == []
