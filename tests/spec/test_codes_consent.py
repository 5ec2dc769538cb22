"""Every code of consent and sending: a clean company has none of them, and one break gives that code."""

import pytest

from spec.given import Export, csv_bytes, drawn, md5, plain
from spec.outcome import rows_of

AS_OF, MADE = "2026-11-22", "2026-11-22T23:00:00+01:00"
DAYS = [f"{day:02}" for day in range(1, 21)]
TABLES = {
    "mail_member": """
        list_id | email | status | signup_source | opted_in_at | confirmed_at | unsubscribed_at | changed_at
        nieuws | p{day}@example.com | subscribed | newsletter | 2026-01-{day}T10:00Z | 2026-01-{day}T11:00Z | |
    """,
    "mail_activity": """
        list_id | campaign_id | email              | kind  | happened_at
        nieuws  | c1          | p{day}@example.com | click | 2026-06-{day}T10:00:00Z
    """,
    "mail_campaign": """
        campaign_id | category  | has_unsubscribe_link | is_partner_product | sent_at
        c{day}      | marketing | true                 | false              | 2026-06-{day}T08:00:00Z
    """,
    "mail_send": """
        campaign_id | list_id | email              | sent_at                 | category
        c{day}      | nieuws  | p{day}@example.com | 2026-06-{day}T08:00:00Z | marketing
    """,
    "order": """
        order_id | email              | ordered_at | status
        {day}    | k{day}@example.com | 2026-02-01 | completed
    """,
    "analytics_event": """
        event_at                | event_date   | event_name | client_id | user_id | analytics_consent
        2026-06-{day}T10:00:00Z | 2026-06-{day} | page_view  | app-{day} | U-{day} | granted
    """,
}
REGISTERS = {
    "holds": "hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | review_on",
    "objections": "objection_id | identifier_kind | identifier_value | kind | received_at | upheld_at",
    "consents": "consent_id | identifier_kind | identifier_value | purpose | granted_at | withdrawn_at | evidence | text_version",
    "requests": "request_id | right | received_at | identifiers | state | answered_at",
    "suppressions": "suppression_id | email_hmac | email_md5 | added_on | scope | reason",
}
ABOUT = ("CON-", "DSR-RESTRICTED", "DSR-SUPPRESSION")


def given(entity: str, change: dict[str, str] | None = None, *changes: dict[str, str]) -> Export:
    """The company's export of an entity, with other values in its first row (and in those after it)."""
    rows = [row for day in DAYS for row in drawn(TABLES[entity].format(day=day))]
    for row, other in zip(rows, (change or {}, *changes), strict=False):
        assert set(other) <= set(row)
        row.update(other)
    binding = {"extracted_at": MADE, "timezone": "Europe/Amsterdam"}
    if entity == "mail_activity":
        binding |= {"coverage": "from", "covers_from": "2015-01-01"}
    return Export(f"plain.{entity}", {"export.csv": csv_bytes(rows)}, binding, rows)


def found(done) -> set[tuple[str, str, str]]:
    return {(line["code"], line["verdict"], line["severity"]) for line in done.findings if line["code"].startswith(ABOUT)}


CHECKED = {
    "CON-SEND-UNSUB": 20, "CON-OBJECTION": 40, "CON-WITHDRAWN": 40, "CON-SEND-LAPSED": 20, "CON-SEND-BEFORE-OPTIN": 20,
    "CON-STATUS-MAILABLE": 20, "CON-RESUBSCRIBED": 20, "CON-BASIS-QUESTION": 20, "CON-BASIS-NOSALE": 20, "CON-BASIS-DISSIMILAR": 20,
    "CON-EVIDENCE": 20, "CON-PENDING-STALE": 20, "CON-NO-UNSUB-LINK": 20, "CON-CATEGORY-UNKNOWN": 20, "CON-COOKIE": 20,
    "CON-COOKIE-UNKNOWN": 20, "DSR-RESTRICTED-USE": 20,
}  # fmt: skip


