"""The measured traps of formats.md section 0 that concern reading, each through an audit: what a quiet reader would get wrong.

Every test declares its files above itself; one audit judges them all, a source each.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from functional.auditing import Batch, Outcome, audit, pseudonym, ranges, table, visits, zipped

BATCH = Batch()
OLD, NEW = "2024-05-01T10:00:00+02:00", "2026-09-01T10:00:00+02:00"
OLD_MICROS, NEW_MICROS = 1714550400123456, 1788249600123456


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    outcome = BATCH.audit(tmp_path_factory.mktemp("traps"))
    assert outcome.code == 0, outcome.problems
    return outcome


def ga4(*stamps: object, **more: object) -> str:
    """GA4 events as BigQuery's newline JSON."""
    events = ({"event_timestamp": stamp, "event_name": "page_view", "platform": "WEB", "stream_id": "1"} | more for stamp in stamps)
    return "".join(json.dumps(event) + "\n" for event in events)


# 1: CSV ids read as DOUBLE lose a zero at the end, and then two people are one.
BATCH.add(
    "ids", "plain.analytics_user", {"users.csv": table("client_id,last_active_at", f"1146540.1521992520,{OLD}", f"1146540.152199252,{OLD}")}
)


def test_01_identifiers_keep_every_character(done: Outcome) -> None:
    # The key of an analytics user has two parts, client_id and user_id, joined by U+001F.
    keys = {line["record_key"] for line in done.lines("ids", "RET-ANA-26")}
    assert keys == {pseudonym("1146540.1521992520\x1f"), pseudonym("1146540.152199252\x1f")}
    assert done.counts("ids", "RET-ANA-26")["overdue"] == 2


# 2: telephone numbers and customer numbers read as BIGINT, in one shard and not in the other.
BATCH.members(
    "numbers",
    ["email", "status", "opted_in_at", "customer_id"],
    ["a@numbers.voorbeeld.nl", "subscribed", OLD, "31612345678"],
    ["b@numbers.voorbeeld.nl", "subscribed", OLD, "+31612345678"],
    ["c@numbers.voorbeeld.nl", "subscribed", OLD, "00031"],
    ["d@numbers.voorbeeld.nl", "subscribed", OLD, "31"],
)
BATCH.add(
    "orders",
    "plain.order",
    {
        "1.csv": table("order_id,customer_id,ordered_at,campaign_id", f"1,31612345678,{NEW},c1", f"2,00031,{NEW},c1"),
        "2.csv": table("order_id,customer_id,ordered_at,campaign_id", f"3,+31612345678,{NEW},c1"),
    },
)


def test_02_numbers_that_are_names_stay_text_in_every_shard(done: Outcome) -> None:
    assert done.counts("numbers", "RET-MKT-12") == {"within": 3, "overdue": 1}
    (line,) = done.lines("numbers", "RET-MKT-12")
    assert line["ranges"] == ranges(4)


# 3 and 4: BigQuery's quoted whole numbers, and a shard with bare ones beside it.
BATCH.add("quoted", "ga4.events", {"events_20240501.json": ga4(str(OLD_MICROS), str(NEW_MICROS), user_pseudo_id="1.1700000000")})
BATCH.add(
    "mixed",
    "ga4.events",
    {"events_20240501.json": ga4(str(OLD_MICROS), str(OLD_MICROS)), "events_20240502.json": ga4(OLD_MICROS, NEW_MICROS)},
)


def test_03_whole_numbers_in_quotes_are_numbers(done: Outcome) -> None:
    assert done.counts("quoted", "RET-ANA-26") == {"within": 1, "overdue": 1}


def test_04_quoted_and_bare_numbers_in_two_files_of_one_source_are_read_alike(done: Outcome) -> None:
    assert done.counts("mixed", "RET-ANA-26") == {"within": 1, "overdue": 3}
    assert done.lines("mixed", "DQ-SCHEMA") == []


