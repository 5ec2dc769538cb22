"""Exports of Klaviyo, Brevo, MailerLite, ActiveCampaign, Mautic and HubSpot e-mail, through the real staging. All people are made up."""

from __future__ import annotations

from datetime import date

import pytest

from functional.auditing import Desk, table
from functional.staging import Staged, stage
from houdbaar.exports.source import Source

FILES = {
    "klaviyo/profiles.csv": (
        "Email,Klaviyo ID,First Name,Last Name,Organization,Phone Number,Country,Consent,First Active,Last Active,Profile Created On,"
        "Date Added,Last Open,Last Click,$consent_timestamp,consent_timestamp,$consent_form_id,consent_form_id,Email Marketing Consent,\n"
        "jan@example.com,01F35S,Jan,van der Berg,,'+31612345678,Netherlands,email,2019-01-01 10:00:00,2024-01-01 10:00:00,"
        "2019-01-01 10:00:00,2019-01-01,2024-01-01 10:00:00,2023-12-01 09:00:00,2019-01-01 09:59:00,,f1,,SUBSCRIBED,geheimpje\n"
        "piet@example.com,01F366,Piet,,,,,,,,,2018-05-05,,,,2018-05-05 08:00:00,,f2,NEVER_SUBSCRIBED,\n"
    ),
    "klaviyo-api/event.csv": (
        "id,person_id,campaign_id,flow_id,uuid,datetime,timestamp,metric_id,type,property_url,property_email,person_properties\n"
        'e1,p1,c1,,u1,2020-04-05 20:02:45.123,2020-04-05 20:02:45.000,m1,Received Email,,,"{""$email"": ""jan@example.com""}"\n'
        "e2,p1,,f1,u2,2020-04-05 23:02:45.000,2020-04-05 23:02:45.000,m2,Clicked Email,https://example.com/,,\n"
        "e3,p2,c1,,u3,2020-04-06 20:02:45.000,2020-04-06 20:02:45.000,m3,Placed Order,,piet@example.com,\n"
    ),
    "klaviyo-api/campaign.csv": (
        "id,from_email,subject,name,status_id,status_label,campaign_type,created,updated,send_time,sent_at\n"
        "c1,shop@example.com,Hallo,Voorjaar,1,Sent,Regular,2021-03-16 19:16:37.000,2021-03-17 15:38:59.000,,2021-03-17 15:38:59.000\n"
    ),
    "brevo/contacts.csv": (
        "EMAIL;LASTNAME;FIRSTNAME;SMS;EMAIL_BLACKLISTED;SMS_BLACKLISTED;ADDED_TIME;MODIFIED_TIME;LIEVELINGSKLEUR\n"
        "jan@example.com;van der Berg;Ren\u00e9;31612345678;No;No;05-04-2022 23:30;13-04-2022 10:00;blauw\n"
        "piet@example.com;de Wit;Piet;;Yes;No;05-06-2019 23:50;06-06-2019 00:10;\n"
    ).encode("cp1252"),
    "mailerlite/subscribers.csv": (
        "Subscriber,Name,Location,Subscribed,Sent,Opens,Clicks\njan@example.com,Jan,Netherlands,2021-03-04,12,3,1\n"
        "piet@example.com,Piet,,2021-03-04 10:00:00,12,0,0\n"
    ),
    "activecampaign/contacts.csv": (
        "Email,First Name,Last Name,Phone,Tags,Date Created,IP,Status\n"
        "jan@example.com,Jan,van der Berg,,vip,2021-07-08 09:10:11,203.0.113.7,Active\n"
        "piet@example.com,Piet,,,,2021-07-08 09:10:11,,Bounced\n"
    ),
    "mautic/leads.csv": (
        "title, firstname, lastname, city, address1, state, zipcode, country, email, phone, company, website, facebook, ip, points\n"
        "NULL, Jan, van der Berg, Utrecht, NULL, NULL, 3511 AB, Netherlands, jan@example.com, NULL, NULL, NULL, NULL, 203.0.113.7, 5\n"
    ),
    "mautic/page_hits.csv": (
        "page,ipAddress,dateHit,dateLeft,code,referer,url,userAgent,pageLanguage,browserLanguages,trackingId\n"
        '1,203.0.113.7,8/9/14 19:00,NULL,200,NULL,https://example.com/,Firefox,nl,"a:1:{i:0;s:2:\\"nl\\";}",abc123\n'
    ),
    "hubspot/email_event.csv": (
        "id,app_id,created,email_campaign_id,obsoleted_by_id,portal_id,sent_by_created,type,filtered_event,recipient\n"
        "a,1,2020-03-16 23:30:00.357,2,,1,,OPEN,false,jan@example.com\n"
        "b,1,2020-03-17 19:03:20.357,2,,1,,CLICK,true,jan@example.com\n"
        "c,1,2020-03-17 19:03:20.357,2,d,1,,SPAMREPORT,false,piet@example.com\n"
        "d,1,2020-03-17 19:03:20.357,2,,1,,STATUSCHANGE,false,piet@example.com\n"
    ),
    "hubspot/email_event_open.csv": (
        "id,_fivetran_synced,duration,browser,ip_address,location,user_agent\na,2020-03-17 23:30:00,2000,,66.249.81.5,,x\n"
    ),
    "hubspot/email_event_status_change.csv": (
        "id,_fivetran_synced,bounced,portal_subscription_status,requested_by,source,subscriptions\n"
        "d,2020-07-03 18:09:20.858,,UNSUBSCRIBED,,SOURCE_RECIPIENT,[]\n"
    ),
    "mailchimp/reports/aggregate_activity/bounces/c2b4c1c0d9_nieuws.csv": "Email Address,Bounce Type\njan@example.com,hard\n",
}


