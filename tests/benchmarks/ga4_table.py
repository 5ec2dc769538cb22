"""Drawn events as an Arrow table in the shape of BigQuery's export: numbers pick from pools of made-up values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from ga4_rows import EVENTS_A_SESSION, NAMES, Drawn, Events, Flags, Ints, Sessions
from ga4_schema import COLLECTED, DEVICE, ECOMMERCE, EVENTS, FIRST_SOURCE, GEO, ITEM, LAST_CLICK, PARAM, PRIVACY, VALUE

PAGES, TITLES, REFERRERS, ORDERS = 600, 300, 80, 1_000
PARAMS = ["ga_session_id", "ga_session_number", "page_location", "page_title", "engagement_time_msec", "page_referrer"]
WHOLE_PARAMS, TEXT_PARAMS = (0, 1, 4), (2, 3, 5)
SHOWN = [NAMES.index("view_item"), NAMES.index("purchase")]


@dataclass(frozen=True, slots=True)
class Pools:
    """The values that rows draw from; made once a process."""

    texts: pa.Array
    devices: pa.Array
    places: pa.Array
    campaigns: pa.Array
    last_clicks: pa.Array
    first_sources: pa.Array
    consents: pa.Array
    items: pa.Array
    orders: pa.Array


def pools(seed: int) -> Pools:
    """Return the pools of `seed`."""
    rng = np.random.default_rng([seed, 1])
    orders = [{"transaction_id": f"NL-{n}", "purchase_revenue": 89.0, "total_item_quantity": 1} for n in range(ORDERS)]
    return Pools(
        texts=pa.array(_texts(rng), pa.string()),
        devices=pa.array([_device(rng) for _ in range(300)], DEVICE),
        places=pa.array([_place(rng) for _ in range(250)], GEO),
        campaigns=pa.array([None, *(_campaign(n) for n in range(59))], COLLECTED),
        last_clicks=pa.array([None, *(_last_click(n) for n in range(59))], LAST_CLICK),
        first_sources=pa.array([{"name": f"campaign-{n}", "medium": "cpc", "source": "search"} for n in range(40)], FIRST_SOURCE),
        consents=pa.array([_consent("Yes", "Yes"), _consent("Yes", "No"), _consent("No", "No")], PRIVACY),
        items=pa.array([_item(n) for n in range(45)], ITEM),
        orders=pa.array(orders, ECOMMERCE),
    )


def _texts(rng: np.random.Generator) -> list[str]:
    pages = [f"https://shop.example.com/trackers/{rng.integers(10**6)}?utm_campaign=c{n % 60}" for n in range(PAGES)]
    titles = [f"GPS tracker {n} for cars, bicycles and boats" for n in range(TITLES)]
    return [*pages, *titles, *(f"https://site-{n}.example.org/reviews" for n in range(REFERRERS))]


def _device(rng: np.random.Generator) -> dict[str, Any]:
    version = f"{rng.integers(90, 140)}.0.{rng.integers(7000)}"
    web = {"browser": _one(rng, "Chrome Safari Firefox"), "browser_version": version, "hostname": "shop.example.com"}
    system = _one(rng, "Windows Android iOS Macintosh")
    words = {"operating_system": system, "operating_system_version": f"{system} {rng.integers(9, 18)}", "is_limited_ad_tracking": "No"}
    return {**words, "category": _one(rng, "desktop mobile tablet"), "language": _one(rng, "nl-nl en-us de-de"), "web_info": web}


def _place(rng: np.random.Generator) -> dict[str, Any]:
    place = {"continent": "Europe", "sub_continent": "Western Europe", "metro": "(not set)"}
    country = _one(rng, "Netherlands Belgium Germany")
    return {**place, "country": country, "region": f"Region {rng.integers(12)}", "city": f"City {rng.integers(400)}"}


def _one(rng: np.random.Generator, words: str) -> str:
    return str(rng.choice(words.split()))


def _campaign(number: int) -> dict[str, Any]:
    campaign = {"manual_campaign_name": f"campaign-{number}", "manual_source": "newsletter", "manual_medium": "email"}
    return campaign if number % 2 else {**campaign, "gclid": f"made-up-click-{number:040d}"}


def _last_click(number: int) -> dict[str, Any]:
    names = {"campaign_id": str(number), "campaign_name": f"campaign-{number}", "source": "newsletter", "medium": "email"}
    return {"manual_campaign": names, "cross_channel_campaign": names}


def _consent(analytics: str, ads: str) -> dict[str, str]:
    return {"analytics_storage": analytics, "ads_storage": ads, "uses_transient_token": "No"}


def _item(number: int) -> dict[str, Any]:
    return {"item_id": f"GT-{number:02d}", "item_name": f"Tracker {number}", "price": 19.0 + number, "quantity": 1, "item_params": []}


def table(drawn: Drawn, pool: Pools) -> pa.Table:
    """Return the events with all columns of the export; what is not made up here is NULL, as most of it is in the exports of a web shop."""
    sessions, events = drawn.sessions, drawn.events
    rows = len(events.stamps)
    columns = {
        "event_date": _event_date(events),
        "event_timestamp": pa.array(events.stamps, pa.int64(), mask=events.lost),
        "event_name": pa.array(NAMES).take(pa.array(events.names)),
        "event_params": _params(sessions, events, pool),
        **_identity(sessions, events),
        **_context(sessions, events, pool),
        **_shop(events, pool),
    }
    return pa.table([columns.get(field.name, pa.nulls(rows, field.type)) for field in EVENTS], schema=EVENTS)


def _event_date(events: Events) -> pa.Array:
    days, of = np.unique(events.days, return_inverse=True)
    return pa.array([str(day) for day in days.tolist()]).take(pa.array(of, mask=events.lost))


def _params(sessions: Sessions, events: Events, pool: Pools) -> pa.Array:
    draws, page = sessions.draws[events.sessions], events.pages % PAGES
    zero = np.zeros_like(page)
    whole = np.stack([sessions.ids[events.sessions], 1 + draws % 12, zero, zero, events.engagement, zero], axis=1)
    text = np.stack([zero, zero, page, PAGES + page % TITLES, zero, PAGES + TITLES + draws % REFERRERS], axis=1)
    kept = np.ones(whole.shape, dtype=bool)
    kept[:, 4], kept[:, 5] = events.has_engagement, events.has_referrer
    keys = np.tile(np.arange(len(PARAMS)), (len(page), 1))[kept]
    pairs = _pairs(keys, whole[kept], text[kept], np.isin(keys, TEXT_PARAMS), pool)
    return pa.ListArray.from_arrays(_offsets(kept.sum(axis=1)), pairs)


def _pairs(keys: Ints, whole: Ints, text: Ints, is_text: Flags, pool: Pools) -> pa.Array:
    unused = pa.nulls(len(keys), pa.float64())
    values = [pool.texts.take(pa.array(text, mask=~is_text)), pa.array(whole, mask=is_text), unused, unused]
    names = pa.array(PARAMS).take(pa.array(keys))
    return pa.StructArray.from_arrays([names, pa.StructArray.from_arrays(values, fields=list(VALUE))], fields=list(PARAM))


def _offsets(lengths: Ints) -> pa.Array:
    return pa.array(np.concatenate([[0], lengths.cumsum()]), pa.int32())


def _identity(sessions: Sessions, events: Events) -> dict[str, pa.Array]:
    # Without consent the export has no visitor id; one session in twelve is of a customer who signed in.
    ids = [f"{visitor}.{seen}" for visitor, seen in zip(sessions.visitors.tolist(), sessions.first_seen.tolist(), strict=True)]
    users = [f"K-{draw % 90_000:05d}" for draw in sessions.draws.tolist()]
    of = pa.array(events.sessions)
    return {
        "user_pseudo_id": pa.array(ids, pa.string(), mask=sessions.consents == 2).take(of),
        "user_id": pa.array(users, pa.string(), mask=sessions.draws % 12 != 0).take(of),
        "user_first_touch_timestamp": pa.array(sessions.first_seen * 10**6).take(of),
        "event_bundle_sequence_id": pa.array(sessions.draws % 10**6).take(of),
        "batch_event_index": pa.array(events.goods % EVENTS_A_SESSION),
    }


def _context(sessions: Sessions, events: Events, pool: Pools) -> dict[str, pa.Array]:
    def drawn(values: pa.Array, salt: int) -> pa.Array:
        return values.take(pa.array(((sessions.draws // salt) % len(values))[events.sessions]))

    same = pa.array(np.zeros(len(events.stamps), dtype=np.int64))
    return {
        "privacy_info": pool.consents.take(pa.array(sessions.consents[events.sessions])),
        "device": drawn(pool.devices, 7),
        "geo": drawn(pool.places, 11),
        "traffic_source": drawn(pool.first_sources, 13),
        "collected_traffic_source": drawn(pool.campaigns, 17),
        "session_traffic_source_last_click": drawn(pool.last_clicks, 17),
        "stream_id": pa.array(["55511122"]).take(same),
        "platform": pa.array(["WEB"]).take(same),
        "is_active_user": pa.array([True]).take(same),
    }


def _shop(events: Events, pool: Pools) -> dict[str, pa.Array]:
    shown, bought = np.isin(events.names, SHOWN), events.names == SHOWN[1]
    items = pool.items.take(pa.array(events.goods[shown] % len(pool.items)))
    orders = pool.orders.take(pa.array(events.goods % ORDERS, mask=~bought))
    return {"ecommerce": orders, "items": pa.ListArray.from_arrays(_offsets(shown.astype(np.int64)), items)}