# 5: a cast to TIMESTAMP drops the offset; half an hour past midnight is then a day too late (as-of - 12 months = 31 October 2025).
ON_30_OCTOBER = ("2025-10-31 00:30:00 +0200", "2025-10-31T00:30:00+02:00", "2025-10-31 00:30:00+0200", "2025-10-31 00:30:00 +02:00")
ON_31_OCTOBER = ("2025-10-30T23:30:00Z", "2025-10-30 23:30:00 UTC", "2025-10-30 18:30:00 -0500", "2025-10-30T23:30:00.123456Z")
BATCH.add("offsets", "plain.service_event", {"visits.csv": visits(*ON_30_OCTOBER, *ON_31_OCTOBER)})


def test_05_offsets_are_honoured_however_they_are_written(done: Outcome) -> None:
    (line,) = done.lines("offsets", "RET-SVC-12")
    assert (line["verdict"], line["ranges"], line["days_overdue"]) == ("OVERDUE", ranges((1, 4)), 1)
    assert done.counts("offsets", "RET-SVC-12") == {"due": 4, "overdue": 4}
    assert done.lines("offsets", "DQ-TZ-ASSUMED") == []


# 6: both readings overdue; 11 May or 5 November 2025; only one is a date (twice); both within; 11 October or 10 November 2025.
SWAPPABLE = ("05-06-2022 09:30", "05-11-2025 09:30", "13-11-2025 09:30", "11/13/2025 09:30", "01-02-2026", "10-11-2025 09:30")
BATCH.add("swaps", "plain.service_event", {"visits.csv": visits(*SWAPPABLE)})


def test_06_day_and_month_are_never_guessed(done: Outcome) -> None:
    assert done.counts("swaps", "RET-SVC-12") == {"within": 3, "overdue": 1, "undetermined": 2}
    overdue, undetermined = sorted(done.lines("swaps", "RET-SVC-12"), key=lambda line: line["verdict"])
    assert (overdue["ranges"], overdue["confidence"]) == (ranges(1), "bounded")
    assert (undetermined["ranges"], undetermined["reason"]) == (ranges(2, 6), "DQ-TS-AMBIGUOUS")


# 7: the same bytes from a Dutch and from an American system; only the contract can tell.
BATCH.own("dutch", "dd-MM-yyyy", {"log.csv": table("Wie,Wanneer", "A1,05-11-2025", "A2,11-05-2025")})
BATCH.own("american", "MM-dd-yyyy", {"log.csv": table("Wie,Wanneer", "A1,05-11-2025", "A2,11-05-2025")})


def test_07_a_declared_format_decides_and_nothing_else(done: Outcome) -> None:
    assert [line["ranges"] for line in done.lines("dutch", "RET-SVC-12")] == [ranges(2)]
    assert [line["ranges"] for line in done.lines("american", "RET-SVC-12")] == [ranges(1)]
    assert {line["confidence"] for line in done.lines("dutch", "RET-SVC-12")} == {"certain"}


# 8 and 22: "no date" is not "not expired".
BATCH.add("zeros", "plain.service_event", {"visits.csv": visits("0000-00-00 00:00:00", "0000-00-00", NEW)})
BATCH.add("tokens", "plain.service_event", {"visits.csv": visits("NULL", r"\N", "n.v.t.", "-", "", "onbekend", "n/a", NEW)})


def test_08_a_date_of_zeros_is_counted_as_undetermined(done: Outcome) -> None:
    assert done.counts("zeros", "RET-SVC-12") == {"within": 1, "undetermined": 2}
    assert [(line["reason"], line["ranges"]) for line in done.lines("zeros", "RET-SVC-12")] == [("DQ-TS-SENTINEL", ranges((1, 2)))]


def test_22_words_for_nothing_are_counted_as_undetermined(done: Outcome) -> None:
    assert done.counts("tokens", "RET-SVC-12") == {"within": 1, "undetermined": 7}
    assert [(line["reason"], line["ranges"]) for line in done.lines("tokens", "RET-SVC-12")] == [("DQ-TS-NULL", ranges((1, 7)))]


