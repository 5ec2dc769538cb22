-- RET-SECRET: password, token or key kept after its account was closed
-- clause: C-24-3 | grain: record | entity: account | reads: account | needs: closed_at, is_secret_kept
-- binds: as_of, last_overdue_date, last_due_date
-- The secret itself is never read: a contract says only whether one is there.
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
        coalesce(is_secret_kept, false) as is_kept,
        case
            when not coalesce(is_secret_kept, false) then 'WITHIN'
            when end_state(closed_at_first_date, closed_at_issue, $as_of) <> 'ended' then 'WITHIN'
            else term_verdict(closed_at_first_date, closed_at_last_date, $as_of, $last_overdue_date, $last_due_date)
        end as verdict
    from account

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
    case when is_kept then closed_at_first_date end as first_trigger,
    case when is_kept then closed_at_last_date end as last_trigger
from judged
