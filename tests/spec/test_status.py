"""What becomes of a finding from month to month: the table of domain.md 5.3, row by row, and the cases of group K."""

import shutil
from datetime import date

import duckdb
import pytest

from houdbaar.ledger.status import GONE_WHILE_HELD
from spec.months_of import CODE, DECEMBER, FEBRUARY, JANUARY, NEW, NOVEMBER, OCTOBER, OLD, OTHER, Company, messages, name_of


@pytest.fixture
def company(tmp_path):
    """A company with the messages of its help desk."""
    made = Company(tmp_path / "company")
    made.export("desk", messages(OLD, OTHER, NEW))
    return made


@pytest.fixture(scope="module")
def first_month(tmp_path_factory):
    """That company with its run of October."""
    made = Company(tmp_path_factory.mktemp("october") / "company")
    made.export("desk", messages(OLD, OTHER, NEW))
    return made, made.audit(OCTOBER)


@pytest.fixture
def since_october(first_month, tmp_path):
    """A copy of it to go on with."""
    return first_month[0].copied(tmp_path / "company")


def test_what_was_held_and_is_gone_is_told(company):
    """Whether the hold had ended before it went, no audit can see."""
    held = "H-1 | legal_hold | claim | board | desk | M-1 | 2026-01-01 | 2026-12-31"
    company.register("holds", f"hold_id | kind | reason | approver | source | record_key | starts_on | ends_on\n{held}")
    october = company.audit(OCTOBER)
    assert {name_of(line): line["verdict"] for line in october.of(CODE)} == {"M-1": "HELD", "M-2": "OVERDUE"}
    company.export("desk", messages(NEW))
    november = company.audit(NOVEMBER)
    assert sorted(november.events(CODE), key=str) == [("resolved", GONE_WHILE_HELD), ("resolved", None)]
    assert f"gone: 1 finding: {GONE_WHILE_HELD}" in november.said


def test_from_new_to_open_to_resolved_to_regressed(since_october, first_month):
    """K01, K02, K04 and K08: one finding keeps its fingerprint, whatever its days and its status."""
    company, october = since_october, first_month[1]
    assert october.statuses(CODE) == {"M-1": "new", "M-2": "new"}
    first = {name_of(line): line for line in october.of(CODE)}
    assert (first["M-1"]["first_seen"], first["M-1"]["reopen_count"]) == (date(2026, 10, 31), 0)
    assert (october.summary["previous"], october.summary["events"]) == (None, [])
    assert october.summary["status"]["new"] == len({line["finding_id"] for line in october.lines})

    november = company.audit(NOVEMBER)
    assert november.statuses(CODE) == {"M-1": "open", "M-2": "open"}
    second = {name_of(line): line for line in november.of(CODE)}
    assert second["M-1"]["finding_id"] == first["M-1"]["finding_id"]
    assert second["M-1"]["days_overdue"] == first["M-1"]["days_overdue"] + 30
    assert second["M-1"]["first_seen"] == date(2026, 10, 31)
    assert november.summary["previous"] == {"as_of": OCTOBER}

    company.export("desk", messages(OTHER, NEW))
    december = company.audit(DECEMBER)
    assert december.statuses(CODE) == {"M-2": "open"}
    assert december.events(CODE) == [("resolved", None)]
    assert [row["resolved_on"] for row in december.state if row["status"] == "resolved"] == [date(2026, 12, 31)]
    assert december.summary["status"]["resolved"] == 1

    company.export("desk", messages(OLD, OTHER, NEW))
    january = company.audit(JANUARY)
    back = next(line for line in january.of(CODE) if name_of(line) == "M-1")
    assert (back["status"], back["reopen_count"], back["severity"]) == ("regressed", 1, first["M-1"]["severity"])
    assert back["first_seen"] == date(2026, 10, 31)
    assert january.events(CODE) == [("regressed", None)]
    february = company.audit(FEBRUARY)
    assert february.statuses(CODE)["M-1"] == "open"
    assert {line["reopen_count"] for line in february.of(CODE) if name_of(line) == "M-1"} == {1}


def test_what_is_processed_for_others_now_is_resolved_with_the_reason(since_october):
    """The promise is not about it any more; that does not make the record go."""
    company = since_october
    company.export("desk", messages(OLD, OTHER, NEW), role="processor")
    november = company.audit(NOVEMBER)
    assert november.statuses(CODE) == {}
    assert [(event, "may still be there" in note) for event, note in november.events(CODE)] == [("resolved", True)] * 2


def test_what_is_gone_by_another_setting_says_so(since_october):
    company = since_october
    company.settings += '"correspondence.months" = 36\n'
    november = company.audit(NOVEMBER)
    note = "judged by other settings (correspondence.months), the record may still be there"
    assert november.events(CODE) == [("resolved", note)] * 2
    company.export("desk", messages(NEW))
    assert [event for event, _ in company.audit(DECEMBER).events(CODE)] == []


