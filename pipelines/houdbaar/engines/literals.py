"""Names and values as they stand in SQL, where nothing can be bound."""

from __future__ import annotations

import re
from collections.abc import Mapping


def sql_name(value: str) -> str:
    """A SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


def sql_text(value: str) -> str:
    """A SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def with_values(sql: str, values: Mapping[str, str | float | None]) -> str:
    """A query with its `$name`s as literals: texts, numbers, booleans or None."""

    def literal(value: str | float | None) -> str:
        return sql_text(value) if isinstance(value, str) else "null" if value is None else str(value)

    literals = {f"${name}": literal(value) for name, value in values.items()}
    return re.sub(r"\$\w+", lambda found: literals.get(found[0], found[0]), sql)
