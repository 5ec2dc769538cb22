"""Registers through the real command: read beside the exports, kept by `hold` and `accept`, never silently empty."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from functional.auditing import AS_OF, Desk, Outcome, houdbaar, pseudonym, start, table, visits
from functional.canaries import Canaries, artefacts, found_in
from houdbaar.exports.entities import REGISTERS
from houdbaar.ledger.registers import Register

OLD = "2025-10-20T10:00:00+02:00"  # permitted until 20 October 2026
HOLDS = (
    "hold_id,kind,reason,approver,identifier_kind,identifier_value,source,record_key,fields,period_from,period_to,starts_on,ends_on,"
    "review_on,released_on"
)
WHO = ("--kind", "legal_hold", "--reason", "claim", "--approver", "counsel")
WHOM = ("--identifier-kind", "account_id", "--identifier-value", "A1")
ACCEPT = ("--code", "DQ-TZ-ASSUMED", "--owner", "head of IT", "--reason", "known", "--accepted-on", "2026-10-01")


def visited(folder: Path) -> Path:
    """A workspace with two visits that are past their term."""
    desk = Desk(folder)
    desk.source("portal", "plain.service_event", {"visits.csv": visits(OLD, OLD)})
    desk.write()
    return desk.folder


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """That workspace, for a test of its own."""
    return visited(tmp_path / "company")


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / "registers" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def hold(row: str) -> str:
    return table(HOLDS, row)


def run(folder: Path, *arguments: str) -> Outcome:
    """Audit without recording anything."""
    return houdbaar_run(folder, folder.with_name("results"), *arguments)


def houdbaar_run(folder: Path, output: Path, *arguments: str) -> Outcome:
    done = houdbaar("audit", folder, "--as-of", AS_OF, "--output", output, *arguments, folder=folder.parent)
    return Outcome(done.code, done.stdout, done.stderr, output)


def keep(folder: Path, *arguments: str) -> Outcome:
    return houdbaar(*arguments, "--workspace", str(folder), folder=folder.parent)


def verdicts(outcome: Outcome) -> dict[str, tuple[int, list[str] | None]]:
    """Records by verdict of the service events, and what blocks them."""
    return {line["verdict"]: (line["records"], line["blocked_by"]) for line in outcome.lines("portal", "RET-SVC-12")}


def listed(folder: Path, what: str = "hold", as_of: str = AS_OF) -> Any:
    done = keep(folder, what, "list", "--as-of", as_of, "--format", "json")
    assert done.code == 0, done.said
    return json.loads(done.stdout)


# A hold that holds, whatever stands in its other columns.
_SOUND = {
    **dict.fromkeys(("source", "record_key", "fields", "period_from", "period_to", "ends_on", "released_on"), ""),
    "kind": "legal_hold",
    "identifier_kind": "account_id",
    "identifier_value": "A1",
    "starts_on": "2026-02-01",
    "review_on": "2027-01-31",
}


# What an audit makes of registers.


def test_a_hold_that_is_added_holds_and_one_that_is_released_does_not(company: Path) -> None:
    added = keep(company, "hold", "add", *WHO, *WHOM, "--starts-on", "2026-10-20", "--review-on", "2026-12-31")
    assert (added.code, added.stdout) == (
        0,
        "H-1: legal_hold from 2026-10-20 until it is reviewed, on 2026-12-31 at the latest, in registers/holds.csv\n"
        "the next audit tells whether it meets any record of the exports; after it `houdbaar hold list` says so\n",
    )
    assert verdicts(run(company)) == {"OVERDUE": (1, None), "HELD": (1, ["legal_hold:H-1"])}
    assert keep(company, "hold", "release", "--hold-id", "H-1", "--released-on", "2026-10-31").code == 0
    assert verdicts(run(company)) == {"OVERDUE": (2, None)}


def test_the_list_tells_what_the_last_audit_saw_of_a_hold(company: Path) -> None:
    """One that meets no record protects nothing: who keeps the register hears it there, and in the code's findings, which are none."""
    dates = ("--starts-on", "2026-10-20", "--review-on", "2026-12-31")
    unseen = "the next audit tells whether it meets any record"
    for value in ("A1", "A-I"):
        assert unseen in keep(company, "hold", "add", *WHO, "--identifier-kind", "account_id", "--identifier-value", value, *dates).stdout
    assert f"H-1, H-2: {unseen}" in keep(company, "hold", "list", "--as-of", AS_OF).stdout
    assert houdbaar("audit", company, "--as-of", AS_OF, folder=company.parent).code == 0
    unmet = "hold H-2 meets no record of these exports: check its identifier"
    after = keep(company, "hold", "list", "--as-of", AS_OF).stdout
    assert f"{unmet} (audit as of {AS_OF};" in after
    assert unseen not in after
    assert [(each["seen_on"], each["note"]) for each in listed(company)["holds"]] == [(AS_OF, None), (AS_OF, unmet)]
    assert f"Watch RET-HOLD-INVALID: {unmet}" in keep(company, "findings", "--code", "ret-hold-invalid").stdout
    watch = json.loads(keep(company, "findings", "--format", "json").stdout)["watch"]
    assert {"code": "RET-HOLD-INVALID", "note": unmet} in watch
    assert "meets no record" in keep(company, "explain", "RET-HOLD-INVALID").stdout
    keep(company, "hold", "add", *WHO, *WHOM, *dates)
    assert f"H-3: {unseen}" in keep(company, "hold", "list", "--as-of", AS_OF).stdout
    register = company / "registers" / "holds.csv"
    rows = register.read_text(encoding="utf-8").replace("A-I", "A-1").replace("2026-12-31", "2027-01-31")
    (expired,) = (row.replace("2027-01-31", "2026-10-25") for row in rows.splitlines() if row.startswith("H-2,"))
    register.write_text(f"{rows}{expired}\n", encoding="utf-8")  # a second row of that id, which no audit has to look at
    after = keep(company, "hold", "list", "--as-of", AS_OF).stdout
    changed = "not looked at since it changed"
    assert f"H-2: {changed}: {unseen}" in after
    assert "meets no record of" not in after
    assert [(each["seen_on"], each["note"]) for each in listed(company)["holds"]] == [(AS_OF, None), (None, changed), *[(None, None)] * 2]


