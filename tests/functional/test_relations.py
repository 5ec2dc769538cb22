"""Exports of HubSpot, Odoo, Moneybird and Dutch bookkeeping, in their own shapes, through the real staging. All people are made up."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from functional.auditing import audit
from functional.staging import Staged, stage

PERSON = {
    "id": "480000000000000021",
    "firstname": "An",
    "lastname": "Peeters",
    "email": "an@voorbeeld.be",
    "phone": "",
    "department": "Inkoop",
}
CONTACT = {
    "id": "480000000000000001",
    "administration_id": 123,
    "company_name": "Voorbeeld BV",
    "firstname": "",
    "lastname": "",
    "address1": "Kade 2",
    "zipcode": "9000",
    "city": "Gent",
    "country": "BE",
    "phone": "",
    "customer_id": "0012",
    "tax_number": "",
    "chamber_of_commerce": "01234567",
    "bank_account": "",
    "email": "info@voorbeeld.be",
    "send_invoices_to_email": "factuur@voorbeeld.be",
    "sepa_iban": "",
    "created_at": "2019-02-03T23:30:00.123Z",
    "updated_at": "2025-01-01T00:00:00.000Z",
    "version": 1735689600,
    "notes": [],
    "custom_fields": [],
    "contact_people": [PERSON],
    "archived": False,
    "events": [],
}
INVOICE = {
    "id": "480000000000000099",
    "contact_id": "480000000000000001",
    "contact": CONTACT,
    "contact_person": None,
    "invoice_id": "2018-0007",
    "state": "paid",
    "invoice_date": "2018-12-31",
    "due_date": "2019-01-14",
    "paid_at": "2019-01-10",
    "sent_at": "2018-12-31",
    "currency": "EUR",
    "total_price_incl_tax": "363.0",
    "public_view_code": "geheim",
    "sales_invoices_url": "https://example.com/geheim",
    "details": [{"period": "20181001..20181231", "price": "300.0"}],
    "notes": [{"note": "belt terug", "created_at": "2019-01-01T00:00:00.000Z"}],
}
DUTCH = (
    "Relatiecode;Bedrijfsnaam;Voornaam;Voorvoegsel;Achternaam;Geboortedatum;Postcode;Land;E-mailadres;Wachtwoord;Geblokkeerd;"
    "Laatste factuur;Openstaand\r\n"
    "00012;Berg Transport B.V.;Ren\u00e9;van der;Berg;;3511 AB;1;jan@example.com;geheim;Nee;31-12-2016;1.234,50\r\n"
    "00013;Caf\u00e9 \u20ac;Piet;de;Wit;01-02-1970;9000;BE;;;Ja;;0,00\r\n"
)


def workbook(header: list[str], *rows: list[object]) -> bytes:
    """An Excel workbook of one sheet, numbers as numbers."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([header, *rows]):
            for column, cell in enumerate(cells):
                sheet.write(number, column, cell)
    return stream.getvalue()


FILES = {
    "hubspot/contacts.csv": (
        "Record ID,First Name,Last Name,Email,Additional email addresses,Phone Number,Mobile Phone Number,Lead Status,Lifecycle Stage,"
        "Create Date,Last Activity Date,Country/Region\n"
        "8001,Jan,van der Berg,jan@example.com,oud@example.com;ouder@example.com,+31 30 1234567,+31 6 12345678,OPEN,Customer,"
        "2017-03-12 09:14,2018-01-05 16:40,Nederland\n"
        "8002,,,inkoop@example.com,,,,,Lead,3/15/2024 2:30 PM,,\n"
        "8003,,,an@example.com,,,,,,3/4/2024 12:05 AM,,\n"
    ),
    "hubspot/no_dates.csv": "Record ID,Email,Lifecycle Stage\n8001,jan@example.com,Lead\n",
    "hubspot-api/contacts.csv": (
        "_fivetran_deleted,_fivetran_synced,property_email,id,property_firstname,property_hs_merged_object_ids,property_createdate\n"
        "FALSE,2021-04-02 11:16:05,jan@example.com,78971951,Jan,76340251;46897301,2021-04-01 22:32:47\n"
    ),
    "odoo/res.partner.csv": (
        "ID,Name,Company Type,Related Company,Customer,Supplier,Address Type,Street,Street2,City,State,ZIP,Country,Website,Phone,Mobile,"
        "Email\n"
        "res_partner_1,Voorbeeld BV,Company,,TRUE,FALSE,,Kade 2,,Gent,,9000,Belgium,example.com,123456789,,\n"
        "res_partner_2,Bob,Individual,Voorbeeld BV,,,Contact,,,,,,,,0301234567,0612345678,bob@example.com\n"
    ),
    "odoo-raw/partners.csv": (
        "id,name,is_company,parent_id/id,create_date,write_date,email,child_ids/id,child_ids/name,child_ids/email\n"
        "__export__.res_partner_42_ab12cd34,Voorbeeld BV,True,,2017-05-01 22:30:00,2025-01-01 00:00:00,,p43,An Peeters,an@voorbeeld.be\n"
        ",,,,,,,p44,Kim Claes,kim@voorbeeld.be\n"
        ",,,,,,,,,\n"
    ),
    "moneybird/contacts.json": json.dumps([CONTACT]),
    "moneybird/invoices.json": json.dumps([INVOICE]),
    "moneybird-sheet/contacts.xlsx": workbook(
        ["id", "company_name", "firstname", "lastname", "email", "customer_id", "tax_number", "created_at"],
        [526526123456789012.0, "", "Jan", "van der Berg", "jan@example.com", "0012", "", "2019-02-03T23:30:00.123Z"],
        ["480000000000000002", "", "An", "Peeters", "an@voorbeeld.be", 13, "", "2019-02-03T23:30:00.123Z"],
    ),
    "moneybird-sheet/saved.csv": (
        "id,company_name,firstname,lastname,email,customer_id,tax_number\n5.26526E+17,,Jan,van der Berg,jan@example.com,0012,\n"
    ),
    "exact/relaties.csv": DUTCH.encode("cp1252"),
    "exact/relaties_bezoek.csv": (
        "Relatiecode;Naam;RelatieType (K/S/P/D/L/Z/E);Status (A/B/P/R/T);BezoekAdres1;BezoekPostcode;E-Mail;Telefoon;"
        "ContactpersoonVoornaam;ContactpersoonTussenvoegsel;ContactpersoonAchternaam;ContactpersoonEMail\n"
        "00014;Voorbeeld NV;K;A;Kade 2;9000;info@voorbeeld.be;(030) 123 45 67;An;;Peeters;an@voorbeeld.be\n"
    ),
    "exact/facturen.csv": (
        "Factuurnummer;Factuurdatum;Vervaldatum;Relatiecode;Relatienaam;Bedrag excl. btw;Btw;Bedrag incl. btw;Betaald op\n"
        "0018001;03-04-2018;17-04-2018;00012;Berg Transport B.V.;1.000,00;210,00;1.210,00;10-04-2018\n"
    ),
}


