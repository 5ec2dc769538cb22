"""Answers to requests that change something: what goes, what stays and why, whom to tell. Nothing of it is carried out (domain.md 3.1)."""

from pathlib import Path

import pytest

from houdbaar.privacy import Pseudonyms
from spec.answered import COMPANY, CONTACTS, INVOICES, MEMBERS, OTHERS, REGISTERS, Answered, Ask, answered, asker, package
from spec.given import KEY, plain

LETTERS = Path(__file__).parent / "letters"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What the company answers to what Jan asks for."""
    return asker(tmp_path_factory.mktemp("requests") / "company", *COMPANY, registers=REGISTERS)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The same of a company that knows no more than its customers."""
    return asker(tmp_path_factory.mktemp("requests") / "company", CONTACTS, registers=REGISTERS)


@pytest.fixture(scope="module")
def erasure(ask: Ask) -> Answered:
    """The answer to Jan, who wants to be erased."""
    return ask("erasure", language="nl")


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
def test_the_letter_says_what_goes_and_what_stays(ask, language):
    assert ask("erasure", language=language).letter == (LETTERS / f"erasure.{language}.md").read_text(encoding="utf-8")


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


KINDS = {"legal_hold": ("claims", "17(3)(e)"), "authority_order": ("authority", "17(3)(b)"), "restriction": ("restricted", "18")}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ask]:
    """What a company answers that has a hold on Jan's address, by its kind."""
    holds = """hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on
        H-1 | {} | wegens wanbetaling | mr. Raad | email | jan@voorbeeld.nl | 2026-01-01 | 2026-12-31"""
    return {
        kind: asker(tmp_path_factory.mktemp("held") / "company", CONTACTS, registers={**REGISTERS, "holds": holds.format(kind)})
        for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_hold_comes_before_everything(held, kind):
    found = held[kind]("erasure", language="nl")
    assert found.exit_code == 0, found.stderr
    step = found.steps["contact 1"]
    assert (step["action"], step["duty"], step["article"], step["blocked_by"]) == ("keep", *KINDS[kind], [f"{kind}:H-1"])
    assert [text for text in ("wanbetaling", "mr. Raad", "H-1") if text in found.letter] == []
    assert "of them blocked by a hold or a request, in officer/plan.json" in found.stdout
    assert found.holds("wanbetaling", "mr. Raad") == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ["legal_hold", "authority_order"])
def test_the_other_side_of_a_claim_is_not_warned(held, kind, language):
    found = held[kind]("erasure", language=language)
    hints = ("geschil", "vordering", "overheid", "onder e", "dispute", "claim", "authority forbids", "17(3)(")
    assert [hint for hint in hints if hint in found.letter] == []
    assert ("artikel 17, lid 3, AVG" if language == "nl" else "article 17(3) GDPR") in found.letter


@pytest.mark.parametrize(
    ("language", "promise"), [("nl", "versleutelde code van uw e-mailadres"), ("en", "encoded form of your e-mail address")]
)
@pytest.mark.parametrize("is_held", [True, False])
def test_where_nothing_goes_no_letter_explains_the_block_list(tmp_path, language, promise, is_held):
    hold = """hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on
        H-1 | legal_hold | wanbetaling | mr. Raad | email | jan@voorbeeld.nl | 2026-01-01 | 2026-12-31"""
    registers = {**REGISTERS, **({"holds": hold} if is_held else {})}
    found = answered(tmp_path / "company", "erasure", MEMBERS, registers=registers, language=language)
    assert found.steps["mail_member 1"]["action"] == ("keep" if is_held else "erase")
    assert (promise in found.letter) is not is_held


def test_where_all_stays_the_letter_says_so(held):
    found = held["legal_hold"]("erasure", language="nl")
    assert "Voor het grootste deel" not in found.letter
    assert "Dat kunnen wij nu nog niet" in found.letter


