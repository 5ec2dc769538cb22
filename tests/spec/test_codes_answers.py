"""Codes about answers to come: whose records a request is about, and what the letter will lack (domain.md 3)."""

import pytest

from spec.asked import AS_OF, REQUEST, changed, lines, register, visit
from spec.given import plain
from spec.test_codes import MADE

# Two customers share a mailbox, and a visitor of the website is nobody who is known.
SHARING = """
    contact_id | customer_id | last_name | email  | last_contact_at
    C-1        | K-9         | Jansen    | p@x.nl | 2026-10-01
    C-2        | K-8         | Bakker    | p@x.nl | 2026-10-01
"""
VISITED = "event_at | event_name | client_id\n2026-10-01 10:00 | page_view | 123456.1700000000"


ABOUT = {
    "a customer": ("customer_id=K-9", "access", []),
    "a shared mailbox": ("email=p@x.nl", "access", ["DSR-AMBIGUOUS"]),
    "a shared mailbox to be corrected": ("email=p@x.nl", "rectification", ["DSR-AMBIGUOUS"]),
    "mail to a shared mailbox": ("email=p@x.nl", "marketing_objection", []),
    "a mailbox of nobody": ("email=q@x.nl", "access", []),
}


@pytest.fixture(scope="module")
def shared_mailbox(auditor):
    """Each of these requests open, and then answered."""
    people = plain("contact", SHARING, extracted_at=MADE, timezone="Europe/Amsterdam")
    asked = [{"identifiers": identifiers, "right": right} for identifiers, right, _ in ABOUT.values()]
    answered = [request | {"answered_at": "2026-11-20"} for request in asked]
    return auditor(AS_OF, people, registers={"requests": register([*asked, *answered])})


@pytest.mark.parametrize("name", ABOUT)
def test_whose_records_a_request_is_about_may_be_for_a_person_to_decide(shared_mailbox, name):
    expected = ABOUT[name][2]
    number = list(ABOUT).index(name) + 1
    assert [each["code"] for each in lines(shared_mailbox, f"R-{number}") if each["code"].startswith("DSR")] == expected
    found = [each for each in shared_mailbox.of("DSR-AMBIGUOUS") if each["record_key"] == f"R-{number}"]
    assert [(each["severity"], each["field"]) for each in found] == [("info", "identifiers") for _ in expected]
    assert all("is shared by several people" in each["reason"] for each in found)
    assert [each for each in shared_mailbox.of("DSR-AMBIGUOUS") if each["record_key"] == f"R-{number + len(ABOUT)}"] == []


def test_who_can_not_be_told_apart_by_a_name_alone_was_not_looked_for(audit):
    people = plain("contact", SHARING, extracted_at=MADE, timezone="Europe/Amsterdam")
    done = audit(AS_OF, people, registers={"requests": changed(REQUEST, identifiers="name=Jansen")})
    assert done.of("DSR-AMBIGUOUS") == []
    assert "nobody can be found by the identifiers of a request" in done.not_tested("register.request")


def test_what_is_no_such_identifier_finds_nobody(audit):
    people = plain("contact", SHARING, extracted_at=MADE, timezone="Europe/Amsterdam")
    done = audit(AS_OF, people, registers={"requests": changed(REQUEST, right="erasure", identifiers="phone=zz")})
    assert ["the phone that was stated is none" in each["reason"] for each in done.of("DSR-AMBIGUOUS")] == [True]


@pytest.mark.parametrize(("login", "expected"), [("", ["DSR-NOID"]), ("K-9", [])], ids=["no login", "a login"])
def test_visits_that_no_login_links_are_told(audit, login, expected):
    people = plain("contact", SHARING, extracted_at=MADE, timezone="Europe/Amsterdam")
    visits = "\n".join(f"{text} | {more}" for text, more in zip(VISITED.split("\n"), ("user_id", login), strict=True))
    done = audit(AS_OF, people, plain("analytics_event", visits, extracted_at=MADE), registers={"requests": REQUEST})
    assert [each["code"] for each in lines(done) if each["code"].startswith("DSR")] == expected
    assert {each["severity"] for each in done.of("DSR-NOID")} <= {"info"}


SETTLED = """
[knobs]
"policy.dpo_contact" = "fg@voorbeeld.nl"
"policy.recipients" = ["Teltonika"]
"""


LACKED = {
    "nothing": (SETTLED, {}),
    "recipients": (
        SETTLED.replace('"policy.recipients" = ["Teltonika"]', ""),
        {"access": ("recipients", "nobody says who receives data", "medium")},
    ),
    "contact": (
        SETTLED.replace('"policy.dpo_contact" = "fg@voorbeeld.nl"', ""),
        dict.fromkeys(("access", "erasure"), ("contact", "policy.dpo_contact is not set", "medium")),
    ),
}


@pytest.mark.parametrize("name", LACKED)
def test_what_an_answer_will_lack_is_known_before(audit, name):
    settings, lacked = LACKED[name]
    rights = ("access", "erasure")
    requests = [{"right": right} for right in rights] + [{"right": right, "answered_at": "2026-11-20"} for right in rights]
    told = {"requests": register(requests), "transfers": "transfer_id | recipient | country | instrument\n"}
    done = audit(AS_OF, visit(), registers=told, settings=settings)
    found = {each["record_key"]: (each["field"], each["reason"], each["severity"]) for each in done.of("DSR-PACKAGE")}
    assert found == {f"R-{number}": lacked[right] for number, right in enumerate(rights, 1) if right in lacked}
    assert len(done.of("DSR-PACKAGE")) == len(found)
    assert any("told by request package" in text for text in done.not_tested("register.request"))


def test_what_an_answer_that_was_given_lacks_stands_in_no_register(audit):
    answered = register({"right": right, "answered_at": "2026-11-20"} for right in ("access", "erasure"))
    done = audit(AS_OF, visit(), registers={"requests": answered}, settings="")
    assert done.of("DSR-PACKAGE") == []
    assert any("in no register" in text for text in done.not_tested("register.request"))
