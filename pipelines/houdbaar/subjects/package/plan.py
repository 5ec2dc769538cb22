"""Plans for the requests that change something: what goes, what stays and why, whom to tell. Plans are plans: nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from houdbaar.exports.contract import folded
from houdbaar.exports.entities import ENTITIES, RECORDS
from houdbaar.exports.syntax import sql_of
from houdbaar.exports.views import identifier_rows
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.policy.words import counted
from houdbaar.resources import package_text
from houdbaar.subjects.links import LinkRules
from houdbaar.subjects.normalise import EmailRules, normalise_email
from houdbaar.subjects.package.blocking import blocks_on, holds_said
from houdbaar.subjects.package.books import BOOKS, floors, is_only_book, kept_until
from houdbaar.subjects.package.facts import Facts
from houdbaar.subjects.package.grounds import CONSENT, INTEREST, bases_of, purposes_of
from houdbaar.subjects.package.model import Asked, Found, Material, Record
from houdbaar.subjects.package.redact import Columns
from houdbaar.subjects.package.shared import Identity, fields_of, identity_of, is_filled, staying_beside
from houdbaar.subjects.package.steps import VALID_DAYS, Plan, Step
from houdbaar.subjects.wrong_value import WrongValue

_HOLD_DUTIES = {"legal_hold": "claims", "authority_order": "authority", "restriction": "restricted"}
NOBODY_NAMED = (
    "nobody is named who received this person's data: write them into registers/disclosures.csv, or set policy.recipients in "
    "houdbaar.toml, and tell each of them what is done (article 19)"
)
_OWN_KINDS = frozenset({"email", "customer_id", "user_id"})  # the others are numbers of one system: in the next they are another's
_MAIL = frozenset({"mail_member", "mail_activity", "mail_send"})
_ARTICLES = {
    "statutory": "17(3)(b)", "unbooked": "17(3)(b)", "authority": "17(3)(b)", "claims": "17(3)(e)", "restricted": "18",
    "accountability": "5(2)", None: "17(1)",
}  # fmt: skip


def plan_of(material: Material, asked: Asked, found: Found, facts: Facts, rules: EmailRules) -> Plan | None:
    """The plan for a request; None for rights that only give something."""
    if asked.right in ("access", "portability"):
        return None
    make = {"erasure": _erasure, "rectification": _rectification, "restriction": _restriction, "objection": _objection}
    steps = make.get(asked.right, _mail_stop)(material, asked, found.records)
    is_blind = asked.right == "erasure" and material.is_blind
    is_mailed = asked.right == "erasure" and any(record.entity in _MAIL for record in found.records)
    is_mail_stop = asked.right in ("marketing_objection", "withdrawal")
    is_passed_on = asked.right in ("erasure", "rectification", "restriction")
    notices = tuple(_notices(material, facts)) if is_passed_on else ()
    nobody = [NOBODY_NAMED] if is_passed_on and found.records and not notices else []
    return Plan(
        right=asked.right,
        valid_until=last_permitted_day(material.as_of, Period(days=VALID_DAYS)),
        steps=tuple(_reviewed(step) for step in steps) if is_blind else tuple(steps),
        suppressions=tuple(_suppressions(material, asked, found.records, rules)) if is_mail_stop or is_mailed else (),
        notices=notices,
        decisions=(*_decisions(material, asked, found.records), *nobody),
        is_blind=is_blind,
        holds=holds_said(material, found.records),
        known_by=tuple(_known_by(material)) if asked.right == "erasure" else (),
    )


def _known_by(material: Material) -> Sequence[Mapping[str, str]]:
    """Keyed hashes of the person's own identifiers: once the records are gone, nothing else tells whose a customer's number was."""
    parts = [part for part in material.intake.parts if part.table.entity in ENTITIES and not part.bound.is_processed]
    entities = sorted({part.table.entity for part in parts})
    material.engine.make_view("package_identifier", sql_of(identifier_rows(entities, parts, _OWN_KINDS)))
    return material.engine.dicts(package_text("subjects/sql/package_key.sql"), dict(material.pseudonyms.pads))


def _step(record: Record, action: str, **more: Any) -> Step:
    place = (record.source, record.entity, record.file, record.row, record.record_key)
    return Step(*place, action, record.category, blocked_by=record.blocked_by, **more)


def _reviewed(step: Step) -> Step:
    """A step that destroys nothing before a person has looked."""
    return replace(step, action="review") if step.action in ("erase", "clear_fields") else step


def _erasure(material: Material, _: Asked, records: Sequence[Record]) -> list[Step]:
    """Every row goes, unless a hold, the books or the duty to account keep it: hold, then floor, then erasure (domain.md 2.10)."""
    steps = []
    for record in records:
        last_days = floors(record)
        if record.blocked_by:
            kinds = {block.partition(":")[0] for block in record.blocked_by}
            duty = next(duty for kind, duty in (*_HOLD_DUTIES.items(), (None, "claims")) if kind is None or kind in kinds)
            steps.append(_step(record, "keep", duty=duty, article=_ARTICLES[duty]))
        elif record.is_register:
            steps.append(_step(record, "keep", duty="accountability", article=_ARTICLES["accountability"]))
        elif last_days:
            kept, cleared = _fields(material, record)
            action = "clear_fields" if cleared else "keep"
            more = {
                "duty": "statutory",
                "article": _ARTICLES["statutory"],
                "until": max((day for day in last_days if day is not None), default=None),
                "kept_fields": kept,
                "fields": cleared,
            }
            steps.append(_step(record, action, **more))
        elif is_only_book(material.policy, record, records, material.as_of):
            more = {"duty": "unbooked", "article": _ARTICLES["unbooked"], "until": kept_until(material.policy, record)}
            steps.append(_step(record, "review", **more))
        else:
            steps.append(_step(record, "erase", article=_ARTICLES[None]))
    return _spared(material, records, steps)


def _spared(material: Material, records: Sequence[Record], steps: Sequence[Step]) -> list[Step]:
    """The steps, of which none takes anything of another record that stays in the same row: only what feeds its own record goes."""
    goes: dict[Identity, bool] = {}
    for record, step in zip(records, steps, strict=True):
        goes[identity_of(record)] = goes.get(identity_of(record), True) and step.action == "erase"
    staying = staying_beside(material, records, goes)
    found = []
    for record, step in zip(records, steps, strict=True):
        others = staying.get(identity_of(record))
        if others is None or step.action not in ("erase", "clear_fields"):
            found.append(step)
            continue
        own = fields_of(material, record, others)
        fields = tuple(name for name in own if step.action == "erase" or name in step.fields)
        kept = tuple(name for name, value in record.original.items() if is_filled(value) and name not in fields)
        action = "clear_fields" if fields else "review" if step.duty is None else "keep"
        found.append(replace(step, action=action, fields=fields, kept_fields=kept))
    return found


def _fields(material: Material, record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The export's filled columns of a record of the books: those that the law keeps, and the others."""
    kept_columns = {*material.policy.knob("statutory.fields"), "payment_id", "iban", "account_name"}
    feeds = Columns.of_record(material, record).feeds
    filled = [name for name, value in record.original.items() if is_filled(value)]
    kept = tuple(name for name in filled if feeds.get(folded(name)) in kept_columns)
    return kept, tuple(name for name in filled if name not in kept)


