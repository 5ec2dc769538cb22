"""Makes the packaged suites of expectations (`make expectations`) from the entities and the policy, so that neither is said twice.

An expectation's `meta.houdbaar` says what it is `about`, which `columns` it reads where its arguments don't, and what it `needs`:
columns without which it would have nothing to look at. Its id is made of suite, subject and column, and stays when its arguments change.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from houdbaar.checks.catalog import checks
from houdbaar.exports.entities import IDENTIFIERS, MONEY, PAIRS, RECORDS, Entity
from houdbaar.exports.syntax import aliased, call, column, sql_of, text
from houdbaar.exports.views import EVENT_KEYS, LOCATION, view_columns
from houdbaar.gates.expectation import GX_SEVERITY_OF, POLICY_SUITE
from houdbaar.ledger.holds import KINDS as HOLD_KINDS
from houdbaar.ledger.requests import LANGUAGES, RIGHTS, STATES
from houdbaar.ledger.steps import OUTCOMES
from houdbaar.policy.words import FAILING

if TYPE_CHECKING:
    from houdbaar.policy.model import Code, Policy

Suite = dict[str, Any]

_NAMESPACE = uuid.UUID("6f0d7c1e-5f2b-5b43-9c55-0d4a7f6b2a10")
_RANGES: Mapping[str, tuple[int | None, int | None]] = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "aggregate_count": (1, None),
    "max_age_seconds": (0, None),
    "bundle_sequence_id": (0, None),
    "fiscal_year": (1980, 2119),
    "max_records": (0, None),
    "records": (0, None),
    "event_months": (0, None),
    "user_months": (0, None),
}
_MAIL_KINDS = "open click reply form survey opt_in confirm preference order bounce unsubscribe complaint".split()
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "analytics_event": {"analytics_consent": ("granted", "denied", "unset"), "ads_consent": ("granted", "denied", "unset")},
    "mail_member": {"status": ("subscribed", "unsubscribed", "cleaned", "pending", "nonsubscribed", "archived")},
    "mail_activity": {"kind": tuple(_MAIL_KINDS)},
    "mail_send": {"category": ("marketing", "survey", "service")},
    "mail_campaign": {"category": ("marketing", "survey", "service")},
    "order": {"status": ("open", "completed", "cancelled")},
    "message": {"channel": ("mail", "chat", "call", "form")},
    "hold": {"kind": HOLD_KINDS, "identifier_kind": IDENTIFIERS},
    "request": {"right": RIGHTS, "state": STATES, "outcome": OUTCOMES, "language": LANGUAGES},
    "objection": {"kind": ("marketing", "situation"), "identifier_kind": IDENTIFIERS},
    "consent": {"identifier_kind": IDENTIFIERS},
    "disclosure": {"recipient_kind": ("partner", "logistics", "auditor", "lawyer", "adviser", "authority", "other")},
    "transfer": {"instrument": ("adequacy", "dpf", "scc", "bcr", "derogation")},
    "notice": {"kind": ("article_19", "policy_change")},
}
_IMPLAUSIBLE = ("DQ-TS-IMPLAUSIBLE", "DQ-TS-PARSE", "DQ-TS-SENTINEL", "DQ-TS-UNIT")


def suites(policy: Policy) -> dict[str, Suite]:
    """Every packaged suite by name: one of each entity, and that of the policy."""
    return {**{entity.name: _entity_suite(entity, policy) for entity in RECORDS.values()}, POLICY_SUITE: policy_suite(policy)}


def suite_text(suite: Suite) -> str:
    """A suite as GX's own store writes it."""
    return json.dumps(suite, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def policy_suite(policy: Policy) -> Suite:
    """The expectations that `finding` holds no row of a code that fails, whoever found it: the audit's SQL stays the only definition."""
    return _suite(POLICY_SUITE, [_expected_code(code) for code in findable(policy)])


def findable(policy: Policy) -> list[Code]:
    """The codes of which an audit can find something: others are reasons of a verdict, or what nobody but a reader of the text sees."""
    looked_for = {check.code for check in checks()}
    return [code for code in policy.codes.values() if code.kind in ("term", "test") or code.code in looked_for]


def _suite(name: str, expectations: list[dict[str, Any]]) -> Suite:
    return {
        "expectations": [{"id": _id(name, each), **each} for each in expectations],
        "id": str(uuid.uuid5(_NAMESPACE, name)),
        "meta": {},
        "name": name,
        "notes": None,
    }


def _id(suite: str, expectation: Mapping[str, Any]) -> str:
    said = expectation["meta"]["houdbaar"]
    return str(uuid.uuid5(_NAMESPACE, "|".join((suite, said["about"], said.get("code", ""), *said["columns"]))))


def _expectation(kind: str, severity: str, about: str, columns: tuple[str, ...], **more: Any) -> dict[str, Any]:
    said = {"about": about, "columns": list(columns), **more.pop("said", {})}
    return {"type": kind, "kwargs": more, "meta": {"houdbaar": said}, "severity": severity}


def _rows(*selected: exp.Expression) -> exp.Select:
    """A query over what GX puts in the place of {batch}: any row of it is not as expected."""
    return exp.select(*selected).from_(exp.Table(this=exp.to_identifier("{batch}", quoted=False)))


def _unexpected(query: exp.Select, severity: str, about: str, columns: tuple[str, ...], **said: Any) -> dict[str, Any]:
    return _expectation("unexpected_rows_expectation", severity, about, columns, unexpected_rows_query=sql_of(query), said=said)


def _among(value: exp.Expression, words: Iterable[str]) -> exp.Expression:
    return exp.In(this=value, expressions=[text(word) for word in words])


def _expected_code(code: Code) -> dict[str, Any]:
    status = exp.Coalesce(this=column("status"), expressions=[text("new")])
    query = _rows(column("finding_id")).where(
        exp.EQ(this=column("code"), expression=text(code.code)),
        _among(column("verdict"), sorted(FAILING)),
        exp.NEQ(this=status, expression=text("accepted")),
    )
    made = _unexpected(query, GX_SEVERITY_OF[code.severity], "no finding", (), code=code.code, clauses=list(code.clauses))
    return {**made, "description": f"{code.code}: {code.meaning}"}


def _entity_suite(entity: Entity, policy: Policy) -> Suite:
    return _suite(entity.name, [*_shape(entity, policy), *_keys(entity, policy), *_values(entity, policy), *_times(entity, policy)])


def _gravity(policy: Policy, code: str, entity: Entity) -> str:
    """As grave as the policy takes the finding of the same trouble."""
    return GX_SEVERITY_OF[policy.codes[code].severity_in(entity.category)]


def _shape(entity: Entity, policy: Policy) -> Iterator[dict[str, Any]]:
    names = [*LOCATION, *view_columns(entity.name)]
    severity = _gravity(policy, "DQ-SCHEMA", entity)
    yield _expectation("expect_table_columns_to_match_set", severity, "columns", (), column_set=names, exact_match=True)
    # One expectation for all columns: GX takes longer over each of its own than DuckDB over all of them.
    wrong = [exp.NEQ(this=call("typeof", column(item.name)), expression=text(_shown_type(item.type))) for item in entity.columns]
    yield _unexpected(_rows(column("row")).where(exp.or_(*wrong)), severity, "types", ())


def _shown_type(kind: str) -> str:
    """A type as DuckDB's typeof() writes it."""
    return {
        "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
        MONEY: MONEY.replace(" ", ""),
        PAIRS: 'STRUCT("key" VARCHAR, "value" VARCHAR)[]',
    }.get(kind, kind)


def _keys(entity: Entity, policy: Policy) -> Iterator[dict[str, Any]]:
    """A key that is there, and stands once in a snapshot. Of mail, an address or its hash will do: a list alone is no member."""
    severity = _gravity(policy, "DQ-ID-NULL", entity)
    if entity.name == "mail_member":
        addresses = ("email", "email_md5")
        query = _rows(column("row")).where(*(column(name).is_(exp.null()) for name in addresses))
        yield _unexpected(query, severity, "key", addresses, needs_any=[*addresses])
    elif entity.keys:
        key = entity.key[0] if len(entity.key) == 1 else "record_key"
        yield _expectation("expect_column_values_to_not_be_null", severity, "key", (key,), column=key)
    # Several rows can share a key for a reason (lines of an order): whole rows that repeat are a finding, DQ-ROW-DUP.
    repeated = ("record_key",) if entity.keys else EVENT_KEYS[entity.name]
    places = [column(name) for name in ("snapshot_date", *repeated)]
    many = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    query = _rows(aliased(exp.Count(this=exp.Star()), "copies")).group_by(*places).having(many)
    if entity.keys:
        query = query.where(column("record_key").is_(exp.null()).not_())
    yield _unexpected(query, "info", "no duplicates", repeated, needs_any=[*repeated])


def _values(entity: Entity, policy: Policy) -> Iterator[dict[str, Any]]:
    severity = _gravity(policy, "DQ-SCHEMA", entity)
    for name, (least, most) in _RANGES.items():
        if name in entity.names or name == "aggregate_count":
            limits = {"min_value": least, "max_value": most}
            yield _expectation("expect_column_values_to_be_between", severity, "range", (name,), column=name, **limits)
    for name, words in _WORDS.get(entity.name, {}).items():
        if entity.kind == "export":
            yield _expectation("expect_column_values_to_be_in_set", severity, "allowed values", (name,), column=name, value_set=[*words])
        else:  # people write them, and the checks take Access for access
            said = _among(call("lower", call("trim", column(name))), words).not_()
            yield _unexpected(_rows(column("row")).where(said), severity, "allowed values", (name,), needs=[name])


def _times(entity: Entity, policy: Policy) -> Iterator[dict[str, Any]]:
    """Stamps that can be used, none after the export was made, and an export that is not of last month."""
    kind = "expect_column_values_to_not_be_in_set"
    for item in entity.columns:
        if not item.is_stamp:
            continue
        issue, said = f"{item.name}_issue", {"needs": [item.name]}
        severity = _gravity(policy, "DQ-TS-IMPLAUSIBLE", entity)
        # Far in the future, an end says that there is none.
        unusable = [code for code in _IMPLAUSIBLE if code != "DQ-TS-SENTINEL" or item.name not in entity.ends]
        yield _expectation(kind, severity, "usable stamps", (issue,), column=issue, value_set=unusable, said=said)
        if entity.kind == "export" and item.name not in entity.ends:
            said = {"needs": [item.name, "snapshot_at"]}
            severity = _gravity(policy, "DQ-TS-FUTURE", entity)
            yield _expectation(kind, severity, "no future stamps", (issue,), column=issue, value_set=["DQ-TS-FUTURE"], said=said)
    if entity.kind == "export":
        newest, stale = exp.Max(this=column("snapshot_date")), exp.select("stale_date").from_("gate_day").subquery()
        query = _rows(column("source")).group_by(column("source")).having(exp.LTE(this=newest, expression=stale))
        yield _unexpected(query, "warning", "freshness", ("snapshot_date",), needs=["snapshot_date"])