# 9: dates without dashes.
BATCH.add("dashless", "plain.service_event", {"visits.csv": visits("20240127", "20260127", "20240230")})
BATCH.add("dated", "ga4.events", {"events_20240127.json": ga4(None, event_date="20240127") + ga4(None, event_date="20260127")})


def test_09_dates_without_dashes_are_read(done: Outcome) -> None:
    assert done.counts("dashless", "RET-SVC-12") == {"within": 1, "overdue": 1, "undetermined": 1}
    assert {line["reason"] for line in done.lines("dashless", "RET-SVC-12")} == {None, "DQ-TS-PARSE"}
    (line,) = done.lines("dated", "RET-ANA-26")
    assert (line["trigger_column"], line["first_trigger"]) == ("event_date", date(2024, 1, 27))
    assert done.counts("dated", "RET-ANA-26") == {"within": 1, "overdue": 1}


# 10: what stands after the rows that a reader samples.
BATCH.add("late", "plain.service_event", {"visits.csv": visits(*[OLD] * 15_000, *[NEW] * 15_000, "geen datum")})


def test_10_a_bad_value_after_30000_good_rows_is_one_undetermined_row(done: Outcome) -> None:
    assert done.rows_of("late/visits.csv") == (30_001, 30_001, 0, 0)
    assert done.counts("late", "RET-SVC-12") == {"within": 15_000, "overdue": 15_000, "undetermined": 1}
    lines = {line["verdict"]: (line["reason"], line["ranges"]) for line in done.lines("late", "RET-SVC-12")}
    assert lines == {"OVERDUE": (None, ranges((1, 15_000))), "UNDETERMINED": ("DQ-TS-PARSE", ranges(30_001))}


# 11: a row with a field too few, or too many, must not make the file one column.
RAGGED = table("account_id,happened_at,kind", f"A1,{OLD},login", f"A2,{OLD}", f"A3,{OLD},login,more", f"A4,{OLD},login")
BATCH.add("ragged", "plain.service_event", {"visits.csv": RAGGED})


def test_11_ragged_rows_are_rejected_by_number_and_the_others_judged(done: Outcome) -> None:
    assert done.rows_of("ragged/visits.csv") == (4, 2, 2, 0)
    assert {line["reason"]: line["ranges"] for line in done.lines("ragged", "DQ-SCHEMA")} == {
        "too few columns": ranges(2),
        "too many columns": ranges(3),
    }
    assert [line["ranges"] for line in done.lines("ragged", "RET-SVC-12")] == [ranges(1, 4)]


# 12 and 13: headers that repeat, in another case too, and headers that are empty.
HEADERS = table("account_id,happened_at,Notes,Notes,kind,Kind,", f"A1,{OLD},a,b,login,logout,jan@example.com")
BATCH.add("headers", "plain.service_event", {"visits.csv": HEADERS})


def test_12_headers_that_repeat_are_all_kept(done: Outcome) -> None:
    assert {"Notes", "Notes (2)", "Kind (2)"} <= set(done.file("headers/visits.csv")["unknown_columns"])


def test_13_a_column_without_a_header_is_kept(done: Outcome) -> None:
    assert "(unnamed 7)" in done.file("headers/visits.csv")["unknown_columns"]
    assert done.counts("headers", "RET-SVC-12") == {"overdue": 1}


# 14: a person called Totaal. A contract names the filter; without one the row is there for all to see.
BATCH.own(
    "totals",
    "dd-MM-yyyy",
    {"log.csv": table("Wie;Wanneer;Keer", "A1;01-05-2024;3", "Totaal;;3", "A2;01-09-2026;1")},
    excludes="Wie = 'Totaal'",
)
BATCH.add("unfiltered", "plain.service_event", {"visits.csv": table("account_id;happened_at;kind", f"A1;{OLD};x", "Totaal;3;30,00")})


