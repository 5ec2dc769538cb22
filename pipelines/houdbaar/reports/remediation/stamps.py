"""Days as a column of an export knows them: the bounds of a statement about dates, in the column's own unit and form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlglot import exp

from houdbaar.exports.stamp_steps import NAIVE_TYPES, UNIT_MICROS
from houdbaar.policy.calendar import add_days, day_start_micros

if TYPE_CHECKING:
    from houdbaar.reports.remediation.shape import Shape

_SORTED = ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d")  # forms of days whose text is in the order of the days


@dataclass(frozen=True, slots=True)
class Stamp:
    """A column of the table and how its values are compared. `zone`: of its stamps without one; `pattern`: of days that are text."""

    column: str
    unit: str | None
    pattern: str | None
    kind: str  # number, day, typed (a stamp of its own), text
    zone: str
    is_naive: bool

    @classmethod
    def of(cls, shape: Shape, name: str, zone: str) -> Stamp | None:
        """How an entity's column is bounded in the table; None where its text is in no order that a database knows."""
        item, own = shape.column(name), shape.direct.get(name)
        if item is None or own is None:
            return None
        kind = shape.types.get(own, "VARCHAR")
        if item.unit is not None:
            return cls(own, item.unit, None, "number", zone, False)
        if kind == "DATE":
            return cls(own, None, "%Y-%m-%d", "day", zone, False)
        if kind != "VARCHAR":
            return cls(own, None, None, "typed", zone, kind in NAIVE_TYPES)
        if item.format is not None:
            return cls(own, None, item.format, "day", zone, False) if item.format in _SORTED else None
        return cls(own, None, None, "text", zone, False)

    def start_of(self, day: date, local_zone: str) -> str | int:
        """The first value of a (local) day."""
        if self.pattern is not None:
            return day.strftime(self.pattern)
        micros = day_start_micros(day, local_zone)
        if self.unit is not None:
            return micros // UNIT_MICROS[self.unit]
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None).isoformat(" ") if self.is_naive else moment.isoformat(" ")

    def bounds(self, first: date, last: date, local_zone: str) -> dict[str, str | int]:
        """From the first value that is meant until before the next one that isn't."""
        return {"from": self.start_of(first, local_zone), "until": self.start_of(add_days(last, 1), local_zone)}

    def between(self, value: exp.Expr, lower: exp.Expr, upper: exp.Expr) -> exp.Expr:
        """That the column's value lies within a line's bounds."""
        kind = {"number": "BIGINT", "day": "VARCHAR", "typed": "TIMESTAMPTZ", "text": "TIMESTAMPTZ"}[self.kind]
        kind = "TIMESTAMP" if self.is_naive else kind
        cast: type[exp.Cast] = exp.TryCast if self.kind == "text" else exp.Cast
        own = value if self.kind == "typed" else cast(this=value, to=exp.DataType.build(kind))
        low, high = (exp.Cast(this=bound, to=exp.DataType.build(kind)) for bound in (lower, upper))
        return exp.and_(exp.GTE(this=own, expression=low), exp.LT(this=own.copy(), expression=high))

    @property
    def notes(self) -> list[str]:
        """What whoever runs the statement has to set."""
        return [f"Stamps without a zone are in {self.zone}: set the session's time zone to it."] if self.kind == "text" else []
