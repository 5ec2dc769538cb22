"""What `houdbaar subject find` does: find people, write their records to a private file, and tell how many there are, where, how sure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.cli.answer import answer
from houdbaar.cli.audit import progress
from houdbaar.cli.columns import columns
from houdbaar.cli.identifiers import People, option_name
from houdbaar.errors import UsageError
from houdbaar.exports.entities import IDENTIFIERS
from houdbaar.folders import writing
from houdbaar.subject import TIERS, find_people
from houdbaar.subjects.people import Person
from houdbaar.subjects.people_file import read_people
from houdbaar.subjects.unlooked import told_unlooked, told_unread
from houdbaar.workspace import Workspace
from houdbaar.written import private_file

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.cli.options import Common

_MOST_PEOPLE = 20
_NO_ANSWER = "that is no answer yet: what was stated identifies nobody by itself; ask for another identifier"

_PART_ANSWER = "that is no full answer, for not everything was looked at; ask for another identifier, and see what was not searched"
_FULL_ANSWER = "that is a full answer, if all that the person stated was asked for"


def find(shared: Common, stated: People, people_file: Path | None, *, is_suggesting: bool) -> int:
    """Find people; gives the exit code: 3 when a file could not be searched. Raises UsageError."""
    people = _asked(stated, people_file)
    workspace = Workspace(shared.folder)
    folder = (shared.output or workspace.runs / "subjects") / "private"

    with progress() as tick:
        found = find_people(workspace, people, tick, is_suggesting=is_suggesting)
    data: dict[str, Any] = {"records": str(folder / "records.parquet"), "people": found.people, "searched": found.searched}
    if found.candidates is not None:
        _write(found.candidates, folder / "candidates.parquet")
        data |= {"candidates": str(folder / "candidates.parquet"), "suggested": found.candidates.num_rows}
    _write(found.records, folder / "records.parquet")
    _write(found.spreadsheet, folder / "records.csv")
    data |= {"not_searched": list(found.failed), "not_recognised": list(found.strays), "texts_not_searched": list(found.unread)}
    answer("subject-find", data, _told(data, is_searched=found.is_searched), shared)
    return 3 if found.failed or not found.is_searched else 0


def _asked(stated: People, people_file: Path | None) -> list[Person]:
    if people_file is not None and stated:
        raise UsageError("--from and options for one person are two questions: ask one of them")
    if people_file is not None:
        return read_people(people_file)
    identifiers = tuple((kind, value.strip()) for kind, values in stated.items() for value in values if value.strip())
    if not identifiers:
        options = ", ".join(option_name(kind) for kind in IDENTIFIERS)
        raise UsageError(f"nobody is asked about: give what the person stated, such as --email\n  there are {options}, and --from FILE")
    return [Person("1", identifiers)]


def _write(table: pa.Table, path: Path) -> None:
    """Write a table of personal data. A CSV is for spreadsheets."""
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    with writing(path.parent), private_file(path) as stream:
        if path.suffix == ".csv":
            stream.write(b"\xef\xbb\xbf")
            pc.write_csv(table, stream)
        else:
            pq.write_table(table, stream, compression="zstd")


def _told(data: Mapping[str, Any], *, is_searched: bool) -> str:
    people = data["people"]
    lines = [line for person in people[:_MOST_PEOPLE] for line in _person_lines(person, data, is_one=len(people) == 1)]
    if len(people) > _MOST_PEOPLE:
        found = sum(person["subject"] is not None for person in people)
        lines.append(f"and {len(people) - _MOST_PEOPLE:,} more people; records were found of {found:,} of all {len(people):,}")
    if not is_searched:
        lines.append("nothing was searched: there is no record in any export; name the folder that holds them with --workspace")
    lines += [f"not searched, mend and ask again: {name}" for name in data["not_searched"]]
    lines += [f"not searched, not recognised: {name}" for name in data["not_recognised"]]
    lines += [f"not searched: {line}" for line in told_unread(data["texts_not_searched"])]
    if "candidates" in data:
        lines.append(f"Alike, and no key says so: {data['suggested']:,}, for a person to look at: {data['candidates']} (private)")
    lines.append(f"Every record, with the path that leads to it: {data['records']}, and as records.csv (private: they hold personal data)")
    return "\n".join(lines)


def _person_lines(person: Mapping[str, Any], data: Mapping[str, Any], *, is_one: bool) -> list[str]:
    totals = {tier: sum(each[tier] for each in person["records"]) for tier in TIERS}
    who = "" if is_one else f"person {person['person']}: "
    subject = f" (subject {person['subject'][:12]})" if person["subject"] else ""
    lines = [f"{who}records that are certainly theirs: {totals['definite']:,}{subject}"]
    rows = [[each["source"], each["entity"], *(f"{each[tier]:,}" if each[tier] else "-" for tier in TIERS)] for each in person["records"]]
    if is_one and rows:
        lines.append(columns(("SOURCE", "RECORDS OF", "DEFINITE", "PROBABLE", "POSSIBLE"), rows))
    if totals["probable"] or totals["possible"]:
        lines.append(f"  {totals['probable']:,} probable, {totals['possible']:,} possible: for a person to decide; no package has them")
        lines.append(
            "  to confirm one: its row in records.csv names its identifiers; add one to the question, such as --customer-id or --order-id"
        )
    lines += [
        f"  processed for a customer, in {each['source']}: {each['records']:,}; forward the request to that customer, who decides"
        for each in person["forward"]
    ]
    lines += [f"  {note['code']}: {note['text']}" for note in person["notes"]]
    return lines if person["records"] else [*lines, *_nothing_lines(person, data)]


def _nothing_lines(person: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    """What 'nothing found' is worth: no more than what was looked at."""
    if any(note["code"] == "DSR-AMBIGUOUS" for note in person["notes"]) or not set(person["stated"]) - {"name"}:
        return [f"  nothing found: {_NO_ANSWER}"]
    lacking = told_unlooked(person["not_looked_for"])
    if lacking or any(data[name] for name in ("not_searched", "not_recognised", "texts_not_searched")):
        return [f"  nothing found: {_PART_ANSWER}", *(f"    {line}" for line in lacking)]
    return [f"  nothing found: {_FULL_ANSWER}"]
