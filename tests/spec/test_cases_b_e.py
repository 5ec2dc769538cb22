"""Acceptance cases B and E: cookies live at most 24 months (C-52-2), data about the use of the service 12 months (C-52-5)."""

import pytest

from spec.given import Export, ga4_ndjson, plain, table

LIFE, RENEWAL, SERVICE = "RET-COOKIE-24", "RET-COOKIE-ROLL", "RET-SVC-12"
FIRST_VISIT = "1234567890.1700000000"  # 14 November 2023, 23:13 in Amsterdam


def cookies(text: str) -> Export:
    """Cookies of one site."""
    return plain("cookie", text, usual={"domain": "x.nl", "client_id": "1", "set_at": "2025-06-01"})


def test_b02_a_cookie_may_live_until_the_same_day_24_months_on(judge):
    given = """
        case | cookie_name | set_at                    | expires_at                | verdict | why
        B01  | a           | 2024-02-29                | 2026-02-28                | PASS    | the limit, clamped
        B02  | b           | 2024-02-29                | 2026-03-01                | FAIL    |
        -    | c           | 2024-01-15                | 2026-01-15                | PASS    |
        -    | d           | 2024-01-15                | 2026-01-16                | FAIL    |
        -    | e           | 2024-01-15T08:00:00+01:00 | 2026-01-15T23:59:59+01:00 | PASS    | days, not hours
        -    | f           | 2024-01-15T08:00:00+01:00 | 2026-01-16T00:00:00+01:00 | FAIL    |
        -    | g           | 2024-01-14T23:30:00Z      | 2026-01-15T22:59:59Z      | PASS    | local days
        -    | h           | 2024-01-14T22:30:00Z      | 2026-01-14T23:00:00Z      | FAIL    |
        -    | i           | 2026-11-01                | 2026-11-01                | PASS    |
    """
    judge(LIFE, "2026-11-22", cookies(given))


def test_b03_or_for_as_many_seconds(judge):
    given = """
        case | cookie_name | set_at     | max_age_seconds | verdict | why
        B03  | a           | 2023-06-01 | 63072000        | PASS    | 730 days end on 31 May 2025
        -    | b           | 2023-06-01 | 63158400        | PASS    | 731 days end on the limit
        -    | c           | 2023-06-01 | 63244800        | FAIL    | 732 days
        -    | d           | 2025-01-01 | 63072000        | PASS    | no leap day: 730 days are the limit
        -    | e           | 2025-01-01 | 63158400        | FAIL    |
        -    | f           | 2025-01-01 | 0               | PASS    | gone at once
        B05  | g           | 2023-06-01 |                 | PASS    | ends with the browser session
    """
    judge(LIFE, "2026-11-22", cookies(given))


def test_b04_a_cookie_without_end_lives_too_long(judge):
    given = """
        case | cookie_name | set_at     | expires_at           | verdict
        B04  | a           | 2024-01-15 | 9999-12-31           | FAIL
        B04  | b           | 2024-01-15 | 9999-12-31T23:59:59Z | FAIL
        B04  | c           | 2024-01-15 | 2999-12-31           | FAIL
        B04  | d           | 2024-01-15 | 2038-01-19T03:14:07Z | FAIL
        B05  | e           | 2024-01-15 |                      | PASS
        B05  | f           | 2024-01-15 | Session              | PASS
        B05  | g           | 2024-01-15 | sessie               | PASS
    """
    judge(LIFE, "2026-11-22", cookies(given))


def test_a_cookie_that_cannot_be_judged_does_not_pass(judge):
    given = """
        cookie_name | set_at     | expires_at | verdict      | severity | reason          | why
        a           |            | 2025-01-01 | UNDETERMINED | medium   | DQ-TS-NULL      | no date at all
        b           | onbekend   | 2025-01-01 | UNDETERMINED | medium   | DQ-TS-NULL      |
        c           | 1970-01-01 | 2025-01-01 | UNDETERMINED | medium   | DQ-TS-SENTINEL  |
        d           | 2024-01-15 | ooit       | UNDETERMINED | medium   | DQ-TS-PARSE     |
        e           | 2024-02    | 2026-02-15 | UNDETERMINED | medium   | DQ-TS-PRECISION | on the 1st too long, on the 29th not
        f           | 2024-02    | 2026-02-01 | PASS         |          |                 | even when set on the 1st
        g           | 2024-02    | 2026-03-01 | FAIL         | medium   |                 | even when set on the 29th
        h           |            |            | PASS         |          |                 | a session cookie
        i           | 2024-02    | 0001-01-01 | UNDETERMINED | medium   | DQ-TS-SENTINEL  | no end to compare with
        j           | 1900-01-01 | ooit       | UNDETERMINED | medium   | DQ-TS-SENTINEL  | nor a beginning: that comes first
    """
    judge(LIFE, "2026-11-22", cookies(given))


