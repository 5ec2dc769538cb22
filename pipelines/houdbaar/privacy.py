"""Keys, pseudonyms and names that may be shown: nothing that identifies a person leaves through a path or a column name (design 9)."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from houdbaar.errors import UsageError

KEY_BYTES = 32
# What in a file's, folder's or column's name points at a person. A date is no identifier; a Mailchimp export's ten hexadecimal
# digits aren't either.
_IDENTIFIERS = re.compile(
    r"""[^\s/!]+@[^\s/!]+                     # e-mail address
      | [^\s/!]+%40[^\s/!]+                   # the same in a URL
      | (?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f]) # MD5 of an address
      | (?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f]) # SHA-256
      | (?<!\d)\d{6,10}\.\d{9,10}(?!\d)       # Google Analytics client id
      | (?<![A-Z0-9])[A-Z]{2}\d{2}[A-Z0-9]{11,30}(?![A-Z0-9])  # IBAN
      | (?<!\d)(?:\+|00)31\d{9}(?!\d) | (?<!\d)06[-\s]?\d{8}(?!\d)   # Dutch telephone number
      | (?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d)           # IP address
      | (?<!\d)\+\d{9,14}(?!\d)                         # international telephone number
    """,
    re.VERBOSE | re.IGNORECASE,
)


@lru_cache(maxsize=10_000)  # a folder's name is asked for with each of its files, and a file's several times
def is_identifier(name: str) -> bool:
    """Whether a name or key points at a person. Spaces and dashes hide a telephone number or an IBAN; a date stays a date without them."""
    bare = re.sub(r"[\s()-]", "", name)
    return bool(_IDENTIFIERS.search(name) or (bare != name and _IDENTIFIERS.search(bare)))


# What people call the rows of a register: H-12, DSR-2026-014, properties/100001. Anything else may be a name or an address.
_PLAIN_ID = re.compile(r"(?:[A-Za-z]{1,12}[-_/. ]?)?\d{1,6}(?:[-_/.]\d{1,6}){0,2}", re.ASCII)


def is_plain_id(text: str) -> bool:
    """Whether the id of a register's row is a number that points at nobody, and may be shown."""
    return bool(_PLAIN_ID.fullmatch(text)) and not is_identifier(text)


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Keyed names: HMAC-SHA-256 with the workspace key. The key itself is never written anywhere else."""

    key: bytes

    def of(self, value: str) -> str:
        """The keyed pseudonym of a value: 64 hexadecimal digits."""
        return hmac.new(self.key, value.encode(), hashlib.sha256).hexdigest()

    @property
    def pads(self) -> dict[str, bytes]:
        """The two pads of HMAC (RFC 2104), for the same pseudonym computed in SQL."""
        block = (hashlib.sha256(self.key).digest() if len(self.key) > 64 else self.key).ljust(64, b"\0")
        return {"inner_pad": bytes(byte ^ 0x36 for byte in block), "outer_pad": bytes(byte ^ 0x5C for byte in block)}

    @lru_cache(maxsize=10_000)  # noqa: B019 - of a year of shards each name is asked for several times; an audit has one key
    def shown_path(self, path: str) -> str:
        """A path as reports may show it: parts that match an identifier pattern become `file-<keyed 8>`, the suffix stays."""
        return "/".join("!".join(self._shown(part) for part in piece.split("!")) for piece in path.split("/"))

    def shown_name(self, name: str) -> str:
        """A column's name as reports may show it."""
        return f"column-{self.of(name)[:8]}" if is_identifier(name) else name

    def shown_among(self, value: str, known: Collection[str], label: str) -> str:
        """A value of a register as answers may show it: as it is if it is one of the known words, else `label-<keyed 8>`."""
        return value if value in known else f"{label}-{self.of(value)[:8]}"

    def _shown(self, part: str) -> str:
        if not is_identifier(part):
            return part
        suffix = re.search(r"(\.[A-Za-z]{2,8}){1,2}$", part)
        return f"file-{self.of(part)[:8]}{suffix[0] if suffix and '@' not in suffix[0] and not part.endswith(('.com', '.nl')) else ''}"


def environment_key() -> bytes | None:
    """The key in HOUDBAAR_KEY, if that is set: 64 hexadecimal digits, or any text of at least 16 characters."""
    text = os.environ.get("HOUDBAAR_KEY", "").strip()
    if not text:
        return None
    if len(text) < 16:
        raise UsageError(
            "HOUDBAAR_KEY is too short to protect anyone: set 64 hexadecimal digits, or unset it to use the workspace's own key"
        )
    return parse_key(text)


def parse_key(text: str) -> bytes:
    """A key from text: hexadecimal where it is, else its bytes."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()


def read_or_make_key(file: Path) -> bytes:
    """The key in a file (mode 0600, folder 0700), made at first use. Raises UsageError where that can't be."""
    try:
        return parse_key(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"the key {file} can't be read: mend its permissions, or set HOUDBAAR_KEY") from None
    text = secrets.token_hex(KEY_BYTES)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text + "\n")
    except FileExistsError:  # another audit made it a moment ago
        return parse_key(file.read_text(encoding="ascii").strip())
    except OSError:
        raise UsageError(f"no key can be made at {file}: make that folder writable, or set HOUDBAAR_KEY") from None
    return parse_key(text)


def user_key_file() -> Path:
    """Where the key of audits without a workspace lives: the user's configuration folder."""
    base = os.environ.get("XDG_CONFIG_HOME")
    try:
        folder = Path(base) if base else Path.home() / ".config"
    except RuntimeError:
        raise UsageError("there is no home folder to keep a key in: set HOUDBAAR_KEY") from None
    return folder / "houdbaar" / "key"
