"""The inconvenient truths of formats.md section 15 that today's checks meet: what makes an audit look cleaner than the data.

Every test declares its files above itself; one audit judges them all, a source each.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functional.auditing import Batch, Desk, Outcome, pseudonym, ranges, table, visits

BATCH = Batch()
OLD, NEW = "2024-05-01T10:00:00+02:00", "2026-09-01T10:00:00+02:00"
OLD_MICROS, NEW_MICROS = 1714550400123456, 1788249600123456
LIST = ["email", "status", "opted_in_at"]
AUDIENCE = "Email Address,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,EUID"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    outcome = BATCH.audit(tmp_path_factory.mktemp("truths"))
    assert outcome.code == 0, outcome.problems
    return outcome


def md5(address: str) -> str:
    return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()


def keyed(list_id: str, *addresses: str) -> set[str]:
    """The record keys of members as findings show them."""
    return {pseudonym(f"{list_id}\x1f{address}") for address in addresses}


# 1: three outcomes are needed. On 'silent' nobody's activity is known; on 'undated' it is, and no date of the person's own.
BATCH.members("undated", ["email", "status"], ["a@undated.voorbeeld.nl", "subscribed"])
BATCH.add(
    "silent",
    "plain.mail_member",
    {
        "members.csv": table(
            "email,status,opted_in_at", f"a@silent.voorbeeld.nl,subscribed,{OLD}", f"b@silent.voorbeeld.nl,subscribed,{NEW}"
        )
    },
    list_id="silent",
)


def test_01_what_cannot_be_told_is_undetermined_and_counted(done: Outcome) -> None:
    assert done.counts("undated", "RET-MKT-12") == {"undetermined": 1}
    assert [line["reason"] for line in done.lines("undated", "RET-MKT-12")] == ["DQ-TS-NULL"]
    # The known opt-in proves WITHIN; the absence of activity proves nothing.
    assert done.counts("silent", "RET-MKT-12") == {"within": 1, "undetermined": 1}
    assert [line["reason"] for line in done.lines("silent", "RET-MKT-12")] == ["activity not covered"]
    assert {line["severity"] for line in done.lines("silent", "AUD-DATA-QUALITY")} == {"high"}


def test_01_obligations_without_any_source_are_not_tested_never_passed(done: Outcome) -> None:
    assert done.counts(None, "RET-COR-12") == {}
    assert done.not_tested(None, "RET-COR-12")
    assert "RET-COR-12" in {line["field"] for line in done.lines(None, "AUD-NOT-TESTED")}


# 2 and 20: a change by anyone is no act of the person, and neither is an import (equal times, no IP address).
BATCH.add(
    "changed",
    "mailchimp.audience",
    {
        "subscribed_members_export_0a1b2c3d4e.csv": table(
            AUDIENCE,
            "a@changed.voorbeeld.nl,2024-05-01 10:00:00,203.0.113.1,2024-05-01 10:05:00,203.0.113.1,2026-10-01 10:00:00,1,a1",
            "b@changed.voorbeeld.nl,2026-05-01 10:00:00,,2026-05-01 10:00:00,,2026-10-01 10:00:00,2,a2",
            "c@changed.voorbeeld.nl,2026-05-01 10:00:00,203.0.113.3,2026-05-01 10:00:00,203.0.113.3,2026-10-01 10:00:00,3,a3",
        )
    },
    timezone="UTC",
    list_id="changed",
)
BATCH.click("changed", "nobody@voorbeeld.nl", NEW)


def test_02_the_last_change_is_no_activity(done: Outcome) -> None:
    (line,) = [line for line in done.lines("changed", "RET-MKT-12") if line["verdict"] == "OVERDUE"]
    assert (line["record_key"], line["first_trigger"]) == (pseudonym("changed\x1fa@changed.voorbeeld.nl"), date(2024, 5, 1))


def test_20_equal_times_without_an_address_are_an_import_and_prove_nothing(done: Outcome) -> None:
    (line,) = [line for line in done.lines("changed", "RET-MKT-12") if line["verdict"] == "UNDETERMINED"]
    assert (line["record_key"], line["reason"]) == (pseudonym("changed\x1fb@changed.voorbeeld.nl"), "DQ-TS-NULL")
    assert done.counts("changed", "RET-MKT-12") == {"within": 1, "overdue": 1, "undetermined": 1}


# 3: opens are made by machines; a proven human one only lowers the severity, and says by which knob it would count.
OPENERS = ("machine", "unflagged", "human", "clicker")
BATCH.members("opens", LIST, *([f"{name}@opens.voorbeeld.nl", "subscribed", OLD] for name in OPENERS))
OPENS = table(
    "list_id,email,kind,happened_at,is_machine_open",
    f"opens,machine@opens.voorbeeld.nl,open,{NEW},true",
    f"opens,unflagged@opens.voorbeeld.nl,open,{NEW},",
    f"opens,human@opens.voorbeeld.nl,open,{NEW},false",
    f"opens,clicker@opens.voorbeeld.nl,click,{NEW},",
)
BATCH.add("opened", "plain.mail_activity", {"opens.csv": OPENS})


def test_03_opens_are_no_response(done: Outcome) -> None:
    assert done.counts("opens", "RET-MKT-12") == {"within": 1, "overdue": 3}
    found = {line["record_key"]: (line["severity"], line["reason"]) for line in done.lines("opens", "RET-MKT-12")}
    human, machine, unflagged = (found[pseudonym(f"opens\x1f{name}@opens.voorbeeld.nl")] for name in ("human", "machine", "unflagged"))
    assert (machine, unflagged) == (("high", None), ("high", None))
    assert human[0] == "medium"
    assert "marketing.opens=verified_human" in human[1]


@pytest.mark.parametrize(("opens", "expected"), [("verified_human", {"within": 2, "overdue": 2}), ("all", {"within": 4})])
def test_03_a_knob_can_make_opens_count(tmp_path: Path, opens: str, expected: dict[str, int]) -> None:
    desk = Desk(tmp_path / "company")
    for name, contract, files, more in BATCH.sources:
        if name in ("opens", "opened"):
            desk.source(name, contract, files, **more)
    desk.bindings = [
        binding + '\ncoverage = "from"\ncovers_from = 2025-01-01' if "opened" in binding else binding for binding in desk.bindings
    ]
    assert desk.audit("--knob", f"marketing.opens={opens}", "--checks", "retention").counts("opens", "RET-MKT-12") == expected


# 6: "pseudonymous" activity is found by hashing the address, in every normalised spelling.
BATCH.members("hashed", LIST, *([f"{name}@hashed.voorbeeld.nl", "subscribed", OLD] for name in ("Anna", "bo", "cas")))
BATCH.add(
    "connector",
    "mailchimp.recipient_activity",
    {
        "activity.csv": table(
            "action,campaign_id,member_id,timestamp,ip,list_id,url",
            f"click,c1,{md5('anna@hashed.voorbeeld.nl')},2026-09-01 10:00:00,203.0.113.9,hashed,https://shop.example.com/",
            f"click,c1,{md5('bo@hashed.voorbeeld.nl').upper()},2026-09-01 10:00:00,203.0.113.9,hashed,https://shop.example.com/",
            f"open,c1,{md5('cas@hashed.voorbeeld.nl')},2026-09-01 10:00:00,66.249.81.5,hashed,",
        )
    },
    timezone="UTC",
)
BATCH.members("anonymous", ["email", "email_md5", "status", "opted_in_at"], ["", md5("dirk@anonymous.voorbeeld.nl"), "subscribed", OLD])
BATCH.click("anonymous", "Dirk@anonymous.voorbeeld.nl", NEW)


def test_06_a_hash_of_the_address_is_the_address(done: Outcome) -> None:
    assert done.counts("hashed", "RET-MKT-12") == {"within": 2, "overdue": 1}
    assert {line["record_key"] for line in done.lines("hashed", "RET-MKT-12")} == keyed("hashed", "cas@hashed.voorbeeld.nl")
    assert done.counts("anonymous", "RET-MKT-12") == {"within": 1}


# 8 and 18: rows are not records. One address in three spellings is one member; with a plus tag it is another one.
SPELLINGS = ("eva@spelling.voorbeeld.nl", " EVA@Spelling.voorbeeld.nl", "eva\u00a0@spelling.voorbeeld.nl")
BATCH.members("spelling", LIST, *([spelling, "subscribed", OLD] for spelling in (*SPELLINGS, "eva+news@spelling.voorbeeld.nl")))


def test_08_and_18_rows_of_one_address_are_one_record(done: Outcome) -> None:
    lines = {line["record_key"]: line for line in done.lines("spelling", "RET-MKT-12")}
    one, tagged = (lines[pseudonym(f"spelling\x1f{name}@spelling.voorbeeld.nl")] for name in ("eva", "eva+news"))
    assert len(lines) == 2
    assert (one["records"], one["ranges"]) == (3, ranges((1, 3)))
    assert (tagged["records"], tagged["ranges"]) == (1, ranges(4))


# 18: one exported record can be several rows, and rows are reconciled as the file has them.
ANSWERS = [
    {"campaign_id": "c1", "list_id": "nested", "email_address": "finn@nested.voorbeeld.nl", "activity": [
        {"action": "open", "timestamp": "2026-08-01T10:00:00+00:00", "ip": "203.0.113.9"},
        {"action": "click", "timestamp": "2026-08-01T10:01:00+00:00", "url": "https://shop.example.com/"},
        {"action": "bounce", "type": "soft", "timestamp": "2026-09-01T10:00:00+00:00"},
    ]},
    {"campaign_id": "c1", "list_id": "nested", "email_address": "gijs@nested.voorbeeld.nl", "activity": []},
]  # fmt: skip
BATCH.add("nested-activity", "mailchimp.activity_api", {"c1.json": json.dumps({"emails": ANSWERS, "total_items": 2})})
BATCH.members("nested", LIST, *([f"{name}@nested.voorbeeld.nl", "subscribed", OLD] for name in ("finn", "gijs")))


def test_18_a_record_that_holds_a_list_is_one_row_of_its_file(done: Outcome) -> None:
    assert done.rows_of("nested-activity/c1.json") == (2, 1, 0, 1)
    assert done.counts("nested", "RET-MKT-12") == {"within": 1, "overdue": 1}


# 11: what was deleted in the system is still in last year's export, and that file must go.
USERS = "client_id,last_active_at"
BATCH.add(
    "users",
    "plain.analytics_user",
    {
        "2025-10-31/users.csv": table(USERS, f"gone,{OLD}", f"kept,{OLD}", f"young,{NEW}"),
        "2026-10-31/users.csv": table(USERS, f"kept,{OLD}", f"young,{NEW}"),
    },
    extracted_at="%Y-%m-%d",
)
BATCH.add(
    "members",
    "plain.mail_member",
    {
        "2025-10-31/members.csv": table(
            ",".join(LIST), f"gone@members.voorbeeld.nl,subscribed,{OLD}", f"kept@members.voorbeeld.nl,subscribed,{OLD}"
        ),
        "2026-10-31/members.csv": table(",".join(LIST), f"kept@members.voorbeeld.nl,subscribed,{OLD}"),
    },
    extracted_at="%Y-%m-%d",
    list_id="members",
)
BATCH.click("members", "nobody@voorbeeld.nl", NEW)


def test_11_a_record_only_in_an_old_export_means_that_the_file_must_go(done: Outcome) -> None:
    lines = {line["record_key"]: (line["file"], line["action"]) for line in done.lines("users", "RET-ANA-26")}
    assert lines == {
        pseudonym("gone\x1f"): ("users/2025-10-31/users.csv", "delete_file"),
        pseudonym("kept\x1f"): ("users/2026-10-31/users.csv", "delete"),
    }


def test_11_a_member_only_in_an_old_export_is_not_mailable(done: Outcome) -> None:
    assert {line["record_key"] for line in done.lines("members", "RET-MKT-12")} == keyed("members", "kept@members.voorbeeld.nl")
    assert done.counts("members", "RET-MKT-12") == {"overdue": 1, "out_of_scope": 1}


# 13: stamps without a zone. At the edge an hour decides; what was assumed is said, once a column.
EDGE = visits("2025-10-30 23:30:00", "2025-10-30 22:30:00")
BATCH.add("in-amsterdam", "plain.service_event", {"visits.csv": EDGE}, timezone="Europe/Amsterdam")
BATCH.add("in-utc", "plain.service_event", {"visits.csv": EDGE}, timezone="UTC")
BATCH.add("assumed", "plain.service_event", {"1.csv": EDGE, "2.csv": EDGE})
BATCH.members("assumed-list", LIST, ["a@zones.voorbeeld.nl", "subscribed", "2025-10-30 23:30:00"])


def test_13_the_zone_of_the_binding_decides_at_the_edge(done: Outcome) -> None:
    assert done.counts("in-amsterdam", "RET-SVC-12") == {"overdue": 2}
    assert done.counts("in-utc", "RET-SVC-12") == {"due": 1, "overdue": 1}
    assert done.lines("in-utc", "DQ-TZ-ASSUMED") == []


def test_13_an_assumed_zone_is_said_once_a_column(done: Outcome) -> None:
    (line,) = done.lines("assumed", "DQ-TZ-ASSUMED")
    assert (line["severity"], line["field"], line["records"]) == ("info", "happened_at", 4)
    assert "Europe/Amsterdam" in line["reason"]
    assert done.counts("assumed", "RET-SVC-12") == {"overdue": 4}
    # Mail tools write UTC; 23:30 there is the next day here, which is the last one allowed.
    assert ["UTC" in line["reason"] for line in done.lines("assumed-list", "DQ-TZ-ASSUMED")] == [True]
    assert done.counts("assumed-list", "RET-MKT-12") == {"due": 1}


# 14: dates that are none.
SENTINELS = {
    "DQ-TS-NULL": ("", "(not set)", "n.v.t."),
    "DQ-TS-SENTINEL": (
        "1970-01-01",
        "1970-01-01T00:00:00Z",
        "1970-01-01 00:00:00",
        "0000-00-00",
        "1900-01-01",
        "9999-12-31",
        "1899-12-30",
        "01-01-1970",
    ),
    "DQ-TS-FUTURE": ("2031-01-01T00:00:00Z",),
    "DQ-TS-IMPLAUSIBLE": ("1985-06-01",),
    "DQ-TS-PARSE": ("2025-02-30", "gisteren", "0"),
}
for code, stamps in SENTINELS.items():
    BATCH.add(code.lower(), "plain.service_event", {"visits.csv": visits(*stamps)})
COOKIES = table(
    "cookie_name,domain,client_id,set_at,expires_at",
    f"forever,shop.example.com,c1,{NEW},9999-12-31T00:00:00Z",
    f"century,shop.example.com,c2,{NEW},2118-01-01T00:00:00Z",
    f"fine,shop.example.com,c3,{NEW},2028-09-01T10:00:00+02:00",
    f"session,shop.example.com,c4,{NEW},",
)
BATCH.add("cookies", "plain.cookie", {"cookies.csv": COOKIES})
BATCH.add("epochs", "ga4.pseudonymous_users", {"pseudonymous_users_20261030.json": "".join(json.dumps({
    "pseudo_user_id": f"1.170000000{number}", "occurrence_date": "20261030", "last_updated_date": "20261030", "stream_id": "1",
    "user_info": {"last_active_timestamp_micros": str(active), "user_first_touch_timestamp_micros": str(touched)},
}) + "\n" for number, (active, touched) in enumerate([(0, 0), (NEW_MICROS, 0), (NEW_MICROS, OLD_MICROS)]))})  # fmt: skip


@pytest.mark.parametrize("code", SENTINELS)
def test_14_a_sentinel_is_undetermined_with_its_code(done: Outcome, code: str) -> None:
    assert done.counts(code.lower(), "RET-SVC-12") == {"undetermined": len(SENTINELS[code])}
    assert {line["reason"] for line in done.lines(code.lower(), "RET-SVC-12")} == {code}


def test_14_a_cookie_for_ever_is_no_cookie_without_an_end(done: Outcome) -> None:
    assert done.counts("cookies", "RET-COOKIE-24") == {"passed": 2, "failed": 2}
    assert [line["ranges"] for line in sorted(done.lines("cookies", "RET-COOKIE-24"), key=lambda line: line["ranges"][0]["first"])] == [
        ranges(1),
        ranges(2),
    ]


def test_14_zero_micros_are_no_first_touch_and_no_last_visit(done: Outcome) -> None:
    found = {(line["verdict"], line["field"], line["reason"]): line["ranges"] for line in done.lines("epochs", "RET-ANA-26")}
    assert found == {("UNDETERMINED", None, "DQ-TS-SENTINEL"): ranges(1), ("OVERDUE", "first_touch_at", None): ranges(3)}


# 19: shards of one export, years apart. Types and fields come and go; an intraday shard repeats its day.
def shard(fields: dict[str, pa.DataType], *rows: dict[str, object]) -> bytes:
    made = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([*rows], schema=pa.schema(list(fields.items()))), made)
    return bytes(made.getvalue())


PARAMETER = {"key": "ga_session_id", "value": {"string_value": None, "int_value": 5}}
OLD_VALUE = pa.struct([("string_value", pa.string()), ("int_value", pa.int64())])
NEW_VALUE = pa.struct(
    [("string_value", pa.string()), ("int_value", pa.int64()), ("float_value", pa.float64()), ("double_value", pa.float64())]
)
EVENT = {"event_timestamp": pa.int64(), "event_name": pa.string(), "user_pseudo_id": pa.string(), "platform": pa.string()}
OLDEST = EVENT | {"event_params": pa.list_(pa.struct([("key", pa.string()), ("value", OLD_VALUE)]))}
NEWEST = EVENT | {
    "event_params": pa.list_(pa.field("element", pa.struct([("key", pa.string()), ("value", NEW_VALUE)]))),
    "privacy_info": pa.struct([("analytics_storage", pa.string()), ("ads_storage", pa.string()), ("uses_transient_token", pa.string())]),
    "user_id": pa.string(),
    "is_active_user": pa.bool_(),
    "batch_event_index": pa.int64(),
    "column_of_2027": pa.string(),
}
FIRST = {
    "event_timestamp": OLD_MICROS,
    "event_name": "page_view",
    "user_pseudo_id": "1.1700000000",
    "platform": "WEB",
    "event_params": [PARAMETER],
}
LAST = FIRST | {
    "event_timestamp": NEW_MICROS,
    "privacy_info": {"analytics_storage": "Yes"},
    "user_id": "K-1",
    "is_active_user": True,
    "batch_event_index": 1,
}
SHARDS: dict[str, str | bytes] = {
    "events_20240501.parquet": shard(OLDEST, FIRST, FIRST),
    "events_20260901.parquet": shard(NEWEST, LAST, LAST | {"event_timestamp": None}),
    "events_intraday_20260901.parquet": shard(EVENT, {name: LAST[name] for name in EVENT}),
    "events_20240502.parquet": shard(EVENT | {"event_timestamp": pa.string()}, {name: str(FIRST[name]) for name in EVENT}),
    "events_20240503.parquet": shard(EVENT, *[]),
    "events_20240504.json": json.dumps(FIRST) + "\n",
}
BATCH.add("shards", "ga4.events", SHARDS)


def test_19_shards_of_different_years_are_one_source(done: Outcome) -> None:
    assert done.counts("shards", "RET-ANA-26") == {"within": 2, "overdue": 4, "undetermined": 1}
    assert {line["file"].split("/")[1]: line["ranges"] for line in done.lines("shards", "RET-ANA-26") if line["verdict"] == "OVERDUE"} == {
        "events_20240501.parquet": ranges((1, 2)),
        "events_20240502.parquet": ranges(1),
        "events_20240504.json": ranges(1),
    }
    assert [done.rows_of(f"shards/{name}")[0] for name in sorted(SHARDS)] == [2, 1, 0, 1, 2, 1]
    assert done.file("shards/events_20260901.parquet")["unknown_columns"] == ["column_of_2027"]


# 23: headers are chosen by people. Other languages are aliases, other orders are no matter, the rest is listed.
DUTCH = table("Opmerking;E-mailadres ;STATUS;Geheim veld;Aangemeld op", f"x;hans@dutch.voorbeeld.nl;subscribed;y;{OLD}")
BATCH.add("dutch-headers", "plain.mail_member", {"leden.csv": DUTCH}, list_id="dutch-headers")
BATCH.click("dutch-headers", "nobody@voorbeeld.nl", NEW)


def test_23_headers_in_dutch_are_understood_and_unknown_ones_listed(done: Outcome) -> None:
    assert done.counts("dutch-headers", "RET-MKT-12") == {"overdue": 1}
    assert done.file("dutch-headers/leden.csv")["unknown_columns"] == ["Geheim veld"]


# 25: a report by visitor is no aggregate, whatever its counts are; seven people are too few to be anonymous.
BY_VISITOR = """# ----------------------------------------
# GA4
# Start date: 20240101
# End date: 20240131
# ----------------------------------------

