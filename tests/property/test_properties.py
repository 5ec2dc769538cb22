"""Properties of domain.md section 7 that this version can be held to, on real files through the program."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houdbaar.checks.catalog import checks
from reference.budget import budget
from reference.model import KEYS, File, Row, Settings, Source
from reference.months import add_months
from reference.program import Outcome, audit, write_workspace
from reference.random_exports import Export, cookies, plain_events, service_events, users
from reference.random_mailing import mailing
from reference.random_stamps import Frame, as_ofs, days, moments
from reference.shapes import Shape

FEW = budget(2)
FEWER = budget(2)  # five audits an example
ORDER = ["not_yet", "within", "due", "overdue"]
CSV = Shape("csv")
OFFSETS = ["UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland", "Europe/Amsterdam"]


@pytest.fixture(autouse=True, scope="module")
def _key() -> Iterator[None]:
    """One key for all workspaces, so that their identifiers can be compared."""
    before = os.environ.get("HOUDBAAR_KEY")
    os.environ["HOUDBAAR_KEY"] = "0f" * 32
    yield
    if before is None:
        del os.environ["HOUDBAAR_KEY"]
    else:
        os.environ["HOUDBAAR_KEY"] = before


def run(exports: Iterable[Export], chosen: Settings) -> Outcome:
    """Audits exports in a workspace of their own."""
    return runs(exports, chosen)[0]


def runs(exports: Iterable[Export], *chosen: Settings) -> list[Outcome]:
    """Audits exports in a workspace of their own, once with each of these settings."""
    with tempfile.TemporaryDirectory() as folder:
        write_workspace(Path(folder) / "map", exports)
        return [audit(Path(folder) / "map", each, f"run-{number}") for number, each in enumerate(chosen)]


def service(name: str, *stamps: object, shape: Shape = CSV, made: datetime | None = None, zone: str | None = None) -> Export:
    """Service events with these stamps."""
    rows = tuple({"happened_at": stamp, "account_id": "K-1", "page": "/kaart"} for stamp in stamps)
    file = File(f"{name}/part-1.{'parquet' if shape.kind == 'parquet' else 'csv'}", rows, made)
    return Export(Source(name, "service_event", (file,), frozenset(["happened_at", "account_id", "page"]), zone), shape)


def verdict(outcome: Outcome, name: str, code: str = "RET-SVC-12") -> str:
    """The verdict of a source that holds one record."""
    found = outcome.counts[code, name, "service_event" if code == "RET-SVC-12" else "analytics_event"]
    assert list(found.values()) == [1]
    return next(iter(found))


@FEWER
@given(st.data(), as_ofs())
def test_1_2_verdicts_grow_with_the_as_of_and_fall_with_the_trigger(data: st.DataObject, as_of: date) -> None:
    frame = Frame(as_of, None, (12,))
    triggers = sorted(data.draw(st.lists(days(frame).filter(lambda day: day.year > 2005), min_size=6, max_size=6)))
    exports = [service(f"bron{number}", day.isoformat()) for number, day in enumerate(triggers)]
    outcomes = runs(exports, *(Settings(as_of + timedelta(days=more)) for more in (-1, 0, 1, 2, 45)))
    tables = [[ORDER.index(verdict(outcome, export.source.name)) for export in exports] for outcome in outcomes]
    for row in tables:
        assert row == sorted(row, reverse=True)
    for column in zip(*tables, strict=True):
        assert list(column) == sorted(column)
        assert column[:4].count(ORDER.index("due")) <= 1
        assert (ORDER.index("within"), ORDER.index("overdue")) not in set(pairwise(column[:4]))


@FEW
@given(st.data(), as_ofs())
def test_2_no_term_ends_later_than_its_months_of_31_days(data: st.DataObject, as_of: date) -> None:
    triggers = data.draw(st.lists(days(Frame(as_of, None, (12,))), min_size=8, max_size=8))
    outcome = run([service("bron", *(day.isoformat() for day in triggers))], Settings(as_of))
    overdue = [line for line in outcome.lines if line.code == "RET-SVC-12" and line.verdict == "OVERDUE"]
    assert sum(line.records for line in overdue) == sum(1 for day in triggers if day.year > 1999 and add_months(day, 12) < as_of)
    for line in overdue:
        assert line.last is not None
        assert line.last_permitted == add_months(line.last, 12)
        assert line.last_permitted <= line.last + timedelta(days=12 * 31)


@FEW
@given(st.data(), as_ofs())
def test_3_the_same_instant_in_any_form_gives_the_same_verdict(data: st.DataObject, as_of: date) -> None:
    instant = data.draw(moments(Frame(as_of, None, (26,))).filter(lambda found: found.year > 2005)).replace(tzinfo=UTC)
    outcome = run(list(forms(instant)), Settings(as_of))
    found = {tuple(counts.items()) for (code, _, _), counts in outcome.counts.items() if code == "RET-ANA-26"}
    months = {line.month for line in outcome.lines if line.code == "RET-ANA-26"}
    assert len(found) == 1
    assert len(months) <= 1


def forms(instant: datetime) -> Iterator[Export]:
    """One instant as text at several offsets, as clock time in a bound zone, as typed Parquet, and in micros since 1970."""
    for number, zone in enumerate(OFFSETS):
        yield event(f"offset{number}", instant.astimezone(ZoneInfo(zone)).isoformat(), CSV)
    yield event("lokaal", instant.astimezone(ZoneInfo("Asia/Kolkata")).replace(tzinfo=None).isoformat(" "), CSV, "Asia/Kolkata")
    yield event("typed", instant, Shape("parquet", stamp="timestamptz"))
    yield event("naive", instant.replace(tzinfo=None), Shape("parquet", stamp="timestamp"), "UTC")
    micros = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    for kind in ("ga4_ndjson", "ga4_parquet"):
        yield event(kind, micros, Shape(kind))


UNIT_CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: own.{unit}
version: 1.0.0
status: active
customProperties:
  - {{property: detect, value: {{formats: [csv], columns: [{unit}]}}}}
schema:
  - name: service_event
    customProperties:
      - {{property: triggers, value: [happened_at]}}
    properties:
      - {{name: happened_at, logicalType: timestamp, physicalName: {unit}, customProperties: [{{property: unit, value: {unit}}}]}}
"""


