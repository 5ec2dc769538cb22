"""How one expectation ended, without any value; and how Great Expectations' words for gravity compare with ours."""

from __future__ import annotations

from dataclasses import dataclass

POLICY_SUITE = "policy"
SEVERITY_OF = {"critical": "high", "warning": "medium", "info": "info"}  # with --fail-on high, what GX calls critical stops
GX_SEVERITY_OF = {"critical": "critical", "high": "critical", "medium": "warning", "low": "warning", "info": "info"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation on one table. `success` None: it did not run, for the reason `why`; that is no pass.

    `rows` are those it looked at and `unexpected` those that are not as expected, where the expectation counts rows.
    `is_broken`: it was to run, and could not. `code`: it says of the findings what an issue says, and counts once with that.
    """

    suite: str
    entity: str | None
    source: str | None
    type: str
    columns: tuple[str, ...]
    severity: str
    success: bool | None
    unexpected: int | None = None
    rows: int | None = None
    why: str | None = None
    is_broken: bool = False
    code: str | None = None

    @property
    def name(self) -> str:
        """What is expected of what, as people read it."""
        return " ".join(filter(None, (self.type.removeprefix("expect_").replace("_", " "), ", ".join(self.columns), self.code)))
