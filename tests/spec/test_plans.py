"""Answers to requests that change something: what goes, what stays and why, whom to tell. Nothing of it is carried out (domain.md 3.1)."""

from pathlib import Path

import pytest

from houdbaar.privacy import Pseudonyms
from spec.answered import COMPANY, CONTACTS, INVOICES, MEMBERS, OTHERS, REGISTERS, Answered, answered, package
from spec.given import KEY, plain

LETTERS = Path(__file__).parent / "letters"


@pytest.fixture(scope="module")
def erasure(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer to Jan, who wants to be erased."""
    return answered(tmp_path_factory.mktemp("erasure") / "company", "erasure", *COMPANY, registers=REGISTERS)


def test_f11_an_invoice_stays_and_the_rest_goes(erasure):
    assert erasure.exit_code == 0, erasure.stderr
    invoice = erasure.steps["invoice 1"]
    assert (invoice["action"], invoice["duty"], invoice["article"], invoice["until"]) == (
        "clear_fields",
        "statutory",
        "17(3)(b)",
        "2031-12-31",
    )
    assert {"invoice_number", "invoice_date", "customer_name", "amount", "vat"} <= set(invoice["kept_fields"])
    assert invoice["fields"] == ["email", "phone", "notes"]
    gone = {row for row, step in erasure.steps.items() if step["action"] == "erase"}
    assert gone == {"contact 1", "order 1", "shipment 1", "shipment 2", "message 1", "mail_member 1"}
    assert "17, lid 3, onder b" in erasure.letter


def test_f12_of_the_address_only_its_keyed_hash_stays(erasure):
    (entry,) = erasure.json("officer/plan.json")["suppressions"]
    assert entry["email_hmac"] == Pseudonyms(bytes.fromhex(KEY)).of("jan@voorbeeld.nl")
    assert (entry["added_on"], entry["scope"]) == ("2026-11-25", "marketing")
    assert "versleutelde code van uw e-mailadres" in erasure.letter


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_letter_says_what_goes_and_what_stays(tmp_path, language):
    found = answered(tmp_path / "company", "erasure", *COMPANY, language=language, registers=REGISTERS)
    assert found.letter == (LETTERS / f"erasure.{language}.md").read_text(encoding="utf-8")


def test_a_plan_changes_nothing(erasure):
    exports = erasure.folder.parents[3] / "exports"
    assert (exports / "contact" / "export.csv").read_bytes() == CONTACTS.files["export.csv"]
    assert "nothing of it was carried out" in erasure.stdout
    assert erasure.json("officer/plan.json")["valid_until"] == "2026-12-02"


def test_recipients_are_to_be_told(erasure):
    notices = {each["recipient"]: each for each in erasure.json("officer/plan.json")["notices"]}
    assert set(notices) == {"Teltonika", "Mailprogramma Voorbeeld", "Voorbeeld Koeriers"}
    assert notices["Teltonika"]["disclosed_on"] == ["2026-02-03"]
    assert {each["notify_by"] for each in notices.values()} == {"2026-12-09"}


def test_nobody_else_is_in_a_plan(erasure):
    assert [text for text in ("els@voorbeeld.nl", "Bakker", "Zeeweg", "O-2", "C-2", "piet@voorbeeld.nl") if erasure.holds(text)] == []
    assert {"Bakker", "Zeeweg"} <= set(OTHERS)


def test_no_data_are_handed_out_with_an_erasure(erasure):
    assert {name for name in erasure.files if name.startswith("package/")} == {
        "package/antwoord.md",
        "package/antwoord.html",
        "package/manifest.json",
    }


@pytest.mark.parametrize(
    ("kind", "duty", "article"),
    [("legal_hold", "claims", "17(3)(e)"), ("authority_order", "authority", "17(3)(b)"), ("restriction", "restricted", "18")],
)
def test_a_hold_comes_before_everything(tmp_path, kind, duty, article):
    holds = f"""hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on
        H-1 | {kind} | wegens wanbetaling | mr. Raad | email | jan@voorbeeld.nl | 2026-01-01 | 2026-12-31"""
    found = answered(tmp_path / "company", "erasure", CONTACTS, INVOICES, registers={**REGISTERS, "holds": holds})
    assert found.exit_code == 0, found.stderr
    step = found.steps["contact 1"]
    assert (step["action"], step["duty"], step["article"], step["blocked_by"]) == ("keep", duty, article, [f"{kind}:H-1"])
    assert [text for text in ("wanbetaling", "mr. Raad", "H-1") if text in found.letter] == []
    assert found.holds("wanbetaling", "mr. Raad") == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ["legal_hold", "authority_order"])
def test_the_other_side_of_a_claim_is_not_warned(tmp_path, kind, language):
    holds = f"""hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on
        H-1 | {kind} | wegens wanbetaling | mr. Raad | email | jan@voorbeeld.nl | 2026-01-01 | 2026-12-31"""
    found = answered(tmp_path / "company", "erasure", CONTACTS, language=language, registers={**REGISTERS, "holds": holds})
    hints = ("geschil", "vordering", "overheid", "onder e", "dispute", "claim", "authority forbids", "17(3)(")
    assert [hint for hint in hints if hint in found.letter] == []
    assert ("artikel 17, lid 3, AVG" if language == "nl" else "article 17(3) GDPR") in found.letter


def test_an_invoice_past_its_years_goes(tmp_path):
    invoices = plain(
        "invoice", "invoice_number | email | invoice_date | customer_name | amount\nF-1 | jan@voorbeeld.nl | 2016-05-01 | Jan Jansen | 9.50"
    )
    found = answered(tmp_path / "company", "erasure", invoices, registers=REGISTERS)
    assert found.steps["invoice 1"]["action"] == "erase"


SHOP = "order_id | email | name | ordered_at | total\n"
BOOK = "invoice_number | email | invoice_date | customer_name | amount | vat | payment_reference\n"


@pytest.mark.parametrize(
    ("order", "invoice", "until"),
    [
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | 2024-05-01 | 99.50", None, "2031-12-31"),
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | 2024-05-01 | 99.50",
         "F-1 | jan@voorbeeld.nl | 2024-05-01 | Jan Jansen | 12.00 | |", "2031-12-31"),
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | 2024-05-01 | 99.50",
         "F-1 | jan@voorbeeld.nl | 2025-05-01 | Jan Jansen | 99.50 | |", "2031-12-31"),
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | | 99.50", None, None),
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | 2024-05-01 | 99.50",
         "F-1 | jan@voorbeeld.nl | 2024-05-20 | Jan Jansen | 99.50 | |", ""),
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | 2024-05-01 | 121", "F-1 | jan@voorbeeld.nl | 2024-05-20 | Jan Jansen | 100 | 21 |", ""),
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | 2024-05-01 | 99.50",
         "F-1 | jan@voorbeeld.nl | 2024-09-20 | Jan Jansen | 1 | | O-1", ""),
        ("O-1 | jan@voorbeeld.nl | Jan Jansen | 2016-05-01 | 99.50", None, ""),
    ],
    ids=["no invoice", "of another amount", "of another year", "no date", "the same amount", "without VAT", "by its number", "long ago"],
)  # fmt: skip
def test_an_order_that_may_be_the_only_book_stays_until_somebody_looked(tmp_path, order, invoice, until):
    exports = [plain("order", SHOP + order), *([plain("invoice", BOOK + invoice)] if invoice else [])]
    found = answered(tmp_path / "company", "erasure", *exports, registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    step = found.steps["order 1"]
    if until == "":
        assert (step["action"], step["duty"]) == ("erase", None)
    else:
        assert (step["action"], step["duty"], step["article"], step["until"]) == ("review", "unbooked", "17(3)(b)", until)
        assert any("the only books" in decision for decision in found.json("officer/plan.json")["decisions"])
        assert "van deze bestellingen vonden wij geen factuur" in found.letter


def test_an_invoice_without_a_date_stays(tmp_path):
    invoices = plain(
        "invoice", "invoice_number | email | invoice_date | customer_name | amount\nF-1 | jan@voorbeeld.nl | onbekend | Jan Jansen | 9.50"
    )
    found = answered(tmp_path / "company", "erasure", invoices, registers=REGISTERS)
    step = found.steps["invoice 1"]
    assert (step["duty"], step["until"]) == ("statutory", None)


def test_a_running_contract_is_for_a_person_to_decide(tmp_path):
    people = plain("contact", "contact_id | customer_id | email | created_at\nC-1 | K-1 | jan@voorbeeld.nl | 2021-03-01")
    accounts = plain("account", "account_id | customer_id | created_at | closed_at\nA-1 | K-1 | 2021-03-01 |")
    found = answered(tmp_path / "company", "erasure", people, accounts, registers=REGISTERS)
    assert any("17(1)(a)" in decision for decision in found.json("officer/plan.json")["decisions"])


def test_a_wrong_value_is_corrected_wherever_it_stands(tmp_path):
    invoices = plain(
        "invoice",
        "invoice_number | customer_id | invoice_date | customer_name | customer_address | amount\n"
        "F-1 | K-1 | 2024-05-01 | J. van der Jansen | Dijk 1, Tiel | 9.50",
    )
    others = [export for export in COMPANY if export is not INVOICES]
    found = answered(tmp_path / "company", "rectification", *others, invoices, old_value="Dijk", registers=REGISTERS)
    actions = {row: (step["action"], step["fields"]) for row, step in found.steps.items()}
    assert actions == {
        "contact 1": ("correct", ["street"]),
        "order 1": ("correct", ["street"]),
        "shipment 2": ("correct", ["street"]),
        "invoice 1": ("add_correction", ["customer_address"]),
    }
    assert "In 1 regel van onze facturen en betalingen laten wij staan wat er stond" in found.letter


def test_a_first_name_is_not_an_address_and_nested_values_are_looked_through(tmp_path):
    people = plain(
        "contact",
        "contact_id | email | first_name | last_name | created_at | extra\n"
        'C-1 | jan@voorbeeld.nl | Jan | Jansen | 2021-03-01 | {"aanhef": {"formeel": "Heer JAN Jansen", "post": "jan@voorbeeld.nl"}}',
    )
    found = answered(tmp_path / "company", "rectification", people, old_value="jan", registers=REGISTERS)
    assert found.steps["contact 1"]["fields"] == ["first_name", "extra.aanhef.formeel"]
    assert "Wij verbeteren het in alle regels waarin wij het vonden: 1 regel." in found.letter
    assert "Waar wij hebben gezocht" in found.letter


@pytest.mark.parametrize(("language", "told"), [("nl", "en vonden het daar niet"), ("en", "did not find it there")])
def test_what_was_not_found_is_not_promised(tmp_path, language, told):
    found = answered(tmp_path / "company", "rectification", CONTACTS, old_value="Kade", language=language, registers=REGISTERS)
    assert (found.steps, told in found.letter) == ({}, True)


def test_a_restriction_is_about_all_rows(tmp_path):
    found = answered(tmp_path / "company", "restriction", *COMPANY, registers=REGISTERS)
    assert {step["action"] for step in found.steps.values()} == {"restrict"}
    assert len(found.steps) == 7
    assert "houdbaar hold add --kind restriction" in found.stdout


def test_an_objection_is_about_what_rests_on_an_interest(tmp_path):
    found = answered(tmp_path / "company", "objection", *COMPANY, registers=REGISTERS)
    assert {row for row, step in found.steps.items() if step["action"] == "restrict_and_weigh"} >= {"message 1", "contact 1"}
    assert "invoice 1" not in found.steps
    assert found.json("officer/plan.json")["notices"] == []


@pytest.mark.parametrize("right", ["marketing_objection", "withdrawal"])
def test_mailings_stop_without_any_proof_and_nothing_is_told(tmp_path, right):
    found = answered(tmp_path / "company", right, *COMPANY, state="received", verified_at="", registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    assert found.steps["mail_member 1"]["action"] == "stop_and_suppress"
    assert len(found.json("officer/plan.json")["suppressions"]) == 1
    given = b"".join(content for name, content in found.files.items() if name.startswith("package/")).decode()
    assert [text for text in ("Jansen", "K-9", "K-1", "contact") if text in given] == []
    assert "Daar stoppen wij meteen mee" in found.letter


def test_an_unknown_address_is_kept_out_of_mailings_all_the_same(tmp_path):
    found = answered(tmp_path / "company", "marketing_objection", MEMBERS, identifiers="email=nieuw@voorbeeld.nl", registers=REGISTERS)
    assert found.steps == {}
    assert len(found.json("officer/plan.json")["suppressions"]) == 1


@pytest.mark.parametrize("right", ["rectification", "objection", "withdrawal"])
def test_letters_of_other_rights(tmp_path, right):
    found = answered(tmp_path / "company", right, *COMPANY, old_value="Dijk" if right == "rectification" else "", registers=REGISTERS)
    assert found.letter == (LETTERS / f"{right}.nl.md").read_text(encoding="utf-8")


def test_who_asks_for_a_copy_first_gets_it_first(tmp_path):
    requests = """request_id | right | received_at | identifiers | language | state | verified_at
        DSR-1 | erasure | 2026-11-03 | email=jan@voorbeeld.nl | nl | verified | 2026-11-04
        DSR-2 | access | 2026-11-03 | email=jan@voorbeeld.nl | nl | verified | 2026-11-04"""
    found = answered(tmp_path / "company", "erasure", CONTACTS, registers={**REGISTERS, "requests": requests})
    assert found.exit_code == 0, found.stderr
    assert any("answer them first" in decision for decision in found.json("officer/plan.json")["decisions"])


def test_who_was_never_mailed_leaves_no_address_behind(tmp_path):
    found = answered(tmp_path / "company", "erasure", CONTACTS, registers=REGISTERS)
    assert found.json("officer/plan.json")["suppressions"] == []
    assert "versleutelde code" not in found.letter


def test_an_unreadable_hold_erases_nothing_unseen(tmp_path):
    place = tmp_path / "company"
    answered(place, "erasure", CONTACTS, INVOICES, registers=REGISTERS)
    head = "hold_id,kind,reason,approver,identifier_kind,identifier_value,starts_on,review_on"
    row = "H-1,legal_hold,claim,mr. Raad,email,jan@voorbeeld.nl,2026-01-01,2026-12-31,too,many"
    (place / "registers" / "holds.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    found = package(place)
    assert found.exit_code == 3
    assert {step["action"] for row, step in found.steps.items() if not row.startswith("register.")} == {"review"}
    assert any("can't be read" in decision for decision in found.json("officer/plan.json")["decisions"])
    assert "Wij zoeken eerst uit of wij dat mogen" in found.letter


def test_a_request_that_nobody_can_place_erases_nothing_unseen(tmp_path):
    requests = """request_id | right | received_at | identifiers | language | state | verified_at
        DSR-1 | erasure | 2026-11-03 | email=jan@voorbeeld.nl | nl | verified | 2026-11-04
        DSR-2 | access | 2026-11-03 | | nl | received | """
    found = answered(tmp_path / "company", "erasure", CONTACTS, registers={**REGISTERS, "requests": requests})
    assert (found.exit_code, found.steps["contact 1"]["action"]) == (3, "review")


def test_where_all_stays_the_letter_says_so(tmp_path):
    holds = """hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on
        H-1 | legal_hold | claim | mr. Raad | email | jan@voorbeeld.nl | 2026-01-01 | 2026-12-31"""
    found = answered(tmp_path / "company", "erasure", CONTACTS, registers={**REGISTERS, "holds": holds})
    assert "Voor het grootste deel" not in found.letter
    assert "Dat kunnen wij nu nog niet" in found.letter
