"""The parts of a policy file, read one by one. Whatever is wrong goes to the reader; what is returned then is never used."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from houdbaar.policy.calendar import Boundary, Period
from houdbaar.policy.knobs import TYPES, Knob, KnobValue
from houdbaar.policy.located import Item, Reader
from houdbaar.policy.model import Check, Clause, Code, Defect, Rule, Version, When
from houdbaar.policy.words import ACTIONS, BOUNDARIES, GROUPS, KINDS, READABLE, SEVERITIES, TRIGGERS


@dataclass(frozen=True, slots=True)
class Names:
    """What the file defines, so that every part may refer to every other."""

    categories: tuple[str, ...]
    purposes: tuple[str, ...]
    codes: tuple[str, ...]
    clauses: tuple[str, ...]
    rules: tuple[str, ...]
    knobs: tuple[str, ...]


def collect_names(reader: Reader, top: Mapping[str, Item]) -> Names:
    """The names that the file defines; ids that stand there twice are problems."""
    rules = _ids(reader, top["rules"], "rule")
    return Names(
        categories=tuple(reader.mapping(top["categories"], "categories")),
        purposes=tuple(reader.mapping(top["purposes"], "purposes")),
        codes=tuple(reader.mapping(top["codes"], "codes")),
        clauses=_ids(reader, top["clauses"], "clause"),
        rules=rules,
        knobs=(*reader.mapping(top["knobs"], "knobs"), *(f"rules.{rule}.boundary" for rule in rules)),
    )


def _ids(reader: Reader, at: Item, noun: str) -> tuple[str, ...]:
    ids: list[str] = []
    for entry in reader.entries(at, f"{noun}s"):
        item = entry.value.get("id") if isinstance(entry.value, dict) else None
        if item is not None and isinstance(item.value, str):
            if item.value in ids:
                reader.problem(item, f'{noun} "{item.value}" stands here twice')
            ids.append(item.value)
    return tuple(ids)


def read_meanings(reader: Reader, at: Item, what: str) -> dict[str, str]:
    """Words, each with its meaning."""
    return {name: reader.text(item, f"{what}: {name}") for name, item in reader.mapping(at, what).items()}


def read_versions(reader: Reader, names: Names, at: Item) -> tuple[Version, ...]:
    """The versions by date; at least one, and no two from the same day or with the same id."""
    items = reader.entries(at, "versions")
    if isinstance(at.value, list) and not items:
        reader.problem(at, "versions is empty: a policy needs a text with an effective date")
    found: list[Version] = []
    for item in items:
        version = _version(reader, names, item)
        if any(version.id == other.id or version.effective_from == other.effective_from for other in found):
            reader.problem(item, "two versions have the same id or the same effective date")
        found.append(version)
    return tuple(sorted(found, key=lambda version: version.effective_from))


def _version(reader: Reader, names: Names, at: Item) -> Version:
    got = reader.fields(at, "a version", ("id", "effective_from"), ("text_sha256", "periods"))
    digest = reader.text(got.get("text_sha256"), "text_sha256") or None
    if digest is not None and not re.fullmatch("[0-9a-f]{64}", digest):
        reader.problem(got["text_sha256"], "text_sha256 has to be 64 hexadecimal digits (0-9, a-f)")
    periods = reader.fields(got["periods"], "periods", (), names.rules) if "periods" in got else {}
    return Version(
        id=reader.text(got.get("id"), "id"),
        effective_from=reader.day(got.get("effective_from"), "effective_from"),
        text_sha256=digest,
        periods={rule: reader.period(item) or Period() for rule, item in periods.items()},
    )


def read_clause(reader: Reader, names: Names, at: Item) -> Clause:
    """One promise."""
    required = ("id", "section", "anchor", "duty", "category", "severity", "check")
    got = reader.fields(at, "a clause", required, ("purpose", "basis"))
    return Clause(
        id=reader.text(got.get("id"), "id"),
        section=reader.text(got.get("section"), "section"),
        anchor=reader.phrase(got.get("anchor"), "anchor"),
        duty=reader.text(got.get("duty"), "duty"),
        category=reader.words(got.get("category"), "category", names.categories),
        purpose=reader.words(got.get("purpose"), "purpose", names.purposes),
        basis=reader.text(got.get("basis"), "basis") or None,
        severity=reader.one_of(got.get("severity"), "severity", SEVERITIES),
        check=_check(reader, names, got.get("check")),
    )


def _check(reader: Reader, names: Names, at: Item | None) -> Check:
    if at is None:
        return Check()
    got = reader.fields(at, "check", (), ("codes", "manual", "none"))
    if len(got) != 1 and isinstance(at.value, dict):
        reader.problem(at, "check needs exactly one of codes, manual, none")
    check = Check(
        codes=reader.words(got.get("codes"), "code", names.codes),
        manual=reader.text(got.get("manual"), "manual") or None,
        none=reader.text(got.get("none"), "none") or None,
    )
    if "codes" in got and not check.codes:
        reader.problem(got["codes"], "codes is empty: name a code, or say manual or none")
    return check


def codes_by_clause(clauses: Iterable[Clause]) -> dict[str, tuple[str, ...]]:
    """For each code the clauses that list it, in the file's order."""
    found: dict[str, tuple[str, ...]] = {}
    for clause in clauses:
        for code in clause.check.codes:
            found[code] = (*found.get(code, ()), clause.id)
    return found


