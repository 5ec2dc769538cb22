-- DSR-OVERDUE: a request about a customer's data that was passed on to that customer later than without delay
-- clause: C-61-1 | grain: record | entity: request | reads: request, request_deadline | binds: as_of
-- Whether a request that is not said to be forwarded should have been, no register tells.
with

judged as (

    select
        request.*,
        deadline.latest_forward_date,
        case
            when not coalesce('forwarded' in (lower(trim(request.state)), lower(trim(request.outcome))), false) then 'OUT_OF_SCOPE'
            when request.received_at_first_date > $as_of then 'NOT_YET'
            when deadline.row is null or request.answered_at_first_date is null then 'UNDETERMINED'
            when request.answered_at_first_date > deadline.latest_forward_date then 'FAIL'
            when request.answered_at_last_date <= deadline.earliest_forward_date then 'PASS'
            else 'UNDETERMINED'
        end as verdict
    from request
    left join request_deadline as deadline
        on request.source = deadline.source and request.file = deadline.file and request.row = deadline.row

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'outcome' as field,
    verdict,
    case
        when verdict = 'FAIL' then 'forwarded too late'
        when verdict <> 'UNDETERMINED' then null
        when received_at_issue is not null then received_at_issue
        when answered_at_first_date is null then 'no date of the answer'
        else 'DQ-TS-PRECISION'
    end as reason,
    'review' as action,
    'received_at' as trigger_column,
    received_at_first_date as first_trigger,
    received_at_last_date as last_trigger,
    case when verdict = 'FAIL' then latest_forward_date end as last_permitted_day,
    case when verdict = 'FAIL' then answered_at_first_date - latest_forward_date end as days_overdue
from judged
