"""RET-MKT-12: who may still be mailed, twelve months after the person's last response (domain.md 2.5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reference.coverage import is_covered, list_of
from reference.model import Judged, Record, Settings, Source
from reference.people import is_of, lists_of, newest, person_of, records_in
from reference.responses import Event, events_of, is_response_kind, sales_of
from reference.stamps import Reading
from reference.terms import Verdict, judge_term, read

MONTHS = 12
RULE = "RET-MKT-12"
STATES = {"subscribed", "unsubscribed", "cleaned", "pending", "nonsubscribed", "archived"}
KNOB_OF = {
    "open": "counterfactual: open (marketing.opens=verified_human)",
    "purchase": "counterfactual: purchase (marketing.purchase_counts=always)",
    "login": "counterfactual: login (marketing.login_counts=true)",
}


@dataclass(frozen=True, slots=True)
class Company:
    """All sources of one audit: a response may come from any of them."""

    sources: tuple[Source, ...]
    settings: Settings

    def records(self, entity: str) -> list[Record]:
        """Every row that feeds an entity."""
        return records_in(self.sources, entity)


def judge_members(company: Company, source: Source) -> Iterator[Judged]:
    """Each membership of the newest snapshot; a source that does not say who is subscribed is not tested."""
    if "status" not in source.columns:
        return
    current, older = newest(source, company.settings)
    for record in current:
        yield judge_member(company, record)
    keys = {record.key for record in current}
    for record in older:
        if record.key not in keys:
            yield Judged(RULE, RULE, record, "OUT_OF_SCOPE")


def judge_member(company: Company, record: Record) -> Judged:
    """One membership: only what is subscribed is mailable."""
    status = (record.text("status") or "").lower()
    events = events_of(company.sources, company.settings, record)
    counted = [event for event in events if event.tier == "A"]
    denied = min((str(event.reading.issue) for event in events if event.tier == "none"), default=None)
    bought = list(sales_of(company.sources, company.settings, record))
    verdict = judge_events(counted, company.settings, denied, bought)
    severity = "high"
    unsure = "snapshot order unknown" if has_unknown_order(company, record) else None if status in STATES else "status unknown"
    if unsure is not None:
        return Judged(RULE, RULE, record, "UNDETERMINED", unsure, verdict.first, verdict.last)
    if status != "subscribed":
        return Judged(RULE, RULE, record, "OUT_OF_SCOPE")
    if verdict.name in {"OVERDUE", "UNDETERMINED"} and not has_coverage(company, record):
        verdict = replace(verdict, name="UNDETERMINED", reason="activity not covered")
    elif verdict.name == "OVERDUE":
        rescue = rescued_by(counted, events, company.settings)
        verdict, severity = replace(verdict, reason=rescue), "medium" if rescue else "high"
    return Judged(RULE, RULE, record, verdict.name, verdict.reason, verdict.first, verdict.last, severity=severity)


def has_unknown_order(company: Company, record: Record) -> bool:
    """Whether an export of unknown age disagrees about this member with another one, or with the newest dated one."""
    current, _ = newest(record.source, company.settings)
    rows = [other for other in current if other.key == record.key]
    exports = {other.file.name if other.file.extracted_at is None else "the dated one" for other in rows}
    states = {(other.text("status") or "").lower() for other in rows}
    return len(exports) > 1 and len(states) > 1


def judge_events(events: Sequence[Event], settings: Settings, denied: str | None = None, bought: Sequence[Reading] = ()) -> Verdict:
    """From the latest earliest reading to the latest latest one; an unreadable response may be as late as as-of."""
    as_of, boundary = settings.as_of, settings.boundary(RULE)
    known = [event.reading for event in events if event.reading.first is not None and event.reading.first <= as_of]
    unknown = sorted(str(event.reading.issue) for event in events if not event.reading.is_usable and not event.is_future)
    if not known and not unknown and (given := provided(bought, denied, as_of)):
        return judge_term(given, MONTHS, boundary, as_of)
    if not known:
        return without_response(events, unknown, denied, as_of)
    first = max(reading.first for reading in known if reading.first)
    last = as_of if unknown else max(min(reading.last or as_of, as_of) for reading in known)
    issues = sorted(reading.issue for reading in known if reading.issue and min(reading.last or as_of, as_of) == last)
    issue = next(iter([*unknown, *issues]), None)
    return judge_term(Reading(first, last, issue), MONTHS, boundary, as_of)


def provided(bought: Sequence[Reading], denied: str | None, as_of: date) -> Reading | None:
    """When the newest sale by the as-of date gave us the address; a sale of an unknown day may have been made on that very day."""
    sales = [reading for reading in bought if reading.first is None or reading.first <= as_of]
    if not sales:
        return None
    first = max((reading.first for reading in sales if reading.first is not None), default=None)
    issue = min((reading.issue for reading in sales if reading.issue), default=denied or "DQ-TS-NULL")
    return Reading(first, max(min(reading.last or as_of, as_of) for reading in sales), issue)


def without_response(events: Sequence[Event], unknown: Sequence[str], denied: str | None, as_of: date) -> Verdict:
    """Nothing to judge by: not yet there, or undetermined with the reason of what there is."""
    if unknown:
        return Verdict("UNDETERMINED", unknown[0], None, as_of)
    to_come = [event.reading.first for event in events if event.reading.first is not None]
    if to_come:
        return Verdict("NOT_YET", None, min(to_come), min(to_come))
    return Verdict("UNDETERMINED", denied or "DQ-TS-NULL", None, None)


def rescued_by(counted: Sequence[Event], events: Sequence[Event], settings: Settings) -> str | None:
    """The latest event that a knob would count and that turns the violation into a pass."""
    rescues = [
        (event.reading.first, KNOB_OF[event.tier])
        for event in events
        if event.tier in KNOB_OF and event.reading.first and judge_events([*counted, event], settings).name in {"WITHIN", "DUE"}
    ]
    return max(rescues)[1] if rescues else None


def has_coverage(company: Company, record: Record) -> bool:
    """Whether the activity of every list in the response scope is known for the months that decide."""
    lists = {list_of(record)}
    if company.settings.knob("marketing.response_scope") == "person":
        person = person_of(record)
        lists = lists_of([other for other in company.records("mail_member") if is_of(other, person)])
    return all(is_covered(company.sources, company.settings, name, MONTHS, RULE) for name in lists)


def judge_dropped(company: Company, source: Source) -> Iterator[Judged]:
    """DQ-TS-FUTURE: responses from after the extraction, which may not buy time."""
    for record in records_in([source], "mail_activity"):
        if is_response_kind(record, company.settings) and read(record, "happened_at", company.settings).issue == "DQ-TS-FUTURE":
            yield Judged("DQ-TS-FUTURE", "DQ-TS-FUTURE", record, "FAIL")
