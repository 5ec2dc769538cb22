"""The words of the reference: sources and rows as a test writes them, records as the reference judges them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

Row = Mapping[str, object]

WORST_FIRST = ("OVERDUE", "FAIL", "UNDETERMINED", "DUE", "WITHIN", "PASS", "NOT_YET", "OUT_OF_SCOPE")
COUNTED = {
    "OVERDUE": "overdue", "FAIL": "failed", "UNDETERMINED": "undetermined", "DUE": "due",
    "WITHIN": "within", "PASS": "passed", "NOT_YET": "not_yet", "OUT_OF_SCOPE": "out_of_scope",
}  # fmt: skip
REPORTED = {"OVERDUE", "UNDETERMINED", "FAIL"}
KEYS = {
    "analytics_user": ("client_id", "user_id"),
    "cookie": ("cookie_name", "domain", "client_id"),
    "mail_member": ("list_id", "email"),
}
MIN_PLAUSIBLE = {
    "analytics_event": date(2005, 11, 14),
    "analytics_user": date(2005, 11, 14),
    "cookie": date(2005, 11, 14),
    "mail_member": date(2000, 1, 1),
    "mail_activity": date(2000, 1, 1),
    "mail_send": date(2000, 1, 1),
    "service_event": date(2000, 1, 1),
    "account": date(2000, 1, 1),
    "order": date(1980, 1, 1),
}
KNOBS: Mapping[str, object] = {
    "time.zone": "Europe/Amsterdam",
    "time.boundary": "inclusive",
    "time.future_tolerance": "24h",
    "marketing.opens": "never",
    "marketing.purchase_counts": "attributed",
    "marketing.login_counts": False,
    "marketing.bot_click_seconds": 10,
    "marketing.response_scope": "person",
    "coverage.grace_days": 7,
    "aggregate.k": 10,
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a source: its name as findings show it, its rows in order (row numbers count from 1)."""

    name: str
    rows: tuple[Row, ...]
    extracted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Files of one entity, and what is known of them: the columns that they have, how their names tell when they were made (`pattern`)."""

    name: str
    entity: str
    files: tuple[File, ...]
    columns: frozenset[str]
    timezone: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    covers_from: date | None = None
    covers_to: date | None = None
    pattern: str | None = None
    system: str = "plain"

    @property
    def zone(self) -> str:
        """Where stamps without a zone stand: the binding's, else UTC for mail tools and Amsterdam for the rest."""
        return self.timezone or ("UTC" if self.entity.startswith("mail_") else "Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Settings:
    """The day of judgement and the knobs that differ from the default."""

    as_of: date
    knobs: Mapping[str, object] = field(default_factory=dict)

    def knob(self, name: str) -> object:
        """The value of a knob."""
        return self.knobs.get(name, KNOBS[name])

    def number(self, name: str) -> int:
        """The value of a knob that counts something."""
        return int(str(self.knob(name)))

    def boundary(self, rule: str) -> str:
        """inclusive or exclusive, for one rule."""
        return str(self.knobs.get(f"rules.{rule}.boundary", self.knob("time.boundary")))

    @property
    def zone(self) -> str:
        """The zone whose calendar counts."""
        return str(self.knob("time.zone"))

    @property
    def tolerance(self) -> timedelta:
        """How far after the extraction a stamp may lie before it is called future."""
        return timedelta(hours=int(str(self.knob("time.future_tolerance")).removesuffix("h")))


@dataclass(frozen=True, slots=True)
class Record:
    """One row, with where it stands."""

    source: Source
    file: File
    number: int
    row: Row

    @property
    def key(self) -> tuple[str, ...] | None:
        """The key that lasts from export to export; None for entities without one."""
        if self.source.entity == "mail_member":
            return (self.text("list_id") or self.source.name, (self.text("email") or self.text("email_md5") or "").lower())
        names = KEYS.get(self.source.entity)
        return None if names is None else tuple(self.text(name) or "" for name in names)

    def get(self, name: str) -> object:
        """A raw value; None for a column that the export lacks."""
        return self.row.get(name)

    def text(self, name: str) -> str | None:
        """A text value, None where it is empty."""
        value = self.get(name)
        return None if value is None or str(value).strip() == "" else str(value).strip()

    def truth(self, name: str) -> bool | None:
        """A boolean as exports write it, None where it says nothing."""
        text = (self.text(name) or "").lower()
        return True if text in {"true", "yes", "ja", "1"} else False if text in {"false", "no", "nee", "0"} else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says of one record (or of one field of it); `is_bounded` where an interval beside the trigger's decided."""

    rule: str
    code: str
    record: Record
    verdict: str
    reason: str | None = None
    first: date | None = None
    last: date | None = None
    field: str | None = None
    month: str | None = None
    severity: str | None = None
    is_bounded: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A finding, as findings.parquet shows it."""

    code: str
    source: str
    entity: str
    file: str
    rows: tuple[int, ...]
    month: str | None
    field: str | None
    verdict: str
    reason: str | None
    records: int
    confidence: str | None
    first: date | None
    last: date | None
    last_permitted: date | None
    days_overdue: int | None


def records_of(source: Source) -> list[Record]:
    """Every row of a source, file by file."""
    return [Record(source, file, number, row) for file in source.files for number, row in enumerate(file.rows, start=1)]