def test_an_absent_register_is_not_tested_and_an_empty_one_is(company: Path) -> None:
    absent = run(company)
    assert verdicts(absent) == {"OVERDUE": (2, None)}
    assert absent.not_tested(None, "RET-HOLD-INVALID") == {"register holds.csv is absent: `houdbaar init` makes a template"}
    put(company, "holds.csv", HOLDS + "\n")
    empty = run(company)
    assert empty.not_tested("register.hold", "RET-HOLD-INVALID") == {"no record to judge"}
    assert empty.not_tested(None, "RET-HOLD-INVALID") == set()
    put(company, "holds.csv", hold("H-1,legal_hold,claim,counsel,customer_id,K-1,,,,,,2026-02-01,,2027-01-31,"))
    assert run(company).counts("register.hold", "RET-HOLD-INVALID") == {"passed": 1}


def test_init_makes_the_registers_that_are_absent(company: Path) -> None:
    assert houdbaar("init", company, folder=company.parent).code == 0
    done = run(company)
    assert {file["source"] for file in done.summary["files"]} == {"portal", *(f"register.{name}" for name in REGISTERS)}
    assert done.not_tested(None, "RET-HOLD-INVALID") == set()


def test_registers_are_inputs_of_the_run(company: Path) -> None:
    put(company, "holds.csv", HOLDS + "\n")
    audit = ("audit", company, "--as-of", AS_OF)
    first = houdbaar(*audit, folder=company.parent)
    found = Outcome(first.code, first.stdout, first.stderr, company / "runs" / AS_OF)
    assert (first.code, found.rows_of("registers/holds.csv")) == (0, (0, 0, 0, 0))
    assert houdbaar(*audit, folder=company.parent).code == 0
    put(company, "holds.csv", hold("H-1,legal_hold,claim,counsel,customer_id,K-1,,,,,,2026-02-01,,2027-01-31,"))
    again = houdbaar(*audit, folder=company.parent)
    assert (again.code, "--replace" in again.stderr) == (2, True)


