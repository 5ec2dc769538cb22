-- Cookie ids by file, day and what RET-COOKIE-ROLL-EVENT says of their events: an id has many events on a day.
-- One row an id and day that is a finding, or a row of the export where its event has no day; all others of a file and verdict are one row,
-- without an id.
-- reads: analytics_event, term_day | term: RET-COOKIE-ROLL-EVENT | binds: as_of, time_zone
with

event as (

    select
        source, file, row, client_id,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_first_date else event_at_first_date end as first_seen_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_last_date else event_at_last_date end as last_seen_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_issue else event_at_issue end as issue
    from analytics_event

),

counted as (

    select
        source, file, client_id, first_seen_date, last_seen_date, issue, case when first_seen_date is null then row end as row,
        count(*) as records
    from event
    group by source, file, client_id, first_seen_date, last_seen_date, issue, case when first_seen_date is null then row end

),

visited as (

    select *, client_first_visit(client_id, $time_zone) as visit_date
    from counted

),

judged as (

    select
        visited.*, term_day.trigger_date as first_visit_date,
        renewal_verdict(term_day.last_permitted_day, visited.first_seen_date, visited.last_seen_date, $as_of) as verdict
    from visited
    left join term_day on visited.visit_date = term_day.trigger_date

)

select
    source, file, row, verdict, issue, client_id, first_seen_date, last_seen_date, first_visit_date, records
from judged
where verdict in ('FAIL', 'UNDETERMINED')
union all
select
    source, file, null as row, verdict, null as issue, null as client_id, null as first_seen_date, null as last_seen_date,
    null as first_visit_date, sum(records) as records
from judged
where verdict not in ('FAIL', 'UNDETERMINED')
group by source, file, verdict
