"""What an audit wrote, in the words of the tests: lines of findings.parquet, and the counts of summary.json."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from spec.given import Row, drawn

COUNTS = {
    "WITHIN": "within",
    "DUE": "due",
    "OVERDUE": "overdue",
    "KEEP": "keep",
    "HELD": "held",
    "UNDETERMINED": "undetermined",
    "NOT_YET": "not_yet",
    "OUT_OF_SCOPE": "out_of_scope",
    "PASS": "passed",
    "FAIL": "failed",
}
FOUND = ("OVERDUE", "HELD", "UNDETERMINED", "FAIL")  # verdicts that make a finding
NOBODY_LOOKED = "AUD-NOT-TESTED"


@dataclass(frozen=True)
class Outcome:
    """One finished command: its exit code, what it printed, and the folder of the run."""

    exit_code: int
    stdout: str
    stderr: str
    folder: Path

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """All lines of findings.parquet, in its order."""
        found: list[dict[str, Any]] = pq.read_table(self.folder / "findings.parquet").to_pylist()
        return found

    @cached_property
    def summary(self) -> dict[str, Any]:
        """summary.json."""
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return found

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The lines about data: all but what was not tested."""
        return [line for line in self.lines if line["code"] != NOBODY_LOOKED]

    def of(self, *codes: str) -> list[dict[str, Any]]:
        """The lines of these codes."""
        return [line for line in self.lines if line["code"] in codes]

    def only(self, code: str) -> dict[str, Any]:
        """The one line of a code."""
        lines = self.of(code)
        assert len(lines) == 1, f"{len(lines)} lines of {code}, not one"
        return lines[0]

    def codes(self) -> Counter[str]:
        """How many lines each code has, apart from what was not tested."""
        return Counter(line["code"] for line in self.findings)

    def not_tested(self, source: str | None = None) -> list[str]:
        """What could not be tested of a source (None: of anything)."""
        return [line["field"] for line in self.of(NOBODY_LOOKED) if line["source"] == source]

    def counts(self, code: str, source: str | None = None) -> dict[str, int]:
        """Records by outcome; clauses that a code stands under all say the same, and are counted once."""
        places: dict[tuple[str | None, str | None], dict[str, int]] = {}
        for item in self.summary["obligations"]:
            if item["code"] == code and source in (None, item["source"]):
                counts = {name: item[name] for name in COUNTS.values() if item[name]}
                before = places.setdefault((item["source"], item["entity"]), counts)
                assert before == counts, "two clauses of one code count differently"
        total: Counter[str] = Counter()
        for counts in places.values():
            total.update(counts)
        return dict(total)

    def shows(self, text: str, *, every: bool = True) -> None:
        """The findings are those of a drawn table, in any order and as far as its columns go. `every`: and there are no others."""
        expected = drawn(text)
        names = list(expected[0])
        codes = {row["code"] for row in expected}
        lines = self.findings if every else self.of(*codes)
        got = [{name: shown(line, name) for name in names} for line in lines]
        assert _sorted(got) == _sorted(expected), f"got\n{redrawn(got)}\nexpected\n{redrawn(expected)}"


def redrawn(rows: Sequence[Row]) -> str:
    """Rows as a table again."""
    return "\n".join(" | ".join(row.values()) for row in _sorted(rows))


def _sorted(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(row.items()))


def shown(line: Mapping[str, Any], name: str) -> str:
    """A value of a line as it is drawn in a table; `rows` are its rows, `1-3 7`."""
    if name == "rows":
        return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in pieces(line))
    value = line[name]
    return "" if value is None else str(value)


def pieces(line: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The ranges of a line."""
    return [(part["first"], part["last"]) for part in line["ranges"] or ()]


def rows_of(line: Mapping[str, Any]) -> list[int]:
    """The row numbers of a line."""
    return [row for first, last in pieces(line) for row in range(first, last + 1)]


def check(outcome: Outcome, code: str, source: str, expected: Sequence[Row]) -> None:
    """Every row of a source that holds one file got the verdict, and the reason if one is drawn, that stand behind it."""
    told = [name for name in ("verdict", "reason", "confidence", "severity") if name in expected[0]]
    found = _by_row(outcome, code, source, told)
    wrong = []
    for number, row in enumerate(expected, 1):
        got = found.pop(number, {"verdict": "no finding"})
        wanted = (
            {name: row[name] for name in told if row[name] or name == "reason"} if row["verdict"] in FOUND else {"verdict": "no finding"}
        )
        if {name: got.get(name) for name in wanted} != wanted:
            wrong.append(f"{source} row {number} {row.get('case', '')} {row.get('why', '')}: expected {row['verdict']} {wanted}, got {got}")
    assert not wrong, "\n".join(wrong)
    assert not found, f"findings of rows that nobody gave: {found}"
    counts, wanted_counts = outcome.counts(code, source), dict(Counter(COUNTS[row["verdict"]] for row in expected))
    assert counts == wanted_counts, f"{code} of {source}: counted {counts}, expected {wanted_counts}"


def _by_row(outcome: Outcome, code: str, source: str, told: Sequence[str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for line in outcome.of(code):
        if line["source"] == source and line["field"] is None:
            assert not found.keys() & set(rows_of(line)), "a row stands on two lines"
            found |= {row: {name: shown(line, name) for name in told} for row in rows_of(line)}
    return found
