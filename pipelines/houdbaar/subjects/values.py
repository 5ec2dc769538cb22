"""Raw values as keys: e-mail addresses, telephone numbers, accounts and addresses through the normalisers (domain.md 4.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from houdbaar.subjects.kinds import SEPARATOR
from houdbaar.subjects.normalise import (
    email_variant,
    is_placeholder,
    is_role_mailbox,
    normalise_address,
    normalise_email,
    normalise_iban,
    normalise_phone,
)

if TYPE_CHECKING:
    from houdbaar.subjects.normalise import EmailRules

NUMBER_KINDS = (
    "customer_id", "contact_id", "account_id", "username", "payment_customer_id", "person_id", "list_member", "member_id", "order_id",
    "invoice_number", "user_id", "client_id", "gclid", "transaction", "email_hmac",
)  # fmt: skip
# What stands for no number, beside nothing but zeros, and the counters at which everybody buys.
NO_NUMBERS = tuple(
    "-1 - -- n/a na nvt n.v.t. geen leeg null none nan onbekend unknown guest gast anonymous anoniem undefined test dummy klant kasklant "
    "passant diversen contant balie webshop particulier particulieren consument".split()
)
SPELT_KINDS = ("email", "email_md5", "email_sha256", "phone", "iban", "postcode_house_number")


@dataclass(frozen=True, slots=True)
class Normal:
    """A key that a raw value stands for. `state`: role or placeholder where it links nobody; `address`: an e-mail address as compared."""

    kind: str
    value: str
    state: str | None = None
    address: str | None = None


def normals(kind: str, raw: str, rules: EmailRules) -> Iterator[Normal]:
    """The keys of a raw value of one of SPELT_KINDS; none where it is no such value."""
    if kind == "email":
        yield from _email(raw, rules)
    elif kind == "email_md5":
        digest = raw.strip().lower()
        if len(digest) == 32 and not set(digest) - set("0123456789abcdef"):
            yield Normal("email", digest)
    elif kind == "email_sha256":
        yield Normal(kind, raw.strip().lower())
    elif kind == "phone":
        phone = normalise_phone(raw)
        if phone is not None and phone.kind == "person":
            yield Normal("phone", phone.value, _placeholder("phone", phone.value))
    elif kind == "iban":
        iban = normalise_iban(raw)
        if iban is not None:
            yield Normal("iban", iban, _placeholder("iban", iban))
    else:
        postcode, _, number = raw.partition(SEPARATOR)
        address = normalise_address(postcode, number)
        if address is not None:
            yield Normal("household", address, _placeholder("postcode_house_number", address))


def _email(raw: str, rules: EmailRules) -> Iterator[Normal]:
    """Addresses are compared by their MD5, because mail tools may know no more of them."""
    address = normalise_email(raw, rules)
    if address is None:
        return
    state = "role" if is_role_mailbox(address) else _placeholder("email", address)
    yield Normal("email", email_key(address), state, address)
    as_hashed = email_key(raw.strip().lower())  # how a mail tool hashes it
    if as_hashed != email_key(address) and rules.fold_local_case:  # otherwise it may be another's, who writes it in lower case
        yield Normal("email", as_hashed, state)
    yield Normal("email_variant", email_variant(address), state)


def email_key(address: str) -> str:
    """The value of an address's key: its MD5, as mail tools compute it."""
    return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()


def _placeholder(kind: str, value: str) -> str | None:
    return "placeholder" if is_placeholder(kind, value) else None
