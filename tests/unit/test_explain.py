"""`houdbaar explain CODE`: what a finding means, where it was promised, what bears on it, what to do."""

from __future__ import annotations

import json

import pytest

from houdbaar.cli.explain import explain, render_explain
from houdbaar.errors import UsageError
from houdbaar.policy.load import load_policy
from houdbaar.policy.model import Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


def test_a_term_code_is_explained(policy: Policy) -> None:
    data = explain(policy, "RET-MKT-12")
    assert data["severity"] == "high"
    assert [clause["id"] for clause in data["clauses"]] == ["C-22-3", "C-32-3", "C-52-4"]
    assert data["remediation"].startswith("archive")
    assert [(rule["rule"], rule["period"]) for rule in data["rules"]] == [("RET-MKT-12", "P12M")]
    assert data["rules"][0]["example"] == {"trigger": "2022-01-13", "last_day": "2023-01-13"}
    knobs = {knob["knob"]: knob for knob in data["knobs"]}
    assert knobs["marketing.opens"]["value"] == "never"
    assert "rules.RET-MKT-12.boundary" in knobs
    assert set(data["verdicts"]) == {"WITHIN", "DUE", "OVERDUE", "KEEP", "HELD", "UNDETERMINED", "NOT_YET", "OUT_OF_SCOPE"}


def test_the_settings_in_force_are_shown(policy: Policy) -> None:
    strict = policy.with_knobs({"time.boundary": "exclusive", "marketing.login_counts": True})
    data = explain(strict, "RET-MKT-12")
    assert data["rules"][0]["example"]["last_day"] == "2023-01-12"
    shown = render_explain(data)
    assert "exclusive (default inclusive)" in shown
    assert "true (default false)" in shown


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "RET-ANA-26",
            ["26 months from analytics_event.event_at (else event_date)", "clear_field", "section 5", "until 2024-03-13", "ANA 2005-11-14"],
        ),
        ("RET-COOKIE-24", ["PASS", "FAIL", "cookie.set_at"]),
        ("DQ-TS-NULL", ["UNDETERMINED", "ANA high, MKT high, SVC high", "every export"]),
        ("POL-SOFT-WORD", ["never a reason to fail an audit", "the policy and the settings", "read as a maximum"]),
        ("SCP-RECIPIENT", ["policy.recipients", "= unset"]),
        ("AUD-NOT-TESTED", ["could not be tested"]),
    ],
)
def test_the_text_says_what_people_need(policy: Policy, code: str, expected: list[str]) -> None:
    shown = render_explain(explain(policy, code))
    for each in expected:
        assert each in shown


def test_capitals_and_a_rules_name_are_understood(policy: Policy) -> None:
    assert explain(policy, " ret-ana-26 ")["code"] == "RET-ANA-26"
    assert explain(policy, "RET-ANA-26-FIELD")["code"] == "RET-ANA-26"


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("RET-ANA-62", "RET-ANA-26"), ("ret-mkt-21", "RET-MKT-12"), ("DQ-TS-NUL", "DQ-TS-NULL"), ("AUD-NOTTESTED", "AUD-NOT-TESTED")],
)
def test_a_typo_is_answered_with_the_nearest_code(policy: Policy, typo: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f'did you mean "{meant}"') as caught:
        explain(policy, typo)
    assert caught.value.exit_code == 2


def test_a_word_that_is_no_code_is_answered_with_advice(policy: Policy) -> None:
    with pytest.raises(UsageError, match="policy show"):
        explain(policy, "zzz")


def test_every_code_can_be_explained_as_text_and_json(policy: Policy) -> None:
    for code in policy.codes:
        data = explain(policy, code)
        assert render_explain(data).startswith(f"{code}: {data['meaning']}")
        assert json.loads(json.dumps(data)) == data
        assert data["clauses"] or data["group"] in ("quality", "audit", "policy")


def test_a_clause_is_told_from_a_code(policy: Policy) -> None:
    with pytest.raises(UsageError, match="C-52-1 is a clause, not a code; it is checked by RET-ANA-26"):
        explain(policy, "c-52-1")
