"""What was read past is no pass: rows of other sheets and second tables are told as not tested, and counted; tables of no known kind are
looked into for what is dangerous."""

import io
import json

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spec.given import Export, verbatim

AS_OF = "2026-11-22"
USE = [["account_id", "happened_at"], ["A-1", "2026-06-01"]]
MESSAGES = [["message_id", "last_message_at"], ["M-1", "2020-01-01"]]
OTHER_SHEETS = "a workbook is read for its first sheet with a header: save its other sheets as files of their own"
DANGEROUS = ("SCP-TABLE", "SCP-SECRET-PLAIN", "SCP-SPECIAL", "SCP-COLUMN")
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


STRAY = {
    "csv": lambda rows: "\n".join(";".join(row) for row in rows).encode(),
    "json": lambda rows: json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]).encode(),
    "xlsx": lambda rows: workbook(rows).files["export.xlsx"],
    "parquet": lambda rows: parquet([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]),
}


def parquet(rows: list[dict[str, str]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


@pytest.mark.parametrize("kind", STRAY)
def test_a_table_that_no_contract_knows_is_looked_into_for_what_is_dangerous(audit, kind):
    """That it holds addresses is SCP-TABLE's to say; a password or a citizen service number can't wait for a contract."""
    rows = [["bijnaam", "mail", "wachtwoord", "bsn", "kleur"], ["jan", "jan@example.com", "Welkom01", "111222333", "rood"]]
    export = Export(
        "plain.service_event", {"export.csv": b"account_id,happened_at\nA-1,2026-06-01\n", f"kantoor.{kind}": STRAY[kind](rows)}
    )
    done = audit(AS_OF, export)
    told = {code: [(line["source"], line["file"], line["field"], line["severity"]) for line in done.of(code)] for code in DANGEROUS}
    file = f"service_event/kantoor.{kind}"
    assert told == {
        "SCP-TABLE": [("unrecognised", None, file, "high")],
        "SCP-SECRET-PLAIN": [("unrecognised", file, "wachtwoord", "critical")],
        "SCP-SPECIAL": [("unrecognised", file, "bsn", "critical")],
        "SCP-COLUMN": [],
    }
    written = b"".join(path.read_bytes() for path in done.folder.rglob("*") if path.is_file())
    assert not any(value in written for value in (b"Welkom01", b"111222333", b"jan@example.com"))


def test_a_harmless_table_that_no_contract_knows_is_a_finding_as_a_whole_only(audit):
    export = Export(
        "plain.service_event", {"export.csv": b"account_id,happened_at\nA-1,2026-06-01\n", "lunch.csv": b"dag,soep\nma,tomaat\n"}
    )
    done = audit(AS_OF, export)
    assert [line["code"] for line in done.lines if line["source"] == "unrecognised" and line["code"] in DANGEROUS] == ["SCP-TABLE"]
    assert done.only("SCP-TABLE")["reason"].endswith("; a sample showed no password, service number or special category")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Name,Email,Financial Status,Currency,Total,Lineitem name,Jan Jansen", "shopify.orders, but its header lacks Created at"),
        (
            "First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID,EUID,Jan Jansen",
            "mailchimp.audience, but its header lacks Email Address or E-mailadres or Email",
        ),
    ],
)
def test_a_table_that_lacks_one_column_is_told_which(audit, header, told):
    """Words that no contract has are not repeated: they can be people's data. It stays a finding, and nothing of it is tested."""
    values = ",".join("x" for _ in header.split(","))
    use = b"account_id,happened_at\nA-1,2026-06-01\n"
    done = audit(AS_OF, Export("plain.service_event", {"export.csv": use, "anders.csv": f"{header}\n{values}\n".encode()}))
    line = done.only("SCP-TABLE")
    assert (line["verdict"], line["field"]) == ("FAIL", "service_event/anders.csv")
    assert line["reason"].startswith(f"no contract recognises it; it is most like {told}: export it anew with that column, ")
    assert "no contract recognises a file" in done.not_tested("unrecognised")
    assert not any("Jan Jansen" in path.read_text("utf-8", "ignore") for path in done.folder.rglob("*") if path.is_file())


def test_a_damaged_table_that_no_contract_knows_stops_nothing(audit):
    """Its footer can be read and its pages can't."""
    damaged = bytearray(parquet([{"bijnaam": f"x{number}", "wachtwoord": f"Welkom{number}"} for number in range(3_000)]))
    damaged[20:2_000] = b"\xff" * 1_980
    export = Export("plain.service_event", {"export.csv": b"account_id,happened_at\nA-1,2026-06-01\n", "kantoor.parquet": bytes(damaged)})
    done = audit(AS_OF, export)
    assert (done.exit_code, [line["code"] for line in done.lines if line["code"] in DANGEROUS]) == (0, ["SCP-TABLE"])
