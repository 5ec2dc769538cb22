"""For what, and on which legal basis, a source's data are used: by its binding and contract, and by the policy's clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from houdbaar.subjects.package.model import Material, Record

if TYPE_CHECKING:
    from houdbaar.policy.model import Clause, Policy

CONSENT, CONTRACT, DUTY, INTEREST, GAP = "consent", "contract", "duty", "interest", "gap"
BASES = (CONSENT, CONTRACT, DUTY, INTEREST)
REGISTER_PURPOSE = "REGISTER"  # what the company's own registers are for
_PATTERNS = {
    CONSENT: re.compile(r"6\(1\)\(a\)|\bconsent\b"),
    CONTRACT: re.compile(r"6\(1\)\(b\)|\bcontract\b"),
    DUTY: re.compile(r"6\(1\)\(c\)|/ \(c\)"),
    INTEREST: re.compile(r"6\(1\)\(f\)|/ \(f\)|else \(f\)|legitimate interest"),
}
_UNSAID = re.compile(r"^(undeclared|none valid)")
# How an address was given decides on which basis it is mailed (policy 2.2).
_MAIL_BASES = {"newsletter": CONSENT, "order": INTEREST, "question": GAP}


def purposes_of(material: Material, record: Record) -> tuple[str, ...]:
    """What a record is used for: as its source says, else as the policy says of its kind of data."""
    if record.is_register:
        return (REGISTER_PURPOSE,)
    part = material.part_of(record)
    if part is not None and (said := part.bound.source.purposes or part.bound.contract.purposes):
        return said
    found = [
        purpose
        for clause in material.policy.clauses.values()
        if record.category in clause.category
        for purpose in clause.purpose
        if purpose.startswith("P-")
    ]
    return tuple(dict.fromkeys(found))


def bases_of(policy: Policy, category: str, purpose: str, records: Sequence[Record] = ()) -> tuple[str, ...]:
    """The legal bases of a purpose for a kind of data, the most certain reading; `gap` alone where the policy names none.

    A basis that is only plausible ('undeclared') counts where no other is said, and one for another kind of data where this has none.
    """
    if purpose == REGISTER_PURPOSE:
        return (DUTY,)
    if purpose == "P-MARKETING" and (known := _mail_bases(records)):
        return known
    clauses = [clause for clause in policy.clauses.values() if purpose in clause.purpose]
    mine = [clause for clause in clauses if category in clause.category] or clauses
    for group in (mine, clauses):
        said = _said([clause for clause in group if not _UNSAID.match(clause.basis or "")]) or _said(group)
        if said:
            return said
    return (GAP,)


def _said(clauses: Sequence[Clause]) -> tuple[str, ...]:
    texts = [clause.basis or "" for clause in clauses if not (clause.basis or "").startswith("none valid")]
    return tuple(name for name in BASES if any(_PATTERNS[name].search(text) for text in texts))


def _mail_bases(records: Sequence[Record]) -> tuple[str, ...]:
    """What the person's own list entries say; nothing where one of them doesn't."""
    sources = {(record.staged.get("signup_source") or "").strip().lower() for record in records if record.entity == "mail_member"}
    if not sources or not sources <= set(_MAIL_BASES):
        return ()
    found = {_MAIL_BASES[source] for source in sources}
    return tuple(name for name in (*BASES, GAP) if name in found)
