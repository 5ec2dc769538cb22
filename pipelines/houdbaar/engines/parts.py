"""Work on many rows in parts, by the hashes of their keys: what is grouped all at once can need more memory than there is."""

from __future__ import annotations

from collections.abc import Iterator

_HASHES, _AT_ONCE = 2**64, 2_000_000


def hash_parts(rows: int) -> Iterator[dict[str, int]]:
    """What a query binds for each part of so many rows: `first_hash` and `last_hash`, of DuckDB's 64-bit `hash`."""
    step = -(-_HASHES * _AT_ONCE // max(rows, _AT_ONCE))
    for first in range(0, _HASHES, step):
        yield {"first_hash": first, "last_hash": min(first + step, _HASHES) - 1}
