"""What people install: sdist -> wheel, made without network, complete, clean, and working outside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from small_company import shrunk

ROOT = Path(__file__).parents[2]
# One worker builds, and runs all that needs it.
pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the sdist, and the wheel that was made from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="session")
def members(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel alone in a folder; its dependencies are those of the Python that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(folder), str(wheel)], check=True, capture_output=True)
    return folder


def run(place: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run houdbaar from `place` (a folder or a zipped wheel) in a folder outside the checkout, with a home of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOUDBAAR_", "PYTHON", "XDG_"))}
    environment |= {"PYTHONPATH": str(place), "HOME": str(folder / "home"), "HOUDBAAR_TODAY": os.environ["HOUDBAAR_TODAY"]}
    command = [sys.executable, "-m", "houdbaar", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def project_files(folder: str, suffix: str) -> list[str]:
    """Files of a folder that are the project's own, not results of somebody's audit."""
    paths = (path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob(f"*{suffix}") if path.is_file())
    return sorted(path for path in paths if not {".houdbaar", "runs", "houdbaar-runs", "__pycache__"} & set(path.split("/")))


@pytest.mark.parametrize(
    ("here", "there", "suffix", "least"),
    [
        ("pipelines/houdbaar", "houdbaar/", ".py", 40),
        ("pipelines/houdbaar", "houdbaar/", ".sql", 10),
        ("pipelines/houdbaar/subjects/letters", "houdbaar/subjects/letters/", ".md.j2", 16),
        ("pipelines/houdbaar/subjects/letters", "houdbaar/subjects/letters/", ".yaml", 2),
        ("expectations", "houdbaar/_expectations/", ".json", 28),
        ("data/contracts", "houdbaar/_data/contracts/", ".odcs.yaml", 20),
        ("data/policy", "houdbaar/_data/policy/", "", 2),
        ("data/sample", "houdbaar/_data/sample/", "", 50),
        ("data/sample", "houdbaar/_data/sample/", ".parquet", 10),
    ],
)
def test_the_wheel_is_complete(members: list[str], here: str, there: str, suffix: str, least: int) -> None:
    expected = project_files(here, suffix)
    packed = sorted(name.removeprefix(there) for name in members if name.startswith(there) and name.endswith(suffix))
    assert len(packed) >= least
    assert set(expected) - set(packed) == set()


def test_the_wheel_says_that_it_is_typed(members: list[str]) -> None:
    assert "houdbaar/py.typed" in members


def test_the_wheel_holds_nothing_of_anybody_s_audits(members: list[str], built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = members + archive.getnames()
    private = {".houdbaar", "runs", "houdbaar-runs", "private", "__pycache__", ".venv", ".git"}
    assert [name for name in names if private & set(name.split("/"))] == []
    assert {name.split("/")[2] for name in members if name.startswith("houdbaar/_data/")} == {"contracts", "policy", "sample"}


def test_it_is_the_installed_copy_that_runs(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    code = "import houdbaar; print(houdbaar.__file__, houdbaar.__version__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(installed))


def test_help_and_version_work_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    shown = run(installed, tmp_path, "--help")
    assert (shown.returncode, "audit" in shown.stdout) == (0, True)
    assert run(installed, tmp_path, "--version").stdout.startswith("houdbaar 0.")


def test_the_policy_is_found_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    shown = run(installed, tmp_path, "policy", "show", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    assert len(json.loads(shown.stdout)["clauses"]) == 72


def test_a_zipped_wheel_reads_its_own_files(wheel: Path, tmp_path: Path) -> None:
    shown = run(wheel, tmp_path, "policy", "show", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    made = run(wheel, tmp_path, "init", "audit")
    assert (made.returncode, (tmp_path / "audit" / "houdbaar.toml").is_file()) == (0, True)


@pytest.fixture(scope="session")
def outside(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the checkout with the example company `audit`, of which some exports were audited once."""
    folder = tmp_path_factory.mktemp("outside")
    assert run(installed, folder, "init", "audit").returncode == 0
    shrunk(folder / "audit")
    done = run(installed, folder, "audit", "audit", "--as-of", "2026-10-31")
    assert done.returncode == 0, done.stderr
    return folder


def test_an_audit_works_outside_the_checkout(outside: Path) -> None:
    written = {path.name for path in (outside / "audit" / "runs" / "2026-10-31").iterdir()}
    assert {"findings.parquet", "summary.json"} <= written


def test_a_gate_works_outside_the_checkout(installed: Path, outside: Path) -> None:
    """In a process of its own: also what libraries print when it ends is seen here."""
    done = run(installed, outside, "gate", "audit", "--as-of", "2026-10-31", "--sarif", "gate.sarif")
    assert (done.returncode, done.stderr) == (1, "")
    suites = json.loads((outside / "audit" / "runs" / "gate" / "validations.json").read_text(encoding="utf-8"))["suites"]
    assert sum(suite["checked"] for suite in suites) > 60


def test_a_letter_is_written_outside_the_checkout(installed: Path, outside: Path) -> None:
    place = ("--workspace", "audit")
    added = run(
        installed, outside, "request", "add", "--right", "access", "--received-at", "2026-10-22", "--email", "niemand@voorbeeld.nl", *place
    )
    assert added.returncode == 0, added.stderr
    request_id = added.stdout.split(":")[0]
    verified = run(installed, outside, "request", "verify", "--request-id", request_id, "--verified-at", "2026-10-23", *place)
    assert verified.returncode == 0, verified.stderr
    done = run(installed, outside, "request", "package", request_id, "--as-of", "2026-10-31", *place)
    assert done.returncode == 0, done.stderr
    letter = outside / "audit" / "runs" / "requests" / "private" / request_id / "package" / "antwoord.md"
    assert "niets gevonden" in letter.read_text(encoding="utf-8")
