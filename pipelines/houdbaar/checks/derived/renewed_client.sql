-- Cookie ids by file, day and what RET-COOKIE-ROLL-EVENT says of their events: an id has many events on a day.
-- One row an id and day that is a finding; all others of a file and verdict are one row, without an id.
-- reads: analytics_event, term_day | term: RET-COOKIE-ROLL-EVENT | binds: as_of, time_zone
with

seen as (

    select
        source, file, client_id,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_first_date else event_at_first_date end as first_seen_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_last_date else event_at_last_date end as last_seen_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_issue else event_at_issue end as issue
    from analytics_event

),

counted as (

    select source, file, client_id, first_seen_date, last_seen_date, issue, count(*) as records
    from seen
    group by source, file, client_id, first_seen_date, last_seen_date, issue

),

judged as (

    select
        counted.*, term_day.trigger_date as first_visit_date,
        renewal_verdict(term_day.last_permitted_day, counted.first_seen_date, counted.last_seen_date, $as_of) as verdict
    from counted
    left join term_day on client_first_visit(counted.client_id, $time_zone) = term_day.trigger_date

)

select
    source, file, verdict, issue, client_id, first_seen_date, last_seen_date, first_visit_date, records
from judged
where verdict in ('FAIL', 'UNDETERMINED')
union all
select
    source, file, verdict, null as issue, null as client_id, null as first_seen_date, null as last_seen_date, null as first_visit_date,
    sum(records) as records
from judged
where verdict not in ('FAIL', 'UNDETERMINED')
group by source, file, verdict
