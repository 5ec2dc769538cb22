"""What a letter tells of the records: by kind of data what for, on which basis, from whom, until when; who received them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from houdbaar.exports.entities import CATEGORIES
from houdbaar.subjects.package.grounds import bases_of, purposes_of
from houdbaar.subjects.package.model import Found, Material, Record, Term
from houdbaar.subjects.package.records import AUTHORITY

_COUNTRY = re.compile("[A-Z]{2}")
_SCORES = ("rating", "score", "segment", "lead_score")
_IMPORTED = frozenset({"import", "staff"})
_DISCLOSED = """
    select recipient, recipient_kind, disclosed_on
    from disclosure
    where
        customer_id in (select unnest($customers::varchar[])) or order_id in (select unnest($orders::varchar[]))
    order by recipient, disclosed_on
"""
_TRANSFERRED = """
    select
        transfer.recipient, upper(trim(transfer.country)) as country, lower(trim(transfer.instrument)) as instrument,
        transfer.sources,
        coalesce(adequate_country.basis = 'eea', false) as is_inside,
        lower(trim(transfer.instrument)) in ('adequacy', 'dpf', 'scc', 'bcr', 'derogation')
        and (lower(trim(transfer.instrument)) <> 'dpf' or $is_framework_valid)
        and coalesce(transfer.valid_from <= $as_of, true)
        and coalesce(transfer.valid_to_last_date >= $as_of, true) as is_valid
    from transfer left join adequate_country on upper(trim(transfer.country)) = adequate_country.country
    order by transfer.recipient, country, instrument
"""

_ACCEPTED = """
    select distinct trim(code) as code, trim(selected_source) as source from acceptance
    where accepted_on_first_date <= $as_of and accepted_until_last_date >= $as_of
    order by all
