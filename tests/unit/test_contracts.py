"""Contracts: the packaged ones are valid and agree with the registry; a wrong one says where and what."""

import hashlib
import json
from importlib.resources import files

import pytest

from houdbaar.errors import ContractError
from houdbaar.exports import vocabulary
from houdbaar.exports.contract import (
    bound_columns,
    folded,
    load_contract,
    packaged_contracts,
    read_structure,
    register_contract,
    unknown_columns,
)
from houdbaar.exports.entities import ENTITIES, IDENTIFIERS, RECORDS, REGISTERS
from houdbaar.exports.expression import ExpressionError, columns_read, macro_names
from houdbaar.exports.located import read_yaml
from houdbaar.resources import names, read_text

NAMES = names("contracts")
EXPORTS = packaged_contracts()
BY_ID = {contract.id: contract for contract in (*EXPORTS, *map(register_contract, REGISTERS))}
WANTED = (
    "ga4.events ga4.events_flat ga4.events_wide ga4.events_json ga4.users ga4.pseudonymous_users ua.sessions ga.ui_report "
    "activecampaign.contacts brevo.contacts plain.customer exact.contacts exact.invoices google_ads.conversions hubspot.contacts "
    "hubspot.contacts_api hubspot.email_bounces hubspot.email_campaigns hubspot.email_clicks hubspot.email_events hubspot.email_opens "
    "hubspot.email_sent hubspot.email_spam_reports hubspot.email_status_changes hubspot.form_submissions hubspot.notes "
    "hubspot.tickets klaviyo.campaigns klaviyo.events klaviyo.persons klaviyo.profiles mailchimp.activity mailchimp.activity_api "
    "mailchimp.audience mailchimp.bounces mailchimp.campaigns mailchimp.members mailchimp.recipient_activity mailchimp.recipients "
    "mailchimp.unsubscribes mailerlite.subscribers mautic.contacts mautic.page_hits moneybird.contacts moneybird.invoices "
    "odoo.partners shopify.customers shopify.customers_api shopify.orders shopify.orders_api traccar.actions traccar.devices "
    "traccar.events traccar.positions traccar.users woocommerce.customers woocommerce.orders woocommerce.users zendesk.chats "
    "zendesk.tickets zendesk.users"
).split()

GOOD = """\
apiVersion: v3.1.0
kind: DataContract
id: test.members
version: 1.0.0
customProperties:
  - property: detect
    value:
      formats: [csv]
      columns: [E-mail, [Since, Sinds]]
schema:
  - name: mail_member
    customProperties:
      - {property: structure, value: {Extra: VARCHAR, Nested: 'STRUCT(a VARCHAR)'}}
    properties:
      - name: email
        logicalType: string
        physicalName: E-mail
        primaryKey: true
        classification: user.contact.email
        customProperties:
          - {property: identifier, value: email}
          - {property: aliases, value: [Mailadres]}
      - name: opted_in_at
        logicalType: timestamp
        logicalTypeOptions: {format: 'dd-MM-yyyy HH:mm'}
        physicalName: Since
      - name: notes
        logicalType: string
        transformLogic: upper(Extra)
"""


def refused(text: str) -> list[str]:
    """The problems of a contract, a line each."""
    with pytest.raises(ContractError) as error:
        load_contract(text, "mine.yaml")
    return str(error.value).splitlines()


