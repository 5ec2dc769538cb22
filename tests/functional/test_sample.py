"""The example company: an audit of data/sample finds what was planted in it and nothing else, and the generator makes it again."""

from __future__ import annotations

import csv
import gzip
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from example_run import ExampleRun

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
MADE = ("exports", "registers", "planted.csv")
KEY = ("code", "source", "entity", "field", "verdict", "reason")


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **settings}, cwd=ROOT)


def files_of(folder: Path) -> dict[str, Path]:
    found = (path for name in MADE for path in [folder / name, *(folder / name).rglob("*")])
    return {path.relative_to(folder).as_posix(): path for path in found if path.is_file()}


def content(path: Path) -> object:
    """What a file holds, whichever version of zlib or of the Parquet writer wrote it."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix in {".zip", ".xlsx"}:
        with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return path.read_bytes()


@pytest.fixture(scope="module")
def planted() -> Counter[tuple[str, ...]]:
    with (SAMPLE / "planted.csv").open(encoding="utf-8", newline="") as lines:
        return Counter({tuple(row[name] for name in KEY): int(row["records"]) for row in csv.DictReader(lines)})


@pytest.fixture
def found(audited_example: ExampleRun) -> Counter[tuple[str, ...]]:
    """Records by kind of finding, from an audit by the command line."""
    counts: Counter[tuple[str, ...]] = Counter()
    for row in pq.read_table(audited_example.folder / "findings.parquet", columns=[*KEY, "records"]).to_pylist():
        counts[tuple(row[name] or "" for name in KEY)] += row["records"]
    return counts


def test_every_planted_finding_is_found(planted: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> None:
    assert {kind: found[kind] for kind in planted} == dict(planted)


def test_nothing_else_is_found(planted: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> None:
    assert {kind: records for kind, records in found.items() if kind not in planted and kind[0] != "AUD-NOT-TESTED"} == {}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace fresh from the generator."""
    folder = tmp_path_factory.mktemp("made")
    done = run("houdbaar.sample", str(folder), PYTHONHASHSEED="1", TZ="UTC")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_generator_gives_the_same_bytes_every_time(made: Path, tmp_path: Path) -> None:
    done = run("houdbaar.sample", str(tmp_path), PYTHONHASHSEED="2", TZ="Pacific/Auckland")
    assert done.returncode == 0, done.stderr
    first, second = files_of(made), files_of(tmp_path)
    assert set(first) == set(second)
    assert [name for name in first if first[name].read_bytes() != second[name].read_bytes()] == []


def test_what_is_committed_is_what_the_generator_makes(made: Path) -> None:
    fresh, committed = files_of(made), files_of(SAMPLE)
    assert set(fresh) == set(committed), "run `python -m houdbaar.sample data/sample`, and delete what it no longer makes"
    assert [name for name in fresh if content(fresh[name]) != content(committed[name])] == []


def test_the_generator_writes_a_whole_workspace(made: Path) -> None:
    for name in ("houdbaar.toml", "contracts/webshop.odcs.yaml"):
        assert (made / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_the_sample_is_small() -> None:
    sizes = [path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file() and not {"runs", ".houdbaar"} & set(path.parts)]
    assert sum(sizes) < 3_000_000


def test_nobody_in_it_exists() -> None:
    text = "\n".join(str(content(path)) for path in files_of(SAMPLE).values())
    addresses = {match.lower() for match in re.findall(r"@([\w-]+(?:\.[\w-]+)+)", text)}
    assert addresses == {"example.com", "voorbeeld.nl"}
    shown = set(re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", text))
    assert shown
    assert all(match.startswith("203.0.113.") for match in shown)


def test_most_of_it_is_within_term(planted: Counter[tuple[str, ...]]) -> None:
    """A credible company: an eleventh of its analytics is too old, and less elsewhere."""
    events = sum(pq.read_metadata(path).num_rows for path in (SAMPLE / "exports" / "ga4" / "events").glob("*.parquet"))
    overdue = planted["RET-ANA-26", "website", "analytics_event", "", "OVERDUE", ""]
    assert overdue < 0.12 * events