def test_a_bare_folder_has_no_registers(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "visits.csv").write_text(visits(OLD))
    put(tmp_path / "exports", "holds.csv", hold("H-1,legal_hold,claim,counsel,account_id,A1,,,,,,2026-02-01,,2027-01-31,"))
    done = run(tmp_path / "exports")
    assert done.code == 0
    assert done.not_tested(None, "RET-HOLD-INVALID") == {"a bare folder has no registers: make a workspace with `houdbaar init`"}
    assert [file["file"] for file in done.summary["files"]] == ["visits.csv"]
    refused = keep(tmp_path / "exports", "hold", "list")
    assert (refused.code, "no workspace" in refused.stderr) == (2, True)


OF_EXCEL = {
    "mark and empty line": (
        "\ufeffhold_id;kind;reason;approver;identifier_kind;identifier_value;starts_on;review_on\r\n"
        "H-1;legal_hold;geschil \u20ac;FG;account_id;A1 ;20-10-2026;31-12-2026\r\n;;;;;;;\r\n"
    ),
    "sep and capitals": (
        "sep=;\r\nHold_ID;Kind;Reason;Approver;Identifier_kind;Identifier_value;Starts_on;Review_on\r\n"
        "H-1;legal_hold;geschil;FG;account_id;A1;20-10-2026;31-12-2026\r\n"
    ),
}


@pytest.mark.parametrize("kind", OF_EXCEL)
def test_what_dutch_excel_saves_is_read(company: Path, kind: str) -> None:
    """In each encoding it is the same hold, which an audit takes for one."""
    lists = []
    for encoding in ("utf-8", "cp1252", "utf-16"):
        put(company, "holds.csv", OF_EXCEL[kind].removeprefix("\ufeff" if encoding != "utf-8" else "").encode(encoding))
        lists.append(listed(company))
    assert lists[0] == lists[1] == lists[2]
    assert [(each["hold_id"], each["state"]) for each in lists[0]["holds"]] == [("H-1", "effective")]
    assert lists[0]["unread_rows"] == []
    done = run(company)
    assert verdicts(done)["HELD"] == (1, ["legal_hold:H-1"]), done.said


