"""What became of each finding since the run before: new, open, regressed, accepted, resolved, stale (domain.md 5.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.policy.calendar import Period, last_overdue_date
from houdbaar.resources import package_text

if TYPE_CHECKING:
    import pyarrow as pa

    from houdbaar.engines.duckdb import Engine
    from houdbaar.ledger.acceptances import Acceptance, Scope
    from houdbaar.ledger.coverage import Coverage
    from houdbaar.policy.model import Policy

NOT_LOOKED_FOR = "findings of earlier runs were not looked for: their export is absent, or could not be tested as before"
GONE_WHILE_HELD = "it was held when it was last seen: find out whether the hold had ended before it went"
KEEP_MONTHS = 36
"""How long the ledger remembers a resolved finding, and a run; what is not resolved it never forgets."""

STATE = """
    create table earlier (
        finding_id varchar, code varchar, clause varchar, source varchar, entity varchar, severity varchar, verdict varchar,
        records bigint, status varchar, is_stale boolean, first_seen date, last_seen date, resolved_on date, reopen_count integer,
        proof varchar, acceptance_id varchar, accepted_severity varchar, is_acceptance_ended boolean, untested varchar,
        extracted_on date, first_trigger date, last_trigger date, event varchar, note varchar
    )
"""
_TABLES = """
    create table looked (
        code varchar, source varchar, entity varchar, before varchar, why_not varchar, is_dated boolean, covers_from date,
        covers_to date, extracted_on date, untested varchar, out_of_scope varchar
    );
    create table acceptance (
        acceptance_id varchar, code varchar, source varchar, position bigint, is_effective boolean, note varchar
    );
    create table holding (acceptance_id varchar);
    create table proof (finding_id varchar, proof varchar)
"""
_FINDING = "create table finding as select * exclude (rule, open_key) from memory.main.finding"  # the audit's own
_PLACES = """
    select code, source, entity, untested from earlier
    union
    select code, source, entity, null from present
    order by all
"""
_STALE = "select distinct source from absent where is_stale and source is not null order by source"
# A record of which several fields were found counts once, as in all other counts.
_MATCHED = """
    with line as (
        select
            matched.acceptance_id, matched.finding_id, finding.records,
            finding.record_key is null or row_number() over (
                partition by matched.acceptance_id, finding.source, finding.entity, finding.record_key
                order by finding.records desc, finding.finding_id
            ) = 1 as is_counted
        from matched inner join finding on matched.finding_id = finding.finding_id
        where not matched.is_worse
    )
    select acceptance_id, count(distinct finding_id), cast(sum(records) filter (where is_counted) as bigint)
    from line group by acceptance_id
"""
_UNSEEN = """
    select distinct earlier.acceptance_id
    from earlier inner join absent on earlier.finding_id = absent.finding_id
    where absent.is_stale and earlier.status = 'accepted'
"""
_COUNTS = """
    select case when is_stale then 'stale' else status end as word, count(*) from state
    where is_stale or status <> 'resolved' or resolved_on = $as_of
    group by word
"""
_EVENTS = """
    select finding_id, code, source, event, note from state where event is not null
    order by event, code, source nulls first, finding_id
"""
_NEW_LINES = """
    create table stale_line (finding_id varchar, code varchar, clause varchar, severity varchar, source varchar, field varchar)
"""
_LINE = """
    select
        finding_id, code, clause, severity, 'FAIL' as verdict, 'certain' as confidence, field as reason, source, 1 as records,
        false as is_enumerated, field, 'review' as action
    from stale_line
