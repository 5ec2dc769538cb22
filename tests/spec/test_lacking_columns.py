"""A column that an export lacks: the checks that need it are not tested for that source, and the others judge (entities.md)."""

import pytest

from spec.given import plain

AS_OF = "2026-10-31"
PEOPLE = """
    contact_id | first_name | last_name | email           | is_lead | birth_date
    C-1        | Jan        | Jansen    | jan@example.com | true    | 1980-01-01
    C-2        | Piet       | Bakker    | piet            | false   |
"""


def test_contacts_without_any_date_are_read(audit):
    done = audit(AS_OF, plain("contact", PEOPLE))
    assert done.exit_code == 0, done.stderr
    assert {"column last_contact_at is missing", "column last_contact_at or created_at is missing"} <= set(done.not_tested("plain.contact"))
    assert done.counts("RET-LEAD-12") == done.counts("RET-REL-DORMANT") == done.counts("RET-REL-END") == {}
    assert done.counts("DQ-EMAIL-INVALID") == {"failed": 1, "passed": 1}
    assert [line["field"] for line in done.of("SCP-COLUMN")] == ["birth_date"]


NO_DATES = {
    "order": ("order_id | email\n1 | a@example.com", "RET-NO-PURPOSE", "column ordered_at is missing"),
    "shipment": ("shipment_id | email\n1 | a@example.com", "RET-SHIP-12", "column delivered_at or shipped_at is missing"),
    "message": ("message_id | email\n1 | a@example.com", "RET-COR-12", "column closed_at or last_message_at or created_at is missing"),
    "invoice": ("invoice_number | email\n1 | a@example.com", "RET-STAT-OVER", "column invoice_date or fiscal_year is missing"),
    "account": ("account_id | email\n1 | a@example.com", "RET-REL-END", "column closed_at is missing"),
    "cookie": ("cookie_name | domain | client_id\n_ga | voorbeeld.nl | 1.2", "RET-COOKIE-24", "column set_at is missing"),
    "analytics_user": ("client_id | city\n1.2 | Utrecht", "RET-ANA-26", "column last_active_at is missing"),
}


@pytest.mark.parametrize("entity", NO_DATES)
def test_a_term_without_its_dates_is_not_tested(audit, entity):
    text, code, missing = NO_DATES[entity]
    source = f"plain.{entity}"
    done = audit(AS_OF, plain(entity, text), plain("contact", PEOPLE))
    assert done.exit_code == 0, done.stderr
    assert done.counts(code, source) == {}
    assert missing in done.not_tested(source)


def test_a_fiscal_year_dates_an_invoice_too(judge):
    judge("RET-STAT-OVER", AS_OF, plain("invoice", "invoice_number | fiscal_year | verdict\n1 | 2018 | OVERDUE\n2 | 2019 | KEEP"))


def test_devices_of_nobody_known_to_have_left_pass_nothing(audit):
    """Without an end of any contract nobody can say that the agreement runs."""
    devices = "device_id | customer_id\nD-1 | K-1"
    done = audit(AS_OF, plain("device", devices, role="processor"))
    assert done.counts("RET-DPA-END") == {}
    assert "column contract_ended_on or contact.contract_ended_on or account.closed_at is missing" in done.not_tested("device")
    people = plain("contact", "contact_id | customer_id | contract_ended_on\nC-1 | K-1 | 2026-01-01")
    assert audit(AS_OF, plain("device", devices, role="processor"), people).counts("RET-DPA-END") == {"overdue": 1}
