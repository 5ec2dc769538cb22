"""Answers to requests for access: what the person gets, what nobody gets, and what is told of it (domain.md 3.2, 3.5; GDPR 15)."""

import html
import re
import stat
from pathlib import Path

import pytest

from houdbaar.subjects.package.words import words_of
from spec.answered import (
    COMPANY,
    CONTACTS,
    INVOICES,
    MEMBERS,
    OTHERS,
    REGISTERS,
    REQUEST,
    SHIPMENTS,
    TRACKERS,
    VISITS,
    Answered,
    Ask,
    answered,
    asker,
    package,
)
from spec.conftest import write
from spec.given import plain, verbatim
from spec.outcome import rows_of

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
    )


def test_the_letter_is_the_one_that_was_read_and_found_good(answer):
    assert answer.exit_code == 0, answer.stderr
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


ODD_CONTACTS = (
    '{"contact_id": "C-1", "customer_id": "K-1", "first_name": "Jan", "last_name": "Jansen", "email": "jan@voorbeeld.nl", '
    '"phone": "06-12345679", "created_at": "2021-03-01", '
    '"extra": {"hobby": "zeilen", "api_token": "ghp_abcdefghijklmnopqrstuvwxyz0123456789"}, '
    '"contact_people": [{"name": "Noor Verhoeven", "email": "noor@voorbeeld.nl"}, '
    '{"name": "Jan Jansen", "email": "jan@voorbeeld.nl"}]}\n'
    '{"contact_id": "C-2", "customer_id": "K-1", "first_name": "Noor", "last_name": "Verhoeven", "email": "noor@voorbeeld.nl", '
    '"phone": "06-22233344", "created_at": "2021-03-01", "organisation": "Vervoer Voorbeeld"}\n'
)
ODD_ORDERS = """
    order_id | email            | phone       | name       | ordered_at | fraud_rule
    O-1      | jan@voorbeeld.nl |             | Jan Jansen | 2026-01-01 | drie bestellingen per uur
    O-7      |                  | 06-12345679 |            | 2026-01-01 |
"""
ODD_MESSAGES = """
    message_id | created_at | email            | subject | body
    M-1        | 2026-01-05 | jan@voorbeeld.nl | vraag   | Jan Jansen vraagt of Els van der Wit en mevrouw Smit ook bellen op NL91 ABNA 0417 1643 00
    M-2        | 2026-01-05 | jan@voorbeeld.nl | -12,50  | =HYPERLINK("x")
"""  # noqa: E501


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer of a company whose rows hold more than they should."""
    exports = (verbatim("plain.contact", "export.ndjson", ODD_CONTACTS), plain("order", ODD_ORDERS), plain("message", ODD_MESSAGES))
    place = tmp_path_factory.mktemp("odd") / "company"
    found = answered(place, "access", *exports, identifiers="email=jan@voorbeeld.nl;name=Jan Jansen", registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    return found


def test_people_who_are_named_in_a_sentence_stay_out(odd):
    assert odd.rows("message")[0]["body"] == (
        "Jan Jansen vraagt of [naam van een ander] en mevrouw [naam van een ander] ook bellen op [rekeningnummer van een ander]"
    )
    assert odd.holds("Els van", "Smit", "0417") == []
    assert "read 1 texts that people wrote" in odd.stdout


def test_probable_rows_are_in_no_package(odd):
    assert [row["order_id"] for row in odd.rows("order")] == ["O-1"]
    assert odd.holds("O-7") == []
    assert "Met een tweede gegeven, zoals uw klantnummer" in odd.letter


def test_a_colleague_under_the_same_customer_number_stays_out(odd):
    assert odd.holds("Noor", "Verhoeven", "22233344") == []
    assert [row["contact_id"] for row in odd.rows("contact")] == ["C-1"]


def test_people_nested_in_a_row_stay_out(odd):
    (row,) = odd.rows("contact")
    assert row["extra"] == {"hobby": "zeilen"}
    assert row["contact_people"] == ["[gegevens van een ander]", {"name": "Jan Jansen", "email": "jan@voorbeeld.nl"}]
    assert odd.holds("Noor", "ghp_") == []


def test_rules_against_abuse_stay_inside(odd):
    assert "fraud_rule" not in odd.rows("order")[0]
    assert odd.holds("drie bestellingen") == []
    assert "regels waarmee wij misbruik opsporen".casefold() in odd.letter.casefold()


def test_a_cell_is_never_a_formula(odd):
    row = odd.table("message")[1]
    assert row["body"] == '\'=HYPERLINK("x")'
    assert row["subject"] == "-12,50"
    assert odd.rows("message")[1]["body"] == '=HYPERLINK("x")'


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
def test_a_mandatory_block_that_says_nothing_is_told(unsettled, answer, block):
    assert (block, "medium") in unsettled.missing
    assert f"DSR-PACKAGE medium: {block}" in unsettled.stdout
    entry = next(each for each in unsettled.json("officer/controle.json")["findings"] if each["field"] == block)
    assert (entry["code"], entry["severity"], entry["request_id"]) == ("DSR-PACKAGE", "medium", "DSR-1")
    assert answer.missing == set()


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


def test_the_fail_level_looks_at_gaps(unsettled, answer):
    assert (unsettled.exit_code, answer.exit_code) == (1, 0)


@pytest.mark.parametrize(
    ("state", "verified_at"),
    [("received", ""), ("awaiting_id", ""), ("verified", "2026-12-24"), ("verified", "04-12-2026"), ("verified", "2020-01-01")],
)
def test_without_proof_of_who_asks_there_is_no_package(tmp_path, state, verified_at):
    found = answered(tmp_path / "company", "access", CONTACTS, state=state, verified_at=verified_at)
    assert found.exit_code == 2
    assert "not verified" in found.stderr
    assert "houdbaar request verify" in found.stderr
    assert not (tmp_path / "company" / "runs").exists()


@pytest.mark.parametrize("right", ["access", "erasure", "portability"])
@pytest.mark.parametrize(
    "identifiers",
    [
        "customer_id=K-1;email=els@voorbeeld.nl",
        "email=jan@voorbeeld.nl;order_id=O-2",
        "customer_id=K-1;name=Jan van der Jansen;order_id=O-2",
    ],
)
def test_identifiers_of_two_people_give_nobodys_data(ask, right, identifiers):
    found = ask(right, identifiers=identifiers)
    assert (found.exit_code, "lead to different people" in found.stderr, "second factor" in found.stderr) == (2, True, True)
    assert not found.folder.parents[2].exists()
    assert [text for text in ("els@voorbeeld.nl", "jan@voorbeeld.nl", "K-1", "O-2") if text in found.stdout + found.stderr] == []


def test_identifiers_of_a_customer_and_of_nobody_contradict_nothing(ask):
    found = ask("access", identifiers="customer_id=K-1;order_id=O-9")
    assert found.exit_code == 0, found.stderr
    assert found.rows("contact")


@pytest.mark.parametrize("right", ["access", "erasure", "marketing_objection"])
def test_a_refusal_says_why_and_where_to_complain_and_nothing_else(ask, right):
    reason = "u vroeg hetzelfde vorige week, en er is niets veranderd"
    found = ask(right, state="refused", verified_at="", refused=reason)
    assert found.exit_code == 0, found.stderr
    assert "U vroeg hetzelfde vorige week, en er is niets veranderd." in found.letter
    assert [word for word in ("artikel 12, lid 4", "Autoriteit Persoonsgegevens", "aan de rechter") if word not in found.letter] == []
    assert set(found.files) == {"package/antwoord.md", "package/antwoord.html", "package/manifest.json", "officer/controle.json"}
    assert [text for text in ("Jansen", "Dijk", "K-1", "contact") if text in found.letter + found.page] == []
    assert found.missing == set()


def test_a_refusal_without_a_reason_is_no_answer(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, state="refused", refused="", registers=REGISTERS)
    assert (found.exit_code, "no refusal_reason" in found.stderr) == (2, True)


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


def test_an_unknown_number_is_refused(tmp_path):
    found = answered(tmp_path / "company", "access", CONTACTS, request_id="DSR-9")
    assert found.exit_code == 2
    assert "houdbaar request list" in found.stderr


def test_a_bare_folder_has_no_requests(tmp_path):
    CONTACTS.write(tmp_path / "bare")
    found = package(tmp_path / "bare")
    assert (found.exit_code, "houdbaar init" in found.stderr) == (2, True)


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


@pytest.mark.parametrize("identifiers", ["jan@voorbeeld.nl", "mail=jan@voorbeeld.nl", "email=jan@voorbeeld.nl;K-1", "email=", ""])
def test_identifiers_that_can_not_be_searched_are_refused(tmp_path, identifiers):
    found = answered(tmp_path / "company", "access", CONTACTS, identifiers=identifiers, registers=REGISTERS)
    assert (found.exit_code, "kind=value;kind=value" in found.stderr) == (2, True)
    assert "jan@voorbeeld.nl" not in found.stdout + found.stderr


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


CLICKS = "list_id | campaign_id | email | kind | happened_at"
NEWS = "list_id | email | status | signup_source | opted_in_at | unsubscribed_at"
READERS = {
    "answered lately": (["2024-01-10 10:00", "2026-10-01 10:00"], "subscribed", ""),
    "left long ago": (["2024-01-10 10:00"], "unsubscribed", "2024-02-01"),
    "left just now": (["2026-11-01 10:00"], "unsubscribed", "2026-11-02"),
    "clicked after leaving": (["2026-11-01 10:00"], "unsubscribed", "2026-01-02"),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, auditor):
    """What readers of a newsletter and the buyer K-1 get to read, and the audit of the same company."""
    clicks, news = CLICKS, NEWS
    requests = [REQUEST, "K-1 | access | mail | 2026-11-03 | customer_id=K-1 | nl | verified | 2026-11-04 | | | |"]
    for number, (clicked, status, unsubscribed) in enumerate(READERS.values(), 1):
        clicks += "".join(f"\nnieuws | C-1 | p{number}@voorbeeld.nl | click | {moment}" for moment in clicked)
        news += f"\nnieuws | p{number}@voorbeeld.nl | {status} | newsletter | 2023-01-01 | {unsubscribed}"
        requests.append(f"R-{number} | access | mail | 2026-11-03 | email=p{number}@voorbeeld.nl | nl | verified | 2026-11-04 | | | |")
    exports = (
        plain("mail_activity", clicks, coverage="complete", covers_from="2020-01-01", extracted_at="2026-11-20T06:00:00+01:00"),
        plain("mail_member", news, coverage="complete", extracted_at="2026-11-20T06:00:00+01:00"),
        plain("order", "order_id | customer_id | ordered_at\nO-1 | K-1 | 2016-01-05"),
    )
    place = tmp_path_factory.mktemp("both") / "company"
    write(place, exports, registers={**REGISTERS, "requests": "\n".join(requests)})
    given = {name: package(place, f"R-{number}") for number, name in enumerate(READERS, 1)}
    return {**given, "K-1": package(place, "K-1")}, auditor("2026-11-25", *exports, registers=REGISTERS)


@pytest.mark.parametrize("name", READERS)
def test_the_letter_and_the_audit_agree_on_what_should_have_gone(both, name):
    found, done = both[0][name], both[1]
    assert found.exit_code == 0, found.stderr
    rows = found.json("package/gegevens/mail_activity/gegevens.json")
    assert len(rows) == len(READERS[name][0])
    over = {row["rij"] for row in rows if row["verlopen"] == "ja"}
    said = {row for line in done.lines if line["source"] == "mail_activity" and line["code"].startswith("RET-")
            and line["verdict"] in ("OVERDUE", "FAIL", "HELD") for row in rows_of(line)}  # fmt: skip
    assert over == said & {row["rij"] for row in rows}
    assert bool(over) == (name in ("left long ago", "clicked after leaving"))


def test_an_order_without_any_purpose_should_have_gone(both):
    found, done = both[0]["K-1"], both[1]
    assert [row["verlopen"] for row in found.json("package/gegevens/order/gegevens.json")] == ["ja"]
    assert [rows_of(line) for line in done.of("RET-NO-PURPOSE") if line["source"] == "order"] == [[1]]
