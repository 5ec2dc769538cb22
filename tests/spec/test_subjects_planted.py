"""People who are hard to tell apart: nobody is given another's record, and none of their own is missing (domain.md 4)."""

from dataclasses import replace

import pytest

from spec.given import Export, plain, verbatim

CONTACTS = "contact_id | customer_id | first_name | name_prefix | last_name | email | phone | iban | created_at"
IBAN = "NL91ABNA0417164300"


def contacts(*rows: str) -> Export:
    return plain("contact", "\n".join([CONTACTS, *rows]))


def orders(*rows: str) -> Export:
    return plain("order", "\n".join(["order_id | customer_id | email | name | phone | ordered_at", *rows]))


def accounts(*rows: str) -> Export:
    return plain("account", "\n".join(["account_id | email | username | created_at", *rows]))


def sources(found) -> set[str]:
    """Which sources the definite records are of."""
    return {each["source"] for each in found.records if each["tier"] == "definite"}


def test_use_of_a_service_follows_its_account(find):
    use = plain("service_event", "account_id | happened_at | kind\n17 | 2026-01-01T10:00:00Z | login\n18 | 2026-01-01T10:00:00Z | login")
    found = find(use, accounts("17 | jan@example.com | | 2026-01-01"), email="jan@example.com")
    assert found.definite == {"account 1", "service_event 1"}


def test_a_users_name_may_be_an_address(find):
    assert find(accounts("17 | | Jan@Example.com | 2026-01-01"), email="jan@example.com").definite == {"account 1"}


def test_a_history_may_have_several_addresses(find):
    crm = plain(
        "contact", "contact_id | email | previous_email | created_at\n1 | new@example.com | old@example.com; Older@example.com | 2026-01-01"
    )
    list_ = plain("mail_member", "list_id | email | status\nnews | older@example.com | subscribed\nnews | oldest@example.com | subscribed")
    assert find(crm, list_, email="new@example.com").definite == {"contact 1", "mail_member 1"}


@pytest.mark.parametrize("carrier", ["carrier", "zending"])  # sources are looked at by name: before the orders, and after
def test_a_parcel_to_somebody_else_hides_no_record_of_the_buyer(find, carrier):
    parcels = plain(
        "shipment", "shipment_id | order_id | name | email | shipped_at\nS-1 | O-1 | Piet de Wit | jan@example.com | 2026-02-02"
    )
    found = find(
        contacts("1 | | Jan | | Jansen | jan@example.com | | | 2026-01-01"),
        orders("O-1 | | jan@example.com | Jan Jansen | | 2026-02-01"),
        replace(parcels, name=carrier),
        plain("mail_activity", "email | kind | happened_at\njan@example.com | click | 2026-03-01T10:00:00Z"),
        order_id="O-1",
    )
    assert found.definite == {"order 1", "shipment 1", "contact 1", "mail_activity 1"}


def test_registers_name_accounts_without_their_system(find):
    consents = """
        consent_id | identifier_kind | identifier_value | purpose | granted_at
        1 | account_id | 17 | P-MARKETING | 2026-01-01
        2 | username | janj | P-MARKETING | 2026-01-01
        3 | account_id | 18 | P-MARKETING | 2026-01-01
        """
    found = find(
        accounts("17 | jan@example.com | janj | 2026-01-01"), email="jan@example.com", company={"registers": {"consents": consents}}
    )
    assert found.definite == {"account 1", "consent 1", "consent 2"}


def test_mail_that_is_sent_for_a_customer_is_not_the_companys(find):
    clicks = plain("mail_activity", "email | kind | happened_at\njan@example.com | click | 2026-01-01T10:00:00Z", role="processor")
    found = find(clicks, contacts("1 | K-1 | Jan | | Jansen | jan@example.com | | | 2026-01-01"), email="jan@example.com")
    assert found.definite == {"contact 1"}


def test_two_systems_may_give_out_the_same_number(find):
    portal = replace(accounts("17 | jan@example.com | jan | 2026-01-01"), name="portal")
    forum = replace(accounts("17 | piet@example.com | jan | 2026-01-01"), name="forum")
    found = find(portal, forum, email="jan@example.com")
    assert sources(found) == {"portal"}
    shops = [replace(orders(f"1001 | | {who}@example.com | | | 2026-01-01"), name=f"shop-{who}") for who in ("jan", "piet")]
    assert sources(find(*shops, email="jan@example.com")) == {"shop-jan"}


def test_a_counters_number_links_nobody(find):
    counter = orders(*[f"{number} | 9999 | p{number}@example.com | | | 2026-01-01" for number in range(1, 9)])
    assert find(counter, email="p3@example.com").definite == {"order 3"}
    guests = orders("1 | 00000 | a@example.com | | | 2026-01-01", "2 | 00000 | b@example.com | | | 2026-01-01")
    assert find(guests, email="a@example.com").definite == {"order 1"}


def test_one_number_with_two_dates_of_birth_is_nobodys(find):
    """A number that was given out again, or typed wrongly: whose it is, a person has to say."""
    rows = ("1 | K-1 | Jan | Jansen | jan@example.com | 1980-01-01 | 2026-01-01", "2 | K-1 | Jan | Jansen | | 1990-01-01 | 2026-01-01")
    people = plain("contact", "\n".join(["contact_id | customer_id | first_name | last_name | email | birth_date | created_at", *rows]))
    found = find(people, orders("1 | K-1 | | Jan Jansen | | 2026-01-01"), customer_id="K-1")
    assert (found.definite, found.notes) == (set(), {"DSR-AMBIGUOUS"})
    assert find(people, orders("1 | K-1 | | Jan Jansen | | 2026-01-01"), email="jan@example.com").definite == {"contact 1"}


