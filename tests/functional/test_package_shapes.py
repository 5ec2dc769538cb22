"""Packages from exports in their vendors' own shapes: nested people, pairs and links of others never come out."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

from spec.answered import REGISTERS, answered
from spec.given import Export

NOOR = ("Noor", "Verhoeven", "noor@voorbeeld.nl", "22233344", "Financiën")


def named(contract: str, files: dict[str, bytes], name: str) -> Export:
    return Export(contract, files, name=name)


def test_a_contact_person_in_the_books_gets_no_colleagues(tmp_path):
    people = [
        {"id": "48000000000000002", "firstname": "Jan", "lastname": "Jansen", "email": "jan@voorbeeld.nl", "phone": "",
         "department": "Inkoop"},
        {"id": "48000000000000003", "firstname": "Noor", "lastname": "Verhoeven", "email": "noor@voorbeeld.nl", "phone": "06-22233344",
         "department": "Financiën"},
    ]  # fmt: skip
    contact = {
        "id": "48000000000000001", "company_name": "Vervoer Voorbeeld BV", "firstname": "Noor", "lastname": "Verhoeven",
        "phone": "06-22233344", "customer_id": "0012", "email": "noor@voorbeeld.nl", "send_invoices_to_email": "noor@voorbeeld.nl",
        "tax_number": "", "chamber_of_commerce": "01234567", "sepa_iban": "", "contact_people": people, "version": 3,
    }  # fmt: skip
    export = named("moneybird.contacts", {"contacts.json": json.dumps([contact]).encode()}, "books")
    found = answered(tmp_path / "company", "access", export, registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    (row,) = found.rows("books")
    assert row["company_name"] == "Vervoer Voorbeeld BV"
    assert row["contact_people"] == [
        {
            "id": "48000000000000002",
            "firstname": "Jan",
            "lastname": "Jansen",
            "email": "jan@voorbeeld.nl",
            "phone": "",
            "department": "Inkoop",
        },
        "[gegevens van een ander]",
    ]
    assert found.holds(*NOOR) == []


def test_visits_of_a_user_are_given_without_what_others_left_in_links(tmp_path):
    value = {"string_value": None, "int_value": None, "float_value": None, "double_value": None}
    link = "https://voorbeeld.nl/deel?van=noor%40voorbeeld.nl&naar=jan@voorbeeld.nl&reset_token=a8Zk39Qm20Xp77Lw"
    event = {
        "event_date": "20261001", "event_timestamp": 1790848800000000, "event_name": "page_view",
        "event_params": [
            {"key": "page_location", "value": {**value, "string_value": link}},
            {"key": "ga_session_id", "value": {**value, "int_value": 1790848799}},
        ],
        "user_pseudo_id": "123456.1700000000", "user_id": "K-1",
    }  # fmt: skip
    buffer = io.BytesIO()
    struct = pa.struct(
        [("string_value", pa.string()), ("int_value", pa.int64()), ("float_value", pa.float64()), ("double_value", pa.float64())]
    )
    schema = pa.schema(
        [
            ("event_date", pa.string()), ("event_timestamp", pa.int64()), ("event_name", pa.string()),
            ("event_params", pa.list_(pa.struct([("key", pa.string()), ("value", struct)]))),
            ("user_pseudo_id", pa.string()), ("user_id", pa.string()),
        ]
    )  # fmt: skip
    other = {**event, "user_id": "K-2", "user_pseudo_id": "987654.1600000000"}
    pq.write_table(pa.Table.from_pylist([other, event], schema=schema), buffer)
    export = named("ga4.events", {"events_20261001.parquet": buffer.getvalue()}, "website")
    found = answered(tmp_path / "company", "access", export, identifiers="user_id=K-1;email=jan@voorbeeld.nl", registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    (row,) = found.rows("website")
    assert row["event_timestamp"] == 1790848800000000
    params = {pair["key"]: pair["value"] for pair in row["event_params"]}
    assert params["ga_session_id"]["int_value"] == 1790848799
    expected = "https://voorbeeld.nl/deel?van=[e-mailadres van een ander]&naar=jan@voorbeeld.nl&reset_token=[geheim]"
    assert params["page_location"]["string_value"] == expected
    assert found.holds("987654.1600000000", "noor", "a8Zk39Qm20Xp77Lw") == []
    assert found.json("package/gegevens/website/gegevens.json")[0]["laatste dag"] == "2028-12-01"


def test_a_shops_customer_with_several_addresses(tmp_path):
    header = (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Phone,Note,Tags,Total Spent,Total Orders,"
        "Tax Exempt"
    )
    rows = [
        "1001,Jan,Jansen,jan@voorbeeld.nl,yes,,+31612345679,cadeau voor Noor Verhoeven (noor@voorbeeld.nl),vip,120.00,3,no",
        "1002,Noor,Verhoeven,noor@voorbeeld.nl,yes,,+31622233344,,,0.00,0,no",
    ]
    export = named("shopify.customers", {"customers.csv": "\n".join([header, *rows, ""]).encode()}, "shop")
    found = answered(tmp_path / "company", "access", export, registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    (row,) = found.rows("shop")
    assert row["Total Spent"] == "120.00"
    assert row["Tags"] == "vip"
    assert "noor@voorbeeld.nl" not in row["Note"]
    assert row["Note"] == "cadeau voor [naam van een ander] ([e-mailadres van een ander])"


def test_what_is_called_a_name_and_is_a_things_is_given(tmp_path):
    event = {
        "event_date": "20261001", "event_timestamp": "1790848800000000", "event_name": "purchase", "user_pseudo_id": "1.1700000000",
        "user_id": "K-1", "event_params": [],
        "device": {"mobile_brand_name": "Samsung", "mobile_model_name": "Galaxy S21", "category": "mobile"},
        "collected_traffic_source": {"manual_campaign_name": "(not set)"},
        "items": [{"item_id": "GT-06", "item_name": "Tracker Plus", "item_brand": "Voorbeeld"}, {"item_name": "Noor Verhoeven"}],
        "user_properties": [{"key": "contact_name", "value": {"string_value": "Noor Verhoeven"}}],
    }  # fmt: skip
    export = named("ga4.events", {"events_20261001.json": json.dumps(event).encode() + b"\n"}, "website")
    found = answered(tmp_path / "company", "access", export, identifiers="user_id=K-1;email=jan@voorbeeld.nl", registers=REGISTERS)
    assert found.exit_code == 0, found.stderr
    (row,) = found.rows("website")
    assert row["device"] == event["device"]
    assert row["collected_traffic_source"] == {"manual_campaign_name": "(not set)"}
    assert row["items"] == [event["items"][0], "[gegevens van een ander]"]
    assert found.holds("noor") == []
    assert {each[2] for each in found.redactions} == {"items", "user_properties.contact_name.string_value"}
