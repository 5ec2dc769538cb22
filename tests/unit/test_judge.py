"""What becomes of judgements after a check has run, where no check of today shows it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from houdbaar.checks import judge
from houdbaar.engines.duckdb import Engine


def test_what_was_not_looked_at_stays_not_tested_in_data_that_are_processed_for_others(tmp_path: Path) -> None:
    """All else in them is out of scope: the promises are not about them. But nobody looked is never an answer."""
    with closing(Engine([], tmp_path)) as engine:
        engine.run(judge._TABLES)
        for verdict in ("NOT_TESTED", "UNDETERMINED", "FAIL"):
            for source in ("own", "theirs"):
                insert = "insert into judgement (rule, source, verdict, reason) values ($rule, $source, $verdict, 'why')"
                engine.run(insert, {"rule": "R", "source": source, "verdict": verdict})
        engine.run("insert into testable values ('R', 'own', false), ('R', 'theirs', true)")
        engine.run(judge._SETTLE)
        left = engine.rows("select source, verdict, reason from judgement order by all")
    out = ("theirs", "OUT_OF_SCOPE", None)
    assert left == [("own", verdict, "why") for verdict in ("FAIL", "NOT_TESTED", "UNDETERMINED")] + [
        ("theirs", "NOT_TESTED", "why"), out, out,
    ]  # fmt: skip
