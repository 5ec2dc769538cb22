"""Codes about customers, books and requests: a clean office has none, and one break gives that code and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from spec.given import Export, csv_bytes, drawn, table
from spec.outcome import rows_of
from spec.test_codes import AS_OF, MADE, told

DAYS = [f"{day:02}" for day in range(1, 23)]
TABLES = {
    "contact": """
        contact_id | customer_id | last_name | is_lead | created_at | last_contact_at | contract_started_on | inactive_at
        C-{day}    | K-{day}     | Jansen    | false   | 2021-01-01 | 2026-06-{day}   | 2021-01-01          |
    """,
    "account": """
        account_id | customer_id | created_at | last_login_at | closed_at | password_hash
        A-{day}    | L-{day}     | 2021-01-01 | 2026-06-{day} |           |
    """,
    "order": """
        order_id | customer_id | ordered_at   | status
        O-{day}  | K-{day}     | 2026-06-{day} | completed
    """,
    "invoice": """
        invoice_number | customer_id | invoice_date  | customer_name | amount | paid_at       | email
        F{day}         | M-{day}     | 2024-06-{day} | Jansen        | 121    | 2024-07-{day} |
    """,
    "payment": """
        payment_id | invoice_number | paid_at
        P-{day}    | F20            | 2024-07-{day}
    """,
    "message": """
        message_id | created_at    | closed_at
        M-{day}    | 2026-06-{day} | 2026-07-{day}
    """,
    "shipment": """
        shipment_id | shipped_at    | delivered_at
        S-{day}     | 2026-06-{day} | 2026-07-{day}
    """,
    "device": """
        device_id | customer_id | contract_ended_on
        D-{day}   | N-{day}     |
    """,
}
REGISTERS = {
    "holds": """
        hold_id | kind       | reason  | approver | identifier_kind | identifier_value | starts_on  | review_on
        H-1     | legal_hold | dispute | board    | customer_id     | K-99             | 2026-01-01 | 2026-12-31
    """,
    "requests": """
        request_id | right  | received_at | identifiers      | state  | id_proof | verified_at | outcome | closed_at
        R-1        | access | 2026-01-01  | customer_id=K-99 | closed | login    | 2026-01-02  | granted | 2026-01-20
    """,
    "analytics_settings": "property_id | event_months | user_months | is_reset_on_activity\np-1 | 14 | 14 | false",
}


def clean(entity: str, *changes: Mapping[str, str]) -> Export:
    """The office's export of an entity; `changes` give the first rows other values."""
    rows = [row for day in DAYS for row in drawn(TABLES[entity].format(day=day))]
    for row, change in zip(rows, changes, strict=False):
        assert set(change) <= set(row)
        row.update(change)
    role = {"role": "processor"} if entity == "device" else {}
    return Export(f"plain.{entity}", {"export.csv": csv_bytes(rows)}, {"extracted_at": MADE, "timezone": "Europe/Amsterdam", **role}, rows)


def changed(register: str, *changes: Mapping[str, str]) -> str:
    """A register with a row for each of these changes: numbered, and about another person each."""
    (row,) = drawn(REGISTERS[register])
    rows = [
        {name: re.sub(r"^([HRp])-1$", rf"\g<1>-{number}", value).replace("K-99", f"K-9{number}") for name, value in (row | change).items()}
        for number, change in enumerate(changes, 1)
    ]
    columns = dict.fromkeys(name for each in rows for name in each)
    return "\n".join([" | ".join(columns), *(" | ".join(each.get(name, "") for name in columns) for each in rows)])


def test_a_clean_office_has_no_findings(audit):
    done = audit(AS_OF, *(clean(entity) for entity in TABLES), registers=REGISTERS)
    assert [told(line) for line in done.findings] == []
    for code in {name.split(" ")[0] for name in (*BREAKS, *KEPT)} - {"RET-LEAD-12", "RET-ID-DOC", "RET-SECRET"}:
        assert done.counts(code), f"{code} looked at nothing"


OVER = {"verdict": "OVERDUE", "field": ""}
BREAKS = {
    "RET-REL-END an account": ("account", {"closed_at": "2025-11-21"}, {**OVER, "severity": "medium", "action": "anonymise"}),
    "RET-REL-END a person who left": ("contact", {"inactive_at": "2025-11-21"}, {**OVER, "severity": "medium", "action": "anonymise"}),
    "RET-REL-DORMANT": ("account", {"last_login_at": "2024-11-21"}, {**OVER, "severity": "low", "action": "review"}),
    "RET-LEAD-12": (
        "contact",
        {"customer_id": "", "is_lead": "true", "contract_started_on": "", "last_contact_at": "2025-11-21"},
        {**OVER, "severity": "medium", "action": "delete"},
    ),
    "RET-COR-12": ("message", {"created_at": "2025-11-20", "closed_at": "2025-11-21"}, {**OVER, "severity": "medium", "action": "delete"}),
    "RET-SHIP-12": (
        "shipment",
        {"shipped_at": "2025-11-20", "delivered_at": "2025-11-21"},
        {**OVER, "severity": "medium", "action": "delete"},
    ),
    "RET-STAT-OVER a payment": (
        "payment",
        {"invoice_number": "", "paid_at": "2018-12-31"},
        {**OVER, "severity": "medium", "action": "delete"},
    ),
    "RET-STAT-EARLY": ("invoice", {"invoice_number": "F24"}, {"verdict": "FAIL", "severity": "high", "records": "1"}),
    "RET-STAT-OVER": ("invoice", {"invoice_date": "2018-12-31"}, {**OVER, "severity": "medium", "action": "delete"}),
    "RET-STAT-FIELDS": (
        "invoice",
        {"email": "jan@example.com"},
        {"verdict": "UNDETERMINED", "reason": "relationship not covered", "severity": "medium", "field": "email", "action": "review"},
    ),
    "RET-DPA-END": ("device", {"contract_ended_on": "2026-10-22"}, {**OVER, "severity": "high", "action": "delete"}),
    "RET-NO-PURPOSE": ("order", {"customer_id": "", "ordered_at": "2018-12-31"}, {"verdict": "FAIL", "severity": "high"}),
}  # fmt: skip


