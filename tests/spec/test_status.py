"""What becomes of a finding from month to month: the table of domain.md 5.3, row by row, and the cases of group K."""

import json
import shutil
from datetime import date

import duckdb
import pytest

from spec.months_of import SOURCE, Company, messages, name_of

CODE = "RET-COR-12"  # correspondence, twelve months after the last message
OLD, OTHER, NEW = ("M-1", "2025-10-01"), ("M-2", "2025-09-01"), ("M-3", "2026-12-01")
OCTOBER, NOVEMBER, DECEMBER, JANUARY, FEBRUARY = "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"
HEADER = "acceptance_id | code | source | max_records | owner | reason | accepted_on | accepted_until"
NOT_LOOKED_FOR = "findings of earlier runs were not looked for"


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


def accept(**change):
    """The register of acceptances with one row."""
    row = {
        "acceptance_id": "A-1",
        "code": CODE,
        "source": "desk",
        "max_records": "",
        "owner": "head of support",
        "reason": "the system is replaced",
        "accepted_on": "2026-10-01",
        "accepted_until": "2026-11-30",
    } | change
    return f"{HEADER}\n{' | '.join(row.values())}"


def stale_lines(run, source="desk"):
    """The lines that say that findings of a source were not looked for."""
    return [line for line in run.of("AUD-NOT-TESTED") if line["source"] == source and line["field"].startswith(NOT_LOOKED_FOR)]


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


def test_accepted_through_the_last_day_and_open_after_it(since_october):
    """K05: the end date is inclusive."""
    company = since_october
    company.register("acceptances", accept())
    november = company.audit(NOVEMBER, "--fail-on", "medium")
    assert november.statuses(CODE) == {"M-1": "accepted", "M-2": "accepted"}
    (item,) = november.summary["acceptances"]
    assert (item["state"], item["findings"], item["records"], item["owner"]) == ("effective", 2, 2, "head of support")
    after = company.audit("2026-12-01")
    assert after.statuses(CODE) == {"M-1": "open", "M-2": "open"}
    assert after.events(CODE) == [("acceptance_ended", "it ended on 2026-11-30")] * 2
    assert "no longer accepted: 2 findings" in after.said
    assert company.audit("2026-12-02").events(CODE) == []  # told once


def test_an_acceptance_that_was_taken_out_of_the_register_has_ended(company):
    company.register("acceptances", accept())
    company.audit(OCTOBER)
    company.register("acceptances", None)
    november = company.audit(NOVEMBER)
    assert november.statuses(CODE) == {"M-1": "open", "M-2": "open"}
    assert [event for event, _ in november.events(CODE)] == ["acceptance_ended"] * 2


def test_what_is_accepted_does_not_fail_a_run(company):
    """--fail-on looks at what nobody has accepted: promises that nobody looked at are medium too."""
    output = ("--output", str(company.folder.parent / "out"), "--fail-on", "medium")
    assert company.audit(OCTOBER, *output).exit_code == 1
    untested = accept(acceptance_id="A-2", code="AUD-NOT-TESTED", source="").splitlines()[1]
    company.register("acceptances", f"{accept()}\n{untested}")
    done = company.audit(OCTOBER, "--fail-on", "medium")
    rest = {line["code"] for line in done.lines if line["status"] != "accepted" and line["severity"] not in ("low", "info")}
    assert (done.exit_code, rest) == (0, set())
    assert company.run("findings", "--workspace", str(company.folder), "--fail-on", "medium").exit_code == 0


