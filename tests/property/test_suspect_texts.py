"""A file is read event by event only if one of its texts may be a leak: no leak may hide in a file that is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functional.auditing import audit
from functional.staging import SETTINGS
from houdbaar.checks.suspects import suspect_parts
from houdbaar.engines.duckdb import Engine
from houdbaar.exports.cache import Cache
from houdbaar.exports.contract import packaged_contracts
from houdbaar.exports.expression import offer_macros
from houdbaar.exports.intake import take_in
from houdbaar.exports.leaf_texts import LeafReader
from houdbaar.exports.source import Source
from houdbaar.privacy import Pseudonyms
from houdbaar.resources import package_text

LEAKING = "is_suspect(text_of(key, value)) and is_leaking(decoded(text_of(key, value)))"
WORDS = (
    "email mail e-mail naam voornaam name first_name klantnaam phone telefoon_nr tel msisdn ip ip_address remote_addr lat longitude coords "
    "postcode zip_code bsn sofinummer iban rekening_nummer wachtwoord pwd mc_eid _kx ml_subscriber_hash mkt_tok fingerprint fp_id ip_hash "
    "hashed_ip client_id old_cookie_id visitor_id user_id method form_name item_name x"
).split()
MARKS = ["@", "%40", "%2540", "%3D", "=", "&", "?", "#", ";", "%26", "%2B", "+", " ", "/", ".", "-", "_", ":", "\\u0040", "%", "%FF", "%E9"]
PARTS = [
    *WORDS,
    *MARKS,
    *"jan@example.com info@voorbeeld.nl logo@2x.png 0612345678 06-12345678 31612345678 0031 31 203.0.113.7 203.0.113.0 52.37021".split(),
    *"2001:db8::1 1234AB 123456782 NL12BANK0123456789 Jan Jansen B.V. geheim reset true abcd1234 UNIQID %30612345678 %61dmin".split(),
    "0123456789abcdef0123456789abcdef",
]
TEXT = st.lists(st.sampled_from(PARTS), max_size=5).map("".join)
MUCH = 1 << 20
NUMBER = st.integers(-(1 << 62), 1 << 62) | st.sampled_from([612345678, 31612345678, 123456782, 201234567])
DECIMAL = st.floats() | st.sampled_from([0.0612345678, 52.37021, 1e31, -6.12345678e-31])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine([], tmp_path_factory.mktemp("scratch").resolve())
    offer_macros(engine)
    engine.offer_macros(package_text("checks/leaks.sql"))
    yield engine
    engine.close()


def hidden(engine: Engine, pairs: pa.Table, otherwise: str) -> list[tuple[object, ...]]:
    """Pairs in which something leaks although neither the key nor what stands in `otherwise` shows it."""
    engine.take("taken_pair", pairs)
    engine.make_view("pair", "select key, cast(value as varchar) as value from taken_pair")
    return engine.rows(f"select * from pair where {LEAKING} and not coalesce(is_telling_key(key), false) and not {otherwise}")


@given(st.lists(st.tuples(TEXT | st.none(), TEXT), min_size=120, max_size=300))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_leaks_shows_in_the_value_alone_or_in_the_key(engine: Engine, pairs: list[tuple[str | None, str]]) -> None:
    table = pa.table(
        {"key": pa.array([key for key, _ in pairs], pa.string()), "value": pa.array([value for _, value in pairs], pa.string())}
    )
    assert hidden(engine, table, "is_telling_value(value)") == []


@given(st.lists(st.tuples(TEXT, NUMBER, DECIMAL), min_size=120, max_size=300))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_number_shows_by_its_key_only(engine: Engine, rows: list[tuple[str, int, float]]) -> None:
    keys = pa.array([key for key, _, _ in rows], pa.string())
    for values in (pa.array([number for _, number, _ in rows], pa.int64()), pa.array([number for _, _, number in rows], pa.float64())):
        assert hidden(engine, pa.table({"key": keys, "value": values}), "false") == []


TELLING = (
    "email user_email e-mail voornaam first_name naam klantnaam phone telefoon_nr tel msisdn ip remote_addr lat longitude coords postcode "
    "zip_code bsn sofinummer iban rekening_nummer wachtwoord pwd mc_eid _kx ml_subscriber_hash mkt_tok fingerprint fp_id ip_hash hashed_ip "
    "old_cookie_id klant%20naam jan@example.com"
).split()


@pytest.mark.parametrize("key", TELLING)
def test_a_key_that_says_what_its_value_is_is_told(engine: Engine, key: str) -> None:
    assert engine.rows("select is_telling_key($key)", {"key": key}) == [(True,)]


@pytest.mark.parametrize("key", ["x", "page_title", "form_name", "item_name", "method", "link_url", "campaign", "user_id", "ga_session_id"])
def test_a_usual_key_is_not(engine: Engine, key: str) -> None:
    assert engine.rows("select is_telling_key($key)", {"key": key}) == [(False,)]


def events(leaks: dict[int, tuple[str, str]], rows: int = 30_000) -> pa.Table:
    """Events of one day with two parameters each, and other ones in some rows (by number from 0)."""
    usual = [{"key": "page_title", "value": text("GPS tracker")}, {"key": "value", "value": {"string_value": None, "int_value": 31_612}}]
    params = [[{"key": leaks[row][0], "value": text(leaks[row][1])}] if row in leaks else usual for row in range(rows)]
    return pa.table(
        {
            "event_timestamp": pa.array([1_788_264_000_000_000 + row for row in range(rows)], pa.int64()),
            "event_date": pa.array(["20260901"] * rows),
            "event_name": pa.array(["page_view"] * rows),
            "platform": pa.array(["WEB"] * rows),
            "event_params": pa.array(params),
        }
    )


def text(value: str) -> dict[str, object]:
    return {"string_value": value, "int_value": None}


@pytest.mark.parametrize("has_dictionary", [True, False])
def test_leaks_in_one_of_many_files_are_found_where_they_stand(tmp_path: Path, has_dictionary: bool) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    leaks = {7: ("link_url", "https://example.com/?email=jan.jansen%40example.com"), 29_999: ("telefoon", "0201234567")}
    for name, found in (("a", {}), ("b", leaks), ("c", {5: ("method", "form_name=shop")})):
        pq.write_table(events(found), folder / f"{name}.parquet", row_group_size=9_000, use_dictionary=has_dictionary)
    done = audit(folder, "--checks", "scope")
    lines = done.lines("ga4.events", "SCP-PII-ANALYTICS")
    assert {(line["file"], line["reason"], line["ranges"][0]["first"]) for line in lines} == {
        ("b.parquet", "e-mail address", 8),
        ("b.parquet", "telephone number", 30_000),
    }, done.said
    assert done.counts("ga4.events", "SCP-PII-ANALYTICS") == {"failed": 2, "passed": 89_998}


def test_texts_of_lists_are_given_by_leaf_and_numbers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(events({3: ("method", "form")}, 10), path)
    found = LeafReader(MUCH).texts(path, ["event_params", "event_name"])
    assert found is not None
    assert {each.leaf.rsplit(".")[-1]: set(each.texts.to_pylist()) - {None} for each in found} == {
        "key": {"page_title", "value", "method"},
        "string_value": {"GPS tracker", "form"},
        "event_name": {"page_view"},
    }


def test_a_file_that_cannot_be_read_or_has_something_else_is_no_matter_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(pa.table({"page_url": pa.array([b"x"]), "user_id": pa.array(["x"])}), path)
    assert LeafReader(MUCH).texts(path, ["page_url"]) is None
    assert LeafReader(MUCH).texts(path, ["user_id"]) is not None
    path.write_bytes(b"PAR1")
    assert LeafReader(MUCH).texts(path, ["user_id"]) is None


@pytest.mark.parametrize("has_dictionary", [True, False])
def test_of_a_file_with_very_many_texts_not_all_are_held_at_once(tmp_path: Path, has_dictionary: bool) -> None:
    path = tmp_path / "events.parquet"
    pages = pa.table({"page_url": [f"https://www.example.com/{number}" for number in range(1000)]})
    pq.write_table(pages, path, row_group_size=100, use_dictionary=has_dictionary)
    assert LeafReader(MUCH).texts(path, ["page_url"]) is not None
    assert LeafReader(10_000).texts(path, ["page_url"]) is None


def test_parameters_that_an_own_contract_takes_as_they_are_may_be_one_text(tmp_path: Path) -> None:
    """Keys and values are not apart there: such a file is looked at event by event."""
    (contract,) = [each for each in packaged_contracts() if each.id == "plain.analytics_event"]
    (whole,) = contract.tables
    columns = tuple(replace(item, transform=None, reads=()) if item.name == "parameters" else item for item in whole.columns)
    own = replace(contract, tables=(replace(whole, columns=columns),))
    said = '[{"key": "email", "value": "0123456789abcdef0123456789abcdef"}]'
    exports, work = tmp_path / "exports", tmp_path / "work"
    exports.mkdir()
    work.mkdir()
    events = {"event_at": ["2026-06-01"] * 30_000, "event_name": ["page_view"] * 30_000, "parameters": [said] * 30_000}
    pq.write_table(pa.table(events), exports / "events.parquet")
    with closing(Engine([exports, work], tmp_path)) as engine:
        offer_macros(engine)
        engine.offer_macros(package_text("checks/leaks.sql"))
        sources = [Source("web", own.id, path="**")]
        intake = take_in(engine, exports, sources, [own], SETTINGS, Cache(work), Pseudonyms(bytes(32)))
        assert intake.parts
        assert suspect_parts(engine, intake.parts) == list(intake.parts)


def test_a_file_of_another_shape_in_its_place_is_read_as_it_is_now(tmp_path: Path) -> None:
    """What its footer said when the audit began, and where a column stood, is of no use then."""
    exports, work = tmp_path / "exports", tmp_path / "work"
    exports.mkdir()
    work.mkdir()
    pq.write_table(events({}), exports / "events.parquet", row_group_size=9_000)
    with closing(Engine([exports, work], tmp_path)) as engine:
        offer_macros(engine)
        engine.offer_macros(package_text("checks/leaks.sql"))
        sources = [Source("web", "ga4.events", path="**")]
        intake = take_in(engine, exports, sources, packaged_contracts(), SETTINGS, Cache(work), Pseudonyms(bytes(32)))
        parts = [part for part in intake.parts if part.table.entity == "analytics_event"]
        assert [part.footer is not None for part in parts] == [True]
        assert suspect_parts(engine, parts) == []
        changed = events({7: ("link_url", "https://example.com/?email=jan.jansen%40example.com")})
        pq.write_table(changed.select(changed.column_names[::-1]), exports / "events.parquet", row_group_size=9_000)
        assert suspect_parts(engine, parts) == parts
