"""One request from found records to files: `package/` goes to the person, `officer/` stays with who answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from houdbaar.exports.files import sha256_of
from houdbaar.subjects.links import LinkRules
from houdbaar.subjects.normalise import normalise_email
from houdbaar.subjects.package.facts import Facts, facts_of
from houdbaar.subjects.package.files import account_of, csv_bytes, data_files, folder_name, json_bytes, manifest_of
from houdbaar.subjects.package.further import staged_beside, with_further_rows
from houdbaar.subjects.package.html import html_of
from houdbaar.subjects.package.letter import TEMPLATES, forward_by, gaps_of, letter_values, signer, write_letter
from houdbaar.subjects.package.model import CODE, Asked, Found, Gap, Material
from houdbaar.subjects.package.own import Own, note_others, own_identifiers, written_names
from houdbaar.subjects.package.plan import plan_of
from houdbaar.subjects.package.portable import is_portable, portable, schema_of
from houdbaar.subjects.package.records import find_records
from houdbaar.subjects.package.redact import free_texts, redact
from houdbaar.subjects.package.steps import Plan
from houdbaar.subjects.package.words import words_of
from houdbaar.subjects.unlooked import told_unread

NAME_ALONE = (
    "the request states a name alone, and that finds nobody: this is no answer yet; ask for an e-mail address, a telephone number or "
    "a customer number, write it into registers/requests.csv, and make the package again"
)
UNSIGNED = "nobody is named who signs the letter: fill it in, or set policy.controller in houdbaar.toml under [knobs]"
CHECK = "officer/controle.json"  # what the officer has to look at
PLAN = "officer/plan.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A finished answer: its files by relative path, what is missing in it, and what the officer has to look at before it goes out."""

    files: Mapping[str, bytes]
    records: int
    sources: tuple[str, ...]
    redactions: int
    gaps: tuple[Gap, ...]
    review: tuple[str, ...]
    plan: Plan | None = None
    forward: tuple[Mapping[str, Any], ...] = field(default=())


def build_package(material: Material, asked: Asked) -> Package:
    """Everything that answers one request. The request must be verified; who calls has seen to that."""
    words, rules = words_of(asked.language), LinkRules.of(material.policy).email
    found = find_records(material, asked.request_id)
    found.records = with_further_rows(material, found.records)
    own = own_identifiers(asked, found.records, rules)
    note_others(own, staged_beside(material, found.records))
    redact(material, found, own, words)
    found.names = written_names(asked, found.records, own)
    _name_customers(material, found)
    facts = facts_of(material, found)
    plan = plan_of(material, asked, found, facts, rules) if asked.refusal_reason is None else None
    files, gaps = _files(material, asked, found, facts, plan)
    forward = tuple({**item, "forward_by": forward_by(material, asked).isoformat()} for item in found.forwarded)
    unsigned = () if signer(material.policy) else (UNSIGNED,)
    review = (*unsigned, *_review(asked, found, own, facts, plan))
    package = Package(
        files={},
        records=facts.rows,
        sources=tuple(sorted({record.source for record in found.records})),
        redactions=len(found.redactions),
        gaps=tuple(gaps),
        review=review,
        plan=plan,
        forward=forward,
    )
    officer = _officer_files(asked, package, found)
    given = {f"package/{name}": content for name, content in files.items()}
    return Package({**given, **officer}, package.records, package.sources, package.redactions, package.gaps, review, plan, forward)


def _files(material: Material, asked: Asked, found: Found, facts: Facts, plan: Plan | None) -> tuple[dict[str, bytes], list[Gap]]:
    """What the person gets."""
    words = words_of(asked.language)
    called = words.group("files")
    is_acted_on = found.records or (asked.right in _ALWAYS and not asked.is_name_alone)
    template = TEMPLATES.get(asked.right, "action") if is_acted_on else "nothing"
    files: dict[str, bytes] = {}
    portable_rows: Mapping[str, list[dict[str, Any]]] = {}
    if asked.refusal_reason is not None:
        template = "refusal"
    if template == "access":
        files |= data_files(found.records, words)
        files[f"{called['account']}.json"] = json_bytes(account_of(found, words))
    if template == "portability":
        portable_rows = portable(material, found.records)
        files |= _portable_files(material, found, portable_rows, called["data"])
        given = {record.place for record in found.records if is_portable(material, record)}
        found = replace(found, redactions=[entry for entry in found.redactions if entry.place in given])
    # Who asks may be anybody, or gets nothing, or was not looked for: nothing of what was found is told.
    if not asked.is_verified or template == "refusal" or asked.is_name_alone:
        found = replace(found, records=[], names=(), forwarded=[], notes=[], searched=[], unread=[], uncertain=0, unnamed=0)
    values = letter_values(material, asked, found, facts, words) | {
        "plan": plan,
        "portable_rows": sum(len(rows) for rows in portable_rows.values()),
    }
    letter = write_letter(template, words, values)
    files[f"{called['letter']}.md"] = letter.encode()
    files[f"{called['letter']}.html"] = html_of(letter, words.language, words.of("subjects", asked.right)).encode()
    gaps = gaps_of(template, found, facts, words, values)
    manifest = manifest_of(material, asked, found, files, fingerprint_of(material, asked))
    return {**files, "manifest.json": json_bytes(manifest)}, gaps