def test_more_than_was_accepted_is_not_accepted(company):
    """Counts may only fall: from the most that the acceptance names, and from what was accepted in the run before."""
    company.register("acceptances", accept(max_records="1", accepted_until="2027-02-28"))
    october = company.audit(OCTOBER)
    assert october.statuses(CODE) == {"M-1": "new", "M-2": "new"}
    assert [(item["state"], item["limit"], item["records"]) for item in october.summary["acceptances"]] == [("exceeded", 1, 2)]
    company.register("acceptances", accept(max_records="5", accepted_until="2027-02-28"))
    november = company.audit(NOVEMBER)
    assert [(item["state"], item["limit"]) for item in november.summary["acceptances"]] == [("exceeded", 1)]  # the same acceptance
    company.register("acceptances", accept(acceptance_id="A-2", max_records="5", accepted_until="2027-02-28"))
    december = company.audit(DECEMBER)
    assert december.statuses(CODE) == {"M-1": "accepted", "M-2": "accepted"}
    assert [item["limit"] for item in december.summary["acceptances"]] == [2]
    company.export("desk", messages(OLD, OTHER, NEW, ("M-4", "2025-08-01")))
    january = company.audit(JANUARY)
    assert january.statuses(CODE) == {"M-1": "open", "M-2": "open", "M-4": "new"}
    assert (january.folder / "report.html").read_text(encoding="utf-8").count("nieuw: 1 bevinding<") == 1
    assert january.events(CODE) == [("acceptance_ended", "3 records, and at most 2 are accepted")] * 2


def test_an_acceptance_that_is_taken_out_and_put_back_is_the_same(company):
    """What it accepts may only become fewer, also while it was out of the register for a month."""
    accepted = accept(accepted_until="2027-03-01")
    company.register("acceptances", accepted)
    company.audit(OCTOBER)
    company.export("desk", messages(OLD, NEW))
    assert [item["limit"] for item in company.audit(NOVEMBER).summary["acceptances"]] == [1]
    company.register("acceptances", accept(acceptance_id="A-7", code="RET-SHIP-12"))
    company.audit(DECEMBER)
    company.register("acceptances", accepted)
    company.export("desk", messages(OLD, ("M-9", "2025-08-01")))
    january = company.audit(JANUARY)
    assert [(item["state"], item["limit"]) for item in january.summary["acceptances"]] == [("exceeded", 1)]
    assert january.statuses(CODE) == {"M-1": "open", "M-9": "new"}


def test_a_record_with_several_fields_counts_once_against_what_is_accepted(tmp_path):
    company = Company(tmp_path / "company")
    books = """
        invoice_number | customer_id | invoice_date | customer_name | amount | email            | phone
        F-1            | K-1         | 2020-01-09   | Voorbeeld BV  | 10.00  | jan@voorbeeld.nl | 0612345670"""
    contacts = """
        contact_id | customer_id | last_name | contract_started_on | contract_ended_on | last_contact_at
        C-1        | K-1         | Jansen    | 2018-01-01          | 2020-01-10        | 2020-01-05"""
    company.export("books", books, contract="plain.invoice")
    company.export("people", contacts, contract="plain.contact")
    company.register("acceptances", accept(code="RET-STAT-FIELDS", source="books", max_records="1"))
    october = company.audit(OCTOBER)
    assert {line["field"]: line["status"] for line in october.of("RET-STAT-FIELDS")} == {"email": "accepted", "phone": "accepted"}
    (standing,) = october.summary["acceptances"]
    assert (standing["state"], standing["findings"], standing["records"], standing["limit"]) == ("effective", 2, 1, 1)


def test_an_acceptance_that_nothing_falls_under_is_told(company):
    company.register("acceptances", accept(code="DQ-TZ-ASSUMED"))
    done = company.audit(OCTOBER)
    assert [item["state"] for item in done.summary["acceptances"]] == ["unused"]
    assert "nothing falls under it" in done.said


def test_an_acceptance_of_what_is_critical_accepts_nothing(company):
    company.register("acceptances", accept(code="CON-SEND-UNSUB"))
    (item,) = company.audit(OCTOBER).summary["acceptances"]
    assert (item["state"], "critical" in item["why"]) == ("invalid", True)


def test_what_comes_back_is_told_though_it_would_be_accepted(company):
    company.register("acceptances", accept(accepted_until="2027-02-28"))
    company.audit(OCTOBER)
    company.export("desk", messages(OTHER))
    company.audit(NOVEMBER)
    company.export("desk", messages(OLD))
    back = company.audit(DECEMBER)
    assert back.statuses(CODE) == {"M-1": "regressed"}
    assert company.audit(JANUARY).statuses(CODE) == {"M-1": "accepted"}