def test_all_wanted_contracts_are_there():
    assert sorted(contract.id for contract in EXPORTS) == sorted([*WANTED, *(f"plain.{entity}" for entity in ENTITIES)])
    assert set(BY_ID) - {contract.id for contract in EXPORTS} == {f"register.{register}" for register in REGISTERS}
    assert [f"{contract}.odcs.yaml" for contract in sorted(BY_ID)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_is_valid_odcs(name):
    from jsonschema import Draft201909Validator

    schema = json.loads((files("open_data_contract_standard") / "schema.json").read_text())
    document = read_yaml(read_text(f"contracts/{name}"), name).plain()
    assert list(Draft201909Validator(schema).iter_errors(document)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_standards_own_model_reads_it(name):
    from open_data_contract_standard.model import OpenDataContractStandard

    model = OpenDataContractStandard.from_string(read_text(f"contracts/{name}"))
    assert (model.id, model.apiVersion) == (name.removesuffix(".odcs.yaml"), "v3.1.0")


@pytest.mark.parametrize("contract", BY_ID.values(), ids=BY_ID)
def test_every_column_is_classified_and_agrees_with_the_registry(contract):
    for table in contract.tables:
        entity = RECORDS[table.entity]
        assert table.category == entity.category
        for column in table.columns:
            assert column.classification in vocabulary.CLASSIFICATIONS
            assert column.logical_type == vocabulary.logical_type(entity.type_of(column.name))
            assert column.is_end == (column.name in entity.ends)
            assert column.identifier is None or column.identifier in IDENTIFIERS


@pytest.mark.parametrize("contract", BY_ID.values(), ids=BY_ID)
def test_ends_are_marked_in_the_contract_itself(contract):
    document = read_yaml(read_text(f"contracts/{contract.id}.odcs.yaml"), contract.id).plain()
    for table in document["schema"]:
        marked = {
            column["name"]
            for column in table["properties"]
            for custom in column.get("customProperties", [])
            if custom == {"property": "kind", "value": "end"}
        }
        assert marked == RECORDS[table["name"]].ends & {column["name"] for column in table["properties"]}


@pytest.mark.parametrize("contract", BY_ID.values(), ids=BY_ID)
def test_names_are_told_apart(contract):
    for table in contract.tables:
        folds = [folded(name) for column in table.columns for name in column.physical_names]
        assert sorted(folds) == sorted(set(folds))


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_a_plain_contract_is_the_registry(entity):
    contract = BY_ID[f"plain.{entity.name}"]
    (table,) = contract.tables
    assert tuple(column.name for column in table.columns) == entity.names
    # What is worked out: no secret is read as a column of its own.
    named = [column for column in table.columns if column.name != "is_secret_kept"]
    assert [column.physical_names[0] for column in named] == [name for name in entity.names if name != "is_secret_kept"]
    assert table.key == entity.key
    assert table.triggers == entity.times
    assert contract.detect.formats == {"csv", "excel", "ndjson", "json", "parquet", "avro"}


@pytest.mark.parametrize("register", REGISTERS.values(), ids=REGISTERS)
def test_a_register_s_contract_is_the_registry(register):
    contract = BY_ID[f"register.{register.name}"]
    (table,) = contract.tables
    assert tuple(column.name for column in table.columns) == register.names
    assert tuple(column.physical_names for column in table.columns) == tuple((name,) for name in register.header)
    assert table.key == register.key == register.names[:1]
    assert [reason for reason, _ in table.excludes] == ["empty line"]
    assert set(table.reads) == set(register.header)
    assert contract.detect.formats == {"csv"}


def test_identifiers_have_one_kind_whatever_the_export():
    kinds: dict[tuple[str, str], set[str | None]] = {}
    for contract in BY_ID.values():
        for table in contract.tables:
            for column in table.columns:
                kinds.setdefault((table.entity, column.name), set()).add(column.identifier)
    assert {key: kind for key, kind in kinds.items() if len(kind) > 1} == {}


def test_keys_and_zones():
    assert BY_ID["mailchimp.audience"].tables[0].key == ("list_id", "email")
    assert BY_ID["ga4.users"].tables[0].key == ("user_id",)
    assert BY_ID["ga4.pseudonymous_users"].tables[0].key == ("client_id",)
    assert BY_ID["ga4.events"].tables[0].key == ()
    assert BY_ID["plain.cookie"].tables[0].key == ("cookie_name", "domain", "client_id")
    assert {contract.default_timezone for contract in BY_ID.values() if contract.id.startswith("mailchimp.")} == {"UTC"}
    assert BY_ID["ga4.events"].default_timezone == "Europe/Amsterdam"


def test_a_good_contract_is_read():
    contract = load_contract(GOOD, "mine.yaml")
    (table,) = contract.tables
    email, opted_in_at, notes = table.columns
    assert contract.digest == hashlib.sha256(GOOD.encode()).hexdigest()
    assert contract.detect.columns == (("E-mail", "Mailadres"), ("Since", "Sinds"))
    assert email.physical_names == ("E-mail", "Mailadres")
    assert (email.identifier, email.key_position) == ("email", 1)
    assert opted_in_at.format == "%d-%m-%Y %H:%M"
    assert (notes.physical_names, notes.transform, notes.reads) == ((), "upper(Extra)", ("Extra",))
    assert table.reads == ("Extra",)
    assert table.category == "MKT"
    assert table.triggers == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "near"),
    [
        ("name: mail_member", "name: mail_membr", 11, 'unknown entity "mail_membr"', "mail_member"),
        ("name: notes", "name: note", 27, 'unknown column of mail_member "note"', "notes"),
        ("user.contact.email", "user.contact.emial", 19, 'unknown classification "user.contact.emial"', "user.contact.email"),
        ("property: identifier", "property: identifer", 21, 'unknown customProperty "identifer"', "identifier"),
        ("property: detect", "property: detct", 6, 'unknown customProperty "detct"', "detect"),
        ("property: structure", "property: structur", 13, 'unknown customProperty "structur"', "structure"),
        ("value: email}", "value: e_mail}", 21, 'unknown identifier "e_mail"', "email"),
        ("physicalName: Since", "fysicalName: Since", 26, 'unknown key "fysicalName"', "physicalName"),
        ("formats: [csv]", "formats: [cvs]", 8, 'unknown format "cvs"', "csv"),
        ("upper(Extra)", "upper(Exrta)", 29, 'column "Exrta" is read but neither a physicalName nor in structure', "Extra"),
        ("upper(Extra)", "fillled(Extra)", 29, "transformLogic calls fillled(), which is not allowed", "filled"),
        ("logicalType: timestamp", "logicalType: string", 24, "logicalType of mail_member.opted_in_at must be timestamp", None),
        ("dd-MM-yyyy HH:mm", "dag-MM-jjjj", 25, 'format "dag-MM-jjjj" can\'t be understood', None),
        ("name: notes", "name: email", 11, 'property "email" stands here twice', None),
        ("kind: DataContract", "kind: Contract", 1, "this is no data contract", None),
        ("version: 1.0.0\n", "", 1, "id and version are required", None),
        ("    value:\n      formats: [csv]", "    value:\n      id: x", 6, "detect needs formats", None),
    ],
)
def test_a_wrong_word_is_named_with_its_place(old, new, line, message, near):
    assert old in GOOD
    problems = refused(GOOD.replace(old, new, 1))
    assert any(problem.startswith(f"mine.yaml:{line}: {message}") for problem in problems), problems
    if near is not None:
        assert f'  did you mean "{near}"?' in problems


