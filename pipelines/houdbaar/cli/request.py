"""`houdbaar request add | list | show`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.cli.answer import answer
from houdbaar.cli.columns import columns
from houdbaar.cli.identifiers import People
from houdbaar.cli.options import today
from houdbaar.cli.register_rows import Described, day_or_today, filled, refuse_days_to_come, register_of, show_rows, shown_id
from houdbaar.errors import UsageError
from houdbaar.exports.entities import IDENTIFIERS
from houdbaar.ledger.days import iso_stamp_day
from houdbaar.ledger.requests import (
    AT_ONCE,
    BLOCKING,
    RIGHTS,
    STAMPS,
    STATES,
    Request,
    check_new_request,
    read_identifiers,
    requests_at,
    write_identifiers,
)
from houdbaar.ledger.standing import Standing, standing
from houdbaar.policy.deadlines import DeadlineRules
from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from houdbaar.cli.options import Common
    from houdbaar.ledger.registers import RegisterRows
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms

_HEADING = ("request_id", "right", "state", "standing", "due_on", "days_left", "about", "next")
_NOTE = "note: the answer lacked a mandatory part (DSR-PACKAGE); send it after, unless it was put in by hand: {}"


def add(shared: Common, given: Mapping[str, str | None], identifiers: str | None, people: People, *, is_again: bool) -> int:
    """Add a request under the next number. Raises UsageError, and writes nothing, where something is wrong with it.

    The same request twice is a slip of the hand, unless it `is_again`.
    """
    workspace = Workspace(shared.folder)
    register = register_of(workspace, "request")
    values, pairs = filled(given, "received_at"), _together(identifiers, people)
    check_new_request(values, pairs)
    refuse_days_to_come(values, workspace.policy.knob("time.zone"))
    if not is_again:
        _refuse_same(workspace, values, pairs)
    request_id = register.add("DSR", {**values, "identifiers": write_identifiers(pairs), "state": "received"})
    return tell_one("request-add", shared, workspace, request_id)


def _refuse_same(workspace: Workspace, values: Mapping[str, str], pairs: tuple[tuple[str, str], ...]) -> None:
    """Raises UsageError where the register has a request of this right, of the same identifiers, received on that day."""
    received_on = iso_stamp_day(values["received_at"], workspace.policy.knob("time.zone"))
    rules, wanted = DeadlineRules.of(workspace.policy), {(kind, value.casefold()) for kind, value in pairs}
    for row in _read(workspace).rows:
        found = Request.of(row, today(), rules)
        about = {(kind, value.casefold()) for kind, value in found.identifiers}
        if (found.right, found.on("received_at")) == (values["right"], received_on) and about == wanted:
            number = shown_id(found.request_id, workspace.pseudonyms())
            raise UsageError(f"{number} is that request already: nothing was added; --again writes it down as another one all the same")


def listed(shared: Common, as_of: str | None) -> int:
    """Show the requests, read as an audit reads them. Raises UsageError where an audit could not."""
    workspace = Workspace(shared.folder)
    register, day = register_of(workspace, "request"), day_or_today(as_of, "--as-of")
    rows, pseudonyms = _read(workspace), workspace.pseudonyms()
    placed = sorted(_placed(rows, workspace.policy, day), key=lambda each: each[1].urgency)
    described = [_described(found, stands, pseudonyms) for found, stands in placed]
    return show_rows("request-list", shared, day, register, rows, described, _HEADING)


def show(shared: Common, request_id: str, as_of: str | None) -> int:
    """Show one request with its days. Raises UsageError where there is none of that number."""
    workspace = Workspace(shared.folder)
    register, day = register_of(workspace, "request"), day_or_today(as_of, "--as-of")
    rows, pseudonyms = _read(workspace), workspace.pseudonyms()
    wanted = [each for each in _placed(rows, workspace.policy, day) if each[0].request_id == request_id.strip()]
    if len(wanted) != 1:
        raise UsageError(f"that request_id is {'more than once' if wanted else 'not'} in {register.shown}: `houdbaar request list`")
    ((found, stands),) = wanted
    data = {"as_of": day.isoformat(), **_described(found, stands, pseudonyms), **_details(found)}
    lines = [(name, "-" if value is None else "; ".join(value) if isinstance(value, list) else str(value)) for name, value in data.items()]
    return answer("request-show", data, columns((), lines), shared)


def tell_one(
    name: str, shared: Common, workspace: Workspace, request_id: str, lacked: Sequence[str] = (), warnings: Sequence[str] = ()
) -> int:
    """Answer with where a request stands now that its row was written: until when to answer, what it blocks, what comes next.

    `lacked`: mandatory parts that its answer did not have; `warnings`: what must be known before it goes on.
    """
    register, policy = register_of(workspace, "request"), workspace.policy
    placed = {each.request_id: (each, stands) for each, stands in _placed(_read(workspace), policy, today())}
    if request_id not in placed:
        raise UsageError(f"the row was written, but can't be read as the row of a request: mend {register.shown}")
    found, stands = placed[request_id]
    pseudonyms = workspace.pseudonyms()
    described = _described(found, stands, pseudonyms)
    data = {name: described[name] for name in ("request_id", "right", "state", "standing", "due_on", "days_left")}
    data |= {"blocks_deletion": found.is_open and found.right in BLOCKING, "lacked": list(lacked), "warnings": list(warnings)}
    data |= {"next": stands.next, "register": register.shown}
    until = f"{described['right']}, {described['state'].replace('_', ' ')}{_until(found, stands)}"
    lines = [f"{data['request_id']}: {until}, in {register.shown}", *_remarks(found), *map(_NOTE.format, lacked)]
    lines += [*(f"warning: {warning}" for warning in warnings), f"next: {stands.next}"]
    return answer(name, data, "\n".join(lines), shared)


def _until(request: Request, stands: Standing) -> str:
    if not request.is_open or stands.due_on is None:
        return ""
    if request.right in AT_ONCE:
        return ", to be done at once"
    moving = " (later, as long as the clock stands still)" if request.deadline and request.deadline.is_paused else ""
    return f", answer by {stands.due_on.isoformat()}{moving}"


def _remarks(request: Request) -> list[str]:
    """What a person should know of a request's row."""
    remarks, found = [], request.deadline
    if request.is_open and request.right in BLOCKING:
        remarks.append("until the answer no finding says to delete what belongs to these identifiers")
    if request.is_open and {kind for kind, _ in request.identifiers} == {"name"}:
        remarks.append("a name alone finds nobody: ask for an e-mail address, a telephone number or a customer number")
    if request.is_open and found:
        if found.is_extension_late:
            remarks.append(f"the notice of extension came after {found.first_due_on}: it gives no more time (DSR-EXT-LATE)")
        if found.is_identity_late or found.is_clarification_late:
            remarks.append("the question came too late to stop the clock (DSR-ID-LATE-ASK)")
    if request.words["id_proof"] == "full_copy":
        remarks.append("a full copy of an identity document is more than the doubt needs (DSR-ID-EXCESS)")
    return remarks


