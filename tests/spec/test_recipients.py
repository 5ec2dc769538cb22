"""Whom to tell of what goes by a plan of an audit (article 19 of the regulation; domain.md 5.4)."""

from typing import Any

import pytest

from spec.given import plain, table, verbatim
from spec.outcome import Outcome
from spec.planned import AS_OF, AUDIENCE, CLICKS, EVENTS, MADE, MESSAGES, hold, index, lines

DISCLOSURES = """disclosure_id | recipient | recipient_kind | disclosed_on | customer_id | order_id
    D-1 | Voorbeeld Koeriers | logistics | 2024-01-03 | | O-1
    D-2 | Voorbeeld Koeriers | logistics | 2024-01-04 | | O-2
    D-3 | Adviesbureau       | adviser   | 2024-02-03 | K-1 |
    D-4 | Adviesbureau       | adviser   | 2024-02-04 | K-2 |"""


def told(done: Outcome) -> list[tuple[Any, ...]]:
    """Whom to tell of what goes: recipient, customer and order, codes."""
    return [(each["recipient"], each["customer_id"], each["order_id"], each["codes"]) for each in lines(done, "recipients")]


def test_who_got_data_of_a_customer_or_an_order_is_told_that_they_go(audit):
    shipments = "shipment_id | order_id | delivered_at\nS-1 | O-1 | 2024-01-05\nS-2 | O-2 | 2026-10-05\n"
    messages = MESSAGES.replace("2024-02-10", "2026-10-11")
    done = audit(
        AS_OF,
        plain("message", messages, extracted_at=MADE),
        plain("shipment", shipments, extracted_at=MADE),
        registers={"disclosures": DISCLOSURES},
    )
    assert told(done) == [
        ("Adviesbureau", "K-1", None, ["RET-COR-12"]),
        ("Voorbeeld Koeriers", None, "O-1", ["RET-SHIP-12"]),
        ("Teltonika", None, None, ["RET-COR-12", "RET-SHIP-12"]),
        ("Voorbeeld Koeriers", None, None, ["RET-COR-12", "RET-SHIP-12"]),
    ]
    assert {each["notify_by"] for each in lines(done, "recipients")} == {"2026-12-06"}


def test_whom_a_hold_keeps_nobody_is_told_about(audit):
    registers = {"disclosures": DISCLOSURES, **hold("customer_id", "K-1")}
    done = audit(AS_OF, plain("message", MESSAGES, extracted_at=MADE), registers=registers)
    assert [line[:2] for line in told(done)] == [("Adviesbureau", "K-2"), ("Teltonika", None), ("Voorbeeld Koeriers", None)]


ACCOUNTS = "account_id | customer_id | closed_at | password_hash\nA-1 | K-1 | 2026-10-01 | x1\n"
TRACKED = (
    "event_at | event_name | client_id | analytics_consent\n2026-10-01T10:00:00+02:00 | page_view | 100001.1700000000 | denied\n"
    "2026-10-02T10:00:00+02:00 | page_view | 100001.1700000000 | granted\n"
)


@pytest.mark.parametrize(
    ("export", "codes"),
    [
        (plain("service_event", EVENTS, extracted_at=MADE), ["RET-SVC-12"]),
        (plain("account", ACCOUNTS, extracted_at=MADE), ["RET-SECRET"]),
        (table("plain.analytics_event", TRACKED, extracted_at=MADE), ["CON-COOKIE"]),
    ],
    ids=["by date", "fields", "ids"],
)
def test_every_plan_that_erases_tells_the_declared_recipients(audit, export, codes):
    assert told(audit(AS_OF, export)) == [("Teltonika", None, None, codes), ("Voorbeeld Koeriers", None, None, codes)]


def lapsed() -> tuple[Any, ...]:
    """A list with somebody who lapsed, and what its members answered."""
    audience = verbatim(
        "mailchimp.audience", "subscribed_members_export_ab12.csv", AUDIENCE, name="news", extracted_at=MADE, list_id="news"
    )
    return audience, plain("mail_activity", CLICKS, extracted_at=MADE, coverage="from", covers_from="2025-01-01")


def test_a_member_who_is_deleted_for_good_is_told_of(audit):
    codes = ["RET-MKT-12", "RET-PROFILE"]
    assert told(audit("2026-11-20", *lapsed())) == [("Teltonika", None, None, codes), ("Voorbeeld Koeriers", None, None, codes)]


def test_an_archive_is_no_erasure_and_all_there_is_while_a_request_can_t_be_placed(audit):
    register = "request_id | right | received_at | identifiers | state\nR-1 | access | 2026-11-24 | name=Jansen | received"
    done = audit("2026-11-20", *lapsed(), registers={"requests": register})
    assert [plan["kind"] for plan in index(done)["manifests"]] == ["mailchimp_archive"]


def test_nor_does_a_list_of_another_tool_delete_then(audit):
    register = "request_id | right | received_at | identifiers | state\nR-1 | access | 2026-11-24 | name=Jansen | received"
    members = "list_id | email | status | opted_in_at | consent_text\nnews | lapsed@voorbeeld.nl | subscribed | 2023-01-10T10:00:00Z | ja\n"
    done = audit("2026-11-20", plain("mail_member", members, extracted_at=MADE), lapsed()[1], registers={"requests": register})
    assert [line["action"] for line in lines(done, "mailing_list")] == ["archive"]
    assert told(done) == []