@pytest.mark.parametrize("as_of", ["2022-01-13", "2023-06-01", "2031-01-01"])
def test_the_life_of_a_cookie_is_a_setting_not_an_age(audit, as_of):
    given = """
        cookie_name | set_at     | expires_at
        a           | 2024-02-29 | 2026-02-28
        b           | 2024-02-29 | 2026-03-01
    """
    done = audit(as_of, cookies(given))
    done.shows("""
        code          | clause | verdict | severity | rows | entity | source       | file              | action | trigger_column
        RET-COOKIE-24 | C-52-2 | FAIL    | medium   | 2    | cookie | plain.cookie | cookie/export.csv | review | set_at
    """)


def test_a_cookie_id_may_be_seen_until_24_months_after_its_first_visit(judge):
    given = f"""
        cookie_name | client_id           | last_seen_at              | verdict      | severity | reason     | why
        a           | {FIRST_VISIT}       | 2025-11-14T23:00:00+01:00 | PASS         |          |            |
        b           | {FIRST_VISIT}       | 2025-11-15T00:00:00+01:00 | FAIL         | low      |            |
        c           | GA1.2.{FIRST_VISIT} | 2025-11-14T23:00:00Z      | FAIL         | low      |            | as browsers hold it
        d           | GA1.1.{FIRST_VISIT} | 2025-11-14T22:59:59Z      | PASS         |          |            |
        e           | {FIRST_VISIT}       |                           | UNDETERMINED | medium   | DQ-TS-NULL |
        f           | a1b2c3d4            | 2026-11-15T00:00:00+01:00 | OUT_OF_SCOPE |          |            | tells no first visit
        g           |                     | 2026-11-15T00:00:00+01:00 | OUT_OF_SCOPE |          |            |
        h           | 1234567890.99       | 2026-11-15T00:00:00+01:00 | OUT_OF_SCOPE |          |            | 1970
    """
    judge(RENEWAL, "2026-11-22", cookies(given))


def test_the_same_of_visitors_and_of_events(audit):
    visitors = f"""
        client_id             | last_active_at            | why
        {FIRST_VISIT}         | 2025-11-15T00:00:00+01:00 | one day too long
        1234567891.1700000000 | 2025-11-14T10:00:00+01:00 |
        app-7                 | 2026-11-14T10:00:00+01:00 |
    """
    events = f"""
        event_timestamp  | event_name | user_pseudo_id | why
        1763161200000000 | page_view  | {FIRST_VISIT}  | 15 November 2025, 00:00
        1763161199000000 | page_view  | {FIRST_VISIT}  | a second before
        1790000000000000 | page_view  | {FIRST_VISIT}  | 21 September 2026
        1790000000000000 | page_view  | app-7          |
    """
    done = audit("2026-11-22", plain("analytics_user", visitors), ga4_ndjson(events))
    assert done.counts(RENEWAL) == {"failed": 3, "passed": 2, "out_of_scope": 2}
    done.shows("""
        code            | clause | verdict | severity | entity          | rows | records | overdue_month | trigger_column
        RET-COOKIE-ROLL | C-52-2 | FAIL    | low      | analytics_user  | 1    | 1       |               | client_id
        RET-COOKIE-ROLL | C-52-2 | FAIL    | low      | analytics_event | 1    | 1       | 2025-11       | client_id
        RET-COOKIE-ROLL | C-52-2 | FAIL    | low      | analytics_event | 3    | 1       | 2026-09       | client_id
    """)


