-- RET-COOKIE-ROLL: analytics user whose cookie id was renewed for longer than 24 months after its first visit
-- clause: C-52-2 | grain: record | entity: analytics_user | reads: analytics_user, term_day
-- needs: client_id, last_active_at | binds: as_of, time_zone
-- A Google Analytics id is <random>.<seconds of the first visit>; ids of another form tell nothing.
with

seen as (

    select *, client_first_visit(client_id, $time_zone) as first_visit_date
    from analytics_user

),

judged as (

    select
        seen.source,
        seen.file,
        seen.row,
        seen.record_key,
        seen.snapshot_date,
        seen.last_active_at_issue as issue,
        term_day.trigger_date as first_visit_date,
        renewal_verdict(
            term_day.last_permitted_day, seen.last_active_at_first_date, seen.last_active_at_last_date, $as_of
        ) as verdict
    from seen
    left join term_day on seen.first_visit_date = term_day.trigger_date

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, issue) as reason,
    'client_id' as trigger_column,
    first_visit_date as first_trigger,
    first_visit_date as last_trigger
from judged