def test_all_problems_come_at_once_and_by_line():
    text = GOOD.replace("user.contact.email", "user.mail").replace("upper(Extra)", "sum(Extra)").replace("[csv]", "[pdf]")
    lines = [int(problem.split(":")[1]) for problem in refused(text) if problem.startswith("mine.yaml:")]
    assert lines == [8, 19, 29]


@pytest.mark.parametrize("text", ["", "a: [1", "- 1", "a: 1\na: 2", "a: &x [1]\nb: *x"])
def test_what_is_no_contract_is_refused_with_a_line(text):
    assert all(problem.startswith("mine.yaml:") for problem in refused(text))


def test_what_makes_rows_one_record_is_an_expression_like_any_other():
    first = "      - {property: firstOf, value: 'upper(Extra)'}\n    properties:\n"
    (table,) = load_contract(GOOD.replace("    properties:\n", first), "mine.yaml").tables
    assert (table.first_of, table.reads) == ("upper(Extra)", ("Extra",))
    assert refused(GOOD.replace("    properties:\n", first.replace("Extra", "Exrta")))[0].startswith('mine.yaml:11: column "Exrta" is read')
    assert refused(GOOD.replace("    properties:\n", first.replace("upper", "sum")))[0].startswith("mine.yaml:14: firstOf aggregates")


