"""The cases D (sends, consent, unsubscribe), F10 and H20 of domain.md, and their neighbours."""

from dataclasses import replace

import pytest

from spec.given import Export, plain

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"
SUBSCRIBED = {"list_id": "nieuws", "status": "subscribed", "signup_source": "newsletter"}


def sends(text: str, **usual: str) -> Export:
    """Mails, each with the verdict that is expected of it."""
    return plain(
        "mail_send", text, usual={"campaign_id": "c1", "list_id": "nieuws", "category": "marketing", **usual}, extracted_at=MADE,
        timezone="Europe/Amsterdam",
    )  # fmt: skip


def members(text: str, **usual: str) -> Export:
    """Members of mailing lists."""
    return plain("mail_member", text, usual={**SUBSCRIBED, **usual}, extracted_at=MADE, timezone="Europe/Amsterdam")


def activity(text: str) -> Export:
    """Mail activity, at hand since 2015."""
    binding = {"extracted_at": MADE, "coverage": "from", "covers_from": "2015-01-01", "timezone": "Europe/Amsterdam"}
    return plain("mail_activity", text, usual={"list_id": "nieuws"}, **binding)


LEFT = """
    email         | status       | opted_in_at | unsubscribed_at
    a@example.com | unsubscribed | 2020-01-01  | 2026-05-01T10:00:00+02:00
    b@example.com | unsubscribed | 2020-01-01  | 2026-05-01
    c@example.com | subscribed   | 2020-01-01  |
    d@example.com | unsubscribed | 2020-01-01  | onbekend
"""
AFTER = """
    case | email           | sent_at                   | category  | verdict      | reason             | why
    D01  | a@example.com   | 2026-05-01T10:00:01+02:00 | marketing | FAIL         |                    | a second later
    D02  | a@example.com   | 2026-05-01T10:00:00+02:00 | marketing | PASS         |                    | the same second
    -    | a@example.com   | 2026-05-01T09:59:59+02:00 | marketing | PASS         |                    | before it
    D04  | b@example.com   | 2026-05-02T00:10:00+02:00 | marketing | FAIL         |                    | the next local day
    D05  | b@example.com   | 2026-05-01T22:10:00Z      | marketing | FAIL         |                    | the next local day, in Amsterdam
    -    | b@example.com   | 2026-05-01T21:50:00Z      | marketing | UNDETERMINED | DQ-TS-PRECISION    | the same day: which came first?
    -    | b@example.com   | 2026-05-01                | marketing | UNDETERMINED | DQ-TS-PRECISION    | two dates
    -    | b@example.com   | 2026-05-02                | marketing | FAIL         |                    | two dates
    -    | b@example.com   | 2026-04-30T23:59:00+02:00 | marketing | PASS         |                    | the day before
    -    | b@example.com   | 2026-05                   | marketing | UNDETERMINED | DQ-TS-PRECISION    | some day in May
    -    | b@example.com   | 2026-06                   | marketing | FAIL         |                    | some day in June
    -    | b@example.com   | ooit                      | marketing | UNDETERMINED | DQ-TS-PARSE        | who knows when
    D06  | b@example.com   | 2026-05-20T10:00:00+02:00 | service   | OUT_OF_SCOPE |                    | contract communication
    -    | b@example.com   | 2026-05-20T10:00:00+02:00 | survey    | FAIL         |                    | a survey is marketing
    -    | b@example.com   | 2026-05-20T10:00:00+02:00 |           | UNDETERMINED | category unknown   | an invoice, or an offer?
    -    | c@example.com   | 2026-05-20T10:00:00+02:00 |           | PASS         |                    | whatever it was
    -    | c@example.com   | 2026-05-20T10:00:00+02:00 | marketing | PASS         |                    | never left
    -    | c@example.com   | ooit                      | marketing | PASS         |                    | never left
    -    | d@example.com   | 2026-05-20T10:00:00+02:00 | marketing | UNDETERMINED | DQ-TS-NULL         | left, some day
    -    | z@example.com   | 2026-05-20T10:00:00+02:00 | marketing | UNDETERMINED | opt-outs not covered | on no list: who knows?
    -    | A@Example.com   | 2026-05-20T10:00:00+02:00 | marketing | FAIL         |                    | the same address in capitals
    -    | a@example.com   | 2026-11-22T12:00:00+01:00 | marketing | FAIL         |                    | on the as-of date
"""


