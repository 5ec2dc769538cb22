"""Acceptance cases C: marketing use of an address ends 12 months after the person's last response (C-52-4). What is a response?

The lists' activity is at hand for all the years that matter, unless a test says otherwise.
"""

import pytest

from spec.given import Export, md5, plain

CODE = "RET-MKT-12"
MADE = "2026-11-22T23:00:00+01:00"


def members(text: str, **more: str) -> Export:
    """Members of mailing lists, subscribed to `nieuws` in 2020 unless their row says otherwise."""
    usual = {"list_id": "nieuws", "status": "subscribed", "opted_in_at": "2020-01-01"}
    return plain("mail_member", text, usual=usual, **{"timezone": "UTC", "extracted_at": MADE, **more})


def activity(text: str, **more: str) -> Export:
    """What members did, from a source that covers the years since 2015."""
    return plain(
        "mail_activity", text, **{"timezone": "UTC", "extracted_at": MADE, "coverage": "from", "covers_from": "2015-01-01", **more}
    )


def test_a_click_is_a_response_and_its_term_ends_12_months_on(judge):
    people = """
        case | email              | verdict | why
        C01  | a@example.com      | OVERDUE | L is 21 November 2026
        C02  | b@example.com      | DUE     |
        C03  | c@example.com      | WITHIN  |
        G12  | d@example.com      | DUE     | 23:30 in UTC is the next day in Amsterdam
        -    | e@example.com      | WITHIN  | the last response counts
        C13  | f@example.com      | OVERDUE |
        -    | g@example.com      | OVERDUE | never did a thing
    """
    clicks = """
        list_id | email         | kind  | happened_at
        nieuws  | a@example.com | click | 2025-11-21 10:00:00
        nieuws  | b@example.com | click | 2025-11-22 10:00:00
        nieuws  | c@example.com | click | 2025-11-23 10:00:00
        nieuws  | d@example.com | click | 2025-11-21 23:30:00
        nieuws  | e@example.com | click | 2023-11-21 10:00:00
        nieuws  | e@example.com | click | 2026-05-01 10:00:00
        nieuws  | e@example.com | click | 2024-11-21 10:00:00
        nieuws  | f@example.com | click | 2024-05-01 10:00:00
    """
    done = judge(CODE, "2026-11-22", members(people), activity(clicks), is_whole=True)
    done.shows(
        """
        code       | rows | clause | purpose     | severity | records | first_trigger | last_permitted_day | days_overdue
        RET-MKT-12 | 1    | C-52-4 | P-MARKETING | high     | 1       | 2025-11-21    | 2026-11-21         | 1
        RET-MKT-12 | 6    | C-52-4 | P-MARKETING | high     | 1       | 2024-05-01    | 2025-05-01         | 570
        RET-MKT-12 | 7    | C-52-4 | P-MARKETING | high     | 1       | 2020-01-01    | 2021-01-01         | 2151
    """,
        every=False,
    )
    # What the lapsed once clicked has no purpose any more either (C-32-2).
    assert [line["ranges"][0]["first"] for line in done.of("RET-MKT-RESIDUE")] == [8, 1]
    assert {(line["action"], line["trigger_column"], line["overdue_month"]) for line in done.of(CODE)} == {
        ("archive", "last_response_at", None)
    }


RESPONSES = ["click", "reply", "form", "survey", "opt_in", "confirm", "preference", "order"]
SILENCE = ["open", "bounce", "unsubscribe", "complaint", "sent"]


def test_which_acts_are_responses(judge):
    """Tier A counts, tier C never does (domain.md 2.5); an opened mail needs a knob."""
    people = "email | verdict | why\n"
    people += "\n".join(f"{kind}@example.com | WITHIN | {kind}" for kind in RESPONSES)
    people += "\n" + "\n".join(f"{kind}@example.com | OVERDUE | {kind}" for kind in SILENCE)
    acts = "list_id | email | kind | happened_at\n"
    acts += "\n".join(f"nieuws | {kind}@example.com | {kind} | 2026-06-01 10:00:00" for kind in RESPONSES + SILENCE)
    judge(CODE, "2026-11-22", members(people), activity(acts))


