"""evidence.json: what an audit knows of its sources and registers that a supervisory authority asks for (domain.md 5.5).

Registers name people, and free text may. So only words of ours, days, counts and plain numbers are shown; all else is keyed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from houdbaar.exports.entities import REGISTERS
from houdbaar.ledger.acceptances import COUNT_DIGITS
from houdbaar.ledger.holds import KINDS
from houdbaar.ledger.requests import RIGHTS, STATES, Request, requests_at
from houdbaar.ledger.standing import standing
from houdbaar.ledger.steps import OUTCOMES
from houdbaar.policy.deadlines import DeadlineRules
from houdbaar.privacy import is_identifier, is_plain_id
from houdbaar.reports.remediation.manifest import MANIFEST_ID
from houdbaar.subjects.held import said_of

if TYPE_CHECKING:
    from houdbaar.checks.judge import Judge
    from houdbaar.exports.intake import Intake
    from houdbaar.privacy import Pseudonyms

FORMAT = 1
Line = dict[str, Any]
INSTRUMENTS = ("adequacy", "dpf", "scc", "bcr", "derogation")
_COUNTRY = re.compile("[A-Z]{2}")
_HOLDS = """
    with told as (
        select unnest(ranges)."first" as row, reason as note
        from judgement where rule = 'RET-HOLD-INVALID' and verdict = 'PASS' and reason is not null
    )
    select hold_state.hold_id, hold_state.kind, hold_state.state, hold_state.fault, hold_state.selected_source, hold_state.starts_on,
        hold.ends_on, hold.review_on, hold.released_on, hold.reason is not null as has_reason, hold.approver is not null as has_approver,
        told.note, hold as said
    from hold_state
    inner join hold on hold_state.row = hold.row
    left join told on hold_state.row = told.row
    order by hold_state.row
"""
_TRANSFERS = "select transfer_id, recipient, country, instrument, valid_from, valid_to from transfer order by row"
_DISCLOSURES = """
    select recipient, count(*) as records, count(*) filter (where legal_ground is null) as without_ground
    from disclosure group by recipient order by recipient nulls first
"""
_CONSENTS = """
    select count(*) as records, count(*) filter (where withdrawn_at_issue is distinct from 'DQ-TS-NULL') as withdrawn,
        count(*) filter (where evidence is null) as without_evidence
    from consent
"""
_DELETIONS = """
    select deletion_id, manifest_id, executed_at_first_date as executed_on, if(records < $counts, records, null) as records,
        proof is not null as has_proof
    from deletion order by row
"""
_ACCEPTANCES = """
    select acceptance_id, code, selected_source, owner, accepted_on_first_date as accepted_on, accepted_until,
        if(max_records < $counts, max_records, null) as max_records
    from acceptance order by row
"""


# The days from which terms run, of all records of a source that were judged by one.
_DAYS = """
    select source, min(coalesce(oldest_trigger, first_trigger)) as first_day, max(last_trigger) as last_day
    from judgement where source is not null group by source
