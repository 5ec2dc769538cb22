"""What makes one line of findings.parquet (design.md section 6): what it is unique by, which rows it lists, how its days are counted."""

import io
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spec.given import Export, ga4_ndjson, plain
from spec.test_cases_c import activity, members

AS_OF = "2026-11-22"
UNIQUE = ("finding_id", "file", "verdict", "reason", "confidence", "blocked_by", "subject")
FIRST_VISIT = "1234567890.1700000000"  # 14 November 2023, 23:13 in Amsterdam


def unique(done) -> bool:
    """Whether each line is unique by what the design names."""
    return max(Counter(tuple(str(line[name]) for name in UNIQUE) for line in done.lines).values()) == 1


def test_a_stamp_and_the_date_that_stands_in_for_one_make_one_line(audit):
    given = """
        event_at    | event_date | event_name
        2023-01-10  |            | page_view
                    | 2023-01-10 | page_view
        gisteren    |            | page_view
                    | ooit       | page_view
    """
    done = audit(AS_OF, plain("analytics_event", given))
    assert unique(done)
    done.shows("""
        code       | verdict      | reason      | rows | records | trigger_column
        RET-ANA-26 | OVERDUE      |             | 1-2  | 2       | event_at
        RET-ANA-26 | UNDETERMINED | DQ-TS-PARSE | 3-4  | 2       | event_at
    """, every=False)  # fmt: skip
    alone = audit(AS_OF, plain("analytics_event", "event_at | event_date\n | 2023-01-10"))
    assert alone.only("RET-ANA-26")["trigger_column"] == "event_date"


def test_periods_and_double_readings_of_one_month_make_one_line(audit):
    """All of them become overdue in January 2024; what rests on a bound stands apart from what is certain."""
    stamps = ["2022-12-05", "2022-12", "05-12-2022", "2022-12-07", "2022-12", "2022-12-06"]
    given = "happened_at | account_id\n" + "\n".join(f"{stamp} | K-1" for stamp in stamps)
    done = audit(AS_OF, plain("service_event", given))
    assert unique(done)
    lines = {(line["overdue_month"], line["confidence"]): line["records"] for line in done.of("RET-SVC-12")}
    assert lines == {("2023-12", "certain"): 3, ("2023-12", "bounded"): 1, ("2024-01", "bounded"): 2}


def test_rows_that_touch_are_one_range_however_they_alternate(audit):
    """A thousand ranges at most are listed: of the line, not of what it is made of."""
    stamps = "\n".join(f"{'2023-01-10 | ' if number % 2 else ' | 2023-01-10'} | page_view" for number in range(4000))
    done = audit(AS_OF, plain("analytics_event", f"event_at | event_date | event_name\n{stamps}"))
    line = done.only("RET-ANA-26")
    assert (line["records"], line["is_enumerated"], line["ranges"]) == (4000, True, [{"first": 1, "last": 4000}])


@pytest.mark.parametrize(("rows", "kept"), [(2000, [{"first": 1, "last": 2000}]), (120_000, [{"first": 1, "last": 120_000}])])
def test_so_are_a_great_many_events_with_one_old_id(audit, rows, kept):
    table = pa.table({"event_at": ["2026-06-01"] * rows, "client_id": [FIRST_VISIT] * rows})
    content = io.BytesIO()
    pq.write_table(table, content)
    done = audit(AS_OF, Export("plain.analytics_event", {"e.parquet": content.getvalue()}))
    assert [(line["records"], line["ranges"]) for line in done.of("RET-COOKIE-ROLL")] == [(rows, kept)]


@pytest.mark.parametrize(("gaps", "is_enumerated"), [(1000, True), (1001, False)])
def test_and_a_thousand_ranges_of_them_are_listed_no_more(audit, gaps, is_enumerated):
    events = "event_at | client_id\n" + "\n".join(f"2026-06-01 | {FIRST_VISIT}\n2026-06-01 | app-1" for _ in range(gaps))
    line = audit(AS_OF, plain("analytics_event", events)).only("RET-COOKIE-ROLL")
    assert (line["records"], line["is_enumerated"]) == (gaps, is_enumerated)
    acts = "list_id | email | kind | happened_at\n" + "\n".join(
        "n | a@example.com | click | 2028-01-01\nn | a@example.com | click | 2026-01-01" for _ in range(gaps)
    )
    line = audit(AS_OF, activity(acts)).only("DQ-TS-FUTURE")
    assert (line["records"], line["is_enumerated"]) == (gaps, is_enumerated)


