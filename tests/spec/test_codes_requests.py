"""Codes about requests: a well-kept register has none, and one break gives that code and nothing else (domain.md 3)."""

import json
import re

import pytest

from spec.given import drawn, md5, plain, verbatim
from spec.test_codes import MADE

AS_OF = "2026-11-22"
REQUEST = """
    request_id | right  | received_at | identifiers     | state    | id_proof | id_asked_at | extended_at | answered_at
    R-1        | access | 2026-11-01  | customer_id=K-9 | verified | login    |             |             |
"""
# A request that was carried out, of a customer whose data went to the carrier, who was told.
ERASED = """
    request_id | right   | received_at | identifiers     | state    | answered_at | outcome | executed_at
    R-1        | erasure | 2026-10-01  | customer_id=K-9 | executed | 2026-10-15  | granted | 2026-10-15
"""
NOTICE = """
    notice_id | request_id | kind       | recipient | sent_on
    N-1       | R-1        | article_19 | Teltonika | 2026-10-15
"""
DISCLOSURE = """
    disclosure_id | recipient | recipient_kind | legal_ground | disclosed_on | customer_id
    D-1           | Teltonika | adviser        | contract     | 2025-10-01   | K-9
"""
HOLD = """
    hold_id | kind       | reason  | approver | identifier_kind | identifier_value | starts_on  | ends_on    | review_on
    H-1     | legal_hold | dispute | board    | customer_id     | K-9              | 2026-10-16 | 2026-12-31 |
"""


def changed(table, **change):
    """A drawn table, its row with other values and more columns."""
    (row,) = drawn(table)
    row = row | change
    return "\n".join([" | ".join(row), " | ".join(row.values())])


def register(changes):
    """One register with a request for each change, of another customer each."""
    changes = [
        {"request_id": f"R-{number}", "identifiers": f"customer_id=K-{number}", **change} for number, change in enumerate(changes, 1)
    ]
    return redrawn([row | change for row, change in zip(drawn(REQUEST) * len(changes), changes, strict=True)])


def redrawn(rows):
    """A drawn table of rows that may have different columns."""
    columns = dict.fromkeys(name for row in rows for name in row)
    return "\n".join([" | ".join(columns), *(" | ".join(row.get(name, "") for name in columns) for row in rows)])


def own(text, number):
    """The text of a case with requests, notices, holds and people of its own: R-1 of the third case is R-13, p@x.nl is p3@x.nl."""
    return re.sub(r"\b(?:[RNDHCF]-[12]|K-[89])\b|\b[pqPQ](?=@)", lambda found: f"{found[0]}{number}", text)


def together(cases):
    """Registers that hold those of many cases, which don't touch each other."""
    rows = {}
    for number, registers in enumerate(cases, 1):
        for name, text in registers.items():
            rows.setdefault(name, []).extend(drawn(own(text, number)))
    return {name: redrawn(found) for name, found in rows.items()}


def of_case(done, names, name):
    """What the examples say of the requests, notices and holds of one case among many."""
    number = list(names).index(name) + 1
    return [found for key in ("R-1", "R-2", "N-1", "N-2", "H-1") for found in lines(done, own(key, number))]


def about(done, names, name):
    """What the examples say of the request that stands for a name in a register of all names."""
    return lines(done, f"R-{list(names).index(name) + 1}")


def visit():
    """An export, without which nothing is audited."""
    return plain("service_event", "account_id | happened_at\nA-1 | 2026-11-01", extracted_at=MADE, timezone="Europe/Amsterdam")


def lines(done, record_key=None):
    """What the examples say of the findings (of a record); that one undecided request is all of a register is no news here."""
    names = ("code", "verdict", "reason", "severity", "field", "last_permitted_day", "days_overdue")
    return [
        {name: str(line[name]) if line[name] is not None else "" for name in names}
        for line in done.findings
        if line["code"] != "AUD-DATA-QUALITY" and record_key in (None, line["record_key"])
    ]


def line(code, severity, **more):
    usual = {"verdict": "FAIL", "reason": "", "severity": severity, "field": "", "last_permitted_day": "", "days_overdue": ""}
    return {"code": code, **usual, **more}


