"""Group F: holds, restriction and pending requests block deletion; they excuse nothing that was too late before (domain.md 2.8)."""

import pytest

from spec.given import md5, plain, table
from spec.outcome import check, rows_of

CODE = "RET-ANA-26"
HOLD = {
    "hold_id": "H-1",
    "kind": "legal_hold",
    "reason": "dispute about an invoice",
    "approver": "board",
    "identifier_kind": "client_id",
    "identifier_value": "app-1",
    "source": "",
    "record_key": "",
    "fields": "",
    "period_from": "",
    "period_to": "",
    "starts_on": "2026-03-15",
    "ends_on": "2026-12-31",
    "review_on": "",
    "released_on": "",
}


REQUEST = {
    "request_id": "R-1",
    "right": "",
    "received_at": "2026-03-01",
    "identifiers": "client_id=app-1",
    "state": "received",
    "answered_at": "",
    "closed_at": "",
    "outcome": "",
}


def register(sound: dict[str, str], *changes: dict[str, str]) -> str:
    """A register with a row a change of a sound one."""
    rows = [sound | change for change in changes]
    return "\n".join([" | ".join(sound), *(" | ".join(row.values()) for row in rows)])


def holds(*changes: dict[str, str]) -> dict[str, str]:
    """The register of holds: a row a change of HOLD."""
    return {"holds": register(HOLD, *changes)}


def events(*verdicts: str):
    """Events of 15 January 2024 (last day 15 March 2026), one of each of the visitors app-1, app-2, and so on."""
    rows = "\n".join(f"2024-01-15T10:00:00+01:00 | page_view | app-{number} | {verdict}" for number, verdict in enumerate(verdicts, 1))
    text = f"event_at | event_name | client_id | verdict\n{rows}"
    return table("plain.analytics_event", text, extracted_at="2026-12-01T12:00:00+01:00")


def by_row(done, code: str, *names: str) -> dict[int, tuple]:
    """What the lines of a code say of each row."""
    return {row: tuple(line[name] for name in names) for line in done.of(code) for row in rows_of(line)}


BY_SOURCE = {"identifier_kind": "", "identifier_value": "", "source": "analytics_event"}
# What is held of a visitor (of each: one event, past its term), the verdict, and what blocks it ({}: the number of the case's hold).
HELD = {
    "a hold that began on the last day holds": ([{}], "HELD", ["legal_hold:{}"]),
    "F14 one that began later blocks and excuses nothing": ([{"starts_on": "2026-06-01"}], "OVERDUE", ["legal_hold:{}"]),
    "F03 it is valid through its end date": ([{"ends_on": "2026-11-22"}], "HELD", ["legal_hold:{}"]),
    "F03 and no longer": ([{"ends_on": "2026-11-21"}], "OVERDUE", None),
    "a period narrows what an identifier selects": ([{"period_from": "2024-01-15"}], "HELD", ["legal_hold:{}"]),
    "to nothing, if it begins later": ([{"period_from": "2024-01-16"}], "OVERDUE", None),
    "a hold of another period blocks nothing": ([{"period_from": "2024-02-01", "period_to": "2024-12-31"}], "OVERDUE", None),
    "a hold on another source holds nothing here": ([{"source": "website"}], "OVERDUE", None),
    "a hold on this source does": ([{"source": "analytics_event"}], "HELD", ["legal_hold:{}"]),
    "a source from a later day on": ([BY_SOURCE | {"period_from": "2024-01-16"}], "OVERDUE", None),
    "a source until an earlier day": ([BY_SOURCE | {"period_to": "2024-01-14"}], "OVERDUE", None),
    "a record names all that blocks it and is held if one hold was in time": (
        [{}, {"hold_id": "H-99", "kind": "authority_order", "starts_on": "2026-06-01"}],
        "HELD",
        ["authority_order:H-99", "legal_hold:{}"],
    ),
    "nobody holds anything": ([], "OVERDUE", None),
}
NO_HOLD = [
    ({"hold_id": ""}, "hold_id is missing"),
    ({"kind": ""}, "kind is missing"),
    ({"kind": "dispute"}, "kind is not known"),
    ({"reason": "n/a"}, "reason is missing"),
    ({"approver": "-"}, "approver is missing"),
    ({"starts_on": ""}, "starts_on is missing"),
    ({"starts_on": "some day"}, "starts_on can't be read"),
    ({"starts_on": "3-4-2026"}, "starts_on can be read in more than one way"),
    ({"ends_on": "some day"}, "ends_on can't be read"),
    ({"ends_on": "9999-12-31"}, "ends_on or review_on is missing"),
    ({"identifier_kind": "e-mail"}, "identifier_kind is not known"),
    ({"identifier_kind": "name"}, "identifier_kind links nobody by itself"),
    ({"identifier_kind": ""}, "identifier_kind is missing"),
    (BY_SOURCE, "selector is missing"),
    (BY_SOURCE | {"period_to": "some day"}, "period_to can't be read"),
    ({"source": "web-site"}, "source is not bound"),
    (BY_SOURCE | {"source": "web-site", "period_to": "2024-12-31"}, "source is not bound"),
]