Client ID,Sessions
1203344556.1700000000,1234
1203344557.1700000001,12
"""
BY_CITY = BY_VISITOR[: BY_VISITOR.index("Client ID")] + 'City,Active users\nUtrecht,"1,204"\nUrk,7\n'
BATCH.add("by-visitor", "ga.ui_report", {"report.csv": BY_VISITOR})
BATCH.add("by-city", "ga.ui_report", {"report.csv": BY_CITY})


def test_25_a_report_that_names_visitors_is_judged_by_row(done: Outcome) -> None:
    assert done.counts("by-visitor", "RET-ANA-26") == {"overdue": 2}


def test_25_only_large_groups_are_nobody(done: Outcome) -> None:
    assert done.counts("by-city", "RET-ANA-26") == {"overdue": 1, "out_of_scope": 1}


# 24: a quiet reader is dangerous.
def test_24_every_row_of_every_file_is_accounted_for(done: Outcome) -> None:
    files = done.summary["files"]
    assert len(files) == sum(len(files) for _, _, files, _ in BATCH.sources) + 1
    for file in files:
        assert file["rows_read"] == file["rows_staged"] + file["rows_rejected"] + file["rows_excluded"], file["file"]


def test_24_every_record_of_a_source_has_a_verdict(done: Outcome) -> None:
    for source in (code.lower() for code in SENTINELS):
        staged = done.rows_of(f"{source}/visits.csv")[1]
        assert sum(done.counts(source, "RET-SVC-12").values()) == staged
