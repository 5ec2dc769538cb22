"""Questions in SQL of the Python API (design 8): they change nothing, read nothing else, and their errors help and hold no value."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import houdbaar as hb


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> hb.Workspace:
    """Three contacts: for what is refused whatever there is."""
    folder = tmp_path_factory.mktemp("small")
    rows = "".join(f"C-{number},{name}@example.com,2025-01-0{number}\n" for number, name in enumerate(("anna", "bram", "carla"), 1))
    (folder / "contacts.csv").write_text(f"contact_id,email,created_at\n{rows}", encoding="utf-8")
    assert hb.Workspace(folder).sql("select count(*) from contact").fetchall() == [(3,)]
    return hb.Workspace(folder)


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    "query",
    [
        "copy contact to '{exports}/new.csv'",
        "with q as (copy contact to '{exports}/new.csv') select * from q",
        "select * from (with q as (copy contact to '{exports}/new.csv') select * from q)",
        "select * from query('with q as (copy contact to ''{exports}/new.csv'') select * from q')",
        "with q as (delete from contact returning *) select * from q",
        "drop table contact",
        "insert into contact select * from contact",
        "attach '{exports}/new.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "select 1; select 2",
        "",
    ],
)
def test_a_question_changes_nothing(small: hb.Workspace, query: str) -> None:
    before = digests(small.exports)
    with pytest.raises(hb.UsageError):
        small.sql(query.format(exports=small.exports))
    assert digests(small.exports) == before


@pytest.mark.parametrize(
    "query", ["from read_csv('/etc/passwd')", "from read_text('/etc/hosts')", "from read_csv('https://example.com/a.csv')"]
)
def test_a_question_reads_nothing_else(small: hb.Workspace, query: str) -> None:
    with pytest.raises(hb.UsageError, match="can't be answered"):
        small.sql(query)


def test_errors_of_a_query_help_and_hold_no_value(small: hb.Workspace) -> None:
    with pytest.raises(hb.UsageError, match='"emial" not found'):
        small.sql("select emial from contact")
    for query in (
        "select email::int from contact",
        "from contact where email = 'anna@example.com' and and",
        "select error(email) from contact",
    ):
        with pytest.raises(hb.UsageError) as caught:
            small.sql(query)
        assert "@example.com" not in str(caught.value)
