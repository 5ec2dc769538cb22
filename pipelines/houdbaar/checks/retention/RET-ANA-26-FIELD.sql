-- RET-ANA-26: first-touch field older than 26 months on a user row that may stay
-- clause: C-52-1 | grain: record | entity: analytics_user | reads: analytics_user
-- needs: first_touch_at | binds: as_of, last_overdue_date, last_due_date
-- The row is collected anew at each visit, its first touch is not.
with

-- A missing first touch, or the 0 that means 'unknown', is no attribute that could be too old.
touched as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        first_touch_at_first_date,
        first_touch_at_last_date,
        first_touch_at_issue,
        term_verdict(last_active_at_first_date, last_active_at_last_date, $as_of, $last_overdue_date, $last_due_date) as row_verdict
    from analytics_user
    where coalesce(first_touch_at_issue, '') not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL')

),

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        first_touch_at_first_date,
        first_touch_at_last_date,
        first_touch_at_issue,
        term_verdict(first_touch_at_first_date, first_touch_at_last_date, $as_of, $last_overdue_date, $last_due_date) as verdict
    from touched
    where row_verdict <> 'OVERDUE'

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'first_touch_at' as field,
    verdict,
    term_reason(verdict, first_touch_at_issue) as reason,
    term_confidence(verdict, coalesce(first_touch_at_first_date = first_touch_at_last_date, false)) as confidence,
    'first_touch_at' as trigger_column,
    first_touch_at_first_date as first_trigger,
    first_touch_at_last_date as last_trigger
from judged
