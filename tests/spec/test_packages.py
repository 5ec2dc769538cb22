"""Answers to requests for access: what the person gets, what nobody gets, and what is told of it (domain.md 3.2, 3.5; GDPR 15)."""

import html
import re
import stat
from pathlib import Path

import pytest

from spec.answered import (
    COMPANY,
    CONTACTS,
    INVOICES,
    OTHERS,
    REGISTERS,
    SHIPMENTS,
    TRACKERS,
    VISITS,
    Answered,
    Ask,
    answered,
    asker,
    package,
)
from spec.given import plain

LETTERS = Path(__file__).parent / "letters"


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer to Jan, who asks for access."""
    return answered(
        tmp_path_factory.mktemp("access") / "company",
        "access",
        *COMPANY,
        identifiers="email=jan@voorbeeld.nl;name=Jan van der Jansen",
        registers=REGISTERS,
        arguments=("--fail-on", "medium"),
    )


def test_the_letter_is_the_one_that_was_read_and_found_good(answer):
    """A company that has settled all that has to be said: nothing is missing, at any level."""
    assert (answer.exit_code, answer.missing) == (0, set()), answer.stderr
    assert answer.letter == (LETTERS / "access.nl.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What that company answers to other requests of Jan's."""
    return asker(tmp_path_factory.mktemp("requests") / "company", *COMPANY, registers=REGISTERS)


def test_the_letter_comes_in_english(ask):
    assert ask("access", language="en").letter == (LETTERS / "access.en.md").read_text(encoding="utf-8")


