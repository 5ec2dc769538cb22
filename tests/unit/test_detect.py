"""Which contract reads a file: the header decides, most columns win, and what nothing fits is not guessed."""

import csv
import json
from datetime import date
from itertools import islice, product
from pathlib import Path

import pytest

from houdbaar.cli.detect import USUAL
from houdbaar.exports.contract import packaged_contracts, unknown_columns
from houdbaar.exports.detect import Match, misfit, nearest, recognise, report_period, stated_zone
from houdbaar.exports.entities import ENTITIES
from houdbaar.exports.head import Head
from houdbaar.policy.load import load_policy

CONTRACTS = packaged_contracts()
BY_ID = {contract.id: contract for contract in CONTRACTS}
SAMPLES = Path(__file__).parents[3] / "shared" / "exports"
UA_PREAMBLE = ("# ----------------------------------------", "# Alle gegevens webshop", "# Pagina's", "# 20220101-20221231")

GA4 = ("event_date", "event_timestamp", "event_name", "event_params", "user_pseudo_id", "privacy_info", "geo", "device")
AUDIENCE = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID,EUID,NOTES,TAGS".split(",")


def found(columns, *, name="export", kind="csv", preamble=(), is_bound=False) -> Match:
    return recognise(Head(kind, tuple(columns), preamble=tuple(preamble)), name, CONTRACTS, is_bound=is_bound)


def found_id(columns, **options) -> str | None:
    match = found(columns, **options)
    return match.contract.id if match.contract else None


@pytest.mark.parametrize(("contract", "kind"), [(contract, kind) for contract in CONTRACTS for kind in sorted(contract.detect.formats)])
def test_each_contract_is_recognised_by_its_own_header(contract, kind):
    tables = contract.tables
    names = [column.physical_names[0] for table in tables for column in table.columns if column.physical_names]
    known = [name for table in tables for name in table.structure]
    header = dict.fromkeys([*names, *known, *(group[0] for group in contract.detect.columns)])
    name = "reports/granular_activity/opens/c2b4c1c0d9_nieuwsbrief.csv"
    assert found_id(header, name=name, kind=kind, preamble=UA_PREAMBLE if contract.detect.preamble else ()) == contract.id


@pytest.mark.parametrize("contract", [item for item in CONTRACTS if not item.id.startswith("plain.")], ids=lambda contract: contract.id)
def test_a_contract_is_told_by_the_columns_that_it_asks_for_alone(contract):
    name = "reports/granular_activity/opens/c2b4c1c0d9_nieuwsbrief.csv"
    preamble = UA_PREAMBLE if contract.detect.preamble else ()
    for names in islice(product(*contract.detect.columns), 200):
        assert found_id(names, name=name, kind=min(contract.detect.formats), preamble=preamble) == contract.id, names


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_a_plain_table_needs_its_key_or_its_time_column_and_no_more(entity):
    key = entity.keys[0] if entity.keys else entity.times[:1]
    assert f"plain.{entity.name}" in (found_id(key), *found(key).candidates)


def test_dutch_headers_do_for_plain_tables():
    header = ["Contactnummer", "Voornaam", "Tussenvoegsel", "Achternaam", " E-mail ", "Telefoon", "Organisatie", "Aangemaakt op"]
    assert found_id(header) == "plain.contact"
    assert found_id(["Factuurnummer", "Factuurdatum", "Klantnummer", "Bedrag", "BTW"]) == "plain.invoice"
    assert found_id(["Klantnummer", "Voornaam", "Achternaam", "E-mail", "Aangemaakt op"]) == "plain.customer"
    assert found_id(["Klantnummer", "Contactnummer", "Achternaam", "E-mail", "Aangemaakt op"]) == "plain.contact"
    assert found_id(["Klantnummer", "E-mail", "Bedrag", "Soort"]) is None  # not every table with customers is one of customers
    assert found_id(["Ordernummer", "Besteldatum", "E-mailadres", "Postcode", "Plaats", "Land"]) == "plain.order"


def test_a_member_list_without_its_list_is_still_one():
    assert found_id(["email", "status", "opted_in_at"]) == "plain.mail_member"
    assert found_id(["email", "status"]) is None
    assert found_id(["email", "status", "list_id"]) == "plain.mail_member"


