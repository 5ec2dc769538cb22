"""Exports of Zendesk, Traccar and Google Ads, in their own shapes, through the real staging. All people are made up."""

from __future__ import annotations

import json
from datetime import date

import duckdb
import pytest

from functional.auditing import Outcome, audit
from functional.staging import SHARED, Staged, stage, stage_folder

USERS = [
    {
        "id": 3963,
        "email": "jan@example.com",
        "name": "Jan van der Berg",
        "phone": "+31612345678",
        "notes": "belt vaak",
        "details": "",
        "role": "end-user",
        "organization_id": 7,
        "external_id": "K-00317",
        "created_at": "2018-02-18T23:30:00Z",
        "updated_at": "2025-01-01T00:00:00Z",
        "last_login_at": "2019-05-06T07:08:09Z",
        "suspended": False,
        "time_zone": "Pacific Time (US & Canada)",
        "verified": True,
        "active": True,
    },
    {
        "id": 3964,
        "email": "an@example.com",
        "name": "An",
        "role": "agent",
        "created_at": "2018-02-18T23:30:00Z",
        "last_login_at": None,
        "organization_id": None,
        "time_zone": "Amsterdam",
    },
]
TICKET = {
    "id": 1600,
    "requester_id": 3965,
    "submitter_id": 3965,
    "status": "solved",
    "created_at": "2018-02-19T01:54:52Z",
    "updated_at": "2024-05-01T00:00:10Z",
    "subject": "Vraag",
    "description": "Wanneer?",
    "via": {"channel": "email", "source": {"from": {"address": "kim@example.com", "name": "Kim"}}},
    "metric_set": {"solved_at": "2018-03-01T10:00:00Z"},
}
CHAT = {
    "id": "1805.1",
    "type": "chat",
    "timestamp": "2019-01-02T03:04:05Z",
    "end_timestamp": "2019-01-02T03:14:05Z",
    "visitor": {"id": "v1", "name": "Kim", "email": "kim@example.com", "phone": ""},
    "history": [{"type": "chat.msg", "name": "Kim", "msg": "hallo", "timestamp": "2019-01-02T03:04:06Z"}],
    "agent_names": ["An"],
}
API_USER = {
    "id": 5,
    "name": "Jan",
    "login": "",
    "email": "jan@example.com",
    "phone": "",
    "readonly": False,
    "administrator": False,
    "map": None,
    "deviceLimit": -1,
    "userLimit": 0,
    "expirationTime": "2027-01-31T22:45:00.000+00:00",
    "token": "geheim",
    "attributes": {},
}
API_DEVICE = {
    "id": 17,
    "name": "AB-123-C",
    "uniqueId": "356307042441013",
    "status": "offline",
    "lastUpdate": "2023-06-01T00:05:04.000+00:00",
    "positionId": 902,
    "groupId": 0,
    "phone": "+31970123456789",
    "model": "GT06",
    "contact": "Kim Claes",
    "category": "car",
    "disabled": False,
    "expirationTime": None,
    "attributes": {},
}
FILES = {
    "zendesk/users.json": json.dumps({"users": USERS, "count": 2, "next_page": None}),
    "zendesk/tickets.csv": (
        "id,requester_id,requester_email,status,created_at,updated_at,subject\n"
        "1595,3963,jan@example.com,closed,2018-02-19T01:54:52Z,2024-05-01T23:00:10Z,GPS geeft geen signaal\n"
        "1596,3964,piet@example.com,deleted,2017-06-01T08:00:00Z,2017-06-02T08:00:00Z,Factuur\n"
    ),
    "zendesk-api/tickets.ndjson": json.dumps(TICKET) + "\n",
    "zendesk/chats.json": json.dumps({"chats": [CHAT], "count": 1, "next_url": None}),
    "traccar/users.json": json.dumps([API_USER]),
    "traccar/tc_users.csv": (
        "id,name,email,login,phone,hashedpassword,salt,token,totpkey,readonly,administrator,map,latitude,longitude,zoom,disabled,"
        "expirationtime,devicelimit,userlimit,attributes\n"
        "6,Piet,piet@example.com,NULL,NULL,geheim,geheim,geheim,NULL,false,false,NULL,0,0,0,false,NULL,-1,0,{}\n"
    ),
    "traccar/devices.json": json.dumps([API_DEVICE]),
    "traccar/positions.csv": (
        "id,deviceId,protocol,serverTime,deviceTime,fixTime,valid,latitude,longitude,altitude,speed,course,address,accuracy,ignition,"
        "batteryLevel\n"
        "901,17,gt06,2023-06-01 00:00:04,2023-06-01 00:00:01,1970-01-01 01:00:00,false,0.0,0.0,0.0,0.0,0.0,,0.0,true,80\n"
        "902,17,gt06,2023-06-01 00:05:04,2023-06-01 00:05:01,2023-06-01 00:05:01,true,52.0907,5.1214,3.0,21.6,90.0,Domplein 1, Utrecht, "
        "NL,5.0,true,79\n"
        "903,17,gt06,2023-06-02 00:05:04,2023-06-02 00:05:01,2023-06-02 00:05:01,true,52.0,5.1,3.0,2.0,9.0,,5.0,true,78\n"
    ),
    "traccar/tc_events.csv": "id,type,eventtime,deviceid,positionid,geofenceid\n1,deviceOnline,2023-06-01 00:00:04,17,901,NULL\n",
    "traccar/tc_actions.csv": (
        "id,actiontime,address,userid,actiontype,objecttype,objectid\n1,2024-06-01 10:00:00,203.0.113.7,5,login,user,5\n"
    ),
    "ads/winter.csv": (
        "Parameters:TimeZone=America/New_York,,,,,,,\n"
        "Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency,Order ID,Ad User Data,Email\n"
        "EAIaIQob,Aankoop,2026-01-14 22:30:00,89.00,EUR,#1001,Granted,jan@example.com\n"
        "EAIaIQoc,Aankoop,2026-01-14 10:30:00+01:00,10.00,EUR,,Denied,\n"
        "\n"
        "EAIaIQod,Aankoop,2026-01-15 10:30:00 +0100,10.00,EUR,,,\n"
    ),
    "ads/offset.csv": "Parameters:TimeZone=+0200\nGoogle Click ID,Conversion Name,Conversion Time\nEAIaIQoe,Aankoop,2026-01-14 23:30:00\n",
    "ads/bare.csv": "Google Click ID,Conversion Name,Conversion Time\nEAIaIQof,Aankoop,2026-01-14 23:30:00\n",
}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    return stage(tmp_path_factory.mktemp("services"), FILES)


