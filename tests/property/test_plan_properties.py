"""Property 6 of domain.md section 7: a hold can only take lines off the plans that delete."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functional.auditing import Desk, houdbaar, table
from reference.budget import budget

AS_OF = "2026-11-22"
DELETING = ("sql_delete", "sql_anonymise", "sql_clear_fields", "mailchimp_delete_permanent", "ga_user_deletion", "record_list")
MESSAGES = table("message_id,customer_id,closed_at", *(f"M-{number},K-{number % 4},2024-0{1 + number % 9}-10" for number in range(12)))
EVENTS = table("account_id,happened_at", *(f"A-{number % 3},2025-0{1 + number % 9}-1{number % 9}T10:00:00+01:00" for number in range(24)))
HEADER = "hold_id,kind,reason,approver,identifier_kind,identifier_value,source,record_key,period_from,period_to,starts_on,ends_on"
DAYS = st.sampled_from(["2025-01-05", "2025-03-12", "2026-06-01", "2026-11-24", "2026-11-29", "2026-12-15"])
PEOPLE = st.one_of(
    st.tuples(st.just("customer_id"), st.sampled_from([f"K-{number}" for number in range(5)]), st.just(""), st.just("")),
    st.tuples(st.just("account_id"), st.sampled_from([f"A-{number}" for number in range(4)]), st.just(""), st.just("")),
    st.tuples(st.just(""), st.just(""), st.just("messages"), st.sampled_from(["M-1", "M-7"])),
)
PERIODS = st.sampled_from(["2025-02-01,2025-04-30", "2025-01-01,2025-01-01", "2024-01-01,2026-01-01"])


@st.composite
def holds(draw: st.DrawFn) -> str:
    """A row of the register: about somebody, a record, or a source in a period."""
    starts_on = draw(DAYS)
    if draw(st.booleans()):
        who, period = ",".join(draw(PEOPLE)), ","
    else:
        who, period = f",,{draw(st.sampled_from(['visits', 'messages']))},", draw(PERIODS)
    return f"legal_hold,dispute,board,{who},{period},{starts_on},2026-12-31"


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder for all examples."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def planned(place: Path, rows: list[str]) -> tuple[set[str], int]:
    """What stands on plans by key, and how many records are deleted by date."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        desk = Desk(Path(folder) / "company")
        for name, entity, text in (("messages", "message", MESSAGES), ("visits", "service_event", EVENTS)):
            desk.source(
                name, f"plain.{entity}", {"export.csv": text}, extracted_at="2026-11-20T12:00:00+01:00", timezone="Europe/Amsterdam"
            )
        desk.write()
        (desk.folder / "registers").mkdir()
        text = table(HEADER, *(f"H-{number},{row}" for number, row in enumerate(rows, 1)))
        (desk.folder / "registers" / "holds.csv").write_text(text, encoding="utf-8")
        done = houdbaar("audit", desk.folder, "--as-of", AS_OF, "--output", Path(folder) / "run", folder=Path(folder))
        assert done.code == 0, done.said
        plans = json.loads((Path(folder) / "run" / "manifests.json").read_text(encoding="utf-8"))["manifests"]
        lines: set[str] = set()
        for plan in plans:
            if plan["kind"] in DELETING and plan["lines"]:
                text = (Path(folder) / "run" / plan["file"]).read_text(encoding="utf-8")
                lines |= {f"{plan['kind']} {json.loads(line)['record_key']}" for line in text.splitlines()}
        return lines, sum(plan["records"] for plan in plans if plan["kind"] in ("sql_dated", "export_rows"))


@budget(2)
@given(st.lists(holds(), max_size=2), holds())
def test_6_a_hold_never_adds_a_line_to_a_plan_that_deletes(place: Path, before: list[str], added: str) -> None:
    lines, by_date = planned(place, before)
    fewer, fewer_by_date = planned(place, [*before, added])
    assert fewer <= lines
    assert fewer_by_date <= by_date
