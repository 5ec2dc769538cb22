-- Addresses, ids and parameters of events in which something stands that shouldn't: each different text is looked at once.
-- reads: analytics_event
-- Repeats are what makes it quick: thirty million events have some hundred thousand addresses. Google's counters are all different.
with

pair as (

    select unnest(parameters) as pair
    from analytics_event

),

seen as (

    select distinct 'page_url' as field, cast(null as varchar) as key, page_url as value
    from analytics_event
    union all
    select distinct 'referrer_url' as field, null as key, referrer_url as value
    from analytics_event
    union all
    select distinct 'user_id' as field, 'user_id' as key, user_id as value
    from analytics_event
    union all
    select distinct 'parameters' as field, pair.key, pair.value
    from pair
    where
        pair.key not in (
            'page_location', 'page_referrer', 'ga_session_id', 'ga_session_number', 'engagement_time_msec', 'session_engaged',
            'engaged_session_event'
        )

),

opened as (

    select field, key, value, case when is_suspect(text_of(key, value)) then decoded(text_of(key, value)) end as text
    from seen

),

judged as (

    select
        field,
        key,
        value,
        leak_kind(text) as identifier_kind,
        has_full_ip(text) as is_ip_full,
        has_fine_place(text) as is_place_fine,
        has_relink(text) as is_relink
    from opened
    where text is not null

)

select field, key, value, identifier_kind, is_ip_full, is_place_fine, is_relink
from judged
where identifier_kind is not null or is_ip_full or is_place_fine or is_relink
