"""A hold that came after the plan of an erasure: who writes down that it was answered, carried out or closed is told (domain.md 5.4)."""

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from spec.answered import CONTACTS, MEMBERS, REGISTERS, REQUEST, package
from spec.conftest import write
from spec.given import KEY, csv_bytes, drawn, plain, verbatim
from spec.test_cases_f import holds

ASKED = "email=jan@voorbeeld.nl"
STARTED = {"starts_on": "2026-11-20"}
BY_SOURCE = {"identifier_kind": "", "identifier_value": "", "source": "contact"}


def about(kind: str, value: str, /, **more: str) -> dict[str, str]:
    return {"identifier_kind": kind, "identifier_value": value, **STARTED, **more}


def place_of(folder: Path, *exports, right: str = "erasure", identifiers: str = ASKED) -> Path:
    """A company with one verified request, and no hold."""
    header = REQUEST.replace("| outcome", "| answered_at | executed_at | closed_at | outcome")
    row = f"DSR-1 | {right} | mail | 2026-11-03 | {identifiers} | nl | verified | 2026-11-04 | | | | | | |"
    write(folder, exports or (CONTACTS, MEMBERS), registers={"requests": f"{header}\n{row}"})
    return folder


def hold(folder: Path, *changes: dict[str, str]) -> None:
    """What stands in the register of holds from now on."""
    (folder / "registers" / "holds.csv").write_bytes(csv_bytes(drawn(holds(*changes)["holds"]), expected=()))


def numbered(named: Mapping[str, dict[str, str]]) -> list[dict[str, str]]:
    """The holds of several examples, each under the number of its place."""
    return [{"hold_id": f"H-{number}", **hold} for number, hold in enumerate(named.values(), 1)]


def told(folder: Path, *words: str) -> list[str]:
    """What a command about the request warns of; it does its work all the same."""
    command = ["request", *words, "--request-id", "DSR-1", "--workspace", str(folder), "--format", "json"]
    done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
    assert done.exit_code == 0, done.stderr
    assert "voorbeeld.nl" not in done.output
    assert "K-1" not in done.output
    return json.loads(done.stdout)["warnings"]


GRANTED = ("answer", "--answered-at", "2026-11-25", "--outcome", "partly_granted")
CARRIED_OUT = (*GRANTED, "--executed-at", "2026-11-25")
ON_HIM = {
    "the address that the request names": about("email", "JAN@voorbeeld.nl"),
    "his number, which only the exports know": about("customer_id", "K-1"),
    "a restriction": about("customer_id", "K-1", kind="restriction"),
    "a record of his": BY_SOURCE | STARTED | {"record_key": "C-1"},
    "all of a source that he is in": BY_SOURCE | STARTED | {"period_from": "2020-01-01"},
}
NOT_ON_HIM = {
    "somebody else": about("customer_id", "K-2"),
    "a record of somebody else": BY_SOURCE | STARTED | {"record_key": "C-2"},
    "begun after it was carried out": about("email", "jan@voorbeeld.nl", starts_on="2026-11-26"),
    "released before": about("email", "jan@voorbeeld.nl", released_on="2026-11-23"),
    "ended before": about("email", "jan@voorbeeld.nl", ends_on="2026-11-23"),
    "approved by nobody": about("email", "jan@voorbeeld.nl", approver=""),
}


def of_hold(warnings: list[str], names: Iterable[str], name: str) -> list[str]:
    """What the warnings say of the hold that stands for a name among several."""
    return [warning for warning in warnings if f"hold H-{list(names).index(name) + 1} (" in warning]


@pytest.fixture(scope="module")
def unplanned(tmp_path_factory):
    """The warnings of each step of an erasure whose plan knows none of these holds."""
    place = place_of(tmp_path_factory.mktemp("unplanned") / "company")
    package(place)
    hold(place, *numbered({**ON_HIM, **NOT_ON_HIM}))
    before = told(place, *GRANTED)
    after = told(place, "answer", "--executed-at", "2026-11-25")
    return before, after, told(place, "close", "--closed-at", "2026-11-25")


