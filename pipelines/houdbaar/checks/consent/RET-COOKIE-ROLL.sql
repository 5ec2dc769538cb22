-- RET-COOKIE-ROLL: cookie renewed for longer than 24 months after the first visit that its id tells of
-- clause: C-52-2 | grain: record | entity: cookie | reads: cookie, term_day
-- needs: client_id, last_seen_at | binds: as_of, time_zone
-- A Google Analytics id is <random>.<seconds of the first visit>; ids of another form tell nothing.
with

seen as (

    select *, client_first_visit(client_id, $time_zone) as first_visit_date
    from cookie

),

judged as (

    select
        seen.source,
        seen.file,
        seen.row,
        seen.record_key,
        seen.snapshot_date,
        seen.last_seen_at_issue as issue,
        term_day.trigger_date as first_visit_date,
        renewal_verdict(
            term_day.last_permitted_day, seen.last_seen_at_first_date, seen.last_seen_at_last_date, $as_of
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