def _read(workspace: Workspace) -> RegisterRows:
    return register_of(workspace, "request").read(workspace.policy, workspace.pseudonyms(), requests_at)


def _placed(rows: RegisterRows, policy: Policy, as_of: date) -> list[tuple[Request, Standing]]:
    rules = DeadlineRules.of(policy)
    found = [Request.of(row, as_of, rules) for row in rows.rows]
    return [(each, standing(each, as_of, policy)) for each in found]


def _together(identifiers: str | None, people: People) -> tuple[tuple[str, str], ...]:
    """All identifiers that were given, each once."""
    single = [(kind, value.strip()) for kind, values in people.items() for value in values]
    return tuple(dict.fromkeys((*read_identifiers(identifiers or ""), *single)))


def _described(request: Request, stands: Standing, pseudonyms: Pseudonyms) -> Described:
    return {
        "request_id": shown_id(request.request_id, pseudonyms),
        "right": pseudonyms.shown_among(request.right, RIGHTS, "right") if request.right else None,
        "state": pseudonyms.shown_among(request.state, STATES, "state"),
        "standing": stands.word,
        "due_on": stands.due_on and stands.due_on.isoformat(),
        "days_left": stands.days_left,
        "about": [pseudonyms.shown_among(value, (), kind if kind in IDENTIFIERS else "identifier") for kind, value in request.identifiers],
        "next": stands.next,
    }


def _details(request: Request) -> dict[str, Any]:
    """The days of a request, and what its due date hangs on."""
    details: dict[str, Any] = {name: request.days[name].shown() for name in STAMPS}
    if found := request.deadline:
        details |= {
            "first_due_on": found.first_due_on.isoformat(),
            "latest_due_on": request.latest_due_on and request.latest_due_on.isoformat(),
            "paused_days": found.paused_days,
            "is_extended": found.is_extended,
            "is_extension_late": found.is_extension_late,
        }
    return details
