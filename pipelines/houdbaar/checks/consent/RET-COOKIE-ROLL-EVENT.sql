-- RET-COOKIE-ROLL: events with a cookie id that was renewed for longer than 24 months after its first visit
-- clause: C-52-2 | grain: month | entity: analytics_event | reads: analytics_event, renewed_client | needs: client_id
-- It reads the cookie id of every event, which no footer can spare: so it stands here, not among the retention checks.
with

found as (

    select *, term_reason(verdict, issue) as reason, case when verdict = 'FAIL' then strftime(last_seen_date, '%Y-%m') end as month
    from renewed_client
    where client_id is not null

),

-- Only of what becomes a finding the rows are asked for.
listed as (

    select source, file, row, verdict, reason, month, first_visit_date, records
    from found
    where row is not null
    union all
    select event.source, event.file, event.row, found.verdict, found.reason, found.month, found.first_visit_date, 1 as records
    from analytics_event as event
    inner join found
        on
            found.row is null
            and event.source = found.source and event.file = found.file and event.client_id = found.client_id
            and if(event.event_at_issue = 'DQ-TS-NULL', event.event_date_first_date, event.event_at_first_date) = found.first_seen_date
            and if(event.event_at_issue = 'DQ-TS-NULL', event.event_date_last_date, event.event_at_last_date) = found.last_seen_date
            and if(event.event_at_issue = 'DQ-TS-NULL', event.event_date_issue, event.event_at_issue) is not distinct from found.issue

),

-- One row can be several records (a list in it was taken apart).
located as (

    select
        source, file, row, verdict, reason, month, sum(records) as records,
        min(first_visit_date) as first_trigger, max(first_visit_date) as last_trigger
    from listed
    group by source, file, row, verdict, reason, month

),

islanded as (

    select *, row - row_number() over (partition by source, file, verdict, reason, month order by row) as island
    from located

),

piece as (

    select
        source, file, verdict, reason, month,
        min(row) as first, max(row) as last, sum(records) as records,
        min(first_trigger) as first_trigger, max(last_trigger) as last_trigger
    from islanded
    group by source, file, verdict, reason, month, island

)

select
    source, file, verdict, reason, month, sum(records) as records,
    case when count(*) <= 1000 then list({'first': first, 'last': last} order by first) end as ranges,
    'client_id' as trigger_column, min(first_trigger) as first_trigger, max(last_trigger) as last_trigger
from piece
group by source, file, verdict, reason, month
union all
select
    source, file, verdict, null as reason, null as month, records, null as ranges,
    'client_id' as trigger_column, null as first_trigger, null as last_trigger
from renewed_client
where client_id is null