@pytest.mark.parametrize(
    ("columns", "kind", "wanted"),
    [
        (GA4, "parquet", "ga4.events"),
        (GA4, "ndjson", "ga4.events"),
        (GA4, "avro", "ga4.events"),
        (GA4, "csv", "ga4.events_json"),
        (GA4[:3] + GA4[4:5], "parquet", "ga4.events"),
        (GA4[:3] + GA4[4:5], "csv", "ga4.events_json"),
        ((*GA4[:3], "event_params.0.key", "event_params.0.value.int_value"), "csv", "ga4.events_wide"),
        (("timestamp", "date", "name", "user_pseudo_id", "param_ga_session_id"), "parquet", "ga4.events_flat"),
        (("user_id", "user_info", "user_properties", "last_updated_date"), "parquet", "ga4.users"),
        (("pseudo_user_id", "stream_id", "user_info", "last_updated_date"), "ndjson", "ga4.pseudonymous_users"),
        (("fullVisitorId", "visitId", "visitStartTime", "hits"), "avro", "ua.sessions"),
        (AUDIENCE, "csv", "mailchimp.audience"),
        (["E-mailadres", "Voornaam", *AUDIENCE[3:], "Maatschappij"], "csv", "mailchimp.audience"),
        (("campaign_id", "list_id", "email_id", "email_address", "activity"), "json", "mailchimp.activity_api"),
        (("id", "send_time", "settings", "recipients", "type"), "json", "mailchimp.campaigns"),
        (("email_id", "email_address", "campaign_id", "list_id", "open_count"), "json", "mailchimp.recipients"),
        (("id", "email_address", "unique_email_id", "status", "list_id", "merge_fields"), "json", "mailchimp.members"),
    ],
)
def test_exports_of_google_and_mailchimp(columns, kind, wanted):
    assert found_id(columns, kind=kind) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("reports/granular_activity/opens/c2b4c1c0d9_nieuws.csv", "mailchimp.activity"),
        ("account.zip!reports/granular_activity/clicks/1.csv", "mailchimp.activity"),
        ("c2b4c1c0d9-opens.csv", "mailchimp.activity"),
        ("openshop.csv", None),
    ],
)
def test_granular_activity_is_known_by_its_path_only(name, wanted):
    assert found_id(["Timestamp", "Email"], name=name) == wanted


def test_a_report_is_known_by_the_lines_before_it():
    header = ["Browser", "Browserversie", "Sessies", "Bouncepercentage"]
    assert found_id(header, preamble=UA_PREAMBLE) == "ga.ui_report"
    assert found_id(["Iets", "Anders"], preamble=("# Start date: 20260910", "# End date: 20261007")) == "ga.ui_report"
    assert found_id(header) is None
    assert found_id(header, preamble=("# gemaakt door Jan",)) is None


def test_a_tie_has_no_contract_and_names_the_rivals():
    assert found(["happened_at", "kind", "ip"]) == Match(None, ("plain.mail_activity", "plain.service_event"), 3)


def test_most_columns_win_whatever_the_order():
    header = ["happened_at", "kind", "ip", "account_id"]
    assert found(header).contract is BY_ID["plain.service_event"]
    assert found(header).score == 4
    assert recognise(Head("csv", tuple(header)), "x", reversed(CONTRACTS)).contract is BY_ID["plain.service_event"]


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ((), "csv"),
        (GA4, "unknown"),
        (AUDIENCE, "parquet"),
        (("contact_id", "a", "b", "c", "d"), "csv"),
        (("id", "first_name", "last_name", "email"), "csv"),
        (("Name", "Email", "Created at", "Total"), "csv"),
    ],
)
def test_what_nothing_fits_is_not_guessed(columns, kind):
    assert found(columns, kind=kind) == Match(None, (), 0)


