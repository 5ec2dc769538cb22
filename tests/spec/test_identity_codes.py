"""Keys that are too many people's (domain.md 4.3), and what a pending request reaches: all records of the person (3, 2.8)."""

import pytest

from spec.given import plain

AS_OF = "2026-11-23"
DAY = "2026-06-01T10:00:00+02:00"


def contacts(value: str, column: str, people: int):
    rows = [f"c{number} | K-{number} | P | Naam{number} | {value} | {DAY}" for number in range(people)]
    return plain("contact", "\n".join([f"contact_id | customer_id | initials | last_name | {column} | created_at", *rows]))


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [
        ("DQ-ID-SHARED", "email", "samen@example.com"),
        ("DQ-ID-SHARED", "phone", "06-13579864"),
        ("DQ-ID-PLACEHOLDER", "phone", "0612345678"),
        ("DQ-ID-PLACEHOLDER", "email", "test@example.com"),
    ],
)
def test_a_key_of_four_people_links_nobody(audit, code, column, value):
    done = audit(AS_OF, contacts(value, column, 4))
    (line,) = done.of("DQ-ID-SHARED", "DQ-ID-PLACEHOLDER")
    assert (line["code"], line["field"], line["verdict"], line["severity"], line["records"]) == (code, column, "FAIL", "low", 4)
    assert value not in str(line)


def test_a_key_of_three_people_is_theirs(audit):
    done = audit(AS_OF, contacts("samen@example.com", "email", 3))
    assert done.of("DQ-ID-SHARED", "DQ-ID-PLACEHOLDER") == []
    assert done.counts("DQ-ID-SHARED") == {"passed": 3}
    assert audit(AS_OF, contacts("samen@example.com", "email", 3), knobs={"identity.max_fanout": "2"}).of("DQ-ID-SHARED")


def test_one_person_of_many_spellings_shares_nothing(audit):
    names = ["Jan | Jansen", "J. | Jansen", "jan | jansen", "J | JANSEN", "Jan | Jansen "]
    rows = [f"c{number} | K-1 | {name} | jan@example.com | {DAY}" for number, name in enumerate(names)]
    export = plain("contact", "\n".join(["contact_id | customer_id | first_name | last_name | email | created_at", *rows]))
    assert audit(AS_OF, export).of("DQ-ID-SHARED") == []


def test_a_pending_request_reaches_records_without_the_stated_address(audit):
    request = "request_id | right | received_at | identifiers | state\nDSR-1 | access | 2025-12-01 | email=jan@example.com | received"
    done = audit(
        AS_OF,
        plain(
            "analytics_event",
            """
            event_at | event_name | client_id | user_id
            2024-01-15T10:00:00Z | page_view | c-1 | K-1
            2024-01-15T10:00:00Z | page_view | c-2 | K-2
            """,
        ),
        plain(
            "contact",
            f"contact_id | customer_id | email | created_at\n1 | K-1 | Jan@Example.com | {DAY}\n2 | K-2 | piet@example.com | {DAY}",
        ),
        registers={"requests": request},
    )
    lines = {line["verdict"]: (line["blocked_by"], bool(line["subject"])) for line in done.of("RET-ANA-26")}
    assert lines == {"HELD": (["pending_access:DSR-1"], True), "OVERDUE": (None, False)}
