"""A plan of an erasure keeps what a hold on a source and a period is about (domain.md 2.8): it names no person, and blocks all the same."""

import pytest

from spec.answered import CONTACTS, REQUEST, answered
from spec.given import plain
from spec.test_cases_f import holds

CLICKS = plain("mail_activity", "email | kind | happened_at\njan@voorbeeld.nl | click | 2026-03-10 10:00\njan@voorbeeld.nl | click |")
ORDERS = plain(
    "order",
    "order_id | customer_id | email | ordered_at | status\nO-1 | K-1 | jan@voorbeeld.nl | 2015-05-01 10:00 | cancelled",
)
ASKED = f"{REQUEST}\nDSR-1 | erasure | mail | 2026-11-03 | email=jan@voorbeeld.nl | nl | verified | 2026-11-04 | | | |"
# What a hold selects, and the rows that it keeps. A contact has no day of its own, nor has the second click: they may lie in any period.
SELECTED = {
    "a source from a day on": ({"source": "mail_activity", "period_from": "2026-01-01"}, {"mail_activity 1", "mail_activity 2"}),
    "the very day": (
        {"source": "mail_activity", "period_from": "2026-03-10", "period_to": "2026-03-10"},
        {"mail_activity 1", "mail_activity 2"},
    ),
    "before it": ({"source": "mail_activity", "period_to": "2026-03-09"}, {"mail_activity 2"}),
    "after it": ({"source": "mail_activity", "period_from": "2026-03-11"}, {"mail_activity 2"}),
    "another source": ({"source": "contact", "period_from": "2026-01-01"}, {"contact 1"}),
    "a period long before an order": ({"source": "order", "period_to": "2014-12-31"}, set()),
}


@pytest.mark.parametrize("name", SELECTED)
def test_a_hold_on_a_source_and_a_period_keeps_the_records(tmp_path, name):
    selected, kept = SELECTED[name]
    held = holds({"identifier_kind": "", "identifier_value": "", **selected})
    found = answered(tmp_path / "company", "erasure", CONTACTS, CLICKS, ORDERS, registers={"requests": ASKED, **held})
    assert {place for place, step in found.steps.items() if step["blocked_by"]} == kept
    assert {found.steps[place]["action"] for place in kept} <= {"keep"}
