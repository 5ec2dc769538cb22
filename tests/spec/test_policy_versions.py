"""Terms through the policy's versions (domain.md 2.9): shorter ones at once, longer ones not for data already held."""

import pytest

from houdbaar import resources
from spec.given import table

V2 = """
  - id: "v2"
    effective_from: {start}
    periods: {{RET-ANA-26: {period}}}

# Kinds of data"""


def with_second_version(start: str, period: str) -> str:
    """The packaged policy with a second version of the text."""
    text = resources.read_text("policy/twingatrack.yaml")
    assert text.count("\n\n# Kinds of data") == 1
    return text.replace("\n\n# Kinds of data", V2.format(start=start, period=period), 1)


def event(day: str, verdict: str):
    """One event, and what is expected of it."""
    text = f"""
        event_at               | event_name | client_id | verdict
        {day}T10:00:00+02:00   | page_view  | app-1     | {verdict}
    """
    return table("plain.analytics_event", text, extracted_at="2027-12-31T12:00:00+01:00")


# E22 and its neighbours: v2 promises 38 months from 2025-01-01.
@pytest.mark.parametrize(
    ("day", "as_of", "verdict"),
    [
        ("2024-06-01", "2026-08-01", "DUE"),
        ("2024-06-01", "2026-08-02", "OVERDUE"),
        ("2024-12-31", "2027-03-01", "OVERDUE"),
        ("2025-01-01", "2027-03-02", "WITHIN"),
    ],
)
def test_a_longer_term_is_no_excuse_for_older_data(judge, day, as_of, verdict):
    judge("RET-ANA-26", as_of, event(day, verdict), policy=with_second_version("2025-01-01", "P38M"))


def test_unless_the_company_says_so(judge):
    policy = with_second_version("2025-01-01", "P38M")
    judge("RET-ANA-26", "2026-08-02", event("2024-06-01", "WITHIN"), policy=policy, knobs={"policy.longer_terms": "apply"})


# v2 promises 14 months from 2025-07-01.
@pytest.mark.parametrize(
    ("day", "as_of", "verdict"),
    [
        ("2024-01-15", "2025-06-30", "WITHIN"),
        ("2024-01-15", "2025-07-01", "OVERDUE"),
        ("2025-06-01", "2026-08-01", "DUE"),
        ("2025-06-01", "2026-08-02", "OVERDUE"),
    ],
)
def test_a_shorter_term_reaches_held_data_on_its_first_day(judge, day, as_of, verdict):
    judge("RET-ANA-26", as_of, event(day, verdict), policy=with_second_version("2025-07-01", "P14M"))


def test_the_line_says_until_when_it_was_permitted(audit):
    done = audit("2025-08-31", event("2024-01-15", "OVERDUE"), policy=with_second_version("2025-07-01", "P14M"))
    done.shows(
        """
        code       | last_permitted_day | days_overdue | overdue_month
        RET-ANA-26 | 2025-06-30         | 62           | 2025-07
    """,
        every=False,
    )
