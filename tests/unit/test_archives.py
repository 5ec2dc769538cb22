"""ZIP and gzip: members that are safe are read, the others are named; cut-off archives and bombs are errors."""

import gzip
import io
import os
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from houdbaar.errors import SourceError
from houdbaar.exports.files import ExportFile, Limits, find
from houdbaar.exports.head import peek
from houdbaar.exports.read import read
from houdbaar.exports.stream import open_bytes

CSV = b"email,name\njan@example.com,Jan\n"


def pack(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def all_bytes(file: ExportFile, limits: Limits | None = None) -> bytes:
    with open_bytes(file, limits or Limits()) as source:
        return b"".join(source.chunks())


def problems(root: Path) -> dict[str, str]:
    return {problem.name: problem.what for problem in find(root)[1]}


def names(root: Path) -> list[str]:
    return [file.name for file in find(root)[0]]


def gz(root: Path, data: bytes) -> ExportFile:
    (root / "a.csv.gz").write_bytes(data)
    return find(root)[0][0]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_read_like_files(tmp_path, method):
    pack(tmp_path / "mail.zip", {"lists/a.csv": CSV, "b.csv": CSV, "empty/": b"", "__MACOSX/._a.csv": b"x", ".DS_Store": b"x"}, method)
    files, wrong = find(tmp_path)
    assert wrong == []
    assert [file.name for file in files] == ["mail.zip!b.csv", "mail.zip!lists/a.csv"]
    assert [file.member for file in files] == ["b.csv", "lists/a.csv"]
    assert files[0].size == len(CSV)
    assert all_bytes(files[1]) == CSV
    raw = read(files[1], peek(files[1]), {}, tmp_path / "out.parquet")
    assert (raw.rows_read, raw.rows_staged) == (1, 1)


def test_an_archive_is_known_by_its_content_but_a_workbook_is_none(tmp_path):
    pack(tmp_path / "export", {"a.csv": CSV})
    pack(tmp_path / "book.xlsx", {"a.csv": CSV})
    assert names(tmp_path) == ["book.xlsx", "export!a.csv"]


def test_unsafe_members_are_named_and_the_others_stay_usable(tmp_path):
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = {"../up.csv": CSV, "/absolute.csv": CSV, "a/../../b.csv": CSV, "C:\\x.csv": CSV, "..\\win.csv": CSV, "good.csv": CSV}
    path = pack(tmp_path / "m.zip", members)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/hostname")
    assert names(tmp_path) == ["m.zip!good.csv"]
    assert len(problems(tmp_path)) == 6
    assert "link inside" in problems(tmp_path)["m.zip!link.csv"]
    assert "leaves the archive" in problems(tmp_path)["m.zip!../up.csv"]


def test_a_name_used_twice_is_not_guessed(tmp_path):
    path = pack(tmp_path / "m.zip", {"good.csv": CSV, "a.csv": CSV})
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.csv", b"email\npiet@example.com\n")
    assert names(tmp_path) == ["m.zip!good.csv"]
    assert "named twice" in problems(tmp_path)["m.zip!a.csv"]


def test_an_encrypted_member_and_an_unknown_method_are_named(tmp_path):
    path = pack(tmp_path / "m.zip", {"a.csv": CSV, "b.csv": CSV, "c.csv": CSV}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[first + 8] |= 1  # encrypted
    struct.pack_into("<H", data, second + 10, 9)  # deflate64
    path.write_bytes(data)
    assert names(tmp_path) == ["m.zip!c.csv"]
    assert "encrypted" in problems(tmp_path)["m.zip!a.csv"]
    assert "method" in problems(tmp_path)["m.zip!b.csv"]


def test_an_archive_in_an_archive_and_an_empty_member_are_named(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", CSV)
    pack(tmp_path / "m.zip", {"inner.zip": inner.getvalue(), "empty.csv": b"", "good.csv": CSV})
    assert names(tmp_path) == ["m.zip!good.csv"]
    assert "inside an archive" in problems(tmp_path)["m.zip!inner.zip"]
    assert "empty file" in problems(tmp_path)["m.zip!empty.csv"]


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda _: b"PK\x03\x04 garbage", lambda _: b"no archive"])
def test_a_cut_off_archive_is_a_problem(tmp_path, damage):
    path = pack(tmp_path / "m.zip", {"a.csv": os.urandom(5000)})
    path.write_bytes(damage(path.read_bytes()))
    assert names(tmp_path) == []
    assert "broken or cut-off" in problems(tmp_path)["m.zip"]


def test_an_archive_without_files_is_a_problem(tmp_path):
    pack(tmp_path / "m.zip", {})
    assert "without files" in problems(tmp_path)["m.zip"]


def test_a_damaged_member_is_an_error_when_it_is_read(tmp_path):
    path = pack(tmp_path / "m.zip", {"a.csv": CSV * 100}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    file = find(tmp_path)[0][0]
    with pytest.raises(SourceError, match=r"m\.zip!a\.csv: cut off or damaged; download the export again"):
        all_bytes(file)


def test_a_member_that_would_unpack_to_a_bomb_is_named(tmp_path):
    good = os.urandom(200_000)
    pack(tmp_path / "m.zip", {"bomb.csv": bytes(20 << 20), "good.csv": good})
    assert names(tmp_path) == ["m.zip!good.csv"]
    assert "bomb" in problems(tmp_path)["m.zip!bomb.csv"]


def test_an_archive_that_would_unpack_to_a_bomb_is_refused_whole(tmp_path):
    pack(tmp_path / "m.zip", {f"{number}.csv": bytes(3 << 20) for number in range(8)})
    assert names(tmp_path) == []
    assert "bomb" in problems(tmp_path)["m.zip"]


def test_an_archive_with_too_many_or_too_large_members_is_refused(tmp_path):
    pack(tmp_path / "m.zip", {"a.csv": CSV, "b.csv": CSV})
    assert "more than 1 files" in find(tmp_path, Limits(members=1))[1][0].what
    assert "bomb" in find(tmp_path, Limits(unpacked_bytes=10))[1][0].what


def test_a_utf8_name_without_its_flag_and_a_cp437_name_are_shown_right(tmp_path):
    path = pack(tmp_path / "m.zip", {"caf_.csv": CSV, "na__.csv": CSV})
    path.write_bytes(path.read_bytes().replace(b"caf_.csv", b"caf\x82.csv").replace(b"na__.csv", "naï.csv".encode()))
    files = find(tmp_path)[0]
    assert sorted(file.name for file in files) == ["m.zip!café.csv", "m.zip!naï.csv"]
    assert all(all_bytes(file) == CSV for file in files)


def test_gzip_is_unpacked_whatever_its_name_also_inside_a_zip(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(CSV) + gzip.compress(b"piet@example.com,Piet\n"))
    (tmp_path / "b.csv").write_bytes(gzip.compress(CSV))
    pack(tmp_path / "m.zip", {"c.csv.gz": gzip.compress(CSV)})
    files = find(tmp_path)[0]
    rows = {file.name: read(file, peek(file), {}, tmp_path / "out.parquet").rows_staged for file in files}
    assert rows == {"a.csv.gz": 2, "b.csv": 1, "m.zip!c.csv.gz": 1}


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"trailing garbage",
        lambda data: data[:-8] + bytes(8),
        lambda data: data[:50] + bytes(10) + data[60:],
    ],
    ids=["cut", "half", "trailing", "checksum", "inside"],
)
def test_damaged_gzip_is_an_error(tmp_path, damage):
    lines = b"".join(b"%d,%d\n" % (number, number * 7919) for number in range(2000))
    file = gz(tmp_path, damage(gzip.compress(b"a,b\n" + lines)))
    with pytest.raises(SourceError, match="cut off or damaged"):
        read(file, peek(file), {}, tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_a_gzip_bomb_is_an_error(tmp_path):
    file = gz(tmp_path, gzip.compress(bytes(40 << 20)))
    with pytest.raises(SourceError, match="gzip bomb"):
        all_bytes(file)


def test_unpacking_stops_at_the_absolute_limit(tmp_path):
    file = gz(tmp_path, gzip.compress(os.urandom(1000)))
    with pytest.raises(SourceError, match="gzip bomb"):
        all_bytes(file, Limits(unpacked_bytes=500))


def test_a_file_that_is_gone_is_an_error(tmp_path):
    file = gz(tmp_path, gzip.compress(CSV))
    file.path.unlink()
    with pytest.raises(SourceError, match="can't be opened"):
        all_bytes(file)
