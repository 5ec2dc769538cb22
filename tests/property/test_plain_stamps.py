"""Stamps that a footer shows to be plain are placed as the long way round places them, and a stamp with anything odd is never plain."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functional.staging import SETTINGS
from houdbaar.engines.duckdb import Engine
from houdbaar.exports.cache import Cache
from houdbaar.exports.contract import Contract, packaged_contracts
from houdbaar.exports.expression import offer_macros
from houdbaar.exports.intake import Intake, take_in
from houdbaar.exports.plain_stamps import plain_stamps
from houdbaar.exports.source import Source
from houdbaar.exports.stage_sql import StageQuery
from houdbaar.exports.syntax import in_place_reader, sql_of
from houdbaar.policy.calendar import local_date
from houdbaar.policy.clocks import constant_offset
from houdbaar.privacy import Pseudonyms

EXTRACTED = datetime(2026, 11, 1, 5, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SPRING = datetime(2026, 3, 29, 1, tzinfo=UTC)  # when clocks are put forward
WANTED = ("event_at", "event_date", *(f"event_{name}_{end}" for name in ("at", "date") for end in ("first_date", "last_date", "issue")))
NUMBERS = itertools.count()


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


# Around what decides: the plausible past, clock changes, midnight, the extraction, sentinels; and what has no reading at all.
EDGES = [
    NOON,
    SPRING,
    EXTRACTED,
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2026, 10, 31, 23, tzinfo=UTC),
    datetime(2038, 1, 19, tzinfo=UTC),
]
AROUND = st.builds(lambda edge, seconds: micros(edge) + seconds * 1_000_000, st.sampled_from(EDGES), st.integers(-100_000, 100_000))
STAMPS = st.lists(
    AROUND | st.sampled_from([None, 0, -1, 1, micros(NOON) // 1000, (1 << 63) - 1]) | st.just(micros(NOON)), min_size=1, max_size=4
)
PLAIN = st.lists(st.builds(lambda seconds: micros(SPRING) + seconds * 1_000_000, st.integers(-100_000, 100_000)), min_size=1, max_size=4)
DAYS = st.sampled_from(["20260329", "20260230", "2026-03-29", "20380119", "19700101", "20261101", "20261102", " 20260329", "", None])


@dataclass(frozen=True)
class Place:
    """Where files are written, and the engine that reads them."""

    engine: Engine
    folder: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("plain").resolve()
    for name in ("exports", "work", "scratch"):
        (folder / name).mkdir()
    engine = Engine([folder / "exports", folder / "work"], folder / "scratch")
    offer_macros(engine)
    yield Place(engine, folder)
    engine.close()


def taken_in(
    place: Place,
    stamps: list[int | None],
    days: list[str | None],
    *,
    is_timestamp: bool,
    zone: str | None,
    is_known: bool,
    contracts: Sequence[Contract] | None = None,
) -> Intake:
    """A file of events, two rows a row group; `is_known`: when the export was made."""
    root = place.folder / "exports" / str(next(NUMBERS))
    root.mkdir()
    kind = pa.timestamp("us", tz="UTC") if is_timestamp else pa.int64()
    columns = {"event_timestamp": pa.array(stamps, kind), "event_date": pa.array(days, pa.string())}
    names = pa.array(["page_view"] * len(stamps))
    pq.write_table(pa.table({**columns, "event_name": names, "platform": names}), root / "events.parquet", row_group_size=2)
    source = Source("web", "ga4.events", path="**", extracted_at=EXTRACTED if is_known else None, timezone=zone)
    return take_in(
        place.engine, root, [source], contracts or packaged_contracts(), SETTINGS, Cache(place.folder / "work"), Pseudonyms(bytes(32))
    )


def rows(place: Place, intake: Intake, *, is_plain: bool) -> list[tuple[object, ...]]:
    (part,) = intake.parts
    (found,) = intake.settings.values()
    query = StageQuery(part.table, part.types, found, plain=plain_stamps(part, found) if is_plain else {})
    below = sql_of(query.select(in_place_reader([part.path], intake.inventory.root)))
    shown = ", ".join(f"cast({name} as varchar)" for name in WANTED)
    return place.engine.rows(f"select {shown} from ({below}) order by row")


@given(
    stamps=STAMPS | PLAIN,
    days=st.data(),
    is_timestamp=st.booleans(),
    zone=st.sampled_from([None, "UTC", "America/New_York"]),
    is_known=st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_short_way_and_the_long_way_place_stamps_alike(
    place: Place, stamps: list[int | None], days: st.DataObject, is_timestamp: bool, zone: str | None, is_known: bool
) -> None:
    if is_timestamp:
        stamps = [stamp for stamp in stamps if stamp is None or abs(stamp) < 1 << 52] or [None]
    written = days.draw(st.lists(DAYS, min_size=len(stamps), max_size=len(stamps)) | DAYS.map(lambda day: [day] * len(stamps)))
    intake = taken_in(place, stamps, written, is_timestamp=is_timestamp, zone=zone, is_known=is_known)
    assert rows(place, intake, is_plain=True) == rows(place, intake, is_plain=False)


def plain(place: Place, stamps: list[int | None], days: list[str | None], zone: str | None = None) -> dict[str, int | None]:
    intake = taken_in(place, stamps, days, is_timestamp=False, zone=zone, is_known=True)
    (part,) = intake.parts
    (found,) = intake.settings.values()
    return {name: placing.ahead for name, placing in plain_stamps(part, found).items()}


def test_a_usual_file_is_plain_and_local_time_is_ahead_by_what_the_season_says(place: Place) -> None:
    day = timedelta(hours=2) // timedelta(microseconds=1)
    assert plain(place, [micros(NOON)] * 5, ["20260601"] * 5) == {"event_at": day, "event_date": None}
    assert plain(place, [micros(SPRING) - 1, micros(SPRING)], ["20260329"] * 2) == {"event_at": None, "event_date": None}


@pytest.mark.parametrize("odd", [None, 0, micros(EXTRACTED) + 1, micros(datetime(1999, 12, 31, 22, tzinfo=UTC)), micros(NOON) // 1000])
def test_one_odd_stamp_makes_its_file_no_plain_one(place: Place, odd: int | None) -> None:
    assert "event_at" not in plain(place, [micros(NOON)] * 3 + [odd], ["20260601"] * 4)


@pytest.mark.parametrize("days", [["20260601", "20260602"], ["20260601", None], ["2026-06-01"] * 2, ["20261102"] * 2, ["20260631"] * 2])
def test_days_that_differ_are_missing_or_odd_are_no_plain_ones(place: Place, days: list[str | None]) -> None:
    assert "event_date" not in plain(place, [micros(NOON)] * 2, days)


def test_the_day_of_a_property_in_another_zone_is_no_plain_one(place: Place) -> None:
    assert "event_date" not in plain(place, [micros(NOON)] * 2, ["20260601"] * 2, zone="America/New_York")


def test_a_day_is_the_moment_at_which_it_begins_where_a_contract_takes_it_for_one(place: Place) -> None:
    contract = next(each for each in packaged_contracts() if each.id == "ga4.events")
    (table,) = contract.tables
    days = [
        replace(item, physical_names=("event_date",), format="%Y%m%d", unit=None) if item.name == "event_at" else item
        for item in table.columns
        if item.name != "event_date"
    ]
    own = replace(contract, tables=(replace(table, columns=tuple(days)),))
    intake = taken_in(place, [micros(NOON)] * 3, ["20260601"] * 3, is_timestamp=False, zone=None, is_known=True, contracts=[own])
    (part,) = intake.parts
    (found,) = intake.settings.values()
    assert "event_at" in plain_stamps(part, found)
    assert rows(place, intake, is_plain=True) == rows(place, intake, is_plain=False)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)),
    st.integers(0, 6 * 86_400),
    st.sampled_from(["Europe/Amsterdam", "America/St_Johns"]),
)
@settings(deadline=None)
def test_a_constant_offset_places_every_instant_on_its_local_day(moment: datetime, seconds: int, zone: str) -> None:
    first = micros(moment.replace(tzinfo=UTC))
    last = first + seconds * 1_000_000
    ahead = constant_offset(first, last, zone)
    for instant in (first, (first + last) // 2, last) if ahead is not None else ():
        utc = datetime.fromtimestamp(instant // 1_000_000, UTC)
        assert local_date(utc, zone) == (utc + timedelta(microseconds=ahead)).date()
    assert constant_offset(first, first + 8 * 86_400 * 1_000_000, zone) is None


def test_the_day_of_the_clock_change_has_no_constant_offset() -> None:
    change = micros(SPRING)
    assert constant_offset(change - 3_600_000_000, change, "Europe/Amsterdam") is None
    assert constant_offset(change, change + 3_600_000_000, "Europe/Amsterdam") == 7_200_000_000
    assert local_date(SPRING, "Europe/Amsterdam") == date(2026, 3, 29)
