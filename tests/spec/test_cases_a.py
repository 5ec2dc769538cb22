"""Acceptance cases A: web analytics is kept for at most 26 months (C-52-1). L is the last permitted day."""

import pytest

from spec.given import ga4_ndjson, ga4_parquet, plain

CODE = "RET-ANA-26"


@pytest.mark.parametrize(
    ("as_of", "verdict"),
    [("2026-03-14", "WITHIN"), ("2026-03-15", "DUE"), ("2026-03-16", "OVERDUE")],
    ids=["A01", "A02", "A03"],
)
def test_the_last_permitted_day_is_the_same_day_26_months_on(judge, as_of, verdict):
    judge(CODE, as_of, plain("analytics_event", f"event_at | verdict\n2024-01-15T10:00:00+01:00 | {verdict}"))


def test_an_overdue_event_says_since_when_and_how_long(audit):
    done = audit("2026-11-22", plain("analytics_event", "event_at\n2024-01-15T10:00:00+01:00"))
    done.shows("""
        code       | clause | purpose     | severity | verdict | confidence | reason | records | rows | trigger_column | action
        RET-ANA-26 | C-52-1 | P-ANALYTICS | high     | OVERDUE | certain    |        | 1       | 1    | event_at       | delete
    """)
    done.shows("""
        code       | first_trigger | last_trigger | last_permitted_day | days_overdue | overdue_month
        RET-ANA-26 | 2024-01-15    | 2024-01-15   | 2026-03-15         | 252          | 2026-03
    """)


def test_a06_a_term_that_ends_in_february_of_a_leap_year(judge):
    given = """
        case | event_at   | verdict | why
        -    | 2021-12-28 | OVERDUE | L is 28 February
        -    | 2021-12-29 | DUE     |
        -    | 2021-12-30 | DUE     |
        A06  | 2021-12-31 | DUE     | there is no 31 February
        -    | 2022-01-01 | WITHIN  |
    """
    judge(CODE, "2024-02-29", plain("analytics_event", given))


def test_a08_four_days_may_share_one_last_day(judge):
    given = """
        case | event_at   | verdict | why
        -    | 2023-12-27 | OVERDUE | L is 27 February
        A08  | 2023-12-28 | DUE     |
        A08  | 2023-12-29 | DUE     |
        A08  | 2023-12-30 | DUE     |
        A08  | 2023-12-31 | DUE     |
        -    | 2024-01-01 | WITHIN  |
    """
    judge(CODE, "2026-02-28", plain("analytics_event", given))


def test_and_all_four_are_overdue_the_next_day_in_the_month_that_they_become_so(judge):
    given = """
        event_at   | verdict
        2023-12-27 | OVERDUE
        2023-12-28 | OVERDUE
        2023-12-29 | OVERDUE
        2023-12-30 | OVERDUE
        2023-12-31 | OVERDUE
        2024-01-01 | DUE
    """
    done = judge(CODE, "2026-03-01", plain("analytics_event", given), is_whole=True)
    done.shows("""
        code       | overdue_month | rows | records | last_permitted_day | days_overdue
        RET-ANA-26 | 2026-02       | 1    | 1       | 2026-02-27         | 2
        RET-ANA-26 | 2026-03       | 2-5  | 4       | 2026-02-28         | 1
    """)


@pytest.mark.parametrize(("as_of", "verdict"), [("2026-04-29", "DUE"), ("2026-04-30", "OVERDUE")])
def test_29_february_ends_on_the_29th(judge, as_of, verdict):
    """2026-04-30 less 26 months is 29 February 2024: who compares with that misses this row (domain.md 2.11)."""
    judge(CODE, as_of, plain("analytics_event", f"event_at | verdict\n2024-02-29 | {verdict}"))


