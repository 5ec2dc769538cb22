"""Plans for mailing lists: suppression first, then archive, then delete; by the hash of the address, as mail tools know it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from houdbaar.exports.syntax import sql_of
from houdbaar.ledger.requests import read_identifiers
from houdbaar.reports.remediation.desk import Desk, Record, reason
from houdbaar.reports.remediation.manifest import Manifest, Reason
from houdbaar.reports.remediation.views import EVENTS, event_rows

ACTIONS = ("archive", "clear_field", "delete", "suppress")
_PROFILE = "first_name last_name phone organisation job_title country region latitude longitude language rating notes tags".split()
_DISUSED = frozenset({"cleaned", "archived"})
_LAPSED = "RET-MKT-12"
_SEPARATOR = "\x1f"
_NOTES = {
    "suppression": "first of all: add these entries to registers/suppressions.csv and to what every mail tool holds back",
    "mailchimp_archive": "reversible, and no erasure: the data stay until they are deleted permanently",
    "mailchimp_delete_permanent": "after review; the address can't be imported again. Suppression and archive come first",
    "mailchimp_clear": "merge fields are emptied (PATCH), tags set inactive; a rating is Mailchimp's own and goes with the member",
    "mailing_list": "for the list's own tool; what is blocked must not be mailed either",
}


@dataclass(frozen=True, slots=True)
class _Address:
    """An address as plans name it; `hmac` None where only its MD5 is known."""

    md5: str
    hmac: str | None


def plan_mailings(desk: Desk, records: Iterable[Record], *, may_delete: bool) -> None:
    """Add the plans for members of lists, and the suppression entries that come before them. Without `may_delete` nobody is deleted."""
    members = [record for record in records if record.entity == "mail_member"]
    plans: dict[tuple[str, str], Manifest] = {}
    suppressed: dict[_Address, list[Reason]] = {}
    for record, detail in desk.detailed(members, ("list_id", "status", "member_id", "person_id")):
        address = _address(desk, record.record_key.partition(_SEPARATOR)[2])
        if not address.md5:  # nobody can say whom a tool would delete
            continue
        is_mailchimp = desk.part(record.source, record.entity, record.file).bound.contract.id.startswith("mailchimp.")
        status = (detail.get("status") or "").strip().lower()
        for kind, line, reasons, others in _steps(record, status, is_mailchimp=is_mailchimp, may_delete=may_delete):
            if not reasons:
                continue
            plan = plans.setdefault((kind, record.source), Manifest(kind, record.source, "mail_member", note=_NOTES[kind]))
            if record.is_blocked:
                plan.blocked += record.records
                continue
            plan.add({**_who(kind, address, detail), "also_in": list(record.also_in), **line}, reasons, record.records, others)
            if kind == "mailchimp_delete_permanent" and status == "unsubscribed":
                suppressed.setdefault(address, []).extend(reasons)
        if asked := record.of("suppress"):
            suppressed.setdefault(address, []).extend(asked)
    _add_senders(desk, suppressed)
    _add_registered(desk, records, suppressed)
    desk.plans += [_suppression(desk, suppressed), *plans.values()]


def _steps(
    record: Record, status: str, *, is_mailchimp: bool, may_delete: bool
) -> Iterable[tuple[str, dict[str, Any], list[Reason], tuple[str, ...]]]:
    """Kind of plan, what its line says, for which findings, and which others it settles."""
    archive, clear, delete = record.of("archive"), record.of("clear_field"), record.of("delete")
    fields = sorted({name for each in clear for name in ([each.field] if each.field else _PROFILE)})
    everything = [*archive, *clear, *delete]
    is_lapsed = may_delete and any(each.code == _LAPSED for each in archive)
    if not is_mailchimp:
        how = "archive, then delete after review" if is_lapsed else "archive" if archive else "empty the fields"
        action = "delete" if delete else how
        more = {"fields": fields} if action == "empty the fields" else {}
        yield "mailing_list", {"action": action, **more}, everything, record.others if delete or archive else ()
        return
    yield "mailchimp_archive", {"method": "DELETE"}, [*archive, *(clear if archive else ())], record.others
    is_over = is_lapsed or (bool(clear) and status in _DISUSED)
    if is_over or delete:
        yield "mailchimp_delete_permanent", {"method": "POST", "is_after_review": not delete}, everything, record.others
    elif not archive:
        yield "mailchimp_clear", {"method": "PATCH", "fields": fields}, clear, ()


def _who(kind: str, address: _Address, detail: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "mailing_list":
        return {"list_id": detail.get("list_id"), "email_md5": address.md5, "member_id": detail.get("member_id")}
    end = "/actions/delete-permanent" if kind == "mailchimp_delete_permanent" else ""
    path = f"/lists/{detail.get('list_id')}/members/{address.md5}{end}"
    return {"list_id": detail.get("list_id"), "subscriber_hash": address.md5, "path": path}


def _address(desk: Desk, known: str) -> _Address:
    """From an address as it is compared, or from its MD5 where a tool knows no more."""
    if "@" not in known:
        return _Address(known, None)
    return _Address(hashlib.md5(known.encode(), usedforsecurity=False).hexdigest(), desk.pseudonyms.of(known))


def _add_senders(desk: Desk, suppressed: dict[_Address, list[Reason]]) -> None:
    """Whom somebody mailed though they had said no."""
    asking = "select 1 from finding where entity = 'mail_send' and action = 'suppress' and verdict = 'FAIL' limit 1"
    if desk.engine.rows(asking):
        desk.tables.stand(["mail_send", "mail_member"])
        desk.engine.make_view("event_row", sql_of(event_rows("mail_send", *EVENTS["mail_send"])))
        for line in desk.dicts("mailed_address"):
            suppressed.setdefault(_address(desk, line["address"]), []).extend(map(reason, line["findings"]))


def _add_registered(desk: Desk, records: Iterable[Record], suppressed: dict[_Address, list[Reason]]) -> None:
    """Who objected, by the registers, and is on no suppression list."""
    columns = {"objection": ("identifier_kind", "identifier_value"), "request": ("identifiers",)}
    for entity, names in columns.items():
        asked = [record for record in records if record.entity == entity and record.of("suppress")]
        for record, said in desk.detailed(asked, names):
            pairs = read_identifiers(said.get("identifiers") or "")
            if entity == "objection":
                pairs = (((said.get("identifier_kind") or "").strip().lower(), said.get("identifier_value") or ""),)
            for kind, value in pairs:
                if kind in ("email", "email_md5") and value.strip():
                    known = desk.engine.rows("select identifier_key($kind, $value)", {"kind": kind, "value": value})[0][0]
                    suppressed.setdefault(_address(desk, known), []).extend(record.of("suppress"))


def _suppression(desk: Desk, suppressed: Mapping[_Address, list[Reason]]) -> Manifest:
    """Entries as the register has them, of those who aren't in it."""
    plan = Manifest("suppression", None, "suppression", note=_NOTES["suppression"])
    there: set[str] = set()
    if "suppression" in desk.tables.material.entities:
        desk.tables.stand(["suppression"])
        entries = desk.engine.rows("select lower(trim(email_hmac)), lower(trim(email_md5)) from suppression")
        there = {value for entry in entries for value in entry if value}
    for address in sorted(suppressed, key=lambda each: each.md5):
        if not there & {address.md5, address.hmac}:
            entry = {"email_hmac": address.hmac, "email_md5": None if address.hmac else address.md5}
            plan.add({**entry, "added_on": None, "scope": "marketing"}, suppressed[address])
    return plan