@pytest.fixture(scope="module")
def held(auditor):
    """All those holds in one register, each on a visitor of its own (those that can't be looked for come last)."""
    cases = [(changes, verdict) for changes, verdict, _ in HELD.values()] + [([change], "OVERDUE") for change, _ in NO_HOLD]
    rows = [
        {"hold_id": f"H-{number}", "identifier_value": f"app-{number}"} | change
        for number, (changes, _) in enumerate(cases, 1)
        for change in changes
    ]
    return auditor("2026-11-22", events(*(verdict for _, verdict in cases)), registers=holds(*rows))


def test_each_visitor_is_held_or_is_not(held):
    assert held.exit_code == 0, held.stderr
    export = events(*(verdict for _, verdict, _ in HELD.values()), *("OVERDUE" for _ in NO_HOLD))
    check(held, CODE, export.source, export.expected)


@pytest.mark.parametrize("name", HELD)
def test_what_a_hold_blocks_and_what_it_excuses(held, name):
    row, (_, verdict, blocks) = list(HELD).index(name) + 1, HELD[name]
    blocked_by = [block.format(f"H-{row}") for block in blocks] if blocks else None
    assert by_row(held, CODE, "verdict", "blocked_by")[row] == (verdict, blocked_by)
    assert by_row(held, CODE, "severity")[row] == ("info" if verdict == "HELD" else "high",)


def test_f03_a_hold_that_has_ended_is_told(held):
    assert held.only("RET-HOLD-EXPIRED")["severity"] == "medium"
    holds_before = [change for changes, _, _ in HELD.values() for change in changes]
    assert rows_of(held.only("RET-HOLD-EXPIRED")) == [holds_before.index({"ends_on": "2026-11-21"}) + 1]


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ({"starts_on": "3-4-2026"}, "review"),
        ({"starts_on": "3 april zesentwintig"}, "review"),
        ({"ends_on": "eind dit jaar"}, "review"),
        ({"identifier_kind": "bezoeker"}, "review"),
        ({"identifier_kind": "name"}, "review"),
        ({"identifier_kind": ""}, "review"),
        ({"kind": "juridisch"}, "review"),
        ({"source": "web-site"}, "review"),
        ({"starts_on": "3-4-2026", "released_on": "2026-05-01"}, "delete"),
        ({"identifier_kind": "bezoeker", "starts_on": "2026-11-23"}, "delete"),
        ({"identifier_kind": "bezoeker", "ends_on": "2026-11-21"}, "delete"),
        ({"starts_on": ""}, "delete"),
        ({"approver": ""}, "delete"),
    ],
)
def test_while_nobody_understands_a_hold_nothing_is_destroyed(audit, change, action):
    """What is missing makes a hold none (domain.md 2.8); what stands there may be about any record."""
    done = audit("2026-11-22", events("OVERDUE"), registers=holds(change))
    assert [line["action"] for line in done.of(CODE)] == [action]


