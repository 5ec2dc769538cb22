"""Plans for Google Analytics: deletion of users by id, within the daily quota, and of parameters that hold personal data."""

from __future__ import annotations

import re
from typing import Any

from houdbaar.exports.syntax import sql_of
from houdbaar.reports.remediation.desk import Desk, reason
from houdbaar.reports.remediation.manifest import Manifest
from houdbaar.reports.remediation.views import EVENTS, event_rows

DAILY_QUOTA = 500  # requests a day, for each property, of Google's User Deletion API
RULES = ("CON-COOKIE", "CON-OBJECTION-EVENT", "CON-WITHDRAWN-EVENT")  # what goes with its id; age alone doesn't
_APP = re.compile(r"[0-9a-fA-F]{32}")
_USERS = (
    "deletion by id takes all rows of the id, also lawful ones (also_removes says how many of them the exports have); Google takes them "
    "out of reports within about 72 hours and from its servers in a two-monthly process; it doesn't touch BigQuery or files"
)
_PARAMETERS = "a data-deletion request at Google for the parameter and these days; strip it at its source first"


def plan_analytics(desk: Desk) -> None:
    """Add the plans of a website's and an app's analytics."""
    if "analytics_event" not in desk.tables.material.entities:
        return
    desk.tables.stand(["analytics_event", "analytics_user"])
    property_id = _property(desk)
    _plan_users(desk, property_id)
    _plan_parameters(desk, property_id)


def _property(desk: Desk) -> str | None:
    """The only property there is; where the register has several, people know which one an export is of."""
    if "analytics_setting" not in desk.tables.material.entities:
        return None
    desk.tables.stand(["analytics_setting"])
    found = desk.engine.rows("select distinct property_id from analytics_setting where property_id is not null")
    return found[0][0].removeprefix("properties/") if len(found) == 1 else None


def _plan_users(desk: Desk, property_id: str | None) -> None:
    if not desk.engine.rows(
        "select 1 from judgement where list_contains($rules, rule) and verdict = 'FAIL' limit 1", {"rules": list(RULES)}
    ):
        return
    desk.engine.make_view("event_row", sql_of(event_rows("analytics_event", *EVENTS["analytics_event"])))
    desk.engine.make_table("tracked_row", desk.text("tracked_row"), {"rules": list(RULES), "as_of": desk.as_of})
    desk.engine.make_table("tracked_visit", desk.text("tracked_visit"), {"rules": list(RULES)})
    desk.engine.drop_table("tracked_row")
    plans: dict[str, Manifest] = {}
    for source, identity, is_user, records, findings, all_records, is_kept in desk.streamed("tracked_identity", rules=list(RULES)):
        plan = plans.setdefault(source, Manifest("ga_user_deletion", source, "analytics_event", note=_USERS))
        if is_kept:
            plan.blocked += records
            continue
        kind = "USER_ID" if is_user else "APP_INSTANCE_ID" if _APP.fullmatch(identity) else "CLIENT_ID"
        who: dict[str, Any] = {"type": kind, "userId": identity, "propertyId": property_id}
        day = len(plan.lines) // DAILY_QUOTA + 1
        plan.add({**who, "day": day, "also_removes": all_records - records}, map(reason, findings), records)
        plan.days = day
    desk.plans += plans.values()


def _plan_parameters(desk: Desk, property_id: str | None) -> None:
    plans: dict[str, Manifest] = {}
    for line in desk.dicts("leaking_parameter"):
        plan = plans.setdefault(line["source"], Manifest("ga_data_deletion", line["source"], "analytics_event", note=_PARAMETERS))
        if line["is_blocked"]:
            plan.blocked += line["records"]
        else:
            months = {"first_month": line["first_month"], "last_month": line["last_month"]}
            about = {"propertyId": property_id, "parameter": line["field"], "holds": line["kinds"], **months}
            plan.add(about, map(reason, line["findings"]), line["records"])
    desk.plans += plans.values()
