"""Properties of domain.md section 7 of the term that responses move, on real files through the program."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reference.budget import budget
from reference.model import File, Row, Settings, Source
from reference.months import add_months
from reference.passing_time import assert_only_ages
from reference.program import Outcome, overdue_rows, run, runs
from reference.random_exports import Export
from reference.random_mailing import mailing
from reference.random_stamps import Frame, as_ofs, days
from reference.shapes import Shape

FEW = budget(2)
CODE = "RET-MKT-12"
CSV = Shape("csv")
ACTS = ["click", "reply", "form", "survey", "opt_in", "confirm", "preference"]
NO_ACTS = ["open", "bounce", "unsubscribe", "complaint"]


@FEW
@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2024, 12, 31)), st.sampled_from([*ACTS, *NO_ACTS])), min_size=5, max_size=5))
def test_7_a_response_moves_the_last_day_only_forward_and_nothing_else_moves_it(extra: list[tuple[date, str]]) -> None:
    opted = [date(2021, 1, 31) + timedelta(days=200 * number) for number in range(5)]
    before = last_days(run(company(opted, []), Settings(date(2026, 11, 22)), CODE))
    after = last_days(run(company(opted, extra), Settings(date(2026, 11, 22)), CODE))
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
    lines = [line for line in outcome.lines if line.code == CODE and line.verdict == "OVERDUE"]
    return [line.last_permitted for line in sorted(lines, key=lambda line: line.rows) if line.last_permitted]


@FEW
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
    outcomes = runs([*kept, covered], *(Settings(as_of + timedelta(days=more)) for more in (-1, 0, 1, 2, 45)), codes=[CODE])
    assert_only_ages([[next(iter(outcome.counts[CODE, f"l{n}", "mail_member"])) for n in range(len(opted))] for outcome in outcomes])


@FEW
@given(st.data(), as_ofs())
def test_10_the_fewer_opens_count_the_more_is_overdue(data: st.DataObject, as_of: date) -> None:
    exports = data.draw(mailing(Frame(as_of, None, (12,))))
    outcomes = runs(exports, *(Settings(as_of, {"marketing.opens": knob}) for knob in ("never", "verified_human", "all")), codes=[CODE])
    never, human, every = (overdue_rows(outcome, CODE) for outcome in outcomes)
    assert never >= human >= every
