"""The last permitted day (L) of every day on which a cookie or a visit can have begun, as a table: SQL counts no terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from houdbaar.engines.arrays import dates
from houdbaar.policy.calendar import last_permitted_days

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.policy.calendar import Period, Term

_DAYS = np.arange("2000-01-01", "2061-01-01", dtype="M8[D]")


def term_days(term: Period | Term) -> pa.Table:
    """trigger_date and last_permitted_day, DATE both, a row a day."""
    import pyarrow as pa

    return pa.table({"trigger_date": dates(_DAYS), "last_permitted_day": dates(last_permitted_days(_DAYS, term))})