@pytest.mark.parametrize("name", ON_HIM)
def test_a_hold_on_the_persons_records_is_told(unplanned, name):
    (before,), (after,), closed = (of_hold(warnings, ON_HIM, name) for warnings in unplanned)
    assert re.match(r"hold H-\d \((legal hold|restriction)\) is on records of this person, and no plan of this request knows it", before)
    assert "ask legal counsel before anything is erased" in before
    assert "was, on 2026-11-25, on records of this person" in after
    assert closed == [after]


@pytest.mark.parametrize("name", NOT_ON_HIM)
def test_a_hold_that_is_not_on_them_is_not(unplanned, name):
    assert [of_hold(warnings, [*ON_HIM, *NOT_ON_HIM], name) for warnings in unplanned[1:]] == [[], []]


# What a hold was about when the plan was made, what else its row says since, and whether that is told.
PLANNED = {
    "the same": (about("customer_id", "K-1"), [{}], False),
    "the same, for a longer time and for another reason": (
        about("customer_id", "K-1"), [{"ends_on": "2027-01-31", "review_on": "2027-02-28", "reason": "a claim"}], False,
    ),
    "the same, written in other letters": (about("Customer_ID", "K-1"), [{"identifier_kind": "customer_id"}], False),
    "another identifier": (about("customer_id", "K-1"), [{"identifier_value": "K-9"}], True),
    "another kind of identifier": (about("email", "jan@voorbeeld.nl"), [{"identifier_kind": "person_id"}], True),
    "one more identifier": (about("customer_id", "K-1"), [{}, {"identifier_value": "K-9"}], True),
    "no longer one source alone": (about("customer_id", "K-1", source="contact"), [{"source": ""}], True),
    "another record": (BY_SOURCE | STARTED | {"record_key": "C-1"}, [{"record_key": "C-9"}], True),
    "a wider period": (BY_SOURCE | STARTED | {"period_from": "2021-01-01"}, [{"period_from": "2020-01-01"}], True),
    "all fields": (about("customer_id", "K-1", fields="notes"), [{"fields": ""}], True),
}  # fmt: skip


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A company with the plan of an erasure, which keeps what each of these holds was about."""
    place = place_of(tmp_path_factory.mktemp("planned") / "company")
    hold(place, *numbered({name: was for name, (was, _, _) in PLANNED.items()}))
    answer = package(place)
    assert len({held for step in answer.steps.values() for held in step["blocked_by"]}) == len(PLANNED)
    assert answer.holds("K-9") == []
    return place


def test_a_hold_that_changed_after_the_plan_is_told(planned, tmp_path):
    place = shutil.copytree(planned, tmp_path / "company")
    since = [{"hold_id": f"H-{number}"} | was | change for number, (was, rows, _) in enumerate(PLANNED.values(), 1) for change in rows]
    hold(place, *since)
    warnings = told(place, *CARRIED_OUT)
    has_changed = re.compile(r"what hold H-\d+ \(legal hold\) is about is not, or may not be, what the plan of this request says: ask")
    assert [bool(of_hold(warnings, PLANNED, name)) for name in PLANNED] == [is_told for _, _, is_told in PLANNED.values()]
    assert all(has_changed.match(warning) for warning in warnings)


def test_the_plan_names_nobody_whom_a_hold_is_about(planned):
    (path,) = (planned / "runs").rglob("plan.json")
    digests = [digest for each in json.loads(path.read_text(encoding="utf-8"))["holds"].values() for digest in each]
    assert digests
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def test_a_plan_that_does_not_say_what_a_hold_was_about_is_made_again(planned, tmp_path):
    """Plans of earlier versions don't."""
    place = shutil.copytree(planned, tmp_path / "company")
    (path,) = (place / "runs").rglob("plan.json")
    plan = json.loads(path.read_text(encoding="utf-8"))
    del plan["holds"]
    path.write_text(json.dumps(plan), encoding="utf-8")
    warnings = told(place, *GRANTED)
    assert len(warnings) == len(PLANNED)
    for warning in warnings:
        assert re.match(r"what hold H-\d+ \(legal hold\) is about is not, or may not be, what the plan of this request says", warning)
        assert "then make the plan again" in warning


