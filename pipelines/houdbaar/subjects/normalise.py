"""Identifiers in the one form in which they are compared (domain.md 4.1). Pure functions; whoever gets None has no key.

Nothing is guessed: what can be read in two ways gives no key. Raw values are kept elsewhere. A change of any result raises `VERSION`,
which stands in every explanation of a match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from houdbaar.exports.addresses import UNSEEN, ascii_domain, unwrapped_address
from houdbaar.exports.classify.values import ROLE_MAILBOXES, cleaned, is_iban

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy

VERSION = 4  # 2: order numbers without their #; 3: addresses without marks after a bracket; 4: without joiners that nobody sees

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
# A local part of atoms (RFC 5322), with letters of any script; a domain of ASCII labels, the last one no number.
_ADDRESS = re.compile(rf"(?!')({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+(?:[a-zA-Z]{{2,63}}|[xX][nN]--{_LABEL}))")
_GMAIL = frozenset(("gmail.com", "googlemail.com"))

# '6.12346E+8' is a number that lost its last digits, '612345678.0' one that got a digit too many.
_MANGLED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_FLOAT = re.compile(r"(\d{9,15})[.,]0")
_EXTENSION = re.compile(r"(?:;ext=|\bext(?:ension)?\b|\btoestel\b|\btst\b|\bdoorkiesnr\b|x|#)[\s.:]*(\d{1,7})$", re.IGNORECASE)
_PHONE_WORD = re.compile(r"^(?:tel(?:efoon)?|phone|mob(?:iel|ile)?|gsm|t|m)\b[\s.:]*", re.IGNORECASE)
_SEPARATORS = dict.fromkeys(map(ord, " \t\xa0-.()/\u2010\u2011\u2012\u2013\u2212"))
_ITALIAN_TRUNK = re.compile(r"^(?:\+|00)39")
_SHORT = re.compile(r"140\d{2,3}|(?:800|90[069])\d{4,7}")
_ORGANISATION = ("14", "800", "900", "906", "909", "88", "85")
# What companies are called by abroad, in the library's words: freephone, premium rate, shared cost, company number, voice mail.
_ORGANISATION_TYPES = frozenset((3, 4, 5, 9, 10))

_IBAN_SIGNS = re.compile(r"[\s.:-]")
_NL_IBAN = re.compile(r"NL\d{2}[A-Z]{4}\d{10}")
_ADDRESS_NL = re.compile(r"(?:NL[\s-]*)?([1-9]\d{3})\s*((?!SA|SD|SS)[A-Z]{2})[\s,]+0*([1-9]\d{0,4})(?:[.,]0)?(?!\d)(.*)")
# Hexadecimal ids such as '12e5' are no numbers: what a spreadsheet writes has a sign.
_MANGLED_ID = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+\d+")
_COOKIE_PREFIX = re.compile(r"^GA\d\.\d+\.")

_NO_MAILBOX = frozenset(
    "test tester testen testing test1 test123 testaccount noreply no-reply no.reply no_reply donotreply do-not-reply do_not_reply "
    "geen geenmail geenemail geen-email geen.email geen_email nomail noemail no-email no.email none null nvt n.v.t onbekend unknown "
    "anoniem anonymous dummy invalid deleted fake asdf qwerty email e-mail emailadres voorbeeld example".split()
)
# Words that nobody is called by.
NO_NAMES = frozenset(
    "test tester testpersoon dummy onbekend unknown anoniem anonymous geen naam achternaam voornaam name lastname firstname klant gast "
    "guest customer user gebruiker nvt none null asdf qwerty".split()
)
_SAME_PAIR = re.compile(r"([a-z0-9])\1*@\1+\.[a-z]+")
_NO_DOMAIN = re.compile(r"@(?:.*\.)?(?:invalid|test|localhost)$")
_NO_NUMBER = re.compile(r"(\d)\1{7}$|(?:12345678|23456789|87654321|98765432)$|^(\d)\2*$")
_NO_ADDRESS = re.compile(r"0000|9999\s*ZZ|1234\s*AB(?:\s+1)?$")


@dataclass(frozen=True, slots=True)
class EmailRules:
    """What makes no difference between two addresses: the policy's knobs `email.*`. Aliases are domains in lower case."""

    fold_local_case: bool = True
    strip_plus: bool = False
    gmail_dots: bool = False
    domain_aliases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy) -> EmailRules:
        """The rules of a policy."""
        return cls(
            fold_local_case=policy.knob("email.fold_local_case"),
            strip_plus=policy.knob("email.strip_plus"),
            gmail_dots=policy.knob("email.gmail_dots"),
            domain_aliases=policy.knob("email.domain_aliases"),
        )


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in E.164. Only one of kind 'person' may link people; the extension is kept apart, '' if there is none."""

    value: str
    kind: Literal["person", "device", "organisation"]
    extension: str = ""


_DEFAULT = EmailRules()


def normalise_email(text: str, rules: EmailRules = _DEFAULT) -> str | None:
    """An address in one form: 'Jan <mailto:Jan@Voorbeeld.NL>' → 'jan@voorbeeld.nl'; None unless it is one valid address."""
    found = _ADDRESS.fullmatch(text.strip()) if text.isascii() else None
    if found is None and (found := _ADDRESS.fullmatch(_bare_address(text))) is None:
        return None
    local, domain = found[1], found[2].lower()
    if len(local) > 64 or len(domain) > 253:
        return None
    if rules is not _DEFAULT:
        local, domain = _ruled(local, domain, rules)
    return f"{local.lower() if rules.fold_local_case else local}@{domain}"


def _bare_address(text: str) -> str:
    """An address without what stands around it; the domain in ASCII. '' where that can't be."""
    bare = unwrapped_address(text)
    local, at, domain = bare.partition("@")
    if domain.isascii():
        return bare
    host = ascii_domain(domain)
    return "" if host is None else local + at + host


