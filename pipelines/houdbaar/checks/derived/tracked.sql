-- Events by file, month and what their consent state is (domain.md 1, C-21-1 and C-21-7): read once for all checks of it.
-- state: denied or unknown (with an identifier), free (granted, or nothing that identifies); the rest is what registers say.
-- is_recorded: the source has a column for it, empty or not. JSON leaves out what is empty: there, one event with a state tells that.
-- reads: analytics_event, event_refused | binds: as_of
with

by_event as (

    select
        source, file, row,
        max(finding) filter (where act = 'grant') as granted_later,
        max(finding) filter (where act = 'withdrawal') as withdrawn,
        max(finding) filter (where act = 'objection') as objected
    from event_refused
    group by source, file, row

),

seen as (

    select
        source, file, row, event_at_issue, analytics_consent is not null as has_state,
        case
            when analytics_consent = 'granted' or (client_id is null and user_id is null) then 'free' -- nearly all
            when lower(trim(analytics_consent)) = 'granted' then 'free'
            when lower(trim(analytics_consent)) = 'denied' then 'denied'
            else 'unknown'
        end as state,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_first_date else event_at_first_date end as first_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_last_date else event_at_last_date end as last_date
    from analytics_event

),

labelled as (

    select
        seen.source, seen.file, seen.row, seen.has_state, seen.state, seen.first_date, seen.last_date,
        by_event.granted_later, by_event.withdrawn, by_event.objected,
        coalesce(seen.first_date > $as_of, false) as is_to_come,
        case
            when 'UNDETERMINED' in (by_event.granted_later, by_event.withdrawn, by_event.objected)
                then coalesce(seen.event_at_issue, 'DQ-TS-PRECISION')
        end as issue,
        seen.state <> 'free' or by_event.row is not null as is_worth_listing,
        case
            when (seen.state <> 'free' or by_event.row is not null) and seen.first_date >= date_trunc('month', seen.last_date)
                then date_trunc('month', seen.last_date)
        end as month_start
    from seen
    left join by_event on seen.source = by_event.source and seen.file = by_event.file and seen.row = by_event.row

),

-- Ranges are for what becomes a finding; a line with very many is not enumerated.
counted as (

    select
        source, file, state, granted_later, withdrawn, objected, is_to_come, issue, month_start,
        min(first_date) as first_date,
        max(last_date) as last_date,
        count(*) as records,
        bool_or(has_state) as has_state,
        case
            when count(*) filter (where is_worth_listing) between 1 and 100000
                then list({'first': row, 'last': row} order by row) filter (where is_worth_listing)
        end as ranges
    from labelled
    group by source, file, state, granted_later, withdrawn, objected, is_to_come, issue, month_start

)

select
    source, file, state, granted_later, withdrawn, objected, is_to_come, issue,
    strftime(month_start, '%Y-%m') as month,
    first_date, last_date, records, ranges,
    bool_or(has_state or not regexp_matches(lower(file), '\.(json|jsonl|ndjson)(\.gz)?$')) over (partition by source) as is_recorded
from counted
