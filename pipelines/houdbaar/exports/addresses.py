"""E-mail addresses as they are compared, by checks and by the search for a person alike (domain.md 4.1). Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy

# What nobody sees and everybody copies: soft hyphens, zero-width spaces, marks of direction, the byte order mark.
UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x206A)))

# Quotes that mail programs put around it, a spreadsheet's apostrophe, the end of a list of one.
_AROUND = " \t\r\n;,\"'"
_BRACKETED = re.compile(r"[^<>]*<([^<>]*)>")
_GMAIL = frozenset(("gmail.com", "googlemail.com"))


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


EXACT = EmailRules()


def compared_address(text: str, rules: EmailRules) -> str:
    """What checks compare of a cell, whether or not it is a valid address: 'Jan <jan @Bücher.nl>' → 'jan@xn--bcher-kva.nl'."""
    bare = bare_address(text) or unicodedata.normalize("NFKC", text).translate(UNSEEN)
    local, at, domain = "".join(bare.split()).partition("@")
    return ruled(local, domain, rules) if at else local.lower()


def bare_address(text: str) -> str:
    """An address without what stands around it; the domain in ASCII. '' where that can't be."""
    # Lower case makes two characters of a Turkish capital i with a dot.
    bare = unicodedata.normalize("NFKC", text).translate(UNSEEN).replace("İ", "i").strip(_AROUND)
    if found := _BRACKETED.fullmatch(bare):
        bare = found[1].strip()
    if bare[:7].lower() == "mailto:":
        bare = unquote(bare[7:].split("?", maxsplit=1)[0])
    bare = bare.strip(_AROUND).rstrip(_AROUND + ".")
    local, at, domain = bare.partition("@")
    if domain.isascii():
        return bare
    # Python's own codec makes 'strasse.de' of 'straße.de', which is somebody else's.
    import idna

    try:
        return local + at + idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def ruled(local: str, domain: str, rules: EmailRules) -> str:
    """An address of its two parts, by the policy's knobs."""
    domain = domain.lower()
    if rules.strip_plus:
        local = local.split("+", maxsplit=1)[0] or local
    if rules.gmail_dots and domain in _GMAIL:
        local = local.replace(".", "")
    return f"{local.lower() if rules.fold_local_case else local}@{rules.domain_aliases.get(domain, domain).lower()}"
