"""Plans of what to do about findings, as tests read them; exports, a hold and a list that several tests plan for."""

import json
from typing import Any

from functional.carrying_out import lines_of
from spec.outcome import Outcome

AS_OF = "2026-11-22"
MADE = "2026-11-20T12:00:00+01:00"
HOLD = "hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | ends_on\n"
MESSAGES = """
    message_id | customer_id | closed_at
    M-1        | K-1         | 2024-01-10
    M-2        | K-2         | 2024-02-10
    M-3        | K-3         | 2026-10-10
"""
CONTACTS = """
    contact_id | customer_id | first_name | last_name | email | phone | contract_started_on | contract_ended_on | last_contact_at
    C-1        | K-1         | Jan        | Jansen    | jan@voorbeeld.nl | 0612345670 | 2020-01-01 | 2024-01-10 | 2024-01-05
"""
EVENTS = """
    account_id | happened_at
    A-1        | 2025-01-10T10:00:00+01:00
    A-2        | 2025-01-11T10:00:00+01:00
    A-1        | 2025-02-10T10:00:00+01:00
    A-3        | onbekend
    A-2        | 2026-10-10T10:00:00+01:00
"""
AUDIENCE = (
    '"Email Address",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n'
    'Lapsed@voorbeeld.nl,2,"2023-01-10 10:00:00",203.0.113.7,"2023-01-10 10:05:00",203.0.113.7,"2023-01-10 10:05:00",1,a1,,\n'
    'answers@voorbeeld.nl,2,"2023-01-10 10:00:00",203.0.113.7,"2023-01-10 10:05:00",203.0.113.7,"2023-01-10 10:05:00",2,a2,,\n'
)
CLICKS = "list_id | email | kind | happened_at\nnews | answers@voorbeeld.nl | click | 2026-10-01T10:00:00Z\n"


def index(done: Outcome) -> dict[str, Any]:
    """manifests.json."""
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads((done.folder / "manifests.json").read_text(encoding="utf-8"))
    return found


def plans(done: Outcome, kind: str) -> list[dict[str, Any]]:
    """The entries of a kind."""
    return [plan for plan in index(done)["manifests"] if plan["kind"] == kind]


def lines(done: Outcome, kind: str) -> list[dict[str, Any]]:
    """The lines of all plans of a kind."""
    return [line for plan in plans(done, kind) for line in lines_of(done.folder / plan["file"])]


def hold(kind: str, value: str, starts_on: str = "2026-01-01") -> dict[str, str]:
    """The register of holds with one."""
    return {"holds": HOLD + f"H-1 | legal_hold | dispute | board | {kind} | {value} | {starts_on} | 2027-01-31"}
