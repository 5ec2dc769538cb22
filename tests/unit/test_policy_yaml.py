"""The packaged policy and its published schema: complete, consistent, and without sentences of the policy's text."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from houdbaar import resources
from houdbaar.errors import ContractError, PolicyError
from houdbaar.exports.entities import ENTITIES
from houdbaar.exports.located import read_yaml
from houdbaar.policy.calendar import Period
from houdbaar.policy.knobs import TYPES
from houdbaar.policy.load import load_policy, read_policy
from houdbaar.policy.located import Reader
from houdbaar.policy.model import Policy
from houdbaar.policy.words import ACTIONS, BOUNDARIES, GROUPS, KINDS, READABLE, REGISTERS, SEVERITIES, TRIGGERS
from small_policy import YAML as SMALL

SHARED = Path(__file__).parents[3] / "shared"
CLAUSE_LIST = SHARED / "clauses.psv"
TEXT = SHARED / "policy" / "privacy-policy-2022-01-13.nl.txt"
A_CODE = re.compile(r"`((?:RET|CON|SCP|DQ|DSR|POL|AUD)(?:-[A-Z0-9]+)+)`")
Document = dict[str, Any]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(resources.read_text("policy/policy.schema.json")))


def plain(text: str) -> Any:
    """The document as JSON would hold it: dates as text."""
    return Reader("x").parse(text).plain()


def test_there_are_72_clauses_each_checked_or_said_why_not(policy: Policy) -> None:
    assert len(policy.clauses) == 72
    assert all(bool(clause.check.codes) != bool(clause.check.reason) for clause in policy.clauses.values())
    assert all(clause.id.startswith("C-") for clause in policy.clauses.values())


def test_anchors_are_short_and_unique(policy: Policy) -> None:
    anchors = [clause.anchor for clause in policy.clauses.values()]
    assert len(set(anchors)) == 72
    assert max(len(anchor.split()) for anchor in anchors) <= 5


@pytest.mark.skipif(not CLAUSE_LIST.exists(), reason="the shared clause list is not at hand")
def test_clauses_are_those_of_the_list(policy: Policy) -> None:
    listed = [line.split("|") for line in CLAUSE_LIST.read_text(encoding="utf-8").splitlines() if line]
    assert [row[0] for row in listed] == list(policy.clauses)
    for row in listed:
        clause = policy.clauses[row[0]]
        assert (clause.section, clause.severity) == (row[1], row[11].strip()), clause.id
        assert clause.anchor in row[2], clause.id
        assert set(A_CODE.findall(row[10])) <= set(clause.check.codes), clause.id


@pytest.mark.skipif(not TEXT.exists(), reason="the policy's text is not at hand")
def test_no_run_of_six_words_is_taken_from_the_text() -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text.casefold())

    source, ours = words(TEXT.read_text(encoding="utf-8")), words(resources.read_text("policy/twingatrack.yaml"))
    runs = {tuple(source[n : n + 6]) for n in range(len(source) - 5)}
    assert [ours[n : n + 6] for n in range(len(ours) - 5) if tuple(ours[n : n + 6]) in runs] == []


def test_terms_of_this_policy(policy: Policy) -> None:
    rules = {
        rule.id: (rule.code, rule.clause, rule.entity, rule.trigger, rule.period_knob or str(rule.period), rule.severity)
        for rule in policy.rules.values()
    }
    assert rules == {
        "RET-ANA-26": ("RET-ANA-26", "C-52-1", "analytics_event", "event_at", "P26M", "high"),
        "RET-ANA-26-USER": ("RET-ANA-26", "C-52-1", "analytics_user", "last_active_at", "P26M", "high"),
        "RET-ANA-26-FIELD": ("RET-ANA-26", "C-52-1", "analytics_user", "first_touch_at", "P26M", "medium"),
        "RET-COOKIE-24": ("RET-COOKIE-24", "C-52-2", "cookie", "set_at", "P24M", "medium"),
        "RET-COOKIE-ROLL": ("RET-COOKIE-ROLL", "C-52-2", "cookie", "client_id", "P24M", "low"),
        "RET-COOKIE-ROLL-USER": ("RET-COOKIE-ROLL", "C-52-2", "analytics_user", "client_id", "P24M", "low"),
        "RET-COOKIE-ROLL-EVENT": ("RET-COOKIE-ROLL", "C-52-2", "analytics_event", "client_id", "P24M", "low"),
        "RET-MKT-12": ("RET-MKT-12", "C-52-4", "mail_member", "last_response_at", "P12M", "high"),
        "CON-SEND-LAPSED": ("CON-SEND-LAPSED", "C-52-4", "mail_send", "last_response_at", "P12M", "high"),
        "RET-SVC-12": ("RET-SVC-12", "C-52-5", "service_event", "happened_at", "P12M", "high"),
        "RET-MKT-RESIDUE": ("RET-MKT-RESIDUE", "C-52-4", "mail_member", "unsubscribed_at", "unsub.cleanup_days", "medium"),
        "RET-MKT-RESIDUE-ACTIVITY": ("RET-MKT-RESIDUE", "C-32-2", "mail_activity", "happened_at", "P12M", "medium"),
        "RET-PROFILE": ("RET-PROFILE", "C-21-5", "mail_member", "last_response_at", "P12M", "medium"),
        "RET-REL-END": ("RET-REL-END", "C-51-2", "account", "relation_ended_on", "relationship.grace_months", "medium"),
        "RET-REL-END-CONTACT": ("RET-REL-END", "C-51-2", "contact", "relation_ended_on", "relationship.grace_months", "medium"),
        "RET-REL-DORMANT": ("RET-REL-DORMANT", "C-51-2", "account", "last_activity_on", "relationship.dormancy_months", "low"),
        "RET-REL-DORMANT-CONTACT": ("RET-REL-DORMANT", "C-51-2", "contact", "last_activity_on", "relationship.dormancy_months", "low"),
        "RET-LEAD-12": ("RET-LEAD-12", "C-23-2", "contact", "last_contact_at", "lead.months", "medium"),
        "RET-COR-12": ("RET-COR-12", "C-23-7", "message", "closed_at", "correspondence.months", "medium"),
        "RET-SHIP-12": ("RET-SHIP-12", "C-33-2", "shipment", "delivered_at", "shipping.months", "medium"),
        "RET-STAT-OVER": ("RET-STAT-OVER", "C-51-3", "invoice", "fiscal_year_ended_on", "statutory.years", "medium"),
        "RET-STAT-OVER-OSS": ("RET-STAT-OVER", "C-51-3", "invoice", "fiscal_year_ended_on", "statutory.oss_years", "medium"),
        "RET-STAT-OVER-IMMOVABLE": ("RET-STAT-OVER", "C-51-3", "invoice", "fiscal_year_ended_on", "statutory.immovable_years", "medium"),
        "RET-STAT-OVER-PAYMENT": ("RET-STAT-OVER", "C-51-3", "payment", "fiscal_year_ended_on", "statutory.years", "medium"),
        "RET-STAT-OVER-PAYMENT-OSS": ("RET-STAT-OVER", "C-51-3", "payment", "fiscal_year_ended_on", "statutory.oss_years", "medium"),
        "RET-STAT-OVER-PAYMENT-IMMOVABLE": (
            "RET-STAT-OVER",
            "C-51-3",
            "payment",
            "fiscal_year_ended_on",
            "statutory.immovable_years",
            "medium",
        ),
        "RET-STAT-FIELDS": ("RET-STAT-FIELDS", "C-51-3", "invoice", "fiscal_year_ended_on", "statutory.years", "medium"),
        "RET-SECRET": ("RET-SECRET", "C-24-3", "account", "closed_at", "P0D", "high"),
        "RET-ID-DOC": ("RET-ID-DOC", "C-23-9", "request", "verified_at", "dsr.id_doc_days", "high"),
        "RET-DPA-END": ("RET-DPA-END", "C-24-1", "device", "contract_ended_on", "dpa.return_days", "high"),
        "RET-DSR-LOG": ("RET-DSR-LOG", "C-81-2", "request", "closed_at", "dsr.log_months", "low"),
    }
    assumed = ("RET-REL-", "RET-LEAD-", "RET-COR-", "RET-SHIP-", "RET-DSR-LOG")
    assert {rule.id for rule in policy.rules.values() if rule.is_assumed} == {name for name in rules if name.startswith(assumed)}
    assert all(rule.purpose.startswith("P-") and policy.boundary(rule) == "inclusive" for rule in policy.rules.values())


def test_the_version_starts_on_the_date_at_its_head(policy: Policy) -> None:
    assert policy.version_at(date(2022, 1, 12)) is None
    found = policy.version_at(date(2022, 1, 13))
    assert found is not None
    assert found.id == "13-01-2022"


def test_every_code_has_a_place(policy: Policy) -> None:
    """A clause lists it, or it is about the audit, the data, or the text."""
    homeless = [code.code for code in policy.codes.values() if not code.clauses and code.group not in ("quality", "audit")]
    assert homeless == [code.code for code in policy.codes.values() if code.kind == "text" and not code.clauses]
    assert {code.code for code in policy.codes.values() if code.kind == "text"} == {defect.code for defect in policy.defects}


def test_term_codes_are_the_ones_with_term_verdicts(policy: Policy) -> None:
    ends = "ANA-26 MKT-12 SVC-12 REL-END REL-DORMANT LEAD-12 COR-12 SHIP-12 STAT-OVER SECRET ID-DOC DPA-END DSR-LOG PROFILE".split()
    assert {code.code for code in policy.codes.values() if code.kind == "term"} == {f"RET-{end}" for end in ends}


def test_unusable_stamps_are_high_where_persons_are_followed(policy: Policy) -> None:
    for code in policy.codes.values():
        if code.kind == "reason":
            assert [code.severity_in(category) for category in ("ANA", "MKT", "SVC", "FIN", "CK")] == ["high"] * 3 + ["medium"] * 2


def test_knobs_have_the_documented_defaults(policy: Policy) -> None:
    expected = {
        "time.zone": "Europe/Amsterdam",
        "time.boundary": "inclusive",
        "time.future_tolerance": timedelta(hours=24),
        "time.soon_days": 30,
        "marketing.opens": "never",
        "marketing.purchase_counts": "attributed",
        "marketing.login_counts": False,
        "marketing.bot_click_seconds": 10,
        "marketing.response_scope": "person",
        "suppression.months": None,
        "service.trigger": "event",
        "statutory.fiscal_year_end": "12-31",
        "aggregate.k": 10,
        "dq.max_undetermined_pct": 5,
        "coverage.grace_days": 7,
        "ga.expand_client_id": "false",
        "policy.dpo_contact": None,
        "dsr.extra_holidays": (),
        "email.domain_aliases": {},
        "severity.bulk": 1000,
    }
    assert {name: policy.knob(name) for name in expected} == expected
    assert policy.knob("time.min_plausible")["ANA"] == date(2005, 11, 14)
    assert len(policy.knob("statutory.fields")) == 15
    assert policy.changed_knobs() == {}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("statutory.fields", "amount,amout", 'unknown word "amout" — did you mean "amount"'),
        ("rules.RET-ANA-26.boundary", "instant", "an audit's as-of is a date"),
    ],
)
def test_knobs_say_why_they_refuse_a_value(policy: Policy, name: str, value: str, why: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(why)):
        policy.with_knobs({name: value})


def test_every_default_is_a_value_that_its_knob_takes(policy: Policy) -> None:
    for knob in policy.knobs.values():
        if knob.default is not None:
            assert knob.parse(knob.shown(knob.default)) == knob.default


@pytest.mark.parametrize(
    ("name", "value"), [("time.retention_rolls", True), ("time.retention_rolls", "true"), ("service.trigger", "contract_end")]
)
def test_a_reading_that_no_check_knows_is_refused(policy: Policy, name: str, value: object) -> None:
    with pytest.raises(PolicyError, match="can't be used"):
        policy.with_knobs({name: value})


def test_triggers_are_columns_of_the_entities() -> None:
    worked_out = {"last_response_at", "client_id", "relation_ended_on", "last_activity_on", "fiscal_year_ended_on"}
    assert set(TRIGGERS) - set(REGISTERS) == set(ENTITIES) - set(REGISTERS)
    for entity in set(TRIGGERS) & set(ENTITIES):
        assert set(TRIGGERS[entity]) - worked_out <= set(ENTITIES[entity].names)


# ---- the published schema ----


def test_the_schema_holds_for_the_policy(schema: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(schema.schema)
    for text in (resources.read_text("policy/twingatrack.yaml"), SMALL):
        assert [f"{list(error.path)}: {error.message}" for error in schema.iter_errors(plain(text))] == []


def test_the_schema_knows_the_loaders_words(schema: Draft202012Validator) -> None:
    defs = schema.schema["$defs"]
    rule, code = defs["rule"]["properties"], defs["code"]["properties"]
    assert defs["severity"]["enum"] == list(SEVERITIES)
    assert code["group"]["enum"] == list(GROUPS)
    assert code["kind"]["enum"] == list(KINDS)
    assert code["reads"]["items"]["enum"] == list(READABLE)
    assert rule["entity"]["enum"] == list(TRIGGERS)
    assert rule["boundary"]["enum"] == list(BOUNDARIES)
    assert rule["action"]["enum"] == list(ACTIONS)
    assert rule["trigger"]["enum"] == rule["fallback"]["enum"] == sorted({column for each in TRIGGERS.values() for column in each})
    assert defs["knob"]["properties"]["type"]["enum"] == list(TYPES)


def keys_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of all keys, one entry of each list and of each mapping whose keys are free."""
    if isinstance(value, dict):
        is_free = path[-1:] in {("codes",), ("knobs",), ("categories",), ("purposes",), ("refused",), ("default",), ("severity_for",)}
        for key in [] if is_free else value:
            yield (*path, key)
        for key, each in value.items():
            yield from keys_of(each, (*path, key))
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from keys_of(each, (*path, number))


