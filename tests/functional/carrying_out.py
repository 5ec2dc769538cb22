"""Carries plans out on a workspace's exports, as people would on their systems: runs the SQL, deletes members by hash, edits registers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

Line = dict[str, Any]
OF_MAILCHIMP = ("mailchimp_archive", "mailchimp_delete_permanent")


class Executor:
    """Carries out the plans of a run; `done` are the findings that they say are settled, `counts` what their scripts counted."""

    def __init__(self, workspace: Path, run: Path) -> None:
        self.workspace, self.run = workspace, run
        settings = tomllib.loads((workspace / "houdbaar.toml").read_text(encoding="utf-8"))
        self.paths = {each["source"]: each["path"] for each in settings["exports"]}
        self.done: set[str] = set()
        self.records = 0

    def plans(self) -> list[dict[str, Any]]:
        """The entries of the index."""
        found: list[dict[str, Any]] = json.loads((self.run / "manifests.json").read_text(encoding="utf-8"))["manifests"]
        return found

    def lines(self, plan: dict[str, Any]) -> list[Line]:
        """A plan's lines."""
        return lines_of(self.run / plan["file"])

    def carry_out(self, kinds: Collection[str]) -> None:
        """Carry out the plans of some kinds, in the order of the index."""
        for plan in self.plans():
            if plan["kind"] in kinds and plan["lines"]:
                self._carry_out(plan)
                for line in self.lines(plan):
                    self.done.update([*line["finding_ids"], *line.get("settled_with_it", [])])
                self.records += plan["records"]

    def _carry_out(self, plan: dict[str, Any]) -> None:
        kind, lines = plan["kind"], self.lines(plan)
        if kind.startswith("sql_"):
            self._run_sql(plan)
        elif kind in OF_MAILCHIMP:
            hashes = {line["subscriber_hash"] for line in lines}
            for path in self.files(plan["source"]):
                keep_rows(path, lambda row: md5(row["Email Address"]) not in hashes)
        elif kind == "mailing_list":
            hashes = {line["email_md5"] for line in lines if line["action"] == "delete"}
            for path in self.files(plan["source"]):
                keep_rows(path, lambda row: md5(row["email"]) not in hashes)
        elif kind == "export_rows":
            numbers: dict[str, set[int]] = {}
            for line in lines:
                rows = {number for first, last in line["rows"] for number in range(first, last + 1)}
                numbers.setdefault(line["file"], set()).update(rows)
            for file, rows in numbers.items():
                drop_numbers(self.workspace / "exports" / file, rows)
        elif kind == "export_files":
            for line in lines:
                (self.workspace / "exports" / line["file"]).unlink()
        else:
            raise AssertionError(f"nobody carries out {kind} here")

    def files(self, source: str) -> list[Path]:
        """The files of a source."""
        pattern = self.paths[source].removesuffix("**") + "**/*" if self.paths[source].endswith("**") else self.paths[source]
        return sorted(path for path in (self.workspace / "exports").glob(pattern) if path.is_file())

    def _run_sql(self, plan: dict[str, Any]) -> None:
        """Run the script on a table of all of the source's files, hold each count against what is expected, and write the files."""
        source = plan["source"]
        base = duckdb.connect()
        base.execute("set TimeZone = 'Europe/Amsterdam'")
        read_source(base, source, self.files(source))
        load(base, "houdbaar_plan", self.run / plan["file"])
        script = next(each["file"] for each in plan["other_files"] if each["file"].endswith(".sql"))
        for other in plan["other_files"]:
            if other["file"].endswith("-kept.jsonl"):
                load(base, "houdbaar_kept", self.run / other["file"])
        run_script(base, (self.run / script).read_text(encoding="utf-8"))
        for path in self.files(source):
            rows = base.execute(f'select * exclude ("its file") from "{source}" where "its file" = $path', {"path": str(path)})
            names = [each[0] for each in rows.description]
            if path.suffix == ".parquet":
                schema = pq.read_schema(path)
                pq.write_table(rows.to_arrow_table().select(schema.names).cast(schema), path)
            elif is_ndjson(path):
                records = [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows.fetchall()]
                path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
            else:
                header, _ = read_csv(path)
                found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
                write_csv(path, header, [[row[name] or "" for name in header] for row in found])


def read_source(base: duckdb.DuckDBPyConnection, source: str, paths: list[Path]) -> None:
    """Read a source's files into a table of its name, with a column for the file; whatever is text stays text."""
    if paths[0].suffix == ".parquet":
        read = "select * from read_parquet($paths, union_by_name = true, filename = 'its file')"
        base.execute(f'create table "{source}" as {read}', {"paths": [str(path) for path in paths]})
        return
    rows = [(path, row) for path in paths for row in (lines_of(path) if is_ndjson(path) else read_csv(path)[1])]
    names = list(dict.fromkeys(name for _, row in rows for name in row))
    columns = ", ".join(f'"{name}" varchar' for name in (*names, "its file"))
    base.execute(f'create table "{source}" ({columns})')
    values = [[*(row.get(name) or None for name in names), str(path)] for path, row in rows]
    base.executemany(f'insert into "{source}" values ({", ".join("?" * (len(names) + 1))})', values)


def is_ndjson(path: Path) -> bool:
    """Whether a file has an object a line."""
    return path.read_bytes()[:1] == b"{"


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The header and the rows of a CSV file, in the encodings of the example."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.splitlines()[0] else ",")
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


def run_script(base: duckdb.DuckDBPyConnection, script: str) -> None:
    """Run a plan's script in DuckDB's dialect; every count must be the one that stands above it."""
    expected = [int(line.removeprefix("-- expected: ")) for line in script.splitlines() if line.startswith("-- expected: ")]
    for statement in sqlglot.parse(script):
        if statement is None:
            continue
        found = base.execute(statement.sql(dialect="duckdb"))
        if isinstance(statement, exp.Select):
            assert found.fetchall() == [(expected.pop(0),)]
    assert expected == []


def load(base: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Load JSON lines into a table, a column a key, all of it text or numbers as they are."""
    rows = lines_of(path)
    names = [key for key in rows[0] if not isinstance(rows[0][key], list)]
    columns = ", ".join(f'"{key}" varchar' for key in names)
    base.execute(f"create temporary table {name} ({columns})")
    base.executemany(f"insert into {name} values ({', '.join('?' * len(names))})", [[row[key] for key in names] for row in rows])


def lines_of(path: Path) -> list[Line]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def md5(address: str) -> str:
    """The subscriber hash."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


def keep_rows(path: Path, is_kept: Callable[[dict[str, str]], bool]) -> None:
    """Write a CSV file again with some of its rows."""
    names, rows = read_csv(path)
    kept = [row for row in rows if is_kept(row)]
    if len(kept) < len(rows):
        write_csv(path, names, [[row[name] for name in names] for row in kept])


def drop_numbers(path: Path, numbers: set[int]) -> None:
    """Write a file again without the rows of these numbers."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        pq.write_table(table.take([at for at in range(table.num_rows) if at + 1 not in numbers]), path)
        return
    if is_ndjson(path):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for number, line in enumerate(lines, 1) if number not in numbers), encoding="utf-8")
        return
    header, rows = read_csv(path)
    write_csv(path, header, [list(row.values()) for number, row in enumerate(rows, 1) if number not in numbers])


def write_csv(path: Path, names: list[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