def test_without_any_response_the_term_starts_when_the_person_gave_the_address(judge):
    people = """
        case | email         | signup_source | opted_in_at | confirmed_at | changed_at | verdict      | reason      | why
        C10  | a@example.com | newsletter    |             | 2025-09-01   |            | OVERDUE      |             |
        C10  | b@example.com | newsletter    | 2025-08-01  | 2025-11-22   |            | DUE          |             | the later of the two
        -    | c@example.com |               | 2026-01-01  |              |            | WITHIN       |             |
        C11  | d@example.com | import        | 2026-01-01  | 2026-01-01   |            | UNDETERMINED | DQ-TS-NULL  | an import is no act
        -    | e@example.com | staff         | 2026-01-01  |              |            | UNDETERMINED | DQ-TS-NULL  |
        C12  | f@example.com | newsletter    |             |              | 2026-11-01 | UNDETERMINED | DQ-TS-NULL  | nor is any change
        -    | g@example.com | newsletter    | n/a         | onbekend     |            | UNDETERMINED | DQ-TS-NULL  |
        -    | h@example.com | newsletter    | ooit        |              |            | UNDETERMINED | DQ-TS-PARSE |
        -    | i@example.com | import        | 2026-01-01  |              |            | OVERDUE      |             | clicked, long ago
        -    | j@example.com | import        | 2020-01-01  |              |            | WITHIN       |             | clicked, lately
    """
    acts = """
        list_id | email         | kind  | happened_at
        nieuws  | i@example.com | click | 2024-05-01 10:00:00
        nieuws  | j@example.com | click | 2026-05-01 10:00:00
    """
    judge(CODE, "2026-11-22", members(people), activity(acts))


def test_an_act_without_a_usable_date_may_have_been_yesterday(judge):
    people = """
        email         | verdict      | reason          | confidence | why
        a@example.com | UNDETERMINED | DQ-TS-NULL      |            | clicked, some day
        b@example.com | UNDETERMINED | DQ-TS-PARSE     |            |
        c@example.com | UNDETERMINED | DQ-TS-PRECISION |            | the 1st would be overdue, the 30th is not
        d@example.com | OVERDUE      |                 | bounded    | even the 31st is
        e@example.com | WITHIN       |                 |            | another click is late enough
    """
    acts = """
        list_id | email         | kind  | happened_at
        nieuws  | a@example.com | click |
        nieuws  | b@example.com | click | gisteren
        nieuws  | c@example.com | click | 2025-11
        nieuws  | d@example.com | click | 2025-10
        nieuws  | e@example.com | click | gisteren
        nieuws  | e@example.com | click | 2026-05-01 10:00:00
    """
    judge(CODE, "2026-11-22", members(people), activity(acts))


def test_c17_a_click_in_the_future_buys_no_time(judge):
    people = """
        email         | opted_in_at | verdict      | why
        a@example.com | 2020-01-01  | OVERDUE      | the remaining act is the opt-in
        b@example.com | 2020-01-01  | WITHIN       | the remaining act is another click
        c@example.com |             | UNDETERMINED | C17: nothing remains
    """
    acts = """
        list_id | email         | kind  | happened_at
        nieuws  | a@example.com | click | 2026-12-24 10:00:00
        nieuws  | b@example.com | click | 2026-12-24 10:00:00
        nieuws  | b@example.com | click | 2026-05-01 10:00:00
        nieuws  | c@example.com | click | 2026-12-24 10:00:00
        nieuws  | z@example.com | click | 2026-11-23 10:00:00
    """
    done = judge(CODE, "2026-11-22", members(people), activity(acts), is_whole=True)
    future = done.only("DQ-TS-FUTURE")
    assert (future["verdict"], future["entity"], future["source"], future["records"]) == ("FAIL", "mail_activity", "mail_activity", 3)
    assert (future["overdue_month"], future["ranges"]) == (None, [{"first": 1, "last": 2}, {"first": 4, "last": 4}])


def test_an_act_after_the_as_of_does_not_count_yet(judge):
    people = "email | verdict | why\na@example.com | OVERDUE | clicked on the 23rd"
    acts = "list_id | email | kind | happened_at\nnieuws | a@example.com | click | 2026-11-23 10:00:00"
    later = "2026-11-27T12:00:00+01:00"
    judge(CODE, "2026-11-22", members(people, extracted_at=later), activity(acts, extracted_at=later))


def test_only_who_can_be_mailed_is_judged(judge):
    people = "email | status | verdict\na@example.com | subscribed | OVERDUE\n" + "\n".join(
        f"{status}@example.com | {status} | OUT_OF_SCOPE" for status in ("unsubscribed", "cleaned", "pending", "nonsubscribed", "archived")
    )
    judge(
        CODE, "2026-11-22", members(people), activity("list_id | email | kind | happened_at\nnieuws | z@example.com | click | 2026-01-01")
    )


