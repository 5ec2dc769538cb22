"""More of the cases A: bounds, Universal Analytics, users, reports, policy versions, units, boundaries, extraction times."""

import pytest

from spec.given import plain, table, verbatim

CODE = "RET-ANA-26"
OWN = """
apiVersion: v3.1.0
kind: DataContract
id: own.hits
version: 1.0.0
status: active
customProperties:
  - {{property: detect, value: {{formats: [csv], columns: [{stamp}, page]}}}}
schema:
  - name: analytics_event
    customProperties:
      - {{property: triggers, value: [event_at, event_date]}}
{schema}
    properties:
      - name: event_at
        logicalType: timestamp
        physicalName: {stamp}
{column}
      - {{name: event_date, logicalType: date, physicalName: day}}
      - {{name: page_url, logicalType: string, physicalName: page}}
"""
BY_FILE = "      - {property: loadedOn, value: \"regexp_extract(file_name, 'loaded_(.{10})', 1)\"}"
BY_COLUMN = """      - {property: loadedOn, value: loaded}
      - {property: structure, value: {loaded: VARCHAR}}"""


def own(stamp: str = "stamp", column: str = "", schema: str = "") -> str:
    """A contract of the workspace's own for a CSV of hits."""
    return OWN.format(stamp=stamp, column=column, schema=schema)


def test_a19_no_row_is_younger_than_its_load(judge):
    """The contract names the load date; GA4's file names are none (domain.md 2.3)."""
    given = """
        case | stamp               | day        | page | verdict      | reason       | confidence | why
        A19  |                     |            | /    | OVERDUE      |              | bounded    | collected by 31 May 2023
        -    | 2023-04-01 10:00:00 |            | /    | OVERDUE      |              | certain    | a stamp of its own
        -    |                     | 2023-04-02 | /    | OVERDUE      |              | certain    | a date of its own
        -    | gisteren            |            | /    | UNDETERMINED | DQ-TS-PARSE  |            | unusable, not missing
    """
    done = judge(CODE, "2026-11-22", table("own.hits", given, file="hits_loaded_2023-05-31.csv", own=own(schema=BY_FILE)))
    bounded = next(line for line in done.of(CODE) if line["confidence"] == "bounded")
    assert bounded["first_trigger"] is None
    assert bounded["last_permitted_day"].isoformat() == "2025-07-31"


def test_a19_a_load_date_proves_that_a_row_is_too_old_and_nothing_else(judge):
    given = """
        stamp | day        | loaded     | page | verdict      | reason     | why
              |            | 2024-09-21 | /    | OVERDUE      |            |
              |            | 2024-09-22 | /    | UNDETERMINED | DQ-TS-NULL | on that very day it would be due, but it may be older
              |            | 2026-10-31 | /    | UNDETERMINED | DQ-TS-NULL |
              |            |            | /    | UNDETERMINED | DQ-TS-NULL |
              | 2026-10-30 | 2026-10-31 | /    | WITHIN       |            | a date of its own
    """
    judge(CODE, "2026-11-22", table("own.hits", given, own=own(schema=BY_COLUMN)))


def test_a20_universal_analytics_is_all_past_its_term(audit):
    hits = [("2023-07-01", 1688205600), ("2023-06-30", 1688119200), ("2021-03-01", 1614596400)]
    lines = "\n".join(
        f'{{"visitId":"{seconds}","visitStartTime":"{seconds}","date":"{day.replace("-", "")}","fullVisitorId":"0049931492751930000",'
        f'"totals":{{"hits":"3"}},"hits":[{{"hitNumber":"1","time":"0"}}]}}'
        for day, seconds in hits
    )
    export = verbatim("ua.sessions", "ga_sessions_20230701.json", lines + "\n")
    done = audit("2025-09-02", export)
    assert done.counts(CODE) == {"overdue": 3}
    assert max(line["last_permitted_day"] for line in done.of(CODE)).isoformat() == "2025-09-01"
    the_day_before = audit("2025-09-01", export)
    assert the_day_before.counts(CODE) == {"due": 1, "overdue": 2}


def test_a21_a_user_row_is_collected_anew_at_each_visit_its_first_touch_is_not(audit):
    users = plain(
        "analytics_user",
        """
        user_id | first_touch_at            | last_active_at            | why
        K-1     | 2023-01-10T10:00:00+01:00 | 2026-10-01T10:00:00+02:00 | A21
        K-2     | 2025-01-10T10:00:00+01:00 | 2026-10-01T10:00:00+02:00 | nothing is too old
        K-3     | 2023-01-10T10:00:00+01:00 | 2024-01-15T10:00:00+01:00 | the row itself has to go, and its fields with it
        K-4     | 2024-09-22T10:00:00+02:00 | 2024-09-22T10:00:00+02:00 | due today, both
        K-5     |                           | 2026-10-01T10:00:00+02:00 | no first touch: nothing can be too old
        K-6     | 1970-01-01T00:00:00Z      | 2026-10-01T10:00:00+02:00 | 0 is Google's word for unknown
        K-7     | 2026-10-01T10:00:00+02:00 |                           | the row can't be judged
    """,
    )
    done = audit("2026-11-22", users)
    done.shows(
        """
        code       | verdict      | field          | rows | severity | reason     | action      | trigger_column | last_permitted_day
        RET-ANA-26 | OVERDUE      | first_touch_at | 1    | medium   |            | clear_field | first_touch_at | 2025-03-10
        RET-ANA-26 | OVERDUE      |                | 3    | high     |            | delete      | last_active_at | 2026-03-15
        RET-ANA-26 | UNDETERMINED |                | 7    | high     | DQ-TS-NULL | review      | last_active_at |
    """,
        every=False,
    )
    assert done.counts(CODE) == {"within": 3, "due": 1, "overdue": 2, "undetermined": 1}


