"""Hypothesis strategies for exports of one entity each: rows in the shape in which a file will hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hypothesis import strategies as st

from reference.model import File, Row, Source
from reference.random_stamps import Frame, days, moments, numbers, snapshot_days, texts, typed, write_moment
from reference.shapes import Shape, contract_of, file_name

TEXT_SHAPES = [
    Shape("csv"),
    Shape("csv", delimiter=";"),
    Shape("csv", encoding="utf-8-sig"),
    Shape("csv", delimiter=";", encoding="utf-16"),
    Shape("ndjson"),
]
TYPED_SHAPES = [Shape("parquet", stamp="timestamp"), Shape("parquet", stamp="timestamptz"), Shape("parquet", stamp="date")]
PLAIN_SHAPES = [*TEXT_SHAPES, *TYPED_SHAPES, Shape("parquet", stamp="text")]
GA4_SHAPES = [Shape("ga4_ndjson"), Shape("ga4_parquet")]
ZONES = [None, None, "UTC", "Europe/Amsterdam", "America/New_York", "Pacific/Auckland"]
PATTERN = "%Y-%m-%d_%H%M%S"
VISITS = ["1112223.1700000000", "987654.1669800000", "GA1.2.55.1640995200", "88.1719000000", "77.5", "3f2a", "12.99999999999", None]


@dataclass(frozen=True, slots=True)
class Export:
    """A source with the shape in which it is written."""

    source: Source
    shape: Shape

    @property
    def contract(self) -> str:
        """The packaged contract that the files follow."""
        return contract_of(self.shape, self.source.entity)


def stamps(shape: Shape, frame: Frame) -> st.SearchStrategy[object]:
    """Stamps as a column of this shape holds them."""
    return texts(frame) if shape.stamp == "text" else typed(frame, shape.stamp)


@st.composite
def files(
    draw: st.DrawFn, name: str, rows: st.SearchStrategy[Row], shape: Shape, made: datetime | None, *, most: int = 16
) -> tuple[File, ...]:
    """One or two files of a source in its own folder; rows may be repeated. A file of JSON lines holds at least one."""
    found = []
    for number in range(draw(st.sampled_from([1, 1, 2]))):
        held = draw(st.lists(rows, min_size=1 if "json" in shape.kind else 0, max_size=most))
        held += held[: draw(st.sampled_from([0, 0, 0, 1]))]
        found.append(File(f"{name}/{file_name(shape, number)}", tuple(held), made))
    return tuple(found)


@st.composite
def keyed_file(
    draw: st.DrawFn, name: str, rows: st.SearchStrategy[Row], keys: Mapping[str, str], shape: Shape, made: datetime | None
) -> File:
    """One file of an entity with a lasting key: mostly one row a key; some repetitions, and some rows that contradict another."""
    held: list[Row] = [
        dict(row) | {column: form.format(number) for column, form in keys.items()}
        for number, row in enumerate(draw(st.lists(rows, min_size=1, max_size=16)))
    ]
    names = dict.fromkeys(keys)
    held += held[: draw(st.sampled_from([0, 0, 1]))]
    held += [dict(draw(rows)) | {name: row[name] for name in names} for row in held[: draw(st.sampled_from([0, 1, 3]))]]
    return File(f"{name}/{file_name(shape, 0)}", tuple(held), made)


@st.composite
def plain_events(draw: st.DrawFn, name: str, frame: Frame) -> Export:
    """Analytics events under the entity's own names."""
    shape = draw(st.sampled_from(PLAIN_SHAPES))
    row: dict[str, st.SearchStrategy[object]] = {
        "event_at": stamps(shape, frame),
        "event_date": st.none() | days(frame).map(date.isoformat),
        "event_name": st.just("page_view"),
        "client_id": st.sampled_from(VISITS),
        "session_id": st.just("s1"),
    }
    held = draw(files(name, st.fixed_dictionaries(row), shape, frame.extracted_at))
    return Export(Source(name, "analytics_event", held, frozenset(row), draw(st.sampled_from(ZONES))), shape)


