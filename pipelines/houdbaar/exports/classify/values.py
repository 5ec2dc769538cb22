"""Shapes of values: what a text is by itself, without the name of its column. Pure functions over single values."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Sequence

# How exports write nothing, and what stands where a value was hidden or erased (formats.md 15, points 14 and 16).
_NOTHING = frozenset(
    "null none nil nan n/a na n.v.t. nvt - -- ? onbekend unknown undefined (none) (empty) \\n 0000-00-00 [deleted] [redacted] "
    "(redacted) <redacted> <hidden> redacted removed verwijderd deleted@site.invalid *|fname|* "
    # what MD5, SHA-1 and SHA-256 make of nothing
    "d41d8cd98f00b204e9800998ecf8427e da39a3ee5e6b4b0d3255bfef95601890afd80709 "
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".split(" ")
) | {"(not set)"}
_MASKED = re.compile(r"^(?:[*•.\s·#-]+|x{3,})$", re.IGNORECASE)
_BOOLEAN = frozenset("true false yes no ja nee t f y n j waar onwaar on off 0 1 aan uit".split())
_EMAIL = re.compile(r"[^\s@<>,;:\"'()/\\=&?#\[\]|]+@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24})(?![a-z0-9@-])", re.IGNORECASE)
_ASSET = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|css|js|ico|bmp|html?|php|json|xml)$", re.IGNORECASE)
# A mailbox of a function is a company's, not a person's (domain.md 3.5).
ROLE_MAILBOXES = frozenset(
    "info sales verkoop inkoop contact support service klantenservice administratie boekhouding planning factuur facturen invoice invoices "
    "billing noreply no-reply donotreply do-not-reply webmaster postmaster hostmaster abuse admin helpdesk team office kantoor marketing "
    "hello hallo mail post receptie reception privacy security news newsletter nieuwsbrief jobs hr vacatures mailer-daemon "
    "secretariaat directie facturatie crediteuren debiteuren finance accounting orders bestellingen verzending logistiek magazijn "
    "werkplaats wagenpark reserveringen vragen personeelszaken dpo fg".split()
)
_PHONE = re.compile(r"^(?:tel:)?\+?\(?\d[\d\s().\-/]{6,20}\d$")
_DUTCH_PHONE = re.compile(r"^(?:(?:\+|00)31\s?-?\(?0?\)?|0)[1-9](?:[\s-]?\d){8}$")
_DATE = re.compile(r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(?:19|20)\d{6})(?:[T ]\d{1,2}:.*)?(?:\s?UTC)?$")
_NUMBER = re.compile(r"^[+-]?\d{1,3}(?:[.,\s]?\d+)*(?:[.,]\d+)?(?:e[+-]?\d+)?%?$", re.IGNORECASE)
_POSTCODE_NL = re.compile(r"^[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}$", re.IGNORECASE)
_POSTCODE_FINE = re.compile(r"^(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{5}-\d{4})$", re.IGNORECASE)
_POSTCODE_COARSE = re.compile(r"^(?:[A-Z]{1,2}[- ])?\d{3,6}$", re.IGNORECASE)
_MAC = re.compile(r"^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$", re.IGNORECASE)
_IP_SHAPE = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*:[0-9a-f:.]*)(?:/\d{1,3})?$", re.IGNORECASE)
_IBAN = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")
_STREET = re.compile(
    r"^[^\d@/]{0,40}(?:straat|laan|weg|plein|dijk|kade|gracht|hof|singel|steeg|pad|dreef|plantsoen|street|avenue|road|lane|drive|strasse|"
    r"straße|boulevard)\.?\s+\d{1,5}|^\d{1,5}\s+[^\d@/]{2,40}\s(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court)\b",
    re.IGNORECASE,
)
# Password hashes say what they are; a digest is only a run of hexadecimal digits of a known length.
_CRYPT = re.compile(
    r"^(?:\$2[abxy]?\$\d{2}\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$.+|\$[156]\$.+|\$[PH]\$[./A-Za-z0-9]{31}|\$(?:scrypt|7|y|gy)\$.+|\$S\$.{52}|"
    r"\{(?:SSHA|SHA|SMD5|MD5|CRYPT|SSHA512|SSHA256)\}.+|(?:pbkdf2|scrypt|bcrypt|argon2|sha1|sha256|md5)(?:[_:$][^$\s]+)+\$.+|sha1\$.+|md5\$.+)$"
)
_DIGEST = re.compile(r"^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{48}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$", re.IGNORECASE)
_KEY = re.compile(
    r"^(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|gh[pousr]_\w{30,}|(?:sk|rk|pk)_(?:live|test)_\w{16,}|AKIA[0-9A-Z]{16}|xox[abpr]-[\w-]{10,}|"
    r"glpat-[\w-]{18,}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----.*|otpauth://.*)$",
    re.DOTALL,
)
_TOKEN = re.compile(r"^[A-Za-z0-9_+/=.:~-]{16,}$")
_SHORT_TOKEN = re.compile(r"^[A-Z2-7]{16,}=*$|^[0-9a-f]{16,}$")
_UUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_PERSON = re.compile(r"^[^\W\d_][\w.'’-]*(?:\s+[\w.'’-]+){0,4}(?:,\s*[\w.'’ -]+)?$")
_COMPANY = re.compile(
    r"\b(?:b\.?\s?v\.?|n\.?\s?v\.?|gmbh|ltd|llc|inc|corp|s\.?a\.?|plc|stichting|vereniging|gemeente|holding|group|groep|transport|bouw|"
    r"verhuur|koeriers|bakkerij|garage|installatietechniek|hoveniers|services|logistics|logistiek|company|bedrijf|solutions|techniek|taxi|"
    r"loonwerk|winkel|shop|media|consultancy|advies|beheer|& co)(?:$|\W)",
    re.IGNORECASE,
)
_SENTENCE_WORDS = 4


def cleaned(values: Sequence[str]) -> list[str]:
    """The values that say something: stripped, without words for nothing, masks and erased values; the apostrophe of a spreadsheet gone."""
    stripped = (unicodedata.normalize("NFKC", value).strip(" \t\r\n\ufeff\u200b").removeprefix("'") for value in values)
    return [value for value in stripped if value and value.casefold() not in _NOTHING and not is_masked(value)]


def is_masked(value: str) -> bool:
    """Whether all of a value is covered up ('********'), or erased in the way of shops ('+00 000000000')."""
    return bool(_MASKED.match(value)) or (len(value) > 6 and set(value) <= set("0 +-()."))


def share(test: Callable[[str], object], values: Sequence[str]) -> float:
    """Which part of the values passes a test; 0 of none."""
    return sum(1 for value in values if test(value)) / len(values) if values else 0.0


def is_boolean(value: str) -> bool:
    """Yes or no, in any language and notation."""
    return value.casefold() in _BOOLEAN


def is_number(value: str) -> bool:
    """A number, an amount or a count."""
    return bool(_NUMBER.match(value))


def is_date(value: str) -> bool:
    """A day, with or without a time."""
    return bool(_DATE.match(value))


def emails_in(value: str) -> list[str]:
    """The e-mail addresses of persons in a text: no role mailboxes, no file names such as logo@2x.png."""
    found = [match[0] for match in _EMAIL.finditer(value) if not _ASSET.search(match[0])] if "@" in value else []
    return [address for address in found if address.split("@")[0].casefold() not in ROLE_MAILBOXES]


def is_email(value: str) -> bool:
    """An e-mail address and nothing else, of a person or of a function."""
    match = _EMAIL.fullmatch(value.removeprefix("mailto:").strip("<>"))
    return match is not None and not _ASSET.search(value)


def is_phone(value: str) -> bool:
    """A telephone number as it is written for people: with a plus, a leading zero or separators; Dutch ones by their length."""
    digits = re.sub(r"\D", "", value)
    if not _PHONE.match(value) or not 9 <= len(digits) <= 15 or is_date(value) or is_ip(value):
        return False
    return bool(_DUTCH_PHONE.match(value)) or (value.startswith(("+", "00")) and len(digits) >= 10)


def is_phone_digits(value: str) -> bool:
    """Digits that can be a telephone number if the column says so."""
    return bool(_PHONE.match(value)) and 9 <= len(re.sub(r"\D", "", value)) <= 15 and not is_date(value)


def is_iban(value: str) -> bool:
    """An IBAN whose check digits are right (ISO 13616, mod 97)."""
    text = re.sub(r"\s", "", value).upper()
    return bool(_IBAN.match(text)) and int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def is_card(value: str) -> bool:
    """A payment card's number by its check digit (Luhn)."""
    digits = re.sub(r"[\s-]", "", value)
    if not re.fullmatch(r"[2-6]\d{12,18}", digits) or len(set(digits)) < 4:
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def is_bsn(value: str) -> bool:
    """A citizen service number by the eleven-test: 9·a + 8·b + … + 2·h − i; a leading zero may be lost."""
    digits = re.sub(r"[\s.-]", "", value)
    if not re.fullmatch(r"\d{8,9}", digits) or len(set(digits)) == 1:
        return False
    numbers = [int(digit) for digit in digits.zfill(9)]
    total = sum(number * weight for number, weight in zip(numbers, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return total % 11 == 0


_SAID_BSN = re.compile(r"\b(?:bsn|burger ?service ?(?:nummer|nr)|sofi(?:-?nummer|nr)?)\b\D{0,20}((?:\d[ .-]?){8}\d)(?!\d)", re.IGNORECASE)


def says_bsn(value: str) -> bool:
    """A text with nine digits after a word that calls them a citizen service number; a mistyped one was meant as one."""
    return bool(_SAID_BSN.search(value))


def is_nine_digits(value: str) -> bool:
    """Digits of the length of a citizen service number."""
    return bool(re.fullmatch(r"\d{8,9}", re.sub(r"[\s.-]", "", value)))


def is_ip(value: str) -> bool:
    """An IPv4 or IPv6 address, with or without a prefix length."""
    return bool(_IP_SHAPE.match(value)) and _address(value) is not None


def is_full_ip(value: str) -> bool:
    """An address that points at one connection: neither cut off (last octet 0, last 64 bits 0) nor of the machine itself."""
    address = _address(value)
    if address is None or address.is_unspecified or address.is_loopback or _prefix(value) < (32 if address.version == 4 else 65):
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    number = int(mapped or address)
    return bool(number & 0xFF) if mapped or address.version == 4 else bool(number & (2**64 - 1))


def _address(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(value.split("/", maxsplit=1)[0])
    except ValueError:
        return None


def _prefix(value: str) -> int:
    _, _, length = value.partition("/")
    return int(length) if length.isdigit() else 128


def is_mac(value: str) -> bool:
    """A network card's address."""
    return bool(_MAC.match(value))


def is_fine_postcode(value: str) -> bool:
    """A postcode that names a street or less: Dutch with letters, British, Canadian, ZIP+4."""
    return bool(_POSTCODE_NL.match(value) or _POSTCODE_FINE.match(value))


def is_dutch_postcode(value: str) -> bool:
    """1234 AB; the first digit is no zero, SA, SD and SS are not given out."""
    return bool(_POSTCODE_NL.match(value))


def is_coarse_postcode(value: str) -> bool:
    """A postcode of digits only, which names a town or a district."""
    return bool(_POSTCODE_COARSE.match(value))


def is_street(value: str) -> bool:
    """A street with a house number."""
    return bool(_STREET.match(value))


def is_fine_coordinate(value: str) -> bool:
    """A latitude or longitude of three or more decimals, or a pair of them."""
    parts = re.split(r"[;,]\s*|\s+", value.strip("() "))
    return 1 <= len(parts) <= 2 and all(re.fullmatch(r"[+-]?\d{1,3}\.\d{3,}", part) for part in parts)


def is_crypt(value: str) -> bool:
    """A password's hash that says by its form what it is: bcrypt, argon2, scrypt, crypt, phpass, Django, LDAP."""
    return bool(_CRYPT.match(value))


def is_digest(value: str) -> bool:
    """A digest in hexadecimal: MD5, SHA-1, SHA-2."""
    return bool(_DIGEST.match(value))


def is_key(value: str) -> bool:
    """A token or a key that says by its form what it is: JWT, keys of well-known services, private keys, otpauth."""
    return bool(_KEY.match(value))


def is_random(value: str) -> bool:
    """A text that no person chose: a digest, a key, or sixteen characters and more of mixed kinds without spaces."""
    if is_crypt(value) or is_digest(value) or is_key(value) or _UUID.match(value) or _SHORT_TOKEN.match(value):
        return True
    kinds = sum(bool(re.search(pattern, value)) for pattern in (r"[a-z]", r"[A-Z]", r"\d", r"[_+/=.:~-]"))
    return bool(_TOKEN.match(value)) and kinds >= 3 and len(set(value)) >= 8 and not is_email(value)


def is_person_like(value: str) -> bool:
    """Letters as in a person's name, and no word that companies are called by."""
    return bool(_PERSON.match(value)) and len(value) <= 60 and not is_company(value)


def is_company(value: str) -> bool:
    """A name with a legal form or a trade in it."""
    return bool(_COMPANY.search(value))


def is_sentence(value: str) -> bool:
    """Several words: somebody wrote it."""
    return len(value.split()) >= _SENTENCE_WORDS and bool(re.search(r"[^\W\d_]{3,}", value))
