"""`houdbaar subject find` as officers meet it: what is wrong with the question or the exports is told, and nobody's data are."""

import csv
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import Result
from typer.testing import CliRunner

from houdbaar.cli.main import app

Find = Callable[..., Result]
CONTACTS = "contact_id,customer_id,first_name,last_name,email,created_at\n1,K-1,Kanarie,Kanariestra,kanarie@example.com,2026-01-01\n"
COLUMNS = ["subject", "source", "entity", "file", "row", "record_key", "tier", "path", "person"]


@pytest.fixture
def find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Find:
    """Search exports of one contact; `people`: the content of a file for --from."""
    monkeypatch.setenv("HOUDBAAR_KEY", "5e" * 32)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "contacts.csv").write_text(CONTACTS)

    def run(*options: str, people: bytes | None = None, folder: str = "exports") -> Result:
        if people is not None:
            (tmp_path / "people.csv").write_bytes(people)
            options = (*options, "--from", str(tmp_path / "people.csv"))
        command = ["subject", "find", "--workspace", str(tmp_path / folder), "--output", str(tmp_path / "out"), *options]
        done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False)
        assert "anarie" not in done.stdout + done.stderr
        return done

    return run


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (b"", "names nobody"),
        (b"email\n", "names nobody"),
        (b"email,name\n , \n", "names nobody"),
        (b"kanarie,email\n1,kanarie@example.com\n", "column 1"),
        ("email,name\nkanarie@example.com,Ren\u00e9\n".encode("latin-1"), "not UTF-8"),
        ("email,name\nkanarie@example.com,Ren\u00e9\n".encode("utf-16"), "not UTF-8"),
        (b"email,name\nkanarie@example.com,a,b\n", "line 2"),
        (b"person,email\n1,a@example.com\n1,kanarie@example.com\n", "same number"),
        (b"person,email\n1,\n", "line 2"),
        (b"person,email\nkanarie@example.com,kanarie@example.com\n", "line 2"),
    ],
)
def test_a_file_of_people_that_is_no_question_is_refused(find: Find, people: bytes, told: str) -> None:
    done = find(people=people)
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_question_about_nobody_is_refused(find: Find) -> None:
    assert find("--email", " ").exit_code == 2
    assert find("--email", "kanarie@example.com", folder="nowhere").exit_code == 2


def test_an_identifier_that_is_none_is_told(find: Find) -> None:
    done = find("--email", "kanarie", "--format", "json")
    assert "was not looked for" in json.loads(done.stdout)["people"][0]["notes"][0]["text"]


def test_nothing_found_among_no_records_is_no_answer(find: Find, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = find("--email", "kanarie@example.com", folder="empty")
    assert done.exit_code == 3
    assert "nothing was searched" in done.stdout


def test_what_cannot_be_read_is_told_and_the_rest_is_searched(find: Find, tmp_path: Path) -> None:
    (tmp_path / "exports" / "broken.zip").write_bytes(b"PK\x03\x04cut off")
    done = find("--email", "kanarie@example.com", "--format", "json")
    assert done.exit_code == 3
    answer = json.loads(done.stdout)
    assert answer["not_searched"][0].startswith("broken.zip: ")
    assert [each["definite"] for each in answer["people"][0]["records"]] == [1]


def test_records_are_private_and_always_the_same_bytes(find: Find, tmp_path: Path) -> None:
    file = tmp_path / "out" / "private" / "records.parquet"
    before = os.umask(0)
    try:
        find("--email", "kanarie@example.com")
    finally:
        os.umask(before)
    first = file.read_bytes()
    find("--email", "kanarie@example.com")
    assert file.read_bytes() == first
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]
    assert pq.read_schema(file).names == COLUMNS


def test_a_candidate_can_be_looked_at_and_confirmed_without_a_parquet_reader(find: Find, tmp_path: Path) -> None:
    (tmp_path / "exports" / "contacts.csv").write_text(
        CONTACTS + "=2+2,,Kanarie,Kanariestra,kanarie+thuis@example.com,2026-01-01\n", encoding="utf-8"
    )
    done = find("--email", "kanarie@example.com")
    assert "to confirm one: its row in records.csv names its identifiers" in done.stdout
    file = tmp_path / "out" / "private" / "records.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["tier"], row["row"]) for row in rows] == [("definite", "1"), ("possible", "2")]
    assert rows[1]["identifiers"].split(";") == ["contact_id==2+2", "email=kanarie+thuis@example.com"]
    assert rows[1]["record_key"] == "'=2+2"
    assert not rows[0]["identifiers"]
    find("--email", "kanarie@example.com", "--email", "kanarie+thuis@example.com")  # as an officer confirms it
    assert [row["tier"] for row in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())] == ["definite", "definite"]