REPORT = """# ----------------------------------------
# Stad per dag
# Start date: 20240901
# End date: 20260930
# ----------------------------------------

Date,City,Sessions
{rows}
"""


def report(rows: str):
    """A report downloaded from the website."""
    return verbatim("ga.ui_report", "report.csv", REPORT.format(rows=rows))


def test_a22_a23_a_report_counts_people_and_names_nobody_unless_it_counts_few(audit):
    done = audit(
        "2026-11-22", report("20240915,Utrecht,14\n20240915,Urk,1\n20240915,Ede,9\n20240915,Goes,10\n20260915,Urk,1\n20240922,Ede,9")
    )
    assert done.counts(CODE) == {"out_of_scope": 2, "overdue": 2, "within": 1, "due": 1}
    done.shows("""
        code           | verdict | trigger_column | records | last_permitted_day
        RET-ANA-26     | OVERDUE | event_date     | 2       | 2026-11-15
        SCP-SMALL-CELL | FAIL    |                | 3       |
        SCP-SMALL-CELL | FAIL    |                | 1       |
    """)


def test_a22_the_smallest_cell_that_names_nobody_is_a_knob(audit):
    export = report("20240915,Utrecht,14\n20240915,Urk,1")
    assert audit("2026-11-22", export, knobs={"aggregate.k": "15"}).counts(CODE) == {"overdue": 2}
    assert audit("2026-11-22", export, knobs={"aggregate.k": "1"}).counts(CODE) == {"out_of_scope": 2}


@pytest.mark.parametrize(("as_of", "outcome"), [("2026-11-01", "within"), ("2026-11-15", "undetermined"), ("2026-12-01", "overdue")])
def test_a_report_without_dates_is_of_its_whole_period(audit, as_of, outcome):
    text = "# ----\n# Start date: 20240901\n# End date: 20240930\n# ----\n\nCity,Sessions\nUrk,1\nEde,40\n"
    done = audit(as_of, verbatim("ga.ui_report", "report.csv", text))
    assert done.counts(CODE) == {outcome: 1, "out_of_scope": 1}
    if outcome == "overdue":
        assert done.only(CODE)["confidence"] == "bounded"


def test_a26_before_the_first_version_of_the_policy_nothing_was_promised(audit):
    export = plain("analytics_event", "event_at\n2021-06-01T10:00:00+02:00")
    for as_of in ("2021-12-31", "2022-01-12"):
        done = audit(as_of, export)
        assert done.exit_code == 2
        assert "POL-NO-VERSION" in done.stderr
        assert not done.folder.exists()
    assert audit("2022-01-13", export).counts(CODE) == {"within": 1}


@pytest.mark.parametrize(("as_of", "verdict"), [("2023-08-01", "DUE"), ("2023-08-02", "OVERDUE")])
def test_a27_what_was_held_already_is_judged_too(judge, as_of, verdict):
    judge(CODE, as_of, plain("analytics_event", f"case | event_at | verdict\nA27 | 2021-06-01T10:00:00+02:00 | {verdict}"))


@pytest.mark.parametrize(
    ("unit", "noon", "in_another_unit"),
    [("seconds", 1727000000, 1727000000000), ("millis", 1727000000000, 1727000000), ("micros", 1727000000000000, 1727000000000)],
)
def test_a_number_is_read_in_its_declared_unit_and_in_no_other(judge, unit, noon, in_another_unit):
    """1727000000 is 2024-09-22T10:13:20Z."""
    day = noon // 1727000000 * 86400
    column = f"        customProperties: [{{property: unit, value: {unit}}}]"
    given = f"""
        stamp             | page | verdict      | reason
        {noon}            | /    | DUE          |
        {noon - day}      | /    | OVERDUE      |
        {noon + day}      | /    | WITHIN       |
        {in_another_unit} | /    | UNDETERMINED | DQ-TS-UNIT
        gisteren          | /    | UNDETERMINED | DQ-TS-PARSE
        0                 | /    | UNDETERMINED | DQ-TS-SENTINEL
    """
    judge(CODE, "2026-11-22", table("own.hits", given, own=own(column=column)))


