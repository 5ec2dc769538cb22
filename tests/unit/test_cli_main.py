"""The command line: what is declared, how options are read, and what errors look like to people and to scripts."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from houdbaar.cli.guard import guarded
from houdbaar.cli.main import app
from houdbaar.cli.options import as_of_date, comma_separated, common, knob_values, last_of_previous_month, today
from houdbaar.errors import AuditError, EngineError, PolicyError, SourceError, UsageError

EVERY_COMMAND = {
    "init",
    "detect",
    "audit",
    "gate",
    "report",
    "findings",
    "policy show",
    "policy check",
    "policy coverage",
    "explain",
    "runs list",
    "runs show",
    "runs diff",
    "runs verify",
    "subject find",
    "request add",
    "request pause",
    "request verify",
    "request extend",
    "request answer",
    "request close",
    "request list",
    "request show",
    "request package",
    "hold add",
    "hold list",
    "hold release",
    "accept add",
    "accept list",
}


def commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that can be run, with its words."""
    for name, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from commands(found, f"{path}{name} ")
        else:
            yield f"{path}{name}", found


COMMANDS = dict(commands(typer.main.get_command(app)))


def code_of(body: Any) -> int:
    """Exit code of a guarded body."""
    with pytest.raises(typer.Exit) as ended:
        guarded(body)()
    return ended.value.exit_code


def raising(error: BaseException) -> Any:
    """A command that fails in this way."""

    def body() -> int:
        raise error

    return body


def houdbaar(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "houdbaar", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_every_command_is_there() -> None:
    assert set(COMMANDS) == EVERY_COMMAND


@pytest.mark.parametrize("name", sorted(EVERY_COMMAND))
def test_help_says_what_it_does_with_an_example_that_parses(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert all(parameter.help for parameter in command.params)
    kind, example = command.epilog.split(": ", 1)
    words = shlex.split(example)
    path = name.split()
    assert (kind, words[: len(path) + 1]) == ("Example", ["houdbaar", *path])
    command.make_context(name, words[len(path) + 1 :])


@pytest.mark.parametrize("name", sorted(EVERY_COMMAND - {"init"}))
def test_shared_options_are_on_every_command(name: str) -> None:
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert {"--workspace", "--format", "--output", "--fail-on"} <= options


def test_help_lists_the_commands_and_exit_codes(tmp_path: Path) -> None:
    shown = houdbaar("--help", folder=tmp_path)
    assert shown.returncode == 0
    assert all(name.split()[0] in shown.stdout for name in EVERY_COMMAND)
    assert "Exit codes" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    ["--nonsense", "nonsense", "audit --format xml", "audit --fail-on severe", "audit . --workspace elsewhere", "audit --as-of 31-10-2026"],
)
def test_wrong_usage_is_exit_2_without_a_traceback(arguments: str, tmp_path: Path) -> None:
    done = houdbaar(*arguments.split(), folder=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert done.stderr.strip()
    assert list(tmp_path.iterdir()) == []


def test_what_a_body_returns_is_the_exit_code() -> None:
    assert [code_of(lambda code=code: code) for code in (0, 1, 3)] == [0, 1, 3]


@pytest.mark.parametrize(
    ("error", "code"), [(UsageError, 2), (PolicyError, 2), (SourceError, 3), (EngineError, 4), (AuditError, 4)], ids=str
)
def test_our_errors_are_told_in_their_own_words(error: type[AuditError], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(raising(error("orders.csv: cut off\n  export it again"))) == code
    assert capsys.readouterr() == ("", "houdbaar: orders.csv: cut off\n  export it again\n")


def test_a_bug_is_told_by_its_type_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(raising(ValueError("jan@voorbeeld.nl"))) == 4
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert "report" in told
    assert "voorbeeld" not in told


def test_a_traceback_only_for_who_asks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUDBAAR_DEBUG", "1")
    assert code_of(raising(ValueError("jan@voorbeeld.nl"))) == 4
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_a_line_and_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "houdbaar: interrupted\n"


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "houdbaar", "init", "audit"]
    done = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-11-23", "2026-10-31"), ("2026-01-01", "2025-12-31"), ("2024-03-31", "2024-02-29"), ("2025-03-01", "2025-02-28")],
)
def test_the_default_day_is_the_last_of_the_previous_month_and_said(today: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert last_of_previous_month(date.fromisoformat(today)) == date.fromisoformat(expected)
    assert as_of_date(None, date.fromisoformat(today), lambda: "UTC") == date.fromisoformat(expected)
    assert expected in capsys.readouterr().err


def test_a_given_day_is_taken_silently(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_of_date("2026-10-31", date(2026, 11, 23), lambda: "UTC") == date(2026, 10, 31)
    assert capsys.readouterr() == ("", "")


def test_a_day_to_come_is_taken_with_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_of_date("2026-11-24", date(2026, 11, 23), lambda: "UTC") == date(2026, 11, 24)
    assert "still to come" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "day"), [("2026-10-31T23:30:00Z", date(2026, 11, 1)), ("2026-10-31 23:30:00+01:00", date(2026, 10, 31))])
def test_a_moment_means_its_local_day(text: str, day: date) -> None:
    assert as_of_date(text, date(2026, 11, 23), lambda: "Europe/Amsterdam") == day


def test_today_is_the_clock_s_day_unless_the_environment_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUDBAAR_TODAY", "2026-03-01")
    assert today() == date(2026, 3, 1)
    monkeypatch.delenv("HOUDBAAR_TODAY")
    assert abs(today() - datetime.now().astimezone().date()) <= timedelta(days=1)
    monkeypatch.setenv("HOUDBAAR_TODAY", "soon")
    with pytest.raises(UsageError, match="HOUDBAAR_TODAY is no day"):
        today()


@pytest.mark.parametrize(
    "text",
    ["31-10-2026", "20261031", "2026-W44-6", "2026-02-30", "2026-10-31T00:00", "9999-12-31T23:59:59-12:00", "yesterday", "", "٢٠٢٦-10-31"],
)
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="year-month-day"):
        as_of_date(text, date(2026, 11, 23), lambda: "UTC")


def test_knobs_are_names_and_values() -> None:
    assert knob_values(["marketing.opens=all", " time.zone = Europe/Amsterdam", "rules.X.boundary=a=b"]) == {
        "marketing.opens": "all",
        "time.zone": "Europe/Amsterdam",
        "rules.X.boundary": "a=b",
    }
    assert knob_values(None) == {}


@pytest.mark.parametrize("pairs", [["marketing.opens"], ["=all"], ["a=1", "a=2"]])
def test_other_knobs_are_refused(pairs: list[str]) -> None:
    with pytest.raises(UsageError, match="--knob"):
        knob_values(pairs)


def test_groups_are_names_between_commas() -> None:
    assert comma_separated("retention, consent,") == ("retention", "consent")
    assert comma_separated(None) == ()
    with pytest.raises(UsageError, match="--checks"):
        comma_separated(" , ")


def test_the_folder_is_the_argument_the_option_or_the_current_one() -> None:
    given, other = Path("given"), Path("other")
    assert common(None, "text", None, "never", given).folder == given
    assert common(given, "text", None, "never").folder == given
    assert common(given, "text", None, "never", Path.cwd() / "given").folder == Path.cwd() / "given"
    assert common(None, "text", None, "never").folder == Path()
    with pytest.raises(UsageError, match="two folders"):
        common(given, "text", None, "never", other)
