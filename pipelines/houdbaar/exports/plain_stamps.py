"""Stamps about which a file's footer shows that nothing is odd: they are placed by a sum, and their judgement is known (design 5).

Of numbers and UTC timestamps: no value is missing, and the least and the greatest lie between the plausible past and the extraction. Of
days as text: all are the same day. Everything else goes through the steps of `stage_sql.py`, which give the same for these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.contract import bound_columns
from houdbaar.exports.stamp_steps import NO_SENTINEL, UNIT_MICROS, plausible_micros
from houdbaar.exports.syntax import call, cast, null_as, text
from houdbaar.policy.calendar import day_start_micros, local_date
from houdbaar.policy.clocks import constant_offset

if TYPE_CHECKING:
    from houdbaar.exports.contract import Column
    from houdbaar.exports.footers import Statistics
    from houdbaar.exports.part import Part
    from houdbaar.exports.stage_sql import StageSettings

_UTC_KIND = "TIMESTAMP WITH TIME ZONE"
_DAY_FORMAT, _DAY = "%Y%m%d", re.compile(r"\d{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Placing:
    """How a plain stamp is read: `micros` a unit of a number (1 of a UTC timestamp, None: a day as text); how far local time is ahead.

    `ahead`: in microseconds; None where clocks change within the file.
    """

    kind: str
    micros: int | None
    ahead: int | None

    def placed(self, value: exp.Expression, kind: str, zone: str) -> dict[str, exp.Expression]:
        """The columns of a stamp by their suffix, as staging gives them: value, first and last local date, issue."""
        instant: exp.Expression
        if self.micros is None:
            day = cast(call("try_strptime", value, text(_DAY_FORMAT)), "DATE")
            instant = call("timezone", text(zone), cast(day.copy(), "TIMESTAMP"))
        else:
            number = call("epoch_us", value) if self.kind == _UTC_KIND else exp.Mul(this=exp.Literal.number(self.micros), expression=value)
            instant = call("make_timestamptz", number)
            if self.ahead is None:
                local = call("timezone", text(zone), instant.copy())
            else:
                local = call("make_timestamp", exp.Add(this=number.copy(), expression=exp.Literal.number(self.ahead)))
            day = cast(local, "DATE")
        at = day if kind == "DATE" else instant
        return {"": at, "_first_date": day.copy(), "_last_date": day.copy(), "_issue": null_as("VARCHAR")}


def plain_stamps(part: Part, settings: StageSettings) -> dict[str, Placing]:
    """The entity's columns that are plain stamps all through a Parquet part, with how they are placed."""
    if part.footer is None:
        return {}
    bound = bound_columns(part.table, part.types)
    found = {}
    for item in part.table.columns:
        physical = bound.get(item.name)
        if physical is None or item.transform is not None or item.logical_type not in ("timestamp", "date"):
            continue
        statistics = [group.statistics.get(physical) for group in part.footer.groups]
        known = [each for each in statistics if each is not None and each.nulls == 0]
        if known and len(known) == len(statistics) and (placing := _placing(item, part.types[physical], known, settings)):
            found[item.name] = placing
    return found


def _placing(item: Column, kind: str, known: Sequence[Statistics], settings: StageSettings) -> Placing | None:
    if (micros := unit_micros(kind, item)) is not None:
        return _placing_number(kind, micros, known, settings)
    is_elsewhere = settings.zone != settings.local_zone  # where the property's day overlaps two of ours
    if kind != "VARCHAR" or item.format != _DAY_FORMAT or is_elsewhere:
        return None
    only = {each.only for each in known}
    day = _day(only.pop()) if len(only) == 1 else None
    end = NO_SENTINEL[1] if settings.extracted_at is None else local_date(settings.extracted_at, settings.local_zone)
    is_plain = day is not None and max(settings.min_plausible, NO_SENTINEL[0]) <= day <= min(end, NO_SENTINEL[1])
    return Placing(kind, None, None) if is_plain else None


def _placing_number(kind: str, micros: int, known: Sequence[Statistics], settings: StageSettings) -> Placing | None:
    ends = [(each.least * micros, each.greatest * micros) for each in known if each.least is not None and each.greatest is not None]
    if len(ends) < len(known):
        return None
    first, last = min(first for first, _ in ends), max(last for _, last in ends)
    low, high = plausible_micros(settings)
    if first < low or last > high or not _is_no_sentinel(first, last):
        return None
    return Placing(kind, micros, constant_offset(first, last, settings.local_zone))


def _day(written: str | None) -> date | None:
    if written is None or not _DAY.fullmatch(written):
        return None
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


def _is_no_sentinel(first: int, last: int) -> bool:
    low, high = (day_start_micros(day, "UTC") for day in NO_SENTINEL)
    return low <= first and last < high


def unit_micros(kind: str | None, item: Column) -> int | None:
    """Microseconds a unit of a stamp that Parquet stores as a whole number; None of any other."""
    if kind == "BIGINT" and item.unit is not None:
        return UNIT_MICROS[item.unit]
    return 1 if kind == _UTC_KIND else None