def test_a_plan_from_after_the_erasure_knows_only_what_was_left(planned, tmp_path):
    place = shutil.copytree(planned, tmp_path / "company")
    warnings = told(place, *GRANTED[:2], "2026-11-24", *GRANTED[3:], "--executed-at", "2026-11-24")
    assert all("no plan of this request knows it" in warning for warning in warnings)
    assert len(warnings) == len(PLANNED)


def test_a_hold_that_meets_more_than_its_plan_keeps_is_told(tmp_path):
    """It says what it said, but the exports have more of him: a record with a key of its own, and in another file one without."""
    clicks = "list_id | email | kind | happened_at\nnieuws | jan@voorbeeld.nl | click | 2026-10-01"
    place = place_of(tmp_path / "company", CONTACTS, MEMBERS, plain("mail_activity", clicks))
    mine = about("customer_id", "K-1", hold_id="H-2", source="contact"), about("email", "jan@voorbeeld.nl", hold_id="H-3")
    hold(place, BY_SOURCE | STARTED | {"record_key": "C-1"}, *mine)
    package(place)
    plain("contact", "contact_id | customer_id | email\nC-1 | K-1 | jan@voorbeeld.nl\nC-3 | K-1 | ").write(place / "exports" / "contact")
    plain("mail_activity", clicks + "\nnieuws | jan@voorbeeld.nl | open | 2026-11-20").write(place / "exports" / "mail_activity")
    first, second = told(place, *GRANTED)
    assert first.startswith("hold H-2 (legal hold) is on more records of this person than the plan of this request keeps for it: ask")
    assert second.startswith("hold H-3 (legal hold) is on more records")


def test_an_export_that_lies_there_twice_is_no_more_than_once(tmp_path):
    clicks = "list_id | email | kind | happened_at\nnieuws | jan@voorbeeld.nl | click | 2026-10-01"
    place = place_of(tmp_path / "company", CONTACTS, plain("mail_activity", clicks))
    hold(place, about("email", "jan@voorbeeld.nl"))
    package(place)
    (export,) = (place / "exports" / "mail_activity").iterdir()
    shutil.copy(export, export.with_name(f"copy-{export.name}"))
    assert told(place, *GRANTED) == []


def test_a_plan_knows_a_hold_that_is_on_a_registers_row_alone(tmp_path):
    place = place_of(tmp_path / "company", plain("contact", "contact_id | customer_id | email\nC-2 | K-2 | els@voorbeeld.nl"))
    (place / "registers" / "consents.csv").write_bytes(csv_bytes(drawn(REGISTERS["consents"]), expected=()))
    hold(place, about("email", "jan@voorbeeld.nl"))
    assert {held for step in package(place).steps.values() for held in step["blocked_by"]} == {"legal_hold:H-1"}
    assert told(place, *GRANTED) == []


def test_without_a_plan_each_is_told(tmp_path):
    place = place_of(tmp_path / "company")
    hold(place, about("customer_id", "K-1"), about("email", "jan@voorbeeld.nl", hold_id="jan@voorbeeld.nl"))
    first, second = told(place, *CARRIED_OUT)
    assert first.startswith("hold H-1 ")
    assert re.match(r"hold id-[0-9a-f]{8} ", second)


def test_of_a_person_who_is_gone_nobody_can_tell(tmp_path):
    """But of a hold whose person the exports have, and of one that names another address."""
    place = place_of(tmp_path / "company", plain("contact", "contact_id | customer_id | email\nC-2 | K-2 | els@voorbeeld.nl"))
    others = (about("customer_id", "K-2", hold_id="H-2"), about("email", "piet@voorbeeld.nl", hold_id="H-3"))
    hold(place, about("customer_id", "K-1"), *others)
    (warning,) = told(place, *CARRIED_OUT)
    assert re.match("whether hold H-1 .* nobody can tell", warning)