@st.composite
def ga4_events(draw: st.DrawFn, name: str, frame: Frame) -> Export:
    """The BigQuery export as JSON lines or nested Parquet: micros since 1970, and the date in the property's zone."""
    shape = draw(st.sampled_from(GA4_SHAPES))
    dates = moments(frame).map(lambda moment: moment.strftime("%Y%m%d"))
    row: dict[str, st.SearchStrategy[object]] = {
        "event_at": numbers(frame, "micros"),
        "event_date": st.one_of(dates, dates, dates, st.sampled_from([None, "20250231", "(not set)"])),
        "event_name": st.just("page_view"),
        "client_id": st.sampled_from(VISITS),
    }
    held = draw(files(name, st.fixed_dictionaries(row), shape, frame.extracted_at))
    units, formats = {"event_at": "micros"}, {"event_date": "%Y%m%d"}
    return Export(Source(name, "analytics_event", held, frozenset(row), draw(st.sampled_from(ZONES)), units, formats), shape)


@st.composite
def service_events(draw: st.DrawFn, name: str, frame: Frame) -> Export:
    """Use of the service."""
    shape = draw(st.sampled_from(PLAIN_SHAPES))
    row: dict[str, st.SearchStrategy[object]] = {
        "happened_at": stamps(shape, frame),
        "account_id": st.sampled_from(["K-1", "K-2"]),
        "page": st.just("/kaart"),
    }
    held = draw(files(name, st.fixed_dictionaries(row), shape, frame.extracted_at))
    return Export(Source(name, "service_event", held, frozenset(row), draw(st.sampled_from(ZONES))), shape)


@st.composite
def users(draw: st.DrawFn, name: str, frame: Frame) -> Export:
    """Analytics users, mostly one row a cookie id."""
    shape = draw(st.sampled_from(PLAIN_SHAPES))
    row: dict[str, st.SearchStrategy[object]] = {"last_active_at": stamps(shape, frame), "first_touch_at": stamps(shape, frame)}
    forms = draw(st.sampled_from(["{}1.1690000000", "GA1.1.{}.1719000000", "app{}"]))
    moments_made = draw(st.just([frame.extracted_at]) | snapshot_days(frame.as_of) | snapshot_days(frame.as_of).map(with_undated))
    made = [draw(keyed_file(name, st.fixed_dictionaries(row), {"client_id": forms}, shape, moment)) for moment in moments_made]
    source = Source(name, "analytics_user", tuple(made), frozenset([*row, "client_id"]), draw(st.sampled_from(ZONES)))
    return Export(source if len(made) == 1 else in_snapshots(source), shape)


def in_snapshots(source: Source) -> Source:
    """The files named after the moment at which each was made, where that is known."""
    files = tuple(
        replace(file, name=file.name.replace("part-1", f"{file.extracted_at:{PATTERN}}")) if file.extracted_at else file
        for file in source.files
    )
    return replace(source, files=files, pattern=PATTERN)


def with_undated(moments_made: list[datetime]) -> list[datetime | None]:
    """Snapshots of which nobody knows when the first was made."""
    return [None, *moments_made[1:]]


@st.composite
def cookies(draw: st.DrawFn, name: str, frame: Frame) -> Export:
    """A cookie inventory: with an expiry, with a life in seconds, or for the session."""
    shape = draw(st.sampled_from(TEXT_SHAPES))
    start = st.builds(write_moment, moments(frame), st.sampled_from(["T", " "]), st.sampled_from(["", "Z", "+01:00"]))
    seconds = st.sampled_from([0, 3600, 86400 * 365, 63072000, 63158400, 63158400 + 7200, 86400 * 732, 86400 * 4000])
    rows = st.fixed_dictionaries({"set_at": texts(frame), "expires_at": ends(frame), "max_age_seconds": st.none()}) | st.fixed_dictionaries(
        {"set_at": start, "expires_at": st.none(), "max_age_seconds": seconds}
    )
    seen = st.fixed_dictionaries({"last_seen_at": texts(frame)})
    both = st.builds(lambda row, more: {**row, **more}, rows, seen)
    held = draw(
        keyed_file(name, both, {"cookie_name": "_ga", "domain": "example.com", "client_id": "{}7.1690000000"}, shape, frame.extracted_at)
    )
    columns = frozenset(["set_at", "expires_at", "max_age_seconds", "last_seen_at", "cookie_name", "domain", "client_id"])
    return Export(Source(name, "cookie", (held,), columns, draw(st.sampled_from(ZONES))), shape)


def ends(frame: Frame) -> st.SearchStrategy[object]:
    """Expiry dates: two years after days near as-of, far-future stand-ins, and what is no date."""
    later = moments(frame).map(lambda moment: moment.replace(year=moment.year + 2, day=min(moment.day, 28)).isoformat())
    return later | texts(frame) | st.sampled_from(["9999-12-31", "2999-12-31 00:00:00", "2038-01-19 03:14:07", None, ""])
