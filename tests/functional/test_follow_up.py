"""Plans from the command line, month after month: carried out on exports, looked for in the next run (domain.md 5.4, property 13)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from functional.auditing import Desk, Outcome, copied, houdbaar, pseudonym, table
from functional.carrying_out import Executor, lines_of

SEPTEMBER, OCTOBER, NOVEMBER = "2026-09-30", "2026-10-31", "2026-11-22"
MESSAGES = table(
    "message_id,customer_id,closed_at,email",
    "M-1,K-1,2024-01-10,jan.jansen@voorbeeld.nl",
    "M-2,K-2,2024-02-10,piet@voorbeeld.nl",
    "M-3,K-3,2024-03-10,truus@voorbeeld.nl",
    "M-4,K-4,2026-09-10,an@voorbeeld.nl",
)
VISITS = table(
    "account_id,happened_at,page",
    "A-1,2025-01-10T10:00:00+01:00,/kaart",
    "A-2,2025-02-11T10:00:00+01:00,/kaart",
    "A-1,2026-09-10T10:00:00+02:00,/kaart",
)
CONTACTS = table(
    "contact_id,customer_id,first_name,last_name,email,is_lead,created_at,last_contact_at,contract_started_on,contract_ended_on",
    "C-1,K-11,Jan,Jansen,jan.jansen@voorbeeld.nl,false,2020-01-01,2024-01-05,2020-01-01,2024-01-10",
    "C-2,,Piet,Pietersen,piet@voorbeeld.nl,true,2023-01-01,2023-02-01,,",
    "C-3,K-13,Truus,de Boer,truus@voorbeeld.nl,false,2020-01-01,2026-09-05,2020-01-01,",
)
ACCOUNTS = table("account_id,email,closed_at,password_hash", "A-9,k9@voorbeeld.nl,2026-09-01,x1", "A-8,k8@voorbeeld.nl,,x2")
KINDS = ("sql_dated", "sql_clear_fields", "sql_anonymise", "sql_delete")


def write(desk: Desk, made: str, **texts: str) -> None:
    """The exports as they were made on a day."""
    files = {"messages": MESSAGES, "visits": VISITS, "contacts": CONTACTS, "accounts": ACCOUNTS} | texts
    contracts = {"messages": "message", "visits": "service_event", "contacts": "contact", "accounts": "account"}
    desk.bindings.clear()
    for name, text in files.items():
        more = {"extracted_at": f"{made}T12:00:00+01:00", "role": "controller", "timezone": "Europe/Amsterdam"}
        desk.source(name, f"plain.{contracts[name]}", {"export.csv": text}, **more)
    desk.write()


def run(desk: Desk, as_of: str, *more: str | Path) -> Outcome:
    """An audit of the workspace; its run is recorded unless more is said."""
    done = houdbaar("audit", desk.folder, "--as-of", as_of, *more, folder=desk.folder.parent)
    assert done.code == 0, done.said
    return Outcome(done.code, done.stdout, done.stderr, Path(more[1]) if more else desk.folder / "runs" / as_of)


def followed(done: Outcome) -> dict[tuple[str, str], dict[str, Any]]:
    """What follow_up.json says, by the month of the plan and its source."""
    found = json.loads((done.run / "follow_up.json").read_text(encoding="utf-8"))
    return {(plan["made_as_of"], plan["source"]): plan for plan in found["manifests"]}


def ids(done: Outcome) -> set[str]:
    """All findings of a run."""
    return set(pq.read_table(done.run / "findings.parquet").column("finding_id").to_pylist())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A small company as it was at the end of September."""
    made = Desk(tmp_path / "company")
    write(made, SEPTEMBER)
    return made