def test_d01_to_d06_a_send_after_an_opt_out(judge):
    done = judge("CON-SEND-UNSUB", AS_OF, sends(AFTER), members(LEFT))
    lines = done.of("CON-SEND-UNSUB")
    assert {(line["severity"], line["action"]) for line in lines if line["verdict"] == "FAIL"} == {("critical", "suppress")}
    assert {line["overdue_month"] for line in lines if line["verdict"] == "FAIL"} == {"2026-05", "2026-06", "2026-11"}
    assert {line["severity"] for line in lines if line["verdict"] == "UNDETERMINED"} == {"high"}


def test_what_was_sent_after_the_as_of_is_not_judged_yet(judge):
    later = "email | sent_at | verdict\nb@example.com | 2026-06-01T10:00:00Z | NOT_YET\nb@example.com | 2026-05-31T10:00:00Z | FAIL"
    judge("CON-SEND-UNSUB", "2026-05-31", sends(later), members(LEFT))


@pytest.mark.parametrize(("grace", "verdict"), [("0h", "FAIL"), ("24h", "PASS"), ("23h", "FAIL")])
def test_the_grace_after_an_opt_out(judge, grace, verdict):
    text = f"email | sent_at | verdict\na@example.com | 2026-05-02T09:30:00+02:00 | {verdict}"
    judge("CON-SEND-UNSUB", AS_OF, sends(text), members(LEFT), knobs={"marketing.unsubscribe_grace": grace})


def test_d08_consent_after_the_opt_out(judge):
    people = """
        email         | status     | opted_in_at | confirmed_at | unsubscribed_at | signup_source
        a@example.com | subscribed | 2026-07-01  | 2026-07-01   | 2026-05-01      | newsletter
        b@example.com | subscribed | 2026-07-01  |              | 2026-05-01      | staff
        c@example.com | subscribed | 2026-07-01  |              | 2026-05-01      | import
        d@example.com | subscribed | 2020-01-01  |              | 2026-05-01      | newsletter
    """
    text = """
        case | email         | sent_at              | verdict      | reason          | why
        D08  | a@example.com | 2026-07-02T10:00:00Z | PASS         |                 | fresh consent
        -    | a@example.com | 2026-06-30T10:00:00Z | FAIL         |                 | before it
        -    | a@example.com | 2026-07-01T10:00:00Z | UNDETERMINED | DQ-TS-PRECISION | the same day
        D09  | b@example.com | 2026-07-02T10:00:00Z | FAIL         |                 | staff consents for nobody
        -    | c@example.com | 2026-07-02T10:00:00Z | FAIL         |                 | nor does an import
        -    | d@example.com | 2026-07-02T10:00:00Z | FAIL         |                 | the old consent was withdrawn
    """
    usual = {"opt_in_ip": "203.0.113.7", "confirm_ip": "203.0.113.7"}
    judge("CON-SEND-UNSUB", AS_OF, sends(text), members(people, **usual))


def test_d08_an_opt_in_that_the_activity_saw(judge):
    acts = """
        email         | kind        | happened_at
        c@example.com | unsubscribe | 2026-05-01T10:00:00Z
        c@example.com | opt_in      | 2026-07-01T10:00:00Z
    """
    text = """
        email         | sent_at              | verdict
        c@example.com | 2026-06-01T10:00:00Z | FAIL
        c@example.com | 2026-07-02T10:00:00Z | PASS
    """
    judge("CON-SEND-UNSUB", AS_OF, sends(text), members(LEFT), activity(acts))


