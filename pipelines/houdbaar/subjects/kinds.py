"""Kinds of keys and how strongly each links (domain.md 4.2). A key is a kind and a normalised value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Tier = Literal["definite", "probable", "possible"]
Key = tuple[str, str]

SEPARATOR = "\x1f"  # between the parts of one key


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of key: how strongly rows with the same value belong together, and the name of that rule in explanations.

    `is_contact`: an address, a number or an account that changes hands and that several people may use.
    """

    name: str
    tier: Tier
    rule: str
    is_contact: bool = False


# Strongest first: rows are put together in this order, so that a weaker key can be seen to contradict a stronger one.
_ALL = (
    Kind("customer_id", "definite", "same_customer"),
    Kind("contact_id", "definite", "same_contact"),
    Kind("account_id", "definite", "same_account"),
    Kind("username", "definite", "same_account"),
    Kind("payment_customer_id", "definite", "same_payer"),
    Kind("person_id", "definite", "mail_tool_person"),
    Kind("list_member", "definite", "list_member"),
    Kind("order_id", "definite", "same_order"),
    Kind("invoice_number", "definite", "same_invoice"),
    Kind("customer_name", "definite", "customer_and_name"),
    Kind("email", "definite", "email_exact", is_contact=True),
    Kind("email_name", "definite", "email_and_name"),
    Kind("iban_name", "definite", "iban_and_surname", is_contact=True),
    Kind("phone_name", "definite", "phone_and_name", is_contact=True),
    Kind("iban_person", "definite", "iban_and_name"),
    Kind("phone_person", "definite", "phone_and_name"),
    Kind("user_id", "definite", "website_user"),
    Kind("client_id", "definite", "cookie_stated"),
    Kind("iban", "probable", "iban_alone", is_contact=True),
    Kind("phone", "probable", "phone_alone", is_contact=True),
    Kind("device", "probable", "device_of_one_user"),
    Kind("gclid", "probable", "click_session"),
    Kind("transaction", "probable", "order_on_website"),
    Kind("member_id", "probable", "member_of_another_list"),
    Kind("address_name", "probable", "name_and_address"),
    Kind("email_conflict", "probable", "email_and_other_name"),
    Kind("shared", "possible", "shared_key"),
    Kind("email_variant", "possible", "email_variant"),
    Kind("household", "possible", "household"),
    Kind("name_company", "possible", "name_and_company"),
    Kind("name_town", "possible", "name_and_town"),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
RANK: Mapping[str, int] = MappingProxyType({kind.name: number for number, kind in enumerate(_ALL)})
# Numbers of a person, and of a document: both stand above what people type.
PERSON_NUMBERS = ("customer_id", "contact_id", "account_id", "username", "payment_customer_id", "person_id", "list_member")
DOCUMENT_NUMBERS = ("order_id", "invoice_number")
SETTLING = (*PERSON_NUMBERS, *DOCUMENT_NUMBERS, "email", "iban_name", "phone_name")
