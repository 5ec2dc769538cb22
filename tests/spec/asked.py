"""Registers of requests and what hangs on them, as the tests draw them, and what an audit says of each request."""

import re

from spec.given import drawn, plain
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
