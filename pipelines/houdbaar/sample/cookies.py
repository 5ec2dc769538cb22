"""The cookie inventory of the site: what a scan of browsers found, one line a cookie and browser."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from houdbaar.sample import files, scope
from houdbaar.sample.moments import later, local, pick_moment, seconds
from houdbaar.sample.planted import Finding, Planted

SOURCE = "cookies"
COLUMNS = ("cookie_name", "domain", "client_id", "provider", "purpose", "set_at", "expires_at", "max_age_seconds", "last_seen_at")
_DOMAIN = ".voorbeeld.nl"
_DAY = 86_400
_UNLIMITED = "9999-12-31T23:59:59Z"
_TOO_LONG = Finding("RET-COOKIE-24", SOURCE, "cookie")
_ROLLED = Finding("RET-COOKIE-ROLL", SOURCE, "cookie")


def write(path: Path, planted: Planted) -> None:
    """Write the inventory: analytics cookies of thirteen months, session cookies, and those that were planted."""
    rng = Random("houdbaar sample cookies")
    rows = [_analytics(rng, pick_moment(rng, date(2025, 11, 1), date(2026, 10, 20))) for _ in range(22)]
    rows += [_session(rng) for _ in range(8)]
    rows += [_renewed(rng, day) for day in (date(2023, 8, 14), date(2024, 3, 2))]
    rows += [*_too_long(rng), *_unusable(rng)]
    # A script that wanted to know its visitors again wrote the old id beside the new one.
    old = [f"GA1.1.{rng.randrange(10**8, 2 * 10**9)}.1690000000" if place in (2, 5, 11) else "" for place in range(len(rows))]
    files.write_csv(path, (*COLUMNS, scope.COOKIE_COLUMN), [[*row, each] for row, each in zip(rows, old, strict=True)])
    planted.add(Finding("SCP-RELINK", SOURCE, "cookie", scope.COOKIE_COLUMN, reason="relink"), "old ids beside new ones")
    planted.add(_ROLLED, "ids that were renewed beyond 24 months", 2)
    planted.add(_TOO_LONG, "lifetimes of more than 24 months, one of them unlimited", 4)
    for reason, note in (("DQ-TS-NULL", "set on an unknown day"), ("DQ-TS-SENTINEL", "set on day zero"), ("DQ-TS-PARSE", "set on no day")):
        planted.add(Finding("RET-COOKIE-24", SOURCE, "cookie", verdict="UNDETERMINED", reason=reason), note)
    planted.add(Finding("AUD-DATA-QUALITY", SOURCE, "cookie", "RET-COOKIE-24"), "3 of 39 cookies cannot be judged", 3)


def _analytics(rng: Random, first: datetime, renewed: datetime | None = None) -> list[str]:
    client = f"GA1.1.{rng.randrange(10**8, 2 * 10**9)}.{seconds(first)}"
    placed = renewed or first
    expires, seen = later(placed, 395 * _DAY).isoformat(), later(placed, 6 * _DAY).isoformat()
    return ["_ga", _DOMAIN, client, "Google Analytics", "analytics", placed.isoformat(), expires, "", seen]


def _renewed(rng: Random, first_visit: date) -> list[str]:
    return _analytics(rng, local(first_visit, 19, 45), pick_moment(rng, date(2026, 9, 1), date(2026, 10, 10)))


def _session(rng: Random) -> list[str]:
    moment = pick_moment(rng, date(2026, 9, 1), date(2026, 10, 30))
    return ["winkelwagen", "www.voorbeeld.nl", _random_id(rng), "own", "functional", moment.isoformat(), "", "", moment.isoformat()]


def _too_long(rng: Random) -> list[list[str]]:
    moment = local(date(2026, 4, 7), 12)
    two_years_and_a_day = (moment + timedelta(days=732)).isoformat()
    ends = ((two_years_and_a_day, ""), (two_years_and_a_day, ""), ("", str(3 * 365 * _DAY)), (_UNLIMITED, ""))
    return [
        ["vb_voorkeur", _DOMAIN, _random_id(rng), "own", "preferences", moment.isoformat(), expires, age, later(moment, _DAY).isoformat()]
        for expires, age in ends
    ]  # fmt: skip


def _unusable(rng: Random) -> list[list[str]]:
    expires, seen = local(date(2027, 6, 1), 9).isoformat(), local(date(2026, 10, 2), 9).isoformat()
    stamps = ("", "1970-01-01T00:00:00Z", "onlangs")
    return [["vb_partner", _DOMAIN, _random_id(rng), "partner", "marketing", stamp, expires, "", seen] for stamp in stamps]


def _random_id(rng: Random) -> str:
    return f"{rng.randrange(16**12):012x}"
