"""Group I: whose records are these? Only definite links make one person; all others are for people to decide (domain.md 4)."""

import pyarrow.parquet as pq
import pytest

from spec.given import md5, plain

MEMBERS = "list_id | email | person_id | member_id | status | opted_in_at | last_name"
CUSTOMERS = "contact_id | customer_id | first_name | name_prefix | last_name | email | phone | city | birth_date | created_at"


def members(*rows: str):
    return plain("mail_member", "\n".join([MEMBERS, *rows]))


def customers(*rows: str):
    return plain("contact", "\n".join([CUSTOMERS, *rows]))


def test_i01_capitals_and_spaces_make_no_difference(find):
    found = find(members("news | ' Jan.Jansen@Example.COM ' | | | subscribed | 2026-01-01T10:00:00Z |"), email="jan.jansen@example.com")
    assert found.definite == {"mail_member 1"}
    assert found.rules("mail_member") == ["email_exact"]


def test_a_hashed_address_is_the_address(find):
    activity = plain("mail_activity", f"email_md5 | kind | happened_at\n{md5('jan@example.com')} | click | 2026-01-01T10:00:00Z")
    found = find(activity, email="Jan@example.com")
    assert found.definite == {"mail_activity 1"}


def test_a_plus_tag_is_a_suggestion(find):
    found = find(customers("1 | K-1 | Jan | | Jansen | jan+shop@example.com | | | | 2026-01-01"), email="jan@example.com")
    assert found.definite == set()
    assert found.tier("possible") == {"contact 1"}
    assert found.subjects == {None}


@pytest.mark.parametrize("spelling", ["0612345679", "06-12 34 56 79", "+31 6 12345679", "0031612345679", "+31 (0)6-12345679"])
def test_i11_a_telephone_number_alone_is_probable_and_with_the_name_definite(find, spelling):
    export = customers(f"1 | K-1 | Jan | van der | Jansen | | {spelling} | | | 2026-01-01")
    assert find(export, phone="06 12345679").tier("probable") == {"contact 1"}
    assert find(export, phone="06 12345679", name="J. van der Jansen").definite == {"contact 1"}


def test_i07_one_address_and_names_that_fit_are_one_person(find):
    order = plain("order", "order_id | email | name | ordered_at\n7 | jan@example.com | Jansen, J. van der | 2026-01-01")
    found = find(customers("1 | K-1 | Jan | van der | Jansen | jan@example.com | | | | 2026-01-01"), order, email="jan@example.com")
    assert found.definite == {"contact 1", "order 1"}


def test_i08_a_name_alone_is_never_a_link(find):
    export = customers(
        "1 | K-1 | J. | de | Vries | a@example.com | | Delft | | 2026-01-01",
        "2 | K-2 | J. | de | Vries | b@example.com | | Breda | | 2026-01-01",
    )
    found = find(export, email="a@example.com")
    assert [found.definite, found.tier("probable"), found.tier("possible")] == [{"contact 1"}, set(), set()]


def test_i10_a_role_mailbox_links_nobody(find):
    export = customers(
        "1 | K-1 | Jan | | Jansen | info@voorbeeld.nl | | | | 2026-01-01",
        "2 | K-2 | Piet | | Pietersen | info@voorbeeld.nl | | | | 2026-01-01",
        "3 | K-3 | Els | | Elsen | info@voorbeeld.nl | | | | 2026-01-01",
    )
    found = find(export, email="info@voorbeeld.nl")
    assert found.records == []
    assert found.notes == {"DSR-AMBIGUOUS"}
    assert find(export, customer_id="K-2", email="info@voorbeeld.nl").definite == {"contact 2"}


VISITS = plain(
    "analytics_event",
    """
    event_at | event_name | client_id | user_id
    2026-10-01T10:00:00Z | page_view | c-1 | 17
    2026-10-01T10:01:00Z | page_view | c-1 |
    2026-10-01T10:02:00Z | page_view | c-2 | 17
    2026-10-01T10:03:00Z | page_view | c-2 | 23
    2026-10-01T10:04:00Z | page_view | c-2 |
    """,
)


def test_i14_a_cookie_of_one_user_is_probable_unless_the_policy_expands_it(find):
    customer = customers("1 | 17 | Jan | | Jansen | jan@example.com | | | | 2026-01-01")
    found = find(VISITS, customer, email="jan@example.com")
    assert found.definite == {"contact 1", "analytics_event 1", "analytics_event 3"}
    assert found.tier("probable") == {"analytics_event 2"}
    expanded = find(VISITS, customer, email="jan@example.com", company={"settings": '[knobs]\n"ga.expand_client_id" = "single_user"'})
    assert expanded.definite == {"contact 1", "analytics_event 1", "analytics_event 2", "analytics_event 3"}


