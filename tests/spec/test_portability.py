"""What can be taken to somebody else: provided by the person, by consent or contract, in a form for machines (GDPR 20)."""

import csv
import io
from pathlib import Path

import jsonschema
import pytest

from spec.answered import COMPANY, REGISTERS, Answered, answered
from spec.given import plain

LETTERS = Path(__file__).parent / "letters"


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer to Jan, who moves on."""
    return answered(tmp_path_factory.mktemp("portability") / "company", "portability", *COMPANY, registers=REGISTERS)


def test_what_rests_on_consent_or_contract_goes_along(answer):
    assert answer.exit_code == 0, answer.stderr
    assert set(answer.json("package/gegevens.json")) == {"contact", "order", "shipment", "mail_member"}


def test_statutory_and_interest_stay(answer):
    assert not {"invoice", "message"} & set(answer.json("package/gegevens.json"))


def test_what_the_company_made_of_it_stays(answer):
    (member,) = answer.json("package/gegevens.json")["mail_member"]
    assert member["email"] == "jan@voorbeeld.nl"
    assert not {"rating", "status", "list_id"} & set(member)
    (contact,) = answer.json("package/gegevens.json")["contact"]
    assert "notes" not in contact
    assert "wachtwoord" not in contact


def test_the_data_keep_to_their_schema(answer):
    schema = answer.json("package/schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(answer.json("package/gegevens.json"), schema)
    assert schema["properties"]["order"]["items"]["properties"]["ordered_at"]["description"] == "order.ordered at"


def test_there_is_a_table_of_each_source_too(answer):
    text = (answer.folder / "package" / "order.csv").read_bytes().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["total"] == "99.50"


def test_the_letter_says_what_is_in_it_and_what_is_not(answer):
    assert answer.letter == (LETTERS / "portability.nl.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("source", "goes"), [("newsletter", True), ("order", False)], ids=["by consent", "as an existing customer"])
def test_how_the_address_was_given_decides(tmp_path, source, goes):
    members = plain(
        "mail_member", f"list_id | email | status | signup_source | opted_in_at\nn | jan@voorbeeld.nl | subscribed | {source} | 2026-01-01"
    )
    found = answered(tmp_path / "company", "portability", members, registers=REGISTERS)
    assert ("mail_member" in found.json("package/gegevens.json")) is goes


def test_a_contact_person_of_a_company_rests_on_an_interest(tmp_path):
    people = plain("contact", "contact_id | organisation | email | created_at\nC-1 | Vervoer Voorbeeld | jan@voorbeeld.nl | 2021-03-01")
    found = answered(tmp_path / "company", "portability", people, registers=REGISTERS)
    assert found.json("package/gegevens.json") == {}


@pytest.mark.parametrize(("consent", "goes"), [("granted", True), ("denied", False), ("", False)])
def test_visits_go_along_where_consent_was_given(tmp_path, consent, goes):
    visits = plain(
        "analytics_event",
        f"event_at | event_name | client_id | user_id | page_url | analytics_consent\n"
        f"2026-10-01 10:00 | page_view | 1.2 | K-1 | https://voorbeeld.nl/ | {consent}",
    )
    found = answered(
        tmp_path / "company", "portability", COMPANY[0], visits, identifiers="customer_id=K-1;user_id=K-1", registers=REGISTERS
    )
    assert found.exit_code == 0, found.stderr
    assert ("analytics_event" in found.json("package/gegevens.json")) is goes
