"""Finding files: nothing outside the folder, nothing of ours, and everything that can't be read is named."""

import os
import socket
from pathlib import Path

import pytest

from houdbaar.errors import SourceError
from houdbaar.exports.files import Limits, Problem, find, is_changed, unreadable
from houdbaar.exports.stream import open_bytes

CSV = b"email\njan@example.com\n"


def put(root: Path, name: str, data: bytes = CSV) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(root: Path) -> list[str]:
    return [file.name for file in find(root)[0]]


def problems(root: Path) -> dict[str, str]:
    return {problem.name: problem.what for problem in find(root)[1]}


def test_files_are_listed_by_name_relative_to_the_folder(tmp_path):
    for name in ("b.csv", "mail/z.csv", "mail/a.csv", "A.csv"):
        put(tmp_path, name)
    assert names(tmp_path) == ["A.csv", "b.csv", "mail/a.csv", "mail/z.csv"]


def test_a_file_knows_its_path_size_and_time(tmp_path):
    path = put(tmp_path, "mail/a.csv")
    (file,), _ = find(tmp_path)
    assert (file.path, file.member, file.size) == (path.resolve(), None, len(CSV))
    assert file.modified_ns == path.stat().st_mtime_ns


def test_our_own_folders_hidden_ones_and_registers_are_never_entered(tmp_path):
    for folder in (".houdbaar", ".git", "runs/2026-10-31", "mail/runs", "houdbaar-runs", "registers", "__MACOSX"):
        put(tmp_path, f"{folder}/x.csv")
    for hidden in (".DS_Store", "._a.csv", "~$book.xlsx", "Thumbs.db"):
        put(tmp_path, hidden)
    put(tmp_path, "mail/registers/kept.csv")
    assert names(tmp_path) == ["mail/registers/kept.csv"]
    assert problems(tmp_path) == {}


def test_an_empty_folder_has_nothing(tmp_path):
    assert find(tmp_path) == ([], [])


def test_a_zero_byte_file_is_a_problem(tmp_path):
    put(tmp_path, "a.csv", b"")
    assert names(tmp_path) == []
    assert "empty file" in problems(tmp_path)["a.csv"]


def test_links_inside_are_found_once_and_links_that_leave_are_a_problem(tmp_path):
    root, outside = tmp_path / "exports", tmp_path / "outside"
    put(root, "mail/a.csv")
    put(outside, "secret.csv")
    (root / "copy.csv").symlink_to(root / "mail/a.csv")
    (root / "folder").symlink_to(root / "mail")
    (root / "loop").symlink_to(root)
    (root / "leaves.csv").symlink_to(outside / "secret.csv")
    (root / "leaves").symlink_to(outside)
    (root / "broken.csv").symlink_to(root / "gone.csv")
    assert names(root) == ["mail/a.csv"]
    assert sorted(problems(root)) == ["broken.csv", "leaves", "leaves.csv"]
    assert "leaves the exports folder" in problems(root)["leaves.csv"]


def test_a_folder_that_is_itself_a_link_is_read(tmp_path):
    put(tmp_path / "real", "a.csv")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(tmp_path / "link") == ["a.csv"]


def test_pipes_and_sockets_are_skipped_with_a_problem(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.csv"))
        assert sorted(problems(tmp_path)) == ["pipe.csv", "s.csv"]
    assert names(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_or_folder_without_permission_is_a_problem(tmp_path):
    put(tmp_path, "a.csv").chmod(0)
    put(tmp_path, "mail/b.csv")
    (tmp_path / "mail").chmod(0)
    try:
        assert sorted(problems(tmp_path)) == ["a.csv", "mail"]
    finally:
        (tmp_path / "mail").chmod(0o700)


@pytest.mark.parametrize("name", ["a.7z", "a.rar", "a.tar", "a.tar.gz", "a.tgz", "a.csv.bz2", "a.csv.xz", "a.csv.zst"])
def test_archives_that_are_not_read_are_named(tmp_path, name):
    put(tmp_path, name)
    assert names(tmp_path) == []
    assert "unpack it here" in problems(tmp_path)[name]


def test_a_name_that_is_not_utf8_is_shown_without_its_bad_bytes(tmp_path):
    put(tmp_path, os.fsdecode(b"caf\xe9.csv"))
    assert names(tmp_path) == ["caf\ufffd.csv"]
    file = find(tmp_path)[0][0]
    with open_bytes(file) as source:
        assert source.read() == CSV


def test_a_file_that_changed_or_went_is_told_from_one_that_did_not(tmp_path):
    path = put(tmp_path, "a.csv")
    file = find(tmp_path)[0][0]
    assert not is_changed(file)
    path.write_bytes(CSV * 2)
    assert is_changed(file)
    again = find(tmp_path)[0][0]
    path.unlink()
    assert is_changed(again)


def test_an_error_names_the_file_what_is_wrong_and_what_to_do(tmp_path):
    put(tmp_path, "mail/a.csv")
    error = unreadable(find(tmp_path)[0][0], "cut off")
    assert isinstance(error, SourceError)
    assert str(error) == "mail/a.csv: cut off; download the export again"


def test_limits_can_be_set():
    assert Limits(ratio=10).members == Limits().members
    assert Problem("a", "b") == Problem("a", "b")
