"""Arrow schemas of Google Analytics 4's BigQuery tables, nested as BigQuery writes them to Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# A shard has only the columns that Google had by then: (column, first day 'YYYYMMDD').
ADDED_LATER = {
    "batch_event_index": "20240711",
    "batch_page_id": "20240711",
    "batch_ordering_id": "20240711",
    "session_traffic_source_last_click": "20241104",
    "publisher": "20241104",
}
# Intraday tables lack what is only known at the end of the day.
NOT_INTRADAY = ("traffic_source", "user_ltv", "is_active_user")

_EVENT_DATES = "event_date:s event_timestamp:i event_name:s"
_EVENT_FACTS = "event_previous_timestamp:i event_value_in_usd:f event_bundle_sequence_id:i event_server_timestamp_offset:i"
_DEVICE = (
    "category:s mobile_brand_name:s mobile_model_name:s mobile_marketing_name:s mobile_os_hardware_model:s operating_system:s "
    "operating_system_version:s vendor_id:s advertising_id:s language:s is_limited_ad_tracking:s time_zone_offset_seconds:i"
)
_GEO = "city:s country:s continent:s region:s sub_continent:s metro:s"
_ECOMMERCE = (
    "total_item_quantity:i purchase_revenue_in_usd:f purchase_revenue:f refund_value_in_usd:f refund_value:f shipping_value_in_usd:f "
    "shipping_value:f tax_value_in_usd:f tax_value:f unique_items:i transaction_id:s"
)
_ITEM = (
    "item_id:s item_name:s item_brand:s item_variant:s item_category:s item_category2:s item_category3:s item_category4:s "
    "item_category5:s price_in_usd:f price:f quantity:i item_revenue_in_usd:f item_revenue:f item_refund_in_usd:f item_refund:f "
    "coupon:s affiliation:s location_id:s item_list_id:s item_list_name:s item_list_index:s promotion_id:s promotion_name:s "
    "creative_name:s creative_slot:s"
)
_COLLECTED = (
    "manual_campaign_id:s manual_campaign_name:s manual_source:s manual_medium:s manual_term:s manual_content:s "
    "manual_creative_format:s manual_marketing_tactic:s manual_source_platform:s gclid:s dclid:s srsltid:s"
)
_LAST_CLICK = {
    "manual_campaign": "campaign_id:s campaign_name:s source:s medium:s term:s content:s source_platform:s creative_format:s "
    "marketing_tactic:s",
    "google_ads_campaign": "customer_id:s account_name:s campaign_id:s campaign_name:s ad_group_id:s ad_group_name:s",
    "cross_channel_campaign": "campaign_id:s campaign_name:s source:s medium:s source_platform:s default_channel_group:s "
    "primary_channel_group:s",
}
_PUBLISHER = "ad_revenue_in_usd:f ad_format:s ad_source_name:s ad_unit_id:s"
_PREDICTIONS = "in_app_purchase_score_7d:f purchase_score_7d:f churn_score_7d:f revenue_28d_in_usd:f"


def events(day: str, is_intraday: bool) -> pa.Schema:
    """Give the schema of one daily table. `day` is 'YYYYMMDD'."""
    import pyarrow as pa

    fields = [field for field in _event_fields() if ADDED_LATER.get(field.name, day) <= day]
    return pa.schema([field for field in fields if not (is_intraday and field.name in NOT_INTRADAY)])


def pseudonymous_users() -> pa.Schema:
    """Give the schema of a daily pseudonymous_users_ table."""
    import pyarrow as pa

    membership = "id:i name:s membership_start_timestamp_micros:i membership_expiry_timestamp_micros:i npa:b"
    return pa.schema(
        [
            *_fields("pseudo_user_id:s stream_id:s"),
            pa.field("user_info", _struct("last_active_timestamp_micros:i user_first_touch_timestamp_micros:i first_purchase_date:s")),
            pa.field("device", _struct("operating_system:s category:s mobile_brand_name:s mobile_model_name:s unified_screen_name:s")),
            pa.field("geo", _struct("city:s country:s continent:s region:s")),
            pa.field("audiences", pa.list_(_struct(membership))),
            pa.field("user_properties", pa.list_(_struct("slot:s user_property_name:s value:s set_timestamp_micros:i"))),
            pa.field("user_ltv", _struct("revenue_in_usd:f sessions:i engagement_time_millis:i purchases:i session_duration_micros:i")),
            pa.field("predictions", _struct(_PREDICTIONS)),
            pa.field("privacy_info", _struct("is_limited_ad_tracking:s is_ads_personalization_allowed:s")),
            *_fields("occurrence_date:s last_updated_date:s"),
        ]
    )


def _event_fields() -> list[pa.Field[pa.DataType]]:
    import pyarrow as pa

    return [
        *_fields(_EVENT_DATES),
        pa.field("event_params", _parameters()),
        *_fields(f"{_EVENT_FACTS} user_id:s user_pseudo_id:s"),
        pa.field("privacy_info", _struct("analytics_storage:s ads_storage:s uses_transient_token:s")),
        pa.field("user_properties", _properties()),
        *_fields("user_first_touch_timestamp:i"),
        pa.field("user_ltv", _struct("revenue:f currency:s")),
        pa.field("device", _device()),
        pa.field("geo", _struct(_GEO)),
        pa.field("app_info", _struct("id:s version:s install_store:s firebase_app_id:s install_source:s")),
        pa.field("traffic_source", _struct("name:s medium:s source:s")),
        *_fields("stream_id:s platform:s"),
        pa.field("event_dimensions", _struct("hostname:s")),
        pa.field("ecommerce", _struct(_ECOMMERCE)),
        pa.field("items", pa.list_(pa.struct([*_fields(_ITEM), pa.field("item_params", _parameters())]))),
        pa.field("collected_traffic_source", _struct(_COLLECTED)),
        *_fields("is_active_user:b batch_event_index:i batch_page_id:i batch_ordering_id:i"),
        pa.field("session_traffic_source_last_click", pa.struct([(name, _struct(names)) for name, names in _LAST_CLICK.items()])),
        pa.field("publisher", _struct(_PUBLISHER)),
    ]


def _device() -> pa.StructType:
    import pyarrow as pa

    return pa.struct([*_fields(_DEVICE), pa.field("web_info", _struct("browser:s browser_version:s hostname:s"))])


def _parameters() -> pa.ListType[pa.StructType]:
    import pyarrow as pa

    value = _struct("string_value:s int_value:i float_value:f double_value:f")
    return pa.list_(pa.struct([("key", pa.string()), ("value", value)]))


def _properties() -> pa.ListType[pa.StructType]:
    import pyarrow as pa

    value = _struct("string_value:s int_value:i float_value:f double_value:f set_timestamp_micros:i")
    return pa.list_(pa.struct([("key", pa.string()), ("value", value)]))


def _struct(names: str) -> pa.StructType:
    import pyarrow as pa

    return pa.struct(_fields(names))


def _fields(names: str) -> list[pa.Field[pa.DataType]]:
    """Read 'city:s revenue:f': text, integer (i), floating point (f), boolean (b)."""
    import pyarrow as pa

    types = {"s": pa.string(), "i": pa.int64(), "f": pa.float64(), "b": pa.bool_()}
    pairs = (name.split(":") for name in names.split())
    return [pa.field(name, types[kind]) for name, kind in pairs]
