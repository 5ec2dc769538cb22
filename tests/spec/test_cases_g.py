"""Acceptance cases G: a date that can't be used never lets a record pass (domain.md 2.3); records that stand in an export twice."""

import pytest

from spec.given import files, plain
from spec.test_cases_c import activity, members

EVENTS, SERVICE = "RET-ANA-26", "RET-SVC-12"
UNUSABLE = {
    "DQ-TS-NULL": ["", "n/a", "N/A", "-", "NULL", "null", "none", "None", "onbekend", "Onbekend"],
    "DQ-TS-SENTINEL": [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01",
        "1899-12-30",
        "1899-12-31",
        "1900-01-01",
        "1900-01-01 00:00:00",
        "01-01-1900",
        "1970-01-01",
        "1970-01-01T00:00:00Z",
        "1970-01-01T01:00:00+01:00",
        "1970-01-01 00:00:00",
        "2038-01-19",
        "2038-01-19T03:14:07Z",
        "2999-12-31",
        "9999-12-31",
        "9999-12-31T23:59:59Z",
    ],
    "DQ-TS-PARSE": [
        "31-02-2025",
        "2025-02-30",
        "2023-02-29",
        "2025-13-01",
        "2025-00-10",
        "gisteren",
        "2025-06-01T25:00:00Z",
        "2025-06-01T12:61:00Z",
        "12/31/25",
        "45000",
        "1700000000",
        "2025-06-01 10:00 CEST",
        "31-31-2025",
    ],
    "DQ-TS-IMPLAUSIBLE": ["2005-11-13", "1998-06-01", "1970-01-02", "2005-11-13T22:59:59Z", "2004"],
    "DQ-TS-FUTURE": ["2027-01-01", "2026-11-24T12:00:00+01:00", "2027-01", "03-04-2031"],
}


def test_g02_g04_g05_g09_an_unusable_date_is_never_a_pass(judge):
    rows = [f"'{stamp}' | UNDETERMINED | {reason}" for reason, stamps in UNUSABLE.items() for stamp in stamps]
    given = "event_at | verdict | reason\n" + "\n".join(rows)
    done = judge(
        EVENTS,
        "2026-11-22",
        plain("analytics_event", given, extracted_at="2026-11-22T06:00:00+01:00", timezone="Europe/Amsterdam"),
        is_whole=True,
    )
    assert {(line["severity"], line["overdue_month"], line["first_trigger"]) for line in done.of(EVENTS)} == {("high", None, None)}
    assert [line["reason"] for line in done.of(EVENTS)] == sorted(UNUSABLE)
    assert done.codes() == {EVENTS: 5, "AUD-DATA-QUALITY": 1, "DQ-ROW-DUP": 1}


def test_the_last_days_before_that_are_judged(judge):
    given = """
        event_at             | verdict | why
        2005-11-14           | OVERDUE | Google Analytics began
        2005-11-13T23:00:00Z | OVERDUE | midnight in Amsterdam
        1970-01-01           | UNDETERMINED |
        2005                 | OVERDUE | its end is plausible
    """
    judge(EVENTS, "2026-11-22", plain("analytics_event", given))


def test_each_kind_of_data_has_a_plausible_past_of_its_own(judge):
    given = """
        happened_at | account_id | verdict      | reason
        1999-12-31  | K-1        | UNDETERMINED | DQ-TS-IMPLAUSIBLE
        2000-01-01  | K-1        | OVERDUE      |
        2005-11-13  | K-1        | OVERDUE      |
    """
    judge(SERVICE, "2026-11-22", plain("service_event", given))


def test_g07_day_and_month_that_cannot_be_told_apart(judge):
    given = """
        case | happened_at      | account_id | verdict      | reason          | confidence | why
        G07  | 03-04-2025       | K-1        | UNDETERMINED | DQ-TS-AMBIGUOUS |            | 4 March is overdue, 3 April is not
        -    | 03/04/2025 09:30 | K-1        | UNDETERMINED | DQ-TS-AMBIGUOUS |            |
        -    | 3.4.2025         | K-1        | UNDETERMINED | DQ-TS-AMBIGUOUS |            |
        G08  | 03-02-2025       | K-1        | OVERDUE      |                 | bounded    | 3 February and 2 March are both overdue
        -    | 04-05-2025       | K-1        | WITHIN       |                 |            | 5 April and 4 May are both within
        -    | 13-03-2025       | K-1        | OVERDUE      |                 | certain    | there is no month 13
        -    | 03-13-2025       | K-1        | OVERDUE      |                 | certain    |
        -    | 04-04-2025       | K-1        | WITHIN       |                 |            | one reading only
        -    | 20-03-2025       | K-1        | DUE          |                 |            |
    """
    judge(SERVICE, "2026-03-20", plain("service_event", given))