def test_a_clean_company_has_no_findings(audit):
    done = audit(AS_OF, *map(given, TABLES), registers=REGISTERS)
    assert done.exit_code == 0
    assert done.findings == []
    assert {code: sum(done.counts(code).values()) for code in CHECKED} == CHECKED
    assert not {*CHECKED, "DSR-SUPPRESSION-LOST"} & {line["field"] for line in done.of("AUD-NOT-TESTED") if "no check" in line["reason"]}


ANYBODY = md5("p01@example.com")
BREAKS = {
    "CON-SEND-UNSUB": ({"mail_member": {"status": "unsubscribed", "unsubscribed_at": "2026-05-01"}}, {}, "critical"),
    "CON-SEND-LAPSED": (
        {"mail_member": {"opted_in_at": "2025-01-01T10:00Z", "confirmed_at": "2025-01-01T11:00Z"}},
        {},
        "high",
    ),
    "CON-SEND-BEFORE-OPTIN": ({"mail_member": {"opted_in_at": "2026-07-01T10:00Z", "confirmed_at": "2026-07-01T11:00Z"}}, {}, "high"),
    "CON-STATUS-MAILABLE": ({"mail_member": {"unsubscribed_at": "2026-10-01"}}, {}, "critical"),
    "CON-RESUBSCRIBED": ({"mail_member": {"unsubscribed_at": "2026-10-01", "changed_at": "2026-10-02"}}, {}, "critical"),
    "CON-BASIS-DISSIMILAR": (
        {
            "mail_member": {"signup_source": "order", "confirmed_at": ""},
            "mail_campaign": {"is_partner_product": "true"},
            "order": {"email": "p01@example.com"},
        },
        {},
        "medium",
    ),
    "CON-BASIS-NOSALE": (
        {"mail_member": {"signup_source": "order", "confirmed_at": ""}, "order": {"email": "p01@example.com", "ordered_at": "2026-07-01"}},
        {},
        "high",
    ),
    "CON-EVIDENCE": ({"mail_member": {"signup_source": ""}}, {}, "high"),
    "CON-NO-UNSUB-LINK": ({"mail_campaign": {"has_unsubscribe_link": "false"}}, {}, "high"),
    "CON-CATEGORY-UNKNOWN": ({"mail_send": {"category": "mailing"}}, {}, "low"),
    "CON-COOKIE": ({"analytics_event": {"analytics_consent": "denied"}}, {}, "high"),
    "CON-COOKIE-UNKNOWN": ({"analytics_event": {"analytics_consent": "unset"}}, {}, "medium"),
    "DSR-RESTRICTED-USE": (
        {},
        {"holds": "H-1 | restriction | betwist | jurist | email | p01@example.com | 2026-05-01 | 2027-01-01"},
        "high",
    ),
    "CON-WITHDRAWN": (
        {"mail_member": {"status": "unsubscribed"}, "mail_send": {"sent_at": "2026-06-01T08:00:00Z"}},
        {"consents": "C-1 | email | p01@example.com | P-MARKETING | 2026-01-01 | 2026-06-01T07:00:00Z | form | 3"},
        "critical",
    ),
    "CON-WITHDRAWN an event": (
        {},
        {"consents": "C-1 | client_id | app-01 | P-ANALYTICS | 2026-01-01 | 2026-05-01T07:00:00Z | banner | 3"},
        "high",
    ),
    "CON-COOKIE before the consent": ({}, {"consents": "C-1 | client_id | app-01 | P-ANALYTICS | 2026-07-01 | | banner | 3"}, "high"),
    "CON-OBJECTION an event": ({}, {"objections": "O-1 | user_id | U-01 | situation | 2026-04-01 | 2026-05-01"}, "high"),
}  # fmt: skip


# What else is true of the same break.
ACCOMPANIED = {
    # Whose status isn't known to be anything but unsubscribed, left some day.
    "CON-WITHDRAWN": {("CON-SEND-UNSUB", "UNDETERMINED", "high")},
}


def of(day: str, text: str) -> str:
    """What is written of the person of the first day, of that of another."""
    for name in ("p01@", "app-01", "U-01", "-1 |"):
        text = text.replace(name, name.replace("01", day).replace("-1 ", f"-{day} "))
    return text


