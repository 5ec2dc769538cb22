"""A hold that came after the plan of an erasure: who writes down that it was answered, carried out or closed is told (domain.md 5.4)."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from spec.answered import CONTACTS, MEMBERS, REQUEST, package
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


def told(folder: Path, *words: str) -> list[str]:
    """What a command about the request warns of; it does its work all the same."""
    command = ["request", *words, "--request-id", "DSR-1", "--workspace", str(folder), "--format", "json"]
    done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
    assert done.exit_code == 0, done.stderr
    assert "voorbeeld.nl" not in done.output
    assert "K-1" not in done.output
    return json.loads(done.stdout)["warnings"]


GRANTED = ("answer", "--answered-at", "2026-11-24", "--outcome", "granted")
CARRIED_OUT = (*GRANTED, "--executed-at", "2026-11-24")
ON_HIM = {
    "the address that the request names": about("email", "JAN@voorbeeld.nl"),
    "his number, which only the exports know": about("customer_id", "K-1"),
    "a restriction": about("customer_id", "K-1", kind="restriction"),
    "a record of his": BY_SOURCE | STARTED | {"record_key": "C-1"},
    "all of a source that he is in": BY_SOURCE | STARTED | {"period_from": "2020-01-01"},
}
NOT_ON_HIM = {
    "somebody else": about("customer_id", "K-2"),
    "begun after it was carried out": about("email", "jan@voorbeeld.nl", starts_on="2026-11-25"),
    "released before": about("email", "jan@voorbeeld.nl", released_on="2026-11-23"),
    "ended before": about("email", "jan@voorbeeld.nl", ends_on="2026-11-23"),
    "approved by nobody": about("email", "jan@voorbeeld.nl", approver=""),
}


@pytest.mark.parametrize("name", ON_HIM)
def test_a_hold_on_the_persons_records_is_told(tmp_path, name):
    place = place_of(tmp_path / "company")
    package(place)
    hold(place, ON_HIM[name])
    (before,) = told(place, *GRANTED)
    assert re.match(r"hold H-1 \((legal hold|restriction)\) is on records of this person", before)
    assert "ask legal counsel before anything is erased" in before
    (after,) = told(place, "answer", "--executed-at", "2026-11-24")
    assert "was, on 2026-11-24, on records of this person" in after
    assert told(place, "close", "--closed-at", "2026-11-25") == [after]


@pytest.mark.parametrize("name", NOT_ON_HIM)
def test_a_hold_that_is_not_on_them_is_not(tmp_path, name):
    place = place_of(tmp_path / "company")
    package(place)
    hold(place, NOT_ON_HIM[name])
    assert told(place, *CARRIED_OUT) == []


def test_a_hold_that_the_plan_knows_is_kept_by_it(tmp_path):
    place = place_of(tmp_path / "company")
    hold(place, about("customer_id", "K-1"))
    assert any(step["blocked_by"] for step in package(place).steps.values())
    assert told(place, *CARRIED_OUT) == []


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
