"""The checks: one SQL file each, with a header that says what it is about. A test holds the headers to what the SQL does."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from houdbaar.resources import package_names, package_text

GROUPS = ("retention", "consent", "scope", "quality", "requests", "policy")  # folders of checks, and the words of --checks
_TITLE = re.compile(r"^-- ([A-Z0-9-]+): (.+)$")
_NOTHING = frozenset({"-", ""})


@dataclass(frozen=True, slots=True)
class Check:
    """One SQL file. `rule` is the file's name and the policy rule with its term; several rules can share a `code`.

    grain: record (row versions of a keyed entity), month (spans or rows of an entity without key) or source (a file, a column).
    `needs` are columns of `entity` without which a source is not tested; `requires` are other entities and registers without which
    nothing is. Each is a list of alternatives: one of them will do. A column of another entity is written `mail_campaign.category`.
    `of` is the table whose rows the query judges, through whatever it reads: where it has none the query isn't asked.
    `role` is processor where data processed for others are judged, which the promises are not about.
    judges: what the query gives one row of, where that is less than a line: sends, of which sends.sql makes the lines of a month, or rows,
    which months.sql makes into lines after what blocks their deletion is known.
    """

    rule: str
    code: str
    title: str
    group: str
    grain: str
    judges: str | None
    entity: str
    clause: str | None
    reads: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    requires: tuple[tuple[str, ...], ...]
    binds: tuple[str, ...]
    of: str | None
    role: str
    sql: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A table that several checks read, made of entities by one SQL file; a view where that says so, of what is read but once.

    is_large: only checks and such tables read it, and it goes when the last of them has. `term` is the rule whose term_day it reads.
    """

    name: str
    reads: tuple[str, ...]
    binds: tuple[str, ...]
    is_view: bool
    is_large: bool
    term: str | None
    sql: str


@functools.cache
def checks() -> tuple[Check, ...]:
    """All checks of this version, in a stable order."""
    found = [(group, name) for group in GROUPS for name in package_names(f"checks/{group}") if name.endswith(".sql")]
    return tuple(_check(group, name) for group, name in found)


@functools.cache
def derived() -> dict[str, Derived]:
    """All derived tables by name."""
    tables = {}
    for name in package_names("checks/derived"):
        if name.endswith(".sql"):
            sql = package_text(f"checks/derived/{name}")
            header = _header(sql)
            own, is_view, is_large = name.removesuffix(".sql"), header.get("made") == "view", header.get("kept") == "until read"
            tables[own] = Derived(own, _words(header, "reads"), _words(header, "binds"), is_view, is_large, header.get("term"), sql)
    return tables


def large_unread(made: Collection[str], to_come: Iterable[Check]) -> set[str]:
    """Which large tables of those that are made no check to come reads, neither by itself nor through what is still to be made."""
    tables = derived()
    large = {name for name in made if name in tables and tables[name].is_large}
    needed: set[str] = set()
    below = [table for check in to_come for table in (*check.reads, *([check.of] if check.of else []))] if large else []
    while below:
        needed.add(name := below.pop())
        if name in tables and name not in made:  # what is made reads nothing more
            below += [table for table in tables[name].reads if table not in needed]
    return large - needed


def _check(group: str, name: str) -> Check:
    sql = package_text(f"checks/{group}/{name}")
    header = _header(sql)
    title = _TITLE.match(sql.splitlines()[0])
    if title is None:
        raise ValueError(f"checks/{group}/{name}: the first line must be '-- CODE: what it finds'")
    return Check(
        rule=name.removesuffix(".sql"),
        code=title[1],
        title=title[2],
        group=group,
        grain=header["grain"],
        judges=header.get("judges"),
        entity=header["entity"],
        clause=header.get("clause"),
        reads=_words(header, "reads"),
        needs=_alternatives(header, "needs"),
        requires=_alternatives(header, "requires"),
        binds=_words(header, "binds"),
        of=header.get("of"),
        role=header.get("role", "controller"),
        sql=sql,
    )


def _header(sql: str) -> dict[str, str]:
    """`key: value` pairs, parted by ' | ', of the comment lines before the query."""
    pairs: dict[str, str] = {}
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        if not _TITLE.match(line):
            pairs |= {key.strip(): value.strip() for key, _, value in (part.partition(":") for part in line[2:].split(" | ")) if value}
    return pairs


def _words(header: dict[str, str], key: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in header.get(key, "").split(",") if word.strip() not in _NOTHING)


def _alternatives(header: dict[str, str], key: str) -> tuple[tuple[str, ...], ...]:
    """`a, b or c`: a, and one of b and c."""
    return tuple(tuple(word.strip() for word in words.split(" or ")) for words in _words(header, key))
