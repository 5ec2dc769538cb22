"""The classifier: a column's name and a sample of its values give a kind and how sure it is (domain.md C-00-6, C-23-3, C-24-3).

PROVEN: the values are of that kind, or name and values agree. INDICATED: the name says so and the values don't contradict, or the
values look like it and could be chance. UNDETERMINED: it can't be decided. The order of values plays no part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from houdbaar.exports.classify import values as shape
from houdbaar.exports.classify.given_names import GIVEN_NAMES
from houdbaar.exports.classify.names import Hint, hint_of, is_of_papers

PROVEN, INDICATED, NOT_PERSONAL, UNDETERMINED = "proven", "indicated", "not personal", "undetermined"
_MOST, _SOME = 0.8, 0.5  # parts of the values: nearly all, half


@dataclass(frozen=True, slots=True)
class ColumnClass:
    """What one column of a file holds. `kind` is a word of ours (email, secret_plain, …); `is_empty`: nothing, or everything is masked."""

    name: str
    kind: str
    status: str
    is_empty: bool = False


def classify(name: str, values: Sequence[str], category: str = "") -> ColumnClass:
    """Classify a column by its name and distinct values; `category` is that of its entity (ACC: what is hashed there is a password)."""
    hint = hint_of(name)
    found = shape.cleaned(values)
    if not found:
        return ColumnClass(name, _secret_kind(hint) if hint else "none", UNDETERMINED if hint else NOT_PERSONAL, is_empty=True)
    kind, status = _of_secret(hint, found, category) or _of_sensitive(name, hint, found) or _of_person(hint, found)
    return ColumnClass(name, kind, status)


def _secret_kind(hint: Hint) -> str:
    return {"password": "secret_plain", "token": "secret_hash", "salt": "secret_hash", "passhash": "secret_hash"}.get(hint.kind, hint.kind)


Found = tuple[str, str]


def _of_secret(hint: Hint | None, values: Sequence[str], category: str) -> Found | None:
    """Passwords, hashes, tokens and keys: by their form, or by the name where the form doesn't contradict."""
    if any(map(shape.is_crypt, values)) or any(map(shape.is_key, values)):
        is_readable = hint is not None and hint.kind == "password" and not all(map(shape.is_random, values))
        return ("secret_plain" if is_readable else "secret_hash"), PROVEN
    if hint is None or hint.kind not in ("password", "token", "salt", "passhash", "hash"):
        return None
    if shape.share(_is_flat, values) == 1.0 and not (hint.kind == "password" and shape.share(shape.is_boolean, values) < 1.0):
        return "none", NOT_PERSONAL
    is_random = all(map(shape.is_random, values))
    if hint.kind == "hash":
        if not shape.share(shape.is_digest, values) >= _MOST:
            return "none", NOT_PERSONAL
        return ("secret_hash", INDICATED) if category == "ACC" else ("digest", UNDETERMINED)
    if hint.kind in ("salt", "passhash"):
        return "secret_hash", PROVEN if is_random else INDICATED
    # One readable password is enough; among tokens a test's 'cart1001' says nothing of the others.
    is_hidden = is_random if hint.kind == "password" else shape.share(shape.is_random, values) >= _SOME
    return ("secret_hash" if is_hidden else "secret_plain"), PROVEN


def _is_flat(value: str) -> bool:
    """A switch, a count or a day: about a secret, and none itself."""
    return shape.is_boolean(value) or shape.is_date(value) or shape.is_number(value)


def _of_sensitive(name: str, hint: Hint | None, values: Sequence[str]) -> Found | None:
    """Citizen service numbers, data of articles 9 and 10, and what links old ids to new ones."""
    kind = hint.kind if hint else ""
    passing = shape.share(shape.is_bsn, values)
    if kind == "bsn":
        if passing > 0:
            return "bsn", PROVEN
        return ("bsn", INDICATED) if shape.share(shape.is_nine_digits, values) > 0 else ("bsn", UNDETERMINED)
    # One number in eleven passes by chance: ten that all pass are less likely than one in a thousand million.
    if len(values) >= 10 and passing >= 0.95:
        return "bsn", UNDETERMINED if is_of_papers(name) else PROVEN
    if any(map(shape.says_bsn, values)):
        return "bsn", PROVEN
    if kind == "special":
        return "special_category", INDICATED
    return ("relink", INDICATED) if kind == "relink" else None


_BY_VALUES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email", shape.is_email),
    ("iban", shape.is_iban),
    ("mac", shape.is_mac),
    ("postcode_full", shape.is_dutch_postcode),
    ("phone", shape.is_phone),
    ("address", shape.is_street),
)


def _of_person(hint: Hint | None, values: Sequence[str]) -> Found:
    if any(map(shape.emails_in, values)):
        return ("email" if shape.share(shape.is_email, values) >= _SOME else "free_text"), PROVEN
    if shape.share(shape.is_email, values) >= _MOST:
        return "email", NOT_PERSONAL  # mailboxes of functions only
    if shape.share(shape.is_ip, values) >= _MOST:
        return ("ip", PROVEN) if any(map(shape.is_full_ip, values)) else ("ip_truncated", NOT_PERSONAL)
    for kind, test in _BY_VALUES:
        if shape.share(test, values) >= _MOST:
            return kind, PROVEN
    if len(values) >= 15 and shape.share(shape.is_card, values) >= 0.95:
        return "card", PROVEN
    if hint is None or hint.kind not in _AGREEING:
        return _unnamed(values)
    if not hint.is_weak and hint.kind in _HASHABLE and shape.share(shape.is_random, values) >= _SOME:
        return _HASHABLE[hint.kind], INDICATED  # a hash of it is no less personal (formats.md 15, point 6)
    return _AGREEING[hint.kind](hint, values) or _unnamed(values)


