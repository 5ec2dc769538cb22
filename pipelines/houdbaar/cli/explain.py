"""`houdbaar explain CODE`: what a finding means, where it was promised, what bears on it, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from houdbaar.cli.columns import columns, fed_by

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy


def explain(policy: Policy, code: str) -> dict[str, Any]:
    """Everything about a code, or about a rule's code; capitals make no difference. Raises UsageError with the nearest code."""
    from houdbaar.policy.describe import explanation

    return explanation(policy, code)


def render_explain(data: dict[str, Any]) -> str:
    """The explanation as text."""
    other = ", ".join(f"{category} {severity}" for category, severity in data["severity_for"].items())
    parts = [
        f"{data['code']}: {data['meaning']}",
        columns(
            (),
            [
                ("severity", data["severity"] + (f" (by kind of data: {other})" if other else "")),
                ("what to do", data["remediation"]),
                ("reads", fed_by(data["reads"])),
            ],
        ),
        _titled("Promised in", [(each["id"], f"section {each['section']}", each["duty"]) for each in data["clauses"]]),
        _titled("Terms", [_term(rule) for rule in data["rules"]]),
        _titled("In the text", [(each["place"], each["defect"], "→ " + each["treatment"]) for each in data["defects"]]),
        _titled("Verdicts", list(data["verdicts"].items())),
        _titled("Knobs", [(knob["knob"], knob["meaning"], f"= {_value(knob)}") for knob in data["knobs"]]),
    ]
    return "\n\n".join(part for part in parts if part)


def _titled(title: str, rows: list[tuple[Any, ...]]) -> str:
    return f"{title}\n{columns((), rows)}" if rows else ""


def _term(rule: dict[str, Any]) -> tuple[str, ...]:
    trigger = rule["trigger"] + (f" (else {rule['fallback']})" if rule["fallback"] else "")
    assumed = ", an assumed term" if rule["is_assumed"] else ""
    return (
        rule["rule"],
        f"{rule['term']} from {rule['entity']}.{trigger}{assumed}; {rule['severity']}; {rule['action']}",
        f"a record of {rule['example']['trigger']} may stay until {rule['example']['last_day']}",
    )


def _value(knob: dict[str, Any]) -> str:
    shown, default = _plain(knob["value"]), _plain(knob["default"])
    return shown if shown == default else f"{shown} (default {default})"


def _plain(value: object) -> str:
    """A knob's value as people write it."""
    if value is None:
        return "unset"
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