def test_the_local_day_counts_in_summer(judge):
    given = """
        event_at                  | verdict | why
        2024-09-21T21:59:59Z      | OVERDUE | still 21 September in Amsterdam
        2024-09-21T22:00:00Z      | DUE     | midnight in Amsterdam
        2024-09-21T22:30:00Z      | DUE     | 22 September, 00:30
        2024-09-22T21:59:59Z      | DUE     |
        2024-09-22T22:00:00Z      | WITHIN  | 23 September
        2024-09-22T00:30:00+02:00 | DUE     |
        2024-09-21T20:30:00-04:00 | DUE     | the same day in New York is the day after here
        2024-09-22T08:00:00+12:00 | OVERDUE | and in Auckland the day before
        2024-09-21 22:30:00+00    | DUE     | a space, and an offset in hours
        2024-09-21T22:30:00.123Z  | DUE     |
    """
    judge(CODE, "2026-11-22", plain("analytics_event", given))


def test_the_local_day_counts_in_winter(judge):
    given = """
        event_at                  | verdict | why
        2024-01-15T22:30:00Z      | OVERDUE | 23:30, still 15 January
        2024-01-15T22:59:59Z      | OVERDUE |
        2024-01-15T23:00:00Z      | DUE     | midnight
        2024-01-15T23:30:00Z      | DUE     | 16 January, 00:30
        2024-01-16T23:00:00Z      | WITHIN  |
    """
    judge(CODE, "2026-03-16", plain("analytics_event", given))


def test_a_stamp_without_zone_stands_in_the_zone_of_the_binding(judge):
    rows = """
        event_at            | verdict | why
        2024-09-21 22:30:00 | {late}  | late in the evening
        2024-09-22 21:59:00 | DUE     |
        2024-09-22          | DUE     | a date stands for itself in any zone
    """
    in_utc = plain("analytics_event", rows.format(late="DUE"), timezone="UTC")
    done = judge(CODE, "2026-11-22", in_utc, is_whole=True)
    assert done.codes() == {}
    assumed = judge(CODE, "2026-11-22", plain("analytics_event", rows.format(late="OVERDUE")), is_whole=True)
    assert assumed.codes() == {"RET-ANA-26": 1, "DQ-TZ-ASSUMED": 1}


@pytest.mark.parametrize(
    ("stamp", "as_of", "verdict"),
    [
        ("2024-03-31 02:30", "2026-05-31", "DUE"),
        ("2024-03-31 02:30", "2026-06-01", "OVERDUE"),  # A13; DQ-TS-NONEXISTENT follows with issue 3
        ("2024-10-27 02:30", "2026-12-27", "DUE"),
        ("2024-10-27 02:30", "2026-12-28", "OVERDUE"),
    ],
)
def test_a13_a_clock_time_that_is_skipped_or_doubled_keeps_its_date(judge, stamp, as_of, verdict):
    judge(CODE, as_of, plain("analytics_event", f"case | event_at | verdict\nA13 | {stamp} | {verdict}", timezone="Europe/Amsterdam"))


GA4_ROWS = """
    case | event_date | event_timestamp  | event_name | user_pseudo_id | verdict | why
    A14  | 20240922   | 1727000000000000 | page_view  | app-1          | DUE     | both say 22 September
    A15  | 20240922   | 1726957800000000 | page_view  | app-1          | DUE     | 2024-09-21T22:30Z
    -    | 20240922   | 1726954200000000 | page_view  | app-1          | OVERDUE | 21:30Z: the stamp wins
    -    | 20240101   | 1727000000000000 | page_view  | app-1          | DUE     | the stamp wins, however far apart
    -    | 20240922   |                  | page_view  | app-1          | DUE     | the date replaces a missing stamp
    -    | 20240921   |                  | page_view  | app-1          | OVERDUE |
"""


@pytest.mark.parametrize("export", [ga4_ndjson, ga4_parquet], ids=["newline JSON", "Parquet"])
def test_a14_a_ga4_event_has_a_stamp_and_a_date(judge, export):
    done = judge(CODE, "2026-11-22", export(GA4_ROWS), is_whole=True)
    done.shows("""
        code           | rows | trigger_column | last_permitted_day
        RET-ANA-26     | 3 6  | event_at       | 2026-11-21
        DQ-TS-CONFLICT | 4    |                |
    """)


