"""`houdbaar init`: what it makes, what it refuses, and that nothing half-made is left behind."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from houdbaar import resources
from houdbaar.cli.init import init, make_workspace, without_sample_key
from houdbaar.errors import UsageError
from houdbaar.exports.entities import REGISTERS


def modes(folder: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in (folder / ".houdbaar", folder / ".houdbaar" / "key")]


def test_the_workspace_is_the_example_with_a_key_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "audit"
    made = make_workspace(folder)
    assert made == [name for name in resources.tree("sample") if name != "planted.csv"]
    assert not (folder / "planted.csv").exists()
    assert "planted" not in (folder / "houdbaar.toml").read_text(encoding="utf-8")
    changed = [name for name in made if (folder / name).read_bytes() != resources.read_bytes(f"sample/{name}")]
    assert {name for name in changed if not name.startswith("registers/")} == {"houdbaar.toml"}
    assert len((folder / ".houdbaar" / "key").read_text().strip()) == 64
    assert modes(folder) == [0o700, 0o600]


def test_git_leaves_exports_results_and_keys_of_a_new_workspace_alone(tmp_path: Path) -> None:
    """A workspace in somebody's repository: what `git add .` takes of it holds no export and no key."""
    make_workspace(tmp_path / "privacy")
    (tmp_path / "privacy" / "runs" / "2026-10-31").mkdir(parents=True)
    (tmp_path / "privacy" / "runs" / "2026-10-31" / "report.html").write_text("<html>")
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    listed = subprocess.run(["git", "ls-files"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout.splitlines()
    assert "privacy/houdbaar.toml" in listed
    assert {path.split("/")[1] for path in listed} == {".gitignore", "contracts", "houdbaar.toml", "registers"}


def test_registers_are_there_and_empty(tmp_path: Path) -> None:
    make_workspace(tmp_path / "audit")
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "audit" / "registers").iterdir()}
    assert written == {register.file: register.template for register in REGISTERS.values()}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "audit" / "registers").iterdir()} == {0o600}
    assert written["consents.csv"] == "consent_id,identifier_kind,identifier_value,purpose,granted_at,withdrawn_at,evidence,text_version\n"


def test_a_workspace_gets_the_registers_that_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "audit"
    (folder / "registers").mkdir(parents=True)
    (folder / "houdbaar.toml").write_text('policy = "twingatrack"\n')
    (folder / "registers" / "holds.csv").write_text("hold_id;kind\nmine;legal_hold\n")
    assert init(folder, "json") == 0
    assert json.loads(capsys.readouterr().out)["files"] == [
        f"registers/{register.file}" for register in REGISTERS.values() if register.name != "hold"
    ]
    assert (folder / "registers" / "holds.csv").read_text() == "hold_id;kind\nmine;legal_hold\n"
    assert sorted(item.name for item in folder.iterdir()) == ["houdbaar.toml", "registers"]
    with pytest.raises(UsageError, match="choose a new or an empty folder"):
        init(folder, "text")


def test_settings_lose_the_public_key_and_nothing_else(tmp_path: Path) -> None:
    make_workspace(tmp_path / "audit")
    written = (tmp_path / "audit" / "houdbaar.toml").read_text(encoding="utf-8")
    example = tomllib.loads(resources.read_text("sample/houdbaar.toml"))
    assert "sample_key" in example
    assert "sample_key" not in written
    assert tomllib.loads(written) == {name: value for name, value in example.items() if name != "sample_key"}


def test_two_workspaces_have_two_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_workspace(tmp_path / name)
    keys = {(tmp_path / name / ".houdbaar" / "key").read_text() for name in ("one", "two")}
    assert len(keys) == 2
    assert tomllib.loads(resources.read_text("sample/houdbaar.toml"))["sample_key"] not in "".join(keys)


def test_an_empty_folder_is_filled_in_place(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    before = folder.stat().st_ino
    make_workspace(folder)
    assert folder.stat().st_ino == before
    assert modes(folder) == [0o700, 0o600]
    assert [item.name for item in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_in_use_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "used"
    if kind == "folder":
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
    elif kind == "file":
        folder.write_text("mine")
    else:
        folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="choose a new or an empty folder") as refused:
        make_workspace(folder)
    assert refused.value.exit_code == 2
    assert [item.name for item in tmp_path.iterdir()] == ["used"]
    assert kind != "folder" or [item.name for item in folder.iterdir()] == ["notes.txt"]


def test_nothing_half_made_is_left(tmp_path: Path) -> None:
    # The first file above a kilobyte can't be written: init fails half-way, as on a full disk.
    command = f"ulimit -f 1; exec {shlex.quote(sys.executable)} -m houdbaar init audit"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "audit can't be made" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        (tmp_path / "file").write_text("")
        target = tmp_path / "file" / "audit"  # root may write anywhere, but not below a file
    else:
        tmp_path.chmod(0o500)
        target = tmp_path / "audit"
    with pytest.raises(UsageError, match="can't be made"):
        make_workspace(target)
    tmp_path.chmod(0o700)


def test_key_and_comment_go_together() -> None:
    settings = '# about the policy\npolicy = "p"\n# about the key\n# in two lines\nsample_key = "00"\n\n[knobs]\n"a.b" = "sample_key = x"\n'
    assert without_sample_key(settings) == '# about the policy\npolicy = "p"\n\n[knobs]\n"a.b" = "sample_key = x"\n'


def test_a_key_that_is_not_a_line_of_its_own_is_a_bug_not_a_leak() -> None:
    with pytest.raises(ValueError, match="line of its own"):
        without_sample_key('"sample_key" = "00"\n')


def test_text_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(tmp_path / "a", "text") == 0
    assert "houdbaar audit" in capsys.readouterr().out


def test_json_lists_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(tmp_path / "a", "json") == 0
    made = [name for name in resources.tree("sample") if name != "planted.csv"]
    assert json.loads(capsys.readouterr().out) == {"workspace": str(tmp_path / "a"), "files": made}


@pytest.mark.parametrize("name", ["ws [a]", "what?", "all*"])
def test_a_folder_that_no_audit_could_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="choose another name or place"):
        make_workspace(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["plain", "two words", "it's", "$HOME & more"])
def test_a_shell_reads_the_proposed_commands_as_they_are_meant(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    folder = tmp_path / name
    assert init(folder, "text") == 0
    proposed = [line.split(":  ")[1] for line in capsys.readouterr().out.splitlines() if ":  houdbaar " in line]
    assert [shlex.split(line) for line in proposed] == [
        ["houdbaar", "audit", str(folder), "--as-of", "2026-10-31"],
        ["houdbaar", "detect", str(folder)],
    ]
