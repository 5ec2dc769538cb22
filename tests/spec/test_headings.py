"""Under which heading the terminal shows a check: only what may be kept or passed is in order."""

import re

from spec.given import plain

AS_OF, MADE = "2026-11-22", "2026-11-20T12:00:00+01:00"
HOLD = """hold_id | kind | reason | approver | identifier_kind | identifier_value | starts_on | ends_on
    H-1 | legal_hold | dispute | board | customer_id | K-1 | 2025-01-01 | 2027-01-01"""


def headings(said: str) -> dict[str, str]:
    """The heading of each check, as it is printed."""
    found, heading = {}, ""
    for line in said.splitlines():
        words = line.split()
        if re.fullmatch(r"held|in order|not judged|critical|high|medium|low|info", line.strip()):
            heading = line.strip()
        elif len(words) > 2 and words[1].startswith("RET-"):
            found[words[1]] = heading
    return found


def test_what_is_held_or_does_not_exist_yet_is_not_called_in_order(audit):
    messages = plain("message", "message_id | customer_id | closed_at\nM-1 | K-1 | 2025-10-10\n", extracted_at=MADE)
    visits = plain("service_event", "account_id | happened_at\nA-1 | 2026-10-10T10:00:00+01:00\n", extracted_at=MADE)
    shipments = plain("shipment", "shipment_id | delivered_at\nS-1 | 2026-11-25\n", extracted_at="2026-11-30T12:00:00+01:00")
    done = audit(AS_OF, messages, visits, shipments, registers={"holds": HOLD})
    shown = headings(done.stdout)
    assert {code: shown[code] for code in ("RET-COR-12", "RET-SVC-12", "RET-SHIP-12")} == {
        "RET-COR-12": "held",
        "RET-SVC-12": "in order",
        "RET-SHIP-12": "not judged",
    }