def read_code(reader: Reader, names: Names, name: str, at: Item, listing: Mapping[str, tuple[str, ...]]) -> Code:
    """One finding code, with the clauses that list it."""
    got = reader.fields(at, f"code {name}", ("meaning", "severity", "group", "kind", "remediation"), ("severity_for", "reads", "knobs"))
    return Code(
        code=name,
        meaning=reader.text(got.get("meaning"), "meaning"),
        severity=reader.one_of(got.get("severity"), "severity", SEVERITIES),
        severity_for=_severity_for(reader, names, got.get("severity_for")),
        group=reader.one_of(got.get("group"), "group", GROUPS),
        kind=reader.one_of(got.get("kind"), "kind", KINDS),
        reads=reader.words(got.get("reads"), "entity or register", READABLE),
        knobs=reader.words(got.get("knobs"), "knob", names.knobs),
        remediation=reader.text(got.get("remediation"), "remediation"),
        clauses=listing.get(name, ()),
    )


def _severity_for(reader: Reader, names: Names, at: Item | None) -> dict[str, str]:
    if at is None:
        return {}
    got = reader.fields(at, "severity_for", (), names.categories)
    return {category: reader.one_of(item, "severity", SEVERITIES) for category, item in got.items()}


def read_rule(reader: Reader, names: Names, at: Item, codes: Mapping[str, Code], clauses: Mapping[str, Clause]) -> Rule:
    """One term; its code and clause have to belong together."""
    required = ("id", "code", "clause", "purpose", "entity", "trigger", "action")
    got = reader.fields(at, "a rule", required, ("term_clause", "period", "period_knob", "fallback", "boundary", "severity", "assumed"))
    if "period" not in got and "period_knob" not in got and isinstance(at.value, dict):
        reader.problem(at, 'a rule lacks "period"')
    if "period" in got and "period_knob" in got:
        reader.problem(got["period_knob"], "a rule has either a period or a period_knob")
    entity = reader.one_of(got.get("entity"), "entity", tuple(TRIGGERS))
    columns = TRIGGERS.get(entity) or tuple({column: None for each in TRIGGERS.values() for column in each})
    code, clause = codes.get(reader.one_of(got.get("code"), "code", names.codes)), reader.one_of(got.get("clause"), "clause", names.clauses)
    if code is not None and clause in clauses and code.code not in clauses[clause].check.codes:
        reader.problem(got["clause"], f'clause "{clause}" does not list code "{code.code}" in its check')
    own_severity = reader.one_of(got.get("severity"), "severity", SEVERITIES)
    return Rule(
        id=reader.text(got.get("id"), "id"),
        code=code.code if code else "",
        clause=clause,
        term_clause=reader.one_of(got.get("term_clause"), "clause", names.clauses) or clause,
        purpose=reader.one_of(got.get("purpose"), "purpose", tuple(name for name in names.purposes if name.startswith("P-"))),
        entity=entity,
        trigger=reader.one_of(got.get("trigger"), "trigger column", columns),
        fallback=reader.one_of(got.get("fallback"), "trigger column", columns) or None,
        period=reader.period(got.get("period")),
        period_knob=reader.one_of(got.get("period_knob"), "knob", names.knobs) or None,
        boundary=cast("Boundary", reader.one_of(got.get("boundary"), "boundary", BOUNDARIES)) or None,
        severity=own_severity or (code.severity if code else ""),
        action=reader.one_of(got.get("action"), "action", ACTIONS),
        is_assumed=reader.flag(got.get("assumed"), "assumed"),
    )


