"""All plans of one audit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from houdbaar.checks.kept import keep_until
from houdbaar.exports.entities import ENTITIES
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.reports.remediation.analytics import plan_analytics
from houdbaar.reports.remediation.customer import plan_tables
from houdbaar.reports.remediation.desk import Desk
from houdbaar.reports.remediation.events import plan_dates
from houdbaar.reports.remediation.follow_up import FollowUp, follow_up
from houdbaar.reports.remediation.mailing import plan_mailings
from houdbaar.reports.remediation.manifest import KINDS, VALID_DAYS, Sealed, index_of
from houdbaar.reports.remediation.others import plan_files, plan_recipients, plan_registers

if TYPE_CHECKING:
    from houdbaar.checks.judge import Judge
    from houdbaar.privacy import Pseudonyms
    from houdbaar.reports.remediation.earlier import Earlier

_ACTIONS = ("delete", "anonymise", "clear_field", "archive", "suppress")
_BLIND = "a hold or a request can't be read, or nobody can tell whose it is: nothing is planned that destroys (registers/)"


@dataclass(frozen=True, slots=True)
class Plans:
    """What an audit writes about remediation: the index, and the private files: their texts in pieces, by name."""

    index: dict[str, Any]
    files: dict[str, Sequence[str]] = field(default_factory=dict)
    followed: FollowUp | None = None


def make_plans(
    judge: Judge,
    pseudonyms: Pseudonyms,
    unreadable: Collection[str | None],
    strangers: Mapping[str, Collection[str]],
    accepted: Collection[str],
    earlier: Earlier | None,
) -> Plans:
    """Plan what to do about an audit's findings; the engine's table `finding` must stand. `unreadable` are sources.

    `strangers`: tables that no contract recognises, by the source among whose files they lie.
    `accepted`: findings that somebody answers for, which stay for a while.
    `earlier`: what was planned before, to be followed up; None: this audit follows nothing up.
    """
    valid_until = last_permitted_day(judge.as_of, Period(days=VALID_DAYS))
    is_known = keep_until(judge.tables, valid_until, unreadable)
    desk = Desk(judge.tables, judge.policy, pseudonyms, judge.as_of, judge.policy.knob("time.zone"))
    desk.leave_accepted(accepted)
    _plan(desk, is_known=is_known)
    sealed = sorted((plan.sealed(judge.as_of, valid_until) for plan in desk.plans if plan.lines or plan.blocked), key=_order)
    files = {name: text for plan in sealed for name, text in plan.files.items()}
    followed = follow_up(desk, earlier, unreadable, strangers) if earlier is not None else None
    index = index_of(sealed, judge.as_of, valid_until, None if is_known else _BLIND, desk.accepted_records(_ACTIONS))
    return Plans(index, files, followed)


def _plan(desk: Desk, *, is_known: bool) -> None:
    """Add the plans of every kind."""
    if is_known:  # first: what these count takes more memory than there is beside all records
        plan_analytics(desk)
        plan_dates(desk)
    # Who can't tell what has to stay still stops the mail: that destroys nothing.
    records = desk.records(_ACTIONS if is_known else ("archive", "suppress"))
    plan_mailings(desk, records, may_delete=is_known)
    if is_known:
        plan_tables(desk, [each for each in records if each.entity in ENTITIES and each.entity != "mail_member"])
        plan_registers(desk, records)
        plan_files(desk)
    plan_recipients(desk, records)


def _order(plan: Sealed) -> tuple[int, str, str, str]:
    about = plan.plan
    return KINDS.index(about.kind), about.source or "", about.entity or "", plan.manifest_id