@FEW
@given(st.data(), as_ofs())
def test_3_the_same_instant_in_any_declared_unit_gives_the_same_verdict(data: st.DataObject, as_of: date) -> None:
    found = data.draw(st.lists(moments(Frame(as_of, None, (12,))).filter(lambda found: found.year > 2005), min_size=6, max_size=6))
    seconds = [int(moment.replace(tzinfo=UTC, microsecond=0).timestamp()) for moment in found]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "map"
        write_workspace(place, [service("seconden", *(datetime.fromtimestamp(number, UTC).isoformat() for number in seconds))])
        for unit, size in (("seconds", 1), ("millis", 1_000), ("micros", 1_000_000)):
            (place / f"{unit}.odcs.yaml").write_text(UNIT_CONTRACT.format(unit=unit), encoding="utf-8")
            (place / "exports" / f"{unit}.csv").write_text(
                "\n".join([unit, *(str(number * size) for number in seconds)]) + "\n", encoding="utf-8"
            )
            with (place / "houdbaar.toml").open("a", encoding="utf-8") as bindings:
                bindings.write(f'[[exports]]\nsource = "{unit}"\ncontract = "{unit}.odcs.yaml"\npath = "{unit}.csv"\n')
        outcome = audit(place, Settings(as_of))
    counts = [outcome.counts["RET-SVC-12", name, "service_event"] for name in ("seconden", "seconds", "millis", "micros")]
    assert counts == [counts[0]] * 4
    assert sum(counts[0].values()) == len(seconds)


def event(name: str, stamp: object, shape: Shape, zone: str | None = None) -> Export:
    """One analytics event."""
    suffix = {"csv": "csv", "parquet": "parquet", "ga4_ndjson": "json", "ga4_parquet": "parquet"}[shape.kind]
    row: Row = {"event_at": stamp, "event_name": "page_view", "client_id": "app1"}
    if shape.kind.startswith("ga4"):
        row = {**row, "event_date": "20240101"}
    file = File(f"{name}/events_20240101.{suffix}", (row,))
    return Export(Source(name, "analytics_event", (file,), frozenset(row), zone), shape)