def spoilt(document: Document, path: tuple[str | int, ...], spoil: Callable[[Any, Any], None]) -> Document:
    """A copy in which the mapping that holds the path's last key is changed."""
    copied = copy.deepcopy(document)
    holder: Any = copied
    for step in path[:-1]:
        holder = holder[step]
    spoil(holder, path[-1])
    return copied


def is_refused_by_loader(document: Document) -> bool:
    try:
        read_policy(json.dumps(document), "x")  # JSON is YAML too
    except PolicyError:
        return True
    return False


def shortened() -> Document:
    """The small policy with one or two entries of each part, which is quicker to load."""
    document: Document = plain(SMALL)
    kept = ("time.zone", "time.boundary", "time.soon_days", "time.future_tolerance", "marketing.login_counts", "policy.dpo_contact")
    document["knobs"] = {name: document["knobs"][name] for name in kept}
    document["defects"] = [{**document["defects"][1], "code": "POL-SOFT-WORD"}]
    document["codes"] = {name: document["codes"][name] for name in ("RET-ANA-18", "RET-MKT-24", "POL-SOFT-WORD")}
    return document


SHORT = shortened()


def kind_of(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The path without the names and numbers of entries: one code, one rule, one knob stands for all."""
    return tuple("*" if isinstance(step, int) or path[:depth] in {("codes",), ("knobs",)} else str(step) for depth, step in enumerate(path))


PATHS = sorted({kind_of(path): path for path in keys_of(SHORT)}.values(), key=str)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_schema_and_loader_both_refuse_a_misspelt_key(path: tuple[str | int, ...], schema: Draft202012Validator) -> None:
    def misspell(holder: Any, key: Any) -> None:
        holder[f"{key}x"] = holder.pop(key)

    document = spoilt(SHORT, path, misspell)
    assert not schema.is_valid(document)
    assert is_refused_by_loader(document)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_schema_and_loader_agree_on_a_missing_key(path: tuple[str | int, ...], schema: Draft202012Validator) -> None:
    document = spoilt(SHORT, path, lambda holder, key: holder.pop(key))
    if path[:1] == ("rules",) or path[0] in ("codes", "knobs", "categories", "purposes"):
        # What is missing there can also break a reference, which only the loader sees.
        assert schema.is_valid(document) or is_refused_by_loader(document)
    else:
        assert schema.is_valid(document) != is_refused_by_loader(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rules", 0, "period"), "18 months"),
        (("rules", 0, "period"), "PT18M"),
        (("rules", 0, "period"), "P"),
        (("rules", 0, "boundary"), "instant"),
        (("rules", 0, "severity"), "hi"),
        (("rules", 0, "entity"), "analytic_event"),
        (("rules", 0, "trigger"), "happend_at"),
        (("rules", 0, "action"), "burn"),
        (("rules", 0, "purpose"), "scope"),
        (("rules", 0, "assumed"), "yes"),
        (("clauses", 0, "anchor"), "een twee drie vier vijf zes"),
        (("clauses", 0, "check"), {}),
        (("clauses", 0, "check"), {"codes": []}),
        (("clauses", 0, "check"), {"none": "x", "manual": "y"}),
        (("clauses", 0, "category"), "ANA"),
        (("versions",), []),
        (("versions", 0, "effective_from"), "1 maart 2023"),
        (("versions", 0, "text_sha256"), "abc"),
        (("codes", "RET-ANA-18", "kind"), "terms"),
        (("codes", "RET-ANA-18", "reads"), ["everything"]),
        (("codes", "RET-ANA-18", "severity_for"), {"ANA": "urgent"}),
        (("defects", 0, "when"), {"section": "2"}),
        (("knobs", "time.soon_days", "default"), -3),
        (("knobs", "time.soon_days", "default"), "soon"),
        (("knobs", "time.soon_days", "type"), "int"),
        (("knobs", "time.future_tolerance", "default"), "a day"),
        (("knobs", "marketing.login_counts", "default"), "perhaps"),
        (("knobs", "time.boundary", "choices"), []),
    ],
    ids=str,
)
def test_schema_and_loader_both_refuse_a_wrong_value(path: tuple[str | int, ...], value: Any, schema: Draft202012Validator) -> None:
    document = spoilt(SHORT, path, lambda holder, key: holder.__setitem__(key, value))
    assert not schema.is_valid(document)
    assert is_refused_by_loader(document)


@pytest.mark.parametrize("text", ["P26M", "P2Y", "P30D", "P4W", "P1Y6M", "P0D", "P", "26M", "P26", "P-1M", "P1.5M", "PT1H", "P1M1Y"])
def test_schema_and_calendar_agree_on_periods(text: str, schema: Draft202012Validator) -> None:
    document = spoilt(SHORT, ("rules", 0, "period"), lambda holder, key: holder.__setitem__(key, text))
    try:
        Period.parse(text)
    except PolicyError:
        assert not schema.is_valid(document)
    else:
        assert schema.is_valid(document)


@pytest.mark.parametrize("text", ["[" * 200_000, "a: " + "{b: " * 50_000, "- " * 100_000])
def test_yaml_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match=r"mine\.yaml:1: no valid YAML: nested too deeply"):
        Reader("mine.yaml").parse(text)
    with pytest.raises(ContractError, match=r"mine\.yaml:1: this is no valid YAML"):
        read_yaml(text, "mine.yaml")
