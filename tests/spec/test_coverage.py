"""Which activity speaks for which list (design.md section 3, coverage): 'no response for twelve months' needs somebody who listened."""

from dataclasses import replace

import pytest

from spec.given import files, plain
from spec.test_cases_c import CODE, MADE, activity, members

AS_OF = "2026-11-22"
NOT_COVERED = "activity not covered"
ONE = "email | verdict | reason\na@example.com | {verdict} | {reason}"
SILENT = ONE.format(verdict="OVERDUE", reason="")
UNHEARD = ONE.format(verdict="UNDETERMINED", reason=NOT_COVERED)
BY_LIST = {"marketing.response_scope": "list"}


def acts(*rows: str, header: str = "list_id | email | kind | happened_at") -> str:
    """A table of activity."""
    return "\n".join([header, *rows])


@pytest.mark.parametrize("opens", ["never", "verified_human", "all"])
def test_opens_alone_tell_nothing_of_clicks(judge, opens):
    """A Mailchimp account export has them in separate files: who binds the opens only has not looked at what people clicked."""
    opened = activity(acts("nieuws | z@example.com | open | 2026-06-01", "nieuws | y@example.com | open | 2026-06-02"))
    judge(CODE, AS_OF, members(UNHEARD), opened, knobs={"marketing.opens": opens})


def test_but_with_any_click_the_same_export_does(judge):
    heard = activity(acts("nieuws | z@example.com | open | 2026-06-01", "nieuws | y@example.com | click | 2026-06-02"))
    judge(CODE, AS_OF, members(SILENT), heard)


def test_another_source_can_bring_the_clicks(judge):
    opened = activity(acts("nieuws | z@example.com | open | 2026-06-01"))
    clicked = replace(activity(acts("nieuws | z@example.com | click | 2026-06-01")), name="clicks")
    judge(CODE, AS_OF, members(SILENT), opened, clicked)


def test_the_files_of_mailchimp_are_looked_at_together(judge):
    audience = files(
        "mailchimp.audience",
        {
            "subscribed_members_export_1a2b3c4d5e.csv": f"""
                Email Address | First Name | MEMBER_RATING | OPTIN_TIME          | OPTIN_IP    | CONFIRM_TIME        | CONFIRM_IP  | LAST_CHANGED        | LEID | EUID | verdict      | reason
                a@example.com | Anna       | 2             | 2020-07-01 20:20:00 | 203.0.113.7 | 2020-07-01 20:30:00 | 203.0.113.7 | 2026-06-01 10:00:00 | 1    | e1   | UNDETERMINED | {NOT_COVERED}
            """  # noqa: E501 - an export of Mailchimp is as wide as it is
        },
        extracted_at=MADE,
    )
    opens = {"reports/granular_activity/opens/1234_zomer.csv": "Timestamp | Email | IP\n2026-03-01 10:00:00 | z@example.com | 203.0.113.9"}
    clicks = {
        "reports/granular_activity/clicks/1234_zomer.csv": "Timestamp | Email | Url\n2026-03-01 10:00:00 | z@example.com | https://x.nl"
    }
    bound = {"extracted_at": MADE, "coverage": "from", "covers_from": "2015-01-01"}
    judge(CODE, AS_OF, audience, files("mailchimp.activity", opens, **bound))
    heard = replace(audience, expected=[{**row, "verdict": "OVERDUE", "reason": ""} for row in audience.expected])
    judge(CODE, AS_OF, heard, files("mailchimp.activity", opens | clicks, **bound))


def test_activity_of_no_known_kind_tells_nothing(judge):
    judge(CODE, AS_OF, members(UNHEARD), activity(acts("nieuws | z@example.com | 2026-06-01", header="list_id | email | happened_at")))
    judge(CODE, AS_OF, members(UNHEARD), activity(acts("nieuws | z@example.com | sent | 2026-06-01")))


def test_activity_of_another_list_is_not_about_the_only_one(judge):
    """It covers the list that it names; that there is one audience only makes it no other."""
    foreign = activity(acts("dealers | z@example.com | click | 2026-06-01"))
    judge(CODE, AS_OF, members(UNHEARD), foreign)
    judge(CODE, AS_OF, members(UNHEARD), foreign, knobs=BY_LIST)


def test_unless_nothing_names_that_one(judge):
    """An audience export names no list: its list is called after its source, and the tool's activity calls it by its own number."""
    nameless = plain("mail_member", "email | status | opted_in_at | verdict\na@example.com | subscribed | 2020-01-01 | OVERDUE")
    judge(CODE, AS_OF, replace(nameless, binding={"extracted_at": MADE}), activity(acts("8e423a4179 | z@example.com | click | 2026-06-01")))


ONLY = """
    Email Address | First Name | MEMBER_RATING | OPTIN_TIME          | OPTIN_IP    | CONFIRM_TIME        | CONFIRM_IP  | LAST_CHANGED        | LEID | EUID | verdict   | reason
    a@example.com | Anna       | 2             | 2020-07-01 20:20:00 | 203.0.113.7 | 2020-07-01 20:30:00 | 203.0.113.7 | 2026-06-01 10:00:00 | 1    | e1   | {verdict} | {reason}
"""  # noqa: E501 - an export of Mailchimp is as wide as it is


def only_audience(verdict: str, reason: str):
    name = "subscribed_members_export_1a2b3c4d5e.csv"
    return files("mailchimp.audience", {name: ONLY.format(verdict=verdict, reason=reason)}, extracted_at=MADE)


LISTLESS = acts("z@example.com | click | 2026-06-01", header="email | kind | happened_at")