ORDERS = ("Name", "Email", "Currency", "Total", "Lineitem name")


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (ORDERS, ("shopify.orders", "Created at")),
        ((*ORDERS, "a", "b", "c", "d"), ("shopify.orders", "Created at")),
        ((*ORDERS, "a", "b", "c", "d", "e"), None),  # no more than half of them are known
        (ORDERS[1:], None),  # two columns lack
        (("Name", "Email", "Total", "Lineitem name"), None),  # too few to tell
        (("first_name", "last_name", "email", "phone", "created_at"), None),  # of a customer or of a contact
        (("contact_id", *ORDERS), ("shopify.orders", "Created at")),
        ((), None),
    ],
)
def test_a_file_is_likened_to_one_contract_that_lacks_one_column_or_to_none(columns, wanted):
    head = Head("csv", tuple(columns))
    assert nearest(head, "export.csv", CONTRACTS) == wanted
    assert nearest(head, "export.csv", CONTRACTS[::-1]) == wanted
    assert nearest(Head("parquet", tuple(columns)), "export.parquet", CONTRACTS) is None  # no contract of that format is like it


def test_a_binding_overrules_name_share_and_missing_list_but_not_the_columns():
    contracts = [BY_ID["mailchimp.activity"], BY_ID["plain.mail_member"], BY_ID["mailchimp.audience"]]

    def bound(header, contract):
        return recognise(Head("csv", tuple(header)), "x.csv", [contract], is_bound=True).contract is contract

    assert bound(["Timestamp", "Email"], contracts[0])
    assert bound(["email", "a", "b", "c", "d"], contracts[1])
    assert not bound(["a", "b"], contracts[1])
    assert not bound(["Email Address", "LEID"], contracts[2])


def sample_head(path: Path) -> Head:
    if path.suffix == ".ndjson":
        return Head("ndjson", tuple(json.loads(path.read_text().splitlines()[0])))
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return Head("csv", tuple(next(csv.reader(lines))))


