"""The register of processing (GDPR article 30), drawn from the policy, the contracts of the sources and the settings.

One activity a purpose. Nothing is made up: what nobody stated is None, and shown as undeclared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from houdbaar.exports.entities import ENTITIES
from houdbaar.reports.page import render
from houdbaar.subjects.package.files import csv_bytes

if TYPE_CHECKING:
    from datetime import date

    from houdbaar.exports.contract import Contract
    from houdbaar.exports.source import Source
    from houdbaar.policy.model import Clause, Policy
    from houdbaar.reports.words import Words

FORMAT = 1
_NO_BASIS = re.compile(r"undeclared|GDPR (?!6\b|9\b)")
Activity = dict[str, Any]


def register_of_processing(
    policy: Policy, sources: Sequence[Source], contracts: Sequence[Contract], transfers: Sequence[Mapping[str, Any]] | None, as_of: date
) -> dict[str, Any]:
    """The register as data. `transfers` are those of the newest run's evidence, None where the register of transfers is absent."""
    by_id = {contract.id: contract for contract in contracts}
    bound = [(source, by_id[source.contract]) for source in sources if source.contract in by_id]
    names = [name for name in policy.purposes if name.startswith("P-")]
    return {
        "format": FORMAT,
        "as_of": as_of.isoformat(),
        "policy": policy.id,
        "policy_version": getattr(policy.version_at(as_of), "id", None),
        "controller": policy.knob("policy.controller") if "policy.controller" in policy.knobs else None,
        "dpo": policy.knob("policy.dpo_contact") if "policy.dpo_contact" in policy.knobs else None,
        "recipients": list(policy.knob("policy.recipients") or ()) or None if "policy.recipients" in policy.knobs else None,
        "transfers": None if transfers is None else list(transfers),
        "security": None,  # neither policy nor settings have a word for it
        "activities": [_activity(policy, name, bound, as_of) for name in names],
    }


def _activity(policy: Policy, purpose: str, bound: Sequence[tuple[Source, Contract]], as_of: date) -> Activity:
    clauses = [clause for clause in policy.clauses.values() if purpose in clause.purpose]
    mine = [(source, contract) for source, contract in bound if purpose in (source.purposes or contract.purposes)]
    kinds = dict.fromkeys(kind for clause in clauses for kind in clause.category)
    tables = [table for _, contract in mine for table in contract.tables]
    return {
        "purpose": purpose,
        "meaning": policy.purposes[purpose],
        "basis": _bases(clauses),
        "clauses": [clause.id for clause in clauses],
        "categories": list(kinds),
        "category_words": [policy.categories[kind] for kind in kinds],
        "data": sorted(
            {column.classification for table in tables for column in table.columns if (column.classification or "").startswith("user.")}
        ),
        "entities": sorted({table.entity for table in tables if table.entity in ENTITIES}),
        "sources": [{"source": source.name, "role": source.role or contract.role} for source, contract in mine],
        "terms": [
            {
                "clause": rule.clause,
                "code": rule.code,
                "entity": rule.entity,
                "term": str(policy.term(rule, as_of)),
                "is_assumed": rule.is_assumed,
            }
            for rule in policy.rules.values()
            if rule.purpose == purpose
        ],
    }


def _bases(clauses: Sequence[Clause]) -> list[str] | None:
    """The bases that the clauses name; a clause that says 'undeclared' names none, and one about a person's right isn't about a basis."""
    named = dict.fromkeys(clause.basis for clause in clauses if clause.basis and not _NO_BASIS.match(clause.basis))
    return list(named) or None


def register_page(policy: Policy, register: Mapping[str, Any]) -> str:
    """The register as a page in all languages."""
    tools = {"subjects_of": subjects_of, "term_lines": term_lines, "transfer_lines": transfer_lines}
    return render("register.html.j2", policy, register=register, tool_version=version("houdbaar"), **tools)


def register_csv(register: Mapping[str, Any], words: Words) -> bytes:
    """One row an activity, for spreadsheets: no cell is one that these take for a formula."""
    undeclared = words("register.undeclared")

    def listed(items: Sequence[str] | None) -> str:
        return "; ".join(items) if items else undeclared

    columns = {
        name: words(f"register.{name}") for name in ("purpose", "basis", "clauses", "subjects", "data", "recipients", "transfers", "terms")
    }
    rows = [
        {
            words("register.controller"): register["controller"] or undeclared,
            words("register.dpo"): register["dpo"] or undeclared,
            columns["purpose"]: f"{each['purpose']}: {words.said(each['meaning'])}",
            columns["basis"]: listed([words.said(basis) for basis in each["basis"] or ()]),
            columns["clauses"]: listed(each["clauses"]),
            columns["subjects"]: listed(subjects_of(each, words)),
            columns["data"]: listed([*(words.said(policy_word) for policy_word in each["category_words"]), *each["data"]]),
            columns["recipients"]: listed(register["recipients"]),
            columns["transfers"]: listed(transfer_lines(register, words)),
            columns["terms"]: listed(term_lines(each, words)),
            words("register.security"): register["security"] or undeclared,
            words("register.sources"): listed([source["source"] for source in each["sources"]]),
        }
        for each in register["activities"]
    ]
    return csv_bytes(rows)


def subjects_of(activity: Activity, words: Words) -> list[str]:
    """Whose data an activity is about, by the kinds of data."""
    return list(dict.fromkeys(words.of("register.subject_kinds", kind) for kind in activity["categories"]))


def term_lines(activity: Activity, words: Words) -> list[str]:
    """The terms of an activity: each once, with the kind of record."""
    return list(
        dict.fromkeys(
            f"{term['entity']}: {words('ages.assumed', term=words.term(term['term'])) if term['is_assumed'] else words.term(term['term'])}"
            for term in activity["terms"]
        )
    )


def transfer_lines(register: Mapping[str, Any], words: Words) -> list[str]:
    """Each transfer with country and instrument, as the register of transfers says it."""
    return [
        ", ".join(filter(None, (each["recipient"], each["country"], words.of("instruments", each["instrument"]))))
        for each in register["transfers"] or ()
    ]
