"""report.html from the command line: every audit writes it, the same files give the same bytes, and nothing in it is markup of others."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functional.auditing import AS_OF, Desk, Outcome, audit, houdbaar, table, visits
from houdbaar.policy.load import load_policy
from houdbaar.reports.page import render_report

VOID = {"meta", "input", "br", "link", "img", "hr"}
MARKUP = "<script>alert(1)</script>"


class Page(HTMLParser):
    """Tags that are open, and all tags and texts that were seen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        self.ids += [str(values["id"])] if "id" in values else []
        self.links += [str(values[name]) for name in ("href", "src") if name in values]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def page_of(done: Outcome) -> Page:
    return Page((done.run / "report.html").read_text(encoding="utf-8"))


def test_each_promise_stands_in_each_language_once(tmp_path: Path) -> None:
    page = page_of(in_order(tmp_path))
    assert sorted(word for word in page.ids if re.match("nl-C-", word)) == sorted(f"nl-{clause}" for clause in load_policy().clauses)
    assert [word.replace("en-", "nl-", 1) for word in page.ids if re.match("en-C-", word)] == [
        word for word in page.ids if re.match("nl-C-", word)
    ]


def test_a_bare_folder_gets_a_report_that_is_whole(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "visits.csv").write_text(visits("2025-01-01T10:00:00Z", "2026-10-01T10:00:00Z"), encoding="utf-8")
    page = page_of(audit(exports))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "object"})
    assert "Audit van een losse map" in page.said
    assert "Niet in orde" in page.said