"""
WORDS = ("new", "open", "regressed", "accepted", "resolved", "stale")


@dataclass(frozen=True, slots=True)
class Before:
    """What the last recorded run with an earlier as-of left: its findings (columns of STATE).

    `limits`: the most records of each acceptance, as the last run said that knew it: one that was taken out and put back is the same.
    `knobs`: its knobs that differed from their default; None where only the ledger knows the run, which doesn't keep them.
    """

    state: pa.Table
    limits: Mapping[Scope, int]
    knobs: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The findings with their status; `state`: every finding that is known after this run, one row each (the columns of STATE).

    `accepted`: the findings that somebody answers for, by finding_id.
    """

    findings: pa.Table
    state: pa.Table
    accepted: frozenset[str]
    counts: Mapping[str, int]
    events: Sequence[Mapping[str, Any]]
    acceptances: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What people keep in registers about findings: acceptances, and proofs of deletion by finding.

    `missing`: what is said of an acceptance that is not among them.
    """

    acceptances: Sequence[Acceptance] = ()
    proofs: Sequence[tuple[str, str]] = ()
    missing: str = "the acceptance is not in the register any more"


def judge_status(audit: Engine, before: Before | None, coverage: Coverage, kept: Kept, policy: Policy, as_of: date) -> Status:
    """Say of every finding what became of it since the run before; without one (a bare folder, a first run) all are new.

    `audit` lends its engine; of its tables `finding` is read.
    """
    with audit.apart() as engine:
        engine.offer_macros(package_text("checks/terms.sql"))
        engine.run(STATE)
        engine.run(_TABLES)
        engine.run(_FINDING)
        if before is not None:
            engine.take("earlier_state", before.state)
            engine.append("earlier", "select * from earlier_state")
        engine.make_table("present", _sql("present"))
        resettled = _resettled(before, policy)
        _look(engine, coverage, resettled)
        engine.make_table("absent", _sql("absent"), {"held": GONE_WHILE_HELD})
        if before is not None and _tell_of_stale(engine, policy):
            _look(engine, coverage, resettled)
        acceptances = _accept(engine, kept, before.limits if before is not None else {})
        engine.insert_rows("proof", list(kept.proofs))
        forget_until = last_overdue_date(as_of, Period(months=KEEP_MONTHS))
        values = {"as_of": as_of, "forget_until": forget_until, "missing": kept.missing}
        engine.make_table("state", _sql("state"), values)
        counts = dict(engine.rows(_COUNTS, {"as_of": as_of}))
        names = ("finding_id", "code", "source", "event", "note")
        return Status(
            findings=engine.arrow(_sql("judged")),
            state=engine.arrow("select * from state order by finding_id"),
            accepted=frozenset(finding_id for (finding_id,) in engine.rows("select finding_id from state where status = 'accepted'")),
            counts={word: int(counts.get(word, 0)) for word in WORDS},
            events=[dict(zip(names, row, strict=True)) for row in engine.rows(_EVENTS)],
            acceptances=acceptances,
        )


def _sql(name: str) -> str:
    return package_text(f"ledger/sql/{name}.sql")


def _resettled(before: Before | None, policy: Policy) -> dict[str, str]:
    """Codes about records that are judged by other knobs than in the run before, with what is to be said of it."""
    if before is None or before.knobs is None:
        return {}
    then, now = before.knobs, policy.changed_knobs()
    changed = {name for name in {*then, *now} if then.get(name) != now.get(name)}
    names = {code.code: sorted(changed.intersection(code.knobs)) for code in policy.codes.values() if code.group != "policy"}
    return {code: f"judged by other settings ({', '.join(which)}), the record may still be there" for code, which in names.items() if which}


def _look(engine: Engine, coverage: Coverage, resettled: Mapping[str, str]) -> None:
    """Fill `looked`: how far this run looked for what was found before, and for what is there now."""
    engine.run("delete from looked")
    rows = []
    for code, source, entity, before in engine.rows(_PLACES):
        place = coverage.place(code, source, entity, before)
        dates = (place.is_dated, place.covers_from, place.covers_to, place.extracted_on)
        rows.append((code, source, entity, before, place.why_not, *dates, place.untested, place.out_of_scope or resettled.get(code)))
    engine.insert_rows("looked", rows)


def _tell_of_stale(engine: Engine, policy: Policy) -> bool:
    """Add an AUD-NOT-TESTED line for every source whose findings nobody could look for; it has a status like any other.

    Gives whether there is one.
    """
    code = policy.codes["AUD-NOT-TESTED"]
    lines = []
    for (source,) in engine.rows(_STALE):
        finding_id = hashlib.sha256("\x1f".join((code.code, source, "", NOT_LOOKED_FOR, "")).encode()).hexdigest()
        clause = code.clauses[0] if len(code.clauses) == 1 else None
        lines.append((finding_id, code.code, clause, code.severity, source, NOT_LOOKED_FOR))
    if lines:
        engine.run(_NEW_LINES)
        engine.insert_rows("stale_line", lines)
        engine.append("finding", _LINE)
        engine.make_table("present", _sql("present"))
        engine.make_table("absent", _sql("absent"), {"held": GONE_WHILE_HELD})
    return bool(lines)


def _accept(engine: Engine, kept: Kept, limits: Mapping[Scope, int]) -> list[dict[str, Any]]:
    """Fill `matched`, and `holding` with the acceptances that hold: their records may only become fewer. Gives how all of them stand."""
    rows = [(each.acceptance_id, each.code, each.source, at, each.is_effective, each.why) for at, each in enumerate(kept.acceptances)]
    engine.insert_rows("acceptance", rows)
    engine.make_table("matched", _sql("matched"))
    matched = engine.rows(_MATCHED) if rows else []
    found = {acceptance_id: (int(count), int(records)) for acceptance_id, count, records in matched}
    unseen = {acceptance_id for (acceptance_id,) in engine.rows(_UNSEEN)}
    standing = []
    for each in kept.acceptances:
        findings, records = found.get(each.acceptance_id, (0, 0)) if each.is_effective else (0, 0)
        standing.append(each.standing(findings, records, limits.get(each.scope), is_whole=each.acceptance_id not in unseen))
    held = [(item["acceptance_id"],) for item in standing if item["state"] == "effective"]
    engine.insert_rows("holding", held)
    for item in standing:
        if item["state"] == "exceeded":
            values = {"note": item["why"], "id": item["acceptance_id"]}
            engine.run("update acceptance set note = $note where acceptance_id = $id", values)
    return standing
