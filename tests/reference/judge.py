"""The reference judge: sources, settings and as-of in; findings and counts out. Slow, obvious, standard library only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from reference.analytics import judge_cookies, judge_events, judge_rolling, judge_service, judge_users
from reference.marketing import Company, judge_dropped, judge_members
from reference.model import COUNTED, KEYS, REPORTED, WORST_FIRST, Judged, Line, Settings, Source
from reference.months import add_months, overdue_month
from reference.written import local_date

FIRST_VERSION = date(2022, 1, 13)
MONTHS = {
    "RET-ANA-26": 26,
    "RET-ANA-26-USER": 26,
    "RET-ANA-26-FIELD": 26,
    "RET-MKT-12": 12,
    "RET-SVC-12": 12,
    "RET-COOKIE-24": 24,
    "RET-COOKIE-ROLL": 24,
}
ROLL_NEEDS = {"cookie": "last_seen_at", "analytics_user": "last_active_at", "analytics_event": "event_at"}


def judge(sources: Sequence[Source], settings: Settings) -> list[Judged]:
    """What each rule says of each record; nothing before the policy's first version."""
    if settings.as_of < FIRST_VERSION:
        return []
    company = Company(tuple(sources), settings)
    return [judgement for source in sources for judgement in worst_of_keys(judge_source(company, source))]


def judge_source(company: Company, source: Source) -> Iterator[Judged]:
    """Every rule that reads the source's entity, as far as its columns allow."""
    settings = company.settings
    if source.entity == "analytics_event":
        yield from judge_events(source, settings)
    elif source.entity == "analytics_user":
        yield from judge_users(source, settings)
    elif source.entity == "service_event":
        yield from judge_service(source, settings)
    elif source.entity == "cookie" and "set_at" in source.columns:
        yield from judge_cookies(source, settings)
    elif source.entity == "mail_member":
        yield from judge_members(company, source)
    elif source.entity == "mail_activity":
        yield from judge_dropped(company, source)
    needed = ROLL_NEEDS.get(source.entity)
    if needed is not None and {needed, "client_id"} <= source.columns:
        yield from judge_rolling(source, settings)


def worst_of_keys(judgements: Iterable[Judged]) -> list[Judged]:
    """Rows of entities without a key as they are; of a keyed record one line: its newest export's rows with the worst verdict."""
    found = list(judgements)
    result = [judgement for judgement in found if judgement.record.key is None]
    for group in groups_of([judgement for judgement in found if judgement.record.key is not None]):
        result.extend(one_line(newest_versions(group)))
    return result


def newest_versions(group: Sequence[Judged]) -> list[Judged]:
    """The versions of a record in its newest export, and in those that nobody can put in order."""
    newest = max((made for judgement in group if (made := day_made(judgement)) is not None), default=None)
    return [judgement for judgement in group if day_made(judgement) in (newest, None)]


def day_made(judgement: Judged) -> date | None:
    """The local day on which a row's export was made."""
    made = judgement.record.file.extracted_at
    return None if made is None else local_date(made, "Europe/Amsterdam")


def one_line(group: Sequence[Judged]) -> list[Judged]:
    """The versions with the worst verdict, of the last file by name that has it, with the first of its reasons."""
    worst = with_worst_verdict(group)
    last_file = max(judgement.record.file.name for judgement in worst)
    there = [judgement for judgement in worst if judgement.record.file.name == last_file]
    reason = min(judgement.reason or "" for judgement in there)
    return [judgement for judgement in there if (judgement.reason or "") == reason]