@pytest.mark.parametrize("number", range(len(NO_HOLD)), ids=[f"{change} {reason}" for change, reason in NO_HOLD])
def test_what_nobody_can_look_for_is_no_hold(held, number):
    """It says what is wrong, and not the value, which may be anything."""
    row = sum(len(changes) for changes, _, _ in HELD.values()) + number + 1
    assert by_row(held, "RET-HOLD-INVALID", "reason")[row] == (NO_HOLD[number][1],)
    assert by_row(held, CODE, "verdict", "blocked_by")[len(HELD) + number + 1] == ("OVERDUE", None)


@pytest.mark.parametrize("change", [{"period_from": "2024-01-15"}, {"identifier_kind": "email"}], ids=["a period", "a kind of identifier"])
def test_a_hold_on_a_source_is_about_the_triggers_in_its_period(judge, change):
    """And a kind of identifier without one selects nothing by itself."""
    judge(CODE, "2026-11-22", events("HELD", "HELD"), registers=holds(BY_SOURCE | {"period_to": "2024-01-15"} | change))


def test_two_holds_that_share_a_number_are_two(judge):
    late = {"starts_on": "2026-06-01"}
    other = {"identifier_value": "app-2"}
    done = judge(CODE, "2026-11-22", events("OVERDUE", "HELD"), registers=holds(late, other))
    assert {line["verdict"]: line["blocked_by"] for line in done.of(CODE)} == {"OVERDUE": ["legal_hold:H-1"], "HELD": ["legal_hold:H-1"]}


