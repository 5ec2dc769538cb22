"""What fails a gate and what doesn't: verdicts, levels, acceptances, the ratchet, and which exit code wins (design 7)."""

from __future__ import annotations

import pytest

from houdbaar.gates.ratchet import Baseline, Standing
from houdbaar.gates.words import headline
from spec.gated import line, outcome, verdict

HIGH, MEDIUM = 3, 2


@pytest.mark.parametrize(("found", "code"), [("OVERDUE", 1), ("UNDETERMINED", 1), ("FAIL", 1), ("HELD", 0)])
def test_what_is_overdue_undecided_or_failing_counts_and_what_is_held_does_not(found: str, code: int) -> None:
    assert verdict(line(verdict=found)).exit_code == code


@pytest.mark.parametrize(
    ("severity", "fail_on", "level"),
    [
        ("critical", "high", "error"),
        ("high", "high", "error"),
        ("medium", "high", "warning"),
        ("low", "high", "warning"),
        ("info", "high", "note"),
        ("low", "low", "error"),
        ("info", "info", "error"),
        ("critical", "never", "warning"),
    ],
)
def test_severity_makes_an_error_or_a_warning(severity: str, fail_on: str, level: str) -> None:
    judged = verdict(line(severity=severity), fail_on=fail_on)
    assert [issue.level for issue in judged.issues] == [level]
    assert judged.exit_code == int(level == "error")


def test_an_accepted_finding_never_fails() -> None:
    (issue,) = verdict(line(status="accepted")).issues
    assert (issue.level, issue.is_excused, issue.states) == ("note", True, {"accepted": 1})


def test_an_acceptance_excuses_no_other_finding() -> None:
    judged = verdict(line("f1", status="accepted", records=5), line("f2", records=3))
    (issue,) = judged.issues
    assert (issue.findings, issue.records, issue.counting, issue.counting_records) == (2, 8, 1, 3)
    assert judged.exit_code == 1


def test_findings_are_put_together_by_rule_table_and_reason() -> None:
    lines = [line("f1"), line("f2"), line("f3", reason="DQ-TS-NULL", verdict="UNDETERMINED"), line("f4", source="dealers")]
    assert [(issue.source, issue.reason, issue.findings) for issue in verdict(*lines).issues] == [
        ("dealers", None, 1),
        ("newsletter", None, 2),
        ("newsletter", "DQ-TS-NULL", 1),
    ]


def test_lines_of_one_finding_are_one_finding() -> None:
    (issue,) = verdict(line("f1", records=2), line("f1", records=3)).issues
    assert (issue.findings, issue.records) == (1, 5)


@pytest.mark.parametrize(
    ("before", "status", "state"),
    [
        (None, "new", "new"),
        (None, "regressed", "regressed"),
        (Standing(5, HIGH), "new", "known"),
        (Standing(5, HIGH), "open", "known"),
        (Standing(6, HIGH), "open", "known"),
        (Standing(4, HIGH), "open", "grown"),
        (Standing(5, MEDIUM), "open", "grown"),
        (Standing(5, HIGH), "accepted", "accepted"),
        (Standing(4, HIGH), "accepted", "accepted"),
    ],
)
def test_the_ratchet_tells_what_is_new_known_or_worse(before: Standing | None, status: str, state: str) -> None:
    baseline = Baseline("2026-09-30", {"f1": before} if before else {})
    judged = verdict(line(records=2, status=status), line(records=3, status=status), baseline=baseline)
    assert [dict(issue.states) for issue in judged.issues] == [{state: 1}]
    assert judged.exit_code == int(state in ("new", "regressed", "grown"))


def test_a_finding_that_the_last_run_did_not_look_at_is_compared_with_an_older_one() -> None:
    """The ledger calls it open: its source was not covered last month. Of a new one an older run says nothing."""
    baseline = Baseline("2026-09-30", {}, older={"f1": Standing(1, HIGH)})
    assert verdict(line(status="open"), baseline=baseline).exit_code == 0
    assert verdict(line(status="open", records=2), baseline=baseline).exit_code == 1
    assert verdict(line(status="new"), baseline=baseline).exit_code == 1


def test_a_record_that_was_held_and_is_not_any_more_is_new() -> None:
    from houdbaar.gates.ratchet import standings

    assert standings([line(verdict="HELD")]) == {}


def test_an_expectation_that_fails_counts_by_its_severity() -> None:
    assert verdict(outcomes=[outcome()]).exit_code == 1
    assert verdict(outcomes=[outcome(severity="medium")]).exit_code == 0
    assert verdict(outcomes=[outcome(severity="medium")], fail_on="medium").exit_code == 1


def test_under_a_ratchet_only_own_expectations_fail() -> None:
    """No recorded run says how the packaged ones ended there; what they see has findings of its own."""
    baseline = Baseline("2026-09-30")
    assert verdict(outcomes=[outcome()], baseline=baseline).exit_code == 0
    assert verdict(outcomes=[outcome(own_file="expectations/mail_member.json")], baseline=baseline).exit_code == 1


def test_what_says_the_same_as_a_finding_counts_once() -> None:
    judged = verdict(line(), outcomes=[outcome(suite="policy", code="RET-MKT-12")])
    assert (len(judged.failing), judged.failed_expectations) == (1, [])


@pytest.mark.parametrize(
    "unseen",
    [
        {"problems": ["a.csv: cut off"]},
        {"judged": 0},
        {"outcomes": [outcome(success=None, why="could not be run", is_broken=True)]},
    ],
    ids=["unreadable", "nothing judged", "an expectation that raised"],
)
@pytest.mark.parametrize("fail_on", ["high", "never"])
def test_what_could_not_be_looked_at_wins_over_findings(unseen: dict[str, object], fail_on: str) -> None:
    judged = verdict(line(), fail_on=fail_on, **unseen)  # type: ignore[arg-type]
    assert judged.exit_code == 3
    assert headline(judged).startswith("The gate can't tell")


def test_an_expectation_with_nothing_to_look_at_is_no_failure() -> None:
    assert verdict(outcomes=[outcome(success=None, why="no export feeds order")]).exit_code == 0