SAMPLE_CONTRACTS = {
    "ga4/fivetran_event_data.csv": "ga4.events_flat",
    "ga4/google_obfuscated_one_event.ndjson": "ga4.events",
    "hubspot/fivetran_contact_data.csv": "hubspot.contacts_api",
    "hubspot/fivetran_contact_form_submission_data.csv": "hubspot.form_submissions",
    "hubspot/fivetran_contact_list_data.csv": None,
    "hubspot/fivetran_contact_list_member_data.csv": None,
    "hubspot/fivetran_contact_merge_audit_data.csv": None,
    "hubspot/fivetran_contact_property_history_data.csv": None,
    "hubspot/fivetran_email_campaign_data.csv": "hubspot.email_campaigns",
    "hubspot/fivetran_email_event_bounce_data.csv": "hubspot.email_bounces",
    "hubspot/fivetran_email_event_click_data.csv": "hubspot.email_clicks",
    "hubspot/fivetran_email_event_data.csv": "hubspot.email_events",
    "hubspot/fivetran_email_event_open_data.csv": "hubspot.email_opens",
    "hubspot/fivetran_email_event_sent_data.csv": "hubspot.email_sent",
    "hubspot/fivetran_email_event_spam_report_data.csv": "hubspot.email_spam_reports",
    "hubspot/fivetran_email_event_status_change_data.csv": "hubspot.email_status_changes",
    "hubspot/fivetran_engagement_contact_data.csv": None,
    "hubspot/fivetran_engagement_data.csv": None,
    "hubspot/fivetran_engagement_note_data.csv": "hubspot.notes",
    "hubspot/fivetran_ticket_contact_data.csv": None,
    "hubspot/fivetran_ticket_data.csv": "hubspot.tickets",
    "klaviyo/fivetran_campaign.csv": "klaviyo.campaigns",
    "klaviyo/fivetran_event.csv": "klaviyo.events",
    "klaviyo/fivetran_person.csv": "klaviyo.persons",
    "mailchimp/fivetran_automation_recipient_activity.csv": "mailchimp.recipient_activity",
    "mailchimp/fivetran_campaign.csv": "mailchimp.campaigns",
    "mailchimp/fivetran_campaign_recipient.csv": "mailchimp.recipients",
    "mailchimp/fivetran_campaign_recipient_activity.csv": "mailchimp.recipient_activity",
    "mailchimp/fivetran_list.csv": None,
    "mailchimp/fivetran_member.csv": "mailchimp.members",
    "mailchimp/fivetran_segment.csv": None,
    "mailchimp/fivetran_segment_member.csv": None,
    "mailchimp/fivetran_unsubscribe.csv": "mailchimp.unsubscribes",
    "mailchimp/ghost_cleaned.csv": "mailchimp.audience",
    "mailchimp/ghost_subscribed.csv": "mailchimp.audience",
    "mailchimp/ghost_unsubscribed.csv": "mailchimp.audience",
    "odoo/o2m_customers_contacts.csv": "odoo.partners",
    "odoo/res.partner.csv": "odoo.partners",
    "shopify/fivetran_shopify_customer_data.csv": "shopify.customers_api",
    "shopify/fivetran_shopify_order_data.csv": "shopify.orders_api",
    "shopify/ltv_shopify_orders.csv": "shopify.orders",
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real sample exports lie outside the project")
def test_each_real_export_is_recognised_as_one_thing_or_as_none():
    files = [path for path in sorted(SAMPLES.glob("*/*.*")) if path.suffix in (".csv", ".ndjson")]
    results = {path.relative_to(SAMPLES).as_posix(): recognise(sample_head(path), path.name, CONTRACTS) for path in files}
    assert {name: match.contract.id if match.contract else None for name, match in results.items()} == SAMPLE_CONTRACTS
    assert [match.candidates for match in results.values() if match.candidates] == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real sample exports lie outside the project")
def test_only_merge_fields_of_an_audience_are_unknown():
    head = sample_head(SAMPLES / "mailchimp" / "ghost_subscribed.csv")
    assert unknown_columns(BY_ID["mailchimp.audience"], head.columns) == ("ZIP Code",)


@pytest.mark.parametrize(
    ("preamble", "wanted"),
    [
        (UA_PREAMBLE, (date(2022, 1, 1), date(2022, 12, 31))),
        (("# Start date: 20260910", "# End date: 20261007"), (date(2026, 9, 10), date(2026, 10, 7))),
        (("# Startdatum: 20260910", "# Einddatum: 20261007"), (date(2026, 9, 10), date(2026, 10, 7))),
        (("# 20221301-20221331",), None),
        (("# 20221231-20220101",), None),
        (("# iets",), None),
        ((), None),
    ],
)
def test_the_period_of_a_report_stands_before_it(preamble, wanted):
    assert report_period(preamble) == wanted


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("Parameters:TimeZone=Europe/Amsterdam", "Europe/Amsterdam"),
        ('"Parameters:TimeZone=Europe/Amsterdam",,', "Europe/Amsterdam"),
        ("Parameters:EntityType=OFFLINECONVERSION;TimeZone=America/New_York", "America/New_York"),
        ("Parameters:TimeZone=+0200", "Etc/GMT-2"),
        ("Parameters:TimeZone=-05:00", "Etc/GMT+5"),
        ("Parameters:TimeZone=+0530", None),
        ("Parameters:TimeZone=Amsterdam", None),
        ("# TimeZone=Europe/Amsterdam", None),
    ],
)
def test_a_google_ads_file_names_its_zone_in_the_first_line(line, zone):
    assert stated_zone([line]) == zone


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (("Factuurnummer:Factuurdatum:Bedrag",), "is the first line the header, and its delimiter"),
        (("Factuurdatum", "Bedrag", "BTW"), "export it anew with that column"),
        (("bla", "bla bla"), "has no column of that contract: is the first line the header"),
    ],
    ids=["one column", "one column too few", "none of its columns"],
)
def test_a_bound_file_is_asked_about_what_may_be_wrong_with_it(header, told):
    said = misfit(BY_ID["plain.invoice"], Head("csv", header))
    assert said.startswith("but its header lacks invoice_number")
    assert told in said
    assert ("delimiter" in said) is (len(header) == 1)
    assert not any(name in said for name in header)


def test_the_purpose_that_detect_proposes_is_described_for_such_data() -> None:
    policy = load_policy("twingatrack")
    described = {(kind, purpose) for clause in policy.clauses.values() for kind in clause.category for purpose in clause.purpose}
    assert {entity.category for entity in ENTITIES.values()} <= USUAL.keys()
    assert set(USUAL.items()) <= described