def _ruled(local: str, domain: str, rules: EmailRules) -> tuple[str, str]:
    """Both parts of an address by the policy's knobs."""
    if rules.strip_plus:
        local = local.split("+", maxsplit=1)[0] or local
    if rules.gmail_dots and domain in _GMAIL:
        local = local.replace(".", "")
    return local, rules.domain_aliases.get(domain, domain).lower()


_VARIANT = EmailRules(strip_plus=True, gmail_dots=True, domain_aliases={"googlemail.com": "gmail.com"})


def email_variant(address: str) -> str:
    """A normalised address without tag, Gmail's dots and name: addresses that share it are POSSIBLE candidates, no more."""
    return normalise_email(address, _VARIANT) or address


def is_role_mailbox(address: str) -> bool:
    """Whether a normalised address is a function's and nobody's own (domain.md 3.5): 'info@', 'noreply+orders@'."""
    return address.partition("@")[0].partition("+")[0].lower() in ROLE_MAILBOXES


def normalise_phone(text: str) -> Phone | None:
    """A telephone number in one form: '06-123 456 78', '0031 (0)6 12345678' and '31612345678' → '+31612345678'.

    Without a country the number is Dutch, and has nine digits. None where digits are missing, left over or lost in a spreadsheet.
    """
    digits = text.translate(_SEPARATORS)
    if (dutch := _dutch(digits)) is not None:  # nearly all numbers: the library needs ten times as long
        return Phone("+31" + dutch, _dutch_kind(dutch))
    bare = unicodedata.normalize("NFKC", text).translate(UNSEEN).strip().removeprefix("'")
    if _MANGLED.fullmatch(bare):
        return None
    if found := _FLOAT.fullmatch(bare):
        bare = found[1]
    bare = _PHONE_WORD.sub("", bare)
    extension = _EXTENSION.search(bare)
    if extension:
        bare = bare[: extension.start()]
    digits = (bare.replace("(0)", "") if not _ITALIAN_TRUNK.match(bare) else bare).translate(_SEPARATORS)
    if not re.fullmatch(r"\+?\d+", digits, re.ASCII):
        return None
    number = _number(digits)
    return Phone(*number, extension[1] if extension else "") if number else None


def _dutch(digits: str) -> str | None:
    """The national digits of a Dutch number: nine, or those of a device or a short company number."""
    if digits.startswith("+31"):
        digits = "00" + digits[1:]
    if not (digits.isascii() and digits.isdigit()):
        return None
    if digits.startswith("00"):
        if not digits.startswith("0031"):
            return None
        digits = digits[2:]
    elif digits[0] == "0":
        digits = "31" + digits[1:]
    elif (len(digits) == 9 and not _is_short_with_country(digits)) or (_SHORT.fullmatch(digits) and digits.startswith("14")):
        digits = "31" + digits  # a spreadsheet ate the zero; 14 020 has none
    if not digits.startswith("31"):
        return None
    national = digits[3:] if digits[2:3] == "0" else digits[2:]
    if len(national) == 9 and national[0] != "0":
        return national
    is_other = (len(national) == 11 and national.startswith("97")) or _SHORT.fullmatch(national)
    return national if is_other else None


