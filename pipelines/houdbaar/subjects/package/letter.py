"""The letter to the person who asked, and which of its mandatory parts say nothing (domain.md 3.2, DSR-PACKAGE)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from houdbaar.exports.entities import CATEGORIES, RECORDS
from houdbaar.policy.calendar import Period, last_permitted_day
from houdbaar.policy.model import Policy
from houdbaar.subjects.package.facts import Facts, TermFacts
from houdbaar.subjects.package.markdown import Markdown, block_texts, render
from houdbaar.subjects.package.model import Asked, Found, Gap, Material
from houdbaar.subjects.package.words import Words

# Blocks of a letter that say nothing are missing; what each is in article 15.
_ACCESS = {
    "purposes": "15(1)(a) purposes",
    "categories": "15(1)(b) categories of data",
    "recipients": "15(1)(c) recipients: set policy.recipients, keep registers/disclosures.csv",
    "terms": "15(1)(d) terms",
    "rights": "15(1)(e) rights",
    "source": "15(1)(g) source",
    "decisions": "15(1)(h) automated decisions",
    "transfers": "15(2) transfers and their safeguards: keep registers/transfers.csv",
    "withheld": "what was withheld, and why",
}
# Those of every letter.
CLOSING = {
    "complaint": "15(1)(f) the right to complain",
    "contact": "contact of the data-protection officer: set policy.dpo_contact",
}
_UNTOLD = frozenset({"register.hold"})  # to the person: that there may be a claim is the company's affair (domain.md 3.2)
AMBIGUOUS, NO_ID = "DSR-AMBIGUOUS", "DSR-NOID"
TEMPLATES = {"access": "access", "erasure": "erasure", "portability": "portability"}  # every other right has the letter 'action'


def filters_of(words: Words, relation_months: int) -> dict[str, Callable[..., object]]:
    """How templates write what they are given; a name that has no word is the value itself, and made safe."""

    def word(group: str) -> Callable[[str], object]:
        known = words.group(group)
        return lambda name: Markdown(known[name]) if name in known else name

    found: dict[str, Callable[..., object]] = {
        name: word(group)
        for name, group in (
            ("category", "categories"), ("purpose", "purposes"), ("basis", "bases"), ("origin", "origins"), ("place", "registers"),
            ("instrument", "instruments"), ("withheld", "withheld"), ("duty", "duties"),
        )
    }  # fmt: skip
    countries = words.group("countries")
    return found | {
        "country": lambda code: Markdown(countries.get(code, code or words.text("other_country"))),
        "criterion": lambda name: Markdown(words.of("criteria", name).format(relation_months=relation_months)),
        "day": lambda day: Markdown(words.day(day)),
        "rows": lambda count: Markdown(words.rows(count)),
        "capital": lambda text: type(text)(text[:1].upper() + text[1:]),
        "joined": lambda items: words.joined([str(item) for item in items]),
        "term": lambda term: Markdown(_term(words, term)),
        "doubts": lambda term: Markdown(_doubts(words, term)),
        "days": lambda term: Markdown(_days(words, term)),
    }


def _term(words: Words, term: TermFacts) -> str:
    period = {"nl": (f"{term.months} maanden", f"{term.days} dagen"), "en": (f"{term.months} months", f"{term.days} days")}[words.language]
    length = period[0] if term.months else period[1]
    text = words.of("terms", term.rule, length)
    return text.format(months=term.months, years=term.months // 12, days=term.days, period=length)


def _doubts(words: Words, term: TermFacts) -> str:
    """Why nobody can say yet whether a term has ended; what has no words of its own is told as a gap in the records."""
    return words.joined(list(dict.fromkeys(words.of("doubts", doubt, words.text("doubt")) for doubt in term.doubts)))


def _days(words: Words, term: TermFacts) -> str:
    """The last day, or the first and the last of them where the rows differ."""
    assert term.first_day is not None
    assert term.last_day is not None
    if term.first_day == term.last_day:
        return words.day(term.last_day)
    between = {"nl": "{first} voor de oudste en {last} voor de nieuwste", "en": "{first} for the oldest and {last} for the newest"}
    return between[words.language].format(first=words.day(term.first_day), last=words.day(term.last_day))


def letter_values(material: Material, asked: Asked, found: Found, facts: Facts, words: Words) -> dict[str, Any]:
    """What templates of letters are given."""
    knob = material.policy.knob
    codes = {code for code, _ in found.notes}
    withheld = list(dict.fromkeys(words.of("withheld", entry.reason) for entry in sorted(found.redactions, key=lambda entry: entry.reason)))
    by_text = {words.of("withheld", reason): reason for reason in words.group("withheld")}
    return {
        "today": material.as_of,
        "request_id": asked.request_id,
        "received_on": asked.received_on,
        "subject": Markdown(words.of("subjects", asked.right)),
        "right_code": asked.right,
        "salutation": _salutation(words.language, found.names),
        "company": signer(material.policy),
        "contact": knob("policy.dpo_contact"),
        "facts": facts,
        "place_count": sum(len(kind.places) for kind in facts.kinds),
        "has_shared_rows": sum(kind.rows for kind in facts.kinds) > facts.rows,
        "partly_over": [Markdown(words.of("categories", name)) for name in facts.partly_over],
        "has_purposes": any(kind.purposes for kind in facts.kinds),
        "gap": Markdown(words.text("gap")),
        "relation_months": knob("relationship.grace_months"),
        "import_origin": Markdown(words.text("import_origin")),
        "is_inside_europe": facts.has_transfer_register and not any(kind.category == "MKT" for kind in facts.kinds),
        "scores": [words.of("scores", name) for name in facts.scores],
        "withheld": [by_text.get(text, text) for text in withheld],
        "needs_second_factor": AMBIGUOUS in codes or found.unnamed > 0,
        "has_noid": NO_ID in codes,
        "has_unread_visits": bool(found.unread),
        "forwarded": _customers(found.forwarded, words),
        "forward_by": forward_by(material, asked),
        "searched": _searched(found.searched),
        "not_searched": sorted({str(item["source"] or words.text("unknown_files")) for item in _unsearched(found)} - _UNTOLD),
        "refusal_reason": (asked.refusal_reason or "").strip().rstrip("."),
        "partly_searched": [(source, count) for source, count in _partly_searched(found) if source not in _UNTOLD],
        "is_name_alone": asked.is_name_alone,
        "keys": [words.of("keys", kind) for kind in asked.kinds],
        "log_months": knob("dsr.log_months"),
        "recipients": [*(name for name, _ in facts.recipients), *facts.declared_recipients],
    }


def signer(policy: Policy) -> str | None:
    """In whose name letters are signed: None where nobody said so. A policy of one's own without that setting names its company itself."""
    name: str | None = policy.knob("policy.controller") if "policy.controller" in policy.knobs else policy.title
    return name