def test_14_a_totals_row_is_nobody(done: Outcome) -> None:
    assert done.rows_of("totals/log.csv") == (3, 2, 0, 1)
    assert done.counts("totals", "RET-SVC-12") == {"within": 1, "overdue": 1}
    assert done.counts("unfiltered", "RET-SVC-12") == {"overdue": 1, "undetermined": 1}


# 15: the files of one audience differ in their columns; one has a column twice.
SIGNED = "OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP"
LONG_AGO = "2024-05-01 10:00:00,203.0.113.4,2024-05-01 10:05:00,203.0.113.4"
LATELY = "2026-05-01 10:00:00,203.0.113.5,2026-05-01 10:05:00,203.0.113.5"
SUBSCRIBED = table(
    f"Email Address,First Name,MEMBER_RATING,{SIGNED},CC,LAST_CHANGED,LEID,EUID,NOTES,TAGS",
    f'old@audience.voorbeeld.nl,Ann,3,{LONG_AGO},NL,2026-10-01 09:00:00,1,1a2b3c4d5e,,"""VIP"",""Dealer, NL"""',
    f"new@audience.voorbeeld.nl, Bo ,,{LATELY},,2026-10-01 09:00:00,2,2a2b3c4d5e,,",
)
UNSUBSCRIBED = table(
    f"Email Address,First Name,MEMBER_RATING,{SIGNED},CC,UNSUB_TIME,UNSUB_REASON,LEID,EUID,NOTES,TAGS,UNSUB_REASON",
    f"gone@audience.voorbeeld.nl,Cas,2,{LONG_AGO},NL,2025-05-01 10:00:00,NORMAL,3,3a2b3c4d5e,,,",
)
CLEANED = table(
    f"Email Address,MEMBER_RATING,{SIGNED},CLEAN_TIME,CLEAN_CAMPAIGN_ID,LEID,EUID,Bedrijf",
    f"dead@audience.voorbeeld.nl,1,{LONG_AGO},2025-05-01 10:00:00,abc,4,4a2b3c4d5e,Berg",
)
MAILCHIMP = {
    "subscribed_members_export_4f1c2b9a07.csv": SUBSCRIBED,
    "unsubscribed_members_export_4f1c2b9a07.csv": UNSUBSCRIBED,
    "cleaned_members_export_4f1c2b9a07.csv": CLEANED,
}
BATCH.add("audience", "mailchimp.audience", MAILCHIMP, timezone="UTC", list_id="audience")
BATCH.click("audience", "nobody@voorbeeld.nl", NEW)


def test_15_the_files_of_a_mailchimp_audience_are_one_source_in_spite_of_their_columns(done: Outcome) -> None:
    assert [done.rows_of(f"audience/{name}")[:2] for name in MAILCHIMP] == [(2, 2), (1, 1), (1, 1)]
    assert done.counts("audience", "RET-MKT-12") == {"within": 1, "overdue": 1, "out_of_scope": 2}
    (line,) = done.lines("audience", "RET-MKT-12")
    assert (line["file"], line["ranges"]) == ("audience/subscribed_members_export_4f1c2b9a07.csv", ranges(1))


# 16: Dutch numbers. What is no number is told, what is one isn't; in reports '2.546' is two thousand and more (see 21).
PRICES = table("order_id;ordered_at;total", f"1;{OLD};1,5", f"2;{OLD};1.234,50", f"3;{OLD};2.546", f"4;{OLD};89", f"5;{OLD};12,5,6")
BATCH.add("prices", "plain.order", {"orders.csv": PRICES})


def test_16_decimal_commas_are_numbers_and_what_is_none_is_counted(done: Outcome) -> None:
    (line,) = done.lines("prices", "DQ-SCHEMA")
    assert (line["field"], line["records"]) == ("total", 1)


