"""Neighbours of the acceptance cases A to G: stamps after the as-of, acts without a time, several deliveries, zones, words for nothing."""

import pytest

from spec.given import ga4_ndjson, plain, sources
from spec.outcome import check
from spec.test_cases_c import activity, members

MAIL, EVENTS, SERVICE, RENEWAL, AS_OF = "RET-MKT-12", "RET-ANA-26", "RET-SVC-12", "RET-COOKIE-ROLL", "2026-11-22"
LATER = "2026-12-24T12:00:00+01:00"
OLD_ID = "1234567890.1700000000"  # first visit 14 November 2023


def test_a_cookie_seen_after_the_as_of_only_was_not_there_yet(judge):
    given = f"""
        cookie_name | domain | client_id | set_at     | last_seen_at | verdict      | reason          | why
        a           | x.nl   | {OLD_ID}  | 2026-01-01 | 2026-11-22   | FAIL         |                 |
        b           | x.nl   | {OLD_ID}  | 2026-01-01 | 2026-11-23   | NOT_YET      |                 |
        c           | x.nl   | {OLD_ID}  | 2026-01-01 | 2026-12      | NOT_YET      |                 |
        d           | x.nl   | {OLD_ID}  | 2026-01-01 | 2026-11      | FAIL         |                 | seen at last today
        e           | x.nl   | {OLD_ID}  | 2026-01-01 | 2025-11      | UNDETERMINED | DQ-TS-PRECISION | until the 14th it might
        f           | x.nl   | app-7     | 2026-01-01 | 2026-12-01   | OUT_OF_SCOPE |                 | tells no first visit
    """
    judge(RENEWAL, AS_OF, plain("cookie", given, extracted_at=LATER, timezone="UTC"))


def test_what_lies_after_the_as_of_proves_no_renewal(judge):
    """Seen in November 2025: by the as-of of the 14th, the last permitted day, it can only have been in time."""
    given = f"cookie_name | domain | client_id | set_at | last_seen_at | verdict\na | x.nl | {OLD_ID} | 2025-01-01 | 2025-11 | PASS"
    judge(RENEWAL, "2025-11-14", plain("cookie", given, extracted_at=LATER))


def test_nor_were_visitors_and_events(audit):
    visitors = f"client_id | last_active_at\n{OLD_ID} | 2026-11-23\n2.1700000000 | 2026-11-22"
    events = f"""
        event_timestamp  | event_date | event_name | user_pseudo_id | why
        1795388400000000 | 20261123   | page_view  | {OLD_ID}       | 23 November, 00:00 in Amsterdam
        1795388399000000 | 20261122   | page_view  | {OLD_ID}       | a second before
                         | 20261123   | page_view  | {OLD_ID}       |
    """
    done = audit(AS_OF, plain("analytics_user", visitors), ga4_ndjson(events))
    assert done.counts(RENEWAL, "plain.analytics_user") == {"not_yet": 1, "failed": 1}
    assert done.counts(RENEWAL, "ga4.events") == {"not_yet": 2, "failed": 1}
    assert done.counts(EVENTS, "ga4.events") == {"not_yet": 2, "within": 1}


def test_a_member_who_came_after_the_as_of_was_not_there_yet(judge):
    people = """
        email         | opted_in_at | confirmed_at | signup_source | verdict      | reason     | why
        a@example.com | 2026-11-23  |              | newsletter    | NOT_YET      |            |
        b@example.com | 2026-11-22  |              | newsletter    | WITHIN       |            |
        c@example.com | 2026-11-22  | 2026-11-23   | newsletter    | WITHIN       |            | what has happened counts
        d@example.com | 2020-01-01  | 2026-11-23   | newsletter    | OVERDUE      |            |
        e@example.com | 2026-12     |              | newsletter    | NOT_YET      |            |
        f@example.com | 2026-11     |              | newsletter    | WITHIN       |            | the 1st at the earliest
        g@example.com |             |              |               | UNDETERMINED | DQ-TS-NULL |
    """
    heard = activity("list_id | email | kind | happened_at\nnieuws | z@example.com | click | 2026-06-01", extracted_at=LATER)
    judge(MAIL, AS_OF, members(people, extracted_at=LATER), heard)


