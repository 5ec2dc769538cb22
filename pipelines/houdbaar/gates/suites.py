"""Suites of expectations in GX's own JSON: the packaged ones, and the workspace's own, which add to them or take their place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.exports.entities import RECORDS
from houdbaar.gates.expectation import FINDINGS, POLICY_SUITE, SEVERITY_OF
from houdbaar.resources import expectations

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext

    from houdbaar.policy.model import Policy

_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation as it is written: GX's type and arguments, and what `meta.houdbaar` says of it."""

    type: str
    kwargs: Mapping[str, Any]
    severity: str
    is_own: bool
    notes: Any = None
    description: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about, by its arguments or else by its meta."""
        named = [self.kwargs[name] for name in _COLUMN_ARGUMENTS if name in self.kwargs]
        return tuple(map(str, named or self.kwargs.get("column_list") or self.said.get("columns", ())))

    @property
    def about(self) -> str | None:
        """What it is about, in a word or two: GX's type says it where nobody did."""
        return self.said.get("about")

    @property
    def mark(self) -> str:
        """What tells it from others of its suite: its subject, else a digest of its arguments."""
        return self.about or hashlib.sha256(json.dumps(self.kwargs, sort_keys=True, default=str).encode()).hexdigest()[:16]

    @property
    def code(self) -> str | None:
        """The code of which it expects no finding."""
        return self.said.get("code")


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite and the table that it is about: an entity, or `finding`."""

    name: str
    table: str
    expected: tuple[Expected, ...]


def read_suites(own: Path | None, policy: Policy) -> tuple[Suite, ...]:
    """The packaged suites with those of the workspace's own folder, by name. Raises UsageError for one that can't be used.

    An expectation of one's own with a packaged one's id takes its place; all others are added.
    """
    packaged = {name: json.loads(text) for name, text in expectations().items()}
    packaged[POLICY_SUITE] = _of_policy(packaged[POLICY_SUITE], policy)
    added = {} if own is None or not own.is_dir() else {file.stem: _read(file) for file in sorted(own.glob("*.json"))}
    made = []
    for name in sorted({*packaged, *added}):
        theirs, ours = _entries(packaged.get(name, {})), _entries(added.get(name, {}), name)
        replaced = {entry["id"] for entry in ours if entry.get("id")}
        expected = [_expected(entry, name, is_own=False) for entry in theirs if entry["id"] not in replaced]
        made.append(Suite(name, _table_of(name), (*expected, *(_expected(entry, name, is_own=True) for entry in ours))))
    return tuple(made)


def suite_context(folder: Path) -> AbstractDataContext:
    """A context whose suites are the JSON files of a folder: `suite_context(workspace / "expectations").suites.add(…)` writes one."""
    from houdbaar.gates.context import made_context, memory_stores

    folder.mkdir(parents=True, exist_ok=True)
    store = {
        "class_name": "ExpectationsStore",
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder.resolve()),
            "suppress_store_backend_id": True,
        },
    }
    return made_context({**memory_stores(), "expectations_store": store}, {})


def _of_policy(packaged: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The packaged suite for the codes of this policy; codes that only a policy of one's own has are expected in the same way."""
    known = {entry["meta"]["houdbaar"]["code"]: entry for entry in packaged["expectations"]}
    own = [code for code in policy.codes.values() if code.kind in ("term", "test")]
    if {code.code for code in own} <= set(known):
        return {**packaged, "expectations": [known[code.code] for code in own]}
    from houdbaar.gates.generate import policy_suite

    made = {entry["meta"]["houdbaar"]["code"]: entry for entry in policy_suite(policy)["expectations"]}
    return {**packaged, "expectations": [known.get(code.code, made[code.code]) for code in own]}


def _read(file: Path) -> dict[str, Any]:
    try:
        suite = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError(f"the suite expectations/{file.name} can't be read: it must be JSON, as GX's suite store writes it") from None
    if not isinstance(suite, dict):
        raise UsageError(f"the suite expectations/{file.name} is no suite: it must be an object with `expectations`")
    return suite


def _entries(suite: Mapping[str, Any], name: str = "") -> list[dict[str, Any]]:
    entries: Any = suite.get("expectations", [])
    is_sound = isinstance(entries, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("type"), str) and isinstance(entry.get("kwargs", {}), dict) for entry in entries
    )
    if not is_sound:
        raise UsageError(f"the suite expectations/{name}.json has an expectation without type or kwargs: write it with GX's own tools")
    return list(entries)


def _expected(entry: Mapping[str, Any], suite: str, *, is_own: bool) -> Expected:
    severity = entry.get("severity") or "critical"  # GX's own default
    if severity not in SEVERITY_OF:
        raise UsageError(f"the suite expectations/{suite}.json: severity must be {', '.join(SEVERITY_OF)}")
    meta = entry.get("meta") or {}
    said = meta.get("houdbaar", {}) if isinstance(meta, dict) else {}
    return Expected(
        type=entry["type"],
        kwargs=entry.get("kwargs", {}),
        severity=severity,
        is_own=is_own,
        notes=entry.get("notes"),
        description=entry.get("description"),
        said=said if isinstance(said, dict) else {},
    )


def _table_of(name: str) -> str:
    """The table that a suite is about: its name up to a dot. Raises UsageError where there is no such table."""
    table = name.partition(".")[0]
    if table in (POLICY_SUITE, FINDINGS):
        return FINDINGS
    if table not in RECORDS:
        from houdbaar.policy.words import nearest

        near = nearest(table, [*RECORDS, POLICY_SUITE])
        raise UsageError(
            f"the suite expectations/{name}.json is about no table: name it after an entity, such as order or order.ours"
            + (f' (did you mean "{near}"?)' if near else "")
        )
    return table
