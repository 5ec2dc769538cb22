"""A small XLSX writer: one sheet of text and date cells, the same bytes every time.

A library would put the moment of writing into the file, and the sample needs no more than this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from houdbaar.sample import files

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)

_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
)
# Style 1 shows a number as date and time: that, and nothing else, is what makes a date of a cell.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_xlsx(path: Path, sheet: str, header: Sequence[str], rows: Iterable[Sequence[str | datetime]]) -> None:
    """Write one sheet. Moments become date cells in the clock time they carry (Excel knows no zone); '' leaves a cell empty."""
    lines = [_row(number, row) for number, row in enumerate([header, *rows], start=1)]
    files.write_zip(
        path,
        {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _relations({"officeDocument": "xl/workbook.xml"}),
            "xl/workbook.xml": _workbook(sheet),
            "xl/_rels/workbook.xml.rels": _relations({"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml"}),
            "xl/styles.xml": _STYLES,
            "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
        },
    )


def _workbook(sheet: str) -> str:
    sheets = f'<sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets>'
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheets}</workbook>'


def _relations(targets: dict[str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _row(number: int, cells: Sequence[str | datetime]) -> str:
    shown = (_cell(f"{_letter(column)}{number}", value) for column, value in enumerate(cells) if value != "")
    return f'<row r="{number}">{"".join(shown)}</row>'


def _cell(place: str, value: str | datetime) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}" s="1"><v>{_serial(value)}</v></c>'


def _serial(moment: datetime) -> str:
    passed = moment.replace(tzinfo=UTC) - _DAY_ZERO
    return f"{passed.days + passed.seconds / 86400:.10f}"


def _letter(column: int) -> str:
    return chr(ord("A") + column)
