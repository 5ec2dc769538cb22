"""More of the cases C: robots, orders, questions and logins; coverage of the activity; snapshots; Mailchimp's own files."""

import gzip
from dataclasses import replace

import pytest

from spec.given import files, plain
from spec.test_cases_c import CODE, MADE, activity, members

AS_OF = "2026-11-22"
NOT_COVERED = "activity not covered"
NO_ACTS = "list_id | email | kind | happened_at\nnieuws | z@example.com | click | 2026-06-01"


@pytest.mark.parametrize(("seconds", "four_seconds"), [("10", "OVERDUE"), ("3", "WITHIN")])
def test_c09_a_robot_hits_every_link_within_seconds_of_delivery(judge, seconds, four_seconds):
    people = f"""
        case | email         | verdict        | why
        C09  | a@example.com | OVERDUE        | flagged by the mail tool
        C09  | b@example.com | {four_seconds} | both links in four seconds
        -    | c@example.com | WITHIN         | one of two links in four seconds: quick, but a person
        -    | d@example.com | WITHIN         | both links, eleven seconds after delivery
        -    | e@example.com | WITHIN         | a robot first, and the person an hour later
        -    | f@example.com | WITHIN         | nobody knows when it was delivered
    """
    clicks = """
        list_id | campaign_id | email         | kind  | happened_at          | url            | is_bot
        nieuws  | c1          | a@example.com | click | 2026-06-01T12:00:00Z | https://x.nl/1 | true
        nieuws  | c1          | b@example.com | click | 2026-06-01T10:00:04Z | https://x.nl/1 |
        nieuws  | c1          | b@example.com | click | 2026-06-01T10:00:04Z | https://x.nl/2 |
        nieuws  | c1          | c@example.com | click | 2026-06-01T10:00:04Z | https://x.nl/2 |
        nieuws  | c1          | d@example.com | click | 2026-06-01T10:00:11Z | https://x.nl/1 |
        nieuws  | c1          | d@example.com | click | 2026-06-01T10:00:11Z | https://x.nl/2 |
        nieuws  | c1          | e@example.com | click | 2026-06-01T10:00:02Z | https://x.nl/1 |
        nieuws  | c1          | e@example.com | click | 2026-06-01T10:00:02Z | https://x.nl/2 |
        nieuws  | c1          | e@example.com | click | 2026-06-01T11:00:00Z | https://x.nl/2 |
        nieuws  | c1          | f@example.com | click | 2026-06-01T10:00:02Z | https://x.nl/1 |
        nieuws  | c1          | f@example.com | click | 2026-06-01T10:00:02Z | https://x.nl/2 |
    """
    sends = "campaign_id | list_id | email | sent_at | delivered_at\n" + "\n".join(
        f"c1 | nieuws | {name}@example.com | 2026-06-01T09:59:00Z | 2026-06-01T10:00:00Z" for name in "abcde"
    )
    judge(CODE, AS_OF, members(people), activity(clicks), plain("mail_send", sends), knobs={"marketing.bot_click_seconds": seconds})


def test_neither_a_send_nor_its_delivery_is_a_response(judge):
    sends = (
        "campaign_id | list_id | email | sent_at | delivered_at\nc1 | nieuws | a@example.com | 2026-06-01T09:59:00Z | 2026-06-01T10:00:00Z"
    )
    judge(CODE, AS_OF, members("email | verdict\na@example.com | OVERDUE"), activity(NO_ACTS), plain("mail_send", sends))