def erased(**change):
    return {"requests": ERASED, "notices": NOTICE, "disclosures": DISCLOSURE, "holds": HOLD, **change}


def test_a_well_kept_register_has_no_findings(audit):
    done = audit(AS_OF, visit(), registers=erased())
    assert lines(done) == []
    done = audit(AS_OF, visit(), registers={"requests": REQUEST})
    assert lines(done) == []
    for code in {name.split(" ")[0] for name in BREAKS} - {"DSR-NOTIFY", "DSR-DESTROYED"}:
        assert done.counts(code), f"{code} looked at nothing"


BREAKS = {
    "DSR-DUE-SOON": ({"received_at": "2026-10-27"}, line("DSR-DUE-SOON", "low", last_permitted_day="2026-11-27")),
    "DSR-DUE-SOON on the day itself": (
        {"received_at": "2026-10-20", "id_asked_at": "2026-10-21", "id_answered_at": "2026-10-22"},
        line("DSR-DUE-SOON", "low", last_permitted_day="2026-11-23"),
    ),
    "DSR-OVERDUE": ({"received_at": "2026-10-19"}, line("DSR-OVERDUE", "high", last_permitted_day="2026-11-19", days_overdue="3")),
    "DSR-OVERDUE answered too late": (
        {"received_at": "2026-05-04", "state": "answered", "answered_at": "2026-06-05", "outcome": "granted"},
        line("DSR-OVERDUE", "high", last_permitted_day="2026-06-04", days_overdue="1"),
    ),
    "DSR-OVERDUE closed without an answer": (
        {"received_at": "2026-10-19", "state": "closed", "closed_at": "2026-11-10"},
        line("DSR-OVERDUE", "high", last_permitted_day="2026-11-19", days_overdue="3"),
    ),
    "DSR-OVERDUE closed too late, and nobody knows when it was answered": (
        {"received_at": "2026-10-19", "state": "closed", "closed_at": "2026-11-21", "outcome": "granted"},
        line("DSR-OVERDUE", "medium", verdict="UNDETERMINED", reason="no date of the answer"),
    ),
    "DSR-OVERDUE forwarded too late": (
        {"received_at": "2026-11-01", "state": "forwarded", "answered_at": "2026-11-05", "outcome": "forwarded"},
        line("DSR-OVERDUE", "high", field="outcome", reason="forwarded too late", last_permitted_day="2026-11-04", days_overdue="1"),
    ),
    "DSR-OVERDUE refused, and nobody told": (
        {"received_at": "2026-10-19", "state": "refused", "refusal_reason": "repeated for the tenth time", "outcome": "refused"},
        line("DSR-OVERDUE", "medium", verdict="UNDETERMINED", reason="no date of the answer"),
    ),
    "DSR-OVERDUE that nobody knows the receipt of": (
        {"received_at": "", "state": "verified", "answered_at": "2026-11-20"},
        line("DSR-OVERDUE", "medium", verdict="UNDETERMINED", reason="DQ-TS-NULL"),
    ),
    "DSR-EXT-LATE": (
        {"received_at": "2026-03-05", "answered_at": "2026-04-07", "extended_at": "2026-04-08", "extension_reason": "x"},
        line("DSR-EXT-LATE", "high", field="extended_at", last_permitted_day="2026-04-07"),
    ),
    "DSR-EXT-REASON": ({"extended_at": "2026-11-20"}, line("DSR-EXT-REASON", "medium", field="extension_reason")),
    "DSR-ID-LATE-ASK": ({"id_asked_at": "2026-11-09"}, line("DSR-ID-LATE-ASK", "medium", field="id_asked_at")),
    "DSR-ID-LATE-ASK for detail": (
        {"clarification_asked_at": "2026-11-09"},
        line("DSR-ID-LATE-ASK", "medium", field="clarification_asked_at"),
    ),
    "DSR-ID-EXCESS": ({"id_proof": "scan van het paspoort"}, line("DSR-ID-EXCESS", "high", field="id_proof")),
    "DSR-ID-EXCESS as the command writes it": ({"id_proof": "full_copy"}, line("DSR-ID-EXCESS", "high", field="id_proof")),
    "DSR-ID-EXCESS a document, and nobody says whether it was copied": (
        {"id_proof": "passport"},
        line("DSR-ID-EXCESS", "medium", verdict="UNDETERMINED", reason="whether a copy was asked is not said", field="id_proof"),
    ),
    "DSR-ID-EXCESS of who only wants no mail": (
        {"right": "marketing_objection", "id_asked_at": "2026-11-02"},
        line("DSR-ID-EXCESS", "high", reason="a marketing objection needs no proof", field="id_proof"),
    ),
    "DSR-REFUSAL": (
        {"state": "refused", "answered_at": "2026-11-10", "outcome": "refused", "refusal_reason": "not sent on our form"},
        line("DSR-REFUSAL", "high", reason="on its form", field="refusal_reason"),
    ),
    "DSR-REFUSAL without a reason": (
        {"state": "refused", "answered_at": "2026-11-10", "outcome": "refused"},
        line("DSR-REFUSAL", "high", reason="no reason", field="refusal_reason"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def broken(auditor):
    """A register in which each request has one of the breaks."""
    return auditor(AS_OF, visit(), registers={"requests": register(change for change, _ in BREAKS.values())})


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_one_finding(broken, name):
    assert about(broken, BREAKS, name) == [BREAKS[name][1]]
    assert len(lines(broken)) == len(BREAKS)
    assert {each["entity"] for each in broken.findings} == {"request"}


def test_a_break_alone_is_all_that_is_found(audit):
    change, expected = BREAKS["DSR-OVERDUE"]
    assert lines(audit(AS_OF, visit(), registers={"requests": changed(REQUEST, **change)})) == [expected]


FINE = {
    "the last day": {"received_at": "2026-10-22", "state": "answered", "answered_at": "2026-11-22"},
    "an extension in time": {"received_at": "2026-09-01", "extended_at": "2026-10-01", "extension_reason": "twelve systems"},
    "a question in time, not answered": {"received_at": "2026-10-01", "id_asked_at": "2026-10-08", "state": "awaiting_id"},
    "a question that nothing was heard of for 90 days": {"received_at": "2026-08-20", "id_asked_at": "2026-08-24", "state": "awaiting_id"},
    "forwarded in time": {"received_at": "2026-11-01", "state": "forwarded", "answered_at": "2026-11-04", "outcome": "forwarded"},
    "taken back": {"received_at": "2026-09-01", "state": "withdrawn"},
    "closed": {"received_at": "2026-09-01", "state": "closed", "closed_at": "2026-09-20", "outcome": "granted"},
    "what is asked later than the as-of date": {"received_at": "2026-12-01"},
    "an objection to marketing, which has no month": {"right": "marketing_objection", "received_at": "2026-01-01", "id_proof": ""},
    "a redacted copy": {"id_proof": "kopie paspoort, BSN afgeschermd, vernietigd"},
    "a refusal with a reason": {
        "state": "refused",
        "answered_at": "2026-11-10",
        "refusal_reason": "excessive information requests",
    },
}


def test_what_is_fine_has_no_finding(audit):
    done = audit(AS_OF, visit(), registers={"requests": register(FINE.values())})
    assert {name: found for name in FINE if (found := about(done, FINE, name))} == {}
    assert lines(done) == []


PROOFS = {
    "kopie zonder afscherming": "FAIL",
    "kopie paspoort, niet afgeschermd": "FAIL",
    "unredacted copy of passport": "FAIL",
    "copy of ID card, nothing was hidden": "FAIL",
    "kopie ID-kaart, foto afgeschermd, BSN zichtbaar": "FAIL",
    "volledige kopie": "FAIL",
    "scan rijbewijs": "FAIL",
    "BSN": "FAIL",
    "kopie zonder BSN en foto": "PASS",
    "kopie, BSN onleesbaar gemaakt": "PASS",
    "redacted_copy": "PASS",
    "paspoort getoond, geen kopie gemaakt": "PASS",
    "visual_check": "PASS",
    "passport seen, not copied": "PASS",
    "registered_address": "PASS",
    "facts": "PASS",
    "link naar het bekende e-mailadres": "PASS",
    "paspoort": "UNDETERMINED",
    "zie dossier": "UNDETERMINED",
    "zonder": "UNDETERMINED",
}


def test_free_words_say_what_was_asked_or_decide_nothing(audit):
    done = audit(AS_OF, visit(), registers={"requests": register({"id_proof": proof} for proof in PROOFS)})
    found = {proof: [each["verdict"] for each in about(done, PROOFS, proof) if each["code"] == "DSR-ID-EXCESS"] for proof in PROOFS}
    assert found == {proof: [] if verdict == "PASS" else [verdict] for proof, verdict in PROOFS.items()}


OF_ERASURE = {
    "DSR-NOTIFY": (
        {"notices": "notice_id | request_id | kind | recipient | sent_on\nN-1 | | policy_change | all | 2026-10-15"},
        line("DSR-NOTIFY", "medium"),
    ),
    "DSR-NOTIFY another recipient": (
        {"notices": NOTICE.replace("Teltonika", "carrier  ")},
        line("DSR-NOTIFY", "medium"),
    ),
    "DSR-NOTIFY a kind that is none": (
        {"notices": NOTICE.replace("\n\n", "\n") + "    N-2       | R-1        | bericht    | Teltonika | 2026-10-15\n"},
        line("DSR-NOTIFY", "medium", reason="unknown kind", field="kind"),
    ),
    "DSR-NOTIFY of no request": (
        {"notices": NOTICE + "    N-2       | R-2        | article_19 | Teltonika | 2026-10-15\n"},
        line("DSR-NOTIFY", "medium", reason="no such request", field="request_id"),
    ),
    "DSR-DESTROYED": ({"holds": HOLD.replace("2026-10-16", "2026-10-15")}, line("DSR-DESTROYED", "high")),
    "DSR-DESTROYED in part": (
        {"holds": HOLD.replace("2026-10-16", "2026-10-15"), "requests": changed(ERASED, outcome="partly_granted")},
        line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="what was erased is not said"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def broken_erasures(auditor):
    """Erasures, each with one of the breaks."""
    return auditor(AS_OF, visit(), registers=together(erased(**change) for change, _ in OF_ERASURE.values()))


@pytest.mark.parametrize("name", OF_ERASURE)
def test_one_break_of_an_erasure_one_finding(broken_erasures, name):
    assert of_case(broken_erasures, OF_ERASURE, name) == [OF_ERASURE[name][1]]
    assert len(lines(broken_erasures)) == len(OF_ERASURE)


def test_nobody_knows_who_was_to_be_told(audit):
    """Alone: who is erased by an address that nothing else has may be whom any hold is about."""
    nobody = {"notices": OF_ERASURE["DSR-NOTIFY"][0]["notices"], "requests": ERASED.replace("customer_id=K-9", "email=p@x.nl   ")}
    done = audit(AS_OF, visit(), registers=erased(**nobody))
    assert lines(done) == [line("DSR-NOTIFY", "medium", verdict="UNDETERMINED", reason="recipients not known")]


# The books say that who is erased by an address is the customer whom the hold is about; the hold ran on the day of the erasure.
BY_ADDRESS = ERASED.replace("customer_id=K-9", "email=p@x.nl   ")
RUNNING = HOLD.replace("2026-10-16", "2026-10-01")


IN_BOOKS = {
    "the same person": ("F-1 | K-9 | P@x.nl", RUNNING, [line("DSR-DESTROYED", "high")]),
    "not at that time": ("F-1 | K-9 | P@x.nl", RUNNING.replace("2026-12-31 |", "2026-10-14 |"), []),
    "somebody else": ("F-1 | K-9 | q@x.nl", RUNNING, []),
    "nobody can tell": (
        "F-1 | K-8 | q@x.nl",
        RUNNING,
        [line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="nothing is left of whom a hold is about")],
    ),
    "at that time nobody could have minded": ("F-1 | K-8 | q@x.nl", RUNNING.replace("2026-12-31 |", "2026-10-14 |"), []),
}


@pytest.mark.parametrize("name", IN_BOOKS)
def test_a_hold_and_an_erasure_may_name_one_person_in_two_ways(audit, name):
    books, holds, expected = IN_BOOKS[name]
    invoices = plain("invoice", f"invoice_number | customer_id | email | invoice_date\n{books} | 2026-09-01", extracted_at=MADE)
    done = audit(AS_OF, invoices, registers=erased(requests=BY_ADDRESS, holds=holds))
    assert [each for each in lines(done) if each["code"] == "DSR-DESTROYED"] == expected


def test_a_recipient_may_be_told_within_the_days_of_the_knob(audit):
    registers = erased(notices="notice_id | request_id | kind | recipient | sent_on\nN-1 | | policy_change | all | 2026-10-15")
    assert lines(audit("2026-10-29", visit(), registers=registers)) == []
    assert [found["code"] for found in lines(audit("2026-10-30", visit(), registers=registers))] == ["DSR-NOTIFY"]
    assert lines(audit("2026-10-30", visit(), registers=registers, knobs={"dsr.notify_days": "15"})) == []


def test_an_extension_that_comes_late_is_none(audit):
    """Case H14: the notice of 8 April is a day late, and the request stays due on 7 April."""
    late = changed(REQUEST, received_at="2026-03-05", extended_at="2026-04-08", extension_reason="much to read")
    found = lines(audit("2026-04-08", visit(), registers={"requests": late}))
    due = {"last_permitted_day": "2026-04-07"}
    assert found == [
        line("DSR-EXT-LATE", "high", field="extended_at", **due),
        line("DSR-OVERDUE", "high", days_overdue="1", **due),
    ]


def test_a_question_that_comes_late_stops_no_clock(audit):
    """Case H16."""
    late = changed(REQUEST, received_at="2026-06-01", id_asked_at="2026-06-20", id_answered_at="2026-06-25")
    assert [each["code"] for each in lines(audit("2026-06-21", visit(), registers={"requests": late}))] == ["DSR-ID-LATE-ASK"]
    found = lines(audit("2026-07-02", visit(), registers={"requests": late}))
    assert [(each["code"], each["severity"], each["last_permitted_day"]) for each in found] == [
        ("DSR-OVERDUE", "high", "2026-07-01"),
        ("DSR-ID-LATE-ASK", "medium", ""),
    ]


@pytest.mark.parametrize(("as_of", "code"), [("2026-11-22", "DSR-DUE-SOON"), ("2026-11-23", "DSR-DUE-SOON"), ("2026-11-24", "DSR-OVERDUE")])
def test_the_due_date_itself_is_in_time(audit, as_of, code):
    """Case H11: 22 November is a Sunday, so that Monday is the last day."""
    open_request = changed(REQUEST, received_at="2026-10-22")
    assert [each["code"] for each in lines(audit(as_of, visit(), registers={"requests": open_request}))] == [code]


def test_a_day_that_can_be_read_in_two_ways_decides_only_what_both_say(audit):
    twofold = {"requests": changed(REQUEST, received_at="4-3-2026")}  # 4 March or 3 April: due on 7 April or 4 May
    assert [each["verdict"] for each in lines(audit("2026-05-04", visit(), registers=twofold)) if each["code"] == "DSR-OVERDUE"] == [
        "UNDETERMINED"
    ]
    assert [each["verdict"] for each in lines(audit("2026-05-05", visit(), registers=twofold)) if each["code"] == "DSR-OVERDUE"] == ["FAIL"]


def test_the_receipt_is_the_local_day(audit):
    """Cases H18 and H19: half an hour around midnight in Amsterdam is a day of the calendar."""
    received = {"2026-05-31T21:59:00Z": "2026-06-30", "2026-05-31T22:30:00Z": "2026-07-01"}
    done = audit("2026-07-02", visit(), registers={"requests": register({"received_at": moment} for moment in received)})
    for moment, last_day in received.items():
        found = about(done, received, moment)
        assert [(each["code"], each["last_permitted_day"]) for each in found] == [("DSR-OVERDUE", last_day)], moment


# Two customers share a mailbox, and a visitor of the website is nobody who is known.
SHARING = """
    contact_id | customer_id | last_name | email  | last_contact_at
    C-1        | K-9         | Jansen    | p@x.nl | 2026-10-01
    C-2        | K-8         | Bakker    | p@x.nl | 2026-10-01
"""
VISITED = "event_at | event_name | client_id\n2026-10-01 10:00 | page_view | 123456.1700000000"


ABOUT = {
    "a customer": ("customer_id=K-9", "access", []),
    "a shared mailbox": ("email=p@x.nl", "access", ["DSR-AMBIGUOUS"]),
    "a shared mailbox to be corrected": ("email=p@x.nl", "rectification", ["DSR-AMBIGUOUS"]),
    "mail to a shared mailbox": ("email=p@x.nl", "marketing_objection", []),
    "a mailbox of nobody": ("email=q@x.nl", "access", []),
}


@pytest.fixture(scope="module")
def shared_mailbox(auditor):
    """Each of these requests open, and then answered."""
    people = plain("contact", SHARING, extracted_at=MADE, timezone="Europe/Amsterdam")
    asked = [{"identifiers": identifiers, "right": right} for identifiers, right, _ in ABOUT.values()]
    answered = [request | {"answered_at": "2026-11-20"} for request in asked]
    return auditor(AS_OF, people, registers={"requests": register([*asked, *answered])})


@pytest.mark.parametrize("name", ABOUT)
def test_whose_records_a_request_is_about_may_be_for_a_person_to_decide(shared_mailbox, name):
    expected = ABOUT[name][2]
    number = list(ABOUT).index(name) + 1
    assert [each["code"] for each in lines(shared_mailbox, f"R-{number}") if each["code"].startswith("DSR")] == expected
    found = [each for each in shared_mailbox.of("DSR-AMBIGUOUS") if each["record_key"] == f"R-{number}"]
    assert [(each["severity"], each["field"]) for each in found] == [("info", "identifiers") for _ in expected]
    assert all("is shared by several people" in each["reason"] for each in found)
    assert [each for each in shared_mailbox.of("DSR-AMBIGUOUS") if each["record_key"] == f"R-{number + len(ABOUT)}"] == []


def test_who_can_not_be_told_apart_by_a_name_alone_was_not_looked_for(audit):
    people = plain("contact", SHARING, extracted_at=MADE, timezone="Europe/Amsterdam")
    done = audit(AS_OF, people, registers={"requests": changed(REQUEST, identifiers="name=Jansen")})
    assert done.of("DSR-AMBIGUOUS") == []
    assert "nobody can be found by the identifiers of a request" in done.not_tested("register.request")


@pytest.mark.parametrize(("login", "expected"), [("", ["DSR-NOID"]), ("K-9", [])], ids=["no login", "a login"])
def test_visits_that_no_login_links_are_told(audit, login, expected):
    people = plain("contact", SHARING, extracted_at=MADE, timezone="Europe/Amsterdam")
    visits = "\n".join(f"{text} | {more}" for text, more in zip(VISITED.split("\n"), ("user_id", login), strict=True))
    done = audit(AS_OF, people, plain("analytics_event", visits, extracted_at=MADE), registers={"requests": REQUEST})
    assert [each["code"] for each in lines(done) if each["code"].startswith("DSR")] == expected
    assert {each["severity"] for each in done.of("DSR-NOID")} <= {"info"}


SETTLED = """
[knobs]
"policy.dpo_contact" = "fg@voorbeeld.nl"
"policy.recipients" = ["Teltonika"]
"""


LACKED = {
    "nothing": (SETTLED, {}),
    "recipients": (
        SETTLED.replace('"policy.recipients" = ["Teltonika"]', ""),
        {"access": ("recipients", "nobody says who receives data", "medium")},
    ),
    "contact": (
        SETTLED.replace('"policy.dpo_contact" = "fg@voorbeeld.nl"', ""),
        dict.fromkeys(("access", "erasure"), ("contact", "policy.dpo_contact is not set", "medium")),
    ),
}


@pytest.mark.parametrize("name", LACKED)
def test_what_an_answer_will_lack_is_known_before(audit, name):
    settings, lacked = LACKED[name]
    rights = ("access", "erasure")
    told = {"requests": register({"right": right} for right in rights), "transfers": "transfer_id | recipient | country | instrument\n"}
    done = audit(AS_OF, visit(), registers=told, settings=settings)
    found = {each["record_key"]: (each["field"], each["reason"], each["severity"]) for each in done.of("DSR-PACKAGE")}
    assert found == {f"R-{number}": lacked[right] for number, right in enumerate(rights, 1) if right in lacked}
    assert len(done.of("DSR-PACKAGE")) == len(found)
    assert any("told by request package" in text for text in done.not_tested("register.request"))
    answered = register({"right": right, "answered_at": "2026-11-20"} for right in rights)
    done = audit(AS_OF, visit(), registers=told | {"requests": answered}, settings=settings)
    assert done.of("DSR-PACKAGE") == []
    assert any("in no register" in text for text in done.not_tested("register.request"))


CORRECTED = """
    request_id | right         | received_at | identifiers                  | answered_at | executed_at | old_value | new_value
    R-1        | rectification | 2026-10-01  | customer_id=K-9;email=p@x.nl | 2026-10-15  | 2026-10-15  | Jansen    | Janssen
"""


def relation(name, **more):
    text = f"contact_id | customer_id | last_name | last_contact_at\nC-1 | K-9 | {name} | 2026-10-01\nC-2 | K-8 | Jansen | 2026-10-01"
    return plain("contact", text, **{"extracted_at": MADE, "timezone": "Europe/Amsterdam", **more})


@pytest.mark.parametrize(
    ("name", "made", "expected"),
    [
        ("Janssen", MADE, []),
        (" JANSEN", MADE, [line("DSR-RECTIFY-OPEN", "medium", field="old_value")]),
        ("Jansen", "2026-10-15T23:00:00+02:00",
         [line("DSR-RECTIFY-OPEN", "medium", verdict="UNDETERMINED", reason="snapshot order unknown", field="old_value")]),
        ("Jansen", "2026-10-14T23:00:00+02:00",
         [line("DSR-RECTIFY-OPEN", "medium", verdict="UNDETERMINED", reason="not every export was made since then", field="old_value")]),
    ],
    ids=["corrected", "still there", "exported on the day", "exported before"],
)  # fmt: skip
def test_the_old_value_of_a_rectification_is_looked_for(audit, name, made, expected):
    told = {"requests": CORRECTED, "notices": NOTICE, "disclosures": DISCLOSURE}
    done = audit(AS_OF, relation(name, extracted_at=made), registers=told)
    assert [each for each in lines(done) if each["code"].startswith("DSR")] == expected


WRITTEN = {
    "in two columns": ("Dijk 1", "C-1 | K-9 | | Dijk | 1 | | ", True),
    "in a longer text": ("Dijk 1", "C-1 | K-9 | | | | Woonde eerst: DIJK 1, Tiel | ", True),
    "in a column that no contract names": ("Dijk 1", "C-1 | K-9 | | | | | dijk 1", True),
    "another number": ("Dijk 1", "C-1 | K-9 | | Dijk | 12 | Afsluitdijk 1 | ", False),
    "in an address for mail": ("Jan", "C-1 | K-9 | jan@x.nl | Weg | 2 | Jansen | ", False),
    "spelt otherwise": ("06-12345679", "C-1 | K-9 | | | | bel +31 (0)6 12345679 | ", True),
    "in a row that another address leads to": ("Dijk 1", "C-2 | | p@x.nl | Dijk | 1 | | ", True),
    "somebody else's": ("Dijk 1", "C-2 | K-8 | q@x.nl | Dijk | 1 | | ", False),
}


@pytest.fixture(scope="module")
def old_values(auditor):
    """A company that was asked to correct each of these."""
    header = "contact_id | customer_id | email | street | house_number | notes | leveradres | last_contact_at"
    rows = "\n".join(f"{own(row, number)} | 2026-10-01" for number, (_, row, _) in enumerate(WRITTEN.values(), 1))
    cases = [
        {"requests": changed(CORRECTED, old_value=old), "notices": NOTICE, "disclosures": DISCLOSURE} for old, _, _ in WRITTEN.values()
    ]
    people = plain("contact", f"{header}\n{rows}", extracted_at=MADE, timezone="Europe/Amsterdam")
    return auditor(AS_OF, people, registers=together(cases))


@pytest.mark.parametrize("name", WRITTEN)
def test_an_old_value_is_found_however_it_is_written(old_values, name):
    found = [each for each in of_case(old_values, WRITTEN, name) if each["code"] == "DSR-RECTIFY-OPEN"]
    assert bool(found) == WRITTEN[name][2]


def test_an_old_value_is_found_in_nested_parameters(audit):
    rows = [
        {"event_date": "20261001", "event_timestamp": 1790848800000000, "event_name": "x", "user_pseudo_id": "1.1700000000",
         "user_id": "K-9", "event_params": [{"key": "adres", "value": {"string_value": "Dijk 1, Tiel"}}]},
    ]  # fmt: skip
    visits = verbatim("ga4.events", "events_20261001.json", "".join(json.dumps(row) + "\n" for row in rows), extracted_at=MADE)
    (row,) = drawn(CORRECTED)
    asked = [row | {"request_id": key, "old_value": old} for key, old in (("R-1", "dijk 1"), ("R-2", "dijk 2"))]
    told = {"requests": redrawn(asked), "notices": NOTICE, "disclosures": DISCLOSURE}
    done = audit(AS_OF, relation("Janssen"), visits, registers=told)
    assert {each["record_key"] for each in done.of("DSR-RECTIFY-OPEN")} == {"R-1"}


GONE = """
    request_id | right   | received_at | identifiers   | answered_at | executed_at
    R-1        | erasure | 2026-10-01  | email=p@x.com | 2026-10-15  | 2026-10-15
"""
AGAIN = line("DSR-ERASED-PRESENT", "high", field="executed_at")


LEFT = {
    "gone": ("contact", "contact_id | email | last_contact_at\nC-1 | q@x.com | 2026-10-01", []),
    "back": ("contact", "contact_id | email | last_contact_at\nC-1 | P@X.com | 2026-10-01", [AGAIN]),
    "back by its hash": ("mail_activity", f"email_md5 | kind | happened_at\n{md5('p3@x.com')} | click | 2026-10-20", [AGAIN]),
    "in the books": ("invoice", "invoice_number | email | invoice_date\nF-1 | p@x.com | 2026-09-01", []),
    "kept unmailed": ("mail_member", "list_id | email | status | opted_in_at\nnews | p@x.com | unsubscribed | 2026-09-01", []),
    "mailable again": ("mail_member", "list_id | email | status | opted_in_at\nnews | p@x.com | subscribed | 2026-09-01", [AGAIN]),
}


@pytest.fixture(scope="module")
def erased_people(auditor):
    """A company that erased six people, and what it has of each of them now."""
    exports = {}
    for number, (entity, text, _) in enumerate(LEFT.values(), 1):
        exports.setdefault(entity, []).extend(drawn(own(text, number)))
    made = [plain(entity, redrawn(rows), extracted_at=MADE, timezone="Europe/Amsterdam") for entity, rows in exports.items()]
    cases = [{"requests": GONE, "notices": NOTICE, "disclosures": DISCLOSURE}] * len(LEFT)
    return auditor(AS_OF, *made, registers=together(cases))


@pytest.mark.parametrize("name", LEFT)
def test_somebody_who_was_erased_is_looked_for(erased_people, name):
    assert [each for each in of_case(erased_people, LEFT, name) if each["code"] == "DSR-ERASED-PRESENT"] == LEFT[name][2]