def test_nothing_found_is_a_full_answer(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, INVOICES, identifiers="email=niemand@voorbeeld.nl", registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    assert found.letter == (LETTERS / "nothing.nl.md").read_text(encoding="utf-8")
    assert found.missing == set()
    manifest = found.json("package/manifest.json")
    assert {item["source"] for item in manifest["searched"]} >= {"contact", "invoice"}
    assert manifest["keys"] == ["email"]
    assert not (found.folder / "package" / "gegevens").exists()


def test_every_column_of_a_row_is_given_as_it_stands_in_the_export(answer):
    (row,) = answer.rows("contact")
    assert row["phone"] == "06-12345679"
    assert row["geboorteplaats"] == "Nijmegen"  # no contract names this column
    assert row["created_at"] == "2021-03-01"
    assert answer.rows("order")[0]["total"] == "99.50"


def test_secrets_are_left_out_and_said_to_exist(answer):
    (row,) = answer.rows("contact")
    assert "wachtwoord" not in row
    assert ("contact", 1, "wachtwoord", "secret") in answer.redactions
    assert "Wachtwoorden, sleutels" in answer.letter
    assert answer.holds("geheim123") == []


def test_no_value_of_anybody_else_is_in_any_file_or_message(answer):
    found = [text for text in answer.holds(*OTHERS) if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", _everything(answer))]
    assert found == []


def _everything(answer: Answered) -> str:
    return b"\n".join(answer.files.values()).decode() + answer.stdout + answer.stderr


def test_a_parcel_to_somebody_else_keeps_its_facts_and_loses_the_other(answer):
    to_other, to_self = answer.rows("shipment")
    assert to_other["shipment_id"] == "S-1"
    assert to_other["delivered_at"] == "2024-05-03"
    assert to_other["name"] == "[naam van een ander]"
    assert to_other["street"] == "[adres van een ander]"
    assert to_self["name"] == "J. van der Jansen"
    assert {("shipment", 1, name) for name in ("name", "street", "phone", "email")} <= {each[:3] for each in answer.redactions}


def test_others_are_taken_out_of_texts(answer):
    (row,) = answer.rows("message")
    assert row["body"] == (
        "Mijn buurvrouw [e-mailadres van een ander] ([telefoonnummer van een ander]) heeft dezelfde tracker en die doet het wel."
    )


def test_an_overdue_row_is_given_and_flagged(answer):
    first, second = answer.json("package/gegevens/shipment/gegevens.json")
    assert (first["laatste dag"], first["verlopen"]) == ("2025-05-03", "ja")
    assert (second["laatste dag"], second["verlopen"]) == ("2027-05-03", "nee")
    assert "1 regel hadden wij al moeten verwijderen" in answer.letter


def test_last_days_are_those_of_the_policy(answer):
    assert answer.json("package/gegevens/invoice/gegevens.json")[0]["laatste dag"] == "2031-12-31"
    # The newest answer to mailings is Jan's question of 5 January 2026.
    assert answer.json("package/gegevens/mail_member/gegevens.json")[0]["laatste dag"] == "2027-01-05"


def test_each_row_says_why_it_is_this_persons(answer):
    account = answer.json("package/verantwoording.json")
    assert all(entry["path"] and entry["path"][0]["from"] == "request" for entry in account)
    assert {entry["source"] for entry in account} >= {"contact", "order", "shipment", "invoice", "message", "mail_member"}
    assert account[1]["why"] == "Gevonden met uw e-mailadres (j***@v***.nl)."
    assert {step["value"] for entry in account for step in entry["path"] if step["key"] == "email"} == {"j***@v***.nl"}


def test_the_manifest_vouches_for_every_file(answer):
    import hashlib

    manifest = answer.json("package/manifest.json")
    files = {name.removeprefix("package/"): content for name, content in answer.files.items() if name.startswith("package/")}
    del files["manifest.json"]
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert re.fullmatch("[0-9a-f]{64}", manifest["fingerprint"])
    assert manifest["as_of"] == "2026-11-25"


def test_everything_is_readable_by_its_owner_alone(answer):
    top = answer.folder.parent
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (top, *top.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert not list(top.glob(".houdbaar-unfinished-*"))


def test_the_same_request_gives_the_same_bytes(answer):
    before = answer.files
    again = package(answer.folder.parents[3])
    assert again.exit_code == 0
    assert again.files == before


def test_an_authority_is_named_by_a_person_only(answer):
    assert answer.holds("Recherche", "vordering 77") == []
    assert "disclosures to an authority are left out" in answer.stdout
    assert [row["recipient"] for row in answer.rows("register.disclosure")] == ["Teltonika"]


def test_processor_data_are_forwarded_and_not_given(answer):
    assert not (answer.folder / "package" / "gegevens" / "device").exists()
    assert answer.holds("SN-778899") == []
    assert "Daarover beslist die klant, niet wij" in answer.letter
    assert [(each["source"], each["forward_by"]) for each in answer.json("officer/controle.json")["forward"]] == [("device", "2026-11-06")]


def test_visits_without_a_login_are_explained_in_plain_words(answer):
    assert "artikel 11 AVG" in answer.letter
    assert answer.holds("123456.1700000000") == []


def test_the_reason_of_a_hold_is_told_to_nobody(tmp_path):
    holds = """hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on
        H-1 | legal_hold | claim wegens wanbetaling | mr. Raad | customer_id | K-1 | 2025-01-01 | 2026-12-31"""
    found = answered(tmp_path / "company", "access", SHIPMENTS, CONTACTS, registers={**REGISTERS, "holds": holds})
    assert found.exit_code == 0, found.stderr
    assert found.holds("wanbetaling", "mr. Raad", "H-1") == []
    assert "mogen wij nu nog niets verwijderen" in found.letter


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer to somebody who states a name with marks in it."""
    people = plain("contact", "contact_id | email | created_at\nC-1 | jan@voorbeeld.nl | 2021-03-01")
    name = 'Jan **Jansen** [klik](http://voorbeeld.nl) <script>alert(1)</script> & "Jansen"'
    place = tmp_path_factory.mktemp("marked") / "company"
    return answered(place, "access", people, identifiers=f"email=jan@voorbeeld.nl;name={name}", registers=REGISTERS)


def test_a_name_is_never_markdown(marked):
    assert r"Beste Jan \*\*Jansen\*\* \[klik\](http\://voorbeeld.nl) \<script\>alert(1)\</script\> \& " in marked.letter


def test_a_name_is_never_html(marked):
    assert "<script" not in marked.page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Jansen&quot;" in marked.page


def test_identifiers_of_a_customer_and_of_nobody_contradict_nothing(ask):
    found = ask("access", identifiers="customer_id=K-1;order_id=O-9")
    assert found.exit_code == 0, found.stderr
    assert found.rows("contact")


def test_the_letter_is_a_page_to_print_too(answer):
    assert answer.page.startswith('<!doctype html>\n<html lang="nl">')
    for text in ("<h2>Wat wij van u hebben</h2>", "<p>Beste Jan van der Jansen,</p>", "<code>gegevens.csv</code>", "mail_member"):
        assert text in answer.page
    assert re.findall(r"(?i)<(?:script|img|link|a|iframe)\b|\bsrc=|\bhref=|url\(", answer.page) == []
    letter = re.sub(r"\\(.)", r"\1", answer.letter)
    words = re.sub(r"<[^>]+>", " ", answer.page.split("<main>")[1].split("</main>")[0])
    assert re.findall(r"\w+", html.unescape(words)) == re.findall(r"\w+", re.sub(r"\*\*|`|^## |^- ", "", letter, flags=re.MULTILINE))


def test_a_package_in_english_has_english_names(ask):
    found = ask("access", language="en")
    given = {name for name in found.files if name.startswith("package/")}
    assert {"package/letter.md", "package/letter.html", "package/explanation.json", "package/data/contact/data.csv"} <= given
    assert set(found.json("package/data/contact/data.json")[0]) == {"file", "row", "last day", "overdue", "data"}
    dutch = ("antwoord", "gegevens", "verantwoording", "bestand", "verlopen", "laatste dag")
    assert [word for word in dutch if any(word in name for name in given) or f"`{word}" in found.letter] == []


def test_a_new_address_is_not_where_it_goes(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, identifiers="customer_id=K-1;email=nieuw@voorbeeld.nl", registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    assert "send the answer only to an address that the records already hold" in found.stdout
    assert found.holds("nieuw@voorbeeld.nl") == []


def test_forwarding_names_the_customer_where_contacts_know_it(tmp_path):
    people = plain(
        "contact",
        "contact_id | customer_id | organisation | email | created_at\nC-9 | K-9 | Vervoer Voorbeeld | planning@voorbeeld.nl | 2021-03-01",
    )
    found = answered(tmp_path / "company", "access", people, TRACKERS, VISITS, registers=REGISTERS)
    assert "Voor Vervoer Voorbeeld bewaren wij gegevens" in found.letter


def test_no_two_names_share_a_folder():
    from houdbaar.ledger.package_folder import package_folder
    from houdbaar.privacy import Pseudonyms
    from houdbaar.subjects.package.files import folder_name

    assert folder_name("klanten-nl") == "klanten-nl"
    assert len({folder_name(name) for name in ("klanten nl", "klanten-nl", "klanten/nl", ".klanten-nl")}) == 4
    pseudonyms = Pseudonyms(bytes(32))
    folders = {package_folder(Path("runs"), request, pseudonyms) for request in ("DSR 1", "DSR-1")}
    assert len(folders) == 2
    assert Path("runs/private/DSR-1") in folders