@pytest.mark.parametrize(("scope", "verdict"), [("global", "FAIL"), ("list", "PASS")])
def test_d10_an_opt_out_on_another_list(judge, scope, verdict):
    text = f"list_id | email | sent_at | verdict\nb | a@example.com | 2026-05-20T10:00:00Z | {verdict}"
    people = """
        list_id | email         | status       | unsubscribed_at
        a       | a@example.com | unsubscribed | 2026-05-01
        b       | a@example.com | subscribed   |
    """
    judge("CON-SEND-UNSUB", AS_OF, sends(text), members(people), knobs={"marketing.unsubscribe_scope": scope})


def test_a_fresh_opt_in_is_for_its_own_list(judge):
    people = """
        list_id | email         | status       | opted_in_at | unsubscribed_at
        a       | a@example.com | unsubscribed |             | 2026-05-01
        b       | a@example.com | subscribed   | 2026-07-01  |
    """
    text = """
        list_id | email         | sent_at              | verdict
        a       | a@example.com | 2026-08-01T10:00:00Z | FAIL
        b       | a@example.com | 2026-08-01T10:00:00Z | PASS
    """
    judge("CON-SEND-UNSUB", AS_OF, sends(text), members(people))


def test_a_category_and_a_time_may_be_the_campaigns(judge):
    campaigns = """
        campaign_id | category  | sent_at
        c1          | marketing | 2026-05-20T10:00:00Z
        c2          | service   | 2026-05-20T10:00:00Z
        c3          | marketing |
    """
    text = """
        campaign_id | email         | category | sent_at | verdict      | reason
        c1          | b@example.com |          |         | FAIL         |
        c2          | b@example.com |          |         | OUT_OF_SCOPE |
        c3          | b@example.com |          |         | UNDETERMINED | DQ-TS-NULL
    """
    judge("CON-SEND-UNSUB", AS_OF, sends(text), members(LEFT), plain("mail_campaign", campaigns, extracted_at=MADE))


def test_a_role_mailbox_is_a_step_less_severe(audit):
    people = members("email | unsubscribed_at\ninfo@example.com | 2026-05-01\nb@example.com | 2026-05-01")
    done = audit(AS_OF, sends("email | sent_at\ninfo@example.com | 2026-06-01\nb@example.com | 2026-06-01"), people)
    lines = [(line["severity"], line["records"], line["reason"]) for line in done.of("CON-SEND-UNSUB")]
    assert lines == [("critical", 1, None), ("high", 1, "role mailbox")]


def test_so_is_a_role_mailbox_on_a_list_unless_a_name_stands_beside_it(judge):
    people = """
        email               | last_name | unsubscribed_at | verdict | severity
        info@example.com    |           | 2026-05-01      | FAIL    | high
        sales@example.com   | Jansen    | 2026-05-01      | FAIL    | critical
        b@example.com       |           | 2026-05-01      | FAIL    | critical
        support@example.com |           | ooit            | FAIL    | high
        service@example.com |           |                 | PASS    |
    """
    judge("CON-STATUS-MAILABLE", AS_OF, members(people))


def test_without_an_export_that_knows_opt_outs_nothing_is_tested(audit):
    done = audit(AS_OF, sends("email | sent_at\na@example.com | 2026-06-01"))
    assert done.counts("CON-SEND-UNSUB") == {}
    assert {"CON-SEND-UNSUB", "CON-OBJECTION", "CON-WITHDRAWN", "DSR-RESTRICTED-USE"} <= set(done.not_tested())
    done = audit(
        AS_OF,
        sends("email | sent_at\na@example.com | 2026-06-01"),
        activity("email | kind | happened_at\nx@example.com | click | 2026-06-01"),
    )
    assert done.counts("CON-SEND-UNSUB") == {}


def test_sends_after_the_members_export_are_not_covered(judge):
    text = """
        email         | sent_at              | verdict      | reason
        c@example.com | 2026-06-08T10:00:00Z | PASS         |
        c@example.com | 2026-06-09T10:00:00Z | UNDETERMINED | opt-outs not covered
    """
    people = plain("mail_member", LEFT, usual=SUBSCRIBED, extracted_at="2026-06-01T10:00:00Z")
    judge("CON-SEND-UNSUB", AS_OF, sends(text), people)


