"""A table of people to find: a CSV file with a column for each kind of identifier, and a row a person."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from houdbaar.errors import UsageError
from houdbaar.exports.entities import IDENTIFIERS
from houdbaar.privacy import is_plain_id
from houdbaar.subjects.people import Person

NUMBER = "person"  # the column that numbers the questions; without it rows are counted


def read_people(path: Path) -> list[Person]:
    """The people of a CSV file (UTF-8; comma, semicolon or tab), one a row. Raises UsageError; no value is quoted."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}): give a CSV file with a column for each kind of identifier") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8: save it as CSV UTF-8") from None
    header, *_ = text.splitlines() or [""]
    delimiter = max(",;\t", key=header.count)
    rows = list(csv.reader(text.splitlines(), delimiter=delimiter, strict=False))
    if len(rows) < 2:
        raise UsageError(f"{path} names nobody: a header such as email,customer_id and a row for each person are needed")
    names = [name.strip().lower().replace("-", "_").replace(" ", "_") for name in rows[0]]
    strange = [position for position, name in enumerate(names, start=1) if name not in (*IDENTIFIERS, NUMBER)]
    if strange:
        where = ", ".join(map(str, strange))
        known = ", ".join((NUMBER, *IDENTIFIERS))
        raise UsageError(f"{path}: the header has no kind of identifier in column {where}\n  columns can be {known}")
    people = list(_people(path, names, rows[1:]))
    if not people:
        raise UsageError(f"{path} names nobody: all rows below the header are empty")
    numbers = [person.number for person in people]
    if len(set(numbers)) < len(numbers):
        raise UsageError(f"{path}: two rows have the same number in the column {NUMBER}: give each its own")
    return people


def _people(path: Path, names: list[str], rows: list[list[str]]) -> Iterator[Person]:
    for line, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise UsageError(f"{path}, line {line}: {len(cells)} columns where the header has {len(names)}: mend that line")
        said = [(name, cell.strip()) for name, cell in zip(names, cells, strict=True) if cell.strip()]
        identifiers = tuple((kind, value) for kind, value in said if kind != NUMBER)
        if not identifiers:
            raise UsageError(f"{path}, line {line}: no identifier stands there: leave the line out, or fill it in")
        number = dict(said).get(NUMBER)
        if number is not None and not is_plain_id(number):  # it is shown on screens
            raise UsageError(f"{path}, line {line}: in the column {NUMBER} stands no number such as 12 or DSR-12: number the people")
        yield Person(number or str(line - 1), identifiers)