CUSTOMERS = """
    case | email         | customer_id | verdict    | severity | reason   | why
    C15  | a@example.com |             | WITHIN     |          |          | ordered from a campaign
    C16  | b@example.com |             | {order}    | medium   | {bought} | ordered, without a campaign
    -    | c@example.com | K-3         | WITHIN     |          |          | ordered from a campaign, under a customer number
    C14  | d@example.com |             | WITHIN     |          |          | asked a question
    -    | e@example.com | K-5         | WITHIN     |          |          | called, under a customer number
    C20  | f@example.com | K-6         | {login}    | medium   | {logged} | an active customer of the service
    -    | g@example.com | K-7         | OVERDUE    | high     |          | even the order is too old
    -    | h@example.com |             | {login}    | medium   | {logged} | by the log of the service alone
    -    | i@example.com |             | OVERDUE    | high     |          | looked at a page, and logged in too long ago
"""
CLICKED = "list_id | email | kind | happened_at\n" + "\n".join(f"nieuws | {name}@example.com | click | 2025-01-01" for name in "abcdefghi")
ORDERS = """
    order_id | email         | customer_id | ordered_at | campaign_id | status
    1        | A@example.com |             | 2026-05-01 | c1          | completed
    2        | b@example.com |             | 2026-05-01 |             | completed
    3        |               | K-3         | 2026-05-01 | c1          | completed
    4        |               | K-7         | 2025-05-01 |             | completed
"""
MESSAGES = """
    message_id | email         | customer_id | channel | created_at | subject
    1          | d@example.com |             | form    | 2026-05-01 | vraag
    2          |               | K-5         | call    | 2026-05-01 | vraag
"""
ACCOUNTS = """
    account_id | customer_id | email         | created_at | last_login_at
    9          | K-6         | f@example.com | 2020-01-01 | 2026-11-01
    10         |             | h@example.com | 2020-01-01 |
    11         |             | i@example.com | 2020-01-01 |
"""
LOG = """
    account_id | happened_at | kind
    10         | 2026-05-01  | Login
    11         | 2026-05-01  | page
    11         | 2025-05-01  | login
"""
BOUGHT = "counterfactual: purchase (marketing.purchase_counts=always)"
LOGGED = "counterfactual: login (marketing.login_counts=true)"


@pytest.mark.parametrize(
    ("knobs", "order", "login"),
    [
        ({}, "OVERDUE", "OVERDUE"),
        ({"marketing.purchase_counts": "always"}, "WITHIN", "OVERDUE"),
        ({"marketing.login_counts": "true"}, "OVERDUE", "WITHIN"),
    ],
    ids=["default", "purchases count", "logins count"],
)
def test_c15_c16_c20_what_customers_do_elsewhere(judge, knobs, order, login):
    people = members(CUSTOMERS.format(order=order, login=login, bought=BOUGHT, logged=LOGGED))
    elsewhere = plain("order", ORDERS), plain("message", MESSAGES), plain("account", ACCOUNTS), plain("service_event", LOG)
    done = judge(CODE, AS_OF, people, activity(CLICKED), *elsewhere, knobs=knobs)
    assert {line["action"] for line in done.of(CODE)} == {"archive"}


def test_who_never_answered_gave_the_address_with_the_newest_order(judge):
    people = """
        email         | customer_id | signup_source | opted_in_at | verdict      | reason          | severity | why
        a@example.com | K-1         | order         |             | WITHIN       |                 |          |
        b@example.com | K-2         | order         |             | DUE          |                 |          |
        c@example.com |             | order         |             | OVERDUE      |                 | high     |
        d@example.com | K-4         | newsletter    | 2024-01-01  | OVERDUE      | {bought}        | medium   | signed up
        e@example.com | K-5         | order         |             | UNDETERMINED | DQ-TS-NULL      | high     | a cancelled order is none
        f@example.com | K-6         | order         |             | UNDETERMINED | DQ-TS-PARSE     | high     | bought again, some day
        g@example.com | K-7         | order         |             | UNDETERMINED | DQ-TS-NULL      | high     | bought after the as-of date
    """
    orders = """
        order_id | email         | customer_id | ordered_at | status
        1        |               | K-1         | 2026-05-01 | completed
        2        |               | K-2         | 2025-11-22 | completed
        3        | c@example.com |             | 2025-05-01 | completed
        4        |               | K-4         | 2026-05-01 | completed
        5        |               | K-5         | 2026-05-01 | cancelled
        6        |               | K-6         | 2025-05-01 | completed
        7        |               | K-6         | ooit       | completed
        8        |               | K-7         | 2026-11-23 | completed
    """
    judge(CODE, AS_OF, members(people.format(bought=BOUGHT)), activity(NO_ACTS), plain("order", orders))


LISTENED = {
    "a": {"covers_from": "2025-11-22"},
    "b": {"covers_from": "2025-12-01"},
    "c": {"covers_to": "2026-11-22"},
    "d": {"covers_to": "2026-11-21"},
    "e": {"extracted_at": "2026-11-22T00:00:00+01:00"},
    "f": {"extracted_at": "2026-11-21T23:00:00+01:00"},
}


