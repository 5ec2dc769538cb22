"""Raw files are written beside the reading: what goes wrong there is told, and nothing of it is left or left open."""

import resource
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from houdbaar.engines.arrays import whole_numbers
from houdbaar.errors import SourceError, UsageError
from houdbaar.exports.read.raw import Sink

SCHEMA = pa.schema([pa.field("row", pa.int64())])
ROWS = np.random.default_rng(1).integers(0, 1 << 62, 3 << 20)  # 24 MB, more than a row group


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, usual[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def left_open(folder: Path) -> list[str]:
    """The files of a folder that this process has open."""
    handles = [handle for handle in Path("/proc/self/fd").iterdir() if handle.is_symlink()]
    return [str(handle.readlink()) for handle in handles if folder in handle.readlink().parents]


def write(out: Path, numbers: object, error: BaseException | None = None) -> None:
    """Write some rows, and have the reading end with an error."""
    with Sink(out, SCHEMA) as sink:
        sink.write([whole_numbers(numbers)])
        if error is not None:
            raise error


def test_all_rows_are_in_the_file(tmp_path: Path) -> None:
    with Sink(tmp_path / "a.raw", SCHEMA) as sink:
        for start in range(3):
            sink.write([whole_numbers(ROWS[start:])])
    assert pq.ParquetFile(tmp_path / "a.raw").metadata.num_rows == sink.rows == 3 * len(ROWS) - 3
    assert [path.name for path in tmp_path.iterdir()] == ["a.raw"]
    assert not left_open(tmp_path)


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize(("rows", "error"), [(5_000, None), (len(ROWS), None), (len(ROWS), SourceError("a.csv: it ends too early"))])
def test_that_nothing_can_be_written_is_told_whatever_else_went_wrong(tmp_path: Path, rows: int, error: Exception | None) -> None:
    with pytest.raises(UsageError, match="nothing can be written"):
        write(tmp_path / "a.raw", ROWS[:rows], error)
    assert not list(tmp_path.iterdir())
    assert not left_open(tmp_path)


def test_that_not_even_a_file_can_be_begun_is_told(tmp_path: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        with pytest.raises(UsageError, match="nothing can be written"):
            write(tmp_path / "a.raw", ROWS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [SourceError("a.csv: it ends too early"), OSError("a.csv"), KeyboardInterrupt()])
def test_what_went_wrong_with_the_reading_is_told_and_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)) as told:
        write(tmp_path / "a.raw", ROWS, error)
    assert told.value is error
    assert not list(tmp_path.iterdir())
    assert not left_open(tmp_path)