def _rectification(material: Material, asked: Asked, records: Sequence[Record]) -> list[Step]:
    """Every copy of the old value; what was issued to the books stays as it is, with a correction beside it."""
    old = WrongValue.of(asked.old_value or "", LinkRules.of(material.policy).email)
    steps = []
    for record in records:
        fields = old.fields_of(record.original) if old is not None else ()
        if fields and (record.entity in BOOKS or record.is_register):
            steps.append(_step(record, "add_correction", duty="statutory", article="16", fields=fields))
        elif fields:
            steps.append(_step(record, "correct", article="16", fields=fields))
    return steps


def _restriction(_: Material, __: Asked, records: Sequence[Record]) -> list[Step]:
    return [_step(record, "restrict", article="18") for record in records if not record.is_register]


def _objection(material: Material, _: Asked, records: Sequence[Record]) -> list[Step]:
    """What rests on a legitimate interest; it is restricted until the interests are weighed (articles 21(1) and 18(1)(d))."""
    return [
        _step(record, "restrict_and_weigh", article="21(1)")
        for record in records
        if not record.is_register and INTEREST in _bases(material, record)
    ]


def _mail_stop(material: Material, asked: Asked, records: Sequence[Record]) -> list[Step]:
    """Everything by which the person is mailed; a withdrawal is about all that rests on consent.

    Where several people use the address that was stated, it is stopped for all of them (domain.md 3.5).
    """
    article = "7(3)" if asked.right == "withdrawal" else "21(3)"
    steps = [
        _step(record, "stop_and_suppress" if record.entity == "mail_member" else "stop", article=article)
        for record in records
        if not record.is_register and (record.entity in _MAIL or (asked.right == "withdrawal" and CONSENT in _bases(material, record)))
    ]
    own = {step.place for step in steps}
    stated = {"addresses": _stated_addresses(asked, LinkRules.of(material.policy).email)}
    others = [
        Step(source, "mail_member", file, row, record_key, "stop_and_suppress", RECORDS["mail_member"].category, article)
        for source, file, row, record_key in material.engine.rows(_LISTED, stated)
    ]
    return [*steps, *(step for step in others if step.place not in own)]