BROKEN = {
    "an unknown column": (
        table(HOLDS.replace("released_on", "relesed_on")),
        'column 15 of its header is not known: did you mean "released_on"?',
    ),
    "a column twice": (table(f"{HOLDS},reason"), "column 16 of its header is not known"),
    "no key": (table(HOLDS.removeprefix("hold_id,")), "the column hold_id is missing"),
    "no header": ("H-1,legal_hold,jan@voorbeeld.nl,x,,,,,,,,2026-02-01,,2027-01-31,\n", "column 1 of its header is not known"),
    "zero bytes": ("", "empty file"),
    "cut off": (HOLDS + "\nH-1,legal_hold,cla", "the last record is incomplete"),
    "an open quote": (HOLDS + '\nH-1,"legal_hold,claim,,,,,,,,,,,,\nH-2,,,,,,,,,,,,,,\n', "a quote"),
    "a workbook": (b"PK\x03\x04 not a workbook", "not text"),
    "a second table": ("# our holds\n" + hold("H-1,,,,,,,,,,,,,,") + "\nH-2,,,,,,,,,,,,,,\n", "rows follow after a blank line"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_register_that_cannot_be_read_is_told_and_nothing_is_to_be_deleted(company: Path, kind: str) -> None:
    content, message = BROKEN[kind]
    put(company, "holds.csv", content)
    done = run(company)
    assert done.code == 3
    assert f"registers/holds.csv: {message}" in done.problems or f"registers/holds.csv: it is no CSV: {message}" in done.problems
    assert "delete nothing" in done.problems
    assert "voorbeeld.nl" not in done.said
    assert done.not_tested(None, "RET-HOLD-INVALID") == {"register holds.csv can't be read"}
    assert {line["action"] for line in done.lines(code="RET-SVC-12")} == {"review"}
    refused = keep(company, "hold", "list")
    assert (refused.code, "registers/holds.csv: " in refused.stderr) == (2, True)


NO_REGISTERS = ("hold.csv", "holds.xlsx", "Holds.csv", "holds (1).csv", "holds.txt")


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The audit of a workspace with those tables among its registers."""
    folder = visited(tmp_path_factory.mktemp("mistaken") / "company")
    for name in NO_REGISTERS:
        put(folder, name, hold("H-1,legal_hold,claim,counsel,account_id,A1,,,,,,2026-02-01,,2027-01-31,"))
    return run(folder)


@pytest.mark.parametrize("name", NO_REGISTERS)
def test_a_table_that_is_no_register_is_told(mistaken: Outcome, name: str) -> None:
    assert f"registers/{name}: is no register" in mistaken.problems


def test_where_a_table_is_no_register_nothing_is_to_be_deleted(company: Path, mistaken: Outcome) -> None:
    put(company, "hold.csv", hold("H-1,legal_hold,claim,counsel,account_id,A1,,,,,,2026-02-01,,2027-01-31,"))
    for done in (run(company), mistaken):
        assert done.code == 3
        assert {line["action"] for line in done.lines(code="RET-SVC-12")} == {"review"}


def test_what_is_no_table_is_left_alone(company: Path) -> None:
    for name in ("README.md", "README.txt", ".~lock.holds.csv#", "~$holds.xlsx", ".holds.csv-1a2b"):
        put(company, name, "nothing")
    assert run(company).code == 0


def test_a_link_is_not_followed(company: Path) -> None:
    real = put(company, "real.md", hold("H-1,,,,,,,,,,,,,,"))
    (company / "registers" / "holds.csv").symlink_to(real)
    done = run(company)
    assert (done.code, "registers/holds.csv: a link is not followed" in done.problems) == (3, True)


def test_a_rejected_row_is_a_line(company: Path) -> None:
    put(
        company,
        "holds.csv",
        table(HOLDS, "H-1" + "," * 15, "H-2" + "," * 14),
    )
    done = run(company)
    assert done.code == 0
    (line,) = done.lines("register.hold", "DQ-SCHEMA")
    assert (line["verdict"], line["reason"], line["records"], line["ranges"]) == ("FAIL", "too many columns", 1, [{"first": 1, "last": 1}])
    assert {line["action"] for line in done.lines(code="RET-SVC-12")} == {"review"}  # nobody can tell what that row holds
    shown = listed(company)
    assert shown["unread_rows"] == [{"row": 1, "why": "too many columns"}]
    assert [each["hold_id"] for each in shown["holds"]] == ["H-2"]


def test_a_value_that_is_none_is_a_line(company: Path) -> None:
    put(company, "acceptances.csv", table("acceptance_id,code,max_records", "A-1,DQ-SCHEMA,a few"))
    (line,) = run(company).lines("register.acceptance", "DQ-SCHEMA")
    assert (line["field"], line["records"]) == ("max_records", 1)


def test_registers_alone_are_no_audit(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "company")
    desk.put("notes.md", "nothing")
    desk.write()
    put(desk.folder, "holds.csv", hold("H-1,legal_hold,claim,counsel,customer_id,K-1,,,,,,2026-02-01,,2027-01-31,"))
    done = run(desk.folder)
    assert (done.code, done.summary["run"]["records_judged"]) == (3, 0)


def test_an_export_cannot_take_the_name_of_a_register(company: Path) -> None:
    text = (company / "houdbaar.toml").read_text().replace('"portal"', '"register.hold"')
    (company / "houdbaar.toml").write_text(text)
    done = run(company)
    assert (done.code, "a name of the audit itself" in done.stderr) == (2, True)


def test_an_export_is_never_taken_for_a_register(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "company")
    desk.source("portal", "plain.service_event", {"visits.csv": visits(OLD)})
    desk.put("holds.csv", hold("H-1,legal_hold,claim,counsel,account_id,A1,,,,,,2026-02-01,,2027-01-31,"))
    done = desk.audit()
    assert verdicts(done) == {"OVERDUE": (1, None)}
    assert [line["field"] for line in done.lines(code="SCP-TABLE")] == ["holds.csv"]


def test_registers_are_cached_nowhere(company: Path) -> None:
    put(company, "requests.csv", table("request_id,right,received_at,identifiers", "R-1,access,2026-10-01,email=jan@voorbeeld.nl"))
    houdbaar("audit", company, "--as-of", AS_OF, folder=company.parent)
    staged = [json.loads(path.read_text())["body"]["facts"]["files"] for path in (company / ".houdbaar" / "cache").glob("*.json")]
    # What is staged has one export, and what people's links were made of has a list of them; a register is in neither.
    assert {name for files in staged for name in ([files] if isinstance(files, str) else files)} == {"portal/visits.csv"}


# Commands.


@pytest.mark.parametrize(
    "arguments",
    [
        ("hold", "add"),
        ("hold", "add", *WHO, *WHOM),
        ("hold", "add", *WHO, *WHOM, "--review-on", "1-2-2027"),
        ("hold", "add", *WHO, "--source", "portal", "--review-on", "2027-02-01"),
        ("hold", "add", *WHO, *WHOM, "--review-on", "2027-02-01", "--fields", "=cmd|' /C calc'!A0"),
        ("hold", "add", *WHO, "--identifier-kind", "phone", "--identifier-value", "+31612345678", "--review-on", "2099-02-01"),
        ("hold", "release", "--hold-id", "H-1"),
        ("hold", "release"),
        ("hold", "list", "--as-of", "31-10-2026"),
        ("accept", "add"),
        ("accept", "add", *ACCEPT, "--accepted-until", "2027-10-01"),
        ("accept", "add", *ACCEPT, "--accepted-until", "2026-12-31", "--code", "SCP-SPECIAL"),
        ("accept", "list", "--as-of", "yesterday"),
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)
def test_what_would_have_no_effect_is_refused_and_nothing_written(company: Path, arguments: tuple[str, ...]) -> None:
    done = keep(company, *arguments)
    assert done.code == 2, done.said
    assert done.stderr.strip()
    assert "Traceback" not in done.said
    assert not (company / "registers").exists()


def test_days_are_today_unless_given_and_that_is_said(company: Path) -> None:
    added = keep(company, "hold", "add", *WHO, *WHOM, "--review-on", "2999-01-01")
    assert "--starts-on" in added.stderr
    assert "which is today" in added.stderr
    released = keep(company, "hold", "release", "--hold-id", "H-1")
    assert "--released-on" in released.stderr
    assert "which is today" in keep(company, "hold", "list").stderr
    assert "which is today" in keep(company, "accept", "add", "--accepted-until", "2000-01-01", *ACCEPT[:6]).stderr
    given = keep(company, "hold", "add", *WHO, *WHOM, "--starts-on", "2026-10-01", "--review-on", "2027-01-01")
    assert given.stderr == ""


def test_a_list_says_where_holds_stand_and_not_whom_they_are_about(company: Path) -> None:
    rows = (
        "H-1,legal_hold,claim,counsel,email,jan@voorbeeld.nl,,,,,,2026-02-01,,2027-01-31,",
        "H-2,legal_hold,claim,counsel,email,jan@voorbeeld.nl,,,email,,,2026-02-01,,2027-01-31,2026-05-01",
        "H-3,legal_hold,claim,counsel,,,portal,,,2025-01-01,,2026-02-01,2026-10-30,,",
        "H-4,restriction,claim,counsel,account_id,A1,,,,,,2026-11-01,,2027-01-31,",
        "H-5,restriction,,counsel,account_id,A1,,,,,,2026-02-01,,2027-01-31,",
    )
    put(company, "holds.csv", table(HOLDS, *rows))
    shown = listed(company)
    assert {each["hold_id"]: each["state"] for each in shown["holds"]} == {
        "H-1": "effective",
        "H-2": "released",
        "H-3": "expired",
        "H-4": "not_yet",
        "H-5": "invalid",
    }
    masks = [each["about"][0] for each in shown["holds"]]
    assert masks[0] == masks[1] == f"email-{pseudonym('jan@voorbeeld.nl')[:8]}"
    assert shown["holds"][1]["about"][1] == "fields email"
    assert masks[2:4] == ["source portal", f"account_id-{pseudonym('A1')[:8]}"]
    assert shown["holds"][4]["why"] == "reason is missing"
    assert {each["state"] for each in listed(company, as_of="2026-01-31")["holds"]} == {"not_yet", "invalid"}
    text = keep(company, "hold", "list", "--as-of", AS_OF).stdout
    assert "H-1      effective" in text
    assert "voorbeeld" not in text


def test_a_list_tells_absent_from_empty(company: Path) -> None:
    assert listed(company)["is_present"] is False
    assert "register holds.csv is absent" in keep(company, "hold", "list", "--as-of", AS_OF).stdout
    put(company, "holds.csv", HOLDS + "\n")
    assert listed(company) == {"as_of": AS_OF, "register": "registers/holds.csv", "is_present": True, "unread_rows": [], "holds": []}
    assert keep(company, "hold", "list", "--as-of", AS_OF).stdout == f"as of {AS_OF}\nno holds\n"


def test_acceptances_stand_until_their_last_day(company: Path) -> None:
    added = keep(company, "accept", "add", *ACCEPT, "--source", "portal", "--max-records", "12", "--accepted-until", "2026-12-31")
    assert (added.code, added.stdout) == (0, "A-1: DQ-TZ-ASSUMED from 2026-10-01 until 2026-12-31, in registers/acceptances.csv\n")
    assert (company / "registers" / "acceptances.csv").read_text().splitlines()[1] == (
        "A-1,DQ-TZ-ASSUMED,portal,12,head of IT,known,2026-10-01,2026-12-31"
    )
    days = ("2026-09-30", "2026-10-01", "2026-12-31", "2027-01-01")
    states = [listed(company, "accept", day)["acceptances"][0]["state"] for day in days]
    assert states == ["not_yet", "effective", "effective", "expired"]
    header, first = "acceptance_id,code,owner,reason,accepted_on,accepted_until", "A-1,DQ-SCHEMA,IT,known,2026-10-01,"
    rows = ("2027-10-01", "1-2-2027", "soon", "", "31-12-2026")
    put(company, "acceptances.csv", table(header, *(first + day for day in rows), "A-6,SCP-SPECIAL,IT,known,2026-10-01,2026-12-31"))
    states = [(each["state"], each["why"]) for each in listed(company, "accept")["acceptances"]]
    assert states == [
        ("invalid", ["accepted_until is more than 180 days after the first day (knob accept.max_days)"]),
        ("unclear", ["accepted_until can be read in two ways"]),
        ("invalid", ["accepted_until can't be read"]),
        ("invalid", ["accepted_until is missing"]),
        ("effective", []),
        ("invalid", ["code is critical, and a critical finding can't be accepted"]),
    ]


def test_answers_go_to_a_file_as_well(company: Path) -> None:
    output = company.parent / "answers"
    done = keep(company, "hold", "add", *WHO, *WHOM, "--review-on", "2099-01-01", "--format", "json", "--output", str(output))
    assert json.loads(done.stdout) == json.loads((output / "hold-add.json").read_text())
    assert "A1" not in done.said


def test_a_source_that_nobody_has_is_refused_and_one_that_is_only_recognised_is_not(company: Path) -> None:
    own, accept = (*WHO, "--record-key", "x", "--review-on", "2099-01-01"), (*ACCEPT, "--accepted-until", "2026-12-31")
    for command in (("hold", "add", *own), ("accept", "add", *accept)):
        refused = keep(company, *command, "--source", "potral")
        assert (refused.code, "--source names no source" in refused.stderr, "potral" in refused.said) == (2, True, False)
        for source in ("portal", "plain.contact", "mailchimp.audience-2", "register.request"):
            assert keep(company, *command, "--source", source).code == 0


def test_a_source_s_name_is_shown_and_any_other_word_is_not(company: Path) -> None:
    """A name of the program's own is plain; what no source is called may be a person in the wrong column."""
    header, row = "acceptance_id,code,source,owner,reason,accepted_on,accepted_until", "DQ-SCHEMA,{},IT,known,2026-10-01,2026-12-31"
    put(company, "acceptances.csv", table(header, *(f"A-1,{row.format(name)}" for name in ("portal", "plain.contact-2", "Jan"))))
    shown = [(each["source"], each["state"], each["why"]) for each in listed(company, "accept")["acceptances"]]
    mask = f"name-{pseudonym('Jan')[:8]}"
    assert shown == [("portal", "effective", []), ("plain.contact-2", "effective", []), (mask, "invalid", ["source is not bound"])]


def test_several_at_once_keep_all(company: Path) -> None:
    """Processes of their own: each waits for the one before it."""
    put(company, "holds.csv", "hold_id;" + ";".join(HOLDS.split(",")[1:]) + "\r\nH-1" + ";" * 14 + "\r\n")
    dates = ("--starts-on", "2026-10-01", "--review-on", "2027-01-01")
    running = [start("hold", "add", *WHO, *WHOM, *dates, "--workspace", company, folder=company.parent) for _ in range(6)]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 6, said
    with (company / "registers" / "holds.csv").open(newline="") as stream:
        ids = [row["hold_id"] for row in csv.DictReader(stream, delimiter=";")]
    assert sorted(ids) == [f"H-{number}" for number in range(1, 8)]
    assert [path.name for path in (company / "registers").iterdir()] == ["holds.csv"]


def test_who_keeps_the_lock_too_long_is_told_of(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    (company / ".houdbaar").mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setattr("houdbaar.ledger.registers._PATIENCE_SECONDS", 0.2)
    with (company / ".houdbaar" / "holds.csv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = keep(company, "hold", "add", *WHO, *WHOM, "--review-on", "2099-01-01")
        assert (done.code, "another command is changing holds.csv" in done.stderr) == (2, True)
    assert keep(company, "hold", "add", *WHO, *WHOM, "--review-on", "2099-01-01").code == 0


# Personal values.


def test_an_id_that_is_personal_is_keyed_everywhere(company: Path) -> None:
    put(
        company,
        "holds.csv",
        table(HOLDS, "jan@voorbeeld.nl,legal_hold,claim,counsel,account_id,A1,,,,,,2026-02-01,,2027-01-31,", "H-2" + "," * 14),
    )
    done = run(company)
    shown = pseudonym("jan@voorbeeld.nl")
    assert verdicts(done)["HELD"] == (1, [f"legal_hold:id-{shown[:8]}"])
    assert {line["record_key"] for line in done.lines(code="RET-HOLD-INVALID")} == {pseudonym("H-2")}
    assert found_in([b"voorbeeld"], done.said.encode(), *artefacts(done.run)) == []
    assert [each["hold_id"] for each in listed(company)["holds"]] == [f"id-{shown[:8]}", "H-2"]


def test_canaries_in_registers_stay_there(company: Path) -> None:
    """In every column of every register, in rows that are read and in rows that are rejected; and in what is typed."""
    token = Canaries(7)
    for register in REGISTERS.values():
        sound = [token() for _ in register.header]
        dated = ["2026-02-01" if name.endswith(("_on", "_at", "_from", "_to", "_until")) else token() for name in register.header]
        rows = [sound, dated, [token() for _ in [*register.header, "one more"]]]
        if register.name == "hold":
            rows += [[_SOUND.get(name, value) for name, value in zip(register.header, dated, strict=True)]]
        if register.name == "request":  # the value where its kind belongs
            swapped = {"request_id": "R-9", "right": "access", "received_at": "2026-02-01", "identifiers": f"{token()}=email"}
            rows += [[swapped.get(name, "") for name in register.header]]
        put(company, register.file, register.template + "".join(",".join(row) + "\n" for row in rows))
    said = [run(company), run(company, "--format", "json")]
    assert [line["blocked_by"] for line in said[0].lines() if line["blocked_by"]]  # else they would be easy to keep
    said += [keep(company, what, "list", *more) for what in ("hold", "accept") for more in ((), ("--format", "json"))]
    said += [keep(company, "hold", "release", "--hold-id", token.given[0]), keep(company, "hold", "release", "--hold-id", token())]
    names = {"hold": Register("hold", company, company), "accept": Register("acceptance", company, company)}
    for what, found in names.items():
        given = [f"--{column.replace('_', '-')}" for column in REGISTERS[found.name].header if column not in (found.key, "released_on")]
        said += [keep(company, what, "add", *(word for option in given for word in (option, token()))) for _ in range(3)]
        said += [keep(company, what, "add", given[0], f"={token()}"), keep(company, what, "list", "--as-of", token())]
    for name in ("header", "file"):
        put(company, "holds.csv" if name == "header" else f"{token()}.csv", f"hold_id,{token()}\nH-1,{token()}\n")
        said += [run(company), keep(company, "hold", "list"), keep(company, "hold", "add", *WHO, *WHOM, "--review-on", "2099-01-01")]
    assert {outcome.code for outcome in said} <= {0, 2, 3}, [outcome.said for outcome in said]
    assert found_in(token.needles(), *(outcome.said.encode() for outcome in said), *artefacts(company.with_name("results"))) == []
