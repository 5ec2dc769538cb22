"""How one expectation ended, without any value; and how Great Expectations' words for gravity compare with ours."""

from __future__ import annotations

from dataclasses import dataclass

POLICY_SUITE = "policy"
FINDINGS = "finding"  # the table of findings, as suites call it
EXPECTATIONS = "expectations"  # the folder of suites, in the project and in a workspace
SEVERITY_OF = {"critical": "critical", "warning": "medium", "info": "info"}
GX_SEVERITY_OF = {"critical": "critical", "high": "critical", "medium": "warning", "low": "warning", "info": "info"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation on one table. `success` None: it did not run, for the reason `why`; that is no pass.

    `rows` are those it looked at and `unexpected` those that are not as expected, where the expectation counts rows.
    `is_broken`: it was to run, and could not. `own_file`: where in the workspace it stands. `code`: it says of the findings what
    an issue says, and counts once with that. `mark` tells it from others of its suite on the same columns.
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
    own_file: str | None = None
    code: str | None = None
    about: str | None = None
    mark: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it stands in the workspace's own folder."""
        return self.own_file is not None

    @property
    def name(self) -> str:
        """What is expected of what, as people read it."""
        what = self.about or self.type.removeprefix("expect_").replace("_", " ")
        return " ".join(filter(None, (self.code or what, ", ".join(self.columns))))