def test_a_line_about_an_old_id_says_when_its_visits_began(audit):
    older = "1.1669800000"  # 30 November 2022
    events = f"""
        event_at   | client_id
        2026-06-01 | {FIRST_VISIT}
        2026-06-02 | GA1.2.{older}
                   | {older}
    """
    done = audit(AS_OF, plain("analytics_event", events))
    done.shows("""
        code            | verdict      | rows | first_trigger | last_trigger | last_permitted_day | overdue_month | reason
        RET-COOKIE-ROLL | FAIL         | 1-2  | 2022-11-30    | 2023-11-14   | 2025-11-14         | 2026-06       |
        RET-COOKIE-ROLL | UNDETERMINED | 3    | 2022-11-30    | 2022-11-30   |                    |               | DQ-TS-NULL
    """, every=False)  # fmt: skip


@pytest.mark.parametrize("date", ["20250231", "(not set)"])
def test_the_reason_is_that_of_the_stamp_that_was_looked_at(audit, date):
    """A date stands in for a missing stamp, so it is the date that can't be read."""
    events = f"event_date | event_timestamp | event_name | user_pseudo_id\n{date} | | page_view | {FIRST_VISIT}"
    events += "\n20260601 | 1780300800000000 | page_view | app-1"
    done = audit(AS_OF, ga4_ndjson(events))
    reason = "DQ-TS-PARSE" if date == "20250231" else "DQ-TS-NULL"
    assert [line["reason"] for line in done.of("RET-COOKIE-ROLL", "RET-ANA-26")] == [reason, reason]


def test_days_overdue_of_what_is_known_by_a_bound_are_those_that_are_proven(audit):
    """The oldest record's latest reading: 31 July 2024 is the last day that 2024-07 may mean, and L is a year later."""
    given = "happened_at | account_id\n2024-07 | K-1\n01-08-2024 | K-1\n2024-Q3 | K-1"
    done = audit("2026-03-01", plain("service_event", given))
    done.shows("""
        code       | confidence | overdue_month | records | first_trigger | last_trigger | last_permitted_day | days_overdue
        RET-SVC-12 | bounded    | 2025-08       | 2       | 2024-01-08    | 2024-08-01   | 2025-08-01         | 213
        RET-SVC-12 | bounded    | 2025-10       | 1       | 2024-07-01    | 2024-09-30   | 2025-09-30         | 152
    """, every=False)  # fmt: skip


def test_of_one_record_too(audit):
    """Two versions in one export: the line starts with the first, and is as certain as its surest version."""
    given = "user_id | last_active_at\nK-1 | 2023-02\nK-1 | 2023-01-10\nK-2 | 2023-02\nK-2 | 2023-03"
    done = audit(AS_OF, plain("analytics_user", given))
    done.shows("""
        code       | rows | records | confidence | first_trigger | last_trigger | last_permitted_day | days_overdue
        RET-ANA-26 | 1-2  | 2       | certain    | 2023-01-10    | 2023-02-28   | 2025-04-28         | 622
        RET-ANA-26 | 3-4  | 2       | bounded    | 2023-02-01    | 2023-03-31   | 2025-05-31         | 573
    """, every=False)  # fmt: skip


@pytest.mark.parametrize("order", [1, -1], ids=["as it stands", "the other way round"])
def test_in_any_order_of_the_rows_the_reason_is_the_same(audit, order):
    people = members("email\na@example.com")
    acts = ["gisteren", "", "2025-11", "11-12-2025", "31-02-2026"]
    rows = "\n".join(f"nieuws | a@example.com | click | {stamp}" for stamp in acts[::order])
    done = audit(AS_OF, people, activity(f"list_id | email | kind | happened_at\n{rows}"))
    assert done.only("RET-MKT-12")["reason"] == "DQ-TS-NULL"
    users = ["K-1 | ooit", "K-1 |", "K-1 | 1900-01-01"][::order]
    done = audit(AS_OF, plain("analytics_user", "user_id | last_active_at\n" + "\n".join(users)))
    assert [(line["reason"], line["records"]) for line in done.of("RET-ANA-26")] == [("DQ-TS-NULL", 1)]


@pytest.mark.parametrize("order", [1, -1], ids=["as it stands", "the other way round"])
def test_and_the_sign_that_a_knob_would_make_an_answer(audit, order):
    """The newest; of those of one day the last in the alphabet."""
    people = members("email | customer_id\na@example.com | K-1")
    acts = ["2025-01-01 | click |", "2026-05-01 | open | false", "2026-02-01 | open | false"][::order]
    rows = "\n".join(f"nieuws | a@example.com | {act}" for act in acts)
    heard = activity(f"list_id | email | happened_at | kind | is_machine_open\n{rows}")
    orders = "order_id | customer_id | ordered_at\n" + "\n".join(["1 | K-1 | 2026-05-01", "2 | K-1 | 2026-04-01"][::order])
    done = audit(AS_OF, people, heard, plain("order", orders))
    assert done.only("RET-MKT-12")["reason"] == "counterfactual: purchase (marketing.purchase_counts=always)"