@pytest.fixture(scope="module")
def broken(auditor):
    """The company in which each person, one a day, has one of the breaks."""
    changes, registers = {entity: [] for entity in TABLES}, dict(REGISTERS)
    for day, (changed, registered, _) in zip(DAYS, BREAKS.values(), strict=False):
        for entity, rows in changes.items():
            rows.append({column: of(day, value) for column, value in changed.get(entity, {}).items()})
        for name, row in registered.items():
            registers[name] += f"\n{of(day, row)}"
    return auditor(AS_OF, *(given(entity, *rows) for entity, rows in changes.items()), registers=registers)


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_one_finding(broken, name):
    day, severity = list(BREAKS).index(name) + 1, BREAKS[name][2]
    codes = {(line["code"], line["verdict"], line["severity"]) for line in broken.findings
             if line["code"].startswith(ABOUT) and day in rows_of(line)}  # fmt: skip
    assert codes - ACCOMPANIED.get(name, set()) == {(name.split()[0], "FAIL", severity)}


def test_a_break_alone_is_all_that_is_found(audit, broken):
    rows = [row for line in broken.findings if line["code"].startswith(ABOUT) for row in rows_of(line)]
    assert sorted(rows) == sorted([*range(1, len(BREAKS) + 1), list(BREAKS).index("CON-WITHDRAWN") + 1])  # nobody else's
    changes, _, severity = BREAKS["CON-SEND-UNSUB"]
    done = audit(AS_OF, *(given(entity, changes.get(entity)) for entity in TABLES), registers=REGISTERS)
    assert found(done) == {("CON-SEND-UNSUB", "FAIL", severity)}
    assert done.only("CON-SEND-UNSUB")["records"] == 1


def test_con_objection_and_what_follows_from_it(audit):
    """An objection by the address: it is to be carried out in the mail tool, and kept on the suppression list."""
    objection = {"objections": REGISTERS["objections"] + "\nO-1 | email | p01@example.com | marketing | 2026-05-31 | "}
    done = audit(AS_OF, *map(given, TABLES), registers={**REGISTERS, **objection})
    assert found(done) == {(code, "FAIL", "critical") for code in ("CON-OBJECTION", "CON-STATUS-MAILABLE", "DSR-SUPPRESSION-LOST")}
    kept = {"suppressions": REGISTERS["suppressions"] + f"\nS-1 | | {ANYBODY} | 2026-11-22 | marketing | objection"}
    done = audit(AS_OF, *map(given, TABLES), registers={**REGISTERS, **objection, **kept})
    assert "DSR-SUPPRESSION-LOST" not in done.codes()
    assert done.counts("DSR-SUPPRESSION-LOST") == {"passed": 1}


def test_con_basis_question(audit):
    change = {"signup_source": "question", "confirmed_at": ""}
    done = audit(AS_OF, given("mail_member", change), *(given(name) for name in ("mail_send", "mail_activity", "order")))
    assert done.only("CON-BASIS-QUESTION")["severity"] == "high"


ASKED = {"2026-10-22": "FAIL", "2026-10-23": "PASS", "ooit": "UNDETERMINED", "2026-10": "UNDETERMINED"}


@pytest.fixture(scope="module")
def pending(auditor):
    """A list with members who asked for mail on those days, and never confirmed."""
    return auditor(AS_OF, given("mail_member", *({"status": "pending", "opted_in_at": asked, "confirmed_at": ""} for asked in ASKED)))


@pytest.mark.parametrize("asked", ASKED)
def test_con_pending_stale(pending, asked):
    row, verdict = list(ASKED).index(asked) + 1, ASKED[asked]
    lines = [line for line in pending.of("CON-PENDING-STALE") if row in rows_of(line)]
    assert [(line["verdict"], line["action"], line["severity"]) for line in lines] == {
        "FAIL": [("FAIL", "delete", "low")], "PASS": [], "UNDETERMINED": [("UNDETERMINED", "review", "high")],
    }[verdict]  # fmt: skip
    assert pending.counts("CON-PENDING-STALE") == {"failed": 1, "passed": 1, "undetermined": 2, "out_of_scope": len(DAYS) - 4}


