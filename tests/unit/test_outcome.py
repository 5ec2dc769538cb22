"""How severe a row of the terminal's table is: as severe as the findings that it stands for."""

import pytest

from houdbaar.policy.load import load_policy
from houdbaar.reports.outcome import judged_rows

COUNTS = ("within", "due", "overdue", "keep", "held", "undetermined", "not_yet", "out_of_scope", "passed", "failed")
SEND = ("CON-SEND-UNSUB", "news", "mail_send")  # critical


@pytest.mark.parametrize(
    ("lines", "severity"),
    [
        ([(*SEND, "high", "FAIL")], "high"),  # a role mailbox
        ([(*SEND, "high", "FAIL"), (*SEND, "critical", "UNDETERMINED")], "critical"),
        ([(*SEND, "info", "HELD")], "critical"),
        ([("CON-SEND-UNSUB", "another", "mail_send", "high", "FAIL")], "critical"),
        ([], "critical"),
    ],
)
def test_a_row_is_as_severe_as_its_severest_finding(lines: list[tuple[str, str, str, str, str]], severity: str) -> None:
    code, source, entity = SEND
    item = {"clause": "C-22-2", "code": code, "source": source, "entity": entity, **dict.fromkeys(COUNTS, 0), "failed": 1}
    (row,) = judged_rows([item], load_policy("twingatrack"), lines)
    assert row["severity"] == severity
