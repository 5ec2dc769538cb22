"""The reference judge against the acceptance cases of the domain model: what judges the program is itself held to the documents."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reference.judge import findings, judge, obligations
from reference.model import File, Judged, Row, Settings, Source
from reference.months import add_months, last_overdue_date
from reference.stamps import Reading, read_stamp
from reference.written import How

NOVEMBER = date(2026, 11, 22)
EXTRACTED = datetime(2026, 11, 22, 8, tzinfo=UTC)


def source(entity: str, *rows: Row, extracted_at: datetime | None = EXTRACTED, formats: Mapping[str, str] | None = None) -> Source:
    """A source of one file with the columns that its rows have."""
    columns = frozenset(column for row in rows for column in row)
    return Source(entity, entity, (File("a.csv", rows, extracted_at),), columns, formats=formats or {})


def covered(*rows: Row) -> Source:
    """Mail activity that speaks for all the years around the cases."""
    return replace(source("mail_activity", *rows), covers_from=date(2020, 1, 1), covers_to=date(2027, 1, 1))


def verdicts(judged: list[Judged], rule: str) -> list[str]:
    """The verdicts of a rule, with the reason of what is undetermined."""
    return [j.verdict if j.reason is None else f"{j.verdict} {j.reason}" for j in judged if j.rule == rule]


def event(as_of: date, *stamps: object, extracted_at: datetime | None = EXTRACTED) -> list[str]:
    """The verdicts of RET-ANA-26 on events with these stamps."""
    rows: list[Row] = [{"event_at": stamp} for stamp in stamps]
    return verdicts(judge([source("analytics_event", *rows, extracted_at=extracted_at)], Settings(as_of)), "RET-ANA-26")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-01-15", 26, "2026-03-15"),
        ("2023-12-29", 26, "2026-02-28"),
        ("2023-12-31", 26, "2026-02-28"),
        ("2021-12-31", 26, "2024-02-29"),
        ("2024-02-29", 26, "2026-04-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-02-28", 12, "2026-02-28"),
        ("2024-02-29", 24, "2026-02-28"),
    ],
)
def test_months_are_added_to_the_original_day(day: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_month_end_is_not_missed_by_the_last_overdue_date() -> None:
    assert last_overdue_date(date(2026, 4, 30), 26) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("case", "stamp", "as_of", "expected"),
    [
        ("A01", "2024-01-15T10:00:00", date(2026, 3, 14), "WITHIN"),
        ("A02", "2024-01-15T10:00:00", date(2026, 3, 15), "DUE"),
        ("A06", "2021-12-31", date(2024, 2, 29), "DUE"),
        ("A08", "2023-12-28", date(2026, 2, 28), "DUE"),
        ("A08", "2023-12-29", date(2026, 2, 28), "DUE"),
        ("A08", "2023-12-31", date(2026, 2, 28), "DUE"),
        ("A13", "2024-03-31 02:30", date(2026, 6, 1), "OVERDUE"),
        ("A16", "2024-09", date(2026, 10, 31), "WITHIN"),
        ("A17", "2024-09", date(2026, 11, 15), "UNDETERMINED DQ-TS-PRECISION"),
        ("A20", "2023-07-01", date(2025, 9, 2), "OVERDUE"),
        ("A27", "2021-06-01", date(2023, 8, 2), "OVERDUE"),
        ("E22", "2024-06-01", date(2026, 8, 2), "OVERDUE"),
        ("G02", "n/a", NOVEMBER, "UNDETERMINED DQ-TS-NULL"),
        ("G02", "", NOVEMBER, "UNDETERMINED DQ-TS-NULL"),
        ("G02", "-", NOVEMBER, "UNDETERMINED DQ-TS-NULL"),
        ("G02", "NULL", NOVEMBER, "UNDETERMINED DQ-TS-NULL"),
        ("G02", "0000-00-00", NOVEMBER, "UNDETERMINED DQ-TS-SENTINEL"),
        ("G04", "1899-12-30", NOVEMBER, "UNDETERMINED DQ-TS-SENTINEL"),
        ("G04", "1900-01-01", NOVEMBER, "UNDETERMINED DQ-TS-SENTINEL"),
        ("G05", "2027-01-01", NOVEMBER, "UNDETERMINED DQ-TS-FUTURE"),
        ("G09", "31-02-2025", NOVEMBER, "UNDETERMINED DQ-TS-PARSE"),
    ],
)
def test_events_of_the_acceptance_cases(case: str, stamp: str, as_of: date, expected: str) -> None:
    assert event(as_of, stamp) == [expected], case


def test_a13_clock_time_that_does_not_exist_keeps_its_date_and_is_noted() -> None:
    reading = read_stamp("2024-03-31 02:30", How())
    assert (reading.first, reading.notes) == (date(2024, 3, 31), ("DQ-TS-NONEXISTENT",))


def test_a14_event_date_stands_in_only_for_a_null_stamp() -> None:
    rows: list[Row] = [{"event_at": None, "event_date": "20240922"}, {"event_at": "1970-01-01", "event_date": "20240922"}]
    events = source("analytics_event", *rows, formats={"event_date": "%Y%m%d"})
    assert verdicts(judge([events], Settings(NOVEMBER)), "RET-ANA-26") == ["DUE", "UNDETERMINED DQ-TS-SENTINEL"]


def test_a19_load_date_proves_overdue_with_bounded_confidence() -> None:
    loaded = [date(2023, 5, 31), date(2026, 5, 31)]
    judged = judge([source("analytics_event", *({"event_at": None, "loaded_by": day} for day in loaded))], Settings(NOVEMBER))
    assert verdicts(judged, "RET-ANA-26") == ["OVERDUE", "UNDETERMINED DQ-TS-NULL"]
    assert findings(judged, Settings(NOVEMBER))[0].confidence == "bounded"


def test_a21_first_touch_of_a_living_row_is_a_finding_on_the_field() -> None:
    user = source("analytics_user", {"client_id": "1.1500000000", "first_touch_at": "2023-01-10", "last_active_at": "2026-10-01"})
    judged = judge([user], Settings(NOVEMBER))
    assert verdicts(judged, "RET-ANA-26-USER") == ["WITHIN"]
    assert verdicts(judged, "RET-ANA-26-FIELD") == ["OVERDUE"]


@pytest.mark.parametrize(("case", "sessions", "expected"), [("A22", "14", "OUT_OF_SCOPE"), ("A23", "1", "OVERDUE")])
def test_aggregates_of_few_people_are_judged(case: str, sessions: str, expected: str) -> None:
    events = source("analytics_event", {"event_at": "2023-01-01", "aggregate": sessions})
    assert verdicts(judge([events], Settings(NOVEMBER)), "RET-ANA-26") == [expected], case


def test_a26_before_the_first_version_there_is_no_verdict() -> None:
    assert event(date(2021, 12, 31), "2021-06-01") == []


@pytest.mark.parametrize(
    ("case", "row", "expected"),
    [
        ("B02", {"set_at": "2024-02-29", "expires_at": "2026-03-01"}, "FAIL"),
        ("B03", {"set_at": "2023-06-01", "max_age_seconds": "63072000"}, "PASS"),
        ("B04", {"set_at": "2024-02-29", "expires_at": "9999-12-31"}, "FAIL"),
        ("B05", {"set_at": "2024-02-29", "expires_at": None}, "PASS"),
    ],
)
def test_cookies_of_the_acceptance_cases(case: str, row: Row, expected: str) -> None:
    assert verdicts(judge([source("cookie", row)], Settings(NOVEMBER)), "RET-COOKIE-24") == [expected], case


def mailing(*activity: Row, member: Row | None = None, more: tuple[Source, ...] = (), opens: str = "never") -> Judged:
    """RET-MKT-12 on one subscriber whose activity is covered."""
    row = {"email": "jan@example.com", "list_id": "a", "status": "subscribed"} | dict(member or {})
    acts = [{"email": "JAN@example.com ", "list_id": "a", "campaign_id": "c1", "url": "u"} | dict(act) for act in activity]
    sources = (source("mail_member", row), covered(*acts), *more)
    return next(j for j in judge(sources, Settings(NOVEMBER, {"marketing.opens": opens})) if j.rule == "RET-MKT-12")


def click(stamp: str, **more: object) -> Row:
    """A click at that moment."""
    return {"kind": "click", "happened_at": stamp, **more}


def opened(stamp: str, machine: str) -> Row:
    """An open, flagged as a machine's or not."""
    return {"kind": "open", "happened_at": stamp, "is_machine_open": machine}