def groups_of(judgements: Iterable[Judged]) -> Iterator[list[Judged]]:
    """Judgements of one rule on one key."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for judgement in judgements:
        groups.setdefault((judgement.rule, judgement.record.source.name, judgement.record.key), []).append(judgement)
    yield from groups.values()


def obligations(judgements: Iterable[Judged]) -> dict[tuple[str, str, str], Counter[str]]:
    """How many records had which verdict, for each code, source and entity: a record with a key by the worst of its code's rules."""
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    by_rule: dict[tuple[object, ...], dict[str, list[Judged]]] = {}
    for judgement in (judgements := list(judgements)):
        if (key := judgement.record.key) is not None:
            of_record = by_rule.setdefault((judgement.code, judgement.record.source.name, key), {})
            of_record.setdefault(judgement.rule, []).append(judgement)
    counted = [judgement for judgement in judgements if judgement.record.key is None]
    for of_record in by_rule.values():
        counted += min(of_record.values(), key=lambda group: (WORST_FIRST.index(group[0].verdict), -len(group)))
    for judgement in counted:
        place = (judgement.code, judgement.record.source.name, judgement.record.source.entity)
        counts.setdefault(place, Counter())[COUNTED[judgement.verdict]] += 1
    return counts


def findings(judgements: Iterable[Judged], settings: Settings) -> list[Line]:
    """The lines of findings.parquet: one a key, or one a file and overdue month."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for judgement in judgements:
        if judgement.record.source.entity in KEYS:
            groups.setdefault((judgement.rule, judgement.record.source.name, judgement.record.key), []).append(judgement)
        elif judgement.verdict in REPORTED:
            groups.setdefault(place_of(judgement, settings), []).append(judgement)
    return [line_of(group, settings) for group in groups.values() if group[0].verdict in REPORTED]


def place_of(judgement: Judged, settings: Settings) -> tuple[object, ...]:
    """What makes a line at month grain."""
    record = judgement.record
    return (
        judgement.rule,
        record.source.name,
        record.file.name,
        month_of(judgement, settings),
        judgement.verdict,
        judgement.reason,
        confidence_of(judgement),
    )


def with_worst_verdict(group: Sequence[Judged]) -> list[Judged]:
    """The judgements of a group that have its worst verdict."""
    worst = min(group, key=lambda judgement: WORST_FIRST.index(judgement.verdict)).verdict
    return [judgement for judgement in group if judgement.verdict == worst]


def month_of(judgement: Judged, settings: Settings) -> str | None:
    """The month of the first overdue day; for a rolling identifier that of its own stamp. A record with a lasting key has none."""
    if judgement.month is not None or judgement.verdict != "OVERDUE" or judgement.last is None or judgement.record.key is not None:
        return judgement.month
    return overdue_month(judgement.last, MONTHS[judgement.rule], settings.boundary(judgement.rule))


def surest_of(group: Iterable[Judged]) -> str | None:
    """certain where one version of a record decides for certain."""
    found = {confidence_of(judgement) for judgement in group}
    return "certain" if "certain" in found else found.pop()


def confidence_of(judgement: Judged) -> str | None:
    """bounded where an interval decided, else certain; what decides nothing is not weighed."""
    if judgement.verdict == "UNDETERMINED":
        return None
    return "bounded" if judgement.is_bounded or judgement.first != judgement.last else "certain"


def line_of(group: Sequence[Judged], settings: Settings) -> Line:
    """One finding from the judgements it stands for."""
    head = group[0]
    first = min((judgement.first for judgement in group if judgement.first), default=None)
    last = max((judgement.last for judgement in group if judgement.last), default=None)
    permitted, days = terms_of(group, settings)
    return Line(
        code=head.code, source=head.record.source.name, entity=head.record.source.entity, file=head.record.file.name,
        rows=tuple(sorted(judgement.record.number for judgement in group)), month=month_of(head, settings), field=head.field,
        verdict=head.verdict, reason=head.reason, records=len(group), confidence=surest_of(group),
        first=first, last=last, last_permitted=permitted, days_overdue=days,
    )  # fmt: skip


def terms_of(group: Sequence[Judged], settings: Settings) -> tuple[date | None, int | None]:
    """The newest record's last permitted day, and how long the oldest is over its own."""
    months = MONTHS.get(group[0].rule)
    ends = [add_months(judgement.last, months) for judgement in group if judgement.last] if months else []
    if not ends or group[0].verdict == "UNDETERMINED":
        return None, None
    return max(ends), (settings.as_of - min(ends)).days if group[0].verdict == "OVERDUE" else None