def read_defect(reader: Reader, names: Names, at: Item) -> Defect:
    """One flaw of the policy's text."""
    got = reader.fields(at, "a defect", ("code", "place", "defect", "treatment"), ("knob", "when"))
    return Defect(
        code=reader.one_of(got.get("code"), "code", names.codes),
        place=reader.text(got.get("place"), "place"),
        defect=reader.text(got.get("defect"), "defect"),
        treatment=reader.text(got.get("treatment"), "treatment"),
        knob=reader.one_of(got.get("knob"), "knob", names.knobs) or None,
        when=_when(reader, names, got["when"]) if "when" in got else None,
    )


def _when(reader: Reader, names: Names, at: Item) -> When:
    got = reader.fields(at, "when", (), ("section", "clause", "any", "all", "none", "trailing"))
    if not {"any", "all", "none", "trailing"} & set(got) and isinstance(at.value, dict):
        reader.problem(at, "when needs one of any, all, none, trailing")
    return When(
        section=reader.text(got.get("section"), "section") or None,
        clause=reader.one_of(got.get("clause"), "clause", names.clauses) or None,
        any=reader.phrases(got.get("any"), "any"),
        all=reader.phrases(got.get("all"), "all"),
        none=reader.phrases(got.get("none"), "none"),
        trailing=reader.text(got.get("trailing"), "trailing") or None,
    )


def read_knob(reader: Reader, name: str, at: Item) -> Knob:
    """One knob; its default has to be a value that it would accept."""
    got = reader.fields(at, f"knob {name}", ("type", "default", "meaning"), ("choices", "refused"))
    kind = reader.one_of(got.get("type"), "type", tuple(TYPES))
    knob = Knob(
        name=name,
        type=kind,
        meaning=reader.text(got.get("meaning"), "meaning"),
        choices=reader.words(got.get("choices"), "choice"),
        refused=read_meanings(reader, got["refused"], "refused") if "refused" in got else {},
    )
    if kind == "choice" and not knob.choices:
        reader.problem(at, f"knob {name} lacks its choices")
    default = _default(reader, knob, got.get("default"))
    return Knob(knob.name, knob.type, knob.meaning, default, knob.choices, knob.refused)


def _default(reader: Reader, knob: Knob, at: Item | None) -> KnobValue:
    if at is None or at.value is None or knob.type not in TYPES:
        return None
    try:
        return knob.parse(at.plain())
    except ValueError as error:
        reader.problem(at, f"default of knob {knob.name}: {error}")
        return None


_NO_INSTANT = "it needs an as-of with a clock time, and an audit's as-of is a date"


def own_knobs(rule: Rule) -> tuple[Knob, ...]:
    """The knobs that every rule has for itself, unset by default; where another knob gives the term, that one is the way to change it.

    A rule that the policy itself makes inclusive is a duty to keep through its last day, as the books' is: no knob can shorten it.
    """
    meaning, refused = "whether this rule's last permitted day is still allowed", {"instant": _NO_INSTANT}
    choices: tuple[str, ...] = BOUNDARIES
    if rule.boundary == "inclusive":
        choices, refused = ("inclusive",), {**refused, "exclusive": "the policy itself makes this rule's last day inclusive"}
    boundary = Knob(f"rules.{rule.id}.boundary", "choice", meaning, None, choices, refused)
    if rule.period_knob is not None:
        return (boundary,)
    return boundary, Knob(f"rules.{rule.id}.period", "period", "another term, for a what-if: the promised one stands in the policy")
