"""Parquet whose columns have types that nobody expected: judged, undetermined with a reason, or told; no other file is harmed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functional.auditing import Desk, Outcome, visits
from functional.staging import stage

NOON = dt.datetime(2024, 5, 1, 12)
TEXT = "2024-05-01T12:00:00"
MICROS = 1_714_564_800_000_000
LEAST, GREATEST = -(2**63) + 1, 2**63 - 1

OLD = "OVERDUE"
PARSE, FUTURE, NULL, UNIT = "DQ-TS-PARSE", "DQ-TS-FUTURE", "DQ-TS-NULL", "DQ-TS-UNIT"
TOLD = "could not be audited"

# A stamp without a unit (plain.service_event): the values, the type, and what becomes of all three records.
STAMPS: dict[str, tuple[object, pa.DataType | None, str]] = {
    "timestamp of seconds": (NOON, pa.timestamp("s"), OLD),
    "timestamp of nanoseconds": (NOON, pa.timestamp("ns"), OLD),
    "timestamp with a zone": (NOON, pa.timestamp("us", "America/New_York"), OLD),
    "nanoseconds with a zone": (NOON, pa.timestamp("ns", "Europe/Amsterdam"), OLD),
    "milliseconds with a zone": (NOON, pa.timestamp("ms", "UTC"), OLD),
    "DATE": (NOON.date(), pa.date32(), OLD),
    "DATE of milliseconds": (NOON, pa.date64(), OLD),
    "large text": (TEXT, pa.large_string(), OLD),
    "bytes that are text": (TEXT.encode(), pa.binary(), OLD),
    "bytes that are none": (b"\xff\xfe", pa.binary(), PARSE),
    "dictionary of dates": (NOON.date(), pa.dictionary(pa.int8(), pa.date32()), OLD),
    "dictionary of text": (TEXT, pa.dictionary(pa.int8(), pa.string()), OLD),
    "DECIMAL": (Decimal(1714564800), pa.decimal128(18, 2), PARSE),
    "wide DECIMAL": (Decimal(1714564800), pa.decimal256(60, 0), PARSE),
    "whole number": (1_714_564_800, pa.int64(), PARSE),
    "unsigned": (2**64 - 1, pa.uint64(), PARSE),
    "small number": (7, pa.int8(), PARSE),
    "float": (1.5, pa.float32(), PARSE),
    "no number": (float("nan"), pa.float64(), NULL),
    "boolean": (True, pa.bool_(), PARSE),
    "time of day": (dt.time(12), pa.time64("us"), PARSE),
    "duration": (dt.timedelta(1), pa.duration("s"), PARSE),
    "LIST": ([NOON], pa.list_(pa.timestamp("us")), PARSE),
    "LIST of LIST": ([[{"a": NOON}]], None, PARSE),
    "STRUCT": ({"at": TEXT}, None, PARSE),
    "STRUCT with a field without a name": ({"": TEXT}, None, PARSE),
    "MAP": ([("at", TEXT)], pa.map_(pa.string(), pa.string()), PARSE),
    "NULL type": (None, pa.null(), NULL),
}
# Types that Arrow has no word for: SQL, and what becomes of all three records.
TYPED = {
    "HUGEINT": ("1714564800::hugeint", PARSE),
    "UUID": ("uuid()", PARSE),
    "ENUM": (f"'{TEXT}'::enum('{TEXT}', 'b')", OLD),
    "JSON": (f"""'"{TEXT}"'::json""", PARSE),
    "INTERVAL": ("interval 3 day", PARSE),
    "BIT": ("'101'::bit", PARSE),
    "endless timestamp": ("'infinity'::timestamp", FUTURE),
    "endless timestamp with a zone": ("'infinity'::timestamptz", FUTURE),
    "endless date": ("'infinity'::date", FUTURE),
}
# A stamp in micros (ga4.events).
EPOCHS: dict[str, tuple[object, pa.DataType | None, str]] = {
    "unsigned": (MICROS, pa.uint64(), OLD),
    "greatest unsigned": (2**64 - 1, pa.uint64(), FUTURE),
    "greatest": (GREATEST, pa.int64(), FUTURE),
    "least": (LEAST, pa.int64(), "DQ-TS-IMPLAUSIBLE"),
    "DECIMAL": (Decimal(MICROS), pa.decimal128(38, 2), OLD),
    "float": (float(MICROS), pa.float64(), OLD),
    "seconds": (1_714_564_800, pa.int32(), UNIT),
    "a number beyond all numbers": (1e300, pa.float64(), TOLD),
    "timestamp": (NOON, pa.timestamp("us"), OLD),
    "timestamp with a zone": (NOON, pa.timestamp("us", "UTC"), OLD),
    "text": (str(MICROS), pa.dictionary(pa.int8(), pa.string()), OLD),
    "LIST": ([MICROS], pa.list_(pa.int64()), TOLD),
    "boolean": (True, pa.bool_(), PARSE),
}
# Nested columns of another shape than ga4.events declares; the event itself is sound.
NESTED: dict[str, tuple[str, object, pa.DataType | None]] = {
    "text that is no JSON": ("event_params", "bad", None),
    "JSON text": ("event_params", '[{"key": "page_location", "value": {"string_value": "x"}}]', None),
    "a number": ("event_params", 1, None),
    "STRUCT for LIST": ("event_params", {"key": "a"}, None),
    "LIST of text": ("event_params", ["a"], None),
    "other fields": ("event_params", [{"zz": 1}], None),
    "fewer fields": ("event_params", [{"key": "a", "value": {"string_value": "x"}}], None),
    "other case": ("event_params", [{"KEY": "a", "Value": {"String_Value": "x"}}], None),
    "MAP for LIST": ("event_params", [("a", "b")], pa.map_(pa.string(), pa.string())),
    "LIST of LIST": ("event_params", [[[1]]], None),
    "LIST for STRUCT": ("device", ["a"], None),
    "text for STRUCT": ("device", '{"category": "mobile"}', None),
    "other STRUCT": ("device", {"a": {"b": 1}}, None),
    "NULL type": ("device", None, pa.null()),
}
# Names of columns.
NAMES = {
    "other case": ["Account_ID", "HAPPENED_AT"],
    "twice": ["account_id", "happened_at", "happened_at"],
    "twice in another case": ["account_id", "happened_at", "Happened_At"],
    "another twice": ["account_id", "happened_at", "account_id"],
    "none": ["account_id", "happened_at", ""],
    "path": ["account_id", "happened_at", "path"],
    "row": ["account_id", "happened_at", "row"],
}
LOCATING = ("filename", "file_row_number")


def parquet(columns: dict[str, pa.Array] | pa.Table, **options: Any) -> bytes:
    made = pa.BufferOutputStream()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), made, **options)
    return bytes(made.getvalue())


def array(value: object, kind: pa.DataType | None) -> pa.Array:
    if kind is not None and pa.types.is_dictionary(kind):
        return pa.array([value] * 3, kind.value_type).dictionary_encode()
    return pa.array([value] * 3, kind)


def happened(value: object, kind: pa.DataType | None, **options: Any) -> bytes:
    return parquet({"account_id": pa.array(["A1", "A2", "A3"]), "happened_at": array(value, kind)}, **options)


def happened_as(sql: str, folder: Path) -> bytes:
    file = folder / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("copy (select i::varchar as account_id, " + sql + " as happened_at from range(3) t(i)) to '" + str(file) + "'")
    return file.read_bytes()


def event(**columns: pa.Array) -> bytes:
    params = [[{"key": "k", "value": {"string_value": "v"}}]] * 3
    sound = {
        "event_date": pa.array(["20240501"] * 3),
        "event_timestamp": pa.array([MICROS] * 3),
        "event_name": pa.array(["page_view"] * 3),
        "user_pseudo_id": pa.array(["1.1", "1.2", "1.3"]),
        "event_params": pa.array(params),
        "device": pa.array([{"category": "mobile"}] * 3),
    }
    return parquet(sound | columns)


def named(names: list[str]) -> bytes:
    values = [pa.array(["A1"] * 3), *(pa.array([NOON] * 3) for _ in names[1:])]
    return parquet(pa.Table.from_arrays(values, names=names))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """All of them in one workspace, each a source of its own, beside one sound source."""
    folder = tmp_path_factory.mktemp("types")
    desk = Desk(folder / "company")

    def add(kind: str, content: bytes, contract: str = "plain.service_event") -> None:
        desk.source(kind, contract, {"made.parquet": content})

    for kind, (value, type_, _) in STAMPS.items():
        add(f"stamp {kind}", happened(value, type_))
    add("stamp INT96", happened(NOON, pa.timestamp("us"), use_deprecated_int96_timestamps=True))
    for kind, (sql, _) in TYPED.items():
        add(f"stamp {kind}", happened_as(sql, folder))
    for kind, (value, type_, _) in EPOCHS.items():
        add(f"epoch {kind}", event(event_timestamp=array(value, type_)), "ga4.events")
    for kind, (name, value, type_) in NESTED.items():
        add(f"nested {kind}", event(**{name: array(value, type_)}), "ga4.events")
    for kind, names in NAMES.items():
        add(f"name {kind}", named(names))
    for name in LOCATING:
        add(f"name {name}", named(["account_id", "happened_at", name]))
    desk.source("sound", "plain.service_event", {"visits.csv": visits("2024-05-01T10:00:00Z")})
    return desk.audit()


def test_a_sound_file_is_judged_beside_all_of_them(done: Outcome) -> None:
    assert done.code == 3, done.problems
    assert done.counts("sound", "RET-SVC-12") == {"overdue": 1}
    assert "Traceback" not in done.said


def assert_became(done: Outcome, source: str, code: str, expected: str) -> None:
    told = [line for line in done.stdout.splitlines() if line.startswith(f"{TOLD}: {source}/made.parquet: ")]
    if expected == TOLD:
        assert len(told) == 1, done.problems
        assert done.lines(source, code) == []
        assert done.lines(source, "AUD-NOT-TESTED")
        return
    assert told == []
    found = [(line["verdict"], line["reason"], line["records"]) for line in done.lines(source, code)]
    assert found == [("OVERDUE", None, 3) if expected == OLD else ("UNDETERMINED", expected, 3)]


@pytest.mark.parametrize("kind", [*STAMPS, *TYPED, "INT96"])
def test_a_stamp_of_an_odd_type_is_judged_or_undetermined(done: Outcome, kind: str) -> None:
    expected = STAMPS[kind][2] if kind in STAMPS else TYPED[kind][1] if kind in TYPED else OLD
    assert_became(done, f"stamp {kind}", "RET-SVC-12", expected)


@pytest.mark.parametrize("kind", EPOCHS)
def test_an_epoch_of_an_odd_type_is_judged_undetermined_or_told(done: Outcome, kind: str) -> None:
    assert_became(done, f"epoch {kind}", "RET-ANA-26", EPOCHS[kind][2])


@pytest.mark.parametrize("kind", NESTED)
def test_a_nested_column_of_another_shape_is_judged_or_told(done: Outcome, kind: str) -> None:
    source = f"nested {kind}"
    is_told = f"{TOLD}: {source}/made.parquet: its rows can't be read as its contract says" in done.stdout
    assert_became(done, source, "RET-ANA-26", TOLD if is_told else OLD)


def test_nested_text_that_is_no_json_is_counted_as_lost(done: Outcome) -> None:
    assert [line["records"] for line in done.lines("nested text that is no JSON", "DQ-SCHEMA") if line["field"] == "event_params"] == [3]
    assert [line for line in done.lines("nested JSON text", "DQ-SCHEMA") if line["field"] == "event_params"] == []


@pytest.mark.parametrize("kind", NAMES)
def test_odd_names_of_columns_harm_nothing(done: Outcome, kind: str) -> None:
    assert_became(done, f"name {kind}", "RET-SVC-12", OLD)


@pytest.mark.parametrize("name", LOCATING)
def test_a_column_with_a_name_that_the_engine_needs_is_told(done: Outcome, name: str) -> None:
    assert_became(done, f"name {name}", "RET-SVC-12", TOLD)
    assert f"a column named {name}" in done.stdout


def test_a_folder_named_like_a_column_says_nothing_of_its_rows(tmp_path: Path) -> None:
    """Spark and BigQuery name folders so; what the file says of its rows counts."""
    member = {"member_id": ["1"], "list_id": ["nieuws"], "email": ["jan@example.com"], "status": ["subscribed"]}
    names = ("members/email=piet@example.com/row=7/made.parquet", "members/email=piet@example.com/row=7/made.csv")
    rows = "member_id,list_id,email,status\n2,nieuws,els@example.com,subscribed\n"
    staged = stage(tmp_path / "path=3", {names[0]: parquet(pa.table(member)), names[1]: rows})
    assert sorted(staged.of("mail_member", "email", "row")) == [("els@example.com", 1), ("jan@example.com", 1)]
