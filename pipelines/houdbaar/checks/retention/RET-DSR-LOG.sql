-- RET-DSR-LOG: file of a request, closed longer ago than the assumed 36 months
-- clause: C-81-2 | grain: record | entity: request | reads: request | binds: as_of, last_overdue_date, last_due_date
with

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        closed_at_first_date,
        closed_at_last_date,
        closed_at_issue,
        case
            when closed_at_issue = 'DQ-TS-NULL' and coalesce(lower(trim(state)), '') <> 'closed' then 'WITHIN'
            else term_verdict(closed_at_first_date, closed_at_last_date, $as_of, $last_overdue_date, $last_due_date)
        end as verdict
    from request

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, closed_at_issue) as reason,
    term_confidence(verdict, coalesce(closed_at_first_date = closed_at_last_date, false)) as confidence,
    'closed_at' as trigger_column,
    closed_at_first_date as first_trigger,
    closed_at_last_date as last_trigger
from judged
