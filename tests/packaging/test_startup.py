"""`houdbaar --help` is quick: under 0.2 s of processor time, and no heavy library is loaded for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BUDGET_SECONDS = 0.2
TRIES = 15  # the fastest of them counts: what else this machine does can only make a try slower
HEAVY = set("duckdb pyarrow pandas polars numpy sqlglot fastavro python_calamine pydantic ruamel rich great_expectations".split())
LOADED = """
import sys
sys.argv = ["houdbaar", *sys.argv[1:]]
from houdbaar.cli.main import main
try:
    main()
except SystemExit as end:
    assert end.code in (0, None), end.code
print("loaded:", *sorted({name.split(".")[0] for name in sys.modules}))
"""


def help_seconds() -> float:
    """Processor time (user and system) of one `houdbaar --help` in a process of its own."""
    child = subprocess.Popen([sys.executable, "-m", "houdbaar", "--help"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_help_is_quick() -> None:
    fastest = float("inf")
    for _ in range(TRIES):
        fastest = min(fastest, help_seconds())
        if fastest < BUDGET_SECONDS:
            break
    assert fastest < BUDGET_SECONDS


def loaded_by(*arguments: str) -> set[str]:
    """Top-level names of the modules that a command has loaded when it ends."""
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    names = set(done.stdout.rsplit("loaded:", 1)[1].split())
    assert "houdbaar" in names
    return names


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert HEAVY & loaded_by(*arguments) == set()


@pytest.mark.parametrize("arguments", [["audit", "--help"], ["policy", "show", "--help"]], ids=" ".join)
def test_a_command_s_help_loads_no_more_than_typer_does(arguments: list[str]) -> None:
    assert HEAVY & loaded_by(*arguments) <= {"pydantic"}  # typer reads a command's arguments with it


def test_an_audit_loads_no_pandas(tmp_path: Path) -> None:
    """It makes nothing of it, and half a second goes by. The second audit reads what the first one wrote."""
    visits = tmp_path / "exports" / "portal" / "visits.csv"
    visits.parent.mkdir(parents=True)
    visits.write_text("account_id,happened_at\nK-1,2024-05-01\n", encoding="utf-8")
    binding = '[[exports]]\nsource = "portal"\ncontract = "plain.service_event"\npath = "portal/**"\nrole = "controller"\n'
    (tmp_path / "houdbaar.toml").write_text(f'policy = "twingatrack"\n{binding}', encoding="utf-8")
    for as_of in ("2026-09-30", "2026-10-31"):
        assert {"duckdb", "pyarrow"} <= (loaded := loaded_by("audit", str(tmp_path), "--as-of", as_of))
        assert "pandas" not in loaded


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, houdbaar; houdbaar.__version__; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