def of_records(outcome: Outcome) -> dict[tuple[str, str, str], dict[str, int]]:
    """The counts of codes that judge records."""
    of_columns = {check.code for check in checks() if check.grain == "source"}
    return {place: found for place, found in outcome.counts.items() if place[0] not in of_columns}


@FEW
@given(st.data(), as_ofs())
def test_4_order_of_rows_columns_and_files_and_splitting_change_no_finding(data: st.DataObject, as_of: date) -> None:
    exports = tables(data, as_of)
    shuffled = [rearranged(export, data) for export in exports]
    before, after = run(exports, Settings(as_of)), run(shuffled, Settings(as_of))
    assert after.ids == before.ids
    # Codes about a file's columns count files: two files of one shape are two.
    assert of_records(after) == of_records(before)
    assert sums(after) == sums(before)


def tables(data: st.DataObject, as_of: date) -> list[Export]:
    """Events, service use, users, cookies and a mail tool with what stands beside it."""
    frame = Frame(as_of, None, (26, 24, 12))
    kinds = (plain_events, service_events, users, cookies)
    return [*(data.draw(table(f"bron{number}", frame)) for number, table in enumerate(kinds)), *data.draw(mailing(frame))]


def rearranged(export: Export, data: st.DataObject) -> Export:
    """The rows and columns of each file in another order; those of entities without a key in one or two files under other names."""
    files = [part for file in export.source.files for part in parted(file, export.source.entity, data)]
    return Export(replace(export.source, files=tuple(files)), replace(export.shape, is_reversed=True))


def parted(file: File, entity: str, data: st.DataObject) -> list[File]:
    """A file's rows, shuffled; two files of a keyed entity would be two exports of unknown order."""
    rows = data.draw(st.permutations(file.rows))
    if entity in {*KEYS, "order", "message", "account"}:
        return [replace(file, rows=tuple(rows))]
    cut = data.draw(st.integers(0, len(rows)))
    parts = [part for part in (rows[:cut], rows[cut:]) if part] or [[]]
    return [replace(file, name=file.name.replace("part-", f"deel-{number}-"), rows=tuple(part)) for number, part in enumerate(parts)]


def sums(outcome: Outcome) -> dict[tuple[object, ...], int]:
    """Records a code, source, month, field and verdict, over all files."""
    found: dict[tuple[object, ...], int] = {}
    for line in outcome.lines:
        if line.code.startswith("RET-"):
            place = (line.code, line.source, line.month, line.field, line.verdict, line.reason)
            found[place] = found.get(place, 0) + line.records
    return found


@FEW
@given(st.data(), as_ofs())
def test_5_repeating_a_row_adds_no_finding(data: st.DataObject, as_of: date) -> None:
    exports = tables(data, as_of)
    before, after = run(exports, Settings(as_of)), run([repeated(export) for export in exports], Settings(as_of))
    assert {line.code for line in after.lines} - {line.code for line in before.lines} <= {"DQ-ROW-DUP"}
    ours, theirs = (dict.fromkeys(key(line) for line in outcome.lines if line.code.startswith("RET-")) for outcome in (before, after))
    assert ours == theirs


def repeated(export: Export) -> Export:
    """Every row twice."""
    files = tuple(replace(file, rows=(*file.rows, *file.rows)) for file in export.source.files)
    return replace(export, source=replace(export.source, files=files))


def key(line: object) -> object:
    """A line without its counts and rows."""
    return replace(line, rows=(), records=0)  # type: ignore[type-var]


ACTS = ["click", "reply", "form", "survey", "opt_in", "confirm", "preference"]
NO_ACTS = ["open", "bounce", "unsubscribe", "complaint"]


@FEW
@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2024, 12, 31)), st.sampled_from([*ACTS, *NO_ACTS])), min_size=5, max_size=5))
def test_7_a_response_moves_the_last_day_only_forward_and_nothing_else_moves_it(extra: list[tuple[date, str]]) -> None:
    opted = [date(2021, 1, 31) + timedelta(days=200 * number) for number in range(5)]
    before = last_days(run(company(opted, []), Settings(date(2026, 11, 22))))
    after = last_days(run(company(opted, extra), Settings(date(2026, 11, 22))))
    assert before == [add_months(day, 12) for day in opted]
    for last, (day, kind), new in zip(before, extra, after, strict=True):
        later = add_months(day, 12)
        assert new == (later if kind in ACTS and later > last else last)


