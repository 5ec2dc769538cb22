"""A policy of one's own need not promise what the packaged one promises; what an audit can't do without it, it says (design 7)."""

import yaml

from houdbaar.resources import read_text
from small_policy import YAML
from spec.given import plain

MADE = "2026-12-01T12:00:00+01:00"
EVENTS = plain(
    "analytics_event",
    """
    event_at                  | event_name | client_id
    2023-01-15T10:00:00+01:00 | page_view  | app-1
    """,
    extracted_at=MADE,
)
LEADS = plain(
    "contact",
    """
    contact_id | is_lead | last_contact_at           | created_at
    1          | true    | 2020-01-15T10:00:00+01:00 | 2020-01-15T10:00:00+01:00
    """,
    extracted_at=MADE,
)


def changed(change) -> str:
    """The packaged policy with a change."""
    policy = yaml.safe_load(read_text("policy/twingatrack.yaml"))
    change(policy)
    return yaml.safe_dump(policy, allow_unicode=True, sort_keys=False)


def without_tables(policy) -> None:
    del policy["codes"]["SCP-TABLE"]
    for clause in policy["clauses"]:
        codes = clause["check"].get("codes") if isinstance(clause["check"], dict) else None
        if codes and "SCP-TABLE" in codes:
            codes.remove("SCP-TABLE")


def test_a_code_that_the_policy_lacks_is_not_judged(audit):
    done = audit("2026-10-31", EVENTS, policy=changed(without_tables))
    assert (done.exit_code, done.counts("RET-ANA-26")) == (0, {"overdue": 1})
    assert "SCP-TABLE" not in {item["code"] for item in done.summary["obligations"]}


def test_a_code_without_its_rule_is_not_tested(audit):
    def change(policy) -> None:
        policy["rules"] = [rule for rule in policy["rules"] if rule["id"] != "RET-LEAD-12"]

    done = audit("2026-10-31", EVENTS, LEADS, policy=changed(change))
    assert done.exit_code == 0
    (item,) = [item for item in done.summary["obligations"] if item["code"] == "RET-LEAD-12"]
    assert item["not_tested_reason"] == "the policy has no rule RET-LEAD-12, which says the term"


def test_a_policy_that_lacks_what_an_audit_needs_is_refused(audit):
    done = audit("2026-10-31", EVENTS, policy=YAML)
    assert (done.exit_code, "unknown knob" in done.stderr) == (2, True)


def test_a_plausible_past_of_some_kinds_of_data_leaves_the_others_theirs(audit):
    done = audit("2026-10-31", EVENTS, LEADS, knobs={"time.min_plausible": "ANA:2024-01-01"})
    assert done.only("RET-ANA-26")["reason"] == "DQ-TS-IMPLAUSIBLE"
    assert done.only("RET-LEAD-12")["verdict"] == "OVERDUE"