# ---- D13 ----
QUIET = """
    email         | opted_in_at
    a@example.com | 2020-01-01
    b@example.com | 2020-01-01
    c@example.com | 2020-01-01
    d@example.com | 2020-01-01
    e@example.com | 2020-01-01
    f@example.com | 2025-03-15
"""
CLICKS = """
    email         | kind  | happened_at
    a@example.com | click | 2025-03-15T10:00:00+01:00
    a@example.com | click | 2026-03-16T12:00:00+01:00
    b@example.com | click | 2025-03-15
    b@example.com | click | 2026-03-16
    c@example.com | click | 2025-03-15T10:00:00+01:00
    c@example.com | click | 2026-03-16T08:00:00+01:00
    d@example.com | open  | 2026-03-01T08:00:00+01:00
    d@example.com | click | 2025-03-15T10:00:00+01:00
"""
LAPSED = """
    case | email         | sent_at                   | verdict      | reason     | why
    D12  | a@example.com | 2026-03-15T23:59:00+01:00 | PASS         |            | the last permitted day
    D13  | a@example.com | 2026-03-16T10:00:00+01:00 | FAIL         |            | the click came two hours later
    -    | a@example.com | 2026-04-16T10:00:00+02:00 | PASS         |            | by then the click counts
    D13  | b@example.com | 2026-03-16                | FAIL         |            | dates only: the same day is not before
    -    | c@example.com | 2026-03-16T10:00:00+01:00 | PASS         |            | the click came two hours earlier
    -    | e@example.com | 2026-03-16T10:00:00+01:00 | FAIL         |            | silent since the opt-in
    -    | f@example.com | 2026-03-15T10:00:00+01:00 | PASS         |            | the opt-in itself
    -    | f@example.com | 2026-03-16T10:00:00+01:00 | FAIL         |            | a day too late
    -    | f@example.com | 2026-03                   | UNDETERMINED | DQ-TS-PRECISION | some day in March
"""


def test_d13_a_late_send_is_not_cured_by_the_click_that_it_caused(judge):
    done = judge("CON-SEND-LAPSED", AS_OF, sends(LAPSED), members(QUIET), activity(CLICKS), is_whole=True)
    lines = [line for line in done.of("CON-SEND-LAPSED") if line["verdict"] == "FAIL"]
    assert {(line["severity"], line["action"], line["trigger_column"]) for line in lines} == {("high", "archive", "last_response_at")}
    people = {"a", "b", "c"}
    assert done.counts("RET-MKT-12")["within"] == len(people)


def test_lapsed_by_the_strict_reading(judge):
    text = "email | sent_at | verdict\na@example.com | 2026-03-15T10:00:00+01:00 | FAIL\na@example.com | 2026-03-14T10:00:00+01:00 | PASS"
    judge("CON-SEND-LAPSED", AS_OF, sends(text), members(QUIET), activity(CLICKS), knobs={"rules.CON-SEND-LAPSED.boundary": "exclusive"})


def test_silence_before_a_send_counts_only_where_somebody_listened(judge):
    heard = plain(
        "mail_activity", CLICKS, usual={"list_id": "nieuws"}, extracted_at=MADE, coverage="from", covers_from="2025-03-16",
        timezone="Europe/Amsterdam",
    )  # fmt: skip
    text = """
        email         | sent_at                   | verdict      | reason
        e@example.com | 2026-03-16T10:00:00+01:00 | FAIL         |
        e@example.com | 2026-03-15T10:00:00+01:00 | UNDETERMINED | activity not covered
        f@example.com | 2026-03-15T10:00:00+01:00 | PASS         |
    """
    judge("CON-SEND-LAPSED", AS_OF, sends(text), members(QUIET), heard)


