"""The policy file against the policy's text: anchors, promised terms, flaws of the text; and what the commands show of it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from houdbaar.cli import policy as commands
from houdbaar.errors import UsageError
from houdbaar.policy.calendar import Period
from houdbaar.policy.describe import coverage, result_of
from houdbaar.policy.load import load_policy, read_policy
from houdbaar.policy.model import Policy
from houdbaar.policy.passages import PolicyText, policy_text, read_policy_text, terms
from houdbaar.policy.trace import trace
from small_policy import TEXT, YAML

REFERENCE = Path(__file__).parents[3] / "shared" / "policy" / "privacy-policy-2022-01-13.nl.txt"
needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the policy's text is not at hand")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(YAML, "small.yaml")


@pytest.fixture(scope="module")
def twingatrack() -> Policy:
    return load_policy()


def text_of(text: str) -> PolicyText:
    return policy_text(text, sha256(text.encode()).hexdigest())


def written(folder: Path, text: str) -> Path:
    file = folder / "beleid.txt"
    file.write_text(text, encoding="utf-8")
    return file


def found_terms(text: str) -> list[tuple[int, str, str]]:
    return [(term.line, term.words, str(term.period)) for passage in text_of(text).passages for term in terms(passage)]


# ---- passages and terms ----


def test_wrapped_lines_become_one_passage_with_their_lines() -> None:
    passages = {passage.text: passage for passage in text_of(TEXT).passages}
    wrapped = passages["- bezoekgegevens bewaren wij meestal ten hoogste achttien maanden na uw bezoek;"]
    assert (wrapped.section, wrapped.lines) == ("2.1", (8, 9))
    assert wrapped.line_at(wrapped.text.index("hoogste")) == 9
    assert wrapped.line_at(wrapped.text.index("meestal")) == 8


def test_sections_are_numbered_headings_and_no_numbered_sentences() -> None:
    text = "Kop zonder nummer\n\n# 1. EEN\nTekst.\n## 1.2 Twee\n1. dit is een zin van een lijst;\n2) nog een zin;\n3. DRIE?\nEinde"
    assert [(passage.section, passage.lines[0]) for passage in text_of(text).passages] == [
        ("kop", 1),
        ("1", 3),
        ("1", 4),
        ("1.2", 5),
        ("1.2", 6),
        ("1.2", 7),
        ("3", 8),
        ("3", 9),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wij bewaren dit 26 maanden.", [(1, "26 maanden", "P26M")]),
        ("maximaal twaalf maanden, daarna 2 jaar", [(1, "twaalf maanden", "P12M"), (1, "2 jaar", "P24M")]),
        ("gedurende 1 maand", [(1, "1 maand", "P1M")]),
        ("Zeven jaren lang", [(1, "Zeven jaren", "P84M")]),
        ("ten hoogste\n24\u00a0maanden", [(2, "24 maanden", "P24M")]),
        ("vanaf 16 jaar of ouder, of 18 jaar oud", []),
        ("in 2024 maandelijks; versie 1.12 maanden; A12 maanden", []),
        ("de 12-maanden-termijn", [(1, "12-maanden", "P12M")]),
        ("binnen 30 dagen", []),
    ],
)
def test_terms_are_numbers_of_months_or_years(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found_terms(text) == expected


@pytest.mark.parametrize(
    ("first", "dated"), [("13-01-2022", "2022-01-13"), ("1-3-2023", "2023-03-01"), ("31-02-2022", None), ("Versie 3", None)]
)
def test_the_date_at_the_head(first: str, dated: str | None) -> None:
    found = text_of(f"\n{first}\nTekst").dated
    assert (found.isoformat() if found else None) == dated


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "holds no text"), (b"  \n", "holds no text"), (b"caf\xe9", "no UTF-8 text"), (b"%PDF-1.4 \xff", "no UTF-8 text")],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "beleid.txt"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_policy_text(file)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        read_policy_text(tmp_path / "absent.txt")
    with pytest.raises(UsageError, match="can't be read"):
        read_policy_text(tmp_path)


# ---- the trace ----


def test_a_text_that_fits(policy: Policy) -> None:
    found = trace(policy, text_of(TEXT))
    assert [(anchor.clause.id, anchor.status, anchor.line) for anchor in found.anchors] == [
        ("C-1", "found", 8),
        ("C-2", "found", 12),
        ("C-3", "found", 3),
    ]
    assert [(each.term.period, each.rules) for each in found.terms] == [
        (Period(months=18), ("RET-ANA-18",)),
        (Period(months=24), ("RET-MKT-24",)),
    ]
    assert [rule.status for rule in found.rules] == ["held", "held"]
    assert found.version is None


def test_defects_are_seen_in_the_text(policy: Policy) -> None:
    defects = {each.defect.code: (each.status, each.lines) for each in trace(policy, text_of(TEXT)).defects}
    assert defects == {
        "POL-SOFT-WORD": ("found", (8,)),
        "POL-CONTACT": ("found", (13,)),
        "POL-TRAILER": ("found", (16, 17)),
        "POL-ART22": ("judgement", ()),
    }


def test_defects_that_were_mended_are_gone(policy: Policy) -> None:
    mended = TEXT.replace("meestal ", "").replace("een brief", "op fg@voorbeeld.nl").replace("\n0", "")
    statuses = [each.status for each in trace(policy, text_of(mended)).defects]
    assert statuses == ["gone", "gone", "gone", "judgement"]


def test_a_knob_settles_its_defect(policy: Policy) -> None:
    told = policy.with_knobs({"policy.dpo_contact": "fg@voorbeeld.nl"})
    assert trace(told, text_of(TEXT)).defects[1].status == "settled"


def test_words_count_whole_and_in_their_section_only(policy: Policy) -> None:
    text = TEXT.replace("meestal", "allermeestal").replace("Wij zijn een bakkerij", "Meestal zijn wij een bakkerij")
    assert trace(policy, text_of(text)).defects[0].status == "gone"


def test_the_version_is_known_by_its_hash() -> None:
    known = read_policy(YAML.replace("0" * 64, sha256(TEXT.encode()).hexdigest()), "small.yaml")
    assert trace(known, text_of(TEXT)).version == "01-03-2023"
    assert trace(known, text_of(TEXT + " ")).version is None


@pytest.mark.parametrize(
    "odd", [TEXT.replace(" ", "\u00a0"), TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT, TEXT.replace("bewaren wij", "bewaren\nwij")]
)
def test_spaces_line_ends_and_wrapping_make_no_difference(policy: Policy, odd: str, tmp_path: Path) -> None:
    file = tmp_path / "beleid.txt"
    file.write_bytes(odd.encode())
    found = trace(policy, read_policy_text(file))
    assert [anchor.status for anchor in found.anchors] == ["found"] * 3
    assert [each.rules for each in found.terms] == [("RET-ANA-18",), ("RET-MKT-24",)]


def report(policy: Policy, text: str, folder: Path) -> dict[str, Any]:
    return commands.check(policy, written(folder, text))


def whats(data: dict[str, Any]) -> list[str]:
    return [problem["what"] for problem in data["problems"]]


def test_nothing_disagrees_with_a_text_that_fits(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT, tmp_path)
    assert data["problems"] == []
    assert commands.check_severities(data) == []
    assert "3 of 3 clauses stand where they should" in commands.render_check(data)
    assert "every rule its term" in commands.render_check(data)


def test_a_missing_anchor_is_reported(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT.replace("alle klanten", "wie er koopt"), tmp_path)
    assert whats(data) == ['clause C-3: its anchor "alle klanten" is not in the text']
    assert commands.check_severities(data) == ["info"]


def test_an_anchor_in_another_section_is_reported(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT.replace("alle klanten", "wie er koopt").replace("een brief", "aan alle klanten"), tmp_path)
    assert whats(data) == ["clause C-3: its anchor stands in section 3 (line 14), not in section kop"]


def test_a_promised_term_without_a_rule_is_reported(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT.replace("een brief.", "een brief, die wij zes maanden bewaren."), tmp_path)
    assert whats(data) == ['line 14, section 3: no rule covers the promised term "zes maanden"']
    assert commands.check_severities(data) == ["high"]
    assert "NO RULE" in commands.render_check(data)


def test_a_changed_term_is_reported_from_both_sides(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT.replace("achttien", "twaalf"), tmp_path)
    assert whats(data) == [
        'line 9, section 2.1: no rule covers the promised term "twaalf maanden"',
        "rule RET-ANA-18: the text of clause C-1 doesn't hold its term P18M",
    ]


def test_the_same_term_elsewhere_does_not_cover(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT.replace("een brief.", "een brief, die wij 18 maanden bewaren."), tmp_path)
    assert whats(data) == ['line 14, section 3: no rule covers the promised term "18 maanden"']


def test_an_assumed_term_need_not_stand_in_the_text(tmp_path: Path) -> None:
    assumed = read_policy(YAML.replace("assumed: false", "assumed: true"), "small.yaml")
    data = report(assumed, TEXT.replace("2 jaar", "lang"), tmp_path)
    assert data["problems"] == []
    assert [rule["status"] for rule in data["rules"]] == ["held", "assumed"]
    # … and covers nothing that does
    assert whats(report(assumed, TEXT, tmp_path)) == ['line 12, section 2.2: no rule covers the promised term "2 jaar"']


def test_flaws_are_shown_with_place_severity_and_treatment(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT, tmp_path)
    soft = next(each for each in data["defects"] if each["code"] == "POL-SOFT-WORD")
    assert soft == {
        "code": "POL-SOFT-WORD",
        "severity": "low",
        "place": "2",
        "lines": [8],
        "status": "found",
        "defect": "a term is softened",
        "treatment": "read as a maximum",
    }
    shown = commands.render_check(data)
    assert "POL-SOFT-WORD  low  in 2, line 8" in shown
    assert "POL-TRAILER  info  in end, line 16 and 17" in shown
    assert "POL-ART22  info  in all of it (judgement)" in shown


def test_a_text_that_is_no_version_on_file_is_stale(policy: Policy, tmp_path: Path) -> None:
    data = report(policy, TEXT, tmp_path)
    assert data["text"]["version"] is None
    assert data["text"]["dated"] == "2023-03-01"
    assert data["defects"][0]["code"] == "POL-VERSION-STALE"


def test_a_version_without_a_hash_is_a_flaw() -> None:
    bare = read_policy(YAML.replace(f"    text_sha256: {'0' * 64}\n", ""), "small.yaml")
    assert commands.check(bare)["defects"][0]["code"] == "POL-VERSION-META"


def test_without_a_text_only_the_file_is_checked(policy: Policy) -> None:
    data = commands.check(policy.with_knobs({"policy.dpo_contact": "fg@voorbeeld.nl"}))
    assert (data["text"], data["anchors"], data["terms"], data["problems"]) == (None, [], [], [])
    assert [each["status"] for each in data["defects"]] == ["not looked for", "settled", "not looked for", "not looked for"]
    shown = commands.render_check(data)
    assert "--text FILE" in shown
    assert "1 settled by a knob" in shown
    assert "1 version, 3 clauses, 2 rules" in shown


def test_reports_can_be_written_as_json(policy: Policy, tmp_path: Path) -> None:
    for data in (commands.show(policy), commands.check(policy), report(policy, TEXT, tmp_path), commands.coverage(policy)):
        assert json.loads(json.dumps(data)) == data


# ---- the reference policy ----


@needs_reference
def test_the_reference_policy_fits_its_text(twingatrack: Policy) -> None:
    found = trace(twingatrack, read_policy_text(REFERENCE))
    assert found.version == "13-01-2022"
    assert [anchor.clause.id for anchor in found.anchors if anchor.status != "found"] == []
    assert [(each.term.line, each.term.words) for each in found.terms] == [
        (61, "26 maanden"),
        (62, "24 maanden"),
        (63, "12 maanden"),
        (64, "12 maanden"),
    ]
    assert all(each.rules for each in found.terms)
    assert {each.status for each in found.rules} == {"held", "assumed", "at once"}


@needs_reference
def test_the_flaws_of_the_reference_text(twingatrack: Policy) -> None:
    data = commands.check(twingatrack, REFERENCE)
    assert data["problems"] == []
    assert {each["code"]: (each["severity"], each["lines"]) for each in data["defects"] if each["status"] == "found"} == {
        "POL-BASIS-GAP": ("high", [23]),
        "POL-BASIS-CONFLICT": ("medium", [20]),
        "POL-TRIGGER-GAP": ("medium", [64]),
        "POL-TERM-GAP": ("medium", [56]),
        "POL-SOFT-WORD": ("low", [59, 62, 64, 65]),
        "POL-ART22": ("info", [17]),
        "POL-NAMES": ("medium", [34, 48]),
        "POL-CONTACT": ("low", [79]),
        "POL-NOTICE": ("low", [77]),
        "POL-CHANNEL": ("low", [7, 29]),
        "POL-TRAILER": ("info", [85, 86, 87]),
    }


@needs_reference
def test_a_longer_promise_in_the_reference_text_is_noticed(twingatrack: Policy, tmp_path: Path) -> None:
    longer = REFERENCE.read_text(encoding="utf-8").replace("maximaal 26 maanden", "maximaal 38 maanden")
    data = report(twingatrack, longer, tmp_path)
    assert whats(data)[0] == 'line 61, section 5: no rule covers the promised term "38 maanden"'
    assert [what.split(":")[0] for what in whats(data)[1:]] == ["rule RET-ANA-26", "rule RET-ANA-26-USER", "rule RET-ANA-26-FIELD"]


# ---- coverage and show ----


def obligation(**counts: Any) -> dict[str, Any]:
    return {"clause": "C-1", "code": "RET-ANA-18", "not_tested_reason": None} | counts


@pytest.mark.parametrize(
    ("line", "result"),
    [
        (obligation(within=10), "pass"),
        (obligation(due=1), "pass"),
        (obligation(passed=3, failed=0), "pass"),
        (obligation(within=10, overdue=1), "fail"),
        (obligation(passed=10, failed=1), "fail"),
        (obligation(within=10, undetermined=1), "undetermined"),
        (obligation(overdue=1, undetermined=1), "fail"),
        (obligation(), "not_tested"),
        (obligation(within=0, not_yet=4, out_of_scope=2), "not_tested"),
        (obligation(not_tested_reason="no source"), "not_tested"),
    ],
)
def test_the_result_of_an_obligation(line: dict[str, Any], result: str) -> None:
    assert result_of(line) == result


def test_a_clause_is_as_good_as_its_worst_line(policy: Policy) -> None:
    lines = [obligation(within=5), obligation(undetermined=1), {"clause": "C-2", "passed": 1}, {"clause": "C-3", "passed": 1}]
    assert [clause["last_result"] for clause in coverage(policy, lines)["clauses"]] == ["undetermined", "pass", "manual"]
    assert [clause["last_result"] for clause in coverage(policy)["clauses"]] == [None, None, "manual"]


def test_coverage_names_codes_check_and_entities(twingatrack: Policy) -> None:
    clauses = {clause["id"]: clause for clause in commands.coverage(twingatrack)["clauses"]}
    assert len(clauses) == 72
    assert clauses["C-52-1"]["codes"] == ["RET-ANA-26", "RET-CFG-GA"]
    assert clauses["C-52-1"]["check"] == "codes"
    assert clauses["C-52-1"]["entities"] == ["analytics_event", "analytics_user", "analytics_setting"]
    assert clauses["C-31-3"]["check"] == "manual"
    assert clauses["C-31-3"]["reason"]
    shown = commands.render_coverage({"clauses": list(clauses.values())})
    assert "72 clauses: 65 checked by codes, 4 by a person, 3 not at all" in shown
    assert all(clause in shown for clause in clauses)


def test_coverage_reads_a_run(policy: Policy, tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text(json.dumps({"obligations": [obligation(overdue=2)]}), encoding="utf-8")
    for given in (tmp_path, tmp_path / "summary.json"):
        data = commands.coverage(policy, given)
        assert data["clauses"][0]["last_result"] == "fail"
        assert "FAIL" in commands.render_coverage(data)
        assert f"the run {tmp_path.name}" in commands.render_coverage(data)


@pytest.mark.parametrize(
    ("entities", "result"),
    [
        ({"analytics_event": "passed"}, "not_tested"),  # nobody looked at a contact
        ({"analytics_event": "passed", "contact": "passed"}, "pass"),
        ({"mail_member": "failed"}, "fail"),
    ],
)
def test_a_check_of_every_export_speaks_for_a_clause_only_about_its_own_data(
    twingatrack: Policy, tmp_path: Path, entities: dict[str, str], result: str
) -> None:
    lines = [{"clause": "C-23-3", "code": "SCP-SPECIAL", "entity": entity, count: 1} for entity, count in entities.items()]
    (tmp_path / "summary.json").write_text(json.dumps({"obligations": lines}), encoding="utf-8")
    clauses = {clause["id"]: clause for clause in commands.coverage(twingatrack, tmp_path)["clauses"]}
    assert clauses["C-23-3"]["last_result"] == result


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"obligations": 3}', '{"obligations": [3]}', "[" * 100_000])
def test_what_is_no_summary_is_refused(policy: Policy, tmp_path: Path, content: str) -> None:
    file = tmp_path / "summary.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="no summary of a run"):
        commands.coverage(policy, file)
    with pytest.raises(UsageError, match="can't be read"):
        commands.coverage(policy, tmp_path / "absent.json")


def test_show_lists_versions_rules_and_changed_knobs(policy: Policy) -> None:
    shown = commands.render_show(commands.show(policy.with_knobs({"time.soon_days": 9})))
    for expected in (
        "Privacybeleid van een bakkerij",
        "01-03-2023",
        "RET-ANA-18",
        "18 months",
        "exclusive",
        "time.soon_days  9",
        "3 clauses: 2 checked by codes",
    ):
        assert expected in shown
    assert "all at their default" in commands.render_show(commands.show(policy))
