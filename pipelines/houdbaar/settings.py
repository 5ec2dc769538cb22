"""houdbaar.toml: what a workspace says of itself (design 3). Unknown keys are refused with the nearest right word."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from houdbaar.errors import UsageError
from houdbaar.exports.source import Source

OWN_SOURCES = ("registers", "policy", "unrecognised")  # under which the audit itself tells of things
_TOP = ("policy", "timezone", "exports", "knobs", "cache", "sample_key")
_EXPORT = ("source", "contract", "path", "extracted_at", "timezone", "role", "purposes", "coverage", "covers_from", "covers_to", "list_id")
_ROLES, _COVERAGES = ("controller", "processor"), ("complete", "from")


@dataclass(frozen=True, slots=True)
class Settings:
    """A workspace's settings; the defaults are those of a bare folder. `knobs` are as written: the policy parses them."""

    policy: str = "twingatrack"
    timezone: str | None = None
    sources: tuple[Source, ...] = ()
    knobs: Mapping[str, object] = field(default_factory=dict)
    is_cache_kept: bool = True
    sample_key: str | None = None


@cache
def _zones() -> frozenset[str]:
    """All time zones: to list them, a hundred folders are read."""
    return frozenset(available_timezones())


class _Reader:
    """Collects every problem of the file, so that people mend them all at once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def known(self, table: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, 1)
                self.problems.append(
                    f'unknown key "{key}" {where}' + (f': did you mean "{near[0]}"?' if near else f": known are {', '.join(allowed)}")
                )

    def text(self, table: Mapping[str, Any], key: str, where: str) -> str | None:
        value = table.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            self.problems.append(f"{key} {where} must be a text")
            return None
        return value

    def zone(self, table: Mapping[str, Any], where: str) -> str | None:
        value = self.text(table, "timezone", where)
        if value is not None and value not in _zones():
            near = difflib.get_close_matches(value, sorted(_zones()), 1)
            self.problems.append(
                f'timezone "{value}" {where} is not known'
                + (f': did you mean "{near[0]}"?' if near else ": write it as Europe/Amsterdam or UTC")
            )
            return None
        return value

    def choice(self, table: Mapping[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str | None:
        value = self.text(table, key, where)
        if value is not None and value not in allowed:
            self.problems.append(f'{key} "{value}" {where} must be {" or ".join(allowed)}')
            return None
        return value

    def words(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not (isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value)):
            self.problems.append(f'{key} {where} must be a list of texts, such as ["P-BILLING"]')
            return ()
        return tuple(value)

    def day(self, table: Mapping[str, Any], key: str, where: str) -> date | None:
        value = table.get(key)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = object()
        if value is not None and not isinstance(value, date):
            self.problems.append(f"{key} {where} must be a date such as 2026-10-31")
            return None
        return value


def read_settings(file: Path) -> Settings:
    """Read houdbaar.toml. Raises UsageError with all its problems."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{file.name} can't be read: check its permissions, and save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file.name} is not valid TOML: {error}") from None
    reader = _Reader(file.name)
    reader.known(table, _TOP, "at the top")
    zone = reader.zone(table, "at the top")
    cache = table.get("cache", {})
    is_kept, knobs = _cache(reader, cache), table.get("knobs", {})
    if not isinstance(knobs, dict):
        reader.problems.append("[knobs] must be a table")
        knobs = {}
    sources = _sources(reader, table.get("exports", []), zone or "Europe/Amsterdam")
    settings = Settings(
        policy=reader.text(table, "policy", "at the top") or "twingatrack",
        timezone=zone,
        sources=sources,
        knobs=_flat(knobs),
        is_cache_kept=is_kept,
        sample_key=reader.text(table, "sample_key", "at the top"),
    )
    if reader.problems:
        raise UsageError("\n".join(f"{file.name}: {problem}" for problem in reader.problems))
    return settings


def _cache(reader: _Reader, cache: object) -> bool:
    import os

    default = not os.environ.get("CI")
    if not isinstance(cache, dict):
        reader.problems.append("[cache] must be a table")
        return default
    reader.known(cache, ("keep",), "in [cache]")
    keep = cache.get("keep", default)
    if not isinstance(keep, bool):
        reader.problems.append("keep in [cache] must be true or false")
        return default
    return keep


def _flat(knobs: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """Knob names with dots, whether they were written `"marketing.opens" = …` or as tables; a map's own entries stay together."""
    flat: dict[str, object] = {}
    for key, value in knobs.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and "." not in name and name not in ("time.min_plausible", "email.domain_aliases"):
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = value
    return flat


def _sources(reader: _Reader, exports: object, zone: str) -> tuple[Source, ...]:
    if not isinstance(exports, list) or not all(isinstance(entry, dict) for entry in exports):
        reader.problems.append("exports must be written as [[exports]] tables")
        return ()
    sources = tuple(_source(reader, entry, position, zone) for position, entry in enumerate(exports, 1))
    names = [source.name for source in sources]
    for name in sorted({name for name in names if names.count(name) > 1 and name}):
        reader.problems.append(f'source "{name}" is used twice: each [[exports]] needs a name of its own')
    for name in (name for name in names if name.startswith("register.") or name in OWN_SOURCES):
        reader.problems.append(f'source "{name}" is a name of the audit itself: choose another')
    return sources


def _source(reader: _Reader, entry: Mapping[str, Any], position: int, zone: str) -> Source:
    where = f"in [[exports]] number {position}"
    reader.known(entry, _EXPORT, where)
    for key in ("source", "contract"):
        if key not in entry:
            reader.problems.append(f"{key} is missing {where}")
    instant, pattern = _extracted(reader, entry.get("extracted_at"), where, zone)
    covers_from, covers_to = reader.day(entry, "covers_from", where), reader.day(entry, "covers_to", where)
    if covers_from and covers_to and covers_from > covers_to:
        reader.problems.append(f"covers_from {where} is later than covers_to: nothing would be covered")
    return Source(
        name=reader.text(entry, "source", where) or "",
        contract=reader.text(entry, "contract", where),
        path=reader.text(entry, "path", where) or "**",
        extracted_at=instant,
        extracted_pattern=pattern,
        timezone=reader.zone(entry, where),
        role=reader.choice(entry, "role", _ROLES, where),
        purposes=reader.words(entry, "purposes", where),
        coverage=reader.choice(entry, "coverage", _COVERAGES, where) or "complete",
        covers_from=covers_from,
        covers_to=covers_to,
        list_id=reader.text(entry, "list_id", where),
    )


def _extracted(reader: _Reader, value: object, where: str, zone: str) -> tuple[datetime | None, str | None]:
    """An instant, or a pattern with %Y, %m, %d (and %H, %M, %S) that is looked for in each file's name."""
    if value is None:
        return None, None
    if isinstance(value, str) and "%" in value:
        return None, value
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    if not isinstance(value, datetime):
        reader.problems.append(
            f'extracted_at {where} must be a moment such as "2026-10-31T06:00:00+01:00", or a pattern with %Y, %m and %d'
        )
        return None, None
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone)), None