@pytest.fixture(scope="module")
def old_books(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The answer of a company with an invoice of long ago, and one of nobody knows when."""
    invoices = """
        invoice_number | email            | invoice_date | customer_name | amount
        F-1            | jan@voorbeeld.nl | 2016-05-01   | Jan Jansen    | 9.50
        F-2            | jan@voorbeeld.nl | onbekend     | Jan Jansen    | 9.50
    """
    return answered(tmp_path_factory.mktemp("books") / "company", "erasure", plain("invoice", invoices), registers=REGISTERS)


def test_an_invoice_past_its_years_goes(old_books):
    assert old_books.steps["invoice 1"]["action"] == "erase"


def test_an_invoice_without_a_date_stays(old_books):
    step = old_books.steps["invoice 2"]
    assert (step["duty"], step["until"]) == ("statutory", None)


SHOP = "order_id | email | name | ordered_at | total"
BOOK = "invoice_number | email | invoice_date | customer_name | amount | vat | payment_reference"
# An order of a customer, an invoice of the same one, and until when the order stays.
BOOKED = {
    "no invoice": ("2024-05-01 | 99.50", None, "2031-12-31"),
    "of another amount": ("2024-05-01 | 99.50", "2024-05-01 | Jan Jansen | 12.00 | |", "2031-12-31"),
    "of another year": ("2024-05-01 | 99.50", "2025-05-01 | Jan Jansen | 99.50 | |", "2031-12-31"),
    "no date": (" | 99.50", None, None),
    "the same amount": ("2024-05-01 | 99.50", "2024-05-20 | Jan Jansen | 99.50 | |", ""),
    "without VAT": ("2024-05-01 | 121", "2024-05-20 | Jan Jansen | 100 | 21 |", ""),
    "by its number": ("2024-05-01 | 99.50", "2024-09-20 | Jan Jansen | 1 | | O-7", ""),
    "long ago": ("2016-05-01 | 99.50", None, ""),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """A company in which each customer has one of these orders: p1 has O-1, and so on."""
    orders, invoices = [SHOP], [BOOK]
    for number, (order, invoice, _) in enumerate(BOOKED.values(), 1):
        orders.append(f"O-{number} | p{number}@voorbeeld.nl | Jan Jansen | {order}")
        invoices += [f"F-{number} | p{number}@voorbeeld.nl | {invoice}"] if invoice else []
    exports = (plain("order", "\n".join(orders)), plain("invoice", "\n".join(invoices)))
    return asker(tmp_path_factory.mktemp("shop") / "company", *exports, registers=REGISTERS)


@pytest.mark.parametrize("name", BOOKED)
def test_an_order_that_may_be_the_only_book_stays_until_somebody_looked(shop, name):
    number, until = list(BOOKED).index(name) + 1, BOOKED[name][2]
    found = shop("erasure", identifiers=f"email=p{number}@voorbeeld.nl")
    assert found.exit_code == 0, found.stderr
    step = found.steps[f"order {number}"]
    assert [row for row in found.steps if row.startswith("order ")] == [f"order {number}"]
    if until == "":
        assert (step["action"], step["duty"]) == ("erase", None)
    else:
        assert (step["action"], step["duty"], step["article"], step["until"]) == ("review", "unbooked", "17(3)(b)", until)
        assert any("the only book" in decision for decision in found.json("officer/plan.json")["decisions"])
        assert "van deze bestellingen vonden wij geen factuur" in found.letter


def test_where_no_recipient_is_named_the_officer_is_asked_for_them(tmp_path):
    """Article 19: each recipient is told of an erasure; the next audit would ask when the answer is out of the door."""
    people = plain("contact", "contact_id | customer_id | email | created_at\nC-1 | K-1 | jan@voorbeeld.nl | 2021-03-01")
    for number, knobs in enumerate(("", '"policy.recipients" = ["Teltonika"]')):
        plan = answered(tmp_path / f"company-{number}", "erasure", people, settings=f"[knobs]\n{knobs}").json("officer/plan.json")
        assert any("article 19" in decision for decision in plan["decisions"]) is (not knobs)
        assert bool(plan["notices"]) is bool(knobs)


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
def test_what_was_not_found_is_not_promised(known, language, told):
    found = known("rectification", old_value="Kade", language=language)
    assert (found.steps, told in found.letter) == ({}, True)


def test_a_restriction_is_about_all_rows(ask):
    found = ask("restriction")
    assert {step["action"] for step in found.steps.values()} == {"restrict"}
    assert len(found.steps) == 7
    assert "houdbaar hold add --kind restriction" in found.stdout


def test_an_objection_is_about_what_rests_on_an_interest(ask):
    found = ask("objection")
    assert {row for row, step in found.steps.items() if step["action"] == "restrict_and_weigh"} >= {"message 1", "contact 1"}
    assert "invoice 1" not in found.steps
    assert found.json("officer/plan.json")["notices"] == []


@pytest.mark.parametrize("right", ["marketing_objection", "withdrawal"])
def test_mailings_stop_without_any_proof_and_nothing_is_told(ask, right):
    found = ask(right, state="received", verified_at="")
    assert found.exit_code == 0, found.stderr
    assert found.steps["mail_member 1"]["action"] == "stop_and_suppress"
    assert len(found.json("officer/plan.json")["suppressions"]) == 1
    given = b"".join(content for name, content in found.files.items() if name.startswith("package/")).decode()
    assert [text for text in ("Jansen", "K-9", "K-1", "contact") if text in given] == []
    assert "Daar stoppen wij meteen mee" in found.letter


@pytest.mark.parametrize("right", ["marketing_objection", "withdrawal"])
def test_a_shared_address_is_stopped_for_all_who_use_it(tmp_path, right):
    """None of them is certainly the person; the address is what was asked about (domain.md 3.5)."""
    people = plain(
        "contact",
        "contact_id | customer_id | email | last_name\nC-1 | K-1 | thuis@voorbeeld.nl | Visser\nC-2 | K-2 | thuis@voorbeeld.nl | Bos",
    )
    lists = plain(
        "mail_member",
        "list_id | email | status\na | Thuis@voorbeeld.nl | subscribed\nb | thuis@voorbeeld.nl | subscribed\nb | els@x.nl | subscribed",
    )
    found = answered(tmp_path / "company", right, people, lists, identifiers="email=thuis@voorbeeld.nl", registers=REGISTERS)
    assert {row: step["action"] for row, step in found.steps.items()} == dict.fromkeys(
        ["mail_member 1", "mail_member 2"], "stop_and_suppress"
    )


def test_an_unknown_address_is_kept_out_of_mailings_all_the_same(tmp_path):
    found = answered(tmp_path / "company", "marketing_objection", MEMBERS, identifiers="email=nieuw@voorbeeld.nl", registers=REGISTERS)
    assert found.steps == {}
    assert len(found.json("officer/plan.json")["suppressions"]) == 1


@pytest.mark.parametrize("right", ["rectification", "objection", "withdrawal"])
def test_letters_of_other_rights(ask, right):
    found = ask(right, old_value="Dijk") if right == "rectification" else ask(right)
    assert found.letter == (LETTERS / f"{right}.nl.md").read_text(encoding="utf-8")


def test_who_asks_for_a_copy_first_gets_it_first(tmp_path):
    requests = """request_id | right | received_at | identifiers | language | state | verified_at
        DSR-1 | erasure | 2026-11-03 | email=jan@voorbeeld.nl | nl | verified | 2026-11-04
        DSR-2 | access | 2026-11-03 | email=jan@voorbeeld.nl | nl | verified | 2026-11-04"""
    found = answered(tmp_path / "company", "erasure", CONTACTS, registers={**REGISTERS, "requests": requests})
    assert found.exit_code == 0, found.stderr
    assert any("answer them first" in decision for decision in found.json("officer/plan.json")["decisions"])


def test_who_was_never_mailed_leaves_no_address_behind(known):
    found = known("erasure")
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


@pytest.mark.parametrize("right", ["access", "erasure"])
def test_nobody_is_told_that_there_is_a_register_of_holds(tmp_path, right):
    place = tmp_path / "company"
    answered(place, right, CONTACTS, registers=REGISTERS)
    (place / "registers" / "holds.csv").write_text("x;y\n", encoding="utf-8")
    found = package(place)
    assert found.exit_code == 3
    assert "register.hold" in found.stdout
    assert "register.hold" not in found.letter


def test_a_request_that_nobody_can_place_erases_nothing_unseen(tmp_path):
    requests = """request_id | right | received_at | identifiers | language | state | verified_at
        DSR-1 | erasure | 2026-11-03 | email=jan@voorbeeld.nl | nl | verified | 2026-11-04
        DSR-2 | access | 2026-11-03 | | nl | received | """
    found = answered(tmp_path / "company", "erasure", CONTACTS, registers={**REGISTERS, "requests": requests})
    assert (found.exit_code, found.steps["contact 1"]["action"]) == (3, "review")