def test_suppression_by_a_keyed_hash(audit):
    import hashlib
    import hmac

    from spec.given import KEY

    keyed = hmac.new(bytes.fromhex(KEY), b"p01@example.com", hashlib.sha256).hexdigest()
    lists = {**REGISTERS, "suppressions": REGISTERS["suppressions"] + f"\nS-1 | {keyed} | | 2026-05-01 | marketing | objection"}
    done = audit(AS_OF, given("mail_member"), given("mail_send"), registers=lists)
    assert done.only("CON-STATUS-MAILABLE")["verdict"] == "FAIL"
    assert done.only("CON-SEND-UNSUB")["records"] == 1


def test_d09_switched_on_by_staff_between_two_exports(audit):
    """No column says so: the older export had the address unsubscribed."""
    old = given("mail_member", {"status": "unsubscribed", "unsubscribed_at": "2026-05-01"})
    new = given("mail_member", {})
    files = {"leden_2026-06-01.csv": old.files["export.csv"], "leden_2026-11-22.csv": new.files["export.csv"]}
    binding = {"extracted_at": "leden_%Y-%m-%d.csv", "timezone": "UTC"}
    done = audit(AS_OF, Export("plain.mail_member", files, binding))
    assert done.only("CON-RESUBSCRIBED")["records"] == 1


def test_a_consent_register_needs_the_text(audit):
    lists = {**REGISTERS, "consents": REGISTERS["consents"] + "\nC-1 | email | p01@example.com | P-MARKETING | 2026-01-01 | | form | "}
    done = audit(AS_OF, given("mail_member"), registers=lists)
    assert done.only("CON-EVIDENCE")["reason"] == "text of consent is missing"


def test_an_import_is_no_evidence(audit):
    """Alike to the second, and no IP address: an import, unless the export itself says where the sign-up came from."""
    change = {"confirmed_at": "2026-01-01T10:00:00Z", "opted_in_at": "2026-01-01T10:00:00Z", "signup_source": ""}
    done = audit(AS_OF, given("mail_member", change))
    assert done.only("CON-EVIDENCE")["reason"] == "brought in by the company, not by the person"
    assert audit(AS_OF, given("mail_member", {**change, "signup_source": "newsletter"})).of("CON-EVIDENCE") == []


def test_a_hold_changes_nothing_of_what_was_sent(audit):
    """Property 6: a hold blocks deletion, and licenses no use."""
    changes = {"mail_member": {"status": "unsubscribed", "unsubscribed_at": "2026-05-01"}}
    exports = [given(entity, changes.get(entity)) for entity in TABLES]
    held = {
        **REGISTERS,
        "holds": REGISTERS["holds"] + "\nH-1 | legal_hold | zaak | jurist | email | p01@example.com | 2020-01-01 | 2027-01-01",
    }
    before, after = audit(AS_OF, *exports, registers=REGISTERS), audit(AS_OF, *exports, registers=held)
    assert found(before) == found(after) == {("CON-SEND-UNSUB", "FAIL", "critical")}
    assert [line["finding_id"] for line in before.of("CON-SEND-UNSUB")] == [line["finding_id"] for line in after.of("CON-SEND-UNSUB")]


def test_tracking_without_a_state_is_not_tested(audit):
    events = plain("analytics_event", "event_at | client_id | event_name\n2026-06-01T10:00:00Z | app-1 | page_view", extracted_at=MADE)
    done = audit(AS_OF, events)
    assert done.counts("CON-COOKIE") == {}
    assert any("analytics_consent" in reason for reason in done.not_tested("analytics_event"))


def test_an_event_without_its_state_is_a_finding_also_if_none_has_one(audit):
    """The column is there: that it is empty throughout is no reason to look away."""
    events = plain("analytics_event", "event_at | client_id | analytics_consent\n2026-06-01T10:00:00Z | app-1 |", extracted_at=MADE)
    done = audit(AS_OF, events)
    assert (done.only("CON-COOKIE-UNKNOWN")["severity"], done.counts("CON-COOKIE")) == ("medium", {"out_of_scope": 1})
