-- Events in which something stands that shouldn't: one row an event, with the plainest place of each kind.
-- reads: suspect_event, analytics_leak_text | kept: until read
-- Where no text was found, the events are not read again.
with

pair as (

    select source, file, row, unnest(parameters) as pair
    from suspect_event
    where exists (select 1 from analytics_leak_text)

),

seen as (

    select source, file, row, 1 as rank, 'page_url' as field, '' as key, page_url as value
    from suspect_event
    union all
    select source, file, row, 2 as rank, 'referrer_url' as field, '' as key, referrer_url as value
    from suspect_event
    union all
    select source, file, row, 3 as rank, 'user_id' as field, 'user_id' as key, user_id as value
    from suspect_event
    union all
    select source, file, row, 4 as rank, 'parameters' as field, pair.key, pair.value
    from pair

),

found as (

    select
        seen.source,
        seen.file,
        seen.row,
        seen.rank,
        seen.field,
        leak.identifier_kind,
        leak.is_ip_full,
        leak.is_place_fine,
        leak.is_relink
    from seen
    inner join analytics_leak_text as leak on seen.value = leak.value and seen.key = coalesce(leak.key, '') and seen.field = leak.field
    union all
    select
        source, file, row, 0 as rank, 'ip' as field,
        null as identifier_kind, true as is_ip_full, false as is_place_fine, false as is_relink
    from suspect_event
    where is_full_ip(ip)
    union all
    select
        source, file, row, 0 as rank, 'latitude' as field,
        null as identifier_kind, false as is_ip_full, true as is_place_fine, false as is_relink
    from suspect_event
    where is_fine_degree(latitude) or is_fine_degree(longitude)

)

select
    source,
    file,
    row,
    arg_min(field, rank) filter (where identifier_kind is not null) as identifier_field,
    arg_min(identifier_kind, rank) filter (where identifier_kind is not null) as identifier_kind,
    arg_min(field, rank) filter (where is_ip_full) as ip_field,
    arg_min(field, rank) filter (where is_place_fine) as place_field,
    arg_min(field, rank) filter (where is_relink) as relink_field
from found
group by source, file, row