def company(opted: Sequence[date], extra: Sequence[tuple[date, str]]) -> list[Export]:
    """Subscribers with an opt-in each, and one more event for each where given; the activity is covered."""
    members: tuple[Row, ...] = tuple(
        {"email": f"p{number}@example.com", "list_id": "a", "status": "subscribed", "opted_in_at": day.isoformat()}
        for number, day in enumerate(opted)
    )
    acts: tuple[Row, ...] = tuple(
        {"email": f"P{number}@example.com", "list_id": "a", "kind": kind, "happened_at": f"{day} 12:00:00", "url": "u"}
        for number, (day, kind) in enumerate(extra)
    )
    stranger: Row = {"email": "x@example.com", "list_id": "a", "kind": "click", "happened_at": "2026-01-01 12:00:00", "url": "u"}
    activity = Source("kliks", "mail_activity", (File("kliks/a.csv", (*acts, stranger)),), frozenset(stranger))
    activity = replace(activity, covers_from=date(2015, 1, 1), covers_to=date(2026, 12, 1))
    lists = Source("leden", "mail_member", (File("leden/a.csv", members),), frozenset(members[0]))
    return [Export(lists, CSV), Export(activity, CSV)]


def last_days(outcome: Outcome) -> list[date]:
    """The last permitted day of each subscriber, all of them being overdue, in the order of the rows."""
    lines = [line for line in outcome.lines if line.code == "RET-MKT-12" and line.verdict == "OVERDUE"]
    return [line.last_permitted for line in sorted(lines, key=lambda line: line.rows) if line.last_permitted]


@FEWER
@given(st.data(), as_ofs())
def test_1_2_an_address_too(data: st.DataObject, as_of: date) -> None:
    """Of who did no more than sign up: the verdict grows with the as-of, and is due on one day only."""
    opted = sorted(data.draw(st.lists(days(Frame(as_of, None, (12,))).filter(lambda day: day.year > 2005), min_size=8, max_size=8)))
    members, activity = company(opted, [])
    kept = [
        replace(members, source=replace(members.source, name=f"l{n}", files=(File(f"l{n}/a.csv", (row,)),)))
        for n, row in enumerate(members.source.files[0].rows)
    ]
    covered = replace(activity, source=replace(activity.source, covers_to=as_of + timedelta(days=60)))
    outcomes = runs([*kept, covered], *(Settings(as_of + timedelta(days=more)) for more in (-1, 0, 1, 2, 45)))
    rows = [
        [ORDER.index(next(iter(outcome.counts["RET-MKT-12", f"l{n}", "mail_member"]))) for n in range(len(opted))] for outcome in outcomes
    ]
    for row in rows:
        assert row == sorted(row, reverse=True)
    for column in zip(*rows, strict=True):
        assert list(column) == sorted(column)
        assert column[:4].count(ORDER.index("due")) <= 1
        assert (ORDER.index("within"), ORDER.index("overdue")) not in set(pairwise(column[:4]))


UNUSABLE = ["", "n/a", "31-02-2025", "0000-00-00", "1900-01-01", "gisteren", "1970-01-01T00:00:00Z", "9999-12-31"]


@FEW
@given(st.data(), as_ofs())
def test_9_an_unusable_trigger_never_passes_and_a_wider_one_is_never_surer(data: st.DataObject, as_of: date) -> None:
    bad = run([service(f"bron{number}", stamp) for number, stamp in enumerate(UNUSABLE)], Settings(as_of))
    assert {verdict(bad, f"bron{number}") for number in range(len(UNUSABLE))} == {"undetermined"}
    found = data.draw(
        st.lists(days(Frame(as_of, None, (12,))).filter(lambda day: day.year > 2005 and day <= as_of), min_size=4, max_size=4)
    )
    exports = [service(f"{form}{number}", write(day, form)) for number, day in enumerate(found) for form in ("dag", "maand", "jaar")]
    outcome = run(exports, Settings(as_of))
    for number in range(len(found)):
        day, month, year = (passed(verdict(outcome, f"{form}{number}")) for form in ("dag", "maand", "jaar"))
        assert month in {day, "undetermined"}
        assert year in {month, "undetermined"}