def test_an_acceptance_ends_when_the_severity_rises(tmp_path):
    """The first time by its number of subjects, which makes it critical; and it stays ended."""
    company = Company(tmp_path / "company")
    since = "2024-01-05T10:00:00+01:00"
    members = f"email | status | opted_in_at\na@example.com | subscribed | {since}\nb@example.com | subscribed | {since}"
    company.export("letters", members, contract="plain.mail_member")
    clicks = "list_id | email | kind | happened_at\nletters | c@example.com | click | 2026-09-01T10:00:00+02:00"
    company.export("clicks", clicks, contract="plain.mail_activity", coverage="from", covers_from="2023-01-01")
    company.register("acceptances", accept(code="RET-MKT-12", source="letters", accepted_until="2027-02-28"))
    assert set(company.audit(OCTOBER).statuses("RET-MKT-12").values()) == {"accepted"}
    settled = company.settings
    company.settings = settled + '"severity.bulk" = 1\n'
    november = company.audit(NOVEMBER)
    assert {(line["severity"], line["status"]) for line in november.of("RET-MKT-12")} == {("critical", "open")}
    assert set(november.events("RET-MKT-12")) == {("acceptance_ended", "the severity rose from high to critical")}
    company.settings = settled
    assert set(company.audit(DECEMBER).statuses("RET-MKT-12").values()) == {"open"}


HOW = ("not delivered", "unreadable", "a column is gone", "older", "of an unknown day", "not bound any more", "bound as it was before")


@pytest.fixture(scope="module")
def not_looked_at(tmp_path_factory):
    """A company with a help desk for each way in which November's export is not looked at; in December all are delivered again."""
    company = Company(tmp_path_factory.mktemp("desks") / "company")
    company.export("other", messages(("M-9", "2026-12-01")))  # so that something is judged in any case
    for how in HOW:
        company.export(how, messages(OLD, OTHER, NEW))
    company.audit(OCTOBER)
    for how in ("not delivered", "unreadable", "not bound any more"):
        company.export(how, None)
    (company.folder / "exports" / "unreadable" / "export.csv").write_bytes(b"")
    company.export("a column is gone", "message_id | subject\nM-3 | hello")
    company.export("older", messages(("M-5", "2026-08-01")), extracted_at="2026-09-30T12:00:00+02:00")
    del company.sources["of an unknown day"]["extracted_at"]
    company.export("of an unknown day", messages(("M-5", "2026-08-01")))
    del company.sources["not bound any more"]
    company.export("bound as it was before", messages(NEW), coverage="from", covers_from="2025-10-02")
    november = company.audit(NOVEMBER)
    for how in HOW:
        company.sources[how] = dict(SOURCE)
        company.export(how, messages(OLD))
    return november, company.audit(DECEMBER)


@pytest.mark.parametrize("how", HOW)
def test_an_export_that_was_not_looked_at_resolves_nothing(not_looked_at, how):
    """Absent and not covered: unchanged, stale, and AUD-NOT-TESTED; back again, it is open as before."""
    november, december = not_looked_at
    assert november.of(CODE, how) == []
    assert november.known(CODE, how) == [("new", True), ("new", True)]
    assert {event for event, _ in november.events(CODE, how)} == {"stale"}
    assert [line["status"] for line in stale_lines(november, how)] == ["new"]
    assert november.summary["status"]["stale"] >= 2 * len(HOW)
    assert november.summary["status"]["resolved"] == 0 or "AUD" in {event["code"][:3] for event in november.summary["events"]}
    assert december.statuses(CODE, how) == {"M-1": "open"}
    assert december.known(CODE, how) == [("open", False), ("resolved", False)]
    assert stale_lines(december, how) == []