def test_names_with_markup_are_text(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    desk.source(MARKUP, "plain.service_event", {}, path="odd/**")
    desk.put('odd/<img src=x onerror="alert(1)">.csv', visits("2024-01-01T10:00:00Z"))
    done = desk.audit()
    page = page_of(done)
    assert done.lines(MARKUP, "RET-SVC-12")
    assert page.tags.isdisjoint({"script", "img"})
    assert MARKUP in page.said
    assert '<img src=x onerror="alert(1)">.csv' in page.said


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles"])
def test_the_same_files_give_the_same_bytes_in_every_process(tmp_path: Path, zone: str) -> None:
    desk = Desk(tmp_path / "desk")
    desk.source("portal", "plain.service_event", {"a.csv": visits("2024-01-01T10:00:00Z", "2025-06-01T10:00:00Z", "2026-10-01T10:00:00Z")})
    run = desk.audit().run
    again = "import sys; from pathlib import Path; from houdbaar.policy.load import load_policy; from houdbaar.reports.page import *\n"
    again += "sys.stdout.buffer.write(render_report(Path(sys.argv[1]), load_policy(), []).encode())"
    environ = os.environ | {"TZ": zone, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", again, run], env=environ, capture_output=True, check=True)
    assert done.stdout == (run / "report.html").read_bytes()


def in_order(tmp_path: Path) -> Outcome:
    desk = Desk(tmp_path / "desk")
    desk.source("portal", "plain.service_event", {"a.csv": visits("2026-10-01T10:00:00Z")}, role="controller")
    return desk.audit("--checks", "retention")


def test_what_is_not_tested_or_undetermined_is_never_green(tmp_path: Path) -> None:
    done = in_order(tmp_path)
    text = (done.run / "report.html").read_text(encoding="utf-8")
    assert not any(line["overdue"] or line["failed"] for line in done.summary["obligations"])
    assert "Geen schending gevonden, maar ook geen goedkeuring" in text
    assert "is-good" not in text.split("</style>")[1]


def test_a_date_that_can_not_be_read_names_its_column_and_what_to_do(tmp_path: Path) -> None:
    """And not what stood there."""
    desk = Desk(tmp_path / "desk")
    desk.source("chat", "plain.message", {"messages.csv": "message_id,closed_at\nM-1,13/25/2024\nM-2,3 mei 2024\nM-3,2026-10-01\n"})
    said = page_of(desk.audit("--checks", "RET-COR-12")).said
    assert "messages.csv · closed_at · rows 1 · 1 record" in said
    assert "2 × the date can't be read, or doesn't exist: repair it at the source, or declare its form in a contract of your own; " in said
    assert "13/25/2024" not in said
    assert "3 mei 2024" not in said


def test_the_language_of_the_settings_comes_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk", 'policy = "twingatrack"\n[knobs]\n"dsr.language" = "en"\n')
    desk.source("portal", "plain.service_event", {"a.csv": visits("2026-10-01T10:00:00Z")})
    text = (desk.audit().run / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert re.search(r'id="to-en" checked', text)


def test_what_later_files_of_the_folder_say_is_shown(tmp_path: Path) -> None:
    """Status, plans, what became of them, and suites are others' to write; the report reads them where they lie."""
    run = in_order(tmp_path).run
    summary = json.loads((run / "summary.json").read_text())
    summary |= {
        "previous": {"as_of": "2026-09-30"},
        "status": {"new": 3, "open": 2, "regressed": 1, "accepted": 0, "resolved": 4, "stale": 0},
        "events": [{"finding_id": "a", "code": "RET-SVC-12", "source": "portal", "event": "resolved", "note": ""}] * 4,
    }
    (run / "summary.json").write_text(json.dumps(summary))
    plan = {"manifest_id": "M-1", "kind": "sql", "source": "portal", "codes": ["RET-SVC-12"], "lines": 4, "records": 4}
    more = {
        "entity": "service_event",
        "clauses": ["C-52-5"],
        "blocked": 1,
        "file": "private/manifests/m.sql",
        "sha256": "0" * 64,
        "days": None,
    }
    (run / "manifests.json").write_text(json.dumps({"manifests": [{**plan, **more, "valid_until": "2026-11-07"}]}))
    became = {"made_as_of": "2026-09-30", "gone": 3, "present": 1, "pending": 0, "moved": 0, "returned": 0, "not_looked_at": 0}
    (run / "follow_up.json").write_text(json.dumps({"manifests": [{**plan, **became, "executed_at": "2026-10-02", "has_proof": True}]}))
    failed = {"type": "expect_x", "columns": ["email"], "success": False, "unexpected": 7, "rows": 9, "level": "critical"}
    suite = {"suite": "contacts", "entity": "contact", "source": "crm", "success": False, "checked": 5, "failed": 1, "not_run": 0}
    (run / "validations.json").write_text(json.dumps({"format": 1, "suites": [{**suite, "expectations": [failed]}]}))
    said = " ".join(Page(render_report(run, load_policy(), [summary])).said.split())
    for words in (
        "Vergeleken met de audit van 30 september 2026",
        "M-1",
        "7 november 2026",
        "2 oktober 2026, bewijs",
        "expect_x (email) · 7 rijen",
    ):
        assert words in said


def test_the_command_renders_the_newest_run_again_or_the_named_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    desk.source("portal", "plain.service_event", {"a.csv": visits("2025-01-01T10:00:00Z", "2026-10-01T10:00:00Z")})
    desk.write()
    for day in ("2026-09-30", "2026-10-31"):
        houdbaar("audit", "--as-of", day, folder=desk.folder)
    pages = {day: desk.folder / "runs" / day / "report.html" for day in ("2026-09-30", "2026-10-31")}
    assert "Verloop over 2 audits" in pages["2026-10-31"].read_text(encoding="utf-8")
    before = {day: page.read_bytes() for day, page in pages.items()}
    pages["2026-10-31"].unlink()
    assert houdbaar("report", folder=desk.folder).stdout.strip() == str(pages["2026-10-31"])
    done = houdbaar("report", "--run", "2026-09-30", "--output", tmp_path / "out", "--format", "json", folder=desk.folder)
    assert json.loads(done.stdout) == {"run": "2026-09-30", "file": str(tmp_path / "out" / "report.html")}
    assert (tmp_path / "out" / "report.html").read_bytes() == before["2026-09-30"]
    assert {day: page.read_bytes() for day, page in pages.items()} == before


@pytest.mark.parametrize("arguments", [("--run", "2020-01-01"), ("--run", "../../etc"), (), ("--register", "--run", "2026-10-31")])
def test_a_run_that_is_not_there_is_an_error_in_words(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "houdbaar.toml").write_text('policy = "twingatrack"\n')
    done = houdbaar("report", *arguments, folder=tmp_path)
    assert done.code == 2
    assert "run" in done.stderr


def test_a_chained_run_keeps_the_report_that_it_vouches_for(tmp_path: Path) -> None:
    """A page that is gone or changed comes back as it was; one that would be another is written elsewhere only."""
    desk = Desk(tmp_path / "desk")
    desk.source("portal", "plain.service_event", {"a.csv": visits("2026-10-01T10:00:00Z")})
    desk.write()
    houdbaar("audit", "--as-of", "2026-10-31", folder=desk.folder)
    page = desk.folder / "runs" / "2026-10-31" / "report.html"
    before = page.read_bytes()
    page.write_text("somebody's own page")
    assert (houdbaar("report", folder=desk.folder).code, page.read_bytes()) == (0, before)
    desk.settings += '[knobs]\n"dsr.language" = "en"\n'
    desk.write()
    done = houdbaar("report", folder=desk.folder)
    assert (done.code, page.read_bytes()) == (2, before)
    assert "--output" in done.stderr
    assert houdbaar("report", "--output", tmp_path / "out", folder=desk.folder).code == 0
    assert b'<html lang="en">' in (tmp_path / "out" / "report.html").read_bytes()


def test_the_register_of_processing_says_what_is_stated_and_what_is_not(tmp_path: Path) -> None:
    settings = (
        'policy = "twingatrack"\n[knobs]\n"policy.recipients" = ["=HYPERLINK(1)", "Teltonika"]\n"policy.controller" = "Voorbeeld B.V."\n'
    )
    desk = Desk(tmp_path / "desk", settings)
    desk.source("portal", "plain.service_event", {"a.csv": visits("2026-10-01T10:00:00Z")}, role="controller")
    desk.bindings[-1] += '\npurposes = ["P-SERVICE"]'
    desk.write()
    done = houdbaar("report", "--register", "--format", "json", folder=desk.folder)
    data = json.loads(done.stdout)
    (service,) = [each for each in data["register"]["activities"] if each["purpose"] == "P-SERVICE"]
    assert service["sources"] == [{"source": "portal", "role": "controller"}]
    assert {"clause": "C-52-5", "code": "RET-SVC-12", "entity": "service_event", "term": "P12M", "is_assumed": False} in service["terms"]
    assert "user.account" in service["data"]
    assert data["register"]["security"] is None
    rows = list(csv.DictReader(Path(data["files"]["csv"]).read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 18
    assert {row["Verwerkingsverantwoordelijke"] for row in rows} == {"Voorbeeld B.V."}
    assert {row["Functionaris voor gegevensbescherming"] for row in rows} == {"niet genoemd"}
    assert all(row["Ontvangers"].startswith("'=") for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    page = Page(Path(data["files"]["html"]).read_text(encoding="utf-8"))
    assert page.open == []
    assert page.tags.isdisjoint({"script", "img", "link"})


def test_a_record_of_which_several_fields_are_found_counts_once_everywhere(tmp_path: Path) -> None:
    """As in summary.json: the page, the list of findings and the gate say one record, not two."""
    desk = Desk(tmp_path / "desk")
    header = "list_id,email,status,opted_in_at,signup_source,rating,tags"
    member = "nieuws,jan@voorbeeld.nl,subscribed,2020-01-01T10:00:00Z,newsletter,2,vip"
    desk.source("nieuws", "plain.mail_member", {"a.csv": table(header, member)}, list_id="nieuws")
    log = table("list_id,email,kind,happened_at", "nieuws,an@voorbeeld.nl,click,2026-10-01T10:00:00Z")
    desk.source("clicks", "plain.mail_activity", {"clicks.csv": log}, coverage="from", covers_from="2015-01-01")
    done = desk.audit()
    assert [line["records"] for line in done.lines("nieuws", "RET-PROFILE")] == [1, 1]
    assert done.counts("nieuws", "RET-PROFILE") == {"overdue": 1}
    said = page_of(done).said
    (group,) = re.findall(r"RET-PROFILE\s+nieuws\s+(\d+) verlopen", said)
    assert group == "1"
    gate = houdbaar("gate", desk.folder, "--as-of", AS_OF, "--format", "json", folder=tmp_path)
    (issue,) = [issue for issue in json.loads(gate.stdout)["issues"] if issue["code"] == "RET-PROFILE"]
    assert (issue["findings"], issue["records"]) == (2, 1)


def test_findings_without_end_are_counted_and_not_listed(tmp_path: Path) -> None:
    run = in_order(tmp_path).run
    schema = pq.read_schema(run / "findings.parquet")
    line = dict.fromkeys(schema.names) | {"code": "RET-SVC-12", "clause": "C-52-5", "severity": "high", "verdict": "OVERDUE"}
    line |= {
        "confidence": "certain",
        "source": "portal",
        "entity": "service_event",
        "action": "delete",
        "status": "new",
        "is_enumerated": False,
    }
    lines = [
        line | {"finding_id": f"{number:064x}", "file": f"portal/{number}.csv", "records": 2, "days_overdue": number}
        for number in range(20_000)
    ]
    pq.write_table(pa.Table.from_pylist(lines, schema=schema), run / "findings.parquet")
    text = render_report(run, load_policy(), [])
    assert len(text.encode()) < 3_000_000
    assert "portal/19999.csv" in text
    assert "portal/19000.csv" not in text
    assert "Nog 19.997 in findings.parquet" in text


def test_odd_tables_leave_a_page(tmp_path: Path) -> None:
    """Nothing that could be judged, and a file that can't be read."""
    desk = Desk(tmp_path / "desk")
    desk.source("portal", "plain.service_event", {"a.csv": table("account_id,happened_at")})
    desk.source("users", "plain.analytics_event", {"b.parquet": b"PAR1 cut"})
    page = page_of(desk.audit())
    assert "Er is geen record beoordeeld" in page.said
    assert "niet te lezen" in page.said