# 17 and 18: other encodings; that they are decoded shows in the address that the (UTF-8) click log must match.
FOREIGN = table(
    "email;status;opted_in_at;notes", f"jörg@foreign.voorbeeld.nl;subscribed;{OLD};€ 5", f"zoë@foreign.voorbeeld.nl;subscribed;{OLD};ça va"
)
for encoding in ("utf-16", "windows-1252"):
    BATCH.add(
        encoding, "plain.mail_member", {"members.csv": FOREIGN.replace("@foreign", f"@{encoding}").encode(encoding)}, list_id=encoding
    )
    BATCH.click(encoding, f"jörg@{encoding}.voorbeeld.nl", NEW)


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_17_and_18_other_encodings_are_decoded(done: Outcome, encoding: str) -> None:
    assert done.counts(encoding, "RET-MKT-12") == {"within": 1, "overdue": 1}
    assert [line["ranges"] for line in done.lines(encoding, "RET-MKT-12")] == [ranges(2)]


# 19: everything that text files do at their edges. Two rows each, the first of them too old.
ROWS = (f"A1,{OLD},x", f"A2,{NEW},x")
PLAIN = table("account_id,happened_at,kind", *ROWS)
DIALECTS: dict[str, str | bytes] = {
    "bom.csv": PLAIN.encode("utf-8-sig"),
    "crlf.csv": PLAIN.replace("\n", "\r\n"),
    "cr.csv": PLAIN.replace("\n", "\r"),
    "mixed.csv": PLAIN.replace("\n", "\r\n", 1),
    "unended.csv": PLAIN.rstrip("\n"),
    "newlines.csv": table("account_id,happened_at,kind", f'"A\n1",{OLD},"one\r\ntwo"', f"A2,{NEW},x"),
    "doubled.csv": table("account_id,happened_at,kind", f'A1,{OLD},"say ""hi"", you"', f"A2,{NEW},x"),
    "escaped.csv": table("account_id,happened_at,kind", rf'A1,{OLD},"say \"hi\", you"', f"A2,{NEW},x"),
    "sep.csv": "sep=;\n" + PLAIN.replace(",", ";"),
    "tabs.tsv": PLAIN.replace(",", "\t"),
    "packed.csv.gz": gzip.compress(PLAIN.encode()),
}
BATCH.add("dialects", "plain.service_event", DIALECTS)


@pytest.mark.parametrize("name", DIALECTS)
def test_19_every_dialect_of_text_tables_is_read(done: Outcome, name: str) -> None:
    assert done.rows_of(f"dialects/{name}") == (2, 2, 0, 0)
    (line,) = [line for line in done.lines("dialects", "RET-SVC-12") if line["file"] == f"dialects/{name}"]
    assert line["ranges"] == ranges(1)


# 20: ZIP is no text.
BATCH.add("archive", "plain.service_event", {"all.zip": zipped({"2024/a.csv": visits(OLD, NEW), "b.csv": visits(OLD)})})


def test_20_the_members_of_an_archive_are_files(done: Outcome) -> None:
    assert {line["file"] for line in done.lines("archive", "RET-SVC-12")} == {"archive/all.zip!2024/a.csv", "archive/all.zip!b.csv"}
    assert done.counts("archive", "RET-SVC-12") == {"within": 1, "overdue": 2}


# 21: lines before the header, thousands with a point, a totals row, and a second table below the first.
REPORT = """# ----------------------------------------
# Alle gegevens webshop
# Browsers
# 20220101-20221231
# ----------------------------------------

Browser,Sessies,Bouncepercentage
Chrome,2.546,"99,88%"
Safari,998,"50,00%"
Opera,7,"12,00%"
,3.551,"80,00%"

Dagindex,Gebruikers
01-01-2022,12
02-01-2022,14
"""
BATCH.add("report", "ga.ui_report", {"report.csv": REPORT})