def _is_short_with_country(digits: str) -> bool:
    """Whether nine digits are a company's short number with its country: 31 900 0000, as the library reads it."""
    return digits.startswith("31") and bool(_SHORT.fullmatch(digits[2:]))


def _dutch_kind(national: str) -> Literal["person", "device", "organisation"]:
    """097 is for machines; 0800, 0900, 088, 085 and 14 are for companies."""
    if national.startswith("97"):
        return "device"
    if national.startswith(_ORGANISATION) and (national[0] != "1" or len(national) < 9):
        return "organisation"
    return "person"


def _number(digits: str) -> tuple[str, Literal["person", "device", "organisation"]] | None:
    """A number of digits with or without a plus in E.164, and its kind. Abroad the library knows which lengths there are."""
    if (dutch := _dutch(digits)) is not None:
        return "+31" + dutch, _dutch_kind(dutch)
    if digits.startswith(("+31", "0031")) or not digits.startswith(("+", "00")):
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + digits.removeprefix("+").removeprefix("00"))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    kind: Literal["person", "organisation"] = "organisation" if phonenumbers.number_type(number) in _ORGANISATION_TYPES else "person"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), kind


def normalise_iban(text: str) -> str | None:
    """An account number in one form: 'NL91 ABNA 0417 1643 00' → 'NL91ABNA0417164300'; None unless its check digits are right."""
    iban = _IBAN_SIGNS.sub("", unicodedata.normalize("NFKC", text).translate(UNSEEN)).upper().removeprefix("IBAN")
    return iban if is_iban(iban) and (not iban.startswith("NL") or _NL_IBAN.fullmatch(iban)) else None


def normalise_address(postcode: str, house_number: str) -> str | None:
    """A Dutch postcode with house number and addition: ('1234 ab', '12-a') → '1234AB 12A'. Either argument may hold both parts.

    An addition of digits keeps its hyphen, for 12-2 is not 122. None abroad, and where one of the two is missing.
    """
    found = _ADDRESS_NL.fullmatch(unicodedata.normalize("NFKC", f"{postcode.strip()} {house_number.strip()}").strip().upper())
    if not found:
        return None
    addition = re.sub(r"[\W_]", "", found[4])
    return f"{found[1]}{found[2]} {found[3]}{'-' if addition[:1].isdigit() else ''}{addition}"


def normalise_client_id(text: str) -> str | None:
    """A Google Analytics client id without the cookie's prefix: 'GA1.2.1234567890.1577836800' → '1234567890.1577836800'."""
    value = normalise_id(text)
    return (_COOKIE_PREFIX.sub("", value) or None) if value else None


def normalise_id(text: str) -> str | None:
    """A number or name that a system gave out, trimmed and otherwise exact; None for a word for nothing and for lost digits."""
    value = text.translate(UNSEEN).strip()
    return value if cleaned([value]) and not _MANGLED_ID.fullmatch(value) else None


def normalise_order_number(text: str) -> str:
    """The number of an order without the sign that shops put before it: ' #1003' → '1003'. Otherwise it is exact."""
    return text.strip().removeprefix("#").strip()


def is_placeholder(kind: str, value: str) -> bool:
    """Whether a value, normalised or raw, is what people type to get past a form (`DQ-ID-PLACEHOLDER`). Kinds are those of entities.md."""
    text = value.strip().lower()
    if not cleaned([text]):
        return True
    match kind:
        case "email":
            is_nobody = text.partition("@")[0].partition("+")[0] in _NO_MAILBOX
            return is_nobody or bool(_SAME_PAIR.fullmatch(text) or _NO_DOMAIN.search(text))
        case "phone":
            return bool(_NO_NUMBER.search(re.sub(r"\D", "", text)))
        case "postcode_house_number":
            return bool(_NO_ADDRESS.match(text.upper()))
        case "name":
            return set(re.findall(r"[^\W\d_]+", text)) <= NO_NAMES
        case _:
            return text in NO_NAMES or not text.strip("0 .-")