@pytest.fixture(scope="module")
def relations(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    return stage(tmp_path_factory.mktemp("relations"), FILES)


def test_each_export_is_recognised(relations):
    assert relations.contracts == {
        "hubspot/contacts.csv": "hubspot.contacts",
        "hubspot/no_dates.csv": "hubspot.contacts",
        "hubspot-api/contacts.csv": "hubspot.contacts_api",
        "odoo/res.partner.csv": "odoo.partners",
        "odoo-raw/partners.csv": "odoo.partners",
        "moneybird/contacts.json": "moneybird.contacts",
        "moneybird/invoices.json": "moneybird.invoices",
        "moneybird-sheet/contacts.xlsx": "moneybird.contacts",
        "moneybird-sheet/saved.csv": "moneybird.contacts",
        "exact/relaties.csv": "exact.contacts",
        "exact/relaties_bezoek.csv": "exact.contacts",
        "exact/facturen.csv": "exact.invoices",
    }


def test_a_hubspot_export_without_its_dates_is_read_all_the_same(relations):
    """What needs a date is not tested (entities.md); everything else about these people can be."""
    assert relations.problems == {}
    assert relations.of("contact", "record_key", "email", "is_lead", file="hubspot/no_dates.csv") == [("8001", "jan@example.com", True)]


def test_every_address_and_number_of_a_hubspot_contact_stands_in_a_row(relations):
    columns = ("record_key", "email", "previous_email", "phone", "created_at", "last_contact_at", "is_lead")
    jan = ("2017-03-12 08:14:00+00", "2018-01-05 15:40:00+00", False)
    assert relations.of("contact", *columns, file="hubspot/contacts.csv")[:2] == [
        ("8001", "jan@example.com", "oud@example.com", "+31 30 1234567", *jan),
        ("8001", "jan@example.com", "ouder@example.com", "+31 6 12345678", *jan),
    ]
    counts = relations.counts("hubspot/contacts.csv", "contact")
    assert (counts.rows_read, counts.rows_staged) == (3, 3)


def test_a_clock_of_twelve_hours_is_read_and_an_order_of_day_and_month_is_not_guessed(relations):
    columns = ("created_at", "created_at_first_date", "created_at_last_date", "created_at_issue")
    assert relations.of("contact", *columns, file="hubspot/contacts.csv")[2:] == [
        ("2024-03-15 13:30:00+00", date(2024, 3, 15), date(2024, 3, 15), None),
        (None, date(2024, 3, 4), date(2024, 4, 3), "DQ-TS-AMBIGUOUS"),
    ]


def test_a_connectors_times_are_utc(relations):
    columns = ("record_key", "email", "created_at", "created_at_first_date")
    assert relations.of("contact", *columns, file="hubspot-api/contacts.csv") == [
        ("78971951", "jan@example.com", "2021-04-01 22:32:47+00", date(2021, 4, 2))
    ]


def test_a_company_is_no_person_and_both_numbers_of_a_person_stay(relations):
    columns = ("record_key", "last_name", "organisation", "email", "phone")
    assert relations.of("contact", *columns, file="odoo/res.partner.csv") == [
        ("res_partner_1", None, "Voorbeeld BV", None, "123456789"),
        ("res_partner_2", "Bob", "Voorbeeld BV", "bob@example.com", "0301234567"),
        ("res_partner_2", "Bob", "Voorbeeld BV", "bob@example.com", "0612345678"),
    ]


def test_who_stands_in_a_continuation_row_is_not_lost(relations):
    columns = ("row", "record_key", "last_name", "organisation", "email", "created_at")
    assert relations.of("contact", *columns, file="odoo-raw/partners.csv") == [
        (1, "__export__.res_partner_42_ab12cd34", None, "Voorbeeld BV", None, "2017-05-01 22:30:00+00"),
        (1, "p43", "An Peeters", "Voorbeeld BV", "an@voorbeeld.be", "2017-05-01 22:30:00+00"),
        (2, "p44", "Kim Claes", None, "kim@voorbeeld.be", None),
    ]
    counts = relations.counts("odoo-raw/partners.csv", "contact")
    assert (counts.rows_read, counts.rows_staged, counts.excluded) == (3, 2, {"continuation row without a person": 1})


def test_contact_persons_are_people_of_their_own(relations):
    columns = ("record_key", "customer_id", "first_name", "job_title", "organisation", "email", "created_at", "kvk_number", "iban")
    common = ("2019-02-03 23:30:00.123+00", "01234567", None)
    assert relations.of("contact", *columns, file="moneybird/contacts.json") == [
        ("480000000000000001", "0012", None, None, "Voorbeeld BV", "info@voorbeeld.be", *common),
        ("480000000000000001", "0012", None, None, "Voorbeeld BV", "factuur@voorbeeld.be", *common),
        ("480000000000000021", "0012", "An", "Inkoop", "Voorbeeld BV", "an@voorbeeld.be", *common),
    ]


def test_an_invoice_has_its_copy_of_the_contact_and_no_secret_link(relations):
    columns = ("record_key", "customer_id", "invoice_date", "customer_name", "customer_address", "amount", "email", "notes")
    assert relations.of("invoice", *columns, file="moneybird/invoices.json") == [
        (
            "2018-0007",
            "0012",
            date(2018, 12, 31),
            "Voorbeeld BV",
            "Kade 2, 9000, Gent, BE",
            Decimal("363.0000"),
            "info@voorbeeld.be",
            "belt terug",
        )
    ]
    assert "geheim" not in str(relations.rows["invoice"])


@pytest.mark.parametrize(("file", "keys"), [("contacts.xlsx", [None, "480000000000000002"]), ("saved.csv", [None])])
def test_an_id_that_a_spreadsheet_rounded_is_no_id_and_is_counted(relations, file, keys):
    name = f"moneybird-sheet/{file}"
    assert [row[0] for row in relations.of("contact", "record_key", file=name)] == keys
    assert relations.of("contact", "customer_id", file=name)[0] == ("0012",)
    assert relations.counts(name, "contact").uncast == {"contact_id": 1}


def test_a_rounded_id_is_a_line_of_the_audit(tmp_path):
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "contacts.xlsx").write_bytes(FILES["moneybird-sheet/contacts.xlsx"])
    (line,) = audit(folder).lines(code="DQ-SCHEMA")
    assert (line["field"], line["reason"], line["records"]) == ("contact_id", "value not understood", 1)


