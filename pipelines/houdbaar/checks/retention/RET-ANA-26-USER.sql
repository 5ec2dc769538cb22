-- RET-ANA-26: row of an analytics user who was last active longer ago than 26 months
-- clause: C-52-1 | grain: record | entity: analytics_user | reads: analytics_user
-- needs: last_active_at | binds: as_of, last_overdue_date, last_due_date
with

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        last_active_at_first_date,
        last_active_at_last_date,
        last_active_at_issue,
        term_verdict(last_active_at_first_date, last_active_at_last_date, $as_of, $last_overdue_date, $last_due_date) as verdict
    from analytics_user

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    term_reason(verdict, last_active_at_issue) as reason,
    term_confidence(verdict, coalesce(last_active_at_first_date = last_active_at_last_date, false)) as confidence,
    'last_active_at' as trigger_column,
    last_active_at_first_date as first_trigger,
    last_active_at_last_date as last_trigger
from judged
