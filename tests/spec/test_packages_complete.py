"""Answers to requests for access are whole, and tell of each kind of record the term that decides for it (domain.md 3.2; GDPR 15)."""

import pytest

from spec.answered import CONTACTS, REGISTERS, Answered, answered, asker
from spec.given import files, plain

HEAD = (
    "Name | Email | Financial Status | Created at | Fulfilled at | Total | Lineitem name | Billing Name | Shipping Name | Shipping Street"
    " | Shipping Zip | Id | Remark | Extra"
)
PAID = "paid | 2026-05-01 10:00:00 +0200 | 2026-05-03 10:00:00 +0200"
JAN = f"jan@voorbeeld.nl | {PAID} | 99.50 | GT06 | Jan van der Jansen | Jan van der Jansen | Dijk 1 | 1234 CD"
ELS = f"els@voorbeeld.nl | {PAID} | 12.25 | GT06-H1 | Els Bakker | Els Bakker | Zeeweg 2 | 2345 CE"
SHOP = files(
    "shopify.orders",
    {
        "orders_export_1.csv": f"""{HEAD}
            #1001 | {JAN} | 551 | |
            #1001 | | | | | | Simkaart | | | | | | bel els@voorbeeld.nl |
            #1001 | jan@voorbeeld.nl | paid | | | | GT06-H1 | | | | | 551 | | ghp_abcdefghijklmnopqrstuvwxyz0123456789
            #1001 | | | | | | GT06-L2 | | Els Bakker | Zeeweg 2 | 2345 CE | | |
            #1002 | {ELS} | 552 | |
            #1002 | | | | | | Antenne | | | | | | |""",
        "orders_export_2.csv": f"""{HEAD}
            #1001 | | | | | | GT06-K3 | | | | | | |
            #1002 | | | | | | Klem | | | | | | |
            #1003 | {ELS} | 553 | |""",
    },
    name="shop",
)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory):
    """What a shop answers to Jan, whose one order is five rows of its exports."""
    return asker(tmp_path_factory.mktemp("shop") / "company", CONTACTS, SHOP, registers=REGISTERS)


@pytest.fixture(scope="module")
def given(ask) -> Answered:
    """The answer to Jan, who asks for access."""
    found = ask("access", identifiers="email=jan@voorbeeld.nl;name=Jan van der Jansen")
    assert found.exit_code == 0, found.stderr
    return found


def test_every_row_of_an_order_is_handed_over_with_its_place(given):
    rows = given.json("package/gegevens/shop/gegevens.json")
    assert [(row["bestand"], row["rij"], row["gegevens"]["Lineitem name"]) for row in rows] == [
        ("shop/orders_export_1.csv", 1, "GT06"),
        ("shop/orders_export_1.csv", 2, "Simkaart"),
        ("shop/orders_export_1.csv", 3, "GT06-H1"),
        ("shop/orders_export_1.csv", 4, "GT06-L2"),
        ("shop/orders_export_2.csv", 1, "GT06-K3"),
    ]
    assert [row["Lineitem name"] for row in given.table("shop")] == ["GT06", "Simkaart", "GT06-H1", "GT06-L2", "GT06-K3"]


def test_the_letter_and_the_explanation_count_those_rows(given):
    assert "- **Bestellingen, facturen en betalingen**: 5 regels, in shop." in given.letter
    entries = [each for each in given.json("package/verantwoording.json") if (each["source"], each["row"]) == ("shop", 4)]
    assert [each["entity"] for each in entries] == ["order", "shipment"]  # the row has an address of its own
    assert all(each["why"].endswith("Hoort bij rij 1 van shop/orders_export_1.csv.") for each in entries)


def test_further_rows_are_redacted_by_the_same_rules(given):
    rows = given.rows("shop")
    assert rows[1]["Remark"] == "bel [e-mailadres van een ander]"
    assert ("shop", 3, "Extra", "secret") in given.redactions
    assert (rows[3]["Shipping Name"], rows[3]["Shipping Street"]) == ("[naam van een ander]", "[adres van een ander]")
    assert given.holds("els@voorbeeld.nl", "Bakker", "Zeeweg", "2345 CE", "Antenne", "Klem", "#1002", "ghp_") == []


@pytest.mark.parametrize("right", ["erasure", "restriction"])
def test_a_plan_names_every_row_of_an_order(ask, right):
    steps = ask(right, identifiers="email=jan@voorbeeld.nl").json("officer/plan.json")["steps"]
    orders = [(step["file"], step["row"]) for step in steps if step["entity"] == "order"]
    assert orders == [(f"shop/orders_export_{file}.csv", row) for file, row in ((1, 1), (1, 2), (1, 3), (1, 4), (2, 1))]


def test_what_a_person_takes_along_has_every_row_of_an_order(ask):
    rows = ask("portability", identifiers="email=jan@voorbeeld.nl").json("package/gegevens.json")["shop"]
    assert [(row["Name"], row.get("Email")) for row in rows] == [
        ("#1001", "jan@voorbeeld.nl"),
        ("#1001", None),
        ("#1001", "jan@voorbeeld.nl"),
        ("#1001", None),
        ("#1001", None),
    ]


def test_the_books_decide_how_long_an_order_stays_and_not_its_parcel(given, ask):
    orders, parcels = (
        line for line in given.letter.splitlines() if line.startswith(("- **Bestellingen", "- **Verzendingen")) and "laatste dag" in line
    )
    assert orders.endswith(
        "7 jaar na afloop van het boekjaar, omdat de belastingwet dat verplicht. Voor uw gegevens is de laatste dag 31 december 2033."
    )
    assert parcels.endswith("tot 12 maanden na de bezorging. Voor uw gegevens is de laatste dag 3 mei 2027.")
    assert "31 december 2033" in ask("erasure", identifiers="email=jan@voorbeeld.nl;name=Jan van der Jansen").letter
    assert {row["laatste dag"] for row in given.json("package/gegevens/shop/gegevens.json")} == {"2033-12-31"}


OLD_MEMBER = (
    "list_id | email | status | signup_source | opted_in_at\nnieuws | jan@voorbeeld.nl | subscribed | newsletter | 2024-03-01 10:00"
)
UNSETTLED = {
    "nl": "Van 1 regel kunnen wij nog niet vaststellen of die termijn voorbij is: wij hebben nog niet al uw reacties op onze mails kunnen",
    "en": "Of 1 row we cannot establish yet whether that term is over: we could not check all your responses to our mails yet",
}


@pytest.mark.parametrize("language", UNSETTLED)
def test_a_day_of_which_nobody_knows_whether_it_was_the_last_is_not_told_as_past(tmp_path, language):
    found = answered(tmp_path / "company", "access", plain("mail_member", OLD_MEMBER), registers=REGISTERS, language=language)
    assert UNSETTLED[language] in found.letter
    assert "2025" not in found.letter.split("## ")[4]
    folder = {"nl": "gegevens", "en": "data"}[language]
    (row,) = found.json(f"package/{folder}/mail_member/{folder}.json")
    assert (row[{"nl": "laatste dag", "en": "last day"}[language]], row[{"nl": "verlopen", "en": "overdue"}[language]]) in (
        (None, "nee"),
        (None, "no"),
    )
