"""Two audits of one workspace at once: each is whole, and one run of a day is recorded (design section 7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from functional.auditing import AS_OF, Outcome, start, table
from functional.running import NEW, OLD, cached, contents, made, runs_of, sound


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A workspace before its first audit."""
    return made(tmp_path / "company")


def many(folder: Path) -> None:
    """An export that takes long enough for two audits to meet in it."""
    rows = (f"A{number},{OLD if number % 2 else NEW}" for number in range(120_000))
    (folder / "exports" / "portal" / "visits.csv").write_text(table("account_id,happened_at", *rows), encoding="utf-8")


def test_two_audits_at_once_do_not_disturb_each_other(company: Path) -> None:
    many(company)
    both = [start("audit", company, "--as-of", AS_OF, "--output", name, folder=company.parent) for name in ("one", "two")]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert contents(company.parent / "one") == contents(company.parent / "two")
    assert Outcome(0, "", "", company.parent / "one").counts("portal", "RET-SVC-12") == {"within": 60_000, "overdue": 60_000}
    assert {Path(name).suffix for name in cached(company)} == {".parquet", ".json"}


def test_two_audits_of_one_day_at_once_leave_one_whole_run(company: Path) -> None:
    many(company)
    both = [start("audit", company, "--as-of", AS_OF, folder=company.parent) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert runs_of(company) == {AS_OF}
    assert contents(company / "runs" / AS_OF) == contents(sound(company).run)