def test_what_the_audit_tells_of_itself_is_resolved_when_it_is_mended(company):
    """A file that nothing recognises, a setting that nobody made, an export that could not be read."""
    company.settings = ""
    company.export("other", None)
    (company.folder / "exports" / "notes.txt").write_text("nothing", encoding="utf-8")
    october = company.audit(OCTOBER)
    assert {"SCP-TABLE", "POL-CONTACT", "AUD-NOT-TESTED"} <= {line["code"] for line in october.lines}
    (absent,) = [line["finding_id"] for line in october.of("AUD-NOT-TESTED") if "no file matches" in line["field"]]
    company.settings = '[knobs]\n"policy.dpo_contact" = "fg@voorbeeld.nl"\n"policy.recipients" = ["Teltonika"]\n'
    company.export("other", messages(("M-9", "2026-12-01")))
    (company.folder / "exports" / "notes.txt").unlink()
    november = company.audit(NOVEMBER)
    for code in ("SCP-TABLE", "POL-CONTACT"):
        assert november.known(code) == [("resolved", False)], code
    assert [row["status"] for row in november.state if row["finding_id"] == absent] == ["resolved"]
    assert not any(row["is_stale"] for row in november.state)


def test_a_what_if_is_judged_against_the_ledger_and_writes_nothing_there(company):
    company.audit("2026-09-30")
    company.audit(OCTOBER)
    before = {path: path.read_bytes() for path in company.folder.rglob("*") if path.is_file() and "what-if" not in path.parts}
    assert company.folder / ".houdbaar" / "ledger.duckdb" in before
    earlier = company.audit("2026-10-15")
    assert earlier.summary["previous"] == {"as_of": "2026-09-30"}
    assert earlier.statuses(CODE) == {"M-1": "new", "M-2": "open"}
    knob = company.audit(NOVEMBER, "--knob", "correspondence.months=24")
    assert knob.of(CODE) == []
    assert [event for event, _ in knob.events(CODE)] == ["resolved"] * 2  # what it would be
    assert not (knob.folder / "run.json").exists()
    assert before == {path: path.read_bytes() for path in company.folder.rglob("*") if path.is_file() and "what-if" not in path.parts}
    assert company.audit(NOVEMBER).statuses(CODE) == {"M-1": "open", "M-2": "open"}


def test_a_run_again_changes_nothing(since_october):
    """Property 14: the same inputs at the same as-of write no status change, and no byte."""
    company = since_october
    company.audit(NOVEMBER)
    before = {path: path.read_bytes() for path in company.folder.rglob("*") if path.is_file()}
    assert company.audit(NOVEMBER).exit_code == 0
    assert before == {path: path.read_bytes() for path in company.folder.rglob("*") if path.is_file()}


def test_a_bare_folder_knows_nothing_of_earlier_runs(company, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    company.export("desk", messages(OLD, OTHER))
    exports = str(company.folder / "exports")
    for as_of in (OCTOBER, NOVEMBER):
        done = company.run("audit", exports, "--as-of", as_of)
        assert done.exit_code == 0, done.said
        done.folder = tmp_path / "houdbaar-runs" / as_of
        assert {line["status"] for line in done.lines} == {"new"}
        assert (done.summary["previous"], done.summary["status"]["resolved"]) == (None, 0)
        assert "since" not in done.said


def test_what_was_resolved_long_ago_is_forgotten(since_october):
    """After 36 months, as are the runs; what is open is never forgotten."""
    company = since_october
    company.export("desk", messages(OTHER, NEW))
    company.audit(NOVEMBER)
    assert company.audit("2029-11-30").known(CODE) == [("new", False), ("open", False), ("resolved", False)]
    last = company.audit("2029-12-31")
    assert last.known(CODE) == [("open", False), ("open", False)]
    with duckdb.connect(str(company.folder / ".houdbaar" / "ledger.duckdb"), read_only=True) as ledger:
        for table in ("run", "finding", "obligation", "input_file"):
            days = {str(day) for (day,) in ledger.execute(f"select distinct as_of from {table}").fetchall()}
            assert days == {"2029-11-30", "2029-12-31"}, table
    assert company.run("runs", "verify", "--workspace", str(company.folder)).exit_code == 0
    shutil.rmtree(company.folder / "runs" / OCTOBER)
    shutil.rmtree(company.folder / "runs" / NOVEMBER)
    done = company.run("runs", "verify", "--workspace", str(company.folder))
    assert (done.exit_code, "older than 36 months" in done.said) == (0, True)