@pytest.fixture(scope="module")
def mailers(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    account = Source("brevo", "brevo.contacts", "brevo/**", timezone="Europe/Amsterdam", list_id="nieuws")
    return stage(tmp_path_factory.mktemp("mailers"), FILES, account)


def test_each_export_is_recognised(mailers):
    assert mailers.problems == {}
    assert mailers.contracts == {
        "klaviyo/profiles.csv": "klaviyo.profiles",
        "klaviyo-api/event.csv": "klaviyo.events",
        "klaviyo-api/campaign.csv": "klaviyo.campaigns",
        "brevo/contacts.csv": "brevo.contacts",
        "mailerlite/subscribers.csv": "mailerlite.subscribers",
        "activecampaign/contacts.csv": "activecampaign.contacts",
        "mautic/leads.csv": "mautic.contacts",
        "mautic/page_hits.csv": "mautic.page_hits",
        "hubspot/email_event.csv": "hubspot.email_events",
        "hubspot/email_event_open.csv": "hubspot.email_opens",
        "hubspot/email_event_status_change.csv": "hubspot.email_status_changes",
        "mailchimp/reports/aggregate_activity/bounces/c2b4c1c0d9_nieuws.csv": "mailchimp.bounces",
    }


def test_a_klaviyo_profile_has_old_and_new_copies_of_a_field_and_a_column_without_a_name(mailers):
    columns = ("record_key", "person_id", "status", "opted_in_at", "phone")
    assert mailers.of("mail_member", *columns, file="klaviyo/profiles.csv") == [
        ("klaviyo.profiles\x1fjan@example.com", "01F35S", "subscribed", "2019-01-01 09:59:00+00", "+31612345678"),
        ("klaviyo.profiles\x1fpiet@example.com", "01F366", "nonsubscribed", "2018-05-05 08:00:00+00", None),
    ]
    assert "(unnamed 20)" in mailers.counts("klaviyo/profiles.csv", "mail_member").unknown


def test_the_last_open_and_click_of_a_profile_are_acts(mailers):
    assert mailers.of("mail_activity", "row", "email", "kind", "happened_at", file="klaviyo/profiles.csv") == [
        (1, "jan@example.com", "open", "2024-01-01 10:00:00+00"),
        (1, "jan@example.com", "click", "2023-12-01 09:00:00+00"),
    ]
    assert mailers.counts("klaviyo/profiles.csv", "mail_activity").excluded == {"no open and no click": 1}


def test_klaviyo_events_have_an_address_only_where_a_property_repeats_it(mailers):
    assert mailers.of("mail_activity", "campaign_id", "email", "kind", "happened_at", "url", file="klaviyo-api/event.csv") == [
        ("c1", "jan@example.com", "received email", "2020-04-05 20:02:45.123+00", None),
        ("f1", None, "click", "2020-04-05 23:02:45+00", "https://example.com/"),
        ("c1", "piet@example.com", "placed order", "2020-04-06 20:02:45+00", None),
    ]
    assert mailers.counts("klaviyo-api/event.csv", "mail_activity").naive == {"happened_at": 3}
    assert mailers.of("mail_campaign", "record_key", "title", "sent_at") == [("c1", "Voorjaar", "2021-03-17 15:38:59+00")]


def test_brevo_is_day_first_in_the_accounts_zone_and_refusal_is_a_state(mailers):
    columns = ("record_key", "status", "first_name", "phone", "changed_at")
    assert mailers.of("mail_member", *columns, file="brevo/contacts.csv") == [
        ("nieuws\x1fjan@example.com", "subscribed", "Ren\u00e9", "31612345678", "2022-04-13 08:00:00+00"),
        ("nieuws\x1fpiet@example.com", "unsubscribed", "Piet", None, "2019-06-05 22:10:00+00"),
    ]
    assert mailers.counts("brevo/contacts.csv", "mail_member").unknown == ("LIEVELINGSKLEUR",)


def test_the_day_on_which_a_contact_was_added_is_no_sign_up(mailers):
    """An import may have added it: the day bounds what the person did, and says nothing more."""
    columns = ("opted_in_at", "opted_in_at_first_date", "opted_in_at_last_date", "opted_in_at_issue")
    days = {"brevo/contacts.csv": (date(2022, 4, 5), date(2019, 6, 5)), "activecampaign/contacts.csv": (date(2021, 7, 8),) * 2}
    for file, added in days.items():
        assert mailers.of("mail_member", *columns, file=file) == [(None, None, day, "DQ-TS-NULL") for day in added]


def test_who_was_added_long_ago_and_never_answered_is_overdue_and_nobody_is_within_for_having_been_added(tmp_path):
    rows = "jan@example.com;No;No;01-10-2026 10:00;\npiet@example.com;No;No;05-06-2019 23:50;\nels@example.com;No;No;01-10-2026 10:00;\n"
    desk = Desk(tmp_path / "company")
    contacts = {"contacts.csv": "EMAIL;EMAIL_BLACKLISTED;SMS_BLACKLISTED;ADDED_TIME;MODIFIED_TIME\n" + rows}
    desk.source("brevo", "brevo.contacts", contacts, list_id="nieuws")
    clicks = table("list_id,email,kind,happened_at", "nieuws,els@example.com,click,2026-10-02T10:00:00Z")
    desk.source("clicks", "plain.mail_activity", {"clicks.csv": clicks}, coverage="from", covers_from="2025-01-01")
    done = desk.audit()
    assert done.counts("brevo", "RET-MKT-12") == {"undetermined": 1, "overdue": 1, "within": 1}
    assert done.not_tested("brevo", "CON-EVIDENCE")
    lines = {line["verdict"]: (line["ranges"][0]["first"], line["reason"]) for line in done.lines("brevo", "RET-MKT-12")}
    assert lines == {"UNDETERMINED": (1, "DQ-TS-NULL"), "OVERDUE": (2, None)}


def test_states_in_other_mailers_words(mailers):
    assert mailers.of("mail_member", "email", "status", "opted_in_at_first_date", file="mailerlite/subscribers.csv") == [
        ("jan@example.com", None, date(2021, 3, 4)),
        ("piet@example.com", None, date(2021, 3, 4)),
    ]
    assert mailers.of("mail_member", "email", "status", "opt_in_ip", file="activecampaign/contacts.csv") == [
        ("jan@example.com", "subscribed", "203.0.113.7"),
        ("piet@example.com", "cleaned", None),
    ]


def test_a_dumps_word_for_nothing_and_its_spaces(mailers):
    assert mailers.of("mail_member", "email", "last_name", "phone", "country", file="mautic/leads.csv") == [
        ("jan@example.com", "van der Berg", None, "Netherlands")
    ]
    columns = ("event_at", "client_id", "page_url", "referrer_url", "ip")
    assert mailers.of("analytics_event", *columns, file="mautic/page_hits.csv") == [
        ("2014-08-09 17:00:00+00", "abc123", "https://example.com/", None, "203.0.113.7")
    ]


def test_hubspots_parent_table_knows_who_and_when(mailers):
    assert mailers.of("mail_activity", "email", "kind", "happened_at", "is_bot", file="hubspot/email_event.csv") == [
        ("jan@example.com", "open", "2020-03-16 23:30:00.357+00", None),
        ("jan@example.com", "click", "2020-03-17 19:03:20.357+00", True),
        ("piet@example.com", "complaint", "2020-03-17 19:03:20.357+00", None),
        ("piet@example.com", "statuschange", "2020-03-17 19:03:20.357+00", None),
    ]


def test_a_child_table_knows_the_latest_day_and_nothing_of_the_person(mailers):
    columns = ("email", "kind", "is_machine_open", "happened_at", "happened_at_first_date", "happened_at_last_date")
    assert mailers.of("mail_activity", *columns, file="hubspot/email_event_open.csv") == [
        (None, "open", True, None, None, date(2020, 3, 18))  # half past eleven in UTC is the next day here
    ]
    assert mailers.of("mail_activity", *columns, file="hubspot/email_event_status_change.csv") == [
        (None, "unsubscribe", None, None, None, date(2020, 7, 3))
    ]


def test_a_bounce_of_mailchimp_has_its_campaign_in_the_name_of_the_file(mailers):
    name = "mailchimp/reports/aggregate_activity/bounces/c2b4c1c0d9_nieuws.csv"
    assert mailers.of("mail_activity", "campaign_id", "email", "kind", file=name) == [("c2b4c1c0d9", "jan@example.com", "bounce")]


def test_the_last_click_of_a_profile_answers_for_twelve_months_and_its_absence_is_known(tmp_path):
    head = "Email,Klaviyo ID,Last Active,Last Open,Last Click,Email Marketing Consent\n"
    rows = (
        "jan@example.com,a,2026-10-01 10:00:00,2026-10-01 10:00:00,2026-09-01 10:00:00,SUBSCRIBED\n"
        "piet@example.com,b,2024-01-01 10:00:00,2024-01-01 10:00:00,2024-01-01 10:00:00,SUBSCRIBED\n"
        "kim@example.com,c,2024-01-01 10:00:00,,2024-01-01 10:00:00,UNSUBSCRIBED\n"
        "an@example.com,d,2026-01-01 10:00:00,,,misschien\n"
    )
    desk = Desk(tmp_path / "own")
    desk.source("klaviyo", "klaviyo.profiles", {"profiles.csv": head + rows}, timezone="Europe/Amsterdam")
    done = desk.audit()
    assert done.counts("klaviyo", "RET-MKT-12") == {"within": 1, "overdue": 1, "undetermined": 1, "out_of_scope": 1}


def test_what_a_files_name_alone_says_is_read(tmp_path):
    """Mailchimp's real files of opens have two columns, and a small audience none of the columns that its status is read from."""
    files = {
        "reports/granular_activity/opens/1234_nieuws.csv": "Timestamp,Email\n2026-01-01 10:00:00,jan@example.com\n",
        "subscribed_members_export_5.csv": "Email Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME\njan@example.com,2,2026-01-01 10:00:00,\n",
    }
    staged = stage(tmp_path, files)
    assert staged.of("mail_activity", "email", "kind", "campaign_id") == [("jan@example.com", "open", "1234")]
    assert staged.of("mail_member", "email", "status") == [("jan@example.com", "subscribed")]