def test_nor_of_one_who_is_gone_in_part(tmp_path):
    """What went had the number that the hold names; what is left has not."""
    place = place_of(tmp_path / "company")
    package(place)
    hold(place, about("customer_id", "K-1"))
    plain("contact", "contact_id | customer_id | email\nC-2 | K-2 | els@voorbeeld.nl").write(place / "exports" / "contact")
    (warning,) = told(place, *CARRIED_OUT)
    assert re.match("whether hold H-1 .* nobody can tell", warning)


@pytest.mark.parametrize("selected", [{"record_key": "C-1"}, {"period_from": "2020-01-01"}], ids=["a record", "a source"])
def test_of_one_who_is_gone_nobody_can_tell_what_was_held_without_a_name(tmp_path, selected):
    place = place_of(tmp_path / "company", plain("contact", "contact_id | customer_id | email\nC-2 | K-2 | els@voorbeeld.nl"))
    hold(place, BY_SOURCE | STARTED | selected)
    (warning,) = told(place, *CARRIED_OUT)
    assert re.match("whether hold H-1 .* nobody can tell", warning)


def test_what_could_not_be_read_is_said(tmp_path):
    place = place_of(tmp_path / "company", CONTACTS, verbatim("plain.invoice", "export.csv", "customer_id,email\n"))
    hold(place, about("customer_id", "K-2"))
    (warning,) = told(place, *CARRIED_OUT)
    assert "was not looked at (not every file can be read)" in warning


def test_who_could_not_look_says_so(tmp_path):
    place = place_of(tmp_path / "company")
    hold(place, about("customer_id", "K-1"))
    register = place / "registers" / "holds.csv"
    register.write_bytes(register.read_bytes() + b'H-2,"legal_hold\n')
    (warning,) = told(place, *CARRIED_OUT)
    assert "was not looked at" in warning


def test_what_the_register_alone_tells_is_told_where_nobody_could_look(tmp_path):
    """An address and a number of two people find nobody; a hold names the address all the same."""
    place = place_of(tmp_path / "company", identifiers=f"{ASKED};customer_id=K-2")
    hold(place, about("email", "jan@voorbeeld.nl"), about("customer_id", "K-9", hold_id="H-2"))
    named, unlooked = told(place, *CARRIED_OUT)
    assert named.startswith("hold H-1 ")
    assert "was not looked at (DSR-AMBIGUOUS" in unlooked


def test_and_where_another_row_of_it_is_broken(tmp_path):
    place = place_of(tmp_path / "company")
    hold(place, about("email", "jan@voorbeeld.nl"))
    register = place / "registers" / "holds.csv"
    register.write_bytes(register.read_bytes() + b"H-2,legal_hold,claim,board,email,els@voorbeeld.nl,,,,,,2026-11-20,,,,,one too many\n")
    named, unlooked = told(place, *CARRIED_OUT)
    assert named.startswith("hold H-1 ")
    assert "was not looked at (a row of registers/holds.csv" in unlooked


@pytest.mark.parametrize(("right", "words"), [("access", GRANTED), ("erasure", (*GRANTED[:4], "nothing_found"))])
def test_who_erases_nothing_needs_no_warning(tmp_path, right, words):
    place = place_of(tmp_path / "company", right=right)
    hold(place, about("email", "jan@voorbeeld.nl"))
    assert told(place, *words) == []


def test_what_a_plan_names_and_no_export_has_any_more_is_told_of_a_hold_on_it(tmp_path):
    """Some of his records are still there, so that the search finds him, and nothing of what went."""
    place = place_of(tmp_path / "company")
    package(place, "DSR-1", "--as-of", "2026-11-24")
    plain("contact", "contact_id | email\nC-2 | els@voorbeeld.nl").write(place / "exports" / "contact")
    record, other = BY_SOURCE | STARTED | {"record_key": "C-1"}, BY_SOURCE | STARTED | {"record_key": "C-9", "hold_id": "H-2"}
    period = BY_SOURCE | STARTED | {"period_from": "2020-01-01"}
    hold(place, record, other, period | {"hold_id": "H-3"}, period | {"hold_id": "H-4", "source": "mail_member", "period_to": "2020-01-02"})
    on_it, of_period = told(place, *CARRIED_OUT)
    assert on_it.startswith("hold H-1 (legal hold) was, on 2026-11-25, on records of this person, and no plan")
    assert re.match("whether hold H-3 .* nobody can tell any more", of_period)


