"""The macros that transforms call, on text (CSV, JSON, Avro) and on a Parquet file's own types; and every transform of every contract."""

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot

from houdbaar.exports.contract import Contract, Table, packaged_contracts
from houdbaar.exports.expression import MACRO_FILES
from houdbaar.resources import package_text

TEXT_PARAMS = "STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, int_value VARCHAR, float_value VARCHAR, double_value VARCHAR))[]"
TYPED_PARAMS = "STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, int_value BIGINT, float_value FLOAT, double_value DOUBLE))[]"
PARAMS = """[
    {'key': 'page_location', 'value': {'string_value': 'https://a.example', 'int_value': null, 'float_value': null, 'double_value': null}},
    {'key': 'ga_session_id', 'value': {'string_value': null, 'int_value': 1769899490, 'float_value': null, 'double_value': null}},
    {'key': 'value', 'value': {'string_value': null, 'int_value': null, 'float_value': null, 'double_value': 2.5}},
    {'key': 'ga_session_id', 'value': {'string_value': 'second', 'int_value': null, 'float_value': null, 'double_value': null}},
    {'key': 'empty', 'value': {'string_value': '', 'int_value': null, 'float_value': null, 'double_value': null}}
]"""


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for file in MACRO_FILES:
            connection.execute(package_text(file))
        yield connection


@pytest.fixture
def value(engine):
    """The value of one SQL expression."""

    def run(expression: str) -> object:
        row = engine.execute(f"select {expression}").fetchone()
        assert row is not None
        return row[0]

    return run


@pytest.mark.parametrize("kind", [TEXT_PARAMS, TYPED_PARAMS], ids=["text", "typed"])
def test_parameters_in_both_kinds(value, kind):
    params = f"cast({PARAMS} as {kind})"
    assert value(f"ga_param({params}, 'page_location')") == "https://a.example"
    assert value(f"ga_param({params}, 'ga_session_id')") == "1769899490"
    assert value(f"ga_param({params}, 'value')") == "2.5"
    assert value(f"ga_param({params}, 'empty')") is None
    assert value(f"ga_param({params}, 'absent')") is None
    assert value(f"ga_param(cast(null as {kind}), 'value')") is None
    assert [pair["key"] for pair in value(f"ga_params({params})")] == ["page_location", "ga_session_id", "value", "ga_session_id"]
    assert value(f"ga_params(cast(null as {kind}))") is None


def test_parameters_of_an_older_shape_are_read_after_a_cast(value):
    older = "[{'key': 'a', 'value': {'string_value': null, 'int_value': 7}}]"
    assert value(f"ga_param(cast({older} as {TEXT_PARAMS}), 'a')") == "7"


def test_user_properties_may_carry_their_name_in_the_value(value):
    kind = "STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, user_property_name VARCHAR))[]"
    named = "{'key': 'slot_01', 'value': {'string_value': 'gold', 'user_property_name': 'tier'}}"
    properties = f"[{named}, {{'key': 'plan', 'value': {{'string_value': 'x'}}}}]"
    assert value(f"ga_properties(cast({properties} as {kind}))") == [{"key": "tier", "value": "gold"}, {"key": "plan", "value": "x"}]


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("'Yes'", "granted"),
        ("'granted'", "granted"),
        ("true", "granted"),
        ("'No'", "denied"),
        ("'false'", "denied"),
        ("'DENIED'", "denied"),
        ("'Unset'", "unset"),
        ("'anders'", "unset"),
        ("''", None),
        ("null", None),
    ],
)
def test_consent(value, cell, wanted):
    assert value(f"consent_state({cell})") == wanted


def test_text_is_trimmed_and_googles_nothing_is_nothing(value):
    assert value("filled('\u00a0 Jan\u200b ')") == "Jan"
    assert value("filled('  ')") is None
    assert value("filled(12)") == "12"
    assert value("given('(not set)')") is None
    assert value("given(' Utrecht')") == "Utrecht"


def test_json_in_a_cell(value):
    cell = """'[{"key":"ga_session_id","value":{"int_value":"12"}},{"key":"title","value":{"string_value":"A, B"}}]'"""
    assert value(f"ga_param(json_params({cell}), 'ga_session_id')") == "12"
    assert value(f"ga_param(json_params({cell}), 'title')") == "A, B"
    assert value("json_params('[{')") is None
    assert value("""json_field('{"web_info":{"browser":"Firefox"}}', '$.web_info.browser')""") == "Firefox"
    assert value("json_field('nonsense', '$.a')") is None
    assert value("json_field(null, '$.a')") is None


