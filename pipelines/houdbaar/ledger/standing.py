"""Where a request stands on a day, what to do next, and how urgent that is (domain.md 3.3, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from houdbaar.ledger.requests import ANSWERED, AT_ONCE, Request
from houdbaar.policy.calendar import add_days
from houdbaar.privacy import is_plain_id

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy

# The most urgent first.
STANDINGS = ("overdue", "unclear", "at_once", "due_today", "due_soon", "running", "paused", "to_finish", "not_yet", "answered_late", "done")


@dataclass(frozen=True, slots=True)
class Standing:
    """One of STANDINGS; the day by which to answer and the days left until then (negative: days too late), and the next thing to do."""

    word: str
    due_on: date | None
    days_left: int | None
    next: str

    @property
    def urgency(self) -> tuple[int, int]:
        """For sorting: the most urgent is the least."""
        return STANDINGS.index(self.word), self.days_left if self.days_left is not None else 0


def standing(request: Request, as_of: date, policy: Policy) -> Standing:
    """Where a request stands on a day."""
    found, answered_on = request.deadline, request.on("answered_at") or request.on("closed_at")
    if found is None:
        return Standing("unclear", None, None, "say when it was received: received_at is missing or can't be read")
    due_on = request.on("received_at") if request.right in AT_ONCE else found.due_on
    assert due_on is not None  # a deadline has a receipt
    if not request.is_open:
        is_late = request.right not in AT_ONCE and answered_on is not None and answered_on > due_on
        word = "to_finish" if request.state in ANSWERED else "answered_late" if is_late else "done"
        return Standing(word, due_on, None, _finish(request))
    left = (due_on - as_of).days
    if request.on("received_at") > as_of:  # type: ignore[operator]
        word = "not_yet"
    elif request.right in AT_ONCE:
        word = "at_once"
    elif left < 0:
        word = "overdue"
    elif found.is_paused:
        word = "paused"
    else:
        word = "due_today" if left == 0 else "due_soon" if left <= policy.knob("dsr.warn_days") else "running"
    return Standing(word, due_on, left, _next(request, as_of, policy))


def _next(request: Request, as_of: date, policy: Policy) -> str:
    """What to do for a person who waits."""
    found, received_on = request.deadline, request.on("received_at")
    assert found is not None
    assert received_on is not None
    if request.state == "closed":
        return "it was closed without an answer, which is none: `request answer`, with the day on which the person was told"
    if request.right in AT_ONCE:
        return "stop using the address at once and put it on the suppression list, then `request answer`"
    is_over = found.due_on < as_of
    if request.state in ("awaiting_id", "awaiting_clarification") and found.waits_until and not is_over:
        if as_of <= found.waits_until:
            return f"wait for the person's answer until {found.waits_until}; the clock stands still"
        return "the person did not answer in time: tell so (`request answer --outcome not_identified`), then close"
    if request.on("verified_at"):
        number = request.request_id if request.request_id and is_plain_id(request.request_id) else "ID"
        by = f"by {found.due_on}" if not is_over else "now: the time for it is over"
        return f"make the answer (`houdbaar request package {number}`), look through it, and answer {by}"
    if is_over:
        return "verify who asks (`request verify`) and answer now: the time for it is over"
    last_ask = add_days(received_on, policy.knob("dsr.id_ask_days"))
    ask = f"; ask for proof only on real doubt, by {last_ask}" if as_of <= last_ask and not request.on("id_asked_at") else ""
    return f"verify who asks (`request verify`){ask}"


def _finish(request: Request) -> str:
    """What remains after the answer."""
    if request.state in ("closed", "withdrawn"):
        return "nothing"
    if request.right in ("erasure", "rectification") and request.state == "answered" and request.on("executed_at") is None:
        return "carry out what its plan erases (a hold or a duty keeps the rest), tell the recipients, then `request answer --executed-at`"
    return "close it (`request close`)"