def test_an_unknown_time_zone_is_refused():
    text = GOOD.replace("schema:", "  - {property: timezone, value: Europe/Amsterdm}\nschema:")
    assert refused(text) == ['mine.yaml:10: unknown time zone "Europe/Amsterdm"']


@pytest.mark.parametrize(
    "text",
    [
        "(select 1)",
        "select 1",
        "a in (select 1)",
        "sum(a)",
        "row_number() over ()",
        "count(*)",
        "read_csv('x')",
        "getenv('HOME')",
        "current_date",
        "now()",
        "random()",
        "a; b",
        "drop table x",
        "a b",
        "*",
        "a.*",
        "$a",
        "?",
        "list_filter(a, lambda p: p.b)",
        "device.web_info.browser",
        "unnest(a)",
        "",
        "case when",
    ],
)
def test_a_transform_that_is_no_plain_scalar_expression_is_refused(text):
    with pytest.raises(ExpressionError):
        columns_read(text)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("device['web_info']['browser']", ("device",)),
        ("hits[1]['page']['pagePath']", ("hits",)),
        ('coalesce(filled("A b"), filled(c))', ("A b", "c")),
        ("case when a = 'x' then try_cast(b as bigint) else 0 end", ("a", "b")),
        ("audience_status(file_name, a, b, c)", ("a", "b", "c")),
        ("item['timestamp']", ()),
        ("'unsubscribe'", ()),
    ],
)
def test_a_transform_says_what_it_reads(text, columns):
    assert columns_read(text) == columns


def test_transforms_may_call_every_macro_of_ours():
    assert {"filled", "ga_param", "audience_status"} <= macro_names()


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("yyyyMMdd", "%Y%m%d"),
        ("dd-MM-yyyy HH:mm:ss", "%d-%m-%Y %H:%M:%S"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "%Y-%m-%dT%H:%M:%S.%g%z"),
        ("M/d/yy h:mm a", "%-m/%-d/%y %-I:%M %p"),
        ("MMM d, yyyy", "%b %-d, %Y"),
        ("yyyyy-MM", None),
        ("jjjj-MM-dd", None),
        ("dd 'van", None),
    ],
)
def test_jdk_formats_become_strptime_formats(pattern, wanted):
    assert vocabulary.strptime_format(pattern) == wanted


def test_header_names_are_compared_without_case_spaces_and_unicode_form():
    assert folded("\ufeff E-Mail\u00a0 Adres ") == folded("e-mail adres")
    assert folded("Cafe\u0301") == folded("CAF\u00c9")


def test_the_first_name_that_a_file_has_feeds_a_column_and_its_rivals_are_unknown():
    contract = load_contract(GOOD, "mine.yaml")
    header = ["Mailadres", "E-MAIL", "Extra", "Geheim"]
    assert bound_columns(contract.tables[0], header) == {"email": "E-MAIL"}
    assert unknown_columns(contract, header) == ("Mailadres", "Geheim")


def test_json_is_read_by_the_names_that_the_file_uses():
    contract = load_contract(GOOD, "mine.yaml")
    assert read_structure(contract, ["Mailadres"]) == {
        "Mailadres": "VARCHAR",
        "Since": "VARCHAR",
        "Extra": "VARCHAR",
        "Nested": "STRUCT(a VARCHAR)",
    }
