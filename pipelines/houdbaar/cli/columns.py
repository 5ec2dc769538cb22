"""Plain text in columns, without a library that takes longer to load than the answer takes to make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def columns(header: Sequence[str], rows: Iterable[Sequence[object]], gap: str = "  ") -> str:
    """Rows in left-aligned columns, under a header unless that is empty; the last column is never padded."""
    cells = [tuple(map(str, row)) for row in ([header] if header else []) + list(rows)]
    if not cells:
        return ""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)


def listing(numbers: Sequence[int]) -> str:
    """Numbers as people list them: '59, 62 and 64'."""
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def fed_by(entities: Sequence[str]) -> str:
    """Which entities feed a check, for people."""
    others = [entity for entity in entities if entity != "all"]
    return "every export" if len(others) < len(entities) else ", ".join(others) or "the policy and the settings"
