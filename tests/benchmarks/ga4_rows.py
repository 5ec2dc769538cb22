"""Made-up GA4 events as plain numpy arrays: the same day, number of rows and seed draw the same events."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

ZONE = ZoneInfo("Europe/Amsterdam")
EVENTS_A_SESSION = 8
NAMES = ["page_view", "user_engagement", "scroll", "session_start", "view_item", "click", "first_visit", "add_to_cart", "purchase"]
NAME_SHARES = [0.42, 0.2, 0.14, 0.08, 0.07, 0.04, 0.03, 0.015, 0.005]
CONSENT_SHARES = [0.55, 0.39, 0.06]
# Stamps without a usable date, in turn: no value, zero, a clock set to 2090, a clock set to 1999 (micros UTC).
UNUSABLE: tuple[int | None, ...] = (None, 0, 3_797_000_000_000_000, 925_000_000_000_000)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sessions:
    """One value a session: start and first visit in seconds UTC, a number for the visitor, kind of consent, a number to draw from pools."""

    ids: Ints
    visitors: Ints
    first_seen: Ints
    consents: Ints
    draws: Ints


@dataclass(frozen=True, slots=True)
class Events:
    """One value an event: its session, day (20261031), stamp in micros UTC (`lost`: none), name, and what its parameters draw from."""

    sessions: Ints
    days: Ints
    stamps: Ints
    lost: Flags
    names: Ints
    pages: Ints
    engagement: Ints
    has_engagement: Flags
    has_referrer: Flags
    goods: Ints


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sessions and their events, in the order of the export's rows."""

    sessions: Sessions
    events: Events


def draw(day: date, rows: int, seed: int, unusable: int = 0) -> Drawn:
    """Return the events of one local day in no order of time; `unusable` of them have no usable stamp (nor, without one, a day)."""
    rng = np.random.default_rng([seed, day.toordinal()])
    start, end = (int(datetime.combine(d, datetime.min.time(), ZONE).timestamp()) for d in (day, day + timedelta(days=1)))
    sessions = _sessions(rng, max(1, rows // EVENTS_A_SESSION), start, end)
    of = rng.integers(0, len(sessions.ids), rows)
    # A session that runs past midnight is folded back into its day: daily tables go by local date.
    inside = (sessions.ids[of] - start) * 10**6 + rng.integers(0, 1_800 * 10**6, rows)
    stamps = start * 10**6 + inside % ((end - start) * 10**6)
    lost = _spoil(rng, stamps, unusable)
    events = Events(
        sessions=of,
        days=np.full(rows, int(f"{day:%Y%m%d}")),
        stamps=stamps,
        lost=lost,
        names=rng.choice(len(NAMES), rows, p=NAME_SHARES),
        pages=rng.zipf(1.4, rows) % 1_000_003 + sessions.draws[of],
        engagement=rng.integers(1, 60, rows) * 100,
        has_engagement=rng.random(rows) < 0.6,
        has_referrer=rng.random(rows) < 0.4,
        goods=rng.integers(0, 10**6, rows),
    )
    return Drawn(sessions, events)


def _sessions(rng: np.random.Generator, count: int, start: int, end: int) -> Sessions:
    seconds = rng.integers(start, end, count)
    age = rng.exponential(40 * 86_400, count).astype(np.int64)
    consents = rng.choice(len(CONSENT_SHARES), count, p=CONSENT_SHARES)
    return Sessions(seconds, rng.integers(10**8, 2**31, count), seconds - age, consents, rng.integers(0, 10**9, count))


def _spoil(rng: np.random.Generator, stamps: Ints, unusable: int) -> Flags:
    lost = np.zeros(len(stamps), dtype=bool)
    for turn, row in enumerate(rng.permutation(len(stamps))[:unusable].tolist()):
        value = UNUSABLE[turn % len(UNUSABLE)]
        lost[row], stamps[row] = value is None, value or 0
    return lost


def mix(parts: Sequence[Drawn], seed: int) -> Drawn:
    """Return the events of all parts in random order."""
    starts = np.cumsum([0, *(len(part.sessions.ids) for part in parts)])
    joined = {f.name: np.concatenate([getattr(part.events, f.name) for part in parts]) for f in fields(Events)}
    joined["sessions"] += np.repeat(starts[:-1], [len(part.events.stamps) for part in parts])
    order = np.random.default_rng(seed).permutation(len(joined["stamps"]))
    sessions = {f.name: np.concatenate([getattr(part.sessions, f.name) for part in parts]) for f in fields(Sessions)}
    return Drawn(Sessions(**sessions), Events(**{name: values[order] for name, values in joined.items()}))
