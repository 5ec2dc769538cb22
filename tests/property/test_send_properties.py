"""Properties 6 and 8 of domain.md section 7, of what was sent: what comes after a send changes nothing, and no hold excuses it."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from houdbaar.checks.catalog import checks
from reference.budget import budget
from reference.model import File, Row, Settings, Source
from reference.program import Outcome, audit, write_workspace
from reference.random_exports import Export
from reference.shapes import Shape

FEW = budget(3)
CSV = Shape("csv")
AS_OF = Settings(date(2026, 11, 22))
PEOPLE = 12
SENDS = [check.code for check in checks() if check.code.startswith("CON-SEND")]
KINDS = ["click", "reply", "form", "opt_in", "confirm", "preference", "unsubscribe", "open", "bounce"]
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1)).map(lambda moment: moment.replace(microsecond=0))
HOLDS = "hold_id,kind,reason,approver,identifier_kind,identifier_value,starts_on,review_on\n"

Act = tuple[int, str, datetime]  # whose, kind, when


def address(person: int) -> str:
    return f"p{person}@example.com"


def source(name: str, entity: str, rows: Sequence[Row], **known: date) -> Export:
    """A source of one file."""
    made = Source(name, entity, (File(f"{name}/a.csv", tuple(rows)),), frozenset(rows[0]))
    return Export(replace(made, **known), CSV)


def company(sent: Sequence[datetime], acts: Sequence[Act]) -> list[Export]:
    """Subscribers who were each sent one mail, with what they did."""
    members: list[Row] = [
        {
            "email": address(n),
            "list_id": "a",
            "status": "subscribed",
            "signup_source": "newsletter",
            "opted_in_at": f"202{n % 5}-03-01T10:00:00",
        }
        for n in range(PEOPLE)
    ]
    sends: list[Row] = [
        {"email": address(n), "list_id": "a", "campaign_id": f"c{n}", "sent_at": moment.isoformat(), "category": "marketing"}
        for n, moment in enumerate(sent)
    ]
    stranger: Act = (99, "click", datetime(2026, 1, 1))
    heard: list[Row] = [
        {"email": address(n), "list_id": "a", "kind": kind, "happened_at": moment.isoformat(), "url": "u"}
        for n, kind, moment in (*acts, stranger)
    ]
    activity = source("kliks", "mail_activity", heard, covers_from=date(2015, 1, 1), covers_to=date(2026, 12, 1))
    return [source("leden", "mail_member", members), source("verzonden", "mail_send", sends), activity]


def run(exports: Sequence[Export], holds: str | None = None) -> Outcome:
    """Audit them in a workspace of their own, with a register of holds where one is given."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "map"
        write_workspace(place, exports)
        if holds is not None:
            (place / "registers").mkdir()
            (place / "registers" / "holds.csv").write_text(HOLDS + holds, encoding="utf-8")
        return audit(place, AS_OF, checks=SENDS)


def of_sends(outcome: Outcome) -> tuple[object, object]:
    """What was said of the sends: lines and counts."""
    lines = [line for line in outcome.lines if line.code.startswith("CON-SEND")]
    return lines, {key: counts for key, counts in outcome.counts.items() if key[0].startswith("CON-SEND")}


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[datetime], list[Act], list[Act]]:
    """When each person was mailed, what they did before, and what they did after it."""
    sent = draw(st.lists(MOMENTS, min_size=PEOPLE, max_size=PEOPLE))
    days = st.integers(0, 700).map(lambda count: timedelta(days=count, seconds=1))
    acts = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(KINDS), days), min_size=PEOPLE, max_size=2 * PEOPLE)
    before = [(who, kind, sent[who] - gap) for who, kind, gap in draw(acts)]
    after = [(who, kind, sent[who] + gap) for who, kind, gap in draw(acts)]
    return sent, before, after


@FEW
@given(histories())
def test_8_what_comes_after_a_send_changes_nothing(history: tuple[list[datetime], list[Act], list[Act]]) -> None:
    sent, before, after = history
    plain, more = run(company(sent, before)), run(company(sent, [*before, *after]))
    assert of_sends(plain) == of_sends(more)
    assert sum(plain.counts["CON-SEND-LAPSED", "verzonden", "mail_send"].values()) == PEOPLE


@FEW
@given(histories())
def test_6_a_hold_removes_no_finding_about_a_send(history: tuple[list[datetime], list[Act], list[Act]]) -> None:
    sent, before, _ = history
    held = "".join(f"H-{n},legal_hold,zaak,jurist,email,{address(n)},2025-01-01,2027-01-01\n" for n in range(0, PEOPLE, 2))
    exports = company(sent, before)
    assert of_sends(run(exports, "")) == of_sends(run(exports, held))
