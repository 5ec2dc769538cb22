"""Who is asked about, from the question to the answer: what `houdbaar subject find` and `Workspace.subject` both give."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from houdbaar.errors import UsageError
from houdbaar.exports.entities import IDENTIFIERS, LINKING_KINDS
from houdbaar.resources import package_text
from houdbaar.search import search
from houdbaar.subjects.people import Person
from houdbaar.subjects.unlooked import Unlooked, Unread, told_unlooked, told_unread, unlooked, unread_visits

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.workspace import Workspace

Stated = str | Sequence[str]
TIERS = ("definite", "probable", "possible")
_COUNTS = """
    select person, source, entity, count_if(tier = 'definite'), count_if(tier = 'probable'), count_if(tier = 'possible')
    from subject_record
    group by person, source, entity
    order by person, source, entity
"""
_RECORDS = "select subject, source, entity, file, row, record_key, tier, path, person from subject_record"


class Identifiers(TypedDict, total=False):
    """What somebody states of themselves: a value, or several, of each kind of identifier."""

    email: Stated
    email_md5: Stated
    phone: Stated
    customer_id: Stated
    contact_id: Stated
    account_id: Stated
    username: Stated
    client_id: Stated
    user_id: Stated
    gclid: Stated
    order_id: Stated
    invoice_number: Stated
    iban: Stated
    payment_customer_id: Stated
    person_id: Stated
    member_id: Stated
    device_serial: Stated
    postcode_house_number: Stated
    name: Stated


@dataclass(frozen=True, slots=True)
class Found:
    """What a search answers: for each person what was found of them (counts, no values), and the records themselves.

    `spreadsheet` has the records once more, safe for a spreadsheet, of a candidate with the identifiers that its row states.
    `searched`: rows looked at, by source and entity; `failed`: files that nobody could look into; `strays`: files of no known kind.
    `unread`: texts of visits that were not searched. A person's `not_looked_for`: where a kind that was stated can't be looked for.
    """

    people: list[dict[str, Any]]
    searched: list[dict[str, Any]]
    records: pa.Table
    spreadsheet: pa.Table
    candidates: pa.Table | None
    failed: tuple[str, ...]
    strays: tuple[str, ...]
    unread: Sequence[Unread]

    @property
    def is_searched(self) -> bool:
        """Whether any record was looked at: 'nothing found' among nothing is no answer."""
        return any(each["records"] for each in self.searched)


def find_people(workspace: Workspace, people: Sequence[Person], tick: Callable[[str], None], *, is_suggesting: bool) -> Found:
    """Find people in all exports and registers; with `is_suggesting` also contacts that resemble them. Raises AuditError and its kinds."""

    def work(engine: Engine, intake: Intake) -> tuple[list[dict[str, Any]], pa.Table, pa.Table, pa.Table | None]:
        suggested = None
        described = _described(engine, people)
        for person, answer in zip(people, described, strict=True):
            answer["not_looked_for"] = unlooked(intake.parts, [kind for kind, _ in person.identifiers])
        if is_suggesting:
            from houdbaar.subjects.candidates import review_list

            suggested = review_list(engine)
        spreadsheet = engine.arrow(package_text("subjects/sql/record_csv.sql"), {"kinds": list(LINKING_KINDS)})
        return described, engine.arrow(_RECORDS), spreadsheet, suggested

    intake, (described, records, spreadsheet, suggested) = search(workspace, people, tick, work)
    shown = workspace.pseudonyms().shown_path
    failed = tuple(f"{shown(problem.name)}: {problem.what}" for problem in intake.problems if problem.is_fatal)
    strays = tuple(shown(problem.name) for problem in intake.problems if not problem.is_fatal)
    return Found(described, _searched(intake), records, spreadsheet, suggested, failed, strays, unread_visits(intake.parts))


def _searched(intake: Intake) -> list[dict[str, Any]]:
    """How many rows of each source were looked at."""
    rows: dict[tuple[str, str], int] = {}
    for part in intake.parts:
        key = part.bound.source.name, part.table.entity
        rows[key] = rows.get(key, 0) + part.counts.rows_staged
    return [{"source": source, "entity": entity, "records": count} for (source, entity), count in sorted(rows.items())]


def _described(engine: Engine, people: Sequence[Person]) -> list[dict[str, Any]]:
    subjects = dict(engine.rows("select person, subject from subject_of"))
    counted: dict[str, list[dict[str, Any]]] = {}
    for person, source, entity, *counts in engine.rows(_COUNTS):
        counted.setdefault(person, []).append({"source": source, "entity": entity, **dict(zip(TIERS, counts, strict=True))})
    notes: dict[str, list[dict[str, str]]] = {}
    for person, code, text in engine.rows("select person, code, text from person_note order by all"):
        notes.setdefault(person, []).append({"code": code, "text": text})
    forwarded: dict[str, list[dict[str, Any]]] = {}
    for person, source, entity, records in engine.rows(
        "select person, source, entity, sum(records)::bigint from forwarded_record group by all order by all"
    ):
        forwarded.setdefault(person, []).append({"source": source, "entity": entity, "records": records})
    return [
        {
            "person": person.number,
            "stated": [kind for kind, _ in person.identifiers],
            "subject": subjects.get(person.number),
            "records": counted.get(person.number, []),
            "forward": forwarded.get(person.number, []),
            "notes": notes.get(person.number, []),
        }
        for person in people
    ]


@dataclass(frozen=True, slots=True, repr=False)
class Subject:
    """A person who was searched for. What it shows by itself holds no personal value; `records` and `candidates` are for your eyes alone.

    `pseudonym`: how findings call the person, None where nobody was found. `problems`: files that nobody could look into: ask again
    when they are mended. `notes`: what an officer must know beside the records, such as a second identifier that is needed.
    """

    found: Found

    def __repr__(self) -> str:
        counts = ", ".join(f"{sum(line[tier] for line in self._answer['records'])} {tier}" for tier in TIERS)
        return f"<Subject {(self.pseudonym or 'not found')[:12]}: {counts}>"

    @property
    def _answer(self) -> Mapping[str, Any]:
        return self.found.people[0]

    @property
    def pseudonym(self) -> str | None:
        """The keyed name of the person (64 hexadecimal digits), None where nobody was found."""
        name: str | None = self._answer["subject"]
        return name

    @property
    def problems(self) -> tuple[str, ...]:
        """'file: what is wrong and what to do', for each file that could not be searched."""
        return self.found.failed

    @property
    def notes(self) -> list[str]:
        """What to know beside the records, each with its code in front."""
        return [f"{note['code']}: {note['text']}" for note in self._answer["notes"]]

    @property
    def not_looked_for(self) -> list[str]:
        """What was not looked at: where a kind of identifier that was stated has no column, and texts of visits."""
        stated: Sequence[Unlooked] = self._answer["not_looked_for"]
        return [*told_unlooked(stated), *told_unread(self.found.unread)]

    @property
    def records(self) -> duckdb.DuckDBPyRelation:
        """Every record that is, or may be, the person's: subject, source, entity, file, row, record_key, tier, path."""
        import duckdb

        return duckdb.connect().from_arrow(self.found.records.drop_columns(["person"]))

    @property
    def candidates(self) -> duckdb.DuckDBPyRelation:
        """Contacts that resemble the person although no key says so, likeliest first. Raises UsageError where they were not asked for."""
        import duckdb

        if self.found.candidates is None:
            raise UsageError(
                "candidates were not looked for: ask with subject(…, candidates=True); that needs pip install 'houdbaar[match]'"
            )
        return duckdb.connect().from_arrow(self.found.candidates)

    @property
    def paths(self) -> pd.DataFrame:
        """Why each record is the person's: a row for each step from the question to it, with the key that was followed, masked."""
        import pandas as pd

        rows = [
            {"source": line["source"], "entity": line["entity"], "row": line["row"], "tier": line["tier"], "step": number, **step}
            for line in self.found.records.to_pylist()
            for number, step in enumerate(json.loads(line["path"]), start=1)
        ]
        return pd.DataFrame(rows, columns=["source", "entity", "row", "tier", "step", "from", "to", "key", "value", "strength", "rule"])

    def summary(self) -> pd.DataFrame:
        """How many records by source, entity and tier."""
        import pandas as pd

        return pd.DataFrame(self._answer["records"], columns=["source", "entity", *TIERS])

    def _repr_html_(self) -> str:
        from houdbaar.reports.notebook import subject_html

        return subject_html(self._answer)


def find_subject(workspace: Workspace, identifiers: Identifiers, *, is_suggesting: bool, tick: Callable[[str], None]) -> Subject:
    """Find one person by what they stated. Raises UsageError when nothing that can be searched was stated."""
    stated = [
        (kind, value.strip())
        for kind, values in identifiers.items()
        for value in ([values] if isinstance(values, str) else values)  # type: ignore[attr-defined]
        if value.strip()
    ]
    if wrong := sorted({kind for kind, _ in stated} - set(IDENTIFIERS)):
        raise UsageError(f"there is no kind of identifier called {', '.join(wrong)}: known are {', '.join(IDENTIFIERS)}")
    if not stated:
        raise UsageError(f"nobody is asked about: give what the person stated, such as email=…\n  there are {', '.join(IDENTIFIERS)}")
    return Subject(find_people(workspace, [Person("1", tuple(stated))], tick, is_suggesting=is_suggesting))
