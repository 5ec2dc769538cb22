"""A plan and its files: JSON lines of what is to be done, often a script of SQL, and an entry of `manifests.json` without identifiers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FORMAT = 1  # of manifests.json; raised when a field changes its meaning
FOLDER = "private/manifests"
INDEX = "manifests.json"
MANIFEST_ID = re.compile("M-[0-9a-f]{12}")  # made from the plan's own content: it points at nobody
VALID_DAYS = 7  # domain.md 5.4: a plan is checked against holds and requests of its last day too
# In the order in which they are carried out: who may never be mailed again is noted before the tool forgets them.
KINDS = (
    "suppression", "mailchimp_archive", "mailchimp_clear", "mailchimp_delete_permanent", "mailing_list", "ga_user_deletion",
    "ga_data_deletion", "export_rows", "sql_dated", "sql_clear_fields", "sql_anonymise", "sql_delete", "record_list",
    "export_files", "register_rows", "recipients",
)  # fmt: skip

# What takes personal data away for good, so that whoever got them is told (article 19). Registers are nobody else's.
_ERASING = frozenset(KINDS) - {"suppression", "mailchimp_archive", "register_rows", "recipients"}
_NO_ERASURE = "archive"  # by a list's own tool

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is on a plan: one finding of it."""

    finding_id: str
    code: str
    clause: str | None
    field: str | None = None
    is_assumed: bool = False


@dataclass(slots=True)
class Manifest:
    """One plan. `lines` hold what is to be done, with identifiers, as JSON; `script` is SQL that reads them. `blocked`: records left out.

    `records` is how many records the lines stand for; `note` says in words what to mind; `days`: how long a quota makes it take.
    """

    kind: str
    source: str | None
    entity: str | None
    lines: list[str] = field(default_factory=list)  # as text: a large plan's dictionaries take hundreds of megabytes
    erased: set[Reason] = field(default_factory=set)  # what takes data away for good
    codes: set[str] = field(default_factory=set)
    clauses: set[str] = field(default_factory=set)
    records: int = 0
    blocked: int = 0
    days: int | None = None
    note: str = ""
    script: str | None = None
    kept: list[Line] = field(default_factory=list)  # whom the script leaves alone

    def add(self, line: Mapping[str, Any], reasons: Iterable[Reason], records: int = 1, others: Iterable[str] = ()) -> None:
        """Add a line, with the findings that ask for it; `others` ask for something else, and are settled with it."""
        found = sorted(set(reasons), key=lambda each: (each.finding_id, each.code, each.field or ""))
        codes, clauses = sorted({each.code for each in found}), sorted({each.clause for each in found if each.clause})
        assumed = " (an assumed term)" if found and all(each.is_assumed for each in found) else ""
        why = {"reason": ", ".join(codes) + assumed, "codes": codes, "clauses": clauses}
        finding_ids = list(dict.fromkeys(each.finding_id for each in found))
        also = sorted(set(others).difference(finding_ids))
        settled = {"settled_with_it": also} if also else {}
        self.lines.append(_json({**line, "records": records, **why, "finding_ids": finding_ids, **settled}))
        if self.kind in _ERASING and line.get("action") != _NO_ERASURE:
            self.erased.update(found)
        self.codes.update(codes)
        self.clauses.update(clauses)
        self.records += records

    def sealed(self, as_of: date, valid_until: date) -> Sealed:
        """The plan with its id; its lines become those of the file, and it takes no more."""
        for at, line in enumerate(self.lines):
            self.lines[at] = f'{{"line": {at + 1}, {line[1:-1]}, "valid_until": "{valid_until}"}}\n'
        kept = [_json(line) + "\n" for line in self.kept]
        about = json.dumps([self.kind, self.source, self.entity, as_of.isoformat(), self.note], ensure_ascii=False)
        digest = hashlib.sha256(about.encode())
        for text in (self.lines, kept, [self.script or ""]):
            digest.update(b"\n")
            for piece in text:
                digest.update(piece.encode())
        manifest_id = f"M-{digest.hexdigest()[:12]}"
        stem = f"{KINDS.index(self.kind) + 1:02}-{self.kind}-{manifest_id}"
        files = {f"{stem}.jsonl": self.lines}
        if self.kept:
            files[f"{stem}-kept.jsonl"] = kept
        if self.script is not None:
            files[f"{stem}.sql"] = [self.script.replace("{stem}", stem).replace("{manifest_id}", manifest_id)]
        return Sealed(self, manifest_id, files, valid_until)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A plan with its id and its files: their texts in pieces, by name."""

    plan: Manifest
    manifest_id: str
    files: Mapping[str, Sequence[str]]
    valid_until: date

    def as_json(self) -> dict[str, Any]:
        """The entry of manifests.json."""
        plan = self.plan
        main, *others = ({"file": f"{FOLDER}/{name}", "sha256": sha256_of(text)} for name, text in self.files.items())
        return {
            "manifest_id": self.manifest_id,
            "kind": plan.kind,
            "source": plan.source,
            "entity": plan.entity,
            "codes": sorted(plan.codes),
            "clauses": sorted(plan.clauses),
            "lines": len(plan.lines),
            "records": plan.records,
            "blocked": plan.blocked,
            **main,
            "other_files": others,
            "valid_until": self.valid_until.isoformat(),
            "days": plan.days,
            "note": plan.note or None,
        }


def sha256_of(text: Iterable[str]) -> str:
    """SHA-256 of a file's text (its pieces), as it is written."""
    digest = hashlib.sha256()
    for piece in text:
        digest.update(piece.encode())
    return digest.hexdigest()


def index_of(plans: Sequence[Sealed], as_of: date, valid_until: date, withheld: str | None, accepted: int) -> dict[str, Any]:
    """The content of manifests.json. `withheld`: why nothing is planned that destroys; `accepted`: records of accepted findings."""
    about = {"format": FORMAT, "as_of": as_of.isoformat(), "valid_until": valid_until.isoformat(), "withheld": withheld}
    return {**about, "accepted": accepted, "manifests": [plan.as_json() for plan in plans]}


def _json(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)
