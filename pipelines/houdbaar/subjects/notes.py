"""What the officer must know beside the rows: a second factor that is needed, identifiers that contradict, visits that nobody can find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from houdbaar.exports.entities import IDENTIFIERS
from houdbaar.resources import package_text
from houdbaar.subjects.attached import VISITS
from houdbaar.subjects.match import OTHER_NAME

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.subjects.match import Match
    from houdbaar.subjects.people import Person

AMBIGUOUS, NO_ID = "DSR-AMBIGUOUS", "DSR-NOID"
_REASONS = {
    "role": "is a function's, not a person's: ask for a customer number, or for the person's own address",
    "placeholder": "is a dummy value: ask for another identifier",
    "fan_out": "is used by more people than a person's own would be: ask for a second identifier",
}
_SHARED = "is shared by several people ({reason}): ask for a second identifier, such as a customer number"
_NO_KEY = (
    "the {kind} that was stated is none that a person can be found by, and was not looked for: check it, or ask for another identifier"
)
_COOKIE = "several users were seen with the client_id: their visits can't be told apart, and are not given"
_NO_VISITS = (
    "no login links this person to visits of the website (article 11): say so, and offer to look for a cookie id that the person reads out"
)


def write_notes(engine: Engine, people: Sequence[Person], matches: Mapping[str, Match], unusable: Iterable[tuple[str, str]]) -> None:
    """Make the tables person_note(person, code, text) and contradicted_key(person, kind): what was stated, and leads to somebody else.

    No note holds a personal value. `unusable`: person and kind of what is no key.
    """
    # What is no kind of ours may be a value that somebody wrote in its place.
    notes: list[tuple[str, str, str]] = [
        (person, AMBIGUOUS, _NO_KEY.format(kind=kind if kind in IDENTIFIERS else "identifier")) for person, kind in unusable
    ]
    for person, kind, reason in engine.rows(package_text("subjects/sql/shared_stated.sql")):
        notes.append((person, AMBIGUOUS, f"the {kind} {_REASONS.get(reason) or _SHARED.format(reason=reason)}"))
    notes += [(person, AMBIGUOUS, _COOKIE) for (person,) in engine.rows(package_text("subjects/sql/refused_client.sql"))]
    contradicted: set[tuple[str, str]] = set()
    for person in people:
        for key, why in sorted(matches[person.number].refused.values()):
            what = "belongs to somebody of another name" if why == OTHER_NAME else f"leads to somebody else ({why})"
            notes.append((person.number, AMBIGUOUS, f"the {key[0]} {what}: check what was stated"))
            contradicted.add((person.number, key[0]))
    engine.run("create or replace table person_note (person varchar, code varchar, text varchar)")
    engine.insert_rows("person_note", sorted(set(notes)))
    engine.append(
        "person_note", package_text("subjects/sql/unlinked_visits.sql"), {"visits": list(VISITS)}, {"code": NO_ID, "text": _NO_VISITS}
    )
    engine.run("create or replace table contradicted_key (person varchar, kind varchar)")
    engine.insert_rows("contradicted_key", sorted(contradicted))
