"""How a request moves from state to state: which steps are possible, and what each asks for (domain.md 3.6).

A step is what a command writes into the request's row. What has happened can be written down though it was wrong, as a question
that was asked too late; the audit judges that. What can't have happened is refused, with what is possible instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from houdbaar.errors import UsageError
from houdbaar.ledger.days import iso_stamp_day, wrong_stamps
from houdbaar.ledger.requests import ANSWERED, AT_ONCE, OPEN, STAMPS, STATES, unknown_word

OUTCOMES = ("granted", "partly_granted", "nothing_found", "refused", "forwarded", "not_identified", "withdrawn")
PROOFS = ("registered_address", "login", "link", "code", "facts", "visual_check", "redacted_copy", "full_copy")
QUESTIONS = ("id", "clarification")
_TO_CARRY_OUT = ("granted", "partly_granted")
_CARRIED_OUT = ("erasure", "rectification")
_UNVERIFIED = ("refused", "forwarded", "not_identified")  # outcomes that tell nobody anything about a person
_IN_ORDER = (
    ("received_at", "id_asked_at", "id_answered_at"),
    ("received_at", "clarification_asked_at", "clarification_answered_at"),
    ("received_at", "verified_at"),
    ("received_at", "extended_at"),
    ("received_at", "answered_at", "closed_at"),
    ("received_at", "executed_at", "closed_at"),
)

Cells = Mapping[str, str]


def step(name: str, row: Cells, values: Cells, zone: str) -> dict[str, str]:
    """What the step `name` writes into a request's row: the values, and the state that they lead to.

    Raises UsageError with all that is wrong with it, and what is possible instead; no value is quoted.
    """
    check, state_after = _STEPS[name]
    merged = {**row, **values}
    problems = [f"{_option(column)} stands in the register already" for column in values if row.get(column) and column != "outcome"]
    problems += wrong_stamps(values, STAMPS) + unknown_word("outcome", values.get("outcome"), OUTCOMES)
    problems += unknown_word("id_proof", values.get("id_proof"), PROOFS)
    problems += check(row, values) or _order_problems(merged, values, zone)
    if problems:
        what = "\n".join(f"  {problem}" for problem in problems)
        raise UsageError(f"nothing was changed:\n{what}\n  possible now: {', '.join(possible(row)) or 'nothing, it is closed'}")
    return {**values, "state": state_after(merged)}


def possible(row: Cells) -> list[str]:
    """The steps that a request's row allows."""
    state = state_of(row)
    if state not in STATES:
        return [f"mend its state first: {', '.join(STATES)}"]
    steps = []
    if state in OPEN:
        steps += ["pause"]
        steps += ["verify"] if not row.get("verified_at") else []
        steps += ["extend"] if not row.get("extended_at") and row.get("right") not in AT_ONCE else []
        steps += ["answer", "close --outcome withdrawn"]
    elif state == "answered" and not row.get("executed_at"):
        steps += ["answer --executed-at"]
    elif _is_unanswered(row):
        steps += ["answer"]
    if state in ANSWERED and not _must_be_carried_out(row):
        steps += ["close"]
    return steps


def _is_unanswered(row: Cells) -> bool:
    """Whether a request was closed, and the person was told nothing."""
    return state_of(row) == "closed" and not row.get("answered_at") and not row.get("outcome")


def state_of(row: Cells) -> str:
    """The state in a row; nothing written means received."""
    return row.get("state", "").strip().lower() or "received"


def erases(row: Cells) -> bool:
    """Whether a request's row says that a person's records are to be erased, or were."""
    is_granted = row.get("outcome", "").strip().lower() in _TO_CARRY_OUT
    return row.get("right", "").strip().lower() == "erasure" and (is_granted or bool(row.get("executed_at")))


def _pause_problems(row: Cells, values: Cells) -> list[str]:
    problems = _unless_open(row, "asks or answers nothing")
    if not any(name in values for kind in QUESTIONS for name in (f"{kind}_asked_at", f"{kind}_answered_at")):
        problems.append(
            "say what was asked or answered: --id-asked-at, --id-answered-at, --clarification-asked-at, --clarification-answered-at"
        )
    for kind in QUESTIONS:
        if f"{kind}_answered_at" in values and not (row.get(f"{kind}_asked_at") or f"{kind}_asked_at" in values):
            problems.append(f"{_option(kind)}-answered-at: nothing was asked; give {_option(kind)}-asked-at too")
    if "id_asked_at" in values and row.get("verified_at"):
        problems.append("--id-asked-at: the person is verified already")
    return problems


def _verify_problems(row: Cells, values: Cells) -> list[str]:
    problems = _unless_open(row, "needs no proof any more")
    if row.get("id_asked_at") and not (row.get("id_answered_at") or values.get("id_answered_at")):
        problems.append("--id-answered-at is missing: proof was asked, and the clock stands still until the day on which it came")
    return problems