def test_a_row_that_cannot_be_read_resolves_nothing(since_october):
    """What is absent may stand in that row; where no more rows than before are broken, what is absent is gone."""
    company = since_october
    export = company.folder / "exports" / "desk" / "export.csv"
    header, old, *rest = export.read_text(encoding="utf-8").splitlines()
    export.write_text("\n".join([header, f"{old},one,cell,too,many", *rest]) + "\n", encoding="utf-8")
    november = company.audit(NOVEMBER)
    assert november.statuses(CODE) == {"M-2": "open"}
    assert november.known(CODE) == [("new", True), ("open", False)]
    (plan,) = json.loads((november.folder / "follow_up.json").read_text(encoding="utf-8"))["manifests"]
    assert {name: plan[name] for name in ("gone", "present", "not_looked_at")} == {"gone": 0, "present": 1, "not_looked_at": 1}
    export.write_text("\n".join([header, f"{old},one,cell,too,many", rest[-1]]) + "\n", encoding="utf-8")
    assert company.audit(DECEMBER).known(CODE) == [("new", True), ("resolved", False)]
    company.export("desk", messages(NEW))
    assert company.audit(JANUARY).known(CODE) == [("resolved", False)] * 2


def test_a_record_without_its_key_is_not_gone(since_october):
    """Nobody can tell whether the row without a number is the one that was found before."""
    company = since_october
    company.export("desk", messages(("", OLD[1]), OTHER, NEW))
    november = company.audit(NOVEMBER)
    assert november.known(CODE) == [("new", False), ("new", True), ("open", False)]  # the row without a number by its month
    assert [(line["records"], line["status"]) for line in november.of("DQ-ID-NULL")] == [(1, "new")]
    (plan,) = json.loads((november.folder / "follow_up.json").read_text(encoding="utf-8"))["manifests"]
    assert {name: plan[name] for name in ("gone", "present", "not_looked_at")} == {"gone": 0, "present": 1, "not_looked_at": 1}
    company.export("desk", messages(OTHER, NEW))
    assert company.audit(DECEMBER).known(CODE) == [("open", False), ("resolved", False), ("resolved", False)]


def test_a_file_that_lost_a_column_resolves_nothing_though_another_of_its_source_fits(since_october):
    """A table among the source's files that no contract recognises may hold what is absent; one that lay there before hides nothing."""
    company = since_october
    folder = company.folder / "exports" / "desk"
    company.export("desk", messages(OTHER, NEW))
    (folder / "older.csv").write_text("ticket,subject\nM-1,hello\n", encoding="utf-8")
    november = company.audit(NOVEMBER)
    assert [line["field"] for line in november.of("SCP-TABLE")] == ["desk/older.csv"]
    assert november.known(CODE) == [("new", True), ("open", False)]
    assert november.events(CODE) == [("stale", "among the source's files: no contract recognises desk/older.csv")]
    assert [line["status"] for line in stale_lines(november)] == ["new"]
    (plan,) = json.loads((november.folder / "follow_up.json").read_text(encoding="utf-8"))["manifests"]
    assert {name: plan[name] for name in ("gone", "present", "not_looked_at")} == {"gone": 0, "present": 1, "not_looked_at": 1}
    company.export("desk", messages(NEW))
    december = company.audit(DECEMBER)
    assert december.known(CODE) == [("new", True), ("resolved", False)]  # M-2 was seen when that table lay there already
    plans = json.loads((december.folder / "follow_up.json").read_text(encoding="utf-8"))["manifests"]
    assert {plan["made_as_of"]: (plan["gone"], plan["not_looked_at"]) for plan in plans} == {OCTOBER: (0, 2), NOVEMBER: (1, 0)}
    (folder / "older.csv").unlink()
    assert company.audit(JANUARY).known(CODE) == [("resolved", False)] * 2


def test_notes_beside_the_exports_hide_nothing(since_october):
    """What is no table by its shape or its ending is no export that changed."""
    company = since_october
    company.export("desk", messages(OTHER, NEW))
    (company.folder / "exports" / "desk" / "read me.txt").write_text("made by Jan\n", encoding="utf-8")
    assert company.audit(NOVEMBER).known(CODE) == [("open", False), ("resolved", False)]


