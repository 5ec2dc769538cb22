"""Text that is placed at once, as most systems write it, is placed as all other text is; where something is odd about it, it isn't."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from houdbaar.engines.duckdb import Engine
from houdbaar.exports.contract import Column, Table, packaged_contracts
from houdbaar.exports.expression import offer_macros
from houdbaar.exports.stage_sql import StageQuery, StageSettings
from houdbaar.exports.syntax import Reader, column, sql_of

ZONES = ("Europe/Amsterdam", "UTC", "America/New_York", "Asia/Kathmandu")
EXTRACTED = datetime(2026, 11, 1, 5, tzinfo=UTC)
# Around clock changes, midnight, the plausible past, the extraction and sentinels.
EDGES = [
    datetime(2026, 3, 29, 2),
    datetime(2026, 10, 25, 2),
    datetime(2026, 3, 8, 2),
    datetime(2026, 11, 1, 6),
    datetime(2000, 1, 1),
    datetime(1999, 7, 1),
    datetime(1985, 4, 1),
    datetime(1970, 1, 1),
    datetime(2038, 1, 19),
    datetime(2026, 6, 1),
    datetime(1900, 1, 1),
    datetime(9999, 12, 31),
]
FORMS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M:%S", "%Y%m%d", "%Y-%m"]
TAILS = ["", "", "Z", "+00:00", "-00:00", "+02:00", " UTC", ".5", ".000", " ", "x", "+00"]


def shifted(edge: datetime, seconds: int) -> datetime:
    try:
        return edge + timedelta(seconds=seconds)
    except OverflowError:
        return edge


SECONDS = [(-90_000, 90_000, 1), (-100, 100, 1800), (-30, 30, 86_400)]  # clocks are looked up by the week, but not around a change
SHIFTS = st.one_of(*(st.integers(least, most).map(unit.__mul__) for least, most, unit in SECONDS))
MOMENTS = st.builds(shifted, st.sampled_from(EDGES), SHIFTS)
TEXTS = st.builds(lambda moment, form, tail: moment.strftime(form) + tail, MOMENTS, st.sampled_from(FORMS), st.sampled_from(TAILS))
ODD = [None, "", " 2026-06-01 10:00:00", "2026-06-31 10:00:00", "2026-06-01 24:00:00", "2026-06-01 23:59:60", "2026-6-01 10:00:000"]
ODD += ["infinity", "0000-00-00 00:00:00", "2026-06-01T10:00:00T", "2026-02-30", "2026-06-01t10:00:00", "epoch", "10000-01-01", "null"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("usual").resolve()
    with closing(Engine([folder], folder)) as engine:
        offer_macros(engine)
        yield engine


def table_with(name: str) -> tuple[Table, Column]:
    """A packaged table with this column, of which the test makes the only one."""
    tables = [table for contract in packaged_contracts() for table in contract.tables]
    found = [(table, item) for table in tables for item in table.columns if (item.name, item.transform, item.format) == (name, None, None)]
    table, item = next((table, item) for table, item in found if item.unit is None)
    bare = replace(table, columns=(item,), key=(), derived=(), explode=None, excludes=())
    return replace(bare, aggregate=None, loaded_on=None, first_of=None), item


def staged(engine: Engine, name: str, texts: list[str | None], found: StageSettings) -> list[tuple[object, ...]]:
    """What is staged of a column of texts: value, first and last date, issue, and the flags that are counted."""
    table, item = table_with(name)
    physical = item.physical_names[0]
    engine.make_table(
        "stamped",
        f'''select '/a' as path, 'a' as file_name, cast(unnest($texts) as varchar) as "{physical}", unnest(range(len($texts))) as row''',
        {"texts": texts},
    )
    reader = Reader(exp.Table(this=exp.to_identifier("stamped")), column("path"), column("row"), column("file_name"))
    query = StageQuery(table, {physical: "VARCHAR"}, found)
    ends = ("", "_first_date", "_last_date", "_issue")
    shown = ", ".join([f"cast({name}{end} as varchar)" for end in ends] + [f'"naive:{name}"', f'"skipped:{name}"'])
    return engine.rows(f"select {shown} from ({sql_of(query.select(reader))}) order by row")


@given(
    texts=st.lists(TEXTS | st.sampled_from(ODD), min_size=1, max_size=60),
    name=st.sampled_from(["ordered_at", "event_date", "contract_ended_on", "birth_date", "inactive_at"]),
    zone=st.sampled_from(ZONES),
    local_zone=st.sampled_from(ZONES),
    extracted_at=st.none() | st.just(EXTRACTED),
    min_plausible=st.sampled_from([date(2000, 1, 1), date(1980, 1, 1)]),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_is_placed_as_behind_a_space_which_is_never_usual(
    engine: Engine, texts: list[str | None], name: str, zone: str, local_zone: str, extracted_at: datetime | None, min_plausible: date
) -> None:
    found = StageSettings(zone, local_zone, extracted_at, 300, min_plausible, None, "")
    spaced = [None if text is None else f" {text}" for text in texts]
    assert staged(engine, name, texts, found) == staged(engine, name, spaced, found)


USUAL = ["2026-06-01 10:00:00", "2026-06-01T10:00:00", "2026-06-01T10:00:00Z", "2026-06-01 10:00:00+00:00", "2026-06-01"]


@pytest.mark.parametrize("text", USUAL)
def test_what_most_systems_write_is_usual(engine: Engine, text: str) -> None:
    rows = engine.rows("select usual_instant($text, usual_written($text), 0, 'UTC', 'UTC') is not null", {"text": text})
    assert rows == [(True,)]


@pytest.mark.parametrize("zone", ZONES)
def test_each_week_of_sixty_years_is_placed_as_the_zone_itself_places_it(engine: Engine, zone: str) -> None:
    """Clocks are looked up by the week in the years of which that is known, and asked of the zone in those before and after."""
    found = StageSettings(zone, "Europe/Amsterdam", None, 300, date(1971, 1, 1), None, "")
    days = [datetime(1975, 1, 1, 23, 30) + timedelta(days=7 * week) for week in range(60 * 52)]
    texts: list[str | None] = [day.strftime("%Y-%m-%d %H:%M:%S") for day in days]
    spaced: list[str | None] = [f" {text}" for text in texts]
    assert staged(engine, "ordered_at", texts, found) == staged(engine, "ordered_at", spaced, found)
