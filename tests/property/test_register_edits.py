"""Whatever is added and released, in whatever file people have made: what stood there stands there, byte for byte."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from houdbaar.errors import UsageError
from houdbaar.ledger.registers import Register
from houdbaar.ledger.table_text import read_table_text

COLUMNS = ("hold_id", "kind", "reason", "identifier_value", "released_on", "own column")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
# What people type, in characters that every encoding here has; no formula, and in one line.
words = st.text(st.characters(codec="cp1252", categories=("L", "N", "P", "Zs")), max_size=12).map(lambda text: f"x{text}".strip())
cells = st.one_of(words, st.sampled_from(["", "H-3", '"', 'a "b" c', "a;b", "a,b", "two\nlines", "=1+1", "'", "\u20ac"]))
rows = st.lists(st.lists(cells, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=5)
actions = st.lists(st.one_of(st.tuples(st.just("add"), words), st.tuples(st.just("release"), st.integers(1, 6))), max_size=6)


def written(table: list[list[str]], delimiter: str, newline: str, encoding: str, is_ended: bool, is_quoted: bool) -> bytes:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([list(COLUMNS), *table])
    whole = text.getvalue()
    return (whole if is_ended else whole.removesuffix(newline)).encode(encoding)


def read(register: Register) -> list[list[str]]:
    table, _ = read_table_text(register.path, register.shown)
    return [[cell.value for cell in row] for row in table.rows()]


@settings(max_examples=150)
@given(
    rows,
    actions,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(ENCODINGS),
    st.booleans(),
    st.booleans(),
)
@example([["H-1", "", "", "", "", ""]], [("add", "a"), ("release", 1), ("release", 2), ("add", "b")], ";", "\r\n", "cp1252", False, False)
@example([["H-1", "", '"', "", "", ""]], [("release", 1)], ",", "\n", "utf-16", True, True)
@example([["x", "x", "x", "x", "x", "x\u00a1"]], [("add", "x\u00c2\u00a1")], ",", "\n", "cp1252", False, False)
def test_any_sequence_of_adding_and_releasing_keeps_all_that_stood_there(
    table: list[list[str]],
    sequence: list[tuple[str, str | int]],
    delimiter: str,
    newline: str,
    encoding: str,
    is_ended: bool,
    is_quoted: bool,
) -> None:
    with TemporaryDirectory() as folder:
        register = Register("hold", Path(folder) / "registers", Path(folder) / "state")
        register.folder.mkdir()
        content = written(table, delimiter, newline, encoding, is_ended, is_quoted)
        register.path.write_bytes(content)
        try:
            kept = read(register)
        except UsageError:  # by chance its letters look like those of two encodings, and nobody would know how to read it
            reject()
        for action, value in sequence:
            before = register.path.read_bytes()
            try:
                if action == "add":
                    added = register.add("H", {"kind": "legal_hold", "reason": str(value), "identifier_value": "K-1"})
                    assert added not in {row[0].strip() for row in kept}
                    kept.append([added, "legal_hold", str(value), "K-1", "", ""])
                    assert register.path.read_bytes().startswith(before)
                else:
                    register.put(f"H-{value}", _released_once)
                    (row,) = [row for row in kept if row[0].strip() == f"H-{value}"]
                    row[4] = "2026-11-25"
            except UsageError:
                assert register.path.read_bytes() == before
            assert read(register) == kept
        if not any(action == "release" for action, _ in sequence):
            assert register.path.read_bytes().startswith(content)
        assert [path.name for path in register.folder.iterdir()] == ["holds.csv"]


def _released_once(row: Mapping[str, str]) -> Mapping[str, str]:
    if row["released_on"]:
        raise UsageError("released already")
    return {"released_on": "2026-11-25"}


@given(words)
def test_what_is_added_is_read_by_any_csv_reader(reason: str) -> None:
    with TemporaryDirectory() as folder:
        register = Register("hold", Path(folder) / "registers", Path(folder) / "state")
        try:
            register.add("H", {"reason": reason})
        except UsageError:
            assert re.search(r"[,;\t|]\W*[=+\-@]|[\x00-\x1f\x7f\x85]", reason)
            return
        with register.path.open(encoding="utf-8", newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert row["reason"] == reason
