"""The outputs as design.md section 6 writes them: columns, lines, ranges, identifiers, counts, and the same bytes twice."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from houdbaar.policy.load import load_policy
from spec.given import KEY, files, ga4_parquet, plain
from spec.outcome import COUNTS, pieces, rows_of
from spec.test_cases_c import activity, members

AS_OF = "2026-11-22"
PIECE = pa.struct([("first", pa.int64()), ("last", pa.int64())])
COLUMNS = {
    "finding_id": pa.string(),
    "code": pa.string(),
    "clause": pa.string(),
    "purpose": pa.string(),
    "severity": pa.string(),
    "verdict": pa.string(),
    "confidence": pa.string(),
    "reason": pa.string(),
    "source": pa.string(),
    "entity": pa.string(),
    "file": pa.string(),
    "records": pa.int64(),
    "ranges": pa.list_(PIECE),
    "is_enumerated": pa.bool_(),
    "record_key": pa.string(),
    "field": pa.string(),
    "overdue_month": pa.string(),
    "trigger_column": pa.string(),
    "first_trigger": pa.date32(),
    "last_trigger": pa.date32(),
    "last_permitted_day": pa.date32(),
    "days_overdue": pa.int64(),
    "blocked_by": pa.list_(pa.string()),
    "action": pa.string(),
    "subject": pa.string(),
    "status": pa.string(),
    "first_seen": pa.date32(),
    "reopen_count": pa.int32(),
}
MADE = "2026-11-22T23:00:00+01:00"


def company() -> list:
    """A source of every kind, with something wrong in each."""
    days = [f"20{year}-{month:02}-15" for year in (23, 24, 25) for month in range(1, 13)]
    stamps = [*days, "2026-06-01", *days, "", "gisteren", "2024-09", ""]
    events = "event_at | event_name\n" + "\n".join(f"{stamp} | page_view" for stamp in stamps)
    ga4 = "event_date | event_timestamp | event_name | user_pseudo_id\n" + "\n".join(
        f"| {1700000000000000 + number * 3_000_000_000_000} | page_view | app-1" for number in range(40)
    )
    users = """
        user_id | first_touch_at | last_active_at
        K-1     | 2022-01-10     | 2023-01-10
        K-2     | 2022-01-10     | 2026-01-10
        K-1     | 2022-01-10     | 2023-01-10
    """
    cookies = """
        cookie_name | domain | client_id | set_at     | expires_at
        _ga         | x.nl   | app-1     | 2024-01-01 | 2030-01-01
        _ga         | x.nl   | app-2     |            | 2030-01-01
    """
    acts = """
        list_id | email         | kind  | happened_at
        nieuws  | b@example.com | click | 2026-06-01
        nieuws  | b@example.com | click | 2028-06-01
    """
    use = {
        f"portal-{month}.csv": "happened_at | account_id\n"
        + "\n".join(f"{day} 10:00 | A-1" for day in (f"2025-{month}-01", f"2025-{month}-20", f"2026-{month}-01"))
        for month in ("04", "05", "06")
    }
    return [
        plain("analytics_event", events, extracted_at=MADE),
        ga4_parquet(ga4, extracted_at=MADE),
        plain("analytics_user", users, extracted_at=MADE),
        plain("cookie", cookies, extracted_at=MADE),
        files("plain.service_event", use),
        members("email\na@example.com\nb@example.com\nA@example.com"),
        activity(acts),
    ]


@pytest.fixture(scope="module")
def done(auditor):
    return auditor(AS_OF, *company())


def types(schema: pa.Schema) -> list[tuple[str, str]]:
    """Names and types, in order; what Parquet calls the items of a list is no matter."""
    return [(field.name, str(field.type).replace("<element:", "<item:")) for field in schema]


def test_findings_parquet_has_the_columns_of_the_design(done):
    schema = pq.read_schema(done.folder / "findings.parquet")
    assert types(schema) == types(pa.schema(COLUMNS))
    for line in done.lines:
        assert (line["status"], str(line["first_seen"]), line["reopen_count"], line["subject"], line["blocked_by"]) == (
            "new",
            AS_OF,
            0,
            None,
            None,
        )
        assert line["verdict"] in {"OVERDUE", "UNDETERMINED", "FAIL"}
        assert line["confidence"] in {"certain", "bounded", "assumed"}
        assert line["severity"] in {"info", "low", "medium", "high", "critical"}


def test_without_any_finding_the_columns_are_the_same(audit):
    clean = audit(AS_OF, plain("service_event", "happened_at | account_id\n2026-06-01T10:00:00Z | A-1"))
    assert clean.findings == []
    schema = pq.read_schema(clean.folder / "findings.parquet")
    assert types(schema) == types(pa.schema(COLUMNS))


def test_every_line_stands_once(done):
    key = ("finding_id", "file", "verdict", "reason", "confidence", "blocked_by")
    assert [found for found, number in Counter(tuple(line[name] for name in key) for line in done.lines).items() if number > 1] == []


def test_a_finding_id_is_what_the_design_says(done):
    """SHA-256 of (code, source, keyed record_key or overdue_month, field, purpose), joined by U+001F, NULL as ''."""
    for line in done.lines:
        keyed = line["record_key"] or line["overdue_month"]
        parts = [line["code"], line["source"], keyed, line["field"], line["purpose"]]
        assert line["finding_id"] == hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest(), line


def test_a_personal_key_is_hashed_with_the_workspace_key(done):
    keys = {line["record_key"] for line in done.of("RET-MKT-12")}
    assert keys == {hmac.new(bytes.fromhex(KEY), b"nieuws\x1fa@example.com", "sha256").hexdigest()}


def test_an_id_holds_no_dates_no_days_and_no_severity(audit):
    given = "user_id | first_touch_at | last_active_at\nK-1 | | {day}"
    ids = set()
    for as_of, day in (
        ("2026-11-22", "2023-01-10"),
        ("2026-12-31", "2023-01-10"),
        ("2026-12-31", "2022-05-05"),
        ("2026-12-31", "gisteren"),
    ):
        ids |= {line["finding_id"] for line in audit(as_of, plain("analytics_user", given.format(day=day))).of("RET-ANA-26")}
    assert len(ids) == 1


def test_ranges_ascend_do_not_overlap_and_add_up(done):
    assert any(len(pieces(line)) > 1 for line in done.lines)
    for line in done.lines:
        if line["ranges"] is None:
            assert not line["is_enumerated"]
            continue
        assert line["is_enumerated"]
        assert all(1 <= first <= last for first, last in pieces(line))
        assert all(before[1] + 1 < after[0] for before, after in zip(pieces(line), pieces(line)[1:], strict=False))
        assert sum(last - first + 1 for first, last in pieces(line)) == line["records"]


def test_no_row_is_on_two_lines_of_a_code(done):
    seen: Counter = Counter()
    for line in done.findings:
        seen.update((line["code"], line["source"], line["file"], line["field"], row) for row in rows_of(line))
    assert [place for place, number in seen.items() if number > 1] == []


def test_more_than_a_thousand_ranges_are_counted_not_listed(audit):
    rows = "\n".join("2023-06-01 | A-1\n2026-06-01 | A-1" for _ in range(1001))
    line = audit(AS_OF, plain("service_event", f"happened_at | account_id\n{rows}")).only("RET-SVC-12")
    assert (line["records"], line["ranges"], line["is_enumerated"]) == (1001, None, False)
    fewer = "\n".join("2023-06-01 | A-1\n2026-06-01 | A-1" for _ in range(1000))
    line = audit(AS_OF, plain("service_event", f"happened_at | account_id\n{fewer}")).only("RET-SVC-12")
    assert (line["records"], len(line["ranges"]), line["is_enumerated"]) == (1000, 1000, True)


def test_the_overdue_month_is_that_of_the_day_after_the_last_permitted_one(done):
    months = [line for line in done.of("RET-ANA-26", "RET-SVC-12") if line["overdue_month"]]
    assert months
    for line in months:
        assert line["verdict"] == "OVERDUE"
        assert line["overdue_month"] == (line["last_permitted_day"] + timedelta(days=1)).strftime("%Y-%m")
        assert line["first_trigger"] <= line["last_trigger"] < line["last_permitted_day"]
        assert line["record_key"] is None
    by_record = [line for line in done.of("RET-ANA-26", "RET-MKT-12") if line["record_key"]]
    assert {line["overdue_month"] for line in by_record} == {None}
    assert all(line["overdue_month"] is None for line in done.lines if line["verdict"] == "UNDETERMINED")


def test_days_overdue_are_those_of_the_oldest_and_the_last_day_that_of_the_newest(audit):
    given = "event_at\n2024-01-20\n2024-01-16\n2024-01-18"
    done = audit("2026-03-31", plain("analytics_event", given))
    done.shows("""
        code       | overdue_month | records | first_trigger | last_trigger | last_permitted_day | days_overdue
        RET-ANA-26 | 2026-03       | 3       | 2024-01-16    | 2024-01-20   | 2026-03-20         | 15
    """)


def test_rows_are_reconciled_for_every_file(done):
    given = {
        path.relative_to(done.folder.parent / "given" / "exports").as_posix()
        for path in (done.folder.parent / "given" / "exports").rglob("*.*")
    }
    assert {file["file"] for file in done.summary["files"]} == given
    for file in done.summary["files"]:
        assert file["rows_read"] == file["rows_staged"] + file["rows_rejected"] + file["rows_excluded"]
        path = done.folder.parent / "given" / "exports" / file["file"]
        assert (file["bytes"], file["sha256"]) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        assert (file["footer_sha256"] is not None) == file["file"].endswith(".parquet")


def test_an_obligation_for_every_clause_and_code(done):
    policy = load_policy()
    told = {(item["clause"], item["code"]) for item in done.summary["obligations"]}
    codes = [code for code in policy.codes.values() if code.kind in ("term", "test") and code.group not in ("policy", "audit")]
    assert {(clause, code.code) for code in codes for clause in code.clauses} <= told
    for item in done.summary["obligations"]:
        assert list(item) == ["clause", "code", "source", "entity", "within", "due", "overdue", "keep", "held", "undetermined", "not_yet",
                              "out_of_scope", "passed", "failed", "upcoming", "not_tested_reason", "note"]  # fmt: skip
        counts = sum(item[name] for name in (*COUNTS.values(), "keep", "held"))
        assert counts > 0 or item["not_tested_reason"], f"nothing was checked, and no reason is given: {item}"


def test_findings_and_counts_say_the_same(done):
    for code in ("RET-ANA-26", "RET-SVC-12", "RET-COOKIE-24", "DQ-TS-FUTURE"):
        counts = done.counts(code)
        for verdict in ("OVERDUE", "UNDETERMINED", "FAIL"):
            assert sum(line["records"] for line in done.of(code) if line["verdict"] == verdict) == counts.get(COUNTS[verdict], 0), (
                code,
                verdict,
            )
    staged = {file["source"]: 0 for file in done.summary["files"]}
    for file in done.summary["files"]:
        staged[file["source"]] += file["rows_staged"]
    assert sum(done.counts("RET-SVC-12").values()) == staged["service_event"]
    assert sum(done.counts("RET-ANA-26", "events").values()) == staged["events"]


def test_two_runs_write_the_same_bytes(done, audit):
    again = audit(AS_OF, *company())
    assert (again.folder / "findings.parquet").read_bytes() == (done.folder / "findings.parquet").read_bytes()
    before, after = ({**run.summary, "files": [{**file, "modified_at": ""} for file in run.summary["files"]]} for run in (done, again))
    assert before == after


def test_the_order_of_the_lines_is_that_of_their_weight(done):
    weight = ["critical", "high", "medium", "low", "info"]
    order = [weight.index(line["severity"]) for line in done.lines]
    assert order == sorted(order)


def test_the_command_itself(tmp_path: Path):
    """The same in a process of its own, from another folder than the exports."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "use.csv").write_text("happened_at,account_id\n2025-11-21,A-1\n2026-06-01,A-1\n", encoding="utf-8")
    command = [sys.executable, "-m", "houdbaar", "audit", "given", "--as-of", AS_OF, "--format", "json"]
    environment = {**os.environ, "HOUDBAAR_KEY": KEY}
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    told = json.loads(ran.stdout)
    run = tmp_path / "houdbaar-runs" / AS_OF
    assert {"findings.parquet", "summary.json", "report.html", "manifests.json"} <= {path.name for path in run.iterdir()}
    assert told["obligations"] == json.loads((run / "summary.json").read_text(encoding="utf-8"))["obligations"]
    lines = [line for line in pq.read_table(run / "findings.parquet").to_pylist() if line["code"] == "RET-SVC-12"]
    assert [(line["verdict"], line["file"], line["records"]) for line in lines] == [("OVERDUE", "use.csv", 1)]
    failing = subprocess.run([*command, "--fail-on", "high"], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert failing.returncode == 1