def test_i15_a_cookie_of_two_users_is_nobodys(find):
    found = find(VISITS, user_id="23")
    assert found.definite == {"analytics_event 4"}
    assert found.tier("probable") == found.tier("possible") == set()
    stated = find(VISITS, client_id="c-2")
    assert stated.records == []
    assert stated.notes == {"DSR-AMBIGUOUS"}


def test_a_cookie_that_is_read_out_finds_its_visits(find):
    assert find(VISITS, client_id="GA1.2.c-1").definite == {"analytics_event 1", "analytics_event 2"}


def test_i17_a_click_is_probable(find):
    visits = plain("analytics_event", "event_at | event_name | client_id | gclid\n2026-10-01T10:00:00Z | page_view | c-1 | Cj0K")
    assert find(visits, gclid="Cj0K").tier("probable") == {"analytics_event 1"}
    assert find(visits, gclid="cj0k").records == []


def test_i18_a_contradiction_stops_merging_at_the_weakest_link(find):
    people = plain(
        "contact",
        """
        contact_id | last_name | email | iban | birth_date | created_at
        a | Jansen | a@example.com | | 1980-01-01 | 2026-01-01
        b | Jansen | a@example.com | NL91ABNA0417164300 | | 2026-01-01
        c | Jansen | c@example.com | NL91ABNA0417164300 | 1990-02-02 | 2026-01-01
        """,
    )
    assert find(people, email="a@example.com").definite == {"contact 1", "contact 2"}
    assert find(people, email="c@example.com").definite == {"contact 3"}


def test_i19_a_dummy_number_links_nobody(find):
    rows = [f"{number} | K-{number} | P | | Naam{number} | p{number}@example.com | 0612345678 | | | 2026-01-01" for number in range(12)]
    found = find(customers(*rows), email="p3@example.com")
    assert found.definite == {"contact 4"}
    assert found.tier("probable") == set()


def test_i20_data_of_a_customer_is_forwarded(find):
    devices = plain(
        "device",
        "device_id | customer_id | driver_name | driver_email | contract_ended_on\nd-1 | X-1 | Jan | jan@example.com | 2027-01-01",
        role="processor",
    )
    found = find(devices, customers("1 | X-9 | Jan | | Jansen | jan@example.com | | | | 2026-01-01"), email="jan@example.com")
    assert found.definite == {"contact 1"}
    assert found.answer["people"][0]["forward"] == [{"source": "device", "entity": "device", "records": 1}]


def test_i22_an_old_address_in_a_history_is_the_persons(find):
    crm = plain(
        "contact",
        "contact_id | customer_id | email | previous_email | created_at\n1 | K-1 | new@example.com | old@example.com | 2026-01-01",
    )
    found = find(crm, members("news | old@example.com | | | subscribed | 2020-01-01T10:00:00Z |"), email="new@example.com")
    assert found.definite == {"contact 1", "mail_member 1"}
    assert found.rules("mail_member") == ["email_exact", "email_exact"]


def test_i23_the_mail_tools_number_of_a_person_links_lists_and_a_members_number_does_not(find):
    lists = plain(
        "mail_member",
        """
        list_id | email | person_id | member_id | status
        news | jan@example.com | E1 | 77 | subscribed
        offers | | E1 | 78 | subscribed
        other | piet@example.com | | 77 | subscribed
        """,
    )
    found = find(lists, email="jan@example.com")
    assert found.definite == {"mail_member 1", "mail_member 2"}
    assert found.tier("probable") == {"mail_member 3"}


FAMILY = (
    customers(
        "1 | K-1 | Jan | | Jansen | thuis@example.com | | | | 2026-01-01",
        "2 | K-2 | Els | de | Wit | thuis@example.com | | | | 2026-01-01",
    ),
    plain(
        "order",
        """
        order_id | customer_id | email | name | ordered_at
        1 | K-1 | thuis@example.com | | 2026-02-01
        2 | | thuis@example.com | E. de Wit | 2026-02-01
        3 | | thuis@example.com | | 2026-02-01
        """,
    ),
    members("news | thuis@example.com | | | subscribed | 2026-01-01T10:00:00Z |"),
    plain("mail_activity", "email | kind | happened_at\nthuis@example.com | click | 2026-02-01T10:00:00Z"),
)


def test_a_shared_mailbox_alone_tells_nobody_apart(find):
    found = find(*FAMILY, email="thuis@example.com")
    assert found.definite == set()
    assert found.tier("possible") == {"contact 1", "contact 2", "order 1", "order 2", "order 3", "mail_member 1", "mail_activity 1"}
    assert found.subjects == {None}
    assert found.notes >= {"DSR-AMBIGUOUS"}