ONLY_TRIGGERS = {
    "RET-ANA-26": ("analytics_event", "event_at", {"event_name": "page_view"}),
    "RET-ANA-26 user": ("analytics_user", "last_active_at", {"client_id": "app1"}),
    "RET-COOKIE-24": ("cookie", "set_at", {"cookie_name": "_ga", "domain": "x.nl", "client_id": "app1", "expires_at": "2024-06-01"}),
    "RET-MKT-12": ("mail_member", "opted_in_at", {"email": "jan@example.com", "list_id": "a", "status": "subscribed"}),
}


@FEWER
@given(st.sampled_from(UNUSABLE), as_ofs())
def test_9_nor_does_any_other_record(stamp: str, as_of: date) -> None:
    """Whatever stands there instead of the only date that could start the term: never a pass."""
    exports = []
    for number, (entity, column, more) in enumerate(ONLY_TRIGGERS.values()):
        row: Row = {**more, column: stamp}
        exports.append(Export(Source(f"bron{number}", entity, (File(f"bron{number}/a.csv", (row,)),), frozenset(row)), CSV))
    outcome = run(exports, Settings(as_of))
    for number, (code, (entity, _, _)) in enumerate(ONLY_TRIGGERS.items()):
        assert outcome.counts[code.partition(" ")[0], f"bron{number}", entity] == {"undetermined": 1}, (code, stamp)


def write(day: date, form: str) -> str:
    """A day, its month or its year."""
    return day.strftime({"dag": "%Y-%m-%d", "maand": "%Y-%m", "jaar": "%Y"}[form])


def passed(name: str) -> str:
    """DUE is a pass like WITHIN: an interval that holds both is WITHIN."""
    return "within" if name == "due" else name


@FEW
@given(st.data(), as_ofs())
def test_10_the_strict_boundary_adds_exactly_what_is_due(data: st.DataObject, as_of: date) -> None:
    triggers = data.draw(st.lists(days(Frame(as_of, None, (12,))), min_size=12, max_size=12))
    exports = [service("bron", *(day.isoformat() for day in triggers))]
    mild, strict = runs(exports, *(Settings(as_of, {"time.boundary": name}) for name in ("inclusive", "exclusive")))
    ours, theirs = mild.counts["RET-SVC-12", "bron", "service_event"], strict.counts["RET-SVC-12", "bron", "service_event"]
    assert theirs.get("overdue", 0) == ours.get("overdue", 0) + ours.get("due", 0)
    assert theirs.get("due", 0) == 0
    assert overdue_rows(strict, "RET-SVC-12") >= overdue_rows(mild, "RET-SVC-12")


@FEW
@given(st.data(), as_ofs())
def test_10_the_fewer_opens_count_the_more_is_overdue(data: st.DataObject, as_of: date) -> None:
    exports = data.draw(mailing(Frame(as_of, None, (12,))))
    outcomes = runs(exports, *(Settings(as_of, {"marketing.opens": knob}) for knob in ("never", "verified_human", "all")))
    never, human, every = (overdue_rows(outcome, "RET-MKT-12") for outcome in outcomes)
    assert never >= human >= every


def overdue_rows(outcome: Outcome, code: str) -> set[tuple[str, int]]:
    """Every row that a code calls overdue."""
    return {(line.file, row) for line in outcome.lines if line.code == code and line.verdict == "OVERDUE" for row in line.rows}


@FEW
@given(st.data(), as_ofs())
def test_14_a_second_run_writes_the_same_bytes(data: st.DataObject, as_of: date) -> None:
    exports = tables(data, as_of)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "map"
        write_workspace(place, exports)
        first = written(place, as_of)
        assert written(place, as_of) == first


def written(place: Path, as_of: date) -> dict[str, bytes]:
    """What a run of a workspace leaves behind, apart from the text for people."""
    audit(place, Settings(as_of))
    output = place.with_name(place.name + "-run")
    return {name: (output / name).read_bytes() for name in ("findings.parquet", "summary.json")}
