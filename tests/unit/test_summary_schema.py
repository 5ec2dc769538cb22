"""The published schema of summary.json holds for what audits write, and refuses what they never write."""

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from houdbaar.resources import package_text
from houdbaar.workspace import Workspace


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    loaded = json.loads(package_text("reports/summary.schema.json"))
    Draft202012Validator.check_schema(loaded)
    return Draft202012Validator(loaded)


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An audit with a judged file, one that can't be read, a stranger and a what-if's knob."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "use.csv").write_text("account_id,happened_at\nA-1,2025-01-01T10:00:00Z\nA-2,\n", encoding="utf-8")
    (folder / "broken.parquet").write_bytes(b"PAR1 no more than that")
    (folder / "notes.csv").write_text("what,else\n1,2\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOUDBAAR_KEY", "5e" * 32)
        audit = Workspace(folder).audit("2026-10-31", knobs={"time.boundary": "exclusive"}, output=folder.with_name("run"))
    return json.loads((audit.folder / "summary.json").read_text(encoding="utf-8"))


def test_it_holds_for_an_audit(schema: Draft202012Validator, summary: Any) -> None:
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(summary)] == []
    assert summary["files"]
    assert len(summary["problems"]) == 2
    assert summary["knobs"] == {"time.boundary": "exclusive"}


@pytest.mark.parametrize("place", [("run",), ("files", 0), ("problems", 0), ("obligations", 0), ()], ids=str)
def test_it_describes_every_field(schema: Draft202012Validator, summary: Any, place: tuple[str | int, ...]) -> None:
    broken = copy.deepcopy(summary)
    part = broken
    for step in place:
        part = part[step]
    part["new_field"] = 1
    assert not schema.is_valid(broken)


def test_a_negative_count_is_refused(schema: Draft202012Validator, summary: Any) -> None:
    broken = copy.deepcopy(summary)
    broken["obligations"][0]["overdue"] = -1
    assert not schema.is_valid(broken)