@pytest.mark.parametrize(
    ("as_of", "verdict"),
    [("2026-03-04", "WITHIN"), ("2026-03-05", "UNDETERMINED"), ("2026-04-03", "UNDETERMINED"), ("2026-04-04", "OVERDUE")],
)
def test_g07_passes_if_the_earliest_reading_does_and_fails_if_the_latest_does(judge, as_of, verdict):
    judge(SERVICE, as_of, plain("service_event", f"happened_at | account_id | verdict\n03-04-2025 | K-1 | {verdict}"))


VISITOR = "user_id | first_touch_at | last_active_at\n"


def test_g14_the_same_row_twice_is_one_finding(audit):
    once, twice = "K-1 | 2022-01-10 | 2023-01-10", "K-2 | 2022-01-10 | 2023-01-10"
    done = audit("2026-11-22", plain("analytics_user", VISITOR + "\n".join([twice, once, twice])))
    done.shows("""
        code       | verdict | records | rows
        RET-ANA-26 | OVERDUE | 1       | 2
        RET-ANA-26 | OVERDUE | 2       | 1 3
        DQ-ROW-DUP | FAIL    | 1       | 3
    """)
    alone = audit("2026-11-22", plain("analytics_user", VISITOR + "\n".join([twice, once])))
    assert {line["finding_id"] for line in alone.of(EVENTS)} == {line["finding_id"] for line in done.of(EVENTS)}


def test_g15_of_two_versions_of_a_record_the_worst_counts(audit):
    given = (
        VISITOR
        + """
        K-1 | | 2026-10-01
        K-1 | | 2023-01-10
        K-2 | | 2023-01-10
        K-2 | | gisteren
        K-3 | | gisteren
        K-3 | | 2026-10-01
        K-4 | | 2026-10-01
        K-4 | | 2026-10-02
    """
    )
    done = audit("2026-11-22", plain("analytics_user", given))
    done.shows("""
        code       | verdict      | reason      | rows
        RET-ANA-26 | OVERDUE      |             | 2
        RET-ANA-26 | OVERDUE      |             | 3
        RET-ANA-26 | UNDETERMINED | DQ-TS-PARSE | 5
    """, every=False)  # fmt: skip


MONTHLY = {
    "users_2026-10-31.csv": VISITOR + "K-1 | | 2023-01-10\nK-2 | | 2023-01-10\nK-3 | | 2023-01-10\nK-4 | | 2026-10-01",
    "users_2026-11-22.csv": VISITOR + "K-1 | | 2026-11-01\nK-2 | | 2023-01-10",
}


def test_of_two_exports_the_newest_that_holds_the_record_is_judged(audit):
    done = audit("2026-11-22", files("plain.analytics_user", MONTHLY, extracted_at="%Y-%m-%d"))
    done.shows("""
        code       | verdict | file                                | rows | records | action
        RET-ANA-26 | OVERDUE | analytics_user/users_2026-11-22.csv | 2    | 1       | delete
        RET-ANA-26 | OVERDUE | analytics_user/users_2026-10-31.csv | 3    | 1       | delete_file
    """)
    assert done.counts(EVENTS) == {"overdue": 2, "within": 2}


def test_g14_g15_of_members(audit):
    given = """
        list_id | email         | status       | opted_in_at
        nieuws  | a@example.com | subscribed   | 2020-01-01
        nieuws  | A@example.com | subscribed   | 2020-01-01
        nieuws  | b@example.com | subscribed   | 2020-01-01
        nieuws  | b@example.com | unsubscribed | 2020-01-01
        nieuws  | c@example.com | unsubscribed | 2020-01-01
    """
    acts = activity("list_id | email | kind | happened_at\nnieuws | z@example.com | click | 2026-06-01")
    done = audit("2026-11-22", members(given), acts)
    done.shows(
        """
        code       | verdict | rows | records
        RET-MKT-12 | OVERDUE | 1-2  | 2
        RET-MKT-12 | OVERDUE | 3    | 1
    """,
        every=False,
    )


@pytest.mark.parametrize(("bad", "is_reported"), [(1, False), (2, True)])
def test_more_than_five_percent_undetermined_is_a_finding_of_its_own(audit, bad, is_reported):
    rows = ["gisteren | K-1"] * bad + ["2026-06-01 | K-1"] * (20 - bad)
    done = audit("2026-11-22", plain("service_event", "happened_at | account_id\n" + "\n".join(rows)))
    lines = [(line["severity"], line["verdict"], line["source"], line["entity"], line["records"]) for line in done.of("AUD-DATA-QUALITY")]
    assert lines == [("high", "FAIL", "plain.service_event", "service_event", 2)] * is_reported
    more = audit(
        "2026-11-22", plain("service_event", "happened_at | account_id\n" + "\n".join(rows)), knobs={"dq.max_undetermined_pct": "10"}
    )
    assert more.of("AUD-DATA-QUALITY") == []
