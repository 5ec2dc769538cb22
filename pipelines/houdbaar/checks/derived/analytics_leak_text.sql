-- Addresses, ids and parameters of events in which something stands that shouldn't: each different text is looked at once.
-- reads: suspect_event
-- Repeats are what makes it quick: thirty million events have some hundred thousand addresses. Google's counters are all different.
with

pair as (

    select unnest(parameters) as pair
    from suspect_event

),

-- One scan for the columns of their own: each row has a value of one of them, or none.
column_value as (

    select page_url, referrer_url, user_id
    from suspect_event
    group by grouping sets ((page_url), (referrer_url), (user_id))

),

seen as (

    select
        case when page_url is not null then 'page_url' when referrer_url is not null then 'referrer_url' else 'user_id' end as field,
        case when user_id is not null then 'user_id' end as key,
        coalesce(page_url, referrer_url, user_id) as value
    from column_value
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