@pytest.mark.parametrize("export", [ga4_ndjson, ga4_parquet], ids=["newline JSON", "Parquet"])
def test_a_date_never_replaces_an_unusable_stamp_nor_does_a_file_name(judge, export):
    given = """
        event_date | event_timestamp   | event_name | user_pseudo_id | verdict      | reason           | why
        20260922   | 0                 | page_view  | app-1          | UNDETERMINED | DQ-TS-SENTINEL   | 1970
        20260922   | 1790000000        | page_view  | app-1          | UNDETERMINED | DQ-TS-UNIT       | seconds where micros are declared
        20260922   | 1000000000000000  | page_view  | app-1          | UNDETERMINED | DQ-TS-IMPLAUSIBLE | 2001: before Google Analytics
                   |                   | page_view  | app-1          | UNDETERMINED | DQ-TS-NULL       | the name of the file is no bound
    """
    judge(CODE, "2026-11-22", export(given, file=f"events_20230531.{'json' if export is ga4_ndjson else 'parquet'}"))


@pytest.mark.parametrize(
    ("as_of", "verdict", "reason"),
    [("2026-11-22", "WITHIN", ""), ("2026-11-23", "UNDETERMINED", "DQ-TS-PRECISION"), ("2026-11-24", "OVERDUE", "")],
)
def test_the_day_of_a_property_elsewhere_is_one_of_two_days_here(judge, as_of, verdict, reason):
    """22 September in New York is 22 September 06:00 to 23 September 06:00 in Amsterdam."""
    rows = f"""
        event_date | event_name | verdict   | reason
        20240922   | page_view  | {verdict} | {reason}
    """
    done = judge(CODE, as_of, plain("analytics_event", rows, timezone="America/New_York"))
    assert [line["confidence"] for line in done.of(CODE) if line["verdict"] == "OVERDUE"] in ([], ["bounded"])


@pytest.mark.parametrize(
    ("as_of", "verdict", "reason"),
    [
        ("2026-10-31", "WITHIN", ""),  # A16: even 1 September is inside
        ("2026-11-01", "WITHIN", ""),  # its earliest day is due, its latest is not: both allowed
        ("2026-11-02", "UNDETERMINED", "DQ-TS-PRECISION"),
        ("2026-11-15", "UNDETERMINED", "DQ-TS-PRECISION"),  # A17
        ("2026-11-30", "UNDETERMINED", "DQ-TS-PRECISION"),  # 30 September is due today
        ("2026-12-01", "OVERDUE", ""),  # A18: even 30 September is outside
    ],
)
def test_a16_a17_only_the_month_is_known(judge, as_of, verdict, reason):
    done = judge(CODE, as_of, plain("analytics_event", f"event_at | verdict | reason\n2024-09 | {verdict} | {reason}"), is_whole=True)
    if verdict == "OVERDUE":
        done.shows("""
            code       | confidence | first_trigger | last_trigger | last_permitted_day | days_overdue | overdue_month
            RET-ANA-26 | bounded    | 2024-09-01    | 2024-09-30   | 2026-11-30         | 1            | 2026-12
        """)


def test_a_quarter_a_year_and_a_span_that_is_not_over(judge):
    given = """
        event_at | verdict      | reason          | why
        2023     | OVERDUE      |                 | 31 December 2023 was due on 28 February 2026
        2024     | UNDETERMINED | DQ-TS-PRECISION | January is overdue, December is not
        2024-Q2  | OVERDUE      |                 |
        2024-Q3  | UNDETERMINED | DQ-TS-PRECISION |
        Q4 2024  | WITHIN       |                 |
        2026     | WITHIN       |                 | the part after the as-of is cut off
        2026-11  | WITHIN       |                 |
        2026-12  | NOT_YET      |                 | no extraction time: it lies after the as-of
    """
    judge(CODE, "2026-11-22", plain("analytics_event", given))