def test_a_shared_mailbox_with_a_second_factor_gives_that_persons_rows(find):
    jan = find(*FAMILY, email="thuis@example.com", customer_id="K-1")
    assert jan.definite == {"contact 1", "order 1"}
    els = find(*FAMILY, email="thuis@example.com", customer_id="K-2")
    assert els.definite == {"contact 2", "order 2"}
    named = find(*FAMILY, email="thuis@example.com", name="Els de Wit")
    assert named.definite == {"contact 2", "order 2"}


def test_a_parcel_to_somebody_else_bridges_nobody(find):
    people = customers(
        "1 | K-1 | Jan | | Jansen | jan@example.com | | | | 2026-01-01",
        "2 | K-2 | Piet | | Pietersen | piet@example.com | | | | 2026-01-01",
    )
    parcels = plain(
        "shipment",
        "shipment_id | customer_id | name | email | shipped_at\ns1 | K-1 | Piet Pietersen | piet@example.com | 2026-02-01",
    )
    assert find(people, parcels, email="jan@example.com").definite == {"contact 1", "shipment 1"}
    assert find(people, parcels, email="piet@example.com").definite == {"contact 2"}


def test_two_people_of_one_customer_are_two(find):
    people = customers(
        "1 | B-1 | Jan | | Jansen | jan@bedrijf.example.com | | | | 2026-01-01",
        "2 | B-1 | Els | de | Wit | els@bedrijf.example.com | | | | 2026-01-01",
    )
    orders = plain("order", "order_id | customer_id | ordered_at\n1 | B-1 | 2026-02-01")
    found = find(people, orders, email="jan@bedrijf.example.com")
    assert found.definite == {"contact 1"}
    assert found.tier("possible") == {"order 1"}


def test_identifiers_of_two_people_are_told(find):
    people = customers(
        "1 | K-1 | Jan | | Jansen | jan@example.com | | | | 2026-01-01",
        "2 | K-2 | Piet | | Pietersen | piet@example.com | | | | 2026-01-01",
    )
    found = find(people, email="jan@example.com", customer_id="K-2")
    assert found.definite == {"contact 2"}
    assert found.tier("possible") == {"contact 1"}
    assert found.notes == {"DSR-AMBIGUOUS"}


def test_an_address_of_somebody_of_another_name_is_probable(find):
    found = find(customers("1 | K-1 | Jan | | Jansen | jan@example.com | | | | 2026-01-01"), email="jan@example.com", name="Piet Pietersen")
    assert found.definite == set()
    assert found.tier("probable") == {"contact 1"}


def test_an_address_that_lay_idle_may_have_a_new_owner(find):
    order = plain("order", "order_id | email | ordered_at\n1 | jan@example.com | 2019-01-01")
    found = find(order, members("news | jan@example.com | | | subscribed | 2026-01-01T10:00:00Z |"), email="jan@example.com")
    assert found.definite == set()
    assert found.tier("possible") == {"order 1", "mail_member 1"}


def test_nothing_found_is_a_full_answer(find):
    found = find(members("news | piet@example.com | | | subscribed | 2026-01-01T10:00:00Z |"), email="jan@example.com")
    assert found.records == []
    assert found.answer["searched"] == [{"source": "plain.mail_member", "entity": "mail_member", "records": 1}]


def test_visits_that_no_login_links_are_told(find):
    found = find(VISITS, customers("1 | K-1 | Jan | | Jansen | jan@example.com | | | | 2026-01-01"), email="jan@example.com")
    assert found.definite == {"contact 1"}
    assert found.notes == {"DSR-NOID"}


def test_suggestions_by_probability_stand_apart(find):
    pytest.importorskip("splink")
    people = plain(
        "contact",
        """
        contact_id | first_name | last_name | birth_date | postcode | house_number | city | email | created_at
        1 | Johanna | Steenhuizen | 1980-05-04 | 1012AB | 7 | Amsterdam | j.steenhuizen@example.com | 2026-01-01
        2 | Johanna | Steenhuisen | 1980-05-04 | 1012AB | 7 | Amsterdam | johanna80@example.com | 2026-01-01
        3 | Piet | Bakker | 1971-01-01 | 3011AA | 12 | Rotterdam | piet@example.com | 2026-01-01
        """,
    )
    found = find(people, email="j.steenhuizen@example.com", arguments=("--candidates",))
    assert found.definite == {"contact 1"}
    suggested = pq.read_table(found.path.with_name("candidates.parquet")).to_pylist()
    assert all(each["row"] != 1 for each in suggested)
    assert found.answer["suggested"] == len(suggested)
