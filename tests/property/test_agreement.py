"""The program and the independent reference judge the same random exports and must say the same."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reference.budget import budget
from reference.judge import findings, judge, obligations
from reference.model import Line, Settings
from reference.months import last_overdue_date
from reference.program import Outcome, audit, nonzero, write_bare, write_workspace
from reference.random_exports import Export, cookies, ga4_events, plain_events, service_events, users
from reference.random_mailing import mailing
from reference.random_stamps import Frame, as_ofs, extractions

JUDGED = {"RET-ANA-26", "RET-COOKIE-24", "RET-COOKIE-ROLL", "RET-MKT-12", "RET-SVC-12"}
TABLES: list[Callable[[str, Frame], st.SearchStrategy[Export]]] = [plain_events, ga4_events, users, cookies, service_events]

Case = tuple[Settings, list[Export]]


@st.composite
def records(draw: st.DrawFn) -> Case:
    """Analytics, cookies and service use: several sources an audit, each extracted at its own time and in its own zone."""
    as_of = draw(as_ofs())
    boundary = draw(st.sampled_from(["inclusive", "inclusive", "exclusive"]))
    knobs: dict[str, object] = {} if boundary == "inclusive" else {"time.boundary": boundary}
    knobs |= draw(st.sampled_from([{}, {}, {"time.future_tolerance": "48h"}, {"rules.RET-SVC-12.boundary": "exclusive"}]))
    made = []
    for number, table in enumerate(TABLES):
        frame = Frame(as_of, draw(extractions(as_of)), (26, 24, 12), boundary)
        made.append(draw(table(f"bron{number}", frame)))
    return Settings(as_of, knobs), made


@st.composite
def bare(draw: st.DrawFn) -> Case:
    """The same without a workspace file: nothing is known but what the files hold."""
    as_of = draw(as_ofs())
    frame = Frame(as_of, None, (26, 24, 12))
    made = [draw(table("map", frame)) for table in (plain_events, users, cookies, service_events)]
    return Settings(as_of), [unbound(export) for export in made]


@st.composite
def companies(draw: st.DrawFn) -> Case:
    """A mail tool, a shop, messages and accounts of the same people, of whom most have been quiet for about as long as is allowed."""
    as_of = draw(as_ofs())
    choices: dict[str, st.SearchStrategy[object]] = {
        "marketing.opens": st.sampled_from(["verified_human", "all"]),
        "marketing.purchase_counts": st.just("always"),
        "marketing.login_counts": st.just(True),
        "marketing.bot_click_seconds": st.just(3),
        "marketing.response_scope": st.just("list"),
        "time.boundary": st.just("exclusive"),
        "coverage.grace_days": st.just(0),
    }
    knobs = {name: draw(values) for name, values in choices.items() if draw(st.sampled_from([True, False, False]))}
    boundary = str(knobs.get("time.boundary", "inclusive"))
    quiet = last_overdue_date(as_of, 12, boundary) + timedelta(days=draw(st.sampled_from([0, 0, -1, 1])))
    frame = Frame(as_of, draw(extractions(as_of)), (12,), boundary, draw(st.sampled_from([quiet, quiet, date.max])))
    return Settings(as_of, knobs), draw(mailing(frame))


def unbound(export: Export) -> Export:
    """A source of a bare folder is named after its contract, and nobody knows when its one snapshot was made."""
    name = export.contract
    kept = export.source.files if export.source.pattern is None else export.source.files[:1]
    files = tuple(replace(file, name=f"{name}/{file.name.rsplit('/', 1)[-1]}", extracted_at=None) for file in kept)
    return Export(replace(export.source, name=name, files=files, timezone=None, pattern=None), export.shape)


def compare(case: Case, write: Callable[[Path, Iterable[Export]], None]) -> None:
    """Writes the exports, audits them, and holds every line and every count against the reference's."""
    chosen, exports = case
    judged = judge([export.source for export in exports], chosen)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "map", exports)
        outcome = audit(Path(folder) / "map", chosen, checks=JUDGED)
    assert ours(outcome.lines) == ours(findings(judged, chosen))
    assert counts(outcome) == {place: found for place, found in nonzero(obligations(judged)).items() if place[0] in JUDGED}


def ours(lines: Iterable[Line]) -> Sequence[Line]:
    """The lines of the codes that the reference judges, in one order."""
    return sorted(
        (line for line in lines if line.code in JUDGED), key=lambda line: (line.source, line.code, line.file, line.rows, str(line))
    )


def counts(outcome: Outcome) -> dict[tuple[str, str, str], dict[str, int]]:
    """The program's counts of the codes that the reference judges."""
    return {place: found for place, found in outcome.counts.items() if place[0] in JUDGED and found}


@budget(4)
@given(records())
def test_records_of_a_workspace(case: Case) -> None:
    compare(case, write_workspace)


@budget(7)
@given(companies())
def test_members_of_a_workspace(case: Case) -> None:
    compare(case, write_workspace)


@budget(2)
@given(bare())
def test_records_of_a_bare_folder(case: Case) -> None:
    compare(case, write_bare)
