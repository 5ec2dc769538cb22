"""What an answer to a request should say and can't is told to the officer (DSR-PACKAGE; domain.md 3.5)."""

import json

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from houdbaar.subjects.package.build import UNSIGNED
from houdbaar.subjects.package.words import words_of
from spec.answered import CONTACTS, MEMBERS, REGISTERS, Answered, answered, package, requested
from spec.conftest import SETTLED, write
from spec.given import KEY, plain, verbatim


@pytest.fixture(scope="module")
def unsettled(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer of a company that has settled nothing, and keeps neither disclosures nor transfers; gaps of medium weight fail."""
    registers = {"consents": REGISTERS["consents"]}
    place = tmp_path_factory.mktemp("unsettled") / "company"
    return answered(place, "access", MEMBERS, registers=registers, settings="", arguments=("--fail-on", "medium"))


@pytest.mark.parametrize(
    "block",
    ["contact", "recipients", "transfers"],
    ids=["no officer is named", "nobody says who receives data", "nobody says where mailings are stored"],
)
def test_a_mandatory_block_that_says_nothing_is_told(unsettled, block):
    assert (block, "medium") in unsettled.missing
    assert f"DSR-PACKAGE medium: {block}" in unsettled.stdout
    entry = next(each for each in unsettled.json("officer/controle.json")["findings"] if each["field"] == block)
    assert (entry["code"], entry["severity"], entry["request_id"]) == ("DSR-PACKAGE", "medium", "DSR-1")


@pytest.mark.parametrize(
    ("language", "signed"),
    [("nl", "namens [naam van de verwerkingsverantwoordelijke]"), ("en", "on behalf of [name of the controller]")],
)
@pytest.mark.parametrize("right", ["access", "erasure", "rectification", "portability"])
def test_who_has_not_said_its_name_signs_with_no_other_companys(tmp_path, right, language, signed):
    """The packaged policy is an example company's: its name is on nobody else's letter."""
    found = answered(tmp_path / "company", right, MEMBERS, settings="", language=language)
    assert found.letter.rstrip().endswith(signed)
    assert signed in found.page
    assert b"Twingatrack" not in b"".join(content for name, content in found.files.items() if name.startswith("package/"))
    assert UNSIGNED in found.stdout


def test_who_has_said_its_name_signs_with_it(tmp_path):
    settings = '[knobs]\n"policy.controller" = "Voorbeeld B.V."\n'
    found = answered(tmp_path / "company", "access", MEMBERS, settings=settings, language="en")
    assert found.letter.rstrip().endswith("on behalf of Voorbeeld B.V.")
    assert UNSIGNED not in found.stdout


@pytest.fixture(scope="module")
def halfway(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer of a company that says half of what it should."""
    members = plain(
        "mail_member",
        "list_id | email | status | signup_source | opted_in_at\nnieuws | jan@voorbeeld.nl | subscribed | question | 2025-11-01 10:00\n"
        "actie | jan@voorbeeld.nl | subscribed | import | 2025-11-01 10:00",
    )
    transfers = """transfer_id | recipient | country | instrument | valid_from | valid_to | sources
        T-1 | Helpdesk Voorbeeld | IN | scc | 2022-01-01 | 2025-12-31 | mail_member
        T-2 | Nachtdienst Voorbeeld | els@voorbeeld.nl | | 2022-01-01 | | mail_member"""
    place = tmp_path_factory.mktemp("halfway") / "company"
    return answered(place, "access", members, registers={**REGISTERS, "transfers": transfers})


def test_a_block_that_says_half_of_it_is_told(halfway):
    assert halfway.missing == {("source", "medium"), ("transfers", "medium")}
    assert "India" in halfway.letter
    assert "niet meer geldig of ontbreekt" in halfway.letter
    assert words_of("nl").text("import_origin") in halfway.letter


def test_what_stands_for_a_country_is_not_printed(halfway):
    assert "no instrument in force for a transfer to country-" in halfway.stdout
    assert "the register names no country by its code: country-" in halfway.stdout
    assert halfway.holds("els@voorbeeld.nl") == []
    assert "Nachtdienst Voorbeeld, in een land buiten de Europese Economische Ruimte" in halfway.letter


def test_an_address_that_came_with_a_question_has_no_basis(tmp_path):
    members = plain(
        "mail_member", "list_id | email | status | signup_source | opted_in_at\nn | jan@voorbeeld.nl | subscribed | question | 2026-01-01"
    )
    found = answered(tmp_path / "company", "access", members, registers=REGISTERS)
    assert ("basis", "medium") in found.missing
    assert words_of("nl").text("gap") in found.letter


def test_a_source_that_nobody_could_look_into_is_a_serious_gap(tmp_path):
    broken = verbatim("plain.invoice", "export.csv", "customer_id,email\n")
    found = answered(tmp_path / "company", "access", CONTACTS, broken, registers=REGISTERS)
    assert found.exit_code == 3
    assert ("sources", "high") in found.missing
    assert "Niet gelukt is het bij: invoice" in found.letter


def test_the_fail_level_looks_at_gaps(unsettled):
    assert unsettled.exit_code == 1


def test_the_letter_promises_no_part_that_it_lacks(unsettled):
    assert "wie ze nog meer kreeg" not in unsettled.letter
    assert ("recipients", "medium") in unsettled.missing


def test_what_the_officer_has_to_mend_is_not_told_to_the_person(tmp_path):
    stray = verbatim("plain.contact", "onbekend.xyz", "?\n", name="els-de-wit-geheim")
    found = answered(tmp_path / "company", "access", MEMBERS, stray, settings="")
    given = b"".join(content for name, content in found.files.items() if name.startswith("package/")).decode()
    assert [text for text in ("DSR-PACKAGE", "onbekend", "missing", "policy.recipients") if text in given] == []
    check = found.json("officer/controle.json")
    assert "DSR-PACKAGE" in {each["code"] for each in check["findings"]}
    assert any("onbekend" in item["file"] for item in check["not_searched"])


def test_rows_that_nobody_can_read_are_told(tmp_path):
    people = verbatim(
        "plain.contact", "export.csv", "contact_id,email,created_at\nC-1,jan@voorbeeld.nl,2021-03-01\nC-2,els@voorbeeld.nl,x,a,b\n"
    )
    found = answered(tmp_path / "company", "access", people, identifiers="email=els@voorbeeld.nl", registers=REGISTERS)
    assert ("sources", "high") in found.missing
    assert "source contact was not wholly searched: 1 rows can't be read" in found.stdout
    assert "Niet helemaal gelukt is het bij: contact (1 regel)" in found.letter
    assert "geen gegevens van u" not in found.letter
    searched = {item["source"]: item["rows_rejected"] for item in found.json("package/manifest.json")["searched"]}
    assert searched["contact"] == 1


CONTACT = "contact of the data-protection officer: set policy.dpo_contact"


def unanswered(right: str) -> dict[str, str]:
    """The register with the one request, and room for its answer."""
    header, row = requested(right).split("\n")
    return {"requests": f"{header} | answered_at | executed_at\n{row} | |"}


def written_down(place) -> tuple[str, list[str]]:
    """What `houdbaar request answer` prints, and says in JSON of what the answer lacked."""
    command = ["request", "answer", "--request-id", "DSR-1", "--answered-at", "2026-11-25", "--outcome", "granted"]
    texts = []
    for output_format in ("text", "json"):
        register = place / "registers" / "requests.csv"
        before = register.read_bytes()
        arguments = [*command, "--workspace", str(place), "--format", output_format]
        done = CliRunner().invoke(app, arguments, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
        assert done.exit_code == 0, done.stderr
        assert b"answered" in register.read_bytes()  # that it was given is a fact, whatever it lacked
        register.write_bytes(before)
        texts.append(done.stdout)
    return texts[0], json.loads(texts[1])["lacked"]


def test_writing_an_answer_down_says_what_its_package_lacked(tmp_path):
    """Also where the setting was given since: what was sent lacked it."""
    place = tmp_path / "company"
    write(place, (MEMBERS,), settings="", registers=unanswered("access"))
    found = package(place)
    settings = (place / "houdbaar.toml").read_text(encoding="utf-8")
    (place / "houdbaar.toml").write_text(settings + SETTLED, encoding="utf-8")
    told, lacked = written_down(place)
    assert {text.partition(":")[0] for text in lacked} == {block for block, _ in found.missing}
    assert f"contact: the letter says nothing of it: {CONTACT}" in lacked
    assert all(f"send it after, unless it was put in by hand: {text}" in told for text in lacked)


@pytest.mark.parametrize(("settings", "expected"), [("", [f"contact: {CONTACT}"]), (SETTLED, [])])
def test_of_an_answer_without_a_package_only_the_settings_tell(tmp_path, settings, expected):
    place = tmp_path / "company"
    write(place, (MEMBERS,), settings=settings, registers=unanswered("erasure"))
    told, lacked = written_down(place)
    assert lacked == expected
    assert told.count("note: the answer lacked a mandatory part (DSR-PACKAGE)") == len(expected)
