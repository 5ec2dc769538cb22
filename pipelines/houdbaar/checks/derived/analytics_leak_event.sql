-- Events in which something stands that shouldn't: one row an event, with the plainest place of each kind.
-- reads: analytics_event, analytics_leak_text
-- Where no text was found, the events are not read again.
with

page_text as (select value, identifier_kind, is_ip_full, is_place_fine, is_relink from analytics_leak_text where field = 'page_url'),

referrer_text as (select value, identifier_kind, is_ip_full, is_place_fine, is_relink from analytics_leak_text where field = 'referrer_url'),

user_text as (select value, identifier_kind, is_ip_full, is_place_fine, is_relink from analytics_leak_text where field = 'user_id'),

pair_text as (select key, value, identifier_kind, is_ip_full, is_place_fine, is_relink from analytics_leak_text where field = 'parameters'),

pair as (select source, file, row, unnest(parameters) as pair from analytics_event),

found as (

    select source, file, row, 1 as rank, 'page_url' as field, identifier_kind, is_ip_full, is_place_fine, is_relink
    from analytics_event inner join page_text on analytics_event.page_url = page_text.value
    union all
    select source, file, row, 2 as rank, 'referrer_url' as field, identifier_kind, is_ip_full, is_place_fine, is_relink
    from analytics_event inner join referrer_text on analytics_event.referrer_url = referrer_text.value
    union all
    select source, file, row, 3 as rank, 'user_id' as field, identifier_kind, is_ip_full, is_place_fine, is_relink
    from analytics_event inner join user_text on analytics_event.user_id = user_text.value
    union all
    select source, file, row, 4 as rank, 'parameters' as field, identifier_kind, is_ip_full, is_place_fine, is_relink
    from pair inner join pair_text on pair.pair.key = pair_text.key and pair.pair.value = pair_text.value
    union all
    select source, file, row, 0 as rank, 'ip' as field, null as identifier_kind, true as is_ip_full, false as is_place_fine, false as is_relink
    from analytics_event where is_full_ip(ip)
    union all
    select source, file, row, 0 as rank, 'latitude' as field, null as identifier_kind, false as is_ip_full, true as is_place_fine, false as is_relink
    from analytics_event where is_fine_degree(latitude) or is_fine_degree(longitude)

)

select
    source, file, row,
    arg_min(field, rank) filter (where identifier_kind is not null) as identifier_field,
    arg_min(identifier_kind, rank) filter (where identifier_kind is not null) as identifier_kind,
    arg_min(field, rank) filter (where is_ip_full) as ip_field,
    arg_min(field, rank) filter (where is_place_fine) as place_field,
    arg_min(field, rank) filter (where is_relink) as relink_field
from found
group by source, file, row