# A request of a visitor, the verdict on his one event, what blocks that, and what is wrong with the request.
ASKED = {
    "F07 a request for access hides no late clean-up": (
        {"right": "access", "received_at": "2026-11-20"}, "OVERDUE", "pending_access", None,
    ),
    "F08 a request for erasure in time takes the row out of clean-up": ({"right": "erasure"}, "HELD", "pending_erasure", None),
    "it blocks until it is answered": ({"right": "erasure", "answered_at": "2026-11-22"}, "HELD", "pending_erasure", None),
    "and no longer": ({"right": "erasure", "answered_at": "2026-11-21"}, "OVERDUE", None, None),
    "to close a request is no answer": (
        {"right": "access", "state": "closed", "closed_at": "2026-03-20"}, "HELD", "pending_access", None,
    ),
    "unless something came of it": (
        {"right": "access", "state": "closed", "closed_at": "2026-03-20", "outcome": "granted"}, "OVERDUE", None, None,
    ),
    "a request that nobody numbered blocks too": ({"right": "erasure", "request_id": ""}, "HELD", "pending_erasure", None),
    "for nobody knows what": ({"right": "acces"}, "HELD", "pending_request", ("right", "right is not known")),
    "for nobody says what": ({"right": ""}, "HELD", "pending_request", ("right", "right is missing")),
    "of no day": ({"right": "access", "received_at": ""}, "OVERDUE", "pending_access", ("received_at", "received_at is missing")),
    "of some day": (
        {"right": "access", "received_at": "some day"}, "OVERDUE", "pending_access", ("received_at", "received_at can't be read"),
    ),
    "done, and of nobody": ({"right": "access", "identifiers": "", "state": "closed", "outcome": "granted"}, "OVERDUE", None, None),
    "an objection that is done, and of nobody": (
        {"right": "marketing_objection", "identifiers": "", "state": "closed", "outcome": "granted"},
        "OVERDUE", None, ("identifiers", "identifiers are missing"),
    ),
    "withdrawn, and of nobody": (
        {"right": "withdrawal", "identifiers": "", "state": "withdrawn", "outcome": "granted"}, "OVERDUE", None, None,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def asked(auditor):
    """All those requests in one register, each of a visitor of its own."""
    rows = [
        {"request_id": f"R-{number}", "identifiers": f"client_id=app-{number}"} | change
        for number, (change, *_) in enumerate(ASKED.values(), 1)
    ]
    export = events(*(verdict for _, verdict, *_ in ASKED.values()))
    done = auditor("2026-11-22", export, registers={"requests": register(REQUEST, *rows)})
    assert done.exit_code == 0, done.stderr
    check(done, CODE, export.source, export.expected)
    return done


@pytest.mark.parametrize("name", ASKED)
def test_what_a_request_blocks_and_what_it_excuses(asked, name):
    """What is done needs nobody's identifiers any more; where whose data it is about can be told, only these are kept."""
    number, (change, verdict, block, wrong) = list(ASKED).index(name) + 1, ASKED[name]
    blocks = [f"{block}:{change.get('request_id', f'R-{number}') or f'row-{number}'}"] if block else None
    assert by_row(asked, CODE, "verdict", "blocked_by", "action")[number] == (verdict, blocks, "review" if verdict == "HELD" else "delete")
    assert by_row(asked, "DQ-SCHEMA", "field", "reason").get(number) == wrong


UNPLACED = [
    ("access", "", "identifiers", "identifiers are missing"),
    ("erasure", "Ann", "identifiers", "an identifier is not kind=value"),
    ("erasure", "client_id=", "identifiers", "an identifier is not kind=value"),
    ("portability", "cookie=app-1", "identifiers", "the kind of an identifier is not known"),
    ("restriction", "client_id=app-2;e-mail=ann@example.com", "identifiers", "the kind of an identifier is not known"),
    ("access", "name=Ann;postcode_house_number=1234AB 1", "identifiers", "no identifier links anybody by itself"),
]


@pytest.mark.parametrize(("right", "identifiers", "field", "reason"), UNPLACED, ids=[case[3] for case in UNPLACED])
def test_while_nobody_can_tell_whose_data_a_pending_request_is_about_nothing_is_deleted(audit, right, identifiers, field, reason):
    """2.8 and 3.2: what somebody asks for is not destroyed. Any record may be that person's, so a person looks first."""
    registers = {"requests": register(REQUEST, {"right": right, "identifiers": identifiers})}
    done = audit("2026-11-22", events("OVERDUE", "OVERDUE"), registers=registers)
    line = done.only("DQ-SCHEMA")
    assert (line["source"], line["field"], line["reason"], line["ranges"]) == (
        "register.request", field, reason, [{"first": 1, "last": 1}],
    )  # fmt: skip
    assert {line["action"] for line in done.of(CODE)} == {"review"}
    assert "OVERDUE" in {line["verdict"] for line in done.of(CODE)}  # late is late


BOB_MD5 = md5("bob@example.com")
BY_EMAIL = {"identifier_kind": "email", "identifier_value": "Ann@Example.com", "starts_on": "2026-01-01"}


def members(*verdicts: str):
    """Members who asked for mail on 15 January 2025 and never answered (last day 15 January 2026)."""
    rows = "\n".join(
        f"{name}@example.com | subscribed | 2025-01-15T10:00:00Z | news | newsletter | {verdict}"
        for name, verdict in zip(("ann", "bob", "cas", "dirk"), verdicts, strict=True)
    )
    text = f"email | status | opted_in_at | list_id | signup_source | verdict\n{rows}"
    return plain("mail_member", text, extracted_at="2026-12-01T12:00:00+01:00")


def activity():
    """Mails that were opened, a row with the address of who did, one with its hash alone; and one that bounced."""
    return plain(
        "mail_activity",
        f"""
        email           | email_md5 | kind   | happened_at          | list_id
        ann@example.com |           | open   | 2026-01-15T10:00:00Z | news
                        | {BOB_MD5} | open   | 2026-01-15T10:00:00Z | news
        eve@example.com |           | bounce | 2026-01-15T10:00:00Z | news
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
        coverage="from",
        covers_from="2020-01-01",
        timezone="UTC",
    )


def test_a_hold_on_an_address_a_field_of_it_or_a_record_key_holds_the_record_of_a_member(judge):
    """On one field it blocks the deletion of its record; and a record key is taken as a finding shows it."""
    registers = [BY_EMAIL, BY_EMAIL | {"hold_id": "H-2", "identifier_value": "bob@example.com", "fields": "email, notes"}]
    done = judge("RET-MKT-12", "2026-11-22", members("HELD", "HELD", "OVERDUE", "OVERDUE"), activity(), registers=holds(*registers))
    assert {row: blocks for row, (blocks,) in by_row(done, "RET-MKT-12", "blocked_by").items()} == {
        1: ["legal_hold:H-1"], 2: ["legal_hold:H-2"], 3: None, 4: None,
    }  # fmt: skip
    assert by_row(done, "RET-MKT-12", "action")[1] == ("review",)
    ((key,),) = {by_row(done, "RET-MKT-12", "record_key")[3]}
    by_key = {"hold_id": "H-3", "identifier_kind": "", "identifier_value": "", "source": "mail_member", "record_key": key}
    registers.append(by_key | {"starts_on": "2026-01-01"})
    done = judge("RET-MKT-12", "2026-11-22", members("HELD", "HELD", "HELD", "OVERDUE"), activity(), registers=holds(*registers))
    assert by_row(done, "RET-MKT-12", "blocked_by", "record_key")[3] == (["legal_hold:H-3"], key)


def test_a_hold_on_an_address_finds_its_hash_in_activity(audit):
    """RET-MKT-RESIDUE is about rows of a month: the held ones have a line of their own."""
    held = [BY_EMAIL | {"hold_id": f"H-{number}", "identifier_value": f"{name}@example.com", "starts_on": "2025-01-01"}
            for number, name in enumerate(("Ann", "Bob"), 1)]  # fmt: skip
    done = audit("2026-11-22", activity(), gone(), registers=holds(*held))
    lines = [line for line in done.of("RET-MKT-RESIDUE") if line["entity"] == "mail_activity"]
    assert [(rows_of(line), line["blocked_by"]) for line in lines] == [([1], ["legal_hold:H-1"]), ([2], ["legal_hold:H-2"])]


def gone():
    """The list, which Ann and Bob have left long ago."""
    return plain(
        "mail_member",
        """
        email           | status       | opted_in_at          | unsubscribed_at      | list_id     | signup_source
        ann@example.com | unsubscribed | 2024-01-15T10:00:00Z | 2024-06-15T10:00:00Z | news        | newsletter
        bob@example.com | unsubscribed | 2024-01-15T10:00:00Z | 2024-06-15T10:00:00Z | news        | newsletter
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
    )


def test_what_blocks_one_row_of_a_record_blocks_the_record(audit):
    """Two people under one number: the one who is overdue for want of a hold may not be deleted by that number either."""
    leads = plain(
        "contact",
        """
        contact_id | email           | last_name | is_lead | last_contact_at           | created_at
        1          | ann@example.com | Jansen    | true    | 2025-01-15T10:00:00+01:00 | 2024-01-15T10:00:00+01:00
        1          | bob@example.com | Pietersen | true    | 2025-01-15T10:00:00+01:00 | 2024-01-15T10:00:00+01:00
        """,
        extracted_at="2026-12-01T12:00:00+01:00",
    )
    done = audit("2026-11-22", leads, registers=holds(BY_EMAIL))
    line = done.only("RET-LEAD-12")
    assert (line["verdict"], line["blocked_by"]) == ("OVERDUE", ["legal_hold:H-1"])
