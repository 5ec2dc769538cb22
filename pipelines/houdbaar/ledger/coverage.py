"""Whether a run looked where an earlier one found something: only then what is absent is gone (design 3, "Coverage")."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from houdbaar.checks.catalog import checks
from houdbaar.checks.obligations import NO_RECORD, OTHER_KIND
from houdbaar.exports.entities import REGISTERS
from houdbaar.exports.inventory import matches
from houdbaar.policy.calendar import local_date

if TYPE_CHECKING:
    from houdbaar.checks.obligations import Obligation
    from houdbaar.exports.intake import Intake
    from houdbaar.privacy import Pseudonyms

_OF_AUDIT = ("AUD-NOT-TESTED", "AUD-DATA-QUALITY")  # told wherever they apply: no check of theirs can be left out
_UNPLACED = re.compile(r"(\d+) rows could not be read", re.ASCII)
KEYLESS = "DQ-ID-NULL"
_FOR_OTHERS = "its source holds data that are processed for others: the promises are not about them, and the record may still be there"
_ALWAYS_READ = ("registers", "policy", "unrecognised")  # under which the audit itself tells of things


@dataclass(frozen=True, slots=True)
class Place:
    """How far a run looked for a code in a source and entity.

    `why_not`: why nothing absent is gone there; None where it was looked for. `covers_from` and `covers_to` are local dates, inclusive:
    where `is_dated`, only what has its dates between them was looked for. `untested`: what of the code's checks could not be done.
    `out_of_scope`: why nothing is found there any more, even where the record is still there.
    """

    why_not: str | None
    is_dated: bool = False
    covers_from: date | None = None
    covers_to: date | None = None
    extracted_on: date | None = None
    untested: str | None = None
    out_of_scope: str | None = None


@dataclass(slots=True)
class _Read:
    """A source that was read."""

    is_bound: bool
    is_processed: bool  # for others
    is_dated: bool
    covers_from: date | None
    covers_to: date | None
    extracted_on: date | None = None
    entities: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Coverage:
    """What one run looked at."""

    _sources: dict[str, _Read]
    _broken: frozenset[str]
    _reasons: dict[tuple[str, str | None], dict[str | None, set[str]]]  # code and source -> entity -> reasons
    _tested: Collection[str]  # codes of which something was judged
    _unplaced: Mapping[tuple[str, str | None], int]  # rows of a source and entity in which any record may stand; None: of all its entities
    _strangers: Mapping[str, Collection[str]]  # tables that lie among a source's files and that no contract recognises

    @classmethod
    def of(cls, intake: Intake, obligations: Sequence[Obligation], pseudonyms: Pseudonyms) -> Coverage:
        """The coverage of an audit that has read these exports and ended so."""
        reasons: dict[tuple[str, str | None], dict[str | None, set[str]]] = defaultdict(dict)
        for item in obligations:
            said = reasons[item.code, item.source].setdefault(item.entity, set())
            said |= {part for part in (item.not_tested_reason or "").split("; ") if part and part not in (NO_RECORD, OTHER_KIND)}
        broken = frozenset(problem.source or "unrecognised" for problem in intake.problems if problem.is_fatal)
        unplaced = Counter[tuple[str, str | None]]()
        for part in intake.parts:
            for entity in (part.table.entity, None):
                unplaced[part.bound.source.name, entity] += len(part.counts.rejected)
        # A record that was known by its key isn't gone because its key is, nor rows that were known by their month.
        for (source, entity), count in nameless([item.as_json() for item in obligations]).items():
            unplaced[source, entity] += count
            unplaced[source, None] += count
        tested = {item.code for item in obligations if item.counts}
        return cls(_sources(intake), broken, reasons, tested, unplaced, strangers(intake, pseudonyms))

    def place(self, code: str, source: str | None, entity: str | None, before: str | None) -> Place:
        """How far the run looked for findings of a code in a source and entity.

        `before`: what could not be tested there when the finding was seen last. That didn't keep it from being found.
        """
        place = self.reach(source, entity)
        if place.why_not is not None:
            return place
        untested = self._untested(code, source, entity)
        if untested is None:
            return Place("its check could not look there")
        unplaced = 0 if code in _OF_AUDIT else self.unplaced(source, entity)
        strange = set() if code in _OF_AUDIT else {f"no contract recognises {name}" for name in self.strangers(source)}
        lost = {f"{unplaced} rows could not be read or have no key or day"} if unplaced else set()
        said = "; ".join(sorted(untested | strange | lost)) or None
        known, had = set((before or "").split("; ")), _UNPLACED.search(before or "")
        why_not = None
        if not untested <= known:
            why_not = "its check could not look there"
        elif not strange <= known:
            why_not = f"among the source's files: {', '.join(sorted(strange - known))}"
        elif unplaced > (int(had[1]) if had else 0):  # what is absent may stand in one of these
            why_not = "more rows of the source than before could not be read or have no key or day"
        if code in _OF_AUDIT:
            return Place(why_not, untested=said)
        is_out = source in self._sources and self._sources[source].is_processed and code in _of_own_data()
        return replace(place, why_not=why_not, untested=said, out_of_scope=_FOR_OTHERS if is_out else None)

    def reach(self, source: str | None, entity: str | None) -> Place:
        """How far the run read a source and entity, whatever was looked for there."""
        if source in self._broken:
            return Place("a file of the source can't be read, or is not there")
        read = None if source is None else self._sources.get(source)
        if read is None and source is not None and source not in _ALWAYS_READ:
            return Place("no export of the source was read")
        if read is not None and not read.is_bound:
            return Place("the source is not bound in houdbaar.toml")
        if read is not None and entity is not None and entity not in read.entities:
            return Place(f"the source feeds no {entity}")
        return Place(None) if read is None else Place(None, read.is_dated, read.covers_from, read.covers_to, read.extracted_on)

    def unplaced(self, source: str | None, entity: str | None) -> int:
        """How many rows of a source and entity could not be read, or have no key or day: nobody knows which record they are."""
        return self._unplaced.get((source, entity), 0) if source is not None else 0

    def strangers(self, source: str | None) -> Collection[str]:
        """Tables that no contract recognises among a source's files: what is absent may stand in one of these."""
        return self._strangers.get(source, ()) if source is not None else ()

    def _untested(self, code: str, source: str | None, entity: str | None) -> set[str] | None:
        """What could not be tested of a code in a place; None: nothing of it was."""
        if code in _OF_AUDIT:
            return set()
        found = self._reasons.get((code, source), {})
        if entity in found:
            return found[entity]
        if not found and (source in _ALWAYS_READ or code in _anywhere()):  # such checks tell of what is wrong only, not where they looked
            found = self._reasons.get((code, None), {} if code not in self._tested else {None: set()})
        return set().union(*found.values()) if found else None


