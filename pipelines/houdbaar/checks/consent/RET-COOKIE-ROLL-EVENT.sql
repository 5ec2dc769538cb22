-- RET-COOKIE-ROLL: events with a cookie id that was renewed for longer than 24 months after its first visit
-- clause: C-52-2 | grain: month | entity: analytics_event | reads: analytics_event, client_visit, term_day | needs: client_id
-- binds: as_of
-- It reads the cookie id of every event, which no footer can spare: so it stands here, not among the retention checks.
with

seen as (

    select
        source, file, row, client_id,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_first_date else event_at_first_date end as first_seen_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_last_date else event_at_last_date end as last_seen_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_issue else event_at_issue end as issue
    from analytics_event

),

judged as (

    select
        seen.*, client_visit.first_visit_date,
        renewal_verdict(term_day.last_permitted_day, seen.first_seen_date, seen.last_seen_date, $as_of) as verdict
    from seen
    left join (client_visit inner join term_day on client_visit.first_visit_date = term_day.trigger_date)
        on seen.client_id = client_visit.client_id

),

-- Only what becomes a finding needs its rows and dates; all else is counted.
labelled as (

    select
        source, file, verdict, term_reason(verdict, issue) as reason,
        case when verdict = 'FAIL' then strftime(last_seen_date, '%Y-%m') end as month,
        case when verdict in ('FAIL', 'UNDETERMINED') then row end as row,
        case when verdict in ('FAIL', 'UNDETERMINED') then first_visit_date end as first_visit_date
    from judged

),

-- One row can be several records (a list in it was taken apart).
counted as (

    select
        source, file, verdict, reason, month, row, min(first_visit_date) as first_trigger, max(first_visit_date) as last_trigger,
        count(*) as records
    from labelled
    group by source, file, verdict, reason, month, row

),

islanded as (

    select *, row - row_number() over (partition by source, file, verdict, reason, month order by row) as island
    from counted

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
    case when count(first) between 1 and 1000 then list({'first': first, 'last': last} order by first) end as ranges,
    'client_id' as trigger_column, min(first_trigger) as first_trigger, max(last_trigger) as last_trigger
from piece
group by source, file, verdict, reason, month