def test_wide_columns_that_went_through_floats(value):
    param = "wide_param('ga_session_id', '', '1769899490.0', null, null)"
    assert value(f"ga_param([{param}], 'ga_session_id')") == "1769899490"
    assert value(f"ga_params([{param}, wide_param(null, null, null, null, null)])") == [{"key": "ga_session_id", "value": "1769899490"}]


def test_pairs_from_lists_and_from_text(value):
    wanted = [{"key": "a", "value": "1"}]
    assert value("pairs([{'key': 'a', 'value': 1}])") == wanted
    assert value("""pairs('[{"key":"a","value":"1"}]')""") == wanted
    assert value("pairs('x')") is None
    assert value("pairs(null)") is None
    assert value("filled_pairs([{'key': 'a', 'value': '1'}, {'key': 'b', 'value': ''}])") == wanted


@pytest.mark.parametrize("number", ["1", "'1'"])
def test_sessions_of_universal_analytics(value, number):
    hits = "[{'page': {'pagePath': '/a', 'hostname': 'example.com'}, 'transaction': {'transactionId': null}}, "
    hits += "{'page': {'pagePath': '/b', 'hostname': null}, 'transaction': {'transactionId': 'NL-1020'}}]"
    assert value(f"ua_first_page({hits})") == "example.com/a"
    assert value(f"ua_first_page(list_reverse({hits}))") == "/b"
    assert value(f"ua_transaction({hits})") == "NL-1020"
    assert value(f"ua_dimensions([{{'index': {number}, 'value': 'x'}}])") == [{"key": "dimension1", "value": "x"}]


@pytest.mark.parametrize(
    ("name", "columns", "wanted"),
    [
        ("subscribed_members_export_0a1b2c3d4e.csv", "null, null, ''", "subscribed"),
        ("a/b.zip!unsubscribed_members_export_0a1b2c3d4e.csv", "null, '', null", "unsubscribed"),
        ("cleaned_email_audience_export_0a1b2c3d4e.csv", "'', null, null", "cleaned"),
        ("nonsubscribed_members_export_0a1b2c3d4e.csv", "null, null, ''", "nonsubscribed"),
        ("lists/transactional.csv", "null, null, ''", "nonsubscribed"),
        ("subscribed/export.csv", "'', null, null", "cleaned"),
        ("export.csv", "null, '', ''", "subscribed"),
        ("export.csv", "null, '', null", "unsubscribed"),
        ("export.csv", "null, null, null", None),
    ],
)
def test_the_file_says_who_is_mailable(value, name, columns, wanted):
    assert value(f"audience_status('{name}', {columns})") == wanted


def test_equal_stamps_without_an_address_are_an_import(value):
    moment = "'2018-02-05 19:28:23'"
    assert value(f"import_source({moment}, {moment}, '', null)") == "import"
    assert value(f"import_source({moment}, {moment}, '192.0.2.1', '')") is None
    assert value(f"import_source({moment}, '2018-02-05 19:29:00', '', '')") is None
    assert value("import_source('', '', '', '')") is None
    assert value(f"member_source('Admin Add', {moment}, {moment}, '', '')") == "staff"
    assert value(f"member_source('Embed Form', {moment}, {moment}, '', '')") == "newsletter"
    assert value(f"member_source('', '', {moment}, '', '')") == "import"
    assert value(f"member_source('', {moment}, {moment}, '203.0.113.1', '')") is None


@pytest.mark.parametrize(
    ("name", "kind", "campaign"),
    [
        ("reports/granular_activity/opens/c2b4c1c0d9_clicks-test.csv", "open", "c2b4c1c0d9"),
        ("a.zip!reports/granular_activity/clicks/123456_nieuwsbrief.csv", "click", "123456"),
        ("opens_c2b4c1c0d9.csv", "open", "c2b4c1c0d9"),
        ("rapport.csv", "click", None),
    ],
)
def test_a_report_names_kind_and_campaign_in_its_path_only(value, name, kind, campaign):
    assert value(f"report_kind('{name}', 'https://example.com')") == kind
    assert value(f"report_campaign('{name}')") == campaign


def test_a_report_without_links_or_name_says_nothing(value):
    assert value("report_kind('rapport.csv', null)") is None


def test_an_open_is_a_machines_only_where_that_shows(value):
    assert value("is_proxy_open('open', '66.249.81.5')") is True
    assert value("is_proxy_open('open', '64.233.172.68')") is True
    assert value("is_proxy_open('open', '203.0.113.1')") is None
    assert value("is_proxy_open('open', null)") is None
    assert value("is_proxy_open('click', '66.249.81.5')") is None


def test_words_of_mailchimp(value):
    assert value("mailchimp_kind('Opens')") == "open"
    assert value("mailchimp_kind('bounce')") == "bounce"
    assert value("member_status('transactional')") == "nonsubscribed"
    assert value("member_status('Subscribed')") == "subscribed"