def test_an_opt_in_or_confirmation_in_the_log_has_been_though_nobody_knows_when(judge):
    """In a member's row an empty stamp says that there was none; in the log of activity it says that there was one, some day."""
    people = """
        email         | opted_in_at | verdict      | reason
        a@example.com | 2020-01-01  | UNDETERMINED | DQ-TS-NULL
        b@example.com | 2020-01-01  | UNDETERMINED | DQ-TS-SENTINEL
        c@example.com | 2026-01-01  | WITHIN       |
        d@example.com | n/a         | UNDETERMINED | DQ-TS-PARSE
        e@example.com | 2020-01-01  | OVERDUE      |
    """
    acts = """
        list_id | email         | kind    | happened_at
        nieuws  | a@example.com | opt_in  |
        nieuws  | b@example.com | confirm | 0000-00-00 00:00:00
        nieuws  | c@example.com | confirm |
        nieuws  | d@example.com | opt_in  | gisteren
        nieuws  | z@example.com | click   | 2026-06-01
    """
    judge(MAIL, AS_OF, members(people), activity(acts))


def test_what_a_member_row_says_instead_of_a_date_is_the_reason(judge):
    people = """
        email         | opted_in_at         | confirmed_at | signup_source | verdict      | reason
        a@example.com | 0000-00-00 00:00:00 |              | newsletter    | UNDETERMINED | DQ-TS-SENTINEL
        b@example.com | 2031-01-01          |              | newsletter    | UNDETERMINED | DQ-TS-FUTURE
        c@example.com | 0000-00-00          |              | import        | UNDETERMINED | DQ-TS-NULL
        d@example.com | 0000-00-00          | 2031-01-01   | newsletter    | UNDETERMINED | DQ-TS-FUTURE
        e@example.com | 0000-00-00          | 2026-01-01   | newsletter    | WITHIN       |
    """
    heard = activity("list_id | email | kind | happened_at\nnieuws | z@example.com | click | 2026-06-01")
    judge(MAIL, AS_OF, members(people), heard)


def test_c09_each_delivery_of_a_mail_has_a_scanner_of_its_own(judge):
    people = """
        email         | verdict | why
        a@example.com | OVERDUE | all links, seconds after the second delivery
        b@example.com | WITHIN  | a minute after it
        c@example.com | WITHIN  | one link of two after each
        d@example.com | WITHIN  | nobody can tell whether all links were hit: no link is known
    """
    clicks = """
        list_id | campaign_id | email         | kind  | happened_at          | url
        nieuws  | c1          | a@example.com | click | 2026-06-03T10:00:04Z | https://x.nl/1
        nieuws  | c1          | a@example.com | click | 2026-06-03T10:00:04Z | https://x.nl/2
        nieuws  | c1          | b@example.com | click | 2026-06-03T10:01:00Z | https://x.nl/1
        nieuws  | c1          | c@example.com | click | 2026-06-01T10:00:04Z | https://x.nl/1
        nieuws  | c1          | c@example.com | click | 2026-06-03T10:00:04Z | https://x.nl/2
        nieuws  | c2          | d@example.com | click | 2026-06-03T10:00:04Z |
    """
    sends = "campaign_id | list_id | email | sent_at | delivered_at\n" + "\n".join(
        f"{campaign} | nieuws | {name}@example.com | 2026-06-0{day}T09:59:00Z | 2026-06-0{day}T10:00:00Z"
        for campaign, name in (("c1", "a"), ("c1", "b"), ("c1", "c"), ("c2", "d"))
        for day in (1, 3)
    )
    judge(MAIL, AS_OF, members(people), activity(clicks), plain("mail_send", sends))


NOTHING = [
    "",
    " ",
    "-",
    "n/a",
    "N/A",
    "null",
    "NULL",
    "none",
    "None",
    "onbekend",
    "ONBEKEND",
    "n.v.t.",
    "nvt",
    "unknown",
    "(not set)",
    "\\N",
]


def test_g02_words_for_nothing(audit):
    rows = "\n".join(f"'{word}' | K-1 | UNDETERMINED | DQ-TS-NULL" for word in NOTHING)
    events = {
        SERVICE: plain("service_event", f"happened_at | session_id | verdict | reason\n{rows}"),
        EVENTS: plain("analytics_event", f"event_at | session_id | verdict | reason\n{rows}"),
    }
    done = audit(AS_OF, *events.values())
    for code, export in events.items():
        check(done, code, export.contract, export.expected)


