"""The steps that turn the stamps of an export's rows into local dates: the columns that one sub-query of staging after the other adds.

A stamp is read, placed on the clock and judged (`stamps_read.sql`, `stamps_place.sql`). Text as most systems write it, with nothing odd
about it, is placed at once (`stamps_usual.sql`): the other steps would give the same, and take four times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from houdbaar.exports.syntax import aliased, call, cast, column, literal_or_null, null_as, text
from houdbaar.exports.tally import micros_of
from houdbaar.policy.calendar import day_start_micros
from houdbaar.policy.clocks import weekly_offsets

if TYPE_CHECKING:
    from houdbaar.exports.contract import Column, Table
    from houdbaar.exports.stage_sql import StageSettings

UNIT_MICROS = {"micros": 1, "millis": 1_000, "seconds": 1_000_000}
NAIVE_TYPES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
# Between the sentinels of 1970 and of 2038 (domain.md 2.3), a day away from each, no plausible value is one.
NO_SENTINEL = (date(1970, 1, 3), date(2038, 1, 17))
_TYPED_READERS = {
    "DATE": "stamp_read_day",
    **dict.fromkeys(NAIVE_TYPES, "stamp_read_naive"),
    **dict.fromkeys(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"), "stamp_read_instant"),
}
_NUMERIC = tuple("TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE DECIMAL".split())
_BIRTH = "user.demographic.date_of_birth"
_HOURS = ("%H", "%-H", "%I", "%-I")
_READINGS = "readings"  # of the stamps that are text without a declared form


@lru_cache(maxsize=100)
def _listed_weeks(zone: str) -> tuple[int, str]:
    """The first week, and a zone's offsets from it on as the text of one list: as literals they would be a thousand nodes a stamp."""
    first_week, offsets = weekly_offsets(zone)
    return first_week, f"[{','.join('NULL' if each is None else str(each) for each in offsets)}]"


def is_text(item: Column, kind: str) -> bool:
    """Whether a stamp in a column of a DuckDB type is read from text, not from a column that Parquet has typed."""
    return kind not in _TYPED_READERS and (item.unit is None or not kind.startswith(_NUMERIC))