def test_lapsed_but_for_a_knob(audit):
    human = """
        email         | kind | happened_at               | is_machine_open
        d@example.com | open | 2026-03-02T08:00:00+01:00 | false
    """
    acts = replace(activity(human), name="opens")
    done = audit(AS_OF, sends("email | sent_at\nd@example.com | 2026-04-01T10:00:00+02:00"), members(QUIET), activity(CLICKS), acts)
    line = done.only("CON-SEND-LAPSED")
    assert (line["verdict"], line["severity"], line["reason"]) == (
        "FAIL",
        "medium",
        "counterfactual: open (marketing.opens=verified_human)",
    )


# ---- D14 to D18 ----
def test_d14_an_address_of_a_question(judge):
    people = """
        email         | signup_source | opted_in_at | confirmed_at
        a@example.com | question      |             |
        b@example.com | question      | 2025-01-01  | 2025-01-01
        c@example.com | question      |             |
        d@example.com | newsletter    | 2025-01-01  |
    """
    text = """
        case | email         | sent_at    | category  | verdict      | why
        D14  | a@example.com | 2026-03-16 | marketing | FAIL         | announced, and without a basis
        -    | a@example.com | 2026-03-16 | service   | OUT_OF_SCOPE | the answer
        -    | b@example.com | 2026-03-16 | marketing | PASS         | confirmed an opt-in
        -    | c@example.com | 2026-03-16 | marketing | PASS         | bought something since
        -    | d@example.com | 2026-03-16 | marketing | OUT_OF_SCOPE | asked for mail
        -    | e@example.com | 2026-03-16 | marketing | FAIL         | on no list: known by a question
    """
    orders = plain("order", "order_id | email | ordered_at | status\n1 | c@example.com | 2025-06-01 | completed", extracted_at=MADE)
    asked = plain("message", "message_id | email | channel | created_at\n1 | e@example.com | form | 2026-01-01", extracted_at=MADE)
    done = judge("CON-BASIS-QUESTION", AS_OF, sends(text), members(people), orders, asked)
    assert {line["severity"] for line in done.of("CON-BASIS-QUESTION")} == {"high"}


CUSTOMERS = """
    contact_id | customer_id | email         | is_optout_offered
    1          | K-1         | a@example.com | true
    2          | K-2         | b@example.com | true
    3          | K-3         | c@example.com | false
    4          | K-4         | d@example.com | true
"""
ORDERS = """
    order_id | customer_id | ordered_at | status
    1        | K-1         | 2025-02-01 | completed
    2        | K-2         | 2025-02-01 | cancelled
    3        | K-3         | 2025-02-01 | completed
"""


def customers() -> tuple[Export, ...]:
    """Customers without an opt-in, their orders, and a list that none of them is on."""
    return (
        plain("contact", CUSTOMERS, usual={"created_at": "2024-01-01"}, extracted_at=MADE),
        plain("order", ORDERS, extracted_at=MADE),
        members("email | opted_in_at\nd@example.com | 2020-01-01"),
    )


def test_d15_d17_existing_customers(judge):
    text = """
        case | email         | sent_at    | verdict      | reason                  | why
        D15  | a@example.com | 2025-06-01 | PASS         |                         | bought before it
        -    | a@example.com | 2025-02-01 | PASS         |                         | on the day of the order
        D17  | a@example.com | 2025-01-31 | FAIL         |                         | the order came later
        -    | b@example.com | 2025-06-01 | FAIL         |                         | a cancelled order is no sale
        -    | c@example.com | 2025-06-01 | FAIL         | no opt-out was offered  |
        -    | d@example.com | 2025-06-01 | OUT_OF_SCOPE |                         | asked for mail
    """
    done = judge("CON-BASIS-NOSALE", AS_OF, sends(text), *customers())
    assert {line["severity"] for line in done.of("CON-BASIS-NOSALE")} == {"high"}