def klaviyo(**binding: str):
    """Clicks of another mailer, which name no list."""
    rows = (
        "id | person_id | datetime | type | campaign_id | property_email\n1 | P1 | 2026-06-01 10:00:00 | Clicked Email | c1 | z@example.com"
    )
    days = {"extracted_at": MADE, "coverage": "from", "covers_from": "2015-01-01"}
    return files("klaviyo.events", {"events.csv": rows}, **{**days, **binding})


def test_what_another_mailer_saw_covers_no_list_that_it_does_not_name(judge):
    """Its people may be others: who never answered there may have answered here."""
    judge(CODE, AS_OF, only_audience("UNDETERMINED", NOT_COVERED), klaviyo())
    judge(CODE, AS_OF, only_audience("OVERDUE", ""), klaviyo(list_id="audience"))


def test_a_table_of_no_mailer_in_particular_is_about_the_only_audience_there_is(judge):
    judge(CODE, AS_OF, only_audience("OVERDUE", ""), activity(LISTLESS))
    judge(CODE, AS_OF, only_audience("OVERDUE", ""), activity(acts("nieuws | z@example.com | click | 2026-06-01")))
    judge(CODE, AS_OF, members(SILENT), klaviyo())


def test_what_is_processed_for_others_covers_no_list_of_the_company_s_own(judge):
    theirs = replace(activity(LISTLESS), binding={**activity(LISTLESS).binding, "role": "processor"})
    judge(CODE, AS_OF, members(UNHEARD), theirs)
    judge(CODE, AS_OF, members(SILENT), activity(LISTLESS))


def test_a_response_on_another_list_counts_for_the_person_and_not_for_the_list(judge):
    people = "email | verdict | reason\na@example.com | {verdict} | {reason}"
    here, there = "nieuws | z@example.com | click | 2026-06-01", "dealers | a@example.com | click | 2026-06-01"
    judge(CODE, AS_OF, members(people.format(verdict="WITHIN", reason="")), activity(acts(here, there)))
    judge(CODE, AS_OF, members(people.format(verdict="OVERDUE", reason="")), activity(acts(here, there)), knobs=BY_LIST)


def test_with_the_scope_of_one_list_activity_of_an_unknown_list_is_no_response_on_it(judge):
    """What happened on list a is known in full, and this click is not in it."""
    people = """
        list_id | email         | verdict      | reason
        a       | x@example.com | OVERDUE      |
        b       | x@example.com | UNDETERMINED | activity not covered
    """
    known = activity(acts("a | q@example.com | click | 2026-06-01"))
    unknown = replace(activity(acts("x@example.com | click | 2026-06-01", header="email | kind | happened_at")), name="somewhere")
    judge(CODE, AS_OF, members(people), known, unknown, knobs=BY_LIST)
    counted = people.replace("OVERDUE     ", "WITHIN").replace("UNDETERMINED | activity not covered", "WITHIN |")
    judge(CODE, AS_OF, members(counted), known, unknown)


def test_what_a_person_does_elsewhere_counts_for_each_list(judge):
    people = "list_id | email | verdict\na | x@example.com | WITHIN\nb | x@example.com | WITHIN"
    asked = plain("message", "message_id | email | channel | created_at\n1 | x@example.com | form | 2026-05-01")
    judge(CODE, AS_OF, members(people), asked, knobs=BY_LIST)


def test_an_empty_export_that_says_which_days_it_covers_was_silent(judge):
    nothing = activity(acts("nieuws | z@example.com | click | 2026-06-01"))
    nothing = replace(nothing, files={"export.csv": b"list_id,email,kind,happened_at\n"})
    judge(CODE, AS_OF, members(SILENT), nothing)
    undated = replace(nothing, binding={"extracted_at": MADE})
    judge(CODE, AS_OF, members(UNHEARD), undated)
    two = members("list_id | email | verdict\na | a@example.com | UNDETERMINED\nb | b@example.com | OVERDUE")
    judge(CODE, AS_OF, two, replace(nothing, binding={**nothing.binding, "list_id": "b"}))


def test_the_days_of_an_export_are_those_of_all_its_lists(judge):
    """'From its first stamp': the export's, not the list's own."""
    people = "list_id | email | verdict\na | x@example.com | OVERDUE\nb | y@example.com | OVERDUE"
    heard = plain("mail_activity", acts("a | z@example.com | click | 2025-11-20", "b | z@example.com | click | 2026-11-20"), timezone="UTC")
    judge(CODE, AS_OF, members(people), heard)


def test_what_one_check_of_a_code_could_not_look_at_is_told_beside_what_another_judged(audit):
    """Objections stand in requests for mail, and for web analytics in a register of their own: its absence is no pass."""
    made = "2026-12-01T12:00:00+01:00"
    sends = plain("mail_send", "email | sent_at | category\na@example.com | 2026-01-01T10:00:00Z | marketing", extracted_at=made)
    events = plain("analytics_event", "event_at | client_id\n2026-01-15T10:00:00+01:00 | app-1", extracted_at=made)
    asked = {"requests": "request_id | right | received_at | identifiers\nR-1 | marketing_objection | 2025-03-01 | email=b@example.com"}
    done = audit("2026-10-31", sends, events, registers=asked)
    told = {item["source"]: item["not_tested_reason"] for item in done.summary["obligations"] if item["code"] == "CON-OBJECTION"}
    assert told == {
        "mail_send": None,
        "register.request": None,
        "analytics_event": "register objections.csv is absent: `houdbaar init` makes a template",
    }