def test_silence_counts_only_where_somebody_listened(judge):
    people = """
        list_id | email           | opted_in_at | verdict      | reason               | why
        a       | one@example.com | 2020-01-01  | OVERDUE      |                      | heard from the first day that could save it …
        b       | two@example.com | 2020-01-01  | UNDETERMINED | activity not covered | from a week later
        c       | thr@example.com | 2020-01-01  | OVERDUE      |                      | … to the as-of itself
        d       | fou@example.com | 2020-01-01  | UNDETERMINED | activity not covered | to the day before
        e       | fiv@example.com | 2020-01-01  | OVERDUE      |                      | to the export, made on the as-of
        f       | six@example.com | 2020-01-01  | UNDETERMINED | activity not covered | made the day before
        g       | sev@example.com | 2020-01-01  | UNDETERMINED | activity not covered | no activity at all
        g       | eig@example.com | 2026-01-01  | WITHIN       |                      | a known response needs no coverage
    """
    acts = "list_id | email | kind | happened_at\n{name} | z@example.com | click | 2026-06-01"
    heard = [replace(activity(acts.format(name=name), **binding), name=f"acts-{name}") for name, binding in LISTENED.items()]
    judge(CODE, AS_OF, members(people), *heard)


@pytest.mark.parametrize(
    ("first", "last", "is_covered"),
    [("2025-11-29", "2026-11-15", True), ("2025-11-30", "2026-11-15", False), ("2025-11-29", "2026-11-14", False)],
)
def test_without_a_word_on_it_activity_covers_a_week_around_its_stamps(judge, first, last, is_covered):
    """A bare folder: nothing says when the export was made (design.md section 3, coverage)."""
    verdict = ("OVERDUE", "") if is_covered else ("UNDETERMINED", NOT_COVERED)
    people = plain("mail_member", f"""
        list_id | email         | status     | opted_in_at | verdict      | reason
        nieuws  | a@example.com | subscribed | 2020-01-01  | {verdict[0]} | {verdict[1]}
    """)  # fmt: skip
    judge(CODE, AS_OF, people, plain("mail_activity", f"""
        list_id | email         | kind  | happened_at
        nieuws  | z@example.com | click | {first}
        nieuws  | z@example.com | click | {last}
    """))  # fmt: skip


def test_every_list_of_the_person_must_be_covered(judge):
    people = """
        list_id | email         | verdict      | reason               | why
        a       | x@example.com | UNDETERMINED | activity not covered | what happened on list b is unknown
        b       | x@example.com | UNDETERMINED | activity not covered |
        a       | y@example.com | OVERDUE      |                      | on list a only
        a       | z@example.com | WITHIN       |                      | a known response is proof
        b       | z@example.com | WITHIN       |                      |
    """
    acts = "list_id | email | kind | happened_at\na | z@example.com | click | 2026-06-01"
    judge(CODE, AS_OF, members(people), activity(acts))


def test_activity_that_names_nobody_covers_nobody(judge):
    """An export without a column of addresses: whose clicks these were, nobody can tell."""
    people = "list_id | email | verdict | reason\nnieuws | x@example.com | UNDETERMINED | activity not covered"
    acts = "list_id | kind | happened_at\nnieuws | click | 2024-01-01\nnieuws | click | 2026-11-01"
    judge(CODE, AS_OF, members(people), activity(acts))


def test_but_with_the_scope_of_one_list_its_own_activity_will_do(judge):
    people = """
        list_id | email         | verdict      | reason
        a       | x@example.com | OVERDUE      |
        b       | x@example.com | UNDETERMINED | activity not covered
    """
    acts = "list_id | email | kind | happened_at\na | q@example.com | click | 2026-06-01"
    judge(CODE, AS_OF, members(people), activity(acts), knobs={"marketing.response_scope": "list"})


def test_activity_without_a_list_is_about_the_only_one(judge):
    acts = "email | kind | happened_at\nz@example.com | click | 2026-06-01"
    judge(CODE, AS_OF, members("email | verdict\na@example.com | OVERDUE"), activity(acts))
    two = members("list_id | email | verdict\na | a@example.com | UNDETERMINED\nb | b@example.com | UNDETERMINED")
    judge(CODE, AS_OF, two, activity(acts))


def test_activity_of_which_a_part_cannot_be_read_covers_nothing(audit):
    acts = activity(NO_ACTS)
    cut_off = gzip.compress(acts.files["export.csv"])[:-12]
    done = audit(AS_OF, members("email\na@example.com"), replace(acts, files={**acts.files, "more.csv.gz": cut_off}))
    assert done.exit_code == 3
    assert done.only(CODE)["reason"] == NOT_COVERED


def test_a_list_without_states_is_not_tested(audit):
    done = audit(AS_OF, plain("mail_member", "list_id | email | opted_in_at\nnieuws | a@example.com | 2020-01-01"), activity(NO_ACTS))
    assert done.counts(CODE) == {}
    assert any("status" in reason for reason in done.not_tested("mail_member"))