"""


@dataclass(frozen=True, slots=True)
class TermFacts:
    """One term of a kind of data: the rule, its length, and the first and last of the last days of this person's rows."""

    rule: str
    months: int
    days: int
    first_day: date | None
    last_day: date | None
    undated: int  # records whose last day can't be computed
    outlived: int  # records whose last day is past, and that stay as long as a relation goes on
    unsettled: int  # records of which the audit can't say whether the last day has passed
    doubts: tuple[str, ...]  # why not, as the audit says it; '' where it doesn't


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data of the person. `purposes`: each with its legal bases; `places`: sources with their number of rows."""

    category: str
    places: tuple[tuple[str, int], ...]
    purposes: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[TermFacts, ...]
    is_imported: bool

    @property
    def rows(self) -> int:
        """How many rows."""
        return sum(count for _, count in self.places)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Data outside the EEA: to whom, where, by which instrument, and whether that is in force.

    `country` is a code, '' where the register's cell holds anything else; `shown_country` may be printed.
    """

    recipient: str
    country: str
    shown_country: str
    instrument: str | None
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All that letters and plans say beside the rows. `recipients`: names with the days of what is logged."""

    kinds: tuple[Kind, ...]
    recipients: tuple[tuple[str, tuple[date, ...]], ...]
    declared_recipients: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    has_transfer_register: bool
    authority_disclosures: int
    scores: tuple[str, ...]
    rows: int
    over: int  # rows past their term that may go
    held: int  # rows past their term that may not go yet
    partly_over: tuple[str, ...]  # kinds of data past their term in rows that stay for another record, and that may go
    accepted: int  # rows past their term, or with a record that is, of which nobody has decided yet when they go


def facts_of(material: Material, found: Found) -> Facts:
    """Gather the facts. Every table that it reads must stand: registers that are absent as empty views."""
    records, knob = found.records, material.policy.knob
    disclosed = _disclosures(material, records)
    recipients: dict[str, set[date]] = {}
    for name, kind, day in disclosed:
        if name and kind != AUTHORITY:
            recipients.setdefault(name, set()).update([day] if day else [])
    for record in records:
        if carrier := (record.staged.get("carrier") or "").strip():
            recipients.setdefault(carrier, set())
    transfers = _transfers(material, {record.source for record in records})
    for name in (transfer.recipient for transfer in transfers):
        recipients.setdefault(name, set())
    overdue = _overdue(material, records)
    declared = tuple(name for name in (knob("policy.recipients") or ()) if name.casefold() not in {each.casefold() for each in recipients})
    return Facts(
        kinds=tuple(_kind(material, category, mine) for category, mine in _by_category(records)),
        recipients=tuple((name, tuple(sorted(days))) for name, days in sorted(recipients.items())),
        declared_recipients=declared,
        transfers=tuple(transfers),
        has_transfer_register="transfer" not in material.intake.lacking,
        authority_disclosures=sum(kind == AUTHORITY for _, kind, _ in disclosed),
        scores=tuple(name for name in _SCORES if any(record.given.get(name) or record.staged.get(name) for record in records)),
        rows=len({record.place for record in records}),
        over=overdue["over"],
        held=overdue["held"],
        partly_over=tuple(category for category in CATEGORIES if overdue[category]),
        accepted=overdue["accepted"],
    )


def _overdue(material: Material, records: Sequence[Record]) -> Counter[str]:
    """Rows with a record past its term, by what may be told of them: over, held, accepted, or the category that goes out of a row."""
    accepted = material.engine.rows(_ACCEPTED, {"as_of": material.as_of})
    places: dict[tuple[str, str, int], list[Record]] = {}
    for record in records:
        places.setdefault(record.place, []).append(record)
    found: Counter[str] = Counter()
    for mine in places.values():
        over = [record for record in mine if record.is_over]
        if not over:
            continue
        if any(_is_accepted(material, record, accepted) for record in over):
            found["accepted"] += 1
        elif any(record.blocked_by for record in over):
            found["held"] += 1
        else:
            found.update(["over"] if len(over) == len(mine) else {record.category for record in over})
    return found


def _is_accepted(material: Material, record: Record, accepted: Sequence[tuple[str, str | None]]) -> bool:
    """Whether somebody may answer for what should have gone: whether the acceptance holds, only an audit knows."""
    rules = material.policy.rules
    codes = {rules[term.rule].code if term.rule in rules else term.rule for term in record.terms if term.is_over}
    return any(code in codes and source in (None, "", record.source) for code, source in accepted)


def _by_category(records: Iterable[Record]) -> list[tuple[str, list[Record]]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.category, []).append(record)
    return sorted(found.items(), key=lambda item: CATEGORIES.index(item[0]))


def _kind(material: Material, category: str, records: Sequence[Record]) -> Kind:
    places: dict[str, set[tuple[str, str, int]]] = {}
    purposes: dict[str, None] = {}
    for record in records:
        places.setdefault(record.source, set()).add(record.place)
        purposes.update(dict.fromkeys(purposes_of(material, record)))
    return Kind(
        category=category,
        places=tuple((source, len(rows)) for source, rows in sorted(places.items())),
        purposes=tuple((purpose, bases_of(material.policy, category, purpose, records)) for purpose in purposes),
        terms=tuple(_terms(material, records)),
        is_imported=any((record.staged.get("signup_source") or "").strip().lower() in _IMPORTED for record in records),
    )


def _terms(material: Material, records: Sequence[Record]) -> Iterable[TermFacts]:
    """One entry a code: exceptions to a term (for one-stop-shop sales) are entries of their own, as their length differs."""
    found: dict[tuple[str, int, int], list[Term]] = {}
    for record in records:
        for term in record.terms:
            rule = material.policy.rules.get(term.rule)
            if rule is None:  # it is over, and no term says since when
                continue
            period = material.policy.term(rule, material.as_of).steps[-1][1]
            found.setdefault((rule.code, period.months, period.days), []).append(term)
    for (code, months, days), entries in sorted(found.items()):
        last_days = [term.last_day for term in entries if term.last_day is not None]
        yield TermFacts(
            rule=code,
            months=months,
            days=days,
            first_day=min(last_days, default=None),
            last_day=max(last_days, default=None),
            undated=sum(term.last_day is None and term.doubt is None and not term.is_outlived for term in entries),
            outlived=sum(term.is_outlived for term in entries),
            unsettled=sum(term.doubt is not None for term in entries),
            doubts=tuple(sorted({term.doubt for term in entries if term.doubt is not None})),
        )


def _disclosures(material: Material, records: Sequence[Record]) -> list[tuple[str | None, str, date | None]]:
    """What is logged as given to others: (recipient, kind, day)."""
    values: Mapping[str, list[str]] = {
        "customers": _values(records, "customer_id"),
        "orders": _values(records, "order_id"),
    }
    rows = material.engine.rows(_DISCLOSED, values)
    return [((name or "").strip(), (kind or "").strip().lower(), day) for name, kind, day in rows]


def _values(records: Sequence[Record], name: str) -> list[str]:
    return sorted({value for record in records if isinstance(value := record.staged.get(name), str) and value})


def _transfers(material: Material, sources: set[str]) -> list[Transfer]:
    values = {"as_of": material.as_of, "is_framework_valid": material.policy.knob("transfer.dpf_valid")}
    found = []
    for recipient, country, instrument, named, is_inside, is_valid in material.engine.rows(_TRANSFERRED, values):
        about = {name.strip() for name in (named or "").replace(",", ";").split(";") if name.strip()}
        if not is_inside and (not about or about & sources) and sources and recipient:
            code = country if country and _COUNTRY.fullmatch(country) else ""
            found.append(Transfer(recipient.strip(), code, _shown_country(material, country), instrument, bool(is_valid)))
    return found


def _shown_country(material: Material, country: str | None) -> str:
    """A country's code; what else the register's cell holds may be anything, and is keyed."""
    if not country:
        return "a country that is not named"
    return country if _COUNTRY.fullmatch(country) else f"country-{material.pseudonyms.of(country)[:8]}"