def test_c07_c08_only_opens_that_the_data_calls_human_count_and_only_by_knob() -> None:
    human = [click("2025-01-10"), opened("2026-11-01", "false")]
    machine = [click("2025-01-10"), opened("2026-11-01", "true")]
    assert mailing(*human, opens="verified_human").verdict == "WITHIN"
    assert mailing(*machine, opens="verified_human").verdict == "OVERDUE"
    assert (mailing(*human).verdict, mailing(*human).severity) == ("OVERDUE", "medium")


def test_c09_scanner_clicks_are_ignored() -> None:
    flagged = mailing(click("2025-01-10"), click("2026-11-01T10:00:04", is_bot="true"))
    sends = source("mail_send", {"email": "jan@example.com", "campaign_id": "c2", "sent_at": "2026-11-01T10:00:00"})
    burst = [click("2026-11-01T10:00:04", campaign_id="c2", url=url) for url in ("u1", "u2")]
    later = click("2026-11-01T10:00:30", campaign_id="c2", url="u3", email="piet@example.com")
    assert flagged.verdict == "OVERDUE"
    assert mailing(click("2025-01-10"), *burst, more=(sends,)).verdict == "OVERDUE"
    assert mailing(click("2025-01-10"), *burst, later, more=(sends,)).verdict == "WITHIN"