@pytest.fixture(scope="module")
def september(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The first run of that company, with its plans."""
    made = Desk(tmp_path_factory.mktemp("september") / "company")
    write(made, SEPTEMBER)
    return run(made, SEPTEMBER)


@pytest.fixture
def planned(september: Outcome, tmp_path: Path) -> tuple[Desk, Outcome]:
    """A copy of the company after that run, to go on with, and the run."""
    folder = copied(september.run.parents[1], tmp_path / "company")
    return Desk(folder), replace(september, run=folder / "runs" / SEPTEMBER)


def test_carrying_plans_out_settles_exactly_what_they_name(desk: Desk, tmp_path: Path) -> None:
    before = run(desk, SEPTEMBER, "--output", tmp_path / "before")
    executor = Executor(desk.folder, before.run)
    executor.carry_out(KINDS)
    assert executor.records == 8
    after = run(desk, SEPTEMBER, "--output", tmp_path / "after")
    # What was not tested, of a source that has no such records left, is about the audit and no finding of a record.
    audits = {line["finding_id"] for line in before.lines(code="AUD-NOT-TESTED") + after.lines(code="AUD-NOT-TESTED")}
    assert ids(before) - ids(after) - audits == executor.done
    assert ids(after) - ids(before) - audits == set()


def test_the_next_run_says_what_became_of_the_plans(planned: tuple[Desk, Outcome]) -> None:
    desk, first = planned
    assert followed(first) == {}
    message_plan = next(plan for plan in Executor(desk.folder, first.run).plans() if plan["source"] == "messages")
    register = f"deletion_id,manifest_id,executed_at,records,proof\nD-1,{message_plan['manifest_id']},2026-10-05,3,ticket 12\n"
    (desk.folder / "registers").mkdir()
    (desk.folder / "registers" / "deletions.csv").write_text(register, encoding="utf-8")
    left = [line for line in MESSAGES.splitlines(keepends=True) if not line.startswith(("M-1", "M-3"))]
    write(desk, OCTOBER, messages="".join(left))
    second = run(desk, OCTOBER)
    plan = followed(second)[SEPTEMBER, "messages"]
    assert (plan["gone"], plan["present"], plan["before"], plan["after"]) == (2, 1, 3, 1)
    assert (plan["executed_at"], plan["has_proof"]) == ("2026-10-05", True)
    assert followed(second)[SEPTEMBER, "visits"]["present"] == 2
    assert "Of what was planned as of 2026-09-30" in second.stdout
    # In November one is back, and an export is missing: that is never 'gone'.
    write(desk, NOVEMBER, messages=MESSAGES.replace("M-3,K-3", "M-33,K-3"))
    desk.bindings = [each for each in desk.bindings if '"visits"' not in each]
    (desk.folder / "exports" / "visits" / "export.csv").unlink()
    desk.write()
    third = run(desk, NOVEMBER)
    plan = followed(third)[SEPTEMBER, "messages"]
    assert (plan["gone"], plan["returned"], plan["present"]) == (1, 1, 1)
    assert followed(third)[SEPTEMBER, "visits"]["not_looked_at"] == 2
    assert followed(third)[SEPTEMBER, "visits"]["gone"] == 0


def test_what_was_exported_before_it_was_carried_out_is_pending(planned: tuple[Desk, Outcome]) -> None:
    desk, first = planned
    plan = next(plan for plan in Executor(desk.folder, first.run).plans() if plan["source"] == "messages")
    register = f"deletion_id,manifest_id,executed_at,records,proof\nD-1,{plan['manifest_id']},2026-10-30,3,\n"
    (desk.folder / "registers").mkdir()
    (desk.folder / "registers" / "deletions.csv").write_text(register, encoding="utf-8")
    write(desk, "2026-10-29")
    found = followed(run(desk, OCTOBER))[SEPTEMBER, "messages"]
    assert (found["pending"], found["present"], found["has_proof"]) == (3, 0, False)


def test_a_record_that_lies_in_another_source_has_moved(planned: tuple[Desk, Outcome]) -> None:
    desk, _ = planned
    write(desk, OCTOBER, messages=table("message_id,customer_id,closed_at,email", "M-4,K-4,2026-09-10,an@voorbeeld.nl"))
    desk.source("archive", "plain.message", {"export.csv": MESSAGES}, extracted_at=f"{OCTOBER}T12:00:00+01:00", role="controller")
    desk.write()
    found = followed(run(desk, OCTOBER))[SEPTEMBER, "messages"]
    assert (found["moved"], found["gone"]) == (3, 0)


def test_a_plan_whose_file_was_changed_or_removed_is_not_looked_at(planned: tuple[Desk, Outcome]) -> None:
    desk, first = planned
    for path in (first.run / "private" / "manifests").glob("*sql_delete*.jsonl"):
        path.write_text(path.read_text(encoding="utf-8").replace("M-1", "M-7"), encoding="utf-8")
    write(desk, OCTOBER, messages=table("message_id,customer_id,closed_at,email", "M-4,K-4,2026-09-10,an@voorbeeld.nl"))
    found = followed(run(desk, OCTOBER))[SEPTEMBER, "messages"]
    assert (found["not_looked_at"], found["gone"]) == (3, 0)


def test_indexes_hold_no_identifier_and_plans_are_private(planned: tuple[Desk, Outcome]) -> None:
    desk, first = planned
    write(desk, SEPTEMBER)
    second = run(desk, OCTOBER)
    for path in (first.run / "manifests.json", second.run / "manifests.json", second.run / "follow_up.json"):
        text = path.read_text(encoding="utf-8")
        assert not [value for value in ('"M-1"', '"A-9"', "K-1", "jansen", "voorbeeld.nl", "/kaart") if value in text]
    folder = second.run / "private" / "manifests"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700, 0o700]


def test_who_was_erased_is_known_again_without_their_data(desk: Desk) -> None:
    header = "request_id,right,channel,received_at,identifiers,state,verified_at,answered_at,outcome,executed_at"
    row = "R-1,erasure,mail,2026-09-01,{who},executed,2026-09-03,2026-09-10,granted,2026-09-10"
    (desk.folder / "registers").mkdir()
    register = desk.folder / "registers" / "requests.csv"
    register.write_text(f"{header}\n{row.format(who='email=Truus@voorbeeld.nl')}\n", encoding="utf-8")
    run(desk, SEPTEMBER)
    kept = desk.folder / ".houdbaar" / "erased.jsonl"
    assert {line["kind"] for line in lines_of(kept)} == {"email", "email_md5"}
    assert pseudonym("email\x1ftruus@voorbeeld.nl") in {line["key"] for line in lines_of(kept)}
    assert "truus" not in kept.read_text(encoding="utf-8").lower()
    assert kept.stat().st_mode & 0o777 == 0o600
    register.write_text(f"{header}\n{row.format(who='')}\n", encoding="utf-8")
    write(desk, OCTOBER)
    (line,) = run(desk, OCTOBER).lines(code="DSR-ERASED-PRESENT")
    assert line["verdict"] == "FAIL"


def test_hashes_of_erased_people_go_with_the_request_s_term(desk: Desk) -> None:
    header = "request_id,right,received_at,identifiers,state,executed_at,closed_at"
    (desk.folder / "registers").mkdir()
    register = desk.folder / "registers" / "requests.csv"
    register.write_text(f"{header}\nR-1,erasure,2023-09-01,email=x@voorbeeld.nl,closed,2023-09-10,2023-09-30\n", encoding="utf-8")
    run(desk, SEPTEMBER)
    assert not (desk.folder / ".houdbaar" / "erased.jsonl").exists()


def test_rows_are_not_gone_because_others_went_from_their_file(desk: Desk) -> None:
    """A plan by row numbers: the file has fewer rows than then, and those that were to go still stand in it."""
    old = [f"A-{number},0{number}-01-2025 10:00" for number in range(1, 6)]
    new = [f"B-{number},0{number}-09-2026 10:00" for number in range(1, 9)]
    write(desk, SEPTEMBER, visits=table("account_id,happened_at", *old, *new))
    run(desk, SEPTEMBER)
    write(desk, OCTOBER, visits=table("account_id,happened_at", *old, *new[:2]))
    plans = json.loads((run(desk, OCTOBER).run / "follow_up.json").read_text(encoding="utf-8"))["manifests"]
    (plan,) = [plan for plan in plans if plan["kind"] == "export_rows"]
    assert (plan["records"] > 0, plan["gone"], plan["present"]) == (True, 0, plan["records"])
    write(desk, NOVEMBER, visits=table("account_id,happened_at", *new[:2]))
    plans = json.loads((run(desk, NOVEMBER).run / "follow_up.json").read_text(encoding="utf-8"))["manifests"]
    assert {plan["gone"] for plan in plans if plan["kind"] == "export_rows"} == {plan["records"]}


def carried_out(desk: Desk, *rows: str) -> None:
    """The register of deletions."""
    (desk.folder / "registers").mkdir(exist_ok=True)
    text = table("deletion_id,manifest_id,executed_at,records,proof", *rows)
    (desk.folder / "registers" / "deletions.csv").write_text(text, encoding="utf-8")


def plan_of(desk: Desk, done: Outcome, source: str) -> str:
    """The id of a source's plan."""
    return next(plan["manifest_id"] for plan in Executor(desk.folder, done.run).plans() if plan["source"] == source)


def test_a_plan_that_a_replaced_run_made_is_followed_up_where_it_was_carried_out(planned: tuple[Desk, Outcome]) -> None:
    desk, first = planned
    messages, visits = plan_of(desk, first, "messages"), plan_of(desk, first, "visits")
    left = "".join(line for line in MESSAGES.splitlines(keepends=True) if not line.startswith("M-1"))
    write(desk, SEPTEMBER, messages=left, visits=VISITS.replace("2025-02-11", "2025-02-12"))
    assert houdbaar("audit", desk.folder, "--as-of", SEPTEMBER, "--replace", folder=desk.folder.parent).code == 0
    carried_out(desk, f"D-1,{messages},2026-10-05,3,ticket 12")
    write(desk, OCTOBER, messages=left.replace("M-2,K-2", "M-22,K-2"), visits=VISITS)
    found = json.loads((run(desk, OCTOBER).run / "follow_up.json").read_text(encoding="utf-8"))
    plans = {plan["manifest_id"]: plan for plan in found["manifests"]}
    assert (plans[messages]["gone"], plans[messages]["present"], plans[messages]["has_proof"]) == (2, 1, True)
    assert visits not in plans
    assert len([plan for plan in plans.values() if plan["source"] == "messages"]) == 2
    assert found["unknown"] == []


def test_a_row_that_names_no_plan_is_told(planned: tuple[Desk, Outcome]) -> None:
    desk, first = planned
    plan = plan_of(desk, first, "messages")
    rows = (
        "D-1,M-0123456789ab,2026-10-05,3,x",
        "jan@voorbeeld.nl,jan@voorbeeld.nl,2026-10-05,3,x",
        f"D-3,{plan},soon,3,x",
        "D-4,R-1,2026-10-05,1,",
        "D-5,,2026-10-05,1,ticket",
    )
    carried_out(desk, *rows)
    request = "R-1,erasure,2026-09-20,email=nobody@voorbeeld.nl,executed,2026-10-05"
    text = table("request_id,right,received_at,identifiers,state,executed_at", request)
    (desk.folder / "registers" / "requests.csv").write_text(text, encoding="utf-8")
    done = run(desk, OCTOBER)
    text = (done.run / "follow_up.json").read_text(encoding="utf-8")
    said = [(row["deletion_id"], row["manifest_id"], row["why"]) for row in json.loads(text)["unknown"]]
    assert said[0] == ("D-1", "M-0123456789ab", "no run here made this plan")
    assert said[2:] == [("D-3", plan, "executed_at can't be read"), ("D-5", "", "manifest_id is missing")]
    assert "D-5 (no plan): manifest_id is missing" in done.stdout
    page = (done.run / "report.html").read_text(encoding="utf-8")
    assert [where for where in (text, page, done.stdout) if "jan@voorbeeld.nl" in where or "0123456789ab" not in where] == []