def test_stamps_whose_maker_means_utc(value):
    assert value("utc_stamp('2024-09-10 12:35:00')") == "2024-09-10 12:35:00Z"
    assert value("utc_stamp(timestamp '2024-09-10 12:35:00')") == "2024-09-10 12:35:00Z"
    assert value("utc_stamp('2024-09-10 12:35:00+02')") == "2024-09-10 12:35:00+02"
    assert value("utc_stamp('2024-09-10')") == "2024-09-10"
    assert value("utc_stamp('')") is None


@pytest.mark.parametrize("cell", ["'2.546'", "'2,546'", "'2546'", "2546"])
def test_counts_of_reports(value, cell):
    assert value(f"report_count({cell})") == "2546"


def test_a_totals_row_of_a_report_is_left_out(engine):
    (table,) = next(contract for contract in packaged_contracts() if contract.id == "ga.ui_report").tables
    ((_, condition),) = table.excludes

    def judged(rows: dict[str, list[str]]) -> list[tuple[object, ...]]:
        return engine.execute(f"select people, {condition} from ({with_derived(table, relation(table, rows))})").fetchall()

    rows = {"Pagina": ["/webshop", "", "Totaal"], "Sessies": ["998", "2.202", "2.202"]}
    assert judged(rows) == [("998", False), ("2202", True), ("2202", True)]
    assert judged({"Client ID": ["1.2"], "Sessies": ["998"]}) == [(None, False)]
    assert judged({"Sessies": ["998"]}) == [("998", None)]


def with_derived(table: Table, rows: str) -> str:
    """SQL of the relation with the contract's intermediate values."""
    for name, text in table.derived:
        rows = f'select *, {text} as "{name}" from ({rows})'
    return rows


def relation(table: Table, rows: dict[str, list[str]]) -> str:
    """SQL of a relation with what the table reads; columns that aren't given are NULL."""
    count = len(next(iter(rows.values())))
    selects = [
        "select "
        + ", ".join(
            f'{rows[name][position]!r} as "{name}"' if name in rows else f'cast(null as {table.structure.get(name, "VARCHAR")}) as "{name}"'
            for name in table.reads
        )
        for position in range(count)
    ]
    return " union all ".join(selects)


@pytest.mark.parametrize("contract", packaged_contracts(), ids=lambda contract: contract.id)
def test_every_transform_runs_on_a_row_without_values(engine, contract: Contract):
    """As written, and as sqlglot writes it again: the stager builds its queries from the syntax tree."""
    for table in contract.tables:
        absent = [f'cast(null as {table.structure.get(name, "VARCHAR")}) as "{name}"' for name in table.reads]
        rows = f"select {', '.join([*absent, repr('a/b.csv') + ' as file_name'])}"
        rows = with_derived(table, rows)
        rows = exploded(table, rows)
        texts = [*(column.transform for column in table.columns if column.transform), *(text for _, text in table.excludes)]
        for text in [*texts, *(text for text in (table.first_of, table.loaded_on) if text)]:
            again = sqlglot.parse_one(text, dialect="duckdb").sql(dialect="duckdb")
            plain, rebuilt = engine.execute(f"select {text}, {again} from ({rows})").fetchall()[0]
            assert plain == rebuilt


@pytest.mark.parametrize("kind", ["BIGINT", "TIMESTAMP"])
@pytest.mark.parametrize(
    "contract", [item for item in packaged_contracts() if "parquet" in item.detect.formats], ids=lambda contract: contract.id
)
def test_every_transform_takes_columns_that_parquet_has_typed(engine, contract: Contract, kind):
    """A connector's table has numbers and times where a CSV has text: every second column typed, then the others, must do too."""
    for table in contract.tables:
        texts = [*(column.transform for column in table.columns if column.transform), *(text for _, text in table.excludes)]
        for parity in (0, 1):
            absent = [
                f'cast(null as {kind if position % 2 == parity and declared == "VARCHAR" else declared}) as "{name}"'
                for position, name in enumerate(table.reads)
                for declared in [table.structure.get(name, "VARCHAR")]
            ]
            rows = with_derived(table, f"select {', '.join([*absent, repr('a/b.csv') + ' as file_name'])}")
            engine.execute(f"select {', '.join(texts) or '1'} from ({exploded(table, rows)})")


def exploded(table: Table, rows: str) -> str:
    """SQL of the relation with the elements of the list that the contract explodes."""
    if not table.explode:
        return rows
    many = f'"{table.explode}"' if table.explode in dict(table.derived) else f"[null]::{table.structure[table.explode]}"
    return f"select *, unnest({many}) as item from ({rows})"
