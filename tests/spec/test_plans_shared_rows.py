"""Where one row of an export is two records, of which one stays, a plan never deletes the row (domain.md 2.10, 5.4)."""

import pytest

from spec.given import Export, files
from spec.planned import AS_OF, index, lines, plans

HEAD = (
    "Name | Email | Financial Status | Created at | Fulfilled at | Total | Lineitem name | Billing Name | Shipping Name | Shipping Street"
    " | Shipping Zip | Id"
)
OWN = ["Fulfilled at", "Shipping Name", "Shipping Street", "Shipping Zip"]


def shop(ordered: str, fulfilled: str) -> Export:
    """A shop with one order of two rows, which was sent."""
    text = f"""{HEAD}
        #1001 | jan@voorbeeld.nl | paid | {ordered} | {fulfilled} | 99.50 | GT06 | Jan Jansen | Jan Jansen | Dijk 1 | 1234 CD | 551
        #1001 | jan@voorbeeld.nl | | | | | GT06-L2 | | Jan Jansen | Kade 2 | 2345 CD |"""
    return files("shopify.orders", {"orders_export_1.csv": text}, name="shop", extracted_at="2026-11-20T12:00:00+01:00")


@pytest.fixture(scope="module")
def done(auditor):
    """What is planned for an order that the books keep, with a parcel that arrived long ago."""
    return auditor(AS_OF, shop("2024-03-01 10:00:00 +0100", "2024-03-03 10:00:00 +0100"))


def test_of_a_row_that_stays_for_its_order_only_the_parcels_fields_are_cleared(done):
    (plan,) = plans(done, "record_list")
    (line,) = lines(done, "record_list")
    assert (line["record_key"], line["action"], line["codes"]) == ("#1001", "clear_field", ["RET-SHIP-12"])
    assert line["fields"] == ["name", "postcode", "shipped_at", "street"]
    assert line["columns"] == OWN
    assert "never delete the row" in plan["note"]
    assert "the order's, which stays" in plan["note"]


def test_nothing_of_that_row_is_deleted(done):
    everything = [line for plan in index(done)["manifests"] for line in lines(done, plan["kind"])]
    assert [line for line in everything if line.get("action") == "delete"] == []
    assert plans(done, "sql_delete") == []


def test_a_row_of_which_every_record_goes_may_be_deleted(audit):
    done = audit(AS_OF, shop("2014-03-01 10:00:00 +0100", "2014-03-03 10:00:00 +0100"))
    assert [plan["entity"] for plan in plans(done, "record_list")] == ["order", "shipment"]
    assert [(line["record_key"], line["action"]) for line in lines(done, "record_list")] == [("#1001", "delete")] * 2