def test_d15_a_customer_who_is_mailed_about_our_own_products(audit):
    campaigns = plain(
        "mail_campaign",
        "campaign_id | category | is_partner_product | has_unsubscribe_link\nc1 | marketing | false | true",
        extracted_at=MADE,
    )
    people = plain(
        "contact",
        "contact_id | customer_id | email | is_optout_offered | created_at\n1 | K-1 | a@example.com | true | 2025-02-01",
        extracted_at=MADE,
    )
    orders = plain("order", "order_id | customer_id | ordered_at | status\n1 | K-1 | 2025-02-01 | completed", extracted_at=MADE)
    acts = activity("email | kind | happened_at\na@example.com | click | 2025-05-01")
    exports = [sends("email | sent_at\na@example.com | 2025-06-01"), people, orders, campaigns, acts]
    done = audit(AS_OF, *exports, members("email | status | signup_source | customer_id\na@example.com | subscribed | order | K-1"))
    assert [line for line in done.findings if line["code"].startswith("CON-")] == []


def test_d16_a_partners_products(judge):
    campaigns = """
        campaign_id | category  | is_partner_product
        c1          | marketing | true
        c2          | marketing | false
        c3          | marketing |
    """
    text = """
        campaign_id | email         | sent_at    | verdict      | reason
        c1          | a@example.com | 2025-06-01 | FAIL         |
        c2          | a@example.com | 2025-06-01 | PASS         |
        c3          | a@example.com | 2025-06-01 | UNDETERMINED | campaign unknown
        c1          | d@example.com | 2025-06-01 | OUT_OF_SCOPE |
        c1          | z@example.com | 2025-06-01 | OUT_OF_SCOPE |
    """
    done = judge("CON-BASIS-DISSIMILAR", AS_OF, sends(text), *customers(), plain("mail_campaign", campaigns, extracted_at=MADE))
    assert {line["severity"] for line in done.of("CON-BASIS-DISSIMILAR") if line["verdict"] == "FAIL"} == {"medium"}


def test_d18_a_send_before_the_opt_in(judge):
    people = """
        email         | opted_in_at          | unsubscribed_at | signup_source | status
        a@example.com | 2025-06-02           |                 | newsletter    | subscribed
        b@example.com | 2025-06-02           | 2025-01-01      | newsletter    | subscribed
        c@example.com | 2025-06-02           |                 | import        | subscribed
        d@example.com | 2025-06-01T12:00:00Z |                 | newsletter    | subscribed
        e@example.com | 2025-06-01           |                 | newsletter    | pending
        f@example.com | 2025-06-01           | 2025-01-01      | newsletter    | pending
    """
    text = """
        case | email         | sent_at              | verdict      | reason                         | why
        D18  | a@example.com | 2025-06-01           | FAIL         |                                | before consent
        -    | a@example.com | 2025-06-03           | PASS         |                                |
        -    | a@example.com | 2025-06-02           | UNDETERMINED | DQ-TS-PRECISION                | the same day
        -    | b@example.com | 2024-06-01           | UNDETERMINED | an earlier sign-up is not known | left and came back
        -    | c@example.com | 2025-06-01           | OUT_OF_SCOPE |                                | nobody asked for anything
        -    | d@example.com | 2025-06-01T11:59:59Z | FAIL         |                                | a second too early
        -    | d@example.com | 2025-06-01T12:00:00Z | PASS         |                                |
        -    | e@example.com | 2025-06-05           | FAIL         |                                | never confirmed
        -    | f@example.com | 2024-06-01           | UNDETERMINED | an earlier sign-up is not known | left and came back
    """
    done = judge("CON-SEND-BEFORE-OPTIN", AS_OF, sends(text), members(people))
    assert {line["severity"] for line in done.of("CON-SEND-BEFORE-OPTIN")} == {"high"}


