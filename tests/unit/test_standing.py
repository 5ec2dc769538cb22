"""What is left of an acceptance after a run: its count may only fall, and only where all that it accepted could be looked for."""

import pytest

from houdbaar.ledger.acceptances import Acceptance

ACCEPTANCE = Acceptance("A-1", "RET-COR-12", None, "head of support", "replaced", "2026-12-31", None, "effective", None)


@pytest.mark.parametrize(
    ("findings", "records", "is_whole", "state", "limit"),
    [
        (1, 3, True, "effective", 3),
        (0, 0, True, "unused", 0),
        (1, 3, False, "effective", 5),
        (0, 0, False, "effective", 5),
        (1, 8, True, "exceeded", 5),
        (1, 8, False, "exceeded", 5),
    ],
)
def test_what_is_left_of_it(findings: int, records: int, is_whole: bool, state: str, limit: int) -> None:
    left = ACCEPTANCE.standing(findings, records, 5, is_whole=is_whole)
    assert (left["state"], left["limit"]) == (state, limit)
