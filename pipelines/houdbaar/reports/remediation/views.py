"""Rows of any entity in one form, so that one query fits all: syntax trees over the entities' views, which must stand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from houdbaar.exports.entities import RECORDS
from houdbaar.exports.syntax import aliased, call, cast, column, null_as, select_from, text

# Entities without a lasting key: who stands in a row, and the stamps that count, the first available wins.
EVENTS = {
    "analytics_event": (("client_id", "user_id"), ("event_at", "event_date")),
    "mail_activity": (("email", "email_md5"), ("happened_at",)),
    "mail_send": (("email", "email_md5"), ("sent_at",)),
    "service_event": (("account_id", "device_id"), ("happened_at",)),
}


def holders(entity: str) -> exp.Select:
    """Rows of an entity with a key: whose they are (`identity`: the key, or the person behind an address), and which columns are filled.

    `status` is that of a member of a list.
    """
    is_member = entity == "mail_member"
    identity = call("person_of", column("email"), column("email_md5")) if is_member else column("record_key")
    status = call("lower", call("trim", column("status"))) if is_member else null_as("VARCHAR")
    filled = [
        exp.Case(ifs=[exp.If(this=exp.not_(exp.Is(this=_value(name, kind), expression=exp.null())), true=text(name))])
        for name, kind in ((item.name, item.type) for item in RECORDS[entity].columns)
    ]
    made = [aliased(identity, "identity"), aliased(status, "status"), aliased(exp.Array(expressions=list(filled)), "filled")]
    names = [column(name) for name in ("source", "file", "snapshot_date", "record_key")]
    return select_from([*names, *made], exp.Table(this=exp.to_identifier(entity, quoted=True)))


def _value(name: str, kind: str) -> exp.Expr:
    """A column's value; a flag says whether something is there."""
    return exp.Nullif(this=column(name), expression=exp.false()) if kind == "BOOLEAN" else column(name)


def kept_keys(entity: str) -> exp.Select:
    """The keys of rows in `kept_row`."""
    rows = exp.Table(this=exp.to_identifier(entity, quoted=True), alias=exp.TableAlias(this=exp.to_identifier("staged")))
    names = [exp.column(name, table="staged") for name in ("source", "entity", "record_key")]
    return select_from(names, rows).distinct().join("kept_row", on=_same_row("kept_row"), copy=False)


def wanted(entity: str, names: Sequence[str]) -> exp.Select:
    """Columns of the rows in `wanted_record`."""
    rows = exp.Table(this=exp.to_identifier(entity, quoted=True), alias=exp.TableAlias(this=exp.to_identifier("staged")))
    columns = [exp.column(exp.to_identifier(name, quoted=True), table="staged") for name in ("source", "record_key", *names)]
    return select_from([*columns], rows).join("wanted_record", on=_same_row("wanted_record"), copy=False)


def _same_row(other: str) -> exp.Expr:
    pairs = [exp.EQ(this=exp.column(name, table="staged"), expression=exp.column(name, table=other)) for name in ("source", "file", "row")]
    return exp.and_(*pairs)


def event_rows(entity: str, identifiers: Sequence[str], times: Sequence[str]) -> exp.Select:
    """Rows of an entity without a lasting key, in one form: who it is (id_1, id_2), and the days of the stamp that counts.

    The entity's view must stand.
    """
    who = [aliased(cast(column(name), "VARCHAR"), f"id_{number}") for number, name in enumerate(identifiers, 1)]
    first, *others = times
    made = []
    for side in ("first_date", "last_date"):
        value = column(f"{first}_{side}")
        if others:
            is_empty = exp.EQ(this=column(f"{first}_issue"), expression=exp.Literal.string("DQ-TS-NULL"))
            value = exp.Case(ifs=[exp.If(this=is_empty, true=column(f"{others[0]}_{side}"))], default=value)
        made.append(aliased(value, side))
    names = [column(name) for name in ("source", "file", "row")]
    return select_from([*names, *who, *made], exp.Table(this=exp.to_identifier(entity, quoted=True)))