def test_dutch_bookkeeping_keeps_leading_zeros_and_reads_windows_letters(relations):
    columns = (
        "record_key",
        "customer_id",
        "first_name",
        "name_prefix",
        "organisation",
        "country",
        "email",
        "last_contact_at",
        "birth_date",
    )
    assert relations.of("contact", *columns, file="exact/relaties.csv") == [
        ("00012", "00012", "Ren\u00e9", "van der", "Berg Transport B.V.", "NL", "jan@example.com", "2016-12-30 23:00:00+00", None),
        ("00013", "00013", "Piet", "de", "Caf\u00e9 \u20ac", "BE", None, None, date(1970, 2, 1)),
    ]
    assert "geheim" not in str(relations.rows["contact"])
    assert "Wachtwoord" in relations.counts("exact/relaties.csv", "contact").unknown


def test_the_address_of_the_firm_and_that_of_its_person_both_stand(relations):
    columns = ("record_key", "first_name", "last_name", "email", "phone")
    assert relations.of("contact", *columns, file="exact/relaties_bezoek.csv") == [
        ("00014", "An", "Peeters", "info@voorbeeld.be", "(030) 123 45 67"),
        ("00014", "An", "Peeters", "an@voorbeeld.be", "(030) 123 45 67"),
    ]


def test_dutch_invoices_are_day_first_with_decimal_commas(relations):
    columns = ("record_key", "customer_id", "invoice_date", "amount", "vat", "paid_at_first_date")
    assert relations.of("invoice", *columns, file="exact/facturen.csv") == [
        ("0018001", "00012", date(2018, 4, 3), Decimal("1210.0000"), Decimal("210.0000"), date(2018, 4, 10))
    ]
