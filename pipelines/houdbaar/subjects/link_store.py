"""Tables of links as Parquet files: too large for memory, and used again by the next search while nothing changed that they are made of.

They lie in the cache of staged exports and share its fate: none outlives an export that it was made of. What registers hold is in none.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.exports.files import is_changed
from houdbaar.exports.syntax import all_of, all_rows, sql_of, united
from houdbaar.resources import package_names, package_text

if TYPE_CHECKING:
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.cache import Cache
    from houdbaar.exports.part import Part
    from houdbaar.exports.views import Settings

_CODE = ("exports", "exports/sql", "exports/read", "policy", "subjects", "subjects/sql")  # what has a say in links
_LIBRARIES = ("duckdb", "phonenumbers", "pyarrow")


@dataclass(slots=True)
class LinkStore:
    """The tables of one engine that lie in files, each behind a view of its name. `close` removes those that are not kept."""

    engine: Engine
    cache: Cache
    files: dict[str, list[Path]] = field(default_factory=dict)
    drafts: list[Path] = field(default_factory=list)

    def add(self, name: str, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Make a table of a query's rows, or add them to it."""
        draft = self._draft(f"links-{name}")
        self.engine.copy_to(draft, sql, values)
        self.files.setdefault(name, []).append(draft)
        self.show(name)

    def show(self, name: str, beside: str | None = None) -> None:
        """Make the view of a table; `beside` is a table of the engine with the same columns, whose rows it has as well."""
        rows = all_of(self.files[name])
        self.engine.make_view(name, sql_of(rows if beside is None else united([rows, all_rows(beside)])))

    def find(self, key: str) -> bool:
        """Take over the tables that were kept under a key, if each of them is whole."""
        used = frozenset(self.cache.used)
        entry = self.cache.find(key)
        if entry is None:
            return False
        found = {name: self.cache.find(table_key) for name, table_key in entry[1]["tables"].items()}
        if None in found.values():
            self.cache.used.intersection_update(used)  # the others are of no use without it
            return False
        for name, table in found.items():
            if table is not None:
                self.files[name] = [table[0]]
                self.show(name)
        return True

    def keep(self, key: str, names: Sequence[str], parts: Sequence[Part]) -> None:
        """Keep tables under a key, while the exports of the parts last; not where one of these changed since the key was made.

        None is mixed with those of another time: they number rows for themselves.
        """
        exports = {part.bound.file for part in parts}
        if any(map(is_changed, exports)) or not all(map(self.cache.digests.is_same, in_place(parts))):
            return
        files = sorted((file.name, file.size, file.modified_ns) for file in exports)
        facts = {"files": [name for name, *_ in files], "seen": files}
        together = secrets.token_hex(8)
        tables = {name: hashlib.sha256(repr((key, together, name)).encode()).hexdigest() for name in names}
        for name, table_key in tables.items():
            whole, made = self._draft(table_key), self.files[name]
            if len(made) == 1:
                made[0].replace(whole)
            else:
                self.engine.copy_to(whole, sql_of(all_of(made)))
            self.files[name] = [self.cache.add(whole, facts)]
            self.show(name)
        index = self._draft(key)
        self.engine.copy_to(index, "select 1 as number")
        self.cache.add(index, {**facts, "tables": tables})

    def close(self) -> None:
        """Remove the files that were not kept; the engine can't read them from then on."""
        for draft in self.drafts:
            draft.unlink(missing_ok=True)

    def _draft(self, key: str) -> Path:
        draft = self.cache.draft(key)
        self.drafts.append(draft)
        return draft


def in_place(parts: Iterable[Part]) -> list[Path]:
    """The exports of some parts that are read where they lie."""
    return sorted({part.path for part in parts if part.is_in_place})


def links_key(parts: Iterable[Part], settings: Settings, cache: Cache, said: Sequence[object]) -> str:
    """The key of the tables of links of some parts: all that decides what is in them. `said`: rules, and how files are named."""
    parts = list(parts)
    hashes = {path: cache.digests.of(path) for path in in_place(parts)}
    # What is staged is named by the key of its entry, which has the SHA-256 of the export, and was held to its own a moment ago.
    hashes |= {part.path: part.path.name.partition(".")[0] for part in parts if not part.is_in_place}
    inputs = sorted(
        (
            part.bound.name,
            part.table.entity,
            hashes[part.path],
            part.bound.source.name,
            part.bound.source.role,
            part.bound.contract.digest,
            repr(part.bound.extracted_at),
            repr(settings[part.bound.name, part.table.entity]),
        )
        for part in parts
    )
    return hashlib.sha256(repr((str(cache.folder), _code(), tuple(said), inputs)).encode()).hexdigest()


@once
def _code() -> str:
    """What the program itself is: the text of all that has a say in links, and the libraries that they are made with."""
    texts = [(folder, name, package_text(f"{folder}/{name}")) for folder in _CODE for name in package_names(folder) if _is_code(name)]
    return hashlib.sha256(repr((texts, [version(name) for name in _LIBRARIES])).encode()).hexdigest()


def _is_code(name: str) -> bool:
    return name.endswith((".py", ".sql"))