def test_21_a_reports_preamble_totals_and_second_table_are_no_rows(done: Outcome) -> None:
    read, staged, rejected, excluded = done.rows_of("report/report.csv")
    assert (staged, rejected) == (3, 0)
    assert read == staged + excluded
    # Two aggregates are nobody; seven people in the year 2022 are few enough to be judged by the report's period.
    assert done.counts("report", "RET-ANA-26") == {"overdue": 1, "out_of_scope": 2}
    assert [(line["ranges"], line["confidence"]) for line in done.lines("report", "RET-ANA-26")] == [(ranges(3), "bounded")]


# 23: Dutch booleans decide whether a click was a person's.
BATCH.members(
    "booleans",
    ["email", "status", "opted_in_at"],
    *([f"{name}@booleans.voorbeeld.nl", "subscribed", OLD] for name in ("ja", "nee", "j", "n")),
)
for word in ("ja", "nee", "j", "n"):
    BATCH.click("booleans", f"{word}@booleans.voorbeeld.nl", NEW, is_bot=word.capitalize())


def test_23_ja_and_nee_are_booleans(done: Outcome) -> None:
    assert sorted(line["ranges"][0]["first"] for line in done.lines("booleans", "RET-MKT-12")) == [1, 3]


# 25: clock times that happened twice, or never, in Amsterdam.
BATCH.add(
    "clocks", "plain.service_event", {"visits.csv": visits("2025-10-26 02:30:00", "2025-03-30 02:30:00")}, timezone="Europe/Amsterdam"
)


def test_25_a_changing_clock_never_changes_the_date(done: Outcome) -> None:
    dates = {(line["first_trigger"], line["last_trigger"], line["confidence"]) for line in done.lines("clocks", "RET-SVC-12")}
    assert dates == {(date(2025, 10, 26), date(2025, 10, 26), "certain"), (date(2025, 3, 30), date(2025, 3, 30), "certain")}