def _extend_problems(row: Cells, values: Cells) -> list[str]:
    problems = _unless_open(row, "needs no more time")
    if row.get("right", "").strip().lower() in AT_ONCE:
        problems.append("what is asked has to be done at once: there is no time to extend")
    if not values.get("extension_reason"):
        problems.append("--extension-reason is missing: without a reason there is no extension")
    return problems


def _answer_problems(row: Cells, values: Cells) -> list[str]:
    if "answered_at" not in values and "executed_at" in values:
        is_answered = state_of(row) in ANSWERED or bool(row.get("answered_at"))
        return [] if is_answered else ["--executed-at alone is for what was answered before: give --outcome too"]
    problems, outcome = [] if _is_unanswered(row) else _unless_open(row, "has its answer"), values.get("outcome")
    if not outcome:
        problems.append(f"--outcome is missing: {', '.join(OUTCOMES[:-1])}")
    if outcome == "withdrawn":
        problems.append("--outcome withdrawn is no answer: use `request close --outcome withdrawn`")
    if (outcome == "refused") != bool(values.get("refusal_reason")):
        problems.append("--outcome refused and --refusal-reason go together")
    is_free = outcome in _UNVERIFIED or row.get("right", "").strip().lower() in AT_ONCE
    if outcome and not is_free and not row.get("verified_at"):
        problems.append("the person is not verified: `request verify` first")
    return problems


def _close_problems(row: Cells, values: Cells) -> list[str]:
    state = state_of(row)
    if values.get("outcome") == "withdrawn":
        return _unless_open(row, "has its answer, so that there is nothing to withdraw")
    if "outcome" in values:
        return ["--outcome of a closed request can only be withdrawn; any other is given with `request answer`"]
    if state in OPEN:
        return ["it has no answer yet; --outcome withdrawn is for who took the request back"]
    if state not in ANSWERED:
        return ["it is closed already"]
    return ["it was granted and not carried out: `request answer --executed-at` first"] if _must_be_carried_out(row) else []


def _must_be_carried_out(row: Cells) -> bool:
    is_granted = row.get("outcome", "").strip().lower() in _TO_CARRY_OUT and row.get("right", "").strip().lower() in _CARRIED_OUT
    return state_of(row) == "answered" and is_granted and not row.get("executed_at")


def _unless_open(row: Cells, why: str) -> list[str]:
    return [] if state_of(row) in OPEN else [f"a request that is {_shown_state(row)} {why}"]


def _shown_state(row: Cells) -> str:
    state = state_of(row)
    return state.replace("_", " ") if state in STATES else "in an unknown state"


def _order_problems(merged: Cells, values: Cells, zone: str) -> list[str]:
    """What would have happened before what comes first; days that can't be read are left to the audit."""
    days = {name: iso_stamp_day(merged[name], zone) for name in STAMPS if merged.get(name)}
    wrong = []
    for order in _IN_ORDER:
        for earlier, later in pairwise([name for name in order if days.get(name)]):
            first, last = days[earlier], days[later]
            if first and last and last < first and {earlier, later} & set(values):
                wrong.append(f"{_option(later)} is before {earlier}")
    return wrong


def _open_state(merged: Cells) -> str:
    """The state of a request that waits for its answer: for the person, while a question is open, else where the work is."""
    if merged.get("id_asked_at") and not merged.get("id_answered_at") and not merged.get("verified_at"):
        return "awaiting_id"
    if merged.get("clarification_asked_at") and not merged.get("clarification_answered_at"):
        return "awaiting_clarification"
    if state_of(merged) in ("located", "reviewed"):
        return state_of(merged)
    return "verified" if merged.get("verified_at") else "received"


def _answered_state(merged: Cells) -> str:
    outcome = merged.get("outcome", "").strip().lower()
    if outcome in ("refused", "forwarded"):
        return outcome
    return "executed" if merged.get("executed_at") else "answered"


def _closed_state(merged: Cells) -> str:
    return "withdrawn" if merged.get("outcome", "").strip().lower() == "withdrawn" else "closed"


def _option(column: str) -> str:
    return f"--{column.replace('_', '-')}"


_STEPS: Mapping[str, tuple[Callable[[Cells, Cells], list[str]], Callable[[Cells], str]]] = {
    "pause": (_pause_problems, _open_state),
    "verify": (_verify_problems, _open_state),
    # That it was extended is seen at extended_at; the state goes on to say where the work is.
    "extend": (_extend_problems, state_of),
    "answer": (_answer_problems, _answered_state),
    "close": (_close_problems, _closed_state),
}
