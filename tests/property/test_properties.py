"""Properties of domain.md section 7 of terms that run from a record's own date, on real files through the program."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from reference.budget import budget
from reference.model import File, Row, Settings, Source
from reference.months import add_months
from reference.passing_time import assert_only_ages
from reference.program import Outcome, audit, overdue_rows, run, runs, write_workspace
from reference.random_exports import Export
from reference.random_stamps import Frame, as_ofs, days, moments
from reference.shapes import Shape

FEW = budget(2)
FEWER = budget(2)  # five audits an example
CSV = Shape("csv")
OFFSETS = ["UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland", "Europe/Amsterdam"]


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
    outcomes = runs(exports, *(Settings(as_of + timedelta(days=more)) for more in (-1, 0, 1, 2, 45)), codes=["RET-SVC-12"])
    assert_only_ages([[verdict(outcome, export.source.name) for export in exports] for outcome in outcomes])


@FEW
@given(st.data(), as_ofs())
def test_2_no_term_ends_later_than_its_months_of_31_days(data: st.DataObject, as_of: date) -> None:
    triggers = data.draw(st.lists(days(Frame(as_of, None, (12,))), min_size=8, max_size=8))
    outcome = run([service("bron", *(day.isoformat() for day in triggers))], Settings(as_of), "RET-SVC-12")
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
    outcome = run(list(forms(instant)), Settings(as_of), "RET-ANA-26")
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
        outcome = audit(place, Settings(as_of), checks=["RET-SVC-12"])
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


UNUSABLE = ["", "n/a", "31-02-2025", "0000-00-00", "1900-01-01", "gisteren", "1970-01-01T00:00:00Z", "9999-12-31"]


@FEW
@given(st.data(), as_ofs())
def test_9_an_unusable_trigger_never_passes_and_a_wider_one_is_never_surer(data: st.DataObject, as_of: date) -> None:
    bad = [service(f"bron{number}", stamp) for number, stamp in enumerate(UNUSABLE)]
    found = data.draw(
        st.lists(days(Frame(as_of, None, (12,))).filter(lambda day: day.year > 2005 and day <= as_of), min_size=4, max_size=4)
    )
    exports = [service(f"{form}{number}", write(day, form)) for number, day in enumerate(found) for form in ("dag", "maand", "jaar")]
    outcome = run([*bad, *exports], Settings(as_of), "RET-SVC-12")
    assert {verdict(outcome, export.source.name) for export in bad} == {"undetermined"}
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
    outcome = run(exports, Settings(as_of), *{code.partition(" ")[0] for code in ONLY_TRIGGERS})
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
    mild, strict = runs(exports, *(Settings(as_of, {"time.boundary": name}) for name in ("inclusive", "exclusive")), codes=["RET-SVC-12"])
    ours, theirs = mild.counts["RET-SVC-12", "bron", "service_event"], strict.counts["RET-SVC-12", "bron", "service_event"]
    assert theirs.get("overdue", 0) == ours.get("overdue", 0) + ours.get("due", 0)
    assert theirs.get("due", 0) == 0
    assert overdue_rows(strict, "RET-SVC-12") >= overdue_rows(mild, "RET-SVC-12")