def visits(*days):
    """An export of events of a website, each with an address in its page and without consent."""
    page = "https://voorbeeld.nl/?e=jan@voorbeeld.nl"
    rows = [f"{day} | c-{number} | {page} | denied" for number, day in enumerate(days, 1)]
    return "\n".join(["event_at | client_id | page_url | analytics_consent", *rows])


@pytest.mark.parametrize("code", ["RET-ANA-26", "CON-COOKIE", "SCP-PII-ANALYTICS"])
def test_events_whose_stamps_cannot_be_read_any_more_are_not_gone(unstamped, code):
    """They have no month any more: what was found by month may be any of them. As many of them as before hide nothing."""
    november, december, january = unstamped
    assert ("new", True) in november.known(code, "site")
    assert "resolved" not in {event for event, _ in november.events(code, "site")}
    assert ("new", True) in december.known(code, "site")
    known = january.known(code, "site")
    assert (known.count(("resolved", False)), {is_stale for _, is_stale in known}) == (2, {False})  # by their month, and without


@pytest.fixture(scope="module")
def unstamped(tmp_path_factory):
    """Two events of January 2024: in November their stamps can't be read, in December of one, in January both are gone."""
    company = Company(tmp_path_factory.mktemp("unstamped") / "company")
    stamp = "2024-01-10T10:00:00+01:00"
    company.export("site", visits(stamp, stamp, "2026-10-01T10:00:00+02:00"), contract="plain.analytics_event")
    october = company.audit(OCTOBER)
    assert october.known("RET-ANA-26", "site") == [("new", False)]
    runs = []
    for day, stamps in ((NOVEMBER, ("gisteren", "gisteren")), (DECEMBER, ("gisteren",)), (JANUARY, ())):
        company.export("site", visits(*stamps, "2026-10-01T10:00:00+02:00"))
        runs.append(company.audit(day))
    followed = [json.loads((run.folder / "follow_up.json").read_text(encoding="utf-8"))["manifests"] for run in runs]
    dated = [[plan for plan in plans if plan["kind"] == "sql_dated" and plan["made_as_of"] == OCTOBER] for plans in followed]
    assert [[(plan["gone"], plan["not_looked_at"]) for plan in plans] for plans in dated] == [[(0, 2)], [(0, 2)], [(2, 0)]]
    return runs


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


def test_an_export_that_covers_the_dates_resolves(company):
    company.sources["desk"] |= {"coverage": "from", "covers_from": "2025-09-15"}
    company.audit(OCTOBER)
    company.export("desk", messages(NEW))
    assert company.audit(NOVEMBER).known(CODE) == [("new", True), ("resolved", False)]  # M-2 is older than what is covered


def test_an_export_from_which_all_was_deleted_resolves_all(company):
    company.export("other", messages(("M-9", "2026-12-01")))
    company.audit(OCTOBER)
    company.export("desk", "message_id | last_message_at")
    november = company.audit(NOVEMBER)
    assert november.known(CODE) == [("resolved", False)] * 2
    assert stale_lines(november) == []


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


def test_a_finding_that_was_deleted_by_plan_has_its_proof(since_october, first_month):
    """The row of deletions.csv that names the manifest of an earlier run."""
    company, october = since_october, first_month[1]
    plans = json.loads((october.folder / "manifests.json").read_text(encoding="utf-8"))["manifests"]
    plan, *_ = [each["manifest_id"] for each in plans if CODE in each["codes"] and each["lines"]]
    header = "deletion_id | manifest_id | executed_at | records | proof"
    company.register("deletions", f"{header}\nD-1 | {plan} | 2026-11-03 | 2 | ticket 12\nD-2 | M-000000000000 | 2026-11-03 | 2 | other")
    company.export("desk", messages(NEW))
    november = company.audit(NOVEMBER)
    assert november.events(CODE) == [("resolved", f"D-1 of {plan}")] * 2
    assert [row["proof"] for row in november.state if row["code"] == CODE] == [f"D-1 of {plan}"] * 2
    evidence = json.loads((november.folder / "evidence.json").read_text(encoding="utf-8"))
    assert [row["manifest_id"] for row in evidence["deletions"]] == [plan, "M-000000000000"]


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