# 26: seconds and milliseconds in a column of microseconds look fifty years old.
BATCH.add("units", "ga4.events", {"events_20240501.json": ga4(OLD_MICROS // 1_000_000, OLD_MICROS // 1_000, OLD_MICROS)})


def test_26_an_epoch_in_the_wrong_unit_is_undetermined_not_overdue(done: Outcome) -> None:
    assert done.counts("units", "RET-ANA-26") == {"overdue": 1, "undetermined": 2}
    assert {line["reason"]: line["ranges"] for line in done.lines("units", "RET-ANA-26")} == {None: ranges(3), "DQ-TS-UNIT": ranges((1, 2))}


# 27: one address, written in five ways; the click log has it in its plain form.
ADDRESS = "josé.nbsp@spaces.voorbeeld.nl"
SPELLINGS = (unicodedata.normalize("NFD", ADDRESS), f"\u00a0{ADDRESS} ", f"{ADDRESS}\u200b", ADDRESS.upper(), f"\ufeff{ADDRESS}\u00a0")
for number, spelling in enumerate(SPELLINGS):
    BATCH.members(f"spelling-{number}", ["email", "status", "opted_in_at"], [spelling, "subscribed", OLD])
    BATCH.click(f"spelling-{number}", "nobody@voorbeeld.nl", OLD)
BATCH.click("spelling-0", ADDRESS, NEW)


@pytest.mark.parametrize("number", range(len(SPELLINGS)))
def test_27_spellings_of_an_address_are_one_person(done: Outcome, number: int) -> None:
    assert done.counts(f"spelling-{number}", "RET-MKT-12") == {"within": 1}


# 28: what DuckDB can't read offline is read all the same.
def workbook(rows: list[list[object]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        days = book.add_format({"num_format": "dd-mm-yyyy hh:mm"})
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, position, cell, days)
                else:
                    sheet.write(number, position, cell)
    return made.getvalue()


def avro(*stamps: int) -> bytes:
    fields = [
        ("event_timestamp", ["null", "long"]),
        ("event_name", "string"),
        ("user_pseudo_id", ["null", "string"]),
        ("platform", "string"),
    ]
    schema = {"type": "record", "name": "Root", "fields": [{"name": name, "type": kind} for name, kind in fields]}
    made = io.BytesIO()
    fastavro.writer(
        made, schema, [{"event_timestamp": stamp, "event_name": "x", "user_pseudo_id": None, "platform": "WEB"} for stamp in stamps]
    )
    return made.getvalue()


EXCEL = workbook([["account_id", "happened_at"], ["00012", datetime(2024, 5, 11, 10)], ["00013", datetime(2026, 9, 1, 10)]])
BATCH.add("excel", "plain.service_event", {"visits.xlsx": EXCEL}, timezone="Europe/Amsterdam")
BATCH.add("avro", "ga4.events", {"events_20240501.avro": avro(OLD_MICROS, NEW_MICROS, 0)})


def test_28_excel_and_avro_are_read(done: Outcome) -> None:
    (line,) = done.lines("excel", "RET-SVC-12")
    assert (line["ranges"], line["first_trigger"], line["confidence"]) == (ranges(1), date(2024, 5, 11), "certain")
    assert done.counts("avro", "RET-ANA-26") == {"within": 1, "overdue": 1, "undetermined": 1}


def test_28_instants_in_parquet_need_no_zone_and_no_text(tmp_path: Path) -> None:
    moments = [datetime(2025, 10, 30, 22, 59, 59, tzinfo=UTC), datetime(2025, 10, 30, 23, tzinfo=UTC)]
    (tmp_path / "exports").mkdir()
    for unit in ("s", "ms", "us", "ns"):
        made = pa.table({"account_id": ["A1", "A2"], "happened_at": pa.array(moments, pa.timestamp(unit, tz="UTC"))})
        pq.write_table(made, tmp_path / "exports" / f"{unit}.parquet")
    done = audit(tmp_path / "exports")
    assert done.counts("plain.service_event", "RET-SVC-12") == {"due": 4, "overdue": 4}, done.said


# 29: 29 February and twelve months is 28 February; 31 January and thirteen would not be counted on from 28 February.
LEAP = visits("2024-02-29T12:00:00+01:00", "2024-02-28T12:00:00+01:00", "2024-03-01T12:00:00+01:00")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2025-02-28", {"within": 1, "due": 2}), ("2025-03-01", {"due": 1, "overdue": 2}), ("2025-03-02", {"overdue": 3})],
)
def test_29_months_end_where_the_calendar_says(tmp_path: Path, as_of: str, expected: dict[str, int]) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "visits.csv").write_text(LEAP, encoding="utf-8")
    assert audit(tmp_path / "exports", as_of=as_of).counts("plain.service_event", "RET-SVC-12") == expected


# 24: nothing is not the same as nothing expired.
def test_24_a_file_with_a_header_only_is_an_empty_source(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "visits.csv").write_text("account_id,happened_at\n", encoding="utf-8")
    done = audit(tmp_path / "exports")
    assert (done.code, done.rows_of("visits.csv")) == (3, (0, 0, 0, 0))
    assert done.counts("plain.service_event", "RET-SVC-12") == {}
    assert done.not_tested(None, "RET-SVC-12") | done.not_tested("plain.service_event", "RET-SVC-12")
    assert "No record could be judged" in done.stdout


def test_24_a_file_of_zero_bytes_is_an_error_and_the_other_is_audited(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "empty.csv").write_bytes(b"")
    (tmp_path / "exports" / "visits.csv").write_text(visits(OLD), encoding="utf-8")
    done = audit(tmp_path / "exports")
    assert done.code == 3
    assert "empty.csv: empty file" in done.stdout
    assert done.counts("plain.service_event", "RET-SVC-12") == {"overdue": 1}


def test_the_reader_of_these_tests_is_csvs_own() -> None:
    """The dialects above hold what they claim: Python's reader finds the same two rows in those that it understands."""
    for name in ("bom.csv", "crlf.csv", "newlines.csv", "doubled.csv"):
        content = DIALECTS[name]
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        assert len(list(csv.reader(io.StringIO(text, newline="")))) == 3
