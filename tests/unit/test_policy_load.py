"""Loading a policy: what is wrong is refused, all of it at once, with line and nearest right word, and never with a traceback."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houdbaar.errors import PolicyError
from houdbaar.policy.calendar import Period
from houdbaar.policy.load import load_policy, read_policy
from houdbaar.policy.model import Policy
from small_policy import YAML


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(YAML, "small.yaml")


def problems(text: str) -> list[str]:
    """What the loader says about a text, a problem a line."""
    with pytest.raises(PolicyError) as caught:
        read_policy(text, "small.yaml")
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


def line_of(text: str, needle: str) -> int:
    """The 1-based line of the first occurrence."""
    return text[: text.index(needle)].count("\n") + 1


def changed(old: str, new: str) -> str:
    """The small policy with one thing changed."""
    assert old in YAML
    return YAML.replace(old, new, 1)


def test_a_sound_policy_is_read(policy: Policy) -> None:
    assert policy.id == "bakkerij"
    assert policy.rules["RET-ANA-18"].period == Period(months=18)
    assert policy.rules["RET-ANA-18"].severity == "high"
    assert policy.rules["RET-ANA-18"].fallback == "event_date"
    assert policy.rules["RET-MKT-24"].period == Period(months=24)
    assert policy.rules["RET-MKT-24"].severity == "low"
    assert policy.rules_of("RET-MKT-24") == (policy.rules["RET-MKT-24"],)
    assert policy.codes["RET-ANA-18"].clauses == ("C-1",)
    assert policy.codes["RET-MKT-24"].severity_in("MKT") == "medium"
    assert policy.codes["RET-MKT-24"].severity_in("ANA") == "high"
    assert [clause.check.kind for clause in policy.clauses.values()] == ["codes", "codes", "manual"]
    assert len(policy.digest) == 64


def test_the_version_in_force(policy: Policy) -> None:
    assert policy.version_at(date(2023, 2, 28)) is None
    assert policy.version_at(date(2023, 3, 1)) == policy.versions[0]


def test_the_newest_version_wins_whatever_its_place_in_the_file() -> None:
    second = '  - {id: "01-01-2020", effective_from: 2020-01-01}\ncategories:'
    policy = read_policy(changed("categories:", second), "small.yaml")
    assert [version.id for version in policy.versions] == ["01-01-2020", "01-03-2023"]
    found = policy.version_at(date(2022, 1, 1))
    assert found is not None
    assert found.id == "01-01-2020"
    assert found.text_sha256 is None


def test_a_misspelt_key_is_named_with_line_and_nearest_word() -> None:
    text = changed("period: P18M", "perod: P18M")
    line = line_of(text, "perod")
    rule_line = line_of(text, "- id: RET-ANA-18")
    assert problems(text) == [
        f'small.yaml:{rule_line}: a rule lacks "period"',
        f'small.yaml:{line}: unknown key "perod" — did you mean "period"?',
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("period: P18M", "period: 18 months", 'period "18 months" can\'t be understood — did you mean "P18M"?'),
        ("period: P18M", "period: PT18M", "period"),
        ("period: P18M", "period: 18", "period has to be ISO 8601"),
        ("period: P18M", "period:", "period has to be ISO 8601"),
        ("period: P18M", "period: [P18M]", "period has to be ISO 8601"),
        ("code: RET-ANA-18", "code: RET-ANA-81", 'unknown code "RET-ANA-81" — did you mean "RET-ANA-18"?'),
        ("codes: [RET-ANA-18]", "codes: [RET-ANA-81]", 'unknown code "RET-ANA-81"'),
        ("codes: [RET-ANA-18]", "codes: [RET-MKT-24]", 'clause "C-1" does not list code "RET-ANA-18"'),
        ("codes: [RET-ANA-18]", "codes: []", "codes is empty"),
        ("codes: [RET-ANA-18]", "codes: RET-ANA-18", "code has to be a list"),
        ("{codes: [RET-ANA-18]}", '{codes: [RET-ANA-18], none: "x"}', "exactly one of codes, manual, none"),
        ("{codes: [RET-ANA-18]}", "{}", "exactly one of codes, manual, none"),
        ("{codes: [RET-ANA-18]}", "RET-ANA-18", "check has to be a mapping"),
        ("clause: C-1", "clause: C-11", 'unknown clause "C-11" — did you mean "C-1"?'),
        ("purpose: P-ANALYTICS", "purpose: P-ANALYTIC", 'unknown purpose "P-ANALYTIC" — did you mean "P-ANALYTICS"?'),
        ("purpose: P-ANALYTICS", "purpose: scope", 'unknown purpose "scope"'),
        ("purpose: P-ANALYTICS", "purpose: [P-ANALYTICS, P-MARKETING]", "purpose has to be text"),
        ("purpose: [P-ANALYTICS]", "purpose: [P-ANALYTIC]", 'unknown purpose "P-ANALYTIC"'),
        ("category: [ANA]", "category: [ANNA]", 'unknown category "ANNA" — did you mean "ANA"?'),
        ("category: [ANA]", "category: [ANA, ANA]", "stands here twice"),
        ("entity: analytics_event", "entity: analytic_events", 'unknown entity "analytic_events" — did you mean "analytics_event"?'),
        ("trigger: event_at", "trigger: event_on", "unknown trigger column"),
        ("trigger: event_at", "trigger: happened_at", "unknown trigger column"),
        ("boundary: exclusive", "boundary: exclusiv", 'unknown boundary "exclusiv" — did you mean "exclusive"?'),
        ("severity: low\n    action", "severity: lo\n    action", 'unknown severity "lo" — did you mean "low"?'),
        ("action: delete", "action: remove", 'unknown action "remove"'),
        ("assumed: false", "assumed: maybe", "assumed has to be true or false"),
        ("anchor: alle klanten", "anchor: alle klanten van de hele bakkerij", "anchor has 6 words"),
        ("anchor: alle klanten", "anchor:", "anchor has to be text"),
        ("severity: info", "severity: 3", "severity has to be text"),
        ("group: retention", "group: retentie", 'unknown group "retentie"'),
        ("kind: term", "kind: terms", 'unknown kind "terms" — did you mean "term"?'),
        ("reads: [analytics_event]", "reads: [analytics]", 'unknown entity or register "analytics"'),
        ("knobs: [time.zone, time.boundary]", "knobs: [time.zon]", 'unknown knob "time.zon" — did you mean "time.zone"?'),
        ("severity_for: {MKT: medium}", "severity_for: {MTK: medium}", 'unknown key "MTK" — did you mean "MKT"?'),
        ("effective_from: 2023-03-01", "effective_from: 1-3-2023", 'effective_from "1-3-2023" is no date'),
        ("effective_from: 2023-03-01", "effective_from: 2023-02-30", "is no date"),
        ("effective_from: 2023-03-01", "effective_from: 20230301", "effective_from has to be text"),
        ("text_sha256: 0000", "text_sha256: 00xx", "64 hexadecimal digits"),
        ("default: Europe/Amsterdam", "default: Europe/Amsterdm", 'unknown time zone "Europe/Amsterdm"'),
        ("default: inclusive", "default: instant", '"instant" can\'t be used: it needs a clock time'),
        ("default: 30", "default: thirty", "a whole number from 0 expected"),
        ("default: 30", "default: -1", "a whole number from 0 expected"),
        ("type: integer,", "type: intger,", 'unknown type "intger" — did you mean "integer"?'),
        ("    choices: [inclusive, exclusive]\n", "", "knob time.boundary lacks its choices"),
        ("    when: {trailing", "    wen: {trailing", 'unknown key "wen" — did you mean "when"?'),
        ('{trailing: "0"}', '{section: "2"}', "when needs one of any, all, none, trailing"),
        ("any: [meestal, doorgaans]", "any: [een twee drie vier vijf zes]", "any has 6 words"),
        ("knob: policy.dpo_contact", "knob: policy.dpo", 'unknown knob "policy.dpo"'),
        ("- id: C-2", "- id: C-1", 'clause "C-1" stands here twice'),
        ("- id: RET-MKT-24", "- id: RET-ANA-18", 'rule "RET-ANA-18" stands here twice'),
        ("    duty: all customers", "    dutie: all customers", 'unknown key "dutie" — did you mean "duty"?'),
        ("    action: delete", "    action: delete\n    action: delete", 'key "action" stands here twice'),
        ("title: Priv", "titel: Priv", 'unknown key "titel" — did you mean "title"?'),
        ("title: Privacybeleid van een bakkerij", "title: !!python/name:os.system x", "YAML tags such as python/name:os.system"),
        ("title: Privacybeleid van een bakkerij", "title: !secret x", "YAML tags such as !secret"),
        ("title: Privacybeleid van een bakkerij", "title: &a x\nid: *a", "aliases aren't allowed"),
    ],
)
def test_what_is_wrong_is_named_on_its_line(old: str, new: str, message: str) -> None:
    text = changed(old, new)
    found = problems(text)
    assert any(message in each for each in found), found
    assert all(each.startswith("small.yaml:") for each in found)


def test_problems_are_reported_together_by_line() -> None:
    text = changed("period: P18M", "period: P18")
    text = text.replace("action: archive", "action: archiv").replace("severity: info", "severity: inf", 1)
    found = problems(text)
    lines = [int(each.split(":")[1]) for each in found]
    assert len(found) == 3
    assert lines == sorted(lines) == [line_of(text, "severity: inf"), line_of(text, "P18\n"), line_of(text, "action: archiv")]


def test_missing_parts_are_named() -> None:
    found = problems("id: x\nrulez: []\n")
    assert 'small.yaml:2: unknown key "rulez" — did you mean "rules"?' in found
    assert sum('a policy lacks "' in each for each in found) == 7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "---\n",
        "just words",
        "- a\n- list\n",
        "42",
        "a: [1, 2",
        "a: b: c",
        "\ta: b",
        "a:\n\t- b",
        "a: 'open",
        "? [complex, key]\n: value",
        "&a [*a]",
        "a: *missing",
        "a: 1\n--- \nb: 2",
        "%YAML 9.9\n---\na: b",
        "%FOO\n---\na: b",
        "a: \x07",
        "a: \x00b",
        "{" * 600,
        "[" * 600 + "]" * 600,
        "<<: {a: 1}",
        "!!set {a, b}",
        "!!binary aGVsbG8=",
        "a: " + "9" * 5000,
        "\ufeffid: x",
        "id: {}\nversions: 1\ncategories: []\npurposes: x\nclauses: {}\nrules: x\ncodes: []\nknobs: 1\n",
        "id: x\nversions: []\ncategories: {A: }\npurposes: {1: 2}\n"
        "clauses: [1, {}, [], null]\nrules: [null, {id: 3}]\ncodes: {X: 1}\nknobs: {k: {}}\n",
    ],
)
def test_malformed_files_are_refused_without_a_traceback(text: str) -> None:
    assert all(each.startswith("small.yaml:") for each in problems(text))


LINES = YAML.splitlines()


def read_or_refuse(text: str) -> None:
    """Any error but PolicyError fails the test."""
    with suppress(PolicyError):
        read_policy(text, "small.yaml")


@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["", "  - x", "\t", "{", "[", "'", '"', ": :", "x: !!y", "&a", "*a", "- - -", "? ", "%", "\x01", "null"]),
)
def test_a_broken_line_never_crashes_the_loader(number: int, line: str) -> None:
    read_or_refuse("\n".join([*LINES[:number], line, *LINES[number + 1 :]]))


@settings(max_examples=30)
@given(st.integers(0, len(YAML)), st.integers(0, 40), st.text(st.sampled_from("abZ:-[]{}\"'&*!|>#%@` \t\n0129.,?"), max_size=6))
def test_a_slip_anywhere_never_crashes_the_loader(start: int, length: int, new: str) -> None:
    read_or_refuse(YAML[:start] + new + YAML[start + length :])


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(changed("bakkerij\n", "bakkerij\n# caf\xe9\n").encode("latin-1"))
    with pytest.raises(PolicyError, match=r"latin\.yaml:2: the file isn't UTF-8"):
        load_policy(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_is_loaded_from_its_path(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(YAML, encoding=encoding)
    assert load_policy(str(file)).id == "bakkerij"
    assert load_policy(file).origin == str(file)


def test_a_path_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="can't be read"):
        load_policy(tmp_path / "absent.yaml")
    with pytest.raises(PolicyError, match="can't be read"):
        load_policy(tmp_path)
    with pytest.raises(PolicyError, match="can't be read"):
        load_policy("a\x00b.yaml")


def test_a_misspelt_packaged_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(PolicyError, match='did you mean "twingatrack"'):
        load_policy("twingatrak")
    with pytest.raises(PolicyError, match="give a path instead"):
        load_policy("our-zzz")


@pytest.mark.parametrize(
    ("name", "value", "expected", "shown"),
    [
        ("time.boundary", "exclusive", "exclusive", "exclusive"),
        ("time.soon_days", "14", 14, 14),
        ("time.soon_days", 0, 0, 0),
        ("time.future_tolerance", "90m", timedelta(minutes=90), "90m"),
        ("time.future_tolerance", "2d", timedelta(days=2), "48h"),
        ("time.zone", "UTC", "UTC", "UTC"),
        (
            "time.min_plausible",
            "ANA:2010-01-01",
            {"ANA": date(2010, 1, 1), "MKT": date(2000, 1, 1)},
            {"ANA": "2010-01-01", "MKT": "2000-01-01"},
        ),
        ("time.min_plausible", {"MKT": date(2010, 1, 1)}, {"ANA": date(2005, 11, 14), "MKT": date(2010, 1, 1)}, None),
        ("marketing.login_counts", "true", True, True),
        ("marketing.login_counts", True, True, True),
        ("suppression.months", "24", 24, 24),
        ("statutory.fiscal_year_end", "06-30", "06-30", "06-30"),
        ("statutory.fields", "amount, paid_at", ("amount", "paid_at"), ["amount", "paid_at"]),
        ("statutory.fields", ["amount"], ("amount",), ["amount"]),
        ("statutory.fields", '["amount", "paid_at"]', ("amount", "paid_at"), ["amount", "paid_at"]),
        ("dsr.extra_holidays", "2026-05-15", (date(2026, 5, 15),), ["2026-05-15"]),
        ("email.domain_aliases", '{"a.example": "b.example"}', {"a.example": "b.example"}, {"a.example": "b.example"}),
        ("email.domain_aliases", "a.example:b.example", {"a.example": "b.example"}, {"a.example": "b.example"}),
        ("policy.dpo_contact", "fg@voorbeeld.nl", "fg@voorbeeld.nl", "fg@voorbeeld.nl"),
        ("rules.RET-ANA-18.boundary", "exclusive", "exclusive", "exclusive"),
    ],
)
def test_knobs_take_their_type_from_text_and_toml(policy: Policy, name: str, value: object, expected: object, shown: object) -> None:
    turned = policy.with_knobs({name: value})
    assert turned.knob(name) == expected
    assert list(turned.changed_knobs()) == [name]
    assert turned.changed_knobs()[name] == shown or shown is None
    # what is shown reads back as what it was
    assert policy.with_knobs(turned.changed_knobs()).knob(name) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time.boundary", "instant"),
        ("time.boundary", True),
        ("time.boundary", ""),
        ("time.soon_days", "-1"),
        ("time.soon_days", True),
        ("time.soon_days", 1.5),
        ("time.soon_days", "1e3"),
        ("time.future_tolerance", "24"),
        ("time.future_tolerance", 24),
        ("time.zone", "../x"),
        ("time.min_plausible", "ANNA:2010-01-01"),
        ("time.min_plausible", "ANA"),
        ("time.min_plausible", "ANA:20100101"),
        ("marketing.login_counts", "yes"),
        ("suppression.months", "never"),
        ("statutory.fiscal_year_end", "02-29"),
        ("statutory.fiscal_year_end", "13-01"),
        ("statutory.fields", 3),
        ("dsr.extra_holidays", "2026-02-30"),
        ("email.domain_aliases", 3),
        ("policy.dpo_contact", ""),
        ("policy.dpo_contact", None),
    ],
)
def test_knobs_refuse_other_values(policy: Policy, name: str, value: object) -> None:
    with pytest.raises(PolicyError, match=f"knob {name}: "):
        policy.with_knobs({name: value})


def test_knob_problems_are_reported_together_with_the_nearest_name(policy: Policy) -> None:
    with pytest.raises(PolicyError) as caught:
        policy.with_knobs({"time.zonne": "UTC", "time.soon_days": "x"})
    assert str(caught.value).splitlines() == [
        'unknown knob "time.zonne" — did you mean "time.zone"?',
        'knob time.soon_days: "x" given, a whole number from 0 expected',
    ]
    with pytest.raises(PolicyError, match="unknown knob"):
        policy.knob("no.such")


def test_a_knob_at_its_default_is_not_changed(policy: Policy) -> None:
    assert policy.with_knobs({"time.soon_days": "30", "suppression.months": "none"}).changed_knobs() == {}
    assert policy.with_knobs({"time.soon_days": "9"}).with_knobs({"time.soon_days": 30}).changed_knobs() == {}
    assert policy.knob("suppression.months") is None


def test_the_boundary_of_a_rule_is_its_own_before_the_general_one(policy: Policy) -> None:
    analytics, marketing = policy.rules["RET-ANA-18"], policy.rules["RET-MKT-24"]
    assert (policy.boundary(analytics), policy.boundary(marketing)) == ("inclusive", "exclusive")
    strict = policy.with_knobs({"time.boundary": "exclusive"})
    assert strict.boundary(analytics) == "exclusive"
    mild = strict.with_knobs({"rules.RET-ANA-18.boundary": "inclusive", "rules.RET-MKT-24.boundary": "inclusive"})
    assert (mild.boundary(analytics), mild.boundary(marketing)) == ("inclusive", "inclusive")