def forward_by(material: Material, asked: Asked) -> date:
    """The last day on which a request is passed on to the customer who decides."""
    return last_permitted_day(asked.received_on or material.as_of, Period(days=material.policy.knob("dsr.forward_days")))


def write_letter(template: str, words: Words, values: Mapping[str, Any]) -> str:
    """A letter, such as 'access', in Markdown."""
    return render(f"{template}.{words.language}.md.j2", values, filters_of(words, values["relation_months"]))


def gaps_of(template: str, found: Found, facts: Facts, words: Words, values: Mapping[str, Any]) -> list[Gap]:
    """What the letter lacks, and which sources nobody could look into."""
    filters, mandatory = filters_of(words, values["relation_months"]), dict(CLOSING)
    texts = block_texts(f"closing.{words.language}.md.j2", values, filters)
    if template == "access":
        texts |= block_texts(f"access.{words.language}.md.j2", values, filters)
        mandatory |= _ACCESS
    gaps = [Gap(name, "medium", f"the letter says nothing of it: {mandatory[name]}") for name in mandatory if not texts[name]]
    if template == "access":
        gaps += _partial_gaps(facts)
    gaps += [Gap("sources", "high", f"source {name} was not searched") for name in _not_searched(found)]
    gaps += [
        Gap("sources", "high", f"source {name} was not wholly searched: {count} rows can't be read")
        for name, count in _partly_searched(found)
    ]
    if found.unexplained:
        gaps.append(Gap("sources", "high", f"{found.unexplained} records were left out: nothing explains why they are this person's"))
    return sorted(gaps, key=lambda gap: (gap.block, gap.severity, gap.reason))


def _partial_gaps(facts: Facts) -> list[Gap]:
    """Blocks that say something, and not all."""
    gaps = []
    for kind in facts.kinds:
        if not kind.purposes:
            gaps.append(Gap("purposes", "medium", f"no purpose is named for {kind.category}: set purposes of its source"))
        gaps += [
            Gap("basis", "medium", f"no valid legal basis is named for {purpose}") for purpose, bases in kind.purposes if "gap" in bases
        ]
        if kind.is_imported:
            gaps.append(Gap("source", "medium", f"the records of {kind.category} do not say who gave the data"))
    gaps += [
        Gap("transfers", "medium", f"no instrument in force for a transfer to {each.shown_country}")
        for each in facts.transfers
        if not each.is_valid
    ]
    gaps += [
        Gap("transfers", "medium", f"the register names no country by its code: {each.shown_country}")
        for each in facts.transfers
        if not each.country
    ]
    return gaps


def _salutation(language: str, names: Sequence[str]) -> str:
    """To whom: the name, where the records agree on one; it is kept out of doubt rather than wrong."""
    if len(names) == 1:
        return f"{'Beste' if language == 'nl' else 'Dear'} {names[0]}"
    return "Geachte heer, mevrouw" if language == "nl" else "Dear Sir or Madam"


def _customers(forwarded: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """The customers who decide, by name where the contacts know it."""
    return sorted({str(item["customer"] or words.text("customer").format(number=item["customer_id"])) for item in forwarded})


def _not_searched(found: Found) -> list[str]:
    """Sources, or files of none, that nobody could look into."""
    return sorted({str(item["source"] or item["file"]) for item in _unsearched(found)})


def _unsearched(found: Found) -> list[dict[str, Any]]:
    return [item for item in found.not_searched if "rows_rejected" not in item]


def _partly_searched(found: Found) -> list[tuple[str, int]]:
    """Sources with rows that can't be read, and how many."""
    counts: dict[str, int] = {}
    for item in found.not_searched:
        if "rows_rejected" in item:
            counts[item["source"]] = counts.get(item["source"], 0) + item["rows_rejected"]
    return sorted(counts.items())


def _searched(searched: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Sources by kind of data."""
    found: dict[str, set[str]] = {}
    for item in searched:
        record = RECORDS.get(item["entity"])
        if record is not None:
            names = found.setdefault(record.category, set())
            names.update([] if record.kind == "register" else [str(item["source"])])
    return [(category, sorted(found[category])) for category in CATEGORIES if category in found]