@pytest.mark.parametrize(
    ("case", "activity", "member", "expected"),
    [
        ("C10", [{"kind": "bounce", "happened_at": "2026-02-01"}], {"confirmed_at": "2025-09-01"}, "OVERDUE"),
        ("C13", [click("2024-05-01")], {"changed_at": "2026-11-01"}, "OVERDUE"),
        ("C17", [click("2026-12-24")], {}, "UNDETERMINED"),
        ("C17", [click("2026-12-24"), click("2025-01-01")], {}, "OVERDUE"),
        ("C20", [click("2025-01-01")], {"customer_id": "K-1"}, "OVERDUE"),
        ("G12", [click("2025-11-20 23:30")], {}, "OVERDUE"),
        ("G12", [click("2025-11-21 23:30")], {}, "DUE"),
    ],
)
def test_members_of_the_acceptance_cases(case: str, activity: list[Row], member: Row, expected: str) -> None:
    assert mailing(*activity, member=member).verdict == expected, case


def test_c16_unattributed_order_only_lowers_the_severity() -> None:
    order = source("order", {"order_id": "1", "email": "jan@example.com", "ordered_at": "2026-05-01", "campaign_id": None})
    judged = mailing(click("2025-01-01"), more=(order,))
    assert (judged.verdict, judged.severity) == ("OVERDUE", "medium")
    assert judged.reason == "counterfactual: purchase (marketing.purchase_counts=always)"


def test_c17_future_click_is_dropped_and_reported() -> None:
    acts = source("mail_activity", {"email": "jan@example.com", "kind": "click", "happened_at": "2026-12-24"})
    line = findings(judge([acts], Settings(NOVEMBER)), Settings(NOVEMBER))[0]
    assert (line.code, line.verdict, line.month) == ("DQ-TS-FUTURE", "FAIL", None)