ELSEWHERE = [
    ("America/New_York", "2025-11-21 17:59:59", "OVERDUE"),
    ("America/New_York", "2025-11-21 18:00:00", "DUE"),
    ("Asia/Kolkata", "2025-11-22 04:29:59", "OVERDUE"),
    ("Asia/Kolkata", "2025-11-22 04:30:00", "DUE"),
    ("Pacific/Auckland", "2025-11-22 11:59:59", "OVERDUE"),
    ("Pacific/Auckland", "2025-11-22 12:00:00", "DUE"),
    ("UTC", "2025-11-21 22:59:59", "OVERDUE"),
    ("UTC", "2025-11-21 23:00:00", "DUE"),
    ("Europe/Amsterdam", "2025-11-21 23:59:59", "OVERDUE"),
    ("America/New_York", "2025-11-21T18:00:00-08:00", "DUE"),
]


@pytest.fixture(scope="module")
def elsewhere(auditor):
    """Each of these visits in a source of its own, in its zone."""
    header = "happened_at | account_id | verdict"
    exports = {
        f"{zone} {stamp}": plain("service_event", f"{header}\n{stamp} | K-1 | {verdict}", timezone=zone)
        for zone, stamp, verdict in ELSEWHERE
    }
    return auditor(AS_OF, *sources(exports)), exports


@pytest.mark.parametrize("name", [f"{zone} {stamp}" for zone, stamp, _ in ELSEWHERE])
def test_a_naive_stamp_in_another_zone_becomes_a_local_day(elsewhere, name):
    done, exports = elsewhere
    check(done, SERVICE, name, exports[name].expected)


CLOCK_CHANGES = {
    "2025-03-29T22:59:59Z": "29", "2025-03-29T23:00:00Z": "30", "2025-03-30T21:59:59Z": "30", "2025-03-30T22:00:00Z": "31",
    "2024-10-26T21:59:59Z": "26", "2024-10-26T22:00:00Z": "27", "2024-10-27T22:59:59Z": "27", "2024-10-27T23:00:00Z": "28",
}  # fmt: skip


@pytest.fixture(scope="module")
def clock_changes(auditor):
    """Each of these visits in a source of its own."""
    return auditor(
        "2026-11-22", *sources({stamp: plain("service_event", f"happened_at | account_id\n{stamp} | K-1") for stamp in CLOCK_CHANGES})
    )


@pytest.mark.parametrize("stamp", CLOCK_CHANGES)
def test_the_days_around_both_clock_changes(clock_changes, stamp):
    (line,) = [line for line in clock_changes.of(SERVICE) if line["source"] == stamp]
    assert line["first_trigger"].isoformat() == f"{stamp[:8]}{CLOCK_CHANGES[stamp]}"


@pytest.mark.parametrize(
    ("last", "as_of"),
    [
        ("2024-02-29", "2025-02-28"), ("2025-02-28", "2026-02-28"), ("2023-02-28", "2024-02-28"), ("2024-12-31", "2025-12-31"),
        ("2025-01-31", "2026-01-31"), ("2025-03-30", "2026-03-30"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("boundary", "on_the_day"), [("inclusive", "DUE"), ("exclusive", "OVERDUE")])
def test_the_last_day_of_an_address(audit, last, as_of, boundary, on_the_day):
    people = members(f"email | opted_in_at\na@example.com | {last}", extracted_at=f"{as_of}T23:00:00+01:00")
    heard = activity(
        "list_id | email | kind | happened_at\nnieuws | z@example.com | click | 2020-06-01", extracted_at=f"{as_of}T23:00:00+01:00"
    )
    done = audit(as_of, people, heard, knobs={"time.boundary": boundary})
    assert done.counts(MAIL) == {on_the_day.lower(): 1}


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        ({"marketing.opens": "never"}, ["OVERDUE", "OVERDUE", "OVERDUE", "OVERDUE", "WITHIN"]),
        ({"marketing.opens": "verified_human"}, ["WITHIN", "OVERDUE", "OVERDUE", "OVERDUE", "WITHIN"]),
        ({"marketing.opens": "all"}, ["WITHIN", "WITHIN", "WITHIN", "OVERDUE", "WITHIN"]),
    ],
    ids=["never", "verified_human", "all"],
)
def test_opens_of_all_kinds(judge, knobs, expected):
    people = "email | verdict\n" + "\n".join(f"{name}@example.com | {verdict}" for name, verdict in zip("abcde", expected, strict=True))
    acts = """
        list_id | email         | kind  | happened_at | is_machine_open
        nieuws  | a@example.com | open  | 2026-06-01  | nee
        nieuws  | b@example.com | open  | 2026-06-01  | ja
        nieuws  | c@example.com | OPEN  | 2026-06-01  |
        nieuws  | d@example.com | open  | 2025-06-01  | nee
        nieuws  | e@example.com | Click | 2026-06-01  | ja
    """
    judge(MAIL, AS_OF, members(people), activity(acts), knobs=knobs)