def breaks_of(entity: str) -> list[str]:
    """The breaks of an entity, in the order of the rows that have them."""
    return [name for name, (broken, _, _) in BREAKS.items() if broken == entity]


@pytest.fixture(scope="module")
def broken(auditor):
    """An office in which one row after the other has one of the breaks."""
    return auditor(AS_OF, *(clean(entity, *(BREAKS[name][1] for name in breaks_of(entity))) for entity in TABLES), registers=REGISTERS)


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_one_finding(broken, name):
    entity, _, expected = BREAKS[name]
    row = breaks_of(entity).index(name) + 1
    expected = {"code": name.split(" ")[0], "entity": entity, "rows": str(row), **expected}
    found = [line for line in map(told, broken.findings) if (line["entity"], line["rows"]) == (entity, str(row))]
    assert [{key: line[key] for key in expected} for line in found] == [expected]
    assert len(broken.findings) == len(BREAKS)


def test_one_account_that_ended_before_its_password(audit):
    """Beside the password's being in an export at all."""
    done = audit(AS_OF, clean("account", {"closed_at": "2026-11-21", "password_hash": "x"}))
    expected = {"code": "RET-SECRET", "entity": "account", "rows": "1", **OVER, "severity": "high", "action": "delete"}
    assert [{key: told(line)[key] for key in expected} for line in done.of("RET-SECRET")] == [expected]
    assert done.codes() == {"RET-SECRET": 1, "SCP-SECRET-PLAIN": 1}


KEPT = {
    "RET-HOLD-INVALID": ("holds", {"approver": ""}, {"verdict": "FAIL", "severity": "medium", "reason": "approver is missing"}),
    "RET-HOLD-EXPIRED": ("holds", {"review_on": "2026-11-21"}, {"verdict": "FAIL", "severity": "medium"}),
    "RET-ID-DOC": ("requests", {"id_proof": "redacted copy"}, {"verdict": "OVERDUE", "severity": "high", "field": "id_proof"}),
    "RET-DSR-LOG": ("requests", {"closed_at": "2023-11-21"}, {"verdict": "OVERDUE", "severity": "low", "action": "delete"}),
    "RET-CFG-GA": ("analytics_settings", {"user_months": "38"}, {"verdict": "FAIL", "severity": "medium", "field": "user_months"}),
}


@pytest.fixture(scope="module")
def badly_kept(auditor):
    """Registers in which one row after the other has one of the breaks."""
    registers = {name: changed(name, *(change for register, change, _ in KEPT.values() if register == name)) for name in REGISTERS}
    return auditor(AS_OF, clean("shipment"), registers=registers)


@pytest.mark.parametrize("name", KEPT)
def test_one_break_in_a_register_one_finding(badly_kept, name):
    register, _, expected = KEPT[name]
    row = [code for code, (other, _, _) in KEPT.items() if other == register].index(name) + 1
    found = [line for line in badly_kept.findings if line["code"] == name]
    expected = {"code": name, **expected}
    assert [{key: told(line)[key] for key in expected} for line in found] == [expected]
    assert [rows_of(line) for line in found] == [[row]]
    assert len(badly_kept.findings) == len(KEPT)


def test_without_a_customer_number_nobody_knows_the_relation(audit):
    """And what an export lacks is not tested, never passed."""
    export = clean("account")
    rows = [{key: value for key, value in row.items() if key not in ("closed_at", "last_login_at")} for row in export.expected]
    done = audit(AS_OF, replace(export, files={"export.csv": csv_bytes(rows)}))
    assert done.counts("RET-REL-END") == {}
    assert {"column closed_at is missing", "column last_login_at is missing"} <= set(done.not_tested("account"))


def test_ret_cor_12_of_a_ticket_whose_last_message_is_only_bounded(judge):
    """Its last change is no message: between the first message and that day the last one came (domain.md 2.3, interval rule)."""
    text = """
        id | requester_id | status | created_at           | updated_at           | verdict      | reason
        1  | 3963         | closed | 2018-02-19T01:54:52Z | 2025-11-21T10:00:00Z | OVERDUE      |
        2  | 3963         | closed | 2018-02-19T01:54:52Z | 2025-11-22T10:00:00Z | UNDETERMINED | DQ-TS-PRECISION
        3  | 3963         | open   | 2018-02-19T01:54:52Z | 2026-11-22T10:00:00Z | UNDETERMINED | DQ-TS-PRECISION
        4  | 3963         | closed | 2025-11-23T01:54:52Z | 2026-11-22T10:00:00Z | WITHIN       |
    """
    judge("RET-COR-12", "2026-11-22", table("zendesk.tickets", text, extracted_at="2026-11-22T23:00:00+01:00"))