def test_c23_a_click_on_one_list_counts_for_all_lists_of_the_person() -> None:
    members = source("mail_member", *({"email": "jan@example.com", "list_id": name, "status": "subscribed"} for name in "ab"))
    acts = [{"email": "jan@example.com", "list_id": name, **click(stamp)} for name, stamp in (("a", "2026-06-01"), ("b", "2023-06-01"))]
    sources = [members, covered(*acts)]
    by_list = judge(sources, Settings(NOVEMBER, {"marketing.response_scope": "list"}))
    assert verdicts(judge(sources, Settings(NOVEMBER)), "RET-MKT-12") == ["WITHIN", "WITHIN"]
    assert verdicts(by_list, "RET-MKT-12") == ["WITHIN", "OVERDUE"]


def test_absence_of_a_response_proves_nothing_where_activity_is_not_covered() -> None:
    members = source("mail_member", {"email": "jan@example.com", "list_id": "a", "status": "subscribed", "opted_in_at": "2020-01-01"})
    assert verdicts(judge([members], Settings(NOVEMBER)), "RET-MKT-12") == ["UNDETERMINED activity not covered"]


@pytest.mark.parametrize(
    ("case", "stamp", "as_of", "expected"),
    [
        ("E01", "2025-11-21", NOVEMBER, "OVERDUE"),
        ("E02", "2025-11-22", NOVEMBER, "DUE"),
        ("G07", "03-04-2025", date(2026, 3, 20), "UNDETERMINED DQ-TS-AMBIGUOUS"),
    ],
)
def test_service_events_of_the_acceptance_cases(case: str, stamp: str, as_of: date, expected: str) -> None:
    assert verdicts(judge([source("service_event", {"happened_at": stamp})], Settings(as_of)), "RET-SVC-12") == [expected], case


def test_g14_g15_one_finding_a_key_with_the_worst_verdict() -> None:
    twice = [{"client_id": "1.1", "last_active_at": "2020-01-01"}] * 2
    differing = [{"client_id": "1.1", "last_active_at": "2026-01-01"}, {"client_id": "1.1", "last_active_at": "2020-01-01"}]
    for rows, records in ((twice, 2), (differing, 1)):
        lines = findings(judge([source("analytics_user", *rows)], Settings(NOVEMBER)), Settings(NOVEMBER))
        assert [(line.verdict, line.records) for line in lines if line.code == "RET-ANA-26"] == [("OVERDUE", records)]


@pytest.mark.parametrize(
    ("raw", "unit", "expected"),
    [
        ("1726957800000000", "micros", Reading(date(2024, 9, 22), date(2024, 9, 22))),
        ("1726957800", "micros", Reading(None, None, "DQ-TS-UNIT")),
        ("0", "micros", Reading(None, None, "DQ-TS-SENTINEL")),
        ("86400000000", "micros", Reading(None, None, "DQ-TS-IMPLAUSIBLE")),
        ("2147483647", "seconds", Reading(None, None, "DQ-TS-SENTINEL")),
        ("12.5", "seconds", Reading(None, None, "DQ-TS-PARSE")),
        ("1705361400000", "millis", Reading(date(2024, 1, 16), date(2024, 1, 16))),
    ],
)
def test_counts_since_1970_are_held_against_their_unit(raw: str, unit: str, expected: Reading) -> None:
    assert read_stamp(raw, How(unit=unit, extracted_at=EXTRACTED, min_plausible=date(2005, 11, 14))) == expected


def test_stamp_within_the_tolerance_is_read_as_the_extraction() -> None:
    reading = read_stamp("2026-11-23T06:00:00Z", How(extracted_at=EXTRACTED))
    assert reading == Reading(NOVEMBER, NOVEMBER, None, ("DQ-TS-SKEW",))


def test_event_date_of_a_property_elsewhere_spans_two_local_dates() -> None:
    reading = read_stamp("2024-09-22", How(source_zone="America/New_York", is_day_of_source=True))
    assert reading == Reading(date(2024, 9, 22), date(2024, 9, 23), "DQ-TS-PRECISION")


def test_counts_are_in_records() -> None:
    judged = judge([source("service_event", *({"happened_at": stamp} for stamp in ("2020-01-01", "2020-01-01", "x")))], Settings(NOVEMBER))
    assert obligations(judged) == {("RET-SVC-12", "service_event", "service_event"): {"overdue": 2, "undetermined": 1}}
