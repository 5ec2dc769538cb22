"""How answers are given: text or JSON, a file with `--output`, exit 1 at the fail level."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from houdbaar.cli.answer import answer, reaches
from houdbaar.cli.options import Common
from houdbaar.errors import UsageError

DATA = {"code": "RET-MKT-12", "meaning": "bewaard na de termijn – één jaar"}


def shared(output: Path | None = None, *, is_json: bool = False) -> Common:
    return Common(Path(), "json" if is_json else "text", output, "high")


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer("explain", DATA, "in words\n", shared()) == 0
    assert capsys.readouterr() == ("in words\n", "")


def test_json_is_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer("explain", DATA, "in words", shared(is_json=True)) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == DATA
    assert "één" in printed


@pytest.mark.parametrize(("is_json", "name"), [(True, "explain.json"), (False, "explain.txt")])
def test_output_writes_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], is_json: bool, name: str) -> None:
    answer("explain", DATA, "in words", shared(tmp_path / "new" / "folder", is_json=is_json))
    assert (tmp_path / "new" / "folder" / name).read_text(encoding="utf-8") == capsys.readouterr().out


def test_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(UsageError, match="choose another --output"):
        answer("explain", DATA, "in words", shared(tmp_path / "taken"))
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.parametrize(
    ("severities", "fail_on", "is_reached"),
    [
        (["low", "high"], "high", True),
        (["critical"], "high", True),
        (["medium"], "high", False),
        (["info"], "info", True),
        (["critical"], "never", False),
        ([], "info", False),
    ],
)
def test_the_fail_level_is_reached_from_it_upwards(severities: list[str], fail_on: str, is_reached: bool) -> None:
    assert reaches(severities, fail_on) is is_reached


def test_findings_at_the_fail_level_are_exit_1() -> None:
    assert answer("check", DATA, "in words", shared(), ["high"]) == 1
    assert answer("check", DATA, "in words", shared(), ["medium"]) == 0
