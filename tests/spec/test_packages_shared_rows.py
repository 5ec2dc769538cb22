"""Where one row of an export is an order and its parcel, answers tell of each what is true of it (domain.md 2.10, 3.2)."""

import pytest

from spec.answered import REGISTERS, Answered, Ask, asker
from spec.given import files

HEAD = (
    "Name | Email | Financial Status | Created at | Fulfilled at | Total | Lineitem name | Billing Name | Shipping Name | Shipping Street"
    " | Shipping Zip | Id"
)
SHOP = files(
    "shopify.orders",
    {
        "orders_export_1.csv": f"""{HEAD}
            #1001 | jan@voorbeeld.nl | paid | 2024-03-01 10:00:00 +0100 | 2024-03-03 10:00:00 +0100 | 99.50 | GT06 | Jan Jansen | Jan Jansen | Dijk 1 | 1234 CD | 551
            #1001 | jan@voorbeeld.nl | | | | | GT06-L2 | | Jan Jansen | Kade 2 | 2345 CD |
            #1001 | jan@voorbeeld.nl | | | | | Simkaart | | | | |""",  # noqa: E501
    },
    name="shop",
)  # fmt: skip
JAN = {"identifiers": "email=jan@voorbeeld.nl;name=Jan Jansen"}
ACCEPTED = """acceptance_id | code | owner | reason | accepted_on | accepted_until
    A-1 | RET-SHIP-12 | J. Voorbeeld | wordt in december opgeruimd | 2026-11-01 | 2026-12-31"""
HOLD = """hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on
    H-1 | legal_hold | claim | mr. Raad | email | jan@voorbeeld.nl | 2026-01-01 | 2026-12-31"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What a shop answers to Jan, whose order of 2024 is three rows; its parcel arrived long ago."""
    return asker(tmp_path_factory.mktemp("shop") / "company", SHOP, registers=REGISTERS)


@pytest.fixture(scope="module")
def access(ask: Ask) -> Answered:
    """The copy that Jan gets."""
    found = ask("access", **JAN)
    assert found.exit_code == 0, found.stderr
    return found


def steps_of(ask: Ask, entity: str, right: str = "erasure") -> dict[int, dict]:
    """The steps about an entity, by row."""
    return {step["row"]: step for step in ask(right, **JAN).json("officer/plan.json")["steps"] if step["entity"] == entity}


def test_of_a_row_that_stays_for_its_order_the_parcels_fields_go(ask):
    parcels, orders = steps_of(ask, "shipment"), steps_of(ask, "order")
    assert {step["action"] for step in orders.values()} == {"review"}
    assert (parcels[1]["action"], parcels[1]["article"]) == ("clear_fields", "17(1)")
    assert parcels[1]["fields"] == ["Fulfilled at", "Shipping Name", "Shipping Street", "Shipping Zip"]
    assert {"Name", "Email", "Created at", "Total", "Billing Name"} <= set(parcels[1]["kept_fields"])


def test_a_further_row_with_an_address_is_also_the_parcels(ask):
    parcels, orders = steps_of(ask, "shipment"), steps_of(ask, "order")
    assert (list(orders), list(parcels)) == ([1, 2, 3], [1, 2])
    assert parcels[2]["fields"] == ["Shipping Name", "Shipping Street", "Shipping Zip"]


def test_one_order_is_one_order_however_many_rows_it_has(ask):
    (told,) = [each for each in ask("erasure", **JAN).json("officer/plan.json")["decisions"] if "without an invoice" in each]
    assert told.startswith("1 order ")


TOLD = {"nl": ("- verzendingen: 2 regels.", "de regel zelf blijft staan"), "en": ("- shipments: 2 rows.", "the row itself stays")}


@pytest.mark.parametrize("language", TOLD)
def test_the_letter_says_that_the_row_itself_stays(ask, language):
    letter = ask("erasure", language=language, **JAN).letter
    assert [text for text in TOLD[language] if text not in letter.casefold()] == []


def test_a_row_is_over_when_all_its_records_are(access):
    rows = access.json("package/gegevens/shop/gegevens.json")
    assert [(row["rij"], row["laatste dag"], row["verlopen"]) for row in rows] == [(row, "2031-12-31", "nee") for row in (1, 2, 3)]


def test_the_letter_tells_of_the_parcel_and_deletes_no_row(access):
    assert "verwijderen wij hem" not in access.letter
    assert "verwijderen wij ze" not in access.letter
    assert "halen wij weg wat alleen daarbij hoort, zoals een bezorgadres; de regel zelf blijft staan" in access.letter


def test_rows_are_counted_once_and_the_letter_says_which_are_told_twice(access):
    assert "4 regels in 3 onderdelen" in access.letter
    assert "is hierboven bij allebei geteld" in access.letter
    assert access.json("package/manifest.json")["records"] == 4


def test_a_restriction_counts_its_rows_once(ask):
    assert "(3 regels)" in ask("restriction", **JAN).letter


@pytest.mark.parametrize("register", [{"acceptances": ACCEPTED}, {"holds": HOLD}], ids=["accepted", "held"])
def test_what_is_on_no_plan_is_not_promised_to_go(tmp_path, register):
    letter = asker(tmp_path / "company", SHOP, registers={**REGISTERS, **register})("access", **JAN).letter
    assert "Nadat u deze brief hebt gekregen" not in letter
    assert {"acceptances": "nog niet zeker", "holds": "Zodra dat wel mag"}[next(iter(register))] in letter


def test_what_jan_takes_along_has_each_row_once(ask):
    assert len(ask("portability", **JAN).json("package/gegevens.json")["shop"]) == 3
