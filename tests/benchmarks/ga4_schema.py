"""The GA4 events table as BigQuery exports it to Parquet: nested, every column nullable, all leaves (source: the vendor's schema page)."""

import pyarrow as pa


def _texts(names: str) -> list[pa.Field]:
    return [pa.field(name, pa.string()) for name in names.split()]


def _wholes(names: str) -> list[pa.Field]:
    return [pa.field(name, pa.int64()) for name in names.split()]


def _numbers(names: str) -> list[pa.Field]:
    return [pa.field(name, pa.float64()) for name in names.split()]


VALUE = pa.struct([*_texts("string_value"), *_wholes("int_value"), *_numbers("float_value double_value")])
PARAM = pa.struct([*_texts("key"), pa.field("value", VALUE)])
PROPERTY_VALUE = pa.struct([*VALUE, *_wholes("set_timestamp_micros")])
PROPERTY = pa.struct([*_texts("key"), pa.field("value", PROPERTY_VALUE)])
PRIVACY = pa.struct(_texts("analytics_storage ads_storage uses_transient_token"))
DEVICE = pa.struct(
    [
        *_texts("category mobile_brand_name mobile_model_name mobile_marketing_name mobile_os_hardware_model operating_system"),
        *_texts("operating_system_version vendor_id advertising_id language is_limited_ad_tracking"),
        *_wholes("time_zone_offset_seconds"),
        pa.field("web_info", pa.struct(_texts("browser browser_version hostname"))),
    ]
)
GEO = pa.struct(_texts("city country continent region sub_continent metro"))
APP = pa.struct(_texts("id version install_store firebase_app_id install_source"))
FIRST_SOURCE = pa.struct(_texts("name medium source"))
COLLECTED = pa.struct(
    _texts(
        "manual_campaign_id manual_campaign_name manual_source manual_medium manual_term manual_content "
        "manual_creative_format manual_marketing_tactic manual_source_platform gclid dclid srsltid"
    )
)
LAST_CLICK = pa.struct(
    [
        pa.field("manual_campaign", pa.struct(_texts("campaign_id campaign_name medium term content source_platform source"))),
        pa.field("google_ads_campaign", pa.struct(_texts("customer_id account_name campaign_id campaign_name ad_group_id ad_group_name"))),
        pa.field("cross_channel_campaign", pa.struct(_texts("campaign_id campaign_name medium source source_platform"))),
    ]
)
ECOMMERCE = pa.struct(
    [
        *_wholes("total_item_quantity"),
        *_numbers("purchase_revenue_in_usd purchase_revenue refund_value_in_usd refund_value shipping_value_in_usd shipping_value"),
        *_numbers("tax_value_in_usd tax_value"),
        *_wholes("unique_items"),
        *_texts("transaction_id"),
    ]
)
ITEM = pa.struct(
    [
        *_texts("item_id item_name item_brand item_variant item_category item_category2 item_category3 item_category4 item_category5"),
        *_numbers("price_in_usd price"),
        *_wholes("quantity"),
        *_numbers("item_revenue_in_usd item_revenue item_refund_in_usd item_refund"),
        *_texts("coupon affiliation location_id item_list_id item_list_name item_list_index promotion_id promotion_name"),
        *_texts("creative_name creative_slot"),
        pa.field("item_params", pa.list_(PARAM)),
    ]
)

EVENTS = pa.schema(
    [
        *_texts("event_date"),
        *_wholes("event_timestamp"),
        *_texts("event_name"),
        pa.field("event_params", pa.list_(PARAM)),
        *_wholes("event_previous_timestamp"),
        *_numbers("event_value_in_usd"),
        *_wholes("event_bundle_sequence_id event_server_timestamp_offset"),
        *_texts("user_id user_pseudo_id"),
        pa.field("privacy_info", PRIVACY),
        pa.field("user_properties", pa.list_(PROPERTY)),
        *_wholes("user_first_touch_timestamp"),
        pa.field("user_ltv", pa.struct([*_numbers("revenue"), *_texts("currency")])),
        pa.field("device", DEVICE),
        pa.field("geo", GEO),
        pa.field("app_info", APP),
        pa.field("traffic_source", FIRST_SOURCE),
        *_texts("stream_id platform"),
        pa.field("ecommerce", ECOMMERCE),
        pa.field("items", pa.list_(ITEM)),
        pa.field("collected_traffic_source", COLLECTED),
        pa.field("is_active_user", pa.bool_()),
        *_wholes("batch_event_index batch_page_id batch_ordering_id"),
        pa.field("session_traffic_source_last_click", LAST_CLICK),
    ]
)


def text_leaves(kind: pa.DataType, path: str = "") -> list[str]:
    """Return the Parquet paths of all text leaves under `kind`: the columns that get dictionary pages."""
    if pa.types.is_string(kind):
        return [path]
    if pa.types.is_list(kind):
        return text_leaves(kind.value_type, f"{path}.list.element")
    if pa.types.is_struct(kind):
        return [leaf for field in kind for leaf in text_leaves(field.type, f"{path}.{field.name}")]
    return []


TEXT_LEAVES = [leaf for field in EVENTS for leaf in text_leaves(field.type, field.name)]