# Acting on these needs no record: the address is kept out of mailings all the same.
_ALWAYS = frozenset({"marketing_objection", "withdrawal"})


def _portable_files(material: Material, found: Found, rows: Mapping[str, Sequence[Mapping[str, Any]]], name: str) -> dict[str, bytes]:
    files = {"schema.json": json_bytes(schema_of(material, rows, found.records)), f"{name}.json": json_bytes(dict(sorted(rows.items())))}
    return files | {f"{folder_name(source)}.csv": csv_bytes(rows[source]) for source in sorted(rows)}


def fingerprint_of(material: Material, asked: Asked) -> str:
    """What the answer was made from: the policy, its knobs, the day, the exports and registers. The same inputs give the same digest."""
    paths = sorted({(material.pseudonyms.shown_path(part.bound.name), part.bound.file.path) for part in material.intake.parts})
    facts = {
        "request": asked.request_id,
        "as_of": material.as_of.isoformat(),
        "policy": material.policy.digest,
        "knobs": material.policy.changed_knobs(),
        "files": [(name, sha256_of(path)) for name, path in paths],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def _officer_files(asked: Asked, package: Package, found: Found) -> dict[str, bytes]:
    """What stays with the officer: what to look at, the log of redactions, the plan, whom to forward to."""
    findings = [
        {
            "code": CODE,
            "clause": "C-61-1",
            "severity": gap.severity,
            "field": gap.block,
            "reason": gap.reason,
            "request_id": asked.request_id,
        }
        for gap in package.gaps
    ]
    redactions = [
        {"source": entry.source, "file": entry.file, "row": entry.row, "field": entry.field, "reason": entry.reason}
        for entry in found.redactions
    ]
    check = {
        "review": list(package.review),
        "findings": findings,
        "not_searched": found.not_searched,
        "redactions": redactions,
        "forward": list(package.forward),
    }
    files = {CHECK: json_bytes(check)}
    if package.plan is not None:
        plan = package.plan
        steps = [step.as_json() for step in plan.steps]
        content = {
            "right": plan.right,
            "valid_until": plan.valid_until.isoformat(),
            "decisions": list(plan.decisions),
            "suppressions": list(plan.suppressions),
            "holds": dict(plan.holds),
            "steps": steps,
            "notices": list(plan.notices),
            "known_by": list(plan.known_by),
        }
        files[PLAN] = json_bytes(content)
        files["officer/plan.csv"] = csv_bytes(steps)
    return files


def _review(asked: Asked, found: Found, own: Own, facts: Facts, plan: Plan | None) -> list[str]:
    """What a person has to look at before the answer goes out; no value of anybody's."""
    held = {normalise_email(text, own.rules) for record in found.records if isinstance(text := record.staged.get("email"), str)}
    given = {normalise_email(value, own.rules) for kind, value in asked.identifiers if kind == "email"}
    review = (
        [] if asked.is_verified else ["who asks is not verified: the letter tells nothing that was found, and nothing may be added to it"]
    )
    if asked.is_name_alone and asked.refusal_reason is None:
        review.append(NAME_ALONE)
    if found.records and not given & held:
        review.append("send the answer only to an address that the records already hold: the request names none of these")
    elif found.records and given - held:
        review.append(f"send nothing to the {len(given - held)} addresses of the request that no record holds")
    if facts.authority_disclosures:
        count = facts.authority_disclosures
        review.append(f"{count} disclosures to an authority are left out of the answer: decide whether they may be named (UAVG 41)")
    if own.others:
        review.append(f"{len(own.others)} rows name somebody else: look whether they are this person's at all")
    if texts := free_texts(found.records):
        review.append(f"read {texts} texts that people wrote: a name in a sentence is not seen by a program")
    if found.redactions:
        review.append(f"look through the {len(found.redactions)} redactions in controle.json")
    if found.uncertain:
        review.append(f"{found.uncertain} rows are probably or possibly this person's, and left out: `houdbaar subject find` shows them")
    if found.forwarded:
        review.append("forward the request to the customers in controle.json, and tell them what it asks")
    review += [f"not searched: {line}" for line in told_unread(found.unread)]
    review += [f"{code}: {text}" for code, text in found.notes]
    return [*review, *(plan.decisions if plan is not None else ())]


_CUSTOMER_NAMES = """
    select customer_id, min(trim(organisation)) as organisation
    from contact
    where customer_id in (select unnest($customers::varchar[])) and trim(organisation) <> ''
    group by customer_id
    having count(distinct lower(trim(organisation))) = 1
"""


def _name_customers(material: Material, found: Found) -> None:
    """The names of customers to forward to, where the contacts agree on one: it says more to a person than a number."""
    customers = sorted({str(item["customer_id"]) for item in found.forwarded})
    names = dict(material.engine.rows(_CUSTOMER_NAMES, {"customers": customers}))
    for item in found.forwarded:
        item["customer"] = names.get(item["customer_id"])