def test_e01_e02_each_use_of_the_service_has_a_term_of_its_own(judge):
    given = """
        case | happened_at          | account_id | kind  | verdict      | reason          | why
        E01  | 2025-11-21           | K-1        | login | OVERDUE      |                 | L is 21 November 2026
        E02  | 2025-11-22           | K-1        | login | DUE          |                 |
        E03  | 2025-11-23           | K-1        | login | WITHIN       |                 |
        -    | 2025-11-21T22:59:59Z | K-1        | login | OVERDUE      |                 |
        -    | 2025-11-21T23:00:00Z | K-1        | login | DUE          |                 | midnight in Amsterdam
        -    | 2025-11-22T23:00:00Z | K-1        | login | WITHIN       |                 |
        -    | 2025-11              | K-1        | login | UNDETERMINED | DQ-TS-PRECISION |
        -    |                      | K-1        | login | UNDETERMINED | DQ-TS-NULL      |
    """
    done = judge(SERVICE, "2026-11-22", plain("service_event", given), is_whole=True)
    done.shows("""
        code             | verdict      | clause | purpose   | severity | reason          | rows | overdue_month | action
        RET-SVC-12       | OVERDUE      | C-52-5 | P-SERVICE | high     |                 | 1 4  | 2026-11       | delete
        RET-SVC-12       | UNDETERMINED | C-52-5 | P-SERVICE | high     | DQ-TS-PRECISION | 7    |               | review
        RET-SVC-12       | UNDETERMINED | C-52-5 | P-SERVICE | high     | DQ-TS-NULL      | 8    |               | review
        AUD-DATA-QUALITY | FAIL         | C-52-5 |           | high     |                 |      |               | review
        DQ-ROW-DUP       | FAIL         |        |           | info     |                 | 5-6  |               | review
    """)


@pytest.mark.parametrize(("as_of", "verdict"), [("2025-02-28", "DUE"), ("2025-03-01", "OVERDUE")])
def test_a_leap_day_ends_on_28_february(judge, as_of, verdict):
    judge(SERVICE, as_of, plain("service_event", f"happened_at | account_id | verdict\n2024-02-29 | K-1 | {verdict}"))


def test_28_february_ends_on_28_february_and_not_on_a_leap_day(judge):
    judge(SERVICE, "2024-02-29", plain("service_event", "happened_at | account_id | verdict\n2023-02-28 | K-1 | OVERDUE"))


def test_e04_the_account_does_not_lengthen_the_term_of_its_use(judge):
    """Its creation starts nothing, and an open relation keeps nothing alive (domain.md 0, decision 4)."""
    use = "happened_at | account_id | kind | verdict\n2025-11-21 | K-1 | login | OVERDUE\n2026-11-01 | K-1 | login | WITHIN"
    account = "account_id | email | created_at | last_login_at\nK-1 | jan@example.com | 2020-01-01 | 2026-11-20"
    judge(SERVICE, "2026-11-22", plain("service_event", use), plain("account", account))


def test_what_is_processed_for_a_customer_is_under_the_customers_terms(judge):
    """The binding says so; terms of the policy are the controller's (domain.md 0.1, OUT_OF_SCOPE)."""
    use = "happened_at | account_id | verdict\n2020-01-01 | A-1 | OUT_OF_SCOPE"
    judge(SERVICE, "2026-11-22", plain("service_event", use, role="processor"))


OWN_FORMAT = """
apiVersion: v3.1.0
kind: DataContract
id: own.portal
version: 1.0.0
status: active
customProperties:
  - {property: detect, value: {formats: [csv], columns: [moment, klant]}}
schema:
  - name: service_event
    customProperties:
      - {property: triggers, value: [happened_at]}
    properties:
      - {name: happened_at, logicalType: timestamp, physicalName: moment, logicalTypeOptions: {format: dd-MM-yyyy}}
      - {name: account_id, logicalType: string, physicalName: klant}
"""


def test_a_declared_format_leaves_no_doubt(judge):
    given = """
        moment     | klant | verdict      | reason      | confidence | why
        03-04-2025 | K-1   | WITHIN       |             |            | 3 April: G07 would not know
        04-03-2025 | K-1   | OVERDUE      |             | certain    | 4 March
        2025-04-03 | K-1   | UNDETERMINED | DQ-TS-PARSE |            | one format a column, no list of orders
        03-31-2025 | K-1   | UNDETERMINED | DQ-TS-PARSE |            |
    """
    judge(SERVICE, "2026-03-20", table("own.portal", given, own=OWN_FORMAT))
