"""What counts on the last day, and what counts as nothing: knobs that bear, and words for nothing (domain.md 2.1, 2.3)."""

import pytest

from spec.given import plain

AS_OF = "2026-10-31"
COOKIES = """
    cookie_name | domain       | client_id | set_at     | expires_at | usual | strict
    a           | voorbeeld.nl | 1.1       | 2024-02-29 | 2026-02-27 | PASS  | PASS
    b           | voorbeeld.nl | 1.2       | 2024-02-29 | 2026-02-28 | PASS  | FAIL
    c           | voorbeeld.nl | 1.3       | 2024-02-29 | 2026-03-01 | FAIL  | FAIL
"""


@pytest.mark.parametrize("knob", ["rules.RET-COOKIE-24.boundary", "time.boundary"])
def test_a_cookie_that_ends_on_its_last_day_is_allowed_unless_by_the_strict_reading(judge, knob):
    judge("RET-COOKIE-24", AS_OF, plain("cookie", COOKIES.replace("usual ", "verdict")))
    judge("RET-COOKIE-24", AS_OF, plain("cookie", COOKIES.replace("strict", "verdict")), knobs={knob: "exclusive"})


BOOKS = "invoice_number | invoice_date | verdict\n1 | 2018-12-31 | OVERDUE\n2 | 2019-01-01 | KEEP"


def test_books_are_kept_through_the_last_day_of_their_years_whatever_a_knob_says(audit, judge):
    """A floor is no promise: deletion on its last day would break the law (domain.md 2.7)."""
    judge("RET-STAT-OVER", "2026-12-31", plain("invoice", BOOKS), knobs={"time.boundary": "exclusive"})
    done = audit("2026-12-31", plain("invoice", BOOKS), knobs={"rules.RET-STAT-OVER.boundary": "exclusive"})
    assert done.exit_code == 2
    assert "the policy itself makes this rule's last day inclusive" in done.stderr
    judge("RET-STAT-OVER", "2026-12-31", plain("invoice", BOOKS), knobs={"rules.RET-STAT-OVER.boundary": "inclusive"})


NOTHING = ["********", "-", "••••", "xxxx", "n/a", "N.V.T.", "NULL", "[redacted]", "verwijderd", " "]
SECRETS = ["Welkom01", "5f4dcc3b5aa765d61d8327deb882cf99", "geheim", "x1", "*abc*"]


def test_what_is_covered_up_is_no_kept_secret(judge):
    rows = [f"A{number} | 2026-01-01 | {'OVERDUE' if secret in SECRETS else 'WITHIN'} | {secret}" for number, secret in
            enumerate((*NOTHING, *SECRETS))]  # fmt: skip
    done = judge("RET-SECRET", AS_OF, plain("account", "\n".join(["account_id | closed_at | verdict | password", *rows])), is_whole=True)
    assert not any(secret in str(done.lines) + done.stdout for secret in SECRETS[:3])


NO_MAIL = ["n/a", "-", "onbekend", "NULL", "geen", "N.V.T."]


def test_that_there_is_no_address_is_no_bad_address_and_no_key(audit):
    """Two people without an address are not one member."""
    rows = [f"nieuws | {text} | {status}" for text in NO_MAIL for status in ("subscribed", "unsubscribed")]
    members = "\n".join(["list_id | email | status", *rows, "nieuws | a@example.com | subscribed", "nieuws | geen-adres | subscribed"])
    done = audit(AS_OF, plain("mail_member", members))
    assert done.counts("DQ-EMAIL-INVALID") == {"passed": 1, "failed": 1}
    assert done.counts("DQ-ID-NULL") == {"passed": 2, "failed": 2 * len(NO_MAIL)}
    assert done.of("CON-STATUS-MAILABLE", "CON-RESUBSCRIBED") == []