@pytest.mark.parametrize("is_planned", [False, True], ids=["without a plan", "with one of that day, from before or after"])
def test_nobody_can_tell_whose_a_held_record_was_that_no_export_has(tmp_path, is_planned):
    """But of one that an export still has, as somebody else's."""
    place = place_of(tmp_path / "company")
    if is_planned:
        package(place)
    record = BY_SOURCE | STARTED
    hold(place, record | {"record_key": "C-9"}, record | {"record_key": "C-2", "hold_id": "H-2"})
    assert told(place, *GRANTED) == []
    (warning,) = told(place, "answer", "--executed-at", "2026-11-25")
    assert re.match("whether hold H-1 .* nobody can tell any more", warning)


def test_who_grants_all_is_told_what_the_plan_keeps(tmp_path):
    """An audit takes the outcome at its word: what a hold kept would be missed as erased."""
    invoice = plain("invoice", "invoice_number | customer_id | email | invoice_date\nF-1 | K-1 | jan@voorbeeld.nl | 2026-01-05")
    place = place_of(tmp_path / "company", CONTACTS, MEMBERS, invoice)
    package(place)
    (warning,) = told(shutil.copytree(place, tmp_path / "granted"), *GRANTED[:-1], "granted")
    assert warning.startswith("the plan of this request erases all but 1 record, which the law or a hold keeps or somebody has to look at")
    assert "partly_granted" in warning
    assert told(place, *GRANTED) == []


BY_NAME = "name=Jan van der Jansen"


def test_a_name_alone_is_compared_with_no_hold(tmp_path):
    """Whose customer number that is, no name tells; a hold by the same name has no effect, and still tells whom it was meant for."""
    place = place_of(tmp_path / "company", identifiers=BY_NAME)
    package(place)
    others = (about("name", "Jansen, J. van der", hold_id="H-2"), about("name", "Els Bakker", hold_id="H-3"))
    hold(place, about("customer_id", "K-1"), *others, about("name", "Jan van der Jansen", hold_id="H-4", ends_on="2026-11-23"))
    same, unlooked = told(place, *GRANTED)
    assert same.startswith("hold H-2 (legal hold) names the person by the name that this request states")
    assert "is on records of this person was not looked at (the request states a name or an address alone" in unlooked
    assert "ask legal counsel before anything is erased" in unlooked


def test_where_no_hold_is_in_effect_a_name_alone_needs_no_warning(tmp_path):
    place = place_of(tmp_path / "company", identifiers=BY_NAME)
    hold(place, about("customer_id", "K-1", ends_on="2026-11-23"))
    assert told(place, *CARRIED_OUT) == []


def test_where_the_register_names_nobody_any_more_the_plan_still_tells(tmp_path):
    place = place_of(tmp_path / "company")
    was = about("customer_id", "K-1")
    hold(place, was)
    package(place)
    told(place, *CARRIED_OUT)
    register = place / "registers" / "requests.csv"
    register.write_text(register.read_text(encoding="utf-8").replace(ASKED, ""), encoding="utf-8")
    record = BY_SOURCE | STARTED | {"record_key": "C-1", "hold_id": "H-2"}
    hold(place, was | {"identifier_value": "K-9"}, record, about("customer_id", "K-2", hold_id="H-3"))
    on_it, changed, unlooked = told(place, "close", "--closed-at", "2026-11-25")
    assert on_it.startswith("hold H-2 (legal hold) was, on 2026-11-25, on records of this person, and no plan")
    assert changed.startswith("what hold H-1 (legal hold) is about is not")
    assert "was not looked at (the request no longer states an identifier" in unlooked
