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
    own_file: str | None  # where it stands in the workspace; None: it is packaged
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
    files = {} if own is None else {_name_of(file, own): file for file in sorted(own.rglob("*.json"))}
    made = []
    for name in sorted({*packaged, *files}):
        ours: list[Expected] = []
        replaced: set[str] = set()
        if own is not None and name in files:
            file = f"{own.name}/{files[name].relative_to(own).as_posix()}"
            entries = _read(files[name], file)
            replaced = {entry["id"] for entry in entries if entry.get("id")}
            ours = [_expected(entry, file, is_own=True) for entry in entries]
        theirs = [_expected(entry, name) for entry in packaged.get(name, {}).get("expectations", []) if entry["id"] not in replaced]
        made.append(Suite(name, _table_of(name), (*theirs, *ours)))
    return tuple(made)


def _name_of(file: Path, folder: Path) -> str:
    """A suite's name by its file: GX's store makes a folder of what stands before a dot."""
    return ".".join(file.relative_to(folder).with_suffix("").parts)


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
    from houdbaar.gates.generate import policy_suite

    known = {entry["id"]: entry for entry in packaged["expectations"]}
    return {**packaged, "expectations": [known.get(entry["id"], entry) for entry in policy_suite(policy)["expectations"]]}


def _read(file: Path, shown: str) -> list[dict[str, Any]]:
    """The expectations of a suite's file. Raises UsageError."""
    try:
        suite = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError(f"the suite {shown} can't be read: it must be JSON, as GX's suite store writes it") from None
    entries = suite.get("expectations") if isinstance(suite, dict) else None
    if not isinstance(entries, list):
        raise UsageError(f"the suite {shown} is no suite: it must be an object with a list of `expectations`")
    for entry in entries:
        if not (isinstance(entry, dict) and isinstance(entry.get("type"), str) and isinstance(entry.get("kwargs", {}), dict)):
            raise UsageError(f"the suite {shown} has an expectation without type or kwargs: write it with GX's own tools")
    return list(entries)


def _expected(entry: Mapping[str, Any], file: str, *, is_own: bool = False) -> Expected:
    severity = entry.get("severity") or "critical"  # GX's own default
    if severity not in SEVERITY_OF:
        raise UsageError(f"the suite {file}: severity must be {', '.join(SEVERITY_OF)}")
    meta = entry.get("meta") or {}
    said = meta.get("houdbaar", {}) if isinstance(meta, dict) else {}
    return Expected(
        type=entry["type"],
        kwargs=entry.get("kwargs", {}),
        severity=severity,
        own_file=file if is_own else None,
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