"""


class Evidence:
    """Reads the tables of one audit, as long as its engine is open."""

    def __init__(self, judge: Judge, intake: Intake, pseudonyms: Pseudonyms) -> None:
        self._judge, self._intake, self._pseudonyms = judge, intake, pseudonyms

    def as_json(self) -> dict[str, Any]:
        """The content of evidence.json. A register that is absent is None: nobody has said that there is nothing to put in it."""
        registers: dict[str, Callable[[], Any]] = {
            "holds": lambda: [self._hold(row) for row in self._rows("hold_state", _HOLDS)],
            "requests": self._requests,
            "acceptances": lambda: [self._acceptance(row) for row in self._rows("acceptance", _ACCEPTANCES)],
            "transfers": lambda: [self._transfer(row) for row in self._rows("transfer", _TRANSFERS)],
            "disclosures": lambda: [
                {**row, "recipient": self._recipient(row["recipient"])} for row in self._rows("disclosure", _DISCLOSURES)
            ],
            "consents": lambda: self._rows("consent", _CONSENTS)[0],
            "deletions": lambda: [self._deletion(row) for row in self._rows("deletion", _DELETIONS)],
        }
        there = self._judge.material.entities
        found = {name: read() if name.removesuffix("s") in there else None for name, read in registers.items()}
        return {"format": FORMAT, "as_of": self._judge.as_of.isoformat(), "sources": self._sources(), **found}

    def _rows(self, table: str, query: str) -> list[Line]:
        self._judge.tables.make_shared(table)
        values = {"counts": 10**COUNT_DIGITS} if "$counts" in query else {}
        return [{name: _plain(value) for name, value in row.items()} for row in self._judge.engine.dicts(query, values)]

    def _sources(self) -> list[Line]:
        """One line a source: what was said of it, its newest extraction, and how much of it there is."""
        found: dict[str, Line] = {}
        days = {source: (_plain(first), _plain(last)) for source, first, last in self._judge.engine.rows(_DAYS)}
        for part in self._intake.parts:
            bound = part.bound
            if part.table.entity in REGISTERS:
                continue
            line = found.setdefault(
                bound.source.name,
                {
                    "source": bound.source.name,
                    "contract": bound.contract.id,
                    "role": bound.source.role or bound.contract.role,
                    "purposes": list(bound.source.purposes or bound.contract.purposes),
                    "coverage": bound.source.coverage,
                    "covers_from": _plain(bound.source.covers_from),
                    "extracted_at": None,
                    **dict(zip(("first_day", "last_day"), days.get(bound.source.name, (None, None)), strict=True)),
                    "entities": set(),
                    "files": set(),
                    "rows": 0,
                },
            )
            line["entities"].add(part.table.entity)
            line["files"].add(bound.name)
            line["rows"] += part.counts.rows_staged
            if bound.extracted_at is not None:
                line["extracted_at"] = max(filter(None, (line["extracted_at"], bound.extracted_at.isoformat())))
        return [{**line, "entities": sorted(line["entities"]), "files": len(line["files"])} for _, line in sorted(found.items())]

    def _requests(self) -> list[Line]:
        """Each request with its due date and whether it was met, as the register says it."""
        self._judge.tables.make_shared("request")
        policy, as_of = self._judge.policy, self._judge.as_of
        rules = DeadlineRules.of(policy)
        lines = []
        for row in requests_at(self._judge.engine):
            request = Request.of(row, as_of, rules)
            stands = standing(request, as_of, policy)
            answered_on = request.on("answered_at") or request.on("closed_at")
            outcome = (request.words["outcome"] or "").strip().lower()
            lines.append(
                {
                    "request_id": self._id(request.request_id),
                    "right": self._among(request.right, RIGHTS, "right"),
                    "state": self._among(request.state, STATES, "state"),
                    "standing": stands.word,
                    "received_on": _plain(request.on("received_at")),
                    "due_on": _plain(stands.due_on),
                    "answered_on": _plain(answered_on),
                    "outcome": self._among(outcome, OUTCOMES, "outcome"),
                    "is_in_time": answered_on <= stands.due_on if answered_on and stands.due_on else None,
                }
            )
        return lines

    def _hold(self, row: Line) -> Line:
        shown = {"hold_id": self._id(row["hold_id"]), "kind": self._among(row["kind"], KINDS, "kind")}
        shown["said"] = said_of(row["said"], self._pseudonyms)
        return {**row, **shown, "selected_source": self._source(row["selected_source"])}

    def _acceptance(self, row: Line) -> Line:
        code = self._among(row["code"], tuple(self._judge.policy.codes), "code")
        owner = (
            row["owner"] if row["owner"] is None or not is_identifier(row["owner"]) else f"owner-{self._pseudonyms.of(row['owner'])[:8]}"
        )
        shown = {"acceptance_id": self._id(row["acceptance_id"]), "code": code, "owner": owner}
        return {**row, **shown, "selected_source": self._source(row["selected_source"])}

    def _transfer(self, row: Line) -> Line:
        country = (row["country"] or "").strip().upper()
        return {
            **row,
            "transfer_id": self._id(row["transfer_id"]),
            "recipient": self._recipient(row["recipient"]),
            "country": country if _COUNTRY.fullmatch(country) else self._among(row["country"], (), "country"),
            "instrument": self._among((row["instrument"] or "").strip().lower(), INSTRUMENTS, "instrument"),
        }

    def _deletion(self, row: Line) -> Line:
        manifest_id = (row["manifest_id"] or "").strip()
        shown = manifest_id if MANIFEST_ID.fullmatch(manifest_id) else self._id(row["manifest_id"])
        return {**row, "deletion_id": self._id(row["deletion_id"]), "manifest_id": shown}

    def _id(self, text: str | None) -> str | None:
        return text if text is None or is_plain_id(text) else self._among(text, (), "id")

    def _recipient(self, name: str | None) -> str | None:
        """A recipient that the settings name is an organisation; any other may be anybody."""
        return self._among(name, tuple(self._judge.policy.knob("policy.recipients") or ()), "recipient")

    def _source(self, name: str | None) -> str | None:
        return self._among(name, tuple(self._intake.known_sources), "name")

    def _among(self, value: str | None, known: tuple[str, ...], label: str) -> str | None:
        return self._pseudonyms.shown_among(value, known, label) if value else None


def _plain(value: object) -> object:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date | datetime) else value
