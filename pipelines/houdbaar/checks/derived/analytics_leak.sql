-- What identifiers, full addresses and fine places the events hold: one scan for four checks. Events without any make a line as well.
-- reads: analytics_event
-- `rows`: numbers of the rows where something was found; more than 1,000 would not be listed in a finding anyway.
with

event as (

    select
        source, file, row, page_url, referrer_url,
        '&user_id=' || user_id as user_text,
        pairs_text(parameters) as parameter_text,
        is_full_ip(ip) as is_ip_full,
        is_fine_degree(latitude) or is_fine_degree(longitude) as is_place_fine,
        page_url is not null or referrer_url is not null or user_id is not null or len(parameters) > 0 as is_text,
        strftime(case when event_at_issue = 'DQ-TS-NULL' then event_date_last_date else event_at_last_date end, '%Y-%m') as month
    from analytics_event

),

opened as (

    select
        source, file, row, is_ip_full, is_place_fine, is_text, month,
        case when is_suspect(page_url) then decoded(page_url) end as page_text,
        case when is_suspect(referrer_url) then decoded(referrer_url) end as referrer_text,
        case when is_suspect(user_text) then decoded(user_text) end as user_text,
        case when is_suspect(parameter_text) then decoded(parameter_text) end as parameter_text
    from event

),

named as (

    select
        source, file, row, is_ip_full, is_place_fine, is_text, month,
        leak_kind(page_text) as page_kind,
        leak_kind(referrer_text) as referrer_kind,
        leak_kind(user_text) as user_kind,
        leak_kind(parameter_text) as parameter_kind,
        coalesce(page_text, '') || coalesce(referrer_text, '') || coalesce(parameter_text, '') as all_text
    from opened

),

found as (

    select
        source, file, row, is_text, month,
        coalesce(page_kind, referrer_kind, user_kind, parameter_kind) as identifier_kind,
        case
            when page_kind is not null then 'page_url'
            when referrer_kind is not null then 'referrer_url'
            when user_kind is not null then 'user_id'
            when parameter_kind is not null then 'parameters'
        end as identifier_field,
        case when is_ip_full then 'ip' when all_text <> '' and has_full_ip(all_text) then 'parameters' end as ip_field,
        case when is_place_fine then 'latitude' when all_text <> '' and has_fine_place(all_text) then 'parameters' end as place_field,
        case when all_text <> '' and has_relink(all_text) then 'parameters' end as relink_field
    from named

)

select
    source, file, is_text, identifier_kind, identifier_field, ip_field, place_field, relink_field,
    case when coalesce(identifier_field, ip_field, place_field, relink_field) is not null then month end as month,
    count(*) as records,
    case
        when count(*) <= 1000
            then min(row, 1001) filter (where coalesce(identifier_field, ip_field, place_field, relink_field) is not null)
    end as rows
from found
group by all
