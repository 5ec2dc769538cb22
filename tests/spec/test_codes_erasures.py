"""Codes about what was carried out: who is told, what a hold forbade, and what is still or again there (domain.md 3)."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from houdbaar.ledger.erased import remember_request
from houdbaar.privacy import Pseudonyms, parse_key
from spec.asked import AS_OF, DISCLOSURE, ERASED, HOLD, NOTICE, changed, erased, line, lines, of_case, own, redrawn, together, visit
from spec.conftest import write
from spec.given import KEY, drawn, files, md5, plain, verbatim
from spec.outcome import Outcome
from spec.test_codes import MADE

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
    "at that time nobody could have minded": ("F-1 | K-8 | q@x.nl", RUNNING.replace("2026-12-31 |", "2026-10-14 |"), []),
}
INVOICES = "invoice_number | customer_id | email | invoice_date\n"


@pytest.fixture(scope="module")
def in_books(auditor):
    """A company that erased somebody in each of these cases."""
    rows = "\n".join(f"{own(books, number)} | 2026-09-01" for number, (books, _, _) in enumerate(IN_BOOKS.values(), 1))
    registers = together(erased(requests=BY_ADDRESS, holds=holds) for _, holds, _ in IN_BOOKS.values())
    return auditor(AS_OF, plain("invoice", INVOICES + rows, extracted_at=MADE), registers=registers)


@pytest.mark.parametrize("name", IN_BOOKS)
def test_a_hold_and_an_erasure_may_name_one_person_in_two_ways(in_books, name):
    assert [each for each in of_case(in_books, IN_BOOKS, name) if each["code"] == "DSR-DESTROYED"] == IN_BOOKS[name][2]


def test_where_nothing_is_left_of_whom_a_hold_is_about_nobody_can_tell(audit):
    """Alone: it may be whoever was erased."""
    invoices = plain("invoice", f"{INVOICES}F-1 | K-8 | q@x.nl | 2026-09-01", extracted_at=MADE)
    done = audit(AS_OF, invoices, registers=erased(requests=BY_ADDRESS, holds=RUNNING))
    told = line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="nothing is left of whom a hold is about")
    assert [each for each in lines(done) if each["code"] == "DSR-DESTROYED"] == [told]


def test_nor_where_a_hold_names_what_is_no_identifier(audit):
    """Alone, too."""
    asked = changed(ERASED, identifiers="customer_id=K-9;phone=06-12345670")
    held = changed(RUNNING, identifier_kind="phone", identifier_value="onbekend")
    told = line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="nothing is left of whom a hold is about")
    assert destroyed(audit(AS_OF, visit(), registers=erased(requests=asked, holds=held))) == [told]


def test_a_recipient_may_be_told_within_the_days_of_the_knob(audit):
    registers = erased(notices="notice_id | request_id | kind | recipient | sent_on\nN-1 | | policy_change | all | 2026-10-15")
    assert lines(audit("2026-10-29", visit(), registers=registers)) == []
    assert [found["code"] for found in lines(audit("2026-10-30", visit(), registers=registers))] == ["DSR-NOTIFY"]
    assert lines(audit("2026-10-30", visit(), registers=registers, knobs={"dsr.notify_days": "15"})) == []


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


def doubted(reason):
    return line("DSR-ERASED-PRESENT", "medium", verdict="UNDETERMINED", field="executed_at", reason=reason)


LEFT = {
    "gone": ("contact", "contact_id | email | last_contact_at\nC-1 | q@x.com | 2026-10-01", []),
    "back": ("contact", "contact_id | email | last_contact_at\nC-1 | P@X.com | 2026-10-01", [AGAIN]),
    "back by its hash": ("mail_activity", f"email_md5 | kind | happened_at\n{md5('p3@x.com')} | click | 2026-10-20", [AGAIN]),
    "in the books": ("invoice", "invoice_number | email | invoice_date\nF-1 | p@x.com | 2026-09-01", []),
    "in the books too long": ("invoice", "invoice_number | email | invoice_date\nF-1 | p@x.com | 2010-12-31", [AGAIN]),
    "in the books, nobody knows since when": (
        "invoice",
        "invoice_number | email | invoice_date\nF-1 | p@x.com | onbekend",
        [doubted("the books may have to be kept")],
    ),
    "an order that no invoice names": (
        "order",
        "order_id | email | ordered_at\nO-1 | p@x.com | 2026-09-01",
        [doubted("an order may be the only book of its sale")],
    ),
    "an order that no invoice names, of years ago": ("order", "order_id | email | ordered_at\nO-1 | p@x.com | 2010-12-31", [AGAIN]),
    "an order without a day": (
        "order",
        "order_id | email | ordered_at\nO-1 | p@x.com | onbekend",
        [doubted("an order may be the only book of its sale")],
    ),
    "kept unmailed": ("mail_member", "list_id | email | status | opted_in_at\nnews | p@x.com | unsubscribed | 2026-09-01", []),
    "kept unmailed, with a name": (
        "mail_member",
        "list_id | email | status | opted_in_at | first_name\nnews | p@x.com | unsubscribed | 2026-09-01 | Jan",
        [AGAIN],
    ),
    "mailable again": ("mail_member", "list_id | email | status | opted_in_at\nnews | p@x.com | subscribed | 2026-09-01", [AGAIN]),
}


@pytest.fixture(scope="module")
def erased_people(auditor):
    """A company that erased some people, and what it has of each of them now."""
    exports = {}
    for number, (entity, text, _) in enumerate(LEFT.values(), 1):
        exports.setdefault(entity, []).extend(drawn(own(text, number)))
    made = [plain(entity, redrawn(rows), extracted_at=MADE, timezone="Europe/Amsterdam") for entity, rows in exports.items()]
    cases = [{"requests": GONE, "notices": NOTICE, "disclosures": DISCLOSURE}] * len(LEFT)
    return auditor(AS_OF, *made, registers=together(cases))


@pytest.mark.parametrize("name", LEFT)
def test_somebody_who_was_erased_is_looked_for(erased_people, name):
    assert [each for each in of_case(erased_people, LEFT, name) if each["code"] == "DSR-ERASED-PRESENT"] == LEFT[name][2]


BOOKED = {
    "by its number": ("p@x.com | 2026-09-20 | #7 | 50", AGAIN),
    "by its amount": ("p@x.com | 2026-09-20 |    | 100", AGAIN),
    "by another amount": ("p@x.com | 2026-09-20 |    | 99", doubted("an order may be the only book of its sale")),
    "too late": ("p@x.com | 2026-11-20 |    | 100", doubted("an order may be the only book of its sale")),
    "of somebody else": ("q@x.com | 2026-09-20 | 7  | 100", doubted("an order may be the only book of its sale")),
}


@pytest.mark.parametrize("name", BOOKED)
def test_an_order_is_no_book_where_an_invoice_shows_its_sale(audit, name):
    """As the plan of an erasure sees it, which leaves the only book of a sale to a person."""
    invoice, expected = BOOKED[name]
    order = plain("order", "order_id | email | ordered_at | total\n7 | p@x.com | 2026-09-01 | 100", extracted_at=MADE)
    books = plain("invoice", f"invoice_number | email | invoice_date | payment_reference | amount\nF-1 | {invoice}", extracted_at=MADE)
    done = audit(AS_OF, order, books, registers={"requests": GONE}, arguments=("--checks", "DSR-ERASED-PRESENT"))
    assert [each for each in lines(done) if each["code"] == "DSR-ERASED-PRESENT"] == [expected]


# A hold on a record names nobody: whose it was is told by an export that has it, before the erasure or since.
ON_RECORD = {"identifier_kind": "", "identifier_value": "", "source": "contact", "record_key": "C-1"}
PEOPLE = "contact_id | customer_id | last_contact_at\nC-2 | K-8 | 2026-10-01"
HIS = PEOPLE + "\nC-1 | K-9 | 2026-10-01"
OF_NOBODY = line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="nobody can tell whose a held record was")
OF_A_PERIOD = line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="nobody can tell what of a held period was erased")
UNORDERED = line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="snapshot order unknown")
UNNAMED = line("DSR-DESTROYED", "medium", verdict="UNDETERMINED", reason="nothing is left of whom the erasure is about")
BEFORE = "2026-10-14T12:00:00+02:00"
HELD_RECORDS = {
    "that is in no export": (PEOPLE, MADE, {}, [OF_NOBODY]),
    "that an export from before has, as the person's": (HIS, BEFORE, {}, [line("DSR-DESTROYED", "high")]),
    "that an export from before has, as somebody else's": (HIS.replace("K-9", "K-7"), BEFORE, {}, []),
    "that an export of that day has, from before or after": (HIS, "2026-10-15T12:00:00+02:00", {}, [UNORDERED]),
    "that was kept": (HIS, MADE, {}, []),
    "that was held at another time": (PEOPLE, MADE, {"ends_on": "2026-10-14"}, []),
    "or on a source and a period": (PEOPLE, MADE, {"record_key": "", "period_from": "2026-01-01"}, [OF_A_PERIOD]),
    "or on a source and a period, at another time": (
        PEOPLE,
        MADE,
        {"record_key": "", "period_from": "2026-01-01", "ends_on": "2026-10-14"},
        [],
    ),
    "or on nothing, which is no hold": (PEOPLE, MADE, {"record_key": ""}, []),
}


def destroyed(done):
    return [each for each in lines(done) if each["code"] == "DSR-DESTROYED"]


@pytest.mark.parametrize("name", HELD_RECORDS)
def test_a_hold_may_be_on_a_record(audit, name):
    people, made, change, expected = HELD_RECORDS[name]
    held = changed(RUNNING, **ON_RECORD | change)
    done = audit(AS_OF, plain("contact", people, extracted_at=made, timezone="Europe/Amsterdam"), registers=erased(holds=held))
    assert destroyed(done) == expected


def test_a_held_record_that_only_an_older_export_has_was_destroyed(audit):
    tables = {"2026-10-14.csv": HIS, "2026-11-20.csv": PEOPLE}
    both = files("plain.contact", tables, extracted_at="%Y-%m-%d", timezone="Europe/Amsterdam")
    held = erased(holds=changed(RUNNING, **ON_RECORD))
    assert destroyed(audit(AS_OF, both, registers=held)) == [line("DSR-DESTROYED", "high")]
    undated = plain("contact", HIS, timezone="Europe/Amsterdam")
    assert destroyed(audit(AS_OF, undated, registers=held)) == [UNORDERED]


def test_of_a_held_record_whose_source_has_no_export_nobody_can_tell(audit):
    held = changed(RUNNING, **ON_RECORD, released_on="2026-11-01")
    assert destroyed(audit(AS_OF, visit(), registers=erased(holds=held))) == [OF_NOBODY]


def test_a_held_record_that_only_an_older_export_has_may_be_somebody_elses(audit):
    tables = {"2026-10-14.csv": HIS.replace("K-9", "K-7"), "2026-11-20.csv": PEOPLE}
    both = files("plain.contact", tables, extracted_at="%Y-%m-%d", timezone="Europe/Amsterdam")
    assert destroyed(audit(AS_OF, both, registers=erased(holds=changed(RUNNING, **ON_RECORD)))) == []


CLEARED = {
    "of whom hashes are kept": (True, RUNNING, [line("DSR-DESTROYED", "high")]),
    "and the hold is on another of the kind": (True, RUNNING.replace("K-9 ", "K-7 "), []),
    "and the hold names another kind": (True, changed(RUNNING, identifier_kind="email", identifier_value="p@x.nl"), [UNNAMED]),
    "of whom nothing is kept": (False, RUNNING, [UNNAMED]),
}


@pytest.mark.parametrize("name", CLEARED)
def test_an_erasure_of_whom_the_register_no_longer_names_an_identifier(tmp_path, name):
    has_hashes, held, expected = CLEARED[name]
    place = tmp_path / "company"
    write(place, (visit(),), registers=erased(holds=held))
    if has_hashes:
        remember_request(place / ".houdbaar", Pseudonyms(parse_key(KEY)), "R-1", [("customer_id", "K-9")], date(2026, 10, 15))
    register = place / "registers" / "requests.csv"
    register.write_text(register.read_text(encoding="utf-8").replace("customer_id=K-9", ""), encoding="utf-8")
    command = ["audit", str(place), "--as-of", AS_OF, "--output", str(tmp_path / "run")]
    done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False, env={"HOUDBAAR_KEY": KEY})
    assert destroyed(Outcome(done.exit_code, done.stdout, done.stderr, tmp_path / "run")) == expected


def test_an_erasure_by_a_name_alone_may_be_of_whom_a_hold_is_about(audit):
    asked = changed(ERASED, identifiers="name=Jan Jansen")
    people = plain("contact", HIS, extracted_at=MADE, timezone="Europe/Amsterdam")
    assert destroyed(audit(AS_OF, people, registers=erased(requests=asked, holds=RUNNING))) == [UNNAMED]


@pytest.mark.parametrize(("paid_on", "expected"), [("2010-12-31", ["FAIL"]), ("2026-01-31", [])])
def test_a_payment_may_be_there_through_the_years_of_the_books(audit, paid_on, expected):
    payment = plain("payment", f"payment_id | customer_id | paid_at\nP-1 | K-1 | {paid_on}", extracted_at=MADE)
    asked = {"requests": GONE.replace("email=p@x.com", "customer_id=K-1")}
    done = audit(AS_OF, payment, registers=asked, arguments=("--checks", "DSR-ERASED-PRESENT"))
    assert [each["verdict"] for each in done.of("DSR-ERASED-PRESENT")] == expected