def unplaced_then(summary: Mapping[str, Any]) -> Counter[tuple[str, str | None]]:
    """How many rows of each source and entity could not be read, or had no key or day, by the summary of a run."""
    found = Counter[tuple[str, str | None]]()
    for file in summary["files"]:
        found[file["source"], file["entity"]] += file["rows_rejected"]
    return found + nameless(summary["obligations"])


def strangers(intake: Intake, pseudonyms: Pseudonyms) -> dict[str, set[str]]:
    """Tables below the path of a bound source that no contract recognises, as reports show them: an export may have changed its shape."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in intake.inventory.unrecognised_tables():
        for source in intake.sources:
            if matches(source.path, name):
                found[source.name].add(pseudonyms.shown_path(name).replace("; ", ", "))
    return dict(found)


def nameless(obligations: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, str | None]]:
    """How many rows of each source and entity have no key, or, where findings go by month, no day; obligations as a summary has them."""
    most: dict[tuple[str, str, str | None], int] = {}
    for item in obligations:
        is_undated = (item["code"], item["entity"]) in _dated()
        if item["source"] is not None and (is_undated or item["code"] == KEYLESS):
            kind = "undetermined" if is_undated else "failed"
            place = (kind, item["source"], item["entity"])
            most[place] = max(most.get(place, 0), item[kind])  # several codes judge one row
    found = Counter[tuple[str, str | None]]()
    for (_, source, entity), count in most.items():
        found[source, entity] += count
    return found


@cache
def _anywhere() -> frozenset[str]:
    """Codes of checks that look at every source at once."""
    return frozenset(check.code for check in checks() if check.entity == "*")


@cache
def _dated() -> frozenset[tuple[str, str | None]]:
    """Codes and entities of checks that go by month, and can't decide about rows without a day: of sends no term says so."""
    return frozenset(
        (check.code, check.entity)
        for check in checks()
        if check.grain == "month" and (check.group == "retention" or check.entity == "mail_send")
    )


@cache
def _of_own_data() -> frozenset[str]:
    """Codes whose checks all look at data that are not processed for others."""
    return frozenset(check.code for check in checks()) - {check.code for check in checks() if check.role != "controller"}


def _sources(intake: Intake) -> dict[str, _Read]:
    sources: dict[str, _Read] = {}
    for part in intake.parts:
        source, is_register = part.bound.source, part.table.entity in REGISTERS
        read = sources.setdefault(
            source.name,
            _Read(
                is_register or source.is_bound,
                part.bound.is_processed,
                not is_register and source.coverage == "from",
                source.covers_from,
                source.covers_to,
            ),
        )
        read.entities.add(part.table.entity)
        if not is_register and part.bound.extracted_at is not None:
            made_on = local_date(part.bound.extracted_at, intake.local_zone)
            read.extracted_on = max(made_on, read.extracted_on or made_on)
    for read in sources.values():
        if read.is_dated and read.covers_to is None:
            read.covers_to = read.extracted_on
    return sources
