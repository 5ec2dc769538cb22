"""Excel and OpenDocument sheets as text: whole numbers without '.0', dates in ISO 8601, booleans as 'true' and 'false'.

Excel keeps fifteen digits: a longer number was rounded before it came here. Such numbers, above 2^53, are written as Excel
stores them ('5.26526E+17'), so that they match no real id, and their columns are named in `Raw.suspicious`.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from houdbaar.engines.arrays import whole_numbers
from houdbaar.errors import SourceError
from houdbaar.exports.files import LIMITS, ExportFile, unreadable
from houdbaar.exports.layout import unique_names
from houdbaar.exports.read.raw import BLANK, OTHER_SHEET, Raw, Sink, reconciled, text_schema
from houdbaar.exports.stream import BROKEN, open_seekable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

    from houdbaar.exports.head import Head

_BATCH = 10_000
_FIRST_INEXACT = 2**53
_LARGEST = 1 << 30  # bytes unpacked: a sheet is read into memory, and Excel itself stops at a million rows


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of the first sheet that has one; `row` is 1-based in the sheet."""

    sheet: str
    row: int
    columns: tuple[str, ...]


def read_header(file: ExportFile) -> Header:
    """Find the table's header. Raises SourceError for a workbook that can't be opened, or has no rows."""
    with _open_workbook(file) as workbook:
        return _find_header(file, workbook)


def read_excel(file: ExportFile, head: Head, out: Path) -> Raw:
    """Stage the first sheet that has a header row; rows of other sheets are counted as excluded."""
    with _open_workbook(file) as workbook:
        header = _find_header(file, workbook)
        if header.columns != head.columns:
            raise unreadable(file, "changed while it was read", "run the audit again")
        sheet = workbook.get_sheet_by_name(header.sheet)
        others = sum(_filled_rows(workbook, name) for name in _worksheets(workbook) if name != header.sheet)
        blanks, staged, rounded = _stage(sheet, header, out)
    excluded = {BLANK: blanks, OTHER_SHEET: others}
    raw = Raw(
        path=out,
        columns=header.columns,
        unknown=(),
        rows_read=_height(sheet) - header.row + others,
        rows_staged=staged,
        rejected=(),
        excluded={reason: rows for reason, rows in excluded.items() if rows},
        suspicious=tuple(header.columns[at] for at in sorted(rounded)),
    )
    return reconciled(file, raw)


def _stage(sheet: CalamineSheet, header: Header, out: Path) -> tuple[int, int, set[int]]:
    """Write the rows under the header; gives the blank ones, the staged ones, and the columns with rounded numbers."""
    blanks, number, rounded = 0, 0, set[int]()
    rows: list[list[str]] = []
    with Sink(out, text_schema(header.columns)) as sink:
        for at, cells in enumerate(sheet.iter_rows()):
            if at < header.row:
                continue
            texts = [cell if type(cell) is str else cell_text(cell) for cell in cells]
            if not any(texts):
                blanks += 1
                continue
            rounded.update(column for column, cell in enumerate(cells) if type(cell) is float and abs(cell) >= _FIRST_INEXACT)
            number += 1
            rows.append(texts)
            if len(rows) == _BATCH:
                _write(sink, rows, number)
                rows.clear()
        _write(sink, rows, number)
        return blanks, sink.rows, rounded


def _write(sink: Sink, rows: Sequence[list[str]], last: int) -> None:
    import pyarrow as pa

    if rows:
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        sink.write([whole_numbers(range(last - len(rows) + 1, last + 1)), *columns])


def cell_text(cell: object) -> str:
    """The text of one cell that isn't text."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _FIRST_INEXACT else repr(cell).upper()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(cell)


def _find_header(file: ExportFile, workbook: CalamineWorkbook) -> Header:
    for name in _worksheets(workbook):
        found = _header_of(workbook.get_sheet_by_name(name))
        if found:
            row, cells = found
            return Header(name, row, unique_names(cell if isinstance(cell, str) else cell_text(cell) for cell in cells))
    raise unreadable(file, "a workbook without rows")


def _header_of(sheet: CalamineSheet) -> tuple[int, Sequence[object]] | None:
    """The first row with two filled cells (a title above it has one), else the first that isn't blank."""
    first = None
    for row, cells in enumerate(sheet.iter_rows(), 1):
        filled = sum(cell != "" for cell in cells)
        if filled > 1:
            return row, cells
        if filled and first is None:
            first = row, cells
    return first


def _worksheets(workbook: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum

    return [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _filled_rows(workbook: CalamineWorkbook, name: str) -> int:
    return sum(any(cell != "" for cell in cells) for cells in workbook.get_sheet_by_name(name).iter_rows())


def _height(sheet: CalamineSheet) -> int:
    """Rows from the top of the sheet to its last filled cell, as the workbook's own range says."""
    return sheet.end[0] + 1 if sheet.end else 0


@contextlib.contextmanager
def _open_workbook(file: ExportFile) -> Iterator[CalamineWorkbook]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with open_seekable(file) as handle:
            _check_package(file, handle)
            yield CalamineWorkbook.from_filelike(handle)
    except PasswordError:
        raise unreadable(file, "protected with a password", "save it without one") from None
    except CalamineError:
        raise _not_excel(file) from None
    except BaseException as error:
        # A workbook that makes the Rust reader panic raises what isn't an Exception; its text may quote a cell.
        if type(error).__name__ == "PanicException":
            raise _not_excel(file) from None
        raise


def _not_excel(file: ExportFile) -> SourceError:
    return unreadable(file, "not an Excel workbook, or cut off", "save it from Excel as .xlsx, or as CSV")


def _check_package(file: ExportFile, handle: IO[bytes]) -> None:
    """Refuse a bomb, and a workbook whose parts don't have their checksum: the reader would take damaged cells."""
    try:
        if zipfile.is_zipfile(handle):
            with zipfile.ZipFile(handle) as package:
                _refuse_bomb(file, package)
                if package.testzip() is not None:
                    raise _not_excel(file)
    except BROKEN:
        raise _not_excel(file) from None
    handle.seek(0)


def _refuse_bomb(file: ExportFile, package: zipfile.ZipFile) -> None:
    packed = sum(info.compress_size for info in package.infolist())
    unpacked = sum(info.file_size for info in package.infolist())
    if unpacked > _LARGEST or (unpacked > LIMITS.ratio_floor and unpacked > LIMITS.ratio * packed):
        raise unreadable(file, "a workbook that unpacks to far more than Excel can hold", "save it as CSV")