def test_who_reads_the_boundary_strictly_loses_the_anniversary(audit):
    events = plain("analytics_event", "event_at\n2024-01-14\n2024-01-15\n2024-01-16")
    use = plain("service_event", "happened_at | account_id\n2025-03-14 | K-1\n2025-03-15 | K-1\n2025-03-16 | K-1")
    for_all = audit("2026-03-15", events, use, knobs={"time.boundary": "exclusive"})
    assert for_all.counts(CODE) == for_all.counts("RET-SVC-12") == {"overdue": 2, "within": 1}
    for_one = audit("2026-03-15", events, use, knobs={"rules.RET-ANA-26.boundary": "exclusive"})
    assert for_one.counts(CODE) == {"overdue": 2, "within": 1}
    assert for_one.counts("RET-SVC-12") == {"overdue": 1, "due": 1, "within": 1}
    relaxed = audit("2026-03-15", events, use, knobs={"time.boundary": "exclusive", "rules.RET-SVC-12.boundary": "inclusive"})
    assert relaxed.counts("RET-SVC-12") == {"overdue": 1, "due": 1, "within": 1}


def test_the_same_knob_in_the_settings(audit):
    events = plain("analytics_event", "event_at\n2024-01-15")
    done = audit("2026-03-15", events, settings='[knobs]\n"time.boundary" = "exclusive"')
    assert done.counts(CODE) == {"overdue": 1}
    assert done.summary["knobs"] == {"time.boundary": "exclusive"}


def test_the_boundary_by_the_clock_needs_a_clock(audit):
    done = audit("2026-03-15", plain("analytics_event", "event_at\n2024-01-15"), knobs={"time.boundary": "instant"})
    assert done.exit_code == 2
    assert "time.boundary" in done.stderr


def test_the_zone_in_which_stamps_become_days_is_a_knob(audit):
    events = plain("analytics_event", "event_at\n2024-09-21T22:30:00Z\n2024-09-22T22:30:00Z")
    assert audit("2026-11-22", events).counts(CODE) == {"due": 1, "within": 1}
    assert audit("2026-11-22", events, knobs={"time.zone": "UTC"}).counts(CODE) == {"overdue": 1, "due": 1}


MADE = "2026-11-22T06:00:00+01:00"


def test_later_than_the_export_is_future_within_a_day_it_is_a_fast_clock(judge):
    given = """
        event_at                  | verdict      | reason       | why
        2026-11-22T06:00:00+01:00 | WITHIN       |              | the very moment
        2026-11-22T20:00:00+01:00 | WITHIN       |              | 14 hours: a clock that runs fast
        2026-11-23T06:00:00+01:00 | WITHIN       |              | 24 hours, counted as the extraction
        2026-11-23T06:00:01+01:00 | UNDETERMINED | DQ-TS-FUTURE | one second more
        2027-01-01T00:00:00+01:00 | UNDETERMINED | DQ-TS-FUTURE | G05
        2026-11-23                | WITHIN       |              | a date within the tolerance
        2026-11-24                | UNDETERMINED | DQ-TS-FUTURE |
        2026-12                   | UNDETERMINED | DQ-TS-FUTURE | even its first day
    """
    done = judge(CODE, "2026-11-22", plain("analytics_event", given, extracted_at=MADE), is_whole=True)
    assert [reason for reason in done.not_tested("analytics_event") if "future" in reason] == []


def test_the_tolerance_is_a_knob(audit):
    events = plain("analytics_event", "event_at\n2026-11-22T06:30:00+01:00\n2026-11-22T08:00:00+01:00", extracted_at=MADE)
    assert audit("2026-11-22", events, knobs={"time.future_tolerance": "1h"}).counts(CODE) == {"within": 1, "undetermined": 1}


def test_between_the_as_of_and_the_export_a_row_did_not_exist_yet(judge):
    given = """
        event_at                  | verdict | why
        2026-10-31T23:59:59+01:00 | WITHIN  |
        2026-11-01T00:00:00+01:00 | NOT_YET |
        2026-11-22T05:00:00+01:00 | NOT_YET |
        2026-11-22T20:00:00+01:00 | NOT_YET | a fast clock: counts as the extraction
        2026-10                   | WITHIN  |
        2026-11                   | NOT_YET |
    """
    judge(CODE, "2026-10-31", plain("analytics_event", given, extracted_at=MADE))


def test_without_an_extraction_time_nothing_is_future_and_that_is_said(judge):
    given = """
        event_at             | verdict | why
        2026-11-23T10:00:00Z | NOT_YET |
        2031-01-01T10:00:00Z | NOT_YET | the clock of this machine is never asked
        2026-11-22T10:00:00Z | WITHIN  |
    """
    done = judge(CODE, "2026-11-22", plain("analytics_event", given), is_whole=True)
    lines = [line for line in done.of("AUD-NOT-TESTED") if line["source"] == "plain.analytics_event" and "future" in line["reason"]]
    assert [(line["verdict"], line["severity"], line["clause"]) for line in lines] == [("FAIL", "medium", None)]