MONTHLY = {
    "2026-10-31.csv": """
        list_id | email         | status     | opted_in_at
        nieuws  | a@example.com | subscribed | 2020-01-01
        nieuws  | b@example.com | subscribed | 2020-01-01
        nieuws  | c@example.com | subscribed | 2020-01-01
    """,
    "2026-11-25.csv": """
        list_id | email         | status       | opted_in_at
        nieuws  | a@example.com | subscribed   | 2020-01-01
        nieuws  | b@example.com | unsubscribed | 2020-01-01
    """,
}


@pytest.mark.parametrize(
    ("as_of", "overdue"),
    [("2026-11-22", {"2026-11-25.csv": [1]}), ("2026-11-17", {"2026-10-31.csv": [1, 2, 3]}), ("2026-11-18", {"2026-11-25.csv": [1]})],
)
def test_the_newest_export_made_within_a_week_of_the_as_of_tells_the_state(audit, as_of, overdue):
    """Who is only in an older one is no member any more; who left since then was one."""
    done = audit(as_of, files("plain.mail_member", MONTHLY, timezone="UTC", extracted_at="%Y-%m-%d"), activity(NO_ACTS, extracted_at=MADE))
    got: dict[str, list[int]] = {}
    for line in done.of(CODE):
        got.setdefault(line["file"].split("/")[-1], []).extend(part["first"] for part in line["ranges"])
    assert {file: sorted(rows) for file, rows in got.items()} == overdue
    total = 3 if as_of == "2026-11-17" else 1
    assert done.counts(CODE) == {"overdue": total, **({"out_of_scope": 3 - total} if total < 3 else {})}


def test_exports_without_a_date_that_differ_decide_nothing(audit):
    done = audit(AS_OF, files("plain.mail_member", MONTHLY), activity(NO_ACTS))
    assert done.counts(CODE) == {"overdue": 2, "undetermined": 1}
    assert [line["reason"] for line in done.of(CODE) if line["verdict"] == "UNDETERMINED"] == ["snapshot order unknown"]


def test_g12_mailchimp_writes_utc_without_saying_so(judge):
    subscribed = """
        Email Address | First Name | MEMBER_RATING | OPTIN_TIME          | OPTIN_IP     | CONFIRM_TIME        | CONFIRM_IP  | LAST_CHANGED        | LEID | EUID | verdict      | reason     | why
        a@example.com | Anna       | 2             | 2025-07-01 23:20:00 | 203.0.113.7  | 2025-07-01 23:30:00 | 203.0.113.7 | 2026-06-01 10:00:00 | 1    | e1   | DUE          |            | 2 July here
        b@example.com | Bert       | 2             | 2025-07-01 20:20:00 | 203.0.113.7  | 2025-07-01 20:30:00 | 203.0.113.7 | 2026-06-01 10:00:00 | 2    | e2   | OVERDUE      |            |
        c@example.com | Carla      | 2             | 2025-07-01 20:20:00 | 203.0.113.7  | 2025-07-01 20:30:00 | 203.0.113.7 | 2026-06-01 10:00:00 | 3    | e3   | WITHIN       |            | clicked
        d@example.com | Dirk       | 2             | 2026-05-01 20:20:00 |              | 2026-05-01 20:20:00 |             | 2026-06-01 10:00:00 | 4    | e4   | UNDETERMINED | DQ-TS-NULL | imported
        e@example.com | Els        | 2             | 2025-07-01 20:20:00 | 203.0.113.7  | 2025-07-01 20:30:00 | 203.0.113.7 | 2026-06-01 10:00:00 | 5    | e5   | OVERDUE      |            | opened only
    """  # noqa: E501 - an export of Mailchimp is as wide as it is
    reports = {
        "reports/granular_activity/clicks/1234_zomer.csv": """
            Timestamp           | Email         | Url
            2026-03-01 10:00:00 | c@example.com | https://x.nl/1
        """,
        "reports/granular_activity/opens/1234_zomer.csv": """
            Timestamp           | Email         | IP
            2026-03-01 10:00:00 | e@example.com | 66.249.81.5
        """,
    }
    audience = files(
        "mailchimp.audience", {"subscribed_members_export_1a2b3c4d5e.csv": subscribed}, extracted_at="2026-07-02T23:30:00+02:00"
    )
    acts = files("mailchimp.activity", reports, extracted_at="2026-07-02T23:30:00+02:00", coverage="from", covers_from="2015-01-01")
    done = judge(CODE, "2026-07-02", audience, acts, is_whole=True)
    assert {line["source"] for line in done.of("DQ-TZ-ASSUMED")} == {"audience", "activity"}