def test_one_person_however_the_address_is_written(judge):
    people = """
        email                | verdict
        Anna@Example.com     | WITHIN
        'bert@example.com '  | WITHIN
        carla@example.com    | WITHIN
        dirk@example.com     | OVERDUE
    """
    acts = f"""
        list_id | email                | email_md5                  | kind  | happened_at
        nieuws  | ' anna@EXAMPLE.com ' |                            | click | 2026-05-01 10:00:00
        nieuws  | BERT@example.com     |                            | click | 2026-05-01 10:00:00
        nieuws  |                      | {md5("carla@example.com")} | click | 2026-05-01 10:00:00
        nieuws  | d.irk@example.com    |                            | click | 2026-05-01 10:00:00
    """
    judge(CODE, "2026-11-22", members(people), activity(acts))


TWO_LISTS = """
    case | list_id | email         | verdict | why
    C23  | a       | x@example.com | WITHIN  | clicked here
    C23  | b       | x@example.com | {b}     | silent here since 2023
"""
ON_TWO_LISTS = """
    list_id | email         | kind  | happened_at
    a       | x@example.com | click | 2026-06-01 10:00:00
    b       | x@example.com | click | 2023-06-01 10:00:00
"""


@pytest.mark.parametrize(("scope", "on_b"), [("person", "WITHIN"), ("list", "OVERDUE")])
def test_c23_a_response_on_one_list_counts_for_all(judge, scope, on_b):
    knobs = {"marketing.response_scope": scope}
    judge(CODE, "2026-11-22", members(TWO_LISTS.format(b=on_b)), activity(ON_TWO_LISTS), knobs=knobs)


def test_what_else_a_person_does_on_another_list(judge):
    people = f"""
        list_id | email         | email_md5              | status       | opted_in_at | verdict      | why
        a       |               | {md5("q@example.com")} | subscribed   | 2020-01-01  | WITHIN       | known by a hash only, clicked
        a       | r@example.com |                        | subscribed   | 2020-01-01  | WITHIN       | signed up for list b this year
        b       | r@example.com |                        | unsubscribed | 2026-02-01  | OUT_OF_SCOPE |
        a       | s@example.com |                        | subscribed   | 2020-01-01  | WITHIN       | clicked on list b, and then left it
        b       | s@example.com |                        | unsubscribed | 2020-01-01  | OUT_OF_SCOPE |
    """
    acts = """
        list_id | email         | kind  | happened_at
        a       | q@example.com | click | 2026-06-01
        b       | s@example.com | click | 2026-06-01
    """
    judge(CODE, "2026-11-22", members(people), activity(acts))


OPENED = """
    list_id | email         | kind  | happened_at         | is_machine_open
    nieuws  | a@example.com | click | 2025-01-10 10:00:00 |
    nieuws  | a@example.com | open  | 2026-11-01 10:00:00 | false
    nieuws  | b@example.com | click | 2025-01-10 10:00:00 |
    nieuws  | b@example.com | open  | 2026-11-01 10:00:00 | true
    nieuws  | c@example.com | click | 2025-01-10 10:00:00 |
    nieuws  | c@example.com | open  | 2026-11-01 10:00:00 |
"""
WOULD_COUNT = "counterfactual: open (marketing.opens=verified_human)"


@pytest.mark.parametrize(
    ("opens", "by_human", "by_machine", "by_anyone"),
    [("never", "OVERDUE", "OVERDUE", "OVERDUE"), ("verified_human", "WITHIN", "OVERDUE", "OVERDUE"), ("all", "WITHIN", "WITHIN", "WITHIN")],
)
def test_c07_c08_an_opened_mail_counts_by_knob_only(judge, opens, by_human, by_machine, by_anyone):
    people = f"""
        case | email         | verdict      | severity | reason        | why
        C07  | a@example.com | {by_human}   | medium   | {WOULD_COUNT} | proven human
        C08  | b@example.com | {by_machine} | high     |               | a proxy that fetches the pixel
        -    | c@example.com | {by_anyone}  | high     |               | nobody knows: no proof
    """
    done = judge(CODE, "2026-11-22", members(people), activity(OPENED), knobs={"marketing.opens": opens})
    printed = (done.stdout + done.stderr).lower()
    assert ("warning" in printed and "marketing.opens" in printed) == (opens == "all"), (
        "with `all` each run prints a warning (domain.md 2.5)"
    )