def test_each_export_is_recognised(services):
    assert services.problems == {}
    assert services.contracts == {
        "zendesk/users.json": "zendesk.users",
        "zendesk/tickets.csv": "zendesk.tickets",
        "zendesk-api/tickets.ndjson": "zendesk.tickets",
        "zendesk/chats.json": "zendesk.chats",
        "traccar/users.json": "traccar.users",
        "traccar/tc_users.csv": "traccar.users",
        "traccar/devices.json": "traccar.devices",
        "traccar/positions.csv": "traccar.positions",
        "traccar/tc_events.csv": "traccar.events",
        "traccar/tc_actions.csv": "traccar.actions",
        "ads/winter.csv": "google_ads.conversions",
        "ads/offset.csv": "google_ads.conversions",
        "ads/bare.csv": "google_ads.conversions",
    }


def test_agents_and_customers_are_people_in_utc_whatever_their_zone(services):
    assert services.of("account", "record_key", "customer_id", "created_at_first_date", "last_login_at", file="zendesk/users.json") == [
        ("3963", "K-00317", date(2018, 2, 19), "2019-05-06 07:08:09+00"),
        ("3964", None, date(2018, 2, 19), None),
    ]
    assert services.of("contact", "record_key", "last_name", "phone", "notes", file="zendesk/users.json") == [
        ("3963", "Jan van der Berg", "+31612345678", "belt vaak"),
        ("3964", "An", None, None),
    ]


def test_a_change_of_a_ticket_only_bounds_its_last_message(services):
    columns = (
        "record_key",
        "email",
        "created_at",
        "closed_at",
        "last_message_at",
        "last_message_at_first_date",
        "last_message_at_last_date",
    )
    assert services.of("message", *columns, file="zendesk/tickets.csv") == [
        ("1595", "jan@example.com", "2018-02-19 01:54:52+00", None, None, None, date(2024, 5, 2)),
        ("1596", "piet@example.com", "2017-06-01 08:00:00+00", None, None, None, date(2017, 6, 2)),
    ]
    columns = ("record_key", "contact_id", "channel", "email", "closed_at", "body")
    assert services.of("message", *columns, file="zendesk-api/tickets.ndjson") == [
        ("1600", "3965", "mail", "kim@example.com", "2018-03-01 10:00:00+00", "Wanneer?")
    ]


def test_a_chat_has_its_visitor_in_json(services):
    columns = ("record_key", "channel", "name", "email", "phone", "last_message_at")
    assert services.of("message", *columns, file="zendesk/chats.json") == [
        ("1805.1", "chat", "Kim", "kim@example.com", None, "2019-01-02 03:14:05+00")
    ]
    assert "hallo" in str(services.of("message", "body", file="zendesk/chats.json"))


