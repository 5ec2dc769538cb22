-- RET-COOKIE-ROLL: events with a cookie id that was renewed for longer than 24 months after its first visit
-- clause: C-52-2 | grain: month | entity: analytics_event | reads: analytics_event, term_day | needs: client_id | binds: time_zone
-- It reads the cookie id of every event, which no footer can spare: so it stands here, not among the retention checks.
with

seen as (

    select
        source,
        file,
        row,
        client_first_visit(client_id, $time_zone) as first_visit_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_first_date else event_at_first_date end as first_seen_date,
        case when event_at_issue = 'DQ-TS-NULL' then event_date_last_date else event_at_last_date end as last_seen_date,
        event_at_issue as issue
    from analytics_event

),

judged as (

    select
        seen.source,
        seen.file,
        seen.row,
        seen.issue,
        strftime(seen.last_seen_date, '%Y-%m') as month,
        renewal_verdict(term_day.last_permitted_day, seen.first_seen_date, seen.last_seen_date) as verdict
    from seen
    left join term_day on seen.first_visit_date = term_day.trigger_date

),

labelled as (

    select
        source,
        file,
        row,
        verdict,
        case when verdict = 'UNDETERMINED' then issue end as reason,
        case when verdict = 'FAIL' then month end as month
    from judged

),

-- Ranges are for what becomes a finding; a line with very many is not enumerated.
counted as (

    select
        source,
        file,
        verdict,
        reason,
        month,
        count(*) as records,
        case
            when count(*) filter (where verdict in ('FAIL', 'UNDETERMINED')) between 1 and 100000
                then list({'first': row, 'last': row} order by row)
        end as ranges
    from labelled
    group by source, file, verdict, reason, month

)

select
    source,
    file,
    verdict,
    term_reason(verdict, reason) as reason,
    month,
    records,
    ranges,
    'client_id' as trigger_column
from counted
