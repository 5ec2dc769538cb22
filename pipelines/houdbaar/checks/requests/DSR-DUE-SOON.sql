-- DSR-DUE-SOON: a request that is not answered yet, and is due within days
-- clause: C-61-1 | grain: record | entity: request | reads: request_clock | binds: as_of
with

judged as (

    select
        *,
        case
            when not is_in_scope then 'OUT_OF_SCOPE'
            when is_answered or is_paused then 'PASS'
            when earliest_due_date is null then 'UNDETERMINED'
            when received_at_first_date > $as_of then 'NOT_YET'
            when $as_of < earliest_warn_date or $as_of > latest_due_date then 'PASS'
            when is_answer_undated then 'UNDETERMINED'
            when $as_of >= latest_warn_date and $as_of <= earliest_due_date then 'FAIL'
            else 'UNDETERMINED'
        end as verdict
    from request_clock

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    verdict,
    case
        when verdict <> 'UNDETERMINED' then null
        when received_at_issue is not null then received_at_issue
        when is_answer_undated then 'no date of the answer'
        else 'DQ-TS-PRECISION'
    end as reason,
    'review' as action,
    'received_at' as trigger_column,
    received_at_first_date as first_trigger,
    received_at_last_date as last_trigger,
    case when verdict = 'FAIL' then earliest_due_date end as last_permitted_day
from judged