_LISTED = "select source, file, row, record_key from mail_member where list_contains($addresses, normalised_email(email)) order by all"


def _stated_addresses(asked: Asked, rules: EmailRules) -> list[str]:
    return [address for kind, value in asked.identifiers if kind == "email" and (address := normalise_email(value, rules))]


def _bases(material: Material, record: Record) -> set[str]:
    return {basis for purpose in purposes_of(material, record) for basis in bases_of(material.policy, record.category, purpose, [record])}


def _suppressions(material: Material, asked: Asked, records: Sequence[Record], rules: EmailRules) -> list[Mapping[str, Any]]:
    """One entry an address that may never be mailed again: its HMAC under the workspace's key, and no word of the address (F12)."""
    texts = [record.staged["email"] for record in records if record.entity == "mail_member" and record.staged.get("email")]
    listed = {address for text in texts if (address := normalise_email(text, rules))}
    addresses = sorted(listed.union(_stated_addresses(asked, rules)))
    entry = {"added_on": material.as_of.isoformat(), "scope": "marketing", "reason": f"request {asked.request_id}"}
    return [{"email_hmac": material.pseudonyms.of(address), **entry} for address in addresses]


def _notices(material: Material, facts: Facts) -> list[Mapping[str, Any]]:
    """Whom to tell (article 19): those who received the data by the register, and those who may have."""
    by = last_permitted_day(material.as_of, Period(days=material.policy.knob("dsr.notify_days"))).isoformat()
    logged = [{"recipient": name, "disclosed_on": [day.isoformat() for day in days], "notify_by": by} for name, days in facts.recipients]
    return [*logged, *({"recipient": name, "disclosed_on": [], "notify_by": by} for name in facts.declared_recipients)]


def _decisions(material: Material, asked: Asked, records: Sequence[Record]) -> list[str]:
    """What no program decides."""
    found = []
    if asked.right == "erasure":
        if material.is_blind:
            found.append(
                "a hold or a request can't be read, or nobody knows whom it is about: mend registers/holds.csv and requests.csv first"
            )
        orders = (record for record in records if record.beside is None)
        if unbooked := sum(is_only_book(material.policy, order, records, material.as_of) for order in orders):
            found.append(
                f"{counted(unbooked, 'order')} without an invoice that was found: each may be the only book of a sale, and stays until a "
                "person has looked (article 17(3)(b))"
            )
        running = sorted({str(customer) for customer in _running_customers(material, records)})
        if running:
            found.append("a relation still runs: what the contract needs may stay until it ends (article 17(1)(a)); a person decides")
        # What is destroyed can't be given any more (domain.md 3.2).
        waiting = {block for _, _, _, block in blocks_on(material) if block.startswith(_WAITING)}
        if waiting:
            found.append(f"{len(waiting)} requests for access or portability wait for the same rows: answer them first")
    if asked.right == "objection":
        found.append("weigh the person's situation against the interest, and write the result into registers/objections.csv (upheld_at)")
    if asked.right == "restriction":
        found.append("write the restriction into registers/holds.csv: houdbaar hold add --kind restriction")
    if asked.right == "rectification" and not asked.old_value:
        found.append("the register names no old_value: nothing could be looked for")
    return found


_WAITING = ("pending_access:", "pending_portability:")
_RUNNING = """
    select relation from relation
    where
        (is_running or is_open)
        and list_contains(list_transform($customers::varchar[], lambda each: 'customer:' || each), relation)
"""


def _running_customers(material: Material, records: Sequence[Record]) -> list[str]:
    customers = sorted({value for record in records if isinstance(value := record.staged.get("customer_id"), str)})
    return [relation for (relation,) in material.judged.rows(_RUNNING, {"customers": customers})]