def plausible_micros(settings: StageSettings) -> tuple[int, int]:
    """The instants between which nothing is implausible: local midnight of the earliest day, and the extraction, else the end of 2099."""
    low = day_start_micros(settings.min_plausible, settings.local_zone)
    return low, micros_of(settings.extracted_at or datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class StampSteps:
    """The steps of the stamps of one query; `kinds` are the DuckDB types that their values have, by name."""

    stamps: Sequence[Column]
    kinds: Mapping[str, str]
    table: Table
    settings: StageSettings

    def columns(self) -> Iterator[list[exp.Expression]]:
        """What each step adds, after the values `v:<name>`; in the end `s:<name>` is what is staged."""
        usual: list[tuple[str, Callable[[Column], exp.Expression]]] = [
            ("w", self._written), ("a", self._ahead), ("u", self._instant), ("l", self._usual)
        ]  # fmt: skip
        steps: list[tuple[str, Callable[[Column], exp.Expression]]] = [
            ("r", self._reading), ("p", self._placed), ("i", self._issue), ("s", self._staged)
        ]  # fmt: skip
        if items := self._usual_texts():
            yield from ([aliased(made(item), f"{letter}:{item.name}") for item in items] for letter, made in usual)
        yield [aliased(self._trimmed(item), f"t:{item.name}") for item in self.stamps]
        if self._free_texts():
            yield [aliased(self._readings(), _READINGS)]
        yield from ([aliased(made(item), f"{letter}:{item.name}") for item in self.stamps] for letter, made in steps)

    def naive(self) -> Iterator[tuple[str, exp.Expression]]:
        """Of each stamp: its name, and whether it has a clock time without a zone."""
        usual = self._usual_texts()
        for item in self.stamps:
            is_naive = call("stamp_is_naive", column(f"p:{item.name}"))
            values = (self._text(item), column(f"l:{item.name}"))
            yield item.name, exp.Or(this=call("usual_is_naive", *values), expression=is_naive) if item in usual else is_naive

    def _free_texts(self) -> list[Column]:
        """The stamps that are text without a declared form."""
        return [item for item in self.stamps if item.unit is None and item.format is None and is_text(item, self.kinds[item.name])]

    def _usual_texts(self) -> list[Column]:
        """Those of them whose text says all: a property's day overlaps two of ours where its zone is another one."""
        is_elsewhere = self.settings.zone != self.settings.local_zone
        return [item for item in self._free_texts() if not (is_elsewhere and item.name == "event_date")]

    def _written(self, item: Column) -> exp.Expression:
        return call("usual_written", self._text(item))

    def _ahead(self, item: Column) -> exp.Expression:
        first_week, listed = _listed_weeks(self.settings.zone)
        return call("usual_ahead", column(f"w:{item.name}"), cast(text(listed), "BIGINT[]"), exp.Literal.number(first_week))

    def _instant(self, item: Column) -> exp.Expression:
        zones = (text(self.settings.zone), text(self.settings.local_zone))
        return call("usual_instant", self._text(item), column(f"w:{item.name}"), column(f"a:{item.name}"), *zones)

    def _usual(self, item: Column) -> exp.Expression:
        low, high = plausible_micros(self.settings)
        first, last = (day_start_micros(day, "UTC") for day in NO_SENTINEL)
        bounds = [call("make_timestamptz", exp.Literal.number(micros)) for micros in (max(low, first), min(high, last))]
        written = (self._text(item), *(column(f"{letter}:{item.name}") for letter in "wau"))
        return call("usual_placed", *written, *bounds, text(self.settings.zone), text(self.settings.local_zone))

    def _text(self, item: Column) -> exp.Expression:
        return cast(column(f"v:{item.name}"), "VARCHAR")

    def _readings(self) -> exp.Expression:
        """The readings of a row's texts; none where all of them were placed at once."""
        texts, usual = self._free_texts(), self._usual_texts()
        read = call("stamps_read_text", exp.Array(expressions=[column(f"t:{item.name}") for item in texts]))
        if len(usual) < len(texts):
            return read
        is_left = exp.or_(*(exp.Is(this=column(f"l:{item.name}"), expression=exp.Null()) for item in usual), copy=False)
        return exp.Case(ifs=[exp.If(this=is_left, true=read)])

    def _trimmed(self, item: Column) -> exp.Expression:
        value = column(f"v:{item.name}")
        if not is_text(item, self.kinds[item.name]):
            return value
        return call("usual_or_trimmed", column(f"l:{item.name}"), value) if item in self._usual_texts() else call("stamp_trimmed", value)

    def _reading(self, item: Column) -> exp.Expression:
        value, kind = column(f"t:{item.name}"), self.kinds[item.name]
        if kind in _TYPED_READERS:
            return call(_TYPED_READERS[kind], value)
        if item.unit is not None:
            reader = "stamp_read_epoch" if is_text(item, kind) else "stamp_read_number"
            return call(reader, value, exp.Literal.number(UNIT_MICROS[item.unit]))
        if item.format is not None:
            return self._formatted(value, item.format)
        return call("list_extract", column(_READINGS), exp.Literal.number(self._free_texts().index(item) + 1))

    def _formatted(self, value: exp.Expression, pattern: str) -> exp.Expression:
        is_timed = exp.true() if any(hour in pattern for hour in _HOURS) else exp.false()
        has_offset = exp.true() if "%z" in pattern else exp.false()
        return call("stamp_read_format", value, text(pattern.replace("%z", "").rstrip()), is_timed, has_offset)

    def _placed(self, item: Column) -> exp.Expression:
        is_zoned_day = exp.true() if item.name == "event_date" else exp.false()
        return call("stamp_place", column(f"r:{item.name}"), text(self.settings.zone), text(self.settings.local_zone), is_zoned_day)

    def _issue(self, item: Column) -> exp.Expression:
        # People were born before there was data about them.
        earliest = date.min if item.classification == _BIRTH else self.settings.min_plausible
        return call(
            "stamp_issue",
            column(f"p:{item.name}"),
            literal_or_null(earliest, "DATE"),
            literal_or_null(self.settings.extracted_at, "TIMESTAMPTZ"),
            call("to_seconds", exp.Literal.number(self.settings.tolerance_seconds)),
            text(self.settings.local_zone),
            exp.true() if item.is_end else exp.false(),
        )

    def _staged(self, item: Column) -> exp.Expression:
        placed, issue = column(f"p:{item.name}"), column(f"i:{item.name}")
        extracted_at = literal_or_null(self.settings.extracted_at, "TIMESTAMPTZ")
        if item.is_end:
            staged = call("stamp_staged_end", placed, issue)
        else:
            staged = call("stamp_staged", placed, issue, extracted_at, text(self.settings.local_zone))
        if item in self._usual_texts():
            staged = exp.Coalesce(this=column(f"l:{item.name}"), expressions=[staged])
        if item.is_end or item.name not in self.table.triggers[:1]:
            return staged
        if self.settings.period is not None:
            first, last = (literal_or_null(day, "DATE") for day in self.settings.period)
            return call("stamp_bounded", staged, first, last)
        return call("stamp_bounded", staged, null_as("DATE"), column("loaded_date")) if self.table.loaded_on else staged
