"""E-mail addresses without what stands around them (domain.md 4.1): what checks compare, and what a search for a person begins with."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

# What nobody sees and everybody copies: soft hyphens, zero-width spaces and joiners, marks of direction, the byte order mark.
UNSEEN = dict.fromkeys((0xAD, *range(0x200B, 0x2010), 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x206A)))

# Quotes that mail programs put around it, a spreadsheet's apostrophe, the end of a list of one.
_AROUND = " \t\r\n;,\"'"
_BRACKETED = re.compile(r"[^<>]*<([^<>]*)>")


def compared_address(text: str) -> str:
    """What checks compare of a cell, whether or not it is a valid address: 'Jan <jan @XN--BCHER-KVA.nl>' → 'jan@bücher.nl'.

    A domain stands in letters, as mail tools hash what people wrote.
    """
    local, at, domain = "".join(unwrapped_address(text).lower().split()).partition("@")
    return local + at + (domain if domain.isascii() and "xn--" not in domain else _in_letters(domain))


def unwrapped_address(text: str) -> str:
    """An address without what stands around it: 'Jan <mailto:jan@x.nl>;' → 'jan@x.nl'."""
    # Lower case makes two characters of a Turkish capital i with a dot.
    bare = unicodedata.normalize("NFKC", text).translate(UNSEEN).replace("İ", "i").strip(_AROUND)
    if found := _BRACKETED.fullmatch(bare):
        bare = found[1].strip()
    if bare[:7].lower() == "mailto:":
        bare = unquote(bare[7:].split("?", maxsplit=1)[0])
    return bare.strip(_AROUND).rstrip(_AROUND + ".")


def ascii_domain(domain: str) -> str | None:
    """A domain in its ASCII form: 'bücher.nl' → 'xn--bcher-kva.nl'; None for what is no domain."""
    # Python's own codec makes 'strasse.de' of 'straße.de', which is somebody else's.
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def _in_letters(domain: str) -> str:
    import idna

    try:
        return idna.decode(ascii_domain(domain) or domain)
    except idna.IDNAError:
        return domain
