"""How a record's verdict may change as days pass, and from an older record to a younger one (domain.md section 7, laws 1 and 2)."""

from collections.abc import Sequence
from itertools import pairwise

ORDER = ["not_yet", "within", "due", "overdue"]


def assert_only_ages(verdicts: Sequence[Sequence[str]]) -> None:
    """`verdicts`: a row a day of judgement, the first four of which follow one another; in each the oldest record first."""
    places = [[ORDER.index(verdict) for verdict in row] for row in verdicts]
    for row in places:
        assert row == sorted(row, reverse=True)
    for column in zip(*places, strict=True):
        assert list(column) == sorted(column)
        assert column[:4].count(ORDER.index("due")) <= 1
        assert (ORDER.index("within"), ORDER.index("overdue")) not in set(pairwise(column[:4]))
