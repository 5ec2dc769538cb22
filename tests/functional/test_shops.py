"""Exports of Shopify and WooCommerce, in their own shapes and with their traps, through the real staging. All people are made up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from functional.staging import Staged, stage

FILES = {
    "shopify/customers_export.csv": (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
        "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,"
        "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags,"
        "Geboren (customer.metafields.facts.birth_date)\n"
        "'7210448301122,Jan,'t Hart,jan@example.com,yes,Voorbeeld BV,Dorpsstraat 1,,Utrecht,UT,NL,'3511 AB,"
        "'+31201234567,'+31612345678,no,89.00,1,,no,dealer,'1990-05-02\n"
    ),
    "shopify-old/customers.csv": (
        "First Name,Last Name,Email,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,"
        "Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt\n"
        "Piet,de Wit,piet@example.com,,Kade 2,,Gent,,,Belgium,BE,9000,,no,0.00,0,,,no\n"
    ),
    "shopify/orders_export_1.csv": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Total,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Billing Name,Billing Zip,Billing Country,Billing Phone,Shipping Name,Shipping Zip,"
        "Cancelled at,Id,Phone\n"
        "#1001,jan@example.com,paid,2019-03-31 03:05:10 +0200,fulfilled,2019-04-01 09:00:00 +0200,no,EUR,80.00,89.00,"
        "2019-03-31 03:05:00 +0200,1,GT06 tracker,79.00,Jan van der Berg,'3511 AB,NL,'+31612345678,Jan van der Berg,'3511 AB,,"
        "'5550000001,\n"
        "#1001,,,,,,,,,,,1,Simkaart,10.00,,,,,,,,,\n"
        "#1001,jan@example.com,,,,,,,,,2019-03-31 03:05:00 +0200,2,Houder,5.00,,,,,,,,,\n"
        "#1002,,paid,,,,no,EUR,10.00,10.00,2019-03-31 01:59:59 +0100,1,Simkaart,10.00,,,,,,,,5550000002,\n"
        "#1003,an@example.com,voided,,,,no,EUR,5.00,5.00,2019-10-27 02:30:00 +0100,1,Houder,5.00,An,1000,BE,,,,"
        "2019-10-28 08:00:00 +0100,5550000003,\n"
    ),
    # The second part of an export begins with the lines of an order of the first.
    "shopify/orders_export_2.csv": (
        "Name,Email,Financial Status,Created at,Total,Lineitem name,Id\n"
        "#1003,,,,,Kabel,\n"
        "#1004,kim@example.com,paid,2019-11-01 12:00:00 +0100,5.00,Houder,5550000004\n"
    ),
    "shopify/small.csv": "Name,Email,Created at,Lineitem name\n#9,jan@example.com,2019-01-01 10:00:00 +0100,A\n#9,jan@example.com,,B\n",
    "woo/customers.csv": (
        "Name,Username,Last Active,Sign Up,Email,Orders,Total Spend,AOV,Country / Region,City,Region,Postal Code,Billing Phone,"
        "Shipping Phone,Role\n"
        "Jan van der Berg,janvdb,2023-02-01 00:00:00,2019-04-30 21:14:09,jan@example.com,3,267.00,89.00,NL,Utrecht,UT,3511 AB,"
        "0612345678,0201234567,customer\n"
        "Gast Klant,,2018-11-03 14:02:11,,gast@voorbeeld.be,1,89.00,89.00,BE,Gent,,9000,,,\n"
        "[deleted],[deleted],2017-11-03 14:02:11,2016-11-03 14:02:11,deleted@site.invalid,1,9.00,9.00,,,,,+00 000000000,,\n"
    ),
    "woo-users/users.csv": (
        "ID,user_login,user_email,user_registered,display_name,user_pass,billing_phone,wc_last_active,last_update\n"
        "12,janvdb,jan@example.com,2019-04-30 21:14:09,Jan,$P$Bgeheim,0612345678,1675209600,1700000000\n"
        "13,piet,piet@example.com,2018-01-02 03:04:05,Piet,$P$Bgeheim2,,0,1700000000\n"
        "14,oud,oud@example.com,0000-00-00 00:00:00,Oud,$P$Bgeheim3,,,1700000000\n"
    ),
    "woo/orders.csv": (
        "order_id,order_number,order_date,status,order_total,order_currency,customer_id,customer_note,billing_first_name,"
        "billing_last_name,billing_email,billing_phone,billing_postcode,billing_country,shipping_first_name,shipping_last_name,"
        "shipping_address_1,shipping_postcode,shipping_country,Product Item 1 Name,Product Item 1 id,Product Item 2 Name\n"
        "77,77,2024-07-01 00:30:00,wc-completed,89.00,EUR,12,,Jan,van der Berg,jan@example.com,0612345678,3511 AB,NL,Jan,van der Berg,"
        "Dorpsstraat 1,3511 AB,NL,GT06,6,Simkaart\n"
        "78,78,2024-07-02 10:00:00,processing,10.00,EUR,0,,Gast,Klant,gast@voorbeeld.be,,9000,BE,,,,,,Simkaart,7,\n"
        "79,79,2016-07-02 10:00:00,completed,10.00,EUR,0,,[deleted],[deleted],deleted@site.invalid,+00 000000000,[deleted],,[verwijderd],"
        "[verwijderd],[verwijderd],[verwijderd],,Simkaart,7,\n"
        ",,,,,,,,,,,,,,,,,,,,,\n"
    ),
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    return stage(tmp_path_factory.mktemp("shops"), FILES)


def test_each_export_is_recognised_and_nothing_is_a_problem(shops):
    assert shops.problems == {}
    assert shops.contracts == {
        "shopify/customers_export.csv": "shopify.customers",
        "shopify-old/customers.csv": "shopify.customers",
        "shopify/orders_export_1.csv": "shopify.orders",
        "shopify/orders_export_2.csv": "shopify.orders",
        "shopify/small.csv": "shopify.orders",
        "woo/customers.csv": "woocommerce.customers",
        "woo-users/users.csv": "woocommerce.users",
        "woo/orders.csv": "woocommerce.orders",
    }


def test_the_apostrophe_of_a_spreadsheet_goes_and_that_of_a_name_stays(shops):
    columns = ("record_key", "customer_id", "first_name", "last_name", "phone", "postcode", "country", "created_at", "birth_date")
    assert shops.of("contact", *columns, file="shopify/customers_export.csv") == [
        ("7210448301122", "7210448301122", "Jan", "'t Hart", phone, "3511 AB", "NL", None, None)
        for phone in ("+31612345678", "+31201234567")
    ]
    assert shops.counts("shopify/customers_export.csv", "contact").rows_staged == 1


def test_the_older_header_has_no_id(shops):
    columns = ("record_key", "email", "street", "country", "phone")
    assert shops.of("contact", *columns, file="shopify-old/customers.csv") == [(None, "piet@example.com", "Kade 2", "BE", None)]


def test_an_order_is_a_record_and_its_further_lines_are_left_out_by_name(shops):
    columns = ("record_key", "email", "phone", "ordered_at", "status", "total", "currency")
    assert shops.of("order", *columns, file="shopify/orders_export_1.csv") == [
        ("#1001", "jan@example.com", "+31612345678", "2019-03-31 01:05:00+00", "completed", Decimal("89.0000"), "EUR"),
        ("#1002", None, None, "2019-03-31 00:59:59+00", "open", Decimal("10.0000"), "EUR"),
        ("#1003", "an@example.com", None, "2019-10-27 01:30:00+00", "cancelled", Decimal("5.0000"), "EUR"),
    ]
    counts = shops.counts("shopify/orders_export_1.csv", "order")
    assert (counts.rows_read, counts.rows_staged) == (5, 3)
    assert counts.excluded == {"line item row": 1, "another row of the same record": 1}
    assert counts.naive == {}


def test_a_part_that_begins_with_lines_of_the_order_before_loses_nothing(shops):
    assert shops.of("order", "record_key", file="shopify/orders_export_2.csv") == [("#1004",)]
    assert shops.counts("shopify/orders_export_2.csv", "order").excluded == {"line item row": 1, "another row of the same record": 0}
    assert shops.of("order", "record_key", file="shopify/small.csv") == [("#9",)]


def test_what_was_sent_is_a_shipment(shops):
    columns = ("record_key", "order_id", "name", "postcode", "shipped_at")
    assert shops.of("shipment", *columns, file="shopify/orders_export_1.csv") == [
        ("#1001", "#1001", "Jan van der Berg", "3511 AB", "2019-04-01 07:00:00+00")
    ]


def test_guests_have_no_account_and_erased_people_are_left_out(shops):
    account = ("record_key", "username", "email", "phone", "created_at", "last_login_at")
    assert shops.of("account", *account, file="woo/customers.csv") == [
        ("janvdb", "janvdb", "jan@example.com", "0612345678", "2019-04-30 19:14:09+00", "2023-01-31 23:00:00+00"),
    ]
    assert shops.counts("woo/customers.csv", "account").excluded == {"erased customer": 1, "guest without an account": 1}
    assert shops.of("contact", "last_name", "email", "phone", "country", file="woo/customers.csv") == [
        ("Jan van der Berg", "jan@example.com", "0612345678", "NL"),
        ("Jan van der Berg", "jan@example.com", "0201234567", "NL"),
        ("Gast Klant", "gast@voorbeeld.be", None, "BE"),
    ]


def test_seconds_since_1970_as_text_and_no_password_in_any_column(shops):
    columns = ("record_key", "username", "created_at", "created_at_issue", "last_login_at", "last_login_at_issue")
    assert shops.of("account", *columns, file="woo-users/users.csv") == [
        ("12", "janvdb", "2019-04-30 21:14:09+00", None, "2023-02-01 00:00:00+00", None),
        ("13", "piet", "2018-01-02 03:04:05+00", None, None, "DQ-TS-NULL"),
        ("14", "oud", None, "DQ-TS-SENTINEL", None, "DQ-TS-NULL"),
    ]
    assert "geheim" not in str(shops.rows["account"])
    assert "user_pass" in shops.counts("woo-users/users.csv", "account").unknown


def test_woo_orders_grow_sideways_guests_are_nobody_and_erased_orders_keep_their_date(shops):
    columns = ("record_key", "customer_id", "email", "phone", "name", "postcode", "ordered_at", "status")
    assert shops.of("order", *columns, file="woo/orders.csv") == [
        ("77", "12", "jan@example.com", "0612345678", "Jan van der Berg", "3511 AB", "2024-06-30 22:30:00+00", "completed"),
        ("78", None, "gast@voorbeeld.be", None, "Gast Klant", "9000", "2024-07-02 08:00:00+00", "open"),
        ("79", None, None, None, None, None, "2016-07-02 08:00:00+00", "completed"),
    ]
    counts = shops.counts("woo/orders.csv", "order")
    assert (counts.rows_read, counts.rows_staged, counts.excluded) == (4, 3, {"blank order": 1})
    assert "Product Item 2 Name" in counts.unknown
    assert shops.of("shipment", "record_key", "street", file="woo/orders.csv") == [("77", "Dorpsstraat 1")]
