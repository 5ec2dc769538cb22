"""Whose a record is that carries an identifier of somebody who was erased (domain.md 3.6, 4.2 and 4.3)."""

import pytest

from spec.asked import AS_OF, ERASED, HOLD, NOTICE, changed, line, lines
from spec.given import md5, plain
from spec.test_codes import MADE

CODE = "DSR-ERASED-PRESENT"
AGAIN = [line(CODE, "high", field="executed_at")]
DOUBTED = [line(CODE, "medium", verdict="UNDETERMINED", field="executed_at", reason="a record may be somebody else's")]
STATED = "customer_id=K-9;email=p@x.com;phone=0612345670"
CONTACT = "contact_id | customer_id | email | phone | last_contact_at\nC-1 | "
LEFT = {
    "the person's": (STATED, plain("contact", f"{CONTACT}K-9 | p@x.com | | 2026-10-01", extracted_at=MADE), AGAIN),
    "by the number alone": (STATED, plain("contact", f"{CONTACT}K-9 | | | 2026-10-01", extracted_at=MADE), AGAIN),
    "a colleague's": (STATED, plain("contact", f"{CONTACT}K-9 | els@x.com | | 2026-10-01", extracted_at=MADE), DOUBTED),
    "the person's, who is there under another number": (
        STATED,
        plain("contact", f"{CONTACT}K-7 | p@x.com | | 2026-10-01", extracted_at=MADE),
        AGAIN,
    ),
    "of who has the number now": (STATED, plain("contact", f"{CONTACT}K-7 | | 06-12345670 | 2026-10-01", extracted_at=MADE), DOUBTED),
    "the person's, where the request has an address that is none": (
        "customer_id=K-9;email=",
        plain("contact", f"{CONTACT}K-9 | p@x.com | | 2026-10-01", extracted_at=MADE),
        AGAIN,
    ),
    "a function's, with its hash": (
        "email=info@x.com",
        plain(
            "mail_member", f"list_id | email | email_md5 | status\nnews | info@x.com | {md5('info@x.com')} | subscribed", extracted_at=MADE
        ),
        DOUBTED,
    ),
    "a function's": ("email=info@x.com", plain("contact", f"{CONTACT}K-7 | info@x.com | | 2026-10-01", extracted_at=MADE), DOUBTED),
    "a visit of who was logged in": (
        STATED,
        plain("analytics_event", "event_at | user_id | client_id\n2026-10-20T10:00:00Z | K-9 | 1.2", extracted_at=MADE),
        AGAIN,
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_was_found_again_may_be_somebody_elses(audit, name):
    """Who erases what belongs to a colleague, or to who has the telephone number now, harms them."""
    stated, export, expected = LEFT[name]
    registers = {"requests": changed(ERASED, identifiers=stated), "notices": NOTICE}
    done = audit(AS_OF, export, registers=registers, arguments=("--checks", CODE))
    assert [each for each in lines(done) if each["code"] == CODE] == expected


@pytest.mark.parametrize(("starts_on", "expected"), [("2026-10-15", []), ("2026-10-16", AGAIN)])
def test_only_a_hold_that_ran_when_a_person_was_erased_may_keep_records(audit, starts_on, expected):
    """domain.md 2.8: a hold never erases a violation that was complete before it began; it only forbids to mend it today."""
    registers = {"requests": changed(ERASED, identifiers=STATED), "notices": NOTICE, "holds": changed(HOLD, starts_on=starts_on)}
    contact = plain("contact", f"{CONTACT}K-9 | p@x.com | | 2026-10-01", extracted_at=MADE)
    done = audit(AS_OF, contact, registers=registers, arguments=("--checks", CODE))
    assert [each for each in lines(done) if each["code"] == CODE] == expected