def test_traccar_users_have_no_trigger_and_are_staged_without_their_secrets(services):
    columns = ("record_key", "email", "username", "created_at", "last_login_at", "closed_at")
    assert services.of("account", *columns, file="traccar/users.json") == [
        ("5", "jan@example.com", "Jan", None, None, "2027-01-31 22:45:00+00")
    ]
    assert services.of("account", *columns, file="traccar/tc_users.csv") == [("6", "piet@example.com", "Piet", None, None, None)]
    assert "geheim" not in str(services.rows["account"])
    assert {"hashedpassword", "salt", "token", "totpkey"} <= set(services.counts("traccar/tc_users.csv", "account").unknown)


def test_a_device_is_known_by_its_number(services):
    columns = ("record_key", "serial", "sim_phone", "driver_name", "contract_ended_on")
    assert services.of("device", *columns) == [("17", "356307042441013", "+31970123456789", "Kim Claes", None)]


def test_positions_count_by_the_servers_clock_and_ragged_rows_are_rejected(services):
    assert services.of("service_event", "row", "device_id", "kind", "happened_at", file="traccar/positions.csv") == [
        (1, "17", "position", "2023-05-31 22:00:04+00"),
        (3, "17", "position", "2023-06-01 22:05:04+00"),
    ]
    counts = services.counts("traccar/positions.csv", "service_event")
    assert (counts.rows_read, counts.rows_staged, counts.rejected) == (3, 2, ((2, "too many columns"),))
    assert services.of("service_event", "account_id", "kind", "ip", file="traccar/tc_actions.csv") == [("5", "login", "203.0.113.7")]


def test_traccar_is_data_of_others(tmp_path):
    """The policy's twelve months are not about it: out of scope, and a user without any date is no error."""
    files = {name: content for name, content in FILES.items() if name.startswith("traccar/")}
    stage(tmp_path / "given", files)
    done: Outcome = audit(tmp_path / "given" / "exports")
    assert done.counts("traccar.positions", "RET-SVC-12") == {"out_of_scope": 2}
    assert done.counts("traccar.actions", "RET-SVC-12") == {"out_of_scope": 1}
    assert done.problems.strip() == ""


def test_conversions_are_in_the_zone_of_the_first_line_or_their_own(services):
    columns = ("gclid", "event_at", "transaction_id", "ads_consent")
    assert services.of("analytics_event", *columns, file="ads/winter.csv") == [
        ("EAIaIQob", "2026-01-15 03:30:00+00", "#1001", "granted"),
        ("EAIaIQoc", "2026-01-14 09:30:00+00", None, "denied"),
        ("EAIaIQod", "2026-01-15 09:30:00+00", None, None),
    ]
    counts = services.counts("ads/winter.csv", "analytics_event")
    assert (counts.rows_read, counts.rows_staged, counts.excluded) == (4, 3, {"blank line": 1})
    assert services.of("analytics_event", "event_at", file="ads/offset.csv") == [("2026-01-14 21:30:00+00",)]
    assert services.of("analytics_event", "event_at", file="ads/bare.csv") == [("2026-01-14 22:30:00+00",)]
    assert services.of("analytics_event", "parameters", file="ads/winter.csv")[0][0][0] == {"key": "email", "value": "jan@example.com"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real sample exports lie outside the project")
def test_every_row_of_the_real_exports_is_accounted_for(tmp_path):
    """`stage_folder` reconciles them; what nothing recognises is said, and nothing that is recognised is a problem."""
    staged = stage_folder(SHARED, tmp_path / "work")
    assert all(what.startswith("no contract recognises it") for what in staged.problems.values())
    assert {name.split("/")[0] for name in staged.contracts} == {"ga4", "hubspot", "klaviyo", "mailchimp", "odoo", "shopify"}
    assert [part.bound.name for part in staged.intake.parts if part.counts.uncast] == []
    orders = staged.counts("shopify/ltv_shopify_orders.csv", "order")
    assert (orders.rows_read, orders.rows_staged, orders.excluded["line item row"]) == (9, 8, 1)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real sample exports lie outside the project")
def test_a_connectors_table_says_the_same_as_typed_parquet(tmp_path):
    """Times, numbers and booleans have types there; every value that is staged stays what it was."""
    tables = [path for path in sorted(SHARED.glob("*/fivetran_*.csv")) if path.name != "fivetran_event_data.csv"]
    for table in tables:
        copy = tmp_path / "exports" / table.relative_to(SHARED).with_suffix(".parquet")
        copy.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"copy (from read_csv('{table}', sample_size = -1)) to '{copy}' (format parquet)")
    typed = stage_folder(tmp_path / "exports", tmp_path / "typed")
    as_text = stage_folder(SHARED, tmp_path / "text")
    compared = 0
    for entity, rows in typed.rows.items():
        texts = {(row["file"], row["row"]): row for row in as_text.rows[entity]}
        for row in rows:
            twin = texts[row["file"].replace(".parquet", ".csv"), row["row"]]
            assert {name: value for name, value in row.items() if name not in ("file", "path")} == {
                name: value for name, value in twin.items() if name not in ("file", "path")
            }
            compared += 1
    assert compared > 700
