"""`houdbaar request`: what people ask is written down, moves from state to state, and is due when the calendar says."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from functional.auditing import Desk, Outcome, houdbaar, visits
from houdbaar.exports.entities import REGISTERS

STAMP = "2025-10-20T10:00:00+02:00"
PEOPLE = ("Pia.Proef@example.com", "+31 6 12345678", "K-9001", "Proefstraat 12")


@pytest.fixture
def company(tmp_path: Path) -> Path:
    desk = Desk(tmp_path / "company")
    desk.source("portal", "plain.service_event", {"visits.csv": visits(STAMP)})
    desk.write()
    return desk.folder


def request(folder: Path, *arguments: str) -> Outcome:
    return houdbaar("request", *arguments, "--workspace", str(folder), folder=folder.parent)


def done(folder: Path, *arguments: str) -> Any:
    """A command that works; gives its answer."""
    outcome = request(folder, *arguments, "--format", "json")
    assert outcome.code == 0, outcome.said
    return json.loads(outcome.stdout)


def add(folder: Path, right: str = "access", received: str = "2026-06-01", *more: str) -> str:
    answer = done(folder, "add", "--right", right, "--received-at", received, "--customer-id", "K-9001", *more)
    return str(answer["request_id"])


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "registers" / "requests.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def shown(folder: Path, number: str, as_of: str = "2026-06-10") -> Any:
    return done(folder, "show", "--request-id", number, "--as-of", as_of)


def test_a_request_is_written_down_with_its_due_date_and_what_it_blocks(company: Path) -> None:
    mail, phone, customer, _ = PEOPLE
    answer = done(company, "add", "--right", "erasure", "--received-at", "2026-05-31T22:30Z", "--channel", "post",
                  "--identifiers", f"email={mail};customer_id={customer}", "--phone", phone, "--phone", "0031612345679")  # fmt: skip
    assert (answer["request_id"], answer["due_on"], answer["blocks_deletion"]) == ("DSR-1", "2026-07-01", True)
    (row,) = rows(company)
    assert (company / "registers" / "requests.csv").stat().st_mode & 0o777 == 0o600
    assert tuple(row) == REGISTERS["request"].header
    assert row["identifiers"] == f"email={mail};customer_id={customer};phone={phone};phone=0031612345679"
    assert (row["state"], row["channel"], row["received_at"]) == ("received", "post", "2026-05-31T22:30Z")
    assert done(company, "add", "--right", "objection", "--received-at", "2026-06-01", "--user-id", "u1")["blocks_deletion"] is False


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(company: Path) -> None:
    outcome = request(company, "add", "--right", "acces", "--received-at", "1-6-2026", "--language", "de", "--email", "pia", "--phone",
                      "x;y", "--identifiers", "customer=K-9001;Pia")  # fmt: skip
    assert outcome.code == 2
    words = ("--right is not known: did you mean", "--received-at is no day", "--language", "--email is not an e-mail",
             "--phone holds a semicolon", "a kind that is not known", "a part without '='")  # fmt: skip
    assert [told for told in words if told not in outcome.stderr] == []
    assert "K-9001" not in outcome.said
    assert not (company / "registers" / "requests.csv").exists()
    assert "no identifier is given" in request(company, "add", "--right", "access", "--received-at", "2026-06-01").stderr
    wrong = request(company, "add", "--right", "rectification", "--received-at", "2026-06-01", "--email", "p@example.com")
    assert "--old-value" in wrong.stderr
    assert "--new-value" in wrong.stderr


def test_no_personal_value_is_shown(company: Path) -> None:
    mail, phone, customer, street = PEOPLE
    number = done(company, "add", "--right", "rectification", "--received-at", "2026-06-01", "--email", mail, "--phone", phone,
                  "--customer-id", customer, "--old-value", street, "--new-value", "Anders 1")["request_id"]  # fmt: skip
    said = [request(company, *words).said for words in (("list",), ("show", "--request-id", number), ("list", "--format", "json"))]
    said.append(request(company, "verify", "--request-id", number, "--id-proof", f"mail to {mail}").said)
    assert all(value not in text and value.lower() not in text for value in PEOPLE for text in said)


def test_from_receipt_to_the_end(company: Path) -> None:
    number = add(company, "erasure")
    asked = done(company, "pause", "--request-id", number, "--id-asked-at", "2026-06-03", "--id-proof", "link")
    assert asked["state"] == "awaiting_id"
    assert shown(company, number)["standing"] == "paused"
    assert "--id-answered-at is missing" in request(company, "verify", "--request-id", number, "--verified-at", "2026-06-10").stderr
    verified = done(company, "verify", "--request-id", number, "--verified-at", "2026-06-11", "--id-answered-at", "2026-06-10")
    assert (verified["state"], verified["due_on"]) == ("verified", "2026-07-08")
    extended = done(
        company, "extend", "--request-id", number, "--extended-at", "2026-07-08", "--extension-reason", "twelve systems, many rows"
    )
    assert (extended["state"], extended["due_on"]) == ("verified", "2026-09-08")
    answered = done(company, "answer", "--request-id", number, "--answered-at", "2026-08-01", "--outcome", "granted")
    assert answered["state"] == "answered"
    assert "not carried out" in request(company, "close", "--request-id", number).stderr
    assert done(company, "answer", "--request-id", number, "--executed-at", "2026-08-02")["state"] == "executed"
    assert done(company, "close", "--request-id", number, "--closed-at", "2026-09-01")["state"] == "closed"
    assert shown(company, number, "2026-09-10")["standing"] == "done"
    (row,) = rows(company)
    assert {name: value for name, value in row.items() if name.endswith("_at") and value} == {
        "received_at": "2026-06-01",
        "id_asked_at": "2026-06-03",
        "id_answered_at": "2026-06-10",
        "verified_at": "2026-06-11",
        "extended_at": "2026-07-08",
        "answered_at": "2026-08-01",
        "executed_at": "2026-08-02",
        "closed_at": "2026-09-01",
    }
    assert (row["extension_reason"], row["id_proof"], row["outcome"]) == ("twelve systems, many rows", "link", "granted")


def test_a_request_is_named_by_its_number_alone_too(company: Path) -> None:
    number = add(company)
    assert done(company, "show", number, "--as-of", "2026-06-10") == shown(company, number)
    assert done(company, "verify", number, "--verified-at", "2026-06-02")["state"] == "verified"
    steps = ("pause", "verify", "extend", "answer", "close", "show", "package")
    for said, words in {"no request is named": (), "two requests are named": (number, "--request-id", "DSR-2")}.items():
        outcomes = {step: request(company, step, *words) for step in steps}
        assert {step: (each.code, said in each.stderr) for step, each in outcomes.items()} == dict.fromkeys(steps, (2, True))
    assert "package" in shown(company, number)["next"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("answer --outcome granted", "not verified"),
        ("answer", "--outcome is missing"),
        ("answer --outcome refused", "--refusal-reason go together"),
        ("answer --executed-at 2026-06-10", "--outcome too"),
        ("answer --outcome withdrawn", "close --outcome withdrawn"),
        ("close", "has no answer yet"),
        ("pause", "say what was asked"),
        ("pause --id-answered-at 2026-06-05", "nothing was asked"),
        ("pause --id-asked-at 2026-05-05", "--id-asked-at is before received_at"),
        ("extend", "--extension-reason is missing"),
        ("verify --id-proof passport", "--id-proof is not known"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(company: Path, words: str, told: str) -> None:
    number = add(company)
    before = rows(company)
    step, *more = words.split()
    outcome = request(company, step, "--request-id", number, *more)
    assert (outcome.code, told in outcome.stderr) == (2, True), outcome.said
    assert "possible now: pause, verify, extend, answer, close --outcome withdrawn" in outcome.stderr
    assert rows(company) == before


def test_what_is_over_stays_over(company: Path) -> None:
    number = add(company)
    assert done(company, "close", "--request-id", number, "--closed-at", "2026-06-05", "--outcome", "withdrawn")["state"] == "withdrawn"
    for step in ("verify", "extend", "answer", "close"):
        outcome = request(company, step, "--request-id", number)
        assert (outcome.code, "possible now: nothing" in outcome.stderr) == (2, True)
    assert "is not in registers/requests.csv" in request(company, "show", "--request-id", "DSR-9").stderr


def test_what_was_done_wrongly_is_written_down_and_said(company: Path) -> None:
    number = add(company)
    late = request(company, "pause", "--request-id", number, "--id-asked-at", "2026-06-20", "--id-proof", "full_copy")
    assert late.code == 0
    assert "DSR-ID-LATE-ASK" in late.stdout
    assert "DSR-ID-EXCESS" in late.stdout
    assert (
        "DSR-EXT-LATE"
        in request(company, "extend", "--request-id", number, "--extended-at", "2026-07-02", "--extension-reason", "x").stdout
    )
    assert shown(company, number, "2026-07-02")["due_on"] == "2026-07-01"


def test_who_was_told_nothing_waits_on_though_the_request_was_closed(company: Path) -> None:
    number = add(company)
    register = company / "registers" / "requests.csv"
    register.write_text(register.read_text(encoding="utf-8").replace("received,", "closed,", 1), encoding="utf-8")
    waiting = shown(company, number, "2026-07-02")
    assert (waiting["state"], waiting["standing"], "without an answer" in waiting["next"]) == ("closed", "overdue", True)
    done(company, "answer", "--request-id", number, "--answered-at", "2026-07-03", "--outcome", "not_identified")
    assert shown(company, number, "2026-07-04")["standing"] == "to_finish"


def test_the_same_request_twice_is_a_slip(company: Path) -> None:
    number = add(company, "access", "2026-06-01", "--email", "p@example.com")
    again = ("add", "--right", "access", "--received-at", "2026-06-01T09:00", "--email", "P@example.com", "--customer-id", "K-9001")
    outcome = request(company, *again)
    assert (outcome.code, f"{number} is that request already" in outcome.stderr, "--again" in outcome.stderr) == (2, True, True)
    assert len(rows(company)) == 1
    for words in (("--again",), ("--phone", "0612345678")):
        assert request(company, *again, *words).code == 0, words
    assert len(rows(company)) == 3


def test_who_asks_is_known_before_an_answer_goes_out_however_late(company: Path) -> None:
    number = add(company, "access", "2026-03-01")
    assert shown(company, number)["next"] == "verify who asks (`request verify`) and answer now: the time for it is over"
    done(company, "verify", "--request-id", number, "--verified-at", "2026-06-01", "--id-proof", "link")
    assert shown(company, number)["next"].endswith("look through it, and answer now: the time for it is over")


def test_after_the_proof_the_package_is_next(company: Path) -> None:
    number = add(company)
    verified = done(company, "verify", "--request-id", number, "--verified-at", "2026-06-03")
    assert f"`houdbaar request package {number}`" in shown(company, number)["next"]
    assert verified["request_id"] == number


def test_which_requests_are_overdue_is_shown(company: Path) -> None:
    number = add(company)
    assert houdbaar("audit", str(company), "--as-of", "2026-07-31", folder=company.parent).code == 0
    found = houdbaar("findings", "--code", "DSR-OVERDUE", "--workspace", str(company), folder=company.parent)
    assert (found.code, number in found.stdout) == (0, True)


def test_the_most_urgent_is_first(company: Path) -> None:
    for right, received in (("access", "2026-06-20"), ("objection", "2026-05-01"), ("withdrawal", "2026-06-24"), ("access", "2026-05-26"),
                            ("access", "2026-05-04")):  # fmt: skip
        add(company, right, received)
    listed = done(company, "list", "--as-of", "2026-06-25")["requests"]
    assert [(each["request_id"], each["standing"], each["due_on"], each["days_left"]) for each in listed] == [
        ("DSR-2", "overdue", "2026-06-01", -24),
        ("DSR-5", "overdue", "2026-06-04", -21),
        ("DSR-3", "at_once", "2026-06-24", -1),
        ("DSR-4", "due_soon", "2026-06-26", 1),
        ("DSR-1", "running", "2026-07-20", 25),
    ]
    assert all(each["next"] for each in listed)


def test_the_clock_stands_still_and_then_the_request_is_to_be_closed(company: Path) -> None:
    """Case H17."""
    number = add(company)
    done(company, "pause", "--request-id", number, "--id-asked-at", "2026-06-03")
    waiting = shown(company, number, "2026-09-01")
    assert (waiting["state"], waiting["standing"]) == ("awaiting_id", "paused")
    over = shown(company, number, "2026-09-02")
    assert (over["standing"] != "overdue", "not_identified" in over["next"]) == (True, True)
    closed = done(company, "answer", "--request-id", number, "--answered-at", "2026-09-02", "--outcome", "not_identified")
    assert closed["state"] == "answered"


def test_knobs_of_the_workspace_move_due_dates(company: Path) -> None:
    number = add(company, "access", "2026-03-03")
    assert shown(company, number)["due_on"] == "2026-04-03"
    with (company / "houdbaar.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[knobs]\n"dsr.calendar" = "nl_full"\n')
    assert shown(company, number)["due_on"] == "2026-04-07"  # Good Friday, Easter


def test_a_day_to_come_is_refused(company: Path) -> None:
    """A slip in a year would hide a request for that long."""
    outcome = request(company, "add", "--right", "access", "--received-at", "2999-01-12", "--customer-id", "K-9001")
    assert outcome.code == 2
    assert "--received-at is still to come" in outcome.said
    number = add(company)
    assert "--verified-at is still to come" in request(company, "verify", "--request-id", number, "--verified-at", "2999-01-12").said
    assert shown(company, number)["state"] == "received"


def test_a_hold_on_a_person_needs_no_source(company: Path) -> None:
    about = ("--identifier-kind", "customer_id", "--identifier-value", "K-9001", "--starts-on", "2026-06-01", "--review-on", "2027-03-31")
    words = ("--kind", "legal_hold", "--reason", "claim", "--approver", "counsel", *about, "--workspace", str(company))
    assert houdbaar("hold", "add", *words, folder=company.parent).code == 0
    listed = houdbaar("hold", "list", "--as-of", "2026-06-10", "--format", "json", "--workspace", str(company), folder=company.parent)
    assert [hold["state"] for hold in json.loads(listed.stdout)["holds"]] == ["effective"]