_HASHABLE = {
    "email": "email_hash",
    "email_hash": "email_hash",
    "phone": "phone",
    "name": "name",
    "address": "address",
    "notes": "free_text",
    "postcode": "postcode",
    "geo": "geo",
}


def _unnamed(values: Sequence[str]) -> Found:
    """No name says what it is: people's names and long texts can still be told."""
    if shape.share(_has_given_name, values) >= _SOME and shape.share(shape.is_person_like, values) >= _MOST and len(values) >= 3:
        return "name", INDICATED
    if shape.share(shape.is_sentence, values) >= _SOME and len(values) >= 3:
        return "free_text", UNDETERMINED
    return "none", NOT_PERSONAL


def _has_given_name(value: str) -> bool:
    words = value.casefold().replace(",", " ").split()
    return len(words) >= 2 and any(word in GIVEN_NAMES for word in words)


def _name(hint: Hint, values: Sequence[str]) -> Found | None:
    if hint.is_weak:
        if shape.share(shape.is_company, values) >= _SOME:
            return "organisation", NOT_PERSONAL
        first = shape.share(lambda value: value.casefold().split()[0].strip(",") in GIVEN_NAMES, values)
        if first >= 0.25 and shape.share(shape.is_person_like, values) >= _SOME:
            return "name", INDICATED
        return ("name", UNDETERMINED) if shape.share(_is_two_words, values) >= _SOME else None
    return ("name", INDICATED) if shape.share(lambda value: bool(value[0].isalpha()), values) >= _SOME and not _are_flat(values) else None


def _is_two_words(value: str) -> bool:
    return len(value.split()) in (2, 3, 4) and shape.is_person_like(value)


def _are_flat(values: Sequence[str]) -> bool:
    return shape.share(shape.is_boolean, values) == 1.0


def _matching(kind: str, proof: Callable[[str], object], least: float = _SOME) -> Callable[[Hint, Sequence[str]], Found | None]:
    """The name's kind where enough values fit; otherwise the name was wrong."""
    return lambda _, values: (kind, PROVEN) if shape.share(proof, values) >= least else None


def _filled(kind: str) -> Callable[[Hint, Sequence[str]], Found | None]:
    """The name's kind unless the column only holds switches."""
    return lambda _, values: None if _are_flat(values) else (kind, INDICATED)


def _phone(_: Hint, values: Sequence[str]) -> Found | None:
    if shape.share(shape.is_phone, values) >= 0.2:
        return "phone", PROVEN
    return ("phone", INDICATED) if shape.share(shape.is_phone_digits, values) >= _SOME else None


def _birth(_: Hint, values: Sequence[str]) -> Found | None:
    if shape.share(shape.is_date, values) >= _SOME:
        return "birth_date", PROVEN
    return None if _are_flat(values) else ("birth_date", INDICATED)


_GENDERS = frozenset(
    "m v f x man vrouw male female anders other non-binary nonbinair onzijdig dhr dhr. mevr mevr. mw mw. heer mevrouw "
    "mr mr. mrs ms mrs. ms. mannelijk vrouwelijk w mann frau herr h d".split()
)


def _gender(_: Hint, values: Sequence[str]) -> Found | None:
    return (
        ("gender", PROVEN)
        if shape.share(lambda value: value.casefold() in _GENDERS or value.casefold() == "de heer", values) >= _SOME
        else None
    )


def _postcode(_: Hint, values: Sequence[str]) -> Found | None:
    if shape.share(shape.is_fine_postcode, values) >= 0.2:
        return "postcode_full", PROVEN
    return ("postcode", INDICATED) if shape.share(shape.is_coarse_postcode, values) >= _SOME else None


def _geo(_: Hint, values: Sequence[str]) -> Found | None:
    if any(map(shape.is_fine_coordinate, values)):
        return "geo_fine", PROVEN
    return ("geo_coarse", NOT_PERSONAL) if shape.share(shape.is_number, values) >= _SOME else None


def _notes(_: Hint, values: Sequence[str]) -> Found | None:
    return ("free_text", INDICATED) if shape.share(lambda value: len(value.split()) >= 2, values) >= 0.3 else None


def _is_account(value: str) -> bool:
    return len(value) >= 7 and any(map(str.isdigit, value))


def _address(_: Hint, values: Sequence[str]) -> Found | None:
    return None if _are_flat(values) or shape.share(shape.is_date, values) >= _SOME else ("address", INDICATED)


_AGREEING: dict[str, Callable[[Hint, Sequence[str]], Found | None]] = {
    "email": lambda _, __: None,  # addresses are told by their values
    "email_hash": lambda _, __: None,
    "ip": _matching("ip", shape.is_full_ip, 0.1),
    "mac": _matching("mac", shape.is_mac),
    "iban": lambda _, values: ("iban", INDICATED) if shape.share(_is_account, values) >= _SOME else None,
    "card": _matching("card", shape.is_card),
    "birth_date": _birth,
    "gender": _gender,
    "demographic": _filled("demographic"),
    "government_id": _filled("government_id"),
    "phone": _phone,
    "postcode": _postcode,
    "geo": _geo,
    "address": _address,
    "name": _name,
    "username": _filled("username"),
    "social": _filled("social"),
    "device_id": _filled("device_id"),
    "person_id": _filled("person_id"),
    "notes": _notes,
    "user_agent": lambda _, __: ("user_agent", NOT_PERSONAL),
    "organisation": lambda _, __: ("organisation", NOT_PERSONAL),
}  # fmt: skip
