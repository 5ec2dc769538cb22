"""Links that only suggest, and names of website users that are addresses (domain.md 4.2): shown to the officer, and in no package."""

import hashlib

import pytest

from spec.given import Export, md5, plain

CONTACTS = "contact_id | customer_id | first_name | last_name | email | phone | iban | birth_date | postcode | house_number | created_at"
IBAN = "NL91ABNA0417164300"
JAN = "1 | K-1 | Jan | Jansen | jan@example.com | 0612345679 | NL91 ABNA 0417 1643 00 | | 1234CD | 12-a | 2026-01-01"


def contacts(*rows: str) -> Export:
    return plain("contact", "\n".join([CONTACTS, *rows]))


@pytest.mark.parametrize(
    ("other", "tier", "rule"),
    [
        ("2 | K-2 | Els | Bakker | els@example.com | | | | 1234 cd | 12 A | 2026-01-01", "possible", "household"),
        ("2 | K-2 | J. | Jansen | j@example.com | | | | 1234 cd | 12 A | 2026-01-01", "probable", "name_and_address"),
        (f"2 | K-2 | Els | Bakker | els@example.com | | {IBAN} | | | | 2026-01-01", "probable", "iban_alone"),
        ("2 | K-2 | Els | Bakker | els@example.com | +31 6 12345679 | | | | | 2026-01-01", "probable", "phone_alone"),
    ],
    ids=["partners at one house", "one person twice", "partners with one account", "partners with one telephone"],
)
def test_a_weak_link_is_shown_whatever_the_customers_number_and_name(find, other, tier, rule):
    found = find(contacts(JAN, other), email="jan@example.com")
    assert (found.definite, found.tier(tier)) == ({"contact 1"}, {"contact 2"})
    assert f'"rule":"{rule}"' in next(each["path"] for each in found.records if each["tier"] == tier)


def test_other_dates_of_birth_leave_a_possibility(find):
    born = JAN.replace("00 | |", "00 | 1980-01-01 |")
    other = f"2 | | | | els@example.com | | {IBAN} | 1990-01-01 | | | 2026-01-01"
    found = find(contacts(born, other), email="jan@example.com")
    assert (found.definite, found.tier("probable"), found.tier("possible")) == ({"contact 1"}, set(), {"contact 2"})


def test_a_house_of_many_suggests_nobody_but_who_is_named(find):
    others = [
        f"{number} | K-{number} | {name} | p{number}@example.com | | | | 1234CD | 12A | 2026-01-01"
        for number, name in enumerate(("Els | Bakker", "Piet | Smit", "Ko | Mol"), 2)
    ]
    found = find(contacts(JAN, *others, "5 | | J. | Jansen | jj@example.com | | | | 1234CD | 12A | 2026-01-01"), email="jan@example.com")
    assert (found.definite, found.tier("probable"), found.tier("possible")) == ({"contact 1"}, {"contact 5"}, set())


BOTH = f"2 | | | | | 0612345679 | {IBAN} | | | | 2026-01-01"


@pytest.mark.parametrize(
    ("rows", "is_combined", "definite"),
    [
        ((JAN, BOTH), False, {"contact 1"}),
        ((JAN, BOTH), True, {"contact 1", "contact 2"}),
        ((JAN, f"2 | | | | | | {IBAN} | | | | 2026-01-01"), True, {"contact 1"}),
        ((JAN, BOTH.replace("2 | | | |", "2 | | Els | Bakker |")), True, {"contact 1"}),
        ((JAN, BOTH.replace("2 | |", "2 | K-2 |", 1)), True, {"contact 1"}),
        ((JAN.replace("Jan | Jansen", "|"), BOTH.replace("2 | | | |", "2 | | Els | Bakker |"),
          BOTH.replace("2 | | | |", "3 | | Jan | Jansen |")), True, {"contact 1"}),
    ],
    ids=["not asked for", "two kinds of keys", "one kind", "another name", "another customer", "two who contradict each other"],
)  # fmt: skip
def test_two_probable_links_make_a_definite_one_by_knob(find, rows, is_combined, definite):
    settings = f'[knobs]\n"identity.combine" = {str(is_combined).lower()}'
    assert find(contacts(*rows), email="jan@example.com", company={"settings": settings}).definite == definite


def test_capitals_may_make_a_difference_by_knob(find):
    both = contacts(JAN, JAN.replace("1 | K-1", "2 | K-2").replace("jan@", "Jan@"), "3 | K-3 | | | JAN@EXAMPLE.com | | | | | | 2026-01-01")
    settings = '[knobs]\n"email.fold_local_case" = false'
    found = find(both, email="JAN@example.com", company={"settings": settings})
    assert (found.definite, found.tier("possible")) == ({"contact 3"}, {"contact 1", "contact 2"})


VISITS = """
    event_at | event_name | client_id | user_id
    2026-10-01T10:00:00Z | page_view | c-1 | {user}
    2026-10-01T10:01:00Z | page_view | c-1 |
    2026-10-01T10:02:00Z | page_view | c-2 | {other}
    """
SHA = hashlib.sha256(b"jan@example.com").hexdigest()


@pytest.mark.parametrize("user", ["Jan@Example.com", md5("jan@example.com"), md5("jan@example.com").upper(), SHA, SHA.upper()])
def test_the_name_of_a_websites_user_may_be_an_address_or_its_hash(find, user):
    visits = plain("analytics_event", VISITS.format(user=user, other=md5("els@example.com")))
    users = plain("analytics_user", f"client_id | user_id | last_active_at\nc-1 | {user} | 2026-10-01T10:00:00Z")
    found = find(contacts(JAN), visits, users, email="jan@example.com")
    assert found.definite == {"contact 1", "analytics_event 1", "analytics_user 1"}
    assert (found.tier("probable"), found.notes) == ({"analytics_event 2"}, set())


def test_the_hash_of_a_shared_address_names_nobody(find):
    people = contacts(JAN, JAN.replace("1 | K-1 | Jan | Jansen", "2 | K-2 | Els | Bakker"))
    visits = plain("analytics_event", VISITS.format(user=SHA, other=md5("jan@example.com")))
    assert find(people, visits, customer_id="K-1").definite == {"contact 1"}