FATHER_AND_SON = (
    contacts(
        "1 | K-1 | Jan | | Jansen | jan@example.com | 0612345679 | | 2026-01-01",
        "2 | K-2 | Jeroen | | Jansen | jeroen@example.com | 0612345679 | | 2026-01-01",
    ),
    orders(
        "1 | | | Jan Jansen | 06-12345679 | 2026-02-01",
        "2 | | | J. Jansen | 0612345679 | 2026-02-01",
        "3 | | | Jeroen Jansen | 0612345679 | 2026-02-01",
    ),
)


def test_father_and_son_with_one_number_and_one_initial(find):
    assert find(*FATHER_AND_SON, email="jan@example.com").definite == {"contact 1", "order 1"}
    assert find(*FATHER_AND_SON, phone="0612345679", name="Jeroen Jansen").definite == {"contact 2", "order 3"}
    assert find(*FATHER_AND_SON, phone="0612345679", name="J. Jansen").definite == set()


def test_holders_of_a_joint_account_are_told_by_their_names(find):
    holders = contacts(
        f"1 | K-1 | Jan | | Jansen | jan@example.com | | {IBAN} | 2026-01-01",
        f"2 | K-2 | Els | | Jansen | els@example.com | | {IBAN} | 2026-01-01",
    )
    payments = plain(
        "payment",
        f"""
        payment_id | iban | account_name | paid_at
        1 | {IBAN} | J. Jansen | 2026-02-01
        2 | {IBAN} | E. Jansen | 2026-02-01
        3 | {IBAN} | J. Jansen en/of E. Jansen | 2026-02-01
        """,
    )
    assert find(holders, payments, email="jan@example.com").definite == {"contact 1", "payment 1"}
    assert find(holders, payments, iban=IBAN, name="Els Jansen").definite == {"contact 2", "payment 2"}


def test_two_of_one_surname_behind_one_mailbox_are_two_subjects(find):
    both = orders("1 | | thuis@example.com | Jan Jansen | | 2026-02-01", "2 | | thuis@example.com | Els Jansen | | 2026-02-01")
    jan, els = (find(both, email="thuis@example.com", name=name) for name in ("Jan Jansen", "Els Jansen"))
    assert [jan.definite, els.definite] == [{"order 1"}, {"order 2"}]
    assert jan.subjects != els.subjects


def test_a_customer_of_four_systems_has_a_number_in_each(find):
    """Numbers that other people have elsewhere contradict nothing; neither do the names on presents."""
    shop = verbatim(
        "woocommerce.orders",
        "orders.csv",
        "order_id,order_number,order_date,status,order_total,order_currency,customer_id,billing_first_name,billing_last_name,billing_email\n"
        "77,77,2026-07-01 00:30:00,wc-completed,89.00,EUR,12,Jan,van der Berg,jan@example.com\n"
        "79,79,2026-07-02 10:00:00,completed,10.00,EUR,12,Jan,van der Berg,jan.old@example.com\n"
        "80,80,2026-07-02 10:00:00,completed,10.00,EUR,0,Truus,Anders,truus@example.com\n",
    )
    users = verbatim(
        "woocommerce.users",
        "users.csv",
        "ID,user_login,user_email,user_registered,display_name\n12,janvdb,jan@example.com,2026-04-30 21:14:09,Jan\n",
    )
    other_shop = verbatim(
        "shopify.customers",
        "customers_export.csv",
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
        "Default Address City,Default Address Country Code,Default Address Zip,Phone,Total Spent,Total Orders,Note,Tax Exempt,Tags\n"
        "'7210448301122,Jan,van der Berg,JAN@example.com,yes,,Kade 2,Utrecht,NL,'3511 AB,,89.00,1,,no,\n",
    )
    support = plain("message", "message_id | email | name | created_at\nm-1 | jan@example.com | Jan van der Berg | 2026-02-01")
    books = contacts(
        "1 | 12 | Truus | | Anders | truus@example.com | | | 2026-01-01",
        f"2 | 40 | J. | van der | Berg | jan@example.com | | {IBAN} | 2026-01-01",
    )
    paid = plain(
        "payment",
        f"""
        payment_id | customer_id | iban | account_name | paid_at
        1 | | {IBAN} | HR J VAN DER BERG | 2026-02-01
        2 | 12 | | T Anders | 2026-02-01
        """,
    )
    presents = [f"s{who} | jan@example.com | {who} | 2026-02-01" for who in ("A. Een", "B. Twee", "C. Drie", "D. Vier")]
    parcels = plain("shipment", "\n".join(["shipment_id | email | name | shipped_at", *presents]))
    exports = (shop, users, other_shop, support, books, paid, parcels)
    jan = find(*exports, email="jan@example.com")
    assert jan.definite >= {"order 1", "order 2", "account 1", "message 1", "contact 2", "payment 1"}
    assert sources(jan) >= {"shopify.customers", "plain.contact"}
    assert jan.tier("probable") == {"shipment 1", "shipment 2", "shipment 3", "shipment 4"}
    assert find(*exports, email="truus@example.com").definite == {"order 3", "contact 1", "payment 2"}


def test_a_cookie_id_finds_cookies_and_choices_where_no_visit_is_exported(find):
    cookies = plain("cookie", "cookie_name | domain | client_id | set_at\n_ga | voorbeeld.nl | GA1.2.11.22 | 2026-01-01T00:00:00Z")
    choices = "consent_id | identifier_kind | identifier_value | purpose | granted_at\n1 | client_id | 11.22 | P-ANALYTICS | 2026-01-01"
    assert find(cookies, client_id="11.22", company={"registers": {"consents": choices}}).definite == {"cookie 1", "consent 1"}
