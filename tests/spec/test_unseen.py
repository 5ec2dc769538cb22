"""What was read past is no pass: rows of other sheets and second tables are told as not tested, and counted."""

import io

import openpyxl
import pytest

from spec.given import Export, verbatim

AS_OF = "2026-11-22"
USE = [["account_id", "happened_at"], ["A-1", "2026-06-01"]]
MESSAGES = [["message_id", "last_message_at"], ["M-1", "2020-01-01"]]
OTHER_SHEETS = "a workbook is read for its first sheet with a header: save its other sheets as files of their own"
SECOND_TABLE = "a file is read for its first table: save what follows the blank line as a file of its own"


def workbook(*sheets: list[list[str]]) -> Export:
    """Use of the service, and what else lies in the workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Blad{number}")
        for row in rows:
            sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return Export("plain.service_event", {"export.xlsx": sink.getvalue()})


@pytest.mark.parametrize(("others", "unseen"), [((MESSAGES,), 2), (([],), 0), ((), 0)])
def test_sheets_that_were_not_looked_at(audit, others, unseen):
    done = audit(AS_OF, workbook(USE, *others))
    (file,) = done.summary["files"]
    assert (file["rows_read"], file["rows_staged"], file["rows_excluded"]) == (1 + unseen, 1, unseen)
    assert (OTHER_SHEETS in done.not_tested("plain.service_event")) == bool(unseen)


def test_a_table_below_the_first(audit):
    text = "# export of June\naccount_id,happened_at\nA-1,2026-06-01\n\nmessage_id,last_message_at\nM-1,2020-01-01\n"
    done = audit(AS_OF, verbatim("plain.service_event", "export.csv", text))
    assert done.summary["files"][0]["excluded"] == {"blank line": 1, "second table": 2}
    assert SECOND_TABLE in done.not_tested("plain.service_event")


def test_the_totals_by_day_below_a_report_are_about_nobody(audit):
    text = """# Pagina's
# 20260601-20260630

Pagina,Paginaweergaven,Gem. tijd op pagina
/a,1.204,00:00:31

Dagindex,Gebruikers
01-06-26,5
"""
    done = audit(AS_OF, verbatim("ga.ui_report", "report.csv", text))
    assert done.summary["files"][0]["excluded"]["second table"] == 2
    assert SECOND_TABLE not in done.not_tested("ga.ui_report")
