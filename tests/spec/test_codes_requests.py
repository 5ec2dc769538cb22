"""Codes about requests: a well-kept register has none, and one break gives that code and nothing else (domain.md 3)."""

import pytest

from spec.asked import AS_OF, REQUEST, about, changed, erased, line, lines, redrawn, register, together, visit
from spec.given import drawn


def test_a_well_kept_register_has_no_findings(audit):
    done = audit(AS_OF, visit(), registers=together([erased(), {"requests": REQUEST}]))
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


def test_an_answer_from_before_the_request_is_none(audit):
    early = {"received_at": "2026-05-04", "state": "answered", "answered_at": "2025-06-05", "outcome": "granted"}
    found = lines(audit(AS_OF, visit(), registers={"requests": changed(REQUEST, **early)}))
    assert found == [
        line("DSR-OVERDUE", "medium", verdict="UNDETERMINED", reason="no date of the answer"),
        line("DQ-TS-ORDER", "low", field="answered_at"),
    ]


def test_of_two_requests_with_one_number_nobody_can_tell_which_is_meant(audit):
    twice = redrawn([{**row, "identifiers": f"customer_id=K-{number}"} for number, row in enumerate(drawn(REQUEST) * 2)])
    done = audit(AS_OF, visit(), registers={"requests": twice}, arguments=("--checks", "DQ-SCHEMA"))
    found = done.only("DQ-SCHEMA")
    assert (found["source"], found["field"], found["reason"], found["records"]) == (
        "register.request", "request_id", "the same number in several rows", 2,
    )  # fmt: skip


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