# ---- registers ----
def test_h20_five_minutes_after_an_objection(judge):
    text = """
        case | email         | sent_at                   | verdict      | why
        H20  | a@example.com | 2026-11-20T09:05:00+01:00 | FAIL         | no month to react
        -    | a@example.com | 2026-11-20T08:55:00+01:00 | PASS         | before it
        -    | b@example.com | 2026-11-20T09:05:00+01:00 | FAIL         | by a request
        -    | c@example.com | 2026-11-20T09:05:00+01:00 | FAIL         | by a customer number
        -    | d@example.com | 2026-11-20T09:05:00+01:00 | PASS         | not about marketing
        -    | e@example.com | 2026-11-20T09:05:00+01:00 | PASS         | taken back
    """
    registers = {
        "objections": """
            objection_id | identifier_kind | identifier_value | kind      | received_at               | upheld_at
            O-1          | email           | A@example.com    | marketing | 2026-11-20T09:00:00+01:00 |
            O-2          | customer_id     | K-3              | marketing | 2026-11-20T09:00:00+01:00 |
            O-3          | email           | d@example.com    | situation | 2026-11-20T09:00:00+01:00 | 2026-11-20
        """,
        "requests": """
            request_id | right               | received_at               | identifiers                             | state
            R-1        | marketing_objection | 2026-11-20T09:00:00+01:00 | customer_id=K-9;email=b@example.com | received
            R-2        | marketing_objection | 2026-11-20T09:00:00+01:00 | email=e@example.com                     | withdrawn
        """,
    }
    people = members("email | customer_id | opted_in_at\nc@example.com | K-3 | 2020-01-01")
    done = judge("CON-OBJECTION", AS_OF, sends(text), people, registers=registers)
    assert {line["severity"] for line in done.of("CON-OBJECTION")} == {"critical"}


def test_a_withdrawal_of_consent(judge):
    text = """
        email         | sent_at                   | verdict
        a@example.com | 2026-05-01T10:00:01+02:00 | FAIL
        a@example.com | 2026-05-01T10:00:00+02:00 | PASS
        a@example.com | 2026-08-01T10:00:00+02:00 | PASS
        b@example.com | 2026-08-01T10:00:00+02:00 | PASS
    """
    consents = """
        consent_id | identifier_kind | identifier_value | purpose     | granted_at | withdrawn_at              | evidence | text_version
        C-1        | email           | a@example.com    | P-MARKETING | 2025-01-01 | 2026-05-01T10:00:00+02:00 | form     | 3
        C-2        | email           | a@example.com    | P-MARKETING | 2026-07-01 |                           | form     | 3
        C-3        | email           | b@example.com    | P-ANALYTICS | 2025-01-01 | 2026-05-01T10:00:00+02:00 | banner   | 3
    """
    done = judge("CON-WITHDRAWN", AS_OF, sends(text), registers={"consents": consents})
    assert {line["severity"] for line in done.of("CON-WITHDRAWN")} == {"critical"}


def test_f10_a_restricted_person(judge):
    text = """
        case | email         | sent_at    | category  | verdict      | why
        F10  | a@example.com | 2026-06-01 | marketing | FAIL         | only storage is allowed
        -    | a@example.com | 2026-04-30 | marketing | PASS         | before it
        -    | a@example.com | 2026-05-01 | marketing | UNDETERMINED | on its first day
        -    | a@example.com | 2026-06-01 | service   | OUT_OF_SCOPE |
        -    | b@example.com | 2026-06-01 | marketing | FAIL         | lifted later
        -    | b@example.com | 2026-07-02 | marketing | PASS         | lifted before
        -    | c@example.com | 2026-06-01 | marketing | PASS         | a legal hold forbids deletion, not this
    """
    holds = """
        hold_id | kind        | reason | approver | identifier_kind | identifier_value | starts_on  | review_on  | released_on
        H-1     | restriction | betwist | jurist  | email           | a@example.com    | 2026-05-01 | 2027-01-01 |
        H-2     | restriction | betwist | jurist  | email           | b@example.com    | 2026-05-01 | 2027-01-01 | 2026-07-01
        H-3     | legal_hold  | zaak    | jurist  | email           | c@example.com    | 2026-05-01 | 2027-01-01 |
    """
    done = judge("DSR-RESTRICTED-USE", AS_OF, sends(text), registers={"holds": holds})
    assert {line["severity"] for line in done.of("DSR-RESTRICTED-USE") if line["verdict"] == "FAIL"} == {"high"}
