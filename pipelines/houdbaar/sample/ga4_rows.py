"""One event of the example site as a row of Google's export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from houdbaar.sample.browsing import Event, Visitor
from houdbaar.sample.moments import compact, micros, seconds

HOST = "www.voorbeeld.nl"
STREAM = "5550011220"
_SOURCES = {
    "organic": ("google", "Organic Search"),
    "(none)": ("(direct)", "Direct"),
    "referral": ("forum.example.com", "Referral"),
    "cpc": ("google", "Paid Search"),
    "email": ("nieuwsbrief", "Email"),
}
Row = dict[str, Any]


def event_row(event: Event, number: int) -> Row:
    """Give the full row of a daily table; `number` is the event's place in its day."""
    visitor = event.visitor
    return {
        "event_date": compact(event.moment.date()),
        "event_timestamp": micros(event.moment),
        "event_name": event.name,
        "event_params": _parameters(event),
        "event_bundle_sequence_id": micros(event.session_at) // 1000 % 2_000_000_000,
        "event_server_timestamp_offset": 41_000 + 137 * number,
        "user_id": visitor.person.customer_id if visitor.person else None,
        "user_pseudo_id": visitor.client_id,
        "privacy_info": _consent(visitor),
        "user_properties": [],
        "user_first_touch_timestamp": micros(visitor.first_seen) if visitor.client_id else None,
        "user_ltv": {"revenue": float(event.order.total) if event.order else 0.0, "currency": "EUR"},
        "device": _device(visitor),
        "geo": _geo(visitor),
        "traffic_source": dict(zip(("source", "medium"), (_SOURCES[event.medium][0], event.medium), strict=True)),
        "stream_id": STREAM,
        "platform": "WEB",
        "is_active_user": True,
        "batch_event_index": number + 1,
        "batch_page_id": micros(event.session_at) // 1000,
        "batch_ordering_id": number // 3 + 1,
        **_acquisition(event),
        **_purchase(event),
    }


def _parameters(event: Event) -> list[Row]:
    values: dict[str, Row] = {
        "page_location": {"string_value": _url(event)},
        "page_title": {"string_value": event.page.strip("/").replace("/", " – ") or "Voorbeeld Trackers"},
        "ga_session_id": {"int_value": seconds(event.session_at)},
        "ga_session_number": {"int_value": 1 if event.session_at == event.visitor.first_seen else 2},
        "engagement_time_msec": {"int_value": 900 + seconds(event.moment) % 4000},
    }
    if event.name == "scroll":
        values["percent_scrolled"] = {"int_value": 90}
    return [{"key": key, "value": value} for key, value in values.items()]


def _url(event: Event) -> str:
    person = event.visitor.person
    # The link in a newsletter carries the reader's id in the mail tool: a visit is a person's from the first page.
    mark = f"?utm_source=nieuwsbrief&utm_medium=email&mc_eid={person.euid}" if person and event.medium == "email" else ""
    return f"https://{HOST}{event.page}{mark}"


def _consent(visitor: Visitor) -> Row:
    analytics = "Yes" if visitor.client_id else "No"
    return {"analytics_storage": analytics, "ads_storage": "Yes" if visitor.has_ads_consent else "No", "uses_transient_token": "No"}


def _device(visitor: Visitor) -> Row:
    phone = {"category": "mobile", "mobile_brand_name": "Apple", "mobile_model_name": "iPhone", "operating_system": "iOS"}
    desk = {"category": "desktop", "operating_system": "Windows", "operating_system_version": "Windows 11"}
    browser = "Safari" if visitor.is_mobile else "Chrome"
    common = {
        "language": "nl-nl",
        "is_limited_ad_tracking": "No",
        "web_info": {"browser": browser, "browser_version": "130.0", "hostname": HOST},
    }
    return {**(phone if visitor.is_mobile else desk), **common}


def _geo(visitor: Visitor) -> Row:
    city, region = visitor.town
    known = {"continent": "Europe", "sub_continent": "Western Europe", "metro": "(not set)"}
    return {"city": city, "region": region, "country": "Netherlands", **known}


def _acquisition(event: Event) -> Row:
    source, channel = _SOURCES[event.medium]
    click = f"Voorbeeld-{seconds(event.session_at):x}" if event.medium == "cpc" and event.visitor.has_ads_consent else None
    campaign = {"source": source, "medium": event.medium, "campaign_name": "(not set)"}
    return {
        "collected_traffic_source": {"manual_source": source, "manual_medium": event.medium, "gclid": click},
        "session_traffic_source_last_click": {
            "manual_campaign": campaign,
            "cross_channel_campaign": {**campaign, "default_channel_group": channel, "primary_channel_group": channel},
        },
    }


def _purchase(event: Event) -> Row:
    order = event.order
    if order is None:
        return {"ecommerce": {}, "items": []}
    total = float(order.total)
    item = {
        "item_id": "GT-06",
        "item_name": "Tracker GT-06",
        "item_brand": "Voorbeeld",
        "price": total,
        "quantity": 1,
        "item_revenue": total,
    }
    ecommerce = {"total_item_quantity": 1, "purchase_revenue": total, "unique_items": 1, "transaction_id": order.order_id}
    return {"ecommerce": ecommerce, "items": [{**item, "item_params": []}]}


def as_json(value: Any) -> Any:
    """Give a value as BigQuery writes it to newline JSON: integers as text, nulls left out altogether."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return {key: as_json(each) for key, each in value.items() if each is not None}
    return _list(value)


def _list(values: Iterable[Any]) -> list[Any]:
    return [as_json(each) for each in values]
